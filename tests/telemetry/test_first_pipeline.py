"""The page for newcomers: what it sends is taken, and shown as it is told there."""

import json
import re
import shlex
import subprocess
from pathlib import Path

from tests.cluster.first_pipeline import FILE, PAGE
from tests.collector.ports import LOOPBACK
from tests.collector.sink import PORTS
from tests.environment import ENVIRONMENT
from tests.telemetry.pods import children, objects, pod

COMMAND = re.compile(r"^```sh\n(curl (?:.*\n)+?)```$", re.MULTILINE)
LAST_LINE = re.compile(r'^\{.* "msg":("(?:[^"\\]|\\.)*"), .*\}$', re.MULTILINE)
SECONDS = 30


def test_what_a_newcomer_sends_is_in_the_log_of_the_pod(collector: Path, tmp_path: Path) -> None:
    page = PAGE.read_text()
    written = objects(dict(FILE.findall(page))["web.yaml"], {})
    (command,) = COMMAND.findall(page)
    (told,) = LAST_LINE.findall(page)
    web = pod(children("web", written), {}, tmp_path / "web")
    with web.start(collector, tmp_path) as running:
        way = f"{LOOPBACK}:{running.port(PORTS['http'])}"  # in place of kubectl port-forward
        arguments = shlex.split(command.replace(f"localhost:{PORTS['http']}", way))
        done = subprocess.run(
            arguments, env=ENVIRONMENT, capture_output=True, text=True, timeout=SECONDS, check=True
        )
        last = running.log()[-1]
    assert f"The answer is `{done.stdout}`" in page
    assert last["msg"] == json.loads(told)
