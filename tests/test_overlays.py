"""What is applied where a kind is that not everybody has."""

import json

import yaml

from tests.test_install import POD_MONITORS, ROOT, objects, one, refusals


def test_the_overlay_is_what_messages_and_descriptions_call_it() -> None:
    assert POD_MONITORS.is_dir()
    for place in ("kinds/pipeline/status.py", "kinds/pipeline/settings.py"):
        assert "metacontroller/pod-monitors" in (ROOT / "hooks" / place).read_text()
    assert (
        "\n    kubectl apply -k metacontroller/pod-monitors\n" in (ROOT / "README.md").read_text()
    )


def test_the_overlay_adds_one_child_and_the_right_to_it() -> None:
    (patch,) = yaml.safe_load((POD_MONITORS / "kustomization.yaml").read_text())["patches"]
    assert patch["target"] == {"kind": "CompositeController", "name": "pipelines.orasi.io"}
    (addition,) = json.loads(patch["patch"])
    child = {"apiVersion": "monitoring.coreos.com/v1", "resource": "podmonitors"}
    assert addition["value"] == child | {"updateStrategy": {"method": "InPlace"}}
    (pipelines,) = (
        found
        for found in objects(POD_MONITORS)
        if found["metadata"]["name"] == "pipelines.orasi.io"
    )
    assert child not in [
        {name: each[name] for name in child} for each in pipelines["spec"]["childResources"]
    ]
    pipelines["spec"]["childResources"].append(addition["value"])
    assert refusals(pipelines) == []
    role, binding = (
        next(found for found in objects(POD_MONITORS) if found["kind"] == kind)
        for kind in ("ClusterRole", "ClusterRoleBinding")
    )
    (rule,) = role["rules"]
    assert (rule["apiGroups"], rule["resources"]) == (["monitoring.coreos.com"], ["podmonitors"])
    everything = next(
        each
        for each in one("ClusterRole", "metacontroller")["rules"]
        if each["resources"] == ["deployments"]
    )
    assert rule["verbs"] == everything["verbs"]
    assert binding["roleRef"]["name"] == role["metadata"]["name"]
    assert binding["subjects"] == one("ClusterRoleBinding", "metacontroller")["subjects"]
