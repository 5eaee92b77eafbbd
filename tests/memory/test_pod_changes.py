"""Of a Pod next to nothing can be changed, of a revision's data nothing."""

import pytest

from orasi.cluster.api import ApiError
from orasi.cluster.memory import Memory
from tests.memory.changed_pods import REFUSED, TAKEN


@pytest.mark.parametrize("name", TAKEN)
def test_some_changes_are_taken(memory: Memory, name: str) -> None:
    change = TAKEN[name]
    created = memory.create(change.resource, change.body)
    changed = memory.update(change.resource, change.changed(created))
    assert changed["metadata"]["resourceVersion"] != created["metadata"]["resourceVersion"]
    assert memory.get(change.resource, "default", "web") == changed


@pytest.mark.parametrize("name", REFUSED)
def test_others_are_refused_with_the_words_of_the_api_server(memory: Memory, name: str) -> None:
    change = REFUSED[name]
    wanted = change.changed(memory.create(change.resource, change.body))
    with pytest.raises(ApiError) as refused:
        memory.update(change.resource, wanted)
    assert (refused.value.code, str(refused.value)) == (422, change.message)
