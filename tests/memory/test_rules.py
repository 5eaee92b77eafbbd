"""What a rule in CEL is given of an object is enough for its verdict."""

import pytest

from hooks.kinds import KINDS
from hooks.manifests import object_schema
from orasi.cluster.api import Manifest
from orasi.cluster.memory.rules import Fields, Rule
from orasi.cluster.values import ABSENT

OBJECT: Manifest = {
    "metadata": {"name": "it", "labels": {"app": "web", "self": "x"}, "managedFields": [{}]},
    "spec": {"size": 3, "ports": [{"name": "a"}, {"name": "b"}], "nothing": None},
}
NAME: Fields = {"metadata": {"name": {}}}
LOOKED_AT: list[tuple[str, Fields]] = [
    ("self.metadata.name == 'it'", NAME),
    ("self.metadata.name.size() <= 40 && self.metadata.name.startsWith('i')", NAME),
    ("has(self.spec.size) && !has(self.spec.other)", {"spec": {"other": {}, "size": {}}}),
    ("has(self.spec) && self.spec.size > 1", {"spec": {}}),
    ("self.metadata.labels.size() == 2", {"metadata": {"labels": {}}}),
    ("self.metadata.labels.size () == 2", {"metadata": {"labels": {}}}),
    ("self.metadata.labels.all // of them\n(each, each == 'x')", {"metadata": {"labels": {}}}),
    ("self.exists\n (each, each == 'spec')", {}),
    ("'app' in self.metadata.labels", {"metadata": {"labels": {}}}),
    ("self.metadata.labels['self'] == 'x'", {}),  # the text is taken for it: more is never wrong
    ("self.spec.ports[1].name == 'b'", {"spec": {"ports": {}}}),
    ("self.spec.ports.all(each, each.name != self.spec.size)", {"spec": {"ports": {}, "size": {}}}),
    ("self.metadata.name != 'self.spec'", {**NAME, "spec": {}}),
    ("self['spec'].size == 3", {}),
    ("self\n.spec.size == 3", {}),
    ("self.size() == 2", {}),
    ("self.spec.nothing.below == 1", {"spec": {"nothing": {"below": {}}}}),
    ("self.missing.below == 1", {"missing": {"below": {}}}),
]


@pytest.mark.parametrize(("text", "fields"), LOOKED_AT)
def test_a_rule_is_given_the_fields_that_it_names(text: str, fields: Fields) -> None:
    assert Rule.parse({"rule": text}).fields == fields


@pytest.mark.parametrize("text", [text for text, _ in LOOKED_AT])
@pytest.mark.parametrize("sign", ["", "!"])
def test_they_are_as_good_as_all_of_it(text: str, sign: str) -> None:
    """Whether it holds or not; and what it says where it cannot be judged."""
    rule = Rule.parse({"rule": f"{sign}({text})"})
    whole = Rule(rule.text, rule.program)
    judged, of_all = (each.problem("", OBJECT, ABSENT, "object") for each in (rule, whole))
    assert judged == of_all


def test_no_rule_of_ours_about_a_name_is_given_more() -> None:
    """It is judged at each write, and with all of metadata that took a sixth of the time."""
    rules = [
        Rule.parse(each)
        for kind in KINDS
        for each in object_schema(kind)["x-kubernetes-validations"]
    ]
    about_names = [rule for rule in rules if "metadata" in rule.fields]
    assert about_names
    assert all(rule.fields == NAME for rule in about_names)
