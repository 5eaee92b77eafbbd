"""Autoscalers in memory and on the real control plane find the same, and do the same."""

from collections.abc import Mapping
from concurrent.futures import Future

import pytest

from tests.cluster import autoscaler_scripts, measured_scripts, scale_scripts
from tests.cluster.place import in_memory
from tests.cluster.states import home, states
from tests.cluster.workload_scripts import Script

SCRIPTS = (*autoscaler_scripts.SCRIPTS, *measured_scripts.SCRIPTS, *scale_scripts.SCRIPTS)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.__name__)
def test_they_come_to_the_same_rest(script: Script, real_states: Mapping[str, Future[str]]) -> None:
    expected = real_states[script.__name__].result()
    assert states(script, in_memory(home(script))) == expected
