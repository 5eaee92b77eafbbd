"""What the API server demands of Roles and their bindings."""

from collections.abc import Iterator

from orasi.cluster.memory.demands.checks import Fields, one_of, subdomain
from orasi.cluster.memory.openapi.defaults import RBAC
from orasi.cluster.memory.problems import Problem, invalid, required, unsupported

KINDS = ("ServiceAccount", "User", "Group")


def rule(path: str, value: Fields) -> Iterator[Problem]:
    """One of a Role, or of a ClusterRole, of which some are about URLs."""
    if value.get("nonResourceURLs"):
        if {"apiGroups", "resources", "resourceNames"} & value.keys():
            detail = "rules cannot apply to both regular resources and non-resource URLs"
            yield invalid(f"{path}.nonResourceURLs", value["nonResourceURLs"], detail)
        return
    if not value.get("apiGroups"):
        yield required(f"{path}.apiGroups", "resource rules must supply at least one api group")
    if not value.get("resources"):
        yield required(f"{path}.resources", "resource rules must supply at least one resource")


def aggregation(path: str, value: Fields) -> Iterator[Problem]:
    if not value.get("clusterRoleSelectors"):
        detail = "at least one clusterRoleSelector required if aggregationRule is non-nil"
        yield required(f"{path}.clusterRoleSelectors", detail)


def role_reference(path: str, value: Fields) -> Iterator[Problem]:
    yield from one_of(RBAC)(f"{path}.apiGroup", value.get("apiGroup", ""))
    yield from one_of("Role", "ClusterRole")(f"{path}.kind", value.get("kind", ""))


def subject(path: str, value: Fields) -> Iterator[Problem]:
    kind, group = value.get("kind", ""), value.get("apiGroup", "")
    if kind not in KINDS:
        yield unsupported(f"{path}.kind", kind, KINDS)
        return
    wanted = "" if kind == "ServiceAccount" else RBAC
    if group != wanted:
        yield unsupported(f"{path}.apiGroup", group, [wanted])
    if kind == "ServiceAccount":
        yield from subdomain(f"{path}.name", value.get("name", ""))
