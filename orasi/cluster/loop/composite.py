"""One sync of one parent of a CompositeController."""

from orasi.cluster.api import ApiError, Manifest
from orasi.cluster.loop.answers import CompositeAnswer, HookFailed, composite_answer
from orasi.cluster.loop.children import Observed, distinct
from orasi.cluster.loop.claims import GENERATED_LABEL, Selector, claim, selector_of
from orasi.cluster.loop.nested import Misshapen, texts
from orasi.cluster.loop.related import Groups
from orasi.cluster.loop.rolling import Rolling
from orasi.cluster.loop.snapshot import key_of
from orasi.cluster.loop.sync import Failed, Sync
from orasi.cluster.values import same


class CompositeSync(Sync):
    """The steps of one sync, in Metacontroller's order."""

    subject, group = "parent", "children"

    def run(self, parent: Manifest) -> None:
        parent = self._prepared_parent(parent)
        if not self._definition.concerns(parent):
            return
        selector = selector_of(self._definition, parent)
        claimed = claim(self._definition, parent, selector, self._snapshot, self._recorder)
        observed, self.has_adopted = claimed.observed, claimed.has_adopted
        related = self._related(parent)
        answer = self._answer(parent, observed, related)
        self.resync_after = max(0.0, answer.resync_after)
        if answer.finalized:
            parent = self._with_finalizer(parent, False, "remove")
        placed = distinct(self._with_namespace(child, parent) for child in answer.children)
        desired = [self._prepared_child(child, parent, selector) for child in placed]
        failure = self._manage(parent, observed, desired) if self._manages(parent) else ""
        if self._write_status(parent, answer.status or {}) and failure:
            raise Failed(failure)

    def _answer(self, parent: Manifest, observed: Observed, related: Groups) -> CompositeAnswer:
        def ask(state: Manifest) -> CompositeAnswer:
            return self._called(state, observed, related, composite_answer)

        try:
            if self._definition.rolling and self._manages(parent):
                rolling = Rolling(self._definition, parent, self._snapshot, self._recorder)
                return rolling.answer(ask)
            return ask(parent)
        except HookFailed as error:
            raise Failed(f"sync hook failed for {self._name(parent)}: {error}") from error

    def _without_hook(self, parent: Manifest) -> str:
        return f"sync hook nil//not defined for {self._name(parent)}: %!w(<nil>)"

    def _prepared_child(self, child: Manifest, parent: Manifest, selector: Selector) -> Manifest:
        """A desired child with its label, checked to be one that we would find again."""
        metadata = child["metadata"]
        described = f"{child['kind']} {'/'.join(key_of(child))}"
        try:
            labels = texts(child, ("metadata", "labels"))
        except Misshapen as error:
            raise Failed(f"invalid labels on desired child {described}: {error}") from error
        if self._definition.generates_selector:
            labels = {GENERATED_LABEL: parent["metadata"]["uid"], **labels}
            metadata["labels"] = labels
        if not selector.accepts(labels):
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
