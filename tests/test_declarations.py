import pytest

from symbp.declarations import Builder
from symbp.errors import (
    DeclarationError,
    NameCollisionError,
    ShapeError,
    SymbpError,
    UnknownNameError,
    UnsafeInputError,
)
from symbp.expressions import Access, Binder, IndexValue, Reduce
from symbp.facts import Fact, Identity
from symbp.indices import IndexExpr
from symbp.spelling import spell
from tests.shorthand import at, builder, index, softmax_builder, total


def test_names_without_a_definition_are_inputs_where_no_index_is():
    system = builder(A=at("X") + 1, B=at("A") * at("Y")).snapshot()
    assert [q.name for q in system.given("input")] == ["X", "Y"]
    assert [q.role for q in system.quantities.values()] == [
        "input",
        "input",
        "intermediate",
        "output",
    ]


@pytest.mark.parametrize(
    "name", ["lambda", "E", "I", "S", "N", "pi", "gamma", "self", "match", "np"]
)
def test_any_name_may_be_a_quantity(name):
    system = builder(y=at(name) + 1).snapshot()
    assert system.quantities[name].role == "input"


def test_elsewhere_names_must_be_declared():
    with pytest.raises(UnknownNameError, match="'s' is neither declared nor defined"):
        builder("x[n]", L=total("n", at("x", "n")) * at("s")).snapshot()
    only_declared = Builder()
    only_declared.index("n", 3)
    only_declared.define("L", [], at("s") + 1)
    with pytest.raises(UnknownNameError):
        only_declared.snapshot()


def test_an_extent_stands_as_a_number():
    made = builder("x[n]", L=total("n", at("x", "n")) / at("N"))
    right = made.snapshot().author_equations[0].right
    assert right.denominator == (IndexValue(index("N")),)


def test_roles_follow_from_use():
    system = builder(a=at("x"), b=at("a") + 1, c=at("a") + 2).snapshot()
    roles = {q.name: q.role for q in system.quantities.values()}
    assert roles == {"x": "input", "a": "intermediate", "b": "output", "c": "output"}


def test_snapshots_are_values():
    made = builder(a=at("x") + 1)
    first = made.snapshot()
    made.define("b", [], at("a") * 2)
    second = made.snapshot()
    assert list(first.quantities) == ["x", "a"]
    assert list(second.quantities) == ["x", "a", "b"]
    assert made.snapshot() == second


def test_two_quantities_of_one_name():
    made = builder("x[n:N]")
    with pytest.raises(NameCollisionError, match="'x' is a quantity already"):
        made.declare("x")
    with pytest.raises(NameCollisionError, match="'n' is an index already"):
        made.declare("n")
    with pytest.raises(NameCollisionError, match="'N' is an extent already"):
        made.define("N", [], at("x", 0))
    with pytest.raises(NameCollisionError, match="'x' is a quantity already"):
        made.index("x")
    with pytest.raises(NameCollisionError, match="'x' is a quantity already"):
        made.declare("y", [("m", IndexExpr.extent("x"))])
    with pytest.raises(NameCollisionError, match="own index"):
        made.declare("q", [("q", None)])


def test_bound_letters_share_the_namespace():
    made = builder("x[n:N] y[n]", L=total("m", at("x", "m")))
    with pytest.raises(NameCollisionError, match="'m' is an index already"):
        made.declare("m")
    with pytest.raises(NameCollisionError, match="'y' is a quantity already"):
        made.define("M", [], total("y", at("x", "y")))


def test_names_that_fold_to_one():
    made = builder("ϕ")
    with pytest.raises(NameCollisionError, match="NFKC"):
        made.declare("φ")
    assert list(made.quantities) == ["φ"]


def test_a_folded_spelling_in_an_expression_is_the_declared_name():
    made = builder("θ₁ x[n:N]")
    made.define("y", [index("n")], Access("θ₁") * at("x", "n"))
    assert spell(made.snapshot().equations[0].right) == "θ1*x[n]"


def test_letters_are_folded_wherever_they_stand():
    made = Builder()
    made.declare("x", [("ℓ", IndexExpr.extent("N"))])
    body = Reduce("sum", [Binder("ℓ")], Access("x", [IndexExpr.letter("ℓ")]))
    made.define("y", [], body)
    assert spell(made.snapshot().equations[0].right) == "sum(l, x[l])"


@pytest.mark.parametrize("name", ["", "a b", "x]", "😀", "__import__('os')"])
def test_illegal_names(name):
    for make in (
        lambda: Builder().declare(name),
        lambda: Builder().define(name, [], at("x")),
        lambda: Builder().index(name),
        lambda: builder(y=Access(name) + 1).snapshot(),
        lambda: Builder().declare("x", [(name, None)]),
    ):
        with pytest.raises((UnsafeInputError, UnknownNameError)):
            make()


def test_a_given_quantity_is_not_defined():
    made = builder("x")
    with pytest.raises(DeclarationError, match=r"x is given \(input\).*line 3"):
        made.define("x", [], at("y"), where="line 3")


def test_an_element_is_bound_once():
    twice = builder(a=at("x"))
    twice.define("a", [], at("y"))
    with pytest.raises(DeclarationError, match="a is defined twice"):
        twice.snapshot()
    overlapping = builder("x[n:N]")
    overlapping.define("h", [index("n")], at("x", "n"))
    overlapping.define("h", [index(0)], at("x", 0))
    with pytest.raises(DeclarationError, match="bound exactly once"):
        overlapping.snapshot()


def test_parts_of_one_quantity():
    made = builder("x[j:3]")
    made.define("h", [index(0), index("j")], at("x", "j"))
    made.define("h", [index(1), index("j")], at("h", 0, "j") * 2)
    system = made.snapshot()
    assert system.quantities["h"].letters == ("i", "j")
    assert [str(a.extent) for a in system.quantities["h"].axes] == ["2", "3"]
    with pytest.raises(ShapeError, match="h has 2 indices, and is defined here with 1"):
        made.define("h", [index(2)], at("x", 0))


def test_a_better_letter_replaces_a_made_up_one():
    made = builder("x[t:T]")
    made.define("h", [index(0)], at("x", 0))
    made.define("h", [index("t")], at("h", index("t") - 1) + at("x", "t"))
    assert made.snapshot().quantities["h"].letters == ("t",)


def test_declared_and_never_defined():
    made = Builder()
    made.declare("h", role="intermediate")
    with pytest.raises(DeclarationError, match="never defined"):
        made.snapshot()


def test_roles_and_kinds_are_words():
    with pytest.raises(DeclarationError, match="roles are input"):
        Builder().declare("x", role="weight")
    with pytest.raises(DeclarationError, match="kinds are real"):
        Builder().declare("x", kind="complex")


def test_extents_are_positive():
    for bad in (0, -3):
        with pytest.raises(ShapeError, match="at least 1"):
            builder(f"x[n:{bad}]") if bad == 0 else Builder().declare("x", [("n", bad)])


def gathering(kind, *facts):
    made = builder("p[n:N,k:4]")
    made.declare("t", [("n", None)], kind=kind)
    for fact in facts:
        made.fact(fact)
    made.define("a", [index("n")], at("p", "n", IndexExpr.gather("t", (index("n"),))))
    return made


def test_what_stands_between_brackets_is_integer():
    assert gathering(None).snapshot().quantities["t"].kind == "integer"
    assert gathering("integer").snapshot().quantities["t"].kind == "integer"
    labelled = gathering(None, Fact("class_ids", "t")).snapshot()
    assert labelled.quantities["t"].kind == "integer"
    with pytest.raises(DeclarationError, match="t is used as an index and is real"):
        gathering("real").snapshot()


def test_a_real_quantity_is_no_index():
    made = gathering(None)
    made.define("b", [index("n")], at("t", "n") * 2)
    with pytest.raises(DeclarationError, match="t is used as an index"):
        made.snapshot()
    computed = builder("x[n:N] p[k:4]")
    computed.define("u", [index("n")], at("x", "n") + 1)
    gathered = IndexExpr.gather("u", (index("n"),))
    computed.define("a", [index("n")], at("p", gathered))
    with pytest.raises(DeclarationError, match="u is used as an index"):
        computed.snapshot()


def test_an_argmax_is_an_index():
    made = builder("z[n:N,k:4] w[k]")
    made.define("c", [index("n")], total("k", at("z", "n", "k"), "argmax"))
    made.define("a", [index("n")], at("w", IndexExpr.gather("c", (index("n"),))))
    assert made.snapshot().quantities["c"].kind == "integer"


def test_facts_are_checked():
    made = builder("y[n:N,k:3]")
    made.fact(Identity((Binder("n"),), total("k", at("y", "n", "k")), at("y", 0, 0) * 0 + 1))
    made.fact(Fact("one_hot", "y", (1,)))
    system = made.snapshot()
    assert system.facts[0].ranges[0].upper == index("N")
    for fact, error in [
        (Fact("hot", "y"), UnknownNameError),
        (Fact("positive", "q"), UnknownNameError),
        (Fact("one_hot", "y"), ShapeError),
        (Fact("one_hot", "y", (2,)), ShapeError),
        (Identity((), total("k", at("y", "n", "k")), at("y", 0, 0)), DeclarationError),
        (Identity((), at("q"), at("y", 0, 0)), UnknownNameError),
    ]:
        wrong = builder("y[n:N,k:3]")
        wrong.fact(fact)
        with pytest.raises(error):
            wrong.snapshot()


def test_symmetric_needs_two_axes():
    made = builder("v[i:3]")
    made.fact(Fact("symmetric", "v"))
    with pytest.raises(ShapeError, match="two axes"):
        made.snapshot()


def test_what_a_name_is_so_far():
    made = softmax_builder()
    assert made.kind_of_name("x") == made.kind_of_name("p") == "quantity"
    assert made.kind_of_name("j") == made.kind_of_name("l") == "index"
    assert made.kind_of_name("N") == "extent"
    assert made.kind_of_name("q") is None
    assert made.extents == ("N",)
    assert made.fold("θ₁") == "θ1"


def test_an_empty_system_is_a_system():
    assert Builder().snapshot().equations == ()


def test_messages_have_one_to_three_lines():
    for make in (
        lambda: builder(a=at("b"), b=at("a")).snapshot(),
        lambda: builder("x[n]", L=at("x", "n")).snapshot(),
        lambda: builder("x[n]", L=at("x")).snapshot(),
        lambda: builder("x[n]", L=at("q", 0)).snapshot(),
    ):
        with pytest.raises(SymbpError) as caught:
            make()
        assert str(caught.value).count("\n") < 3


def test_ten_thousand_equations_and_an_index_of_size_one():
    made = builder(**{f"a{n + 1}": at(f"a{n}") + 1 for n in range(10_000)})
    system = made.snapshot()
    assert len(system.equations) == 10_000
    small = builder("x[n:1]", L=total("n", at("x", "n")))
    assert small.snapshot().quantities["x"].axes[0].extent == index(1)


def test_a_refused_definition_leaves_nothing_behind():
    made = builder("x[n:N]")
    for name, place, right in [
        ("x", [index("n")], at("x", "n")),
        ("n", [index("n")], at("x", "n")),
        ("y", [index("x")], at("x", "x")),
        ("z", [], total("x", at("x", "x"))),
        ("w", [], Access("a b")),
    ]:
        with pytest.raises(SymbpError):
            made.define(name, place, right)
    assert list(made.quantities) == ["x"]
    assert made.snapshot().equations == ()


def test_letters_of_a_fact_share_the_namespace():
    made = builder("y[n:N,k:3]")
    made.fact(Identity((Binder("m"),), total("h", at("y", "m", "h")), at("y", 0, 0)))
    for letter in ("m", "h"):
        with pytest.raises(NameCollisionError, match="is an index already"):
            made.declare(letter)
