import mpmath
import numpy as np
import pytest

import symbp as sb
from symbp.stabilising.residuals import split_residuals
from tests.systems.cases import read

ONE = "input z[n:N]; target y[n]; "
MANY = "input z[n:N, k:K]; target y[n,k]; "
SOFTMAX = "p[n,k] = exp(z[n,k])/sum(l, exp(z[n,l])); "
BERNOULLI = {
    "named": "p[n] = sigmoid(z[n]); L = -sum(n, y[n]*ln(p[n]) + (1 - y[n])*ln(1 - p[n]))",
    "spelled": "p[n] = 1/(1 + exp(-z[n])); L = -sum(n, y[n]*ln(p[n]) + (1 - y[n])*ln(1 - p[n]))",
    "scores": "L = sum(n, ln(1 + exp(z[n])) - y[n]*z[n])",
    "weighted": "p[n] = sigmoid(z[n]); L = -3*sum(n, y[n]*ln(p[n]) + (1 - y[n])*ln(1 - p[n]))/N",
}
CATEGORICAL = {
    "named": SOFTMAX + "L = -sum(n, k, y[n,k]*ln(p[n,k]))",
    "log of a sum": "L = sum(n, k, y[n,k]*(ln(sum(l, exp(z[n,l]))) - z[n,k]))",
    "mean": SOFTMAX + "L = -sum(n, k, y[n,k]*ln(p[n,k]))/N",
    "logarithms": "q[n,k] = z[n,k] - ln(sum(l, exp(z[n,l]))); L = -sum(n, k, y[n,k]*q[n,k])",
}
LARGE = [0, 1e-10, -1e-10, 5, -5, 20, -20, 37, -37, 40, -40, 100, -100, 700, -700, 1e4, -1e4]


def gradient(text, **data):
    return sb.derive(sb.System(text), wrt="z").system.evaluate(**data)["dL/dz"]


def near(found, true):
    return abs(true) < 1e-300 or abs((mpmath.mpf(float(found)) - true) / true) < 1e-12


@pytest.mark.parametrize("spelling", BERNOULLI)
@pytest.mark.parametrize("target", [0.0, 1.0, 0.3])
def test_a_sigmoid_keeps_what_it_lacks_to_its_target(spelling, target):
    z = np.array(LARGE)
    found = gradient(ONE + BERNOULLI[spelling], z=z, y=np.full(len(z), target))
    factor = mpmath.mpf(3) / len(z) if spelling == "weighted" else 1
    with mpmath.workdps(60):
        for value, at in zip(found, z, strict=True):
            p, q = (1 / (1 + mpmath.exp(-s * mpmath.mpf(at))) for s in (1, -1))
            y = mpmath.mpf(target)
            assert near(value, factor * ((1 - y) * p - y * q)), at


def rows():
    rng = np.random.default_rng(2)
    for a in LARGE:
        yield from ((a, 0, 0), (0, a, -a), (a, -a, a / 2), (a, a - 40, 3))
        yield tuple(rng.normal(size=3) * abs(a))


@pytest.mark.parametrize("spelling", [*CATEGORICAL, "labels"])
@pytest.mark.parametrize("label", [0, 2])
def test_a_softmax_keeps_what_it_lacks_to_its_target(spelling, label):
    z = np.array(list(rows()))
    if spelling == "labels":
        text = "input z[n:N, k:K]; target t[n]; " + SOFTMAX + "L = -sum(n, ln(p[n,t[n]]))"
        found = gradient(text, z=z, t=np.full(len(z), label))
    else:
        y = np.tile(np.eye(3)[label], (len(z), 1))
        found = gradient(MANY + CATEGORICAL[spelling], z=z, y=y)
    factor = len(z) if spelling == "mean" else 1
    with mpmath.workdps(60):
        for values, at in zip(found, z, strict=True):
            e = [mpmath.exp(mpmath.mpf(a) - mpmath.mpf(max(at))) for a in at]
            for k in range(3):
                rest = sum(x for j, x in enumerate(e) if j != k)
                true = (-rest if k == label else e[k]) / sum(e) / factor
                assert near(values[k], true), (at, k)


def test_kernels_of_float32_keep_it_too():
    z = np.array([20, 40, 80, -80], dtype=np.float32)
    kernel = sb.System(ONE + BERNOULLI["named"]).compile(wrt="z", dtype="float32")
    _, found = kernel.loss_and_gradient(z=z, y=np.ones(4, dtype=np.float32))
    assert found["z"].dtype == np.float32
    np.testing.assert_allclose(found["z"], -1 / (1 + np.exp(z.astype(float))), rtol=1e-5)


def kept(text):
    system = read(text)
    return split_residuals(system)[1] == ()


@pytest.mark.parametrize(
    "text",
    [
        ONE + "p[n] = sigmoid(z[n]); e[n] = (p[n] - y[n])^2",  # small where the residual is
        ONE + "p[n] = sigmoid(z[n]); e[n] = (p[n] - y[n])*p[n]*(1 - p[n])",
        ONE + "p[n] = sigmoid(z[n]); e[n] = p[n] - 1/2",  # no data
        ONE + "p[n] = sigmoid(z[n]); e[n] = p[n] - z[n]",  # of the same data
        ONE + "p[n] = tanh(z[n]); e[n] = p[n] - y[n]",
        ONE + "e[n] = z[n] - y[n]",
        "input z[n:N], v[n]; p[n] = sigmoid(z[n]); q[n] = sigmoid(v[n]); e[n] = p[n] - q[n]",
        ONE + "p[n] = exp(z[n]); e[n] = p[n] - y[n]",
        ONE + "s = sum(n, exp(z[n])); p[n] = exp(z[n])/s; e[n] = p[n] - y[n]",  # not shifted
    ],
)
def test_other_differences_stay(text):
    assert kept(text)


def test_a_file_says_what_was_done():
    said = sb.derive(sb.System(ONE + BERNOULLI["scores"]), wrt="z").spellings()
    assert "p - y without cancellation: dL/dz[n] = (1 - y[n])*sigmoid(z[n]) - y[n]*" in said


def test_a_label_chooses():
    text = "input z[n:N, k:K]; target t[n]; " + SOFTMAX + "L = -sum(n, ln(p[n,t[n]]))"
    said = sb.derive(sb.System(text), wrt="z").spellings()
    assert "dL/dz[n,k] = where(k == t[n], -where(p[n,k] <= 1/2, 1 - p[n,k], rest/z[n]/" in said


TEMPERED = """input z[n:N, k:K], T; target y[n,k]; p[n,k] = exp(z[n,k]/T)/sum(l, exp(z[n,l]/T))
L = -sum(n, k, y[n,k]*ln(p[n,k]))"""


@pytest.mark.parametrize("temper", [0.5, 2.0, -0.5])
def test_a_temperature_takes_nothing_from_it(temper):
    z, y = np.array([[17.0, 0.0, 0.0]]), np.array([[1.0, 0.0, 0.0]])
    z = np.sign(temper) * z
    values = sb.derive(sb.System(TEMPERED), wrt="z").system.evaluate(z=z, y=y, T=temper)
    with mpmath.workdps(60):
        e = mpmath.exp(-17 / abs(mpmath.mpf(temper)))
        total = 1 + 2 * e
        assert near(float(values["L"]), mpmath.log(total))
        for value, true in zip(values["dL/dz"][0], (-2 * e, e, e), strict=True):
            assert near(value, true / total / temper)


LABELS = "input z[n:N, k:K]; target t[n]: class_ids; " + SOFTMAX


@pytest.mark.parametrize("at", [40.0, 300.0, -40.0, 1e-3])
def test_what_a_named_softmax_lacks_to_one(at):
    z, t = np.array([[at, 0.0, 0.0]]), np.array([0])
    with mpmath.workdps(400):
        p = 1 / (1 + 2 * mpmath.exp(-mpmath.mpf(at)))
        for loss, value, slope in (
            ("1 - p[n,t[n]]", 1 - p, -p * (1 - p)),
            ("ln(1 - p[n,t[n]])", mpmath.log(1 - p), -p),
            ("(1 - p[n,t[n]])^2", (1 - p) ** 2, -2 * p * (1 - p) ** 2),
        ):
            net = sb.System(LABELS + f"L = sum(n, {loss})")
            found = sb.derive(net, wrt="z").system.evaluate(z=z, t=t)
            assert near(float(found["L"]), value), loss
            assert near(found["dL/dz"][0, 0], slope), loss
            assert near(found["dL/dz"][0, 1], -slope / 2), loss


def test_counts_are_no_probabilities():
    text = "input x[n:N]; target y[n]; L = sum(n, exp(x[n]) - y[n]*x[n])"
    system = sb.derive(sb.System(text), wrt="x").system
    assert "without cancellation" not in system.spellings()
