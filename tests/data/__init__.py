"""Requests recorded from the real Metacontroller, by the name of their file."""

import json
from pathlib import Path

RECORDED = {
    path.stem: json.loads(path.read_text())["request"]
    for path in sorted((Path(__file__).parent / "requests").glob("*.json"))
}
