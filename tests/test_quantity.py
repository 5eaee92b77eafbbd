"""Quantities, held to a table that k8s.io/apimachinery v0.36.4 has answered.

The test of workloads on a real cluster asks the API server itself.
"""

import re
from decimal import Decimal

import pytest

from hooks.quantity import MILLI, canonical, parse

# fmt: off
ANSWERS = (
    # as written, as stored, as stored in a list of resources (rounded up to a thousandth), number
    ("0", "0", "0", "0"),
    ("0.0", "0", "0", "0.0"),
    ("1", "1", "1", "1"),
    ("1000m", "1", "1", "1.000"),
    ("0.5", "500m", "500m", "0.5"),
    ("500m", "500m", "500m", "0.500"),
    ("100m", "100m", "100m", "0.100"),
    ("0.1", "100m", "100m", "0.1"),
    ("1.5", "1500m", "1500m", "1.5"),
    ("1500m", "1500m", "1500m", "1.500"),
    ("2.50", "2500m", "2500m", "2.50"),
    ("1e3", "1e3", "1e3", "1000"),
    ("1E3", "1E3", "1E3", "1000"),
    ("1e2", "100", "100", "100"),
    ("1.5e1", "1.5e1", "1.5e1", "15"),
    ("12e-1", "1200e-3", "1200e-3", "1.2"),
    ("100e-3", "100e-3", "100e-3", "0.100"),
    ("1000", "1k", "1k", "1000"),
    ("1500", "1500", "1500", "1500"),
    ("1k", "1k", "1k", "1000"),
    ("1000k", "1M", "1M", "1000000"),
    ("1500M", "1500M", "1500M", "1500000000"),
    ("1000M", "1G", "1G", "1000000000"),
    ("0.5G", "500M", "500M", "500000000"),
    ("1E", "1E", "1E", "1000000000000000000"),
    ("1000P", "1E", "1E", "1000000000000000000"),
    ("1000E", "1", "1", "1000000000000000000000"),
    ("1Ki", "1Ki", "1Ki", "1024"),
    ("1024Ki", "1Mi", "1Mi", "1048576"),
    ("1024Mi", "1Gi", "1Gi", "1073741824"),
    ("1000Mi", "1000Mi", "1000Mi", "1048576000"),
    ("1536Mi", "1536Mi", "1536Mi", "1610612736"),
    ("2048Mi", "2Gi", "2Gi", "2147483648"),
    ("512Mi", "512Mi", "512Mi", "536870912"),
    ("0.5Gi", "512Mi", "512Mi", "536870912.000000000"),
    ("1.5Gi", "1536Mi", "1536Mi", "1610612736.000000000"),
    ("0.1Ki", "102400m", "102400m", "102.400000000"),
    ("0.5Ki", "512", "512", "512.000000000"),
    ("1Pi", "1Pi", "1Pi", "1125899906842624.000000000"),
    ("8Ei", "9223372036854775807", "9223372036854775807", "9223372036854775807"),
    ("100Ei", "9223372036854775807", "9223372036854775807", "9223372036854775807"),
    ("0.0000000001", "1n", "1m", "0.000000001"),
    ("0.1n", "1n", "1m", "0.000000001"),
    ("1.0000000001", "1000000001n", "1001m", "1.000000001"),
    ("+1", "+1", "+1", "1"),
    ("-1", "-1", "-1", "-1"),
    ("-1024Mi", "-1Gi", "-1Gi", "-1073741824"),
    ("007", "007", "007", "7"),
    ("08Ki", "8Ki", "8Ki", "8192"),
    ("0Ki", "0", "0", "0"),
    ("128974848", "128974848", "128974848", "128974848"),
    ("129e6", "129e6", "129e6", "129000000"),
    ("129M", "129M", "129M", "129000000"),
    ("128974848000m", "128974848", "128974848", "128974848.000"),
    ("123Mi", "123Mi", "123Mi", "128974848"),
    ("1.500", "1.500", "1.500", "1.500"),
    (".5", "500m", "500m", "0.5"),
    ("5.", "5.", "5.", "5"),
    (" 1 ", "1", "1", "1"),
    ("9223372036854775808", "9223372036854775808", "9223372036854775808", "9223372036854775808"),
    ("100000000000000000000", "100E", "100E", "100000000000000000000.000000000"),
    ("1e19", "10e18", "10e18", "10000000000000000000"),
    ("1e-12", "1e-9", "1e-3", "0.000000001"),
    ("-", "0", "0", "0"),
    ("250u", "250u", "1m", "0.000250"),
    ("3n", "3n", "1m", "0.000000003"),
    ("1048577.00000000005Ki", "1073742848000000052n", "1073742848001m", "1073742848.000000052"),
    ("1.0001", "1000100u", "1001m", "1.0001"),
    ("-0.5Gi", "-512Mi", "-512Mi", "-536870912.000000000"),
    ("1024Ti", "1Pi", "1Pi", "1125899906842624.000000000"),
    ("12345678901234567890Ki", "9223372036854775807", "9223372036854775807", "9223372036854775807"),
    ("2n", "2n", "1m", "0.000000002"),
    ("0.00049", "490u", "1m", "0.00049"),
)
# fmt: on
SHAPE = (
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
)
SUFFIX = "unable to parse quantity's suffix"
REFUSED = {
    **dict.fromkeys(("", "1mb", "1.2.3", "1 Gi", "abc", "0x10", "1,5", "1e3i"), SHAPE),
    **dict.fromkeys(("K", "1K", "1e", "1mm", "1em5", "1ki"), SUFFIX),
}


@pytest.mark.parametrize(("text", "stored", "listed", "number"), ANSWERS)
def test_a_quantity_is_stored_and_counts_as_the_api_server_says(
    text: str, stored: str, listed: str, number: str
) -> None:
    assert canonical(text) == stored
    assert canonical(text, finest=MILLI) == listed
    assert parse(text) == Decimal(number)


@pytest.mark.parametrize("stored", dict.fromkeys(stored for _, stored, _, _ in ANSWERS))
def test_what_is_stored_is_stored_as_it_is(stored: str) -> None:
    assert canonical(stored) == stored


@pytest.mark.parametrize(("text", "complaint"), REFUSED.items())
def test_what_is_no_quantity_is_refused(text: str, complaint: str) -> None:
    for function in (canonical, parse):
        with pytest.raises(ValueError, match=f"^{re.escape(complaint)}$"):
            function(text)


def test_an_enormous_exponent_costs_nothing() -> None:
    assert canonical("1e-999999999") == "1e-9"
    assert parse("1e999999999") > parse("9Ei")
