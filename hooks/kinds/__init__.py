"""Every kind that this server reconciles."""

from hooks.composite import Composite
from hooks.kinds.document import DOCUMENT
from hooks.kinds.pipeline import PIPELINE

KINDS: tuple[Composite, ...] = (DOCUMENT, PIPELINE)
