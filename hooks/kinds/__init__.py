"""Every kind that this server reconciles."""

from hooks.composite import Composite
from hooks.kinds.document import DOCUMENT

KINDS: tuple[Composite, ...] = (DOCUMENT,)
