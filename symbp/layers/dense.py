"""The fully connected layer."""

from __future__ import annotations

from collections.abc import Sequence

from symbp.errors import DeclarationError, ShapeError
from symbp.expressions import Access, Binder, Node, Product, Reduce
from symbp.indices import IndexExpr
from symbp.layers.activations import activate, check_activation
from symbp.layers.drafts import Draft, Layer, Output, size_of

__all__ = ["Dense"]


class Dense(Layer):
    """`z[n, k] = sum(j, x[n, j]*W[j, k]) + b[k]`, and an activation of z.

    Args:
        units: how many units, or the name of that number.
        activation: applied to z; None or `linear`: none.
        name: the name of the result; weights and bias are then called `W_name` and `b_name`.
        weights: another dense layer whose weights are used here as well (weight tying).
        transposed: use the tied weights the other way round, as a decoder does.
        bias: whether to add a bias; another dense layer: use its bias.
        input: the layer that it reads; None: the one before it.

    Raises:
        DeclarationError: bad units, or tied to what is not a dense layer.
        ParseError: no activation of that name.
    """

    new_units = True

    def __init__(
        self,
        units: int | str,
        activation: str | None = None,
        *,
        name: str | None = None,
        weights: Dense | None = None,
        transposed: bool = False,
        bias: bool | Dense = True,
        input: Layer | None = None,  # noqa: A002 (the word that users expect)
    ) -> None:
        super().__init__(name, () if input is None else (input,))
        self.units = size_of(units, "a dense layer")
        self.activation = check_activation(activation or "linear")
        for tied in (weights, bias):
            if tied is not None and not isinstance(tied, Dense | bool):
                raise DeclarationError("weights and biases can be shared with a Dense layer only")
        if transposed and weights is None:
            raise DeclarationError("transposed=True says how weights are shared; give weights=")
        self.weights = weights
        self.transposed = transposed
        self.bias = bias

    def add(self, draft: Draft, sources: Sequence[Output]) -> Output:
        """Declare what it learns, and add its one or two equations."""
        (source,) = sources
        (unit,) = draft.letters(self, 1)
        inner = draft.reading(source, avoid=(unit,))
        matrix = self._matrix(draft, source, inner, unit)
        offset = self._offset(draft, unit)
        draft.parameters[self] = (matrix, offset)
        places = [IndexExpr.letter(s) for s in (unit, *inner)]
        if not self.transposed:
            places = [*places[1:], places[0]]
        right: Node = Product([Access(source.quantity, draft.at(inner)), Access(matrix, places)])
        if inner:
            right = Reduce("sum", [Binder(letter) for letter in inner], right)
        if offset is not None:
            right = right + Access(offset, [IndexExpr.letter(unit)])
        linear = self.activation == "linear"
        name = draft.result(self, "z") if linear else draft.numbered("z", self)
        draft.builder.define(name, draft.at((unit,)), right)
        made = Output(name, (unit,), (self.units,))
        return made if linear else activate(draft, self, self.activation, made, ())

    def _matrix(self, draft: Draft, source: Output, inner: Sequence[str], unit: str) -> str:
        if self.weights is not None:
            name, _ = self._shared(draft, self.weights)
            quantity = draft.builder.quantities[name]
            wanted = (*source.extents, self.units)
            if self.transposed:
                wanted = (self.units, *source.extents)
            if tuple(axis.extent for axis in quantity.axes) != wanted:
                sizes = ", ".join(str(extent) for extent in wanted)
                raise ShapeError(f"shared weights {name!r} do not have the sizes ({sizes})")
            return name
        name = draft.numbered("W", self)
        axes = [*zip(inner, source.extents, strict=True), (unit, self.units)]
        draft.builder.declare(name, axes, "parameter")
        return name

    def _offset(self, draft: Draft, unit: str) -> str | None:
        if self.bias is False:
            return None
        if isinstance(self.bias, Dense):
            _, offset = self._shared(draft, self.bias)
            if offset is None:
                raise DeclarationError("the layer whose bias is to be shared has no bias")
            return offset
        name = draft.numbered("b", self)
        draft.builder.declare(name, [(unit, self.units)], "parameter")
        return name

    def _shared(self, draft: Draft, other: Dense) -> tuple[str, str | None]:
        if other not in draft.parameters:
            raise DeclarationError(
                "a layer shares weights with one that is not in the network, or stands after it"
            )
        return draft.parameters[other]
