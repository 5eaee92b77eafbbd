"""A cluster in memory, with and without a custom kind."""

import pytest

from orasi.cluster.api import VirtualClock
from orasi.cluster.memory import Memory
from tests.memory.documents import DEFINITIONS, SCHEMA, definition


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def memory(clock: VirtualClock) -> Memory:
    cluster = Memory(clock)
    cluster.create(DEFINITIONS, definition(SCHEMA))
    return cluster
