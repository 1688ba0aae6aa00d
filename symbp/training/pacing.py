"""How many steps a call of compiled code takes, and which calls run aside.

No call is meant to take longer than about `CALL` seconds, so that progress shows and an interrupt
is heard. Where one does (the first of its kind compiles, and a single step is never cut) it runs in
a thread, for which the training waits.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from symbp.training.interrupts import Interrupts

__all__ = ["Calls"]

#: Seconds that one call of compiled code is meant to take.
CALL = 0.1
#: The first calls take one step; each call takes at most so many times more than the last.
GROWTH = 8

T = TypeVar("T")


class Calls:
    """Makes the calls of one training.

    Attributes:
        steps: how many steps the next call is to take.
        interrupts: hears Ctrl-C; it is entered while calls are made.
    """

    def __init__(self) -> None:
        self.steps = 1
        self.interrupts = Interrupts()
        self._made: dict[str, int] = {}
        self._pace: dict[str, float] = {}

    def run(self, kind: str, call: Callable[[], T], steps: int = 1) -> T:
        """Make a call; aside, if it may take long.

        Args:
            kind: what it is; it is expected to go at the pace of the last call of its kind.
            call: changes nothing that is read after an interrupt.
            steps: how many it takes.

        Raises:
            KeyboardInterrupt: there was an interrupt; a call aside goes on by itself.
        """
        self.interrupts.check()
        began = time.perf_counter()
        if self._pace.get(kind, CALL) * steps < 2 * CALL and self._made.get(kind, 0) > 1:
            made = call()
        else:
            made = self.interrupts.aside(call)
        self._note(kind, time.perf_counter() - began, steps)
        return made

    def _note(self, kind: str, seconds: float, steps: int) -> None:
        """Learn how long a step takes; the first call has compiled as well, and tells nothing."""
        self._made[kind] = self._made.get(kind, 0) + 1
        if self._made[kind] > 1:
            self._pace[kind] = max(seconds, 1e-9) / steps
            if kind == "steps":
                most = int(CALL / self._pace[kind])
                self.steps = max(1, min(steps * GROWTH, most))
