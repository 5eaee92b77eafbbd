"""How far a rollout may go at once: numbers of pods, or shares of all of them."""

from orasi.cluster.api import Manifest


def rounded_up(share: int | str, total: int) -> int:
    return share if isinstance(share, int) else -(-int(share.removesuffix("%")) * total // 100)


def bounds(daemon_set: Manifest, total: int) -> tuple[int, int]:
    """Of a DaemonSet on *total* nodes: pods that may be too many, and too few."""
    parameters = daemon_set["spec"]["updateStrategy"].get("rollingUpdate", {})
    surge = rounded_up(parameters.get("maxSurge", 0), total)
    unavailable = rounded_up(parameters.get("maxUnavailable", 1), total)
    # Both may be 0 after rounding, and then nothing could move.
    return surge, unavailable if surge or unavailable else 1


def allows_surge(daemon_set: Manifest) -> bool:
    rolls = daemon_set["spec"]["updateStrategy"]["type"] == "RollingUpdate"
    return bool(rolls) and bounds(daemon_set, 1)[0] > 0
