import random
from fractions import Fraction

import mpmath
import pytest

from symbp.declarations import Builder
from symbp.errors import NotSupportedError
from symbp.expressions import ZERO, Access, Bracket, IndexValue, accesses
from symbp.functions import FUNCTIONS, call
from symbp.interpreter import MPMATH, evaluate
from symbp.kinks import kinks
from symbp.language.text import parse_expression
from symbp.narrowing import LONG_SUM
from symbp.partials import across_kinks, partial
from symbp.spelling import spell
from tests.shorthand import at, builder, index, same, total

x, y, z = at("x"), at("y"), at("z")
LONG = MPMATH(50)


def read(text):
    return parse_expression(text, Builder())


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("x + 1", "1"),
        ("x*y", "y"),
        ("x^2", "2*x"),
        ("x/y", "1/y"),
        ("y/x", "-y/x^2"),
        ("ln(x)", "1/x"),
        ("sqrt(x)", "1/(2*sqrt(x))"),
        ("x^y", "y*x^y/x"),
        ("y^x", "y^x*ln(y)"),
        ("where(y > 0, x^2, 3)", "where(y > 0, 2*x, 0)"),
        ("where(x > 0, 1, 2)", "0"),
        ("relu(x)", "where(x <= 0, 0, 1)"),
        ("relu(x)^y", "y*relu(x)^y*where(x <= 0, 0, 1)/relu(x)"),
        ("abs(x)", "where(x < 0, -1, where(0 < x, 1, 0))"),
        ("max(x, y)", "where(x >= y, 1, 0)"),
        ("y", "0"),
    ],
)
def test_a_local_partial(text, form):
    assert spell(partial(read(text), x)) == form


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("sigmoid(x)", "q*(1 - q)"),
        ("1/(1+exp(-x))", "q*(1 - q)"),
        ("tanh(x)", "1 - q^2"),
        ("exp(x)", "q"),
        ("exp(x)*y", "q"),
        ("2*sigmoid(2*x) - 1", "1 - q^2"),
        ("tanh(sin(x))", "(1 - q^2)*cos(x)"),
        ("elu(x)", "where(x <= 0, 1 + q, 1)"),
    ],
)
def test_the_value_of_the_whole_is_used_where_it_has_a_name(text, form):
    made = partial(read(text), x, value=at("q"))
    assert sorted(spell(made)) == sorted(form)


ONE_ARGUMENT = [r.name for r in FUNCTIONS.values() if r.arity[0] == 1]
NEAR = {"arccosh": 1.7, "arcsin": 0.3, "arccos": 0.3, "arctanh": 0.3, "log1mexp": -0.37}


@pytest.mark.parametrize("name", ONE_ARGUMENT)
@pytest.mark.parametrize("point", [0.37, -1.63])
def test_the_derivative_of_every_function_equals_differences_of_its_values(name, point):
    positive = FUNCTIONS[name].domain or name == "log1p"
    point = NEAR.get(name, abs(point) if positive else point)
    node = call(name, x)
    system = builder("x", r=node, s=partial(node, x), v=partial(node, x, value=at("r"))).snapshot()

    def at_point(value):
        return evaluate(system, {"x": LONG.of_data(value)}, LONG)

    start = LONG.of_data(point)
    step = LONG.of_data(1) / 10**15
    found = at_point(start)
    wanted = (at_point(start + step)["r"] - at_point(start - step)["r"]) / (2 * step)
    assert abs(found["s"] - wanted) < mpmath.mpf(10) ** -25
    assert abs(found["v"] - wanted) < mpmath.mpf(10) ** -25


@pytest.mark.parametrize("seed", range(30))
def test_random_smooth_expressions(seed):
    rng = random.Random(seed)
    names = ("exp", "sin", "tanh", "sigmoid", "softplus", "arctan", "erf", "mish", "gelu_tanh")

    def draw(depth):
        if not depth:
            return rng.choice((x, y, z))
        a, b = draw(depth - 1), draw(depth - 1)
        kind = rng.randrange(6)
        if kind > 3:
            return call(rng.choice(names), a)
        return (a + b, a - b, a * b, a / (1 + b * b))[kind]

    node = draw(3)
    by = rng.choice(accesses(node))
    system = builder("x y z", r=node, s=partial(node, by), v=partial(node, by, value=at("r")))
    system = system.snapshot()
    values = {n: LONG.of_data(rng.randint(-900, 900) / 700) for n in "xyz"}
    step = LONG.of_data(1) / 10**15
    ahead, behind = (
        evaluate(system, {**values, by.quantity: values[by.quantity] + s * step}, LONG)["r"]
        for s in (1, -1)
    )
    found = evaluate(system, values, LONG)
    wanted = (ahead - behind) / (2 * step)
    scale = 1 + abs(wanted)
    assert abs(found["s"] - wanted) < scale * mpmath.mpf(10) ** -22, f"seed {seed}"
    assert abs(found["v"] - wanted) < scale * mpmath.mpf(10) ** -22, f"seed {seed}"


def test_other_places_of_the_same_quantity_are_constants():
    node = at("h", 0) * at("h", 1)
    assert partial(node, at("h", 0)) == at("h", 1)
    assert partial(node, at("h", 2)) == ZERO


def test_a_bracket_is_constant():
    assert partial(Bracket(same("i", "j")) * x, x) == Bracket(same("i", "j"))


def test_a_sum_inside_is_refused():
    with pytest.raises(NotSupportedError, match="sum inside"):
        partial(x * total("k", at("u", "k")), x)


def test_kinks_are_where_a_branch_changes():
    assert [spell(k) for k in kinks(read("relu(x) + where(y > 1, x, 2)"))] == ["x <= 0", "y > 1"]
    assert [spell(k) for k in kinks(read("hardtanh(x)"))] == ["x <= -1", "1 <= x"]
    assert not kinks(read("sin(x)*sigmoid(x)"))


def test_a_nan_stays_a_nan_at_relu():
    made = builder("x", r=call("relu", x), s=partial(call("relu", x), x)).snapshot()
    results = evaluate(made, {"x": float("nan")})
    assert results["r"] != results["r"]


def test_equal_shapes_pay_once(monkeypatch):
    import symbp.partials

    calls = []
    plain = symbp.partials.to_sympy
    monkeypatch.setattr(symbp.partials, "to_sympy", lambda *a: calls.append(a) or plain(*a))
    for n in range(50):
        by = Access(f"q{n}")
        partial(call("sin", by * 777) + at(f"r{n}") ** 3, by)
    assert len(calls) <= 4


@pytest.mark.parametrize(("term", "form"), [("exp(x)", "exp(x)"), ("sin(x)*y", "cos(x)*y")])
def test_the_value_of_a_long_sum_is_not_taken_for_that_of_its_terms(term, form):
    others = " + ".join(f"q{n}" for n in range(LONG_SUM + 2))
    made = partial(read(f"{term} + {others}"), x, value=at("r"))
    assert sorted(spell(made)) == sorted(form)


WIDE = (
    "*".join(["x", *(f"q{n}" for n in range(LONG_SUM + 2))]),
    "*".join(["x^2", *(f"q{n}" for n in range(LONG_SUM + 2))]) + "/(x + 1)",
    "sin(x*" + "*".join(f"q{n}" for n in range(LONG_SUM + 2)) + ")",
    "exp(" + " + ".join(["x*y", *(f"q{n}" for n in range(LONG_SUM + 2))]) + ")",
    "1/(x*" + "*".join(f"(q{n} + 2)" for n in range(LONG_SUM + 2)) + ")",
    "(" + " - ".join(["x", *(f"q{n}" for n in range(LONG_SUM + 2))]) + ")^3",
)


@pytest.mark.parametrize("text", WIDE)
def test_long_products_and_sums_are_differentiated_with_one_constant(text):
    root = read(text)
    made = partial(root, x)
    names = dict.fromkeys(a.quantity for a in accesses(root))
    system = builder(" ".join(names), f=root, g=made).snapshot()
    values = {name: Fraction(3 + n, 7) for n, name in enumerate(names)}
    step = Fraction(1, 10**20)
    moved = [evaluate(system, {**values, "x": values["x"] + s * step}, LONG)["f"] for s in (1, -1)]
    expected = (moved[0] - moved[1]) / LONG.of(2 * step)
    found = evaluate(system, values, LONG)["g"]
    assert abs(found - expected) <= 1e-25 * (1 + abs(expected))


def test_powers_with_an_index_are_differentiated_at_zero_too():
    n = at("x", "k") ** IndexValue(index("k"))
    assert spell(partial(n, at("x", "k"))) == "where(k == 0, 0, k*x[k]^(k-1))"
    whole = x ** IndexValue(index("N"))
    assert spell(partial(whole, x)) == "N*x^(N-1)"


@pytest.mark.parametrize(
    ("text", "derivative"),
    [
        ("max(x, 0) + ln(1 + exp(-abs(x)))", "sigmoid(x)"),
        ("max(x, 0) - x*y + ln(1 + exp(-abs(x)))", "sigmoid(x) - y"),
        ("abs(x) + ln(1 + exp(-2*abs(x)))", "tanh(x)"),
        ("relu(x) + leaky_relu(x) + 2*x", None),
        ("where(x == 0, 1, sin(x)/x)", None),
    ],
)
def test_branches_that_join_smoothly_have_one_derivative(text, derivative):
    found = across_kinks(read(text), x)
    assert (None if found is None else spell(found)) == derivative
