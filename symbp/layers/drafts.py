"""A network while it is being put together: which layer reads which, and what everything is called.

Names follow the textbooks. Weights, biases, pre-activations and activations are `W1`, `b1`, `z1`,
`h1`, ... in the order of the layers (without a number where there is one dense layer only); the
last activation is `o`, or `p` where it is a softmax. `n` runs over samples; the units of the last
layer have the letter `k`, those of the layer before `j`, before that `i`, and so on in turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from symbp.declarations import Builder
from symbp.errors import DeclarationError, NotSupportedError
from symbp.indices import IndexExpr
from symbp.names import fold_name

__all__ = ["Draft", "Layer", "Output", "size_of"]

#: Letters of units, from the last layer backwards; three in turn keep neighbours apart.
_UNITS = ("k", "j", "i", "l", "m", "q", "r", "s", "u", "v")
_SAMPLES = ("n", "s", "r", "t")
_TURN = 3


def size_of(size: object, what: str) -> IndexExpr:
    """A number of units, or the name of one, as an extent.

    Raises:
        DeclarationError: neither a positive integer nor a name.
    """
    if isinstance(size, str):
        return IndexExpr.extent(fold_name(size))
    if isinstance(size, bool) or not isinstance(size, int) or size < 1:
        raise DeclarationError(f"{what} has size {size!r}; a size is a positive integer or a name")
    return IndexExpr.integer(size)


class Layer:
    """A part of a network: it adds equations, and remembers nothing of the network that it is in.

    Args:
        name: the name of what it computes; None: chosen by the network.
        inputs: the layers that it reads; none: the one before it.

    Attributes:
        new_units: the units that it computes are not those that it reads, one by one.
    """

    new_units = False

    def __init__(self, name: str | None = None, inputs: Sequence[Layer] = ()) -> None:
        for layer in inputs:
            if not isinstance(layer, Layer):
                raise DeclarationError(f"a layer reads layers, not {type(layer).__name__!r}")
        self.name = None if name is None else fold_name(name)
        self.inputs = tuple(inputs)

    def names(self) -> tuple[str, ...]:
        """The names that its user chose; the network keeps out of their way."""
        return () if self.name is None else (self.name,)

    def add(self, draft: Draft, sources: Sequence[Output]) -> Output:
        """Add the equations of the layer to the draft, and say what it computes."""
        del draft, sources
        raise NotSupportedError(f"{type(self).__name__} adds no equations; override `add`")


@dataclass(frozen=True, slots=True)
class Output:
    """What a layer computes: a quantity, its axes after the sample, and the last activation."""

    quantity: str
    letters: tuple[str, ...]
    extents: tuple[IndexExpr | None, ...]
    activation: str | None = None


@dataclass
class Draft:
    """The system under construction.

    Attributes:
        builder: receives declarations and equations.
        samples: extent of the samples; None for a network of one sample.
        order: the layers, each after those that it reads.
        reads: the layers that each layer reads.
        reserved: names that the user chose.
        outputs: what each layer computes, as far as it has been added.
        parameters: names of weights and bias (None: without) of each layer that has some.
    """

    builder: Builder
    samples: IndexExpr | None
    order: tuple[Layer, ...]
    reads: dict[Layer, tuple[Layer, ...]]
    reserved: set[str]
    outputs: dict[Layer, Output] = field(default_factory=dict)
    parameters: dict[Layer, tuple[str, str | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._used: set[str] = set()
        read = {id(source) for sources in self.reads.values() for source in sources}
        self.ends = tuple(layer for layer in self.order if id(layer) not in read)
        free = [letter for letter in _UNITS if letter not in self.reserved]
        self._turn, self._spare = free[:_TURN], free[_TURN:]
        self.sample = next(s for s in (*_SAMPLES, "n0") if s not in self.reserved)
        self._levels = self._count_levels()
        self._numbers = self._count_dense()

    def _count_levels(self) -> dict[Layer, int]:
        """How many layers with units of their own follow each layer, on the longest way."""
        levels = dict.fromkeys(self.order, 0)
        for layer in reversed(self.order):
            step = levels[layer] + (1 if layer.new_units else 0)
            for source in self.reads[layer]:
                levels[source] = max(levels[source], step)
        return levels

    def _count_dense(self) -> dict[Layer, int]:
        """For each layer the number of layers with units of their own up to it, in order."""
        numbers: dict[Layer, int] = {}
        total = 0
        for layer in self.order:
            total += 1 if layer.new_units else 0
            sources = [numbers[source] for source in self.reads[layer]]
            numbers[layer] = total if layer.new_units else max(sources, default=0)
        self._total = total
        return numbers

    # -- names ------------------------------------------------------------------------------------

    def fresh(self, name: str) -> str:
        """The name, or with a number after it where it is in use."""
        made, number = name, 2
        while made in self._used or made in self.reserved:
            made, number = f"{name}_{number}", number + 1
        self._used.add(made)
        return made

    def numbered(self, stem: str, layer: Layer) -> str:
        """`W2` for what belongs to the second layer; `W` where there is no other."""
        if layer.name is not None and stem in ("W", "b", "z"):
            return self.fresh(f"{stem}_{layer.name}")
        number = self._numbers[layer]
        return self.fresh(f"{stem}{number}" if number and self._total > 1 else stem)

    def result(self, layer: Layer, stem: str, last: str = "o") -> str:
        """The name of what a layer computes: the user's, or `o` at the end, or a numbered one."""
        if layer.name is not None:
            return layer.name
        if layer in self.ends:
            several = len(self.ends) > 1
            return self.fresh(f"{last}{self.ends.index(layer) + 1}" if several else last)
        return self.numbered(stem, layer)

    # -- letters ----------------------------------------------------------------------------------

    def letters(self, layer: Layer, count: int, avoid: Sequence[str] = ()) -> tuple[str, ...]:
        """Letters for the units of a layer, distinct and other than those to avoid."""
        start = self._levels[layer]
        turned = [self._turn[(start + step) % _TURN] for step in range(_TURN)]
        free = [letter for letter in (*turned, *self._spare) if letter not in avoid]
        if count > len(free):
            raise NotSupportedError(f"layers with more than {len(free)} axes have no letters")
        return tuple(free[:count]) if count < 2 else tuple(reversed(free[:count]))

    def reading(self, source: Output, avoid: Sequence[str]) -> tuple[str, ...]:
        """Letters under which an equation reads its source: its own where they are free."""
        free = [s for s in (*reversed(self._turn), *self._spare) if s not in avoid]
        free = [s for s in free if s not in source.letters]
        return tuple(free.pop(0) if s in avoid else s for s in source.letters)

    def at(self, letters: Sequence[str]) -> tuple[IndexExpr, ...]:
        """The place of one sample at these letters."""
        names = (*(() if self.samples is None else (self.sample,)), *letters)
        return tuple(IndexExpr.letter(name) for name in names)

    def axes(
        self, letters: Sequence[str], extents: Sequence[IndexExpr | None]
    ) -> list[tuple[str, IndexExpr | None]]:
        """Axes of data with one entry a sample."""
        first = [] if self.samples is None else [(self.sample, self.samples)]
        return [*first, *zip(letters, extents, strict=True)]
