"""The checker of derivations: every printed derivative against the chain rule, by other code.

A gradient's printed form was found by sweeping, sifting, relations and rewriting of nodes. Here it
is a claim like any other: the raw adjoint equation, all definitions open to the prover, against the
printed form, under no facts but those that the gradient names among its conditions; and both at
random points, the derivative by differences of the interpreter's values. The form before facts is
checked under none. Rows that carry a certificate are checked in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from symbp.adjoints import adjoint_name, sweep
from symbp.derivations import Check, Condition, Gradient, Ledger, Problem, StepRecord
from symbp.equations import Equation
from symbp.errors import LimitExceeded, MathError, NotSupportedError
from symbp.expressions import Binder, Node, accesses
from symbp.facts import Fact, Identity
from symbp.spelling import spell_equation
from symbp.systems import EquationSystem
from symbp.verification.benches import Bench, entries_to_compare
from symbp.verification.claims import Derivative, Statement, make_statement
from symbp.verification.experiments import Experiment
from symbp.verification.locks import check_forms
from symbp.verification.proofs import prove
from symbp.verification.theories import make_theory
from symbp.verification.witnesses import Difference, compare, relative_difference

__all__ = ["check_ledger", "check_rows", "examine"]

_POINTS = 2
_ENTRIES = 6


def check_ledger(ledger: Ledger) -> list[Problem]:
    """What of a derivation could not be confirmed; an empty list if all of it was."""
    return list(examine(ledger).problems)


def examine(ledger: Ledger) -> Check:
    """Check every gradient and every certificate of a derivation."""
    checker = _Checker(ledger)
    found: list[Problem] = []
    for gradient in ledger.gradients.values():
        found += checker.gradient(gradient)
    for step in ledger.steps:
        found += checker.step(step)
    points = tuple(dict(e.point.sizes) for e in checker.points)
    return Check(checker.formulas, points, checker.largest, tuple(found))


def check_rows(ledger: Ledger, rows: Iterable[StepRecord]) -> list[Problem]:
    """What of the certificates of some rows, those of all algebra say, could not be confirmed."""
    checker = _Checker(ledger)
    return [problem for row in rows for problem in checker.step(row)]


class _Checker:
    """The checks of one ledger; points are shared by all formulas.

    Attributes:
        formulas: how many were checked.
        points: where sides were compared.
        largest: the largest relative difference of two sides that agree.
    """

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.system = _with_helpers(ledger)
        self.bench = Bench(self.system)
        self.formulas = 0
        self.points: dict[Experiment, None] = {}
        self.largest = 0.0

    def gradient(self, gradient: Gradient) -> Iterator[Problem]:
        """Check the printed form under its own facts, and the unconditional one under none."""
        facts = _facts(gradient.conditions)
        yield from self._formula(gradient.by, gradient.printed, facts)
        if gradient.unconditional != gradient.printed:
            yield from self._formula(gradient.by, gradient.unconditional, ())

    def step(self, step: StepRecord) -> Iterator[Problem]:
        """Check a row's certificate, where it has one."""
        certificate = step.certificate
        if certificate is None:
            return
        statement = self._statement(certificate.before, certificate.after, step.ranges)
        facts = _facts((*step.conditions, *certificate.conditions))
        yield from self._check(f"row {step.id}", statement, facts, statement.text)

    def _formula(
        self, about: str, equation: Equation, facts: Sequence[Fact | Identity]
    ) -> Iterator[Problem]:
        statement = self._statement(equation.left, equation.right, equation.ranges)
        yield from self._check(about, statement, facts, spell_equation(equation))

    def _statement(self, left: Node, right: Node, ranges: Sequence[Binder]) -> Statement:
        prefix = adjoint_name(self.ledger.of, "")
        derivatives = tuple(
            Derivative(name, self.ledger.of, (name.removeprefix(prefix),))
            for name in dict.fromkeys(a.quantity for a in accesses(left, right))
            if name not in self.system.quantities and name.startswith(prefix)
        )
        return make_statement(self.system, left, right, derivatives, tuple(ranges))

    def _check(
        self, about: str, statement: Statement, facts: Sequence[Fact | Identity], text: str
    ) -> Iterator[Problem]:
        bench = self.bench
        agreed = 0
        self.formulas += 1
        for experiment in bench.generic(_POINTS):
            for letters in entries_to_compare(statement, experiment)[:_ENTRIES]:
                found = compare(statement, experiment, letters)
                if isinstance(found, Difference):
                    yield Problem(about, "wrong", text, _shown(found))
                    return
                if found == "agree":
                    agreed += 1
                    self._measure(statement, experiment, letters)
        if not agreed:
            yield Problem(about, "unchecked", text, "no point at which both sides have a value")
            return
        try:
            proof = prove(statement, make_theory(statement), facts)
        except (LimitExceeded, NotSupportedError, MathError) as limit:
            yield Problem(about, "unproved", text, str(limit))
            return
        if proof is None:
            yield Problem(about, "unproved", text, "the canonical difference is not zero")
        elif not check_forms(proof, statement, bench):
            yield Problem(about, "unchecked", text, "no point at which the forms have a value")

    def _measure(
        self, statement: Statement, experiment: Experiment, letters: Mapping[str, int]
    ) -> None:
        left, right = (
            experiment.value(statement, side, letters) for side in (statement.left, statement.right)
        )
        self.points[experiment] = None
        self.largest = max(self.largest, float(relative_difference(left, right)))


def _with_helpers(ledger: Ledger) -> EquationSystem:
    """The forward system with the helper equations that derivatives read (places of maxima)."""
    forward = ledger.forward
    swept = sweep(forward, ledger.of, ledger.wrt)
    quantities, helpers = swept.helper_quantities, swept.helpers
    return EquationSystem(
        {**forward.quantities, **quantities},
        (*forward.equations, *helpers),
        forward.facts,
        forward.originals,
    )


def _facts(conditions: Sequence[Condition]) -> tuple[Fact | Identity, ...]:
    statements = (condition.statement for condition in conditions)
    return tuple(dict.fromkeys(s for s in statements if isinstance(s, Fact | Identity)))


def _shown(found: Difference) -> str:
    claimed = "nothing" if found.claimed is None else f"{float(found.claimed.value):.8g}"
    correct = f"{float(found.correct.value):.8g}"
    return f"the formula gives {claimed}, differences of the values give {correct}"
