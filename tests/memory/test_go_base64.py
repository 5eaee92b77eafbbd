"""Base64 is read as Go reads it; the answers are those of Go's encoding/base64."""

import pytest

from orasi.cluster.memory.go_base64 import illegal_base64


@pytest.mark.parametrize("text", ["", "dg==", "dmU=", "YWJj", "dg==\n", "dg=\n="])
def test_what_can_be_read(text: str) -> None:
    assert not illegal_base64(text)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("!", 0),
        ("a", 0),
        ("abc", 0),
        ("ab\n", 1),
        ("abc!", 3),
        ("d\n!", 2),
        ("ab!", 2),
        ("ab=!", 2),
        ("ab=", 3),
        ("ab===", 4),
        ("ab==x", 4),
        ("abc==", 4),
        ("abc=x", 4),
        ("=", 0),
        ("a=", 1),
        ("not base64", 3),
        ("abcdé", 4),
    ],
)
def test_where_reading_ends(text: str, at: int) -> None:
    assert illegal_base64(text) == f"illegal base64 data at input byte {at}"
