"""How specs are drawn where a schema does not say enough: so that most of them are sound."""

from collections.abc import Callable, Mapping
from typing import Any

import hypothesis.strategies as st
from hypothesis.strategies import SearchStrategy

from hooks.contract import Manifest
from tests import neighbours
from tests.shapes_probed import connectors

GRPC_PORTS = st.sampled_from([4317, 5000, 5001])
HTTP_PORTS = st.sampled_from([4318, 6000, 4317])  # the last may conflict
ENDPOINTS = st.sampled_from(["otel.example.com:4317", "10.0.0.1:4318", "[fd00::1]:4317"])
VERBOSITIES = st.sampled_from(["basic", "normal", "detailed"])


def port(otlp: Manifest, protocol: str, usual: int) -> Any:
    """The port for *protocol*, or what no other source has."""
    return otlp[protocol].get("port", usual) if protocol in otlp else str(otlp)


SOURCES = st.lists(
    st.one_of(
        st.fixed_dictionaries({"grpc": st.fixed_dictionaries({}, optional={"port": GRPC_PORTS})}),
        st.fixed_dictionaries({"http": st.fixed_dictionaries({}, optional={"port": HTTP_PORTS})}),
        st.just({"grpc": {"port": 4317}, "http": {"port": 4318}}),
    ),
    min_size=1,
    max_size=3,
    unique_by=(lambda otlp: port(otlp, "grpc", 4317), lambda otlp: port(otlp, "http", 4318)),
).map(lambda sources: [{"otlp": otlp} for otlp in sources])
SINKS = st.lists(
    st.one_of(
        neighbours.SINKS,
        st.builds(lambda verbosity: {"debug": {"verbosity": verbosity}}, VERBOSITIES),
        st.builds(
            lambda endpoint, protocol: {"otlp": {"endpoint": endpoint, "protocol": protocol}},
            ENDPOINTS,
            st.sampled_from(["grpc", "http"]),
        ),
    ),
    min_size=1,
    max_size=3,
    unique_by=str,
)
NAMES = st.sampled_from(["a", "b-1", "logs", "x" * 40])
CONDITIONS = {
    "logs": "log.severity_number < SEVERITY_NUMBER_WARN",
    "metrics": 'metric.name == "a$b ${env:HOME}"',
    "traces": 'span.attributes["x"] == "y"',
}
TEXTS = st.sampled_from(["", "prod", "1e3", "yes", "${env:HOME} $5", 'a: "b"\n- c', "ü€\u2028"])
WRITINGS = st.sampled_from(["insert", "update", "upsert"])
ACTIONS = st.one_of(
    st.fixed_dictionaries({"key": st.just("k.1"), "action": WRITINGS, "value": TEXTS}),
    st.fixed_dictionaries({"key": st.just("k"), "action": WRITINGS, "fromAttribute": st.just("o")}),
    st.fixed_dictionaries({"key": st.just("k"), "action": st.sampled_from(["delete", "hash"])}),
    st.fixed_dictionaries(
        {
            "key": st.just("k"),
            "action": st.just("convert"),
            "convertedType": st.sampled_from(["int", "double", "string"]),
        }
    ),
)
RESOURCES = st.sampled_from(
    [
        {},
        {"requests": {"cpu": "1000m", "memory": "1024Mi"}},
        {"limits": {"cpu": 1, "memory": "128Mi"}},
        {"requests": {"cpu": "0.25"}, "limits": {"memory": 536870912}},
        {"requests": {"memory": "2Gi"}, "limits": {"memory": "1Gi"}},
    ]
)
MEMORY_LIMITERS = st.sampled_from(
    [{}, {"limitPercentage": 75}, {"limitPercentage": 90, "spikeLimitPercentage": 30}]
)
BATCHES = st.sampled_from(
    [{}, {"timeout": "1m30s"}, {"sendBatchSize": 100, "sendBatchMaxSize": 1000}]
)
FILTERS = st.lists(st.sampled_from(list(CONDITIONS)), min_size=1, max_size=3, unique=True).map(
    lambda signals: {signal: [CONDITIONS[signal]] for signal in signals}
)
STATEMENTS = {
    "logs": 'set(log.attributes["a$b"], log.body) where log.severity_number > 3',
    "metrics": 'set(datapoint.attributes["x"], "${env:HOME} $5")',
    "traces": 'replace_pattern(span.name, "/[0-9]+$", "/{id}")',
}
TRANSFORMS = st.lists(st.sampled_from(list(STATEMENTS)), min_size=1, max_size=3, unique=True).map(
    lambda signals: {signal: [STATEMENTS[signal]] for signal in signals}
)
PATTERNS = st.lists(
    st.sampled_from(["4[0-9]{15}", "(?i)pass(word)?", "^$", "a|b$", "${env:HOME}"]),
    min_size=1,
    max_size=3,
    unique=True,
)
KEYS = st.lists(st.sampled_from(["k", "k.1", "${env:HOME}", " "]), min_size=1, unique=True)
REDACTIONS = st.fixed_dictionaries(
    {"blockedValues": PATTERNS},
    optional={
        "blockedKeys": PATTERNS,
        "allowedValues": PATTERNS,
        "allowedKeys": KEYS,
        "ignoredKeys": KEYS,
        "hash": st.sampled_from(["md5", "sha1", "sha3"]),
    },
) | KEYS.map(lambda keys: {"allowedKeys": keys})
PERCENTAGES = st.sampled_from([0.01, 1, 12.5, 100])
POLICY_TYPES: list[Manifest] = [
    {"errors": {}},
    {"latency": {"thresholdMilliseconds": 500}},
    {"random": {"percentage": 0.5}},
    {"attribute": {"key": "service.name", "values": ["", "a$b"]}},
]
POLICIES = st.lists(st.sampled_from(POLICY_TYPES), min_size=1, max_size=4, unique_by=str).map(
    lambda types: [{"name": f"p-{number}", **each} for number, each in enumerate(types)]
)
SAMPLES = st.one_of(
    st.fixed_dictionaries(
        {
            "head": st.fixed_dictionaries(
                {"percentage": PERCENTAGES}, optional={"fromAttribute": st.just("id")}
            )
        }
    ),
    st.fixed_dictionaries(
        {
            "tail": st.fixed_dictionaries(
                {"policies": POLICIES},
                optional={"decisionWait": st.just("2m"), "maxTraces": st.integers(100, 1000)},
            )
        }
    ),
)
EXTRAS = st.sampled_from(
    [
        {},
        {"service": {"telemetry": {"logs": {"level": "warn"}}}},
        {"receivers": {"otlp/extra": {"protocols": {"grpc": {"endpoint": "localhost:4400"}}}}},
        {"exporters": {"debug/extra": {"verbosity": "detailed"}}, "connectors": {"forward": {}}},
        {"service": {"pipelines": []}},
        {"processors": {"memory_limiter": {"limit_percentage": 99}}},
        {"extensions": {"health_check": None}},
    ]
)

# What is passed on to pods, to Services and to NetworkPolicies.
POD = st.sampled_from(
    [
        {"labels": {"team": "web"}, "annotations": {"example.com/x": ""}},
        {"env": [{"name": "NODE", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}]},
        {"env": [{"name": "NONE", "value": ""}, {"name": "SOME", "value": "$(NONE)"}]},
        {"tolerations": [{"operator": "Exists"}], "nodeSelector": {"kubernetes.io/os": "linux"}},
        {"affinity": {"nodeAffinity": {}, "podAntiAffinity": {}}, "tolerations": []},
        {"terminationGracePeriodSeconds": 60, "imagePullSecrets": [{"name": "registry"}]},
    ]
)
SERVICES = st.sampled_from(
    [{}, {"type": "NodePort"}, {"type": "LoadBalancer", "annotations": {"example.com/x": "y"}}]
)
NETWORK_POLICIES = st.sampled_from(
    [
        {},
        {"enabled": False},
        {"from": [{"podSelector": {}}, {"namespaceSelector": {"matchLabels": {"a": "b"}}}]},
        {"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}}]},
    ]
)
AUTOSCALING = st.sampled_from(
    [
        {"maxReplicas": 3, "targetCPUUtilizationPercentage": 70},
        {"minReplicas": 2, "maxReplicas": 2, "targetMemoryUtilizationPercentage": 80},
    ]
)
PERSISTENCE = st.sampled_from(
    [{"size": "1024Mi"}, {"size": 1073741824, "storageClassName": "fast", "whenDeleted": "Delete"}]
)

PIPELINE: Mapping[str, SearchStrategy[Any]] = {
    "replicas": st.integers(0, 4),
    "mode": st.sampled_from(["Deployment", "StatefulSet"] + ["DaemonSet"] * 2),  # else Deployment
    "autoscaling": AUTOSCALING,
    "persistence": PERSISTENCE,
    "pod": POD,
    "service": SERVICES,
    "networkPolicy": NETWORK_POLICIES,
    "image": st.just("example.com/collector:1"),
    "resources": RESOURCES,
    "memoryLimiter": MEMORY_LIMITERS,
    "flows[].name": NAMES,
    "flows[].from": SOURCES | st.lists(neighbours.SOURCES, min_size=1, max_size=2, unique_by=str),
    "flows[].to": SINKS,
    "configurations": neighbours.CONFIGURATIONS,
    "processors[].name": NAMES,
    "processors[].batch": BATCHES,
    "processors[].filter": FILTERS,
    "processors[].transform": TRANSFORMS,
    "processors[].redact": REDACTIONS,
    "processors[].sample": SAMPLES,
    "extraConfig": EXTRAS,
    "processors[].attributes.actions[]": ACTIONS,
    "processors[].resource.actions[]": ACTIONS,
}


def fitting(spec: Manifest) -> Manifest:
    """*spec* without what its mode does not have."""
    mode = spec.get("mode", "Deployment")
    without = {"persistence"} if mode != "StatefulSet" else set()
    if mode == "DaemonSet" or (mode == "StatefulSet" and "persistence" in spec):
        without.add("autoscaling")
    found = {name: value for name, value in spec.items() if name not in without}
    if "flows" not in found:
        return found
    flows = [neighbours.fitting(flow, on_nodes=mode == "DaemonSet") for flow in found["flows"]]
    if any(map(neighbours.runs_single, flows)):
        found.pop("autoscaling", None)
        found["replicas"] = 1
    return {**found, "flows": flows}


FIXED = ("mode", "persistence")


def edited(kind: str, old: Manifest, new: Manifest) -> Manifest:
    """*new* as an edit of *old*, where both are of a *kind* of which not all can be changed."""
    if kind != "Pipeline" or not isinstance(new, dict):
        return new
    kept = {name: old[name] for name in FIXED if name in old}
    found = fitting({name: value for name, value in new.items() if name not in FIXED} | kept)
    if "replicas" in old and ("autoscaling" in old and "autoscaling" in found):
        found["replicas"] = old["replicas"]
    if "autoscaling" in old and "autoscaling" not in found:
        least = old["autoscaling"].get("minReplicas", 1)
        found["replicas"] = max(found.get("replicas", 1), least)
    if found.get("mode") == "DaemonSet":
        found["replicas"] = old.get("replicas", 1)
    return found


def with_processors(spec: Manifest) -> SearchStrategy[Manifest]:
    """*spec* with flows that use the processors which it has."""
    spec = fitting(spec)
    names = [processor["name"] for processor in spec.get("processors", ())]
    use = st.lists(st.sampled_from(names), unique=True) if names else st.just([])
    return st.lists(use, min_size=len(spec["flows"]), max_size=len(spec["flows"])).map(
        lambda chosen: (
            spec
            | {
                "flows": [
                    flow | {"process": process}
                    for flow, process in zip(spec["flows"], chosen, strict=True)
                ]
            }
        )
    )


VARIABLES = st.dictionaries(
    st.sampled_from(["A", "b_1", "_", "LOG_LEVEL"]),
    TEXTS | st.integers(-9, 9) | st.floats(0, 1) | st.booleans(),
    max_size=3,
)
SCHEMAS = st.sampled_from(
    [
        {},
        {"type": "object", "required": ["A"]},
        {"additionalProperties": {"type": ["string", "integer"], "pattern": "^[a-z]*$"}},
        {"$defs": {"a": {"maximum": 3}}, "patternProperties": {"^b": {"$ref": "#/$defs/a"}}},
        {"$ref": "#"},
        {"type": "strin"},
    ]
)
CONFIGURATION: Mapping[str, SearchStrategy[Any]] = {"schema": SCHEMAS}


def with_variables(spec: Manifest) -> SearchStrategy[Manifest]:
    """*spec* as it is, or with values that every format can say."""
    return st.just(spec) | VARIABLES.map(lambda values: spec | {"values": values})


FIELDS: Mapping[str, Mapping[str, SearchStrategy[Any]]] = {
    "Configuration": CONFIGURATION,
    "Connector": {"": connectors()},
    "Pipeline": PIPELINE,
}
WHOLE: Mapping[str, Callable[[Manifest], SearchStrategy[Manifest]]] = {
    "Configuration": with_variables,
    "Pipeline": with_processors,
}
