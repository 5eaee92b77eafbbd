"""A decorator's request and answer: an object that is somebody else's, and what we attach to it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from hooks.contract.json import Manifest, encode
from hooks.contract.request import (
    BEGINNING,
    Child,
    Observed,
    Parent,
    newest_timestamp,
    observed,
    subject_of,
    truth_at,
)
from hooks.contract.response import check_children


@dataclass(frozen=True)
class DecoratorRequest:
    """Everything a decorator may know."""

    object: Parent[Any]
    attachments: Observed
    related: Observed = field(default_factory=Observed)
    finalizing: bool = False
    as_of: str = BEGINNING  # RFC 3339, UTC; the newest timestamp found in the request itself


@dataclass(frozen=True)
class DecoratorResponse:
    """What should be attached. The object's own status is never ours, so it is left alone."""

    attachments: tuple[Manifest, ...] = ()
    labels: Mapping[str, str | None] = field(default_factory=dict)  # None: take the label away
    annotations: Mapping[str, str | None] = field(default_factory=dict)


def decorator_request(envelope: Any) -> DecoratorRequest:
    """The request in *envelope*, a decoded body. Raises MalformedRequest."""
    subject = subject_of("object", envelope)
    attachments = observed("attachments", envelope.get("attachments"))
    related = observed("related", envelope.get("related"))
    return DecoratorRequest(
        object=Parent(subject, subject.get("spec")),
        attachments=attachments,
        related=related,
        finalizing=truth_at("finalizing", envelope.get("finalizing")),
        as_of=newest_timestamp(subject, attachments, related),
    )


def decorator_body(
    response: DecoratorResponse, *, namespace: str, declared: Collection[Child]
) -> bytes:
    """The JSON of *response*. *namespace* is the only one to attach in. Raises BrokenAnswer."""
    check_children(response.attachments, namespace, declared)
    return encode(
        {
            "attachments": list(response.attachments),
            "labels": dict(response.labels),
            "annotations": dict(response.annotations),
        }
    )
