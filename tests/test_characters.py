"""Characters that cannot be applied; what becomes of them is a matter of golden cases."""

import pytest

from hooks.characters import inapplicable

CHILD = {"kind": "ConfigMap", "metadata": {"name": "it"}, "data": {"key": "fine"}}


@pytest.mark.parametrize(
    "character", ["\0", "\x1f", " ", "\xa0", "\u2028", "\ufeff", "\ufffd", "😀"]
)
def test_others_can_be(character: str) -> None:
    child = CHILD | {"data": {"key": character, character: "value"}}
    assert inapplicable({"spec": {"content": character}}, [CHILD, child]) is None


def test_each_is_told_by_its_place() -> None:
    spec = {
        "texts": ["fine", "\n\nno\x7f\x80"],
        "keys": {"\x9f": {"a": 1, "b": 2}},
        "late\uffff": 1,
    }
    found = inapplicable({"spec": spec}, [CHILD | {"data": {"\uffff": "any"}}])
    assert found == (
        'spec.keys["\x9f"] has U+009F at line 1 column 1; spec["late\uffff"] has U+FFFF at line 1 '
        "column 5; spec.texts[1] has U+007F at line 3 column 3. "
        "Nothing that is applied may have U+007F to U+009F, U+FFFE or U+FFFF."
    )


def test_what_nobody_seems_to_say_is_told_by_its_place_in_the_child() -> None:
    found = inapplicable({"spec": {}}, [CHILD, CHILD | {"data": {"key": "\x85"}}])
    assert found is not None
    assert found.startswith("ConfigMap it .data.key has U+0085 at line 1 column 1. ")
