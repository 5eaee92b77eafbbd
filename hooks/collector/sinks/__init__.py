"""Where telemetry goes: one file a type."""
