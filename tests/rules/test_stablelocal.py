"""Algebraic quotients: step by step, and through hypot."""

from __future__ import annotations

import pytest

from symbp.rules.stablelocal import local_spellings
from symbp.spelling import spell
from symbp.stabilising.stableforms import proved_equal
from tests.shorthand import read_node


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1/(1 - z^2)", "1/((1 - z)*(1 + z))"),
        ("1/sqrt(1 - z^2)", "1/sqrt((1 - z)*(1 + z))"),
        ("1/(1 + z^2)", "(1/hypot(1, z))/hypot(1, z)"),
        (
            "z/(1 + z^2)^(3/2)",
            (
                "where(0 < 1/(z^2 + 1)^2, z/((z^2 + 1)*sqrt(z^2 + 1)), "
                "((z/hypot(1, z))/hypot(1, z))/hypot(1, z))"
            ),
        ),
        (
            "1/sqrt(z^2 - 1)",
            ("where(0 < 1/z^4, 1/sqrt((z - 1)*(z + 1)), 1/(abs(z)*sqrt(((z - 1)/z)*((z + 1)/z))))"),
        ),
        ("z/(1 + z^2)^2", "(z/(1 + z^2))/(1 + z^2)"),
        ("1/(4*z^(3/2))", "((1/4)/z)/sqrt(z)"),
        ("sqrt(1 + z) - 1", "z/(sqrt(1 + z) + 1)"),
        ("1 - sqrt(1 + z)", "-z/(sqrt(1 + z) + 1)"),
    ],
)
def test_rows(text, expected):
    root = read_node(text)
    found = list(local_spellings(root))
    assert expected in [spell(made) for made in found]
    assert all(proved_equal(root, made) for made in found)


def test_complements_are_products_of_erfc():
    assert spell(next(local_spellings(read_node("2 - 2*erf(z)"), "above"))) == "2*erfc(z)"


def test_exponentials_are_left_to_others():
    assert list(local_spellings(read_node("1/(1 + exp(z))"))) == []
