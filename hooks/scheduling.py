"""Where pods may run: the fields of a pod that the scheduler reads, as Kubernetes has them."""

from typing import Annotated, Literal

from pydantic import Field

from hooks.model import ApiModel
from hooks.rules import Rule, enumerated

LabelKey = Annotated[str, Field(min_length=1, max_length=317)]
LabelValue = Annotated[str, Field(max_length=63)]
LabelMap = Annotated[dict[str, LabelValue], Field(max_length=32)]
Annotations = Annotated[dict[str, Annotated[str, Field(max_length=4096)]], Field(max_length=32)]
Values = Annotated[list[LabelValue], Field(max_length=32)]
Percent = Annotated[int, Field(ge=1, le=100)]


class SelectorRequirement(ApiModel):
    key: LabelKey = Field(description="Key of the label.")
    operator: Literal["In", "NotIn", "Exists", "DoesNotExist"] = Field(
        description="How the label compares with values: In, NotIn, Exists or DoesNotExist."
    )
    values: Values = Field(
        default_factory=list, description="What it may be, for In and NotIn only. Default: none."
    )


class LabelSelector(ApiModel):
    match_labels: LabelMap = Field(
        default_factory=dict, description="Labels that all must be there. Default: none."
    )
    match_expressions: list[SelectorRequirement] = Field(
        default_factory=list,
        max_length=16,
        description="Conditions that all must hold. Default: none.",
    )


class NodeRequirement(ApiModel):
    key: LabelKey = Field(description="Key of the node's label, or name of its field.")
    operator: Literal["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"] = Field(
        description="How it compares with values: In, NotIn, Exists, DoesNotExist, Gt or Lt."
    )
    values: Values = Field(
        default_factory=list,
        description="What it may be: for In and NotIn any number, for Gt and Lt one. Default: "
        "none.",
    )


class NodeSelectorTerm(ApiModel):
    match_expressions: list[NodeRequirement] = Field(
        default_factory=list,
        max_length=16,
        description="Conditions on the node's labels. Default: none.",
    )
    match_fields: list[NodeRequirement] = Field(
        default_factory=list,
        max_length=16,
        description="Conditions on the node's fields, such as metadata.name. Default: none.",
    )


class NodeSelector(ApiModel):
    node_selector_terms: list[NodeSelectorTerm] = Field(
        min_length=1, max_length=16, description="Of these, one must hold."
    )


class PreferredNodes(ApiModel):
    weight: Percent = Field(description="How much it counts, 1 to 100.")
    preference: NodeSelectorTerm = Field(description="What nodes should be like.")


class NodeAffinity(ApiModel):
    required: NodeSelector | None = Field(
        default=None,
        alias="requiredDuringSchedulingIgnoredDuringExecution",
        description="What nodes must be like. Default: anything.",
    )
    preferred: list[PreferredNodes] = Field(
        default_factory=list,
        max_length=16,
        alias="preferredDuringSchedulingIgnoredDuringExecution",
        description="What nodes should be like. Default: anything.",
    )


class PodTerm(ApiModel):
    label_selector: LabelSelector | None = Field(
        default=None, description="Which pods. Default: none; {} is all."
    )
    namespaces: list[LabelKey] = Field(
        default_factory=list,
        max_length=16,
        description="Namespaces of these pods. Default: that of this object.",
    )
    namespace_selector: LabelSelector | None = Field(
        default=None, description="Namespaces of these pods, by labels. Default: none; {} is all."
    )
    topology_key: LabelKey = Field(
        description='Label of nodes that says what "together" means, such as '
        '"kubernetes.io/hostname".'
    )


class PreferredPods(ApiModel):
    weight: Percent = Field(description="How much it counts, 1 to 100.")
    pod_affinity_term: PodTerm = Field(description="Which pods.")


class PodAffinity(ApiModel):
    required: list[PodTerm] = Field(
        default_factory=list,
        max_length=16,
        alias="requiredDuringSchedulingIgnoredDuringExecution",
        description="What must hold. Default: nothing.",
    )
    preferred: list[PreferredPods] = Field(
        default_factory=list,
        max_length=16,
        alias="preferredDuringSchedulingIgnoredDuringExecution",
        description="What should hold. Default: nothing.",
    )


class Affinity(ApiModel):
    node_affinity: NodeAffinity | None = Field(
        default=None, description="Which nodes. Default: any."
    )
    pod_affinity: PodAffinity | None = Field(
        default=None, description="Near which other pods. Default: any."
    )
    pod_anti_affinity: PodAffinity | None = Field(
        default=None, description="Away from which other pods. Default: none."
    )


class Toleration(ApiModel):
    rules = (
        Rule(
            "!has(self.tolerationSeconds) || (has(self.effect) && self.effect == 'NoExecute')",
            "tolerationSeconds needs effect NoExecute",
            lambda each: each.toleration_seconds is None or each.effect == "NoExecute",
            given=enumerated("effect"),
        ),
        Rule(
            "has(self.key) || (has(self.operator) && self.operator == 'Exists')",
            "without key, operator must be Exists",
            lambda each: each.key is not None or each.operator == "Exists",
            given=enumerated("operator"),
        ),
        Rule(
            "!has(self.value) || !has(self.operator) || self.operator == 'Equal'",
            "value is for operator Equal only",
            lambda each: each.value is None or each.operator in (None, "Equal"),
            given=enumerated("operator"),
        ),
    )

    key: LabelKey | None = Field(
        default=None, description="Key of the taint. Default: any, with operator Exists."
    )
    operator: Literal["Exists", "Equal"] | None = Field(
        default=None, description="Exists, or Equal to value. Default: Equal."
    )
    value: LabelValue | None = Field(
        default=None, min_length=1, description="Value of the taint. Default: empty."
    )
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = Field(
        default=None, description="Effect of the taint. Default: any."
    )
    toleration_seconds: int | None = Field(
        default=None,
        ge=0,
        le=31_536_000,
        description="Seconds until the pod has to go, for NoExecute. Default: it may stay.",
    )


class TopologySpread(ApiModel):
    max_skew: int = Field(ge=1, le=1000, description="Pods by which two places may differ.")
    topology_key: LabelKey = Field(
        description='Label of nodes that makes a place, such as "topology.kubernetes.io/zone".'
    )
    when_unsatisfiable: Literal["DoNotSchedule", "ScheduleAnyway"] = Field(
        description="What happens to a pod that would break this: DoNotSchedule or ScheduleAnyway."
    )
