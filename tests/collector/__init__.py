"""The real OpenTelemetry Collector: what it thinks of a configuration, and what it does with it."""

from pathlib import Path

PIPELINE = (Path(__file__).parent / "pipeline.yaml").read_text()
