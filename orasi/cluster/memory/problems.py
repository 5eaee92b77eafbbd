"""What the API server says when it refuses: problems of fields, and whole error answers."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from orasi.cluster.api import ApiError, Resource

OMITTED = object()


# Made once: to make one takes longer than to encode what is short.
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def as_json(value: Any) -> str:
    return _ENCODER.encode(value)


def as_go(value: Any) -> str:
    """A value of JSON as Go prints it with %v."""
    if isinstance(value, dict):
        return f"map[{' '.join(f'{key}:{as_go(item)}' for key, item in sorted(value.items()))}]"
    if isinstance(value, list):
        return f"[{' '.join(map(as_go, value))}]"
    if value is None:
        return "<nil>"
    return value if isinstance(value, str) else as_json(value)


@dataclass(frozen=True)
class Problem:
    """One field and what is wrong with it; reads as `spec.mode: Unsupported value: "x": …`."""

    path: str
    fault: str
    value: Any = OMITTED
    detail: str = ""
    blocking: bool = False
    """The object is so far from its schema that its CEL rules cannot be trusted to run."""

    def __str__(self) -> str:
        value = "" if self.value is OMITTED else as_json(self.value)
        return ": ".join(
            part for part in (self.path or "<nil>", self.fault, value, self.detail) if part
        )


def required(path: str, detail: str = "") -> Problem:
    return Problem(path, "Required value", detail=detail, blocking=True)


def invalid(path: str, value: Any, detail: str) -> Problem:
    return Problem(path, "Invalid value", value, detail)


def wrong_type(path: str, actual: str, wanted: str) -> Problem:
    detail = f'{path} in body must be of type {wanted}: "{actual}"'
    return Problem(path, "Invalid value", actual, detail, blocking=True)


def undecoded(why: str) -> Problem:
    """Where Go says nothing of the place."""
    return Problem("", "error decoding from json", detail=why, blocking=True)


def unsupported(path: str, value: Any, allowed: Iterable[Any]) -> Problem:
    texts = (item if isinstance(item, str) else as_json(item) for item in allowed)
    detail = "supported values: " + ", ".join(as_json(text) for text in texts)
    return Problem(path, "Unsupported value", value, detail, blocking=True)


def too_long(path: str, limit: int) -> Problem:
    unit = "byte" if limit == 1 else "bytes"
    return Problem(path, "Too long", detail=f"may not be more than {limit} {unit}", blocking=True)


def too_many(path: str, actual: int, limit: int) -> Problem:
    unit = "item" if limit == 1 else "items"
    return Problem(path, "Too many", actual, f"must have at most {limit} {unit}", blocking=True)


def duplicate(path: str, value: Any) -> Problem:
    return Problem(path, "Duplicate value", value)


def not_found_field(path: str, value: Any) -> Problem:
    return Problem(path, "Not found", value)


def forbidden_field(path: str, detail: str) -> Problem:
    return Problem(path, "Forbidden", detail=detail)


def qualified(resource: Resource, name: str) -> str:
    """`documents.orasi.io "lorem"`, or `configmaps "lorem"` in the core group."""
    return f'{resource.plural}{"." * bool(resource.group)}{resource.group} "{name}"'


def refusal(resource: Resource, name: str, problems: Iterable[Problem]) -> ApiError:
    texts = list(dict.fromkeys(str(problem) for problem in problems))
    text = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
    kind = f"{resource.kind}{'.' * bool(resource.group)}{resource.group}"
    return ApiError(422, "Invalid", f'{kind} "{name}" is invalid: {text}')


def unconditional_update(resource: Resource, name: str) -> ApiError:
    problem = invalid("metadata.resourceVersion", 0, "must be specified for an update")
    return ApiError(422, "Invalid", f"{qualified(resource, name)} is invalid: {problem}")


def bad_request(message: str) -> ApiError:
    return ApiError(400, "BadRequest", message)


def version_set() -> ApiError:
    """What etcd's client says, of which nobody has made an answer of its own."""
    return ApiError(500, "", "resourceVersion should not be set on objects to be created")


def not_into_go(actual: str, place: str, wanted: str) -> str:
    """What Go's JSON decoder says of a value whose type is *actual* in words of OpenAPI."""
    found = {"integer": "number", "boolean": "bool"}.get(actual, actual)
    return f"json: cannot unmarshal {found} into Go struct field {place} of type {wanted}"


def undecodable(resource: Resource, why: str) -> ApiError:
    place = f'{resource.kind} in version "{resource.api_version.rpartition("/")[2]}"'
    return bad_request(f"{place} cannot be handled as a {resource.kind}: {why}")


def forbidden(resource: Resource, name: str, why: str) -> ApiError:
    return ApiError(403, "Forbidden", f"{qualified(resource, name)} is forbidden: {why}")


def not_found(resource: Resource, name: str) -> ApiError:
    return ApiError(404, "NotFound", f"{qualified(resource, name)} not found")


def not_served() -> ApiError:
    return ApiError(404, "NotFound", "the server could not find the requested resource")


def not_allowed() -> ApiError:
    message = "the server does not allow this method on the requested resource"
    return ApiError(405, "MethodNotAllowed", message)


def already_exists(resource: Resource, name: str) -> ApiError:
    return ApiError(409, "AlreadyExists", f"{qualified(resource, name)} already exists")


def conflict(resource: Resource, name: str, why: str) -> ApiError:
    message = f"Operation cannot be fulfilled on {qualified(resource, name)}: {why}"
    return ApiError(409, "Conflict", message)


def not_applicable(message: str) -> ApiError:
    """Server-side apply's answer to an object that does not fit its schema: a 500, not a 422."""
    return ApiError(500, "", message)
