import pytest

from symbp.errors import DeclarationError, NameCollisionError, ParseError, UnknownNameError
from symbp.indices import IndexExpr
from symbp.language.scopes import Scope, Signature
from symbp.language.sources import Source
from symbp.quantities import Axis, Quantity

N = IndexExpr.extent("N")


def scope(**more):
    return Scope(Source("x"), [Quantity("x", (Axis("n", N),))], **more)


def test_quantities_bring_their_letters_and_extents():
    made = scope()
    assert "n" in made.letters
    assert "N" in made.extents
    assert made.axis_extent("x", 0) == N
    assert made.axis_extent("x", 1) is None
    assert made.axis_extent("q", 0) is None


def test_an_unknown_name_comes_with_the_nearest_one():
    made = scope()
    made.declare("weights", Signature())
    with pytest.raises(UnknownNameError, match="did you mean 'weights'"):
        raise made.unknown("weigths", 0)
    with pytest.raises(UnknownNameError):
        made.signature("y", 0)
    with pytest.raises(ParseError, match="extent"):
        made.signature("N", 0)


def test_in_an_open_scope_an_unknown_name_has_no_axes():
    with pytest.raises(ParseError, match="`y` has no axes"):
        scope(open_=True).signature("y", 0)


def test_letters_are_no_other_names():
    made = scope()
    made.check_letter("k", 0)
    for name in ("x", "N"):
        with pytest.raises(NameCollisionError):
            made.check_letter(name, 0)
    with pytest.raises(DeclarationError, match="not bound"):
        raise made.unbound("n", 0)


def test_whether_anything_is_indexed():
    assert not Scope.is_indexed({"a": Quantity("a")})
    assert Scope.is_indexed({"a": Quantity("a"), "x": Quantity("x", (Axis("n"),))})
