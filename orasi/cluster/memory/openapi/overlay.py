"""What OpenAPI does not say of built-in structs, each table with the reason why it does not."""

from collections.abc import Mapping
from typing import Any

from orasi.cluster.memory.openapi import defaults
from orasi.cluster.values import ABSENT

# Go code fills these in (`SetDefaults_…` in pkg/apis/*/*/defaults.go); OpenAPI has only the
# defaults that are comments in the types, and there are few. What depends on other fields is in
# `defaults.py`.
FILLED_IN: Mapping[str, Mapping[str, Any]] = {
    "apps.v1.DaemonSetSpec": {"revisionHistoryLimit": 10},
    "apps.v1.DaemonSetUpdateStrategy": {"type": "RollingUpdate"},
    "apps.v1.DeploymentSpec": {
        "progressDeadlineSeconds": 600,
        "replicas": 1,
        "revisionHistoryLimit": 10,
    },
    "apps.v1.DeploymentStrategy": {"type": "RollingUpdate"},
    "apps.v1.ReplicaSetSpec": {"replicas": 1},
    "apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy": {
        "whenDeleted": "Retain",
        "whenScaled": "Retain",
    },
    "apps.v1.StatefulSetSpec": {
        "persistentVolumeClaimRetentionPolicy": {},
        "podManagementPolicy": "OrderedReady",
        "replicas": 1,
        "revisionHistoryLimit": 10,
    },
    "autoscaling.v2.HorizontalPodAutoscalerSpec": {"minReplicas": 1},
    "batch.v1.CronJobSpec": {
        "concurrencyPolicy": "Allow",
        "failedJobsHistoryLimit": 1,
        "successfulJobsHistoryLimit": 3,
        "suspend": False,
    },
    "batch.v1.PodFailurePolicyOnPodConditionsPattern": {"status": "True"},
    "core.v1.ConfigMapVolumeSource": {"defaultMode": defaults.MODE},
    "core.v1.Container": {
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
    },
    "core.v1.DownwardAPIVolumeSource": {"defaultMode": defaults.MODE},
    "core.v1.HTTPGetAction": {"path": "/", "scheme": "HTTP"},
    "core.v1.HostPathVolumeSource": {"type": ""},
    "core.v1.NamespaceStatus": {"phase": "Active"},
    "core.v1.ObjectFieldSelector": {"apiVersion": "v1"},
    "core.v1.PersistentVolumeClaimSpec": {"volumeMode": "Filesystem"},
    "core.v1.PersistentVolumeClaimStatus": {"phase": "Pending"},
    "core.v1.PodSpec": {
        "dnsPolicy": "ClusterFirst",
        "restartPolicy": "Always",
        "schedulerName": "default-scheduler",
        "securityContext": {},
        "terminationGracePeriodSeconds": 30,
    },
    "core.v1.PodStatus": {"phase": "Pending"},
    "core.v1.Probe": {
        "failureThreshold": 3,
        "periodSeconds": 10,
        "successThreshold": 1,
        "timeoutSeconds": 1,
    },
    "core.v1.ProjectedVolumeSource": {"defaultMode": defaults.MODE},
    "core.v1.ResourceFieldSelector": {"divisor": "0"},  # a quantity, which has no zero value
    "core.v1.Secret": {"type": "Opaque"},
    "core.v1.SecretVolumeSource": {"defaultMode": defaults.MODE},
    "core.v1.ServiceAccountTokenProjection": {"expirationSeconds": 3600},
    "core.v1.ServiceSpec": {"sessionAffinity": "None", "type": "ClusterIP"},
    "networking.v1.NetworkPolicyPort": {"protocol": "TCP"},
    "rbac.v1.RoleRef": {"apiGroup": "rbac.authorization.k8s.io"},
}

# A value in Go, not a pointer, and `omitempty`: false and 0 are not written. OpenAPI shows a
# pointer, which would be written, in the same way.
OMITTED_IF_ZERO: Mapping[str, tuple[str, ...]] = {
    "apps.v1.DaemonSetSpec": ("minReadySeconds",),
    "apps.v1.DaemonSetStatus": (
        *("numberAvailable", "numberUnavailable", "observedGeneration", "updatedNumberScheduled"),
    ),
    "apps.v1.DeploymentSpec": ("minReadySeconds", "paused"),
    "apps.v1.DeploymentStatus": (
        *("availableReplicas", "observedGeneration", "readyReplicas", "replicas"),
        *("unavailableReplicas", "updatedReplicas"),
    ),
    "apps.v1.ReplicaSetSpec": ("minReadySeconds",),
    "apps.v1.ReplicaSetStatus": (
        *("availableReplicas", "fullyLabeledReplicas", "observedGeneration", "readyReplicas"),
    ),
    "apps.v1.StatefulSetSpec": ("minReadySeconds",),
    "apps.v1.StatefulSetStatus": (
        *("currentReplicas", "observedGeneration", "readyReplicas", "updatedReplicas"),
    ),
    "autoscaling.v2.HorizontalPodAutoscalerStatus": ("currentReplicas",),
    "batch.v1.JobStatus": ("active", "failed", "succeeded"),
    "core.v1.Container": ("stdin", "stdinOnce", "tty"),
    "core.v1.ContainerPort": ("hostPort",),
    "core.v1.Event": ("count",),
    "core.v1.NFSVolumeSource": ("readOnly",),
    "core.v1.NodeSpec": ("unschedulable",),
    "core.v1.PersistentVolumeClaimVolumeSource": ("readOnly",),
    "core.v1.PodSpec": ("hostIPC", "hostNetwork", "hostPID"),
    "core.v1.PodStatus": ("observedGeneration",),
    "core.v1.Probe": (
        *("failureThreshold", "initialDelaySeconds", "periodSeconds", "successThreshold"),
        "timeoutSeconds",
    ),
    "core.v1.ServicePort": ("nodePort",),
    "core.v1.ServiceSpec": ("healthCheckNodePort", "publishNotReadyAddresses"),
    "core.v1.VolumeMount": ("readOnly",),
    "meta.v1.Condition": ("observedGeneration",),
    "networking.v1.ServiceBackendPort": ("number",),
    "policy.v1.PodDisruptionBudgetStatus": ("observedGeneration",),
}

# Pointers to text in Go: "" is a value of its own, and is written, or refused where it is none of
# those that are allowed. Of claims to devices, block devices and Windows there are none here, nor
# of what is behind a gate that is off.
KEPT_IF_EMPTY: Mapping[str, tuple[str, ...]] = {
    # Of these, what is empty is refused rather than filled in.
    "autoscaling.v2.HPAScalingRules": ("policies", "selectPolicy"),
    "batch.v1.CronJobSpec": ("timeZone",),
    "batch.v1.JobSpec": ("completionMode", "managedBy", "podReplacementPolicy"),
    "coordination.v1.LeaseSpec": ("holderIdentity",),
    "core.v1.AppArmorProfile": ("localhostProfile",),
    "core.v1.CSIVolumeSource": ("fsType",),
    "core.v1.Container": ("restartPolicy",),
    "core.v1.GRPCAction": ("service",),
    "core.v1.HostPathVolumeSource": ("type",),
    "core.v1.PersistentVolumeClaimSpec": (
        *("storageClassName", "volumeAttributesClassName", "volumeMode"),
    ),
    "core.v1.PodDNSConfigOption": ("value",),
    "core.v1.PodSecurityContext": (
        *("fsGroupChangePolicy", "seLinuxChangePolicy", "supplementalGroupsPolicy"),
    ),
    "core.v1.PodSpec": ("hostnameOverride", "preemptionPolicy", "runtimeClassName"),
    "core.v1.SeccompProfile": ("localhostProfile",),
    "core.v1.SecurityContext": ("procMount",),
    "core.v1.ServicePort": ("appProtocol",),
    "core.v1.ServiceSpec": (
        *("internalTrafficPolicy", "ipFamilyPolicy", "loadBalancerClass", "trafficDistribution"),
    ),
    "core.v1.TopologySpreadConstraint": ("nodeAffinityPolicy", "nodeTaintsPolicy"),
    "core.v1.TypedLocalObjectReference": ("apiGroup",),
    "core.v1.TypedObjectReference": ("apiGroup", "namespace"),
    "core.v1.VolumeMount": ("mountPropagation", "recursiveReadOnly"),
    "networking.v1.IngressSpec": ("ingressClassName",),
    "networking.v1.NetworkPolicyPort": ("protocol",),
    "policy.v1.PodDisruptionBudgetSpec": ("unhealthyPodEvictionPolicy",),
}

# Lists without `omitempty`: Go writes null, for one that is empty as well, since etcd knows none.
# Times that are no pointers: `omitempty` does not hold for them.
NULL_IF_EMPTY: Mapping[str, tuple[str, ...]] = {
    "apps.v1.DaemonSetCondition": ("lastTransitionTime",),
    "apps.v1.DeploymentCondition": ("lastTransitionTime", "lastUpdateTime"),
    "apps.v1.ReplicaSetCondition": ("lastTransitionTime",),
    "apps.v1.StatefulSetCondition": ("lastTransitionTime",),
    "autoscaling.v2.HorizontalPodAutoscalerStatus": ("currentMetrics",),
    "core.v1.LimitRangeSpec": ("limits",),
    "core.v1.ProjectedVolumeSource": ("sources",),
    "rbac.v1.ClusterRole": ("rules",),
    "rbac.v1.Role": ("rules",),
}

# The default "" of these is for the keys of lists; Go leaves an empty one out all the same.
NO_DEFAULT: Mapping[str, tuple[str, ...]] = {
    "core.v1.ConfigMapEnvSource": ("name",),
    "core.v1.ConfigMapKeySelector": ("name",),
    "core.v1.ConfigMapProjection": ("name",),
    "core.v1.ConfigMapVolumeSource": ("name",),
    "core.v1.LocalObjectReference": ("name",),
    "core.v1.SecretEnvSource": ("name",),
    "core.v1.SecretKeySelector": ("name",),
    "core.v1.SecretProjection": ("name",),
}


# Lists without `omitempty` of which nobody ever sees the null: a pod without containers is refused.
NULL_AT_FIRST: Mapping[str, tuple[str, ...]] = {"core.v1.PodSpec": ("containers",)}

# What is demanded of these structs elsewhere, nobody demands here.
NEVER_JUDGED: Mapping[str, tuple[str, ...]] = {"autoscaling.v2.MetricIdentifier": ("selector",)}

ZEROS: tuple[Any, ...] = ("", 0, False, {})


def field(name: str, field: str, published: Mapping[str, Any]) -> dict[str, Any]:
    """What is to be known of a field of the struct *name*, as keywords of its schema."""
    found: dict[str, Any] = {}
    if published.get("default") in ZEROS:  # Such a default says that Go always writes the field.
        found["zero"] = published["default"]
    if field in FILLED_IN.get(name, {}):
        found["default"] = FILLED_IN[name][field]
    if field in NULL_IF_EMPTY.get(name, ()):
        found |= {"default": None, "zero": None, "nullable": True}
    if field in NULL_AT_FIRST.get(name, ()):
        found["zero"] = None
    if field in NO_DEFAULT.get(name, ()):
        found |= {"default": ABSENT, "zero": ABSENT}
    if field in OMITTED_IF_ZERO.get(name, ()):
        found["omitempty"] = True
    if field in KEPT_IF_EMPTY.get(name, ()):
        found["keepsEmpty"] = True
    if field in NEVER_JUDGED.get(name, ()):
        found["judged"] = False
    return found
