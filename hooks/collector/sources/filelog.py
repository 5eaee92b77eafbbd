"""Source filelog: takes logs from files of the nodes that pods run on."""

from itertools import takewhile
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from hooks.collector.component import Component, Mode, Rendered, Signal
from hooks.collector.connection import Connection
from hooks.collector.endpoints import matches
from hooks.collector.positions import STORAGE
from hooks.collector.sources.base import OutsideSource
from hooks.contract import Manifest
from hooks.model import AS_SET, Distinct
from hooks.rules import Rule, value

# Absolute, without "." and "..", so that what it may match can be judged; no [ ] { }, so that it
# is a sound pattern whatever it is.
SEGMENT = r"\.?[-a-zA-Z0-9_*?@+=:~][-a-zA-Z0-9._*?@+=:~ ]*"
WILD = {"*", "?"}
PATHS = rf"^(/{SEGMENT})+$"
# Whose first folder is certain: that of the node's root is another one in the pods.
CERTAIN = rf"^/\.?[-a-zA-Z0-9_@+=:~][-a-zA-Z0-9._@+=:~ ]*(/{SEGMENT})+$"
# By default lines are dropped that the flow refuses, for lack of memory or because a queue is full.
KEPT_UNTIL_TAKEN: Manifest = {"retry_on_failure": {"enabled": True, "max_elapsed_time": "0s"}}
PathPatterns = Annotated[
    list[Annotated[str, Field(min_length=2, max_length=1024)]], Distinct, AS_SET
]


def paths_rule(field: str, pattern: str, more: str = "") -> Rule:
    return Rule(
        f"self.{field}.all(each, each.matches(r'{pattern}'))",
        f'{field} must be absolute paths without "." and "..", of letters, digits, blanks and '
        f"-_.*?@+=:~ each{more}",
        lambda source: all(matches(pattern, each) for each in getattr(source, field)),
        given=value(f"self.{field}.filter(each, !each.matches(r'{pattern}'))[0]"),
    )


class FilelogSource(OutsideSource):
    rules = (
        paths_rule("include", CERTAIN, ", below a folder without * and ?"),
        paths_rule("exclude", PATHS),
    )

    modes: ClassVar[tuple[Mode, ...]] = ("DaemonSet",)

    include: PathPatterns = Field(
        min_length=1,
        max_length=32,
        description='Files on the nodes, such as "/var/log/pods/*/*/*.log": an asterisk is any '
        "text within a name, two of them any folders, and a question mark any character.",
    )
    exclude: PathPatterns = Field(
        default=[],
        max_length=32,
        description="Files of these that are left out. Default: none.",
    )
    start_at: Literal["beginning", "end"] = Field(
        default="end",
        description="Where a new pod begins with a file that is there: at its beginning or its "
        "end. A container that starts again goes on where it was, but without what it had in "
        "memory. Default: end.",
    )
    format: Literal["text", "container"] = Field(
        default="text",
        description="What a line is. text: the body of a record. container: what container "
        "runtimes write into /var/log/pods/*/*/*.log, where the line says time and stream, and the "
        "file's path namespace, pod and container. Default: text.",
    )

    def carried(self) -> tuple[Signal, ...]:
        return ("logs",)

    def rendered(self, connection: Connection) -> list[Rendered]:
        settings = {
            "include": sorted(self.include),
            "exclude": sorted(self.exclude),
            "start_at": self.start_at,
            "include_file_path": True,
            "storage": STORAGE.id,
            **KEPT_UNTIL_TAKEN,
        }
        parsing = {"operators": [{"type": "container"}]} if self.format == "container" else {}
        component = Component(f"file_log/{connection.name}", settings | parsing)
        folders = tuple(sorted(set(map(folder, self.include))))
        return [Rendered(component, extensions=(STORAGE,), folders=folders)]


def folder(path: str) -> str:
    """The deepest folder that certainly has all that *path*, a pattern, is about."""
    certain = takewhile(lambda name: not WILD & set(name), path.split("/")[:-1])
    return "/".join(certain) or "/"
