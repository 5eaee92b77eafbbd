"""A Kubernetes API server in memory: what it refuses, fills in, drops, keeps and collects.

`api_server.py` has the calls; start reading there. `workloads/` makes Deployments ready.
"""

from orasi.cluster.memory.api_server import Memory

__all__ = ["Memory"]
