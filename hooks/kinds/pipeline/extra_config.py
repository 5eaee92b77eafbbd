"""What an author lays over the collector's configuration, as the collector itself merges files."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hooks.collector.text import Part
from hooks.configuration.values import DEEPEST, is_too_large, too_deep
from hooks.contract import Manifest, encoded_size
from hooks.model import excerpt
from hooks.paths import leaves, shown

ROOT = "spec.extraConfig"
LARGEST = 64 * 1024
WAY = "::"  # in keys of the collector, to which no check of ours would follow

Sections = Mapping[str, Iterable[Part]]
SECTIONS = ("receivers", "processors", "exporters", "connectors", "extensions", "service")


def unusable(extra: Manifest) -> Iterator[str]:
    """InvalidExtraConfig: what cannot be laid over anything."""
    if too_deep(extra):
        yield f"{ROOT} nests deeper than {DEEPEST} levels"
        return
    size = encoded_size(extra)
    if size > LARGEST:
        yield f"{ROOT} takes {size} bytes, encoded as JSON; {LARGEST} are allowed"
    for section in sorted(extra):
        if section not in SECTIONS:
            yield f"{shown(ROOT, (section,))} is no section; there are {', '.join(SECTIONS)}"
        elif not isinstance(extra[section], dict):
            yield (f"{shown(ROOT, (section,))} is {excerpt(extra[section])}, and must be an object")
    for path, value in leaves(extra):
        if any(isinstance(key, str) and WAY in key for key in path):
            yield (
                f'{shown(ROOT, path)} has "{WAY}" in a key, which the collector takes for a key '
                "within another: write maps instead"
            )
        if value is None:
            # kubectl takes it for "delete this", and so says one thing at first and another later.
            yield f"{shown(ROOT, path)} is null: write {{}} for a part that has no settings"
        elif is_too_large(value):
            yield f"{shown(ROOT, path)} is a number of more than 64 bits: {excerpt(value)}"


def overlaid(sections: Sections, extra: Manifest) -> dict[str, list[Part]]:
    """*sections* with *extra* over them; each part that has something of it says so."""
    return {
        name: overlaid_parts(list(sections.get(name, ())), extra.get(name, {})) for name in SECTIONS
    }


def overlaid_parts(own: list[Part], extra: Manifest) -> list[Part]:
    names = {part.name for part in own}
    added = [Part(name, ROOT, extra[name]) for name in extra if name not in names]
    changed = [
        Part(part.name, also(part.comment), merged(part.value, extra[part.name]))
        if part.name in extra
        else part
        for part in own
    ]
    return changed + added


def also(comment: str) -> str:
    """Whose something is, or what it is for, and that the author had a hand in it."""
    return f"{comment.removesuffix('.')}, {ROOT}"


def merged(base: Any, extra: Any) -> Any:
    """Maps key by key; whatever else is in *extra* takes the place of what was there."""
    if not (isinstance(base, dict) and isinstance(extra, dict)):
        return extra
    changed = {key: merged(base[key], extra[key]) for key in base.keys() & extra.keys()}
    return {**base, **extra, **changed}
