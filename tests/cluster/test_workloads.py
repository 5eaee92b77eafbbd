"""Workloads in memory and on the real control plane: the same scripts end in the same objects."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.cluster import (
    adoption_scripts,
    budget_scripts,
    cron_job_scripts,
    garbage_scripts,
    job_scripts,
    workload_scripts,
)
from tests.cluster.place import Place, in_memory
from tests.cluster.states import state
from tests.cluster.workload_scripts import Script

SCRIPTS = (
    *workload_scripts.SCRIPTS,
    *job_scripts.SCRIPTS,
    *cron_job_scripts.SCRIPTS,
    *budget_scripts.SCRIPTS,
    *garbage_scripts.SCRIPTS,
    *adoption_scripts.SCRIPTS,
)
AT_ONCE = 24  # each asks for everything once a second


def states(script: Script, place: Place) -> str:
    """The state at each rest of the script."""
    found = []
    for _ in script(place):
        place.rest(place)
        found.append(state(place))
    return "\n---\n# At rest again.\n".join(found)


@pytest.fixture(scope="module")
def real_states(new_place: Callable[[str], Place]) -> Iterator[Mapping[str, Future[str]]]:
    """What the real controllers make of each script; many of them are played at once."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {
            script.__name__: pool.submit(
                states, script, new_place(f"workloads-{script.__name__}".replace("_", "-"))
            )
            for script in SCRIPTS
        }


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.__name__)
def test_they_come_to_the_same_rest(script: Script, real_states: Mapping[str, Future[str]]) -> None:
    expected = real_states[script.__name__].result()
    assert states(script, in_memory()) == expected
