"""What of ControllerRevisions differs in each run.

Their names have a hash of the parent's uid, and which children they have is in no order.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any

from orasi.cluster.api import Manifest

HASH = re.compile("[0-9a-f]{40}")


def recognisable(steps: Iterable[Manifest]) -> list[Any]:
    """*steps* in which these names have a hash of what the revision says, children in order."""
    told = list(steps)
    named: dict[str, str] = {}
    for step in told:
        for key, manifest in step["objects"].items():
            if key.startswith("ControllerRevision "):
                said = json.dumps(manifest["parentPatch"], sort_keys=True).encode()
                groups = manifest.get("children", [])
                groups.sort(key=lambda group: (group["apiGroup"], group["kind"]))
                for group in groups:
                    group["names"].sort()
                for found in HASH.findall(key):
                    named[found] = hashlib.sha256(said).hexdigest()[:8]

    def renamed(found: re.Match[str]) -> str:
        return named.get(found[0], "0" * 8)  # it was never there

    return [json.loads(HASH.sub(renamed, json.dumps(step))) for step in told]
