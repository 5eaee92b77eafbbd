"""Cases of Connectors: why each is there, its spec, and all that is made of it, or what is wrong.

In each file of `connector_cases/` they stand one after the other. What is empty is left out.
"""

from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from hooks.collector.component import Rendered
from hooks.collector.connector import Connector
from hooks.model import problems
from tests.golden import Loader, Writer

ROOT = Path(__file__).parent / "connector_cases"
NAME = "events-1"


def files() -> list[Path]:
    return sorted(ROOT.glob("*.yaml"))


def load(path: Path) -> list[dict[str, Any]]:
    return list(yaml.load_all(path.read_text(), Loader))  # a SafeLoader


def save(path: Path, cases: list[dict[str, Any]]) -> None:
    text = yaml.dump_all(cases, Dumper=Writer, sort_keys=False, allow_unicode=True, width=100)
    path.write_text(text)


def sound() -> list[Any]:
    """The specs of all cases that nothing is wrong with."""
    return [
        case["spec"]
        for path in files()
        for case in load(path)
        if not {"refused", "mistakes"} & case["answer"].keys()
    ]


def answer(spec: Any) -> dict[str, Any]:
    try:
        connector = Connector.model_validate(spec)
    except ValidationError as error:
        return {"refused": problems(error)}
    mistakes = [f"{reason}: {message}" for reason, message in connector.mistakes()]
    return {"mistakes": mistakes} if mistakes else made(connector)


def made(connector: Connector) -> dict[str, Any]:
    found: dict[str, Any] = {
        "receivers": [shown(each) for each in connector.receivers(NAME)],
        "source_signals": list(connector.source_signals()),
        "modes": list(connector.modes()) if connector.modes() == ("DaemonSet",) else [],
        "listeners": [f"{each.name} {each.tls}".strip() for each in connector.listeners()],
    }
    if connector.sink:
        exporter = connector.exporter(NAME, batched=True)
        unbatched = connector.exporter(NAME, batched=False)
        found["exporter"] = shown(exporter)
        found["unbatched"] = shown(unbatched) if unbatched != exporter else {}
        found["sink_signals"] = list(connector.sink_signals())
    found["targets"] = [
        f"{each.address} {'with TLS' if each.tls else ''}".strip() for each in connector.targets()
    ]
    return {key: value for key, value in found.items() if value}


def shown(rendered: Rendered) -> dict[str, Any]:
    found = {
        rendered.component.id: rendered.component.settings,
        "extensions": {each.id: each.settings for each in rendered.extensions},
        "variables": {each.name: f"{each.secret}/{each.key}" for each in rendered.variables},
        "files": {each.path: f"{each.kind} {each.name}/{each.key}" for each in rendered.files},
    }
    return {key: value for key, value in found.items() if value}
