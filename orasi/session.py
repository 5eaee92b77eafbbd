"""One cluster, what has been applied to it, and the loop that brings it to rest."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from rich.text import Text

from orasi import state
from orasi.applying import Applier, Name, Refusal, Target, in_order
from orasi.cluster.api import Cluster, Pass
from orasi.screen import Screen
from orasi.sources import Identity, Source
from orasi.state import Item, Phase, Round
from orasi.steps import PROMPT, Steps

SHOWN_FAILURES = 10


class Session:
    """Remembers what has been applied, so that only what is new is applied again."""

    def __init__(
        self,
        cluster: Cluster,
        applier: Applier,
        passes: Callable[[], Iterable[Pass]],
        screen: Screen,
        steps: Steps,
    ) -> None:
        """*passes* runs those of one round, as they are asked for."""
        self._cluster = cluster
        self._applier = applier
        self._passes = passes
        self._screen = screen
        self._steps = steps
        self._sources: dict[Identity, Source] = {}
        self._targets: dict[Identity, Target] = {}
        self._refusals: dict[Identity, Refusal] = {}
        self._leaving: list[Name] = []
        self._errors: dict[Name, str] = {}
        self._items: list[Item] = []
        self._work = Round()

    @property
    def failures(self) -> Sequence[str]:
        """What failed in the last round, each sentence once, with the first object it is of."""
        said: defaultdict[str, list[Name]] = defaultdict(list)
        wanted = set(self._shown())
        for name, text in sorted(self._errors.items(), key=lambda error: error[0] not in wanted):
            said[state.sentence(text)].append(name)
        texts = [
            f"{first}{f' and {len(others)} more' if others else ''}: {text}"
            for text, (first, *others) in said.items()
        ]
        more = len(texts) - SHOWN_FAILURES
        return texts if more <= 0 else [*texts[:SHOWN_FAILURES], f"and {more:,} others"]

    @property
    def items(self) -> Sequence[Item]:
        """The objects as they were seen last."""
        return tuple(self._items)

    @property
    def stopped(self) -> bool:
        """Whether people have said that it ends where it is."""
        return self._work.stopped

    @property
    def succeeded(self) -> bool:
        """Whether all that was wanted is there and ready, and at rest or stopped."""
        return (
            (self._work.settled or self._work.stopped)
            and not self._errors
            and not self._refusals
            and all(item.phase is Phase.READY for item in self._items)
        )

    def apply(self, sources: Iterable[Source]) -> None:
        """Make the cluster hold what *sources* say, and no longer what earlier ones said."""
        wanted = {source.identity: source for source in sources}
        for identity in [identity for identity in self._sources if identity not in wanted]:
            self._remove(identity)
        for source in in_order(wanted.values()):
            known = self._sources.get(source.identity)
            if known is None or known.manifest != source.manifest:
                self._apply(source)
        self._sources = wanted

    def settle(self, *, quiet: bool = False) -> None:
        """Run passes until all is at rest, or until people stop it, and show it.

        If *quiet*, only if anything happens.
        """
        start = self._items
        self._work = Round()
        self._steps.begin()
        if not quiet:
            self._items = self._observed()
            self._screen.show(self._work, self._items, self._items)
        for done in self._passes():
            self._work = self._work.after(done)
            self._errors = state.errors_after(self._errors, done)
            before, self._items = self._items, self._observed()
            if done.changes or before != self._items:
                self._screen.show(self._work, before, self._items)
                if self._steps.after(self._work.passes) and self._stop():
                    return
        self._work = replace(self._work, settled=not self._errors)
        news = state.changed(start, self._items)
        if news or not quiet:
            self._screen.conclude(self._work, news, self._items)
            for failure in self.failures:
                self._screen.complain(failure)
        # Somebody else may have deleted an object that is still wanted: that stays to be seen.
        left = {i.name for i in self._items if i.phase is Phase.GONE} & set(self._leaving)
        self._leaving = [name for name in self._leaving if name not in left]
        self._items = [item for item in self._items if item.name not in left]

    def _stop(self) -> bool:
        """Show what there is, and ask whether that was all."""
        stopped = replace(self._work, stopped=True)
        self._screen.conclude(stopped, self._items, self._items)
        self._screen.say(Text(PROMPT, "dim"))
        if self._steps.go_on():
            return False
        self._work = stopped
        return True

    def _apply(self, source: Source) -> None:
        self._refusals.pop(source.identity, None)
        outcome = self._applier.apply(source)
        if isinstance(outcome, Refusal):
            self._refusals[source.identity] = outcome
            self._screen.complain(str(outcome))
        else:
            self._targets[source.identity] = outcome
            self._leaving = [name for name in self._leaving if name != outcome.name]

    def _remove(self, identity: Identity) -> None:
        self._refusals.pop(identity, None)
        target = self._targets.pop(identity, None)
        if target is None:
            return
        refusal = self._applier.delete(target)
        if refusal:
            self._screen.complain(str(refusal))
        if state.is_shown(target.resource, target.manifest):
            self._leaving.append(target.name)

    def _observed(self) -> list[Item]:
        refused = {refusal.name: refusal.reason for refusal in self._refusals.values()}
        return [
            replace(item, phase=Phase.REFUSED, reason=refused[item.name])
            if item.name in refused
            else item
            for item in state.items(self._cluster, [*self._shown(), *self._leaving], self._errors)
        ]

    def _shown(self) -> Iterator[Name]:
        """The objects to show, in the order of their files, and whatever was refused."""
        for identity in self._sources:
            target, refusal = self._targets.get(identity), self._refusals.get(identity)
            if refusal:
                yield refusal.name
            elif target and state.is_shown(target.resource, target.manifest):
                yield target.name
