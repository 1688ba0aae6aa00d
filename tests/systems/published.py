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
            "exp(logsigmoid(z))",
            "exp(z - softplus(z))",
            "exp(z/2)/(exp(z/2) + exp(-z/2))",
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
            "1 - 2*sigmoid(-2*z)",
            "sigmoid(2*z) - sigmoid(-2*z)",
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
            "-logsigmoid(-z)",
            "z/2 + ln(exp(z/2) + exp(-z/2))",
            "(z + abs(z))/2 + ln(1 + exp(-abs(z)))",
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
            "0.5*z + 0.5*z*tanh(z/2)",
        ),
    ),
    (
        "Swish with 1.702",
        (-3, 3),
        ("z*sigmoid(1.702*z)", "z/(1 + exp(-1.702*z))", "z*exp(1.702*z)/(1 + exp(1.702*z))"),
    ),
    (
        "Mish",
        (-3, 3),
        ("mish(z)", "z*tanh(softplus(z))", "z*tanh(ln(1 + exp(z)))", "z*tanh(log1p(exp(z)))"),
    ),
    (
        "GELU",
        (-3, 3),
        (
            "gelu(z)",
            "z*(1 + erf(z/sqrt(2)))/2",
            "0.5*z*(1 + erf(z/sqrt(2)))",
            "0.5*z*(1 + erf(z*sqrt(1/2)))",
            "z*normal_cdf(z)",
            "z/2*erfc(-z/sqrt(2))",
            "z*(1 - erfc(z/sqrt(2))/2)",
            "z - z*erfc(z/sqrt(2))/2",
        ),
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
    ("Gudermann", (-3, 3), ("arctan(sinh(z))", "2*arctan(exp(z))", "2*arctan(exp(z)) - pi/2")),
    ("logit", (0.1, 0.9), ("ln(z/(1 - z))", "ln(z) - ln(1 - z)", "-ln(1/z - 1)")),
    (
        "normal distribution",
        (-3, 3),
        (
            "normal_cdf(z)",
            "(1 + erf(z/sqrt(2)))/2",
            "erfc(-z/sqrt(2))/2",
            "1 - erfc(z/sqrt(2))/2",
        ),
    ),
    (
        "slope of the sigmoid",
        (-3, 3),
        ("sigmoid(z)*(1 - sigmoid(z))", "exp(-z)/(1 + exp(-z))^2", "exp(z)/(1 + exp(z))^2"),
    ),
    ("rational sigmoid", (-3, 3), ("z/sqrt(1 + z^2)", "z*(1 + z^2)^(-1/2)")),
    ("bell", (-3, 3), ("z/(1 + z^2)",)),
    ("power of 2", (-3, 3), ("2^z",)),
    ("tangent", (-1.2, 1.2), ("tan(z)", "sin(z)/cos(z)")),
    ("hyperbolic secant", (-3, 3), ("1/cosh(z)", "cosh(z)^(-1)")),
    ("secant", (-1.2, 1.2), ("1/cos(z)",)),
    ("logarithm of a cosine", (-1.2, 1.2), ("ln(cos(z))", "-ln(1/cos(z))")),
    ("slope of the normal curve", (-3, 3), ("-z*exp(-z^2/2)", "-z/exp(z^2/2)")),
    ("sigmoid to the base 2", (-3, 3), ("1/(1 + 2^(-z))", "2^z/(1 + 2^z)")),
    ("logarithm undone", (0.2, 3), ("exp(ln(z))", "exp(2*ln(sqrt(z)))")),
    (
        "Mish by exponentials",
        (-3, 3),
        ("z*((1 + exp(z))^2 - 1)/((1 + exp(z))^2 + 1)",),
    ),
    (
        "Mish by exponentials, multiplied out",
        (-3, 3),
        ("z*(exp(2*z) + 2*exp(z))/(exp(2*z) + 2*exp(z) + 2)",),
    ),
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
            "max(0, z) + 0.01*min(0, z)",
            "relu(z) - 0.01*relu(-z)",
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
            "max(0, z) + min(0, exp(z) - 1)",
        ),
    ),
    (
        "SELU",
        (-3, 3),
        (
            "selu(z)",
            f"{SCALE}*where(z > 0, z, {ALPHA}*(exp(z) - 1))",
            f"{SCALE}*(max(0, z) + min(0, {ALPHA}*(exp(z) - 1)))",
        ),
    ),
    (
        "hard tanh",
        (-3, 3),
        (
            "hardtanh(z)",
            "max(-1, min(1, z))",
            "min(1, max(-1, z))",
            "min(max(z, -1), 1)",
            "relu(z + 1) - relu(z - 1) - 1",
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
            "min(6, max(0, z + 3))/6",
            "min(relu(z + 3), 6)/6",
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
            "z*min(relu(z + 3), 6)/6",
            "where(z <= -3, 0, where(z >= 3, z, z*(z + 3)/6))",
        ),
    ),
    ("ReLU6", (-3, 9), ("min(relu(z), 6)", "min(max(z, 0), 6)", "max(0, min(z, 6))")),
    (
        "squared ReLU",
        (-3, 3),
        ("relu(z)^2", "max(z, 0)^2", "where(z > 0, z^2, 0)", "z*relu(z)", "relu(z)*relu(z)"),
    ),
    (
        "soft threshold",
        (-3, 3),
        (
            "sign(z)*max(abs(z) - 1/2, 0)",
            "where(z > 1/2, z - 1/2, where(z < -1/2, z + 1/2, 0))",
            "max(z - 1/2, 0) - max(-z - 1/2, 0)",
            "z - max(-1/2, min(1/2, z))",
        ),
    ),
    (
        "tent",
        (-3, 3),
        ("max(0, 1 - abs(z))", "relu(1 - abs(z))", "where(abs(z) < 1, 1 - abs(z), 0)"),
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


_RESPONSE = "input z[n:N], y[n]; param "
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
    Published(
        "Huber of a difference",
        _RESIDUAL + "; param d: positive; r[n] = z[n] - y[n]\n"
        "L = sum(n, where(abs(r[n]) <= d, r[n]^2/2, d*(abs(r[n]) - d/2)))",
        ("z",),
    ),
    Published(
        "Huber by min",
        "input r[n:N]; param d: positive\n"
        "L = sum(n, min(abs(r[n]), d)*(abs(r[n]) - min(abs(r[n]), d)/2))",
        ("r",),
    ),
    Published(
        "smooth L1",
        _RESIDUAL + "; param b: positive\n"
        "L = sum(n, where(abs(z[n] - y[n]) < b, (z[n] - y[n])^2/(2*b), abs(z[n] - y[n]) - b/2))",
        ("z",),
    ),
    Published(
        "pseudo-Huber",
        "input r[n:N]; param d: positive; L = sum(n, d^2*(sqrt(1 + (r[n]/d)^2) - 1))",
        ("r",),
    ),
    Published(
        "insensitive to small errors",
        _RESIDUAL + "; param e: positive; L = sum(n, max(0, abs(z[n] - y[n]) - e))",
        ("z",),
    ),
    Published(
        "insensitive to small errors, squared",
        _RESIDUAL + "; param e: positive; L = sum(n, max(0, abs(z[n] - y[n]) - e)^2)",
        ("z",),
    ),
    Published(
        "quantile",
        _RESIDUAL + "; param t: unit_interval; r[n] = y[n] - z[n]\n"
        "L = sum(n, max(t*r[n], (t - 1)*r[n]))",
        ("z",),
    ),
    Published(
        "quantile, unnamed",
        _RESIDUAL + "; param t: unit_interval\n"
        "L = sum(n, max(t*(y[n] - z[n]), (t - 1)*(y[n] - z[n])))",
        ("z",),
    ),
    Published(
        "quantile by branches",
        _RESIDUAL + "; param t: unit_interval\n"
        "L = sum(n, where(y[n] >= z[n], t*(y[n] - z[n]), (1 - t)*(z[n] - y[n])))",
        ("z",),
    ),
    Published(
        "hinge with a margin",
        "input s[n:N]; target y[n]: sign; param m; L = sum(n, max(0, m - y[n]*s[n]))",
        ("s",),
    ),
    Published(
        "perceptron",
        "input s[n:N]; target y[n]: sign; L = sum(n, max(0, -y[n]*s[n]))",
        ("s",),
    ),
    Published(
        "ranking by a margin",
        "input a[n:N], b[n]; target y[n]: sign; param m\n"
        "L = sum(n, max(0, m - y[n]*(a[n] - b[n])))",
        ("a", "b"),
    ),
    Published(
        "support vectors",
        "input x[n:N,j:J]; target y[n]: sign; param w[j], b, c: positive\n"
        "s[n] = sum(j, x[n,j]*w[j]) + b; L = c*sum(n, max(0, 1 - y[n]*s[n])) + sum(j, w[j]^2)/2",
        ("s", "w", "b"),
    ),
    Published(
        "triplets",
        "input a[n:N,j:J], p[n,j], q[n,j]; param m\n"
        "u[n] = sum(j, (a[n,j] - p[n,j])^2); v[n] = sum(j, (a[n,j] - q[n,j])^2)\n"
        "L = sum(n, max(0, u[n] - v[n] + m))",
        ("a", "p", "q"),
    ),
    Published(
        "contrastive pairs",
        "input a[n:N,j:J], b[n,j]; target y[n]: unit_interval; param m\n"
        "d[n] = sqrt(sum(j, (a[n,j] - b[n,j])^2))\n"
        "L = sum(n, y[n]*d[n]^2 + (1 - y[n])*max(0, m - d[n])^2)/2",
        ("d", "a"),
    ),
    Published(
        "exponential loss",
        "input z[n:N]; target y[n]: sign; L = sum(n, exp(-y[n]*z[n]))",
        ("z",),
    ),
    # likelihoods
    Published(
        "normal, by its deviation",
        "input m[n:N]; input s[n]: positive; target y[n]\n"
        "L = sum(n, ln(s[n]) + (y[n] - m[n])^2/(2*s[n]^2))",
        ("m", "s"),
    ),
    Published(
        "normal, by the logarithm of its variance",
        "input m[n:N], r[n]; target y[n]; L = sum(n, r[n] + (y[n] - m[n])^2*exp(-r[n]))/2",
        ("m", "r"),
    ),
    Published(
        "normal prior of an encoder",
        "input m[n:N,j:J], r[n,j]; L = -sum(n,j, 1 + r[n,j] - m[n,j]^2 - exp(r[n,j]))/2",
        ("m", "r"),
    ),
    Published(
        "Poisson deviance",
        "input z[n:N]; target y[n]: positive; m[n] = exp(z[n])\n"
        "L = 2*sum(n, y[n]*ln(y[n]/m[n]) - (y[n] - m[n]))",
        ("z",),
    ),
    Published(
        "gamma",
        "input z[n:N]; target y[n]: positive; m[n] = exp(z[n]); L = sum(n, ln(m[n]) + y[n]/m[n])",
        ("z",),
    ),
    Published(
        "Tweedie",
        "input z[n:N]; target y[n]: positive; param r: positive; m[n] = exp(z[n])\n"
        "L = sum(n, m[n]^(2 - r)/(2 - r) - y[n]*m[n]^(1 - r)/(1 - r))",
        ("z",),
    ),
    Published(
        "negative binomial",
        "input z[n:N]; target y[n]: positive; param r: positive; m[n] = exp(z[n])\n"
        "L = sum(n, (y[n] + r)*ln(1 + m[n]/r) - y[n]*ln(m[n]))",
        ("z",),
    ),
    Published(
        "partial likelihood",
        "input z[n:N]; input R[n,l:N]: positive; target d[n]\n"
        "s[n] = sum(l, R[n,l]*exp(z[l])); L = -sum(n, d[n]*(z[n] - ln(s[n])))",
        ("z",),
    ),
    Published(
        "ordered categories",
        "input z[n:N]; param a; param b: positive\n"
        "L = -sum(n, ln(sigmoid(a + b - z[n]) - sigmoid(a - z[n])))",
        ("z",),
    ),
    Published(
        "probit",
        _LOGITS + "; p[n] = normal_cdf(z[n])\nL = -sum(n, y[n]*ln(p[n]) + (1 - y[n])*ln(1 - p[n]))",
        ("z",),
    ),
    Published(
        "logistic with a temperature",
        _LOGITS + "; param T: positive; L = sum(n, ln(1 + exp(z[n]/T)) - y[n]*z[n]/T)",
        ("z", "T"),
    ),
    # the same in named steps
    Published(
        "sigmoid in steps, Bernoulli",
        _LOGITS + "; e[n] = exp(z[n]); o[n] = e[n]/(1 + e[n])\n"
        "L = -sum(n, y[n]*ln(o[n]) + (1 - y[n])*ln(1 - o[n]))",
        ("z",),
    ),
    Published(
        "sigmoid by a named tanh, Bernoulli",
        _LOGITS + "; t[n] = tanh(z[n]/2); o[n] = (1 + t[n])/2\n"
        "L = -sum(n, y[n]*ln(o[n]) + (1 - y[n])*ln(1 - o[n]))",
        ("z",),
    ),
    Published(
        "tanh in steps",
        "input z[n:N], y[n]; e[n] = exp(2*z[n]); t[n] = (e[n] - 1)/(e[n] + 1)\n"
        "L = sum(n, y[n]*t[n])",
        ("z",),
    ),
    Published(
        "softmax in steps, categorical",
        _SIMPLEX + "; m[n] = max(k, z[n,k]); c[n,k] = z[n,k] - m[n]\n"
        "e[n,k] = exp(c[n,k]); s[n] = sum(k, e[n,k]); p[n,k] = e[n,k]/s[n]\n"
        "L = -sum(n,k, y[n,k]*ln(p[n,k]))",
        ("c",),
    ),
    Published(
        "log-softmax in steps, categorical",
        _SIMPLEX + "; m[n] = max(k, z[n,k])\n"
        "s[n] = m[n] + ln(sum(k, exp(z[n,k] - m[n]))); q[n,k] = z[n,k] - s[n]\n"
        "L = -sum(n,k, y[n,k]*q[n,k])",
        ("z",),
    ),
    Published(
        "log-softmax of differences, categorical",
        _SIMPLEX + "; m[n] = max(k, z[n,k]); c[n,k] = z[n,k] - m[n]\n"
        "s[n] = ln(sum(k, exp(c[n,k]))); q[n,k] = c[n,k] - s[n]\n"
        "L = -sum(n,k, y[n,k]*q[n,k])",
        ("z",),
    ),
    # softmax in other losses
    Published(
        "softmax with a temperature, categorical",
        _SIMPLEX + "; param T: positive; p[n,k] = exp(z[n,k]/T)/sum(l, exp(z[n,l]/T))\n"
        "L = -sum(n,k, y[n,k]*ln(p[n,k]))",
        ("z", "T"),
    ),
    Published(
        "distillation",
        "input z[n:N,k:K], v[n,k]; param T: positive\n"
        "p[n,k] = exp(z[n,k]/T)/sum(l, exp(z[n,l]/T))\n"
        "q[n,k] = exp(v[n,k]/T)/sum(l, exp(v[n,l]/T))\n"
        "L = T^2*sum(n,k, q[n,k]*ln(q[n,k]/p[n,k]))",
        ("z",),
    ),
    Published(
        "softmax beside a score of 0",
        _SCORES + "; L = sum(n, ln(1 + sum(l, exp(z[n,l]))) - sum(k, y[n,k]*z[n,k]))",
        ("z",),
    ),
    Published(
        "policy gradient",
        "input z[n:N,k:K], A[n]; target t[n]; " + _SOFTMAX + "; L = -sum(n, A[n]*ln(p[n,t[n]]))",
        ("z",),
    ),
    Published(
        "expected reward",
        "input z[k:K], r[k]; p[k] = exp(z[k])/sum(l, exp(z[l])); L = sum(k, p[k]*r[k])",
        ("z",),
    ),
    Published(
        "contrast with all others",
        "input u[n:N,j:J], v[n,j]; param T: positive; s[n,l] = sum(j, u[n,j]*v[l,j])/T\n"
        "p[n,l] = exp(s[n,l])/sum(m, exp(s[n,m])); L = -mean(n, ln(p[n,n]))",
        ("s", "u", "v"),
    ),
    Published(
        "contrast with a few others",
        "input u[j:J], v[j], w[k:K,j]\n"
        "L = -ln(sigmoid(sum(j, u[j]*v[j]))) - sum(k, ln(sigmoid(-sum(j, u[j]*w[k,j]))))",
        ("u", "v", "w"),
    ),
    Published(
        "pairwise preference",
        "input a[n:N], b[n]; param c: positive; L = -sum(n, ln(sigmoid(c*(a[n] - b[n]))))",
        ("a", "b"),
    ),
    # overlap
    Published(
        "Dice",
        "input p[n:N]; target y[n]\n"
        "D = 2*sum(n, p[n]*y[n])/(sum(n, p[n]) + sum(n, y[n])); L = 1 - D",
        ("p",),
    ),
    Published(
        "Jaccard",
        "input p[n:N]; target y[n]; I = sum(n, p[n]*y[n])\n"
        "U = sum(n, p[n]) + sum(n, y[n]) - I; L = 1 - I/U",
        ("p",),
    ),
    # gates
    Published(
        "gated unit",
        "input a[n:N,j:J], b[n,j], y[n,j]; g[n,j] = sigmoid(b[n,j])\n"
        "L = sum(n,j, y[n,j]*a[n,j]*g[n,j])",
        ("a", "b"),
    ),
    Published(
        "SwiGLU",
        "input a[n:N,j:J], b[n,j], y[n,j]; L = sum(n,j, y[n,j]*silu(a[n,j])*b[n,j])",
        ("a", "b"),
    ),
    Published(
        "highway",
        "input a[j:J], b[j], x[j], y[j]; t[j] = sigmoid(a[j]); h[j] = tanh(b[j])\n"
        "o[j] = t[j]*h[j] + (1 - t[j])*x[j]; L = sum(j, y[j]*o[j])",
        ("a", "b", "x"),
    ),
    Published(
        "LSTM cell",
        "input a[j:J], b[j], c[j], d[j], q[j], y[j]; i[j] = sigmoid(a[j]); f[j] = sigmoid(b[j])\n"
        "o[j] = sigmoid(c[j]); g[j] = tanh(d[j]); s[j] = f[j]*q[j] + i[j]*g[j]\n"
        "h[j] = o[j]*tanh(s[j]); L = sum(j, y[j]*h[j])",
        ("s", "a", "b", "c", "d", "q"),
    ),
    Published(
        "GRU cell",
        "input a[j:J], b[j], c[j], q[j], u[j], y[j]; z[j] = sigmoid(a[j]); r[j] = sigmoid(b[j])\n"
        "n[j] = tanh(c[j] + r[j]*u[j]); h[j] = (1 - z[j])*n[j] + z[j]*q[j]; L = sum(j, y[j]*h[j])",
        ("a", "b", "c", "q", "u"),
    ),
    # activations with a parameter
    Published(
        "PReLU",
        _RESPONSE + "a; h[n] = where(z[n] > 0, z[n], a*z[n]); L = sum(n, y[n]*h[n])",
        ("z", "a"),
    ),
    Published(
        "PReLU by max and min",
        _RESPONSE + "a; h[n] = max(0, z[n]) + a*min(0, z[n]); L = sum(n, y[n]*h[n])",
        ("z", "a"),
    ),
    Published(
        "PReLU by max",
        _RESPONSE + "a: unit_interval; h[n] = max(z[n], a*z[n]); L = sum(n, y[n]*h[n])",
        ("z", "a"),
    ),
    Published(
        "ELU with a slope",
        _RESPONSE + "a: positive; h[n] = where(z[n] > 0, z[n], a*(exp(z[n]) - 1))\n"
        "L = sum(n, y[n]*h[n])",
        ("z", "a"),
    ),
    Published(
        "Swish with a slope",
        _RESPONSE + "b: positive; h[n] = z[n]*sigmoid(b*z[n]); L = sum(n, y[n]*h[n])",
        ("z", "b"),
    ),
    Published(
        "clipping",
        _RESPONSE + "a, b; h[n] = min(max(z[n], a), b); L = sum(n, y[n]*h[n])",
        ("z", "a", "b"),
    ),
    Published(
        "clipping by branches",
        _RESPONSE + "a, b; h[n] = where(z[n] < a, a, where(z[n] > b, b, z[n]))\n"
        "L = sum(n, y[n]*h[n])",
        ("z", "a", "b"),
    ),
    Published(
        "clipping on both sides alike",
        _RESPONSE + "d: positive; h[n] = max(-d, min(z[n], d)); L = sum(n, y[n]*h[n])",
        ("z", "d"),
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
    # labels
    Published(
        "focal, of labels",
        "input z[n:N,k:K]; target t[n]: class_ids; p[n,k] = exp(z[n,k])/sum(l, exp(z[n,l]))\n"
        "L = -sum(n, (1 - p[n,t[n]])^2*ln(p[n,t[n]]))",
        ("z",),
    ),
    Published(
        "weighted cross-entropy, of labels",
        "input z[n:N,k:K]; const w[k]; target t[n]: class_ids\n"
        "p[n,k] = exp(z[n,k])/sum(l, exp(z[n,l])); L = -sum(n, w[t[n]]*ln(p[n,t[n]]))",
        ("z",),
    ),
    Published(
        "margin over all classes, of labels",
        "input z[n:N,k:K]; target t[n]: class_ids\n"
        "L = sum(n, k, [k != t[n]]*max(0, 1 + z[n,k] - z[n,t[n]]))",
        ("z",),
    ),
    # norms
    Published("norm of order 3", "input x[k:K]; L = sum(k, abs(x[k])^3)^(1/3)", ("x",)),
    Published("norm of order 4", "input x[k:K]; L = sum(k, x[k]^4)^(1/4)", ("x",)),
    Published(
        "norm of any order",
        "input x[k:K]; const p: positive; L = sum(k, abs(x[k])^p)^(1/p)",
        ("x",),
    ),
    Published(
        "divided by its norm of order 3",
        "input x[n:N,k:K], c[n,k]; r[n] = sum(k, abs(x[n,k])^3)^(1/3)\n"
        "L = sum(n, k, c[n,k]*x[n,k]/r[n])",
        ("x",),
    ),
    Published(
        "constant elasticity of substitution",
        "input x[k:K]: positive; const a[k]: positive; const r: positive\n"
        "L = sum(k, a[k]*x[k]^r)^(1/r)",
        ("x",),
    ),
    Published(
        "geometric mean, by a product", "input x[n:N]: positive; L = prod(n, x[n])^(1/N)", ("x",)
    ),
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
    Published(
        "attention: scores inside the exponential",
        "index l:N; input q[n:N,j:J], k[n,j], u[n,m:M], y[n,m]\n"
        "a[n,l] = exp(sum(j, q[n,j]*k[l,j])/sqrt(J))/sum(t:N, exp(sum(j, q[n,j]*k[t,j])/sqrt(J)))\n"
        "o[n,m] = sum(l, a[n,l]*u[l,m]); L = sum(n,m, o[n,m]^2*y[n,m])",
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
        "bias of the attention keys, causal, in one line",
        "index l:N, t:N; input q[n:N,j:J], x[l,j], u[l,m:M], y[n,m]; param c[j]\n"
        "s[n,l] = sum(j, q[n,j]*(x[l,j] + c[j]))\n"
        "a[n,l] = where(l <= n, exp(s[n,l]), 0)/sum(t, where(t <= n, exp(s[n,t]), 0))\n"
        "o[n,m] = sum(l, a[n,l]*u[l,m]); L = sum(n,m, o[n,m]^2*y[n,m])",
        ("c",),
    ),
    Published(
        "scale and bias before batch norm without an epsilon",
        "input x[n:N,j:J], y[n,j]; param s[j], b[j]\n"
        "z[n,j] = s[j]*x[n,j] + b[j]; m[j] = mean(n, z[n,j]); v[j] = mean(n, (z[n,j] - m[j])^2)\n"
        "h[n,j] = (z[n,j] - m[j])/sqrt(v[j]); L = sum(n,j, y[n,j]*h[n,j]^3)",
        ("s", "b"),
    ),
    Published(
        "scale before a unit vector",
        "input x[i:I], y[i]; param s; u[i] = s*x[i]; r = sqrt(sum(i, u[i]^2))\n"
        "L = sum(i, y[i]*u[i]/r)",
        ("s",),
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
    # what is normalised, in every usual spelling
    Published(
        "layer norm by E(x^2) - m^2",
        "input x[n:N,i:I], d[n,i]; param e: positive; m[n] = mean(i, x[n,i])\n"
        "v[n] = mean(i, x[n,i]^2) - m[n]^2; q[n,i] = (x[n,i] - m[n])/sqrt(v[n] + e)\n"
        "L = sum(n,i, d[n,i]*q[n,i])",
        ("x",),
    ),
    Published(
        "layer norm of named differences",
        "input x[n:N,i:I], d[n,i]; param e: positive; r[n,i] = x[n,i] - mean(j, x[n,j])\n"
        "v[n] = mean(i, r[n,i]^2); q[n,i] = r[n,i]/sqrt(v[n] + e); L = sum(n,i, d[n,i]*q[n,i])",
        ("x",),
    ),
    Published(
        "layer norm in one line",
        "input x[n:N,i:I], d[n,i]; param e: positive\n"
        "q[n,i] = (x[n,i] - mean(j, x[n,j]))/sqrt(mean(j, (x[n,j] - mean(k, x[n,k]))^2) + e)\n"
        "L = sum(n,i, d[n,i]*q[n,i])",
        ("x",),
    ),
    Published(
        "layer norm in one line by E(x^2) - m^2",
        "input x[n:N,i:I], d[n,i]; param e: positive\n"
        "q[n,i] = (x[n,i] - mean(j, x[n,j]))/sqrt(mean(j, x[n,j]^2) - mean(j, x[n,j])^2 + e)\n"
        "L = sum(n,i, d[n,i]*q[n,i])",
        ("x",),
    ),
    Published(
        "layer norm by the inverse of its deviation",
        "input x[n:N,i:I], d[n,i]; param e: positive; m[n] = mean(i, x[n,i])\n"
        "r[n] = 1/sqrt(mean(i, (x[n,i] - m[n])^2) + e); q[n,i] = (x[n,i] - m[n])*r[n]\n"
        "L = sum(n,i, d[n,i]*q[n,i])",
        ("x",),
    ),
    Published(
        "batch norm by E(z^2) - m^2",
        "input z[n:N,j:J], d[n,j]; param g[j], c[j], e: positive; m[j] = mean(n, z[n,j])\n"
        "v[j] = mean(n, z[n,j]^2) - m[j]^2; q[n,j] = (z[n,j] - m[j])/sqrt(v[j] + e)\n"
        "h[n,j] = g[j]*q[n,j] + c[j]; L = sum(n,j, d[n,j]*h[n,j])",
        ("z", "g", "c"),
    ),
    Published(
        "batch norm, unbiased variance",
        "input z[n:N,j:J], d[n,j]; param e: positive; m[j] = mean(n, z[n,j])\n"
        "v[j] = sum(n, (z[n,j] - m[j])^2)/(N - 1); q[n,j] = (z[n,j] - m[j])/sqrt(v[j] + e)\n"
        "L = sum(n,j, d[n,j]*q[n,j])",
        ("z",),
    ),
    Published(
        "batch norm, unbiased variance by E(z^2) - m^2",
        "input z[n:N,j:J], d[n,j]; param e: positive; m[j] = mean(n, z[n,j])\n"
        "v[j] = (sum(n, z[n,j]^2) - N*m[j]^2)/(N - 1); q[n,j] = (z[n,j] - m[j])/sqrt(v[j] + e)\n"
        "L = sum(n,j, d[n,j]*q[n,j])",
        ("z",),
    ),
    Published(
        "group norm",
        "input x[n:N,k:K,i:I], d[n,k,i]; param e: positive; m[n,k] = mean(i, x[n,k,i])\n"
        "v[n,k] = mean(i, (x[n,k,i] - m[n,k])^2); q[n,k,i] = (x[n,k,i] - m[n,k])/sqrt(v[n,k] + e)\n"
        "L = sum(n,k,i, d[n,k,i]*q[n,k,i])",
        ("x",),
    ),
    Published(
        "instance norm by E(x^2) - m^2",
        "input x[n:N,k:K,i:I,j:J], d[n,k,i,j]; param e: positive\n"
        "m[n,k] = mean(i,j, x[n,k,i,j]); v[n,k] = mean(i,j, x[n,k,i,j]^2) - m[n,k]^2\n"
        "q[n,k,i,j] = (x[n,k,i,j] - m[n,k])/sqrt(v[n,k] + e)\n"
        "L = sum(n,k,i,j, d[n,k,i,j]*q[n,k,i,j])",
        ("x",),
    ),
    Published(
        "weight standardisation",
        "input x[n:N,i:I], d[n,j:J]; param W[i,j], e: positive; m[j] = mean(i, W[i,j])\n"
        "s[j] = sqrt(mean(i, (W[i,j] - m[j])^2) + e); V[i,j] = (W[i,j] - m[j])/s[j]\n"
        "y[n,j] = sum(i, x[n,i]*V[i,j]); L = sum(n,j, d[n,j]*y[n,j])",
        ("W",),
    ),
    Published(
        "RMS norm in one line",
        "input x[n:N,i:I], d[n,i]; param e: positive\n"
        "q[n,i] = x[n,i]/sqrt(mean(j, x[n,j]^2) + e); L = sum(n,i, d[n,i]*q[n,i])",
        ("x",),
    ),
    Published(
        "unit vectors in one line",
        "input x[n:N,i:I], d[n,i]\n"
        "q[n,i] = x[n,i]/sqrt(sum(j, x[n,j]^2)); L = sum(n,i, d[n,i]*q[n,i])",
        ("x",),
    ),
    # cosine, correlation
    Published(
        "cosine, dot product named",
        "input a[i:I], b[i]; r = sum(i, a[i]*b[i])\n"
        "L = r/(sqrt(sum(i, a[i]^2))*sqrt(sum(i, b[i]^2)))",
        ("a",),
    ),
    Published(
        "cosine, all named",
        "input a[i:I], b[i]; r = sum(i, a[i]*b[i]); s = sqrt(sum(i, a[i]^2))\n"
        "t = sqrt(sum(i, b[i]^2)); c = r/(s*t)",
        ("a",),
        of="c",
    ),
    Published(
        "cosine loss",
        "input a[n:N,i:I], b[n,i]; r[n] = sum(i, a[n,i]*b[n,i]); s[n] = sqrt(sum(i, a[n,i]^2))\n"
        "t[n] = sqrt(sum(i, b[n,i]^2)); c[n] = r[n]/(s[n]*t[n]); L = sum(n, 1 - c[n])",
        ("a",),
    ),
    Published(
        "correlation",
        "input x[i:I], y[i]; m = mean(i, x[i]); u = mean(i, y[i])\n"
        "s = sqrt(mean(i, (x[i] - m)^2)); t = sqrt(mean(i, (y[i] - u)^2))\n"
        "L = mean(i, (x[i] - m)*(y[i] - u))/(s*t)",
        ("x",),
    ),
    Published(
        "coefficient of determination",
        "input p[i:I]; target y[i]; m = mean(i, y[i])\n"
        "L = 1 - sum(i, (y[i] - p[i])^2)/sum(i, (y[i] - m)^2)",
        ("p",),
    ),
    # weighted means
    Published(
        "variance by weights on the simplex",
        "input x[n:N,k:K]; param w[k]: simplex; m[n] = sum(k, w[k]*x[n,k])\n"
        "L = sum(n,k, w[k]*(x[n,k] - m[n])^2)",
        ("w", "x"),
    ),
    Published(
        "variance by any weights",
        "input x[k:K]; param w[k]: positive; m = sum(k, w[k]*x[k])/sum(k, w[k])\n"
        "L = sum(k, w[k]*(x[k] - m)^2)/sum(k, w[k])",
        ("w", "x"),
    ),
    Published(
        "mean by softmax weights",
        "input z[k:K], x[k]; p[k] = exp(z[k])/sum(l, exp(z[l])); m = sum(k, p[k]*x[k])",
        ("z", "x"),
        of="m",
    ),
    Published(
        "variance by softmax weights",
        "input z[k:K], x[k]; p[k] = exp(z[k])/sum(l, exp(z[l])); m = sum(k, p[k]*x[k])\n"
        "L = sum(k, p[k]*(x[k] - m)^2)",
        ("z", "x"),
    ),
)
