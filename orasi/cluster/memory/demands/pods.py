"""What the API server demands of pods, whether they are whole or in a template."""

from collections.abc import Callable, Iterable, Iterator

from orasi.cluster.memory.demands.checks import (
    Fields,
    exactly_one,
    file_name,
    labels,
    no_steps_back,
    positive,
    relative_path,
    unique,
)
from orasi.cluster.memory.names import name_problems
from orasi.cluster.memory.problems import (
    Problem,
    duplicate,
    forbidden_field,
    invalid,
    not_found_field,
    required,
    unsupported,
)
from orasi.cluster.names import VALUE

HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc", "sleep")
PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
SOURCES = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
OF_THE_POD = (
    *("metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName"),
    *("spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP"),
    "status.podIPs",
)
MAPS_OF_THE_POD = ("metadata.labels", "metadata.annotations")
OF_THE_CONTAINER = tuple(
    f"{what}.{name}"
    for what in ("limits", "requests")
    for name in ("cpu", "memory", "ephemeral-storage")
)
BYTES = ("1", *(f"1{unit}{suffix}" for suffix in ("", "i") for unit in "kMGTPE"))
LEAST_TOKEN_SECONDS = 600
NOT_FOR_INITIAL = "may not be set for init containers without restartPolicy=Always"


def template(path: str, value: Fields, *, volumes: Iterable[str] = ()) -> Iterator[Problem]:
    """Of a pod or a template: what cannot be said of its spec alone; *volumes* are added to it."""
    spec = value["spec"]
    known = {each["name"] for each in spec.get("volumes", ())} | set(volumes)
    for field in ("containers", "initContainers"):
        for index, container in enumerate(spec.get(field, ())):
            at = f"{path}.spec.{field}[{index}].volumeMounts"
            for number, mount in enumerate(container.get("volumeMounts", ())):
                if mount["name"] not in known:
                    yield not_found_field(f"{at}[{number}].name", mount["name"])


def pod_template(path: str, value: Fields) -> Iterator[Problem]:
    yield from labels(f"{path}.labels", value["metadata"].get("labels", {}))


def pod_spec(path: str, value: Fields) -> Iterator[Problem]:
    containers, initial = value.get("containers", []), value.get("initContainers", [])
    yield from unique(f"{path}.volumes", value.get("volumes", []), "name")
    yield from unique(f"{path}.containers", containers, "name")
    names = {each["name"] for each in containers}
    for index, each in enumerate(initial):
        yield from _initial_container(f"{path}.initContainers[{index}]", each, names)
        names.add(each["name"])
    security = f"{path}.securityContext"
    if value.get("hostPID") and value.get("shareProcessNamespace"):
        detail = "ShareProcessNamespace and HostPID cannot both be enabled"
        yield invalid(f"{security}.shareProcessNamespace", True, detail)
    spreads = f"{path}.topologySpreadConstraints"
    constraints = value.get("topologySpreadConstraints", [])
    yield from unique(spreads, constraints, "topologyKey", "whenUnsatisfiable")
    if value.get("dnsPolicy") == "None" and "dnsConfig" not in value:
        detail = "must provide `dnsConfig` when `dnsPolicy` is None"
        yield required(f"{path}.dnsConfig", detail)
    elif value.get("dnsPolicy") == "None" and not value["dnsConfig"].get("nameservers"):
        detail = "must provide at least one DNS nameserver when `dnsPolicy` is None"
        yield required(f"{path}.dnsConfig.nameservers", detail)
    yield from _sleeps(path, value)


def _initial_container(path: str, value: Fields, names: set[str]) -> Iterator[Problem]:
    if value["name"] in names:
        yield duplicate(f"{path}.name", value["name"])
    if value.get("restartPolicy") != "Always":
        for field in ("lifecycle", *PROBES):
            if field in value:
                yield forbidden_field(f"{path}.{field}", NOT_FOR_INITIAL)


def _sleeps(path: str, value: Fields) -> Iterator[Problem]:
    patience = value["terminationGracePeriodSeconds"]
    for index, each in enumerate(value.get("containers", ())):
        for moment, handler in each.get("lifecycle", {}).items():
            seconds = handler.get("sleep", {}).get("seconds", 0) if isinstance(handler, dict) else 0
            if not 0 <= seconds <= patience:
                detail = (
                    f"must be non-negative and less than terminationGracePeriodSeconds ({patience})"
                )
                yield invalid(
                    f"{path}.containers[{index}].lifecycle.{moment}.sleep", seconds, detail
                )


def container(path: str, value: Fields) -> Iterator[Problem]:
    if not value.get("image"):
        yield required(f"{path}.image")
    mounts = value.get("volumeMounts", [])
    seen = set()
    for index, each in enumerate(mounts):
        if each["mountPath"] in seen:
            yield invalid(
                f"{path}.volumeMounts[{index}].mountPath", each["mountPath"], "must be unique"
            )
        seen.add(each["mountPath"])
    yield from unique(f"{path}.ports", value.get("ports", []), "name")
    for field in ("livenessProbe", "startupProbe"):
        successes = value.get(field, {}).get("successThreshold", 1)
        if successes != 1:
            yield invalid(f"{path}.{field}.successThreshold", successes, "must be 1")
    if "terminationGracePeriodSeconds" in value.get("readinessProbe", {}):
        at = f"{path}.readinessProbe.terminationGracePeriodSeconds"
        seconds = value["readinessProbe"]["terminationGracePeriodSeconds"]
        yield invalid(at, seconds, "must not be set for readinessProbes")


def probe(path: str, value: Fields) -> Iterator[Problem]:
    yield from handler(path, value)
    if "terminationGracePeriodSeconds" in value:
        yield from positive(
            f"{path}.terminationGracePeriodSeconds", value["terminationGracePeriodSeconds"]
        )


def handler(path: str, value: Fields) -> Iterator[Problem]:
    yield from exactly_one(path, value, HANDLERS, required(path, "must specify a handler type"))


def execution(path: str, value: Fields) -> Iterator[Problem]:
    if not value.get("command"):
        yield required(f"{path}.command")


def variable_source(path: str, value: Fields) -> Iterator[Problem]:
    missing = (
        f"must specify one of: {', '.join(f'`{each}`' for each in SOURCES[:-1])} or `fileKeyRef`"
    )
    found = [each for each in SOURCES if each in value]
    if not found:
        yield invalid(path, "", missing)
    elif len(found) > 1:
        yield invalid(path, "", "may not have more than one field specified at a time")
    if "fieldRef" in value:
        yield from _pod_field(f"{path}.fieldRef", value["fieldRef"], OF_THE_POD)
    if "resourceFieldRef" in value:
        yield from _container_field(f"{path}.resourceFieldRef", value["resourceFieldRef"])


def environment_variable(path: str, value: Fields) -> Iterator[Problem]:
    if value.get("value") and value.get("valueFrom"):
        yield invalid(f"{path}.valueFrom", "", "may not be specified when `value` is not empty")


def _pod_field(path: str, value: Fields, allowed: Iterable[str]) -> Iterator[Problem]:
    field = value["fieldPath"]
    name, bracket, _ = field.partition("[")
    at = f"{path}.fieldPath"
    if value["apiVersion"] != "v1":
        yield invalid(at, field, "error converting fieldPath: field label not supported")
    elif not field:
        yield required(at)
    elif bracket and name not in MAPS_OF_THE_POD:
        yield invalid(at, field, "does not support subscript")
    elif not bracket and field not in allowed:
        yield unsupported(at, field, sorted(allowed))


def _container_field(path: str, value: Fields) -> Iterator[Problem]:
    resource = value["resource"]
    if not resource:
        yield required(f"{path}.resource")
    elif resource not in OF_THE_CONTAINER and "hugepages-" not in resource:
        yield unsupported(f"{path}.resource", resource, sorted(OF_THE_CONTAINER))
    allowed = ("1m", "1") if resource.endswith(".cpu") else BYTES
    if value["divisor"] not in ("0", *allowed):
        detail = f"only divisor's values {', '.join(allowed)} are supported"
        yield invalid(f"{path}.divisor", value["divisor"], detail)


def environment_source(path: str, value: Fields) -> Iterator[Problem]:
    found = [each for each in ("configMapRef", "secretRef") if each in value]
    if not found:
        yield invalid(path, "", "must specify one of: `configMapRef` or `secretRef`")
    elif len(found) > 1:
        yield invalid(path, "", "may not have more than one field specified at a time")
    for each in found:
        if not value[each].get("name"):
            yield required(f"{path}.{each}.name")


def named(path: str, value: Fields) -> Iterator[Problem]:
    """A reference that names nothing."""
    if not value.get("name"):
        yield required(f"{path}.name")


def volume(path: str, value: Fields) -> Iterator[Problem]:
    for each in [name for name in value if name != "name"][1:]:
        yield forbidden_field(f"{path}.{each}", "may not specify more than 1 volume type")


def secret_volume(path: str, value: Fields) -> Iterator[Problem]:
    if not value.get("secretName"):
        yield required(f"{path}.secretName")


def key_to_path(path: str, value: Fields) -> Iterator[Problem]:
    yield from file_name(f"{path}.path", value["path"])


def downward_file(path: str, value: Fields) -> Iterator[Problem]:
    yield from file_name(f"{path}.path", value["path"])
    if "fieldRef" in value:
        allowed = (*OF_THE_POD[:3], *MAPS_OF_THE_POD)
        yield from _pod_field(f"{path}.fieldRef", value["fieldRef"], allowed)
        if "resourceFieldRef" in value:
            detail = "fieldRef and resourceFieldRef can not be specified simultaneously"
            yield invalid(path, "resource", detail)
    elif "resourceFieldRef" in value:
        yield from _container_field(f"{path}.resourceFieldRef", value["resourceFieldRef"])
    else:
        yield required(path, "one of fieldRef and resourceFieldRef is required")


def projection(path: str, value: Fields) -> Iterator[Problem]:
    if len(value) > 1:
        yield forbidden_field(path, "may not specify more than 1 volume type per source")


def token_projection(path: str, value: Fields) -> Iterator[Problem]:
    seconds = value["expirationSeconds"]
    if seconds < LEAST_TOKEN_SECONDS:
        detail = "may not specify a duration less than 10 minutes"
        yield invalid(f"{path}.expirationSeconds", seconds, detail)
    yield from file_name(f"{path}.path", value["path"])


def host_path(path: str, value: Fields) -> Iterator[Problem]:
    yield from no_steps_back(f"{path}.path", value["path"])


def volume_mount(path: str, value: Fields) -> Iterator[Problem]:
    for field in ("subPath", "subPathExpr"):
        yield from relative_path(f"{path}.{field}", value.get(field, ""))
    if value.get("subPath") and value.get("subPathExpr"):
        detail = "subPathExpr and subPath are mutually exclusive"
        yield invalid(f"{path}.subPathExpr", value["subPathExpr"], detail)


def pod_security_context(path: str, value: Fields) -> Iterator[Problem]:
    yield from unique(f"{path}.sysctls", value.get("sysctls", []), "name")


def security_context(path: str, value: Fields) -> Iterator[Problem]:
    if value.get("privileged") and value.get("allowPrivilegeEscalation") is False:
        detail = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"
        yield invalid(path, value, detail)


def profile(what: str) -> Callable[[str, Fields], Iterator[Problem]]:
    def check(path: str, value: Fields) -> Iterator[Problem]:
        at, found = f"{path}.localhostProfile", value.get("localhostProfile")
        if value["type"] != "Localhost":
            if found is not None:
                yield invalid(at, found, f"can only be set when {what} type is Localhost")
        elif found is None or (what == "AppArmor" and not found):
            yield required(at, f"must be set when {what} type is Localhost")
        elif what == "seccomp":
            yield from relative_path(at, found)

    return check


def toleration(path: str, value: Fields) -> Iterator[Problem]:
    operator, effect = value.get("operator", ""), value.get("effect", "")
    at = f"{path}.operator"
    if not value.get("key") and operator != "Exists":
        meaning = 'which means "match all values and all keys"'
        detail = f"operator must be Exists when `key` is empty, {meaning}"
        yield invalid(at, operator, detail)
    if "tolerationSeconds" in value and effect != "NoExecute":
        detail = "effect must be 'NoExecute' when `tolerationSeconds` is set"
        yield invalid(f"{path}.effect", effect, detail)
    if operator in ("Equal", ""):
        yield from name_problems(VALUE, at, value.get("value", ""))
    elif operator == "Exists" and value.get("value"):
        yield invalid(at, value["value"], "value must be empty when `operator` is 'Exists'")


def spread(path: str, value: Fields) -> Iterator[Problem]:
    wanted, found = "DoNotSchedule", value["whenUnsatisfiable"]
    if "minDomains" in value and found != wanted:
        detail = f"can only use minDomains if whenUnsatisfiable={wanted}, not {found}"
        yield invalid(f"{path}.minDomains", value["minDomains"], detail)
