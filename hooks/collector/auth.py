"""Credentials of connections that go out: by reference to Secrets, as files where that is possible.

Where the collector reads no files its environment has them.
"""

from typing import Literal

from pydantic import Field

from hooks.collector.component import Component, MountedKey, SecretVariable
from hooks.collector.references import Key, ObjectName
from hooks.model import ApiModel
from hooks.rules import exactly_one_of

Method = Literal["basic", "bearer", "sasl"]

# What the collector does not take from its environment as it stands: it expands ${…}, makes $$ one
# $, and reads the rest as YAML, of which it knows no numbers that large nor keys but texts.
REFUSED = (
    "neither may contain $ or a colon before a blank or at the end, begin with { or ?, or be a "
    "whole number of 16 digits or more, decimal or hexadecimal"
)


class LoginRef(ApiModel):
    name: ObjectName = Field(description="Name of the Secret, in this namespace.")
    username_key: Key = Field(
        default="username", description="Key whose value is the name. Default: username."
    )
    password_key: Key = Field(
        default="password", description="Key whose value is the password. Default: password."
    )

    def variables(self, name: str) -> tuple[SecretVariable, SecretVariable]:
        """Name and password, for the Connector called *name*."""
        prefix = f"CONNECTOR_{name.upper().replace('-', '_')}"
        return (
            SecretVariable(f"{prefix}_USERNAME", self.name, self.username_key),
            SecretVariable(f"{prefix}_PASSWORD", self.name, self.password_key),
        )

    def files(self, name: str) -> tuple[MountedKey, MountedKey]:
        """Name and password, for the Connector called *name*."""
        return (
            MountedKey("Secret", self.name, self.username_key, f"{name}/username"),
            MountedKey("Secret", self.name, self.password_key, f"{name}/password"),
        )


class TokenRef(ApiModel):
    name: ObjectName = Field(description="Name of the Secret, in this namespace.")
    key: Key = Field(default="token", description="Key whose value is the token. Default: token.")

    def file(self, name: str) -> MountedKey:
        """For the Connector called *name*."""
        return MountedKey("Secret", self.name, self.key, f"{name}/token")


class Basic(ApiModel):
    secret_ref: LoginRef = Field(
        description="What holds name and password; the name has no colon. Blanks and line ends "
        f"around them are dropped. Only for sink clickhouse these stay, and {REFUSED}."
    )

    def extension(self, name: str) -> Component:
        username, password = self.secret_ref.files(name)
        return Component(
            f"basicauth/{name}",
            {"client_auth": {"username_file": username.file, "password_file": password.file}},
        )


class Bearer(ApiModel):
    secret_ref: TokenRef = Field(
        description="What holds the token. Blanks and line ends around it are dropped, and it has "
        "none within."
    )

    def extension(self, name: str) -> Component:
        token = self.secret_ref.file(name)
        return Component(f"bearertokenauth/{name}", {"filename": token.file})


class Sasl(ApiModel):
    mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        description="How to log in: PLAIN (sends the password as it is, so use it with tls only), "
        "SCRAM-SHA-256 or SCRAM-SHA-512."
    )
    secret_ref: LoginRef = Field(
        description=f"What holds name and password, as they are: {REFUSED}."
    )


class Auth(ApiModel):
    rules = (exactly_one_of("basic", "bearer", "sasl"),)

    basic: Basic | None = Field(
        default=None,
        description="Name and password. Needs TLS, or others could read them. While the server "
        "refuses them, what is sent is lost: nobody tries again.",
    )
    bearer: Bearer | None = Field(
        default=None,
        description="A token. Needs TLS, or others could read it. While the server refuses it, "
        "what is sent is lost: nobody tries again.",
    )
    sasl: Sasl | None = Field(default=None, description="Name and password for Kafka.")

    @property
    def method(self) -> Method:
        return "basic" if self.basic else "bearer" if self.bearer else "sasl"
