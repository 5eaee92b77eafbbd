"""A cluster in memory, with and without a custom kind."""

import pytest

from orasi.cluster.api import VirtualClock
from orasi.cluster.memory import Memory
from tests.memory.documents import DEFINITIONS, SCHEMA, definition
from tests.memory.workloads import World


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def memory(clock: VirtualClock) -> Memory:
    cluster = Memory(clock)
    cluster.create(DEFINITIONS, definition(SCHEMA))
    return cluster


@pytest.fixture
def world() -> World:
    """A cluster in memory without custom kinds, in which workloads are watched."""
    return World()
