"""Indices of NumPy syntax: X[:, 0], x[1:], x[None, :], p[np.arange(N), t].

An integer takes its axis away, a slice keeps a part of it, `None` adds an axis of size 1. Arrays of
whole numbers gather: all of them (and the integers beside them) stand side by side and share one
axis of the result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from symbp.errors import NotSupportedError, ParseError, ShapeError
from symbp.indices import IndexExpr
from symbp.language.numpy_shapes import ONE, Array, check_rank, move, place, show
from symbp.language.sources import Source

__all__ = ["Item", "read_at"]

_ZERO = IndexExpr.integer(0)
_ALL = (None, None, None)


@dataclass(frozen=True, slots=True)
class Item:
    """One item between brackets: an index, a slice (start, stop, step), or neither: `None`."""

    position: int
    index: Array | None = None
    part: tuple[int | None, int | None, int | None] | None = None


@dataclass(frozen=True, slots=True)
class _Kept:
    """An axis of the result: what it runs over, and from where in which axis of the base."""

    size: IndexExpr
    number: int = 0
    start: IndexExpr = _ZERO


def read_at(base: Array, items: Sequence[Item], source: Source, position: int) -> Array:
    """The array `base[items]`.

    Raises:
        ShapeError: more items than axes, or an integer outside its axis.
        ParseError: an item that is no whole number.
        LimitExceeded: more axes than NumPy allows.
        NotSupportedError: slices with steps, and index arrays of other forms.
    """
    used = sum(item.index is not None or item.part is not None for item in items)
    if used > base.rank:
        message = f"an array of shape {show(base.shape)} has no {used} indices"
        raise source.fail(ShapeError, message, position)
    new = sum(item.index is None and item.part is None for item in items)
    check_rank(base.rank + new, source, position)
    rest = [Item(position, part=_ALL) for _ in range(base.rank - used)]
    kept: list[_Kept] = []
    picked: dict[int, IndexExpr] = {}
    gathers: dict[int, IndexExpr] = {}
    shared = _shared_axis(items, source)
    number = base.rank
    for item in (*items, *rest):
        if item.index is None and item.part is None:
            kept.append(_Kept(ONE))
            continue
        extent = base.shape[base.rank - number]
        if item.part is not None:
            start, size = _slice(item, extent, source)
            kept.append(_Kept(size, number, start))
        elif item.index is not None and item.index.rank:
            if not gathers:
                kept.append(_Kept(shared))
            gathers[number] = _whole(item, extent, source)
        else:
            picked[number] = _whole(item, extent, source)
        number -= 1
    return _arranged(base, kept, picked, gathers)


def _arranged(
    base: Array,
    kept: Sequence[_Kept],
    picked: dict[int, IndexExpr],
    gathers: dict[int, IndexExpr],
) -> Array:
    letters: dict[int, IndexExpr | str] = {**picked}
    for axis, part in enumerate(kept):
        here = IndexExpr.letter(place(len(kept) - axis))
        running = _ZERO if part.size == ONE else here
        if part.number:
            letters[part.number] = part.start + running
        elif gathers and part.size != ONE:
            letters.update({n: i.substitute({place(1): here}) for n, i in gathers.items()})
    shape = tuple(part.size for part in kept)
    whole = base.whole
    if whole is not None:
        named = {place(n): i for n, i in letters.items() if isinstance(i, IndexExpr)}
        whole = whole.substitute(named)
    return replace(base, node=move(base.node, letters), shape=shape, whole=whole)


def _shared_axis(items: Sequence[Item], source: Source) -> IndexExpr:
    """The size of the axis that index arrays share."""
    arrays = [item for item in items if item.index is not None and item.index.rank]
    if not arrays:
        return ONE
    for item in arrays:
        _whole(item, ONE, source)
    places = [n for n, item in enumerate(items) if item.index is not None]
    shapes = [item.index.shape for item in arrays if item.index is not None]
    if len(shapes[0]) > 1 or shapes[0] == (ONE,) or places[-1] - places[0] >= len(places):
        message = "index arrays with several axes, or apart from one another, are not supported yet"
        raise source.fail(NotSupportedError, message, arrays[0].position)
    for item, shape in zip(arrays, shapes, strict=True):
        if shape != shapes[0]:
            message = f"index arrays have shapes {show(shapes[0])} and {show(shape)}"
            raise source.fail(ShapeError, message, item.position)
    return shapes[0][0]


def _whole(item: Item, extent: IndexExpr, source: Source) -> IndexExpr:
    whole = item.index.whole if item.index is not None else None
    if whole is None:
        message = "an index is a whole number, a slice, or an array of class ids"
        raise source.fail(ParseError, message, item.position)
    value, size = whole.as_integer, extent.as_integer
    if value is None:
        return whole
    if size is not None and not -size <= value < size:
        message = f"index {value} is outside an axis of size {size}"
        raise source.fail(ShapeError, message, item.position)
    return whole + extent if value < 0 else whole


def _slice(item: Item, extent: IndexExpr, source: Source) -> tuple[IndexExpr, IndexExpr]:
    """Where a slice starts and how long it is."""
    start, stop, step = item.part or _ALL
    size = extent.as_integer
    if (start, stop, step) == _ALL:
        return _ZERO, extent
    first, last = start or 0, stop
    if step not in {None, 1} or (size is None and (first < 0 or (last is not None and last >= 0))):
        message = "slices run with step 1, of named extents from x[1:] to x[:-1] at both ends"
        raise source.fail(NotSupportedError, message, item.position)
    if size is None:
        length = extent - first + (last or 0)
    else:
        first, after, _ = slice(start, stop).indices(size)
        length = IndexExpr.integer(after - first)
    known = length.as_integer
    if known is not None and known < 1:
        message = "a slice without entries is not supported"
        raise source.fail(NotSupportedError, message, item.position)
    return IndexExpr.integer(first), length
