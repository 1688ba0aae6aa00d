"""The graph of a derivation drawn as SVG, in columns; nothing else is needed to see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from symbp.derivations import Ledger
from symbp.printers.escaping import html_text
from symbp.printers.graph import Arrow, Graph, Vertex, read_graph
from symbp.printers.widths import text_width

__all__ = ["to_svg"]

_COLUMN, _ROW, _MARGIN = 108.0, 84.0, 16.0
_HEIGHT = 40.0
_LETTER = 7.5
_RED = "#c00000"


@dataclass(frozen=True, slots=True)
class _Place:
    """The centre of a vertex and half its width."""

    x: float
    y: float
    half: float


def to_svg(ledger: Ledger) -> str:
    """The graph as SVG."""
    graph = read_graph(ledger)
    places = _places(graph)
    width = max((p.x + p.half for p in places.values()), default=0.0) + _MARGIN
    height = max((p.y for p in places.values()), default=0.0) + _HEIGHT + 2 * _MARGIN
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" font-family="Helvetica, Arial, sans-serif" '
        'font-size="12" text-anchor="middle">'
    )
    parts = [
        opening,
        "<defs>",
        _head("forward", "#000"),
        _head("backward", _RED),
        "</defs>",
        *(_arrow(arrow, places) for arrow in graph.arrows),
        *(_vertex(vertex, places[vertex.name]) for vertex in graph.vertices),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _head(name: str, colour: str) -> str:
    return (
        f'<marker id="symbp-{name}" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" '
        f'markerHeight="8" orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="{colour}"/></marker>'
    )


def _places(graph: Graph) -> Mapping[str, _Place]:
    """Columns by the longest way from the inputs, rows by order within a column."""
    columns: dict[str, int] = {}
    incoming: dict[str, list[str]] = {}
    for arrow in graph.arrows:
        if not arrow.backward:
            incoming.setdefault(arrow.end, []).append(arrow.start)
    for vertex in graph.vertices:
        # numbers stand beside the operator that takes them, after it in the list
        before = [columns[name] for name in incoming.get(vertex.name, ()) if name in columns]
        columns[vertex.name] = max(before, default=-1) + 1
    for arrow in graph.arrows:
        if not arrow.backward and arrow.end.startswith("op"):
            columns[arrow.start] = max(columns[arrow.start], 0)
    _pull_inputs(graph, columns, incoming)
    counts: dict[int, int] = {}
    places: dict[str, _Place] = {}
    for vertex in graph.vertices:
        column = columns[vertex.name]
        row = counts.get(column, 0)
        counts[column] = row + 1
        half = max(max(text_width(line) for line in vertex.lines) * _LETTER / 2 + 8, 22.0)
        x = _MARGIN + _COLUMN / 2 + column * _COLUMN
        places[vertex.name] = _Place(x, _MARGIN + _HEIGHT / 2 + row * _ROW, min(half, 46.0))
    return places


def _pull_inputs(graph: Graph, columns: dict[str, int], incoming: Mapping[str, list[str]]) -> None:
    """Inputs and numbers stand just before what reads them first."""
    readers: dict[str, int] = {}
    for arrow in graph.arrows:
        if not arrow.backward:
            column = columns[arrow.end]
            readers[arrow.start] = min(readers.get(arrow.start, column), column)
    for vertex in graph.vertices:
        if not incoming.get(vertex.name) and vertex.name in readers:
            columns[vertex.name] = max(readers[vertex.name] - 1, 0)


def _vertex(vertex: Vertex, place: _Place) -> str:
    x, y, half, high = place.x, place.y, place.half, _HEIGHT / 2
    shape = ""
    if vertex.kind == "quantity":
        shape = (
            f'<rect x="{x - half:.1f}" y="{y - high:.1f}" width="{2 * half:.1f}" '
            f'height="{_HEIGHT:.1f}" fill="#fff" stroke="#000"/>'
        )
    elif vertex.kind == "operator":
        cut = 9.0
        corners = (
            (-half + cut, -high), (half - cut, -high), (half, -high + cut), (half, high - cut),
            (half - cut, high), (-half + cut, high), (-half, high - cut), (-half, -high + cut),
        )  # fmt: skip
        points = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in corners)
        shape = f'<polygon points="{points}" fill="#fff" stroke="#000"/>'
    first = y + 4 - 7.5 * (len(vertex.lines) - 1)
    words = "".join(
        f'<text x="{x:.1f}" y="{first + 15 * number:.1f}">{html_text(line)}</text>'
        for number, line in enumerate(vertex.lines)
    )
    return shape + words


def _arrow(arrow: Arrow, places: Mapping[str, _Place]) -> str:
    start, end = places[arrow.start], places[arrow.end]
    if not arrow.backward:
        x1, x2 = start.x + start.half, end.x - end.half
        return (
            f'<path d="M{x1:.1f},{start.y:.1f} L{x2:.1f},{end.y:.1f}" fill="none" stroke="#000" '
            'marker-end="url(#symbp-forward)"/>'
        )
    y1, y2 = start.y + _HEIGHT / 2, end.y + _HEIGHT / 2
    middle = (start.x + end.x) / 2
    low = max(y1, y2) + 34
    label = ""
    if arrow.label:
        text = html_text(arrow.label)
        place = f'x="{middle:.1f}" y="{low - 2:.1f}"'
        label = f'<text {place} font-size="10" fill="{_RED}">{text}</text>'
    return (
        f'<path d="M{start.x:.1f},{y1:.1f} Q{middle:.1f},{low:.1f} {end.x:.1f},{y2:.1f}" '
        f'fill="none" stroke="{_RED}" stroke-dasharray="5 4" '
        f'marker-end="url(#symbp-backward)"/>{label}'
    )
