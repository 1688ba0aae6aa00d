import numpy as np
import pytest

import symbp as sb
from symbp.spelling import spell_equation
from symbp.stabilising.unmasking import unmask
from symbp.stability import stabilise
from tests.stable_values import derived, read

GIVEN = "input z[n:N, k:K], m[n,k]; target y[n,k]; "
MASKED = "p[n,k] = where(m[n,k] > 0, exp(z[n,k]), 0)/sum(l, where(m[n,l] > 0, exp(z[n,l]), 0)); "
PLAIN = "a[n,k] = where(m[n,k] > 0, exp(z[n,k]), 0)/3; "


def unmasked(text):
    """What is left of a system, the first equation left out; None where nothing is done."""
    system, done = unmask(read(GIVEN + PLAIN + text))
    return [spell_equation(e) for e in system.equations][1:] if done else None


def test_under_its_condition_a_masked_value_is_read_without_the_mask():
    assert unmasked("b[n,k] = where(m[n,k] > 0, y[n,k]*ln(a[n,k]), 0)") == [
        "bare/a[n,k] = exp(z[n,k])/3",
        "b[n,k] = where(m[n,k] > 0, y[n,k]*ln(bare/a[n,k]), 0)",
    ]


def test_a_logarithm_in_no_branch_is_given_one():
    assert unmasked("b[n,k] = y[n,k]*ln(a[n,k])") == [
        "bare/a[n,k] = exp(z[n,k])/3",
        "b[n,k] = where(m[n,k] > 0, y[n,k]*ln(bare/a[n,k]), y[n,k]*ln(a[n,k]))",
    ]


def test_the_mask_of_a_definition_is_that_of_what_reads_it():
    assert unmasked("b[n,k] = a[n,k]*z[n,k]; c[n,k] = where(m[n,k] != 0, 1/b[n,k], 0)") is None
    assert unmasked("b[n,k] = a[n,k]*z[n,k]; c[n,k] = where(m[n,k] <= 0, 0, 1/b[n,k])") == [
        "bare/a[n,k] = exp(z[n,k])/3",
        "b[n,k] = a[n,k]*z[n,k]",
        "bare/b[n,k] = bare/a[n,k]*z[n,k]",
        "c[n,k] = where(m[n,k] <= 0, 0, 1/(bare/b[n,k]))",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "b[n,k] = where(m[n,k] > 0, y[n,k]*a[n,k], 0)",  # right with the mask
        "b[n,k] = where(m[n,k] >= 0, y[n,k]/a[n,k], 0)",  # 0 is masked and read
        "b[n,k] = where(m[n,k] <= 0, y[n,k]/a[n,k], 0)",
        "b[n,k] = sum(l, where(m[n,l] > 0, y[n,l]/a[n,k], 0))",  # another place
        "b[n,k] = where(m[n,k] > 0, sum(k, 1/a[n,k]), 0)",  # another k
        "b[n,k] = ln(y[n,k])",
        "h[n,k] = where(m[n,k] > 0, z[n,k]^2, 0); b[n,k] = where(m[n,k] > 0, ln(h[n,k]), 0)",
    ],
)
def test_what_stays(text):
    assert unmasked(text) is None


def test_other_indices_other_masks():
    text = """input z[t:T, u:T]; a[t,u] = where(u <= t, exp(z[t,u]), 0)
    b[t,u] = where(t < u, ln(a[u,t]), 0); c[t,u] = where(u < t, ln(a[u,t]), 0)"""
    system, done = unmask(read(text))
    assert [r.after.target for r in done] == ["b", "c"]  # of c by a branch of its own
    assert [spell_equation(e) for e in system.equations][2:] == [
        "b[t,u] = where(t < u, ln(bare/a[u,t]), 0)",
        "c[t,u] = where(u < t, where(t <= u, ln(bare/a[u,t]), ln(a[u,t])), 0)",
    ]


def test_it_is_settled():
    for loss in ("where(m[n,k] > 0, y[n,k]*ln(p[n,k]), 0)", "y[n,k]*ln(p[n,k])"):
        stable = stabilise(derived(GIVEN + MASKED + f"L = -sum(n, k, {loss})"))
        assert stabilise(stable.system).rewrites == ()


@pytest.mark.parametrize("loss", ["where(m[n,k] > 0, y[n,k]*ln(p[n,k]), 0)", "y[n,k]*ln(p[n,k])"])
def test_a_row_of_which_nothing_counts_is_0(loss):
    system = sb.System(
        GIVEN.replace("; ", "\n") + MASKED.replace("; ", "\n") + f"L = -sum(n, k, {loss})"
    )
    z, y = np.array([[1e4, -1e4], [1e4, 0]]), np.array([[0.0, 0], [0, 1]])
    m = np.array([[0.0, 0], [1, 1]])
    found = sb.derive(system, wrt="z").system.evaluate(z=z, y=y, m=m)
    assert found["L"] == 1e4
    np.testing.assert_array_equal(found["p"], [[0, 0], [1, 0]])
    np.testing.assert_array_equal(found["dL/dz"], [[0, 0], [1, -1]])
    kernel = system.compile(wrt="z")
    loss, gradient = kernel.loss_and_gradient(z=z, y=y, m=m)
    assert loss == 1e4
    np.testing.assert_array_equal(gradient["z"], [[0, 0], [1, -1]])
