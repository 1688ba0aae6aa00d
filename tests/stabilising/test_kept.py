"""Each row is the function and the difference, for all arguments, in floats and in long numbers."""

from dataclasses import replace

import mpmath
import numpy as np
import pytest

from symbp.expressions import ONE, Call, Product
from symbp.interpreter import FLOAT32, FLOAT64, evaluate
from symbp.spelling import spell
from symbp.stabilising import kept
from symbp.stabilising.kept import KEPT, proved
from tests.stable_values import read

TRUE = {
    "sigmoid": lambda u: 1 / (1 + mpmath.exp(-u)),
    "tanh": mpmath.tanh,
}


def values(name, points, numbers):
    """The value and the difference at points, by the spellings of a row."""
    row, system = KEPT[name], read("input u[n:N]; e[n] = u[n]; v[n] = u[n]")
    u = system.equations[0].right
    e, v = (equation.left for equation in system.equations)
    texts = [row.exponential(u), row.value(u, e), row.difference(e, v)]
    names = "evd"
    lines = "; ".join(f"{n}[n] = {spell(t)}" for n, t in zip(names, texts, strict=True))
    results = evaluate(read(f"input u[n:N]; {lines}"), {"u": points}, numbers)
    return results["v"], results["d"]


@pytest.mark.parametrize("numbers", [FLOAT64, FLOAT32], ids=["float64", "float32"])
@pytest.mark.parametrize("name", KEPT)
def test_the_value_and_the_difference_to_four_units_in_the_last_place(name, numbers):
    kind = np.dtype(numbers.name).type
    draws = np.random.default_rng(0)
    points = np.concatenate(
        [draws.normal(size=400) * 3, draws.uniform(-40, 40, 400), [0.0, 0.875, -0.875, 0.8814]]
    ).astype(kind)
    found, difference = values(name, points, numbers)
    with mpmath.workdps(60):
        for place, u in enumerate(points):
            true = TRUE[name](mpmath.mpf(float(u)))
            unit = float(np.spacing(kind(abs(true))))
            assert abs(float(found[place]) - true) <= 4 * unit
            rest = 1 - true ** KEPT[name].power
            if rest < 0.5 and (name == "tanh" or u > 0):
                assert abs(float(difference[place]) - rest) <= 4 * float(np.spacing(kind(rest)))


@pytest.mark.parametrize("name", KEPT)
def test_nan_stays_nan_and_infinity_has_its_limit(name):
    found, difference = values(name, np.array([np.nan, np.inf, -np.inf]), FLOAT64)
    assert np.isnan(found[0])
    assert np.isnan(difference[0])
    assert found[1] == 1
    assert found[2] == (0 if name == "sigmoid" else -1)
    assert difference[1] == 0


@pytest.mark.parametrize("name", KEPT)
def test_the_laws_are_proved(name):
    assert proved(name)


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": lambda u, e: Product((ONE,), (ONE + e,))},
        {"difference": lambda e, v: Product((e, v, v))},
        {"exponential": lambda u: Call("exp", (u,))},
    ],
)
@pytest.mark.parametrize("name", KEPT)
def test_another_row_is_not(name, wrong, monkeypatch):
    monkeypatch.setitem(kept.KEPT, name, replace(KEPT[name], **wrong))
    proved.cache_clear()
    assert not proved(name)
    monkeypatch.undo()
    proved.cache_clear()
