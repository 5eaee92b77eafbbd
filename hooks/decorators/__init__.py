"""Every decorator: what this server attaches to objects that are not its own."""

from hooks.decorator import Decorator
from hooks.decorators.scrape import SCRAPE
from hooks.decorators.tenant import TENANT

DECORATORS: tuple[Decorator, ...] = (TENANT, SCRAPE)
