"""What authors may say of pods beside their program: passed on as it is."""

from typing import Annotated, Literal

from pydantic import Field

from hooks import GROUP
from hooks.contract import Manifest
from hooks.model import AS_MAP, ApiModel, DistinctlyNamed, as_stored
from hooks.patterns import PREFIX
from hooks.rules import Rule, exactly_one_of
from hooks.scheduling import Affinity, Annotations, LabelMap, Toleration, TopologySpread

# Ours, by which pods are found, and by which a new configuration rolls them.
LABELS = tuple(
    f"app.kubernetes.io/{name}"
    for name in ("name", "instance", "component", "managed-by", "part-of")
)
ANNOTATIONS = (f"{GROUP}/config-hash",)

Name = Annotated[str, Field(min_length=1, max_length=253)]


def without(field: str, keys: tuple[str, ...]) -> Rule:
    """What the controller says is not for others to say."""
    found = " || ".join(f"'{key}' in self.{field}" for key in keys)
    return Rule(
        f"!has(self.{field}) || !({found})",
        f"{field} must not have {' or '.join(keys)}, which the controller sets",
        lambda pod: not any(key in getattr(pod, field) for key in keys),
        given=f"'there is ' + {list(keys)}.filter(key, key in self.{field})[0]",
    )


class KeyOf(ApiModel):
    name: Name = Field(description="Name of the object, in this namespace.")
    key: Name = Field(description="Key whose value it is.")


class FieldOf(ApiModel):
    field_path: Literal[
        "metadata.name",
        "metadata.namespace",
        "metadata.uid",
        "spec.nodeName",
        "spec.serviceAccountName",
        "status.hostIP",
        "status.podIP",
    ] = Field(description="Field of the pod, such as spec.nodeName.")


class ValueFrom(ApiModel):
    rules = (exactly_one_of("secretKeyRef", "configMapKeyRef", "fieldRef"),)

    secret_key_ref: KeyOf | None = Field(default=None, description="From a Secret.")
    config_map_key_ref: KeyOf | None = Field(default=None, description="From a ConfigMap.")
    field_ref: FieldOf | None = Field(default=None, description="From the pod itself.")


class Variable(ApiModel):
    rules = (exactly_one_of("value", "valueFrom"),)

    name: Annotated[str, Field(min_length=1, max_length=128, pattern=PREFIX)] = Field(
        description="Name of the variable: letters, digits and _, and no digit first."
    )
    value: str | None = Field(
        default=None,
        max_length=4096,
        description="Its value; $(NAME) in it is another variable, as in every pod.",
    )
    value_from: ValueFrom | None = Field(default=None, description="Where its value is.")

    def manifest(self) -> Manifest:
        if self.value is not None:
            return {"name": self.name, "value": self.value} if self.value else {"name": self.name}
        found: Manifest = as_stored(self)
        if "fieldRef" in found["valueFrom"]:
            found["valueFrom"]["fieldRef"]["apiVersion"] = "v1"  # as the API server stores it
        return found


class PullSecret(ApiModel):
    name: Name = Field(description="Name of the Secret, in this namespace.")


class PodSettings(ApiModel):
    rules = (
        without("labels", LABELS),
        without("annotations", ANNOTATIONS),
    )

    labels: LabelMap = Field(
        default_factory=dict, description="Labels that pods get too. Default: none."
    )
    annotations: Annotations = Field(
        default_factory=dict, description="Annotations of the pods. Default: none."
    )
    env: Annotated[list[Variable], DistinctlyNamed, AS_MAP] = Field(
        default_factory=list,
        max_length=32,
        description="Environment variables of the collector, such as HTTPS_PROXY. Default: none.",
    )
    image_pull_secrets: Annotated[list[PullSecret], DistinctlyNamed, AS_MAP] = Field(
        default_factory=list,
        max_length=8,
        description="Secrets to pull the image with. Default: none.",
    )
    node_selector: LabelMap = Field(
        default_factory=dict, description="Labels that a node must have. Default: none."
    )
    tolerations: list[Toleration] = Field(
        default_factory=list,
        max_length=32,
        description="Taints of nodes that do not matter. Default: none.",
    )
    affinity: Affinity | None = Field(
        default=None, description="Nodes and other pods to be near to or away from. Default: none."
    )
    topology_spread_constraints: list[TopologySpread] = Field(
        default_factory=list,
        max_length=8,
        description="How this Pipeline's pods are spread over nodes or zones. Default: as the "
        "scheduler does it.",
    )
    priority_class_name: Name | None = Field(
        default=None, description="Name of the PriorityClass. Default: the cluster's."
    )
    termination_grace_period_seconds: int | None = Field(
        default=None,
        ge=10,
        le=3600,
        description="Seconds in which a pod that ends may send on what it has. Default: 30.",
    )
