import pytest

from symbp.expressions import Access, substitute
from symbp.spelling import spell
from symbp.stabilising.supports import Known, Support, support_of
from tests.stable_values import read

GIVEN = "input z[n:N], s[n], m[n], u[n]; input c[n]: binary; "


def expression(text):
    system = read(GIVEN + f"p[n] = where(m[n] > 0, exp(z[n]), 0); L[n] = {text}")
    return next(e.right for e in system.equations if e.target == "L")


def named(access):
    """p is exp(z) where m > 0."""
    if access.quantity != "p":
        return None
    (found,) = (e for e in read(GIVEN + "p[n] = where(m[n] > 0, z[n], 0)").equations)
    condition = substitute(found.right.condition, {"n": access.indices[0]})
    return Support((condition,), Access("bare", access.indices))


KNOWN = Known(named, frozenset(("c",)))


@pytest.mark.parametrize(
    ("text", "conditions", "bare"),
    [
        ("where(m[n] > 0, z[n], 0)", ["m[n] > 0"], "z[n]"),
        ("where(m[n] <= 0, 0, z[n])", ["m[n] > 0"], "z[n]"),
        ("where(m[n] > 0, exp(z[n]), 0)/s[n]", ["m[n] > 0"], "exp(z[n])/s[n]"),
        ("[m[n] > 0]*exp(z[n])/s[n]", ["m[n] > 0"], "exp(z[n])/s[n]"),
        ("c[n]*exp(z[n])", ["c[n] != 0"], "exp(z[n])"),
        ("(1 - c[n])*exp(z[n])", ["1 - c[n] != 0"], "exp(z[n])"),
        ("2*p[n]", ["m[n] > 0"], "2*bare[n]"),
        ("where(u[n] > 1, where(m[n] > 0, z[n], 0), 0)", ["u[n] > 1", "m[n] > 0"], "z[n]"),
        ("where(u[n] > 1 and m[n] > 0, z[n], 0)", ["u[n] > 1", "m[n] > 0"], "z[n]"),
        ("c[n]*where(m[n] > 0, z[n], 0)", ["c[n] != 0", "m[n] > 0"], "z[n]"),
        ("sqrt(where(m[n] > 0, z[n], 0))", ["m[n] > 0"], "sqrt(z[n])"),
        ("p[n]^2", ["m[n] > 0"], "bare[n]^2"),
    ],
)
def test_where_a_value_is_not_0_and_what_it_is_there(text, conditions, bare):
    found = support_of(expression(text), KNOWN)
    assert found is not None
    assert [spell(c) for c in found.conditions] == conditions
    assert spell(found.bare) == bare


@pytest.mark.parametrize(
    "text",
    [
        "exp(z[n])",
        "s[n]*z[n]",  # nothing is known of a factor that it is 0
        "where(m[n] > 0, z[n], 1)",
        "1 + where(m[n] > 0, z[n], 0)",
        "z[n]/where(m[n] > 0, z[n], 0)",
        "exp(where(m[n] > 0, z[n], 0))",
        "where(m[n] > 0, z[n], 0)^(-1)",
        "2 - c[n]",
    ],
)
def test_what_has_no_support(text):
    assert support_of(expression(text), KNOWN) is None
