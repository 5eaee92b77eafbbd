"""Rights, from the table of kinds: what Metacontroller needs, and what people may be given."""

from collections.abc import Iterable, Iterator, Sequence

from hooks import GROUP
from hooks.composite import Composite
from hooks.contract import Child, Manifest
from hooks.decorator import Decorator

READ = ("get", "list", "watch")
WRITE = ("create", "update", "patch", "delete")

# What Metacontroller itself does, whatever our kinds are.
METACONTROLLER = (
    ("metacontroller.k8s.io", ("compositecontrollers", "decoratorcontrollers"), READ),
    ("metacontroller.k8s.io", ("controllerrevisions",), READ),
    ("apiextensions.k8s.io", ("customresourcedefinitions",), READ),
    ("", ("namespaces",), READ),
    ("", ("events",), ("create", "patch")),
)


def metacontroller_role(
    kinds: Sequence[Composite], decorators: Sequence[Decorator] = ()
) -> Manifest:
    """All that Metacontroller may do cluster-wide: no wildcard, and only for our kinds."""
    made = [
        *(child for kind in kinds for child in kind.children if not child.optional),
        *(each for decorator in decorators for each in decorator.attachments),
    ]
    children = {(child.api_version.rpartition("/")[0], child.plural) for child in made}
    related = {
        (api_version.rpartition("/")[0], plural)
        for kind in kinds
        for api_version, plural in kind.asked_kinds
    }
    parents = [kind.plural for kind in kinds]
    return cluster_role(
        "metacontroller",
        {},
        [
            *(rule(group, resources, verbs) for group, resources, verbs in METACONTROLLER),
            rule(GROUP, parents, (*READ, "update")),
            rule(GROUP, [f"{each}/status" for each in parents], ("update",)),
            # Where OwnerReferencesPermissionEnforcement is on, owner references need it.
            rule(GROUP, [f"{each}/finalizers" for each in parents], ("update",)),
            *(each for decorator in decorators for each in object_rules(decorator)),
            *(rule(group, (plural,), (*READ, *WRITE)) for group, plural in sorted(children)),
            *(rule(group, (plural,), READ) for group, plural in sorted(related - children)),
        ],
    )


def optional_role(name: str, child: Child) -> Manifest:
    """What Metacontroller may do with a kind that not everybody has."""
    group = child.api_version.rpartition("/")[0]
    return cluster_role(
        f"metacontroller-{name}", {}, [rule(group, (child.plural,), (*READ, *WRITE))]
    )


def optional_binding(name: str) -> Manifest:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": f"metacontroller-{name}"},
        "roleRef": {
            "apiGroup": "rbac.authorization.k8s.io",
            "kind": "ClusterRole",
            "name": f"metacontroller-{name}",
        },
        "subjects": [
            {"kind": "ServiceAccount", "name": "metacontroller", "namespace": "metacontroller"}
        ],
    }


def object_rules(decorator: Decorator) -> Iterator[Manifest]:
    """What a decorator needs on objects that are somebody else's."""
    group = decorator.api_version.rpartition("/")[0]
    writes = ("update",) if decorator.complaint else ()
    yield rule(group, (decorator.resource,), (*READ, *writes))
    yield rule(group, (f"{decorator.resource}/finalizers",), ("update",))


def view_role(kinds: Sequence[Composite]) -> Manifest:
    resources = [kind.plural for kind in kinds]
    return cluster_role("orasi-view", aggregated("view"), [rule(GROUP, resources, READ)])


def edit_role(kinds: Sequence[Composite]) -> Manifest:
    resources = [kind.plural for kind in kinds]
    return cluster_role(
        "orasi-edit",
        aggregated("edit", "admin"),
        [
            rule(GROUP, resources, (*READ, *WRITE, "deletecollection")),
            *(
                rule(GROUP, [f"{kind.plural}/scale"], ("get", "update", "patch"))
                for kind in kinds
                if kind.scales
            ),
        ],
    )


def aggregated(*roles: str) -> Manifest:
    """Labels by which the API server adds a role's rules to its own view, edit or admin."""
    return {f"rbac.authorization.k8s.io/aggregate-to-{role}": "true" for role in roles}


def cluster_role(name: str, labels: Manifest, rules: list[Manifest]) -> Manifest:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": name, "labels": labels} if labels else {"name": name},
        "rules": rules,
    }


def rule(group: str, resources: Iterable[str], verbs: Iterable[str]) -> Manifest:
    return {"apiGroups": [group], "resources": list(resources), "verbs": list(verbs)}
