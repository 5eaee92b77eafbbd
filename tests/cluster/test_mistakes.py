"""Mistakes that are refused: kubectl and the real API server say of them what the page says."""

import json

import pytest

from tests import mistakes
from tests.cluster.controlplane import ControlPlane, KubectlFailed
from tests.mistakes import REFUSED, Mistake

NAMESPACE = "mistakes"


@pytest.fixture(scope="module")
def namespace(control_plane: ControlPlane) -> str:
    control_plane.kubectl("create", "namespace", NAMESPACE)
    return NAMESPACE


@pytest.mark.parametrize("mistake", mistakes.mistakes(REFUSED), ids=str)
def test_it_is_refused_so(
    mistake: Mistake, control_plane: ControlPlane, namespace: str, request: pytest.FixtureRequest
) -> None:
    def apply(each: object) -> None:
        place = f"--namespace={namespace}"
        control_plane.kubectl("apply", place, "--filename=-", stdin=json.dumps(each))

    *sound, wrong = mistake.objects
    for each in sound:
        apply(each)
    with pytest.raises(KubectlFailed) as failure:
        apply(wrong)
    control_plane.kubectl("delete", "orasi", "--all", f"--namespace={namespace}")
    said = f"{failure.value}".strip() + "\n"
    if request.config.getoption("update"):
        mistakes.rewrite(mistake, said)
    assert said == mistake.said
