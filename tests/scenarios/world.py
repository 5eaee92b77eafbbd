"""What a scenario sees of a cluster: one namespace of its own, in memory or on a real one."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

Manifest = dict[str, Any]
T = TypeVar("T")


def condition(manifest: Manifest, condition_type: str = "Ready") -> Manifest:
    """A condition of an object's status; {} if it has none of that type."""
    conditions = manifest.get("status", {}).get("conditions", ())
    return next((one for one in conditions if one["type"] == condition_type), {})


class World(Protocol):
    """A cluster with our controllers in it, and an engine that runs them."""

    @property
    def namespace(self) -> str: ...

    @property
    def strategy(self) -> str:
        """How the engine applies: dynamic-apply or server-side-apply."""

    def apply(self, manifest: Manifest) -> None:
        """As `kubectl apply` does."""

    def refusal(self, manifest: Manifest) -> str:
        """What the API server has against *manifest*. Raises AssertionError if nothing."""

    def patch(self, kind: str, name: str, patch: Manifest) -> None:
        """Change an object as a person would, by a JSON merge patch."""

    def scale(self, kind: str, name: str, replicas: int) -> None:
        """Change the number of pods as an autoscaler does."""

    def platform(self, settings: str | None) -> None:
        """Have these settings, which all namespaces share, or none."""

    def delete(self, kind: str, name: str) -> None:
        """Ask for the deletion of an object; does not wait for it."""

    def get(self, kind: str, name: str) -> Manifest | None:
        """The object as it is now, or None if it does not exist."""

    def list(self, kind: str) -> Sequence[Manifest]: ...

    def eventually(self, what: str, predicate: Callable[[], T]) -> T:
        """The first value of *predicate* that is true. Raises AssertionError if none comes.

        A predicate may also assert: its last failure is then the reason that is given.
        """

    def settle(self) -> None:
        """Return once the engine has come to rest in this namespace."""

    def writes(self) -> int:
        """How often the engine has written in this namespace so far, unchanged or not."""
