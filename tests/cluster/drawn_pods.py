"""Pods as authors of hooks write them, drawn by Hypothesis: nearly all of them are sound."""

from functools import cache
from typing import Any

import hypothesis.strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

Manifest = dict[str, Any]
Drawn = SearchStrategy[Any]

VOLUMES = ("config", "data", "tmp")


def of(required: dict[str, Drawn] | None = None, /, **optional: Drawn) -> SearchStrategy[Manifest]:
    """An object with all of *required* and some of *optional*."""
    return st.fixed_dictionaries(required or {}, optional=optional)


def some(item: Drawn, *, least: int = 0, most: int = 2, by: Any = str) -> SearchStrategy[list[Any]]:
    return st.lists(item, min_size=least, max_size=most, unique_by=by)


FLAGS = st.booleans()
KEYS = st.sampled_from(["app", "app.kubernetes.io/name", "tier", "a/b_c.d"])
VALUES = st.sampled_from(["web", "", "v1.2_3", "X"])
LABELS = st.dictionaries(KEYS, VALUES, max_size=2)
ANNOTATIONS = st.dictionaries(KEYS, st.sampled_from(["", "Hi", "a: b\n", "ü"]), max_size=2)
METADATA = of(labels=LABELS, annotations=ANNOTATIONS)
SHARES = st.sampled_from([1, 2, "10%", "100%"])
PORTS = st.sampled_from([80, 443, 8080, 65535])
PORT_NAMES = st.sampled_from(["http", "grpc-1", "metrics"])
PROTOCOLS = st.sampled_from(["TCP", "UDP", "SCTP"])
CPU = st.sampled_from(["100m", "0.5", 1, 2, 0.25, "1500m", "1e3", "0.0001"])
MEMORY = st.sampled_from(["64Mi", "1024Mi", "1Gi", 134217728, "1.5Gi", "100M", "1e9"])
AMOUNTS = of(cpu=CPU, memory=MEMORY, **{"ephemeral-storage": MEMORY})
# What is limited is not below what is asked for.
RESOURCES = st.one_of(
    of(requests=AMOUNTS),
    of(limits=AMOUNTS),
    st.just({"requests": {"cpu": "100m", "memory": "1Mi"}, "limits": {"cpu": 2, "memory": "2Gi"}}),
)
REQUIREMENTS = st.one_of(
    st.builds(lambda key: {"key": key, "operator": "Exists"}, KEYS),
    st.builds(lambda key, value: {"key": key, "operator": "In", "values": [value]}, KEYS, VALUES),
)
SELECTORS = of(matchLabels=LABELS, matchExpressions=some(REQUIREMENTS))

KEY_OF = of({"name": st.sampled_from(["a", "b-1"]), "key": st.just("k")}, optional=FLAGS)
SOURCE_OF_VALUES = st.one_of(
    KEY_OF.map(lambda found: {"configMapKeyRef": found}),
    KEY_OF.map(lambda found: {"secretKeyRef": found}),
    of({"fieldPath": st.sampled_from(["metadata.name", "status.podIP", "metadata.labels['a']"])})
    .filter(bool)
    .map(lambda found: {"fieldRef": found}),
    of({"resource": st.just("limits.cpu")}, divisor=st.sampled_from(["1m", 1, "1000m"])).map(
        lambda found: {"resourceFieldRef": found}
    ),
)
VARIABLES = some(
    st.one_of(
        of({"name": st.sampled_from(["A", "B.c"])}, value=st.sampled_from(["", "x", "$(A)"])),
        of({"name": st.sampled_from(["C", "D-e"]), "valueFrom": SOURCE_OF_VALUES}),
    ),
    by=lambda each: each["name"],
)
ALL_VARIABLES = some(
    st.one_of(
        of({"configMapRef": of({"name": st.just("a")}, optional=FLAGS)}, prefix=st.just("P_")),
        of({"secretRef": of({"name": st.just("s")}, optional=FLAGS)}),
    )
)
HEADERS = some(of({"name": st.just("X-A"), "value": st.sampled_from(["", "b"])}), most=1)
HANDLERS = st.one_of(
    of(
        {"port": PORTS | PORT_NAMES},
        path=st.sampled_from(["/", "/healthz", ""]),
        scheme=st.sampled_from(["HTTP", "HTTPS"]),
        httpHeaders=HEADERS,
        host=st.just("localhost"),
    ).map(lambda found: {"httpGet": found}),
    of({"port": PORTS}).map(lambda found: {"tcpSocket": found}),
    of(command=some(st.just("true"), least=1)).map(lambda found: {"exec": found}),
    of({"port": PORTS}, service=st.sampled_from(["", "a"])).map(lambda found: {"grpc": found}),
)
NUMBERS = st.integers(0, 5)


def probe(*, successes: Drawn = NUMBERS) -> SearchStrategy[Manifest]:
    timing = of(
        initialDelaySeconds=NUMBERS,
        periodSeconds=NUMBERS,
        timeoutSeconds=NUMBERS,
        failureThreshold=NUMBERS,
        successThreshold=successes,
    )
    return st.builds(lambda handler, rest: {**handler, **rest}, HANDLERS, timing)


PROBES = of(
    livenessProbe=probe(successes=st.integers(0, 1)),
    readinessProbe=probe(),
    startupProbe=probe(successes=st.integers(0, 1)),
)
SECURITY = of(
    allowPrivilegeEscalation=st.just(False),
    privileged=st.just(False),
    readOnlyRootFilesystem=FLAGS,
    runAsNonRoot=FLAGS,
    runAsUser=st.sampled_from([0, 10001]),
    capabilities=of(drop=st.just(["ALL"]), add=st.just(["NET_BIND_SERVICE"])),
    seccompProfile=st.just({"type": "RuntimeDefault"}),
)
CONTAINER_PORTS = some(
    of(
        {"containerPort": PORTS},
        name=PORT_NAMES,
        protocol=PROTOCOLS,
        hostPort=st.just(0),
    ),
    by=lambda each: (each["containerPort"], each.get("protocol", "TCP")),
).filter(
    lambda ports: len({p["name"] for p in ports if "name" in p}) == sum("name" in p for p in ports)
)
IMAGES = st.sampled_from(
    [
        "web:1",
        "web",
        "web:latest",
        "r.example.com:5000/a/b",
        f"a@sha256:{'0' * 64}",
        f"a:1@sha256:{'0' * 64}",
    ]
)
LIFECYCLES = of(
    preStop=st.one_of(
        st.just({"exec": {"command": ["sleep", "5"]}}),
        st.just({"sleep": {"seconds": 5}}),
        of({"port": PORTS}).map(lambda found: {"httpGet": found}),
    )
)
MOUNTED = of({"mountPath": st.sampled_from(["/a", "/b/c"])}, readOnly=FLAGS, subPath=st.just("x/y"))


@cache
def containers(volumes: tuple[str, ...], *, most: int = 2) -> SearchStrategy[list[Manifest]]:
    """With mounts of these *volumes*."""
    mounts: Drawn = st.just([])
    if volumes:
        mount = st.builds(
            lambda name, rest: {"name": name, **rest}, st.sampled_from(volumes), MOUNTED
        )
        mounts = some(mount, by=lambda each: each["mountPath"])
    plain = of(
        {"name": st.sampled_from(["web", "proxy"]), "image": IMAGES},
        args=some(st.sampled_from(["", "-v", "a"])),
        command=some(st.just("run")),
        env=VARIABLES,
        envFrom=ALL_VARIABLES,
        imagePullPolicy=st.sampled_from(["Always", "IfNotPresent", "Never"]),
        lifecycle=LIFECYCLES,
        ports=CONTAINER_PORTS,
        resources=RESOURCES,
        securityContext=SECURITY,
        stdin=FLAGS,
        terminationMessagePolicy=st.just("FallbackToLogsOnError"),
        tty=FLAGS,
        volumeMounts=mounts,
        workingDir=st.sampled_from(["", "/w"]),
    )
    whole = st.builds(lambda body, probes: {**body, **probes}, plain, PROBES)
    return some(whole, least=1, most=most, by=lambda each: each["name"])


MODES = st.sampled_from([0o400, 0o644, 0])
FILES = some(
    of({"key": st.just("k"), "path": st.sampled_from(["a", "b/c"])}, mode=MODES),
    by=lambda each: each["path"],
)
PROJECTED = st.one_of(
    of({"name": st.just("a")}, items=FILES, optional=FLAGS).map(lambda f: {"configMap": f}),
    of({"name": st.just("s")}, items=FILES).map(lambda f: {"secret": f}),
    of({"path": st.just("token")}, expirationSeconds=st.just(7200), audience=st.just("x")).map(
        lambda f: {"serviceAccountToken": f}
    ),
)
DOWNWARD = some(
    st.just({"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}}),
)
VOLUME_SOURCES = st.one_of(
    of({"name": st.just("a")}, items=FILES, defaultMode=MODES, optional=FLAGS).map(
        lambda f: {"configMap": f}
    ),
    of({"secretName": st.just("s")}, items=FILES, defaultMode=MODES, optional=FLAGS).map(
        lambda f: {"secret": f}
    ),
    of(medium=st.sampled_from(["", "Memory"]), sizeLimit=MEMORY).map(lambda f: {"emptyDir": f}),
    of({"claimName": st.just("c")}, readOnly=FLAGS).map(lambda f: {"persistentVolumeClaim": f}),
    of({"path": st.just("/var/log")}, type=st.sampled_from(["", "Directory"])).map(
        lambda f: {"hostPath": f}
    ),
    of(sources=some(PROJECTED, least=1, most=1), defaultMode=MODES).map(lambda f: {"projected": f}),
    of(items=DOWNWARD, defaultMode=MODES).map(lambda f: {"downwardAPI": f}),
    st.just({}),
)
TOLERATIONS = some(
    st.one_of(
        st.just({"operator": "Exists"}),
        of({"key": st.just("k")}, value=st.just("v"), effect=st.just("NoSchedule")),
        of(
            {"key": st.just("k"), "operator": st.just("Exists"), "effect": st.just("NoExecute")},
            tolerationSeconds=st.sampled_from([0, 30]),
        ),
    )
)
SPREADS = some(
    of(
        {
            "maxSkew": st.just(1),
            "topologyKey": st.sampled_from(["zone", "kubernetes.io/hostname"]),
            "whenUnsatisfiable": st.sampled_from(["DoNotSchedule", "ScheduleAnyway"]),
        },
        labelSelector=SELECTORS,
    ),
    by=lambda each: (each["topologyKey"], each["whenUnsatisfiable"]),
)
TERM = of({"topologyKey": st.just("zone")}, labelSelector=SELECTORS)
AFFINITY = of(
    podAntiAffinity=of(
        requiredDuringSchedulingIgnoredDuringExecution=some(TERM),
        preferredDuringSchedulingIgnoredDuringExecution=some(
            of({"weight": st.just(100), "podAffinityTerm": TERM})
        ),
    ),
    nodeAffinity=st.just(
        {
            "requiredDuringSchedulingIgnoredDuringExecution": {
                "nodeSelectorTerms": [{"matchExpressions": [{"key": "k", "operator": "Exists"}]}]
            }
        }
    ),
)
POD_SECURITY = of(
    fsGroup=st.just(10001),
    fsGroupChangePolicy=st.just("OnRootMismatch"),
    runAsGroup=st.sampled_from([0, 1]),
    runAsNonRoot=FLAGS,
    runAsUser=st.sampled_from([0, 10001]),
    seccompProfile=st.just({"type": "RuntimeDefault"}),
    supplementalGroups=some(st.integers(0, 3)),
    sysctls=some(st.just({"name": "net.ipv4.ip_local_port_range", "value": "1 2"})),
)


POD = of(
    affinity=AFFINITY,
    automountServiceAccountToken=FLAGS,
    dnsPolicy=st.sampled_from(["ClusterFirst", "Default"]),
    enableServiceLinks=FLAGS,
    hostAliases=some(of({"ip": st.just("10.0.0.1")}, hostnames=st.just(["a"])), most=1),
    hostIPC=FLAGS,
    hostPID=FLAGS,
    imagePullSecrets=some(st.sampled_from([{"name": "a"}, {"name": "b"}])),
    nodeSelector=LABELS,
    priorityClassName=st.just("high"),
    schedulerName=st.just("mine"),
    securityContext=POD_SECURITY,
    serviceAccountName=st.sampled_from(["", "web"]),
    shareProcessNamespace=FLAGS,
    terminationGracePeriodSeconds=st.sampled_from([0, 30, 60]),
    tolerations=TOLERATIONS,
    topologySpreadConstraints=SPREADS,
)


@st.composite
def pod_specs(draw: DrawFn, *, restart: str) -> Manifest:
    found: list[str] = draw(some(st.sampled_from(VOLUMES)))
    names = tuple(found)
    volumes = [{"name": name, **draw(VOLUME_SOURCES)} for name in names]
    spec: Manifest = {"containers": draw(containers(names)), **draw(POD)}
    says_all = draw(st.booleans())
    if says_all or restart != "Always":
        spec["restartPolicy"] = restart
    if says_all or volumes:
        spec["volumes"] = volumes
    if draw(st.integers(0, 4)) == 0:
        first = {**draw(containers(names, most=1))[0], "name": "first"}
        spec["initContainers"] = [
            {
                name: first[name]
                for name in first
                if not name.endswith("Probe") and name != "lifecycle"
            }
        ]
    return spec
