"""What a tenant of each size may use at most."""

from dataclasses import astuple, dataclass, fields

from hooks import GROUP
from hooks.contract import Manifest
from hooks.decorator import Table


@dataclass(frozen=True)
class Size:
    """Quantities are written as the API server stores them: else each sync would write anew."""

    name: str
    cpu: str  # requested by all pods together, in CPUs
    memory: str  # the same, in bytes
    storage: str  # requested by all claims together, in bytes
    pods: str  # the rest are numbers of objects
    pipelines: str
    connectors: str
    storages: str

    @property
    def quota(self) -> Manifest:
        """As a ResourceQuota names the amounts."""
        return {
            "pods": self.pods,
            "requests.cpu": self.cpu,
            "requests.memory": self.memory,
            "requests.storage": self.storage,
            **{f"count/{kind}.{GROUP}": getattr(self, kind) for kind in COUNTED},
        }


COMPUTE = {"cpu": "CPU", "memory": "Memory", "storage": "Storage of claims"}
COUNTED = ("pipelines", "connectors", "storages")

# The first three are those of Orasi's own documentation.
SIZES = {
    size.name: size
    for size in (
        Size("small", "1", "1Gi", "10Gi", "20", "5", "20", "1"),
        Size("medium", "4", "8Gi", "100Gi", "60", "20", "80", "4"),
        Size("large", "16", "32Gi", "1Ti", "200", "60", "240", "12"),
        Size("enterprise", "64", "128Gi", "10Ti", "800", "240", "960", "48"),
    )
}


def amounts() -> Table:
    """All of them, for people."""
    _, *names = (field.name for field in fields(Size))
    header = ("Size", *(COMPUTE.get(name, name.capitalize()) for name in names))
    return header, tuple(map(astuple, SIZES.values()))
