"""Sink pipeline: sends to all pods of another Pipeline, one after the other."""

from hooks.collector.component import Component
from hooks.collector.sinks.base import queued
from hooks.collector.sinks.otlp import BATCHES


def pipeline_exporter(name: str, host: str, port: int, *, batched: bool) -> Component:
    """For the Pipeline called *name*, whose pods have their addresses at *host*."""
    settings = {
        "endpoint": f"dns:///{host}:{port}",
        "balancer_name": "round_robin",
        "tls": {"insecure": True},
    }
    # The dot is in no Connector's name, and after one an inline sink ends with a port.
    return queued("otlp_grpc", f"pipeline.{name}", settings, batched=batched, batch=BATCHES["grpc"])
