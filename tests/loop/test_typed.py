"""What hooks get to see of their controller."""

import json
from pathlib import Path
from typing import Any

import pytest

from orasi.cluster.loop.durations import as_go_writes_it
from orasi.cluster.loop.typed import typed
from tests.loop.stage import always, stage

STATED = "kubectl.kubernetes.io/last-applied-configuration"
RECORDED = [
    request
    for file in sorted((Path(__file__).parents[1] / "data/requests").glob("*.json"))
    if "controller" in (request := json.loads(file.read_text())["request"])
]


def spec(**fields: Any) -> Any:
    return typed({"metadata": {"name": "c"}, "spec": fields})["spec"]


def test_every_recorded_controller_is_what_its_author_stated_made_typed() -> None:
    assert {each["controller"]["kind"] for each in RECORDED} == {
        "CompositeController",
        "DecoratorController",
    }
    for request in RECORDED:
        sent = request["controller"]
        stated = json.loads(sent["metadata"]["annotations"][STATED])["spec"]
        assert typed({**sent, "spec": stated, "status": {"any": "thing"}}) == sent


def test_a_hook_is_sent_it() -> None:
    scene = stage(always(), resyncPeriodSeconds=20)
    scene.loop.run_pass()
    [rule, _] = scene.hooks.bodies[0]["controller"]["spec"]["childResources"]
    assert rule["updateStrategy"] == {"method": "InPlace", "statusChecks": {}}


def test_lists_and_maps_are_omitted_if_they_are_empty_and_objects_are_not() -> None:
    parent = {
        "labelSelector": {"matchLabels": {}, "matchExpressions": []},
        "revisionHistory": {"fieldPaths": []},
        "ignoreStatusChanges": False,
    }
    stated = {"parentResource": parent, "childResources": [], "endpointConfigs": [], "hooks": {}}
    assert spec(**stated) == {
        "parentResource": {
            "labelSelector": {},
            "revisionHistory": {},
            "ignoreStatusChanges": False,
        },
        "hooks": {},
    }


def test_status_checks_are_filled_in_where_there_is_a_strategy_of_a_child() -> None:
    checks = {"conditions": [{"type": "Ready", "status": "True"}]}
    children = [{}, {"updateStrategy": {}}, {"updateStrategy": {"statusChecks": checks}}]
    assert spec(childResources=children) == {
        "childResources": [
            {},
            {"updateStrategy": {"statusChecks": {}}},
            {"updateStrategy": {"statusChecks": checks}},
        ]
    }
    attached = {"attachments": [{"updateStrategy": {"method": "InPlace"}}]}
    assert spec(**attached) == attached


def test_only_the_timeout_of_a_webhook_is_a_duration() -> None:
    stated = {
        "hooks": {"sync": {"webhook": {"url": "x", "timeout": "60s"}}},
        "parentResource": {"labelSelector": {"matchLabels": {"timeout": "60s", "values": ""}}},
    }
    assert spec(**stated) == {
        **stated,
        "hooks": {"sync": {"webhook": {"url": "x", "timeout": "1m0s"}}},
    }


@pytest.mark.parametrize(
    ("stated", "written"),
    [
        ("60s", "1m0s"),
        ("90m", "1h30m0s"),
        ("1h", "1h0m0s"),
        ("1.5s", "1.5s"),
        ("1500ms", "1.5s"),
        ("0.25s", "250ms"),
        ("1500us", "1.5ms"),
        ("20s", "20s"),
        ("7µs", "7µs"),
        ("3ns", "3ns"),
        ("0s", "0s"),
        ("-90s", "-1m30s"),
    ],
)
def test_durations_are_written_as_go_writes_them(stated: str, written: str) -> None:
    assert as_go_writes_it(stated) == written
