"""Systems and claims about them, true and false, that the tests of verification share.

The false ones are slips that people make: a sign, a factor, a transposed matrix, a wrong index, the
function for its derivative. Each system is read once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from symbp.declarations import Builder
from symbp.language.text import parse_system
from symbp.verification.benches import Bench


@dataclass(frozen=True)
class Sample:
    """A system, with claims that are true and claims that are false of it."""

    name: str
    text: str
    true: tuple[str, ...]
    false: tuple[str, ...] = ()


@cache
def system_of(text):
    builder = Builder()
    parse_system(text, builder)
    return builder.snapshot()


@cache
def bench_of(text):
    return Bench(system_of(text))


SOFTMAX = """
  input  x[n:N, j:J]
  param  W[j, k:K], b[k]
  target y[n, k]
  fact   sum(k, y[n,k]) = 1
  z[n,k] = sum(j, x[n,j]*W[j,k]) + b[k]
  p[n,k] = exp(z[n,k]) / sum(l, exp(z[n,l]))
  L      = -sum(n, k, y[n,k]*ln(p[n,k])) / N
"""
UNCONDITIONAL = SOFTMAX.replace("  fact   sum(k, y[n,k]) = 1\n", "")
CHAIN = "A = X + 1; B = A^2; C = ln(B); D = sqrt(C); E = D - 1"
#: The seed chapter on backpropagation: a neuron, a layer, several layers (its 7.5 to 7.7).
NEURON = """
  input x[j:J]; param w[j]; target t
  z = sum(j, w[j]*x[j]); o = 1/(1 + exp(-z)); L = (o - t)^2/2
"""
LAYER = """
  input x[j:J]; param w[j,k:K]; target t[k]
  z[k] = sum(j, w[j,k]*x[j]); o[k] = sigmoid(z[k]); L = sum(k, (o[k] - t[k])^2)/2
"""
NETWORK = """
  input x[n:N, i:I]; param V[i,j:J], W[j,k:K], b[k]; target y[n,k]
  a[n,j] = sum(i, x[n,i]*V[i,j])
  h[n,j] = sigmoid(a[n,j])
  z[n,k] = sum(j, h[n,j]*W[j,k]) + b[k]
  o[n,k] = 1/(1 + exp(-z[n,k]))
  L      = sum(n, k, (o[n,k] - y[n,k])^2)/2
"""
#: Bishop: a linear output y_k = sum_i w_ki x_i with the squared error of one sample.
LINEAR = """
  input x[n:N, i:I]; param w[k:K, i]; target t[n, k]
  y[n,k] = sum(i, w[k,i]*x[n,i]); E[n] = sum(k, (y[n,k] - t[n,k])^2)/2
"""
VECTORS = """
  input u[i:I]; param M[i, j:J]
  y[j] = tanh(sum(i, M[i,j]*u[i])); z = sum(j, y[j]^3)
"""
QUADRATIC = "input x[i:N], A[i, j:N]; L = sum(i, j, x[i]*A[i,j]*x[j])"
SYMMETRIC = QUADRATIC.replace("; L", "; fact A: symmetric; L")
RECTIFIED = """
  input x[n:N, j:J]; param W[j,k:K], v[k]; target y[n]
  z[n,k] = sum(j, x[n,j]*W[j,k]); h[n,k] = relu(z[n,k])
  o[n] = sum(k, h[n,k]*v[k]); L = sum(n, (o[n] - y[n])^2)/2
"""
LABELS = """
  input x[n:N, j:J], t[n]; param W[j, k:K]
  z[n,k] = sum(j, x[n,j]*W[j,k])
  p[n,k] = exp(z[n,k])/sum(l, exp(z[n,l]))
  L = -sum(n, ln(p[n,t[n]]))
"""
NORM = """
  input x[n:N, i:I]; param g[n, i]
  m[n] = sum(i, x[n,i])/I
  v[n] = sum(i, (x[n,i] - m[n])^2)/I
  s[n] = sqrt(v[n] + 1)
  q[n,i] = (x[n,i] - m[n])/s[n]
  L = sum(n, i, g[n,i]*q[n,i])
"""
TIED = """
  input x[n:N, i:I]; param W[i, j:J]
  h[n,j] = tanh(sum(i, x[n,i]*W[i,j]))
  r[n,i] = sum(j, h[n,j]*W[i,j])
  L = sum(n, i, (r[n,i] - x[n,i])^2)
"""
LIKELIHOOD = """
  input x[n:N]; param m, s; fact s: positive
  L = sum(n, ln(s) + (x[n] - m)^2/(2*s^2))
"""
SIGNS = """
  input x[n:N, j:J], y[n]; param w[j]; fact y: sign
  z[n] = sum(j, x[n,j]*w[j]); L = sum(n, ln(1 + exp(-y[n]*z[n])))
"""
SCALARS = "r = x^2; s = max(x, 0); q = abs(x); u = x^3*sin(x); e = exp(x)*y"
MINIMUM = "input x[n:N]; param c; L = sum(n, min(x[n], c))"
ATTENTION = """
  input q[t:T, d:D], k[s:S, d], v[s, e:E], w[t, e]
  u[t,s] = sum(d, q[t,d]*k[s,d])
  a[t,s] = exp(u[t,s])/sum(r, exp(u[t,r]))
  o[t,e] = sum(s, a[t,s]*v[s,e])
  L = sum(t, e, w[t,e]*o[t,e])
"""
#: Powers with an index or an extent for their exponent, of bases of any sign.
POLYNOMIAL = """
  input u, v, b[k:K]; param c[n:N]
  f = sum(n, c[n]*u^n)
  g = sum(k, b[k]*u^k)
  q = f*g
  r = (u + v)^N
  s = (u*v)^N
  L = sum(n, c[n]*(u + v)^n) + (-u)^(2*N)
"""
#: Quotients that are guarded where the denominator is 0.
GUARDED = """
  input x, y
  a = where(x + y == 0, 0, 1/(x + y))*(x + y)
  b = where(x + y == 0, 0, 1/(x^2 - y^2))*(x + y)
  c = where(x + y == 0, 0, 1/(x + y))*(x + y)^2
  d = where(x == 0, 0, 1/x)*x
"""

SAMPLES = (
    Sample(
        "softmax",
        SOFTMAX,
        (
            "dL/dz[n,k] = (p[n,k] - y[n,k])/N",
            "dL/dz[m,l] = (p[m,l]*sum(k, y[m,k]) - y[m,l])/N",
            "dL/dW[j,k] = sum(n, dL/dz[n,k]*x[n,j])",
            "dL/dW[j,k] = sum(n, (p[n,k] - y[n,k])*x[n,j])/N",
            "dL/db[k] = sum(n, dL/dz[n,k])",
            "dL/dx[n,j] = sum(k, W[j,k]*dL/dz[n,k])",
            "dL/dp[n,k] = -y[n,k]/(N*p[n,k])",
            "dp[n,k]/dz[m,l] = [n == m]*p[n,k]*([k == l] - p[n,l])",
            "dp[n,k]/dz[n,l] = p[n,k]*([l == k] - p[n,l])",
            "sum(k, p[n,k]) = 1",
            "sum(k, dL/dz[n,k]) = 0",
            "p[n,k]*sum(l, exp(z[n,l])) = exp(z[n,k])",
            "d^2L/dz[n,k]dz[n,m] = p[n,k]*([k == m] - p[n,m])/N",
            "d^2L/dz[n,k]dy[n,m] = (p[n,k] - [k == m])/N",
        ),
        (
            "dL/dz[n,k] = (y[n,k] - p[n,k])/N",
            "dL/dz[n,k] = p[n,k] - y[n,k]",
            "dL/dz[n,k] = (p[n,k] - y[n,k])/K",
            "dL/dz[n,k] = (p[n,k] - 1)/N",
            "dL/dz[n,k] = (p[n,k]*y[n,k] - y[n,k])/N",
            "dL/dW[j,k] = dL/dz[0,k]*x[0,j]",
            "dL/dW[j,k] = sum(n, dL/dz[n,k]*x[n,j])/N",
            "dL/db[k] = sum(n, dL/dz[n,k])/N",
            "dp[n,k]/dz[m,l] = p[n,k]*([k == l] - p[n,l])",
            "dp[n,k]/dz[n,l] = p[n,k]*([k == l] - p[n,k])",
            "dp[n,k]/dz[n,l] = p[n,k]*(1 - p[n,l])",
            "sum(n, p[n,k]) = 1",
            "d^2L/dz[n,k]dy[n,m] = -[k == m]/N",
        ),
    ),
    Sample(
        "softmax without the fact",
        UNCONDITIONAL,
        ("dL/dz[n,k] = (p[n,k]*sum(l, y[n,l]) - y[n,k])/N",),
        ("dL/dz[n,k] = (p[n,k] - y[n,k])/N",),
    ),
    Sample(
        "chain",
        CHAIN,
        (
            "dE/dX = A/(B*sqrt(C))",
            "dE/dX = A/(B*D)",
            "dE/dA = 1/(A*D)",
            "dE/dX = dE/dD*1/(2*sqrt(C))*1/B*2*A",
            "dE/dC = 1/(2*sqrt(C))",
            "dD/dB = 1/(2*B*D)",
            "dE/dX = 1/((X + 1)*sqrt(ln((X + 1)^2)))",
        ),
        (
            "dE/dX = A/(B*C)",
            "dE/dX = 2*A/(B*sqrt(C))",
            "dE/dX = A/sqrt(C)",
            "dE/dC = 1/sqrt(C)",
            "dE/dC = -1/(2*D)",
            "dE/dB = 1/B",
        ),
    ),
    Sample(
        "neuron",
        NEURON,
        (
            "dL/dw[j] = (o - t)*o*(1 - o)*x[j]",
            "dL/dz = (o - t)*o*(1 - o)",
            "do/dz = o*(1 - o)",
            "dL/do = o - t",
            "dL/dx[j] = (o - t)*o*(1 - o)*w[j]",
        ),
        (
            "dL/dw[j] = (o - t)*o*(1 + o)*x[j]",
            "dL/dw[j] = (t - o)*o*(1 - o)*x[j]",
            "dL/dw[j] = (o - t)*o*(1 - o)*w[j]",
            "dL/dw[j] = (o - t)*sigmoid(z)*x[j]",
            "dL/do = 2*(o - t)",
        ),
    ),
    Sample(
        "layer",
        LAYER,
        (
            "dL/dw[j,k] = (o[k] - t[k])*o[k]*(1 - o[k])*x[j]",
            "dL/dw[j,k] = dL/dz[k]*x[j]",
            "do[k]/dz[l] = [k == l]*o[k]*(1 - o[k])",
        ),
        (
            "dL/dw[j,k] = (o[k] - t[k])*o[k]*(1 - o[k])*x[j]*K",
            "do[k]/dz[l] = o[k]*(1 - o[l])",
            "dL/dw[j,k] = sum(l, (o[l] - t[l])*o[l]*(1 - o[l]))*x[j]",
        ),
    ),
    Sample(
        "network",
        NETWORK,
        (
            "dL/dz[n,k] = (o[n,k] - y[n,k])*o[n,k]*(1 - o[n,k])",
            "dL/da[n,j] = h[n,j]*(1 - h[n,j])*sum(k, dL/dz[n,k]*W[j,k])",
            "dL/dW[j,k] = sum(n, dL/dz[n,k]*h[n,j])",
            "dL/dV[i,j] = sum(n, dL/da[n,j]*x[n,i])",
            "dL/dx[n,i] = sum(j, V[i,j]*dL/da[n,j])",
            (
                "dL/dV[i,j] = sum(n, k, x[n,i]*h[n,j]*(1 - h[n,j])*W[j,k]"
                "*(o[n,k] - y[n,k])*o[n,k]*(1 - o[n,k]))"
            ),
        ),
        (
            "dL/da[n,j] = sum(k, dL/dz[n,k]*W[j,k])",
            "dL/da[n,j] = h[n,j]*(1 - h[n,j])*sum(k, dL/do[n,k]*W[j,k])",
            "dL/dz[n,k] = (o[n,k] - y[n,k])*z[n,k]*(1 - z[n,k])",
            "dL/dW[j,k] = sum(n, dL/dz[n,k]*a[n,j])",
            "dL/dV[i,j] = sum(n, dL/dh[n,j]*x[n,i])",
        ),
    ),
    Sample(
        "linear",
        LINEAR,
        (
            "dE[n]/dw[k,i] = (y[n,k] - t[n,k])*x[n,i]",
            "dE[n]/dy[n,k] = y[n,k] - t[n,k]",
            "dE[n]/dw[k,i] = dE[n]/dy[n,k]*x[n,i]",
        ),
        (
            "dE[n]/dw[k,i] = (y[n,k] - t[n,k])*w[k,i]",
            "dE[n]/dw[k,i] = (t[n,k] - y[n,k])*x[n,i]",
            "dE[n]/dy[m,k] = y[n,k] - t[n,k]",
        ),
    ),
    Sample(
        "vectors",
        VECTORS,
        (
            "dz/du[i] = sum(j, dz/dy[j]*dy[j]/du[i])",
            "dy[j]/du[i] = (1 - y[j]^2)*M[i,j]",
            "dz/dM[i,j] = 3*y[j]^2*(1 - y[j]^2)*u[i]",
        ),
        (
            "dz/du[i] = sum(j, dz/dy[j])",
            "dy[j]/du[i] = (1 - y[j])*M[i,j]",
            "dy[j]/du[i] = (1 - y[j]^2)*u[i]",
        ),
    ),
    Sample(
        "quadratic",
        QUADRATIC,
        (
            "dL/dx[i] = sum(j, (A[i,j] + A[j,i])*x[j])",
            "dL/dA[i,j] = x[i]*x[j]",
            "d^2L/dx[i]dx[j] = A[i,j] + A[j,i]",
        ),
        (
            "dL/dx[i] = 2*sum(j, A[i,j]*x[j])",
            "dL/dx[i] = sum(j, A[i,j]*x[j])",
            "d^2L/dx[i]dx[j] = 2*A[i,j]",
            "dL/dA[i,j] = x[i]*x[j]*(2 - [i == j])",
        ),
    ),
    Sample(
        "symmetric",
        SYMMETRIC,
        (
            "dL/dx[i] = 2*sum(j, A[i,j]*x[j])",
            "dL/dx[i] = 2*sum(j, A[j,i]*x[j])",
            "dL/dA[i,j] = x[i]*x[j]",
        ),
        ("dL/dA[i,j] = 2*x[i]*x[j]", "dL/dA[i,j] = x[i]*x[j]*(2 - [i == j])"),
    ),
    Sample(
        "rectified",
        RECTIFIED,
        (
            "dL/dz[n,k] = (o[n] - y[n])*v[k]*where(z[n,k] <= 0, 0, 1)",
            "dL/dz[n,k] = (o[n] - y[n])*v[k]*[z[n,k] > 0]",
            "dL/dW[j,k] = sum(n, x[n,j]*dL/dz[n,k])",
            "dL/dv[k] = sum(n, (o[n] - y[n])*h[n,k])",
        ),
        (
            "dL/dz[n,k] = (o[n] - y[n])*v[k]*h[n,k]",
            "dL/dz[n,k] = (o[n] - y[n])*v[k]*[z[n,k] < 0]",
            "dL/dz[n,k] = (o[n] - y[n])*v[k]",
            "dL/dv[k] = sum(n, (o[n] - y[n])*z[n,k])",
        ),
    ),
    Sample(
        "labels",
        LABELS,
        (
            "dL/dz[n,k] = p[n,k] - [k == t[n]]",
            "dL/dW[j,k] = sum(n, x[n,j]*(p[n,k] - [k == t[n]]))",
        ),
        (
            "dL/dz[n,k] = p[n,k] - p[n,t[n]]",
            "dL/dz[n,k] = p[n,k] - 1",
            "dL/dz[n,k] = p[n,t[n]] - [k == t[n]]",
        ),
    ),
    Sample(
        "norm",
        NORM,
        (
            "dL/dx[n,i] = (g[n,i] - sum(j, g[n,j])/I - q[n,i]*sum(j, g[n,j]*q[n,j])/I)/s[n]",
            "sum(i, q[n,i]) = 0",
            "sum(i, dL/dx[n,i]) = 0",
        ),
        (
            "dL/dx[n,i] = g[n,i]/s[n]",
            "dL/dx[n,i] = (g[n,i] - sum(j, g[n,j])/I)/s[n]",
            "dL/dx[n,i] = (g[n,i] - sum(j, g[n,j])/I - q[n,i]*sum(j, g[n,j]*q[n,j])/I)/v[n]",
        ),
    ),
    Sample(
        "tied",
        TIED,
        (
            "dL/dr[n,i] = 2*(r[n,i] - x[n,i])",
            (
                "dL/dW[i,j] = 2*sum(n, (r[n,i] - x[n,i])*h[n,j])"
                " + sum(n, x[n,i]*(1 - h[n,j]^2)*sum(m, 2*(r[n,m] - x[n,m])*W[m,j]))"
            ),
        ),
        (
            "dL/dW[i,j] = 2*sum(n, (r[n,i] - x[n,i])*h[n,j])",
            "dL/dx[n,i] = sum(j, W[i,j]*dL/dh[n,j]*(1 - h[n,j]^2))",
        ),
    ),
    Sample(
        "likelihood",
        LIKELIHOOD,
        (
            "dL/ds = N/s - sum(n, (x[n] - m)^2)/s^3",
            "dL/dm = sum(n, m - x[n])/s^2",
            "dL/dm = (N*m - sum(n, x[n]))/s^2",
        ),
        (
            "dL/ds = N/s - sum(n, (x[n] - m)^2)/s^2",
            "dL/dm = sum(n, x[n] - m)/s^2",
            "dL/ds = 1/s - sum(n, (x[n] - m)^2)/s^3",
        ),
    ),
    Sample(
        "signs",
        SIGNS,
        (
            "dL/dz[n] = -y[n]*sigmoid(-y[n]*z[n])",
            "dL/dz[n] = -y[n]/(1 + exp(y[n]*z[n]))",
            "d^2L/dz[n]dz[m] = [n == m]*sigmoid(z[n])*(1 - sigmoid(z[n]))",
        ),
        ("dL/dz[n] = sigmoid(z[n]) - y[n]", "dL/dz[n] = -y[n]*sigmoid(y[n]*z[n])"),
    ),
    Sample(
        "scalars",
        SCALARS,
        (
            "dr/dx = 2*x",
            "ds/dx = where(x > 0, 1, 0)",
            "dq/dx = sign(x)",
            "dq/dx = x/abs(x)",
            "du/dx = 3*x^2*sin(x) + x^3*cos(x)",
            "de/dx = e",
            "d^2u/dx dx = 6*x*sin(x) + 6*x^2*cos(x) - u",
        ),
        (
            "dr/dx = x",
            "dr/dx = 2*sqrt(x^2)",
            "dq/dx = x",
            "ds/dx = where(x > 0, 0, 1)",
            "du/dx = 3*x^2*cos(x)",
            "de/dx = exp(x)",
            "d^2u/dx dx = 6*x*sin(x) + 6*x^2*cos(x) + u",
        ),
    ),
    Sample(
        "minimum",
        MINIMUM,
        ("dL/dc = sum(n, where(x[n] < c, 0, 1))", "dL/dx[n] = [x[n] < c]"),
        ("dL/dc = sum(n, where(x[n] < c, 1, 0))", "dL/dc = N"),
    ),
    Sample(
        "attention",
        ATTENTION,
        (
            "dL/dv[s,e] = sum(t, a[t,s]*w[t,e])",
            "dL/du[t,s] = a[t,s]*sum(e, w[t,e]*(v[s,e] - o[t,e]))",
            "dL/dq[t,d] = sum(s, dL/du[t,s]*k[s,d])",
            "dL/dk[s,d] = sum(t, dL/du[t,s]*q[t,d])",
        ),
        (
            "dL/du[t,s] = a[t,s]*sum(e, w[t,e]*v[s,e])",
            "dL/du[t,s] = a[t,s]*(1 - a[t,s])*sum(e, w[t,e]*v[s,e])",
            "dL/dv[s,e] = sum(t, u[t,s]*w[t,e])",
        ),
    ),
    Sample(
        "polynomial",
        POLYNOMIAL,
        (
            "df/dc[n] = u^n",
            "df/du = sum(n, where(n == 0, 0, n*c[n]*u^(n-1)))",
            "f*u = sum(n, c[n]*u^(n+1))",
            "q = sum(n, k, c[n]*b[k]*u^(n+k))",
            "dq/db[k] = sum(n, c[n]*u^(n+k))",
            "dr/du = N*(u + v)^(N-1)",
            "dr/du*(u + v) = N*r",
            "dr/du = dr/dv",
            "s = u^N*v^N",
            "ds/du*u = N*s",
            "dL/dc[n] = (u + v)^n",
            "dL/du - dL/dv = 2*N*u^(2*N-1)",
        ),
        (
            "df/dc[n] = u^(n+1)",
            "df/du = sum(n, n*c[n]*u^n)",
            "f*u = sum(n, c[n]*u^n)",
            "dr/du = N*(u + v)^N",
            "dr/du = (u + v)^(N-1)",
            "dr/du = N*u^(N-1) + N*v^(N-1)",
            "s = u^N + v^N",
            "ds/du = N*s",
            "dL/du - dL/dv = -2*N*u^(2*N-1)",
            "dL/du - dL/dv = 2*N*(-u)^(2*N-1)",
        ),
    ),
    Sample(
        "guarded",
        GUARDED,
        ("c = x + y",),
        ("c = x - y", "a = 2", "b = 1/(x + y)", "d = x"),
    ),
)

#: True claims that differ, at a kink, from the convention that symbp keeps there.
AWAY_FROM_KINKS = (
    "ds/dx = where(x > 0, 1, 0)",
    "dq/dx = x/abs(x)",
    "dL/dc = sum(n, where(x[n] < c, 0, 1))",
    "dL/dx[n] = [x[n] < c]",
)

TRUE = [(sample, claim) for sample in SAMPLES for claim in sample.true]
FALSE = [(sample, claim) for sample in SAMPLES for claim in sample.false]


def label(value):
    """What a test of a sample or a claim is called."""
    return value.name if isinstance(value, Sample) else str(value)
