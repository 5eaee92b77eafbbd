"""Every scenario with every engine and apply strategy, and each phase at its end."""

from typing import Any

import pytest

from tests.cluster.modes import MODES
from tests.cluster.outages import OUTAGES
from tests.cluster.phase import SETUPS, Phase
from tests.cluster.pipelines import PIPELINES
from tests.cluster.references import REFERENCES
from tests.cluster.replicas import REPLICAS
from tests.scenarios import EVERYWHERE, Scenario

# In this order they begin: those that take longest first, so that none is waited for alone.
SCENARIOS = (*MODES, *EVERYWHERE, *PIPELINES, *REFERENCES, *REPLICAS, *OUTAGES)

every_phase = pytest.mark.parametrize("phase", SETUPS, ids=str, indirect=True, scope="module")


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
@every_phase
def test_scenario(phase: Phase, scenario: Scenario[Any]) -> None:
    phase.result(scenario)


@every_phase
def test_at_rest(phase: Phase) -> None:
    phase.check_at_rest()


@every_phase
def test_nothing_is_left(phase: Phase) -> None:
    phase.check_nothing_is_left()
