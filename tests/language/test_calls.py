import pytest

from symbp.declarations import Builder
from symbp.errors import MathError, NameCollisionError, NotSupportedError, ParseError
from symbp.expressions import (
    Access,
    Binder,
    Call,
    IndexValue,
    Number,
    Product,
    Reduce,
)
from symbp.functions import FUNCTIONS, NAMES
from symbp.indices import IndexExpr
from symbp.language.calls import CALLABLE, extent_in
from symbp.language.scopes import Scope
from symbp.language.sources import Source
from symbp.language.text import parse_expression, parse_system

n, k, N = IndexExpr.letter("n"), IndexExpr.letter("k"), IndexExpr.extent("N")
x, z = Access("x"), Access("z", [n, k])


def loose(text):
    return parse_expression(text, Builder())


@pytest.fixture(scope="module")
def names():
    builder = Builder()
    parse_system("input z[n:N, k:3], a, b, u[m]\nw[k] = sum(n, z[n,k])", builder)
    return builder


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_function_of_the_table_is_called_by_its_names(name):
    row = FUNCTIONS[NAMES[name]]
    arguments = ", ".join("xyuvw"[: row.arity[0]])
    made = loose(f"{name}({arguments})")
    assert isinstance(made, Call)
    assert made.function == row.name
    assert made.arguments[: row.arity[0]] == tuple(Access(c) for c in "xyuvw"[: row.arity[0]])


def test_trailing_arguments_have_defaults():
    assert loose("elu(x)").arguments[1] == Number(1)
    assert loose("elu(x, 2)").arguments[1] == Number(2)


def test_a_logarithm_to_a_base():
    assert loose("log(x)") == Call("ln", [x])
    assert loose("log(x, 10)") == Product([Call("ln", [x])], [Call("ln", [Number(10)])])
    with pytest.raises(ParseError, match="1 or 2"):
        loose("log(x, 10, 3)")
    with pytest.raises(ParseError, match="1 argument,"):
        loose("ln(x, 10)")
    with pytest.raises(MathError):
        loose("log(x, 1)")


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("sum(k, z[n,k])", Reduce("sum", [Binder("k")], z)),
        ("prod(n, k, z[n,k])", Reduce("prod", [Binder("n"), Binder("k")], z)),
        ("sum(k:3, a)", Reduce("sum", [Binder("k", upper=IndexExpr.integer(3))], Access("a"))),
        ("max(k, z[n,k])", Reduce("max", [Binder("k")], z)),
        ("min(n, k, z[n,k])", Reduce("min", [Binder("n"), Binder("k")], z)),
        ("argmax(k, z[n,k])", Reduce("argmax", [Binder("k")], z)),
        ("max(a, b)", Call("max", [Access("a"), Access("b")])),
        ("max(a, z[n,k])", Call("max", [Access("a"), z])),
        ("max(z[n,k], a)", Call("max", [z, Access("a")])),
        ("max(z[n,k], z[n,k])", Call("max", [z, z])),
        ("max(k, max(n, z[n,k]))", Reduce("max", [Binder("k")], Reduce("max", [Binder("n")], z))),
        ("mean(k, z[n,k])", Product([Reduce("sum", [Binder("k")], z)], [Number(3)])),
        (
            "mean(n, k, z[n,k])",
            Product([Reduce("sum", [Binder("n"), Binder("k")], z)], [IndexValue(N), Number(3)]),
        ),
        ("mean(k, w[k])", Product([Reduce("sum", [Binder("k")], Access("w", [k]))], [Number(3)])),
        (
            "mean(m:N, u[m])",
            Product(
                [Reduce("sum", [Binder("m", upper=N)], Access("u", [IndexExpr.letter("m")]))],
                [IndexValue(N)],
            ),
        ),
    ],
)
def test_reductions(names, text, node):
    snapshot = names.snapshot()
    source = snapshot if "w[" in text else names
    assert parse_expression(text, source, letters=("n", "k")) == node


def test_an_inner_index_hides_an_outer_one(names):
    made = parse_expression("exp(z[n,k])/sum(k, exp(z[n,k]))", names)
    renamed = parse_expression("exp(z[n,k])/sum(l, exp(z[n,l]))", names)
    assert made == renamed


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("sigmod(a)", ParseError, "did you mean 'sigmoid'"),
        ("factorial(3)", ParseError, "unknown function"),
        ("a(b)", ParseError, "variable, not a function"),
        ("n(b)", ParseError, "variable, not a function"),
        ("N(b)", ParseError, "variable, not a function"),
        ("sum(a)", ParseError, "indices and an expression"),
        ("sum()", ParseError, "indices and an expression"),
        ("argmax(a)", ParseError, "indices and an expression"),
        ("sum(k, k, z[n,k])", NameCollisionError, "twice"),
        ("sum(a, z[n,k])", NameCollisionError, "quantity"),
        ("sum(N, z[n,k])", NameCollisionError, "extent"),
        ("sum(2, z[n,k])", ParseError, "index letters"),
        ("sum(k+1, z[n,k])", ParseError, "index letters"),
        ("max(k, a, z[n,k])", ParseError, "this one is not"),
        ("mean(m, u[m])", ParseError, "declare its extent"),
        ("mean(m, z[n,k])", ParseError, "not known"),
        ("where(a > 0, a)", ParseError, "condition and two values"),
        ("sin()", ParseError, "1 argument, not 0"),
        ("max(a)", ParseError, "at least 2"),
        ("exp(k:3)", ParseError, "value is expected"),
        ("inv(a)", NotSupportedError, "tensor operator"),
    ],
)
def test_mistakes_are_named(names, text, error, message):
    with pytest.raises(error, match=message):
        parse_expression(text, names, letters=("n", "k"))


def test_a_declared_name_cannot_be_called():
    builder = Builder()
    with pytest.raises(ParseError, match="variable, not a function"):
        parse_system("exp = x + 1; y = exp(x)", builder)
    with pytest.raises(ParseError, match="variable, not a function"):
        parse_system("input sum, q[k:2]; y = sum(k, q[k])", builder)


def test_an_index_letter_counts_as_read_only_in_the_last_argument():
    builder = Builder()
    parse_system("input z[k:3], v\ny = max(v, z[0]) + max(k, z[k])", builder)
    right = builder.snapshot().author_equations[0].right
    assert [type(term).__name__ for _, term in right.terms] == ["Call", "Reduce"]


def test_extents_are_found_at_plain_letters_only(names):
    scope = Scope(Source(""), names.snapshot().quantities.values())
    assert extent_in(z, "n", scope) == N
    assert extent_in(Access("z", [n + 1, k]), "n", scope) is None
    assert extent_in(Reduce("sum", [Binder("n")], z), "n", scope) is None


def test_the_names_that_may_be_called():
    assert {"sum", "where", "argmin", "sigmoid", "log"} <= set(CALLABLE)
