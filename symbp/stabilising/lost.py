"""What a stored value has lost of an expression, measured; and the expression without that value.

    h[n] = elu(z[n])          1 + h[n]      exp(z[n]) for z[n] <= 0: h is -1 there to the last digit
    h[n] = 1/(2 + exp(z[n]))  1 - 2*h[n]    exp(z[n])/(2 + exp(z[n])): h is 1/2
    h[n] = 1/(1 + z[n]^2)     1 - h[n]      z[n]^2/(1 + z[n]^2): h is 1

A derivative is written in the value of its function, and what the value was rounded to may be all
that is left of it. So a sum that reads one stored function of one variable is computed at corner
points, in long numbers, from the exact value of the function and from the float next to it. Where
the two differ in more than the last digits, near 0 or far out, the sum is written in the variable,
in its accurate form, branch by branch; it stays as it is where that form is not better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import mpmath
import numpy as np

from symbp.branching import as_tree, negated
from symbp.expressions import Access, Node, Sum, Where, transform
from symbp.matching import replace_nodes
from symbp.numerics.accuracy import DIGITS, Tape, corners, ulps
from symbp.numerics.longnumbers import MPMATH
from symbp.numerics.numbers import FLOAT64
from symbp.stabilising.stableforms import stable_form

__all__ = ["VALUE", "VARIABLE", "regained", "without_needless_branches"]

VALUE, VARIABLE = Access("·value"), Access("·u")
#: Units in the last place that a rounded value may cost before anything is done about it.
TOLERATED = 16.0
#: How many times more accurate another form has to be.
BETTER = 8.0
#: Below this, digits are lost to underflow in any form.
SMALLEST = 1e-290
#: Functions level off towards 0 and far out.
NEAR, FAR = 1e-8, 30.0
#: Beyond this, a number in front of the variable is one too many.
LARGEST = 1e300


@dataclass(frozen=True, slots=True)
class _Point:
    """A value of the variable, the float that is stored for it, and the true value of the whole."""

    variable: float
    stored: float
    true: Any


@lru_cache(maxsize=4096)
def regained(root: Node, definition: Node) -> Node | None:
    """A sum or product written in the variable alone.

    Args:
        root: what reads `VALUE`, and may read `VARIABLE`.
        definition: the function of `VARIABLE` that is stored.

    Returns:
        None where the rounding of the value does no harm, or no better form is known.
    """
    plain = Tape(root, [VALUE, VARIABLE], FLOAT64)
    if not _suspicious(root, plain, Tape(definition, [VARIABLE], FLOAT64)):
        return None
    points = _points(root, definition)
    with np.errstate(all="ignore"):
        harm = [ulps(_at(plain, p.stored, p.variable), p.true, FLOAT64) for p in points]
        harmed = [p for p, units in zip(points, harm, strict=True) if units > TOLERATED]
        if not any(_is_end(p.variable) for p in harmed):
            return None
        made = _opened(root, definition)
        tape = Tape(made, [VARIABLE], FLOAT64)
        left = [ulps(_at(tape, p.variable), p.true, FLOAT64) for p in points]
    worse = any(new > max(TOLERATED, old) for new, old in zip(left, harm, strict=True))
    better = any(
        old > TOLERATED and new <= old / BETTER and np.isfinite(new)
        for new, old in zip(left, harm, strict=True)
    )
    return made if better and not worse else None


def _variables() -> Sequence[float]:
    """The corner points but the largest, where 2*u is no float any more."""
    return [u for (u,) in corners([VARIABLE]) if abs(u) <= LARGEST]


def _is_end(variable: float) -> bool:
    """Whether a point lies where a function levels off, and not beside a zero of the whole.

    Beside a zero, as of sqrt(u) - 1 at 1, a difference is what its author asked for.
    """
    return abs(variable) <= NEAR or abs(variable) >= FAR


def _at(tape: Tape, *values: float) -> Any:
    found = tape.value([np.float64(v) for v in values])
    return np.float64("nan") if found is None else found


def _suspicious(root: Node, plain: Tape, function: Tape) -> bool:
    """Whether floats show that terms cancel, or that a product leaves the range: a quick look."""
    terms = [term for _, term in root.terms] if isinstance(root, Sum) else []
    tapes = [Tape(term, [VALUE, VARIABLE], FLOAT64) for term in terms]
    with np.errstate(all="ignore"):
        for u in _variables():
            value = function.value([np.float64(u)])
            if value is None or not np.isfinite(value):
                continue
            whole = _at(plain, value, u)
            largest = max((abs(_at(tape, value, u)) for tape in tapes), default=0.0)
            if not np.isfinite(whole) or abs(whole) * TOLERATED < largest:
                return True
            if not terms and abs(whole) < SMALLEST and value and u:
                return True
    return False


def _points(root: Node, definition: Node) -> Sequence[_Point]:
    """The corner points at which enough digits settle the true value."""
    tapes = [
        (numbers, Tape(definition, [VARIABLE], numbers), Tape(root, [VALUE, VARIABLE], numbers))
        for numbers in (MPMATH(2 * DIGITS), MPMATH(4 * DIGITS))
    ]
    found: list[_Point] = []
    for u in _variables():
        values: list[Any] = []
        stored = 0.0
        for numbers, function, whole in tapes:
            variable = numbers.of_data(u)
            value = function.value([variable])
            if value is not None and mpmath.isfinite(value):
                stored = float(value)
                values.append(whole.value([value, variable]))
        usual = stored == 0 or SMALLEST <= abs(stored) < np.inf
        if len(values) == len(tapes) and usual and _settled(values):
            found.append(_Point(u, stored, values[1]))
    return found


def _settled(values: Sequence[Any]) -> bool:
    if any(v is None or not mpmath.isfinite(v) for v in values):
        return False
    few, many = values
    digits = mpmath.mpf(10) ** -DIGITS
    return bool(abs(many) >= SMALLEST and abs(few - many) <= abs(many) * digits)


def _opened(root: Node, definition: Node) -> Node:
    """The sum with the definition put in, each of its branches in its accurate form."""
    whole = replace_nodes(root, {VALUE: definition})
    tree = as_tree(whole)
    return _leaves(whole if tree is None else tree)


def _leaves(root: Node) -> Node:
    if not isinstance(root, Where):
        return stable_form(root)
    return Where(root.condition, _leaves(root.then), _leaves(root.otherwise))


def without_needless_branches(root: Node) -> Node:
    """Branches that a branch around them decides: where(z <= 0, where(z > 0, a, b), c)."""

    def settle(current: Node) -> Node:
        if not isinstance(current, Where):
            return current
        then = _decided(current.then, current.condition, holds=True)
        otherwise = _decided(current.otherwise, current.condition, holds=False)
        return Where(current.condition, then, otherwise)

    return transform(root, settle)


def _decided(root: Node, condition: Node, *, holds: bool) -> Node:
    opposite = negated(condition)

    def choose(current: Node) -> Node:
        if isinstance(current, Where) and current.condition in (condition, opposite):
            return current.then if (current.condition == condition) == holds else current.otherwise
        return current

    return transform(root, choose)
