"""The programs that tests run, built once from the Go modules in `programs/`."""

import fcntl
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.environment import ENVIRONMENT

MODULES = Path(__file__).parent / "programs"
STAGES = "stages.yaml"


class ProgramsUnavailable(Exception):
    """The programs cannot be had here. `str()` says why and what to do."""


@dataclass(frozen=True)
class Module:
    """What is built from one Go module in `programs/`, and the files that this leaves."""

    name: str
    files: tuple[str, ...]
    duration: str
    """How long a build takes from empty caches on two cores."""
    directory: str = ""
    """Where the Go module is in `programs/`, unless it is called like this."""
    packages: str = "tool"
    """What is built: Go calls all programs that go.mod lists as such "tool"."""
    code_of: str = ""
    """Another Go module in `programs/` that most of its code is in."""
    tags: str = ""
    """Go's build tags, with commas between them."""
    release_of: str = ""
    """The dependency whose version its programs report as their own."""
    stages: tuple[str, ...] = ()
    """KWOK's Stage files, below `kustomize/stage` of its module: what nodes and pods do."""

    @property
    def folder(self) -> Path:
        return MODULES / (self.directory or self.name)

    def flags(self) -> list[str]:
        link = "-s -w"
        if self.release_of:
            link += "".join(f" -X {setting}" for setting in _release(self._version()))
        tags = ["-tags", self.tags] if self.tags else []
        return ["-mod=readonly", "-trimpath", *tags, "-ldflags", link]

    def digest(self) -> str:
        """Names what would be built: pins, flags, stages, our own code and the machine."""
        parts = [*self.flags(), *self.files, *self.stages, platform.system(), platform.machine()]
        content = hashlib.sha256("\0".join(parts).encode())
        for folder in (self.folder, *([MODULES / self.code_of] if self.code_of else ())):
            code = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.go"))
            for name in ("go.mod", "go.sum", *code):
                content.update((folder / name).read_bytes())
        return content.hexdigest()[:16]

    def _version(self) -> str:
        pin = re.search(
            rf"^\s*{re.escape(self.release_of)} (v\S+)", (self.folder / "go.mod").read_text(), re.M
        )
        assert pin is not None
        return pin[1]


TABLE = (
    Module("etcd", ("etcd",), "half a minute"),
    Module(
        "kwok",
        ("kwok", STAGES),
        "a minute and a half",
        stages=(
            "node/fast/node-initialize.yaml",
            "node/heartbeat/node-heartbeat.yaml",
            "pod/fast/pod-ready.yaml",
            "pod/fast/pod-complete.yaml",
        ),
    ),
    Module(
        "kubernetes",
        ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl"),
        "about 5 minutes",
        release_of="k8s.io/kubernetes",
    ),
)
COLLECTOR = Module("collector", ("collector",), "2 minutes", packages=".")
# The same with the receiver prometheus, which takes long: only what needs it waits for it.
SCRAPING_COLLECTOR = Module(
    "collector-scraping",
    ("collector-scraping",),
    "6 minutes",
    directory="collector",
    packages="./scraping",
)
# What can only be had at an older version, and not beside the rest.
OLDER_COLLECTOR = Module("collector-older", ("collector-older",), "a minute", packages=".")
# The newest version that configurations are made for, with all that the others have; go.mod says
# which parts could only be had at an older one.
NEWER_COLLECTOR = Module(
    "collector-newer", ("collector-newer",), "8 minutes", packages=".", code_of="collector"
)
KAFKA = Module("kafka", ("kafka",), "half a minute", packages=".")
# Without what finds targets in clouds, for which it would have every cloud's client.
PROMETHEUS = Module("prometheus", ("prometheus",), "3 minutes", tags="remove_all_sd")


def programs() -> Mapping[str, Path]:
    """Where each program of a control plane is, by name; `stages.yaml` is KWOK's configuration.

    A module whose files are all in the folder `KUBE_BIN` is taken from there, any other is built
    unless that was done before. Raises ProgramsUnavailable.
    """
    found: dict[str, Path] = {}
    prebuilt = os.environ.get("KUBE_BIN")
    for module in TABLE:
        folder = Path(prebuilt) if prebuilt else None
        if folder is None or not all((folder / name).exists() for name in module.files):
            folder = _built(module)
        found.update({name: folder / name for name in module.files})
    return found


def metacontroller() -> Path | None:
    """The real Metacontroller: `METACONTROLLER_BIN`, else the one on PATH."""
    if named := _named("METACONTROLLER_BIN"):
        return named
    found = shutil.which("metacontroller")
    return Path(found) if found else None


def collector(module: Module = COLLECTOR) -> Path:
    """An OpenTelemetry Collector: `COLLECTOR_BIN`, which then must have all components, else built.

    Raises ProgramsUnavailable.
    """
    return _named("COLLECTOR_BIN") or _built(module) / module.files[0]


def kafka() -> Path:
    """A broker. Raises ProgramsUnavailable."""
    return _built(KAFKA) / KAFKA.files[0]


def prometheus() -> Path:
    """Prometheus: `PROMETHEUS_BIN`, else built unless that was done before.

    Raises ProgramsUnavailable.
    """
    return _named("PROMETHEUS_BIN") or _built(PROMETHEUS) / PROMETHEUS.files[0]


def _named(variable: str) -> Path | None:
    """The program that an environment variable names."""
    named = os.environ.get(variable)
    if named and not Path(named).is_file():
        raise ProgramsUnavailable(f"{variable} names {named}, which is not a file.")
    return Path(named) if named else None


def _built(module: Module) -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "orasi" / "programs"
    folder = cache / f"{module.name}-{module.digest()}"
    if folder.exists():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with _locked(cache / f"{module.name}.lock"):
        if not folder.exists():
            _check_go(module)
            print(f"building {module.name} (once, {module.duration}) …", file=sys.stderr)
            with tempfile.TemporaryDirectory(dir=cache) as unfinished:
                _build(module, Path(unfinished) / "done")
                (Path(unfinished) / "done").rename(folder)
    return folder


def _build(module: Module, folder: Path) -> None:
    folder.mkdir()
    _go(module, "build", *module.flags(), "-o", f"{folder}/", module.packages)
    if not (folder / module.files[0]).exists():
        # etcd's main package lies at its module's root, so Go has no good name for it.
        (built,) = folder.iterdir()
        built.rename(folder / module.files[0])
    if module.stages:
        source = Path(_go(module, "list", "-mod=readonly", "-f", "{{.Module.Dir}}", "tool").strip())
        texts = [(source / "kustomize/stage" / stage).read_text() for stage in module.stages]
        (folder / STAGES).write_text("---\n".join(texts))


def _release(version: str) -> Iterator[str]:
    """What Kubernetes' own build stamps into its programs, for a version like "v1.36.4"."""
    major, minor, _ = version.removeprefix("v").split(".", 2)
    for package in ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version"):
        yield f"{package}.gitVersion={version}"
        yield f"{package}.gitMajor={major}"
        yield f"{package}.gitMinor={minor}"


def _check_go(module: Module) -> None:
    wanted = re.search(r"^go (\d+)\.(\d+)", (module.folder / "go.mod").read_text(), re.M)
    assert wanted is not None
    need = f"Building {module.name} for the tests needs Go {wanted[1]}.{wanted[2]} or newer"
    if shutil.which("go") is None:
        raise ProgramsUnavailable(f"{need}, and there is no go on PATH (see https://go.dev/dl).")
    # Asked inside the module, an older Go first tries to fetch the one that go.mod wants.
    found = _go(module, "env", "GOVERSION").strip()
    version = re.match(r"go(\d+)\.(\d+)", found)
    if version and (int(version[1]), int(version[2])) < (int(wanted[1]), int(wanted[2])):
        raise ProgramsUnavailable(f"{need}; this is {found} (see https://go.dev/dl).")


def _go(module: Module, *arguments: str) -> str:
    command: Sequence[str] = ("go", *arguments)
    result = subprocess.run(
        command,
        cwd=module.folder,
        env={**ENVIRONMENT, "CGO_ENABLED": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise ProgramsUnavailable(
            f"{' '.join(command)} failed in {module.folder}:\n{result.stderr[-2000:]}"
        )
    return result.stdout


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Two test runs must not build at once; the lock goes when the process does."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
