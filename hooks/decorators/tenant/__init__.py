"""Tenant: a Namespace with bounds, by the size that its label names. Start reading here."""

from dataclasses import replace

from hooks.contract import Child, DecoratorRequest, DecoratorResponse
from hooks.decorator import Decorator, unchanged
from hooks.decorators.tenant.attachments import NAME, attachments
from hooks.decorators.tenant.refusal import COMPLAINT, TENANT_LABEL, noted, refusal
from hooks.decorators.tenant.sizes import SIZES, amounts


def decorate(request: DecoratorRequest) -> DecoratorResponse:
    size = TENANT_LABEL.value(request.object.manifest)
    refused = "" if size is None else refusal(request.object.name, size)
    annotations = noted(request.object, refused)
    if refused:
        return replace(unchanged(request), annotations=annotations)
    wanted = () if size is None else attachments(request.object, SIZES[size])
    return DecoratorResponse(wanted, annotations=annotations)


TENANT = Decorator(
    kind="Tenant",
    plural="tenants",
    description=(
        "Tenant bounds what a Namespace may use: a label names its size, and the Namespace gets a "
        "ResourceQuota, a LimitRange, a NetworkPolicy that lets nobody in, and a ConfigMap that "
        "tells its bounds, each named orasi-tenant."
    ),
    api_version="v1",
    object_kind="Namespace",
    resource="namespaces",
    settings=(TENANT_LABEL,),
    attachments=(
        Child("v1", "ConfigMap", "configmaps"),
        Child("v1", "LimitRange", "limitranges"),
        Child("v1", "ResourceQuota", "resourcequotas"),
        Child("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies"),
    ),
    name=NAME,
    decorate=decorate,
    tables=(("Sizes", amounts()),),
    complaint=COMPLAINT,
)
