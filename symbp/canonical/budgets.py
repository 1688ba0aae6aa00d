"""How much work one question may cost, counted, never timed.

A hostile or hopeless input ends in `LimitExceeded`, which a verifier answers with `undecided`;
it never ends in Python's recursion limit and never runs away.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

from symbp.errors import LimitExceeded

__all__ = ["Budget", "guarded"]

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class Budget:
    """Limits of one table.

    Attributes:
        terms: most terms of one polynomial.
        depth: most heads inside heads.
        steps: most applications of laws, over the life of the table (see `restart`).
        leaves: most leaves of one search for a canonical labelling.
        digits: most decimal digits of a coefficient.
    """

    terms: int = 5_000
    depth: int = 80
    steps: int = 100_000
    leaves: int = 3_000
    digits: int = 2_000
    spent: int = field(default=0, compare=False)

    def spend(self, steps: int = 1) -> None:
        """Count some work.

        Raises:
            LimitExceeded: the steps are used up.
        """
        self.spent += steps
        if self.spent > self.steps:
            raise LimitExceeded(
                f"the canonical form takes more than {self.steps} steps; "
                "name intermediates, or raise Budget.steps"
            )

    def restart(self) -> None:
        """Start counting steps anew, for the next question to the same table."""
        self.spent = 0

    def check_terms(self, count: int) -> None:
        """Refuse a polynomial of that many terms if it is too long."""
        if count > self.terms:
            raise LimitExceeded(
                f"an expression expands to more than {self.terms} terms; "
                "name intermediates, or raise Budget.terms"
            )

    def check_depth(self, depth: int) -> None:
        """Refuse a head of that depth if it is too deep."""
        if depth > self.depth:
            raise LimitExceeded(
                f"functions and sums are nested more than {self.depth} deep; "
                "name intermediates, or raise Budget.depth"
            )


def guarded(function: Callable[P, T]) -> Callable[P, T]:
    """A public operation whose nesting is limited: Python's own limit counts as ours.

    Work inside is bounded by `Budget.depth`, so this fires only for a caller that is itself deep.
    """

    @functools.wraps(function)
    def limited(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except RecursionError:
            raise LimitExceeded(
                "functions and sums are nested too deep; name intermediates"
            ) from None

    return limited
