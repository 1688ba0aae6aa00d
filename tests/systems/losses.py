"""Losses over outputs, most of them after a linear map."""

import autograd.numpy as np

from tests.systems.cases import Case, binary, labels, positive, signs


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def _softmax(z, axis=-1):
    e = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


def _scores(v):
    return v["x"] @ v["W"] + v["b"]


def _vector(v):
    return v["x"] @ v["w"] + v["b"]


def _squared(v):
    return np.sum((_scores(v) - v["y"]) ** 2) / 2 / len(v["x"])


def _cross_entropy(v):
    return -np.sum(v["y"] * np.log(_softmax(_scores(v)))) / len(v["x"])


def _labelled(v):
    p = _softmax(_scores(v))
    return -np.sum(np.log(p[np.arange(len(p)), v["t"]])) / len(p)


def _logsumexp(v):
    z = _scores(v)
    top = np.max(z, axis=1, keepdims=True)
    log = np.log(np.sum(np.exp(z - top), axis=1)) + top[:, 0]
    return np.sum(log - np.sum(v["y"] * z, axis=1))


def _binary(v):
    o = _sigmoid(_vector(v))
    return -np.mean(v["y"] * np.log(o) + (1 - v["y"]) * np.log(1 - o))


def _binary_scores(v):
    z = _vector(v)
    return np.sum(np.log(1 + np.exp(z)) - v["y"] * z)


def _logistic(v):
    return np.mean(np.log(1 + np.exp(-v["y"] * _vector(v))))


def _hinge(v):
    return np.mean(np.maximum(0, 1 - v["y"] * _vector(v))) + v["c"] * np.sum(v["w"] ** 2)


def _huber(v):
    r = _vector(v) - v["y"]
    return np.sum(np.where(np.abs(r) <= 1, r**2 / 2, np.abs(r) - 0.5))


def _log_cosh(v):
    return np.sum(np.log(np.cosh(_vector(v) - v["y"])))


def _absolute(v):
    return np.sum(np.abs(_vector(v) - v["y"]))


def _divergence(v):
    q = _softmax(v["z"])
    return np.sum(v["p"] * np.log(v["p"] / q))


def _focal(v):
    o = _sigmoid(_vector(v))
    return -np.sum((1 - o) ** 2 * v["y"] * np.log(o))


def _multi_margin(v):
    z = _scores(v)
    right = z[np.arange(len(z)), v["t"]]
    return np.sum(np.maximum(0, z - right[:, None] + 1))


def _two(v):
    z = np.tanh(v["x"] @ v["W"])
    return v["a"] * np.sum((z - v["y"]) ** 2) + v["c"] * np.sum(np.abs(v["W"]))


def _smoothed(v):
    z = _scores(v)
    y = (1 - v["e"]) * v["y"] + v["e"] / z.shape[1]
    return -np.sum(y * np.log(_softmax(z)))


LINEAR = """input x[n:N,j:J]; param W[j,k:K], b[k]
z[n,k] = sum(j, x[n,j]*W[j,k]) + b[k]
"""
ONE = """input x[n:N,j:J]; param w[j], b
z[n] = sum(j, x[n,j]*w[j]) + b
"""

CASES = (
    Case("squared_error", LINEAR + "target y[n,k]; L = sum(n,k, (z[n,k]-y[n,k])^2)/2/N", _squared),
    Case(
        "softmax_cross_entropy",
        LINEAR
        + """target y[n,k]; fact sum(k, y[n,k]) = 1
         p[n,k] = exp(z[n,k])/sum(l, exp(z[n,l]))
         L = -sum(n,k, y[n,k]*ln(p[n,k]))/N""",
        _cross_entropy,
        data={"y": lambda rng, s: rng.dirichlet(np.ones(s[1]), s[0])},
    ),
    Case(
        "softmax_cross_entropy_one_hot",
        LINEAR
        + """target y[n,k]; fact y: one_hot(k)
         p[n,k] = exp(z[n,k])/sum(l, exp(z[n,l]))
         L = -sum(n,k, y[n,k]*ln(p[n,k]))/N""",
        _cross_entropy,
    ),
    Case(
        "softmax_cross_entropy_labels",
        LINEAR
        + """target t[n]
         p[n,k] = exp(z[n,k])/sum(l, exp(z[n,l]))
         L = -sum(n, ln(p[n,t[n]]))/N""",
        _labelled,
        data={"t": labels(5)},
    ),
    Case(
        "softmax_cross_entropy_shifted",
        LINEAR
        + """target y[n,k]; fact y: simplex(k)
         m[n] = max(k, z[n,k])
         p[n,k] = exp(z[n,k] - m[n])/sum(l, exp(z[n,l] - m[n]))
         L = -sum(n,k, y[n,k]*ln(p[n,k]))/N""",
        _cross_entropy,
    ),
    Case(
        "log_sum_exp",
        LINEAR
        + """target y[n,k]
         L = sum(n, ln(sum(k, exp(z[n,k]))) - sum(k, y[n,k]*z[n,k]))""",
        _logsumexp,
    ),
    Case(
        "binary_cross_entropy",
        ONE
        + """target y[n]; o[n] = sigmoid(z[n])
         L = -sum(n, y[n]*ln(o[n]) + (1-y[n])*ln(1-o[n]))/N""",
        _binary,
        data={"y": binary},
    ),
    Case(
        "binary_cross_entropy_scores",
        ONE + "target y[n]; L = sum(n, softplus(z[n]) - y[n]*z[n])",
        _binary_scores,
        data={"y": binary},
    ),
    Case("logistic", ONE + "target y[n]: sign; L = mean(n, ln(1 + exp(-y[n]*z[n])))", _logistic),
    Case(
        "hinge",
        ONE
        + """target y[n]; param c
         L = sum(n, max(0, 1 - y[n]*z[n]))/N + c*sum(j, w[j]^2)""",
        _hinge,
        data={"y": signs},
    ),
    Case(
        "huber",
        ONE
        + """target y[n]; r[n] = z[n] - y[n]
         L = sum(n, where(abs(r[n]) <= 1, r[n]^2/2, abs(r[n]) - 1/2))""",
        _huber,
    ),
    Case("log_cosh", ONE + "target y[n]; L = sum(n, ln(cosh(z[n] - y[n])))", _log_cosh),
    Case("absolute_error", ONE + "target y[n]; L = sum(n, abs(z[n] - y[n]))", _absolute),
    Case(
        "kullback_leibler",
        """param z[n:N,k:K]; target p[n,k]; fact p: positive; fact sum(k, p[n,k]) = 1
         q[n,k] = exp(z[n,k])/sum(l, exp(z[n,l]))
         L = sum(n,k, p[n,k]*ln(p[n,k]/q[n,k]))""",
        _divergence,
        data={"p": lambda rng, s: rng.dirichlet(np.ones(s[1]), s[0])},
    ),
    Case(
        "focal",
        ONE + "target y[n]; o[n] = 1/(1+exp(-z[n])); L = -sum(n, (1-o[n])^2*y[n]*ln(o[n]))",
        _focal,
        data={"y": positive},
    ),
    Case(
        "multi_margin",
        LINEAR + "target t[n]; L = sum(n,k, relu(z[n,k] - z[n,t[n]] + 1))",
        _multi_margin,
        data={"t": labels(5)},
    ),
    Case(
        "two_losses",
        """input x[n:N,j:J]; param W[j,k:K], a, c; target y[n,k]
         z[n,k] = tanh(sum(j, x[n,j]*W[j,k]))
         A = sum(n,k, (z[n,k]-y[n,k])^2); B = sum(j,k, abs(W[j,k]))
         L = a*A + c*B""",
        _two,
    ),
    Case(
        "label_smoothing",
        LINEAR
        + """target y[n,k]; fact y: one_hot(k); const e
         s[n,k] = (1-e)*y[n,k] + e/K
         p[n,k] = exp(z[n,k])/sum(l, exp(z[n,l]))
         L = -sum(n,k, s[n,k]*ln(p[n,k]))""",
        _smoothed,
    ),
)
