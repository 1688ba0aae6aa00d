"""The second lock on a proof: its forms evaluate to what the interpreter gives.

Both forms are evaluated at two generic points in 60 digits, and compared with the two sides of the
claim, derivatives found by differences of the interpreter's values (`experiments.py`): an error in
the chain rule, in reading or in rewriting shows here.
"""

from __future__ import annotations

from symbp.errors import MathError, impossible
from symbp.verification.benches import Bench, entries_to_compare
from symbp.verification.claims import Statement
from symbp.verification.experiments import Experiment, UndefinedError
from symbp.verification.forms import value_of_form
from symbp.verification.proofs import Proof
from symbp.verification.witnesses import agree

__all__ = ["check_forms"]

_LOCK_PLACES = 4


def check_forms(proof: Proof, statement: Statement, bench: Bench) -> int:
    """Compare a proof's forms with the interpreter at two generic points.

    Returns:
        At how many entries everything agreed; at least one is needed to trust the proof.

    A disagreement is a mistake in symbp, never a verdict.
    """
    agreed = 0
    for experiment in bench.generic(2):
        for letters in entries_to_compare(statement, experiment)[:_LOCK_PLACES]:
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
        forms = [
            value_of_form(proof.table, form, statement, experiment, renamed)
            for form in (proof.left, proof.right)
        ]
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
