"""Schemas of built-in kinds, as far as they matter: defaults, and how lists and maps are owned."""

from typing import Any

from hooks.quantity import MILLI, NANO

Document = dict[str, Any]


def struct(**properties: Any) -> Document:
    """A built-in struct: only the fields worth a word are named, all others exist as well."""
    return {
        "type": "object",
        "x-kubernetes-preserve-unknown-fields": True,
        "typed": True,
        "properties": properties,
    }


def default(value: Any) -> Document:
    return {"default": value}


def present(**properties: Any) -> Document:
    """A struct that is always there, if only with the defaults of its *properties*."""
    return {**struct(**properties), **default({})}


def keyed(*keys: str, **properties: Any) -> Document:
    """A list whose items are merged and owned one by one, told apart by *keys*."""
    return {
        "type": "array",
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": keys,
        "items": struct(**properties),
    }


def items(**properties: Any) -> Document:
    """A list that is owned and replaced as a whole."""
    return {"type": "array", "items": struct(**properties)}


def atomic(**properties: Any) -> Document:
    """A struct that is owned and replaced as a whole."""
    return {**struct(**properties), "x-kubernetes-map-type": "atomic"}


STRINGS: Document = {"type": "object", "additionalProperties": {"type": "string"}}
ATOMIC_STRINGS = {**STRINGS, "x-kubernetes-map-type": "atomic"}
TEXT: Document = {"type": "string"}
NUMBER: Document = {"type": "integer"}
FLAG: Document = {"type": "boolean", "omitempty": True}
NUMBER_OR_SHARE: Document = {"x-kubernetes-int-or-string": True}
OMITEMPTY: Document = {"omitempty": True}
QUANTITY: Document = {"quantity": NANO}
RESOURCES: Document = {"type": "object", "additionalProperties": {"quantity": MILLI}}
SELECTOR = atomic(matchLabels=STRINGS)
METADATA = present(labels=STRINGS, annotations=STRINGS)
DEFAULT_MODE = 0o644

NAMED = struct(name=TEXT)
KEY_OF = {"key": TEXT, "name": TEXT}
KEYS = items(key=TEXT)

PROBE = struct(
    failureThreshold=default(3),
    httpGet=struct(path=default("/"), scheme=default("HTTP")),
    initialDelaySeconds=OMITEMPTY,
    periodSeconds=default(10),
    successThreshold=default(1),
    timeoutSeconds=default(1),
)
CONTAINERS = keyed(
    "name",
    env=keyed(
        "name",
        valueFrom=struct(
            configMapKeyRef=atomic(**KEY_OF),
            fieldRef=atomic(apiVersion=default("v1")),
            resourceFieldRef=atomic(divisor={**QUANTITY, **default("0")}),
            secretKeyRef=atomic(**KEY_OF),
        ),
    ),
    envFrom=items(configMapRef=NAMED, secretRef=NAMED),
    image=TEXT,
    imagePullPolicy=default("IfNotPresent"),
    livenessProbe=PROBE,
    name=TEXT,
    ports=keyed("containerPort", "protocol", protocol=default("TCP")),
    readinessProbe=PROBE,
    resources=present(limits=RESOURCES, requests=RESOURCES),
    startupProbe=PROBE,
    stdin=FLAG,
    stdinOnce=FLAG,
    terminationMessagePath=default("/dev/termination-log"),
    terminationMessagePolicy=default("File"),
    tty=FLAG,
    volumeDevices=keyed("devicePath"),
    volumeMounts=keyed("mountPath", readOnly=FLAG),
)
POD = struct(
    containers=CONTAINERS,
    dnsPolicy=default("ClusterFirst"),
    hostAliases=keyed("ip"),
    hostIPC=FLAG,
    hostNetwork=FLAG,
    hostPID=FLAG,
    imagePullSecrets=keyed("name"),
    initContainers=CONTAINERS,
    nodeSelector=ATOMIC_STRINGS,
    restartPolicy=default("Always"),
    schedulerName=default("default-scheduler"),
    securityContext=present(),
    terminationGracePeriodSeconds=default(30),
    topologySpreadConstraints=keyed("topologyKey", "whenUnsatisfiable", labelSelector=SELECTOR),
    volumes=keyed(
        "name",
        configMap=struct(defaultMode=default(DEFAULT_MODE), items=KEYS, name=TEXT),
        emptyDir=struct(sizeLimit=QUANTITY),
        projected=struct(
            defaultMode=default(DEFAULT_MODE),
            sources=items(
                configMap=struct(items=KEYS, name=TEXT), secret=struct(items=KEYS, name=TEXT)
            ),
        ),
        secret=struct(defaultMode=default(DEFAULT_MODE), items=KEYS, secretName=TEXT),
    ),
)
TEMPLATE = struct(metadata=METADATA, spec=POD)


def status(*numbers: str, **condition: Document) -> Document:
    """A status, of which the *numbers* are 0 from the beginning; and fields of a *condition*."""
    return present(conditions=keyed("type", **condition), **dict.fromkeys(numbers, default(0)))


def workload(status: Document, **spec: Any) -> Document:
    common = {
        "selector": SELECTOR,
        "template": TEMPLATE,
        "revisionHistoryLimit": {**NUMBER, **default(10)},
    }
    return struct(spec=struct(**common, **spec), status=status)


def rolling_update(**parameters: Any) -> Document:
    """The default is to roll, with *parameters*."""
    rolling = {"type": "RollingUpdate", "rollingUpdate": parameters}
    bounds = struct(maxSurge=NUMBER_OR_SHARE, maxUnavailable=NUMBER_OR_SHARE)
    return {**struct(type=default("RollingUpdate"), rollingUpdate=bounds), **default(rolling)}


DEPLOYMENT = workload(
    status(),
    minReadySeconds={**NUMBER, **OMITEMPTY},
    paused=FLAG,
    progressDeadlineSeconds={**NUMBER, **default(600)},
    replicas={**NUMBER, **default(1)},
    strategy=rolling_update(maxSurge="25%", maxUnavailable="25%"),
)
CLAIM_SPEC = struct(
    resources=struct(limits=RESOURCES, requests=RESOURCES), volumeMode=default("Filesystem")
)
STATEFUL_SET = workload(
    status("replicas", "availableReplicas"),
    persistentVolumeClaimRetentionPolicy=present(
        whenDeleted=default("Retain"), whenScaled=default("Retain")
    ),
    podManagementPolicy=default("OrderedReady"),
    replicas=default(1),
    serviceName=default(""),
    updateStrategy=rolling_update(partition=0),
    volumeClaimTemplates={
        "type": "array",
        "items": struct(
            apiVersion=default("v1"),
            kind=default("PersistentVolumeClaim"),
            spec=CLAIM_SPEC,
            status=present(phase=default("Pending")),
        ),
    },
)
DAEMON_SET = workload(
    status("currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady"),
    updateStrategy=rolling_update(maxSurge=0, maxUnavailable=1),
)
REPLICA_SET = struct(
    spec=struct(
        minReadySeconds={**NUMBER, **OMITEMPTY},
        replicas={**NUMBER, **default(1)},
        selector=SELECTOR,
        template=TEMPLATE,
    ),
    status=status("replicas"),
)
JOB_SPEC = struct(selector=SELECTOR, template=TEMPLATE)
JOB = struct(
    spec=struct(
        backoffLimit=default(6),
        completionMode=default("NonIndexed"),
        manualSelector=default(False),
        podReplacementPolicy=default("TerminatingOrFailed"),
        selector=SELECTOR,
        suspend=default(False),
        template=TEMPLATE,
    ),
    status=status(),
)
CRON_JOB = struct(
    spec=struct(
        concurrencyPolicy=default("Allow"),
        failedJobsHistoryLimit=default(1),
        jobTemplate=struct(metadata=METADATA, spec=JOB_SPEC),
        successfulJobsHistoryLimit=default(3),
        suspend=default(False),
    ),
    status=status(),
)
SERVICE = struct(
    spec=struct(
        internalTrafficPolicy=default("Cluster"),
        ipFamilies={"type": "array", **default(["IPv4"])},
        ipFamilyPolicy=default("SingleStack"),
        ports=keyed("port", "protocol", protocol=default("TCP")),
        publishNotReadyAddresses=FLAG,
        selector=ATOMIC_STRINGS,
        sessionAffinity=default("None"),
        type=default("ClusterIP"),
    ),
    status=present(conditions=keyed("type"), loadBalancer=present()),
)
AUTOSCALER = struct(
    spec=struct(minReplicas=default(1)),
    # A metric that is not there has a type that is empty.
    status={
        **struct(
            conditions=keyed("type"),
            currentMetrics=items(type=default("")),
            desiredReplicas=default(0),
        ),
        **default({}),
    },
)
NODE = struct(spec=present(), status=present(allocatable=RESOURCES, capacity=RESOURCES))
CLAIM = struct(spec=CLAIM_SPEC, status=present(phase=default("Pending"), capacity=RESOURCES))
LIMIT_RANGE = struct(
    spec=struct(
        limits=items(
            default=RESOURCES,
            defaultRequest=RESOURCES,
            max=RESOURCES,
            maxLimitRequestRatio=RESOURCES,
            min=RESOURCES,
        )
    )
)
QUOTA = struct(spec=struct(hard=RESOURCES), status=present(hard=RESOURCES, used=RESOURCES))
DISRUPTION_BUDGET = struct(
    spec=struct(maxUnavailable=NUMBER_OR_SHARE, minAvailable=NUMBER_OR_SHARE, selector=SELECTOR),
    # Its conditions are of a newer sort, which always have a message.
    status=status(
        *("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"),
        message=default(""),
    ),
)
NETWORK_POLICY = struct(spec=struct(podSelector=SELECTOR))
SINGLE_POD = struct(spec=POD, status=present(phase=default("Pending")))

RAW: Document = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
REVISION: Document = {"type": "object", "properties": {"data": RAW, "revision": NUMBER}}
IMMUTABLE = {"type": "boolean"}
CONFIG_MAP: Document = {
    "type": "object",
    "properties": {"immutable": IMMUTABLE, "data": STRINGS, "binaryData": STRINGS},
}
SECRET: Document = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "immutable": IMMUTABLE,
        "data": STRINGS,
        "stringData": STRINGS,
    },
}
OPEN = struct()
