"""Whether the largest children of a Pipeline can be written, and what makes them so large."""

from collections.abc import Iterator

from hooks.contract import LARGEST_CHILD, encoded_size
from hooks.kinds.pipeline.children import config_map
from hooks.kinds.pipeline.plan import Plan
from hooks.kinds.pipeline.resolution import Resolution
from hooks.kinds.pipeline.workloads import workload

MOST_NAMED = 3
WORTH_NAMING = 10 * 1024


def too_large(plan: Plan) -> Iterator[str]:
    """What is over the limit."""
    for child, what in (
        (config_map(plan), "The configuration makes"),
        (workload(plan), "Variables, and what is passed on to pods, make"),
    ):
        size = encoded_size(child)
        if size > LARGEST_CHILD:
            yield (
                f"{what} a {child['kind']} of {size} bytes, encoded as JSON; {LARGEST_CHILD} are "
                f"allowed{causes(plan.resolution, as_files=child['kind'] == 'ConfigMap')}"
            )


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
