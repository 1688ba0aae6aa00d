"""Losses: the mean over samples of a sum over units.

| name | one sample |
|---|---|
| squared_error | ½ Σ_k (o_k − y_k)² |
| absolute_error | Σ_k abs(o_k − y_k) |
| cross_entropy | −Σ_k y_k ln p_k |
| binary_cross_entropy | −Σ_k (y_k ln o_k + (1 − y_k) ln(1 − o_k)) |
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from symbp.errors import DeclarationError, ParseError
from symbp.expressions import (
    ONE,
    Access,
    Binder,
    Call,
    IndexValue,
    Node,
    Number,
    Power,
    Product,
    Reduce,
    Sum,
)
from symbp.facts import VOCABULARY, Fact
from symbp.layers.drafts import Draft, Layer, Output
from symbp.names import fold_name, suggest

__all__ = ["LOSSES", "Loss", "LossRow"]


@dataclass(frozen=True, slots=True)
class LossRow:
    """One loss: `sign · Σ entry / divisor`, averaged over samples.

    Attributes:
        entry: the summand, of the network's value and the target's.
        sign: 1 or -1, written before the sum.
        divisor: written below the sum.
        activations: the last activations that it can follow; none named: any.
    """

    entry: Callable[[Node, Node], Node]
    sign: int = 1
    divisor: int = 1
    activations: tuple[str, ...] = ()


def _ln(value: Node) -> Node:
    return Call("ln", [value])


LOSSES: dict[str, LossRow] = {
    "squared_error": LossRow(lambda o, y: Power(o - y, Number(2)), divisor=2),
    "absolute_error": LossRow(lambda o, y: Call("abs", [o - y])),
    "cross_entropy": LossRow(lambda p, y: y * _ln(p), sign=-1, activations=("softmax", "sigmoid")),
    "binary_cross_entropy": LossRow(
        lambda o, y: y * _ln(o) + (ONE - y) * _ln(ONE - o),
        sign=-1,
        activations=("sigmoid", "softmax", "hardsigmoid"),
    ),
}


class Loss:
    """A loss of a network.

    Args:
        kind: a row of the table above.
        output: the layer that it reads; None: the last one.
        target: the name of the target.
        weight: its factor where a network has several.
        facts: what is known of the target: `simplex`, `one_hot` (over its last axis), `binary`, ...

    Raises:
        ParseError: no loss, or no fact, of that name.
        DeclarationError: the weight is not a positive number.
    """

    def __init__(
        self,
        kind: str,
        output: Layer | None = None,
        *,
        target: str = "y",
        weight: float | Fraction = 1,
        facts: str | tuple[str, ...] = (),
    ) -> None:
        if kind not in LOSSES:
            raise ParseError(f"unknown loss {str(kind)[:60]!r}; {suggest(str(kind), LOSSES)}")
        self.facts = (facts,) if isinstance(facts, str) else tuple(facts)
        for word in self.facts:
            if word not in VOCABULARY:
                raise ParseError(f"unknown fact {word[:60]!r}; {suggest(word, VOCABULARY)}")
        if isinstance(weight, bool) or not 0 < weight < float("inf"):
            raise DeclarationError(f"the weight of a loss is a positive number, not {weight!r}")
        self.kind = kind
        self.output = output
        self.target = fold_name(target)
        self.weight = Fraction(repr(float(weight)) if isinstance(weight, float) else weight)

    def add(self, draft: Draft, name: str, source: Output) -> Node:
        """Declare the target, add the equation of the loss, and give the loss as an expression."""
        row = LOSSES[self.kind]
        if row.activations and source.activation not in row.activations:
            raise DeclarationError(
                f"{self.kind} reads probabilities, and {source.quantity!r} is not the output of "
                f"{' or '.join(row.activations)}; end the network with one of these"
            )
        if self.target not in draft.builder.quantities:
            axes = draft.axes(source.letters, source.extents)
            draft.builder.declare(self.target, axes, "target")
            self._declare_facts(draft, len(axes) - 1)
        at = draft.at(source.letters)
        body = row.entry(Access(source.quantity, at), Access(self.target, at))
        if at:
            body = Reduce("sum", [Binder(str(i.as_letter)) for i in at], body)
        below: list[Node] = [Number(row.divisor)] if row.divisor > 1 else []
        if draft.samples is not None:
            below.append(IndexValue(draft.samples))
        right = Product([body], below) if below else body
        draft.builder.define(name, (), Sum([(-1, right)]) if row.sign < 0 else right)
        return self._weighted(Access(name))

    def _weighted(self, value: Node) -> Node:
        above: list[Node] = [] if self.weight.numerator == 1 else [Number(self.weight.numerator)]
        below: list[Node] = []
        if self.weight.denominator != 1:
            below.append(Number(self.weight.denominator))
        return Product([*above, value], below) if above or below else value

    def _declare_facts(self, draft: Draft, last: int) -> None:
        for word in self.facts:
            axes = (last,) if VOCABULARY[word].axes else ()
            draft.builder.fact(Fact(word, self.target, axes))
