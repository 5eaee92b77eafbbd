"""Pods that a LimitRange does not let in, and what the API server says of them."""

from dataclasses import dataclass

from orasi.cluster.api import Manifest


@dataclass(frozen=True)
class Case:
    """One item of a LimitRange, and what a container asks for."""

    item: Manifest
    resources: Manifest
    message: str


def of_containers(**bounds: Manifest) -> Manifest:
    return {"type": "Container", **bounds}


def of_pods(**bounds: Manifest) -> Manifest:
    return {"type": "Pod", **bounds}


CASES = {
    "too much": Case(
        of_containers(max={"memory": "1Gi"}),
        {"limits": {"memory": "2Gi"}},
        "maximum memory usage per Container is 1Gi, but limit is 2Gi",
    ),
    "too little": Case(
        of_containers(min={"memory": "64Mi"}),
        {"requests": {"memory": "32Mi"}},
        "minimum memory usage per Container is 64Mi, but request is 32Mi",
    ),
    "too little as a limit": Case(
        of_containers(min={"cpu": "100m"}),
        {"limits": {"cpu": "50m"}},
        "minimum cpu usage per Container is 100m, but request is 50m",
    ),
    "too uneven": Case(
        of_containers(maxLimitRequestRatio={"cpu": "2"}),
        {"requests": {"cpu": "1"}, "limits": {"cpu": "3"}},
        "cpu max limit to request ratio per Container is 2, but provided ratio is 3.000000",
    ),
    "no request to compare": Case(
        of_containers(maxLimitRequestRatio={"cpu": "2"}),
        {},
        "cpu max limit to request ratio per Container is 2, but no request is specified or request "
        "is 0",
    ),
    "no limit to compare": Case(
        of_containers(maxLimitRequestRatio={"cpu": "2"}),
        {"requests": {"cpu": "1"}},
        "cpu max limit to request ratio per Container is 2, but no limit is specified or limit "
        "is 0",
    ),
    "too much in all": Case(
        of_pods(max={"memory": "1Gi"}),
        {"limits": {"memory": "1536Mi"}},
        "maximum memory usage per Pod is 1Gi, but limit is 1536Mi",
    ),
    "unlimited": Case(
        of_pods(max={"memory": "1Gi"}),
        {},
        "maximum memory usage per Pod is 1Gi.  No limit is specified",
    ),
    "too little in all": Case(
        of_pods(min={"cpu": "1"}),
        {"requests": {"cpu": "0.25"}},
        "minimum cpu usage per Pod is 1, but request is 250m",
    ),
    "no request": Case(
        of_pods(min={"cpu": "1"}),
        {},
        "minimum cpu usage per Pod is 1.  No request is specified",
    ),
}
