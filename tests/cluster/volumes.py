"""Volumes without a disk: claims are bound to them at once, and one that was used stays away."""

from orasi.cluster.api import Manifest

# What all tests of a run claim, phase by phase; and what the examples do, which ask for more.
SIZES = ("1Gi",) * 96 + ("10Gi",) * 16


def volumes() -> Manifest:
    items = [volume(number, size) for number, size in enumerate(SIZES)]
    return {"apiVersion": "v1", "kind": "List", "items": items}


def volume(number: int, size: str) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": f"volume-{number:03}"},
        "spec": {
            "capacity": {"storage": size},
            "accessModes": ["ReadWriteOnce"],
            "persistentVolumeReclaimPolicy": "Retain",
            "hostPath": {"path": f"/volumes/{number}"},
        },
    }
