"""The domain of a chain in its one input: `B > 0, C > 0` solved for X, `X > 0 or X < -2`.

Each condition is unfolded down to the input and reduced by inverses that are monotone,

    ln u > 0  <=>  u > 1          sqrt u > 0  <=>  u > 0

until it compares a rational function of the input with 0. Between neighbouring real roots of all
numerators and denominators every condition is constant, so one exact point decides each piece.
Where a root is not rational, or something else than a rational function is left, there is no
answer and nothing is printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import pairwise

import sympy

from symbp.algebra import Placeholders, to_sympy
from symbp.errors import LimitExceeded, NotSupportedError
from symbp.expressions import ONE, ZERO, Access, Call, Comparison, Node, Number, Sum, accesses
from symbp.simplifying.relations import unfold_all
from symbp.systems import EquationSystem

__all__ = ["Piece", "solved_region"]

#: Conditions of larger degree are not solved.
MAX_DEGREE = 12
#: Larger expressions (nodes, shared ones counted each time) are not solved.
MAX_SIZE = 200

#: Comparisons that hold together: `X > -1, X < 1`.
Piece = tuple[Comparison, ...]
Test = Callable[[Fraction], bool]

_HOLDS: dict[str, Callable[[Fraction], bool]] = {
    ">": lambda value: value > 0,
    ">=": lambda value: value >= 0,
    "<": lambda value: value < 0,
    "<=": lambda value: value <= 0,
    "!=": lambda value: value != 0,
}


def solved_region(
    system: EquationSystem, statements: Iterable[Node], by: str
) -> tuple[Piece, ...] | None:
    """Where all statements hold, as intervals of one scalar; None where that is not found.

    Args:
        system: a system without indices.
        statements: comparisons of its quantities.
        by: the scalar on which all of them depend.

    Returns:
        The pieces of which one holds, from left to right; the empty tuple where none can.
    """
    computed = frozenset(e.target for e in system.equations)
    tests: list[Test] = []
    breaks: dict[Fraction, None] = {}
    for statement in statements:
        if not isinstance(statement, Comparison):
            return None
        gap = _difference(statement.left, statement.right)
        opened = unfold_all(gap, system, computed)
        if opened.size > MAX_SIZE or {a.quantity for a in accesses(opened)} != {by}:
            return None
        made = _test(_inside(opened, statement.relation), statement.relation)
        if made is None:
            return None
        tests.append(made[0])
        breaks.update(dict.fromkeys(made[1]))
    return _pieces(sorted(breaks), tests, Access(by))


def _difference(left: Node, right: Node) -> Node:
    return left if right == ZERO else Sum(((1, left), (-1, right)))


def _inside(value: Node, relation: str) -> Node:
    """What compares with 0 in the same way, without the function outside.

    The domains of these functions are conditions of their own.
    """
    while isinstance(value, Call) and relation in (">", ">="):
        inside = value.arguments[0]
        if value.function == "ln":
            value = _difference(inside, ONE)
        elif value.function == "sqrt":
            value = inside
        else:
            break
    return value


def _test(value: Node, relation: str) -> tuple[Test, list[Fraction]] | None:
    """Whether a rational function stands in a relation to 0, and where that may change."""
    places = Placeholders()
    try:
        expression = to_sympy(value, places.symbol)
    except (NotSupportedError, LimitExceeded):
        return None
    symbols = sorted(expression.free_symbols, key=str)
    if len(symbols) > 1 or not expression.is_rational_function(*symbols):
        return None
    symbol = symbols[0] if symbols else sympy.Symbol("x")
    above, below = sympy.fraction(sympy.together(expression))
    roots: list[Fraction] = []
    polynomials = []
    for side in (above, below):
        polynomial = sympy.Poly(side, symbol)
        if polynomial.domain not in (sympy.ZZ, sympy.QQ) or polynomial.degree() > MAX_DEGREE:
            return None
        rational = polynomial.ground_roots()
        if polynomial.is_zero or polynomial.sqf_part().count_roots() != len(rational):
            return None
        roots += [Fraction(int(r.p), int(r.q)) for r in rational]
        polynomials.append(polynomial)
    top, bottom = polynomials

    def holds(at: Fraction) -> bool:
        down = _at(bottom, at)
        return down != 0 and _HOLDS[relation](_at(top, at) / down)

    return holds, roots


def _at(polynomial: sympy.Poly, place: Fraction) -> Fraction:
    value = Fraction(0)
    for coefficient in polynomial.all_coeffs():
        value = value * place + Fraction(int(coefficient.p), int(coefficient.q))
    return value


def _pieces(breaks: Sequence[Fraction], tests: Sequence[Test], access: Access) -> tuple[Piece, ...]:
    """The union of what holds: open intervals between breaks, and the breaks themselves."""

    def holds(at: Fraction) -> bool:
        return all(test(at) for test in tests)

    if not breaks:
        return ((),) if holds(Fraction(0)) else ()
    inner = [(a + b) / 2 for a, b in pairwise(breaks)]
    middles = [breaks[0] - 1, *inner, breaks[-1] + 1]
    missing = [b for b in breaks if not holds(b)]
    if all(holds(m) for m in middles):
        return (tuple(Comparison("!=", access, Number(b)) for b in missing),)
    found: list[Piece] = []
    low: tuple[Fraction | None, bool] | None = None  # where the piece begins, and whether with it
    for place, middle in enumerate(middles):
        high = breaks[place] if place < len(breaks) else None
        if holds(middle):
            if low is None:
                low = (breaks[place - 1] if place else None, False)
            if high is None or not holds(high):
                found.append(_piece(low, (high, False), access))
                low = None
        elif low is not None:  # begun at the break before, which holds alone or ends the piece
            found.append(_piece(low, (breaks[place - 1], True), access))
            low = None
        if low is None and high is not None and holds(high):
            low = (high, True)
    return tuple(found)


def _piece(
    low: tuple[Fraction | None, bool], high: tuple[Fraction | None, bool], access: Access
) -> Piece:
    (start, from_start), (end, to_end) = low, high
    if start is not None and start == end:
        return (Comparison("==", access, Number(start)),)
    made = []
    if start is not None:
        made.append(Comparison(">=" if from_start else ">", access, Number(start)))
    if end is not None:
        made.append(Comparison("<=" if to_end else "<", access, Number(end)))
    return tuple(made)
