"""Certificates of one control plane, and kubeconfigs that hold them."""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import trustme
import yaml


class Credentials:
    """A certificate authority and what it issues, as files in one folder."""

    def __init__(self, folder: Path, server: str) -> None:
        """*server* is the API server's URL."""
        self.folder = folder
        self._server = server
        self._authority = trustme.CA()
        self.authority = folder / "ca.crt"
        self.authority_key = folder / "ca.key"
        self._authority.cert_pem.write_to_path(str(self.authority))
        self._authority.private_key_pem.write_to_path(str(self.authority_key))

    def issue(
        self, name: str, *hosts: str, user: str = "", group: str | None = None
    ) -> tuple[Path, Path]:
        """Certificate and key, as `<name>.crt` and `<name>.key`, for *hosts* or for a *user*."""
        # A certificate that names nothing is one that Go refuses, so a user's names its file.
        issued = self._authority.issue_cert(
            *(hosts or (name,)), common_name=user or name, organization_name=group
        )
        certificate, key = self.folder / f"{name}.crt", self.folder / f"{name}.key"
        issued.cert_chain_pems[0].write_to_path(str(certificate))
        issued.private_key_pem.write_to_path(str(key))
        return certificate, key

    def user_kubeconfig(self, name: str, user: str, group: str | None = None) -> Path:
        """A kubeconfig for *user*, known by a certificate."""
        certificate, key = self.issue(name, user=user, group=group)
        return self._kubeconfig(
            name, {"client-certificate-data": _data(certificate), "client-key-data": _data(key)}
        )

    def token_kubeconfig(self, name: str, token: str) -> Path:
        """A kubeconfig for whoever *token* stands for."""
        return self._kubeconfig(name, {"token": token})

    def _kubeconfig(self, name: str, user: Mapping[str, str]) -> Path:
        cluster = {
            "server": self._server,
            "certificate-authority-data": _data(self.authority),
        }
        content: dict[str, Any] = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "orasi", "cluster": cluster}],
            "users": [{"name": name, "user": dict(user)}],
            "contexts": [{"name": "orasi", "context": {"cluster": "orasi", "user": name}}],
            "current-context": "orasi",
        }
        path = self.folder / f"{name}.kubeconfig"
        path.write_text(yaml.safe_dump(content))
        path.chmod(0o600)
        return path


def _data(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()
