"""The prover: a ladder on the canonical form, and the second lock.

    1  hidden names opened, and the derivatives that the claimed side does not mention
    2  all derivatives opened
    3  from 1: forward equations opened one by one, the last first
    4  from 2: the same
    5  all that again with the definitions recognised in the claimed side

After each step the difference is tested: as it stands, denominators cleared, opposite conditions
joined.

What stays closed is an opaque head, so a difference that vanishes early vanishes for all values of
the names that stand in it. Facts go to the canonical table only; the definitions were
differentiated without them.

A proof that holds only *almost everywhere* counts equality conditions of values ([x = 0]) as false;
each is then an exception, and needs numeric witnesses that it fails at every generic place.

The second lock evaluates both forms at random points, in 60 digits, and compares them with what the
interpreter gives for the two sides, derivatives by differences (`experiments.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from symbp.canonical.budgets import Budget
from symbp.canonical.clearing import is_zero
from symbp.canonical.evaluation import Environment as FormEnvironment
from symbp.canonical.evaluation import evaluate as evaluate_form
from symbp.canonical.heads import Atom, Head, Poly
from symbp.canonical.reader import read, read_identity
from symbp.canonical.substitution import equation, rewrite
from symbp.canonical.tables import Table
from symbp.canonical.writer import write
from symbp.errors import MathError, UnknownNameError, impossible
from symbp.expressions import Access, Node, accesses, substitute
from symbp.facts import Fact, Identity
from symbp.indices import IndexExpr
from symbp.verification.benches import Bench
from symbp.verification.claims import Statement
from symbp.verification.experiments import NUMBERS, Experiment, UndefinedError
from symbp.verification.points import label_bounds
from symbp.verification.theories import Definition, Theory, fold
from symbp.verification.witnesses import agree

__all__ = ["Facts", "Proof", "check_forms", "open_fully", "prove", "table_of"]

#: What one attempt may cost; `LimitExceeded` then ends it.
TERMS, STEPS = 4_000, 400_000
_LOCK_PLACES = 4

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
        self.letters = {
            b.name: table.fresh(b.extent) for b in statement.ranges
        }
        places = {old: IndexExpr.letter(new) for old, new in self.letters.items()}
        self.left = read(table, substitute(statement.left, places))
        self.right = read(table, substitute(claimed, places))
        self.names = _Names()
        order = list(self.theory.definitions)
        self.rank = {name: n for n, name in enumerate(order)}
        mentioned = {a.quantity for a in accesses(claimed)}
        kept = frozenset(mentioned & self.theory.adjoints)
        forward = (
            frozenset(self.theory.definitions) - self.theory.hidden - self.theory.adjoints
        )
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
        difference = self.left - self.right
        return is_zero(self.table, difference)

    def _last(self, closed: frozenset[str]) -> str | None:
        found = [
            n
            for n in self.names.of(self.left - self.right)
            if n in self.rank and n not in closed
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
        """Whether a value is nonzero at every place of two generic points."""
        if self.bench is None:
            return False
        seen = 0
        for experiment in self.bench.generic(2):
            try:
                if not all(_nonzero(self, poly, experiment)):
                    return False
            except (MathError, UnknownNameError):
                return False
            seen += 1
        if seen == 2:
            self.exceptions.append(_written(self.table, poly, self.theory))
        return seen == 2


def _nonzero(attempt: _Attempt, poly: Poly, experiment: Experiment) -> Iterator[bool]:
    table = attempt.table
    extents = experiment.results.environment
    letters = list(poly.letters)
    sizes = [extents.index(table.extents[letter], {}) for letter in letters]
    for place in _grid(sizes):
        environment = _environment(
            attempt.statement, experiment, dict(zip(letters, place, strict=True))
        )
        yield abs(evaluate_form(table, poly, environment)) > NUMBERS.of(Fraction(1, 10**15))


def _grid(sizes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    if not sizes:
        yield ()
        return
    for first in range(sizes[0]):
        for rest in _grid(sizes[1:]):
            yield (first, *rest)


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
    for name, bound in label_bounds(theory.system).items():
        table.bound_values(name, bound)
    for fact in facts:
        if isinstance(fact, Identity):
            read_identity(table, fact)
    return table


def _read_definition(table: Table, definition: Definition) -> tuple[Poly, Poly]:
    letters = {
        b.name: IndexExpr.letter(table.fresh(b.extent)) for b in definition.ranges
    }
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


# -- the second lock -------------------------------------------------------------------------------


def check_forms(proof: Proof, statement: Statement, bench: Bench) -> int:
    """Compare a proof's forms with the interpreter at two generic points.

    Returns:
        At how many entries everything agreed; at least one is needed to trust the proof.

    A disagreement is a mistake in symbp, never a verdict.
    """
    agreed = 0
    for experiment in bench.generic(2):
        places = experiment.places(statement)
        step = max(1, len(places) // _LOCK_PLACES)
        for letters in places[::step]:
            agreed += _check_place(proof, statement, experiment, letters)
    return agreed


def _check_place(
    proof: Proof, statement: Statement, experiment: Experiment, letters: dict[str, int]
) -> bool:
    try:
        left = experiment.value(statement, statement.left, letters)
        right = experiment.value(statement, statement.right, letters)
    except UndefinedError:
        return False
    renamed = {proof.letters[name]: value for name, value in letters.items()}
    try:
        environment = _environment(statement, experiment, renamed)
        forms = [evaluate_form(proof.table, f, environment) for f in (proof.left, proof.right)]
    except MathError:
        return False
    for form, value in zip(forms, (left, right), strict=True):
        found = type(value)(form, value.magnitude)
        if not agree(statement, found, value):
            impossible(
                f"`{statement.text}`: a canonical form evaluates to {float(form)!r}, the "
                f"interpreter to {float(value.value)!r}"
            )
    if not agree(statement, left, right):
        impossible(f"`{statement.text}` was proved, and its sides differ at a point")
    return True


class _Entries:
    """A tensor of an experiment as nested sequences, entries found when they are read."""

    def __init__(self, elements: Any, shape: tuple[int, ...], place: tuple[int, ...] = ()) -> None:
        self.elements = elements
        self.shape = shape
        self.place = place

    def __len__(self) -> int:
        return self.shape[len(self.place)]

    def __getitem__(self, index: int) -> Any:
        place = (*self.place, index)
        if len(place) < len(self.shape):
            return _Entries(self.elements, self.shape, place)
        return _entry(self.elements, place)


def _entry(elements: Any, place: tuple[int, ...]) -> Any:
    found = elements.get(place)
    if found is None:
        raise MathError("an entry without a value")
    return found.value


def _environment(
    statement: Statement, experiment: Experiment, letters: dict[str, int]
) -> FormEnvironment:
    experiment.prepare(statement)
    environment = experiment.results.environment
    values: dict[str, Any] = {}
    for name, elements in environment.elements.items():
        shape = environment.shapes[name]
        values[name] = _Entries(elements, shape) if shape else _entry(elements, ())
    functions = dict(NUMBERS.functions)
    functions["log"] = functions["ln"]
    functions["pi"] = lambda _: NUMBERS.constant("pi")
    return FormEnvironment(
        values,
        environment.extents,
        letters,
        functions,
        lambda value: NUMBERS.of(Fraction(value)),
    )
