"""What a Pipeline refers to: whether it is there, stays there, and is sound in itself.

Only specs are read, never a status: so a Pipeline follows at once, and in the same way everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from hooks import API_VERSION
from hooks.collector.connector import Connector
from hooks.configuration import ConfigurationSpec, refusal
from hooks.contract import Manifest, SyncRequest
from hooks.kinds.pipeline.model import MOST_DEPENDENCIES, PipelineSpec
from hooks.kinds.pipeline.refused import Unresolved
from hooks.metadata import is_leaving
from hooks.model import ApiModel, problems
from hooks.references import UNSERVED, Reference, references

Model = TypeVar("Model", bound=ApiModel)


@dataclass(frozen=True)
class Dependencies:
    """The specs of everything that a Pipeline refers to, by name."""

    connectors: Mapping[str, Connector]
    pipelines: Mapping[str, PipelineSpec]
    configurations: Mapping[str, ConfigurationSpec]


def dependencies(request: SyncRequest[PipelineSpec]) -> Dependencies:
    """Raises Unresolved unless everything can exist, does, stays and is sound; in this order."""
    check_served(request.parent.manifest)
    found = {
        each: observed_dependency(request, each) for each in references(request.parent.manifest)
    }
    for reference, manifest in found.items():
        if manifest is None:
            raise Unresolved(
                "ReferenceNotFound",
                f"{reference.path}: {reference} does not exist in namespace "
                f"{request.parent.namespace}. Create it, or take the reference away.",
            )
    there = {reference: manifest for reference, manifest in found.items() if manifest}
    for reference, manifest in there.items():
        if is_leaving(manifest):
            raise Unresolved(
                "ReferenceDeleting",
                f"{reference.path}: {reference} is being deleted, and goes when nothing refers to "
                "it any more. Take the reference away, or delete this Pipeline.",
            )

    connectors, pipelines, configurations = {}, {}, {}
    first: dict[tuple[str, str], Reference] = {}  # to each object: many may refer to a large one
    for reference in there:
        first.setdefault((reference.kind, reference.name), reference)
    for reference in first.values():
        manifest = there[reference]
        match reference.kind:
            case "Connector":
                connectors[reference.name] = connector(reference, manifest)
            case "Pipeline":
                pipelines[reference.name] = sound(PipelineSpec, reference, manifest)
            case "Configuration":
                configurations[reference.name] = configuration(reference, manifest)
    return Dependencies(connectors, pipelines, configurations)


def check_served(manifest: Manifest) -> None:
    """Raises Unresolved if something is referred to of which there can be none yet."""
    for reference in references(manifest):
        if reference.kind in UNSERVED:
            raise Unresolved(
                "ReferenceNotServed",
                f"{reference.path}: {reference} cannot be used, as this version of the controller "
                f"does not have the kind {reference.kind} yet. Take the reference away.",
            )


def sound(model: type[Model], reference: Reference, manifest: Manifest) -> Model:
    """The spec of *manifest*. Raises Unresolved."""
    try:
        return model.model_validate(manifest.get("spec"))
    except ValidationError as error:
        raise invalid(reference, problems(error)) from None


def connector(reference: Reference, manifest: Manifest) -> Connector:
    found = sound(Connector, reference, manifest)
    for _, message in found.mistakes():
        raise invalid(reference, f"{message}.")
    return found


def configuration(reference: Reference, manifest: Manifest) -> ConfigurationSpec:
    found = sound(ConfigurationSpec, reference, manifest)
    refused = refusal(found)
    if refused:
        raise invalid(reference, refused[1])
    return found


def invalid(reference: Reference, why: str) -> Unresolved:
    return Unresolved(
        "ReferenceInvalid",
        f"{reference.path}: {reference} cannot be used until it is mended: {why}",
    )


def observed_dependency(request: SyncRequest[Any], reference: Reference) -> Manifest | None:
    """The object that is referred to. Raises MalformedRequest if nobody has looked for it."""
    if reference.kind in UNSERVED:
        return None
    request.related.check_asked(API_VERSION, reference.kind)
    metadata = {"name": reference.name, "namespace": request.parent.namespace}
    identity = {"apiVersion": API_VERSION, "kind": reference.kind, "metadata": metadata}
    return request.related.like(identity)


def dependency_states(request: SyncRequest[Any]) -> list[Manifest]:
    """For the status: every object that the spec refers to, and whether it is there."""
    names = sorted({(each.kind, each.name) for each in references(request.parent.manifest)})
    return [
        {"kind": kind, "name": name, "state": state(observed_dependency(request, each))}
        for kind, name in names[:MOST_DEPENDENCIES]
        for each in (Reference(kind, name, ""),)
    ]


def state(manifest: Manifest | None) -> str:
    if manifest is None:
        return "Missing"
    return "Deleting" if is_leaving(manifest) else "Found"
