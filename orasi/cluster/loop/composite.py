"""One sync of one parent of a CompositeController."""

from orasi.cluster.api import ApiError, Manifest
from orasi.cluster.loop.answers import CompositeAnswer, HookFailed, composite_answer
from orasi.cluster.loop.children import Observed, distinct
from orasi.cluster.loop.claims import (
    GENERATED_LABEL,
    Selector,
    claim,
    claim_revisions,
    selector_of,
)
from orasi.cluster.loop.merge import same
from orasi.cluster.loop.related import Groups
from orasi.cluster.loop.revisions import NotStored, own_labels, revisions, store
from orasi.cluster.loop.rollout import NoStatus, remaining, rolled
from orasi.cluster.loop.snapshot import key_of
from orasi.cluster.loop.sync import Failed, Sync


class CompositeSync(Sync):
    """The steps of one sync, in Metacontroller's order."""

    subject, group = "parent", "children"

    def run(self, parent: Manifest) -> None:
        parent = self._prepared_parent(parent)
        if not self._definition.concerns(parent):
            return
        selector = selector_of(self._definition, parent)
        observed = claim(self._definition, parent, selector, self._snapshot, self._recorder)
        related = self._related(parent)
        if self._definition.rolling and self._manages(parent):
            answer = self._rolled(parent, observed, selector)
        else:
            answer = self._asked(parent, observed, related)
        self.resync_after = max(0.0, answer.resync_after)
        if answer.finalized:
            parent = self._with_finalizer(parent, False, "remove")
        placed = distinct(self._with_namespace(child, parent) for child in answer.children)
        desired = [self._prepared_child(child, parent, selector) for child in placed]
        failure = self._manage(parent, observed, desired) if self._manages(parent) else ""
        if self._write_status(parent, answer.status or {}) and failure:
            raise Failed(failure)

    def _asked(self, parent: Manifest, observed: Observed, related: Groups) -> CompositeAnswer:
        try:
            return self._called(parent, observed, related, composite_answer)
        except HookFailed as error:
            raise Failed(f"sync hook failed for {self._name(parent)}: {error}") from error

    def _rolled(self, parent: Manifest, observed: Observed, selector: Selector) -> CompositeAnswer:
        """What is wanted while children are moved from one state of *parent* to another."""
        known = claim_revisions(
            self._definition,
            parent,
            selector,
            self._snapshot,
            self._recorder,
            own_labels(self._definition.parent),
        )
        found = revisions(self._definition, parent, known)
        for each in found:
            each.take(self._asked(each.parent, observed, self._related(each.parent)))
        children = {(kind.group, kind.kind): by_name for kind, by_name in observed.items()}
        try:
            answer = rolled(found, children, self._definition.rolling)
        except NoStatus as error:
            why = "no status, where there are rolling updates: that ends Metacontroller"
            raise Failed(f"sync hook failed for {self._name(parent)}: {why}") from error
        try:
            store(self._recorder, known, [each.stored for each in remaining(found)])
        except NotStored as error:
            name = self._name(parent)
            why = f"can't reconcile ControllerRevisions: can't {error.what} for {name}: {error}"
            raise Failed(f"{name}: {why}") from error
        return answer

    def _without_hook(self, parent: Manifest) -> str:
        return f"sync hook nil//not defined for {self._name(parent)}: %!w(<nil>)"

    def _prepared_child(self, child: Manifest, parent: Manifest, selector: Selector) -> Manifest:
        """A desired child with its label, checked to be one that we would find again."""
        metadata = child["metadata"]
        described = f"{child['kind']} {'/'.join(key_of(child))}"
        problem = _label_problem(metadata.get("labels", {}))
        if problem:
            raise Failed(f"invalid labels on desired child {described}: {problem}")
        if self._definition.generates_selector:
            generated = {GENERATED_LABEL: parent["metadata"]["uid"]}
            metadata["labels"] = generated | metadata.get("labels", {})
        if not selector.accepts(metadata.get("labels") or {}):
            raise Failed(f"labels on desired child {described} don't match parent selector")
        return child

    def _write_status(self, parent: Manifest, status: Manifest) -> bool:
        """False if the parent is gone or always changing: then nothing else matters either."""
        wanted = {**status, "observedGeneration": parent["metadata"].get("generation", 0)}

        def changed(live: Manifest) -> Manifest | None:
            return None if same(live.get("status"), wanted) else {**live, "status": wanted}

        try:
            self._recorder.rewrite(
                self._definition.parent, parent, changed, self._recorder.update_status
            )
        except ApiError as error:
            if error.code in (404, 409):
                return False
            raise Failed(f"can't update status for {self._name(parent)}: {error}") from error
        return True


def _label_problem(stated: object) -> str:
    """What Go says of labels that are not a map of strings; "" if they are."""
    accessor = ".metadata.labels accessor error:"
    if not isinstance(stated, dict):
        return f"{accessor} {_go(stated)}, expected map[string]interface{{}}"
    for key, value in stated.items():
        if not isinstance(value, str):
            return (
                f'{accessor} contains non-string value in the map under key "{key}": {_go(value)}, '
                "expected string"
            )
    return ""


def _go(value: object) -> str:
    shown = {None: "<nil>", True: "true", False: "false"}
    types = {None.__class__: "<nil>", bool: "bool", int: "int64", float: "float64", str: "string"}
    text = shown[value] if value is None or isinstance(value, bool) else str(value)
    return f"{text} is of the type {types.get(type(value), 'map[string]interface {}')}"
