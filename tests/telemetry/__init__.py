"""Telemetry from end to end on loopback: real collectors run what our hooks answer.

Objects are written as their authors write them; the other systems are real, too: a broker that
speaks Kafka's protocol, Prometheus, servers that want certificates and credentials.
"""
