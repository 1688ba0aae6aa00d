"""Where data enter a network, and where two ways through it meet."""

from __future__ import annotations

from collections.abc import Sequence

from symbp.errors import DeclarationError, ShapeError
from symbp.expressions import Access, Sum
from symbp.layers.drafts import Draft, Layer, Output, size_of

__all__ = ["Add", "Input"]


class Input(Layer):
    """Data: `x[n, j]`, one row a sample.

    Args:
        name: its name.
        sizes: the number of features; several for data with several axes, none for one number.

    Raises:
        DeclarationError: a size is neither a positive integer nor a name.
    """

    def __init__(self, name: str, *sizes: int | str) -> None:
        super().__init__(name)
        self.sizes = tuple(size_of(size, f"input {name!r}") for size in sizes)

    def add(self, draft: Draft, sources: Sequence[Output]) -> Output:
        """Declare the quantity."""
        del sources
        name = self.name or draft.fresh("x")
        letters = draft.letters(self, len(self.sizes))
        draft.builder.declare(name, draft.axes(letters, self.sizes), "input")
        return Output(name, letters, self.sizes)


class Add(Layer):
    """The sum of what several layers compute, unit by unit: a skip connection.

    Args:
        layers: the layers, of equal sizes.
        name: the name of the sum.

    Raises:
        DeclarationError: fewer than two layers.
    """

    def __init__(self, *layers: Layer, name: str | None = None) -> None:
        super().__init__(name, layers)
        if len(layers) < 2:
            raise DeclarationError("Add takes at least two layers")

    def add(self, draft: Draft, sources: Sequence[Output]) -> Output:
        """Add `s[n, k] = a[n, k] + b[n, k]`."""
        first = sources[0]
        for other in sources[1:]:
            if len(other.extents) != len(first.extents) or any(
                a != b for a, b in zip(first.extents, other.extents, strict=True)
            ):
                raise ShapeError(
                    f"Add of {first.quantity!r} and {other.quantity!r}: sizes "
                    f"{_spell(first)} and {_spell(other)} differ"
                )
        at = draft.at(first.letters)
        name = draft.result(self, "s")
        terms = [(1, Access(source.quantity, at)) for source in sources]
        draft.builder.define(name, at, Sum(terms))
        return Output(name, first.letters, first.extents)


def _spell(output: Output) -> str:
    return "(" + ", ".join(str(extent) for extent in output.extents) + ")"
