import pytest

from symbp.interpreter import MPMATH, evaluate
from symbp.verification.claims import read_statement
from symbp.verification.witnesses import (
    Difference,
    compare,
    find_undefined,
    needed_values,
    shrink,
    try_points,
)
from tests.verification.samples import (
    CHAIN,
    FALSE,
    SOFTMAX,
    TRUE,
    bench_of,
    label,
    system_of,
)


def tried(text, claim):
    statement = read_statement(system_of(text), claim)
    return statement, try_points(statement, bench_of(text))


@pytest.mark.parametrize(("sample", "claim"), FALSE, ids=label)
def test_every_false_claim_is_refuted(sample, claim):
    _, findings = tried(sample.text, claim)
    assert findings.refuted is not None
    assert not findings.exceptional


@pytest.mark.parametrize(("sample", "claim"), TRUE[::3], ids=label)
def test_no_true_claim_is_refuted(sample, claim):
    _, findings = tried(sample.text, claim)
    assert findings.refuted is None
    assert findings.undefined is None
    assert findings.agreed > 0


def test_a_witness_is_small_and_right():
    statement, findings = tried(SOFTMAX, "dL/dz[n,k] = (p[n,k] - 1)/N")
    witness = shrink(statement, bench_of(SOFTMAX), findings.refuted)
    assert list(witness["values"]) == ["x", "W", "b", "y"]
    entries = [v for name in ("x", "W", "b") for v in _flat(witness["values"][name])]
    assert set(entries) <= {0, 1}
    results = evaluate(statement.system, witness["values"], MPMATH(50))
    n, k = witness["at"]
    size = len(witness["values"]["x"])
    correct = (results["p"][n, k] - witness["values"]["y"][n][k]) / size
    assert abs(correct - witness["correct"]) < 1e-12
    assert abs((results["p"][n, k] - 1) / size - witness["claimed"]) < 1e-12


def _flat(value):
    return [v for row in value for v in _flat(row)] if isinstance(value, list) else [value]


def test_values_in_a_witness_satisfy_the_facts():
    statement, findings = tried(SOFTMAX, "dL/dz[n,k] = p[n,k] - y[n,k]")
    witness = shrink(statement, bench_of(SOFTMAX), findings.refuted)
    assert all(sum(row) == 1 for row in witness["values"]["y"])


def test_a_difference_at_a_special_point_only_is_exceptional():
    _, findings = tried("r = x^2", "dr/dx = where(x == 0, 5, 2*x)")
    assert findings.exceptional
    assert findings.refuted.claimed.value == 5


def test_kinks_refute_nothing():
    _, findings = tried("q = abs(x)", "dq/dx = where(x == 0, 5, sign(x))")
    assert findings.refuted is None


def test_a_claim_without_any_value():
    _, findings = tried("r = x^2", "dr/dx = ln(-1 - x^2)")
    assert findings.never_defined
    assert findings.undefined is not None


def test_a_claim_without_a_value_at_one_place():
    statement, findings = tried("r = x^2", "dr/dx = 2*x^2/x")
    assert findings.undefined is not None
    assert findings.undefined.claimed is None
    assert shrink(statement, bench_of("r = x^2"), findings.undefined)["claimed"] is None


def test_a_zero_of_a_denominator_is_sought():
    statement, findings = tried(CHAIN, "dE/dX = A*(X - 13)/(B*D*(X - 13))")
    assert findings.undefined is None
    divisor = statement.right.denominator[-1]
    found = find_undefined(statement, bench_of(CHAIN), divisor)
    assert found.experiment.point.values["X"][()] == 13


def test_a_denominator_without_a_zero_has_none():
    statement, _ = tried("r = x^2", "dr/dx = 2*x*(x^2 + 1)/(x^2 + 1)")
    divisor = statement.right.denominator[0]
    assert find_undefined(statement, bench_of("r = x^2"), divisor) is None


def test_tiny_differences_are_seen():
    _, findings = tried("r = x^2", "dr/dx = 2*x + 0.0000000000000001")
    assert findings.refuted is not None


def test_compare_says_what_it_saw():
    statement = read_statement(system_of("q = abs(x)"), "dq/dx = 1")
    words = {"zeros": "skip", "ones": "agree"}
    bench = bench_of("q = abs(x)")
    for style, word in words.items():
        assert compare(statement, bench.experiment(0, style, 0), {}) == word
    negative = next(e for e in bench.scheduled() if e.point.values["x"][()] < 0)
    found = compare(statement, negative, {})
    assert isinstance(found, Difference)
    assert found.correct.value == -1


def test_only_values_that_matter_are_shown():
    statement = read_statement(system_of("a = x*y; b = y*z; c = w^2"), "da/dy = b")
    assert needed_values(statement) == ["x", "y", "z"]


@pytest.mark.parametrize(
    "right", ["where(x > 1000000000, 0, 2*x)", "min(2*x, 2000000000)", "2*x + relu(x - 10^9)"]
)
def test_both_sides_of_a_far_branch_are_tried(right):
    _, findings = tried("r = x^2", f"dr/dx = {right}")
    assert findings.refuted is not None
    assert findings.refuted.experiment.point.values["x"][()] > 10**9


def test_values_beyond_floats_are_the_largest_float():
    statement, findings = tried("r = x^2", "dr/dx = exp(exp(exp(exp(exp(x)))))")
    witness = shrink(statement, bench_of("r = x^2"), findings.refuted)
    assert witness["claimed"] == pytest.approx(1.797e308, rel=1e-3)
