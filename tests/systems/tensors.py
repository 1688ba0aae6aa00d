"""Index patterns: quadratic forms, diagonals, fixed places, gathers, reductions over any index."""

import autograd.numpy as np

from tests.systems.cases import Case, apart, labels, positive


def _softmax(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def _reductions(v):
    a = np.sum(v["x"], axis=0)
    return np.sum(a**2) + np.prod(np.sum(v["x"], axis=1)) + np.mean(v["x"]) * np.sum(v["x"] ** 3)


def _maxima(v):
    x = v["x"]
    return np.sum(np.max(x, axis=1) ** 2) + np.sum(np.min(x, axis=0) * v["w"]) + np.max(x)


def _product(v):
    return np.sum(np.prod(v["x"], axis=1) * v["w"]) + np.prod(np.sin(v["w"]) + 2)


def _fixed(v):
    return (
        v["h"][0, 0] * v["h"][1, 0] + np.sum(v["h"][0] * v["h"][:, 1][:2].sum()) + v["h"][2, 1] ** 2
    )


def _diagonal(v):
    a = v["A"]
    return np.trace(a) ** 2 + np.sum(np.diag(a) * (a @ v["x"])) + np.trace(a @ a)


def _labels(v):
    rows = np.arange(len(v["t"]))
    return np.sum(v["p"][rows, v["t"]] ** 2 * v["w"][v["t"]])


def _twice_gathered(v):
    return np.sum(v["E"][v["t"][v["s"]]] ** 3)


def _broadcast(v):
    return np.sum((v["x"] * v["s"] + v["b"] - v["c"][:, None]) ** 2) / 2


def _where_index(v):
    n, k = v["x"].shape
    mask = np.arange(k)[None, :] <= np.arange(n)[:, None]
    return np.sum(np.where(mask, v["x"] ** 2, v["x"])) + np.sum(np.tril(v["x"] ** 3))


def _masked_attention(v):
    n = v["s"].shape[0]
    mask = np.arange(n)[None, :] <= np.arange(n)[:, None]
    e = np.where(mask, np.exp(v["s"]), 0.0)
    return np.sum((e / np.sum(e, axis=1, keepdims=True) * v["y"]) ** 2)


def _norms(v):
    x = v["x"]
    r = np.sqrt(np.sum(x**2, axis=1))
    return np.sum(np.sum(x, axis=1) / r) + np.sqrt(np.sum(x**2))


def _cosine(v):
    a, b = v["a"], v["b"]
    return np.sum(a * b) / (np.sqrt(np.sum(a**2)) * np.sqrt(np.sum(b**2)))


def _bilinear(v):
    return np.einsum("ni,ijk,nj,k->", v["x"], v["W"], v["y"], v["c"])


def _factorised(v):
    r = v["m"] * (v["X"] - v["U"] @ v["V"])
    return np.sum(r**2) / 2 + v["c"] * (np.sum(v["U"] ** 2) + np.sum(v["V"] ** 2)) / 2


def _mixture(v):
    p = _softmax(v["a"])
    d = -((v["x"][:, None] - v["m"]) ** 2) / (2 * v["s"] ** 2) - np.log(v["s"])
    return -np.sum(np.log(np.sum(p * np.exp(d), axis=1)))


def _hidden(v):
    x = v["x"]
    return np.sum(np.exp(np.sum(x, axis=1)) / (1 + np.sum(np.exp(x), axis=1))) / np.sum(x**2)


def _covariance(v):
    x = v["x"] - np.mean(v["x"], axis=0)
    c = x.T @ x / len(x)
    return np.sum(c**2)


CASES = (
    Case(
        "quadratic_form",
        "input x[i:I]; param A[i,j:I]; L = sum(i,j, x[i]*A[i,j]*x[j])",
        lambda v: v["x"] @ v["A"] @ v["x"],
    ),
    Case(
        "quadratic_symmetric",
        "input x[i:I]; param A[i,j:I]: symmetric; L = sum(i,j, x[i]*A[i,j]*x[j])/2",
        lambda v: v["x"] @ v["A"] @ v["x"] / 2,
    ),
    Case(
        "least_squares",
        """input X[n:N,j:J], y[n]; param w[j]; r[n] = sum(j, X[n,j]*w[j]) - y[n]
         L = sum(n, r[n]^2)""",
        lambda v: np.sum((v["X"] @ v["w"] - v["y"]) ** 2),
    ),
    Case(
        "reductions",
        """input x[n:N,k:K]; a[k] = sum(n, x[n,k])
         L = sum(k, a[k]^2) + prod(n, sum(k, x[n,k])) + mean(n, k, x[n,k])*sum(n,k, x[n,k]^3)""",
        _reductions,
    ),
    Case(
        "maxima",
        """input x[n:N,k:K]; param w[k]; m[n] = max(k, x[n,k])
         L = sum(n, m[n]^2) + sum(k, min(n, x[n,k])*w[k]) + max(n, max(k, x[n,k]))""",
        _maxima,
        data={"x": apart},
    ),
    Case(
        "products",
        """input x[n:N,k:K]; param w[n]
         L = sum(n, prod(k, x[n,k])*w[n]) + prod(n, sin(w[n]) + 2)""",
        _product,
    ),
    Case(
        "fixed_indices",
        """input h[t:3,j:J]
         L = h[0,0]*h[1,0] + sum(j, h[0,j]*(h[0,1] + h[1,1])) + h[2,1]^2""",
        _fixed,
    ),
    Case(
        "repeated_indices",
        """param A[i:I,j:I], x[i]; a = sum(i, A[i,i])
         L = a^2 + sum(i, A[i,i]*sum(j, A[i,j]*x[j])) + sum(i,j, A[i,j]*A[j,i])""",
        _diagonal,
    ),
    Case(
        "gathered_labels",
        "param p[n:N,k:K], w[k]; target t[n]; L = sum(n, p[n,t[n]]^2*w[t[n]])",
        _labels,
        data={"t": labels(5)},
    ),
    Case(
        "gathered_twice",
        "param E[v:V]; input t[k:K], s[n:N]; L = sum(n, E[t[s[n]]]^3)",
        _twice_gathered,
        data={"t": labels(7), "s": labels(5)},
    ),
    Case(
        "broadcasting",
        """input x[n:N,k:K]; param s, b[k], c[n]
         L = sum(n,k, (x[n,k]*s + b[k] - c[n])^2)/2""",
        _broadcast,
    ),
    Case(
        "index_conditions",
        """input x[n:N,k:K]
         L = sum(n,k, where(k <= n, x[n,k]^2, x[n,k])) + sum(n,k, where(k <= n, x[n,k]^3, 0))""",
        _where_index,
    ),
    Case(
        "masked_softmax",
        """param s[n:N,l:N]; input y[n,l]; e[n,l] = where(l <= n, exp(s[n,l]), 0)
         a[n,l] = e[n,l]/sum(m, e[n,m]); L = sum(n,l, (a[n,l]*y[n,l])^2)""",
        _masked_attention,
    ),
    Case(
        "norms",
        """input x[n:N,k:K]; r[n] = sqrt(sum(k, x[n,k]^2))
         L = sum(n, sum(k, x[n,k])/r[n]) + sqrt(sum(n,k, x[n,k]^2))""",
        _norms,
    ),
    Case(
        "cosine",
        "param a[i:I], b[i]; L = sum(i, a[i]*b[i])/(sqrt(sum(i, a[i]^2))*sqrt(sum(i, b[i]^2)))",
        _cosine,
    ),
    Case(
        "bilinear",
        """input x[n:N,i:I], y[n,j:J]; param W[i,j,k:K], c[k]
         L = sum(n,i,j,k, x[n,i]*W[i,j,k]*y[n,j]*c[k])""",
        _bilinear,
    ),
    Case(
        "factorisation",
        """input X[n:N,m:M], m0[n,m]; param U[n,k:K], V[k,m], c
         r = sum(n,m, (m0[n,m]*(X[n,m] - sum(k, U[n,k]*V[k,m])))^2)/2
         L = r + c*(sum(n,k, U[n,k]^2) + sum(k,m, V[k,m]^2))/2""",
        lambda v: _factorised({**v, "m": v["m0"]}),
    ),
    Case(
        "mixture",
        """input x[n:N]; param a[k:K], m[k], s[k]; fact s: positive
         p[k] = exp(a[k])/sum(l, exp(a[l]))
         d[n,k] = -(x[n]-m[k])^2/(2*s[k]^2) - ln(s[k])
         L = -sum(n, ln(sum(k, p[k]*exp(d[n,k]))))""",
        _mixture,
    ),
    Case(
        "nested_sums",
        """input x[n:N,k:K]
         L = sum(n, exp(sum(k, x[n,k]))/(1 + sum(k, exp(x[n,k]))))/sum(n,k, x[n,k]^2)""",
        _hidden,
    ),
    Case(
        "covariance",
        """input x[n:N,i:I]; m[i] = sum(n, x[n,i])/N; d[n,i] = x[n,i] - m[i]
         C[i,j] = sum(n, d[n,i]*d[n,j])/N; L = sum(i,j, C[i,j]^2)""",
        _covariance,
    ),
    Case(
        "softmax_jacobian",
        "param z[k:K]; p[k] = exp(z[k])/sum(l, exp(z[l]))",
        lambda v: _softmax(v["z"]),
        "p",
    ),
    Case(
        "linear_jacobian",
        "input x[n:N,i:I]; param W[i,j:J]; z[n,j] = tanh(sum(i, x[n,i]*W[i,j]))",
        lambda v: np.tanh(v["x"] @ v["W"]),
        "z",
    ),
    Case(
        "outer_jacobian",
        "param a[i:I], b[j:J]; C[i,j] = a[i]*exp(b[j])",
        lambda v: np.outer(v["a"], np.exp(v["b"])),
        "C",
        data={"a": positive},
    ),
)
