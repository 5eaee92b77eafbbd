"""Types of Go that OpenAPI does not tell apart: of texts, and of structs within structs.

The decoder names them when something else is there. Structs of statuses, of claims to devices and
of block devices are left out.
"""

from collections.abc import Mapping

EMBEDDED: Mapping[str, Mapping[str, str]] = {
    "ConfigMapEnvSource": {"name": "LocalObjectReference"},
    "ConfigMapKeySelector": {"name": "LocalObjectReference"},
    "ConfigMapProjection": {"name": "LocalObjectReference"},
    "ConfigMapVolumeSource": {"name": "LocalObjectReference"},
    "IngressRule": {"http": "IngressRuleValue"},
    "Probe": dict.fromkeys(("exec", "grpc", "httpGet", "tcpSocket"), "ProbeHandler"),
    "SecretEnvSource": {"name": "LocalObjectReference"},
    "SecretKeySelector": {"name": "LocalObjectReference"},
    "SecretProjection": {"name": "LocalObjectReference"},
}
"""The struct in which a field of another is."""

NAMED: Mapping[str, Mapping[str, str]] = {
    "AppArmorProfile": {"type": "v1.AppArmorProfileType"},
    "AttachedVolume": {"name": "v1.UniqueVolumeName"},
    "Capabilities": {"add": "v1.Capability", "drop": "v1.Capability"},
    "Container": {
        "restartPolicy": "v1.ContainerRestartPolicy",
        "terminationMessagePolicy": "v1.TerminationMessagePolicy",
        "imagePullPolicy": "v1.PullPolicy",
    },
    "ContainerPort": {"protocol": "v1.Protocol"},
    "ContainerResizePolicy": {
        "resourceName": "v1.ResourceName",
        "restartPolicy": "v1.ResourceResizeRestartPolicy",
    },
    "CronJobSpec": {"concurrencyPolicy": "v1.ConcurrencyPolicy"},
    "DaemonSetUpdateStrategy": {"type": "v1.DaemonSetUpdateStrategyType"},
    "DeploymentStrategy": {"type": "v1.DeploymentStrategyType"},
    "EmptyDirVolumeSource": {"medium": "v1.StorageMedium"},
    "HPAScalingPolicy": {"type": "v2.HPAScalingPolicyType"},
    "HPAScalingRules": {"selectPolicy": "v2.ScalingPolicySelect"},
    "HTTPGetAction": {"scheme": "v1.URIScheme"},
    "HTTPIngressPath": {"pathType": "v1.PathType"},
    "HostPathVolumeSource": {"type": "v1.HostPathType"},
    "ImageVolumeSource": {"pullPolicy": "v1.PullPolicy"},
    "JobSpec": {
        "completionMode": "v1.CompletionMode",
        "podReplacementPolicy": "v1.PodReplacementPolicy",
    },
    "LabelSelectorRequirement": {"operator": "v1.LabelSelectorOperator"},
    "LeaseSpec": {"strategy": "v1.CoordinatedLeaseStrategy"},
    "Lifecycle": {"stopSignal": "v1.Signal"},
    "LimitRangeItem": {"type": "v1.LimitType"},
    "LoadBalancerIngress": {"ipMode": "v1.LoadBalancerIPMode"},
    "MetricSpec": {"type": "v2.MetricSourceType"},
    "MetricTarget": {"type": "v2.MetricTargetType"},
    "NamespaceSpec": {"finalizers": "v1.FinalizerName"},
    "NetworkPolicyPort": {"protocol": "v1.Protocol"},
    "NetworkPolicySpec": {"policyTypes": "v1.PolicyType"},
    "NodeSelectorRequirement": {"operator": "v1.NodeSelectorOperator"},
    "ObjectMeta": {"uid": "types.UID"},
    "OwnerReference": {"uid": "types.UID"},
    "PersistentVolumeClaimSpec": {
        "accessModes": "v1.PersistentVolumeAccessMode",
        "volumeMode": "v1.PersistentVolumeMode",
    },
    "PodDisruptionBudgetSpec": {"unhealthyPodEvictionPolicy": "v1.UnhealthyPodEvictionPolicyType"},
    "PodFailurePolicyOnExitCodesRequirement": {
        "operator": "v1.PodFailurePolicyOnExitCodesOperator"
    },
    "PodFailurePolicyRule": {"action": "v1.PodFailurePolicyAction"},
    "PodOS": {"name": "v1.OSName"},
    "PodReadinessGate": {"conditionType": "v1.PodConditionType"},
    "PodSecurityContext": {
        "supplementalGroupsPolicy": "v1.SupplementalGroupsPolicy",
        "fsGroupChangePolicy": "v1.PodFSGroupChangePolicy",
        "seLinuxChangePolicy": "v1.PodSELinuxChangePolicy",
    },
    "PodSpec": {
        "restartPolicy": "v1.RestartPolicy",
        "dnsPolicy": "v1.DNSPolicy",
        "preemptionPolicy": "v1.PreemptionPolicy",
    },
    "ResourceQuotaSpec": {"scopes": "v1.ResourceQuotaScope"},
    "ScopedResourceSelectorRequirement": {
        "scopeName": "v1.ResourceQuotaScope",
        "operator": "v1.ScopeSelectorOperator",
    },
    "SeccompProfile": {"type": "v1.SeccompProfileType"},
    "Secret": {"type": "v1.SecretType"},
    "SecurityContext": {"procMount": "v1.ProcMountType"},
    "ServicePort": {"protocol": "v1.Protocol"},
    "ServiceSpec": {
        "type": "v1.ServiceType",
        "sessionAffinity": "v1.ServiceAffinity",
        "externalTrafficPolicy": "v1.ServiceExternalTrafficPolicy",
        "ipFamilies": "v1.IPFamily",
        "ipFamilyPolicy": "v1.IPFamilyPolicy",
        "internalTrafficPolicy": "v1.ServiceInternalTrafficPolicy",
    },
    "StatefulSetPersistentVolumeClaimRetentionPolicy": {
        "whenDeleted": "v1.PersistentVolumeClaimRetentionPolicyType",
        "whenScaled": "v1.PersistentVolumeClaimRetentionPolicyType",
    },
    "StatefulSetSpec": {"podManagementPolicy": "v1.PodManagementPolicyType"},
    "StatefulSetUpdateStrategy": {"type": "v1.StatefulSetUpdateStrategyType"},
    "Taint": {"effect": "v1.TaintEffect"},
    "Toleration": {"operator": "v1.TolerationOperator", "effect": "v1.TaintEffect"},
    "TopologySpreadConstraint": {
        "whenUnsatisfiable": "v1.UnsatisfiableConstraintAction",
        "nodeAffinityPolicy": "v1.NodeInclusionPolicy",
        "nodeTaintsPolicy": "v1.NodeInclusionPolicy",
    },
    "VolumeMount": {
        "recursiveReadOnly": "v1.RecursiveReadOnlyMode",
        "mountPropagation": "v1.MountPropagationMode",
    },
}
"""What a text is, or each in a list of texts."""
