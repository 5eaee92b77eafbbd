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
    whole = Rule(rule.text, rule.expression)
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


FORMATTED = [
    ("'%s is %d'.format(['a', 3])", "a is 3"),
    ("'100 %% of %s, %s and %s'.format([true, null, 3])", "100 % of true, null and 3"),
    ("'%s'.format(['a is %d'.format([self])])", "a is 7"),
]
UNFORMATTED = ["'%s'.format([])", "'a'.format([1])", "'%d'.format(['a'])", "'%x'.format([1])"]


@pytest.mark.parametrize(("text", "told"), FORMATTED)
def test_what_breaks_a_rule_is_put_into_its_message(text: str, told: str) -> None:
    rule = Rule.parse({"rule": "false", "message": "no", "messageExpression": text})
    problem = rule.problem("spec.a", 7, ABSENT, "integer")
    assert problem
    assert told in str(problem)


@pytest.mark.parametrize("text", UNFORMATTED)
def test_a_message_that_cannot_be_told_is_the_plain_one(text: str) -> None:
    rule = Rule.parse({"rule": "false", "message": "no", "messageExpression": text})
    problem = rule.problem("spec.a", 7, ABSENT, "integer")
    assert problem
    assert str(problem).endswith("no")
