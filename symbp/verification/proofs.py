"""The prover: a ladder on the canonical form.

    1  hidden names opened, and the derivatives that the claimed side does not mention
    2  all derivatives opened
    3  from 1: forward equations opened one by one, the last first
    4  from 2: the same
    5  all that again with the definitions recognised in the claimed side

After each step the difference is tested: as it stands, denominators cleared, opposite conditions
joined, and in each case of the data that have two values (y = 1, y = -1).

What stays closed is an opaque head, so a difference that vanishes early vanishes for all values of
the names that stand in it. Facts go to the canonical table only; the definitions were
differentiated without them.

A proof that holds only *almost everywhere* counts equality conditions of values ([x = 0]) as false;
each is then an exception, and needs numeric witnesses that it fails at every generic place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from symbp.canonical.budgets import Budget
from symbp.canonical.clearing import is_zero
from symbp.canonical.heads import Atom, Head, Poly
from symbp.canonical.polynomials import number
from symbp.canonical.reader import read, read_identity
from symbp.canonical.substitution import equation, rewrite
from symbp.canonical.tables import Table
from symbp.canonical.templates import open_head
from symbp.canonical.writer import write
from symbp.expressions import Access, Node, accesses, substitute
from symbp.facts import Fact, Identity
from symbp.indices import IndexExpr
from symbp.labelbounds import label_bounds
from symbp.verification.benches import Bench
from symbp.verification.claims import Statement
from symbp.verification.forms import is_nowhere_zero
from symbp.verification.theories import Definition, Theory, collapse, fold

__all__ = ["Facts", "Proof", "open_fully", "prove", "table_of", "vanishes"]

#: What one attempt may cost; `LimitExceeded` then ends it.
TERMS, STEPS = 4_000, 400_000
#: Points that must witness that a value is not 0, at least two of them.
GENERIC_POINTS = 5
#: Entries of two-valued data that are split into cases.
MAX_CASES = 3

Facts = Sequence[Fact | Identity]


@dataclass
class Proof:
    """A canonical difference that is zero, and how it came about.

    Attributes:
        table: where the forms live.
        left, right: canonical forms of the sides, as far as they were opened.
        letters: the letter of the table for each free index.
        facts: the facts that the table holds.
        exceptions: values that must not be 0, for a proof almost everywhere.
        opened: names of the definitions that were opened, in order.
    """

    table: Table
    left: Poly
    right: Poly
    letters: dict[str, str]
    facts: tuple[Fact | Identity, ...]
    exceptions: tuple[Node, ...] = ()
    opened: tuple[str, ...] = ()


def prove(
    statement: Statement, theory: Theory, facts: Facts, bench: Bench | None = None
) -> Proof | None:
    """A proof under these facts, or None; with a bench, also one almost everywhere.

    Raises:
        LimitExceeded: the forms grew beyond the budget before anything was proved.
        NotSupportedError, MathError: a side is outside what the canonical form can hold.
    """
    attempt = _Attempt(statement, theory, tuple(facts), bench)
    proof = attempt.run(statement.right)
    if proof is not None:
        return proof
    folded = fold(theory, statement.right)
    if folded == statement.right:
        return None
    return _Attempt(statement, theory, tuple(facts), bench).run(folded)


@dataclass
class _Attempt:
    """One way up the ladder."""

    statement: Statement
    theory: Theory
    facts: tuple[Fact | Identity, ...]
    bench: Bench | None
    opened: list[str] = field(default_factory=list)
    exceptions: list[Node] = field(default_factory=list)

    def run(self, claimed: Node) -> Proof | None:
        self.table = table_of(self.theory, self.facts)
        if self.bench is not None:
            self.table.not_always_zero = self._never_zero
        table, statement = self.table, self.statement
        self.letters = {b.name: table.fresh(b.extent) for b in statement.ranges}
        places = {old: IndexExpr.letter(new) for old, new in self.letters.items()}
        for binder in statement.ranges:
            if binder.extent.as_integer == 1:
                places[binder.name] = binder.lower
        self.left = read(table, substitute(collapse(statement.left), places))
        self.right = read(table, substitute(collapse(claimed), places))
        self.names = _Names()
        order = list(self.theory.definitions)
        self.rank = {name: n for n, name in enumerate(order)}
        mentioned = {a.quantity for a in accesses(claimed)}
        kept = frozenset(mentioned & self.theory.adjoints)
        forward = frozenset(self.theory.definitions) - self.theory.hidden - self.theory.adjoints
        return self._proof() if self._ladder(forward, kept) else None

    def _ladder(self, forward: frozenset[str], kept: frozenset[str]) -> bool:
        """The rungs of the module's docstring; each goes on from where it makes sense to."""
        if self._climb(forward | kept):
            return True
        before = self.left, self.right, list(self.opened)
        if kept:
            if self._climb(forward):
                return True
            opened = self.left, self.right, list(self.opened)
            self.left, self.right, self.opened = before
            if self._climb(kept):
                return True
            self.left, self.right, self.opened = opened
        return self._climb(frozenset())

    def _climb(self, closed: frozenset[str]) -> bool:
        """Open all but these names, the last first; whether the difference became zero."""
        if self._vanishes():
            return True
        while True:
            name = self._last(closed)
            if name is None:
                return self._vanishes()
            self._open(name)
            if name not in self.theory.adjoints | self.theory.hidden and self._vanishes():
                return True

    def _vanishes(self) -> bool:
        return vanishes(self.table, self.left - self.right)

    def _last(self, closed: frozenset[str]) -> str | None:
        found = [
            n for n in self.names.of(self.left - self.right) if n in self.rank and n not in closed
        ]
        return max(found, key=self.rank.__getitem__, default=None)

    def _open(self, name: str) -> None:
        definition = self.theory.definitions[name]
        left, right = _read_definition(self.table, definition)
        rule = equation(self.table, left, right)
        self.left = rewrite(self.table, self.left, rule)
        self.right = rewrite(self.table, self.right, rule)
        self.opened.append(name)

    def _proof(self) -> Proof:
        return Proof(
            self.table,
            self.left,
            self.right,
            self.letters,
            self.facts,
            tuple(dict.fromkeys(self.exceptions)),
            tuple(self.opened),
        )

    # -- almost everywhere

    def _never_zero(self, poly: Poly) -> bool:
        """Whether a value is nonzero at every place of several generic points."""
        if self.bench is None:
            return False
        points = self.bench.generic(GENERIC_POINTS)
        table, statement = self.table, self.statement
        if len(points) < 2 or not all(
            is_nowhere_zero(table, poly, statement, point) for point in points
        ):
            return False
        self.exceptions.append(_written(table, poly, self.theory))
        return True


def _written(table: Table, poly: Poly, theory: Theory) -> Node:
    """A value as an expression, its free indices named after the axes where they occur."""
    axes = {name: q.letters for name, q in theory.quantities.items()}
    root = write(table, poly, axes)
    hints: dict[str, str] = {}
    for access in accesses(root):
        for index, letter in zip(access.indices, axes.get(access.quantity, ()), strict=False):
            name = index.as_letter
            if name is not None and name in root.free and name not in hints:
                taken = set(hints.values()) | root.free
                plain = letter.split("·")[0]
                hints[name] = plain if plain not in taken else f"{plain}{len(hints)}"
    return substitute(root, {old: IndexExpr.letter(new) for old, new in hints.items()})


def table_of(theory: Theory, facts: Facts) -> Table:
    """A table that knows the quantities of a theory and these facts."""
    words = [f for f in facts if isinstance(f, Fact)]
    table = Table(theory.quantities, words, Budget(terms=TERMS, steps=STEPS))
    for name, bounds in label_bounds(theory.system, theory.quantities).items():
        table.bound_values(name, bounds[0])  # one is enough to say that a bracket meets it
    for fact in facts:
        if isinstance(fact, Identity):
            read_identity(table, fact)
    return table


def _read_definition(table: Table, definition: Definition) -> tuple[Poly, Poly]:
    letters = {b.name: IndexExpr.letter(table.fresh(b.extent)) for b in definition.ranges}
    at = [letters[b.name] for b in definition.ranges]
    left = read(table, Access(definition.quantity, at))
    return left, read(table, substitute(definition.right, letters))


def open_fully(
    table: Table, theory: Theory, poly: Poly, closed: frozenset[str] = frozenset()
) -> Poly:
    """A form with every definition put in, but for the closed names."""
    names, rank = _Names(), {name: n for n, name in enumerate(theory.definitions)}
    while True:
        found = [n for n in names.of(poly) if n in rank and n not in closed]
        if not found:
            return poly
        last = theory.definitions[max(found, key=rank.__getitem__)]
        poly = rewrite(table, poly, equation(table, *_read_definition(table, last)))


class _Names:
    """The quantities that a form reads, those in bodies included."""

    def __init__(self) -> None:
        self.known: dict[Head, tuple[str, ...]] = {}

    def of(self, poly: Poly) -> tuple[str, ...]:
        """Names of the quantities, each once, in order of occurrence."""
        return tuple(dict.fromkeys(n for atom in poly.atoms() for n in self._atom(atom)))

    def _atom(self, atom: Atom) -> tuple[str, ...]:
        head = atom.head
        if head.kind == "quantity":
            return (head.name,)
        if head.body is None:
            return ()
        if head not in self.known:
            self.known[head] = self.of(head.body)
        return self.known[head]


def vanishes(table: Table, poly: Poly, cases: int = MAX_CASES) -> bool:
    """Whether a form is found to be zero, by cases of two-valued data where that helps."""
    if is_zero(table, poly):
        return True
    atom = next(_two_valued(table, poly, frozenset()), None) if cases else None
    if atom is None:
        return False
    low = -1 if "sign" in atom.head.known else 0
    for value in (low, 1):
        chosen = {atom: number(table, value)}
        case = rewrite(table, poly, chosen.get)
        if not vanishes(table, case, cases - 1):
            return False
    table.use(next(iter(atom.head.known.values())))
    return True


def _two_valued(table: Table, poly: Poly, bound: frozenset[str]) -> Iterator[Atom]:
    """Entries of data that take two values, at free indices only, those in bodies included."""
    for atom in poly.atoms():
        head = atom.head
        if head.kind == "quantity":
            if ("sign" in head.known or "binary" in head.known) and not bound & {*atom.letters}:
                yield atom
        elif head.body is not None:
            body, letters = open_head(table, head, atom.args)
            yield from _two_valued(table, body, bound | frozenset(letters))
