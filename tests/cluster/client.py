"""Requests to the API server, for what is asked often: a tenth of what kubectl takes for them.

What kubectl itself is tested for, as that it applies, is its part.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import requests

from tests.cluster.credentials import Credentials

Manifest = dict[str, Any]

CONNECTIONS = 32
TIMEOUT_SECONDS = 30
MERGE = "application/merge-patch+json"
DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"


@dataclass(frozen=True)
class Kind:
    """Where the API server keeps the objects of a kind."""

    name: str  # "Deployment"
    group: str  # "apps"; "" for the core group
    version: str
    plural: str
    namespaced: bool

    def path(self, namespace: str, name: str = "") -> str:
        """*namespace* is "" for all namespaces, and does not matter for cluster-scoped kinds."""
        place = namespace if self.namespaced else ""
        return object_path(self.group, self.version, self.plural, place, name)


def object_path(group: str, version: str, plural: str, namespace: str, name: str) -> str:
    """The URL path of an object, or without a name of the collection."""
    root = f"/apis/{group}/{version}" if group else f"/api/{version}"
    place = f"/namespaces/{namespace}" if namespace else ""
    return f"{root}{place}/{plural}" + (f"/{name}" if name else "")


class Refused(Exception):
    """What the API server does not do. `str()` is its message."""


class Client:
    """Objects by kind, as cluster administrator. Safe to share between threads."""

    def __init__(self, server: str, credentials: Credentials) -> None:
        self._server = server
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy, no netrc: this is loopback
        certificate, key = credentials.issue("client", user="client", group="system:masters")
        self._session.cert = (str(certificate), str(key))
        self._session.verify = str(credentials.authority)
        self._session.mount("https://", requests.adapters.HTTPAdapter(pool_maxsize=CONNECTIONS))
        self._kinds: dict[str, Kind] = {}
        self._lock = threading.Lock()

    def get(self, kind: str, name: str, namespace: str = "") -> Manifest | None:
        """The object, or None if there is none of that name."""
        return self.read(self._kind(kind).path(namespace, name))

    def list(self, kind: str, namespace: str = "") -> Sequence[Manifest]:
        """All objects of a kind: in one namespace, or ("") in all."""
        answer = self.read(self._kind(kind).path(namespace))
        return tuple(answer["items"]) if answer else ()

    def create(self, manifest: Manifest) -> None:
        """Raises Refused."""
        namespace = manifest["metadata"].get("namespace", "")
        self._write("POST", self._kind(manifest["kind"]).path(namespace), manifest)

    def patch(self, kind: str, name: str, namespace: str, patch: Manifest) -> None:
        """By a JSON merge patch. Raises Refused."""
        self._write("PATCH", self._kind(kind).path(namespace, name), patch)

    def scale(self, kind: str, name: str, namespace: str, replicas: int) -> None:
        """By the subresource of that name. Raises Refused."""
        path = f"{self._kind(kind).path(namespace, name)}/scale"
        self._write("PATCH", path, {"spec": {"replicas": replicas}})

    def delete(self, kind: str, name: str, namespace: str) -> None:
        """Ask for it, with what it owns to follow. Raises Refused."""
        options = {"propagationPolicy": "Background"}
        self._write("DELETE", self._kind(kind).path(namespace, name), options)

    def kinds(self, group: str) -> Sequence[str]:
        """The kinds of an API group that are served now."""
        self._discover()
        return [kind.name for kind in self._kinds.values() if kind.group == group]

    def read(self, path: str, accept: str = "application/json") -> Manifest | None:
        """What is at a URL path, or None for 404. Raises requests.HTTPError for other refusals."""
        response = self._session.get(
            self._server + path, headers={"Accept": accept}, timeout=TIMEOUT_SECONDS
        )
        if response.status_code == requests.codes.not_found:
            return None
        response.raise_for_status()
        content: Manifest = response.json()
        return content

    def _write(self, method: str, path: str, body: Manifest) -> None:
        headers = {"Content-Type": MERGE} if method == "PATCH" else {}
        response = self._session.request(
            method, self._server + path, json=body, headers=headers, timeout=TIMEOUT_SECONDS
        )
        if not response.ok:
            raise Refused(response.json()["message"])

    def _kind(self, name: str) -> Kind:
        if name not in self._kinds:
            self._discover()
        return self._kinds[name]

    def _discover(self) -> None:
        """Learn the kinds: a name that two groups share is the one that kubectl would choose."""
        found: dict[str, Kind] = {}
        for root in ("/api", "/apis"):
            for group in (self.read(root, DISCOVERY) or {}).get("items", ()):
                version = group["versions"][0]  # the preferred one comes first
                for resource in version.get("resources", ()):
                    kind = Kind(
                        resource["responseKind"]["kind"],
                        group["metadata"].get("name", ""),
                        version["version"],
                        resource["resource"],
                        resource["scope"] == "Namespaced",
                    )
                    found.setdefault(kind.name, kind)
        with self._lock:
            self._kinds = found
