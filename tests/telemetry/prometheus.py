"""Prometheus as a process, which takes what is written to it."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import requests
import yaml
from requests.adapters import HTTPAdapter

from tests.cluster.process import Process
from tests.collector.ports import LOOPBACK
from tests.collector.telemetry import Identity
from tests.telemetry.certificates import Authority
from tests.telemetry.pods import Contents

START_SECONDS = 30
HOST = "prometheus.example.com"
"""What its certificate is for, wherever it listens."""

USERNAME = "shop"
PASSWORD = "two $$: ${env:HOME}"  # noqa: S105  # of nothing but this
HASH = "$2b$04$bz28LwJfXqSt6deY0sR.cuKWUKZb.GzY99cTaJCwWhyT1017cj3Ha"
"""Of the password, by bcrypt."""

# What a collector says of itself with every sample that it writes.
SCOPE = {
    "otel_scope_name": "github.com/open-telemetry/opentelemetry-collector-contrib/receiver/"
    "prometheusreceiver"
}

Sample = tuple[Mapping[str, str], float]


class Named(HTTPAdapter):
    """Expects the certificate of HOST, wherever it connects to."""

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options, assert_hostname=HOST)


class Prometheus:
    """Whoever asks must log in and show a certificate of *authority*. It scrapes nothing."""

    def __init__(self, binary: Path, folder: Path, authority: Authority) -> None:
        certificate, key = authority.pair(HOST).files(folder, "prometheus")
        self._identity = Identity(
            authority.file(folder, "prometheus"),
            *authority.pair("reader").files(folder, "reader"),
        )
        web = folder / "prometheus-web.yaml"
        settings = {
            "tls_server_config": {
                "cert_file": str(certificate),
                "key_file": str(key),
                "client_auth_type": "RequireAndVerifyClientCert",
                "client_ca_file": str(self._identity.authority),
            },
            "basic_auth_users": {USERNAME: HASH},
        }
        web.write_text(yaml.safe_dump(settings))
        configuration = folder / "prometheus.yaml"
        configuration.touch()
        self._process = Process(
            [
                binary,
                f"--config.file={configuration}",
                f"--storage.tsdb.path={folder / 'prometheus'}",
                f"--web.config.file={web}",
                f"--web.listen-address={LOOPBACK}:0",
                "--web.enable-remote-write-receiver",
            ],
            log=folder / "prometheus.log",
        )
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy, and no authorities of this machine
        self._session.mount("https://", Named())
        self._session.auth = (USERNAME, PASSWORD)
        self._session.verify = str(self._identity.authority)
        self._session.cert = (str(self._identity.certificate), str(self._identity.key))
        try:
            self._process.wait_until(self._ready, START_SECONDS)
        except BaseException:
            self.stop()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        self._session.close()
        self._process.stop()

    @property
    def address(self) -> str:
        """Its host and port; "" until it listens."""
        found = re.search(r'"Listening on".* address=(\S+)$', self._process.log_text(), re.M)
        return found[1] if found else ""

    def samples(self, query: str) -> list[Sample]:
        """What PromQL finds now: labels and value."""
        answer = self._answer("api/v1/query", query=query)
        answer.raise_for_status()
        return [
            (each["metric"], float(each["value"][1])) for each in answer.json()["data"]["result"]
        ]

    def _ready(self) -> bool:
        return bool(self.address) and self._answer("-/ready").ok

    def _answer(self, path: str, **parameters: str) -> requests.Response:
        return self._session.get(f"https://{self.address}/{path}", params=parameters, timeout=5)


def contents(authority: Authority, password: str) -> Contents:
    """What a Pipeline needs that writes to it."""
    return {
        ("ConfigMap", "prometheus-ca"): {"ca.crt": authority.certificate},
        ("Secret", "prometheus-client"): authority.pair("web").secret,
        ("Secret", "prometheus-user"): {"username": USERNAME, "password": f"{password}\n"},
    }
