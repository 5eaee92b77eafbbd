"""What Go's JSON decoder says of a text that is none; asked only when Python's has refused it."""

from typing import Any, NoReturn

_SPACE = b" \t\r\n"
_LITERALS = {b"t": b"true", b"f": b"false", b"n": b"null"}
_ESCAPED = b'bfnrt\\/"'
_HEXADECIMAL = b"0123456789abcdefABCDEF"


class SyntaxProblem(ValueError):
    """`str()` is Go's sentence."""


def syntax_problem(text: bytes) -> str:
    """Go's sentence about *text*; "" if it is JSON, as far as that goes."""
    try:
        _Scanner(text).document()
    except SyntaxProblem as problem:
        return str(problem)
    return ""


def json_type(value: Any) -> str:
    """How it calls what *value* is."""
    names = {dict: "object", list: "array", str: "string", bool: "bool"}
    return names.get(type(value), "number")


class _Scanner:
    def __init__(self, text: bytes) -> None:
        self._text, self._at = text, 0

    def document(self) -> None:
        self._value()
        self._space()
        if self._at < len(self._text):
            self._fail("after top-level value")

    def _value(self) -> None:
        self._space()
        first = self._next()
        if first == b"{":
            self._members()
        elif first == b"[":
            self._items()
        elif first == b'"':
            self._string()
        elif first in _LITERALS:
            self._literal(_LITERALS[first])
        elif first == b"-" or first.isdigit():
            self._number()
        else:
            self._fail("looking for beginning of value")

    def _members(self) -> None:
        self._at += 1
        if self._skips(b"}"):
            return
        while True:
            self._expect(b'"', "looking for beginning of object key string", stay=True)
            self._string()
            self._expect(b":", "after object key")
            self._value()
            if self._skips(b"}"):
                return
            self._expect(b",", "after object key:value pair")

    def _items(self) -> None:
        self._at += 1
        if self._skips(b"]"):
            return
        while True:
            self._value()
            if self._skips(b"]"):
                return
            self._expect(b",", "after array element")

    def _string(self) -> None:
        self._at += 1
        while (character := self._next()) != b'"':
            if character < b" ":
                self._fail("in string literal")
            self._at += 1
            if character == b"\\":
                self._escape()
        self._at += 1

    def _escape(self) -> None:
        escaped = self._next()
        if escaped == b"u":
            for _ in range(4):
                self._at += 1
                if self._next() not in _HEXADECIMAL:
                    self._fail("in \\u hexadecimal character escape")
        elif escaped not in _ESCAPED:
            self._fail("in string escape code")
        self._at += 1

    def _literal(self, word: bytes) -> None:
        for index in range(len(word)):
            if not self._is(word[index : index + 1]):
                expected = chr(word[index])
                self._fail(f"in literal {word.decode()} (expecting '{expected}')")
            self._at += 1

    def _number(self) -> None:
        if self._is(b"-"):
            self._at += 1
        self._digits("in numeric literal", leading_zero=False)
        if self._is(b"."):
            self._at += 1
            self._digits("after decimal point in numeric literal")
        if self._is(b"e", b"E"):
            self._at += 1
            if self._is(b"+", b"-"):
                self._at += 1
            self._digits("in exponent of numeric literal")

    def _digits(self, where: str, *, leading_zero: bool = True) -> None:
        if not self._text[self._at : self._at + 1].isdigit():
            self._fail(where)
        if self._is(b"0") and not leading_zero:
            self._at += 1
            return
        while self._at < len(self._text) and self._text[self._at : self._at + 1].isdigit():
            self._at += 1

    def _is(self, *characters: bytes) -> bool:
        return self._text[self._at : self._at + 1] in characters

    def _skips(self, character: bytes) -> bool:
        self._space()
        if not self._is(character):
            return False
        self._at += 1
        return True

    def _expect(self, character: bytes, where: str, *, stay: bool = False) -> None:
        self._space()
        if self._next() != character:
            self._fail(where)
        self._at += not stay

    def _space(self) -> None:
        while self._at < len(self._text) and self._text[self._at] in _SPACE:
            self._at += 1

    def _next(self) -> bytes:
        if self._at >= len(self._text):
            raise SyntaxProblem("unexpected end of JSON input")
        return self._text[self._at : self._at + 1]

    def _fail(self, where: str) -> NoReturn:
        byte = (self._text + b" ")[self._at]  # at its end, Go reads one more space
        raise SyntaxProblem(f"invalid character {_quoted(byte)} {where}")


def _quoted(byte: int) -> str:
    escapes = {"'": r"'\''", "\t": r"'\t'", "\n": r"'\n'", "\r": r"'\r'", "\\": r"'\\'"}
    character = chr(byte)
    if character in escapes:
        return escapes[character]
    return f"'{character}'" if character.isprintable() else f"'\\x{byte:02x}'"
