"""How specs of Connectors are drawn: every type with all its options, and mostly sound."""

from typing import Any

import hypothesis.strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from hooks.contract import Manifest

ENDPOINTS = st.sampled_from(
    ["otel.example.com:4317", "a:1", "10.0.0.1:65535", "[fd00::1]:4317", "[::]:80", "dns:4317"]
)
ADDRESSES = st.lists(ENDPOINTS, min_size=1, max_size=4, unique=True)
NAMES = st.sampled_from(["a", "kafka-user", "x.y-z", "s" * 253])
KEYS = st.sampled_from(["tls.crt", ".hidden", "_", "a_B-0", "k" * 253])
SIGNALS = st.lists(
    st.sampled_from(["logs", "metrics", "traces"]), min_size=1, max_size=3, unique=True
)
DURATIONS = st.sampled_from(["1s", "30s", "5m", "720h", "99999s"])
TOPIC = st.sampled_from(["a", "b.c", "..d", "_", "-", "t" * 249])


def optional(required: Manifest, **others: SearchStrategy[Any]) -> SearchStrategy[Manifest]:
    """Objects with the fields *required*, and any of the *others*."""
    return st.fixed_dictionaries(required, optional=others)


AUTHORITIES = optional({"name": NAMES}, kind=st.sampled_from(["ConfigMap", "Secret"]), key=KEYS)
CERTIFICATES = st.fixed_dictionaries({"name": NAMES})
LOGINS = st.fixed_dictionaries(
    {"secretRef": optional({"name": NAMES}, usernameKey=KEYS, passwordKey=KEYS)}
)
TOKENS = st.fixed_dictionaries({"secretRef": optional({"name": NAMES}, key=KEYS)})
MECHANISMS = st.sampled_from(["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
SASL = st.builds(lambda mechanism, login: {"mechanism": mechanism, **login}, MECHANISMS, LOGINS)
AUTH = {
    "basic": LOGINS.map(lambda login: {"basic": login}),
    "bearer": TOKENS.map(lambda token: {"bearer": token}),
    "sasl": SASL.map(lambda sasl: {"sasl": sasl}),
}
TLS = optional(
    {},
    caRef=AUTHORITIES,
    clientCertificateRef=CERTIFICATES,
    serverName=st.sampled_from(["a", "kafka.shop.svc"]),
    insecureSkipVerify=st.booleans(),
)

PORTS = st.sampled_from([1024, 4317, 4318, 65535])
PROTOCOLS = optional({}, port=PORTS)
LISTENERS = st.one_of(
    *(
        optional(
            protocols,
            signals=SIGNALS,
            tls=optional({"certificateRef": CERTIFICATES}, clientCARef=AUTHORITIES),
        )
        for protocols in (
            {"grpc": PROTOCOLS},
            {"http": PROTOCOLS},
            {"grpc": st.just({"port": 5000}), "http": st.just({})},
        )
    )
)
NAMES_OF_TOPICS = {
    "logs": st.lists(TOPIC, min_size=1, max_size=3, unique=True),
    "metrics": st.just(["m"]),
    "traces": st.just(["t"]),
}
OF_LOGS = st.sampled_from(["text", "json", "raw"])
OTLP = st.sampled_from(["otlp_proto", "otlp_json"])
KAFKA_SOURCES = st.one_of(
    *(
        optional(
            {
                "brokers": ADDRESSES,
                "groupID": TOPIC,
                "topics": st.fixed_dictionaries(
                    {signal: NAMES_OF_TOPICS[signal] for signal in signals}
                ),
            },
            encoding=OTLP | OF_LOGS if signals == ["logs"] else OTLP,
            initialOffset=st.sampled_from(["latest", "earliest"]),
        )
        for signals in (["logs"], ["metrics"], ["metrics", "traces"], ["logs", "metrics", "traces"])
    )
)
KAFKA_SINKS = st.one_of(
    *(
        optional(
            {"brokers": ADDRESSES, "topics": st.fixed_dictionaries(topics)},
            encoding=OTLP | st.just("raw") if set(topics) == {"logs"} else OTLP,
            requiredAcks=st.sampled_from(["all", "leader", "none"]),
            compression=st.sampled_from(["none", "gzip", "snappy", "lz4", "zstd"]),
            maxMessageBytes=st.sampled_from([10_000, 1_000_000, 100_000_000]),
        )
        for topics in (
            {"logs": TOPIC},
            {"traces": TOPIC},
            {"logs": TOPIC, "metrics": st.just("m"), "traces": st.just("t")},
        )
    )
)
DNS = st.one_of(
    st.fixed_dictionaries(
        {
            "names": st.just(["a.b", "c"]),
            "type": st.sampled_from(["A", "AAAA"]),
            "port": st.integers(1, 65535),
        }
    ),
    st.just({"names": ["_http._tcp.web.shop.svc."], "type": "SRV"}),
)
PROMETHEUS = st.one_of(
    *(
        optional(
            {name: found[name] for name in names},
            path=st.sampled_from(["/", "/metrics", "/a/b-c;d=1"]),
            interval=DURATIONS,
            scheme=st.sampled_from(["http", "https"]),
        )
        for found in [{"targets": ADDRESSES, "dns": DNS}]
        for names in (["targets"], ["dns"], ["targets", "dns"])
    )
)
INCLUDED = st.lists(
    st.sampled_from(["/var/log/*.log", "/a b/**/c?", "/.hidden/x", "/x@y:z~/*"]),
    min_size=1,
    max_size=3,
    unique=True,
)
PATHS = st.lists(
    st.sampled_from(["/var/log/*.log", "/a b/**/c?", "/.hidden", "/x@y:z~"]),
    min_size=1,
    max_size=3,
    unique=True,
)
SCRAPERS = st.lists(
    st.sampled_from(
        ["cpu", "disk", "filesystem", "load", "memory", "paging", "processes", "system"]
    ),
    min_size=1,
    unique=True,
)
URLS = st.sampled_from(
    [
        "http://prometheus:9090/api/v1/write",
        "https://mimir.example.com",
        "https://[fd00::1]/a?b=c%20d",
        "https://10.0.0.1:443/a;b=1/",
    ]
)

SOURCES: dict[str, SearchStrategy[Manifest]] = {
    "otlp": LISTENERS,
    "kafka": KAFKA_SOURCES,
    "prometheus": PROMETHEUS,
    "filelog": optional(
        {"include": INCLUDED},
        exclude=PATHS,
        startAt=st.sampled_from(["beginning", "end"]),
        format=st.sampled_from(["text", "container"]),
    ),
    "hostMetrics": optional({}, scrapers=SCRAPERS, interval=DURATIONS),
}
SINKS: dict[str, SearchStrategy[Manifest]] = {
    "otlp": optional(
        {"endpoint": ENDPOINTS}, protocol=st.sampled_from(["grpc", "http"]), signals=SIGNALS
    ),
    "kafka": KAFKA_SINKS,
    "prometheusRemoteWrite": st.fixed_dictionaries({"endpoint": URLS}),
    "clickhouse": optional(
        {"endpoint": ENDPOINTS},
        protocol=st.sampled_from(["native", "http"]),
        database=st.sampled_from(["default", "_a1"]),
        ttl=DURATIONS,
        createSchema=st.booleans(),
        signals=SIGNALS,
    ),
    "debug": optional(
        {}, verbosity=st.sampled_from(["basic", "normal", "detailed"]), signals=SIGNALS
    ),
}

# Ways to log in, by type; those that are missing connect to nothing.
WAYS = {
    "kafka": ["sasl"],
    "prometheus": ["basic", "bearer"],
    "otlp sink": ["basic", "bearer"],
    "prometheusRemoteWrite": ["basic", "bearer"],
    "clickhouse": ["basic"],
}


@st.composite
def connectors(draw: DrawFn) -> Manifest:
    """Specs of which more than half are sound."""
    source = draw(st.sampled_from([None, *SOURCES]))
    sink = draw(st.sampled_from([None, *SINKS] if source else list(SINKS)))
    spec: Manifest = {}
    if source:
        spec["source"] = {source: draw(SOURCES[source])}
    if sink:
        spec["sink"] = {sink: draw(SINKS[sink])}
    types = [source, "otlp sink" if sink == "otlp" else sink]
    ways = [WAYS[type_] for type_ in types if type_ in WAYS]
    if not ways:
        return spec
    common = [way for way in ways[0] if all(way in each for each in ways)]
    with_auth: bool = draw(st.booleans())
    if common and with_auth:
        spec["auth"] = draw(AUTH[draw(st.sampled_from(common))])
    with_tls: bool = draw(st.booleans())
    if with_tls:
        spec["tls"] = draw(TLS)
        by_https(spec)
    return spec


def by_https(spec: Manifest) -> None:
    """Change *spec* so that what names a scheme fits spec.tls."""
    prometheus = spec.get("source", {}).get("prometheus")
    if prometheus:
        prometheus["scheme"] = "https"
    remote_write = spec.get("sink", {}).get("prometheusRemoteWrite")
    if remote_write:
        remote_write["endpoint"] = remote_write["endpoint"].replace("http://", "https://")


def whole(spec: Manifest) -> SearchStrategy[Manifest]:
    """*spec* with other parts: those that a schema alone would draw are hardly ever sound."""
    rest = {key: each for key, each in spec.items() if key not in ("source", "sink", "tls", "auth")}
    return connectors().map(lambda drawn: drawn | rest)


# Not worth drawing from a schema, since they are replaced.
FIELDS: dict[str, SearchStrategy[Any]] = {
    "source": st.just({"hostMetrics": {}}),
    "sink": st.just({"debug": {}}),
    "tls": st.just({}),
    "auth": st.just({}),
}
