"""What `Kubernetes` says to an API server, and how it reads the answers."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from orasi.cluster.api import ApiError, Resource
from orasi.cluster.kubernetes import Kubernetes
from orasi.cluster.values import same
from tests.loop.kubeconfig import kubeconfig
from tests.loop.stage import CONFIG_MAP, DEPLOYMENT, config_map

NODE = Resource("v1", "Node", "nodes", namespaced=False)
REFUSAL = {"kind": "Status", "reason": "NotFound", "message": 'configmaps "gone" not found'}


def discovered(group: str, version: str, kind: str, plural: str, scope: str) -> dict[str, Any]:
    resource = {"resource": plural, "responseKind": {"kind": kind}, "scope": scope}
    return {
        "metadata": {"name": group} if group else {},
        "versions": [{"version": version, "resources": [resource]}],
    }


def item(name: str) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": "default"}}


ANSWERS: dict[str, Any] = {
    "GET /api": {"items": [discovered("", "v1", "Node", "nodes", "Cluster")]},
    "GET /apis": {"items": [discovered("apps", "v1", "Deployment", "deployments", "Namespaced")]},
    "GET /api/v1/configmaps?limit=500": {
        "metadata": {"continue": "more"},
        "items": [item("b"), item("a")],
    },
    "GET /api/v1/configmaps?limit=500&continue=more": {"metadata": {}, "items": [item("c")]},
}


class Handler(BaseHTTPRequestHandler):
    """Answers from the table, else echoes the body, or refuses what is gone."""

    requests: list[tuple[str, str, Any]]

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = f"{self.command} {self.path}"
        content_type = self.headers.get("Content-Type") or ""
        self.requests.append((request, content_type, json.loads(body) if body else None))
        gone = self.path.endswith("/gone")
        text = REFUSAL if gone else ANSWERS.get(request, json.loads(body or b"{}"))
        self.send_response(404 if gone else 200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(text).encode())

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Tests are quiet."""


@pytest.fixture
def requests() -> list[tuple[str, str, Any]]:
    return []


@pytest.fixture
def cluster(tmp_path: Path, requests: list[tuple[str, str, Any]]) -> Iterator[Kubernetes]:
    handler = type("Recording", (Handler,), {"requests": requests})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield Kubernetes(kubeconfig(tmp_path, server.server_port))
    server.shutdown()
    server.server_close()
    thread.join()


def test_kinds_are_discovered_in_two_calls(
    cluster: Kubernetes, requests: list[tuple[str, str, Any]]
) -> None:
    assert list(cluster.resources()) == [NODE, DEPLOYMENT]
    assert len(requests) == 2


def test_a_list_is_read_to_its_end_ordered_and_completed(cluster: Kubernetes) -> None:
    found = cluster.list(CONFIG_MAP)
    assert [each["metadata"]["name"] for each in found] == ["a", "b", "c"]
    assert {(each["apiVersion"], each["kind"]) for each in found} == {("v1", "ConfigMap")}


def test_each_write_is_one_request(
    cluster: Kubernetes, requests: list[tuple[str, str, Any]]
) -> None:
    manifest = config_map(k="v")
    manifest["metadata"]["namespace"] = "default"
    node = {"metadata": {"name": "n"}}
    cluster.create(CONFIG_MAP, manifest)
    cluster.update(CONFIG_MAP, manifest)
    cluster.update_status(NODE, node)
    cluster.apply(CONFIG_MAP, manifest, field_manager="m")
    cluster.apply(CONFIG_MAP, manifest, field_manager="m", dry_run=True)
    cluster.delete(CONFIG_MAP, "default", "cm", uid="u")
    place = "/api/v1/namespaces/default/configmaps"
    options = {"propagationPolicy": "Background", "preconditions": {"uid": "u"}}
    applied = "application/apply-patch+yaml"
    assert requests == [
        (f"POST {place}", "application/json", manifest),
        (f"PUT {place}/cm", "application/json", manifest),
        ("PUT /api/v1/nodes/n/status", "application/json", node),
        (f"PATCH {place}/cm?fieldManager=m&force=true", applied, manifest),
        (f"PATCH {place}/cm?fieldManager=m&force=true&dryRun=All", applied, manifest),
        (f"DELETE {place}/cm", "application/json", options),
    ]


def test_integers_beyond_64_bits_are_floats_as_for_go(cluster: Kubernetes) -> None:
    manifest = {"metadata": {"name": "n"}, "most": 2**63 - 1, "over": 2**63}
    assert same(cluster.create(NODE, manifest), {**manifest, "over": 2.0**63})


def test_a_refusal_is_an_api_error(cluster: Kubernetes) -> None:
    with pytest.raises(ApiError) as refused:
        cluster.get(CONFIG_MAP, "default", "gone")
    assert (refused.value.code, refused.value.reason) == (404, "NotFound")
    assert str(refused.value) == REFUSAL["message"]


def test_a_server_that_cannot_be_reached_is_an_api_error(tmp_path: Path) -> None:
    with pytest.raises(ApiError, match="cannot be reached") as refused:
        Kubernetes(kubeconfig(tmp_path, 9)).get(CONFIG_MAP, "default", "cm")
    assert refused.value.code == 503
