"""The kinds that a Kubernetes API server serves from birth, as far as controllers meet them."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from orasi.cluster.api import Manifest, Resource
from orasi.cluster.memory import job_strategy, openapi, pod_strategy, service_strategy, strategies
from orasi.cluster.memory.custom import CUSTOM_RESOURCE_DEFINITION
from orasi.cluster.memory.kinds import Kind
from orasi.cluster.memory.metadata import unknown_finalizer
from orasi.cluster.memory.names import key_problems
from orasi.cluster.memory.problems import (
    Problem,
    as_json,
    forbidden_field,
    invalid,
    required,
    too_long,
)

MEBIBYTE = 1_048_576
FINALIZER = "kubernetes"
"""What is in the spec of every Namespace, as long as there is something in it."""


def config_map_problems(new: Manifest, old: Manifest | None) -> Iterator[Problem]:
    yield from _key_problems(new, "data", "binaryData")
    for key in sorted(new.get("data", {}).keys() & new.get("binaryData", {}).keys()):
        yield invalid(f"data[{key}]", key, "duplicate of key present in binaryData")
    yield from _immutability_problems(new, old, "data", "binaryData")


# What is in a Secret of these types, at least.
KEYS_OF_SECRETS = {
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
}
LOGIN = ("username", "password")  # one of them is enough for kubernetes.io/basic-auth


def secret_problems(new: Manifest, old: Manifest | None) -> Iterator[Problem]:
    yield from _key_problems(new, "data")
    kind, data = new.get("type"), new.get("data", {})
    wanted = KEYS_OF_SECRETS.get(str(kind), ())
    if kind == "kubernetes.io/basic-auth" and not data.keys() & LOGIN:
        wanted = LOGIN
    for key in wanted:
        if key not in data or (key == "ssh-privatekey" and not data[key]):
            yield required(f"data[{key}]")
    account = "kubernetes.io/service-account.name"
    if kind == "kubernetes.io/service-account-token" and not (
        new["metadata"].get("annotations", {}).get(account)
    ):
        yield required(f"metadata.annotations[{account}]")
    yield from _immutability_problems(new, old, "data")
    if old and new.get("type") != old.get("type"):
        yield invalid("type", new.get("type"), "field is immutable")


def _key_problems(new: Manifest, *fields: str) -> Iterator[Problem]:
    for field in fields:
        for key in new.get(field, {}):
            if not re.fullmatch(r"[-._a-zA-Z0-9]{1,253}", key):
                detail = (
                    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' "
                    "(e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation "
                    "is '[-._a-zA-Z0-9]+')"
                )
                yield invalid(f"{field}[{key}]", key, detail)
    if sum(len(as_json(new.get(field, {})).encode()) for field in fields) > MEBIBYTE:
        yield too_long("[]", MEBIBYTE)


def _immutability_problems(new: Manifest, old: Manifest | None, *fields: str) -> Iterator[Problem]:
    if not old or not old.get("immutable"):
        return
    reason = "field is immutable when `immutable` is set"
    if not new.get("immutable"):
        yield forbidden_field("immutable", reason)
    for field in fields:
        if new.get(field) != old.get(field):
            yield forbidden_field(field, reason)


def namespace(new: Manifest, old: Manifest | None) -> Manifest:
    """The finalizer in its spec keeps a namespace until its content is gone."""
    if old is not None:
        phase = "Terminating" if "deletionTimestamp" in new["metadata"] else "Active"
        status = {**new.get("status", {}), "phase": phase}
        return {**new, "spec": old["spec"], "status": status}
    given = new["spec"].get("finalizers", [])
    finalizers = given if FINALIZER in given else [*given, FINALIZER]
    return {**new, "spec": {"finalizers": finalizers}, "status": {"phase": "Active"}}


def finalized(namespace: Manifest) -> Manifest:
    """Without the finalizer that waits for its content; others may have theirs."""
    others = [each for each in namespace["spec"]["finalizers"] if each != FINALIZER]
    return {**namespace, "metadata": {**namespace["metadata"]}, "spec": {"finalizers": others}}


def namespace_problems(new: Manifest, _old: Manifest | None) -> Iterator[Problem]:
    for finalizer in new["spec"]["finalizers"]:
        yield from key_problems("spec.finalizers", finalizer)
        yield from unknown_finalizer("spec.finalizers", finalizer)


def named(namespace: Manifest) -> Manifest:
    """Its name is a label, too, so that it can be selected by it."""
    metadata = namespace["metadata"]
    if "name" not in metadata:
        return namespace  # which is refused
    labels = {**metadata.get("labels", {}), "kubernetes.io/metadata.name": metadata["name"]}
    return {**namespace, "metadata": {**metadata, "labels": labels}}


def _kind(
    api_version: str,
    kind: str,
    *,
    plural: str = "",
    namespaced: bool = True,
    **options: Any,
) -> Kind:
    resource = Resource(
        api_version,
        kind,
        plural or f"{kind.lower()}s",
        namespaced,
        has_status=options.get("has_status", True),
    )
    return Kind(resource, partial(openapi.content, resource.group_key), **options)


PLAIN: dict[str, Any] = {"has_status": False, "has_generation": False}
CLUSTER: dict[str, Any] = {"namespaced": False}
RBAC: dict[str, Any] = {"name_rule": "path", "created_by_update": True, **PLAIN}

NAMESPACE = _kind(
    "v1",
    "Namespace",
    **CLUSTER,
    has_generation=False,
    name_rule="label",
    convert=named,
    prepare=namespace,
    judge=namespace_problems,
)
POD = _kind("v1", "Pod", prepare=pod_strategy.pod, judge=pod_strategy.pod_problems)
REPLICA_SET = _kind("apps/v1", "ReplicaSet", judge=strategies.selector_problems)
BUILT_IN = (
    NAMESPACE,
    CUSTOM_RESOURCE_DEFINITION,
    _kind(
        "v1",
        "ConfigMap",
        judge=config_map_problems,
        **PLAIN,
    ),
    _kind("v1", "Secret", judge=secret_problems, **PLAIN),
    _kind(
        "v1",
        "Service",
        created_by_update=True,
        has_generation=False,
        name_rule="label",
        prepare=service_strategy.service,
        judge=service_strategy.service_problems,
    ),
    _kind("v1", "ServiceAccount", prepare=strategies.service_account, **PLAIN),
    _kind("v1", "Node", **CLUSTER, has_generation=False),
    _kind("v1", "Event", created_by_update=True, **PLAIN),
    POD,
    _kind(
        "v1",
        "PersistentVolumeClaim",
        has_generation=False,
        prepare=strategies.claim,
        judge=strategies.claim_problems,
    ),
    _kind("v1", "LimitRange", created_by_update=True, **PLAIN),
    _kind("v1", "ResourceQuota", has_generation=False, judge=strategies.quota_problems),
    _kind(
        "apps/v1",
        "Deployment",
        annotations_count=True,
        kept_by_status=("labels",),
        judge=strategies.selector_problems,
    ),
    _kind(
        "apps/v1",
        "StatefulSet",
        judge=strategies.stateful_set_problems,
    ),
    _kind(
        "apps/v1",
        "DaemonSet",
        convert=strategies.uncounted,
        prepare=strategies.daemon_set,
        judge=strategies.selector_problems,
    ),
    _kind("apps/v1", "ControllerRevision", judge=strategies.revision_problems, **PLAIN),
    REPLICA_SET,
    _kind(
        "batch/v1",
        "Job",
        convert=job_strategy.labelled,
        prepare=job_strategy.job,
        judge=job_strategy.job_problems,
    ),
    _kind("batch/v1", "CronJob", judge=strategies.cron_job_problems),
    _kind(
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        has_generation=False,
    ),
    _kind(
        "policy/v1",
        "PodDisruptionBudget",
        name_rule="path",
        knows_finalizers=False,
        always_conditional=True,
    ),
    _kind(
        "networking.k8s.io/v1",
        "NetworkPolicy",
        plural="networkpolicies",
        has_status=False,
        empty_counts=True,
    ),
    _kind("networking.k8s.io/v1", "Ingress", plural="ingresses"),
    _kind("rbac.authorization.k8s.io/v1", "Role", judge=strategies.role_problems, **RBAC),
    _kind("rbac.authorization.k8s.io/v1", "RoleBinding", judge=strategies.binding_problems, **RBAC),
    _kind("rbac.authorization.k8s.io/v1", "ClusterRole", **CLUSTER, **RBAC),
    _kind(
        "rbac.authorization.k8s.io/v1",
        "ClusterRoleBinding",
        judge=strategies.cluster_binding_problems,
        **CLUSTER,
        **RBAC,
    ),
    _kind(
        "coordination.k8s.io/v1",
        "Lease",
        knows_finalizers=False,
        always_conditional=True,
        created_by_update=True,
        **PLAIN,
    ),
)
