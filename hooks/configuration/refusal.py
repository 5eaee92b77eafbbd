"""Why a Configuration cannot be published, in a word and in sentences."""

from itertools import islice

from hooks.configuration.effort import TooMuch
from hooks.configuration.json_schema import Judge
from hooks.configuration.model import ConfigurationSpec
from hooks.configuration.subschemas import InvalidSchema
from hooks.configuration.values import mistakes
from hooks.contract import LARGEST_CHILD, encoded_size
from hooks.paths import listed, shown

# Twice what a ConfigMap may take: written in any format, more can never fit.
LARGEST = 2 * LARGEST_CHILD

# A count beyond tells nobody more.
MOST_MISTAKES = 1000

Refusal = tuple[str, str]
"""A reason, and a message of whole sentences."""


def refusal(spec: ConfigurationSpec) -> Refusal | None:
    """Why nothing can be made of *spec*, or None if `file` and `variables` may be asked."""
    judge = None
    try:
        # First, since the schema is to be mended whatever the values are.
        judge = Judge(spec.json_schema) if spec.json_schema is not None else None
    except InvalidSchema as error:
        return "InvalidSchema", listed([str(error)])
    return unfit(spec) or (mismatch(judge, spec) if judge else None)


def unfit(spec: ConfigurationSpec) -> Refusal | None:
    """What no file of the format can say."""
    found = [
        f"{shown('spec.values', path)} {mistake}"
        for path, mistake in islice(mistakes(spec.values, spec.format), MOST_MISTAKES)
    ]
    if found:
        return "InvalidValues", listed(found)
    size = encoded_size(spec.values)
    if size > LARGEST:
        return (
            "ContentTooLarge",
            f"spec.values takes {size} bytes, encoded as JSON, which no ConfigMap has room for.",
        )
    return None


def mismatch(judge: Judge, spec: ConfigurationSpec) -> Refusal | None:
    try:
        failures = judge.failures(spec.values)
    except TooMuch as error:
        return "SchemaTooComplex", f"spec.schema cannot judge spec.values: {error}."
    return ("SchemaMismatch", listed(failures)) if failures else None
