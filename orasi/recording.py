"""A run on disk: a file for what each call sent and for what came back, and a log of it all."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from orasi.command import Failed

LOG = "run.log"


class Recording:
    """A folder that was empty. Each of its methods raises Failed if it cannot be written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            is_empty = not any(folder.iterdir())
        except OSError as error:
            raise self._failure(error) from error
        if not is_empty:
            raise Failed(f"{folder}: a run is recorded into a new or empty folder, and this is not")

    def keep(self, name: str, value: Any) -> None:
        self._write(f"{name}.json", json.dumps(value, indent=2, ensure_ascii=False) + "\n")

    def log(self, lines: Iterable[str]) -> None:
        self._write(LOG, "".join(f"{line}\n" for line in lines))

    def _write(self, name: str, text: str) -> None:
        try:
            with (self.folder / name).open(
                "a", encoding="utf-8", errors="backslashreplace"
            ) as file:
                file.write(text)
        except OSError as error:
            raise self._failure(error) from error

    def _failure(self, error: OSError) -> Failed:
        return Failed(f"{self.folder}: a run cannot be recorded there: {error.strerror}")
