"""Volumes without a disk: claims are bound to them at once, and one that was used stays away."""

from orasi.cluster.api import Manifest

COUNT = 128  # what all tests of a run claim, phase by phase


def volumes() -> Manifest:
    return {"apiVersion": "v1", "kind": "List", "items": [volume(each) for each in range(COUNT)]}


def volume(number: int) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": f"volume-{number:03}"},
        "spec": {
            "capacity": {"storage": "1Ti"},
            "accessModes": ["ReadWriteOnce"],
            "persistentVolumeReclaimPolicy": "Retain",
            "hostPath": {"path": f"/volumes/{number}"},
        },
    }
