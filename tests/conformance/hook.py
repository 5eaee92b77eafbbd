"""The verbatim hook: it answers what the object itself says, so that a scenario needs no code."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from orasi.cluster.api import Manifest

NOTHING: Mapping[str, Any] = {
    "sync": {},
    "finalize": {"finalized": True},
    "customize": {"relatedResources": []},
}
"""What is answered to an object that says nothing."""

BODILESS = (204, 304)
"""HTTP allows these no body."""


@dataclass(frozen=True)
class Reply:
    """What goes back, and after how many seconds."""

    code: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0


def subject(body: Manifest) -> Manifest:
    """The object that a request is about."""
    found: Manifest = body["parent"] if "parent" in body else body["object"]
    return found


def reply(hook: str, body: Manifest, headers: Mapping[str, str], asked_before: int) -> Reply:
    """The answer of *hook*, which was *asked_before* so often about this very generation."""
    spec = subject(body).get("spec") or {}
    override = spec.get(f"{hook}HTTP") or {}
    if asked_before >= override.get("times", float("inf")):
        override = {}
    code = override.get("code", 200)
    usual = said(hook, body) if code == 200 else '{"error": "no"}'
    text = "" if code in BODILESS else override.get("body", usual)
    told = dict(override.get("headers") or {})
    if spec.get("etag") and code == 200:
        told["ETag"] = f'"{hashlib.sha256(text.encode()).hexdigest()}"'
        if headers.get("If-None-Match") == told["ETag"]:
            code, text = 304, ""
    return Reply(code, text, told, override.get("delay", 0.0))


def said(hook: str, body: Manifest) -> str:
    """What the object says is to be answered: a string as it stands, all else as JSON."""
    asked = subject(body)
    if body["controller"]["kind"] == "DecoratorController":
        stated = (asked["metadata"].get("annotations") or {}).get(f"test.orasi.io/{hook}")
    else:
        stated = (asked.get("spec") or {}).get(hook)
    if isinstance(stated, str):
        return stated
    return json.dumps(NOTHING[hook] if stated is None else stated, sort_keys=True)
