import pytest

from symbp.declarations import Builder
from symbp.errors import NotSupportedError, ParseError, ShapeError, UnknownNameError
from symbp.expressions import Access, Binder, Number, Reduce
from symbp.facts import Fact, Identity
from symbp.indices import IndexExpr
from symbp.language.text import parse_facts, parse_system

n, k, i, j = (IndexExpr.letter(name) for name in "nkij")
HEAD = "input y[n:N, k:3], S[i:4, j:4], s, v[n]; z = s"


@pytest.fixture
def builder():
    made = Builder()
    parse_system(HEAD, made)
    return made


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("y: one_hot(k)", Fact("one_hot", "y", (1,))),
        ("y: simplex(n)", Fact("simplex", "y", (0,))),
        ("v: simplex", Fact("simplex", "v", (0,))),
        ("s: positive", Fact("positive", "s")),
        ("S: symmetric", Fact("symmetric", "S")),
        ("s > 0", Fact("positive", "s")),
        ("0 < s", Fact("positive", "s")),
        ("v[n] >= 0", Fact("nonnegative", "v")),
        ("0 >= v", None),
        ("y[n,k] != 0", Fact("nonzero", "y")),
        ("s < 0", Fact("negative", "s")),
        ("0 > s", Fact("negative", "s")),
        ("S[i,j] = S[j,i]", Fact("symmetric", "S")),
        (
            "sum(k, y[n,k]) = 1",
            Identity((Binder("n"),), Reduce("sum", [Binder("k")], Access("y", [n, k])), Number(1)),
        ),
        (
            "y[n,k] = y[n,k]^2",
            Identity((Binder("n"), Binder("k")), Access("y", [n, k]), Access("y", [n, k]) ** 2),
        ),
        ("s^2 = 1", Identity((), Access("s") ** 2, Number(1))),
    ],
)
def test_facts_of_the_language(builder, text, fact):
    if fact is None:
        with pytest.raises(NotSupportedError):
            parse_facts(text, builder)
        return
    assert parse_facts(text, builder) == (fact,)
    builder.fact(fact)
    builder.snapshot()


def test_several_facts_at_once(builder):
    assert parse_facts("y: one_hot(k), nonnegative; s > 0", builder) == (
        Fact("one_hot", "y", (1,)),
        Fact("nonnegative", "y"),
        Fact("positive", "s"),
    )


def test_identities_over_a_system_have_their_ranges(builder):
    (fact,) = parse_facts("sum(k, y[n,k]) = 1", builder.snapshot())
    assert fact.ranges == (Binder("n", upper=IndexExpr.extent("N")),)
    assert fact.left.binders[0].upper == IndexExpr.integer(3)


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("s: postive", UnknownNameError, "did you mean 'positive'"),
        ("q: positive", UnknownNameError, "nothing called `q`"),
        ("q > 0", UnknownNameError, "nothing called `q`"),
        ("y: one_hot", ShapeError, r"one_hot\(k\)"),
        ("y: one_hot(n, k)", ShapeError, r"one_hot\(k\)"),
        ("y: positive(k)", ShapeError, "write positive"),
        ("y: one_hot(j)", UnknownNameError, "no single axis `j`"),
        ("s: integer", ParseError, "kind"),
        ("s == 0", ParseError, "`=`"),
        ("s > 1", NotSupportedError, "unit_interval"),
        ("s + z > 0", NotSupportedError, "one quantity"),
        ("s <= 0", NotSupportedError, "compares"),
        ("y[n,0] > 0", NotSupportedError, "one quantity"),
        ("sum(k, y[m,k]) = q", UnknownNameError, "`q`"),
    ],
)
def test_mistakes(builder, text, error, message):
    with pytest.raises(error, match=message):
        parse_facts(text, builder)
