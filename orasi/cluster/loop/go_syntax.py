"""Values as Go prints them with %#v, which ends in messages of Metacontroller."""

import json
from collections.abc import Iterable, Sequence


def go_text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def go_items(items: Iterable[str] | None) -> str:
    """What is after the type of a list or a map; None is one that was never made."""
    return "(nil)" if items is None else f"{{{', '.join(items)}}}"


def go_texts(texts: Sequence[str] | None) -> str:
    return "[]string" + go_items(None if texts is None else map(go_text, texts))
