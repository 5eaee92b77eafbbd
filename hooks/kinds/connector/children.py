"""What a Connector should be made of: at most the CronJob that probes what it connects to."""

from typing import Any

from hooks.collector.component import FOLDER, MountedKey, Target
from hooks.contract import Manifest, Parent
from hooks.kinds.connector.model import ConnectorSpec
from hooks.metadata import labels, selector
from hooks.platform import Platform
from hooks.pods import container_security, pod_security, without_api_access

COMPONENT = "probe"
VOLUME = "tls"

# Of `orasi probe`, by what the collector calls the same.
FILE_OPTIONS = {"ca_file": "--ca-file", "cert_file": "--certificate", "key_file": "--key"}

# A probe that is late by more would be followed by the next one.
LATEST_SECONDS = 60

# Each of three steps takes up to 5 seconds, of 16 targets at a time; the rest is for the image. A
# pod that cannot start, for want of a Secret for one, must not hold up later runs.
LONGEST_SECONDS = 180

# Measured: 40 MiB with 80 targets, 16 of them at once.
RESOURCES: Manifest = {"requests": {"cpu": "10m", "memory": "48Mi"}, "limits": {"memory": "96Mi"}}


def identity(connector: Parent[Any]) -> Manifest:
    """The CronJob by name alone, which does not depend on the spec.

    Its name may have 52 characters only, since those of its Jobs are longer.
    """
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": f"{connector.name}-connector", "namespace": connector.namespace},
    }


def pods(connector: Parent[Any]) -> str:
    """What selects the probe's pods, as `kubectl` takes it."""
    keys = ("app.kubernetes.io/instance", "app.kubernetes.io/component")
    found = selector(connector, component=COMPONENT)
    return ",".join(f"{key}={found[key]}" for key in keys)


def cron_job(connector: Parent[ConnectorSpec], schedule: str, platform: Platform) -> Manifest:
    bare = identity(connector)
    described = {"labels": labels(connector, component=COMPONENT)}
    return bare | {
        "metadata": bare["metadata"] | described,
        "spec": {
            "schedule": schedule,
            "startingDeadlineSeconds": LATEST_SECONDS,
            "concurrencyPolicy": "Forbid",
            # Whoever wants no probe takes it out of the spec: suspended, it would seem to succeed.
            "suspend": False,
            "successfulJobsHistoryLimit": 1,
            "failedJobsHistoryLimit": 1,
            "jobTemplate": {
                "metadata": described,
                "spec": {
                    "activeDeadlineSeconds": LONGEST_SECONDS,
                    "backoffLimit": 0,  # the next run is the next try
                    "template": {"metadata": described, "spec": pod(connector, platform)},
                },
            },
        },
    }


def pod(connector: Parent[ConnectorSpec], platform: Platform) -> Manifest:
    files = tls_files(connector)
    mounts = [{"name": VOLUME, "mountPath": FOLDER, "readOnly": True}] if files else []
    container: Manifest = {
        "name": COMPONENT,
        "image": platform.probe.image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["orasi", "probe"],
        "args": arguments(connector),
        "resources": RESOURCES,
        "securityContext": container_security(),
        # So that `kubectl describe pod` tells what could not be reached.
        "terminationMessagePolicy": "FallbackToLogsOnError",
    }
    found: Manifest = {
        **without_api_access(),
        "restartPolicy": "Never",
        "securityContext": pod_security(),
        "containers": [container | ({"volumeMounts": mounts} if mounts else {})],
    }
    if files:
        sources = [source(each) for each in files]
        found["volumes"] = [{"name": VOLUME, "projected": {"sources": sources}}]
    return found


def speaks_tls(targets: list[Target]) -> bool:
    return any(target.tls for target in targets)


def tls_files(connector: Parent[ConnectorSpec]) -> tuple[MountedKey, ...]:
    spec = connector.spec
    if spec.tls is None or not speaks_tls(spec.targets()):
        return ()
    return spec.tls.files(connector.name)


def source(file: MountedKey) -> Manifest:
    items = {"name": file.name, "items": [{"key": file.key, "path": file.path}]}
    return {"configMap" if file.kind == "ConfigMap" else "secret": items}


def arguments(connector: Parent[ConnectorSpec]) -> list[str]:
    """Of `orasi probe`."""
    spec, targets = connector.spec, connector.spec.targets()
    addresses = [f"{'tls://' if each.tls else ''}{each.address}" for each in targets]
    if spec.tls is None or not speaks_tls(targets):
        return addresses
    settings = spec.tls.settings(connector.name)
    found = [f"{option}={settings[key]}" for key, option in FILE_OPTIONS.items() if key in settings]
    if spec.tls.server_name:
        found.append(f"--server-name={spec.tls.server_name}")
    if spec.tls.insecure_skip_verify:
        found.append("--insecure-skip-verify")
    return [*found, *addresses]
