"""Each stabilising rewrite of PyTensor by name: the spelled form at extreme arguments.

A row is what a user writes where such a rewrite is needed. Values and gradients are held against
the literal spelling in long numbers, within 1e-12 (1e-5 in float32) of the true value; where that
is a difference by nature, of the sum of magnitudes that goes into it. Every row is evaluated, and
run as an emitted file in both types; elementwise rows are also compiled, many in one system.

Its rewrites of log Bessel functions have no row: there are none here. Those of linear algebra are
about cost, not about digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import mpmath
import numpy as np
import pytest

import symbp as sb
from symbp import pipeline
from symbp.gradients import differentiate
from symbp.interpreter import MPMATH, evaluate
from symbp.kernels.modules import emit_module
from symbp.kernels.planning import plan
from tests.kernels.running import python_module
from tests.stable_values import read
from tests.test_stability import TOLERANCE, called, misses

SIZES = (1e-8, 0.1, 0.7, 1.0, 5.0, 20.0, 40.0, 100.0, 700.0, 1000.0)
REAL = tuple(sign * size for size in SIZES for sign in (1, -1))
BELOW = tuple(-size for size in SIZES)
ABOVE = SIZES
UNIT = (1e-30, 1e-5, 0.1, 0.5, 0.9, 1 - 1e-7)
#: Digits in which literal spellings keep what 1 - p has lost.
DIGITS = 1_000


@dataclass(frozen=True)
class Row:
    """A spelling.

    Attributes:
        name: the rewrites that it is about.
        text: a function of x[i], or a system with L.
        points: what x is.
        cancels: what is held against the sum of magnitudes.
    """

    name: str
    text: str
    points: tuple[float, ...] = REAL
    cancels: tuple[str, ...] = ()
    fact: str = ""

    @property
    def system(self) -> str:
        """The text of the system."""
        if "L =" in self.text:
            return self.text
        return f"input x[i:I]{self.fact}; v[i] = {self.text}; L = sum(i, v[i])"


def named(inner: str, outer: str) -> str:
    return f"input x[i:I]; p[i] = {inner}; v[i] = {outer}; L = sum(i, v[i])"


SOFTMAX = "input x[i:I]; target y[i]; p[i] = exp(x[i])/sum(j, exp(x[j]));"
PAIR = "input a[i:I], b[i]; v[i] = {}; L = sum(i, v[i])"

ROWS = (
    Row("local_softmax_stabilize", SOFTMAX + "L = sum(i, p[i]*y[i])", cancels=("dL/dx",)),
    Row("local_logsoftmax", SOFTMAX + "L = sum(i, ln(p[i])*y[i])", cancels=("dL/dx",)),
    Row(
        "local_exp_log_softmax",
        SOFTMAX + "q[i] = ln(p[i]); L = sum(i, exp(q[i])*y[i])",
        cancels=("dL/dx",),
    ),
    Row(
        "local_log_softmax_from_logsumexp",
        "input x[i:I]; target y[i]; L = sum(i, (x[i] - ln(sum(j, exp(x[j]))))*y[i])",
        cancels=("dL/dx",),
    ),
    Row("local_log_sum_exp", "input x[i:I]; L = ln(sum(i, exp(x[i])))"),
    Row("local_log_add_exp", PAIR.format("ln(exp(a[i]) + exp(b[i]))")),
    Row("local_exp_over_1_plus_exp", "exp(x[i])/(1 + exp(x[i]))"),
    Row("local_reciprocal_1_plus_exp", "3/(1 + exp(x[i]))"),
    Row("local_sigm_times_exp", "exp(x[i])*sigmoid(-x[i])"),
    Row(
        "local_sigm_times_exp, on a product",
        "input x[i:I], w[i]; v[i] = w[i]*exp(x[i])*2*sigmoid(-x[i])*w[i]; L = sum(i, v[i])",
    ),
    Row(
        "local_sigm_times_exp, by name",
        named("sigmoid(x[i])", "2*p[i]*exp(-x[i])"),
        cancels=("dL/dx",),
    ),
    Row("local_1msigmoid", "1 - sigmoid(x[i])"),
    Row("local_1msigmoid, by name", named("sigmoid(x[i])", "1 - p[i]")),
    Row("logsigm_to_softplus", "ln(sigmoid(x[i]))"),
    Row("logsigm_to_softplus, by name", named("sigmoid(x[i])", "ln(p[i])")),
    Row("log1msigm_to_softplus", "ln(1 - sigmoid(x[i]))"),
    Row("log1p_neg_sigmoid", "log1p(-sigmoid(x[i]))"),
    Row("local_odds_sigmoid", "sigmoid(x[i])/(1 - sigmoid(x[i]))"),
    Row("local_odds_sigmoid, by name", named("sigmoid(x[i])", "p[i]/(1 - p[i])")),
    Row("local_inv_odds_sigmoid", "(1 - sigmoid(x[i]))/sigmoid(x[i])"),
    Row("local_sigmoid_logit", "sigmoid(ln(x[i]/(1 - x[i])))", UNIT),
    Row("local_log1p", "ln(1 + x[i]^2)"),
    Row("local_expm1", "exp(x[i]) - 1"),
    Row("local_log1p_plusminus_exp, +", "log1p(exp(x[i]))"),
    Row("local_log1p_plusminus_exp, -", "log1p(-exp(x[i]))", BELOW),
    Row("logmexpm1_to_log1mexp", "ln(-expm1(x[i]))", BELOW),
    Row("logdiffexp_to_log1mexpdiff", PAIR.format("ln(exp(a[i]) - exp(b[i]))"), ABOVE),
    Row("local_one_plus_erf", "1 + erf(x[i])"),
    Row("local_one_minus_erf", "1 - erf(x[i])"),
    Row("local_erf_minus_one", "erf(x[i]) - 1"),
    Row("local_one_minus_erfc", "1 - erfc(x[i])"),
    Row("local_erf_neg_minus_one", "-1 + erf(-x[i])"),
    Row("local_one_plus_erf, by name", named("erf(x[i])", "1 + p[i]")),
    Row("local_log_erfc", "ln(erfc(x[i]))"),
    Row("local_grad_log_erfc_neg", named("erfc(x[i])", "ln(p[i])")),
    Row("local_log_div", "ln(1/x[i])", (1e-300, 1e-5, 0.5, 3.0, 1e300), fact=": positive"),
    Row("local_sign_div", "sign(3/x[i])*x[i]"),
    Row(
        "local_mul_switch_sink",
        "input x[i:I], c[i]; v[i] = c[i]*where(x[i] > 0, ln(x[i]), 0); L = sum(i, v[i])",
    ),
    Row(
        "local_mul_switch_sink, by name",
        "input x[i:I]; e[i] = exp(x[i]); v[i] = where(x[i] < 0, 1, 0)*e[i]; L = sum(i, v[i])",
        BELOW,
    ),
    Row("local_div_switch_sink", "where(x[i] > 0, sqrt(x[i]), 1)/where(x[i] > 0, x[i], 2)"),
    Row("local_mul_exp_to_exp_add", PAIR.format("exp(a[i])*exp(-a[i] - b[i]^2)")),
    Row("local_div_exp_to_mul_exp", PAIR.format("exp(a[i])/exp(a[i] + b[i]^2)")),
    Row("local_log_sqrt", "ln(sqrt(x[i]))", (1e-300, 1e-5, 0.5, 3.0, 1e300), fact=": positive"),
)
BY_NAME = {row.name: row for row in ROWS}
PER_POINT = [r for r in ROWS if "L =" not in r.text and r.points == REAL]


@cache
def derivation(name):
    system = read(BY_NAME[name].system)
    reals = ("x", "a", "b", "w")
    return differentiate(system, "L", tuple(n for n in reals if n in system.quantities))


def values_for(row, system, dtype):
    """The points of a row; b lies below a, all else is near 1."""
    points = np.array(row.points)
    if dtype == "float32":
        kind = np.finfo(np.float32)
        points = points[(np.abs(points) < kind.max) & (np.abs(points) > kind.tiny)]
        points = points[points.astype(np.float32) < 1] if row.points == UNIT else points
    others = {"x": points, "a": points, "b": points - 1.5, "w": 1 + 0 * points}
    given = {q.name: others.get(q.name, 0.5 + 0 * points) for q in system.given()}
    if row.name == "local_log_add_exp":
        given["b"] = points[::-1]
    if "exp_" in row.name and "b" in given and "log" not in row.name:
        given["b"] = np.sqrt(np.abs(points))
    return {name: value.astype(dtype) for name, value in given.items()}


def compare(row, found, true, dtype):
    for name, value in found.items():
        if name not in true or true.system.quantities[name].given:
            continue
        arrays = [np.ravel(value), np.ravel(np.asarray(true[name], object))]
        sums = true.magnitude(name) if np.ndim(value) else [true.value(name).magnitude]
        if name not in (*row.cancels, "L"):
            sums = np.zeros(np.shape(sums))
        sums = np.ravel(np.asarray(sums, object))
        for place, (one, other, summed) in enumerate(zip(*arrays, sums, strict=True)):
            worst = misses(one, mpmath.mpf(other), mpmath.mpf(summed), dtype)
            assert worst <= 1, f"{name}[{place}] is off by {worst:.2g} times what is allowed"


@pytest.mark.parametrize("name", BY_NAME)
def test_values_and_gradients(name):
    row, system = BY_NAME[name], derivation(name).system
    values = values_for(row, system, "float64")
    compare(
        row, pipeline.evaluate(system, values), evaluate(system, values, MPMATH(DIGITS)), "float64"
    )


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("name", BY_NAME)
def test_emitted_files(name, dtype):
    row, ledger = BY_NAME[name], derivation(name)
    module = python_module(emit_module(plan(ledger.forward, ledger), dtype).text)
    values = values_for(row, ledger.system, dtype)
    with np.errstate(all="ignore"):
        loss, gradient = called(
            module, "loss_and_gradient", {**values, "I": len(row.points)}, check=False
        )
        forward = called(module, "forward", values) if hasattr(module, "forward") else {}
    found = {**forward, **{f"dL/d{n}": value for n, value in gradient.items()}, "L": loss}
    compare(row, found, evaluate(ledger.system, values, MPMATH(DIGITS)), dtype)


@pytest.mark.parametrize("dtype", TOLERANCE)
def test_compiled_kernels(dtype):
    """Each row has its own x, so that every gradient is one function's."""
    names = [f"x{n}" for n in range(len(PER_POINT))]
    lines = [f"v{n}[i] = {row.text.replace('x[', f'x{n}[')}" for n, row in enumerate(PER_POINT)]
    total = " + ".join(f"v{n}[i]" for n in range(len(PER_POINT)))
    text = "\n".join(
        [f"input {', '.join(f'{n}[i:I]' for n in names)}", *lines, f"L = sum(i, {total})"]
    )
    kernel = sb.System(text).compile(of="L", wrt=names, optimizer=None, dtype=dtype)
    points = np.array(REAL, dtype)
    values = dict.fromkeys(names, points)
    _, gradient = kernel.loss_and_gradient(**values)
    forward = kernel.forward(**values)
    for place, row in enumerate(PER_POINT):
        system = derivation(row.name).system
        true = evaluate(system, {"x": points}, MPMATH(DIGITS))
        found = {"v": forward[f"v{place}"], "dL/dx": gradient[f"x{place}"]}
        compare(row, found, true, dtype)
