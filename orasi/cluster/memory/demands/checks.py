"""What may be in one field, in the words of the API server."""

import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from hooks.quantity import parse
from orasi.cluster.memory.limits import join
from orasi.cluster.memory.names import key_problems, name_problems
from orasi.cluster.memory.problems import (
    Problem,
    duplicate,
    forbidden_field,
    invalid,
    required,
    too_long,
    unsupported,
)
from orasi.cluster.names import DOMAIN, OBJECT_NAMES, VALUE

Fields = Mapping[str, Any]
Check = Callable[[str, Any], Iterable[Problem]]
"""Of (path, value)."""

HTTP_PATH = re.compile(r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+")
LARGEST_PORT = 65_535
LARGEST_MODE = 0o777
LONGEST_MANAGER = 63
LONGEST_PORT_NAME = 15


def within(least: int, most: int | None = None, *, otherwise: str) -> Check:
    def check(path: str, value: Any) -> Iterator[Problem]:
        if value < least or (most is not None and value > most):
            yield invalid(path, value, otherwise)

    return check


not_negative = within(0, otherwise="must be greater than or equal to 0")
positive = within(1, otherwise="must be greater than 0")
user_id = within(0, 2**31 - 1, otherwise="must be between 0 and 2147483647, inclusive")
port = within(1, LARGEST_PORT, otherwise="must be between 1 and 65535, inclusive")
weight = within(1, 100, otherwise="must be in the range 1-100")
mode = within(
    0, LARGEST_MODE, otherwise="must be a number between 0 and 0777 (octal), both inclusive"
)


def more_than_nothing(path: str, value: str) -> Iterator[Problem]:
    """Of an amount."""
    if parse(value) <= 0:
        yield invalid(path, value, "must be positive")


def port_or_none(path: str, value: int) -> Iterator[Problem]:
    if value:
        yield from port(path, value)


def port_name(path: str, value: str) -> Iterator[Problem]:
    if len(value) > LONGEST_PORT_NAME:
        yield invalid(path, value, f"must be no more than {LONGEST_PORT_NAME} characters")
    if not re.fullmatch("[-a-z0-9]+", value):
        yield invalid(
            path, value, "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"
        )
    if not re.search("[a-z]", value):
        yield invalid(path, value, "must contain at least one letter (a-z)")
    if "--" in value:
        yield invalid(path, value, "must not contain consecutive hyphens")
    if value.startswith("-") or value.endswith("-"):
        yield invalid(path, value, "must not begin or end with a hyphen")


def port_or_name(path: str, value: int | str) -> Iterator[Problem]:
    yield from port(path, value) if isinstance(value, int) else port_name(path, value)


def share(path: str, value: int | str) -> Iterator[Problem]:
    """A number of pods, or a percentage of them."""
    if isinstance(value, int):
        yield from not_negative(path, value)
    elif not re.fullmatch("[0-9]+%", value):
        detail = (
            "a valid percent string must be a numeric string followed by an ending '%' "
            "(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"
        )
        yield invalid(path, value, detail)


def share_of_all(path: str, value: int | str) -> Iterator[Problem]:
    yield from share(path, value)
    if isinstance(value, str) and re.fullmatch("[0-9]+%", value) and int(value[:-1]) > 100:
        yield invalid(path, value, "must not be greater than 100%")


def name(rule: str, *, is_needed: bool = False) -> Check:
    """*rule*: subdomain, label or path."""

    def check(path: str, value: str) -> Iterator[Problem]:
        if value or is_needed:
            yield from name_problems(OBJECT_NAMES[rule], path, value)

    return check


label, subdomain = name("label"), name("subdomain")


def qualified_name(path: str, value: str) -> Iterator[Problem]:
    if value:
        yield from key_problems(path, value)


def labels(path: str, value: Mapping[str, str]) -> Iterator[Problem]:
    for key, text in value.items():
        yield from key_problems(path, key)
        yield from name_problems(VALUE, path, text)


def each(check: Check) -> Check:
    """Of every item of a list."""

    def check_all(path: str, value: Iterable[Any]) -> Iterator[Problem]:
        for index, item in enumerate(value):
            yield from check(f"{path}[{index}]", item)

    return check_all


label_names, subdomains = (each(name(rule, is_needed=True)) for rule in ("label", "subdomain"))


def search(path: str, value: str) -> Iterator[Problem]:
    """A domain in which names are looked for."""
    if value != ".":
        yield from name_problems(DOMAIN, path, value.removesuffix("."))


def manager(path: str, value: str) -> Iterator[Problem]:
    """Of a Job."""
    yield from domain_prefixed(path, value)
    if len(value) > LONGEST_MANAGER:
        yield too_long(path, LONGEST_MANAGER)


def domain_prefixed(path: str, value: str) -> Iterator[Problem]:
    domain, _, rest = value.partition("/")
    if not value:
        yield required(path)
    elif not (domain and rest):
        detail = 'must be a domain-prefixed path (such as "acme.io/foo")'
        yield invalid(path, value, detail)
    else:
        yield from name_problems(OBJECT_NAMES["subdomain"], path, domain)
        if not HTTP_PATH.fullmatch(rest):
            detail = f"Invalid path (regex used for validation is '{HTTP_PATH.pattern}')"
            yield invalid(path, rest, detail)


def one_of(*allowed: str) -> Check:
    def check(path: str, value: str) -> Iterator[Problem]:
        if value not in allowed:
            yield unsupported(path, value, allowed)

    return check


def variable(path: str, value: str) -> Iterator[Problem]:
    """The name of an environment variable."""
    if not re.fullmatch("[ -<>-~]*", value):
        detail = (
            "a valid environment variable name must consist only of printable ASCII characters "
            "other than '='"
        )
        yield invalid(path, value, detail)


def relative_path(path: str, value: str) -> Iterator[Problem]:
    if value.startswith("/"):
        yield invalid(path, value, "must be a relative path")
    yield from no_steps_back(path, value)


def file_name(path: str, value: str) -> Iterator[Problem]:
    yield from relative_path(path, value)
    if value.startswith("..") and not value.startswith("../"):
        yield invalid(path, value, "must not start with '..'")


def no_steps_back(path: str, value: str) -> Iterator[Problem]:
    if ".." in value.split("/"):
        yield invalid(path, value, "must not contain '..'")


def address(path: str, value: str) -> Iterator[Problem]:
    if not _parses(ipaddress.ip_address, value):
        yield invalid(path, value, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")


def network(path: str, value: str) -> Iterator[Problem]:
    if not ("/" in value and _parses(ipaddress.ip_interface, value)):
        detail = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
        yield invalid(path, value, detail)


def _parses(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def unique(path: str, items: Iterable[Fields], *fields: str) -> Iterator[Problem]:
    """Items that have the same in all of *fields* as one before."""
    seen = set()
    for index, item in enumerate(items):
        found = tuple(item.get(field) for field in fields)
        if found in seen and any(found):
            shown = found[0] if len(fields) == 1 else dict(zip(fields, found, strict=True))
            at = f"{path}[{index}]"
            yield duplicate(join(at, fields[0]) if len(fields) == 1 else at, shown)
        seen.add(found)


def exactly_one(
    path: str, value: Fields, choices: Iterable[str], missing: Problem
) -> Iterator[Problem]:
    """*missing* is what is said if there is none."""
    found = [choice for choice in choices if choice in value]
    if not found:
        yield missing
    for choice in found[1:]:
        yield forbidden_field(join(path, choice), "may not specify more than 1 of its kind")


def selector(path: str, value: Fields) -> Iterator[Problem]:
    yield from labels(f"{path}.matchLabels", value.get("matchLabels", {}))


def requirement(path: str, value: Fields, *, is_of_nodes: bool = False) -> Iterator[Problem]:
    """One of the expressions of a selector, of labels or of nodes."""
    values = value.get("values", [])
    match value.get("operator"):
        case "In" | "NotIn":
            if not values:
                detail = "must be specified when `operator` is 'In' or 'NotIn'"
                yield required(f"{path}.values", detail)
        case "Exists" | "DoesNotExist":
            if values:
                detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
                yield forbidden_field(f"{path}.values", detail)
        case "Gt" | "Lt" if is_of_nodes:
            if len(values) != 1:
                detail = "must be specified single value when `operator` is 'Lt' or 'Gt'"
                yield required(f"{path}.values", detail)
        case other:
            yield invalid(f"{path}.operator", other, "not a valid selector operator")
    yield from key_problems(f"{path}.key", value.get("key", ""))
    for index, text in enumerate(values):
        yield from name_problems(VALUE, f"{path}.values[{index}]", text)
