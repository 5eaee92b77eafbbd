"""The page for newcomers, command by command, on a real cluster."""

import re
import shlex
import tempfile
from pathlib import Path

from tests.cluster.server import ROOT
from tests.cluster.world import ClusterWorld

PAGE = ROOT / "docs" / "first-pipeline.md"
FILE = re.compile(r"^```yaml\n# (\S+)\n((?:.*\n)+?)```$", re.MULTILINE)
CONSOLE = re.compile(r"^```console\n((?:.*\n)+?)```$", re.MULTILINE)
COMMAND = re.compile(r"^\$ kubectl (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
AGE = re.compile(r"\b\d+s$", re.MULTILINE)


def the_first_pipeline_is_as_told(world: ClusterWorld) -> None:
    text = PAGE.read_text()
    with tempfile.TemporaryDirectory() as folder:
        for name, content in FILE.findall(text):
            (Path(folder) / name).write_text(content)
        for arguments, told in COMMAND.findall("".join(CONSOLE.findall(text))):
            namespace = f"--namespace={world.namespace}"
            said = world.control_plane.kubectl(
                namespace, *shlex.split(arguments), folder=Path(folder)
            ).replace(world.namespace, "default")
            # What comes on the way to the end depends on the moment.
            lines = said.splitlines()[-len(told.splitlines()) :]
            assert normal("\n".join(lines)) == normal(told), arguments


def normal(output: str) -> list[str]:
    return [line.rstrip() for line in AGE.sub("1s", output).strip().splitlines()]
