"""The documentation says what is true now, and leads to where it says."""

import ast
import re
from pathlib import Path

import pytest
import yaml

from hooks import NAMESPACE
from hooks.decorators import DECORATORS
from hooks.kinds import KINDS
from hooks.platform import LONGEST, NAME, Platform, read
from hooks.resources import BUILT_IN, Amounts, Resources
from hooks.settings import Settings
from tests import markdown
from tests.cli.program import run
from tests.cluster.phase import SETUPS
from tests.cluster.test_scenarios import SCENARIOS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
PAGES = (*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md")))


def test_the_output_shown_is_that_of_the_program() -> None:
    done = run("run", "examples")
    assert done.returncode == 0
    assert "".join(f"    {line}".rstrip() + "\n" for line in done.stdout.splitlines()) in README


def test_the_calls_shown_are_those_of_the_program() -> None:
    done = run("run", "-v", "examples/document-lorem.yaml")
    assert done.returncode == 0
    text = "".join(f"    {line}".rstrip() + "\n" for line in done.stdout.splitlines())
    took = re.compile(r"\d+\.\d ms")
    assert took.sub("0 ms", text) in took.sub("0 ms", README)


def test_as_many_scenarios_are_told_of_as_there_are() -> None:
    each = len(SCENARIOS) + 2  # at rest, and that nothing is left
    for setup in SETUPS:
        line = f"real cluster, {setup.engine} with {setup.strategy}: {each} passed"
        assert f"\n    {line}\n" in README


def test_what_a_room_never_imports_it_does_not() -> None:
    """Of CONTRIBUTING's table of rooms."""
    text = (ROOT / "CONTRIBUTING.md").read_text().partition("| never imports |")[2]
    rows = re.findall(r"^\| (.+) \| .+ \| (.+) \|$", text.partition("\n\n")[0], re.M)
    assert len(rows) > 10
    for places, never in rows:
        for place in re.findall(r"`([\w/.]+)", places):
            path = ROOT / place if "/" in place else ROOT / "hooks" / place
            for file in [*path.rglob("*.py")] if path.is_dir() else [path]:
                assert not imported(file) & set(re.findall(r"`([\w.]+)`", never)), file
                if "another kind" in never and file.parent != path:
                    kinds = {each for each in imported(file) if each.startswith("hooks.kinds.")}
                    assert kinds <= {".".join(file.relative_to(ROOT).parts[:3])}, file


def imported(file: Path) -> set[str]:
    """Modules that *file* names in its imports, each with what it is in: "hooks", "hooks.kinds"."""
    named = [
        node.module
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module
    ]
    parts = [name.split(".")[:3] for name in named]
    return {".".join(each[:number]) for each in parts for number in range(1, len(each) + 1)}


def test_every_setting_is_in_the_table() -> None:
    (table,) = (
        each for each in markdown.tables(README) if each.column(0)[0] == "ORASI_CONFIG_FILE"
    )
    assert table.rows == [
        [
            f"ORASI_{name.upper()}",
            "" if field.default is None else str(field.default),
            str(field.description),
        ]
        for name, field in Settings.model_fields.items()
    ]


def test_no_example_is_applied_over_what_somebody_has_already() -> None:
    """Real credentials, or the platform's settings: whoever follows an example loses neither."""
    apart = set()
    for readme in ROOT.glob("examples/*/README.md"):
        applied = re.findall(r"^ +kubectl apply (.*)$", readme.read_text(), re.MULTILINE)
        assert applied == [f"-f examples/{readme.parent.name}/"]  # and not what is below
        for path in readme.parent.rglob("*.yaml"):
            kinds = {each["kind"] for each in yaml.safe_load_all(path.read_text())}
            if path.parent == readme.parent:
                assert not kinds & {"Secret", "ConfigMap"}, path
            else:
                folder = path.parent.relative_to(ROOT)
                assert f"kubectl create -f {folder}/\n" in readme.read_text()
                apart |= kinds
    assert apart == {"Secret", "ConfigMap"}


def test_every_setting_of_the_platform_is_in_its_table() -> None:
    text = (ROOT / "docs" / "platform-settings.md").read_text()
    (table,) = markdown.tables(text)
    told = {row[0]: None if row[2] == "none" else row[2] for row in table.rows}
    collector, probe = Platform().collector, Platform().probe
    resources = collector.effective(Resources())
    assert collector.host_paths == []
    assert told == {
        "collector.image": collector.image,
        **{
            f"collector.resources.{kind}.{name}": resources[kind].get(name)
            for kind in Resources.model_fields
            for name in Amounts.model_fields
        },
        "collector.hostPaths": None,
        "probe.image": probe.image,
    }
    assert f"at most {LONGEST:,} characters" in text


@pytest.mark.parametrize("page", ["platform-settings", "choosing-a-mode"])
def test_the_platforms_settings_that_are_shown_can_be_used(page: str) -> None:
    (shown,) = markdown.blocks((ROOT / "docs" / f"{page}.md").read_text())
    manifest = yaml.safe_load(shown)
    assert manifest["metadata"] == {"name": NAME, "namespace": NAMESPACE}
    settings = read(manifest)
    assert settings.collector.host_paths
    # All else is as without it: nobody is to lose a default by copying it.
    assert settings.collector.effective(Resources()) == BUILT_IN
    assert settings.collector.image == Platform().collector.image
    assert settings.probe == Platform().probe


def test_a_newcomer_is_led_to_the_reference_of_every_kind() -> None:
    wanted = {f"docs/reference/{kind.singular}.md" for kind in KINDS}
    wanted |= {f"docs/reference/{each.singular}.md" for each in DECORATORS}
    wanted |= {f"docs/reference/conditions.md#{kind.singular}" for kind in KINDS}
    assert wanted <= set(markdown.links(README))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    assert markdown.dangling(path) == []


def test_every_path_that_is_named_exists() -> None:
    pages = ("CONTRIBUTING.md", "docs/embedded-cluster.md")
    for text in (README, *((ROOT / page).read_text() for page in pages)):
        for path in re.findall(r"`((?:tests|hooks|orasi|docs)/[\w./]+)`", text):
            assert (ROOT / path).exists(), path
