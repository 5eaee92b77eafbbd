"""Objects that the API server refuses, and its words. A test asks the real one as well."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orasi.cluster.api import Manifest, Resource
from tests.memory.workloads import (
    AUTOSCALERS,
    BUDGETS,
    CRON_JOBS,
    DAEMON_SETS,
    DEPLOYMENTS,
    JOBS,
    SERVICES,
    STATEFUL_SETS,
    autoscaler,
    budget,
    container,
    cron_job,
    daemon_set,
    deployment,
    job,
    manifest,
    stateful_set,
)


@dataclass(frozen=True)
class Wrong:
    """What is created, and the fields of its spec that are changed then."""

    message: str
    resource: Resource
    body: Manifest
    changes: Manifest | None = None

    @property
    def code(self) -> int:
        return 400 if "cannot be handled" in self.message else 422


def selecting(labels: Mapping[str, str]) -> Manifest:
    return {"selector": {"matchLabels": dict(labels)}}


def service(**spec: Any) -> Manifest:
    return manifest(SERVICES, "web", {"ports": [{"port": 80}], **spec})


def rolling(**parameters: Any) -> dict[str, Any]:
    return {"strategy": {"type": "RollingUpdate", "rollingUpdate": parameters}}


LONG = "x" * 53
LONGER = "x" * 61
LABELS = {"app": "web", "b": "c"}
MORE = {
    **selecting(LABELS),
    "template": {"metadata": {"labels": LABELS}, "spec": {"containers": [container()]}},
}
AUTOSCALER = 'HorizontalPodAutoscaler.autoscaling "web" is invalid: '
ROLLING = "spec.updateStrategy.rollingUpdate"
WRONG = {
    "stateful-set-change": Wrong(
        (
            'StatefulSet.apps "web" is invalid: spec: Forbidden: updates to statefulset spec for '
            "fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
            "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and "
            "'minReadySeconds' are forbidden"
        ),
        STATEFUL_SETS,
        stateful_set(),
        {"serviceName": "other"},
    ),
    "stateful-set-replicas": Wrong(
        (
            'StatefulSet.apps "web" is invalid: spec.replicas: Invalid value: -1: must be '
            "greater than or equal to 0"
        ),
        STATEFUL_SETS,
        stateful_set(replicas=-1),
    ),
    "daemon-set-both": Wrong(
        (
            f'DaemonSet.apps "web" is invalid: {ROLLING}.maxSurge: Invalid value: 1: may not be '
            "set when maxUnavailable is non-zero"
        ),
        DAEMON_SETS,
        daemon_set(updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}),
    ),
    "daemon-set-neither": Wrong(
        (
            f'DaemonSet.apps "web" is invalid: {ROLLING}.maxUnavailable: Required value: cannot '
            "be 0 when maxSurge is 0"
        ),
        DAEMON_SETS,
        daemon_set(
            updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0}}
        ),
    ),
    "autoscaler-bounds": Wrong(
        (
            f"{AUTOSCALER}spec.maxReplicas: Invalid value: 1: must be greater than or equal to "
            "`minReplicas`"
        ),
        AUTOSCALERS,
        autoscaler(maxReplicas=1),
    ),
    "autoscaler-without-most": Wrong(
        (
            f"{AUTOSCALER}[spec.maxReplicas: Required value: must be set and greater than 0, "
            "spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`]"
        ),
        AUTOSCALERS,
        autoscaler(maxReplicas=0),
    ),
    "selector-mismatch": Wrong(
        (
            'Deployment.apps "web" is invalid: spec.template.metadata.labels: Invalid '
            'value: {"app":"web"}: `selector` does not match template `labels`'
        ),
        DEPLOYMENTS,
        deployment(**selecting({"app": "x"})),
    ),
    "selector-change": Wrong(
        (
            'Deployment.apps "web" is invalid: spec.selector: Invalid value: '
            '{"matchLabels":{"app":"web","b":"c"}}: field is immutable'
        ),
        DEPLOYMENTS,
        deployment(),
        deployment(**MORE)["spec"],
    ),
    "limits": Wrong(
        (
            'Deployment.apps "web" is invalid: '
            'spec.template.spec.containers[0].resources.requests: Invalid value: "2": '
            "must be less than or equal to cpu limit of 1500m"
        ),
        DEPLOYMENTS,
        deployment(resources={"requests": {"cpu": 2}, "limits": {"cpu": "1500m"}}),
    ),
    "no-quantity": Wrong(
        (
            'Deployment in version "v1" cannot be handled as a Deployment: quantities '
            "must match the regular expression "
            "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
        ),
        DEPLOYMENTS,
        deployment(resources={"limits": {"cpu": "much"}}),
    ),
    "no-suffix": Wrong(
        (
            'Deployment in version "v1" cannot be handled as a Deployment: unable to '
            "parse quantity's suffix"
        ),
        DEPLOYMENTS,
        deployment(resources={"limits": {"memory": "1K"}}),
    ),
    "no-way-to-roll": Wrong(
        (
            'Deployment.apps "web" is invalid: '
            "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be "
            "0 when `maxSurge` is 0"
        ),
        DEPLOYMENTS,
        deployment(**rolling(maxSurge=0, maxUnavailable=0)),
    ),
    "no-share": Wrong(
        (
            'Deployment.apps "web" is invalid: '
            "[spec.strategy.rollingUpdate.maxUnavailable: Invalid value: -1: must be "
            "greater than or equal to 0, spec.strategy.rollingUpdate.maxSurge: Invalid "
            'value: "many": a valid percent string must be a numeric string followed '
            "by an ending '%' (e.g. '1%',  or '93%', regex used for validation is "
            "'[0-9]+%')]"
        ),
        DEPLOYMENTS,
        deployment(**rolling(maxSurge="many", maxUnavailable=-1)),
    ),
    "negative": Wrong(
        (
            'Deployment.apps "web" is invalid: [spec.replicas: Invalid value: -1: must '
            "be greater than or equal to 0, spec.minReadySeconds: Invalid value: -2: "
            "must be greater than or equal to 0]"
        ),
        DEPLOYMENTS,
        deployment(replicas=-1, minReadySeconds=-2),
    ),
    "nameless": Wrong(
        ('Deployment.apps "web" is invalid: spec.template.spec.containers[0].name: Required value'),
        DEPLOYMENTS,
        deployment(pod={"containers": [{"image": "web:1"}]}),
    ),
    "deadline": Wrong(
        (
            'Deployment.apps "web" is invalid: spec.progressDeadlineSeconds: Invalid '
            "value: 9: must be greater than minReadySeconds"
        ),
        DEPLOYMENTS,
        deployment(minReadySeconds=9, progressDeadlineSeconds=9),
    ),
    "budget": Wrong(
        (
            'PodDisruptionBudget.policy "web" is invalid: spec: Invalid value: '
            '{"MinAvailable":1,"Selector":{"matchLabels":{"app":"web"}},'
            '"MaxUnavailable":1,"UnhealthyPodEvictionPolicy":null}: '
            "minAvailable and maxUnavailable cannot be both set"
        ),
        BUDGETS,
        budget(minAvailable=1, maxUnavailable=1),
    ),
    "address": Wrong(
        (
            'Service "web" is invalid: spec.clusterIPs[0]: Invalid value: '
            '["10.96.77.78"]: may not change once set'
        ),
        SERVICES,
        service(clusterIP="10.96.77.77"),
        {"clusterIP": "10.96.77.78", "clusterIPs": ["10.96.77.78"]},
    ),
    "headless": Wrong(
        (
            'Service "web" is invalid: spec.clusterIPs[0]: Invalid value: ["None"]: '
            "may not change once set"
        ),
        SERVICES,
        service(clusterIP="10.96.77.79"),
        {"clusterIP": "None", "clusterIPs": ["None"]},
    ),
    "service-node-port": Wrong(
        (
            'Service "web" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is '
            "not in the valid range. The range of valid ports is 30000-32767"
        ),
        SERVICES,
        service(type="NodePort", ports=[{"port": 80, "nodePort": 80}]),
    ),
    "service-dual-stack": Wrong(
        (
            'Service "web" is invalid: spec.ipFamilyPolicy: Invalid value: "RequireDualStack": '
            "this cluster is not configured for dual-stack services"
        ),
        SERVICES,
        service(ipFamilyPolicy="RequireDualStack"),
    ),
    "stateful-set-retention": Wrong(
        (
            'StatefulSet.apps "web" is invalid: '
            "spec.persistentVolumeClaimRetentionPolicy.whenDeleted: Unsupported value: "
            '"Keep": supported values: "Retain", "Delete"'
        ),
        STATEFUL_SETS,
        stateful_set(persistentVolumeClaimRetentionPolicy={"whenDeleted": "Keep"}),
    ),
    "autoscaler-select-policy": Wrong(
        (
            f"{AUTOSCALER}spec.behavior.scaleUp.selectPolicy: Unsupported value: "
            '"x": supported values: "Disabled", "Max", "Min"'
        ),
        AUTOSCALERS,
        autoscaler(behavior={"scaleUp": {"selectPolicy": "x"}}),
    ),
    "cron-job-schedule": Wrong(
        (
            'CronJob.batch "web" is invalid: spec.schedule: Invalid value: "5 0 * *": expected '
            "exactly 5 fields, found 4: [5 0 * *]"
        ),
        CRON_JOBS,
        cron_job(schedule="5 0 * *"),
    ),
    "cron-job-name": Wrong(
        (
            f'CronJob.batch "{LONG}" is invalid: metadata.name: Invalid value: "{LONG}": must be '
            "no more than 52 characters"
        ),
        CRON_JOBS,
        cron_job(LONG),
    ),
    "cron-job-pods": Wrong(
        (
            'CronJob.batch "web" is invalid: '
            "[spec.jobTemplate.spec.template.spec.containers[0].name: Required value, "
            "spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: "
            '"OnFailure", "Never"]'
        ),
        CRON_JOBS,
        cron_job(pod={"restartPolicy": "Always", "containers": [{"image": "web:1"}]}),
    ),
    "cron-job-negative": Wrong(
        (
            'CronJob.batch "web" is invalid: [spec.startingDeadlineSeconds: Invalid value: -1: '
            "must be greater than or equal to 0, spec.successfulJobsHistoryLimit: Invalid value: "
            "-1: must be greater than or equal to 0, spec.failedJobsHistoryLimit: Invalid value: "
            "-1: must be greater than or equal to 0]"
        ),
        CRON_JOBS,
        cron_job(
            startingDeadlineSeconds=-1, successfulJobsHistoryLimit=-1, failedJobsHistoryLimit=-1
        ),
    ),
    "job-pods": Wrong(
        (
            'Job.batch "web" is invalid: [spec.template.spec.containers[0].name: Required value, '
            'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"]'
        ),
        JOBS,
        job(pod={"restartPolicy": "Always", "containers": [{"image": "web:1"}]}),
    ),
    "job-negative": Wrong(
        (
            'Job.batch "web" is invalid: [spec.parallelism: Invalid value: -1: must be greater '
            "than or equal to 0, spec.completions: Invalid value: -1: must be greater than or "
            "equal to 0, spec.activeDeadlineSeconds: Invalid value: -1: must be greater than or "
            "equal to 0, spec.backoffLimit: Invalid value: -1: must be greater than or equal to "
            "0, spec.ttlSecondsAfterFinished: Invalid value: -1: must be greater than or equal "
            "to 0]"
        ),
        JOBS,
        job(
            parallelism=-1,
            completions=-1,
            activeDeadlineSeconds=-1,
            backoffLimit=-1,
            ttlSecondsAfterFinished=-1,
        ),
    ),
    "job-indexed-name": Wrong(
        (
            f'Job.batch "{LONGER}" is invalid: metadata.name: Invalid value: "{LONGER}": will not '
            f"able to create pod with invalid DNS label: {LONGER}-10"
        ),
        JOBS,
        job(LONGER, completionMode="Indexed", completions=11, parallelism=1),
    ),
    "service-families": Wrong(
        (
            'Service "web" is invalid: spec.ipFamilyPolicy: Invalid value: "PreferDualStack": must '
            "be 'SingleStack' to release the secondary IP family"
        ),
        SERVICES,
        service(clusterIP="None", ipFamilyPolicy="PreferDualStack"),
        {"ipFamilies": ["IPv6"]},
    ),
}
