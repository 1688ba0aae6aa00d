"""Systems without indices, and sums of them: chains, likelihoods, activations."""

import autograd.numpy as np
from autograd.scipy.special import erf

from tests.systems.cases import Case, apart, counts, positive


def _chapter(v):
    return np.sqrt(np.log((v["X"] + 1) ** 2)) - 1


def _shared(v):
    y = v["u"] * v["v"] + np.sin(v["u"])
    return y / (1 - v["u"]) + y**2


def _functions(v):
    x = v["x"]
    total = np.exp(-x) + np.log(x + 3) + np.cos(x) * np.tan(x / 4) + np.arctan(x) + np.arcsinh(x)
    return total + np.sinh(x) / np.cosh(x) + np.arcsin(x / 4) + np.arccos(x / 5) + np.arctanh(x / 6)


def _powers(v):
    a, b = v["a"], v["b"]
    return a**b + b ** np.sqrt(a) + a ** (1 / 3) - 2.0**a + (a / b) ** -1.5


def _branching(v):
    x = v["x"]
    one = np.where(x < 0, -x, x) + np.maximum(x, 2 * x - 1) + np.minimum(x, v["y"])
    return one + np.where(np.logical_and(x > 0, v["y"] > 0), x**2, x * v["y"])


def _long(v):
    x = v["x"]
    total = np.exp(x) + sum(v[f"a{n}"] for n in range(9))
    return total + _sigmoid(x) * total**2


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def _activations(v):
    z = v["z"]
    soft = np.log(1 + np.exp(z))
    gelu = z * (1 + erf(z / np.sqrt(2))) / 2
    elu = np.where(z <= 0, np.exp(z) - 1, z)
    scale, alpha = 1.0507009873554805, 1.6732632423543772
    selu = scale * np.where(z <= 0, alpha * (np.exp(z) - 1), z)
    clipped = np.clip(z / 6 + 0.5, 0, 1)
    approximate = z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))) / 2
    total = _sigmoid(z) + np.tanh(z) + soft - np.log(1 + np.exp(-z)) + np.where(z <= 0, 0, z)
    total = (
        total + np.where(z <= 0, 0.01 * z, z) + elu + selu + gelu + approximate + z * _sigmoid(z)
    )
    total = total + z * np.tanh(soft) + z / (1 + np.abs(z)) + np.clip(z, -1, 1) + clipped
    return np.sum(v["w"] * (total + z * clipped))


def _normal(v):
    return np.sum(np.log(v["s"]) + (v["x"] - v["m"]) ** 2 / (2 * v["s"] ** 2))


def _poisson(v):
    rate = np.exp(v["x"] @ v["w"])
    return np.sum(rate - v["y"] * np.log(rate))


def _gamma(v):
    return np.sum(v["x"] / v["s"] + v["a"] * np.log(v["s"]) - (v["a"] - 1) * np.log(v["x"]))


def _erf(v):
    return np.sum(erf(v["x"] * v["s"]) - np.exp(-(v["x"] ** 2) * v["s"]))


CASES = (
    Case(
        "chapter_chain",
        "A = X + 1; B = A^2; C = ln(B); D = sqrt(C); E = D - 1",
        _chapter,
        "E",
        data={"X": positive},
    ),
    Case("shared_scalar", "y = u*v + sin(u); w = y/(1-u) + y^2", _shared, "w"),
    Case(
        "long_sum",
        "y = exp(x) + " + " + ".join(f"a{n}" for n in range(9)) + "; L = y + sigmoid(x)*y^2",
        _long,
    ),
    Case(
        "index_powers",
        "input x[k:K], u; param c[n:N]; L = sum(n, c[n]*u^n) + sum(k, x[k]^k + x[k]^K)",
        lambda v: (
            sum(c * v["u"] ** n for n, c in enumerate(v["c"]))
            + sum(v["x"][k] ** k + v["x"][k] ** 5 for k in range(5))
        ),
    ),
    Case(
        "functions",
        """L = exp(-x) + ln(x+3) + cos(x)*tan(x/4) + arctan(x) + asinh(x) + sinh(x)/cosh(x)
            K = arcsin(x/4) + arccos(x/5) + atanh(x/6); M = L + K""",
        _functions,
        "M",
        data={"x": positive},
    ),
    Case(
        "powers",
        "L = a^b + b^sqrt(a) + a^(1/3) - 2^a + (a/b)^-1.5",
        _powers,
        data={"a": positive, "b": positive},
    ),
    Case(
        "branches",
        """p = where(x < 0, -x, x) + max(x, 2*x - 1) + min(x, y)
            L = p + where(x > 0 and y > 0, x^2, x*y)""",
        _branching,
        data={"x": apart},
    ),
    Case(
        "activations",
        """input z[k:K]; param w[k]
            a[k] = sigmoid(z[k]) + tanh(z[k]) + softplus(z[k]) + logsigmoid(z[k]) + relu(z[k])
            b[k] = leaky_relu(z[k]) + elu(z[k]) + selu(z[k]) + gelu(z[k]) + gelu_tanh(z[k])
            c[k] = silu(z[k]) + mish(z[k]) + softsign(z[k]) + hardtanh(z[k]) + hardsigmoid(z[k])
            L = sum(k, w[k]*(a[k] + b[k] + c[k] + hardswish(z[k])))""",
        _activations,
        data={"z": apart},
    ),
    Case(
        "normal_likelihood",
        """input x[n:N]; param m, s; fact s: positive
            L = sum(n, ln(s) + (x[n]-m)^2/(2*s^2))""",
        _normal,
    ),
    Case(
        "poisson_regression",
        """input x[n:N,j:J]; param w[j]; target y[n]
            r[n] = exp(sum(j, x[n,j]*w[j]))
            L = sum(n, r[n] - y[n]*ln(r[n]))""",
        _poisson,
        data={"y": counts},
    ),
    Case(
        "gamma_likelihood",
        """input x[n:N]; param s, a; fact s > 0; fact x: positive
            L = sum(n, x[n]/s + a*ln(s) - (a-1)*ln(x[n]))""",
        _gamma,
    ),
    Case("error_function", "input x[n:N]; param s; L = sum(n, erf(x[n]*s) - exp(-x[n]^2*s))", _erf),
)
