"""Every reason that a condition can have: what it means, and what somebody has to do about it.

Pure data, for docs/reference/conditions.md. The messages with their names and numbers are made
where the facts are judged; tests/test_reasons.py holds this table against the golden cases.
"""

from collections.abc import Mapping

from hooks.reasons.configuration import CONFIGURATION
from hooks.reasons.connector import CONNECTOR
from hooks.reasons.document import DOCUMENT
from hooks.reasons.every_kind import EVERY_KIND
from hooks.reasons.pipeline import PIPELINE
from hooks.reasons.reason import Reason

# What each type of condition says, whatever the kind.
CONDITIONS: Mapping[str, str] = {
    "Ready": "Sums up: whether all is as the spec asks. `kubectl get` shows it with its reason.",
    "Resolved": "Whether every object that the spec refers to is there, and can be used as it is "
    "meant. While it is not, what runs keeps running, and only the number of pods follows the "
    "spec.",
    "Configured": "Whether the configuration is sound. While it is not, what runs keeps running, "
    "and only the number of pods follows the spec.",
    "Available": "Whether as many pods serve as are wanted, be they new ones or still old ones. "
    "It is judged always: also while the object is paused, or its spec is invalid.",
    "Reachable": "Whether the last probe has reached every address of the Connector. The condition "
    "is there only if `spec.probe` is.",
    "Deleting": "What the deletion of the object waits for. The condition is there only while the "
    "object is being deleted.",
    "Paused": "Whether the object is paused. The condition is there only if annotation "
    "`orasi.io/paused` is.",
}

# The reasons of each kind besides those of every kind, in the order in which things are checked.
REASONS: Mapping[str, tuple[Reason, ...]] = {
    "Document": DOCUMENT,
    "Configuration": CONFIGURATION,
    "Connector": CONNECTOR,
    "Pipeline": PIPELINE,
}

__all__ = ["CONDITIONS", "EVERY_KIND", "REASONS", "Reason"]
