"""The OpenTelemetry Collector: from what an author declares to a configuration that it accepts.

Every component has a file of its own: what may be written of it, and what is rendered from that.
All of it is accepted by collectors from 0.155 to 0.165.
"""
