"""What is done to workloads in memory and on the real control plane; each `yield` is a rest."""

from collections.abc import Callable, Iterator, Sequence

from orasi.cluster.api import Manifest
from tests.cluster.place import Place
from tests.memory.workloads import (
    AUTOSCALERS,
    CLAIMS,
    DAEMON_SETS,
    DEPLOYMENTS,
    QUOTAS,
    STATEFUL_SETS,
    autoscaler,
    daemon_set,
    deployment,
    quota,
    stateful_set,
    with_container,
    with_spec,
)

HUGE = {"requests": {"cpu": "1000"}}
Script = Callable[[Place], Iterator[None]]


def restarted(found: Manifest) -> Manifest:
    """What `kubectl rollout restart` does."""
    template = found["spec"]["template"]
    annotations = {"kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z"}
    metadata = {**template["metadata"], "annotations": annotations}
    return with_spec(found, template={**template, "metadata": metadata})


def created(place: Place) -> Iterator[None]:
    place.create(DEPLOYMENTS, deployment(replicas=3))
    yield


def created_empty(place: Place) -> Iterator[None]:
    place.create(DEPLOYMENTS, deployment(replicas=0))
    yield


def scaled(place: Place) -> Iterator[None]:
    place.create(DEPLOYMENTS, deployment(replicas=2))
    for replicas in (5, 1, 0, 2):
        yield
        place.edit(with_spec, replicas=replicas)
    yield


def rolled(place: Place) -> Iterator[None]:
    place.create(DEPLOYMENTS, deployment(replicas=4))
    yield
    place.edit(with_container, image="web:2")
    yield
    place.edit(with_container, image="web:1")  # the first ReplicaSet once more
    yield


def rolled_carefully(place: Place) -> Iterator[None]:
    parameters = {"maxSurge": 1, "maxUnavailable": 0}
    strategy = {"type": "RollingUpdate", "rollingUpdate": parameters}
    place.create(DEPLOYMENTS, deployment(replicas=3, strategy=strategy, minReadySeconds=1))
    yield
    place.edit(with_container, image="web:2")
    yield


def recreated(place: Place) -> Iterator[None]:
    place.create(DEPLOYMENTS, deployment(replicas=2, strategy={"type": "Recreate"}))
    yield
    place.edit(with_container, image="web:2")
    yield


def restart(place: Place) -> Iterator[None]:
    place.create(DEPLOYMENTS, deployment(replicas=2))
    yield
    place.edit(restarted)
    yield


def annotated(place: Place) -> Iterator[None]:
    place.create(DEPLOYMENTS, deployment(replicas=1))
    yield

    def change(found: Manifest) -> Manifest:
        metadata = found["metadata"]
        annotations = {**metadata["annotations"], "orasi.io/note": "hello"}
        return {**found, "metadata": {**metadata, "annotations": annotations}}

    place.edit(change)
    yield


def paused(place: Place) -> Iterator[None]:
    place.create(DEPLOYMENTS, deployment(replicas=2))
    yield
    place.edit(with_spec, paused=True)
    yield
    place.edit(with_container, image="web:2")
    place.edit(with_spec, replicas=3)
    yield
    place.edit(with_spec, paused=False)
    yield


def forgetful(place: Place) -> Iterator[None]:
    place.create(DEPLOYMENTS, deployment(replicas=1, revisionHistoryLimit=1))
    for number in (2, 3, 4):
        yield
        place.edit(with_container, image=f"web:{number}")
    yield


def refused_by_quota(place: Place) -> Iterator[None]:
    place.create(QUOTAS, quota({"pods": 2}))
    place.rest(place)
    place.create(DEPLOYMENTS, deployment(replicas=4))
    yield


def refused_for_want_of_requests(place: Place) -> Iterator[None]:
    place.create(QUOTAS, quota({"requests.cpu": 1, "limits.memory": "1Gi"}))
    place.rest(place)
    place.create(DEPLOYMENTS, deployment(replicas=1))
    yield


def refused_too_much(place: Place) -> Iterator[None]:
    place.create(QUOTAS, quota({"requests.memory": "1Gi", "cpu": "0.5"}))
    place.rest(place)
    asked = {"requests": {"cpu": "300m", "memory": "600Mi"}}
    place.create(DEPLOYMENTS, deployment(replicas=2, resources=asked))
    yield


def unschedulable(place: Place) -> Iterator[None]:
    place.create(DEPLOYMENTS, deployment(replicas=2, resources=HUGE))
    yield
    place.edit(with_container)
    yield


def stuck(place: Place) -> Iterator[None]:
    place.create(DEPLOYMENTS, deployment(replicas=4, progressDeadlineSeconds=3))
    yield
    place.edit(with_container, resources=HUGE)
    yield
    place.edit(with_spec, replicas=8)  # shared out among old and new
    yield
    place.edit(with_container, image="web:2")
    yield


def stateful(place: Place) -> Iterator[None]:
    place.create(STATEFUL_SETS, stateful_set(replicas=2, serviceName="peers", claims=True))
    for replicas in (3, 1):
        yield
        place.edit(with_spec, resource=STATEFUL_SETS, replicas=replicas)
    yield


def stateful_rolled(place: Place) -> Iterator[None]:
    body = stateful_set(replicas=3, podManagementPolicy="Parallel", revisionHistoryLimit=0)
    place.create(STATEFUL_SETS, body)
    yield
    place.edit(with_container, resource=STATEFUL_SETS, image="web:2")
    yield


def stateful_in_part(place: Place) -> Iterator[None]:
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}
    place.create(STATEFUL_SETS, stateful_set(replicas=3, updateStrategy=rolling))
    yield
    place.edit(with_container, resource=STATEFUL_SETS, image="web:2")
    yield
    place.edit(with_container, resource=STATEFUL_SETS, image="web:1")
    yield


def stateful_stuck(place: Place) -> Iterator[None]:
    place.create(STATEFUL_SETS, stateful_set(replicas=2, podManagementPolicy="Parallel"))
    yield
    place.edit(with_container, resource=STATEFUL_SETS, resources=HUGE)
    yield


def stateful_with_claims_that_go(place: Place) -> Iterator[None]:
    policy = {"whenDeleted": "Delete", "whenScaled": "Delete"}
    body = stateful_set(replicas=2, claims=True, persistentVolumeClaimRetentionPolicy=policy)
    place.create(STATEFUL_SETS, body)
    yield
    place.edit(with_spec, resource=STATEFUL_SETS, replicas=1)
    yield
    place.delete(STATEFUL_SETS)
    yield


def claim_in_use(place: Place) -> Iterator[None]:
    """It goes when the pod does."""
    place.create(STATEFUL_SETS, stateful_set(replicas=1, claims=True))
    yield
    place.delete(CLAIMS, "queue-web-0")
    yield
    place.edit(with_spec, resource=STATEFUL_SETS, replicas=0)
    yield


def daemons(place: Place) -> Iterator[None]:
    place.create(DAEMON_SETS, daemon_set(revisionHistoryLimit=0))
    yield
    place.edit(with_container, resource=DAEMON_SETS, image="web:2")
    yield
    template = place.get(DAEMON_SETS)["spec"]["template"]
    spec = {**template["spec"], "nodeSelector": {"kubernetes.io/hostname": "node-1"}}
    place.edit(with_spec, resource=DAEMON_SETS, template={**template, "spec": spec})
    yield


def daemons_with_a_surge(place: Place) -> Iterator[None]:
    rolling = {"maxSurge": "10%", "maxUnavailable": 0}
    strategy = {"type": "RollingUpdate", "rollingUpdate": rolling}
    place.create(DAEMON_SETS, daemon_set(updateStrategy=strategy))
    yield
    place.edit(with_container, resource=DAEMON_SETS, image="web:2")
    yield
    place.edit(with_container, resource=DAEMON_SETS, resources=HUGE)
    yield


def daemons_of_one_node(place: Place) -> Iterator[None]:
    names = {"key": "kubernetes.io/hostname", "operator": "NotIn", "values": ["node-0", "node-1"]}
    terms = {"nodeSelectorTerms": [{"matchExpressions": [names]}]}
    affinity = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}
    place.create(DAEMON_SETS, daemon_set(pod={"affinity": affinity}))
    yield


def autoscaled(place: Place) -> Iterator[None]:
    """Without metrics, as here, it only keeps to its bounds."""
    place.create(DEPLOYMENTS, deployment(replicas=3))
    yield
    place.create(AUTOSCALERS, autoscaler())
    yield


def autoscaled_by_default(place: Place) -> Iterator[None]:
    body = autoscaler(STATEFUL_SETS, minReplicas=None, metrics=None)
    spec = {name: value for name, value in body["spec"].items() if value is not None}
    place.create(STATEFUL_SETS, stateful_set(replicas=2))
    yield
    place.create(AUTOSCALERS, {**body, "spec": spec})
    yield


SCRIPTS: Sequence[Script] = (
    created,
    created_empty,
    scaled,
    rolled,
    rolled_carefully,
    recreated,
    restart,
    annotated,
    paused,
    forgetful,
    refused_by_quota,
    refused_for_want_of_requests,
    refused_too_much,
    unschedulable,
    stuck,
    stateful,
    stateful_rolled,
    stateful_in_part,
    stateful_stuck,
    stateful_with_claims_that_go,
    claim_in_use,
    daemons,
    daemons_with_a_surge,
    daemons_of_one_node,
    autoscaled,
    autoscaled_by_default,
)
