"""One sync of one object of a DecoratorController."""

from collections.abc import Mapping

from orasi.cluster.api import ApiError, Manifest
from orasi.cluster.loop.answers import DecoratorAnswer, decorator_answer
from orasi.cluster.loop.children import Observed
from orasi.cluster.loop.merge import text_annotations
from orasi.cluster.loop.snapshot import key_of, qualified_name
from orasi.cluster.loop.sync import Failed, Sync
from orasi.cluster.values import same

DECORATED_BY = "metacontroller.k8s.io/decorator-controller"


class DecoratorSync(Sync):
    """The steps of one sync, in Metacontroller's order: the object first, then what it gets."""

    subject, group = "object", "attachments"

    def run(self, parent: Manifest) -> None:
        parent = self._prepared_parent(parent)
        if not self._definition.concerns(parent):
            return
        observed = self._attached(parent)
        answer = self._called(parent, observed, self._related(parent), decorator_answer)
        self.resync_after = max(0.0, answer.resync_after)
        # Whether the attachments are ours is judged on the object as it was before.
        if self._written(parent, answer) and self._manages(parent):
            desired = [self._marked(self._with_namespace(each, parent)) for each in answer.children]
            failure = self._manage(parent, observed, desired)
            if failure:
                raise Failed(failure)

    def _without_hook(self, _parent: Manifest) -> str:
        return "no enabled hooks found"

    def _attached(self, parent: Manifest) -> Observed:
        """What this controller has made for *parent*. Nothing is ever adopted or let go."""
        namespace = parent["metadata"].get("namespace")
        return {
            resource: {
                qualified_name(each): each
                for each in self._snapshot.objects(resource).owned_by(parent["metadata"]["uid"])
                if _annotations(each).get(DECORATED_BY) == self._definition.name
                and (not namespace or key_of(each)[0] == namespace)
            }
            for resource in self._definition.children
        }

    def _written(self, parent: Manifest, answer: DecoratorAnswer) -> bool:
        """Write on the object what the answer says of it, if that is news; False if it has changed
        or gone meanwhile: that wakes us again."""
        wanted = {**parent, "metadata": {**parent["metadata"]}}
        for name, updates in (("labels", answer.labels), ("annotations", answer.annotations)):
            before = parent["metadata"].get(name) or {}
            after = _updated(before, updates)
            if after != before:
                wanted["metadata"][name] = after
        status_differs = answer.status is not None and not same(parent.get("status"), answer.status)
        if status_differs:
            wanted["status"] = answer.status
        if answer.finalized and self._has_finalizer(parent):
            others = [
                each
                for each in parent["metadata"]["finalizers"]
                if each != self._definition.finalizer
            ]
            wanted["metadata"]["finalizers"] = others
        if wanted == parent and not status_differs:
            return True
        return self._put(wanted, with_status=status_differs)

    def _put(self, wanted: Manifest, *, with_status: bool) -> bool:
        resource, what = self._definition.parent, "status"
        try:
            if with_status and resource.has_status:
                stored = self._recorder.update_status(resource, wanted)
                version = {"resourceVersion": stored["metadata"]["resourceVersion"]}
                wanted = {**wanted, "metadata": {**wanted["metadata"], **version}}
            what = self._name(wanted)
            self._recorder.update(resource, wanted)
        except ApiError as error:
            if error.code in (404, 409):
                return False
            raise Failed(f"can't update {what}: {error}") from error
        return True

    def _marked(self, attachment: Manifest) -> Manifest:
        """A desired attachment with what this controller finds it by."""
        annotations = {**text_annotations(attachment), DECORATED_BY: self._definition.name}
        return {**attachment, "metadata": {**attachment["metadata"], "annotations": annotations}}


def _annotations(manifest: Manifest) -> Mapping[str, str]:
    found: Mapping[str, str] = manifest["metadata"].get("annotations") or {}
    return found


def _updated(before: Mapping[str, str], updates: Mapping[str, str | None]) -> dict[str, str]:
    """A key that is updated to None goes; keys that are not named stay."""
    after = {**before, **updates}
    return {key: text for key, text in after.items() if text is not None}
