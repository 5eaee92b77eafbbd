"""What is done to telemetry on its way: one file a type."""
