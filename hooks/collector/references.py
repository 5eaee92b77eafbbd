"""References to what holds certificates and credentials: a key of a Secret or ConfigMap."""

from typing import Annotated, Literal

from pydantic import Field

from hooks.model import ApiModel

ObjectName = Annotated[
    str, Field(min_length=1, max_length=253, pattern=r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
]

# Kubernetes keeps names that begin with two dots for itself.
Key = Annotated[
    str, Field(min_length=1, max_length=253, pattern=r"^\.?[-_a-zA-Z0-9][-._a-zA-Z0-9]*$")
]


class AuthorityRef(ApiModel):
    kind: Literal["ConfigMap", "Secret"] = Field(
        default="ConfigMap", description="What holds it: ConfigMap or Secret. Default: ConfigMap."
    )
    name: ObjectName = Field(description="Name of the ConfigMap or Secret, in this namespace.")
    key: Key = Field(
        default="ca.crt",
        description="Key whose value is one or more certificates as PEM. Default: ca.crt.",
    )


class CertificateRef(ApiModel):
    name: ObjectName = Field(
        description="Name of a Secret of type kubernetes.io/tls in this namespace: keys tls.crt "
        "and tls.key."
    )
