"""Textbook derivatives, proved for all sizes by the whole package; and traps, which are not."""

from __future__ import annotations

import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from symbp.canonical.clearing import is_zero
from symbp.canonical.writer import write
from symbp.expressions import Comparison, Constant, IndexValue, Number
from tests.canonical.differentiation import derivative
from tests.canonical.making import D, K, N, at, bracket, f, form, over, table, where

g, h, p, r, s, e = (at(name) for name in "ghprse")
x, y, z = at("x", "n"), at("y", "n"), at("z", "n", "k")
HALF = Number(Fraction(1, 2))


def exp(a):
    return f("exp", a)


def ln(a):
    return f("ln", a)


def sigmoid(a):
    return f("sigmoid", a)


def softmax(k):
    return exp(at("z", "n", k)) / over("l", exp(at("z", "n", "l")))


def positive(a):
    return Comparison(">", a, Number(0))


def proves(loss, by, claim, facts=(), late=(), kinks=False):
    """Whether the claim is found to be the derivative; late facts come after differentiating."""
    store = table(*facts)
    if kinks:
        store.not_always_zero = lambda poly: True
    name, *indices = by.split()
    gap = derivative(store, form(store, loss), name, indices) - form(store, claim)
    if late:
        again = table(*facts, *late)
        gap = form(again, write(store, gap))
        store = again
    return is_zero(store, gap)


def cross_entropy():
    return -over("nk", at("w", "n", "k") * ln(z / z * softmax("k")))


def mean(k):
    return over("n", at("z", "n", k)) / IndexValue(N)


def variance(k):
    return over("m", (at("z", "m", k) - mean(k)) ** 2) / IndexValue(N)


def normalised(n, k):
    return (at("z", n, k) - mean(k)) / f("sqrt", variance(k) + p)


BATCH_NORM = (
    at("w", "n", "k")
    - over("m", at("w", "m", "k")) / IndexValue(N)
    - normalised("n", "k") * over("m", at("w", "m", "k") * normalised("m", "k")) / IndexValue(N)
) / f("sqrt", variance("k") + p)


def quadratic(left, right):
    return over("ij", at(left, "i") * at("S", "i", "j") * at(right, "j"))


def norm(q):
    return f("sqrt", over("i", at(q, "i") ** 2))


def hidden(i):
    return sigmoid(over("j", at("A", i, "j") * at("u", "j")))


def output(a):
    return sigmoid(over("i", at("B", a, "i") * hidden("i")))


def delta(a):
    return (output(a) - at("v", a)) * output(a) * (1 - output(a))


NETWORK = over("a", (at("v", "a") - output("a")) ** 2) / 2
CUBE = over("abc", at("A", "a", "b") * at("A", "b", "c") * at("A", "c", "a"))
HUBER = where(Comparison("<=", f("abs", e), p), e**2 / 2, p * (f("abs", e) - p / 2))
ATTENTION = over("l", exp(at("z", "n", "l")) * at("o", "l")) / over("l", exp(at("z", "n", "l")))
GELU = (1 + f("erf", g / f("sqrt", Number(2)))) / 2

TRUE = {
    "log-sum-exp": (ln(over("l", exp(at("z", "n", "l")))), "z n k", softmax("k")),
    "softmax": (
        softmax("k"),
        "z n l",
        softmax("k") * (bracket("==", "k", "l") - softmax("l")),
    ),
    "softmax cross-entropy": (
        cross_entropy(),
        "z n k",
        softmax("k") * over("l", at("w", "n", "l")) - at("w", "n", "k"),
    ),
    "binary cross-entropy": (
        -over("n", x * ln(sigmoid(y)) + (1 - x) * ln(1 - sigmoid(y))),
        "y n",
        sigmoid(y) - x,
    ),
    "logistic loss": (over("n", ln(1 + exp(-x * y))), "y n", -x / (1 + exp(x * y))),
    "attention": (over("n", x * ATTENTION), "z n k", x * softmax("k") * (at("o", "k") - ATTENTION)),
    "norm": (norm("u"), "u j", at("u", "j") / norm("u")),
    "cosine": (
        over("i", at("u", "i") * at("v", "i")) / (norm("u") * norm("v")),
        "u j",
        (at("v", "j") - over("i", at("u", "i") * at("v", "i")) * at("u", "j") / norm("u") ** 2)
        / (norm("u") * norm("v")),
    ),
    "quadratic form": (
        quadratic("u", "u"),
        "u i",
        over("j", (at("S", "i", "j") + at("S", "j", "i")) * at("u", "j")),
    ),
    "trace of a cube": (CUBE, "A i j", 3 * over("b", at("A", "j", "b") * at("A", "b", "i"))),
    "output layer": (NETWORK, "B a b", delta("a") * hidden("b")),
    "hidden layer": (
        NETWORK,
        "A c d",
        over("a", delta("a") * at("B", "a", "c")) * hidden("c") * (1 - hidden("c")) * at("u", "d"),
    ),
    "kernel": (
        over("ab", at("u", "a") * at("u", "b") * exp(-((at("v", "a") - at("v", "b")) ** 2))),
        "v i",
        -4
        * at("u", "i")
        * over(
            "b",
            at("u", "b")
            * (at("v", "i") - at("v", "b"))
            * exp(-((at("v", "i") - at("v", "b")) ** 2)),
        ),
    ),
    "factorisation": (
        over("nk", (at("w", "n", "k") - x * at("o", "k")) ** 2),
        "x n",
        -2 * over("k", (at("w", "n", "k") - x * at("o", "k")) * at("o", "k")),
    ),
    "silu": (f("silu", g), "g", f("silu", g) + sigmoid(g) * (1 - f("silu", g))),
    "gelu": (f("gelu", g), "g", GELU + g * exp(-(g**2) / 2) / f("sqrt", 2 * Constant("pi"))),
    "mish": (
        f("mish", g),
        "g",
        f("tanh", f("softplus", g)) + g * sigmoid(g) * (1 - f("tanh", f("softplus", g)) ** 2),
    ),
    "focal loss": (
        -((1 - sigmoid(g)) ** 2) * ln(sigmoid(g)),
        "g",
        (1 - sigmoid(g)) ** 2 * (2 * sigmoid(g) * ln(sigmoid(g)) + sigmoid(g) - 1),
    ),
}


@pytest.mark.parametrize("name", TRUE)
def test_textbook_derivatives(name):
    assert proves(*TRUE[name])


def test_batch_and_layer_normalisation():
    loss = over("nk", at("w", "n", "k") * normalised("n", "k"))
    assert proves(loss, "z n k", BATCH_NORM, facts=("positive p",))
    store = table("positive p")
    assert form(store, over("n", normalised("n", "k"))).is_zero
    total = over("n", normalised("n", "k") ** 2)
    assert is_zero(store, form(store, total - IndexValue(N) * (1 - p / (variance("k") + p))))


def test_facts_come_after_differentiating():
    weights = at("w", "n", "k")
    assert not proves(cross_entropy(), "z n k", softmax("k") - weights)
    assert proves(cross_entropy(), "z n k", softmax("k") - weights, late=("simplex w 1",))
    doubled = 2 * over("j", at("S", "i", "j") * at("u", "j"))
    assert not proves(quadratic("u", "u"), "u i", doubled)
    assert proves(quadratic("u", "u"), "u i", doubled, late=("symmetric S",))


def test_traps():
    outer, turned = at("u", "i") * at("v", "j"), at("v", "i") * at("u", "j")
    assert proves(quadratic("u", "v"), "S i j", outer)
    assert not proves(quadratic("u", "v"), "S i j", turned, late=("symmetric S",))
    assert not proves(s**2, "s", Number(0), late=("sign s",))
    assert proves(s**2, "s", 2 * s, late=("sign s",))
    assert not proves(CUBE, "A i j", 3 * over("b", at("A", "i", "b") * at("A", "b", "j")))
    turned_back = over("a", delta("a") * at("B", "c", "a"))
    wrong = turned_back * hidden("c") * (1 - hidden("c")) * at("u", "d")
    assert not proves(NETWORK, "A c d", wrong)
    assert not proves(
        over("i", at("u", "i")) * over("k", at("o", "k")), "u i", IndexValue(D) * IndexValue(K)
    )


def test_kinks():
    hinge = f("max", 0, 1 - r * s)
    assert proves(hinge, "s", where(positive(1 - r * s), -r, 0), kinks=True)
    assert proves(f("abs", g), "g", f("sign", g), kinks=True)
    assert proves(f("abs", g), "g", g / f("abs", g), kinks=True)
    assert not proves(f("abs", g), "g", Number(1), kinks=True)
    inside = Comparison("<=", f("abs", e), p)
    assert proves(HUBER, "e", where(inside, e, p * f("sign", e)), ("positive p",), kinks=True)
    assert not proves(HUBER, "e", where(inside, e, p), ("positive p",), kinks=True)


def test_the_same_under_every_hash_seed():
    program = (
        "from tests.canonical.test_identities import *\n"
        "store = table('positive p')\n"
        "for loss, by, claim in TRUE.values():\n"
        "    name, *indices = by.split()\n"
        "    poly = derivative(store, form(store, loss), name, indices)\n"
        "    print(poly, write(store, poly))\n"
    )
    root = Path(__file__).resolve().parents[2]
    shown = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(shown) == 1
    assert shown != {""}
