"""What a hook wants of a parent whose children are rolled: it is asked about each revision."""

from collections.abc import Callable, Mapping, Sequence

from orasi.cluster.api import ApiError, Manifest, Resource
from orasi.cluster.loop.answers import CompositeAnswer, HookFailed, TooManyRequests
from orasi.cluster.loop.claims import GENERATED_LABEL, claim_revisions
from orasi.cluster.loop.definition import Definition
from orasi.cluster.loop.nested import Misshapen, texts
from orasi.cluster.loop.recorder import Recorder
from orasi.cluster.loop.revisions import (
    API_VERSION,
    Revision,
    new,
    patch_of,
    patched,
    revision,
)
from orasi.cluster.loop.rollout import advance, combined, with_condition
from orasi.cluster.loop.snapshot import Snapshot, key_of
from orasi.cluster.loop.sync import Failed
from orasi.cluster.values import same

_TEMPLATE_LABELS = ("spec", "template", "metadata", "labels")


class Rolling:
    """The revisions of one parent, in one sync."""

    def __init__(
        self, definition: Definition, parent: Manifest, snapshot: Snapshot, recorder: Recorder
    ) -> None:
        self._definition = definition
        self._parent = parent
        self._recorder = recorder
        self._resource = snapshot.resource(API_VERSION, "controllerrevisions")
        self._observed = claim_revisions(definition, parent, self._resource, snapshot, recorder)

    def answer(self, ask: Callable[[Manifest], CompositeAnswer]) -> CompositeAnswer:
        """The hook's answers as one, after the revisions have been written.

        Raises `Failed`, `ApiError`, `HookFailed` and `TooManyRequests`.
        """
        try:
            revisions = self._revisions()
            _ask(revisions, ask)
            condition = advance(revisions, self._definition.rolling)
            status = revisions[0].answer.status
            if status is None:
                why = "no status, where there are rolling updates: that ends Metacontroller"
                raise HookFailed(why)
            status = with_condition(status, condition)
        except Misshapen as error:
            raise Failed(str(error)) from error
        used = [revisions[0], *(each for each in revisions[1:] if each.is_used)]
        self._write(used)
        return combined(used, status)

    def _revisions(self) -> Sequence[Revision]:
        """The newest first, should it be new or not."""
        paths = self._definition.revision_fields
        current = patch_of(self._parent, paths)
        newest, others = None, []
        for stored in self._observed:
            patch = stored["parentPatch"]
            if same(patch, current):
                newest = stored
            else:
                others.append(revision(patched(self._parent, patch, paths), stored))
        if newest is None:
            newest = new(self._definition.parent, self._parent, current, self._labels())
        return [revision(self._parent, newest), *others]

    def _labels(self) -> Mapping[str, str]:
        """By which revisions are found again, if the template has what the selector selects."""
        if self._definition.generates_selector:
            return {GENERATED_LABEL: self._parent["metadata"]["uid"]}
        try:
            return texts(self._parent, _TEMPLATE_LABELS)
        except Misshapen as error:
            name = f"{self._parent['kind']} {'/'.join(key_of(self._parent))}"
            raise Failed(f"invalid labels on parent {name}: {error}") from error

    def _write(self, revisions: Sequence[Revision]) -> None:
        """All of them before any child, so that what is begun is known whatever happens."""
        observed = {each["metadata"]["name"]: each for each in self._observed}
        for name in sorted(observed.keys() - {each.name for each in revisions}):
            self._do("delete", self._recorder.delete, observed[name])
        for each in revisions:
            wanted, found = each.manifest, observed.get(each.name)
            # Go's encoder leaves out what is empty. To Metacontroller it is a difference.
            body = {key: value for key, value in wanted.items() if key != "children" or value}
            if found is None:
                self._do("create", self._recorder.create, body)
            elif wanted != found:
                self._do("update", self._recorder.update, body)

    def _do(
        self, verb: str, write: Callable[[Resource, Manifest], object], manifest: Manifest
    ) -> None:
        try:
            write(self._resource, manifest)
        except ApiError as error:
            parent = f"{self._definition.parent.kind} {'/'.join(key_of(self._parent))}"
            name, why = manifest["metadata"]["name"], str(error)
            if not self._parent["metadata"].get("namespace"):
                # There is no such address, so the client has to say what was asked for.
                why += f" (post {self._resource.plural}.{self._resource.group})"
            raise Failed(
                f"{parent}: can't reconcile ControllerRevisions: can't {verb} ControllerRevision "
                f"{name} for {parent}: {why}"
            ) from error


def _ask(revisions: Sequence[Revision], ask: Callable[[Manifest], CompositeAnswer]) -> None:
    """Of all revisions, before the first failure is told."""
    failures: list[Exception] = []
    for each in revisions:
        try:
            each.answer = ask(each.parent)
        except (HookFailed, TooManyRequests) as error:
            failures.append(error)
    if failures:
        raise failures[0]
