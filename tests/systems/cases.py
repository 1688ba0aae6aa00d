"""What a system in the table is, and how its data are drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from symbp.declarations import Builder
from symbp.facts import Fact, words_implied
from symbp.language.text import parse_system
from symbp.systems import EquationSystem

#: Sizes of the symbolic extents: all different, so that no slip of indices goes unseen.
SIZES = {"N": 3, "I": 4, "J": 2, "K": 5, "M": 6, "D": 3, "V": 7, "T": 3}


@dataclass(frozen=True)
class Case:
    """A system as text, and the same output written by hand for autograd.

    Attributes:
        name: what the test is called.
        text: the system.
        reference: the output from given arrays, in autograd's NumPy.
        of: the output.
        wrt: by what; empty for every given real quantity.
        data: how a quantity is drawn where its facts do not say: `draw(rng, shape)`.
    """

    name: str
    text: str
    reference: Callable[[Mapping[str, Any]], Any]
    of: str = "L"
    wrt: tuple[str, ...] = ()
    data: Mapping[str, Callable[..., Any]] = field(default_factory=dict)

    def system(self) -> EquationSystem:
        return read(self.text)

    def names(self, system: EquationSystem) -> tuple[str, ...]:
        if self.wrt:
            return self.wrt
        return tuple(q.name for q in system.given() if q.kind == "real")

    def values(self, system: EquationSystem, seed: int = 0) -> dict[str, Any]:
        """Data that satisfy every fact."""
        rng = np.random.default_rng([seed, *self.name.encode()])
        return {q.name: self._draw(q, system, rng) for q in system.given()}

    def _draw(self, quantity, system, rng):
        shape = shape_of(quantity)
        if quantity.name in self.data:
            return self.data[quantity.name](rng, shape)
        facts = [f for f in system.facts if isinstance(f, Fact) and f.quantity == quantity.name]
        for fact in facts:
            words = words_implied(fact.word)
            if "one_hot" in words:
                return one_hot(rng, shape, fact.axes[0])
            if "simplex" in words:
                return simplex(rng, shape, fact.axes[0])
            if "unit_interval" in words:
                return rng.uniform(0.1, 0.9, shape)
            if "positive" in words:
                return rng.uniform(0.5, 2.0, shape)
            if "binary" in words:
                return rng.integers(0, 2, shape).astype(float)
            if "sign" in words:
                return rng.choice([-1.0, 1.0], shape)
            if "symmetric" in words:
                drawn = rng.normal(size=shape)
                return drawn + drawn.T
        return rng.normal(size=shape)


def read(text: str) -> EquationSystem:
    builder = Builder()
    parse_system(text, builder)
    return builder.snapshot()


def shape_of(quantity, sizes: Mapping[str, int] = SIZES) -> tuple[int, ...]:
    found = []
    for axis in quantity.axes:
        total = 0
        for atoms, factor in axis.extent.terms:
            total += factor * int(np.prod([sizes[a.name] for a in atoms])) if atoms else factor
        found.append(total)
    return tuple(found)


def one_hot(rng, shape, axis):
    chosen = rng.integers(0, shape[axis], [n for d, n in enumerate(shape) if d != axis])
    return np.moveaxis(np.eye(shape[axis])[chosen], -1, axis)


def simplex(rng, shape, axis):
    drawn = rng.uniform(0.2, 2.0, shape)
    return drawn / drawn.sum(axis=axis, keepdims=True)


def labels(below: int) -> Callable[..., Any]:
    """Integers from 0 to one less than `below`."""
    return lambda rng, shape: rng.integers(0, below, shape)


def positive(rng, shape):
    return rng.uniform(0.5, 2.0, shape)


def counts(rng, shape):
    return rng.poisson(2.0, shape).astype(float)


def binary(rng, shape):
    return rng.integers(0, 2, shape).astype(float)


def signs(rng, shape):
    return rng.choice([-1.0, 1.0], shape)


def apart(rng, shape):
    """Numbers that are far from 0 and from each other: no kink is near."""
    size = int(np.prod(shape))
    drawn = (np.arange(size) + 0.5 - size // 2) * 0.3 + rng.uniform(-0.05, 0.05, size)
    return rng.permutation(drawn).reshape(shape)
