"""What quotas refuse, with the words of the API server. A test asks the real one as well."""

from dataclasses import dataclass
from typing import Any

from orasi.cluster.api import Manifest
from tests.memory.workloads import CLAIMS, PODS, SERVICES, container, manifest


@dataclass(frozen=True)
class Beyond:
    """What is created, unless fields of its spec are changed then: that is what is refused."""

    hard: Manifest
    body: Manifest
    message: str
    changes: Manifest | None = None


def said(requested: str, used: str, limited: str) -> str:
    return f"exceeded quota: limits, requested: {requested}, used: {used}, limited: {limited}"


def service(count: int, **spec: Any) -> Manifest:
    return manifest(SERVICES, "web", {"ports": ports(count), **spec})


def ports(count: int) -> list[Manifest]:
    return [{"name": f"p{number}", "port": 80 + number} for number in range(count)]


def claim(storage: str, **spec: Any) -> Manifest:
    asked = {"resources": {"requests": {"storage": storage}}, "accessModes": ["ReadWriteOnce"]}
    return manifest(CLAIMS, "web", {**asked, **spec})


def pod(amounts: Manifest, first: list[Manifest], **spec: Any) -> Manifest:
    """*first*: its init containers."""
    containers = {
        "containers": [container(resources={"requests": amounts})],
        "initContainers": [{**each, "name": f"c{index}"} for index, each in enumerate(first)],
    }
    return manifest(PODS, "web", {**containers, **spec})


def started(amounts: Manifest, **fields: Any) -> Manifest:
    return {**container(resources={"requests": amounts}), **fields}


STAYS = {"restartPolicy": "Always"}
NODE_PORTS, BALANCERS = "services.nodeports", "services.loadbalancers"
FAST = "fast.storageclass.storage.k8s.io"
BEYOND = {
    "node-ports": Beyond(
        {NODE_PORTS: 1},
        service(2, type="NodePort"),
        said(f"{NODE_PORTS}=2", f"{NODE_PORTS}=0", f"{NODE_PORTS}=1"),
    ),
    "balancers": Beyond(
        {NODE_PORTS: 0, BALANCERS: 0},
        service(1, type="LoadBalancer"),
        said(
            f"{BALANCERS}=1,{NODE_PORTS}=1",
            f"{BALANCERS}=0,{NODE_PORTS}=0",
            f"{BALANCERS}=0,{NODE_PORTS}=0",
        ),
    ),
    "other-type": Beyond(
        {NODE_PORTS: 1},
        service(2),
        said(f"{NODE_PORTS}=2", f"{NODE_PORTS}=0", f"{NODE_PORTS}=1"),
        {"type": "NodePort"},
    ),
    "one-port-more": Beyond(
        {NODE_PORTS: 1, "services": 1},
        service(1, type="NodePort"),
        said(f"{NODE_PORTS}=1", f"{NODE_PORTS}=1", f"{NODE_PORTS}=1"),
        {"ports": ports(2)},
    ),
    "storage-of-a-class": Beyond(
        {f"{FAST}/requests.storage": "1Gi", "requests.storage": "9Gi"},
        claim("2Gi", storageClassName="fast"),
        said(
            f"{FAST}/requests.storage=2Gi",
            f"{FAST}/requests.storage=0",
            f"{FAST}/requests.storage=1Gi",
        ),
    ),
    "claims-of-a-class": Beyond(
        {f"{FAST}/persistentvolumeclaims": 0, "persistentvolumeclaims": 3},
        claim("2Gi", storageClassName="fast"),
        said(
            f"{FAST}/persistentvolumeclaims=1",
            f"{FAST}/persistentvolumeclaims=0",
            f"{FAST}/persistentvolumeclaims=0",
        ),
    ),
    "sidecar": Beyond(
        {"requests.memory": "1Gi"},
        pod({"memory": "512Mi"}, [started({"memory": "600Mi"}, **STAYS)]),
        said("requests.memory=1112Mi", "requests.memory=0", "requests.memory=1Gi"),
    ),
    "start-beside-a-sidecar": Beyond(
        {"requests.cpu": "600m"},
        pod(
            {"cpu": "100m"},
            [
                started({"cpu": "550m"}),
                started({"cpu": "200m"}, **STAYS),
                started({"cpu": "500m"}),
            ],
        ),
        said("requests.cpu=700m", "requests.cpu=0", "requests.cpu=600m"),
    ),
    "whole-pod": Beyond(
        {"requests.cpu": 1},
        pod({}, [started({})], resources={"requests": {"cpu": "2"}}),
        said("requests.cpu=2", "requests.cpu=0", "requests.cpu=1"),
    ),
}
