"""Annotations that mean something to the API server, which refuses what they must not say."""

import re
from collections.abc import Callable

from hooks.kinds.pipeline.identity import COMPONENT

# Of Services.
SOURCE_RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges"

WHOLE_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,9})", re.ASCII)
APP_ARMOR = r"container\.apparmor\.security\.beta\.kubernetes\.io/"
SECCOMP = r"(container\.)?seccomp\.security\.alpha\.kubernetes\.io/.+"


def never(_value: str) -> bool:
    return False


# Of pods: the key, whether a value is sound, and what it must be. The first that fits counts.
OF_PODS: tuple[tuple[str, Callable[[str], object], str], ...] = (
    (
        r"controller\.kubernetes\.io/pod-deletion-cost",
        lambda value: WHOLE_NUMBER.fullmatch(value) and -(2**31) <= int(value) < 2**31,
        "must be a whole number from -2147483648 to 2147483647",
    ),
    (
        f"{APP_ARMOR}({COMPONENT}|validate)",
        # More would be refused by Pod Security.
        re.compile(r"|runtime/default|localhost/.+").fullmatch,
        'must be "runtime/default" or "localhost/<profile>"',
    ),
    (
        f"{APP_ARMOR}.*",
        never,
        f"must be for one of the containers, which are {COMPONENT} and validate",
    ),
    (
        SECCOMP,
        lambda value: value == "runtime/default",
        'must be "runtime/default", which the pods have anyway',
    ),
    (
        r"scheduler\.alpha\.kubernetes\.io/tolerations",
        never,
        "must be left out: spec.pod.tolerations says what is tolerated",
    ),
    (
        r"kubernetes\.io/config\.mirror",
        never,
        "must be left out: it is for pods that a kubelet makes by itself",
    ),
)


def expected(key: str, value: str) -> str:
    """What the value of a pod's annotation must be, if it is not; else ""."""
    for pattern, is_sound, must in OF_PODS:
        if re.fullmatch(pattern, key):
            return "" if is_sound(value) else must
    return ""
