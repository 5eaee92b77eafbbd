"""Where telemetry comes from: one file a type."""
