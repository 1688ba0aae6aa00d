"""Verdicts on whole claims, as `symbp.verify` gives them."""

import pytest

from symbp.errors import ParseError, UnknownNameError
from symbp.verification import proofs, witnesses
from symbp.verification.deciding import judge
from tests.verification.samples import (
    ATTENTION,
    CHAIN,
    FALSE,
    LABELS,
    NETWORK,
    QUADRATIC,
    SCALARS,
    SOFTMAX,
    TRUE,
    UNCONDITIONAL,
    bench_of,
    label,
    system_of,
)

FACT = "sum(k, y[n,k]) = 1"


def verdict(text, claim, right=None):
    return judge(system_of(text), claim, right, bench_of(text))


def test_the_example_of_the_manual():
    text = SOFTMAX.replace("j:J", "j:25").replace("k:K", "k:2")
    made = judge(system_of(text), "dL/dz[n,k]", "(p[n,k] - y[n,k])/N")
    assert str(made) == f"proved, for all sizes, by {FACT}"
    assert (made.verdict, made.true, made.conditions) == ("proved", True, (FACT,))
    assert made.witness is None
    assert made.defect is None
    assert made.method == "canonical"


@pytest.mark.parametrize(("sample", "claim"), TRUE[1::3], ids=label)
def test_true_claims_are_proved(sample, claim):
    assert verdict(sample.text, claim).verdict == "proved"


@pytest.mark.parametrize(("sample", "claim"), FALSE[1::3], ids=label)
def test_false_claims_are_false_with_a_witness(sample, claim):
    made = verdict(sample.text, claim)
    assert made.verdict in {"refuted", "holds_if"}
    assert made.true is False
    assert set(made.witness) == {"values", "at", "correct", "claimed"}
    assert made.witness["correct"] != made.witness["claimed"]


def test_only_facts_that_are_needed_are_named():
    assert verdict(SOFTMAX, "dL/dW[j,k] = sum(n, dL/dz[n,k]*x[n,j])").conditions == ()
    text = SOFTMAX.replace("fact   sum", "fact W: positive; fact sum")
    assert verdict(text, "dL/dz[n,k] = (p[n,k] - y[n,k])/N").conditions == (FACT,)
    text = SOFTMAX.replace("fact   sum(k, y[n,k]) = 1", "fact y: one_hot(k)")
    made = verdict(text, "dL/dz[n,k] = (p[n,k] - y[n,k])/N")
    assert made.conditions == ("y: one_hot(k)",)
    text = SOFTMAX.replace("fact   sum(k, y[n,k]) = 1", "fact y: simplex(k)")
    assert verdict(text, "dL/dz[n,k] = (p[n,k] - y[n,k])/N").conditions == (FACT,)


def test_domains_are_listed_first():
    made = verdict(CHAIN, "dE/dX = A/(B*sqrt(C))")
    assert made.conditions == ("domain: B > 0", "domain: C > 0")
    assert str(made) == "proved, where B > 0, C > 0"
    assert verdict(SCALARS, "ds/dx = where(x > 0, 1, 0)").conditions == ("domain: x != 0",)


def test_holds_if_one_further_fact():
    made = verdict(UNCONDITIONAL, "dL/dz[n,k] = (p[n,k] - y[n,k])/N")
    assert (made.verdict, made.true, made.conditions) == ("holds_if", False, ("y: simplex(k)",))
    assert made.witness["values"]["y"] == [[0]]
    made = verdict(QUADRATIC, "dL/dx[i] = 2*sum(j, A[i,j]*x[j])")
    assert (made.verdict, made.conditions) == ("holds_if", ("A: symmetric",))


@pytest.mark.parametrize(
    ("claim", "needed"),
    [
        ("dr/dx = 2*x^2/x", "x != 0"),
        ("dr/dx = 2*exp(ln(x))", "x > 0"),
        ("dr/dx = where(x == 0, 5, 2*x)", "x != 0"),
        ("dr/dx = 2*x*(x - 3)/(x - 3)", "x - 3 != 0"),
        ("ds/dx = where(x <= 0, 0, 1)", "x != 0"),
        ("dq/dx = where(x >= 0, 1, -1)", "x != 0"),
    ],
)
def test_holds_except_on_a_smaller_set(claim, needed):
    made = verdict(SCALARS, claim)
    assert (made.verdict, made.true) == ("holds_except", False)
    assert needed in made.conditions


@pytest.mark.parametrize(
    "claim",
    [
        "ds/dx = where(x > 0, 1, 0)",
        "ds/dx = where(x >= 0, 1, 0)",
        "dq/dx = where(x > 0, 1, -1)",
        "dq/dx = abs(x)/x",
    ],
)
def test_at_a_kink_a_strict_condition_asserts_nothing(claim):
    assert verdict(SCALARS, claim).verdict == "proved"


def test_shapes_that_disagree_are_refuted_without_a_witness():
    made = verdict(NETWORK, "dL/da[n,j] = h[n,j]*(1 - h[n,j])*sum(k, dL/dz[n,k]*W[k,j])")
    assert (made.verdict, made.witness) == ("refuted", None)
    assert "index k runs over K" in made.reason


def test_a_claimed_side_without_any_value_is_refuted():
    made = verdict(SCALARS, "dr/dx = ln(-1 - x^2)")
    assert made.verdict == "refuted"
    assert made.witness["claimed"] is None


def test_transposes_of_square_matrices_are_refuted():
    text = """input x[n:N, i:D]; param W[i, j:D]
      h[n,j] = tanh(sum(i, x[n,i]*W[i,j])); L = sum(n, j, h[n,j])"""
    assert verdict(text, "dL/dx[n,i] = sum(j, (1 - h[n,j]^2)*W[i,j])").verdict == "proved"
    made = verdict(text, "dL/dx[n,i] = sum(j, (1 - h[n,j]^2)*W[j,i])")
    assert made.verdict in {"refuted", "holds_if"}
    # with W itself the variable no symmetry helps
    made = verdict(text, "dL/dW[i,j] = sum(n, (1 - h[n,i]^2)*x[n,j])")
    assert made.verdict == "refuted"


def test_what_is_false_at_size_one_or_true_only_there_is_false():
    assert verdict(SOFTMAX, "dL/dz[n,k] = p[n,k] - y[n,k]").true is False
    assert verdict("input x[n:N]; L = sum(n, x[n])/N", "dL/dx[n] = 1").true is False


def test_wrong_sides_of_a_gather():
    assert verdict(LABELS, "dL/dz[n,k] = p[n,k] - [k == t[n]]").verdict == "proved"
    assert verdict(LABELS, "dL/dz[n,k] = p[n,k] - [k == t[0]]").true is False


def test_verdicts_are_the_same_each_time():
    claim = "dL/du[t,s] = a[t,s]*sum(e, w[t,e]*v[s,e])"
    one, two = (judge(system_of(ATTENTION), claim) for _ in "ab")
    assert one == two


def test_odd_names():
    text = "lambda = pi_*sigma_; self = lambda^2; σ = self + N; I = σ*E"
    assert verdict(text, "dI/dpi_ = 2*lambda*sigma_*E").verdict == "proved"
    assert verdict(text, "dσ/dlambda = 2*lambda").verdict == "proved"
    assert verdict(text, "∂I/∂E = σ").verdict == "proved"
    assert verdict(text, "dI/dN = 0").true is False


def test_extents_of_one():
    text = "input x[n:1, j:1]; param w[j]; L = sum(n, sum(j, x[n,j]*w[j])^2)"
    assert verdict(text, "dL/dw[j] = 2*x[0,0]^2*w[0]").verdict == "proved"
    assert str(verdict(text, "dL/dw[j] = 2*x[0,j]^2*w[j]")) == "proved"


def test_zero_derivatives():
    assert verdict("a = x; b = y", "da/dy = 0").verdict == "proved"
    assert verdict("a = x; b = y", "da/dy = 1").verdict == "refuted"


def test_nothing_is_guessed():
    made = verdict("r = x^2", "dr/dx = 2*x*(x^4 - 2*x + 3)/(x^4 - 2*x + 3)")
    assert (made.verdict, made.true) == ("undecided", None)
    assert "x^4 - 2*x + 3 != 0" in made.reason
    made = verdict("y = ln(-1 - x^2)", "dy/dx = 2*x/(1 + x^2)")
    assert made.verdict == "undecided"
    text = "input y[k:K]: positive; fact sum(k, y[k]) = -1; L = sum(k, y[k]^2)"
    made = verdict(text, "dL/dy[k] = 0")
    assert made.verdict == "undecided"


def test_a_budget_that_ends_is_undecided(monkeypatch):
    monkeypatch.setattr(proofs, "STEPS", 3)
    made = verdict(NETWORK, "dL/dV[i,j] = sum(n, dL/da[n,j]*x[n,i])")
    assert made.verdict == "undecided"
    assert "steps" in made.reason


def test_a_proof_that_the_numbers_contradict_is_a_mistake_in_symbp(monkeypatch):
    # a prover that takes everything for zero
    monkeypatch.setattr(proofs, "is_zero", lambda table, poly: True)
    monkeypatch.setattr(witnesses, "agree", lambda statement, left, right: True)
    with pytest.raises(AssertionError, match="report"):
        judge(system_of(SCALARS), "dr/dx = 3*x")


@pytest.mark.parametrize(
    ("claim", "error"),
    [
        ("", ParseError),
        ("dr/dx", ParseError),
        ("dr/dx = 2*x; 1", ParseError),
        ("dr/dx = 2*w", UnknownNameError),
        (r"\frac{dr}{dx} = 2x", ParseError),
        ("dr/dx = __import__('os')", ParseError),
    ],
)
def test_what_cannot_be_read_is_an_error(claim, error):
    with pytest.raises(error):
        verdict(SCALARS, claim)


def test_what_has_no_derivative_is_undecided():
    made = verdict(LABELS, "dL/dt[n] = 0")
    assert made.verdict == "undecided"
    assert "integer" in made.reason
