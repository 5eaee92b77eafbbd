"""Regular expressions that the API server and Python read alike."""

import re
from collections.abc import Callable
from typing import Any

# A container's image, with its tag or digest.
IMAGE = r"^[a-zA-Z0-9][-a-zA-Z0-9._/:@]*$"

# What names parts of an object, and then components of a collector.
PART = r"^[a-z]([-a-z0-9]*[a-z0-9])?$"

# A folder below the root, without "." and ".." in it, and without what runtimes read in it.
MOUNT_PATH = r"^(/[a-zA-Z0-9_][-a-zA-Z0-9_.]*)+$"

# The beginning of an environment variable's name.
PREFIX = r"^[a-zA-Z_][a-zA-Z0-9_]*$"

# Of a host's file system, what agents may read.
HOST_PATH = rf"^(/|{MOUNT_PATH[1:-1]})$"

DURATION = r"^[1-9][0-9]{0,4}[smh]$"

# Without a query.
URL_PATH = r"^/[-a-zA-Z0-9._~:@!&()*+,;=/]*$"

WORDS = {
    IMAGE: 'the name of an image, such as "registry.example.com/collector:1.2.3"',
    HOST_PATH: 'an absolute folder without "." and "..", such as "/var/log"',
    DURATION: 'a whole number with s, m or h, such as "30s"',
    URL_PATH: 'a path without a query, such as "/metrics"',
}
"""What people are told who have no schema before them."""


def matching(pattern: str) -> Callable[[Any], Any]:
    """A validator: a text must match *pattern* as a whole; what is no text may be anything."""
    whole = re.compile(pattern.removeprefix("^").removesuffix("$"), re.ASCII)

    def match(value: Any) -> Any:
        if isinstance(value, str) and not whole.fullmatch(value):
            raise ValueError(f"String should match pattern '{pattern}'")
        return value

    return match
