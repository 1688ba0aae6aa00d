"""Networks: layers in order, joined into one system of equations."""

from __future__ import annotations

from collections.abc import Sequence

from symbp.declarations import Builder
from symbp.errors import DeclarationError, LimitExceeded
from symbp.expressions import Sum
from symbp.layers.drafts import Draft, Layer, size_of
from symbp.layers.inputs import Input
from symbp.layers.losses import Loss

__all__ = ["MAX_WEIGHTS", "assemble"]

#: Numbers that a network may learn: 64 GiB in float64.
MAX_WEIGHTS = 2**33
MAX_LAYERS = 10_000


def assemble(
    layers: Sequence[Layer],
    losses: Sequence[Loss],
    samples: int | str | None = "N",
) -> Builder:
    """The system of a network.

    Args:
        layers: in order; a layer without `input` reads the one before it. Layers that others name
            as their input need not be listed.
        losses: what is to be minimised; several are added up, each with its weight.
        samples: the number of samples, or its name; None: one sample, and no axis for it.

    Raises:
        DeclarationError: no layers, a layer without a source, a loss of a layer that is not there.
        LimitExceeded: more weights than `MAX_WEIGHTS`.
    """
    for layer in layers:
        if not isinstance(layer, Layer):
            raise DeclarationError(f"a network consists of layers, not {type(layer).__name__!r}")
    order, reads = _sorted(layers)
    reserved = {name for layer in order for name in layer.names()}
    reserved |= {loss.target for loss in losses}
    extent = None if samples is None else size_of(samples, "the number of samples")
    if isinstance(samples, str) and samples in reserved:
        raise DeclarationError(
            f"{samples!r} names a quantity and the number of samples; give samples= another name"
        )
    draft = Draft(Builder(), extent, order, reads, reserved)
    for layer in order:
        sources = [draft.outputs[source] for source in reads[layer]]
        draft.outputs[layer] = layer.add(draft, sources)
    _check_size(draft)
    _add_losses(draft, losses)
    return draft.builder


def _sorted(layers: Sequence[Layer]) -> tuple[tuple[Layer, ...], dict[Layer, tuple[Layer, ...]]]:
    """Each layer after those that it reads, else in the order given."""
    reads: dict[Layer, tuple[Layer, ...]] = {}
    before: Layer | None = None
    for layer in layers:
        if layer in reads:
            raise DeclarationError(
                "a layer stands in the network twice; make two, one with weights="
            )
        chained = () if before is None or isinstance(layer, Input) else (before,)
        reads[layer] = layer.inputs or chained
        if not reads[layer] and not isinstance(layer, Input):
            raise DeclarationError("a network begins with an Input, Input('x', 2)")
        before = layer
    order: dict[Layer, None] = {}
    stack = [(layer, False) for layer in reversed(layers)]
    while stack:
        layer, opened = stack.pop()
        if opened:
            order[layer] = None
        elif layer not in order:
            reads.setdefault(layer, layer.inputs)
            if not reads[layer] and not isinstance(layer, Input):
                raise DeclarationError("a layer that is only named as an input has no input itself")
            stack.append((layer, True))
            stack.extend((source, False) for source in reversed(reads[layer]))
        if len(stack) > MAX_LAYERS:
            raise LimitExceeded(f"more than {MAX_LAYERS} layers")
    if not order:
        raise DeclarationError("a network needs layers: Network(Input('x', 2), Dense(1), loss=...)")
    return tuple(order), reads


def _check_size(draft: Draft) -> None:
    total = 0
    for quantity in draft.builder.quantities.values():
        if quantity.role != "parameter":
            continue
        count = 1
        for axis in quantity.axes:
            count *= (axis.extent.as_integer if axis.extent is not None else None) or 1
        total += count
    if total > MAX_WEIGHTS:
        raise LimitExceeded(
            f"the weights take {_bytes(8 * total)} in float64; at most {_bytes(8 * MAX_WEIGHTS)} "
            "are allowed; use fewer units"
        )


def _bytes(count: int) -> str:
    units = ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB")
    place = min((count.bit_length() - 1) // 10, len(units) - 1)
    return f"{count / 1024**place:.1f} {units[place]}"


def _add_losses(draft: Draft, losses: Sequence[Loss]) -> None:
    if len(draft.ends) > 1 and any(loss.output is None for loss in losses):
        raise DeclarationError("a network with several outputs needs Loss(..., output=layer)")
    terms = []
    for number, loss in enumerate(losses, 1):
        layer = loss.output if loss.output is not None else draft.ends[0]
        if layer not in draft.outputs:
            raise DeclarationError(f"the {loss.kind} reads a layer that is not in the network")
        alone = len(losses) == 1 and loss.weight == 1
        name = draft.fresh("L" if alone else f"L{number}")
        terms.append(loss.add(draft, name, draft.outputs[layer]))
        if alone:
            return
    if terms:
        total = terms[0] if len(terms) == 1 else Sum([(1, term) for term in terms])
        draft.builder.define(draft.fresh("L"), (), total)
