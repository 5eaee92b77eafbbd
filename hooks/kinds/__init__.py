"""Every kind that this server reconciles."""

from hooks.composite import Composite
from hooks.kinds.configuration import CONFIGURATION
from hooks.kinds.connector import CONNECTOR
from hooks.kinds.document import DOCUMENT
from hooks.kinds.pipeline import PIPELINE

KINDS: tuple[Composite, ...] = (DOCUMENT, CONFIGURATION, CONNECTOR, PIPELINE)
