import pytest

from symbp.completion import as_extents, with_kinds, with_roles
from symbp.equations import Equation
from symbp.errors import UnknownNameError
from symbp.expressions import IndexValue
from symbp.facts import Fact
from symbp.quantities import Quantity
from tests.shorthand import at, index, total


def test_an_unknown_scalar_is_an_extent_or_a_mistake():
    equation = Equation("L", (), (), at("x") / at("N"))
    (made,) = as_extents([equation], frozenset({"N"}), {"N": None}, {"x": Quantity("x")})
    assert made.right == at("x") / IndexValue(index("N"))
    with pytest.raises(UnknownNameError, match="did you mean 'N1'"):
        as_extents([equation], frozenset({"N"}), {"N1": None}, {})


def test_class_ids_are_integers_unless_the_author_says_otherwise():
    quantities = {"t": Quantity("t", role="target")}
    facts = [Fact("class_ids", "t")]
    assert with_kinds(quantities, [], facts, {})["t"].kind == "integer"
    assert with_kinds(quantities, [], facts, {"t": None})["t"].kind == "real"


def test_an_argmax_is_integer_only_as_a_whole_right_side():
    best = total("k", at("x", "k"), "argmax")
    quantities = {name: Quantity(name) for name in "xab"}
    equations = [Equation("a", (), (), best), Equation("b", (), (), best * 2)]
    kinds = with_kinds(quantities, equations, [], {})
    assert (kinds["a"].kind, kinds["b"].kind) == ("integer", "real")


def test_given_quantities_come_first_and_outputs_are_read_by_nobody():
    quantities = {"a": Quantity("a"), "x": Quantity("x", role="input"), "h": Quantity("h")}
    equations = [
        Equation("h", (), (), at("x")),
        Equation("a", (), (), at("h") + at("a")),
    ]
    made = with_roles(quantities, equations)
    assert list(made) == ["x", "h", "a"]
    assert [q.role for q in made.values()] == ["input", "intermediate", "output"]
