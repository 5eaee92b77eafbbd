"""Calls hooks over HTTP."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol
from urllib.parse import urlsplit

import requests

from orasi.cluster.api import Manifest
from orasi.cluster.loop.durations import nanoseconds
from orasi.cluster.loop.merge import encoded

_DEFAULT_TIMEOUT = 10.0  # seconds; Metacontroller's
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNSUPPORTED = ("authorization", "basicAuth", "caBundle", "clientTLS")


NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class InvalidWebhook(ValueError):
    """A webhook of a controller that cannot be called. `str()` says what it lacks."""


class NoAnswer(Exception):
    """The hook could not be reached, or was too slow. `str()` is what Metacontroller says."""


@dataclass(frozen=True)
class Answer:
    """What a hook sent back. The names of the headers are as they were sent."""

    code: int
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        """The value of a header, in whatever case it was sent; "" if it was not."""
        return next((v for k, v in self.headers.items() if k.lower() == name.lower()), "")


class Webhook(Protocol):
    """What the loop needs of whoever calls the hooks."""

    def post(
        self, webhook: Manifest, body: Manifest, headers: Mapping[str, str] = NO_HEADERS
    ) -> Answer:
        """Send *body* to *webhook*, shaped as in a controller's spec. Raises `NoAnswer`."""


class HttpWebhook:
    """The real thing: one HTTP call for each `post`, over connections that are kept."""

    def __init__(self, server: str | None = None) -> None:
        """*server* stands for the Services of the cluster: "http://127.0.0.1:8080".

        All but loopback addresses are asked for there, so that controllers that name a Service
        run unchanged where such names do not resolve.
        """
        self._session = requests.Session()
        self._session.trust_env = False
        self._server = server

    def post(
        self, webhook: Manifest, body: Manifest, headers: Mapping[str, str] = NO_HEADERS
    ) -> Answer:
        url = webhook_url(webhook)
        address = urlsplit(url)
        place = url
        if self._server is not None and address.hostname not in _LOOPBACK:
            # Not as a proxy: for one urllib3 leaves Nagle's algorithm on, 40 ms a call.
            place = f"{self._server}{address.path}?{address.query}"
        try:
            response = self._session.post(
                place,
                data=encoded(body).encode(),
                headers={
                    **headers,
                    "Content-Type": "application/json",
                    "Host": address.netloc,
                },
                timeout=timeout(webhook),
            )
        except requests.Timeout as error:
            slow = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
            raise NoAnswer(f'http error: Post "{url}": {slow}') from error
        except requests.RequestException as error:
            raise NoAnswer(f'http error: Post "{url}": {_cause(error)}') from error
        return Answer(response.status_code, response.headers, response.content)


def webhook_url(webhook: Manifest) -> str:
    """Where Metacontroller calls *webhook*. Raises `InvalidWebhook`."""
    _check_login("webhook", webhook)
    if webhook.get("url"):
        return str(webhook["url"])
    service, path = webhook.get("service"), webhook.get("path")
    if service is None or path is None:
        raise InvalidWebhook(
            "invalid webhook config: must specify either a full 'url', or both 'service' and 'path'"
        )
    if not service.get("name") or not service.get("namespace"):
        raise InvalidWebhook(
            "invalid webhook config: 'service' must specify both 'name' and 'namespace'"
        )
    host = f"{service['name']}.{service['namespace']}:{service.get('port', 80)}"
    return f"{service.get('protocol', 'http')}://{host}{path}"


def check_endpoint(url: str, endpoints: Iterable[Manifest]) -> None:
    """*endpoints*: the `endpointConfigs` of a controller, of which the first that names the host of
    *url* counts. Raises `InvalidWebhook`."""
    hosts = _hosts(url)
    for endpoint in endpoints:
        if endpoint["host"].lower() in hosts:
            return _check_login("endpointConfigs", endpoint)
    return None


def _hosts(url: str) -> frozenset[str]:
    """The names that an endpoint may have for the host of *url*: a default port may be left out."""
    address = urlsplit(url)
    host, name = address.netloc.rpartition("@")[2].lower(), address.hostname or ""
    port = _DEFAULT_PORTS.get(address.scheme)
    if address.port is None:
        return frozenset({host, f"{name}:{port}"})
    return frozenset({host, name} if address.port == port else {host})


def _check_login(place: str, settings: Manifest) -> None:
    for name in _UNSUPPORTED:
        if settings.get(name) is not None:
            raise InvalidWebhook(f"{place} {name} is not supported by this loop")


def timeout(webhook: Manifest) -> float:
    """Seconds that *webhook* may take; the default if it names none, or none above zero."""
    stated = nanoseconds(webhook.get("timeout") or "") / 1e9
    return stated if stated > 0 else _DEFAULT_TIMEOUT


def _cause(error: BaseException) -> str:
    """The innermost reason, without addresses of Python objects: events must not vary."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return getattr(error, "strerror", None) or type(error).__name__
