"""What people read of the calls and writes of a pass, from its trace alone."""

import json
from collections.abc import Iterator, Mapping, Sequence

from rich.text import Text

from orasi.cluster.loop.webhook import Answer
from orasi.state import sentence
from orasi.trace import Called, Written
from orasi.view import plural

COUNTED = {
    "children": ("child", "children"),
    "attachments": ("attachment", "attachments"),
    "relatedResources": ("related rule", "related rules"),
}


def account(
    number: int, later: float, happened: Sequence[Called | Written], errors: Mapping[str, str]
) -> list[Text]:
    """Pass *number*, *later* by so many seconds than the one before, and *errors* by object."""
    waited = f", {duration(later)} later" if later >= 0.001 else ""
    lines = [Text(f"pass {number}{waited}", "bold")]
    lines += [called(each) if isinstance(each, Called) else written(each) for each in happened]
    told = {each.call.error for each in happened if isinstance(each, Called)} - {""}
    for subject, text in errors.items():
        if not any(each in text for each in told):
            lines.append(Text(f"       error {subject}: {sentence(text)}", "red"))
    return lines


def called(each: Called) -> Text:
    """`  0001 call  /hooks/document/sync  Document default/lorem  200  1 child  3.1 ms`."""
    asked, call = each.asked, each.call
    told = sentence(call.error).removeprefix(f"the hook answered {call.code}: ")
    line = Text(
        f"  {asked.number:04} call  {asked.path}  {asked.subject}  {call.code or 'no answer'}"
    )
    wants = told if told else ", ".join(wanted(each.answer)) if each.answer else ""
    if wants:
        line.append(f"  {wants}", "red" if call.error and call.code != 429 else "")
    return line.append(f"  {each.seconds * 1000:.1f} ms", "dim")


def wanted(answer: Answer) -> Iterator[str]:
    """What a good answer wants, in short."""
    body = json.loads(answer.body) or {}
    for key, words in COUNTED.items():
        if key in body:
            yield plural(len(body[key] or ()), *words)
    if body.get("finalized"):
        yield "finalized"
    if body.get("resyncAfterSeconds"):
        yield f"resync after {body['resyncAfterSeconds']} s"


def written(each: Written) -> Text:
    """`       write create ConfigMap default/lorem-document  201`."""
    write = each.write
    kind = "/".join(filter(None, (write.resource.kind, write.subresource)))
    place = "/".join(filter(None, (write.namespace, write.name)))
    line = Text(f"       write {write.verb} {kind} {place}  {write.code}")
    if each.dry_run:
        line.append("  dry run", "dim")
    elif not write.changed:
        line.append("  unchanged", "dim")
    return line.append(f"  {' '.join(each.refusal.split())}" if each.refusal else "", "red")


def duration(seconds: float) -> str:
    """`5 ms`, `2.5 s`, `1,000 s`."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:,.1f} s".replace(".0 ", " ")
