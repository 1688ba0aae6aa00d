"""Formulas of statistics, physics, chemistry and economics, with losses that these brought forth.

What textbooks print as the derivative of each stands in `tests/golden/forms.txt`.
"""

from __future__ import annotations

from tests.systems.published import Published

_SAMPLE = "input x[n:N]; param m; param s: positive\n"

SCIENCES = (
    # potentials and rates
    Published(
        "Lennard-Jones",
        "input r: positive; param e: positive; param s: positive; L = 4*e*((s/r)^12 - (s/r)^6)",
        ("r", "e"),
    ),
    Published("Morse", "input r; param D, a, q; L = D*(1 - exp(-a*(r - q)))^2", ("r",)),
    Published(
        "Arrhenius",
        "input T: positive; param A: positive; param E; param R: positive\nL = A*exp(-E/(R*T))",
        ("T", "E"),
    ),
    Published(
        "Michaelis-Menten",
        "input S: positive; param V: positive; param K: positive; L = V*S/(K + S)",
        ("S", "V", "K"),
    ),
    Published(
        "Hill",
        "input x: positive; param K: positive; param h: positive; L = x^h/(K^h + x^h)",
        ("x", "K"),
    ),
    Published("logistic growth", "input x; param r; param K: positive; L = r*x*(1 - x/K)", ("x",)),
    Published(
        "logistic growth curve",
        "input t; param r, c; param K: positive; L = K/(1 + exp(-r*(t - c)))",
        ("t", "c", "K"),
    ),
    Published(
        "Fermi", "input E; param m; param T: positive; L = 1/(exp((E - m)/T) + 1)", ("E", "T")
    ),
    Published("Bose", "input E: positive; param T: positive; L = 1/(exp(E/T) - 1)", ("E", "T")),
    Published(
        "mean energy",
        "input E[k:K]; param b: positive; p[k] = exp(-b*E[k])/sum(l, exp(-b*E[l]))\n"
        "L = sum(k, p[k]*E[k])",
        ("b", "E"),
    ),
    Published(
        "van der Waals",
        "input V: positive; param R, T, a, b; L = R*T/(V - b) - a/V^2",
        ("V", "T"),
    ),
    Published("half-life", "input t; param A; param h: positive; L = A*2^(-t/h)", ("t", "h")),
    Published("angle", "input x, y; L = arctan(y/x)", ("x", "y")),
    Published("Hermite", "input z; g = exp(-z^2/2); L = -z*g", ("z",)),
    # densities and likelihoods
    Published(
        "normal sample",
        _SAMPLE + "L = sum(n, ln(exp(-(x[n] - m)^2/(2*s^2))/(s*sqrt(2*pi))))",
        ("m", "s"),
    ),
    Published(
        "normal sample, by its logarithm",
        _SAMPLE + "L = -N*ln(s) - sum(n, (x[n] - m)^2)/(2*s^2)",
        ("m", "s"),
    ),
    Published("Laplace", _SAMPLE + "L = -sum(n, ln(2*s) + abs(x[n] - m)/s)", ("m", "s")),
    Published("Cauchy", _SAMPLE + "L = -sum(n, ln(1 + ((x[n] - m)/s)^2)) - N*ln(s)", ("m", "s")),
    Published(
        "Student",
        _SAMPLE + "param v: positive\nL = -(v + 1)/2*sum(n, ln(1 + ((x[n] - m)/s)^2/v)) - N*ln(s)",
        ("m", "s"),
    ),
    Published(
        "von Mises", "input x[n:N]; param m; param k: positive; L = k*sum(n, cos(x[n] - m))", ("m",)
    ),
    Published(
        "Weibull",
        "input x[n:N]: positive; param k: positive; param l: positive\n"
        "L = sum(n, ln(k/l) + (k - 1)*ln(x[n]/l) - (x[n]/l)^k)",
        ("l", "k"),
    ),
    Published(
        "gamma sample",
        "input x[n:N]: positive; param a: positive; param b: positive\n"
        "L = sum(n, (a - 1)*ln(x[n]) - b*x[n]) + N*a*ln(b)",
        ("b",),
    ),
    Published(
        "beta sample",
        "input x[n:N]: unit_interval; param a: positive; param b: positive\n"
        "L = sum(n, (a - 1)*ln(x[n]) + (b - 1)*ln(1 - x[n]))",
        ("x", "a"),
    ),
    Published(
        "exponential sample",
        "input x[n:N]: positive; param l: positive; L = sum(n, ln(l*exp(-l*x[n])))",
        ("l",),
    ),
    Published(
        "two normal distributions",
        "param m, u; param s: positive; param t: positive\n"
        "L = ln(t/s) + (s^2 + (m - u)^2)/(2*t^2) - 1/2",
        ("m", "s", "t"),
    ),
    Published("logarithm of a product", "input x[n:N]: positive; L = ln(prod(n, x[n]))", ("x",)),
    Published(
        "geometric mean",
        "input x[n:N]: positive; L = exp(sum(n, ln(x[n]))/N)",
        ("x",),
    ),
    Published("Box-Cox", "input x: positive; param l: positive; L = (x^l - 1)/l", ("x",)),
    # choices, ratings and ranks
    Published(
        "Bradley-Terry",
        "param s[k:K]; input w[i:K,j:K]\n"
        "L = -sum(i,j, w[i,j]*ln(exp(s[i])/(exp(s[i]) + exp(s[j]))))",
        ("s",),
    ),
    Published(
        "Elo",
        "input a[n:N], b[n]; target y[n]: unit_interval; param c: positive\n"
        "p[n] = 1/(1 + 10^((b[n] - a[n])/c))\n"
        "L = -sum(n, y[n]*ln(p[n]) + (1 - y[n])*ln(1 - p[n]))",
        ("a", "b"),
    ),
    Published(
        "preferred answers",
        "input a[n:N], b[n], p[n], q[n]; param c: positive\n"
        "L = -mean(n, ln(sigmoid(c*((a[n] - p[n]) - (b[n] - q[n])))))",
        ("a", "b"),
    ),
    Published(
        "margin on a cosine",
        "input c[n:N,k:K]; target t[n]; param s: positive; param m\n"
        "z[n,k] = s*(c[n,k] - m*[k == t[n]]); L = -sum(n, z[n,t[n]] - ln(sum(k, exp(z[n,k]))))",
        ("c",),
    ),
    Published(
        "perplexity",
        "input z[n:N,k:K]; target t[n]; p[n,k] = exp(z[n,k])/sum(l, exp(z[n,l]))\n"
        "L = exp(-mean(n, ln(p[n,t[n]])))",
        ("z",),
    ),
    # economics
    Published(
        "Cobb-Douglas",
        "input K: positive; input H: positive; param a: unit_interval; L = K^a*H^(1 - a)",
        ("K", "H"),
    ),
    Published(
        "constant elasticity",
        "input K: positive; input H: positive; param a: unit_interval; param r: positive\n"
        "L = (a*K^r + (1 - a)*H^r)^(1/r)",
        ("K",),
    ),
    Published(
        "constant risk aversion",
        "input c: positive; param g: unit_interval; L = c^(1 - g)/(1 - g)",
        ("c",),
    ),
    # distances and robust losses
    Published(
        "p-norm",
        "input x[n:N]: positive; param p: positive; L = sum(n, x[n]^p)^(1/p)",
        ("x",),
    ),
    Published(
        "norm of the product with itself",
        "param x[n:N]; L = sum(n, x[n]*x[n])/sum(n, x[n]^2)",
        ("x",),
    ),
    Published(
        "Gaussian kernel",
        "input x[i:I], y[i]; param g: positive; L = exp(-g*sum(i, (x[i] - y[i])^2))",
        ("x", "g"),
    ),
    Published(
        "Welsch", "input r[n:N]; param c: positive; L = c^2/2*sum(n, 1 - exp(-(r[n]/c)^2))", ("r",)
    ),
    Published("Geman-McClure", "input r[n:N]; L = sum(n, r[n]^2/(1 + r[n]^2))/2", ("r",)),
    Published(
        "Tukey",
        "input r[n:N]; param c: positive\n"
        "L = c^2/6*sum(n, where(abs(r[n]) <= c, 1 - (1 - (r[n]/c)^2)^3, 1))",
        ("r",),
    ),
    Published(
        "CELU by max and min",
        "input z[n:N], y[n]; param a: positive\n"
        "L = sum(n, y[n]*(max(0, z[n]) + min(0, a*(exp(z[n]/a) - 1))))",
        ("z",),
    ),
    # factors, clusters and gates
    Published(
        "matrix factors",
        "input R[n:N,m:M], O[n,m]; param U[n,k:K], V[m,k]; param c: positive\n"
        "e[n,m] = R[n,m] - sum(k, U[n,k]*V[m,k])\n"
        "L = sum(n,m, O[n,m]*e[n,m]^2)/2 + c*(sum(n,k, U[n,k]^2) + sum(m,k, V[m,k]^2))/2",
        ("U", "V"),
    ),
    Published(
        "soft clusters",
        "input x[n:N,i:I]; param c[k:K,i]; param b: positive\n"
        "s[n,k] = sum(i, (x[n,i] - c[k,i])^2); L = -sum(n, ln(sum(k, exp(-b*s[n,k]))))/b",
        ("s", "c"),
    ),
    Published("groups of weights", "param W[k:K,j:J]; L = sum(k, sqrt(sum(j, W[k,j]^2)))", ("W",)),
    Published(
        "mixture of experts",
        "input g[n:N,k:K], f[n,k,j:J], y[n,j]; p[n,k] = exp(g[n,k])/sum(l, exp(g[n,l]))\n"
        "o[n,j] = sum(k, p[n,k]*f[n,k,j]); L = sum(n,j, (o[n,j] - y[n,j])^2)/2",
        ("p", "g", "f"),
    ),
    Published(
        "memory of patterns",
        "input x[j:J], Y[k:K,j]; param b: positive\n"
        "L = sum(j, x[j]^2)/2 - ln(sum(k, exp(b*sum(j, Y[k,j]*x[j]))))/b",
        ("x",),
    ),
)
