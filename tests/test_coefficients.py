"""Coefficients: decimals for an author who writes decimals, the value unchanged."""

import json

import numpy as np
import pytest
import sympy

import symbp as sb
from symbp.coefficients import with_decimals, writes_decimals
from symbp.spelling import spell
from symbp.stabilising.stableforms import proved_equal
from tests.systems.cases import read


def node(text):
    system = read(f"param x, y\nr = {text}")
    return next(e for e in system.author_equations if e.target == "r").right


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("3*x/5", "0.6*x"),
        ("x/(10*y)", "0.1*x/y"),
        ("9/(5*x)", "1.8/x"),
        ("x/2", "x/2"),  # halves, quarters and eighths stay
        ("5*x/8", "5*x/8"),
        ("x/3", "x/3"),  # no decimal is exact
        ("x/15", "x/15"),
        ("x/7000000000000000", "x/7000000000000000"),
        ("(3*x + 7/2)/5", "0.6*x + 0.7"),
        ("y*(3*x + 7/2)/5", "y*(0.6*x + 0.7)"),
        ("(x - y)/10", "0.1*(x - y)"),
        ("(x - 3*y)/10", "0.1*x - 0.3*y"),
        ("(x - y/3)/10", "0.1*(x - y/3)"),
        ("y - (3*x + y)/5", "y - 0.6*x - 0.2*y"),
        ("exp(3*x/10)*(2*x)/5", "0.4*exp(0.3*x)*x"),
        ("x^(3/5)/5", "0.2*x^0.6"),
        ("(294431281 - 100000000*x^2)*y/257385000", "(2.94431281 - x^2)*y/2.57385"),
        ("10*x/3", "10*x/3"),
        ("0*x", None),
    ],
)
def test_products_and_sums(text, written):
    root = node(text)
    made = with_decimals(root)
    if written is not None:
        assert spell(made, decimals=True) == written
    assert proved_equal(root, made)
    assert with_decimals(made) == made


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [("0.3*x", True), ("0.25*x + 1.5", False), ("x/3 + 2", False), ("x^(7/10)", False)],
)
def test_what_shows_that_decimals_are_written(expression, wanted):
    assert writes_decimals(node(expression)) is wanted


def test_an_author_of_decimals_reads_decimals():
    system = sb.System("param x; L = 0.7*x + 0.3*x^2 + x^1.4")
    assert str(system) == "param x\nL = 0.7*x + 0.3*x^2 + x^1.4"
    derived = sb.derive(system, wrt="x")
    assert str(derived["x"]).startswith("dL/dx = 0.6*x + 1.4*x^0.4 + 0.7 ")
    assert r"0.6x" in derived["x"].latex()
    assert "0.6*x" in system.compile(wrt="x").source
    assert json.loads(derived.json())


def test_an_author_of_fractions_reads_fractions():
    derived = sb.derive("param x; L = 7*x/10 + 3/10*x^2", wrt="x")
    assert "." not in str(derived["x"]).split("needs")[0]
    assert "3/10" in str(sb.System("param x; L = 7*x/10 + 3/10*x^2"))


def test_every_way_to_declare():
    x = sympy.Symbol("x")
    python = sb.System()
    handle = python.param("x")
    python.let("L", 0.3 * handle**2)
    symbolic = sb.System()
    symbolic.param("x")
    symbolic.let("L", sympy.Float("0.3") * x**2)
    numpy = sb.System.from_numpy("0.3*x**2", {"x": []}, params=["x"])
    for system in (python, symbolic, numpy, sb.System("param x; L = 0.3*x^2")):
        assert str(sb.derive(system, wrt="x")["x"]) == "dL/dx = 0.6*x"
        again = sb.System(str(system))
        assert str(again) == str(system)


def test_facts_do_not_lose_the_habit():
    system = sb.System("param x; L = 0.3*x^2").assume("x > 0")
    assert str(sb.derive(system, wrt="x")["x"]) == "dL/dx = 0.6*x"


def test_values_stay():
    text = "input x[n:N]; param w; y[n] = 0.3*w*x[n] + 0.7; L = 0.9*sum(n, y[n]^2) + 0.1*w^2"
    data = {"x": np.array([1.5, -2.0, 0.25]), "w": 0.4}
    values = sb.derive(text, wrt="w").system.evaluate(**data)
    y = 0.3 * data["w"] * data["x"] + 0.7
    wanted = 1.8 * np.sum(y * 0.3 * data["x"]) + 0.2 * data["w"]
    assert values["dL/dw"] == pytest.approx(wanted, rel=1e-14)
