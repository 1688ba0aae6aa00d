import numpy as np
import pytest

from symbp.expressions import Access, accesses
from symbp.facts import identity_of
from symbp.interpreter import evaluate
from symbp.language.text import parse_expression
from symbp.simplifying.relations import Relations, apply_identity, unfold, unfold_all
from symbp.spelling import spell
from tests.systems.cases import read
from tests.systems.measuring import LONG, exact, extents_of, printed_array

SOFTMAX = """input z[n:N,k:K]; p[n,k] = exp(z[n,k])/sum(l, exp(z[n,l]))
m[n] = mean(k, z[n,k]); r[n] = sqrt(sum(k, z[n,k]^2) + 1); q[n,k] = (z[n,k] - m[n])/r[n]
a[n] = sum(k, z[n,k]*p[n,k])"""


def right(system, name):
    return system.producers[name][-1].right


def hidden_total(system):
    """The hidden sum that a quantity is divided by."""
    return next(a for a in accesses(right(system, "p")) if system.quantities[a.quantity].hidden)


def test_an_exponential_is_written_through_the_quotient_that_holds_it():
    system = read(SOFTMAX)
    relations = Relations(system)
    node = parse_expression("exp(z[i,j])*2", system, letters="ij")
    made = relations.in_values(node)
    total = hidden_total(system).quantity
    assert spell(made) == f"(p[i,j]*{total}[i])*2"
    assert relations.may_apply(node)
    assert not relations.may_apply(parse_expression("sin(z[i,j])", system, letters="ij"))


@pytest.mark.parametrize(
    "text",
    [
        "input z[k:K], c[k]; p[k] = c[k]*exp(z[k])",  # would divide by c
        "input z[k:K]; p[k] = exp(z[k])^2/3",  # a square
        "input z[k:K]; p[k] = exp(z[k])*exp(2*z[k])",  # two of them
        "input z[k:K]; p[k] = exp(z[0])/z[k]",  # not one for each element
    ],
)
def test_what_cannot_be_solved_for_the_exponential_is_left(text):
    system = read(text)
    node = parse_expression("exp(z[i])*exp(z[0])", system, letters="i")
    assert Relations(system).in_values(node) == node


def test_a_positive_factor_may_be_divided_by():
    system = read("input z[k:K]; param c; fact c: positive; p[k] = c*exp(z[k])")
    node = parse_expression("exp(z[i])", system, letters="i")
    assert spell(Relations(system).in_values(node)) == "p[i]/c"


def test_a_named_exponential_is_solved_out_of_a_fraction():
    system = read("input z[k:K]; u[k] = exp(-z[k]); o[k] = 1/(1+u[k])")
    node = parse_expression("u[i]", system, letters="i")
    assert spell(Relations(system).in_values(node)) == "(1 - o[i])/o[i]"


def test_names_of_sums_roots_means_and_differences():
    system = read(SOFTMAX)
    relations = Relations(system)
    total = right(system, "a")
    assert spell(relations.in_names(total)) == "a[n]"
    inside = right(system, "r").arguments[0]
    root = right(system, "r")
    assert spell(relations.in_roots(1 / root)) == "1/r[n]"
    assert spell(relations.in_roots(inside**2)) == "r[n]^4"
    hidden = next(a for a in accesses(right(system, "m")) if system.quantities[a.quantity].hidden)
    assert spell(relations.in_names(hidden)) == "m[n]*K"
    difference = parse_expression("z[i,j] - m[i]", system, letters="ij")
    assert spell(relations.in_differences(difference)) == "q[i,j]*r[i]"


def test_a_root_in_an_index_free_chain_stays_as_it_is_spelled():
    system = read("B = A^2 + 1; C = sqrt(B + 1); D = sqrt(B)")
    relations = Relations(system)
    for name in ("C", "D"):
        node = 1 / right(system, name)
        assert relations.in_roots(node) == node


@pytest.mark.parametrize("name", ["p", "m", "r", "q", "a"])
def test_every_relation_keeps_values(name):
    system = read(SOFTMAX)
    relations = Relations(system)
    values = {"z": np.random.default_rng(0).normal(size=(3, 5))}
    results = evaluate(system, exact(values), LONG, extents_of(system))
    for equation in system.equations:
        for move in ("in_values", "in_names", "in_roots", "in_differences"):
            made = getattr(relations, move)(equation.right)
            if any(a.quantity == name for a in accesses(made)):
                changed = type(equation)(equation.target, equation.ranges, equation.at, made)
                one, two = (printed_array(results, e) for e in (equation, changed))
                assert all(abs(one[p] - two[p]) < 1e-40 for p in np.ndindex(one.shape))


def test_logarithms_are_spelled_out_where_they_are_subtracted():
    shifted = "m[n] = max(k, z[n,k]); s[n] = m[n] + ln(sum(k, exp(z[n,k] - m[n])))"
    system = read(f"input z[n:N,k:K]; {shifted}; q[n,k] = z[n,k] - s[n]; t[n,k] = z[n,k] + 1")
    relations = Relations(system)
    (opened,) = (relations.without_logarithms(e).right for e in system.producers["q"])
    assert "ln(" in spell(opened)
    assert "s[n]" not in spell(opened)
    for name in ("t", "m"):
        (equation,) = system.producers[name]
        assert relations.without_logarithms(equation) is equation
    node = parse_expression("exp(z[i,j] - m[i])", system, letters="ij")
    assert spell(relations.in_values(node)).startswith("exp(q[i,j])*")


def test_what_stands_inside_a_function_keeps_its_name():
    system = read("input z[n:N], a[n]; h[n] = z[n]/(1 + a[n]^2)")
    node = parse_expression("z[i]*sign(z[i]) + sqrt(z[i])", system, letters="i")
    made = spell(Relations(system).in_differences(node))
    assert "sign(z[i])" in made
    assert "sqrt(h[i]" in made
    assert made.count("z[i]") == 1


def test_a_definition_is_put_in_the_place_of_its_name():
    system = read("input x[k:K]; y[k] = x[k]^2; L = sum(k, y[k])")
    total = right(system, "L")
    assert spell(unfold(total, system.producers["y"][0])) == "sum(k, x[k]^2)"
    assert spell(unfold_all(Access("L"), system, frozenset(("y", "L")))) == "sum(k, x[k]^2)"


def test_a_long_definition_is_not_put_in():
    text = "input x[k:K]; y[k] = " + " + ".join(["x[k]^2"] * 60) + "; L = sum(k, y[k])"
    system = read(text)
    total = right(system, "L")
    assert unfold(total, system.producers["y"][0]) is total


def test_a_fact_is_used_from_left_to_right():
    system = read(
        "input c[n:N]; target y[n,k:K]; fact y: simplex(k); L = sum(n, c[n]*sum(k, y[n,k]))"
    )
    identity = identity_of(system.facts[0], system.quantity("y"))
    inner = system.producers[next(iter(n for n in system.quantities if n.startswith("_")))][0]
    assert spell(apply_identity(inner.right, identity)) == "1"


MASKED = """input z[n:N,k:N], v[k]; f[n,k] = where(k <= n, exp(z[n,k]), 0)
a[n,k] = f[n,k]/sum(l, f[n,l])"""


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("where(j <= i, v[j]*a[i,j], 0)", "v[j]*a[i,j]"),
        ("where(j <= i, 2*f[i,j]*(v[j] - v[i]), 0)", "2*f[i,j]*(v[j] - v[i])"),
        ("where(i <= j, v[j]*a[i,j], 0)", None),  # another condition
        ("where(j <= i, v[j]*a[j,i], 0)", None),  # another place
        ("where(j <= i, a[i,j]/v[j], 0)", None),  # may be 0/0 where the mask is 0
        ("where(j <= i, v[j]*a[i,j], 1)", None),
        ("where(j <= i, v[j] + a[i,j], 0)", None),
    ],
)
def test_a_condition_is_left_out_where_a_factor_is_0_without_it(text, made):
    system = read(MASKED)
    node = parse_expression(text, system, letters="ij")
    found = spell(Relations(system).in_supports(node))
    assert found == (spell(node) if made is None else made)
