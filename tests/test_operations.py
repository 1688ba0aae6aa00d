import math
from fractions import Fraction

import numpy as np
import pytest

from symbp.environments import Environment
from symbp.errors import MathError, NotSupportedError, ShapeError
from symbp.evaluation import Value
from symbp.expressions import (
    Abstraction,
    Binder,
    Bracket,
    Comparison,
    Constant,
    IndexValue,
    Logical,
    Number,
    Product,
    Reduce,
    TensorOperator,
    Where,
)
from symbp.functions import call
from symbp.interpreter import FLOAT64, MPMATH, evaluate_node
from symbp.numerics.exactnumbers import FRACTION, MODULAR
from tests.shorthand import at, index, same

NUMBERS = pytest.mark.parametrize("numbers", [FLOAT64, FRACTION, MPMATH(30)], ids=str)


def run(root, numbers=FRACTION, letters=None, **values):
    env = Environment(numbers, {"N": 3})
    for name, value in values.items():
        array = np.array(value, dtype=object)
        env.shapes[name] = array.shape
        env.elements[name] = {}
        for place in np.ndindex(array.shape):
            one = numbers.of_data(array[place])
            env.elements[name][place] = Value(one, numbers.magnitude(one))
    return evaluate_node(root, env, letters)


def over(operator, body, upper="N", letter="n"):
    return Reduce(operator, [Binder(letter, upper=index(upper))], body)


@NUMBERS
def test_arithmetic(numbers):
    a, b = at("a"), at("b")
    root = (a - b + 3) * a / (b * b) - a**3 + b**-1
    assert run(root, numbers, a=2, b=4).value == pytest.approx(2 / 16 - 8 + 0.25)


def test_magnitudes_are_sums_of_what_went_in():
    a, b = at("a"), at("b")
    assert run(a - b, a=1000, b=999) == Value(1, 1999)
    assert run((a - b) * 2, a=1000, b=999).magnitude == 2 * 1999
    assert run(1 / (a - b), a=1000, b=999).magnitude == 1999
    assert run((a - b) ** 2, a=1000, b=998).magnitude == 4 * 2 * 1998 / 2
    assert run(over("sum", at("x", "n")), x=[1, -2, 3]) == Value(2, 6)
    assert run(over("prod", at("x", "n")), x=[1, -2, 3]) == Value(-6, 6)
    assert run(over("max", at("x", "n")), x=[1, -2, 3]) == Value(3, 3)
    assert run(call("exp", a - b), FLOAT64, a=1e6, b=1e6) == Value(1.0, 2e6)


def test_a_zero_and_a_negative_power():
    with pytest.raises(MathError, match="division by zero"):
        run(1 / at("a"), a=0)
    assert run(1 / at("a"), FLOAT64, a=0).value == math.inf


@NUMBERS
def test_the_branch_not_taken_is_never_evaluated(numbers):
    root = Where(at("a") > 0, 1 / at("a"), Number(7))
    assert run(root, numbers, a=0).value == 7
    assert run(root, numbers, a=2).value == 0.5
    assert run(Where(at("a") > 0, at("nowhere"), Number(7)), numbers, a=0).value == 7


def test_a_bracket_that_is_0_guards_the_factors_beside_it():
    ahead = Bracket(Logical("not", (same("n", 2),))) * at("x", index("n") + 1)
    assert [run(ahead, x=[1, 2, 3], letters={"n": n}).value for n in range(3)] == [2, 3, 0]
    with pytest.raises(ShapeError):
        run(at("x", index("n") + 1) * Number(0), x=[1, 2, 3], letters={"n": 2})
    assert run(Bracket(same("n", 0)), letters={"n": 0}) == Value(1, 1)


def test_and_and_or_stop_early():
    inside = Logical("and", (same("n", 0), at("x", "n") > 0))
    assert run(Where(inside, Number(1), Number(2)), x=[5], letters={"n": 3}).value == 2
    either = Logical("or", (same("n", 3), at("x", "n") > 0))
    assert run(Where(either, Number(1), Number(2)), x=[5], letters={"n": 3}).value == 1


@NUMBERS
def test_0_ln_0_is_0(numbers):
    y, p = at("y"), at("p")
    for root in (y * call("ln", p), call("ln", p) * y, y * -call("ln", p), y * call("log2", p) / 3):
        assert run(root, numbers, y=0, p=0).value == 0
    assert run((1 - y) * call("ln", 1 - p), numbers, y=1, p=1).value == 0
    assert run(p * call("ln", p), numbers, p=0).value == 0


def test_1_ln_0_is_not():
    root = at("y") * call("ln", at("p"))
    assert run(root, FLOAT64, y=1, p=0).value == -math.inf
    for numbers in (FRACTION, MPMATH(30)):
        with pytest.raises(MathError, match="logarithm of 0"):
            run(root, numbers, y=1, p=0)
    assert math.isnan(run(at("y") * call("exp", at("p")), FLOAT64, y=0, p=1000).value)


@NUMBERS
def test_reductions_over_nothing(numbers):
    assert run(over("sum", at("x", "n"), 0), numbers).value == 0
    assert run(over("prod", at("x", "n"), 0), numbers).value == 1
    for operator in ("max", "min", "argmax", "argmin"):
        with pytest.raises(MathError, match=f"{operator} over nothing"):
            run(over(operator, at("x", "n"), 0), numbers)


@NUMBERS
def test_the_first_of_equal_values_wins(numbers):
    x = [2, 5, 5]
    assert run(over("argmax", at("x", "n")), numbers, x=x).value == 1
    assert run(over("argmin", -at("x", "n")), numbers, x=x).value == 1
    assert run(over("min", at("x", "n")), numbers, x=x).value == 2
    both = [Binder("n", upper=index(2)), Binder("m", upper=index(2))]
    with pytest.raises(NotSupportedError, match="several indices"):
        run(Reduce("argmax", both, at("x", "n")), numbers, x=x)


def test_nan_wins_over_all():
    assert math.isnan(run(over("max", at("x", "n")), FLOAT64, x=[1.0, math.nan, 3.0]).value)
    assert run(over("argmax", at("x", "n")), FLOAT64, x=[1.0, math.nan, 3.0]).value == 1
    assert math.isnan(run(over("sum", at("x", "n")), FLOAT64, x=[1.0, math.nan, 3.0]).value)


def test_conditions():
    a = at("a")
    for relation, expected in [("<", 1), ("<=", 1), (">", 0), (">=", 0), ("==", 0), ("!=", 1)]:
        root = Bracket(Comparison(relation, a, Number(3)))
        assert run(root, a=2).value == expected
    assert run(Comparison("<", a, Number(3)), FLOAT64, a=math.nan) is False


def test_index_values_and_constants():
    assert run(IndexValue(index("N") - 1)).value == 2
    assert run(Constant("pi"), FLOAT64).value == math.pi
    assert run(Product(())) == Value(1, 1)


def test_residues():
    residues = MODULAR(10007)
    root = (at("a") - at("b")) ** 5 / at("b") + Number(Fraction(1, 3))
    expected = residues.of(Fraction((2 - 5) ** 5, 5) + Fraction(1, 3))
    assert run(root, residues, a=2, b=5).value == expected
    for refused in (Bracket(at("a") < 1), call("exp", at("a")), over("max", at("x", "n"))):
        with pytest.raises(NotSupportedError):
            run(refused, residues, a=2, x=[1, 2, 3])
    assert run(Bracket(same("n", 1)) * at("a"), residues, a=2, letters={"n": 1}).value == 2


def test_tensor_operators_are_not_supported_yet():
    matrix = Abstraction(
        [Binder("i", upper=index(2)), Binder("j", upper=index(2))], at("A", "i", "j")
    )
    with pytest.raises(NotSupportedError, match=r"inv\(...\)"):
        run(TensorOperator("inv", [matrix], [index(0), index(0)]), A=[[1, 0], [0, 1]])
