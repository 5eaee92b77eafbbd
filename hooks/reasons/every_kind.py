"""Reasons that objects of every kind can have."""

from hooks.reasons.reason import Reason

READY = ("Ready",)
PAUSED = ("Paused",)

EVERY_KIND: tuple[Reason, ...] = (
    Reason(
        READY,
        "False",
        "InvalidSpec",
        "The stored spec is none that this version accepts, so it was stored under another schema. "
        "The message names the field. Nothing of the object is changed, and what runs keeps "
        "running.",
        "Mend that field with `kubectl edit KIND NAME`. If many objects say so at once, the server "
        "and the CRDs may be of different releases: `kubectl apply -k manifests` from one of them.",
    ),
    Reason(
        READY,
        "False",
        "Paused",
        "Something would have to be changed, and the object is paused. The message says what "
        "waits.",
        "Ask whoever paused it; then go on with `kubectl annotate KIND NAME orasi.io/paused-`.",
    ),
    Reason(
        READY,
        "False",
        "Deleting",
        "The object is being deleted, and what the message names has to go first. Pods may take 30 "
        "seconds to drain.",
        "Wait. If it lasts, the message names the finalizer that holds the child: whoever set it "
        "has to let go. If the hook server itself is gone, break the glass (see above).",
    ),
    Reason(
        ("Deleting",),
        "True",
        "TearingDown",
        "What the object is made of goes, stage by stage; the message names what is waited for.",
        "As for `Deleting` of Ready.",
    ),
    Reason(
        PAUSED,
        "True",
        "Requested",
        'Annotation `orasi.io/paused` is `"true"`: nothing of the object is created, changed or '
        "deleted, and edits by hand stay. Deleting the object itself still works.",
        "Nothing, while somebody works on it. Go on with "
        "`kubectl annotate KIND NAME orasi.io/paused-`.",
    ),
    Reason(
        PAUSED,
        "False",
        "UnknownValue",
        "Annotation `orasi.io/paused` has a value that does not pause. The object is "
        "reconciled as ever, and edits by hand are undone.",
        "To pause: `kubectl annotate KIND NAME --overwrite orasi.io/paused=true`. Not to: "
        "`kubectl annotate KIND NAME orasi.io/paused-`.",
    ),
)
