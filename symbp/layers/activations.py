"""Activations: functions of the table applied unit by unit, and the softmax."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import isfinite

from symbp.errors import DeclarationError, ParseError, ShapeError
from symbp.expressions import Access, Binder, Call, Node, Number, Reduce
from symbp.functions import FUNCTIONS, NAMES, call
from symbp.indices import IndexExpr
from symbp.layers.drafts import Draft, Layer, Output
from symbp.names import suggest

__all__ = ["ACTIVATIONS", "Activation", "Softmax", "activate", "check_activation"]

#: Names under which layers take an activation; `linear` is none.
ACTIVATIONS: tuple[str, ...] = (
    "linear",
    "softmax",
    *(name for name, row in NAMES.items() if FUNCTIONS[row].activation),
)


def check_activation(name: str) -> str:
    """The activation's own name.

    Raises:
        ParseError: there is none of that name.
    """
    if name not in ACTIVATIONS:
        known = suggest(str(name), ACTIVATIONS)
        raise ParseError(f"unknown activation {str(name)[:60]!r}; {known}")
    return NAMES.get(name, name)


def activate(draft: Draft, layer: Layer, name: str, source: Output, more: Sequence[Node]) -> Output:
    """Add the equation of an activation of what `source` computes."""
    at = draft.at(source.letters)
    if name != "softmax":
        result = draft.result(layer, "h")
        right = call(name, Access(source.quantity, at), *more)
        draft.builder.define(result, at, right)
        return Output(result, source.letters, source.extents, name)
    if not source.letters:
        raise ShapeError(f"a softmax needs units, and {source.quantity!r} has none")
    result = draft.result(layer, "p", last="p")
    (inner,) = draft.letters(layer, 1, avoid=_avoid_neighbours(source.letters))
    place = [*at[:-1], IndexExpr.letter(inner)]
    total = Reduce("sum", [Binder(inner)], Call("exp", [Access(source.quantity, place)]))
    draft.builder.define(result, at, Call("exp", [Access(source.quantity, at)]) / total)
    return Output(result, source.letters, source.extents, "softmax")


def _avoid_neighbours(letters: Sequence[str]) -> tuple[str, ...]:
    """The sum of a softmax runs over `l`: the letters of other layers would mislead."""
    return (*letters, "i", "j", "k")


class Activation(Layer):
    """A function applied to each unit: `h[n, k] = f(z[n, k])`, or a softmax over the units.

    Args:
        function: its name, as in the table of functions.
        parameters: values of its further arguments: the slope of `leaky_relu`.
        name: the name of the result.
        input: the layer that it reads; None: the one before it.

    Raises:
        ParseError: no activation of that name.
        DeclarationError: a wrong number of parameters.
    """

    def __init__(
        self,
        function: str,
        *parameters: float | Fraction,
        name: str | None = None,
        input: Layer | None = None,  # noqa: A002 (the word that users expect)
    ) -> None:
        super().__init__(name, () if input is None else (input,))
        self.function = check_activation(function)
        row = FUNCTIONS.get(self.function)
        if len(parameters) > (row.arity[1] - 1 if row else 0):
            raise DeclarationError(f"{function!r} takes fewer parameters than {len(parameters)}")
        self.parameters = tuple(_exact(parameter) for parameter in parameters)

    def add(self, draft: Draft, sources: Sequence[Output]) -> Output:
        """Add the equation."""
        (source,) = sources
        if self.function == "linear":
            return source
        return activate(draft, self, self.function, source, self.parameters)


def _exact(value: float | Fraction) -> Number:
    """A float stands for the decimal that Python prints for it."""
    if isinstance(value, float) and not isfinite(value):
        raise DeclarationError(f"the parameter {value!r} of an activation is not a number")
    return Number(Fraction(repr(float(value)) if isinstance(value, float) else value))


class Softmax(Activation):
    """The softmax over the units: `p[n, k] = exp(z[n, k]) / sum(l, exp(z[n, l]))`."""

    def __init__(self, name: str | None = None, input: Layer | None = None) -> None:  # noqa: A002
        super().__init__("softmax", name=name, input=input)
