"""Kubernetes quantities ("500m", "1Gi"): as numbers, and as the API server writes them.

Source: k8s.io/apimachinery, pkg/api/resource. A test holds this to what that one answers.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}  # powers of 2
NANO = -9  # as a power of ten: what is finer is rounded up
MILLI = -3  # the same, in lists of resources: limits, requests, quotas
LARGEST_BINARY = 2**63 - 1
FAST_DIGITS = 18  # up to this many, an int64 certainly holds the number

_SHAPE = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)")
_EXPONENT = re.compile(r"[eE]([+-]?[0-9]{1,9})")
_WRONG_SHAPE = (
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
)
_WRONG_SUFFIX = "unable to parse quantity's suffix"


@dataclass(frozen=True)
class _Quantity:
    """*digits* × 10 ** *exponent*."""

    digits: int
    exponent: int
    style: str  # how it was written, and will be: "decimal", "exponent", "binary"
    kept: bool = False  # found canonical enough to be stored as it was written


def parse(text: str) -> Decimal:
    """The number that *text* stands for. Raises ValueError in the API server's words."""
    found = _read(text.strip())
    sign = 1 if found.digits < 0 else 0
    return Decimal((sign, tuple(map(int, str(abs(found.digits)))), found.exponent))


def canonical(text: str, *, finest: int = NANO) -> str:
    """*text* as it is stored: "1000m" becomes "1". Raises ValueError in the API server's words.

    What is finer than 10 ** *finest* is rounded up: `MILLI` for requests, limits and quotas.
    """
    text = text.strip()
    found = _rounded(_read(text), finest)
    if found.kept:
        return text
    if found.digits == 0:
        return "0"
    digits, exponent = _without_zeros(found.digits, found.exponent)
    if found.style == "binary" and exponent >= 0 and abs(whole := digits * 10**exponent) >= 1024:
        return _binary(whole)
    digits *= 10 ** (exponent % 3)  # only every third power has a suffix
    exponent -= exponent % 3
    if found.style == "exponent":
        return f"{digits}e{exponent}" if exponent else str(digits)
    # The API server, too, loses what is beyond the largest suffix: "1000E" is stored as "1".
    return str(digits) + next((name for name, power in DECIMAL.items() if power == exponent), "")


@lru_cache(maxsize=1024)
def _read(text: str) -> _Quantity:
    match = _SHAPE.fullmatch(text) if text else None
    if match is None:
        raise ValueError(_WRONG_SHAPE)
    sign, whole, fraction, suffix = (part or "" for part in match.groups())
    whole = whole.lstrip("0") or "0"
    digits = int(f"{sign}{whole}{fraction}")
    if suffix in BINARY:
        return _read_binary(digits, whole, fraction, suffix)
    if suffix in DECIMAL:
        power, style = DECIMAL[suffix], "decimal"
    elif found := _EXPONENT.fullmatch(suffix):
        power, style = int(found[1]), "exponent"
    else:
        raise ValueError(_WRONG_SUFFIX)
    exponent = power - len(fraction)
    if len(whole + fraction) > FAST_DIGITS or exponent < NANO:
        return _rounded(_Quantity(*_without_zeros(digits, exponent), style), NANO)
    ends_well = not f"{whole}{fraction}".endswith("000") and exponent % 3 == 0
    return _Quantity(digits, exponent, style, kept=ends_well and whole != "0")


def _read_binary(digits: int, whole: str, fraction: str, suffix: str) -> _Quantity:
    power = BINARY[suffix]
    is_fast = not fraction and len(whole) + power * 3 // 10 < FAST_DIGITS - 3
    value, exponent = _without_zeros(digits * 2**power, -len(fraction))
    if exponent > 0:
        value, exponent = value * 10**exponent, 0
    if abs(value) > LARGEST_BINARY * 10**-exponent:
        value, exponent = (LARGEST_BINARY if value > 0 else -LARGEST_BINARY), 0
    # Only a multiple of 8 might have a larger suffix.
    kept = is_fast and digits % 8 != 0
    return _rounded(_Quantity(value, exponent, "binary", kept), NANO)


def _without_zeros(digits: int, exponent: int) -> tuple[int, int]:
    """The same number, with the largest possible exponent."""
    text = str(digits).rstrip("0")
    return (int(text), exponent + len(str(digits)) - len(text)) if digits else (0, 0)


def _rounded(quantity: _Quantity, finest: int) -> _Quantity:
    """Away from zero: who asks for very little is to get something."""
    surplus = finest - quantity.exponent
    if surplus <= 0:
        return quantity
    digits = quantity.digits
    # No power larger than needed: the exponent may be anything that fits into a request.
    size = -(-abs(digits) // 10 ** min(surplus, len(str(digits))))
    return _Quantity(size if digits > 0 else -size, finest, quantity.style)


def _binary(whole: int) -> str:
    power = 0
    while whole % 1024 == 0:
        whole, power = whole // 1024, power + 10
    return str(whole) + next((name for name, size in BINARY.items() if size == power), "")
