"""What is wrong with a false claim is named only where the repaired claim is proved."""

import pytest

import symbp as sb
from symbp.verification.deciding import judge
from symbp.verification.repairs import KINDS
from tests.verification.samples import (
    CHAIN,
    FALSE,
    LABELS,
    LAYER,
    LINEAR,
    NETWORK,
    NEURON,
    NORM,
    QUADRATIC,
    RECTIFIED,
    SOFTMAX,
    TRUE,
    UNCONDITIONAL,
    bench_of,
    label,
    system_of,
)

#: A false claim, the kind of its slip, and the side that is proved.
NAMED = [
    (SOFTMAX, "dL/dz[n,k] = (y[n,k] - p[n,k])/N", "sign", "(p[n,k] - y[n,k])/N"),
    (SOFTMAX, "dL/dz[n,k] = p[n,k] - y[n,k]", "factor", "(p[n,k] - y[n,k])/N"),
    (SOFTMAX, "dL/dz[n,k] = (p[n,k] - y[n,k])/K", "factor", "(p[n,k] - y[n,k])/N"),
    (SOFTMAX, "dL/dz[n,k] = (p[n,k] - 1)/N", "factor", "(p[n,k] - y[n,k])/N"),
    (
        *(SOFTMAX, "dL/dW[j,k] = dL/dz[0,k]*x[0,j]"),
        *("index", "sum(n, dL/dz[n,k]*x[n,j])"),
    ),
    (
        *(SOFTMAX, "dp[n,k]/dz[n,l] = p[n,k]*(1 - p[n,l])"),
        *("index", "p[n,k]*([k == l] - p[n,l])"),
    ),
    (
        *(SOFTMAX, "dp[n,k]/dz[m,l] = p[n,k]*([k == l] - p[n,l])"),
        *("index", "[n == m]*p[n,k]*([k == l] - p[n,l])"),
    ),
    (
        *(SOFTMAX, "d^2L/dz[n,k]dy[n,m] = -[k == m]/N"),
        *("term", "p[n,k]/N - [k == m]/N"),
    ),
    (
        *(UNCONDITIONAL, "dL/dz[n,k] = (p[n,k] - y[n,k])/N"),
        *("factor", "(p[n,k]*sum(l, y[n,l]) - y[n,k])/N"),
    ),
    (CHAIN, "dE/dX = 2*A/(B*sqrt(C))", "factor", "A/(B*sqrt(C))"),
    (CHAIN, "dE/dC = -1/(2*D)", "sign", "1/(2*D)"),
    (CHAIN, "dE/dB = 1/B", "activation", "1/(2*B*sqrt(C))"),
    (NEURON, "dL/dw[j] = (o - t)*o*(1 + o)*x[j]", "sign", "(o - t)*o*(1 - o)*x[j]"),
    (NEURON, "dL/dw[j] = (o - t)*o*(1 - o)*w[j]", "factor", "(o - t)*o*(1 - o)*x[j]"),
    (LAYER, "do[k]/dz[l] = o[k]*(1 - o[l])", "index", "[k == l]*o[k]*(1 - o[k])"),
    (
        *(NETWORK, "dL/da[n,j] = sum(k, dL/dz[n,k]*W[j,k])"),
        *("activation", "h[n,j]*(1 - h[n,j])*sum(k, W[j,k]*dL/dz[n,k])"),
    ),
    (LINEAR, "dE[n]/dy[m,k] = y[n,k] - t[n,k]", "index", "(y[n,k] - t[n,k])*[n == m]"),
    (
        *(QUADRATIC, "dL/dx[i] = 2*sum(j, A[i,j]*x[j])"),
        *("transpose", "sum(j, (A[i,j] + A[j,i])*x[j])"),
    ),
    (QUADRATIC, "d^2L/dx[i]dx[j] = 2*A[i,j]", "transpose", "A[i,j] + A[j,i]"),
    (
        *(RECTIFIED, "dL/dz[n,k] = (o[n] - y[n])*v[k]*[z[n,k] < 0]"),
        *("relation", "(o[n] - y[n])*[z[n,k] > 0]*v[k]"),
    ),
    (LABELS, "dL/dz[n,k] = p[n,k] - 1", "index", "p[n,k] - [k == t[n]]"),
    (
        *(NORM, "dL/dx[n,i] = (g[n,i] - sum(j, g[n,j])/I)/s[n]"),
        *(
            "term",
            "(g[n,i] - sum(j, g[n,j])/I)/s[n] - q[n,i]*sum(j, g[n,j]*q[n,j])/(I*s[n])",
        ),
    ),
    ("y = exp(x)", "dy/dx = exp(exp(x))", "doubled_function", "exp(x)"),
    ("y = sin(x)*x", "dy/dx = sin(x) - x*cos(x)", "sign", "sin(x) + x*cos(x)"),
    ("y = x^3", "dy/dx = 3*x", "power", "3*x^2"),
    ("y = ln(1 + exp(-x))", "dy/dx = -sigmoid(x)", "sign", "-sigmoid(-x)"),
]


@pytest.mark.parametrize(("text", "claim", "kind", "repaired"), NAMED)
def test_the_slip_is_named_and_the_repaired_claim_proved(text, claim, kind, repaired):
    made = judge(system_of(text), claim, None, bench_of(text))
    assert made.true is False
    assert made.defect == {"kind": kind, "repaired": repaired}
    left = claim.partition(" = ")[0]
    assert judge(system_of(text), left, repaired, bench_of(text)).verdict == "proved"


def test_all_kinds_occur():
    assert {kind for _, _, kind, _ in NAMED} == set(KINDS)


@pytest.mark.full
@pytest.mark.parametrize(("sample", "claim"), FALSE, ids=label)
def test_whatever_is_named_is_proved_again(sample, claim):
    made = judge(system_of(sample.text), claim, None, bench_of(sample.text))
    if made.defect is not None:
        left, repaired = claim.partition(" = ")[0], made.defect["repaired"]
        assert made.defect["kind"] in KINDS
        again = judge(system_of(sample.text), left, repaired, bench_of(sample.text))
        assert again.verdict == "proved"


@pytest.mark.full
def test_most_slips_are_named():
    named = [
        judge(system_of(s.text), claim, None, bench_of(s.text)).defect is not None
        for s, claim in FALSE
    ]
    assert sum(named) >= 0.85 * len(named)


def test_a_true_claim_has_no_defect():
    sample, claim = TRUE[0]
    assert judge(system_of(sample.text), claim).defect is None


def test_nonsense_has_no_defect():
    assert judge(system_of("y = sin(x)*exp(x)"), "dy/dx = cos(3*x) + ln(x^2 + 7)").defect is None


def test_it_is_searched_for_when_it_is_read():
    made = judge(system_of(CHAIN), "dE/dC = -1/(2*D)")
    assert "defect" not in vars(made)
    assert made.as_dict()["defect"] == {"kind": "sign", "repaired": "1/(2*D)"}
    assert made.defect is made.defect


def test_it_is_printed():
    found = str(sb.verify("y = x^2", "dy/dx = -2*x"))
    assert found == (
        "refuted: at x = 1 the claimed side gives -2, correct is 2; defect: sign, 2*x is proved"
    )


def test_shapes_that_disagree_have_no_defect():
    made = sb.verify("input x[n:N], w[j:J]; L = sum(n, x[n]^2)*sum(j, w[j])", "dL/dx[n] = w[n]")
    assert made.reason.startswith("the shapes disagree")
    assert made.defect is None
