"""Reasons of objects that refer to others, and of those that are referred to."""

from hooks.reasons.reason import Reason

UNRESOLVED = ("Resolved", "Ready")

IN_USE = Reason(
    ("Deleting",),
    "True",
    "InUse",
    "The object is being deleted, and others refer to it; the message names them. It stays as it "
    "is until none does.",
    "Take the references away, or delete those objects, too: then the deletion goes on by itself. "
    "A deletion cannot be taken back, but the object can be created again afterwards.",
)

# In the order in which they are checked.
REFERENCES: tuple[Reason, ...] = (
    Reason(
        ("Resolved",),
        "True",
        "Resolved",
        "Every object that the spec names is there and can be used as it is meant.",
        "Nothing to do.",
    ),
    Reason(
        ("Configured",),
        "Unknown",
        "Unresolved",
        "Without what the spec refers to nobody can say whether the configuration is sound.",
        "See what `Resolved` says.",
    ),
    Reason(
        UNRESOLVED,
        "False",
        "ReferenceNotServed",
        "The message names an object of a kind that has its place in the spec, and that this "
        "version of the controller does not have yet.",
        "Take the reference away. What else the Pipeline sends to can stay.",
    ),
    Reason(
        UNRESOLVED,
        "False",
        "ReferenceNotFound",
        "There is no object of that kind and name in the namespace of the Pipeline.",
        "Create it, or mend the name where the message says. The Pipeline goes on by itself.",
    ),
    Reason(
        UNRESOLVED,
        "False",
        "ReferenceDeleting",
        "What the message names is being deleted, and waits until nothing refers to it.",
        "Take the reference away. If the object is still needed, let it go and create it again.",
    ),
    Reason(
        UNRESOLVED,
        "False",
        "ReferenceInvalid",
        "What the message names is there, but cannot be used: the message says what is wrong with "
        "it. It says the same in its own status.",
        "Mend that object. Every Pipeline that uses it goes on by itself.",
    ),
    Reason(
        UNRESOLVED,
        "False",
        "WrongDirection",
        "A Connector without source stands in `from`, one without sink in `to`, or a Pipeline "
        "that takes no OTLP over gRPC in `to`.",
        "Give it what is missing, or refer to another one.",
    ),
    Reason(
        UNRESOLVED,
        "False",
        "WrongSignal",
        "A flow is of signals that the other side does not bring or take. A flow that names none "
        "is of logs, metrics and traces.",
        "Set `signals` of the flow to what both know, or give the other side the rest.",
    ),
    Reason(
        UNRESOLVED,
        "False",
        "WrongMode",
        "The source and the mode do not fit: files and metrics of nodes need a collector on each "
        "node, and what is scraped would be scraped by all of them.",
        "Take the source out of the flow, and into another Pipeline of the mode that the message "
        "names.",
    ),
    Reason(
        UNRESOLVED,
        "False",
        "WrongFormat",
        "A Configuration is to be environment variables, and its format is not flat.",
        "Use it as a file, or change its format to env or properties.",
    ),
    Reason(
        UNRESOLVED,
        "False",
        "Cycle",
        "What the Pipeline sends on comes back to it, over the way that the message names: it "
        "would go round for ever.",
        "Take one of the references on the way away. Each Pipeline on it says so, unless something "
        "else is in its way before that, and all of them go on by themselves.",
    ),
)

SETTINGS: tuple[Reason, ...] = (
    Reason(
        ("Configured", "Ready"),
        "False",
        "InvalidMountPath",
        "A Configuration would hide a folder that is needed for something else.",
        "Choose another `mountPath`, such as `/etc/orasi/NAME`.",
    ),
    Reason(
        ("Configured", "Ready"),
        "False",
        "InvalidVariable",
        "A Configuration makes an environment variable whose name cannot be one, that is set by "
        "something else already, or that would rule the collector itself, such as HTTPS_PROXY.",
        "Mend its keys, or choose another `prefix`.",
    ),
)
