"""How nodes are pickled and copied: as a list, so that no depth is recursed on.

Each row holds the class of a node and its fields; where a field holds another node, the row holds
the place of that node in the list instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Place", "Row", "flatten", "rebuild"]

#: The class of a node, and what it is called with.
Row = tuple[type[Any], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Place:
    """Stands for the node of that number."""

    number: int


def flatten(nodes: Iterable[Any]) -> list[Row]:
    """The rows of nodes that come children first; equal rows are not put together."""
    places: dict[int, Place] = {}
    rows: list[Row] = []
    alive = []  # keeps the identities that key `places`
    for current in nodes:
        values = tuple(_without(getattr(current, name), places) for name in current.fields)
        rows.append((type(current), values))
        places[id(current)] = Place(len(places))
        alive.append(current)
    return rows


def rebuild(rows: Sequence[Row]) -> Any:
    """The node of the last row."""
    made: list[Any] = []
    for kind, values in rows:
        made.append(kind(*(_with(value, made) for value in values)))
    return made[-1]


def _without(value: Any, places: Mapping[int, Place]) -> Any:
    if isinstance(value, tuple):
        return tuple(_without(v, places) for v in value)
    return places.get(id(value), value)


def _with(value: Any, made: Sequence[Any]) -> Any:
    if isinstance(value, tuple):
        return tuple(_with(v, made) for v in value)
    return made[value.number] if isinstance(value, Place) else value
