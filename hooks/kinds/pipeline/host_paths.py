"""Folders of a node that its agents read: as far as the platform allows it."""

from collections.abc import Collection
from dataclasses import dataclass

from hooks.collector.sources.host_metrics import HOST_ROOT
from hooks.contract import Manifest

ROOT = "/"


@dataclass(frozen=True, order=True)
class HostMount:
    """A folder of the node, and where pods have it, read-only.

    It is at the same place, so that symbolic links in it hold; only the root cannot be.
    """

    path: str

    @property
    def mount_path(self) -> str:
        return HOST_ROOT if self.path == ROOT else self.path


def covering(folder: str, allowed: Collection[str]) -> str | None:
    """The narrowest of *allowed* that *folder* is, or is below: the root if there is no other."""
    found = [path for path in allowed if below(folder, path)]
    return max(found, key=len, default=None)


def below(folder: str, path: str) -> bool:
    return path == ROOT or f"{folder}/".startswith(f"{path}/")


def host_mounts(folders: Collection[str], allowed: Collection[str]) -> list[HostMount]:
    """What has all of *folders*: as much as is allowed of each, since files may link to others.

    Where everything is allowed it is the folder alone.
    """
    paths = set()
    for folder in folders:
        path = covering(folder, allowed)
        if path is not None:
            paths.add(folder if path == ROOT else path)
    return [
        HostMount(path)
        for path in sorted(paths)
        if not any(path != other != ROOT and below(path, other) for other in paths)
    ]


def volume(number: int, mount: HostMount) -> Manifest:
    return {"name": f"node-{number}", "hostPath": {"path": mount.path, "type": "Directory"}}


def volume_mount(number: int, mount: HostMount) -> Manifest:
    found = {"name": f"node-{number}", "mountPath": mount.mount_path, "readOnly": True}
    # What is mounted on the node later is seen, too.
    return {**found, "mountPropagation": "HostToContainer"}
