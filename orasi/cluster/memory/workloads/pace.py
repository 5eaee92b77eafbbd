"""How fast an autoscaler goes to where it wants to be: windows of stabilization, and policies."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from orasi.cluster.api import Manifest

WINDOW_SECONDS = 300.0
"""So long a number of pods that was found right keeps there from being fewer, unless told else."""
LONGEST_SECONDS = 3600.0
"""Nothing is asked for that is longer ago."""

Why = tuple[str, str]
"""Reason and message."""

READY = "ReadyForNewScale", "recommended size matches current size"
RECENT = "recent recommendations were {} than current one, applying the {} recent recommendation"
UP_STABILIZED = "ScaleUpStabilized", RECENT.format("lower", "lowest")
DOWN_STABILIZED = "ScaleDownStabilized", RECENT.format("higher", "highest")
DESIRED = "the desired replica count is "
WITHIN = "DesiredWithinRange", "the desired count is within the acceptable range"
TOO_MANY = "TooManyReplicas", f"{DESIRED}more than the maximum replica count"
TOO_FEW = "TooFewReplicas", f"{DESIRED}less than the minimum replica count"
UP_LIMIT = "ScaleUpLimit", f"{DESIRED}increasing faster than the maximum scale rate"
DOWN_LIMIT = "ScaleDownLimit", f"{DESIRED}decreasing faster than the maximum scale rate"


@dataclass
class History:
    """What an autoscaler remembers: it is in no object."""

    found: list[tuple[float, int]] = field(default_factory=list)
    """Until when it last found which number of pods right."""
    done: list[tuple[float, int]] = field(default_factory=list)
    """When it added how many pods, or took away."""
    is_held: bool = False
    """Whether it would go further, were it not for what it remembers."""
    _goes_on: bool = False

    def look(self, now: float) -> None:
        """The real one looks every few seconds, this one only when something has happened.

        So what it found last time it has found ever since.
        """
        if self._goes_on:
            self.found[-1] = now, self.found[-1][1]
        self._goes_on = self.is_held = False
        self.found = [each for each in self.found if each[0] + LONGEST_SECONDS > now]
        self.done = [each for each in self.done if each[0] + LONGEST_SECONDS > now]

    def begin(self, now: float, replicas: int) -> None:
        """What there is when it looks for the first time, it takes to be right."""
        if not self.found:
            self.found.append((now, replicas))

    def find(self, now: float, replicas: int) -> None:
        self.found.append((now, replicas))
        self._goes_on = True

    def changes(self, spec: Manifest) -> Iterator[float]:
        """When what holds it back is over."""
        if not self.is_held:
            return
        rules = spec.get("behavior", {}).values()
        windows = {each.get("stabilizationWindowSeconds", WINDOW_SECONDS) for each in rules}
        for moment, _ in self.found[:-1]:
            yield from (moment + seconds for seconds in windows or {WINDOW_SECONDS})
        periods = {policy["periodSeconds"] for each in rules for policy in each["policies"]}
        for moment, _ in self.done:
            yield from (moment + seconds for seconds in periods)

    def lately(self, now: float, seconds: float) -> list[int]:
        """What it found right."""
        return [replicas for moment, replicas in self.found if moment + seconds > now]

    def grown(self, now: float, seconds: float) -> int:
        return sum(change for moment, change in self.done if moment + seconds > now)


@dataclass(frozen=True)
class Pace:
    """One decision of one autoscaler that has *current* pods."""

    spec: Manifest
    history: History
    current: int
    now: float

    @property
    def _rules(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.spec.get("behavior", {})
        return found

    def stabilized(self, found: int) -> tuple[int, Why]:
        """The number that recent ones let it have, when it now finds *found* right."""
        if not self._rules:
            wanted = max([found, *self.history.lately(self.now, WINDOW_SECONDS)])
            return wanted, READY if wanted == found else DOWN_STABILIZED
        up, down = (
            [found, *self.history.lately(self.now, float(seconds))]
            for seconds in (
                self._rules["scaleUp"]["stabilizationWindowSeconds"],
                self._rules["scaleDown"].get("stabilizationWindowSeconds", WINDOW_SECONDS),
            )
        )
        wanted = min(max(self.current, min(up)), max(down))
        if wanted == found:
            return wanted, READY
        return wanted, UP_STABILIZED if found >= self.current else DOWN_STABILIZED

    def limited(self, wanted: int) -> tuple[int, Why]:
        """The number that bounds and policies let it have at once."""
        least, most = self.spec["minReplicas"], self.spec["maxReplicas"]
        fastest, slowest = self._limits()
        if wanted > min(most, fastest):
            return min(most, fastest), UP_LIMIT if fastest < most else TOO_MANY
        if wanted < max(least, slowest):
            return max(least, slowest), DOWN_LIMIT if slowest > least else TOO_FEW
        return wanted, WITHIN

    def _limits(self) -> tuple[int, int]:
        """The most pods, and the fewest."""
        if not self._rules:
            return max(2 * self.current, 4), 0
        return (
            max(self.current, self._limit("scaleUp", 1)),
            min(self.current, self._limit("scaleDown", -1)),
        )

    def _limit(self, name: str, sign: int) -> int:
        rules = self._rules[name]
        if rules["selectPolicy"] == "Disabled":
            return self.current
        found = []
        for policy in rules["policies"]:
            before = self.current - self.history.grown(self.now, policy["periodSeconds"])
            change = sign * policy["value"]
            if policy["type"] == "Pods":
                found.append(before + change)
            else:
                share = before * (1 + change / 100)
                found.append(math.ceil(share) if sign > 0 else int(share))
        is_most = (rules["selectPolicy"] == "Max") == (sign > 0)
        return int(max(found) if is_most else min(found))
