"""Sink pipeline: sends to all pods of another Pipeline, one after the other."""

from hooks.collector.component import Component
from hooks.collector.sinks.base import queued


def pipeline_exporter(name: str, host: str, port: int, *, batched: bool) -> Component:
    """For the Pipeline called *name*, whose pods have their addresses at *host*."""
    settings = {
        "endpoint": f"dns:///{host}:{port}",
        "balancer_name": "round_robin",
        "tls": {"insecure": True},
    }
    # After "pipeline_" an inline sink has the number of a port, which no Pipeline is called.
    return queued("otlp_grpc", f"pipeline_{name}", settings, batched=batched)
