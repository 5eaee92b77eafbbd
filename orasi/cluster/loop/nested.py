"""Fields of an object as Go's accessors find and set them, and what they say of wrong ones."""

from collections.abc import Sequence
from typing import Any

from orasi.cluster.api import Manifest

_MAP = "map[string]interface{}"
_TYPES = {
    bool: "bool",
    int: "int64",
    float: "float64",
    str: "string",
    list: "[]interface {}",
    dict: "map[string]interface {}",
}


class Misshapen(ValueError):
    """A field is not what it has to be. `str()` is Go's sentence."""


def found(manifest: Manifest, path: Sequence[str]) -> tuple[bool, Any]:
    """Whether there is such a field, and its value. Raises `Misshapen`."""
    value: Any = manifest
    for depth, name in enumerate(path, 1):
        if value is None:
            return False, None
        if not isinstance(value, dict):
            raise _wrong(path[:depth], value, _MAP)
        if name not in value:
            return False, None
        value = value[name]
    return True, value


def texts(manifest: Manifest, path: Sequence[str]) -> dict[str, str]:
    """A map of strings, {} if it is absent. Raises `Misshapen`."""
    is_there, value = found(manifest, path)
    if not is_there:
        return {}
    if not isinstance(value, dict):
        raise _wrong(path, value, _MAP)
    for key, text in value.items():
        if not isinstance(text, str):
            raise Misshapen(
                f"{_path(path)} accessor error: contains non-string value in the map under key "
                f'"{key}": {_go(text)}, expected string'
            )
    return dict(value)


def items(manifest: Manifest, path: Sequence[str]) -> list[Any]:
    """A list, [] if it is absent. Raises `Misshapen`."""
    is_there, value = found(manifest, path)
    if not is_there:
        return []
    if not isinstance(value, list):
        raise _wrong(path, value, "[]interface{}")
    return list(value)


def with_field(manifest: Manifest, path: Sequence[str], value: Any) -> Manifest:
    """*manifest* in which that field has this value. Raises `Misshapen`."""
    return _with_field(manifest, path, 0, value)


def _with_field(within: Manifest, path: Sequence[str], depth: int, value: Any) -> Manifest:
    name = path[depth]
    if depth + 1 == len(path):
        return {**within, name: value}
    inner = within.get(name, {})
    if not isinstance(inner, dict):
        where = _path(path[: depth + 1])
        raise Misshapen(f"value cannot be set because {where} is not a map[string]interface{{}}")
    return {**within, name: _with_field(inner, path, depth + 1, value)}


def _wrong(path: Sequence[str], value: Any, wanted: str) -> Misshapen:
    return Misshapen(f"{_path(path)} accessor error: {_go(value)}, expected {wanted}")


def _path(path: Sequence[str]) -> str:
    return "." + ".".join(path)


def _go(value: object) -> str:
    return f"{_shown(value)} is of the type {_TYPES.get(type(value), '<nil>')}"


def _shown(value: object) -> str:
    """As Go prints one with %v."""
    if isinstance(value, dict):
        shown = (f"{key}:{_shown(each)}" for key, each in sorted(value.items()))
        return f"map[{' '.join(shown)}]"
    if isinstance(value, list):
        return f"[{' '.join(map(_shown, value))}]"
    if value is None:
        return "<nil>"
    return str(value).lower() if isinstance(value, bool) else str(value)
