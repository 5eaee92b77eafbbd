"""The generated manifests: current, described, bounded, and of one mind with the models."""

import re
from collections.abc import Iterator
from pathlib import Path

import cel
import hypothesis.strategies as st
import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from pydantic import ValidationError

from hooks import GROUP, __version__, manifests
from hooks.composite import Composite
from hooks.contract import Manifest
from hooks.decorator import Decorator
from hooks.decorators import DECORATORS
from hooks.kinds import KINDS
from hooks.kinds.pipeline import PIPELINE
from hooks.manifests import (
    composite_controller,
    custom_resource_definition,
    decorator_controller,
    explained_definition,
    object_schema,
)
from hooks.rbac import edit_role, metacontroller_role, view_role
from orasi.cluster.api import ApiError, VirtualClock
from orasi.cluster.memory import Memory
from tests.worlds import World, specs, spoiled

ROOT = Path(__file__).parent.parent
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.singular)

# Kubernetes adds functions to CEL that the embedded cluster does not have.
STANDARD = {"size", "has", "matches", "startsWith", "endsWith", "contains", "int", "string"}
MACROS = {"all", "exists", "exists_one", "filter", "map"}

# What the owner of an object looks for first.
COLUMNS = {
    "document": ["Title", "Hidden"],
    "configuration": ["Format", "Keys"],
    "connector": ["Source", "Sink", "Reachable"],
    "pipeline": ["Mode", "Flows", "Replicas"],
}


def nodes(schema: Manifest, path: str = "") -> Iterator[tuple[str, Manifest]]:
    yield path, schema
    for name, each in schema.get("properties", {}).items():
        yield from nodes(each, f"{path}.{name}")
    if "items" in schema:
        yield from nodes(schema["items"], f"{path}[]")


def test_generated_files_are_current() -> None:
    generated = dict(manifests.files(ROOT))
    assert {path: (ROOT / path).read_text() for path in generated} == generated


def test_the_check_names_what_is_not_current(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(manifests, "__file__", str(tmp_path / "hooks" / "manifests.py"))
    assert manifests.main(["--check"]) == 1
    assert "manifests/rbac.yaml is not current" in capsys.readouterr().err
    assert manifests.main([]) == 0
    assert "wrote manifests/rbac.yaml" in capsys.readouterr().out
    assert manifests.main(["--check"]) == 0


def test_every_kind_has_a_folder_and_every_folder_a_kind() -> None:
    folders = {path.parent.name for path in (ROOT / "hooks" / "kinds").glob("*/__init__.py")}
    assert folders == {kind.singular for kind in KINDS}


def test_every_decorator_has_a_folder_and_every_folder_a_decorator() -> None:
    folders = {path.parent.name for path in (ROOT / "hooks" / "decorators").glob("*/__init__.py")}
    assert folders == {each.singular for each in DECORATORS}
    assert not {each.plural for each in DECORATORS} & {kind.plural for kind in KINDS}


@pytest.mark.parametrize("decorator", DECORATORS, ids=lambda each: each.singular)
def test_a_decorator_looks_at_every_object_and_leaves_no_finalizer(decorator: Decorator) -> None:
    spec = decorator_controller(decorator)["spec"]
    (resource,) = spec["resources"]
    assert resource.keys() == {"apiVersion", "resource"}, "one that is deselected is forgotten"
    assert spec["hooks"].keys() == {"sync"}
    assert {each["updateStrategy"]["method"] for each in spec["attachments"]} == {"InPlace"}


@every_kind
def test_every_field_is_described_with_its_default_and_bounded(kind: Composite) -> None:
    for path, schema in nodes(object_schema(kind)):
        if path in ("", ".metadata") or path.endswith("[]"):
            continue
        assert schema["description"].endswith("."), path
        if "default" in schema and schema["default"] != []:
            default = schema["default"]
            shown = str(default).lower() if isinstance(default, bool) else str(default)
            said = "Default:" if isinstance(default, dict | list) else f"Default: {shown}."
            assert said in schema["description"], path
        if path.startswith(".spec"):
            bounded = {
                "string": schema.keys() & {"maxLength", "enum"},
                "array": schema.keys() & {"maxItems"},
                "integer": schema.keys() & {"maximum"},
            }
            assert bounded.get(schema.get("type", ""), True), path


@every_kind
def test_what_kubectl_explain_leaves_out_is_told(kind: Composite) -> None:
    """Bounds of numbers, and which fields there have to be: before the default, and once."""
    (version,) = explained_definition(kind)["spec"]["versions"]
    spec = version["schema"]["openAPIV3Schema"]["properties"]["spec"]
    for path, schema in nodes(spec):
        text = schema.get("description", "")
        before, _, after = text.partition("Default: ")
        if "maximum" in schema:
            assert str(schema["minimum"]) in before, path
            assert str(schema["maximum"]) in before, path
            assert f"From {schema['minimum']} to" not in after, path
        for rule in schema.get("items", schema).get("x-kubernetes-validations", ()):
            if re.match("(exactly|at least) one of", rule["message"]) and text:
                assert before.count(rule["message"][1:]) == 1, path


def test_it_is_told_as_prose() -> None:
    (version,) = explained_definition(PIPELINE)["spec"]["versions"]
    spec = version["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]
    least = spec["autoscaling"]["properties"]["minReplicas"]
    assert least["description"] == "Pods to run at least. From 1 to 1000. Default: 1."
    said = "Of each, exactly one of file and env must be set."
    assert spec["configurations"]["description"].endswith(said)


@every_kind
def test_rules_use_the_standard_library_of_cel_only(kind: Composite) -> None:
    for path, schema in nodes(object_schema(kind)):
        for rule in schema.get("x-kubernetes-validations", ()):
            called = cel.compile(rule["rule"]).functions()
            functions = {name for name in called if re.fullmatch(r"[a-zA-Z]\w*", name)}
            assert functions <= STANDARD | MACROS, path
            # Messages may use one function more, without which numbers cannot be told.
            said = cel.compile(rule.get("messageExpression", "''")).functions()
            words = {name for name in said if re.fullmatch(r"[a-zA-Z]\w*", name)}
            assert words <= STANDARD | MACROS | {"format"}, path
            # The API server puts the path before it, so it is the field below that must be named.
            fields = schema["properties"].keys() | {"metadata.name"}
            assert any(field in rule["message"] for field in fields), path


@every_kind
def test_columns_end_with_what_every_kind_shows(kind: Composite) -> None:
    version = custom_resource_definition(kind)["spec"]["versions"][0]
    names = [column["name"] for column in version["additionalPrinterColumns"]]
    assert names[-4:] == ["Ready", "Reason", "Message", "Age"]
    assert names[:-4] == COLUMNS[kind.singular]
    shown = [column["name"] for column in version["additionalPrinterColumns"] if priority(column)]
    assert shown == ["Message"], "what stands beside the rest only with --output=wide"


def priority(column: Manifest) -> int:
    return int(column.get("priority", 0))


@every_kind
def test_every_controller_asks_for_the_same_of_metacontroller(kind: Composite) -> None:
    spec = composite_controller(kind)["spec"]
    assert (spec["generateSelector"], spec["resyncPeriodSeconds"]) == (True, 600)
    assert {each["updateStrategy"]["method"] for each in spec["childResources"]} == {"InPlace"}
    for hook in spec["hooks"].values():
        assert (hook["version"], hook["webhook"]["timeout"]) == ("v2", "10s")
        assert hook["webhook"]["path"].endswith(f"?version={__version__}")
        assert "etag" not in hook["webhook"]


def test_nothing_that_is_made_gives_rights_or_is_cluster_scoped() -> None:
    """Nobody gets more by asking us than he may do himself."""
    declared = [
        *(child for kind in KINDS for child in kind.children),
        *(child for decorator in DECORATORS for child in decorator.attachments),
    ]
    made = {(child.api_version.rpartition("/")[0], child.kind) for child in declared}
    served = {(each.group, each.kind): each for each in Memory(VirtualClock()).resources()}
    groups = {group for group, _ in made}
    assert not groups & {"rbac.authorization.k8s.io", "admissionregistration.k8s.io"}
    assert all(served[each].namespaced for each in made & served.keys())
    assert made - served.keys() == {(GROUP, "Connector"), ("monitoring.coreos.com", "PodMonitor")}


@every_kind
@given(data=st.data())
@settings(max_examples=150)
def test_model_and_api_server_accept_the_same_specs(
    kind: Composite, client: FlaskClient, data: st.DataObject
) -> None:
    """Else a spec is stored that the hook freezes, or refused that the hook would take."""
    spec = spoiled(data.draw(specs(kind)), data)
    world = World(kind, client, "dynamic-apply")
    try:
        stored = world.create(spec)["spec"]
    except ApiError as error:
        refused = error.code
    else:
        kind.spec.model_validate(spec)
        kind.spec.model_validate(stored)
        return
    assert refused == 422
    with pytest.raises(ValidationError):
        kind.spec.model_validate(spec)


def test_rights_name_what_they_are_for() -> None:
    for rule in metacontroller_role(KINDS, DECORATORS)["rules"]:
        assert "*" not in {*rule["apiGroups"], *rule["resources"], *rule["verbs"]}


def test_who_may_view_or_edit_a_namespace_may_do_so_with_our_kinds() -> None:
    """By the API server's own roles, which gather all that carry these labels."""
    to = "rbac.authorization.k8s.io/aggregate-to-"
    view, edit = view_role(KINDS), edit_role(KINDS)
    assert view["metadata"]["labels"] == {f"{to}view": "true"}
    assert edit["metadata"]["labels"] == {f"{to}edit": "true", f"{to}admin": "true"}
    plurals = [kind.plural for kind in KINDS]
    read = {"apiGroups": [GROUP], "resources": plurals, "verbs": ["get", "list", "watch"]}
    assert view["rules"] == [read]
    write, scale = edit["rules"]
    assert write["resources"] == plurals
    assert {"create", "update", "patch", "delete", "deletecollection"} < {*write["verbs"]}
    assert (scale["resources"], "update" in scale["verbs"]) == (["pipelines/scale"], True)


@pytest.mark.parametrize("decorator", DECORATORS, ids=lambda each: each.singular)
def test_objects_are_updated_only_by_a_decorator_that_writes_on_them(decorator: Decorator) -> None:
    group = decorator.api_version.rpartition("/")[0]
    verbs = {
        verb
        for rule in metacontroller_role((), (decorator,))["rules"]
        if group in rule["apiGroups"] and decorator.resource in rule["resources"]
        for verb in rule["verbs"]
    }
    made = decorator.resource in {each.plural for each in decorator.attachments}
    assert ("update" in verbs) == (bool(decorator.complaint) or made)


def test_a_description_is_prose() -> None:
    """What `kubectl explain` prints: no markup, no class names of ours."""
    for kind in KINDS:
        for path, schema in nodes(object_schema(kind)):
            assert not re.search(r"\*\*|\bBaseModel\b|\]\(", schema.get("description", "")), path
