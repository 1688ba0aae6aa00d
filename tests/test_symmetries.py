import pytest

from symbp.expressions import Access, Call, postorder
from symbp.functions import call
from symbp.partials import partial
from symbp.rewriting import rewrite
from symbp.rules.algebra import ALGEBRA
from symbp.spelling import spell
from symbp.symmetries import EVEN, ODD, as_written
from tests.shorthand import at, number_of

a, b = at("a"), at("b")


@pytest.mark.parametrize("name", [*ODD, *EVEN])
def test_each_function_has_the_symmetry_that_is_said_of_it(name):
    for value in (0.25, 0.75):
        plus, minus = (number_of(call(name, a), {"a": v}) for v in (value, -value))
        assert plus == pytest.approx(-minus if name in ODD else minus, rel=1e-15)


@pytest.mark.parametrize("argument", [a - b, -a + b, b - a, -b + a, 2 * a - b])
@pytest.mark.parametrize("name", ["tanh", "sin", "cos", "erf", "arctan"])
def test_a_derivative_keeps_the_arguments_of_the_author(name, argument):
    found = partial(call(name, argument) ** 3, Access("a"))
    calls = {n.arguments[0] for n in _calls(found) if n.function in (*ODD, *EVEN)}
    assert calls <= {argument}


def _calls(root):
    return [n for n in (root, *root.children) if isinstance(n, Call)] + [
        c for child in root.children for c in _calls(child)
    ]


def test_a_sign_leaves_an_odd_function_and_vanishes_in_an_even_one():
    source = call("exp", a - b)
    assert spell(as_written(call("tanh", b - a), source)) == "-tanh(a - b)"
    assert spell(as_written(call("cos", b - a), source)) == "cos(a - b)"
    assert spell(as_written(call("exp", b - a), source)) == "exp(b - a)"
    squared = as_written(call("tanh", b - a) ** 2, source)
    assert spell(rewrite(squared, ALGEBRA)) == "tanh(a - b)^2"


def test_an_even_power_of_a_difference_keeps_its_order():
    source = 1 / ((a - b) ** 2 + 1)
    assert spell(as_written(1 / ((b - a) ** 2 + 1) ** 2, source)) == "1/((a - b)^2 + 1)^2"
    assert spell(as_written((b - a) ** 3, source)) == "(b - a)^3"
    found = partial(call("arctan", (-a + b) ** 2), Access("a"))
    assert (a - b) not in set(postorder(found))


def test_what_has_no_opposite_stays():
    root = call("tanh", a + b) * call("sin", a)
    assert as_written(root, call("exp", a - b) * call("exp", -a)) is root
