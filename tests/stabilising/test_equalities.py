import pytest

from symbp.expressions import ONE, Access, Binder, Call, Number, Reduce, accesses
from symbp.indices import IndexExpr
from symbp.quantities import Axis, Quantity
from symbp.stabilising import equalities
from symbp.stabilising.equalities import open_definitions, proved_equal
from tests.stable_values import read

K = IndexExpr.extent("K")
X = Access("x")
QUANTITIES = {
    "x": Quantity("x"),
    "m": Quantity("m"),
    "z": Quantity("z", (Axis("k", K),)),
}


def exp(node):
    return Call("exp", (node,))


def summed(body):
    return Reduce("sum", (Binder("k", upper=K),), body)


Z, M = Access("z", (IndexExpr.letter("k"),)), Access("m")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (summed(exp(Z)), exp(M) * summed(exp(Z - M))),
        (exp(X) / (ONE + exp(X)), ONE / (ONE + exp(-X))),
        ((X - M) * (X + M), X * X - M * M),
    ],
)
def test_equal_sides_are_proved_equal_for_every_m(before, after):
    assert proved_equal(before, after, (), {}, QUANTITIES)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (summed(exp(Z)), exp(M) * summed(exp(Z - M) * Z)),
        (summed(exp(Z)), summed(exp(Z - M))),
        (X, X + Number(1)),
        (exp(X), exp(-X)),
    ],
)
def test_unequal_sides_are_not(before, after):
    assert not proved_equal(before, after, (), {}, QUANTITIES)


def test_definitions_are_put_in_until_none_is_left():
    system = read("a = x + 1; b = 2*a; c = a + b")
    known = {e.target: e for e in system.equations}
    opened = open_definitions(Access("c"), known)
    assert opened is not None
    assert {a.quantity for a in accesses(opened)} == {"x"}
    assert proved_equal(Access("c"), 3 * X + 3, (), known, system.quantities)
    assert not proved_equal(Access("c"), 3 * X + 4, (), known, system.quantities)


def test_what_grows_too_large_is_not_proved(monkeypatch):
    system = read("a = x + 1; b = a*a; c = b*b")
    known = {e.target: e for e in system.equations}
    monkeypatch.setattr(equalities, "MAX_OPENED", 5)
    assert open_definitions(Access("c"), known) is None
    assert not proved_equal(Access("c"), Access("c"), (), known, system.quantities)


def test_a_proof_that_costs_too_much_is_none(monkeypatch):
    power = (X + M) ** Number(9)
    monkeypatch.setattr(equalities, "STEPS", 3)
    assert not proved_equal(power, power + 0 * X, (), {}, QUANTITIES)


GUARDED = """
input x[n:N], c[n]
p[n] = where(c[n] > 0, exp(x[n]), 0)
a[n] = where(c[n] > 0, ln(exp(x[n])), ln(p[n]))
b[n] = where(c[n] > 0, x[n], ln(p[n]))
d[n] = where(c[n] > 0, x[n], 2*ln(p[n]))
s = sum(n, where(c[n] > 0, x[n], p[n]))
t = sum(n, where(c[n] > 0, x[n], p[n]*2))
"""


def test_what_stands_in_a_second_branch_need_not_have_a_canonical_form():
    system = read(GUARDED)
    known = {e.target: e for e in system.equations}
    definitions = {"p": known["p"]}

    def equal(one, other):
        sides = known[one].right, known[other].right
        return proved_equal(*sides, known[one].ranges, definitions, system.quantities)

    assert equal("a", "b")
    assert not equal("a", "d")  # ln p, not 2 ln p
    assert equal("s", "t")  # p is 0 there
