"""Functions, losses and layers with published derivatives, in every spelling in common use.

A row of `FUNCTIONS` is one function of z: its names, and the spellings that have to lead to the
very form of the first. `KINKED` rows agree but for the value taken at the kink, where an author's
spelling says which branch it belongs to. A row of `SYSTEMS` is one system as text.
"""

from __future__ import annotations

from dataclasses import dataclass

#: The constants of SELU.
SCALE, ALPHA = "1.0507009873554804934193349852946", "1.6732632423543772848170429916717"

#: name, the interval of z in which values are drawn, spellings of one function
FUNCTIONS: tuple[tuple[str, tuple[float, float], tuple[str, ...]], ...] = (
    (
        "sigmoid",
        (-3, 3),
        (
            "sigmoid(z)",
            "1/(1 + exp(-z))",
            "exp(z)/(1 + exp(z))",
            "(1 + tanh(z/2))/2",
            "1/2 + tanh(z/2)/2",
            "1 - 1/(1 + exp(z))",
            "1 - sigmoid(-z)",
            "exp(-ln(1 + exp(-z)))",
            "where(z >= 0, 1/(1 + exp(-z)), exp(z)/(1 + exp(z)))",
        ),
    ),
    (
        "tanh",
        (-3, 3),
        (
            "tanh(z)",
            "(exp(z) - exp(-z))/(exp(z) + exp(-z))",
            "(exp(2*z) - 1)/(exp(2*z) + 1)",
            "(1 - exp(-2*z))/(1 + exp(-2*z))",
            "2*sigmoid(2*z) - 1",
            "2/(1 + exp(-2*z)) - 1",
            "1 - 2/(1 + exp(2*z))",
            "sinh(z)/cosh(z)",
        ),
    ),
    ("exp", (-3, 3), ("exp(z)", "1/exp(-z)", "exp(z/2)^2")),
    ("ln", (0.2, 3), ("ln(z)", "-ln(1/z)", "ln(z^2)/2", "2*ln(sqrt(z))")),
    ("square root", (0.2, 3), ("sqrt(z)", "z^(1/2)", "z/sqrt(z)")),
    ("reciprocal", (0.2, 3), ("1/z", "z^(-1)", "z/z^2")),
    (
        "softplus",
        (-3, 3),
        (
            "softplus(z)",
            "ln(1 + exp(z))",
            "log1p(exp(z))",
            "z + ln(1 + exp(-z))",
            "-ln(1 - sigmoid(z))",
            "-ln(sigmoid(-z))",
            "max(z, 0) + ln(1 + exp(-abs(z)))",
            "relu(z) + log1p(exp(-abs(z)))",
            "where(z > 0, z + ln(1 + exp(-z)), ln(1 + exp(z)))",
        ),
    ),
    (
        "log-sigmoid",
        (-3, 3),
        (
            "logsigmoid(z)",
            "-ln(1 + exp(-z))",
            "ln(sigmoid(z))",
            "ln(1/(1 + exp(-z)))",
            "z - ln(1 + exp(z))",
            "z - softplus(z)",
            "-softplus(-z)",
            "min(z, 0) - ln(1 + exp(-abs(z)))",
        ),
    ),
    (
        "log-cosh",
        (-3, 3),
        (
            "ln(cosh(z))",
            "ln((exp(z) + exp(-z))/2)",
            "z + softplus(-2*z) - ln(2)",
            "z + ln(1 + exp(-2*z)) - ln(2)",
            "abs(z) + ln(1 + exp(-2*abs(z))) - ln(2)",
        ),
    ),
    (
        "SiLU",
        (-3, 3),
        (
            "silu(z)",
            "z*sigmoid(z)",
            "z/(1 + exp(-z))",
            "z*exp(z)/(1 + exp(z))",
            "z*(1 + tanh(z/2))/2",
        ),
    ),
    (
        "Mish",
        (-3, 3),
        ("mish(z)", "z*tanh(softplus(z))", "z*tanh(ln(1 + exp(z)))", "z*tanh(log1p(exp(z)))"),
    ),
    (
        "GELU",
        (-3, 3),
        ("gelu(z)", "z*(1 + erf(z/sqrt(2)))/2", "0.5*z*(1 + erf(z/sqrt(2)))"),
    ),
    (
        "GELU by tanh",
        (-2, 2),
        ("gelu_tanh(z)", "0.5*z*(1 + tanh(sqrt(2/pi)*(z + 0.044715*z^3)))"),
    ),
    ("softsign", (-3, 3), ("softsign(z)", "z/(1 + abs(z))")),
    ("sinh", (-3, 3), ("sinh(z)", "(exp(z) - exp(-z))/2")),
    ("cosh", (-3, 3), ("cosh(z)", "(exp(z) + exp(-z))/2")),
    ("arctan", (-3, 3), ("arctan(z)",)),
)

#: the same for functions with kinks: equal but for the value at the kink
KINKED: tuple[tuple[str, tuple[float, float], tuple[str, ...]], ...] = (
    (
        "ReLU",
        (-3, 3),
        (
            "relu(z)",
            "max(z, 0)",
            "max(0, z)",
            "where(z > 0, z, 0)",
            "where(z >= 0, z, 0)",
            "where(z <= 0, 0, z)",
            "where(z < 0, 0, z)",
            "z*where(z > 0, 1, 0)",
        ),
    ),
    (
        "leaky ReLU",
        (-3, 3),
        (
            "leaky_relu(z)",
            "where(z > 0, z, 0.01*z)",
            "where(z < 0, z/100, z)",
            "max(z, 0.01*z)",
            "max(0.01*z, z)",
        ),
    ),
    (
        "ELU",
        (-3, 3),
        (
            "elu(z)",
            "where(z > 0, z, exp(z) - 1)",
            "where(z <= 0, exp(z) - 1, z)",
            "where(z < 0, expm1(z), z)",
        ),
    ),
    (
        "SELU",
        (-3, 3),
        (
            "selu(z)",
            f"{SCALE}*where(z > 0, z, {ALPHA}*(exp(z) - 1))",
        ),
    ),
    (
        "hard tanh",
        (-3, 3),
        (
            "hardtanh(z)",
            "max(-1, min(1, z))",
            "min(1, max(-1, z))",
            "where(z < -1, -1, where(z > 1, 1, z))",
            "where(z > 1, 1, where(z < -1, -1, z))",
        ),
    ),
    (
        "hard sigmoid",
        (-5, 5),
        (
            "hardsigmoid(z)",
            "max(0, min(1, z/6 + 1/2))",
            "min(max(z + 3, 0), 6)/6",
            "where(z <= -3, 0, where(z >= 3, 1, (z + 3)/6))",
        ),
    ),
    (
        "hard swish",
        (-5, 5),
        (
            "hardswish(z)",
            "z*max(0, min(1, z/6 + 1/2))",
            "z*min(max(z + 3, 0), 6)/6",
            "where(z <= -3, 0, where(z >= 3, z, z*(z + 3)/6))",
        ),
    ),
    ("absolute value", (-3, 3), ("abs(z)", "where(z < 0, -z, where(z > 0, z, 0))")),
    ("absolute value by two branches", (-3, 3), ("max(z, -z)", "where(z > 0, z, -z)")),
    ("hinge", (-3, 3), ("max(0, 1 - z)", "relu(1 - z)", "where(z < 1, 1 - z, 0)")),
    (
        "squared hinge",
        (-3, 3),
        ("max(0, 1 - z)^2", "relu(1 - z)^2", "where(z < 1, (1 - z)^2, 0)"),
    ),
    (
        "Huber",
        (-3, 3),
        (
            "where(abs(z) <= 1, z^2/2, abs(z) - 1/2)",
            "where(z < -1, -z - 1/2, where(z > 1, z - 1/2, z^2/2))",
        ),
    ),
)


@dataclass(frozen=True)
class Published:
    """A system whose derivative by `wrt` is published.

    Attributes:
        name: what it is called.
        text: the system.
        wrt: by what.
        of: the output.
        facts: whether the facts tie the data, so that the data have to be drawn from them.
    """

    name: str
    text: str
    wrt: tuple[str, ...]
    of: str = "L"


_SCORES = "input z[n:N,k:K]; target y[n,k]"
_SIMPLEX = _SCORES + ": simplex(k)"
_SOFTMAX = "p[n,k] = exp(z[n,k])/sum(l, exp(z[n,l]))"
_LOGITS = "input z[n:N]; target y[n]: unit_interval"
_RESIDUAL = "input z[n:N]; target y[n]"
_NORMAL = "m[n] = mean(i, x[n,i]); s[n] = sqrt(mean(i, (x[n,i] - m[n])^2) + e)"
_ATTENTION = """a[n,l] = exp(s[n,l])/sum(t, exp(s[n,t]))
o[n,m] = sum(l, a[n,l]*u[l,m]); L = sum(n,m, o[n,m]^2*y[n,m])"""

SYSTEMS = (
    # softmax and its logarithm
    Published(
        "softmax: its Jacobian", "input z[k:K]; p[k] = exp(z[k])/sum(l, exp(z[l]))", ("z",), "p"
    ),
    Published(
        "softmax, shifted",
        "input z[k:K]; m = max(l, z[l]); p[k] = exp(z[k] - m)/sum(l, exp(z[l] - m))",
        ("z",),
        "p",
    ),
    Published(
        "softmax with a temperature",
        "input z[k:K]; param T: positive; p[k] = exp(z[k]/T)/sum(l, exp(z[l]/T))",
        ("z", "T"),
        "p",
    ),
    Published("log-softmax", "input z[k:K]; q[k] = z[k] - ln(sum(l, exp(z[l])))", ("z",), "q"),
    Published(
        "log-softmax of a quotient",
        "input z[k:K]; q[k] = ln(exp(z[k])/sum(l, exp(z[l])))",
        ("z",),
        "q",
    ),
    Published(
        "log-softmax, shifted",
        "input z[k:K]; m = max(l, z[l]); q[k] = z[k] - m - ln(sum(l, exp(z[l] - m)))",
        ("z",),
        "q",
    ),
    Published(
        "log-softmax of a named softmax",
        "input z[k:K]; p[k] = exp(z[k])/sum(l, exp(z[l])); q[k] = ln(p[k])",
        ("z",),
        "q",
    ),
    Published("log-sum-exp", "input z[k:K]; L = ln(sum(k, exp(z[k])))", ("z",)),
    Published(
        "log-sum-exp, shifted",
        "input z[k:K]; m = max(k, z[k]); L = m + ln(sum(k, exp(z[k] - m)))",
        ("z",),
    ),
    Published(
        "log-sum-exp beside a named softmax",
        "input z[k:K], a[k]; p[k] = exp(z[k])/sum(l, exp(z[l]))\n"
        "L = ln(sum(k, exp(z[k]))) - sum(k, a[k]*z[k])",
        ("z",),
    ),
    Published(
        "entropy of a softmax",
        "input z[k:K]; p[k] = exp(z[k])/sum(l, exp(z[l])); L = -sum(k, p[k]*ln(p[k]))",
        ("z",),
    ),
    # canonical pairs: prediction minus target
    Published(
        "linear, squared error",
        "input x[n:N,j:J]; target y[n]; param w[j], b\n"
        "z[n] = sum(j, x[n,j]*w[j]) + b; L = sum(n, (z[n] - y[n])^2)/2",
        ("z", "w", "b"),
    ),
    Published(
        "sigmoid, Bernoulli",
        _LOGITS + "; o[n] = sigmoid(z[n])\nL = -sum(n, y[n]*ln(o[n]) + (1 - y[n])*ln(1 - o[n]))",
        ("z",),
    ),
    Published(
        "sigmoid spelled out, Bernoulli",
        _LOGITS + "; o[n] = 1/(1 + exp(-z[n]))\n"
        "L = -sum(n, y[n]*ln(o[n]) + (1 - y[n])*ln(1 - o[n]))",
        ("z",),
    ),
    Published(
        "sigmoid by exp(z)/(1 + exp(z)), Bernoulli",
        _LOGITS + "; o[n] = exp(z[n])/(1 + exp(z[n]))\n"
        "L = -sum(n, y[n]*ln(o[n]) + (1 - y[n])*ln(1 - o[n]))",
        ("z",),
    ),
    Published(
        "sigmoid by tanh, Bernoulli",
        _LOGITS + "; o[n] = (1 + tanh(z[n]/2))/2\n"
        "L = -sum(n, y[n]*ln(o[n]) + (1 - y[n])*ln(1 - o[n]))",
        ("z",),
    ),
    Published(
        "Bernoulli of unnamed sigmoids",
        _LOGITS + "; L = -sum(n, y[n]*ln(1/(1 + exp(-z[n])))"
        " + (1 - y[n])*ln(1 - 1/(1 + exp(-z[n]))))",
        ("z",),
    ),
    Published(
        "Bernoulli from scores", _LOGITS + "; L = sum(n, softplus(z[n]) - y[n]*z[n])", ("z",)
    ),
    Published(
        "Bernoulli from scores, spelled out",
        _LOGITS + "; L = sum(n, ln(1 + exp(z[n])) - y[n]*z[n])",
        ("z",),
    ),
    Published(
        "Bernoulli from scores, stable",
        _LOGITS + "; L = sum(n, max(z[n], 0) - z[n]*y[n] + ln(1 + exp(-abs(z[n]))))",
        ("z",),
    ),
    Published(
        "logistic, targets of either sign",
        "input z[n:N]; target y[n]: sign; L = sum(n, ln(1 + exp(-y[n]*z[n])))",
        ("z",),
    ),
    Published(
        "softmax, categorical, no fact",
        _SCORES + "; " + _SOFTMAX + "; L = -sum(n,k, y[n,k]*ln(p[n,k]))",
        ("z",),
    ),
    Published(
        "softmax, categorical",
        _SIMPLEX + "; " + _SOFTMAX + "; L = -sum(n,k, y[n,k]*ln(p[n,k]))",
        ("z",),
    ),
    Published(
        "softmax, categorical, shifted",
        _SIMPLEX + "; m[n] = max(k, z[n,k])\n"
        "p[n,k] = exp(z[n,k] - m[n])/sum(l, exp(z[n,l] - m[n]))\n"
        "L = -sum(n,k, y[n,k]*ln(p[n,k]))",
        ("z",),
    ),
    Published(
        "softmax unnamed, categorical",
        _SIMPLEX + "; L = -sum(n,k, y[n,k]*ln(exp(z[n,k])/sum(l, exp(z[n,l]))))",
        ("z",),
    ),
    Published(
        "softmax, categorical, by log-sum-exp",
        _SIMPLEX + "; L = sum(n,k, y[n,k]*(ln(sum(l, exp(z[n,l]))) - z[n,k]))",
        ("z",),
    ),
    Published(
        "softmax, categorical, by log-softmax",
        _SIMPLEX + "; q[n,k] = z[n,k] - ln(sum(l, exp(z[n,l])))\nL = -sum(n,k, y[n,k]*q[n,k])",
        ("z",),
    ),
    Published(
        "softmax, class labels",
        "input z[n:N,k:K]; target t[n]; " + _SOFTMAX + "; L = -sum(n, ln(p[n,t[n]]))",
        ("z",),
    ),
    Published(
        "exp, Poisson",
        _RESIDUAL + "; r[n] = exp(z[n]); L = sum(n, r[n] - y[n]*ln(r[n]))",
        ("z",),
    ),
    Published("exp unnamed, Poisson", _RESIDUAL + "; L = sum(n, exp(z[n]) - y[n]*z[n])", ("z",)),
    # other losses
    Published(
        "hinge",
        "input z[n:N]; target y[n]: sign; L = sum(n, max(0, 1 - y[n]*z[n]))",
        ("z",),
    ),
    Published(
        "squared hinge",
        "input z[n:N]; target y[n]: sign; L = sum(n, max(0, 1 - y[n]*z[n])^2)",
        ("z",),
    ),
    Published(
        "Huber",
        "input r[n:N]; param d: positive\n"
        "L = sum(n, where(abs(r[n]) <= d, r[n]^2/2, d*(abs(r[n]) - d/2)))",
        ("r",),
    ),
    Published("log-cosh", _RESIDUAL + "; L = sum(n, ln(cosh(z[n] - y[n])))", ("z",)),
    Published(
        "log-cosh, stable",
        _RESIDUAL + "; L = sum(n, z[n] - y[n] + softplus(-2*(z[n] - y[n])) - ln(2))",
        ("z",),
    ),
    Published(
        "Kullback-Leibler",
        "input z[n:N,k:K]; target p[n,k]: simplex(k)\n"
        "q[n,k] = exp(z[n,k])/sum(l, exp(z[n,l])); L = sum(n,k, p[n,k]*ln(p[n,k]/q[n,k]))",
        ("z",),
    ),
    Published(
        "Kullback-Leibler, reversed",
        "input z[n:N,k:K]; target p[n,k]: simplex(k)\n"
        "q[n,k] = exp(z[n,k])/sum(l, exp(z[n,l])); L = sum(n,k, q[n,k]*ln(q[n,k]/p[n,k]))",
        ("z",),
    ),
    Published(
        "focal",
        _LOGITS + "; o[n] = sigmoid(z[n]); L = -sum(n, y[n]*(1 - o[n])^2*ln(o[n]))",
        ("z",),
    ),
    Published(
        "focal, any exponent",
        "input z[n:N]; param g: positive; o[n] = sigmoid(z[n])\nL = -sum(n, (1 - o[n])^g*ln(o[n]))",
        ("z",),
    ),
    Published(
        "focal, both classes",
        _LOGITS + "; param a: unit_interval; o[n] = sigmoid(z[n])\n"
        "L = -sum(n, a*y[n]*(1 - o[n])^2*ln(o[n])"
        " + (1 - a)*(1 - y[n])*o[n]^2*ln(1 - o[n]))",
        ("z",),
    ),
    Published(
        "label smoothing, named",
        _SIMPLEX + "; param e: unit_interval; " + _SOFTMAX + "\n"
        "s[n,k] = (1 - e)*y[n,k] + e/K; L = -sum(n,k, s[n,k]*ln(p[n,k]))",
        ("z",),
    ),
    Published(
        "label smoothing",
        _SIMPLEX + "; param e: unit_interval; " + _SOFTMAX + "\n"
        "L = -sum(n,k, ((1 - e)*y[n,k] + e/K)*ln(p[n,k]))",
        ("z",),
    ),
    Published(
        "margin between two scores",
        "input a[n:N], b[n], c; L = sum(n, max(0, c - a[n] + b[n]))",
        ("a", "b"),
    ),
    Published(
        "margin over all classes",
        "input z[n:N,k:K], c; target t[n]\n"
        "L = sum(n,k, where(k == t[n], 0, max(0, c + z[n,k] - z[n,t[n]])))",
        ("z",),
    ),
    # norms
    Published("norm", "input x[k:K]; L = sqrt(sum(k, x[k]^2))", ("x",)),
    Published("squared norm", "input x[k:K]; L = sum(k, x[k]^2)", ("x",)),
    Published(
        "unit vector: its Jacobian",
        "input x[k:K]; r = sqrt(sum(k, x[k]^2)); u[k] = x[k]/r",
        ("x",),
        "u",
    ),
    Published(
        "unit vector, applied",
        "input x[k:K], v[k]; r = sqrt(sum(k, x[k]^2)); u[k] = x[k]/r; L = sum(k, v[k]*u[k])",
        ("x",),
    ),
    Published(
        "cosine",
        "input a[i:I], b[i]\nL = sum(i, a[i]*b[i])/(sqrt(sum(i, a[i]^2))*sqrt(sum(i, b[i]^2)))",
        ("a",),
    ),
    Published(
        "cosine, norms named",
        "input a[i:I], b[i]; s = sqrt(sum(i, a[i]^2)); t = sqrt(sum(i, b[i]^2))\n"
        "c = sum(i, a[i]*b[i])/(s*t)",
        ("a",),
        "c",
    ),
    # normalisation layers
    Published(
        "standard deviation",
        "input x[i:I]; m = mean(i, x[i]); L = sqrt(mean(i, (x[i] - m)^2))",
        ("x",),
    ),
    Published(
        "layer norm: its Jacobian",
        "input x[i:I]; m = mean(i, x[i]); s = sqrt(mean(i, (x[i] - m)^2)); q[i] = (x[i] - m)/s",
        ("x",),
        "q",
    ),
    Published(
        "layer norm",
        "input x[n:N,i:I], d[n,i]; param g[i], c[i], e: positive; " + _NORMAL + "\n"
        "q[n,i] = (x[n,i] - m[n])/s[n]; h[n,i] = g[i]*q[n,i] + c[i]; L = sum(n,i, d[n,i]*h[n,i])",
        ("q", "x", "g", "c"),
    ),
    Published(
        "layer norm by its variance",
        "input x[n:N,i:I], d[n,i]; param e: positive; m[n] = mean(i, x[n,i])\n"
        "v[n] = mean(i, (x[n,i] - m[n])^2); q[n,i] = (x[n,i] - m[n])/sqrt(v[n] + e)\n"
        "L = sum(n,i, d[n,i]*q[n,i])",
        ("x",),
    ),
    Published(
        "RMS norm",
        "input x[n:N,i:I], d[n,i]; param e: positive\n"
        "s[n] = sqrt(mean(i, x[n,i]^2) + e); q[n,i] = x[n,i]/s[n]; L = sum(n,i, d[n,i]*q[n,i])",
        ("x",),
    ),
    Published(
        "batch norm",
        "input x[n:N,i:I], d[n,i]; param g[i], c[i], e: positive\n"
        "m[i] = mean(n, x[n,i]); s[i] = sqrt(mean(n, (x[n,i] - m[i])^2) + e)\n"
        "q[n,i] = (x[n,i] - m[i])/s[i]; h[n,i] = g[i]*q[n,i] + c[i]; L = sum(n,i, d[n,i]*h[n,i])",
        ("q", "x", "g", "c"),
    ),
    # attention
    Published(
        "attention: scores",
        "input s[n:N,l:N], u[l,m:M], y[n,m]\n" + _ATTENTION,
        ("s",),
    ),
    Published(
        "attention: queries and keys",
        "input q[n:N,j:J], k[n,j], u[n,m:M], y[n,m]\n"
        "s[n,l] = sum(j, q[n,j]*k[l,j])/sqrt(J)\n" + _ATTENTION,
        ("q", "k", "u"),
    ),
    # quadratic forms and second derivatives
    Published(
        "quadratic form",
        "input x[i:I]; param A[i,j:I]; L = sum(i,j, x[i]*A[i,j]*x[j])",
        ("x", "A"),
    ),
    Published(
        "quadratic form, symmetric",
        "input x[i:I]; param A[i,j:I]: symmetric; L = sum(i,j, x[i]*A[i,j]*x[j])",
        ("x",),
    ),
    # gradients that vanish
    Published(
        "sum of a softmax",
        "input z[k:K]; p[k] = exp(z[k])/sum(l, exp(z[l])); L = sum(k, p[k])^2",
        ("z",),
    ),
    Published(
        "shift of a softmax",
        "input z[n:N,k:K]; target y[n,k]: simplex(k); param b\n"
        "p[n,k] = exp(z[n,k] + b)/sum(l, exp(z[n,l] + b)); L = -sum(n,k, y[n,k]*p[n,k]^2)",
        ("b",),
    ),
    Published(
        "bias of the attention keys",
        "input q[n:N,j:J], x[n,i:I], u[n,m:M], y[n,m]; param R[i,j], c[j]\n"
        "k[n,j] = sum(i, x[n,i]*R[i,j]) + c[j]; s[n,l] = sum(j, q[n,j]*k[l,j])/sqrt(J)\n"
        + _ATTENTION,
        ("c",),
    ),
    Published(
        "bias of the attention keys, causal",
        "input q[n:N,j:J], x[n,j], u[n,m:M], y[n,m]; param c[j]\n"
        "k[n,j] = x[n,j] + c[j]; s[n,l] = sum(j, q[n,j]*k[l,j])\n"
        "f[n,l] = where(l <= n, exp(s[n,l]), 0); a[n,l] = f[n,l]/sum(t, f[n,t])\n"
        "o[n,m] = sum(l, a[n,l]*u[l,m]); L = sum(n,m, o[n,m]^2*y[n,m])",
        ("c",),
    ),
    Published(
        "bias before batch norm",
        "input x[n:N,i:I], y[n,j:J]; param W[i,j], b[j], g[j], c[j], e: positive\n"
        "z[n,j] = sum(i, x[n,i]*W[i,j]) + b[j]; m[j] = mean(n, z[n,j])\n"
        "s[j] = sqrt(mean(n, (z[n,j] - m[j])^2) + e); q[n,j] = (z[n,j] - m[j])/s[j]\n"
        "h[n,j] = g[j]*q[n,j] + c[j]; L = sum(n,j, y[n,j]*h[n,j]^2)",
        ("b",),
    ),
    Published(
        "bias before batch norm by its variance",
        "input x[n:N,j:J], y[n,j]; param b[j], e: positive\n"
        "z[n,j] = x[n,j] + b[j]; m[j] = mean(n, z[n,j]); v[j] = mean(n, (z[n,j] - m[j])^2)\n"
        "q[n,j] = (z[n,j] - m[j])/sqrt(v[j] + e); L = sum(n,j, y[n,j]*q[n,j]^3)",
        ("b",),
    ),
)
