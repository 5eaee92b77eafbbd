"""Objects from files: YAML documents and lists, from files and folders."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from hooks.safe_yaml import Loader, as_json
from orasi.cluster.api import Manifest

SUFFIXES = (".yaml", ".yml")
DEEPEST = 256  # levels: definitions of kinds have some dozens


Identity = tuple[str, str, str, str]
"""API group, kind, namespace and name of an object, before anything is known of its kind."""


class BadSource(Exception):
    """A file that cannot be used. `str()` names the file, the place in it, and what is wrong."""


@dataclass(frozen=True)
class Source:
    """One object and where it was written."""

    manifest: Manifest
    path: Path
    line: int  # of the document it stands in, from 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"

    @property
    def identity(self) -> Identity:
        """Two sources of the same identity describe the same object."""
        metadata = self.manifest["metadata"]
        group, namespace = self.manifest["apiVersion"].rpartition("/")[0], metadata.get("namespace")
        return group, self.manifest["kind"], namespace or "default", metadata["name"]


def load(paths: Iterable[Path]) -> tuple[list[Source], list[str]]:
    """All objects below *paths*, and what is wrong with the files that cannot be used."""
    found: list[Source] = []
    problems: list[str] = []
    for path in paths:
        try:
            below = files(path)
        except BadSource as error:
            problems.append(str(error))
            continue
        for file in below:
            try:
                found += objects(file)
            except BadSource as error:
                problems.append(str(error))
    return found, problems


def files(path: Path) -> list[Path]:
    """The files that *path* means: of a folder all YAML below it, sorted. Raises BadSource."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise BadSource(f"{path}: there is no such file or folder")
    return sorted(p for p in path.rglob("*") if p.suffix in SUFFIXES and p.is_file())


def objects(path: Path) -> Iterator[Source]:
    """The objects in one file, in order; lists are taken apart. Raises BadSource."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadSource(f"{path}: {error.strerror}") from error
    for line, document in _documents(path, content):
        items = document.get("items") if isinstance(document, dict) else None
        is_list = isinstance(items, list) and str(document.get("kind")).endswith("List")
        for item in items if is_list and items is not None else [document]:
            complaint = _complaint(item)
            if complaint:
                raise BadSource(f"{path}:{line}: this is no Kubernetes object: {complaint}")
            yield Source(item, path, line)


def _documents(path: Path, content: bytes) -> Iterator[tuple[int, Any]]:
    """Each document that is not empty, as JSON values, with the line it begins at."""
    line = 1
    try:
        _refuse_depth(path, content)
        loader = Loader(content)
        while loader.check_node():
            node: Any = loader.get_node()
            line = node.start_mark.line + 1
            document = as_json(loader.construct_document(node))
            if document is not None:
                yield line, document
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else f"{path}:{line}"
        raise BadSource(f"{place}: this is no YAML: {error.problem}") from error
    except yaml.reader.ReaderError as error:
        raise BadSource(f"{path}: this is no YAML: {error.reason}") from error
    except (ValueError, RecursionError) as error:
        raise BadSource(f"{path}:{line}: this does not fit into JSON: {error}") from error


def _refuse_depth(path: Path, content: bytes) -> None:
    """Raises BadSource, and what yaml raises: building what is very deep would end the process."""
    depth = 0
    for event in yaml.parse(content, Loader=Loader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            mark: Any = event.start_mark
            place = f"{path}:{mark.line + 1}:{mark.column + 1}"
            raise BadSource(f"{place}: this has more than {DEEPEST} levels")


def _complaint(item: Any) -> str:
    """What an object lacks; "" if nothing."""
    if not isinstance(item, dict):
        return "it is no mapping"
    for field in ("apiVersion", "kind"):
        if not isinstance(item.get(field), str):
            return f"it has no {field}"
    metadata = item.get("metadata")
    if not isinstance(metadata, dict) or not isinstance(metadata.get("name"), str):
        return "it has no metadata.name"
    if not isinstance(metadata.get("namespace", ""), str):
        return "its metadata.namespace is no text"
    return ""
