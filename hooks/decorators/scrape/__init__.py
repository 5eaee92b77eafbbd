"""Scrape: a Service whose pods all are scraped, by its annotations. Start reading here."""

from hooks.contract import Child, DecoratorRequest, DecoratorResponse
from hooks.decorator import Decorator, Setting
from hooks.decorators.scrape.attachments import SUFFIX, connector, twin
from hooks.decorators.scrape.model import INTERVAL, PATH, PORT, SCRAPE_KEY, scraped


def decorate(request: DecoratorRequest) -> DecoratorResponse:
    found = scraped(request.object)
    if found is None:
        return DecoratorResponse()
    return DecoratorResponse((twin(found), connector(found)))


SCRAPE = Decorator(
    kind="Scrape",
    plural="scrapes",
    description=(
        "Scrape makes the metrics of a Service's pods available to Pipelines: an annotation asks "
        "for it, and the Service gets a Connector <service>-scrape with a prometheus source, and "
        "a headless Service of that name by which it finds every pod. The Service itself is "
        "changed in nothing."
    ),
    api_version="v1",
    object_kind="Service",
    resource="services",
    settings=(
        Setting(
            "annotation",
            SCRAPE_KEY,
            '"true" to scrape, "false" or nothing not to.',
        ),
        Setting(
            "annotation",
            PORT,
            "Port of the Service behind which the pods show their metrics, by its number or name. "
            "Default: its only TCP port, or the one that is called metrics.",
        ),
        Setting("annotation", PATH, "Path that shows the metrics. Default: /metrics."),
        Setting(
            "annotation",
            INTERVAL,
            'Time between two scrapes of a pod, such as "30s" or "5m". Default: 30s.',
        ),
    ),
    attachments=(
        Child("v1", "Service", "services"),
        Child("orasi.io/v1alpha1", "Connector", "connectors"),
    ),
    name=f"<name>{SUFFIX}",
    decorate=decorate,
)
