"""What keeps a configuration from being sound, beyond what a schema can say: each by its reason.

In this order; the first that fails is reported.
"""

import re
from collections.abc import Callable, Iterator
from itertools import product

from hooks import NAMESPACE
from hooks.collector import node
from hooks.collector.component import FOLDER as CONNECTORS
from hooks.collector.endpoints import is_loopback
from hooks.collector.kafka import common_topics
from hooks.collector.memory import GO_MEMORY_LIMIT
from hooks.collector.persistence import FOLDER as QUEUE
from hooks.collector.ports import MOST_LISTENERS, Listener
from hooks.collector.positions import FOLDER as POSITIONS
from hooks.collector.sources.host_metrics import HOST_ROOT
from hooks.configuration.values import VARIABLE
from hooks.contract import SyncRequest
from hooks.kinds.pipeline import passed_on
from hooks.kinds.pipeline.amounts import useless_persistence, wrong_resources
from hooks.kinds.pipeline.draft import OWN_PORTS, Draft, spoken
from hooks.kinds.pipeline.extra_config import unusable
from hooks.kinds.pipeline.extra_conflicts import conflicting_extras
from hooks.kinds.pipeline.flows import listeners
from hooks.kinds.pipeline.host_paths import covering, host_mounts
from hooks.kinds.pipeline.model import PipelineSpec
from hooks.kinds.pipeline.mounts import FOLDER, configuration_variables, secret_variables
from hooks.kinds.pipeline.plan import Plan, plan
from hooks.kinds.pipeline.refused import Refused
from hooks.kinds.pipeline.resolution import resolved
from hooks.kinds.pipeline.single import too_many_replicas
from hooks.model import excerpt
from hooks.platform import NAME as SETTINGS
from hooks.platform import InvalidPlatform, platform

MOST_SHOWN = 10

# What the image has, and what the kubelet puts into every container.
SYSTEM_PATHS = (
    *(f"/{name}" for name in ("bin", "boot", "dev", "lib", "lib64", "proc", "sbin", "sys", "usr")),
    *(f"/etc/{name}" for name in ("group", "hostname", "hosts", "passwd", "resolv.conf", "ssl")),
    *("/etc/otelcol-contrib", "/otelcol-contrib", HOST_ROOT, "/var/run"),
)

# By which Go, its libraries and the collector are told where to look and whom to trust.
RULING = re.compile(
    r"(GO|HOST|LD|OTEL|SSL|KUBERNETES|AWS|AZURE|GOOGLE)_.*|GO.*|HOME|PATH|TMPDIR|(?i:.*_proxy)"
)

ENFORCE = "pod-security.kubernetes.io/enforce"


def forbidden_folders(draft: Draft) -> Iterator[str]:
    """HostPathNotAllowed: what agents may read of their nodes is the platform's to say."""
    for each in draft.flows:
        for end in each.inlets:
            for folder in end.rendered.folders:
                if covering(folder, draft.platform.host_paths) is None:
                    allowed = ", ".join(draft.platform.host_paths) or "none"
                    yield (
                        f"{end.path} reads {folder} of the nodes, which the platform does not "
                        f"allow (it allows {allowed}): collector.hostPaths of ConfigMap "
                        f"{SETTINGS} in namespace {NAMESPACE} says what agents may read"
                    )


def forbidden_by_namespace(draft: Draft) -> Iterator[str]:
    """HostPathForbidden: the API server would make none of the pods."""
    folders = draft.resolution.folders
    if folders and draft.enforced in ("baseline", "restricted"):
        namespace = draft.parent.namespace
        yield (
            f"Namespace {namespace} enforces Pod Security {draft.enforced}, which forbids pods to "
            f"read {', '.join(folders)} of their nodes: run agents in a namespace of their own, or "
            f"`kubectl label namespace {namespace} {ENFORCE}=privileged --overwrite`"
        )


def listening_twice(draft: Draft) -> Iterator[str]:
    """PortConflict: one port, two settings. The same listener in two flows is shared."""
    taken: dict[int, tuple[Listener | None, str]] = {
        port: (None, user) for port, user in OWN_PORTS.items()
    }
    for each in draft.flows:
        for end in each.inlets:
            if end.listener:
                mine = end.listener, f"{spoken(end.listener)} of flow {each.flow.name}"
                first, user = taken.setdefault(end.listener.port, mine)
                if first != end.listener:
                    hint = f", and this is {spoken(end.listener)}" if first else ""
                    yield (
                        f"{end.path}: port {end.listener.port} is taken by {user}{hint}; choose "
                        "another"
                    )


def too_many_listeners(draft: Draft) -> Iterator[str]:
    """TooManyListeners: the status has no room for more."""
    found = len(listeners(draft.flows))
    if found > MOST_LISTENERS:
        yield f"spec.flows listen on {found} ports, of which {MOST_LISTENERS} are allowed"


def unknown_processors(draft: Draft) -> Iterator[str]:
    """UnknownProcessor: a flow names what is not there."""
    spec = draft.spec
    names = [processor.name for processor in spec.processors]
    for at, flow in enumerate(spec.flows):
        for number, name in enumerate(flow.process):
            if name not in names:
                more = ["…"] if len(names) > MOST_SHOWN else []
                known = ", ".join([*names[:MOST_SHOWN], *more]) or "none"
                yield (
                    f"spec.flows[{at}].process[{number}]: {name} is not in spec.processors "
                    f"({known})"
                )


def useless_processors(draft: Draft) -> Iterator[str]:
    """UselessProcessor: it does nothing to anything that flows."""
    spec = draft.spec
    processors = {processor.name: processor for processor in spec.processors}
    for at, flow in enumerate(spec.flows):
        for number, name in enumerate(flow.process):
            signals = processors[name].chosen.signals()
            if not signals & set(flow.signals):
                yield (
                    f"spec.flows[{at}].process[{number}]: {name} does something to "
                    f"{', '.join(sorted(signals))} only, and flow {flow.name} is of "
                    f"{', '.join(flow.signals)}"
                )


def duplicates(draft: Draft) -> Iterator[str]:
    """Duplicate: twice the same source or sink in a flow, which would count everything twice."""
    for each in draft.flows:
        for ends in (each.inlets, each.outlets):
            first: dict[str, str] = {}
            for end in ends:
                component = end.rendered.component
                path = first.setdefault(component.id, end.path)
                if path != end.path:
                    yield f"{end.path} is the same as {path}: take one of them away"


def wrong_sinks(draft: Draft) -> Iterator[str]:
    """InvalidEndpoint: nothing can ever be sent there."""
    for at, flow in enumerate(draft.spec.flows):
        for number, sink in enumerate(flow.sinks):
            mistake = sink.otlp.mistake() if sink.otlp else None
            if mistake:
                yield f"spec.flows[{at}].to[{number}].{mistake}"


def sending_to_itself(draft: Draft) -> Iterator[str]:
    """Loop: what arrives would be sent to this very Pipeline, for ever."""
    parent = draft.parent
    names = [f"{parent.name}-pipeline{suffix}" for suffix in ("", "-headless")]
    domains = ["", f".{parent.namespace}", f".{parent.namespace}.svc"]
    domains += [f"{domains[-1]}.cluster.local"]
    hosts = {f"{name}{domain}" for name in names for domain in domains}
    ports = {str(listener.port) for listener in listeners(draft.flows)}
    for each in draft.flows:
        for end in each.outlets:
            endpoint = str(end.rendered.component.settings.get("endpoint", ""))
            host, _, port = endpoint.lower().rpartition("/")[2].rpartition(":")
            if port in ports and (host in hosts or is_loopback(host)):
                yield (
                    f"{end.path} sends to {endpoint}, which is this very Pipeline: what arrives "
                    "would go round for ever; send it elsewhere"
                )


def taking_what_it_sends(draft: Draft) -> Iterator[str]:
    """Loop: a flow takes from the very topic of Kafka that it sends to."""
    for each in draft.flows:
        for source, sink in product(each.inlets, each.outlets):
            topics = common_topics(source.rendered.component, sink.rendered.component)
            for signal in each.flow.signals:
                if signal in topics:
                    yield (
                        f"{sink.path} sends to topic {topics[signal]} of Kafka, from which "
                        f"{source.path} takes it again, for ever; send it to another topic"
                    )


def wrong_settings(draft: Draft) -> Iterator[str]:
    """InvalidSetting: what a child would be refused for."""
    return passed_on.mistakes(draft.spec)


def wrong_mounts(draft: Draft) -> Iterator[str]:
    """InvalidMountPath: a folder that is needed for something else."""
    taken = {
        **dict.fromkeys(SYSTEM_PATHS, "the system's"),
        FOLDER: "for the collector's configuration",
        CONNECTORS: "for files of Connectors",
        QUEUE: "for the queue on disk",
        POSITIONS: "for how far files have been read",
    }
    for mount in host_mounts(draft.resolution.folders, draft.platform.host_paths):
        for other, user in taken.items():
            if overlap(mount.mount_path, other) and other != HOST_ROOT:
                yield (
                    f"Folder {mount.path} of the nodes overlaps with {other}, which is {user}; "
                    "read from another one, or ask for a narrower one in collector.hostPaths"
                )
        taken[mount.mount_path] = "a folder of the nodes"
    for each in draft.resolution.configurations:
        if not each.use.file:
            continue
        path = each.use.file.mount_path
        for other, user in taken.items():
            if overlap(path, other):
                yield (
                    f"{each.path}.file.mountPath: {path} overlaps with {other}, which is {user}; "
                    f"choose another, such as /etc/orasi/{each.use.name}"
                )
        taken[path] = f"for Configuration {each.use.name}"


def overlap(path: str, other: str) -> bool:
    return f"{path}/".startswith(f"{other}/") or f"{other}/".startswith(f"{path}/")


def wrong_variables(draft: Draft) -> Iterator[str]:
    """InvalidVariable: what is no name of an environment variable, or has a meaning already."""
    taken = {GO_MEMORY_LIMIT: "the memory limit"}
    if draft.resolution.folders:
        taken[node.VARIABLE] = "the name of the node"
    taken |= {each.name: "a Connector" for each in secret_variables(draft.resolution)}
    for at, variable in enumerate(draft.spec.pod.env):
        user = taken.setdefault(variable.name, "spec.pod.env")
        if user != "spec.pod.env":
            yield f"spec.pod.env[{at}]: {variable.name} is set by {user} already"
    for each, name, text in configuration_variables(draft.resolution):
        mine = f"Configuration {each.use.name}"
        place = f"{each.path}.env"
        if not VARIABLE.fullmatch(name):
            yield f"{place}: {mine} makes {excerpt(name)}, which is no name of a variable"
        if "\0" in text:
            yield f"{place}: {name} of {mine} has a character of zero, which ends every variable"
        user = taken.setdefault(name, mine)
        if user != mine:
            yield f"{place}: {name} of {mine} is set by {user} already; give it another prefix"
        if RULING.fullmatch(name):
            yield f"{place}: {name} of {mine} would rule the collector itself; give it a prefix"


def unusable_extras(draft: Draft) -> Iterator[str]:
    """InvalidExtraConfig: what cannot be laid over anything."""
    return unusable(draft.spec.extra_config or {})


CHECKS: tuple[tuple[str, Callable[[Draft], Iterator[str]]], ...] = (
    ("UselessPersistence", useless_persistence),
    ("InvalidResources", wrong_resources),
    ("InvalidSetting", wrong_settings),
    ("TooManyReplicas", too_many_replicas),
    ("PortConflict", listening_twice),
    ("TooManyListeners", too_many_listeners),
    ("InvalidEndpoint", wrong_sinks),
    ("Loop", sending_to_itself),
    ("Loop", taking_what_it_sends),
    ("Duplicate", duplicates),
    ("UnknownProcessor", unknown_processors),
    ("UselessProcessor", useless_processors),
    ("HostPathNotAllowed", forbidden_folders),
    ("HostPathForbidden", forbidden_by_namespace),
    ("InvalidExtraConfig", unusable_extras),
    ("ExtraConfigConflict", conflicting_extras),
    ("InvalidMountPath", wrong_mounts),
    ("InvalidVariable", wrong_variables),
)


def enforced_level(request: SyncRequest[PipelineSpec]) -> str:
    """Of Pod Security, in the namespace of agents; "" if it says nothing."""
    if request.parent.spec.mode != "DaemonSet":
        return ""
    for namespace in request.related.asked("v1", "Namespace"):
        labels = namespace["metadata"].get("labels") or {}
        if namespace["metadata"]["name"] == request.parent.namespace:
            return str(labels.get(ENFORCE, ""))
    return ""


def checked(request: SyncRequest[PipelineSpec]) -> Plan:
    """What the children are made from. Raises Refused."""
    resolution = resolved(request)
    try:
        settings = platform(request)
    except InvalidPlatform as error:
        raise Refused("InvalidPlatformSettings", str(error)) from None
    draft = Draft(request.parent, resolution, settings.collector, enforced_level(request))
    for reason, check in CHECKS:
        found = next(check(draft), None)
        if found:
            raise Refused(reason, f"{found}.")
    return plan(request, settings, resolution)
