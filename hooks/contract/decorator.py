"""A decorator's request and answer: an object that is somebody else's, and what we attach to it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hooks.contract.json import Manifest
from hooks.contract.request import (
    BEGINNING,
    Child,
    Observed,
    Parent,
    check_known,
    check_listed,
    newest_timestamp,
    observed,
    subject_of,
    truth_at,
)
from hooks.contract.response import check_children, written
from hooks.errors import MalformedRequest


@dataclass(frozen=True)
class DecoratorRequest:
    """Everything a decorator may know."""

    object: Parent[Any]
    attachments: Observed
    related: Observed = field(default_factory=Observed)
    finalizing: bool = False
    as_of: str = BEGINNING  # RFC 3339, UTC; the newest timestamp found in the request itself

    @property
    def namespace(self) -> str:
        """Where to attach: in the namespace of the object, or in the Namespace that it is."""
        return self.object.namespace or self.object.name


@dataclass(frozen=True)
class DecoratorResponse:
    """What should be attached. The object's own status is never ours, so it is left alone."""

    attachments: tuple[Manifest, ...] = ()
    labels: Mapping[str, str | None] = field(default_factory=dict)  # None: take the label away
    annotations: Mapping[str, str | None] = field(default_factory=dict)


def decorator_request(
    api_version: str, kind: str, envelope: Any, *, declared: Collection[Child]
) -> DecoratorRequest:
    """The request in *envelope*, a decoded body, about an object of *kind*.

    *declared* are the attachments that we make. Raises MalformedRequest.
    """
    subject = subject_of("object", envelope)
    if (subject["apiVersion"], subject["kind"]) != (api_version, kind):
        raise MalformedRequest(f"object is no {kind} of {api_version}.")
    attachments = observed("attachments", envelope.get("attachments"))
    related = observed("related", envelope.get("related"))
    finalizing = truth_at("finalizing", envelope.get("finalizing"))
    if not finalizing:
        check_listed(envelope["controller"], declared, "attachments")
        check_known(attachments, declared)
    request = DecoratorRequest(
        object=Parent(subject, subject.get("spec")),
        attachments=attachments,
        related=related,
        finalizing=finalizing,
        as_of=newest_timestamp(subject, attachments, related),
    )
    return replace(request, attachments=within(request.namespace, attachments))


def within(namespace: str, attachments: Observed) -> Observed:
    """Those in *namespace*. What is elsewhere and says that a Namespace owns it was copied from it.

    It is no attachment, and goes, since it is not answered. Were it refused, whoever writes in any
    namespace could keep another from being decorated.
    """
    return Observed(
        {
            group: {
                key: each
                for key, each in objects.items()
                if each["metadata"].get("namespace") == namespace
            }
            for group, objects in attachments.groups.items()
        }
    )


def decorator_body(
    response: DecoratorResponse, *, namespace: str, declared: Collection[Child]
) -> bytes:
    """The JSON of *response*. *namespace* is the only one to attach in. Raises BrokenAnswer."""
    check_children(response.attachments, namespace, declared)
    body = {
        "attachments": list(response.attachments),
        "labels": dict(response.labels),
        "annotations": dict(response.annotations),
    }
    return written(body, response.attachments)
