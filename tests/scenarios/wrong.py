"""What a Pipeline may not say: what the API server answers, and the spec."""

from collections.abc import Sequence
from typing import Any

from tests.scenarios.world import Manifest

OTLP: Manifest = {"otlp": {"grpc": {}}}
CPU = {"targetCPUUtilizationPercentage": 70}
OURS = "app.kubernetes.io/name"


def flowing(**changes: Any) -> Manifest:
    return {"flows": [{"name": "all", "from": [OTLP], "to": [{"debug": {}}], **changes}]}


def processing(**processor: Any) -> Manifest:
    return flowing() | {"processors": [{"name": "it", **processor}]}


def acting(**action: Any) -> Manifest:
    return processing(attributes={"actions": [{"key": "a", **action}]})


def podded(**fields: Any) -> Manifest:
    return flowing() | {"pod": fields}


def admitting(**peer: Any) -> Manifest:
    return flowing() | {"networkPolicy": {"from": [peer]}}


def scaling(**autoscaling: Any) -> Manifest:
    return flowing() | {"autoscaling": {"maxReplicas": 3, **autoscaling}}


WRONG: Sequence[tuple[str, Manifest]] = (
    ("process must name each processor once, and repeats it", flowing(process=["it", "it"])),
    (
        "exactly one of otlp and connector must be set, and there are otlp connector",
        flowing(**{"from": [OTLP | {"connector": {"name": "a"}}]}),
    ),
    (
        "exactly one of file and env must be set, and there is none",
        flowing() | {"configurations": [{"name": "a"}]},
    ),
    ("at least one of logs, metrics and traces", processing(transform={})),
    ("at least one of blockedValues, blockedKeys and allowedKeys", processing(redact={})),
    ("exactly one of head and tail must be set, and there is none", processing(sample={})),
    (
        "spec.processors[0].sample.head.percentage",
        processing(sample={"head": {"percentage": 101}}),
    ),
    (
        "exactly one of errors, latency, random and attribute must be set, and there is none",
        processing(sample={"tail": {"policies": [{"name": "none"}]}}),
    ),
    (
        "sendBatchMaxSize must not be less than sendBatchSize, and sendBatchSize is 10, "
        "sendBatchMaxSize is 9",
        processing(batch={"sendBatchSize": 10, "sendBatchMaxSize": 9}),
    ),
    (
        "action convert needs convertedType, others have none, and action is convert",
        acting(action="convert"),
    ),
    (
        "actions insert, update and upsert need value or fromAttribute, others have neither, and "
        "action is insert",
        acting(action="insert"),
    ),
    (
        "only one of value and fromAttribute may be set",
        acting(action="insert", value="x", fromAttribute="b"),
    ),
    (
        "autoscaling cannot be used in mode DaemonSet",
        scaling(**CPU) | {"mode": "DaemonSet"},
    ),
    (
        "minReplicas must not be more than maxReplicas, and minReplicas is 4, maxReplicas is 3",
        scaling(**CPU, minReplicas=4),
    ),
    (
        "limitPercentage minus spikeLimitPercentage must be at most 70, or the collector runs out "
        "of memory before it refuses data, and limitPercentage is 95, spikeLimitPercentage is 20",
        flowing() | {"memoryLimiter": {"limitPercentage": 95, "spikeLimitPercentage": 20}},
    ),
    (
        "persistence needs mode StatefulSet, and mode is Deployment",
        flowing() | {"persistence": {"size": "1Gi"}},
    ),
    (
        "at least one of targetCPUUtilizationPercentage and targetMemoryUtilizationPercentage",
        scaling(),
    ),
    (
        "at least one of podSelector, namespaceSelector and ipBlock must be set",
        admitting(),
    ),
    (
        "ipBlock must stand alone, without podSelector and namespaceSelector",
        admitting(ipBlock={"cidr": "10.0.0.0/8"}, podSelector={}),
    ),
    (f"labels must not have {OURS} or ", podded(labels={OURS: "mine"})),
    (f"which the controller sets, and there is {OURS}", podded(labels={OURS: "mine"})),
    (
        "annotations must not have orasi.io/config-hash, which the controller sets, and there is "
        "orasi.io/config-hash",
        podded(annotations={"orasi.io/config-hash": "mine"}),
    ),
    ("exactly one of value and valueFrom must be set", podded(env=[{"name": "A"}])),
    (
        "exactly one of secretKeyRef, configMapKeyRef and fieldRef must be set, and there is none",
        podded(env=[{"name": "A", "valueFrom": {}}]),
    ),
    (
        "tolerationSeconds needs effect NoExecute, and effect is not set",
        podded(tolerations=[{"key": "a", "tolerationSeconds": 1}]),
    ),
    (
        "value is for operator Equal only, and operator is Exists",
        podded(tolerations=[{"key": "a", "operator": "Exists", "value": "b"}]),
    ),
    (
        "without key, operator must be Exists, and operator is Equal",
        podded(tolerations=[{"operator": "Equal", "value": "b"}]),
    ),
)
