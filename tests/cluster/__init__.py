"""The real control plane on loopback, and what the tests do with it."""
