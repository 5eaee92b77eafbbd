"""How a Connector reaches what is outside: its name, TLS and credentials."""

from collections.abc import Iterator
from dataclasses import dataclass

from hooks.collector.auth import Auth
from hooks.collector.component import Component, MountedKey
from hooks.collector.tls import Tls
from hooks.contract import Manifest

# Why something can never work: a reason, and a sentence that begins with the path of a field.
Mistake = tuple[str, str]
Mistakes = Iterator[Mistake]


@dataclass(frozen=True)
class Connection:
    """What all components of a Connector share."""

    name: str  # of the Connector
    tls: Tls | None = None
    auth: Auth | None = None

    def tls_settings(self) -> Manifest:
        """As the collector's own clients have it."""
        return self.tls.settings(self.name) if self.tls else {"insecure": True}

    def tls_files(self) -> tuple[MountedKey, ...]:
        return self.tls.files(self.name) if self.tls else ()

    def authenticator(self) -> tuple[Component, ...]:
        """The extension that adds credentials to each call, if there are any."""
        if self.auth and self.auth.basic:
            return (self.auth.basic.extension(self.name),)
        if self.auth and self.auth.bearer:
            return (self.auth.bearer.extension(self.name),)
        return ()

    def auth_settings(self) -> Manifest:
        """As the collector's own clients have it."""
        extensions = self.authenticator()
        return {"auth": {"authenticator": extensions[0].id}} if extensions else {}

    def auth_files(self) -> tuple[MountedKey, ...]:
        if self.auth and self.auth.basic:
            return self.auth.basic.secret_ref.files(self.name)
        if self.auth and self.auth.bearer:
            return (self.auth.bearer.secret_ref.file(self.name),)
        return ()
