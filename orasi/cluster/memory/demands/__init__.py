"""What the API server demands of built-in structs beyond their types: Go code, not OpenAPI.

Each struct is judged by itself, where it stands, as `pkg/apis/*/validation` does.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from orasi.cluster.memory.demands import access, networks, pods, resources, workloads
from orasi.cluster.memory.demands.checks import (
    Check,
    Fields,
    address,
    each,
    label,
    label_names,
    labels,
    manager,
    mode,
    more_than_nothing,
    name,
    not_negative,
    one_of,
    port,
    port_name,
    port_or_name,
    port_or_none,
    positive,
    qualified_name,
    requirement,
    search,
    selector,
    subdomain,
    subdomains,
    user_id,
    variable,
    weight,
)
from orasi.cluster.memory.limits import join
from orasi.cluster.memory.names import key_problems
from orasi.cluster.memory.problems import Problem, required

Judge = Callable[[str, Fields], Iterator[Problem]]

FIELDS: Mapping[str, Mapping[str, Check]] = {
    "apps.v1.DaemonSetSpec": dict.fromkeys(
        ("minReadySeconds", "revisionHistoryLimit"), not_negative
    ),
    "apps.v1.DeploymentSpec": dict.fromkeys(
        ("replicas", "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"),
        not_negative,
    ),
    "apps.v1.ReplicaSetSpec": dict.fromkeys(("replicas", "minReadySeconds"), not_negative),
    "apps.v1.RollingUpdateStatefulSetStrategy": {"partition": not_negative},
    "apps.v1.StatefulSetOrdinals": {"start": not_negative},
    "apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy": dict.fromkeys(
        ("whenDeleted", "whenScaled"), one_of("Retain", "Delete")
    ),
    "apps.v1.StatefulSetSpec": {
        **dict.fromkeys(("replicas", "minReadySeconds", "revisionHistoryLimit"), not_negative),
        "serviceName": label,
    },
    "autoscaling.v2.CrossVersionObjectReference": {"kind": name("path"), "name": name("path")},
    "autoscaling.v2.HPAScalingPolicy": {"type": one_of("Percent", "Pods")},
    "autoscaling.v2.HPAScalingRules": {"selectPolicy": one_of("Disabled", "Max", "Min")},
    "autoscaling.v2.MetricIdentifier": {"name": name("path")},
    "autoscaling.v2.MetricSpec": {
        "type": one_of("ContainerResource", "External", "Object", "Pods", "Resource")
    },
    "autoscaling.v2.MetricTarget": {
        "type": workloads.target_type,
        "value": more_than_nothing,
        "averageValue": more_than_nothing,
        "averageUtilization": positive,
    },
    "batch.v1.CronJobSpec": dict.fromkeys(
        ("startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"),
        not_negative,
    ),
    "batch.v1.JobSpec": {
        **dict.fromkeys(
            (
                *("parallelism", "completions", "activeDeadlineSeconds", "backoffLimit"),
                *("ttlSecondsAfterFinished", "backoffLimitPerIndex", "maxFailedIndexes"),
            ),
            not_negative,
        ),
        "managedBy": manager,
    },
    "coordination.v1.LeaseSpec": {
        "leaseDurationSeconds": positive,
        "leaseTransitions": not_negative,
    },
    "core.v1.ConfigMapVolumeSource": {"defaultMode": mode},
    "core.v1.Container": {"name": label, "restartPolicy": one_of("Always", "Never", "OnFailure")},
    "core.v1.ContainerPort": {
        "containerPort": port,
        "hostPort": port_or_none,
        "name": port_name,
        "protocol": one_of("SCTP", "TCP", "UDP"),
    },
    "core.v1.DownwardAPIVolumeFile": {"mode": mode},
    "core.v1.DownwardAPIVolumeSource": {"defaultMode": mode},
    "core.v1.EnvFromSource": {"prefix": variable},
    "core.v1.EnvVar": {"name": variable},
    "core.v1.GRPCAction": {"port": port},
    "core.v1.HTTPGetAction": {"port": port_or_name},
    "core.v1.HostAlias": {"ip": address, "hostnames": subdomains},
    "core.v1.KeyToPath": {"mode": mode},
    "core.v1.PersistentVolumeClaimSpec": dict.fromkeys(
        ("storageClassName", "volumeAttributesClassName"), subdomain
    ),
    "core.v1.PodAffinityTerm": {"namespaces": label_names},
    "core.v1.PodDNSConfig": {"nameservers": each(address), "searches": each(search)},
    "core.v1.PodOS": {"name": one_of("linux", "windows")},
    "core.v1.PodSecurityContext": {
        **dict.fromkeys(("runAsUser", "runAsGroup", "fsGroup"), user_id),
        "seLinuxChangePolicy": one_of("Recursive"),
        "supplementalGroups": each(user_id),
    },
    "core.v1.PodSpec": {
        "activeDeadlineSeconds": positive,
        "hostname": label,
        "hostnameOverride": name("subdomain", is_needed=True),
        "nodeName": subdomain,
        "nodeSelector": labels,
        "priorityClassName": subdomain,
        "runtimeClassName": name("subdomain", is_needed=True),
        "serviceAccountName": subdomain,
        "subdomain": label,
        "terminationGracePeriodSeconds": not_negative,
    },
    "core.v1.PreferredSchedulingTerm": {"weight": weight},
    "core.v1.Probe": dict.fromkeys(
        (
            *("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold"),
            "failureThreshold",
        ),
        not_negative,
    ),
    "core.v1.ProjectedVolumeSource": {"defaultMode": mode},
    "core.v1.SecretVolumeSource": {"defaultMode": mode},
    "core.v1.SecurityContext": dict.fromkeys(("runAsUser", "runAsGroup"), user_id),
    "core.v1.ServicePort": {
        "appProtocol": key_problems,
        "name": label,
        "nodePort": networks.node_port,
        "protocol": one_of("SCTP", "TCP", "UDP"),
    },
    "core.v1.ServiceSpec": {
        "externalIPs": each(address),
        "externalName": subdomain,
        "selector": labels,
        "trafficDistribution": one_of("PreferClose", "PreferSameZone", "PreferSameNode"),
    },
    "core.v1.TCPSocketAction": {"port": port_or_name},
    "core.v1.Toleration": {"key": qualified_name},
    "core.v1.TopologySpreadConstraint": {"maxSkew": positive, "minDomains": positive},
    "core.v1.Volume": {"name": label},
    "core.v1.VolumeMount": {"recursiveReadOnly": one_of("Disabled", "Enabled", "IfPossible")},
    "core.v1.WeightedPodAffinityTerm": {"weight": weight},
    "networking.v1.IngressRule": {"host": networks.host},
    "networking.v1.IngressServiceBackend": {"name": label},
    "networking.v1.IngressSpec": {"ingressClassName": name("subdomain", is_needed=True)},
    "networking.v1.IngressTLS": {"hosts": each(networks.tls_host)},
    "networking.v1.NetworkPolicyPort": {"protocol": one_of("TCP", "UDP", "SCTP")},
    "networking.v1.NetworkPolicySpec": {"policyTypes": each(one_of("Ingress", "Egress"))},
    "rbac.v1.RoleRef": {"name": name("path")},
}
"""What may be in a field, whatever else is there."""

STRUCTS: Mapping[str, Judge] = {
    "apps.v1.DaemonSetSpec": workloads.selecting("DaemonSet"),
    "apps.v1.DeploymentSpec": workloads.deployment_spec,
    "apps.v1.DeploymentStrategy": workloads.deployment_strategy,
    "apps.v1.ReplicaSetSpec": workloads.selecting("ReplicaSet"),
    "apps.v1.RollingUpdateDaemonSet": workloads.daemon_set_rolling,
    "apps.v1.RollingUpdateDeployment": workloads.deployment_rolling,
    "apps.v1.StatefulSetSpec": workloads.selecting("StatefulSet"),
    "apps.v1.StatefulSetUpdateStrategy": workloads.stateful_set_strategy,
    "autoscaling.v2.ContainerResourceMetricSource": workloads.resource_target,
    "autoscaling.v2.ExternalMetricSource": workloads.external_target,
    "autoscaling.v2.HPAScalingPolicy": workloads.scaling_policy,
    "autoscaling.v2.HPAScalingRules": workloads.scaling_rules,
    "autoscaling.v2.HorizontalPodAutoscalerSpec": workloads.autoscaler_spec,
    "autoscaling.v2.MetricSpec": workloads.metric,
    "autoscaling.v2.ObjectMetricSource": workloads.object_metric,
    "autoscaling.v2.PodsMetricSource": workloads.pods_target,
    "autoscaling.v2.ResourceMetricSource": workloads.resource_target,
    "batch.v1.CronJobSpec": workloads.cron_job_spec,
    "batch.v1.JobSpec": workloads.job_spec,
    "batch.v1.JobTemplateSpec": workloads.job_template,
    "core.v1.AppArmorProfile": pods.profile("AppArmor"),
    "core.v1.ClientIPConfig": networks.client_affinity,
    "core.v1.ConfigMapKeySelector": pods.named,
    "core.v1.ConfigMapProjection": pods.named,
    "core.v1.ConfigMapVolumeSource": pods.named,
    "core.v1.Container": pods.container,
    "core.v1.DownwardAPIVolumeFile": pods.downward_file,
    "core.v1.EnvFromSource": pods.environment_source,
    "core.v1.EnvVar": pods.environment_variable,
    "core.v1.EnvVarSource": pods.variable_source,
    "core.v1.ExecAction": pods.execution,
    "core.v1.HostPathVolumeSource": pods.host_path,
    "core.v1.KeyToPath": pods.key_to_path,
    "core.v1.LifecycleHandler": pods.handler,
    "core.v1.LimitRangeItem": resources.limit_range_item,
    "core.v1.LimitRangeSpec": resources.limit_range_spec,
    "core.v1.NodeSelectorRequirement": partial(requirement, is_of_nodes=True),
    "core.v1.PersistentVolumeClaimSpec": resources.claim_spec,
    "core.v1.Pod": pods.template,
    "core.v1.PodSecurityContext": pods.pod_security_context,
    "core.v1.PodSpec": pods.pod_spec,
    "core.v1.PodTemplateSpec": pods.pod_template,
    "core.v1.Probe": pods.probe,
    "core.v1.ResourceQuotaSpec": resources.quota_spec,
    "core.v1.ResourceRequirements": resources.requirements,
    "core.v1.SeccompProfile": pods.profile("seccomp"),
    "core.v1.SecretKeySelector": pods.named,
    "core.v1.SecretProjection": pods.named,
    "core.v1.SecretVolumeSource": pods.secret_volume,
    "core.v1.SecurityContext": pods.security_context,
    "core.v1.ServiceAccountTokenProjection": pods.token_projection,
    "core.v1.ServicePort": networks.service_port,
    "core.v1.ServiceSpec": networks.service_spec,
    "core.v1.Toleration": pods.toleration,
    "core.v1.TopologySpreadConstraint": pods.spread,
    "core.v1.Volume": pods.volume,
    "core.v1.VolumeMount": pods.volume_mount,
    "core.v1.VolumeProjection": pods.projection,
    "meta.v1.LabelSelector": selector,
    "meta.v1.LabelSelectorRequirement": requirement,
    "networking.v1.HTTPIngressPath": networks.ingress_path,
    "networking.v1.IPBlock": networks.address_block,
    "networking.v1.IngressBackend": networks.ingress_backend,
    "networking.v1.IngressServiceBackend": networks.ingress_service,
    "networking.v1.IngressSpec": networks.ingress_spec,
    "networking.v1.NetworkPolicyPeer": networks.policy_peer,
    "networking.v1.NetworkPolicyPort": networks.policy_port,
    "networking.v1.NetworkPolicySpec": networks.policy_spec,
    "policy.v1.PodDisruptionBudgetSpec": workloads.budget_spec,
    "rbac.v1.AggregationRule": access.aggregation,
    "rbac.v1.PolicyRule": access.rule,
    "rbac.v1.RoleRef": access.role_reference,
    "rbac.v1.Subject": access.subject,
}
"""What fields of a struct have to do with each other."""

# OpenAPI calls these required, since Go always writes them, and yet they may be empty; or somebody
# else says that they are not.
MAY_BE_EMPTY: Mapping[str, tuple[str, ...]] = {
    "core.v1.HTTPHeader": ("value",),
    "core.v1.LimitRangeItem": ("type",),
    "core.v1.LimitRangeSpec": ("limits",),
    "core.v1.ObjectFieldSelector": ("fieldPath",),
    "core.v1.ResourceFieldSelector": ("resource",),
    "core.v1.Sysctl": ("value",),
    "meta.v1.Condition": ("message",),
    "meta.v1.LabelSelectorRequirement": ("operator",),
    "meta.v1.OwnerReference": ("apiVersion", "kind", "name", "uid"),
}


def judge(struct: str, fields: Iterable[str]) -> Judge | None:
    """What is to be said of a struct, of which OpenAPI says that *fields* are required."""
    excepted = MAY_BE_EMPTY.get(struct, ())
    wanted = [field for field in fields if field not in excepted]
    checks, whole = FIELDS.get(struct, {}), STRUCTS.get(struct)
    if not (wanted or checks or whole):
        return None

    def judged(path: str, value: Fields) -> Iterator[Problem]:
        for field in wanted:
            if value.get(field) in (None, "", []):
                yield required(join(path, field))
        for field, check in checks.items():
            if value.get(field) is not None:
                yield from check(join(path, field), value[field])
        if whole:
            yield from whole(path, value)

    return judged
