"""Whether the children of a Pipeline can be written, and what of the spec is in the way."""

from collections.abc import Iterable

from hooks.characters import inapplicable
from hooks.contract import LARGEST_CHILD, Manifest, Parent, encoded_size
from hooks.kinds.pipeline.model import PipelineSpec
from hooks.kinds.pipeline.refused import Refused
from hooks.kinds.pipeline.resolution import Resolution

MOST_NAMED = 3
WORTH_NAMING = 10 * 1024


def check_sizes(children: Iterable[Manifest], resolution: Resolution) -> None:
    """Raises Refused for a child that is over the limit."""
    for child in children:
        size = encoded_size(child)
        if size > LARGEST_CHILD:
            as_files = child["kind"] == "ConfigMap"
            what = (
                "The configuration makes"
                if as_files
                else "Variables, and what is passed on to children, make"
            )
            raise Refused(
                "ConfigurationTooLarge",
                f"{what} a {child['kind']} of {size} bytes, encoded as JSON; {LARGEST_CHILD} are "
                f"allowed{causes(resolution, as_files=as_files)}.",
            )


def check_characters(
    pipeline: Parent[PipelineSpec], children: Iterable[Manifest], resolution: Resolution
) -> None:
    """Raises Refused for a child that no API server would take."""
    sources = {"spec": pipeline.manifest["spec"]}
    for each in resolution.configurations:
        name = f"{each.path}: Configuration {each.use.name}: "
        sources |= {f"{name}file": each.text, f"{name}spec.values": each.variables}
    found = inapplicable(sources, children)
    if found:
        raise Refused("InvalidCharacter", found)


def causes(resolution: Resolution, *, as_files: bool) -> str:
    """The Configurations that take most of it, the largest first."""
    sizes = {
        each.use.name: encoded_size(each.text if as_files else dict(each.variables))
        for each in resolution.configurations
        if bool(each.use.file) == as_files
    }
    largest = sorted(sizes.items(), key=lambda item: (-item[1], item[0]))[:MOST_NAMED]
    named = [f"{name} takes {size} bytes of it" for name, size in largest if size > WORTH_NAMING]
    return f". Configuration {', '.join(named)}" if named else ""
