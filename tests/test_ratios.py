import pytest

from symbp.monomials import join, split
from symbp.ratios import named_ratios
from symbp.spelling import spell
from tests.shorthand import at, call

x, y = at("x"), at("y")
sine, cosine = call("sin", x), call("cos", x)


@pytest.mark.parametrize(
    ("node", "named"),
    [
        (sine / cosine, "tan(x)"),
        (2 * y * sine**2 / cosine, "2*y*tan(x)*sin(x)"),
        (sine / cosine**3, "tan(x)/cos(x)^2"),
        (call("tan", x) * sine / cosine, "tan(x)^2"),
        (call("sinh", y) * sine / (cosine * call("cosh", y)), "tanh(y)*tan(x)"),
    ],
)
def test_ratios_have_names(node, named):
    assert spell(join(named_ratios(split(node)))) == named


@pytest.mark.parametrize("node", [sine * cosine, cosine / sine, sine / call("cos", y), x / cosine])
def test_what_is_no_ratio_is_given_back(node):
    monomial = split(node)
    assert named_ratios(monomial) is monomial
