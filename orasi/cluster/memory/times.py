"""Moments as Kubernetes writes them: RFC 3339, in whole seconds, always UTC."""

from datetime import UTC, datetime
from functools import lru_cache


@lru_cache(maxsize=256)  # Much happens within a second.
def timestamp(moment: float) -> str:
    """*moment*, in seconds since 1970, cut to the second."""
    return datetime.fromtimestamp(int(moment), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds(timestamp: str) -> float:
    """Seconds since 1970."""
    return datetime.fromisoformat(timestamp).timestamp()
