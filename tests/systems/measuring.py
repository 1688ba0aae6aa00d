"""Derivatives by values alone: 50-digit differences of the interpreter; values of printed forms."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from symbp.derivations import Ledger
from symbp.equations import Equation
from symbp.interpreter import FLOAT64, MPMATH, Results, evaluate
from symbp.systems import EquationSystem
from tests.systems.cases import SIZES, shape_of

LONG = MPMATH(50)
#: Central differences at h and h/2 leave h^4 after Richardson's step: far below 1e-20.
STEP = Fraction(1, 10**12)


def extents_of(system: EquationSystem, sizes: Mapping[str, int] = SIZES) -> dict[str, int]:
    """Sizes of the extents that occur."""
    names = (n for q in system.quantities.values() for a in q.axes for n in a.extent.extents)
    return {name: sizes[name] for name in dict.fromkeys(names)}


def exact(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same numbers as fractions, so that 50 digits start from what 16 digits hold."""
    return {name: _fractions(value) for name, value in values.items()}


def _fractions(value: Any) -> Any:
    array = np.asarray(value)
    if array.dtype.kind in "iu":
        return array
    made = np.empty(array.shape, dtype=object)
    for place in np.ndindex(array.shape):
        made[place] = Fraction(float(array[place]))
    return made if array.shape else made[()]


def long_results(ledger_system: EquationSystem, values: Mapping[str, Any], extents) -> Results:
    return evaluate(ledger_system, exact(values), LONG, extents)


def difference(system, of, by, values, direction, extents) -> np.ndarray:
    """The directional derivative of `of` by `by`, central and extrapolated once."""
    start = exact(values)

    def at(step: Fraction):
        moved = {**start, by: np.asarray(start[by], dtype=object) + step * direction}
        if not np.shape(start[by]):
            moved[by] = moved[by].item() if isinstance(moved[by], np.ndarray) else moved[by]
        return np.asarray(evaluate(system, moved, LONG, extents, only=[of])[of], dtype=object)

    def central(step: Fraction):
        return (at(step) - at(-step)) / (2 * LONG.of(step))

    return (4 * central(STEP / 2) - central(STEP)) / 3


def direction_for(shape, rng) -> np.ndarray:
    made = np.empty(shape, dtype=object)
    for place in np.ndindex(shape):
        made[place] = Fraction(int(rng.integers(-1000, 1001)), 1000)
    return made if shape else made[()]


def printed_array(results: Results, equation: Equation) -> np.ndarray:
    """The values of an equation's right side at all places, in the axes of its left side."""
    spans = [range(*_ends(results, b)) for b in equation.ranges]
    made = np.empty([len(s) for s in spans], dtype=object)
    for place in np.ndindex(*made.shape):
        letters = {b.name: s[i] for b, s, i in zip(equation.ranges, spans, place, strict=True)}
        made[place] = results.node(equation.right, letters).value
    return made


def _ends(results: Results, binder) -> tuple[int, int]:
    ends = (binder.lower, binder.upper)
    low, high = (results.environment.index(end, {}) for end in ends)
    return low, high


def contracted(gradient: np.ndarray, direction: np.ndarray, axes: int) -> np.ndarray:
    """Σ over the quantity's own axes, which come first."""
    if not axes:
        return np.asarray(gradient) * direction
    return np.tensordot(direction, np.asarray(gradient, dtype=object), axes=axes)


def assert_near(found, wanted, tolerance: float, what: str) -> None:
    found, wanted = np.asarray(found, dtype=object), np.asarray(wanted, dtype=object)
    assert found.shape == wanted.shape, f"{what}: shapes {found.shape} and {wanted.shape}"
    for place in np.ndindex(found.shape):
        one, other = found[place], wanted[place]
        gap = abs(one - other)
        assert gap <= tolerance * max(1, abs(other)), f"{what} at {place}: {one} and {other}"


def gradients_hold(
    ledger: Ledger,
    values: Mapping[str, Any],
    *,
    seed: int = 1,
    facts: bool = True,
    sizes: Mapping[str, int] = SIZES,
    computed: bool = True,
) -> None:
    """All forms of all gradients equal 50-digit differences of the forward system to 1e-10.

    Args:
        facts: whether the data satisfy the facts, so that the printed forms hold.
        computed: whether derivatives by computed quantities, held free, are compared too.
    """
    forward = ledger.forward
    extents = extents_of(forward, sizes)
    rng = np.random.default_rng(seed)
    results = long_results(ledger.system, values, extents)
    known = {**values, **{n: results[n] for n in ledger.gradients if n not in values}}
    for name, gradient in ledger.gradients.items():
        if not (computed or forward.quantity(name).given):
            continue
        shape = shape_of(forward.quantity(name), sizes)
        direction = direction_for(shape, rng)
        start = {**values, name: known[name]}
        wanted = difference(forward, ledger.of, name, start, direction, extents)
        forms = {
            "derived": np.asarray(results[gradient.quantity], dtype=object),
            "unconditional": printed_array(results, gradient.unconditional),
        }
        if facts:
            forms["printed"] = printed_array(results, gradient.printed)
        for form, array in forms.items():
            found = contracted(array, direction, len(shape))
            assert_near(found, wanted, 1e-10, f"{form} d{ledger.of}/d{name}")


def float_gradients(ledger: Ledger, values: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """The gradients that were asked for, from the derived system in float64."""
    results = evaluate(ledger.system, values, FLOAT64, extents_of(ledger.forward))
    return {name: np.asarray(results[ledger.gradients[name].quantity]) for name in ledger.wrt}
