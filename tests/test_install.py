"""The files written by hand that put Metacontroller and the hook server onto a cluster."""

import json
import re
import runpy
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from flask.testing import FlaskClient

from hooks import __version__
from hooks.platform import Platform
from hooks.settings import Settings

Manifest = dict[str, Any]

ROOT = Path(__file__).parent.parent
MANIFESTS = ROOT / "manifests"
INSTALL = ROOT / "metacontroller/install"
CONTROLLERS = ROOT / "metacontroller/controllers"
POD_MONITORS = ROOT / "metacontroller/pod-monitors"
METACONTROLLER = "v4.17.2"
SELECTORS = {
    "orasi-controller": {
        "app.kubernetes.io/name": "orasi-controller",
        "app.kubernetes.io/instance": "orasi",
        "app.kubernetes.io/component": "hooks",
    },
    "metacontroller": {"app.kubernetes.io/name": "metacontroller"},
}


def resources(folder: Path) -> Iterator[Path]:
    """The files that a kustomization names, those of the folders it names included."""
    for name in yaml.safe_load((folder / "kustomization.yaml").read_text())["resources"]:
        if (folder / name).is_dir():
            yield from resources((folder / name).resolve())
        else:
            yield folder / name


def objects(*folders: Path) -> list[Manifest]:
    files = (file for folder in folders for file in resources(folder))
    return [
        manifest for file in files for manifest in yaml.load_all(file.read_text(), yaml.CSafeLoader)
    ]


def one(kind: str, name: str) -> Manifest:
    (found,) = (
        manifest
        for manifest in objects(MANIFESTS, INSTALL)
        if (manifest["kind"], manifest["metadata"]["name"]) == (kind, name)
    )
    return found


def pod(name: str) -> Manifest:
    spec: Manifest = one("Deployment", name)["spec"]["template"]["spec"]
    return spec


def container(name: str) -> Manifest:
    (only,) = pod(name)["containers"]
    assert isinstance(only, dict)
    return only


both = pytest.mark.parametrize("name", SELECTORS)
every_folder = pytest.mark.parametrize(
    "folder", [MANIFESTS, INSTALL, CONTROLLERS, POD_MONITORS], ids=lambda folder: folder.name
)


@every_folder
def test_every_file_is_applied_and_every_applied_file_is_there(folder: Path) -> None:
    present = {path for path in folder.rglob("*.yaml") if path.name != "kustomization.yaml"}
    assert present == {path for path in resources(folder) if path.is_relative_to(folder)}


@every_folder
@pytest.mark.skipif(shutil.which("kubectl") is None, reason="there is no kubectl on PATH")
def test_kustomize_builds_what_the_files_say(folder: Path) -> None:
    built = subprocess.run(
        ["kubectl", "kustomize", folder], capture_output=True, text=True, check=True
    )

    def names(manifests: Any) -> list[tuple[str, str]]:
        return sorted((found["kind"], found["metadata"]["name"]) for found in manifests)

    assert names(yaml.safe_load_all(built.stdout)) == names(objects(folder))


@both
def test_pods_are_restricted(name: str) -> None:
    user = {"runAsNonRoot": True, "runAsUser": 65532, "runAsGroup": 65532}
    assert pod(name)["securityContext"] == user | {"seccompProfile": {"type": "RuntimeDefault"}}
    assert container(name)["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert not {"hostNetwork", "hostPID", "hostIPC", "initContainers"} & pod(name).keys()
    assert {tuple(volume) for volume in pod(name).get("volumes", ())} <= {("name", "emptyDir")}
    namespace = one("Namespace", one("Deployment", name)["metadata"]["namespace"])
    for mode in ("enforce", "audit", "warn"):
        assert namespace["metadata"]["labels"][f"pod-security.kubernetes.io/{mode}"] == "restricted"


@both
def test_pods_are_probed_and_bounded(name: str) -> None:
    assert {"startupProbe", "livenessProbe", "readinessProbe"} <= container(name).keys()
    need = container(name)["resources"]
    assert need["requests"].keys() == {"cpu", "memory"}
    assert need["limits"].keys() == {"memory"}, "a CPU limit throttles, which costs lease or answer"


def test_each_probe_of_the_server_is_a_route_of_its_own(client: FlaskClient) -> None:
    paths = [
        container("orasi-controller")[f"{name}Probe"]["httpGet"]["path"]
        for name in ("startup", "liveness", "readiness")
    ]
    assert paths == ["/startupz", "/healthz", "/readyz"]
    assert {client.get(path).status_code for path in paths} == {200}


@both
def test_two_replicas_survive_rollouts_drains_and_the_loss_of_a_node(name: str) -> None:
    deployment = one("Deployment", name)["spec"]
    assert deployment["replicas"] == 2
    assert deployment["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
    budget = one("PodDisruptionBudget", name)["spec"]
    assert (budget["maxUnavailable"], budget["unhealthyPodEvictionPolicy"]) == (1, "AlwaysAllow")
    spread = pod(name)["topologySpreadConstraints"]
    assert [rule["topologyKey"] for rule in spread] == [
        "kubernetes.io/hostname",
        "topology.kubernetes.io/zone",
    ]


@both
def test_selectors_are_frozen(name: str) -> None:
    """A Deployment's selector is immutable: an upgrade to another one needs a deletion."""
    frozen = {"matchLabels": SELECTORS[name]}
    assert one("Deployment", name)["spec"]["selector"] == frozen
    assert one("PodDisruptionBudget", name)["spec"]["selector"] == frozen
    assert one("NetworkPolicy", name)["spec"]["podSelector"] == frozen
    assert all(rule["labelSelector"] == frozen for rule in pod(name)["topologySpreadConstraints"])
    template = one("Deployment", name)["spec"]["template"]["metadata"]["labels"]
    assert SELECTORS[name].items() <= template.items()


def test_only_metacontroller_has_a_token() -> None:
    for name, mounted in (("orasi-controller", False), ("metacontroller", True)):
        assert pod(name)["serviceAccountName"] == name
        assert pod(name)["automountServiceAccountToken"] is mounted
        assert one("ServiceAccount", name)["automountServiceAccountToken"] is False


def test_no_right_is_a_wildcard_and_the_hook_server_has_none() -> None:
    everything = objects(MANIFESTS, INSTALL, POD_MONITORS)
    roles = [found for found in everything if found["kind"].endswith("Role")]
    assert {role["metadata"]["name"] for role in roles} >= {"metacontroller"}
    for role in roles:
        for rule in role["rules"]:
            assert not any("*" in values for values in rule.values()), role["metadata"]["name"]
    bindings = [found for found in everything if found["kind"].endswith("Binding")]
    accounts = {account["name"] for found in bindings for account in found["subjects"]}
    assert accounts == {"metacontroller"}


def test_the_leader_may_use_exactly_the_lease_that_its_flags_name() -> None:
    flags = container("metacontroller")["args"]
    assert {"--leader-election", "--leader-election-namespace=metacontroller"} <= set(flags)
    role = one("Role", "metacontroller-leader-election")
    lease, creation, _events = role["rules"]
    assert role["metadata"]["namespace"] == "metacontroller"
    assert (lease["resourceNames"], lease["verbs"]) == (["metacontroller"], ["get", "update"])
    assert creation["verbs"] == ["create"]


def test_metacontroller_is_set_for_fleets() -> None:
    """Its own defaults, 5 workers and 5 queries a second, take hours for some thousand objects."""
    given = [flag for flag in container("metacontroller")["args"] if "=" in flag]
    flags = dict(flag.removeprefix("--").split("=") for flag in given)
    assert int(flags["workers"]) >= 20
    assert int(flags["client-go-qps"]) >= 200
    assert int(flags["client-go-burst"]) >= int(flags["client-go-qps"])


def test_versions_agree() -> None:
    kustomization = yaml.safe_load((MANIFESTS / "kustomization.yaml").read_text())
    image = container("orasi-controller")["image"]
    assert kustomization["images"] == [{"name": image, "newTag": __version__}]
    assert f"\nARG VERSION={__version__}\n" in (ROOT / "Dockerfile").read_text()
    assert container("metacontroller")["image"].endswith(f":{METACONTROLLER}")
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yaml").read_text())
    assert workflow["jobs"]["test"]["env"]["METACONTROLLER"] == METACONTROLLER


def test_probes_run_the_image_that_the_server_runs() -> None:
    """By default: whoever takes it from elsewhere names that in the platform's settings, too."""
    (image,) = yaml.safe_load((MANIFESTS / "kustomization.yaml").read_text())["images"]
    assert image["name"] == container("orasi-controller")["image"]
    assert Platform().probe.image == f"{image['name']}:{image['newTag']}"


def test_one_port_leads_from_the_webhook_urls_to_the_server() -> None:
    port = Settings.model_fields["port"].default
    (service,) = one("Service", "orasi-controller")["spec"]["ports"]
    (listening,) = container("orasi-controller")["ports"]
    assert (service["port"], service["targetPort"]) == (port, listening["name"])
    assert listening["containerPort"] == port
    assert one("Service", "orasi-controller")["spec"]["selector"] == SELECTORS["orasi-controller"]
    address = {"name": "orasi-controller", "namespace": "orasi", "port": port}
    for controller in objects(CONTROLLERS):
        for hook in controller["spec"]["hooks"].values():
            assert hook["webhook"]["service"] == address


def test_the_hook_server_is_reached_by_two_namespaces_and_reaches_none() -> None:
    policy = one("NetworkPolicy", "orasi-controller")["spec"]
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert "egress" not in policy
    (rule,) = policy["ingress"]
    assert rule["ports"] == [{"protocol": "TCP", "port": Settings.model_fields["port"].default}]
    assert rule["from"] == [
        {"namespaceSelector": {"matchLabels": labels}}
        for labels in ({"kubernetes.io/metadata.name": "metacontroller"}, {"metrics": "enabled"})
    ]


def test_a_stopping_pod_has_time_to_answer() -> None:
    gunicorn = runpy.run_path(str(ROOT / "hooks/gunicorn.conf.py"))
    sleep = container("orasi-controller")["lifecycle"]["preStop"]["sleep"]["seconds"]
    grace = pod("orasi-controller")["terminationGracePeriodSeconds"]
    assert grace > sleep + gunicorn["graceful_timeout"]


def test_gunicorn_runs_one_process_that_keeps_connections() -> None:
    gunicorn = runpy.run_path(str(ROOT / "hooks/gunicorn.conf.py"))
    assert (gunicorn["worker_class"], gunicorn["workers"]) == ("gthread", 1)
    assert gunicorn["keepalive"] >= 120, "Metacontroller keeps idle connections for 90 s"
    assert gunicorn["max_requests"] == 0


def closed(schema: Manifest) -> Manifest:
    """The schema under strict validation: a field that it does not name is an error."""
    result = dict(schema)
    if "items" in schema:
        result["items"] = closed(schema["items"])
    if "properties" in schema:
        result["properties"] = {key: closed(field) for key, field in schema["properties"].items()}
        result["additionalProperties"] = False
    return result


def refusals(controller: Manifest) -> list[str]:
    definition = one(
        "CustomResourceDefinition", f"{controller['kind'].lower()}s.metacontroller.k8s.io"
    )
    (version,) = definition["spec"]["versions"]
    validator = jsonschema.Draft202012Validator(closed(version["schema"]["openAPIV3Schema"]))
    return [error.message for error in validator.iter_errors(controller)]


def test_metacontrollers_kinds_accept_our_controllers_and_the_recorded_ones() -> None:
    recorded = [
        json.loads(file.read_text())["request"]["controller"]
        for file in sorted((ROOT / "tests/data/requests").glob("*.json"))
    ]
    assert {controller["kind"] for controller in recorded} == {
        "CompositeController",
        "DecoratorController",
    }
    for controller in [*recorded, *objects(CONTROLLERS)]:
        assert refusals(controller) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"method": "InPlace"', '"method": "inPlace"'),
        ('"version": "v2"', '"version": "v3"'),
        ('"timeout": ', '"timeOut": '),
        ('"resyncPeriodSeconds": 600', '"resyncPeriodSeconds": "600"'),
        ('"parentResource": ', '"resources": '),
    ],
)
def test_metacontrollers_kinds_refuse_what_it_does_not_know(old: str, new: str) -> None:
    controller = json.dumps(
        next(found for found in objects(CONTROLLERS) if found["kind"] == "CompositeController")
    )
    assert old in controller
    assert refusals(json.loads(controller.replace(old, new, 1)))


def test_the_image_needs_nothing_of_the_repository_but_what_it_copies(tmp_path: Path) -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    sources = re.findall(r"^COPY (?!--from)(\S+)", dockerfile, re.M)
    assert sources == ["requirements.txt", "hooks", "orasi"]
    assert (ROOT / ".dockerignore").read_text().splitlines()[1:] == [
        "*",
        *(f"!{source}" for source in sources),
        "**/__pycache__",
    ]
    shutil.copytree(ROOT / "hooks", tmp_path / "hooks")
    (entry_point,) = re.findall(r"^ENTRYPOINT (\[.*\])$", dockerfile, re.M)
    _python, _module, server, *arguments = json.loads(entry_point)
    alone = (
        "import runpy, sys; sys.modules.update(orasi=None, tests=None); "
        f"runpy.run_module({server!r}, run_name='__main__')"
    )
    subprocess.run(
        [sys.executable, "-c", alone, "--check-config", *arguments], cwd=tmp_path, check=True
    )


def test_the_image_has_a_command_orasi_that_probes(tmp_path: Path) -> None:
    """With Python's own modules only, without a home, and without writing anything."""
    (script,) = re.findall(
        r"^RUN printf '(.*)' >/venv/bin/orasi$", (ROOT / "Dockerfile").read_text(), re.M
    )
    for folder in ("hooks", "orasi"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=lambda *_: {"__pycache__"})
    here = script.replace("/app", str(tmp_path)).replace("/venv/bin/python", f"{sys.executable} -S")
    program = tmp_path / "program"
    program.write_text(here.replace("\\n", "\n"))
    program.chmod(0o755)
    before = set(tmp_path.rglob("*"))
    with socket.create_server(("127.0.0.1", 0)) as server:
        target = f"127.0.0.1:{server.getsockname()[1]}"
        done = subprocess.run(
            [program, "probe", target],
            cwd="/",
            env={"PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{target}: reached.\n", "")
    assert set(tmp_path.rglob("*")) == before
