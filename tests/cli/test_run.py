"""`orasi run` from its files to its exit code, with the real hook server."""

import re
import socket
from pathlib import Path

import pytest

from hooks import __version__
from tests.cli.program import run

DOCUMENT = """\
apiVersion: orasi.io/v1alpha1
kind: Document
metadata: {name: NAME, namespace: shop}
spec: {content: hello}
"""
GOOD = DOCUMENT.replace("NAME", "good")


@pytest.mark.parametrize("strategy", ["dynamic-apply", "server-side-apply"])
def test_every_example_becomes_ready(strategy: str) -> None:
    result = run("run", "examples", "--apply-strategy", strategy)
    assert (result.returncode, result.stderr) == (0, "")
    title, *_, last = result.stdout.splitlines()
    assert title.startswith(f"orasi {__version__} on an embedded cluster, {strategy}: ")
    assert re.fullmatch(r"Settled in [34] passes .*: (\d+) of \1 objects are Ready\.", last)
    assert "  Deployment web-pipeline\n" in result.stdout


def test_what_is_refused_is_reported_and_the_others_go_on(tmp_path: Path) -> None:
    file = tmp_path / "mixed.yaml"
    unknown = DOCUMENT.replace("Document", "Documnt").replace("NAME", "odd")
    misspelt = DOCUMENT.replace("NAME", "typo").replace("content", "contnt")
    file.write_text("---\n".join([unknown, misspelt, GOOD]))
    result = run("run", file)
    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        f"orasi: {file}:1: Documnt shop/odd is refused: the cluster has no kind Documnt in "
        'apiVersion "orasi.io/v1alpha1"; is Document in "orasi.io/v1alpha1" meant?',
        f"orasi: {file}:6: Document shop/typo is refused: failed to create typed patch object "
        "(shop/typo; orasi.io/v1alpha1, Kind=Document): .spec.contnt: field not declared in schema",
        '  spec.contnt is "hello"; is content meant? '
        "Fields of spec: content, format, hidden, metadata.",
    ]
    assert "Document shop/good  Ready    Published\n" in result.stdout
    assert result.stdout.endswith("1 of 3 objects is Ready; 2 refused.\n")


def test_an_object_that_cannot_become_ready_says_why(tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(GOOD.replace("hello", '"{", format: json'))
    result = run("run", file)
    assert (result.returncode, result.stderr) == (1, "")
    assert "  Ready=False: spec.content cannot be read as JSON: EOF while parsing" in result.stdout
    assert result.stdout.endswith(": 0 of 1 object is Ready.\n")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("kind: Document\n", ":1: this is no Kubernetes object: it has no apiVersion"),
        ("- a\n", ":1: this is no Kubernetes object: it is no mapping"),
        (f"{GOOD}---\nspec: [1,\nb: }}\n", ":7:4: this is no YAML: did not find expected node "),
        pytest.param(
            f"{GOOD}---\nspec: {'[' * 50_000}", ":6:262: this has more than 256 levels", id="deep"
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, content: str, complaint: str) -> None:
    file = tmp_path / "file.yaml"
    file.write_text(content)
    result = run("run", tmp_path)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith(f"orasi: {file}{complaint}")
    assert result.stderr.count("\n") == 1


def test_a_file_that_does_not_exist_is_named() -> None:
    result = run("run", "examples", "nowhere.yaml")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == "orasi: nowhere.yaml: there is no such file or folder\n"


def test_a_folder_without_objects_is_named(tmp_path: Path) -> None:
    result = run("run", tmp_path)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith(f"orasi: {tmp_path}: there is no object in any ")


def test_a_busy_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = run("run", "examples", "--port", port)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        f"orasi: port {port} cannot be used (Address already in use): stop what listens there, "
        "choose another with --port, or leave --port out for a free one\n"
    )


def test_a_hook_server_that_does_not_start_shows_the_end_of_its_log() -> None:
    result = run("run", "examples", ORASI_LOG_LEVEL="loud")
    assert result.returncode == 1
    assert result.stderr.startswith("orasi: the hook server did not start; the end of its log:\n")
    assert "Input should be 'debug', 'info', 'warning' or 'error'" in result.stderr


def test_a_hook_that_fails_is_reported_with_its_words_and_its_log() -> None:
    # The one failure that a setting can cause: no request is small enough.
    result = run("run", "examples/document-lorem.yaml", ORASI_BODY_LIMIT_BYTES="1024")
    assert result.returncode == 1
    failure, where = result.stderr.splitlines()
    assert failure == (
        "orasi: Document default/lorem and 3 more: the hook answered 413: "
        "The data value transmitted exceeds the capacity limit."
    )
    log = re.fullmatch(r"orasi: the hook server's log is (.*)", where)
    assert log
    path = Path(log[1])
    assert "code=413" in path.read_text()
    path.unlink()
    assert result.stdout.splitlines()[-1].startswith("Not settled after ")


# Python runs a module of this name before anything else.
BUG = """\
from hooks.kinds.document import DOCUMENT

def broken(request):
    raise ValueError("nobody outside is told this")

object.__setattr__(DOCUMENT, "sync", broken)
"""


def test_a_hook_with_a_bug_is_one_sentence_and_the_log_says_more(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(BUG)
    result = run("run", "examples/document-lorem.yaml", PYTHONPATH=str(tmp_path))
    assert result.returncode == 1
    failure, where = result.stderr.splitlines()
    assert failure == (
        "orasi: Document default/lorem: the hook answered 500: The hook server failed on this "
        "object. Its log says why; in a cluster that is `kubectl logs --namespace orasi "
        "deployment/orasi-controller`."
    )
    path = Path(where.removeprefix("orasi: the hook server's log is "))
    assert "nobody outside is told this" in path.read_text()
    path.unlink()
    assert "nobody outside" not in result.stdout


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "there is no such kubeconfig file"),
        ("root:x:0:0\n", "this is no kubeconfig that can be used"),
        (
            """\
clusters: [{name: c, cluster: {server: "http://127.0.0.1:9"}}]
users: [{name: u, user: {}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
current-context: c
""",
            "the API server cannot be reached: ",
        ),
    ],
)
def test_a_cluster_that_cannot_be_reached_is_named(
    tmp_path: Path, content: str | None, complaint: str
) -> None:
    kubeconfig = tmp_path / "kubeconfig"
    if content is not None:
        kubeconfig.write_text(content)
    result = run("run", "examples", "--kubeconfig", kubeconfig)
    assert result.returncode == 1
    assert result.stderr.startswith(f"orasi: {kubeconfig}: {complaint}")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["run"], "the following arguments are required: FILE"),
        (["run", "examples", "--port", "0"], "'0' is no port: give a number from 1 to 65535"),
        (["walk"], "invalid choice: 'walk'"),
    ],
)
def test_wrong_usage_is_explained(words: list[str], complaint: str) -> None:
    result = run(*words)
    assert (result.returncode, result.stdout) == (2, "")
    assert complaint in result.stderr


def test_help_and_version() -> None:
    assert run("--version").stdout == f"orasi {__version__}\n"
    assert "  orasi run examples" in run("--help").stdout
    assert "  orasi run --watch my-document.yaml" in run("run", "--help").stdout


DECORATED = """\
apiVersion: v1
kind: Namespace
metadata: {name: acme, labels: {orasi.io/tenant: small}}
---
apiVersion: v1
kind: Service
metadata: {name: shop, namespace: acme, annotations: {orasi.io/scrape: "true"}}
spec: {selector: {app: shop}, ports: [{port: 9100}]}
"""


def test_decorated_objects_are_shown_with_what_is_attached(tmp_path: Path) -> None:
    file = tmp_path / "decorated.yaml"
    file.write_text(DECORATED)
    result = run("run", file)
    assert (result.returncode, result.stderr) == (0, "")
    assert "\nNamespace acme     Ready  Attached\n  ConfigMap orasi-tenant\n" in result.stdout
    assert "\n  ResourceQuota orasi-tenant\n" in result.stdout
    assert "\nService acme/shop  Ready  Attached\n  Service shop-scrape\n" in result.stdout
    file.write_text(DECORATED.replace("{orasi.io/scrape", '{orasi.io/port: "7", orasi.io/scrape'))
    result = run("run", file)
    assert result.returncode == 1
    assert 'Annotation orasi.io/port is "7", and must be the number or name' in result.stdout
