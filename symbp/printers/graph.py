"""The graph of a derivation: quantities, operators, and the derivatives that run back.

One graph is read off the ledger and written as DOT, or drawn as SVG (`drawing.py`). Boxes are
quantities (with their value at the sample point), octagons the operators; solid arrows run
forward, dashed red ones back, labelled with the local derivative. Labels are text in quotes or
escaped elements: no links, no scripts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from symbp.derivations import Ledger, Partial
from symbp.equations import Equation
from symbp.expressions import (
    Access,
    Call,
    Node,
    Number,
    Power,
    Product,
    Reduce,
    Sum,
    Where,
    quantities_read,
)
from symbp.indices import IndexExpr
from symbp.printers.escaping import dot_text, terminal_text
from symbp.printers.notation import Notation
from symbp.printers.textmath import TextSetter
from symbp.printers.values import Value, four_decimals
from symbp.spelling import spell, spell_number

__all__ = ["Arrow", "Graph", "Vertex", "read_graph", "to_dot"]

#: Longest local derivative that labels an arrow; longer ones are in the derivation.
LONGEST_LABEL = 24
_SIGNS = {"ln": "ln", "sqrt": "√", "exp": "exp", "sigmoid": "σ"}


@dataclass(frozen=True, slots=True)
class Vertex:
    """A vertex: `kind` is `quantity`, `operator` or `number`; `lines` are what stands in it."""

    name: str
    kind: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow from one vertex to another, forward or back."""

    start: str
    end: str
    label: str = ""
    backward: bool = False


@dataclass(frozen=True, slots=True)
class Graph:
    """Vertices in order of evaluation, and arrows."""

    vertices: tuple[Vertex, ...]
    arrows: tuple[Arrow, ...]


def read_graph(ledger: Ledger) -> Graph:
    """The graph of the equations that the output depends on."""
    return _Reader(ledger).read()


class _Reader:
    """One visit of a ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.texts = TextSetter(Notation(ledger))
        self.vertices: dict[str, Vertex] = {}
        self.arrows: list[Arrow] = []
        self.slopes = self._local_rows()
        self.active = _downstream(ledger)

    def read(self) -> Graph:
        """All vertices and arrows."""
        wanted = _upstream(self.ledger)
        for equation in self.ledger.forward.author_equations:
            if equation.target in wanted:
                self._equation(equation)
        return Graph(tuple(self.vertices.values()), tuple(self.arrows))

    def _local_rows(self) -> Mapping[tuple[str, str], str]:
        """The text of each local derivative that has a row."""
        found: dict[tuple[str, str], str] = {}
        for step in self.ledger.steps:
            if step.section == "local" and isinstance(step.left, Partial):
                pair = (step.left.of.quantity, step.left.by.quantity)
                found[pair] = self.texts.formula(step.after)
        return found

    def _equation(self, equation: Equation) -> None:
        reads = [n for n in quantities_read(equation.right) if self._shown(n)]
        for name in reads:
            self._quantity(name)
        number = len([v for v in self.vertices.values() if v.kind == "operator"])
        operator = f"op{number}"
        self.vertices[operator] = Vertex(operator, "operator", (_operator(equation.right),))
        for name in reads:
            self.arrows.append(Arrow(f"q:{name}", operator))
        for place, constant in enumerate(_constants(equation.right)):
            vertex = f"{operator}c{place}"
            self.vertices[vertex] = Vertex(vertex, "number", (constant,))
            self.arrows.append(Arrow(vertex, operator))
        self._quantity(equation.target)
        self.arrows.append(Arrow(operator, f"q:{equation.target}"))
        for name in reads:
            if name in self.active:
                label = self._slope(equation.target, name)
                self.arrows.append(Arrow(f"q:{equation.target}", f"q:{name}", label, backward=True))

    def _shown(self, name: str) -> bool:
        quantity = self.ledger.forward.quantities.get(name)
        return quantity is not None and not quantity.hidden

    def _quantity(self, name: str) -> None:
        quantity = self.ledger.forward.quantities[name]
        letters = [IndexExpr.letter(x) for x in quantity.letters]
        lines = [terminal_text(spell(Access(name, letters)))]
        if not letters and name in self.ledger.values:
            lines.append(_plain(four_decimals(self.ledger.values[name])))
        self.vertices.setdefault(f"q:{name}", Vertex(f"q:{name}", "quantity", tuple(lines)))

    def _slope(self, of: str, by: str) -> str:
        label = terminal_text(f"d{of}/d{by}")
        value = self.ledger.values.get(f"∂{of}/∂{by}")
        if value is not None:
            return f"{label} = {_plain(four_decimals(value))}"
        spelled = self.slopes.get((of, by), "")
        return f"{label} = {spelled}" if 0 < len(spelled) <= LONGEST_LABEL else label


def _upstream(ledger: Ledger) -> frozenset[str]:
    """The output and what it depends on, in one sweep from the last equation to the first."""
    wanted = {ledger.of}
    for equation in reversed(ledger.forward.author_equations):
        if equation.target in wanted:
            wanted.update(quantities_read(equation.right))
    return frozenset(wanted)


def _downstream(ledger: Ledger) -> frozenset[str]:
    """What was asked for and what depends on it: there the derivatives run."""
    found = set(ledger.wrt)
    for equation in ledger.forward.author_equations:
        if not found.isdisjoint(quantities_read(equation.right)):
            found.add(equation.target)
    return frozenset(found)


def _plain(value: Value) -> str:
    return value.text + (f"e{value.power}" if value.power else "")


def _operator(right: Node) -> str:
    """The sign of the outermost operation."""
    if isinstance(right, Sum):
        return "-" if any(sign < 0 for sign, _ in right.terms) else "+"
    if isinstance(right, Product):
        return "/" if right.denominator else "*"
    if isinstance(right, Power):
        shown = right.exponent
        return f"( )^{spell_number(shown.value)}" if isinstance(shown, Number) else "( )^( )"
    if isinstance(right, Call):
        return _SIGNS.get(right.function, right.function)
    if isinstance(right, Reduce):
        return right.operator
    return "where" if isinstance(right, Where) else "="


def _constants(right: Node) -> tuple[str, ...]:
    """Numbers that are operands of the outermost operation."""
    if isinstance(right, Sum | Product):
        numbers = [c for c in right.children if isinstance(c, Number)]
        return tuple(spell_number(n.value) for n in numbers)
    return ()


_SHAPES = {"quantity": "box", "operator": "octagon", "number": "plaintext"}


def to_dot(ledger: Ledger) -> str:
    """The graph in the language of Graphviz."""
    graph = read_graph(ledger)
    names = {vertex.name: f"v{place}" for place, vertex in enumerate(graph.vertices)}
    lines = [
        "digraph derivation {",
        "  rankdir=LR;",
        '  node [fontname="Helvetica", fontsize=12];',
        '  edge [fontname="Helvetica", fontsize=10];',
    ]
    for vertex in graph.vertices:
        label = "\\n".join(dot_text(line) for line in vertex.lines)
        shape = _SHAPES[vertex.kind]
        lines.append(f'  {names[vertex.name]} [shape={shape}, label="{label}"];')
    for arrow in graph.arrows:
        ends = f"{names[arrow.start]} -> {names[arrow.end]}"
        if arrow.backward:
            style = 'style=dashed, color="#c00000", fontcolor="#c00000", constraint=false'
            lines.append(f'  {ends} [{style}, label="{dot_text(arrow.label)}"];')
        else:
            lines.append(f"  {ends};")
    return "\n".join([*lines, "}"]) + "\n"
