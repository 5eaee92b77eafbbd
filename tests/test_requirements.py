"""The pins: a fresh installation gets exactly them, also when something newer is published."""

import re
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
FILES = ("requirements.txt", "requirements/cli.txt", "requirements/test.txt")


def pins(file: str) -> dict[str, Requirement]:
    found = re.findall(r"^\S.*==.*?(?= \\$)", (ROOT / file).read_text(), re.MULTILINE)
    requirements = [Requirement(line) for line in found]
    return {canonicalize_name(each.name): each for each in requirements}


@pytest.mark.parametrize("file", FILES)
def test_what_is_pinned_names_the_extras_that_it_is_asked_for_with(file: str) -> None:
    """pip looks for `name[extra]` apart from `name`: unpinned, the newest is found and refused."""
    everywhere = {name: each for other in FILES for name, each in pins(other).items()}
    here = {name: each for name, each in pins(file).items() if applies(each)}
    assert here, file
    asked = [
        (needed, name)
        for name, each in here.items()
        for text in distribution(name).requires or ()
        if (needed := Requirement(text)) and needed.extras and applies(needed, each.extras)
    ]
    missing = [
        f"{needed} of {name}"
        for needed, name in asked
        if not needed.extras <= everywhere[canonicalize_name(needed.name)].extras
    ]
    assert missing == []


def applies(requirement: Requirement, extras: set[str] | None = None) -> bool:
    """Whether it is asked for here, by a package that is installed with these *extras*."""
    if requirement.marker is None:
        return True
    return any(requirement.marker.evaluate({"extra": extra}) for extra in extras or {""})
