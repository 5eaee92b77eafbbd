"""Workloads in memory and on the real control plane: the same scripts end in the same objects."""

from collections.abc import Mapping
from concurrent.futures import Future

import pytest

from tests.cluster import (
    adoption_scripts,
    budget_scripts,
    cron_job_scripts,
    garbage_scripts,
    job_scripts,
    replacement_scripts,
    workload_scripts,
)
from tests.cluster.place import in_memory
from tests.cluster.states import states
from tests.cluster.workload_scripts import Script

SCRIPTS = (
    *workload_scripts.SCRIPTS,
    *job_scripts.SCRIPTS,
    *cron_job_scripts.SCRIPTS,
    *budget_scripts.SCRIPTS,
    *garbage_scripts.SCRIPTS,
    *adoption_scripts.SCRIPTS,
    *replacement_scripts.SCRIPTS,
)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.__name__)
def test_they_come_to_the_same_rest(script: Script, real_states: Mapping[str, Future[str]]) -> None:
    expected = real_states[script.__name__].result()
    assert states(script, in_memory()) == expected
