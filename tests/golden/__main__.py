"""A golden case from a call that `orasi run --record` has kept; its answer and its `why` are open.

python -m tests.golden FOLDER/0001-….request.json NAME
"""

import json
import sys
from pathlib import Path

from hooks import GROUP
from hooks.contract import Manifest
from hooks.decorators import DECORATORS
from hooks.kinds import KINDS
from tests.golden import ROOT, save

SINGULAR = {f"{each.plural}.{GROUP}": each.singular for each in KINDS} | {
    f"{each.plural}.{GROUP}": each.singular for each in DECORATORS
}


def folder(body: Manifest) -> str:
    """Of which kind or decorator the case is."""
    return SINGULAR[str(body["controller"]["metadata"]["name"])]


def short(body: Manifest) -> Manifest:
    """The request of a case, for which `envelope` gives *body*, but for what a controller is."""
    hook = {True: "finalize", False: "", None: "customize"}[body.get("finalizing")]
    request: Manifest = {"hook": hook} if hook else {}
    for key in ("parent", "object"):
        if key in body:
            request[key] = body[key]
    for key in ("children", "attachments", "related"):
        objects = [each for group in body.get(key, {}).values() for each in group.values()]
        if objects:
            request[key] = objects
    optional = {
        f"{child.kind}.{child.api_version}": child.kind
        for kind in KINDS
        for child in kind.children
        if child.optional
    }
    lists = [kind for group, kind in optional.items() if group in body.get("children", {})]
    return request | ({"lists": lists} if lists else {})


def main(source: str, name: str) -> int:
    body = json.loads(Path(source).read_text())
    path = ROOT / folder(body) / f"{name}.yaml"
    if path.exists():
        print(f"{path}: there is a case of that name", file=sys.stderr)
        return 1
    save(path, {"why": "TODO: what a colleague would say", "request": short(body)})
    print(f"{path}: say why, cut what does not matter, and let --update write the answer")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
