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
    ("process must name each processor once", flowing(process=["it", "it"])),
    (
        "exactly one of otlp and connector must be set",
        flowing(**{"from": [OTLP | {"connector": {"name": "a"}}]}),
    ),
    (
        "exactly one of file and env must be set",
        flowing() | {"configurations": [{"name": "a"}]},
    ),
    ("at least one of logs, metrics and traces", processing(transform={})),
    ("at least one of blockedValues, blockedKeys and allowedKeys", processing(redact={})),
    ("exactly one of head and tail must be set", processing(sample={})),
    (
        "spec.processors[0].sample.head.percentage",
        processing(sample={"head": {"percentage": 101}}),
    ),
    (
        "exactly one of errors, latency, random and attribute must be set",
        processing(sample={"tail": {"policies": [{"name": "none"}]}}),
    ),
    (
        "sendBatchMaxSize must not be less than sendBatchSize",
        processing(batch={"sendBatchSize": 10, "sendBatchMaxSize": 9}),
    ),
    ("action convert needs convertedType, others have none", acting(action="convert")),
    (
        "actions insert, update and upsert need value or fromAttribute, others have neither",
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
        "at least one of targetCPUUtilizationPercentage and targetMemoryUtilizationPercentage",
        scaling(),
    ),
    (
        "at least one of podSelector, namespaceSelector and ipBlock must be set",
        admitting(),
    ),
    (
        "ipBlock must stand alone",
        admitting(ipBlock={"cidr": "10.0.0.0/8"}, podSelector={}),
    ),
    (f"labels must not have {OURS} or ", podded(labels={OURS: "mine"})),
    (
        "annotations must not have orasi.io/config-hash, which the controller sets",
        podded(annotations={"orasi.io/config-hash": "mine"}),
    ),
    ("exactly one of value and valueFrom must be set", podded(env=[{"name": "A"}])),
    (
        "exactly one of secretKeyRef, configMapKeyRef and fieldRef must be set",
        podded(env=[{"name": "A", "valueFrom": {}}]),
    ),
    (
        "tolerationSeconds needs effect NoExecute",
        podded(tolerations=[{"key": "a", "tolerationSeconds": 1}]),
    ),
    (
        "value is for operator Equal only",
        podded(tolerations=[{"key": "a", "operator": "Exists", "value": "b"}]),
    ),
    (
        "without key, operator must be Exists",
        podded(tolerations=[{"operator": "Equal", "value": "b"}]),
    ),
)
