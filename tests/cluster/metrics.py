"""A server of the resource metrics API for a real control plane: what it answers is given."""

import base64
import json
import ssl
import threading
from collections import Counter
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from orasi.cluster.api import Manifest
from orasi.cluster.memory.workloads.measures import Load, Usage, used
from tests.cluster.controlplane import ControlPlane

GROUP, VERSION = "metrics.k8s.io", "v1beta1"
ROOT = f"/apis/{GROUP}/{VERSION}"
NAME, NAMESPACE = "metrics", "kube-system"
HOST = f"{NAME}.{NAMESPACE}.svc"  # by which the API server knows it
PODS = {
    "name": "pods",
    "singularName": "",
    "namespaced": True,
    "kind": "PodMetrics",
    "verbs": ["get", "list"],
}
AVAILABLE_SECONDS = 60


class MetricsServer:
    """Says of the pods of every workload what they use, if their namespace is among its *load*.

    In all other namespaces it is as if there were none.
    """

    def __init__(self, control_plane: ControlPlane) -> None:
        """Returns when the API server has found it."""
        self.load: dict[tuple[str, str], Load] = {}
        self.unmeasured: set[tuple[str, str]] = set()
        self.asked: Counter[str] = Counter()
        """How often somebody wanted to know, by namespace."""
        self._control_plane = control_plane
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        certificate, key = control_plane.credentials.issue(NAME, HOST)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        try:
            self._register()
        except BaseException:
            self.stop()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """First nobody is sent here any more: what is registered and does not answer is missed."""
        self._control_plane.kubectl(
            "delete", "--ignore-not-found", "--filename=-", stdin=json.dumps(self._registration())
        )
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _register(self) -> None:
        kubectl = self._control_plane.kubectl
        kubectl("create", "--filename=-", stdin=json.dumps(self._registration()))
        kubectl(
            *("wait", f"apiservice/{VERSION}.{GROUP}", "--for=condition=Available"),
            f"--timeout={AVAILABLE_SECONDS}s",
        )

    def _registration(self) -> Manifest:
        port = self._server.server_address[1]
        authority = self._control_plane.credentials.authority.read_bytes()
        api = {
            "service": {"name": NAME, "namespace": NAMESPACE, "port": port},
            "group": GROUP,
            "version": VERSION,
            "groupPriorityMinimum": 100,
            "versionPriority": 100,
            "caBundle": base64.b64encode(authority).decode(),
        }
        # No address of a Service is ever routed here, but a name is looked up.
        service = {"type": "ExternalName", "externalName": "localhost"}
        items = [
            _object("v1", "Service", NAME, service) | {"metadata": _named(NAME, NAMESPACE)},
            _object("apiregistration.k8s.io/v1", "APIService", f"{VERSION}.{GROUP}", api),
        ]
        return {"apiVersion": "v1", "kind": "List", "items": items}

    def measures(self, namespace: str) -> bool:
        return any(namespace == each for each, _ in self.load)

    def answer(self, target: str) -> Manifest | None:
        """What is at this path with its query; None: nothing."""
        url = urlsplit(target)
        if url.path == ROOT:
            version = f"{GROUP}/{VERSION}"
            head = {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": version}
            return {**head, "resources": [PODS]}
        match url.path.removeprefix(ROOT).split("/"):
            case ["", "namespaces", namespace, "pods"]:
                self.asked[namespace] += 1
                selector = parse_qs(url.query).get("labelSelector", [""])[0]
                return self._measured(namespace, selector)
        return None

    def _measured(self, namespace: str, selector: str) -> Manifest | None:
        """Labels of workloads here are `app`: their name."""
        load = self.load.get((namespace, selector.removeprefix("app=")))
        if load is None:
            return None
        pods = self._control_plane.client.list("Pod", namespace)
        usage = used(load, pods, self.unmeasured)
        items = [_measure(namespace, name, usage[name]) for name in usage]
        head = {"kind": "PodMetricsList", "apiVersion": f"{GROUP}/{VERSION}", "metadata": {}}
        return {**head, "items": items}


def _object(version: str, kind: str, name: str, spec: Manifest) -> dict[str, Any]:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name}, "spec": spec}


def _named(name: str, namespace: str) -> Manifest:
    return {"name": name, "namespace": namespace}


def _measure(namespace: str, name: str, usage: Usage) -> Manifest:
    """Of this moment."""
    containers = [
        {"name": container, "usage": {each: f"{found[each]}m" for each in found}}
        for container, found in usage.items()
    ]
    return {
        "metadata": _named(name, namespace),
        "timestamp": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "window": "0s",
        "containers": containers,
    }


def _handler(server: MetricsServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = server.answer(self.path)
            body = json.dumps(answer).encode() if answer else b""
            self.send_response(HTTPStatus.OK if answer else HTTPStatus.NOT_FOUND)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """What is asked is counted, not told."""

    return Handler
