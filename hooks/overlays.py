"""What is applied where a kind is that not everybody has: `metacontroller/pod-monitors`.

Metacontroller must list no kind that is not there, and needs no right to it before.
"""

import json
import re
from collections.abc import Iterable, Iterator

from hooks import GROUP
from hooks.composite import Composite
from hooks.contract import Child, Manifest
from hooks.rbac import optional_binding, optional_role


def overlays(kinds: Iterable[Composite]) -> Iterator[tuple[str, Manifest]]:
    """Each file of each overlay: its path below `metacontroller`, and what is in it."""
    for kind in kinds:
        for child in kind.children:
            if child.optional:
                name = folder(child)
                yield f"{name}/clusterrole.yaml", optional_role(name, child)
                yield f"{name}/clusterrolebinding.yaml", optional_binding(name)
                yield f"{name}/kustomization.yaml", kustomization(kind, child)


def folder(child: Child) -> str:
    """ "pod-monitors" of a PodMonitor."""
    return f"{re.sub('(?<=.)(?=[A-Z])', '-', child.kind)}s".lower()


def kustomization(kind: Composite, child: Child) -> Manifest:
    """All controllers, of which one has another child."""
    addition = {
        "op": "add",
        "path": "/spec/childResources/-",
        "value": child_resource(child),
    }
    return {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": ["../controllers", "clusterrole.yaml", "clusterrolebinding.yaml"],
        "patches": [
            {
                "target": {"kind": "CompositeController", "name": f"{kind.plural}.{GROUP}"},
                "patch": json.dumps([addition]),
            }
        ],
    }


def child_resource(child: Child) -> Manifest:
    return {
        "apiVersion": child.api_version,
        "resource": child.plural,
        "updateStrategy": {"method": "InPlace"},
    }
