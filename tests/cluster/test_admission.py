"""Built-in objects in memory and on the real API server: stored alike, refused alike."""

from collections.abc import Callable

import pytest

from orasi.cluster.api import ApiError
from tests.cluster.place import Place, in_memory
from tests.memory.workloads import DEPLOYMENTS, container, deployment, with_spec
from tests.memory.wrong import WRONG, Wrong

AMOUNTS = (
    *("0", "1000m", "0.5", 0.5, 2, "1e3", "1E3", "1500M", "1024Mi", "1.5Gi", "1.500", "5."),
    *("250u", "0.0001", "1.0000001", "100e-3", "0.1Ki", "007", "1000000k", "1048576Ki"),
)


def test_they_store_the_same_quantities(new_place: Callable[[str], Place]) -> None:
    body = deployment(replicas=0)
    body["spec"]["template"]["spec"]["containers"] = [
        {**container(), "name": f"c{index}", "resources": {"requests": {"memory": amount}}}
        for index, amount in enumerate(AMOUNTS)
    ]
    places = (in_memory(), new_place("workloads-quantities"))
    stored = [place.create(DEPLOYMENTS, body)["spec"] for place in places]
    assert stored[0] == stored[1]


def test_they_leave_out_the_same_zeros(new_place: Callable[[str], Place]) -> None:
    pod = {
        **dict.fromkeys(("hostIPC", "hostNetwork", "hostPID"), False),
        "containers": [
            {
                **container(stdin=False, stdinOnce=False, tty=False, resources={"limits": {}}),
                "readinessProbe": {"httpGet": {"port": 80}, "initialDelaySeconds": 0},
                "volumeMounts": [{"name": "a", "mountPath": "/a", "readOnly": False}],
            }
        ],
        "volumes": [{"name": "a", "emptyDir": {"sizeLimit": "1024Mi"}}],
    }
    body = deployment(pod=pod, replicas=0, paused=False, minReadySeconds=0)
    places = (in_memory(), new_place("workloads-zeros"))
    stored = [place.create(DEPLOYMENTS, body)["spec"] for place in places]
    assert stored[0] == stored[1]


@pytest.mark.parametrize("name", WRONG)
def test_it_refuses_with_these_words(name: str, new_place: Callable[[str], Place]) -> None:
    """Those that the cluster in memory is held to elsewhere."""
    wrong, place = WRONG[name], new_place(f"refused-{name}")
    with pytest.raises(ApiError) as refused:
        refuse(place, wrong)
    assert (refused.value.code, str(refused.value)) == (wrong.code, wrong.message)


def refuse(place: Place, wrong: Wrong) -> None:
    place.create(wrong.resource, wrong.body)
    if wrong.changes:
        place.edit(with_spec, resource=wrong.resource, **wrong.changes)
