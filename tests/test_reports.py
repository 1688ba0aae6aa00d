"""The report of a derivation: what each pass did, and which limits of size were met."""

import functools
import re
from dataclasses import replace

import pytest
import sympy

import symbp as sb
from symbp.equations import Equation
from symbp.errors import ShapeError
from symbp.expressions import Abstraction, Binder, TensorOperator
from symbp.reports import report
from symbp.systems import EquationSystem
from tests.shorthand import at, index

NET = """
input x[n:N, j:J]; param W[j, k:K], b[k]; target y[n, k]
z[n,k] = sum(j, x[n,j]*W[j,k]) + b[k]
p[n,k] = exp(z[n,k])/sum(l, exp(z[n,l]))
L = -sum(n, k, y[n,k]*ln(p[n,k]))/N
"""
PASSES = ("derive", "simplify", "write out", "order sums", "stabilise")


def test_each_pass_starts_where_the_one_before_ended():
    system = sb.System(NET)
    derivation = sb.derive(system)
    made = derivation.report()
    assert tuple(row.name for row in made.rows) == PASSES
    assert made.rows[0].before == str(system.cost())
    assert made.rows[3].after == str(derivation.cost())
    for first, second in zip(made.rows, made.rows[1:], strict=False):
        assert first.after == second.before
    assert all(row.seconds >= 0 for row in made.rows)
    assert made.limits == ()


def test_simplifying_saves_operations():
    rows = {row.name: row for row in sb.derive(NET).report({"N": 100, "J": 25, "K": 10}).rows}
    before, after = (
        int(text.replace(",", "")) for text in (rows["simplify"].before, rows["simplify"].after)
    )
    assert after < before


def test_it_prints_as_a_table():
    text = str(sb.derive(NET).report())
    lines = text.splitlines()
    assert lines[0] == "Derivatives of L by W, b, pass by pass"
    assert re.fullmatch(r"  pass +operations before +operations after +seconds", lines[1])
    assert len({line.rstrip().rfind("  ") > 0 for line in lines[1:]}) == 1
    assert "2*N*J*K" in text


def test_only_times_differ_between_runs():
    def shown():
        return re.sub(r"\d+\.\d{4}", "-", str(sb.derive(NET).report()))

    def squeezed(text):
        return re.sub(r" +", " ", text)

    assert squeezed(shown()) == squeezed(shown())


def test_extents_have_to_fit():
    derivation = sb.derive(NET)
    assert "N" not in str(derivation.report({"N": 3, "J": 2, "K": 2}).rows[0].after)
    with pytest.raises(ShapeError, match="J"):
        derivation.report({"N": 3})


def test_a_derivation_without_a_search_is_reported_too():
    made = report(sb.derive(NET, wrt="W").ledger)
    assert [row.name for row in made.rows] == list(PASSES[:-1])


def test_limits_of_size_say_so():
    """Squares of squares: 2^30 terms if they were written out, and a limit that says so."""
    x = sympy.Symbol("x")
    system = sb.System()
    system.let("y", (), functools.reduce(lambda e, _: e * e + e, range(30), x))
    limits = sb.derive(system).report().limits
    assert any(re.search(r"dy/dx left as it is, .*more than \d+ nodes", line) for line in limits)
    assert any("too long to be written out" in line for line in limits)


def test_what_is_not_counted_is_said():
    derivation = sb.derive(NET)
    det = TensorOperator("det", [Abstraction([Binder("j", upper=index("J"))], at("x", 0, "j"))], ())
    odd = EquationSystem(derivation.ledger.forward.quantities, (Equation("d", (), (), det),), ())
    made = report(replace(derivation.ledger, forward=odd))
    assert (made.rows[0].before, made.rows[1].before) == ("not counted", made.rows[0].after)
