"""TLS of connections that go out, and of listeners: every secret is a file."""

from pydantic import Field

from hooks.collector.component import MountedKey
from hooks.collector.references import AuthorityRef, CertificateRef
from hooks.contract import Manifest
from hooks.model import ApiModel

# So that a renewed certificate is served without a restart: the kubelet needs a minute or so.
RELOAD = "5m"


class Tls(ApiModel):
    ca_ref: AuthorityRef | None = Field(
        default=None,
        description="Whose certificates are trusted. Default: the authorities that the image of "
        "the collector knows.",
    )
    client_certificate_ref: CertificateRef | None = Field(
        default=None, description="What to show to servers that ask for a certificate."
    )
    server_name: str | None = Field(
        default=None,
        min_length=1,
        max_length=253,
        pattern=r"^[a-zA-Z0-9]([-a-zA-Z0-9.]*[a-zA-Z0-9])?$",
        description="Name that the server's certificate must be for. Default: the host that is "
        "connected to.",
    )
    insecure_skip_verify: bool = Field(
        default=False,
        description="Trust any certificate: whoever is on the way can read and change everything. "
        "Only to try something out. Default: false.",
    )

    def files(self, name: str) -> tuple[MountedKey, ...]:
        """For the Connector called *name*."""
        found = []
        if self.ca_ref:
            found.append(authority(self.ca_ref, f"{name}/ca.crt"))
        if self.client_certificate_ref:
            found += key_pair(self.client_certificate_ref, name)
        return tuple(found)

    def settings(self, name: str) -> Manifest:
        """As the collector's own clients have it."""
        found: Manifest = {"insecure": False}
        if self.ca_ref:
            found["ca_file"] = authority(self.ca_ref, f"{name}/ca.crt").file
        if self.client_certificate_ref:
            certificate, key = key_pair(self.client_certificate_ref, name)
            found |= {
                "cert_file": certificate.file,
                "key_file": key.file,
                "reload_interval": RELOAD,
            }
        if self.server_name:
            found["server_name_override"] = self.server_name
        if self.insecure_skip_verify:
            found["insecure_skip_verify"] = True
        return found


class ListenerTls(ApiModel):
    certificate_ref: CertificateRef = Field(description="What to show to those who send.")
    client_ca_ref: AuthorityRef | None = Field(
        default=None,
        alias="clientCARef",
        description="Whose certificates those who send must have. Default: they need none.",
    )

    @property
    def summary(self) -> str:
        """Different for different settings."""
        found = f"TLS with Secret {self.certificate_ref.name}"
        if self.client_ca_ref:
            ca = self.client_ca_ref
            found += f" for clients of {ca.kind} {ca.name} ({ca.key})"
        return found

    def files(self, folder: str) -> tuple[MountedKey, ...]:
        found = key_pair(self.certificate_ref, folder)
        if self.client_ca_ref:
            found += (authority(self.client_ca_ref, f"{folder}/client-ca.crt"),)
        return found

    def settings(self, folder: str) -> Manifest:
        """As the collector's own servers have it."""
        certificate, key = key_pair(self.certificate_ref, folder)
        found: Manifest = {
            "cert_file": certificate.file,
            "key_file": key.file,
            "reload_interval": RELOAD,
        }
        if self.client_ca_ref:
            client_ca = authority(self.client_ca_ref, f"{folder}/client-ca.crt")
            found |= {"client_ca_file": client_ca.file, "client_ca_file_reload": True}
        return found


def authority(reference: AuthorityRef, path: str) -> MountedKey:
    return MountedKey(reference.kind, reference.name, reference.key, path)


def key_pair(reference: CertificateRef, folder: str) -> tuple[MountedKey, ...]:
    """The certificate and its key."""
    return tuple(
        MountedKey("Secret", reference.name, key, f"{folder}/{key}")
        for key in ("tls.crt", "tls.key")
    )
