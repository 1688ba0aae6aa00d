from symbp.quantities import ROLES, Axis, Quantity
from tests.shorthand import index


def test_extents_are_replaced_in_order():
    x = Quantity("x", (Axis("n"), Axis("j", index(3))))
    full = x.with_extents((index("N"), index(3)))
    assert full.letters == ("n", "j")
    assert [a.extent for a in full.axes] == [index("N"), index(3)]
    assert x.axes[0].extent is None


def test_given_are_the_roles_that_nobody_computes():
    given = [role for role in ROLES if Quantity("x", role=role).given]
    assert given == ["input", "parameter", "target", "constant", "state"]


def test_how_it_prints_is_no_part_of_identity():
    assert Quantity("x", latex=r"\xi") == Quantity("x")
