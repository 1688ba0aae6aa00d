"""Benches: the experiments of one system, each made once, and the order in which they are tried.

What an experiment may cost is counted in elements computed, never in time. Of an expensive system
fewer entries are compared at each point; one that is too expensive is refused.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from symbp.errors import NotSupportedError
from symbp.systems import EquationSystem
from symbp.verification.claims import Statement
from symbp.verification.costs import Meter, system_cost
from symbp.verification.experiments import Experiment, UndefinedError
from symbp.verification.points import draw_point, size_choices

__all__ = ["EXPENSIVE", "Bench", "entries_to_compare"]

#: Most entries compared at one point; fewer where a system is expensive.
MAX_PLACES = 24
#: Elements of one evaluation: for which all places are compared; all sizes are tried; at most.
CHEAP, EXPENSIVE, AFFORDABLE = 600, 2_000, 100_000

#: Which points are tried: number of the size choice, style, seed; generic points first.
SCHEDULE = (
    (0, "generic", 1),
    (0, "plain", 2),
    (1, "generic", 3),
    (2, "small", 4),
    (0, "small", 5),
    (3, "generic", 6),
    (4, "plain", 7),
    (2, "zeros", 8),
    (1, "ones", 9),
    (3, "zeros", 10),
    (3, "ones", 11),
    (4, "small", 12),
)
#: Points of a system without symbolic extents besides, where sizes bring no variety.
MORE = tuple((0, "generic", seed) for seed in range(31, 37))


class Bench:
    """Experiments of one system, each made once: what several claims about it share.

    Points at which the system has no value are left out.
    """

    def __init__(self, system: EquationSystem, meter: Meter | None = None) -> None:
        self.system = system
        self.meter = meter if meter is not None else Meter()
        self._made: dict[tuple[int, str, int], Experiment | None] = {}
        sizes = size_choices(system.extents)
        if system_cost(system, sizes[0]) > EXPENSIVE:
            sizes = tuple(sorted(sizes, key=lambda size: system_cost(system, size))[:2])
        self.sizes = sizes

    def experiment(self, size: int, style: str, seed: int) -> Experiment | None:
        """The experiment at one place of the schedule; None where there is none."""
        key = (size % len(self.sizes), style, seed)
        if key not in self._made:
            self._made[key] = self._make(*key)
        return self._made[key]

    def _make(self, size: int, style: str, seed: int) -> Experiment | None:
        if system_cost(self.system, self.sizes[size]) > AFFORDABLE:
            raise NotSupportedError(
                f"one evaluation of the system takes more than {AFFORDABLE} elements; "
                "give it symbolic extents, so that small sizes can be tried"
            )
        for attempt in range(4):
            point = draw_point(self.system, self.sizes[size], style, 1000 * attempt + seed)
            if point is None:
                continue
            try:
                return Experiment(self.system, point, meter=self.meter)
            except UndefinedError:
                continue
        return None

    def scheduled(self) -> Iterator[Experiment]:
        """The experiments of the schedule."""
        more = () if len(self.sizes) > 1 else MORE
        for size, style, seed in (*SCHEDULE, *more):
            made = self.experiment(size, style, seed)
            if made is not None:
                yield made

    def generic(self, count: int) -> list[Experiment]:
        """That many experiments at generic points, as far as there are any."""
        found: list[Experiment] = []
        for size, seed in ((0, 1), (1, 3), (3, 6), (0, 21), (1, 22), (2, 23), (3, 24)):
            made = self.experiment(size, "generic", seed)
            if made is not None:
                found.append(made)
            if len(found) == count:
                break
        return found


def entries_to_compare(statement: Statement, experiment: Experiment) -> list[dict[str, int]]:
    """Entries to compare: all, or some of each pattern of equal indices."""
    places = experiment.places(statement)
    most = max(2, min(MAX_PLACES, MAX_PLACES * CHEAP // max(1, experiment.cost)))
    if any(len(d.by) > 1 for d in statement.derivatives.values()):
        most = max(2, most // 4)
    if len(places) <= most:
        return places
    rng = random.Random(len(places))  # noqa: S311 - tests, not secrets
    rng.shuffle(places)
    patterns: dict[tuple[int, ...], list[dict[str, int]]] = {}
    for place in places:
        values = list(place.values())
        patterns.setdefault(tuple(values.index(v) for v in values), []).append(place)
    chosen: list[dict[str, int]] = []
    groups = list(patterns.values())
    while len(chosen) < most:
        chosen += [group.pop() for group in groups if group]
    return chosen[:most]
