"""Objects from files."""

from pathlib import Path

from orasi.sources import load


def test_lists_are_taken_apart_and_empty_documents_skipped(tmp_path: Path) -> None:
    file = tmp_path / "list.yaml"
    file.write_text(
        "# nothing\n---\n---\n"
        "apiVersion: v1\nkind: List\nitems:\n"
        "- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n"
        "- {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}\n"
    )
    sources, problems = load([file])
    assert problems == []
    assert [source.manifest["metadata"]["name"] for source in sources] == ["a", "b"]
    assert {str(source) for source in sources} == {f"{file}:4"}


def test_values_are_those_of_json(tmp_path: Path) -> None:
    file = tmp_path / "values.yaml"
    head = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: "
    file.write_text(f"{head}{{day: 2026-01-01, 1: one, no: yes}}}}\n---\n{head}{{x: .nan}}}}\n")
    (source,), problems = load([file])
    assert source.manifest["data"] == {"day": "2026-01-01", "1": "one", "false": True}
    assert problems == [f"{file}:3: this does not fit into JSON: the number nan"]


def test_a_folder_is_all_yaml_below_it_sorted(tmp_path: Path) -> None:
    for name in ("b.yml", "a.yaml", "c/d.yaml", "notes.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("{apiVersion: v1, kind: ConfigMap, metadata: {name: x}}")
    sources, _ = load([tmp_path])
    assert [source.path.name for source in sources] == ["a.yaml", "b.yml", "d.yaml"]


def test_every_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text("[")
    (tmp_path / "two.yaml").write_bytes(b"a: \xff")
    _, problems = load([tmp_path, tmp_path / "three.yaml"])
    assert [problem.partition(": ")[0].partition(":")[0] for problem in problems] == [
        str(tmp_path / name) for name in ("one.yaml", "two.yaml", "three.yaml")
    ]
