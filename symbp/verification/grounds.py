"""Showing that the claimed side has a value wherever the claim is made.

First by intervals: those of the quantities, given the facts, narrowed by the conditions of the left
side. Then in the canonical form: a condition of the left side decides a head (it holds for all
indices), a guard of a branch decides an atom (it holds at its own indices), and a need must become
true once these are put in. Names are opened one after the other, the last first, since some things
show only while a name is closed: of B = A^2, B > 0 gives A != 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from symbp.canonical.conditions import above_zero, is_zero_bracket
from symbp.canonical.heads import Atom, Head, Poly
from symbp.canonical.polynomials import number
from symbp.canonical.reader import read
from symbp.canonical.substitution import rewrite
from symbp.errors import LimitExceeded, MathError, NotSupportedError
from symbp.expressions import (
    ZERO,
    Access,
    Binder,
    Comparison,
    Node,
    Reduce,
    accesses,
    postorder,
    quantities_read,
    substitute,
)
from symbp.indices import IndexExpr
from symbp.intervals import ANY, Interval, interval_of, intervals
from symbp.verification.claims import Statement
from symbp.verification.domains import Need, claim_conditions, claimed_needs, kink_places
from symbp.verification.proofs import Facts, open_fully, table_of
from symbp.verification.theories import Theory, fold

__all__ = ["same_zero", "unshown"]

#: Names that are opened one after the other; the rest at once.
_LEVELS = 16
_OPPOSITE = {">": "<=", "<": ">=", ">=": "<", "<=": ">", "==": "!=", "!=": "=="}
_POSITIVE = Interval(low=ZERO.value, low_open=True)
_RELATION_INTERVALS = {
    ">": _POSITIVE,
    "<": -_POSITIVE,
    ">=": Interval(low=ZERO.value, low_open=False),
}


def unshown(statement: Statement, theory: Theory, facts: Facts) -> tuple[Need, ...]:
    """The needs of the claimed side that do not follow from facts and the claim's own domain."""
    wanted = claimed_needs(statement)
    if not wanted:
        return ()
    conditions = claim_conditions(statement) if _regular(statement, theory) else ()
    known = _intervals(statement, conditions)
    left = [need for need in wanted if not _by_intervals(need, known)]
    away = tuple(Comparison("!=", place, ZERO) for place in kink_places(statement))
    given = (*conditions, *away)
    for closed in _levels(theory, (*given, *(need.value for need in left))):
        if not left:
            break
        try:
            ground = _Ground(statement, theory, facts, given, closed)
            left = [need for need in left if not ground.shows(need)]
        except (LimitExceeded, NotSupportedError, MathError):
            break
    return tuple(left)


def _levels(theory: Theory, roots: tuple[Node, ...]) -> list[frozenset[str]]:
    """Names that stay closed, from all to none: what is shown for all values of a name is shown."""
    reached = dict.fromkeys(quantities_read(*roots))
    names: list[str] = []
    for name in reversed(list(theory.definitions)):
        if name in reached:
            names.append(name)
            reached.update(dict.fromkeys(quantities_read(theory.definitions[name].right)))
    return [frozenset(names[opened:]) for opened in (*range(min(len(names), _LEVELS)), len(names))]


def _regular(statement: Statement, theory: Theory) -> bool:
    """Whether every computed quantity has one equation over all of its axes, and every sum too.

    Only then do the conditions that the equations ask for hold at all indices.
    """
    system = statement.system
    whole = all(name in theory.definitions for name in system.producers)
    nodes = (n for e in system.equations for n in postorder(e.right) if isinstance(n, Reduce))
    return whole and all(not b.letters and not b.lower.terms for n in nodes for b in n.binders)


def _intervals(statement: Statement, conditions: tuple[Node, ...]) -> dict[str, Interval]:
    """Intervals of the quantities, those narrowed that a condition speaks of."""
    known = intervals(statement.system)
    for condition in conditions:
        if isinstance(condition, Comparison) and isinstance(condition.left, Access):
            narrowed = _RELATION_INTERVALS.get(condition.relation)
            if narrowed is not None and condition.right == ZERO:
                before = known.get(condition.left.quantity, ANY)
                if before == ANY or not before.nonzero:
                    known[condition.left.quantity] = narrowed
    return known


def _by_intervals(need: Need, known: Mapping[str, Interval]) -> bool:
    if need.relation == "inside":
        return False
    where = interval_of(need.value, known)
    if need.relation == ">":
        return where.positive
    return where.nonzero if need.relation == "!=" else where.nonnegative


class _Ground:
    """Conditions in the canonical form, all names opened but those that stay closed.

    The conditions of the left side hold for all indices, so each fixes a head; guards hold at their
    own indices only, so each fixes an atom.
    """

    def __init__(
        self,
        statement: Statement,
        theory: Theory,
        facts: Facts,
        conditions: tuple[Node, ...],
        closed: frozenset[str] = frozenset(),
    ) -> None:
        self.statement = statement
        self.theory = theory
        self.closed = closed
        self.table = table_of(theory, facts)
        self.letters: dict[str, IndexExpr] = {}
        self.heads: dict[Head, int] = {}
        self.atoms: dict[Atom, int] = {}
        for condition in conditions:
            self.letters = {}
            for atom, value in self._fixed(condition, truth=True):
                letters = [term.letter for term in atom.args]
                if None not in letters and len(set(letters)) == len(letters):
                    self.heads[atom.head] = value

    def shows(self, need: Need) -> bool:
        """Whether a need is true under the conditions and its guards."""
        if need.relation == "inside":
            return False
        self.letters, self.atoms = {}, {}
        self._enter(need.binders)
        for condition, truth in need.guards:
            self.atoms.update(self._fixed(condition, truth=truth))
        value = self.open(need.value)
        definite = _definite_sign(value)
        if definite:
            return definite > 0 or need.relation == "!="
        if need.relation == "!=":
            return self._assumed(is_zero_bracket(self.table, value)).is_zero
        if need.relation == ">":
            return self._assumed(above_zero(self.table, value)) == number(self.table, 1)
        return self._assumed(above_zero(self.table, -value)).is_zero

    def open(self, node: Node) -> Poly:
        """The canonical form of an expression, definitions opened."""
        self._enter(self.statement.ranges)
        quantities = self.theory.quantities
        for access in accesses(node):
            axes = quantities[access.quantity].axes
            self._enter(
                Binder(index.as_letter, IndexExpr.integer(0), axis.extent)
                for index, axis in zip(access.indices, axes, strict=True)
                if index.as_letter is not None and index.as_letter in node.free
            )
        form = read(self.table, substitute(fold(self.theory, node), self.letters))
        return open_fully(self.table, self.theory, form, self.closed)

    def _enter(self, binders: Iterable[Binder]) -> None:
        """Give letters that are new here a letter of the table."""
        for binder in binders:
            if binder.name not in self.letters:
                self.letters[binder.name] = IndexExpr.letter(self.table.fresh(binder.extent))

    def _assumed(self, bracket: Poly) -> Poly:
        def rule(atom: Atom) -> Poly | None:
            value = self.heads.get(atom.head, self.atoms.get(atom))
            return None if value is None else number(self.table, value)

        return rewrite(self.table, bracket, rule)

    def _fixed(self, condition: Node, *, truth: bool) -> list[tuple[Atom, int]]:
        """Conditions of the table that are decided where a comparison has this truth."""
        if not isinstance(condition, Comparison):
            return []
        relation = condition.relation if truth else _OPPOSITE[condition.relation]
        value = self.open(condition.left) - self.open(condition.right)
        if relation in ("<", "<="):
            value, relation = -value, {"<": ">", "<=": ">="}[relation]
        if relation == "==":
            return []
        zero = is_zero_bracket(self.table, value)
        nonzero = [(a, 0) for a in zero.atoms() if a.head.kind == "zero"]
        if relation == "!=":
            return nonzero
        above = above_zero(self.table, value)
        if relation == ">":
            atom = above.as_atom
            if atom is not None:
                return [(atom, 1), *nonzero]
            negative = above_zero(self.table, -value).as_atom
            return [*([(negative, 0)] if negative is not None else []), *nonzero]
        below = above_zero(self.table, -value).as_atom
        return [(below, 0)] if below is not None else []


# -- kinks -----------------------------------------------------------------------------------------


def _definite_sign(poly: Poly) -> int:
    """The sign of a quadratic without a real zero, a*u^2 + b*u + c with b^2 < 4*a*c; else 0."""
    atoms = poly.atoms()
    if len(atoms) != 1:
        return 0
    powers = {dict(m).get(atoms[0], 0): factor for m, factor in poly.terms.items()}
    if not set(powers) <= {0, 1, 2}:
        return 0
    a, b, c = (powers.get(n, 0) for n in (2, 1, 0))
    return (1 if a > 0 else -1) if b * b < 4 * a * c else 0


def same_zero(
    statement: Statement, theory: Theory, values: tuple[Node, ...], places: tuple[Node, ...]
) -> bool:
    """Whether each value is 0 only where one of the places is, as far as the form tells."""
    try:
        ground = _Ground(statement, theory, (), ())
        known = {
            a.head for p in places for a in is_zero_bracket(ground.table, ground.open(p)).atoms()
        }
        return all(
            a.head in known
            for v in values
            for a in is_zero_bracket(ground.table, ground.open(v)).atoms()
        )
    except (LimitExceeded, NotSupportedError, MathError):
        return False
