"""`Kubernetes`: a real API server, by kubeconfig."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

from httpx2 import HTTPError, Timeout
from lightkube import KubeConfig
from lightkube.config.client_adapter import ConnectionParams
from lightkube.core.generic_client import BasicRequest, GenericSyncClient

from orasi.cluster.api import ApiError, Manifest, Resource
from orasi.cluster.values import go_number

_TIMEOUT = Timeout(30.0)  # seconds
_PAGE = 500  # objects per list request, as kubectl asks for
_JSON = "application/json"
_APPLY = "application/apply-patch+yaml"  # JSON is YAML
_MERGE = "application/merge-patch+json"
# All kinds of all groups in one answer; plain discovery needs a call for each group.
_DISCOVERY = f"{_JSON};g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"


class Kubernetes:
    """Implements `Cluster`. Kinds are found by discovery, so that any of them can be used.

    Of lightkube this takes the kubeconfig, authentication and transport. Its typed client would
    need a class for each kind, and cannot delete with a precondition.
    """

    def __init__(self, kubeconfig: Path | str) -> None:
        config = KubeConfig.from_file(str(kubeconfig)).get()
        # Not through a proxy of the environment: that one stands for the hooks' network.
        self._client = GenericSyncClient(
            ConnectionParams(timeout=_TIMEOUT, trust_env=False), config
        )

    def close(self) -> None:
        """Close the connections; nothing can be asked after that."""
        self._client.close()  # type: ignore[no-untyped-call]  # lightkube's is untyped

    def resources(self) -> Sequence[Resource]:
        return [
            resource
            for root in ("api", "apis")
            for group in self._call("GET", root, accept=_DISCOVERY)["items"]
            for resource in _served(group)
        ]

    def get(self, resource: Resource, namespace: str, name: str) -> Manifest:
        return self._call("GET", _path(resource, namespace, name))

    def list(self, resource: Resource, namespace: str = "") -> Sequence[Manifest]:
        return self._listed(resource, namespace)[0]

    def create(self, resource: Resource, manifest: Manifest) -> Manifest:
        return self._write("POST", resource, _namespace(manifest), "", manifest)

    def update(self, resource: Resource, manifest: Manifest) -> Manifest:
        return self._write("PUT", resource, *_place(manifest), manifest)

    def update_status(self, resource: Resource, manifest: Manifest) -> Manifest:
        return self._write("PUT", resource, *_place(manifest), manifest, part="/status")

    def patch(
        self, resource: Resource, namespace: str, name: str, merge_patch: Manifest
    ) -> Manifest:
        return self._write("PATCH", resource, namespace, name, merge_patch, content_type=_MERGE)

    def apply(
        self,
        resource: Resource,
        manifest: Manifest,
        *,
        field_manager: str,
        dry_run: bool = False,
    ) -> Manifest:
        options = {"fieldManager": field_manager, "force": "true"}
        if dry_run:
            options["dryRun"] = "All"
        place = _place(manifest)
        return self._write(
            "PATCH", resource, *place, manifest, content_type=_APPLY, options=options
        )

    def delete(
        self,
        resource: Resource,
        namespace: str,
        name: str,
        *,
        uid: str | None = None,
        propagation: str = "Background",
    ) -> None:
        options: Manifest = {"propagationPolicy": propagation}
        if uid is not None:
            options["preconditions"] = {"uid": uid}
        self._write("DELETE", resource, namespace, name, options)

    def run_controllers(self) -> None:
        """A real cluster runs its own."""

    def next_change(self) -> float | None:
        return None

    def _listed(self, resource: Resource, namespace: str) -> tuple[Sequence[Manifest], str]:
        """The objects in order, and the resourceVersion of which they are."""
        pages = tuple(self._pages(resource, namespace))
        # A list names the kind of its items only once, for all of them.
        kind = {"apiVersion": resource.api_version, "kind": resource.kind}
        items = (kind | item for page in pages for item in page["items"])
        return sorted(items, key=_order), pages[-1]["metadata"].get("resourceVersion", "")

    def _pages(self, resource: Resource, namespace: str) -> Iterator[Manifest]:
        options = {"limit": str(_PAGE)}
        while True:
            page = self._call("GET", _path(resource, namespace), options=options)
            yield page
            token = page["metadata"].get("continue")
            if not token:
                return
            options = {"limit": str(_PAGE), "continue": token}

    def _events(self, resource: Resource, version: str, seconds: int) -> Iterator[str]:
        """What happens to a kind after *version*, a JSON text each, for so many *seconds*.

        Raises HTTPError; ends at once if the API server does not tell.
        """
        request = BasicRequest(
            "GET",
            _path(resource, ""),
            params={"watch": "1", "resourceVersion": version, "timeoutSeconds": str(seconds)},
            headers={"Accept": _JSON},
            timeout=Timeout(30.0, read=seconds + 30.0),
        )
        built = self._client.build_adapter_request(request)
        with closing(self._client.send(built, stream=True)) as response:
            yield from response.iter_lines() if response.is_success else ()

    def _write(
        self,
        method: str,
        resource: Resource,
        namespace: str,
        name: str,
        body: Manifest,
        *,
        part: str = "",
        content_type: str = _JSON,
        options: Mapping[str, str] | None = None,
    ) -> Manifest:
        path = f"{_path(resource, namespace, name)}{part}"
        try:
            return self._call(method, path, body=body, content_type=content_type, options=options)
        finally:  # also if it failed: it may have come through all the same
            self._written(resource)

    def _written(self, resource: Resource) -> None:
        """Called after each write: here nothing is remembered that it could outdate."""

    def _call(
        self,
        method: str,
        path: str,
        *,
        body: Manifest | None = None,
        accept: str = _JSON,
        content_type: str = _JSON,
        options: Mapping[str, str] | None = None,
    ) -> Manifest:
        request = BasicRequest(
            method,
            path,
            params=dict(options or {}),
            data=body,
            headers={"Accept": accept, "Content-Type": content_type},
        )
        try:
            response = self._client.send(self._client.build_adapter_request(request))
        except HTTPError as error:
            reason = str(error) or type(error).__name__
            raise ApiError(
                503, "ServiceUnavailable", f"the API server cannot be reached: {reason}"
            ) from error
        if not response.is_success:
            raise _refusal(response)
        return cast("Manifest", response.json(parse_int=go_number))


def _served(group: Manifest) -> Iterator[Resource]:
    name = group["metadata"].get("name", "")
    for version in group["versions"]:
        api_version = f"{name}/{version['version']}" if name else version["version"]
        for resource in version.get("resources", ()):
            kind = resource["responseKind"]["kind"]
            if kind:
                parts = {each["subresource"] for each in resource.get("subresources", ())}
                yield Resource(
                    api_version,
                    kind,
                    resource["resource"],
                    namespaced=resource["scope"] == "Namespaced",
                    has_status="status" in parts,
                )


def _order(item: Manifest) -> tuple[str, str]:
    return item["metadata"].get("namespace", ""), item["metadata"]["name"]


def _namespace(manifest: Manifest) -> str:
    return str(manifest["metadata"].get("namespace") or "")


def _place(manifest: Manifest) -> tuple[str, str]:
    return _namespace(manifest), manifest["metadata"]["name"]


def _path(resource: Resource, namespace: str, name: str = "") -> str:
    parts = ["apis" if resource.group else "api", resource.api_version]
    if namespace and resource.namespaced:
        parts += ["namespaces", quote(namespace, safe="")]
    parts.append(resource.plural)
    if name:
        parts.append(quote(name, safe=""))
    return "/".join(parts)


def _refusal(response: Any) -> ApiError:
    try:
        status = response.json()
        return ApiError(response.status_code, status.get("reason", ""), status["message"])
    except (ValueError, KeyError, TypeError):
        return ApiError(response.status_code, response.reason_phrase, response.text.strip())
