"""Peculiarities of built-in kinds."""

from typing import Any

import pytest

from orasi.cluster.api import ApiError
from orasi.cluster.memory import Memory
from tests.memory.documents import (
    CONFIG_MAPS,
    DEPLOYMENTS,
    JOBS,
    NAMESPACES,
    SECRETS,
    SERVICES,
    config_map,
    manifest,
)
from tests.memory.workloads import deployment


def test_empty_data_and_unknown_fields_of_a_config_map_are_not_stored(memory: Memory) -> None:
    created = memory.create(CONFIG_MAPS, config_map(data={}, binaryData=None, unknown={"a": 1}))
    assert sorted(created) == ["apiVersion", "kind", "metadata"]
    assert "generation" not in created["metadata"]


@pytest.mark.parametrize(
    ("fields", "code", "complaint"),
    [
        ({"data": {"a b": ""}}, 422, 'data[a b]: Invalid value: "a b": a valid config key must'),
        ({"data": {"a": 1}}, 400, 'ConfigMap in version "v1" cannot be handled as a ConfigMap'),
        ({"data": {"a": "x" * 1_048_576}}, 422, "Too long: may not be more than 1048576 bytes"),
    ],
)
def test_a_config_map_with_unusable_data_is_refused(
    memory: Memory, fields: dict[str, Any], code: int, complaint: str
) -> None:
    with pytest.raises(ApiError) as refused:
        memory.create(CONFIG_MAPS, config_map(**fields))
    assert refused.value.code == code
    assert complaint in str(refused.value)


def test_an_immutable_config_map_stays_what_it_is(memory: Memory) -> None:
    memory.create(CONFIG_MAPS, config_map(data={"a": "b"}, immutable=True))
    memory.patch(CONFIG_MAPS, "default", "lorem", {"metadata": {"labels": {"a": "b"}}})
    with pytest.raises(ApiError) as refused:
        memory.patch(CONFIG_MAPS, "default", "lorem", {"data": {"a": "c"}, "immutable": None})
    reason = "Forbidden: field is immutable when `immutable` is set"
    assert str(refused.value) == (
        f'ConfigMap "lorem" is invalid: [immutable: {reason}, data: {reason}]'
    )


def test_string_data_of_a_secret_ends_in_its_data(memory: Memory) -> None:
    created = memory.create(SECRETS, manifest(SECRETS, stringData={"a": "b"}))
    assert (created["data"], created["type"]) == ({"a": "Yg=="}, "Opaque")
    assert "stringData" not in created


def test_a_namespace_carries_its_name_as_a_label(memory: Memory) -> None:
    assert memory.get(NAMESPACES, "", "default")["metadata"]["labels"] == {
        "kubernetes.io/metadata.name": "default"
    }


def test_annotations_of_a_deployment_count_into_its_generation(memory: Memory) -> None:
    memory.create(DEPLOYMENTS, deployment())
    patch = {"metadata": {"annotations": {"a": "b"}}}
    assert memory.patch(DEPLOYMENTS, "default", "web", patch)["metadata"]["generation"] == 2


def test_a_workload_is_stored_with_its_defaults(memory: Memory) -> None:
    container = {"name": "web", "image": "web:1", "args": [], "env": [{"name": "A", "value": ""}]}
    template = {"metadata": {"labels": {"a": ""}}, "spec": {"containers": [container]}}
    spec = {"selector": {"matchLabels": {"a": ""}}, "template": template}
    created = memory.create(DEPLOYMENTS, manifest(DEPLOYMENTS, spec=spec))
    assert created["spec"] == {
        "replicas": 1,
        "selector": {"matchLabels": {"a": ""}},
        "template": {
            "metadata": {"labels": {"a": ""}},
            "spec": {
                "containers": [
                    {
                        "name": "web",
                        "image": "web:1",
                        "env": [{"name": "A"}],
                        "resources": {},
                        "terminationMessagePath": "/dev/termination-log",
                        "terminationMessagePolicy": "File",
                        "imagePullPolicy": "IfNotPresent",
                    }
                ],
                "restartPolicy": "Always",
                "terminationGracePeriodSeconds": 30,
                "dnsPolicy": "ClusterFirst",
                "securityContext": {},
                "schedulerName": "default-scheduler",
            },
        },
        "strategy": {
            "type": "RollingUpdate",
            "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": "25%"},
        },
        "revisionHistoryLimit": 10,
        "progressDeadlineSeconds": 600,
    }
    assert created["status"] == {}


def test_one_port_may_serve_two_protocols(memory: Memory) -> None:
    ports = [{"name": "t", "port": 53}, {"name": "u", "port": 53, "protocol": "UDP"}]
    created = memory.create(SERVICES, manifest(SERVICES, spec={"ports": ports}))
    assert created["spec"]["ports"] == [
        {"name": "t", "port": 53, "protocol": "TCP", "targetPort": 53},
        {"name": "u", "port": 53, "protocol": "UDP", "targetPort": 53},
    ]


def test_the_pods_of_a_job_are_fixed_when_it_is_created(memory: Memory) -> None:
    template = {"spec": {"restartPolicy": "Never", "containers": [{"name": "a", "image": "a:1"}]}}
    created = memory.create(JOBS, manifest(JOBS, spec={"template": template}))
    uid = created["metadata"]["uid"]
    selected = {"batch.kubernetes.io/controller-uid": uid}
    assert created["spec"]["selector"] == {"matchLabels": selected}
    assert selected.items() <= created["spec"]["template"]["metadata"]["labels"].items()
    patch = {"spec": {"template": {"spec": {"restartPolicy": "OnFailure"}}}}
    with pytest.raises(ApiError, match="field is immutable"):
        memory.patch(JOBS, "default", "lorem", patch)


def test_a_generated_name_starts_as_asked(memory: Memory) -> None:
    body = {"apiVersion": "v1", "kind": "ConfigMap"}
    described = {"generateName": "lorem-", "namespace": "default"}
    names = [
        memory.create(CONFIG_MAPS, {**body, "metadata": described})["metadata"]["name"]
        for _ in range(2)
    ]
    assert names == ["lorem-00007", "lorem-00008"]
