"""Which node a record comes from, said in its resource: agents on all of them read the same things.

An application that sends to the agent of its own node may have said it already.
"""

from hooks.collector.component import Component
from hooks.contract import Manifest

VARIABLE = "K8S_NODE_NAME"
RESOURCE = Component(
    "resource",  # without a name, which every processor of an author has
    {
        "attributes": [
            {"key": "k8s.node.name", "action": "insert", "value": f"${{env:{VARIABLE}}}"},
        ]
    },
)


def variable() -> Manifest:
    """As the API server stores it."""
    source = {"apiVersion": "v1", "fieldPath": "spec.nodeName"}
    return {"name": VARIABLE, "valueFrom": {"fieldRef": source}}
