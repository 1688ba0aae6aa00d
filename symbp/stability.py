"""An equal system in spellings that neither overflow nor cancel: what is computed, not printed.

    shift      sums of exponentials lose their largest term, in every equation that can tell
    centre     variances are sums of squared deviations
    weigh      what divides by a probability is multiplied with it first
    unmask     masked values are read without their mask where it holds
    drift      deviations are freed from the rounding of their mean
    excess     logarithms of shifted sums are taken beyond the largest term
    residual   a probability minus its target is taken by parts
    open       named values that lose what is computed from them are opened
    form       every elementwise right side takes its accurate form
    mask       what may be infinite stands inside the branch of the mask beside it
    norm       a quotient by a norm is 0 where the norm is 0
    share      exponentials that several equations need are computed once

Forward and adjoint equations are rewritten together, after the last differentiation. Every new
right side is proved equal to the one it replaces (`equalities.py`); one that is not stays. What was
done is kept, rule by rule, so that a file can say beside each line how it is computed.

The interpreter never comes here: it evaluates what the author wrote, and is the oracle for this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from symbp.spelling import spell_equation
from symbp.stabilising.centring import centre
from symbp.stabilising.conventions import settle_norms
from symbp.stabilising.drifts import remove_drift
from symbp.stabilising.excess import split_excess
from symbp.stabilising.masking import guard_masks
from symbp.stabilising.openings import open_values
from symbp.stabilising.residuals import split_residuals
from symbp.stabilising.rewrites import Rewrite
from symbp.stabilising.sharing import share
from symbp.stabilising.shifting import shift
from symbp.stabilising.unmasking import unmask
from symbp.stabilising.weighting import weigh
from symbp.systems import EquationSystem
from symbp.wellformed import check

__all__ = ["PASSES", "Stabilised", "stabilise"]

Pass = Callable[[EquationSystem, frozenset[str]], tuple[EquationSystem, tuple[Rewrite, ...]]]

#: The passes that choose spellings, in their order; what they bring in is shared at the end.
PASSES: tuple[Pass, ...] = (
    centre,
    weigh,
    unmask,
    shift,
    shift,  # an exponential that was spelled through a softmax and its sum shows once these are
    split_excess,
    split_residuals,
    open_values,
    guard_masks,
    settle_norms,
    remove_drift,
)


@dataclass(frozen=True)
class Stabilised:
    """A system as it is computed.

    Attributes:
        system: the equations, some of them in other spellings; same values, same author's names.
        rewrites: what was done, in order.
    """

    system: EquationSystem
    rewrites: tuple[Rewrite, ...]

    @property
    def notes(self) -> dict[str, str]:
        """For each quantity that is computed in another spelling, what is said of it."""
        found: dict[str, dict[str, None]] = {}
        for rewrite in self.rewrites:
            found.setdefault(rewrite.after.target, {})[rewrite.note] = None
        return {name: ", ".join(n for n in notes if n) for name, notes in found.items()}

    def report(self) -> str:
        """What was done, as text: each equation as it was written, and as it is computed."""
        rows: list[str] = []
        for equation in self.system.equations:
            note = self.notes.get(equation.target)
            if note:
                written = self.system.originals.get(equation, equation)
                before, after = (
                    spell_equation(e, decimals=self.system.decimals) for e in (written, equation)
                )
                rows += [before, f"    {note}: {after}"]
        return "\n".join(rows) or "every equation is computed as it is written"


def stabilise(system: EquationSystem, closed: Iterable[str] = ()) -> Stabilised:
    """The system as it is computed.

    Args:
        system: checked and normalised equations, forward and adjoint.
        closed: computed quantities whose values somebody else gives.

    The answer is kept with the system, which never changes.
    """
    outside = frozenset(closed)
    key = ("stabilise", outside)
    known = system.readings.get(key)
    if not isinstance(known, Stabilised):
        known = system.readings[key] = _stabilised(system, outside)
    return known


def _stabilised(system: EquationSystem, outside: frozenset[str]) -> Stabilised:
    done: list[Rewrite] = []
    made = system
    for choose in PASSES:
        made, rewrites = choose(made, outside)
        done += rewrites
    if not done:
        return Stabilised(system, ())
    touched = {r.after.target for r in done}
    touched |= {name for name in made.quantities if name not in system.quantities}
    made, rewrites = share(made, frozenset(touched))
    return Stabilised(check(made), (*done, *rewrites))
