"""Reasons of Configurations."""

from hooks.reasons.reason import Reason
from hooks.reasons.references import IN_USE

READY = ("Ready",)
KEPT = "What is published stays, and no Pipeline that uses it changes."

# In the order in which they are checked.
CONFIGURATION: tuple[Reason, ...] = (
    Reason(
        READY,
        "True",
        "Published",
        "ConfigMap `NAME-configuration` has the file.",
        "Nothing to do.",
    ),
    Reason(
        READY,
        "False",
        "InvalidSchema",
        "`spec.schema` is no JSON Schema 2020-12, or none that is safe to run; the message has the "
        f"path and the reason. {KEPT}",
        "Mend the schema there. `$ref` may only point inside, and a pattern has neither lookaround "
        "nor backreferences.",
    ),
    Reason(
        READY,
        "False",
        "InvalidValues",
        "The format cannot say the values; the message lists each of them by its path. " + KEPT,
        "Mend those values, or choose another `spec.format`: yaml and json can say anything.",
    ),
    Reason(
        READY,
        "False",
        "SchemaTooComplex",
        f"To judge these values by this schema would take too many steps. {KEPT}",
        "Simplify the schema: most often it refers to the same subschemas again and again, or its "
        "`anyOf` is very long.",
    ),
    Reason(
        READY,
        "False",
        "SchemaMismatch",
        "The values do not meet `spec.schema`; the message lists each failure by its path. " + KEPT,
        "Mend the values where the message says, or the schema if it is what is wrong.",
    ),
    Reason(
        READY,
        "False",
        "ContentTooLarge",
        f"The ConfigMap would be over 200 KiB, encoded as JSON. {KEPT}",
        "Split it into several Configurations.",
    ),
    Reason(
        READY,
        "False",
        "InvalidCharacter",
        "A text has a character that the API server takes in an object, and not in what is applied "
        f"to it; the message says which and where. {KEPT}",
        "Take the character out, or choose another `spec.format`: only env cannot write it in "
        "another way.",
    ),
    Reason(
        READY,
        "False",
        "Publishing",
        "ConfigMap `NAME-configuration` is not there, or not as it should be yet; the message says "
        "which, and names the field.",
        "Wait some seconds. If it lasts, the events of `kubectl describe configuration NAME` say "
        "what refuses it. If there are none, the ConfigMap is somebody else's: delete it or rename "
        "the Configuration.",
    ),
    IN_USE,
)
