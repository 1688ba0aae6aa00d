from dataclasses import replace

import pytest

from symbp.equations import Equation
from symbp.errors import DeclarationError, ShapeError, UnknownNameError
from symbp.expressions import Binder, Bracket, IndexComparison, Number, Reduce, Where
from symbp.indices import IndexExpr
from symbp.quantities import Axis, Quantity
from symbp.systems import EquationSystem
from symbp.wellformed import check
from tests.shorthand import at, builder, index, softmax_builder, total
from tests.systems.cases import read


def over(letter, upper, lower=0):
    return Binder(letter, index(lower), index(upper))


def vector(name, extent, role="input"):
    return Quantity(name, (Axis("n", index(extent)),), role=role)


def system(*equations, **quantities):
    made = dict(quantities)
    for equation in equations:
        axes = tuple(Axis(b.name, b.upper) for b in equation.ranges)
        made.setdefault(equation.target, Quantity(equation.target, axes))
    return EquationSystem(made, equations)


def copy(right, upper="N"):
    return Equation("y", (over("n", upper),), (index("n"),), right)


def test_a_good_system_comes_back():
    made = softmax_builder().snapshot()
    assert check(made) is made
    fine = system(copy(at("x", "n")), x=vector("x", "N"))
    assert check(fine) is fine


BAD_QUANTITIES = [
    (Quantity("x", role="weight"), DeclarationError, "roles are"),
    (Quantity("x", kind="complex"), DeclarationError, "kinds are"),
    (Quantity("x", (Axis("n"),), role="input"), DeclarationError, "has no extent"),
    (Quantity("x", (Axis("n", index("n")),), role="input"), DeclarationError, "running index"),
    (Quantity("x", (Axis("n", index(0)),), role="input"), ShapeError, "at least 1"),
    (Quantity("x"), DeclarationError, "never defined"),
    (Quantity("z", role="input"), DeclarationError, "filed under"),
    (Quantity("ϕ", role="input"), DeclarationError, "NFKC"),
]


@pytest.mark.parametrize(("quantity", "error", "text"), BAD_QUANTITIES)
def test_quantities(quantity, error, text):
    name = "ϕ" if quantity.name == "ϕ" else "x"
    with pytest.raises(error, match=text):
        check(EquationSystem({name: quantity}, ()))


def test_hidden_and_adjoint_names_are_symbp_s_own():
    names = {"_1": Quantity("_1", hidden=True), "dL/dx": Quantity("dL/dx", adjoint_of=("L", "x"))}
    equations = tuple(Equation(name, (), (), Number(1)) for name in names)
    check(EquationSystem(names, equations))


BAD_EQUATIONS = [
    (copy(at("q", "n")), UnknownNameError, "'q' is neither declared nor defined"),
    (copy(at("x")), ShapeError, "x has 1 axes and is used with 0 indices"),
    (copy(at("x", "m")), DeclarationError, "index m is not bound"),
    (copy(at("x", "n"), "M"), ShapeError, "index n runs to M"),
    (copy(at("x", -1)), ShapeError, "index -1 is outside"),
    (copy(total("m", at("x", "m"))), DeclarationError, "range of index m is not known"),
    (Equation("y", (over("n", "N"),), (), at("x", "n")), DeclarationError, "does not occur on"),
    (Equation("x", (), (index(0),), Number(1)), DeclarationError, "is given"),
    (
        copy(at("late")),
        DeclarationError,
        "before it is defined",
    ),
]


@pytest.mark.parametrize(("equation", "error", "text"), BAD_EQUATIONS)
def test_equations(equation, error, text):
    late = Equation("late", (), (), Number(1))
    made = system(equation, late, x=vector("x", "N"))
    with pytest.raises(error, match=text):
        check(made)


def test_an_integer_outside_an_integer_extent():
    with pytest.raises(ShapeError, match=r"runs over 0\.\.2"):
        check(system(copy(at("x", 3)), x=vector("x", 3)))
    check(system(copy(at("x", 2)), x=vector("x", 3)))


def test_shorter_ranges_are_fine_and_longer_ones_are_not():
    inside = Reduce("sum", [over("m", IndexExpr.extent("N") - 1)], at("x", "m"))
    outside = Reduce("sum", [over("m", IndexExpr.extent("N") + 1)], at("x", "m"))
    below = Reduce("sum", [Binder("m", index(-1), index("N"))], at("x", "m"))
    check(system(copy(inside), x=vector("x", "N")))
    for wrong in (outside, below):
        with pytest.raises(ShapeError):
            check(system(copy(wrong), x=vector("x", "N")))


def test_guards_let_an_index_leave_its_axis():
    guard = IndexComparison("<", index("n"), index("M"))
    for right in (
        Where(guard, at("x", "n"), Number(0)),
        Bracket(guard) * at("x", "n"),
    ):
        check(system(copy(right, "N"), x=vector("x", "M")))
    with pytest.raises(ShapeError):
        check(system(copy(at("x", "n") + Bracket(guard), "N"), x=vector("x", "M")))


def test_a_gathered_place_on_the_left():
    t = Quantity("t", (Axis("n", index("N")),), "integer", "input")
    place = IndexExpr.gather("t", (index("n"),))
    scatter = Equation("y", (over("n", "N"),), (place,), at("x", "n"))
    y = Quantity("y", (Axis("n", index("N")),))
    with pytest.raises(DeclarationError, match="gathered index on the left"):
        check(EquationSystem({"x": vector("x", "N"), "t": t, "y": y}, (scatter,)))


def test_a_real_quantity_between_brackets():
    gathered = IndexExpr.gather("x", (index("n"),))
    with pytest.raises(DeclarationError, match="x is used as an index and is real"):
        check(system(copy(at("x", gathered)), x=vector("x", "N")))


def test_bound_twice():
    twice = EquationSystem(
        {"x": vector("x", "N"), "y": vector("y", "N", "output")},
        (copy(at("x", "n")), copy(at("x", "n") + 1)),
    )
    with pytest.raises(DeclarationError, match="y is defined twice"):
        check(twice)


def test_a_derived_system_is_checked_like_any_other():
    made = softmax_builder().snapshot()
    broken = replace(made, equations=made.equations[::-1])
    with pytest.raises(DeclarationError, match="used before it is defined"):
        check(broken)


def test_checks_do_not_recurse():
    made = builder(y=at("x"))
    deep = at("x")
    for _ in range(5000):
        deep = -(deep * 2)
    made.define("z", [], deep)
    assert check(made.snapshot())


@pytest.mark.parametrize(
    "text",
    [
        "input s: positive; fact s < 0; L = ln(s)",
        "target y[n:N]: sign, unit_interval; L = sum(n, y[n])",
        "input y[n:N,k:K]; fact sum(k, y[n,k]) = 1; fact sum(l, y[n,l]) = 2; L = sum(n,k, y[n,k])",
    ],
)
def test_facts_that_contradict_each_other(text):
    with pytest.raises(DeclarationError, match=r"contradict each other: .*leave one out"):
        check(read(text))


@pytest.mark.parametrize("word", ["symmetric", "spd", "invertible"])
def test_matrices_with_such_a_fact_are_square(word):
    with pytest.raises(ShapeError, match="as many rows as columns are needed, not 3 and 4"):
        check(read(f"param S[i:3,j:4]: {word}; L = sum(i,j, S[i,j])"))
    with pytest.raises(ShapeError, match="not I and J"):
        check(read(f"param S[n:N,i:I,j:J]: {word}; L = sum(n,i,j, S[n,i,j])"))
    check(read(f"param S[n:N,i:I,j:I]: {word}; L = sum(n,i,j, S[n,i,j])"))
