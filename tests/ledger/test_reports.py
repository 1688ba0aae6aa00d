"""The report of a derivation: what each pass did, and which limits of size were met."""

import functools
import re
from dataclasses import replace

import pytest
import sympy

import symbp as sb
from symbp.equations import Equation
from symbp.errors import LimitExceeded, ShapeError
from symbp.expressions import Abstraction, Binder, TensorOperator
from symbp.ledger.reports import report
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
    assert len({line.rstrip().rfind("  ") > 0 for line in lines[1 : 2 + len(PASSES)]}) == 1
    assert "2*N*J*K" in text


def test_rules_are_counted_with_their_laws():
    derivation = sb.derive(NET)
    made = derivation.report()
    inner = {row.parent for row in derivation.ledger.workings}
    leaves = [row for row in derivation.ledger.workings if row.id not in inner]
    assert sum(use.times for use in made.uses) == len(leaves) > 10
    assert [u.times for u in made.uses] == sorted((u.times for u in made.uses), reverse=True)
    assert {"put_in", "product"} <= {use.rule for use in made.uses}
    assert all(use.law in {row.args["law"] for row in leaves} for use in made.uses)
    lines = str(made).splitlines()
    place = lines.index("Rules applied on the way to the printed forms")
    assert re.fullmatch(r"  rule +times  law", lines[place + 1])
    assert len(lines) == place + 2 + len(made.uses)


def test_where_nothing_was_written_down_no_rule_is_counted():
    assert report(replace(sb.derive(NET).ledger, worker=None)).uses == ()


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
    assert any(re.search(r"left as it is, .*more than \d+ (nodes|terms)", line) for line in limits)


def limits_of(text, **how):
    return sb.derive(text, **how).report().limits


def test_a_sum_that_is_not_multiplied_out_says_so():
    """6*6 products: more than the 32 terms up to which everything is multiplied out."""
    one, two = ("(" + " + ".join(f"{x}{n}" for n in range(6)) + ")" for x in "ab")
    (limit,) = [x for x in limits_of(f"L = x*{one}*{two}", wrt="x") if "multiplied" in x]
    assert limit.endswith("left as it is, not multiplied out: more than 32 terms")
    short = one.replace(" + a5", "")
    assert not [x for x in limits_of(f"L = x*{short}*{two}", wrt="x") if "multiplied" in x]


def test_a_sum_too_long_for_groups_says_so():
    def found(count):
        text = "L = x*(" + " + ".join(f"a{n}*b{n % 3}" for n in range(count)) + ")"
        return [limit for limit in limits_of(text, wrt="x") if "grouped" in limit]

    assert found(16) == []
    assert [text.partition(", ")[2] for text in found(17)] == [
        "its terms not grouped: a sum of more than 16 terms"
    ]


def test_equations_too_large_for_a_search_say_so():
    long = "L = exp(x)*(" + " + ".join(f"a{n}*x^{n}" for n in range(2, 40)) + ")"
    assert any("L not written in its own value: more than 100 nodes" in x for x in limits_of(long))
    assert any(
        "branches of L not compared where they meet: more than 160 nodes" in x
        for x in limits_of(long.replace("exp(x)", "where(x > 0, x, 0)"))
    )


def test_a_hidden_name_that_prints_says_so():
    ledger = sb.derive(NET).ledger
    hidden = next(q.name for q in ledger.forward.quantities.values() if q.hidden)
    gradient = ledger.gradients["b"]
    printed = replace(gradient.printed, right=at(hidden, "n") * gradient.printed.right)
    changed = replace(ledger, gradients={"b": replace(gradient, printed=printed)}, worker=None)
    assert [line.partition(", ")[2] for line in report(changed).limits] == [
        "hidden pieces keep their names: it is too long to be written out"
    ]


def test_a_derivation_too_large_to_be_told_is_reported():
    def tell(ledger):
        raise LimitExceeded("an expression has more than 10 nodes")

    made = report(replace(sb.derive(NET).ledger, worker=tell))
    assert made.uses == ()
    assert made.limits == (
        "the rules that were applied are not counted, an expression has more than 10 nodes",
    )


def test_what_is_not_counted_is_said():
    derivation = sb.derive(NET)
    det = TensorOperator("det", [Abstraction([Binder("j", upper=index("J"))], at("x", 0, "j"))], ())
    odd = EquationSystem(derivation.ledger.forward.quantities, (Equation("d", (), (), det),), ())
    made = report(replace(derivation.ledger, forward=odd, worker=None))
    assert (made.rows[0].before, made.rows[1].before) == ("not counted", made.rows[0].after)
