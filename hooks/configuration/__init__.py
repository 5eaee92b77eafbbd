"""What a Configuration says, for every kind that uses one: its spec, its file, what is wrong."""

from hooks.configuration.files import file, variables
from hooks.configuration.model import AnyObject, ConfigurationSpec
from hooks.configuration.refusal import refusal

__all__ = ["AnyObject", "ConfigurationSpec", "file", "refusal", "variables"]
