import random
import warnings
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings

from symbp.errors import (
    DataError,
    DeclarationError,
    DTypeError,
    MathError,
    ShapeError,
    UnknownNameError,
)
from symbp.expressions import Binder, Number, Power, Reduce, Where
from symbp.functions import call
from symbp.indices import IndexExpr
from symbp.interpreter import (
    FLOAT32,
    FLOAT64,
    FRACTION,
    MODULAR,
    MPMATH,
    close,
    evaluate,
    evaluate_node,
    read_data,
)
from tests.shorthand import at, builder, index, same, softmax_builder, total
from tests.strategies import random_system, seeds


@pytest.fixture
def data():
    rng = np.random.default_rng(1)
    return {
        "x": rng.normal(size=(4, 3)),
        "W": rng.normal(size=(3, 2)),
        "b": rng.normal(size=2),
        "y": np.eye(2)[[0, 1, 1, 0]],
    }


def chain():
    square = Power(at("A"), Number(2))
    root, last = call("sqrt", at("C")), at("D") - 1
    return builder(A=at("X") + 1, B=square, C=call("ln", at("B")), D=root, E=last).snapshot()


def test_the_chain_of_the_chapter():
    results = evaluate(chain(), {"X": 2})
    rounded = {name: round(float(results[name]), 4) for name in "ABCDE"}
    assert rounded == {"A": 3, "B": 9, "C": 2.1972, "D": 1.4823, "E": 0.4823}


def test_softmax_cross_entropy_is_numpy_s(data):
    results = evaluate(softmax_builder().snapshot(), data)
    z = data["x"] @ data["W"] + data["b"]
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(results["z"], z, rtol=1e-14)
    np.testing.assert_allclose(results["p"], p, rtol=1e-14)
    assert results["L"] == pytest.approx(-(data["y"] * np.log(p)).sum(), rel=1e-13)
    assert results["p"].dtype == np.float64
    assert np.all(results.magnitude("p") >= results["p"])


def test_float32_is_float32(data):
    results = evaluate(softmax_builder().snapshot(), data, FLOAT32)
    assert results["p"].dtype == np.float32
    assert type(results["L"]) is np.float32


def test_number_systems_agree(data):
    system = softmax_builder().snapshot()
    long = evaluate(system, data, MPMATH(50))
    for numbers, tolerance in [(FLOAT64, 1e-13), (FLOAT32, 1e-5)]:
        short = evaluate(system, data, numbers)
        scale = float(long.value("L").magnitude)
        assert abs(float(short["L"]) - float(long["L"])) <= tolerance * scale


def test_a_mapping_of_all_quantities(data):
    results = evaluate(softmax_builder().snapshot(), data)
    assert {"x", "W", "b", "y", "z", "p", "L"} <= set(results)
    assert len(results) == len(list(results))
    assert results.value("z", 0, 1).value == results["z"][0, 1]
    with pytest.raises(UnknownNameError, match="no quantity 'q'"):
        results["q"]
    with pytest.raises(DeclarationError, match=r"z\[9, 9\] has no value"):
        results.value("z", 9, 9)


def test_only_what_is_wanted(data):
    system = softmax_builder().snapshot()
    del data["y"]
    results = evaluate(system, data, only=["p"])
    assert "L" not in results
    with pytest.raises(UnknownNameError, match="L was not evaluated"):
        results["L"]
    with pytest.raises(UnknownNameError, match="no value is given for y"):
        evaluate(system, data)


def test_a_value_for_a_computed_quantity_replaces_its_equations(data):
    system = softmax_builder().snapshot()
    z = np.zeros((4, 2))
    results = evaluate(system, {"z": z, "y": data["y"]})
    assert results["L"] == pytest.approx(4 * np.log(2))


def test_shapes_are_checked(data):
    system = softmax_builder().snapshot()
    for name, value, text in [
        ("y", data["y"][:3], r"axis n of y has 3 elements, N = 4 are needed.*axis n of x"),
        ("W", np.ones((3, 5)), "axis k of W has 5 elements, 2 = 2 are needed|axis k of W has 5"),
        ("b", np.ones((2, 1)), r"b\[k\] needs an array of 1 axes"),
        ("b", 1.0, "needs an array of 1 axes"),
    ]:
        with pytest.raises(ShapeError, match=text):
            evaluate(system, {**data, name: value})


def test_data_are_checked(data):
    system = softmax_builder().snapshot()
    with pytest.raises(DataError, match="nothing along n"):
        evaluate(system, {**data, "x": np.zeros((0, 3))})
    with pytest.raises(DTypeError):
        evaluate(system, {**data, "b": ["a", "b"]})
    with pytest.raises(UnknownNameError, match="which the system does not have"):
        evaluate(system, {**data, "w": 1.0})
    with pytest.raises(ShapeError, match="rows of x differ"):
        evaluate(system, {**data, "x": [[1, 2, 3], [1]]})


def test_nan_passes_through_and_nothing_warns(data):
    data["x"][0, 0] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        results = evaluate(softmax_builder().snapshot(), data)
        huge = evaluate(softmax_builder().snapshot(), {**data, "W": np.full((3, 2), 1e300)})
    assert np.isnan(results["L"])
    assert not np.isnan(results["p"][1:]).any()
    assert np.isnan(huge["L"])


def test_a_value_that_does_not_exist_names_its_place():
    with pytest.raises(MathError, match=r"in `C = ln\(B\)`: logarithm of 0"):
        evaluate(chain(), {"X": -1}, MPMATH(20))
    made = builder("x[n:N]")
    made.define("y", [index("n")], 1 / at("x", "n"))
    with pytest.raises(MathError, match=r"in `y\[n\] = 1/x\[n\]` at n=1: division by zero"):
        evaluate(made.snapshot(), {"x": [1, 0, 2]}, FRACTION)
    assert evaluate(made.snapshot(), {"x": [1, 0, 2]})["y"].tolist() == [1.0, np.inf, 0.5]


# -- extents ---------------------------------------------------------------------------------------


def open_extent():
    made = builder("x")
    made.define("y", [index("n")], Where(same("n", 0), at("x"), at("x") * 2))
    return made.snapshot()


def test_extents_that_no_array_fixes():
    with pytest.raises(ShapeError, match=r"extents=\{'N': ...\}"):
        evaluate(open_extent(), {"x": 1})
    assert evaluate(open_extent(), {"x": 1}, extents={"N": 3})["y"].tolist() == [1, 2, 2]
    with pytest.raises(ShapeError, match="at least 1"):
        evaluate(open_extent(), {"x": 1}, extents={"N": 0})


def test_extents_are_solved_for():
    made = builder()
    width = index("N") - index("K") + 1
    made.declare("f", [("k", index("K"))])
    made.declare("y", [("i", width)])
    made.define("L", [], total("i k", at("y", "i") * at("f", "k")))
    system = made.snapshot()
    results = evaluate(system, {"f": [1, 2], "y": [1, 1, 1]})
    assert results.environment.extents == {"K": 2, "N": 4}
    with pytest.raises(ShapeError, match="6"):
        evaluate(system, {"f": [1, 2], "y": [1, 1, 1]}, extents={"N": 7})


def test_an_extent_that_fits_no_number():
    made = builder()
    made.declare("y", [("i", index("N") * 2)])
    made.define("L", [], total("i", at("y", "i")))
    assert evaluate(made.snapshot(), {"y": [1, 2, 3, 4]}).environment.extents == {"N": 2}
    with pytest.raises(ShapeError, match="no N makes"):
        evaluate(made.snapshot(), {"y": [1, 2, 3]})


# -- structure -------------------------------------------------------------------------------------


def gathering():
    made = builder("p[n:N,k:4]")
    made.declare("t", [("n", None)], kind="integer")
    gathered = IndexExpr.gather("t", (index("n"),))
    made.define("a", [index("n")], at("p", "n", gathered))
    return made.snapshot()


def test_gathered_labels():
    p = np.arange(12.0).reshape(3, 4)
    assert evaluate(gathering(), {"p": p, "t": [3, 0, 1]})["a"].tolist() == [3, 4, 9]
    assert evaluate(gathering(), {"p": p, "t": [3.0, 0.0, 1.0]})["a"].tolist() == [3, 4, 9]
    for labels, text in [
        ([3, 0, 99999], r"p\[2, 99999\] is outside p"),
        ([3, 0, -5], r"p\[2, -5\] is outside p"),
        ([3, 0.5, 1], r"t\[1\] is 0.5: labels and other integers must be integers"),
        ([3, np.nan, 1], "must be integers"),
        ([3, np.inf, 1], "must be integers"),
    ]:
        with pytest.raises(DataError, match=text):
            evaluate(gathering(), {"p": p, "t": labels})


def test_an_argmax_indexes():
    made = builder("z[n:N,k:3] w[k]")
    made.define("c", [index("n")], total("k", at("z", "n", "k"), "argmax"))
    made.define("a", [index("n")], at("w", IndexExpr.gather("c", (index("n"),))))
    z = [[1, 3, 3], [2, 1, 0]]
    for numbers in (FLOAT64, FRACTION, MPMATH(20)):
        results = evaluate(made.snapshot(), {"z": z, "w": [10, 20, 30]}, numbers)
        assert [int(v) for v in results["a"]] == [20, 10]


def recurrence():
    made = builder("x[t:T] w")
    made.define("h", [index(0)], at("x", 0))
    made.define("h", [index("t")], at("w") * at("h", index("t") - 1) + at("x", "t"))
    return made.snapshot()


def test_a_recurrence_runs_forward():
    results = evaluate(recurrence(), {"x": [1, 2, 3, 4], "w": 2}, FRACTION)
    assert results["h"].tolist() == [1, 4, 11, 26]


def test_a_recurrence_that_reads_ahead_runs_back():
    made = builder("x[t:4]")
    made.define("h", [index(3)], at("x", 3))
    made.define("h", [index("t")], at("h", index("t") + 1) * 2 + at("x", "t"))
    system = made.snapshot()
    assert evaluate(system, {"x": [1, 2, 3, 4]})["h"].tolist() == [49, 24, 11, 4]


def test_an_element_that_nobody_defines():
    made = builder("x[t:4]")
    ranges = [Binder("t", upper=index(2))]
    made.define("h", [index("t")], at("x", "t"), ranges=ranges)
    made.declare("g", [("t", 4)])
    made.define("y", [index("t")], at("h", "t") * at("g", "t"))
    with pytest.raises(DeclarationError, match=r"h\[2\] is not defined"):
        evaluate(made.snapshot(), {"x": range(4), "g": range(4)})


def test_triangular_ranges():
    made = builder("x[i:N]")
    made.define("s", [index("i")], Reduce("sum", [Binder("j", upper=index("i"))], at("x", "j")))
    assert evaluate(made.snapshot(), {"x": [1, 2, 3]})["s"].tolist() == [0, 1, 3]


def test_repeated_letters_read_a_diagonal():
    made = builder("A[i:N,j:N]", L=total("i", at("A", "i", "i")))
    assert evaluate(made.snapshot(), {"A": [[1, 2], [3, 4]]})["L"] == 5


def test_size_one_everywhere(data):
    system = softmax_builder().snapshot()
    small = {"x": [[1.0, 2.0, 3.0]], "W": data["W"], "b": data["b"], "y": [[0, 1]]}
    assert np.isfinite(evaluate(system, small)["L"])


def test_an_empty_system():
    assert dict(evaluate(builder().snapshot(), {})) == {}


def test_nodes_are_evaluated_beside_a_system(data):
    system = softmax_builder().snapshot()
    results = evaluate(system, data)
    root = at("p", "n", 0) + at("p", "n", 1)
    assert results.node(root, {"n": 2}).value == pytest.approx(1)
    environment = read_data(system, data)
    assert evaluate_node(at("x", 0, "j") * 2, environment, {"j": 1}).value == 2 * data["x"][0, 1]


def test_a_chain_of_ten_thousand():
    made = builder(**{f"a{n + 1}": at(f"a{n}") + 1 for n in range(10_000)})
    assert evaluate(made.snapshot(), {"a0": 0}, FRACTION)["a10000"] == 10_000


@settings(max_examples=40)
@given(seeds())
def test_number_systems_agree_on_random_systems(seed):
    rng = random.Random(seed)
    system, values = random_system(rng)
    sizes = {"N": values["x"].shape[0], "J": values["x"].shape[1], "K": values["b"].shape[0]}
    short = evaluate(system, values, extents=sizes)
    long = evaluate(system, values, MPMATH(40), sizes)
    for name in short:
        for place in np.ndindex(short.environment.shapes[name]):
            one, other = short.value(name, *place), long.value(name, *place)
            gap = abs(long.environment.numbers.of_data(one.value) - other.value)
            assert gap <= 1e-12 * max(other.magnitude, 1e-300), (seed, name, place)


@settings(max_examples=60)
@given(seeds())
def test_residues_are_those_of_fractions(seed):
    rng = random.Random(seed)
    made = builder("x[n:3] w[k:2]")
    root = at("x", "n")
    for _ in range(5):
        other = rng.choice((at("x", "n"), total("k", at("w", "k") * at("x", "n")), at("w", 1)))
        root = rng.choice((root + other, root - other, root * other, root / (other * other + 1)))
    made.define("y", [index("n")], root)
    system = made.snapshot()
    values = {
        q: [Fraction(rng.randint(-9, 9), rng.randint(1, 5)) for _ in range(s)]
        for q, s in [("x", 3), ("w", 2)]
    }
    prime = MODULAR(2_147_483_647)
    exact, residues = evaluate(system, values, FRACTION), evaluate(system, values, prime)
    assert [prime.of(v) for v in exact["y"]] == list(residues["y"]), seed
    again = evaluate(system, values, FRACTION)
    assert close(exact.value("y", 0), again.value("y", 0), 0.0), seed
