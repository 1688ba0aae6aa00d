from dataclasses import replace

import pytest

from symbp.verification.claims import make_statement, read_statement
from symbp.verification.locks import check_forms
from symbp.verification.proofs import prove
from symbp.verification.theories import make_theory
from tests.verification.samples import (
    AWAY_FROM_KINKS,
    CHAIN,
    SOFTMAX,
    TRUE,
    bench_of,
    label,
    system_of,
)


def proved(text, claim):
    statement = read_statement(system_of(text), claim)
    return statement, prove(statement, make_theory(statement), statement.system.facts)


@pytest.mark.parametrize(("sample", "claim"), TRUE[::4], ids=label)
def test_the_forms_of_proofs_evaluate_to_the_sides(sample, claim):
    bench = bench_of(sample.text)
    statement = read_statement(system_of(sample.text), claim)
    theory = make_theory(statement)
    almost = bench if claim in AWAY_FROM_KINKS else None
    proof = prove(statement, theory, statement.system.facts, almost)
    assert check_forms(proof, statement, bench) > 0


def test_a_wrong_form_is_a_mistake_in_symbp():
    statement, proof = proved(SOFTMAX, "dL/dz[n,k] = (p[n,k] - y[n,k])/N")
    with pytest.raises(AssertionError, match="a canonical form evaluates to"):
        check_forms(replace(proof, left=proof.left * 2), statement, bench_of(SOFTMAX))
    with pytest.raises(AssertionError, match="please report it"):
        check_forms(replace(proof, right=-proof.right), statement, bench_of(SOFTMAX))


def test_a_proof_of_something_false_is_a_mistake_in_symbp():
    # both forms evaluate to what they should, and the sides still differ: a prover gone wrong
    statement, _ = proved(CHAIN, "dE/dX = A/(B*D)")
    other = make_statement(
        statement.system, statement.left, statement.right * 2,
        tuple(statement.derivatives.values()), statement.ranges,
    )  # fmt: skip
    proof = prove(statement, make_theory(statement), ())
    with pytest.raises(AssertionError, match="sides differ"):
        check_forms(replace(proof, right=proof.right * 2), other, bench_of(CHAIN))


def test_where_nothing_has_a_value_nothing_agrees():
    text = "y = ln(-1 - x^2)"
    statement, proof = proved(text, "dy/dx = 2*x/(1 + x^2)")
    assert proof is not None
    assert check_forms(proof, statement, bench_of(text)) == 0
