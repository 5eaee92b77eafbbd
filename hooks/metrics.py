"""What Prometheus may know: reconciliations here, HTTP by prometheus-flask-exporter."""

from flask import Flask
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_flask_exporter import PrometheusMetrics

# A plain call takes about a millisecond; Metacontroller gives up after ten seconds.
SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """Counters of one app, in a registry of its own, served at /metrics."""

    def __init__(self, app: Flask, version: str) -> None:
        registry = CollectorRegistry()
        exporter = PrometheusMetrics(
            app,
            registry=registry,
            group_by="url_rule",
            default_labels={},
            excluded_paths="/metrics",
        )
        exporter.info("orasi_controller_info", "The version that runs.", version=version)
        self.reconciliations = Counter(
            "orasi_reconciliations_total",
            "Hook calls that were answered.",
            ("kind", "hook", "code"),
            registry=registry,
        )
        self.errors = Counter(
            "orasi_reconciliation_errors_total",
            "Hook calls that were not answered 200, by reason.",
            ("kind", "hook", "reason"),
            registry=registry,
        )
        self.seconds = Histogram(
            "orasi_reconcile_duration_seconds",
            "Time from the first byte of a hook call's body to the answer.",
            ("kind", "hook"),
            buckets=SECONDS,
            registry=registry,
        )
        self.document = DocumentAliases(registry)

    def observe(self, kind: str, hook: str, code: int, reason: str, seconds: float) -> None:
        """Count one call. *reason* is why it was not answered 200, "" if it was."""
        self.reconciliations.labels(kind, hook, str(code)).inc()
        self.seconds.labels(kind, hook).observe(seconds)
        if reason:
            self.errors.labels(kind, hook, reason).inc()
        if kind == "document":
            self.document.observe(bool(reason), seconds)


class DocumentAliases:
    """The names that Orasi's first controller gave these numbers, for dashboards that exist."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.reconciliations = Counter(
            "doc_controller_reconciliations_total",
            "Alias of orasi_reconciliations_total for Documents.",
            registry=registry,
        )
        self.errors = Counter(
            "doc_controller_reconciliation_errors_total",
            "Alias of orasi_reconciliation_errors_total for Documents.",
            registry=registry,
        )
        self.seconds = Histogram(
            "doc_controller_reconcile_duration_seconds",
            "Alias of orasi_reconcile_duration_seconds for Documents.",
            buckets=SECONDS,
            registry=registry,
        )

    def observe(self, failed: bool, seconds: float) -> None:
        self.reconciliations.inc()
        self.errors.inc(int(failed))
        self.seconds.observe(seconds)
