"""Whole objects of every kind that hooks or people make, drawn by Hypothesis."""

from collections.abc import Mapping
from typing import Any

import hypothesis.strategies as st
from hypothesis.strategies import SearchStrategy

from orasi.cluster.api import Resource
from tests.cluster import drawn
from tests.cluster.drawn_pods import (
    ANNOTATIONS,
    FLAGS,
    LABELS,
    NUMBERS,
    PORT_NAMES,
    PORTS,
    Manifest,
    of,
    some,
)
from tests.memory import documents, workloads

ACCOUNTS = Resource("v1", "ServiceAccount", "serviceaccounts")
INGRESSES = Resource("networking.k8s.io/v1", "Ingress", "ingresses")
LEASES = Resource("coordination.k8s.io/v1", "Lease", "leases")
POLICIES = Resource("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies")
RBAC = "rbac.authorization.k8s.io/v1"
ROLES = Resource(RBAC, "Role", "roles")
ROLE_BINDINGS = Resource(RBAC, "RoleBinding", "rolebindings")
CLUSTER_ROLES = Resource(RBAC, "ClusterRole", "clusterroles", False)
CLUSTER_ROLE_BINDINGS = Resource(RBAC, "ClusterRoleBinding", "clusterrolebindings", False)

SECRET = of(
    data=st.dictionaries(
        st.sampled_from(["a", "tls.crt", "tls.key"]), st.sampled_from(["", "AAE=", "eA=="])
    ),
    immutable=FLAGS,
    stringData=st.dictionaries(st.sampled_from(["a", "c"]), st.sampled_from(["", "x", "ü"])),
    type=st.sampled_from(["Opaque", "example.com/mine", "", "kubernetes.io/tls"]),
)
JOB = st.builds(
    lambda spec, more: {"spec": {**spec, **more}},
    drawn.JOBS,
    of(completionMode=st.just("NonIndexed"), podReplacementPolicy=st.just("Failed")),
)
BACKENDS = of(
    {
        "service": of(
            {
                "name": st.sampled_from(["web", "a-1"]),
                "port": of({"number": PORTS}) | of({"name": PORT_NAMES}),
            }
        )
    }
)
PATHS = some(
    of(
        {"pathType": st.sampled_from(["Prefix", "Exact"]), "backend": BACKENDS},
        path=st.sampled_from(["/", "/a/b"]),
    ).map(lambda each: {"path": "/", **each}),
    least=1,
)
INGRESS = of(
    {"rules": some(of({"http": of({"paths": PATHS})}, host=st.just("a.example.com")), least=1)},
    defaultBackend=BACKENDS,
    ingressClassName=st.just("nginx"),
    tls=some(of(hosts=st.just(["a.example.com"]), secretName=st.just("tls"))),
).map(lambda spec: {"spec": spec})
VERBS = some(st.sampled_from(["get", "list", "*"]), least=1)
ACCESS = some(
    of(
        {
            "apiGroups": some(st.sampled_from(["", "apps", "*"]), least=1),
            "resources": some(st.sampled_from(["pods", "pods/log"]), least=1),
            "verbs": VERBS,
        },
        resourceNames=some(st.just("a")),
    )
)
ROLE = of(rules=ACCESS)
SUBJECTS = some(
    st.one_of(
        of({"kind": st.just("ServiceAccount"), "name": st.just("web")}, namespace=st.just("a")),
        of({"kind": st.sampled_from(["User", "Group"]), "name": st.just("jo")}),
    )
)
ROLE_BINDING = of(
    {
        "roleRef": of(
            {"kind": st.sampled_from(["Role", "ClusterRole"]), "name": st.just("view")},
            apiGroup=st.just("rbac.authorization.k8s.io"),
        )
    },
    subjects=SUBJECTS,
)
LEASE = of(
    {
        "spec": of(
            holderIdentity=st.sampled_from(["a", ""]),
            leaseDurationSeconds=st.sampled_from([15, 1]),
            leaseTransitions=NUMBERS,
            renewTime=st.sampled_from(["2026-01-01T00:00:00.000000Z", "2026-01-01T00:00:00.5Z"]),
        )
    }
)
FLOWS = some(
    of({"name": st.sampled_from(["a", "b", "c"])}, to=st.sampled_from(["lake", "sea"])),
    most=3,
    by=lambda each: each["name"],
)
DOCUMENT = of(
    {
        "spec": of(
            {"content": st.sampled_from(["x", "Lorem"])},
            code=st.just("abc"),
            flows=FLOWS,
            format=st.sampled_from(["text", "markdown"]),
            hidden=FLAGS,
            port=st.sampled_from([80, "http"]),
            since=st.just("2026-01-01T00:00:00Z"),
            size=st.sampled_from([1, 9, 2.0]),
            tags=some(st.sampled_from(["a", "b", "c"]), most=3),
            target=st.sampled_from([{"file": "a"}, {"url": "b"}]),
            title=st.sampled_from([None, "", "x", "T"]),
            values=st.sampled_from([{}, {"a": None}, {"a": [1, {"b": 1.5}], "c": {"d": {}}}]),
        )
    }
)
SHAPES: Mapping[Resource, SearchStrategy[Manifest]] = {
    ACCOUNTS: drawn.ACCOUNT,
    CLUSTER_ROLES: ROLE,
    CLUSTER_ROLE_BINDINGS: ROLE_BINDING,
    INGRESSES: INGRESS,
    LEASES: LEASE,
    POLICIES: drawn.POLICY,
    ROLES: ROLE,
    ROLE_BINDINGS: ROLE_BINDING,
    documents.CONFIG_MAPS: drawn.CONFIG,
    documents.DOCUMENTS: DOCUMENT,
    documents.NAMESPACES: st.just({}),
    documents.SECRETS: SECRET,
    workloads.AUTOSCALERS: drawn.AUTOSCALER,
    workloads.BUDGETS: drawn.BUDGET,
    workloads.CLAIMS: drawn.CLAIMS.map(lambda spec: {"spec": spec}),
    workloads.CRON_JOBS: drawn.CRON_JOB,
    workloads.DAEMON_SETS: drawn.DAEMON_SET,
    workloads.DEPLOYMENTS: drawn.DEPLOYMENT,
    workloads.JOBS: JOB,
    workloads.LIMIT_RANGES: drawn.RANGE,
    workloads.QUOTAS: drawn.QUOTA,
    workloads.SERVICES: drawn.SERVICE,
    workloads.STATEFUL_SETS: drawn.STATEFUL_SET,
}

OWNERS = some(
    of(
        {
            "apiVersion": st.just("v1"),
            "kind": st.just("ConfigMap"),
            "name": st.just("owner"),
            "uid": st.sampled_from(["u-1", "u-2"]),
        },
        blockOwnerDeletion=FLAGS,
        controller=st.just(False),
    ),
    by=lambda each: each["uid"],
)
OBJECT_METADATA = st.builds(
    lambda plain, more, has_more: {**plain, **(more if has_more else {})},
    of(labels=LABELS, annotations=ANNOTATIONS),
    of(finalizers=some(st.sampled_from(["a.io/x", "b.io/y"])), ownerReferences=OWNERS),
    st.sampled_from([False, False, True]),
)


def objects(resource: Resource) -> SearchStrategy[Manifest]:
    """Whole objects, which have neither a name nor a namespace yet."""
    head: dict[str, Any] = {"apiVersion": resource.api_version, "kind": resource.kind}
    return st.builds(
        lambda metadata, content: {**head, "metadata": metadata, **content},
        OBJECT_METADATA,
        SHAPES[resource],
    )
