"""Reasons of Documents."""

from hooks.reasons.reason import Reason

READY = ("Ready",)

DOCUMENT: tuple[Reason, ...] = (
    Reason(
        READY, "True", "Published", "ConfigMap `NAME-document` has the content.", "Nothing to do."
    ),
    Reason(
        READY,
        "True",
        "Hidden",
        "Nothing is published, as `spec.hidden` asks.",
        "Nothing to do. To publish it again, set `spec.hidden` to false.",
    ),
    Reason(
        READY,
        "False",
        "InvalidContent",
        "`spec.content` cannot be read as what `spec.format` says; the message has line and "
        "column. What is published stays.",
        "Mend the content there and apply it again; if it is not meant to be parsed, set "
        "`spec.format` to text.",
    ),
    Reason(
        READY,
        "False",
        "ContentTooLarge",
        "The ConfigMap would be over 200 KiB, encoded as JSON. What is published stays.",
        "Shorten `spec.content`, or split it into several Documents. `<`, `>` and `&` count as "
        "six bytes each.",
    ),
    Reason(
        READY,
        "False",
        "InvalidCharacter",
        "The content, title, author or a tag has a character that the API server takes in an "
        "object, and not in what is applied to it; the message says which and where. What is "
        "published stays.",
        "Take the character out. Mostly the text was a file in another encoding than UTF-8, or was "
        "no text at all.",
    ),
    Reason(
        READY,
        "False",
        "Publishing",
        "ConfigMap `NAME-document` is not there, or not as it should be yet; the message says "
        "which, and names the field.",
        "Wait some seconds. If it lasts, the events of `kubectl describe document NAME` say what "
        "refuses it. If there are none, the ConfigMap is somebody else's (`kubectl get configmap "
        "NAME-document -o yaml`): delete it or rename the Document.",
    ),
    Reason(
        READY,
        "False",
        "Withdrawing",
        "The Document is hidden, and its ConfigMap is still there: the content can still be read.",
        "Wait some seconds. If it lasts, see `metadata.finalizers` in `kubectl get configmap "
        "NAME-document -o yaml`: whoever set one has to let go.",
    ),
)
