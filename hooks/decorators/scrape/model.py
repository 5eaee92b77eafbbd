"""What a Service says about being scraped, checked."""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ConfigDict, Field, ValidationError

from hooks.collector.durations import Duration
from hooks.collector.sources.prometheus import UrlPath
from hooks.contract import Manifest, Parent
from hooks.errors import InvalidObject
from hooks.metadata import INSTANCE, annotation, attachment_labels
from hooks.model import ApiModel, excerpt, problems

SCRAPE_KEY, PORT, PATH, INTERVAL = map(annotation, ("scrape", "port", "path", "interval"))
METRICS = "metrics"  # the port that is taken if there are several
DECORATOR = "scrape"
SHOWN_PORTS = 8


class Annotations(ApiModel):
    model_config = ConfigDict(alias_generator=annotation)

    scrape: Literal["true", "false"] = "false"
    port: str | None = None
    path: UrlPath = "/metrics"
    interval: Duration = "30s"


class ServicePort(ApiModel):
    name: str = ""
    port: int
    protocol: str = "TCP"
    target_port: int | str


class ServiceSpec(ApiModel):
    type: str = "ClusterIP"
    selector: dict[str, str] = Field(default_factory=dict)
    ports: list[ServicePort] = Field(default_factory=list)


@dataclass(frozen=True)
class Scraped:
    """A Service whose pods are to be scraped, and how."""

    service: Parent[Any]
    selector: dict[str, str]
    port: ServicePort
    path: str
    interval: str


def scraped(service: Parent[Any]) -> Scraped | None:
    """What *service* asks for; None if it does not. Raises InvalidObject."""
    if service.annotations.get(SCRAPE_KEY, "false") == "false":
        return None
    try:
        asked = Annotations.model_validate(dict(service.annotations))
        spec = ServiceSpec.model_validate(service.spec)
    except ValidationError as error:
        root = "metadata.annotations" if error.title == Annotations.__name__ else "spec"
        raise InvalidObject(problems(error, root)) from None
    refuse_unscrapable(service, spec)
    return Scraped(service, spec.selector, chosen(spec, asked.port), asked.path, asked.interval)


def refuse_unscrapable(service: Parent[Any], spec: ServiceSpec) -> None:
    """Raises InvalidObject where no pods stand behind *service*, or others are to be asked."""
    if is_twin(service):
        raise InvalidObject(
            f"Annotation {SCRAPE_KEY} stands on a Service that was made to scrape another one: "
            "remove it here."
        )
    if spec.type == "ExternalName":
        raise InvalidObject(
            f"Annotation {SCRAPE_KEY} stands on a Service of type ExternalName, which has no pods: "
            "write a Connector with source.prometheus.targets instead."
        )
    if not spec.selector:
        raise InvalidObject(
            f"Annotation {SCRAPE_KEY} stands on a Service without spec.selector, which has no pods "
            "of its own: write a Connector with source.prometheus.targets instead."
        )


def labels(service: Parent[Any]) -> Manifest:
    """What all that is made for *service* carries, and not what the Service itself does."""
    return attachment_labels(service, decorator=DECORATOR, component=METRICS)


def is_twin(service: Parent[Any]) -> bool:
    carried = service.metadata.get("labels") or {}
    ours = labels(service)
    return all(carried.get(key) == ours[key] for key in ours if key != INSTANCE)


def chosen(spec: ServiceSpec, wanted: str | None) -> ServicePort:
    """The port behind which the metrics are. Raises InvalidObject."""
    ports = [each for each in spec.ports if each.protocol == "TCP"]
    offered = listed(ports)
    if wanted is not None:
        found = next((each for each in ports if wanted in (str(each.port), each.name)), None)
        allowed = f"the number or name of a TCP port of the Service, which are: {offered}"
        if found is None or not wanted:
            raise InvalidObject(f"Annotation {PORT} is {excerpt(wanted)}, and must be {allowed}.")
        return found
    found = ports[0] if len(ports) == 1 else None
    found = found or next((each for each in ports if each.name == METRICS), None)
    if found is None:
        raise InvalidObject(
            f"Annotation {PORT} must choose a TCP port of the Service, as none is called "
            f"{METRICS}; they are: {offered}."
        )
    return found


def listed(ports: list[ServicePort]) -> str:
    """For people; of very many the first few must do."""
    shown = [f"{each.port} ({each.name})" if each.name else str(each.port) for each in ports]
    more = ["…"] if len(shown) > SHOWN_PORTS else []
    return ", ".join([*shown[:SHOWN_PORTS], *more]) or "none"
