from functools import reduce

import pytest

from symbp.environments import Environment
from symbp.errors import DataError, DeclarationError, LimitExceeded, ShapeError
from symbp.evaluation import Value
from symbp.expressions import Access, Binder, Comparison, Number, Reduce, Where
from symbp.functions import call
from symbp.indices import IndexExpr
from symbp.numerics.exactnumbers import FRACTION
from tests.shorthand import at, index


@pytest.fixture
def env():
    made = Environment(FRACTION, {"N": 3})
    made.shapes["x"] = (3,)
    made.elements["x"] = {(i,): Value(i + 10, i + 10) for i in range(3)}
    made.elements["t"] = {
        (0,): Value(2, 2),
        (1,): Value(7, 7),
        (2,): Value(FRACTION.of_data(0.5), 1),
    }
    made.shapes["t"] = (3,)
    return made


def test_index_expressions(env):
    n = index("n")
    assert env.index((n * 2 + index("N")) // 2 - 5 % 3, {"n": 2}) == 1
    assert env.index((n - 5) % 4, {"n": 0}) == 3
    assert env.index(IndexExpr.gather("t", (n,)), {"n": 0}) == 2


def test_what_has_no_value_says_why(env):
    t = IndexExpr.gather("t", (index("n"),))
    for make, error, text in [
        (lambda: env.evaluate(at("x", "n")), DeclarationError, "index n has no value"),
        (lambda: env.evaluate(at("x", "M")), ShapeError, "extents="),
        (lambda: env.evaluate(at("q")), DeclarationError, "q has no value"),
        (lambda: env.evaluate(at("x", 3)), ShapeError, r"x\[3\] is outside x"),
        (lambda: env.evaluate(at("x", -1)), ShapeError, "outside"),
        (lambda: env.evaluate(at("x", t), {"n": 1}), DataError, r"x\[7\] is outside x"),
        (lambda: env.evaluate(at("x", t), {"n": 2}), DataError, "no integer"),
        (lambda: env.span(Binder("k"), {}), DeclarationError, "range of index k"),
    ]:
        with pytest.raises(error, match=text):
            make()


def test_an_element_nobody_defines(env):
    del env.elements["x"][1,]
    with pytest.raises(DeclarationError, match="not defined by any equation"):
        env.evaluate(at("x", 1))


def test_shared_nodes_are_evaluated_once(env):
    deep = reduce(lambda e, _: e * e + e, range(25), at("x", 0) * 0)
    assert deep.size > 2**25
    assert env.evaluate(deep).value == 0


def test_depth_is_no_limit(env):
    deep = reduce(lambda e, _: -(e + 1), range(20_000), at("x", 0))
    assert env.evaluate(deep).value == 10
    kinked = reduce(lambda e, _: call("abs", e), range(2000), at("x", 0))
    assert env.evaluate(kinked).value == 10


def test_conditions_inside_one_another_are_limited(env):
    shallow = reduce(
        lambda e, _: Where(Comparison("<", Number(0), Number(1)), e, Number(0)),
        range(100),
        at("x", 0),
    )
    assert env.evaluate(shallow).value == 10
    deep = reduce(
        lambda e, _: Where(Comparison("<", Number(0), Number(1)), e, Number(0)),
        range(500),
        at("x", 0),
    )
    with pytest.raises(LimitExceeded, match="inside one another"):
        env.evaluate(deep)


def test_plans_are_kept_for_the_nodes_they_belong_to(env):
    body = Reduce("sum", [Binder("n", upper=index("N"))], at("x", "n"))
    assert env.evaluate(body).value == 33
    for _ in range(50):
        assert env.evaluate(Access("x", [1]) * 2).value == 22
