"""A broker that speaks Kafka's protocol, as a process."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.cluster.process import Process
from tests.telemetry.certificates import Authority

START_SECONDS = 30
HOST = "kafka.shop.svc"
"""What its certificate is for, wherever it listens."""


@dataclass(frozen=True)
class User:
    mechanism: str
    username: str
    password: str


class Broker:
    """Takes whoever is one of *users*; with TLS, and only those who show a certificate."""

    def __init__(
        self, binary: Path, folder: Path, users: Iterable[User], authority: Authority | None = None
    ) -> None:
        settings: dict[str, object] = {"users": [vars(user) for user in users]}
        if authority:
            certificate, key = authority.pair(HOST).files(folder, "kafka")
            settings |= {
                "certificate": str(certificate),
                "key": str(key),
                "clientCA": str(authority.file(folder, "kafka")),
            }
        file = folder / "kafka.json"
        file.write_text(json.dumps(settings))
        self._process = Process([binary, file], log=folder / "kafka.log")
        try:
            self._process.wait_until(lambda: bool(self.address), START_SECONDS)
        except BaseException:
            self._process.stop()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stop()

    @property
    def address(self) -> str:
        """Its host and port; "" until it listens."""
        found = re.search(r"^listening on (\S+)$", self._process.log_text(), re.M)
        return found[1] if found else ""
