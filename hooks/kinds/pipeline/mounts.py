"""What a Pipeline's pods get beside their program: files and environment variables."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from hooks.collector import node, positions
from hooks.collector.component import FOLDER as CONNECTORS
from hooks.collector.component import MountedKey, Rendered, SecretVariable
from hooks.contract import Manifest
from hooks.kinds.pipeline.resolution import Resolution, UsedConfiguration
from hooks.pod_settings import Variable

FILE = "collector.yaml"
FOLDER = "/etc/orasi-collector"
VOLUME = "configuration"
SECRETS = "connectors"
POSITIONS = "positions"


def config_map_key(name: str) -> str:
    """Of the file of the Configuration called *name*, beside the collector's own."""
    return f"configuration.{name}"


def files(resolution: Resolution) -> dict[str, str]:
    """The files of Configurations, by key of the ConfigMap."""
    return {
        config_map_key(each.use.name): each.text
        for each in resolution.configurations
        if each.use.file
    }


def volumes(resolution: Resolution, config_map: str) -> list[Manifest]:
    """Each with what is to be seen in it; *config_map* has the files."""
    found = [configuration_volume(VOLUME, config_map, FILE, FILE)]
    for each in resolution.configurations:
        if each.use.file:
            name, key = f"{VOLUME}-{each.use.name}", config_map_key(each.use.name)
            found.append(configuration_volume(name, config_map, key, each.file_name))
    sources = list(projections(mounted_keys(resolution)))
    if sources:
        found.append({"name": SECRETS, "projected": {"sources": sources}})
    if keeps_positions(resolution):
        found.append({"name": POSITIONS, "emptyDir": {"sizeLimit": "100Mi"}})
    return found


def configuration_volume(name: str, config_map: str, key: str, path: str) -> Manifest:
    return {"name": name, "configMap": {"name": config_map, "items": [{"key": key, "path": path}]}}


def volume_mounts(resolution: Resolution) -> list[Manifest]:
    found = [volume_mount(VOLUME, FOLDER)]
    for each in resolution.configurations:
        if each.use.file:
            found.append(volume_mount(f"{VOLUME}-{each.use.name}", each.use.file.mount_path))
    if mounted_keys(resolution):
        found.append(volume_mount(SECRETS, CONNECTORS))
    if keeps_positions(resolution):
        found.append({"name": POSITIONS, "mountPath": positions.FOLDER})
    return found


def volume_mount(name: str, path: str) -> Manifest:
    return {"name": name, "mountPath": path, "readOnly": True}


def keeps_positions(resolution: Resolution) -> bool:
    return any(positions.STORAGE in each.extensions for each in ends(resolution))


def mounted_keys(resolution: Resolution) -> list[MountedKey]:
    """What Connectors read from files, each once."""
    return sorted({key for rendered in ends(resolution) for key in rendered.files})


def projections(keys: list[MountedKey]) -> Iterator[Manifest]:
    """Sources of a projected volume: the keys of each Secret and ConfigMap, as files."""
    items: defaultdict[tuple[str, str], list[Manifest]] = defaultdict(list)
    for each in keys:
        items[each.kind, each.name].append({"key": each.key, "path": each.path})
    for (kind, name), found in sorted(items.items()):
        yield {SOURCES[kind]: {"name": name, "items": found}}


SOURCES = {"ConfigMap": "configMap", "Secret": "secret"}


def environment(
    resolution: Resolution, own: Mapping[str, str], authors: Iterable[Variable] = ()
) -> list[Manifest]:
    """Variables by name: *own*, of Configurations, of Connectors, and the *author's* as they are.

    The author's come last: they may refer to the others by $(NAME).
    """
    texts = {**own, **{name: text for _, name, text in configuration_variables(resolution)}}
    found: dict[str, Manifest] = {
        name: {"name": name, "value": unexpanded(text)} for name, text in texts.items()
    }
    for each in secret_variables(resolution):
        reference = {"name": each.secret, "key": each.key}
        found[each.name] = {"name": each.name, "valueFrom": {"secretKeyRef": reference}}
    if resolution.folders:
        found[node.VARIABLE] = node.variable()
    return [*(found[name] for name in sorted(found)), *(each.manifest() for each in authors)]


def configuration_variables(resolution: Resolution) -> Iterator[tuple[UsedConfiguration, str, str]]:
    """Name and value of each variable of a Configuration."""
    for each in resolution.configurations:
        if each.use.env:
            for name, text in each.variables.items():
                yield each, f"{each.use.env.prefix or ''}{name}", text


def secret_variables(resolution: Resolution) -> set[SecretVariable]:
    return {each for rendered in ends(resolution) for each in rendered.variables}


def ends(resolution: Resolution) -> Iterator[Rendered]:
    """Every receiver and exporter."""
    return (rendered for flow in resolution.flows for rendered in flow.rendered)


def unexpanded(text: str) -> str:
    """*text* so that the kubelet does not expand $(…) in it."""
    return text.replace("$", "$$")
