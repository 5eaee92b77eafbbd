"""Certificates and keys, as Secrets and ConfigMaps hold them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import trustme


@dataclass(frozen=True)
class Pair:
    """A certificate and its key, as PEM."""

    certificate: str
    key: str

    @property
    def secret(self) -> Mapping[str, str]:
        """Of type kubernetes.io/tls."""
        return {"tls.crt": self.certificate, "tls.key": self.key}

    def files(self, folder: Path, name: str) -> tuple[Path, Path]:
        paths = folder / f"{name}.crt", folder / f"{name}.key"
        for path, text in zip(paths, (self.certificate, self.key), strict=True):
            path.write_text(text)
        return paths


@dataclass(frozen=True)
class Authority:
    _issuer: trustme.CA = field(default_factory=trustme.CA)

    @property
    def certificate(self) -> str:
        return self._issuer.cert_pem.bytes().decode()

    def file(self, folder: Path, name: str) -> Path:
        path = folder / f"{name}-ca.crt"
        path.write_text(self.certificate)
        return path

    def pair(self, *names: str) -> Pair:
        """For hosts or people of these *names*."""
        issued = self._issuer.issue_cert(*names)
        return Pair(
            issued.cert_chain_pems[0].bytes().decode(), issued.private_key_pem.bytes().decode()
        )
