"""How specs of Connectors are drawn: of every type, with a probe and without, most are sound."""

from typing import Any

import hypothesis.strategies as st

from hooks.contract import Manifest

LISTENING: tuple[Manifest, ...] = (
    {"otlp": {"grpc": {}}},
    {"otlp": {"http": {"port": 6000}, "tls": {"certificateRef": {"name": "a"}}}},
    {"filelog": {"include": ["/var/log/*.log"]}},
    {"hostMetrics": {}},
)
BROKERS = ["kafka-0.shop.svc:9093", "[fd00::1]:9093"]
SOURCES: tuple[Manifest, ...] = (
    *LISTENING,
    {"kafka": {"brokers": BROKERS, "groupID": "a", "topics": {"logs": ["b"], "traces": ["c"]}}},
    {"prometheus": {"targets": ["node:9100"], "scheme": "https", "interval": "10s"}},
    {"prometheus": {"dns": {"names": ["nodes.shop.svc"], "port": 9100}}},
)
SINKS: tuple[Manifest, ...] = (
    {"otlp": {"endpoint": "otel.example.com:4317", "signals": ["logs"]}},
    {"otlp": {"endpoint": "[:::1]:4318", "protocol": "http"}},  # no address
    {"kafka": {"brokers": BROKERS, "topics": {"metrics": "a"}, "compression": "zstd"}},
    {"prometheusRemoteWrite": {"endpoint": "https://prometheus.example.com/api/v1/write"}},
    {"clickhouse": {"endpoint": "clickhouse:9440", "ttl": "72h"}},
    {"debug": {"verbosity": "detailed"}},
)
TLS: tuple[Manifest, ...] = (
    {},
    {"caRef": {"name": "ca"}, "clientCertificateRef": {"name": "client"}},
    {"caRef": {"kind": "Secret", "name": "ca", "key": "root.pem"}, "serverName": "kafka"},
    {"insecureSkipVerify": True},
)
LOGIN = {"secretRef": {"name": "user"}}
AUTH: tuple[Manifest, ...] = (
    {"sasl": {"mechanism": "SCRAM-SHA-512", **LOGIN}},
    {"basic": LOGIN},
    {"bearer": LOGIN},
)
SCHEDULES = ("*/5 * * * *", "0 9-17 1,15 jan-Jun MON", "0 22-6 * * *", "0 0 31 2 *")


def connectors() -> st.SearchStrategy[Manifest]:
    parts: dict[str, Any] = {
        "tls": st.sampled_from(TLS),
        "auth": st.sampled_from(AUTH),
        "probe": st.fixed_dictionaries({"schedule": st.sampled_from(SCHEDULES)}),
    }
    sources, sinks = st.sampled_from(SOURCES), st.sampled_from(SINKS)
    return st.one_of(
        st.fixed_dictionaries({"source": sources}, optional={**parts, "sink": sinks}),
        st.fixed_dictionaries({"sink": sinks}, optional=parts),
    )
