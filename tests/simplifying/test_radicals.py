import mpmath
import pytest

from symbp.expressions import accesses
from symbp.numerics.accuracy import value_at
from symbp.numerics.longnumbers import MPMATH
from symbp.simplifying.moves import tidy
from symbp.simplifying.radicals import growth_limit, over_roots
from symbp.spelling import spell
from tests.systems.cases import read

GIVEN = "input a, b, c, u, v, w, z; L = "
ROWS = [
    ("1/sqrt(z^2 + 1) - z^2/(z^2 + 1)^(3/2)", "1/(z^2 + 1)^(3/2)"),
    ("3*z^2/(z^2 + 1)^(5/2) - 1/(z^2 + 1)^(3/2)", "(-1 + 2*z^2)/(z^2 + 1)^(5/2)"),
    ("-1/sqrt(1 - z^2) - z^2/(1 - z^2)^(3/2)", "-1/(1 - z^2)^(3/2)"),
    ("3*(z^3/(z^2 + 1)^(5/2) - z/(z^2 + 1)^(3/2))", "-3*z/(z^2 + 1)^(5/2)"),
    ("sqrt(2/pi) - z^2/sqrt(2*pi)", "(2 - z^2)/sqrt(2*pi)"),
    ("a*sqrt(3)/2 + b/sqrt(3)", "(3*a + 2*b)/(2*sqrt(3))"),
    ("c/sqrt(v + 1) - c*w/(v + 1)^(3/2)", "(1 + v - w)*c/(v + 1)^(3/2)"),
    ("a/(u + v)^(1/3) - a*u/(u + v)^(4/3)", "v*a/(u + v)^(4/3)"),
    ("exp(1/sqrt(z^2 + 1) - z^2/(z^2 + 1)^(3/2))", "exp(1/(z^2 + 1)^(3/2))"),
]
KEPT = [
    "sqrt(z) + z^(3/2)",  # as long with one root
    "a/sqrt(u) - b/sqrt(v)",
    "a/sqrt(u) - b*u",
    "a/sqrt(u) - b/u^(1/3)",
    "a/sqrt(u) - b/u^(21/2)",  # nobody wants u^10 multiplied out
    "sqrt(z)",
]


def right(text):
    return tidy(read(GIVEN + text).author_equations[0].right)


@pytest.mark.parametrize(("text", "wanted"), ROWS)
def test_terms_are_put_over_the_lowest_power_of_their_root(text, wanted):
    assert spell(tidy(over_roots(right(text)))) == wanted


@pytest.mark.parametrize(("text", "wanted"), ROWS)
def test_the_value_stays(text, wanted):
    at = {"a": "1.3", "b": "0.4", "c": "2.1", "u": "0.9", "v": "1.7", "w": "0.2", "z": "0.6"}
    with mpmath.workdps(40):
        numbers = {k: mpmath.mpf(x) for k, x in at.items()}
        sides = [_mpmath(right(text), numbers), _mpmath(over_roots(right(text)), numbers)]
        assert abs(sides[0] - sides[1]) < mpmath.mpf(10) ** -35
        assert abs(sides[0] - _mpmath(right(wanted), numbers)) < mpmath.mpf(10) ** -35


def _mpmath(root, numbers):
    return value_at(root, MPMATH(40), {a: numbers[a.quantity] for a in accesses(root)})


@pytest.mark.parametrize("text", KEPT)
def test_what_is_no_shorter_stays(text):
    assert over_roots(right(text)) == right(text)


def test_powers_that_are_too_far_apart_say_so():
    assert all(growth_limit(right(text)) is None for text, _ in ROWS)
    assert growth_limit(right("a/sqrt(u) - b/u^(21/2)")) == (
        "powers of a root that are more than 4 apart"
    )
