"""What objects of the kinds that hooks make say, drawn by Hypothesis: nearly all are sound."""

import hypothesis.strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from tests.cluster.drawn_pods import (
    AMOUNTS,
    FLAGS,
    LABELS,
    MEMORY,
    METADATA,
    NUMBERS,
    PORT_NAMES,
    PORTS,
    PROTOCOLS,
    SELECTORS,
    SHARES,
    Drawn,
    Manifest,
    of,
    pod_specs,
    some,
)

SELECTED = {"app": "web"}


@st.composite
def templates(draw: DrawFn) -> Manifest:
    metadata = draw(METADATA)
    metadata["labels"] = {**metadata.get("labels", {}), **SELECTED}
    return {"metadata": metadata, "spec": draw(pod_specs(restart="Always"))}


def workloads(**optional: Drawn) -> SearchStrategy[Manifest]:
    return of(
        {
            "selector": st.just({"matchLabels": SELECTED}),
            "template": templates(),
        },
        minReadySeconds=NUMBERS,
        revisionHistoryLimit=NUMBERS,
        **optional,
    ).map(lambda spec: {"spec": spec})


BOUNDS = of(maxSurge=SHARES, maxUnavailable=SHARES)
DEPLOYMENT = workloads(
    paused=FLAGS,
    progressDeadlineSeconds=st.sampled_from([60, 600]),
    replicas=NUMBERS,
    strategy=st.one_of(
        st.just({"type": "Recreate"}),
        of(type=st.just("RollingUpdate"), rollingUpdate=BOUNDS),
    ),
)
CLAIMS = of(
    {
        "accessModes": st.just(["ReadWriteOnce"]),
        "resources": of({"requests": of({"storage": MEMORY})}),
    },
    storageClassName=st.sampled_from(["", "fast"]),
    volumeMode=st.just("Filesystem"),
)
STATEFUL_SET = workloads(
    ordinals=of(start=NUMBERS),
    persistentVolumeClaimRetentionPolicy=of(
        whenDeleted=st.sampled_from(["Retain", "Delete"]), whenScaled=st.just("Delete")
    ),
    podManagementPolicy=st.sampled_from(["OrderedReady", "Parallel"]),
    replicas=NUMBERS,
    serviceName=st.sampled_from(["", "web-headless"]),
    updateStrategy=st.one_of(
        st.just({"type": "OnDelete"}),
        of({"type": st.just("RollingUpdate")}, rollingUpdate=of(partition=NUMBERS)),
        st.just({}),
    ),
    volumeClaimTemplates=some(of({"metadata": st.just({"name": "queue"}), "spec": CLAIMS}), most=1),
)
DAEMON_SET = workloads(
    updateStrategy=st.one_of(
        st.just({"type": "OnDelete"}),
        of(type=st.just("RollingUpdate"), rollingUpdate=of(maxUnavailable=SHARES)),
    ),
)
JOBS = of(
    {
        "template": of(
            {"spec": pod_specs(restart="Never")},
            metadata=METADATA,
        )
    },
    activeDeadlineSeconds=NUMBERS.filter(bool),
    backoffLimit=NUMBERS,
    completions=NUMBERS,
    parallelism=NUMBERS,
    ttlSecondsAfterFinished=NUMBERS,
    suspend=FLAGS,
)
CRON_JOB = of(
    {
        "schedule": st.sampled_from(["*/5 * * * *", "@hourly", "0 0 1,15 * mon-fri"]),
        "jobTemplate": of({"spec": JOBS}, metadata=METADATA),
    },
    concurrencyPolicy=st.sampled_from(["Allow", "Forbid", "Replace"]),
    failedJobsHistoryLimit=NUMBERS,
    startingDeadlineSeconds=NUMBERS,
    successfulJobsHistoryLimit=NUMBERS,
    suspend=FLAGS,
    timeZone=st.sampled_from(["Etc/UTC", "Europe/Berlin"]),
).map(lambda spec: {"spec": spec})
SERVICE_PORTS = some(
    of(
        {"port": PORTS, "name": PORT_NAMES},
        appProtocol=st.just("http"),
        protocol=PROTOCOLS,
        targetPort=PORTS | PORT_NAMES,
    ),
    least=1,
    by=(lambda each: (each["port"], each.get("protocol", "TCP")), lambda each: each["name"]),
)
SERVICE = st.one_of(
    of(
        {"ports": SERVICE_PORTS},
        clusterIP=st.sampled_from(["None", ""]),
        internalTrafficPolicy=st.sampled_from(["Cluster", "Local"]),
        ipFamilyPolicy=st.sampled_from(["SingleStack", "PreferDualStack"]),
        publishNotReadyAddresses=FLAGS,
        selector=LABELS,
        sessionAffinity=st.sampled_from(["None", "ClientIP"]),
        trafficDistribution=st.just("PreferClose"),
        type=st.just("ClusterIP"),
    ),
    of(
        {"ports": SERVICE_PORTS, "type": st.sampled_from(["LoadBalancer", "NodePort"])},
        externalTrafficPolicy=st.sampled_from(["Cluster", "Local"]),
        loadBalancerSourceRanges=st.just(["10.0.0.0/8"]),
        selector=LABELS,
    ).filter(lambda spec: spec["type"] == "LoadBalancer" or "loadBalancerSourceRanges" not in spec),
    of({"type": st.just("ExternalName"), "externalName": st.just("a.example.com")}),
).map(lambda spec: {"spec": spec})
TARGETS = st.one_of(
    of({"type": st.just("Utilization"), "averageUtilization": st.sampled_from([1, 80, 200])}),
    of({"type": st.just("AverageValue"), "averageValue": st.sampled_from(["100m", "0.5", 2])}),
)
METRICS = some(
    st.one_of(
        of({"name": st.sampled_from(["cpu", "memory"]), "target": TARGETS}).map(
            lambda found: {"type": "Resource", "resource": found}
        ),
        of(
            {
                "metric": st.just({"name": "m"}),
                "target": of({"type": st.just("AverageValue"), "averageValue": MEMORY}),
            }
        ).map(lambda found: {"type": "Pods", "pods": found}),
    )
)
RULES = of(
    {
        "policies": some(
            of(
                {
                    "type": st.sampled_from(["Pods", "Percent"]),
                    "value": st.just(4),
                    "periodSeconds": st.just(60),
                }
            ),
            least=1,
        )
    },
    selectPolicy=st.sampled_from(["Max", "Min", "Disabled"]),
    stabilizationWindowSeconds=st.sampled_from([0, 60]),
)
AUTOSCALER = of(
    {
        "scaleTargetRef": st.just({"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}),
        "maxReplicas": st.integers(5, 9),
    },
    behavior=of(scaleDown=RULES, scaleUp=RULES),
    metrics=METRICS,
    minReplicas=st.integers(1, 5),
).map(lambda spec: {"spec": spec})
BUDGET = st.one_of(
    of({"minAvailable": SHARES | st.just(0)}, selector=SELECTORS),
    of(
        {"maxUnavailable": SHARES | st.just(0)},
        selector=SELECTORS,
        unhealthyPodEvictionPolicy=st.just("AlwaysAllow"),
    ),
).map(lambda spec: {"spec": spec})
PEERS = some(
    st.one_of(
        of(podSelector=SELECTORS, namespaceSelector=SELECTORS).filter(bool),
        of(
            {
                "ipBlock": of(
                    {"cidr": st.just("10.0.0.0/8")},
                    **{"except": some(st.sampled_from(["10.1.0.0/16", "10.0.0.0/8"]), most=1)},
                )
            }
        ),
    )
)
POLICY_PORTS = some(
    st.one_of(
        of({"port": PORTS | PORT_NAMES}, protocol=PROTOCOLS),
        st.just({"port": 1000, "endPort": 2000}),
        of(protocol=PROTOCOLS),
    )
)
POLICY = of(
    {"podSelector": SELECTORS},
    egress=some(of(to=PEERS, ports=POLICY_PORTS)),
    ingress=some(of({}, **{"from": PEERS, "ports": POLICY_PORTS})),
    policyTypes=some(st.sampled_from(["Ingress", "Egress"])),
).map(lambda spec: {"spec": spec})
QUOTA = of(
    hard=st.dictionaries(
        st.sampled_from(["pods", "requests.cpu", "limits.memory", "count/deployments.apps"]),
        st.sampled_from([1, "2", "1.5", "1000m"]),
        max_size=2,
    ).map(
        lambda hard: {
            name: hard[name] if "." in name and "count" not in name else "4" for name in hard
        }
    ),
    scopes=st.just(["NotTerminating"]),
).map(lambda spec: {"spec": spec})
RANGE = of(
    {
        "limits": some(
            least=1,
            item=st.one_of(
                of(
                    {"type": st.just("Container")},
                    default=st.just({"cpu": "1", "memory": "1024Mi"}),
                    defaultRequest=st.just({"cpu": 0.5}),
                    max=st.just({"cpu": 2, "memory": "2Gi"}),
                    min=st.just({"cpu": "10m"}),
                ),
                of({"type": st.just("Pod")}, max=AMOUNTS),
            ),
            by=lambda each: each["type"],
        )
    }
).map(lambda spec: {"spec": spec})
CONFIG = of(
    binaryData=st.dictionaries(st.just("b"), st.sampled_from(["", "AAE="]), min_size=1),
    data=st.dictionaries(
        st.sampled_from(["a", "b.yaml", "C_d"]), st.sampled_from(["", "x", "ü\n"]), max_size=2
    ),
    immutable=FLAGS,
)
ACCOUNT = of(
    automountServiceAccountToken=FLAGS,
    imagePullSecrets=some(st.sampled_from([{"name": "a"}, {"name": "b"}])),
    secrets=some(st.sampled_from([{"name": "a"}, {"name": "b", "namespace": "c"}])),
)
