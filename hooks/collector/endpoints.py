"""Where connections go: how a host and port may be written, and what no pattern can tell."""

import re
from ipaddress import IPv6Address, ip_address

from hooks.collector.component import Target
from hooks.rules import Rule, value

IPV6 = r"\[([0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}\]"
HOST = rf"({IPV6}|[a-zA-Z0-9]([-a-zA-Z0-9.]{{0,251}}[a-zA-Z0-9])?)"
PORT = "([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
ENDPOINT = f"^{HOST}:{PORT}$"
LONGEST = 261  # of an ENDPOINT


def matches(pattern: str, text: str) -> bool:
    return re.fullmatch(pattern, text, re.ASCII) is not None


def endpoint_rule(field: str, example: str) -> Rule:
    """For a text: a pattern alone would tell an author what nobody can read."""
    return Rule(
        f"self.{field}.matches(r'{ENDPOINT}')",
        f'{field} must be "<host>:<port>", such as "{example}"',
        lambda model: matches(ENDPOINT, getattr(model, field)),
        given=value(f"self.{field}"),
    )


def endpoints_rule(field: str, example: str, *, optional: bool = False) -> Rule:
    """For each item of a list."""
    absent = f"!has(self.{field}) || " if optional else ""
    return Rule(
        f"{absent}self.{field}.all(each, each.matches(r'{ENDPOINT}'))",
        f'{field} must be "<host>:<port>" each, such as "{example}"',
        lambda model: all(matches(ENDPOINT, each) for each in getattr(model, field) or ()),
        given=value(f"self.{field}.filter(each, !each.matches(r'{ENDPOINT}'))[0]"),
    )


def mistake(endpoint: str) -> str | None:
    """No pattern tells all addresses of IPv6 from others, and nothing would ever connect.

    *endpoint* is an ENDPOINT.
    """
    if not endpoint.startswith("["):
        return None
    try:
        IPv6Address(endpoint[1 : endpoint.index("]")])
    except ValueError:
        return f"{endpoint}, which is no address of IPv6 in brackets"
    return None


def is_loopback(host: str) -> bool:
    """Whether *host*, of an ENDPOINT in lower case, is the very pod that connects."""
    if host == "localhost":
        return True
    try:
        address = ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def target(endpoint: str, *, tls: bool) -> Target:
    """*endpoint* is an ENDPOINT."""
    host, _, port = endpoint.rpartition(":")
    return Target(host.removeprefix("[").removesuffix("]"), int(port), tls)
