"""The rows of the section `matrix form`, and how a matrix prints as a box and as text.

The text form is that of NumPy: `x.T @ delta`, `*` entry by entry.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from symbp.derivations import Gradient, Partial
from symbp.equations import Equation
from symbp.expressions import Access, Node, Number, Product, Reduce, Sum, accesses, postorder
from symbp.indices import IndexExpr
from symbp.printers import functions
from symbp.printers.boxes import Box, Digits, Fence, Ident, Line, Script, Sign
from symbp.printers.matrices import (
    Applied,
    Constant,
    Hadamard,
    Matrix,
    Ones,
    Scaled,
    Symbol,
    Times,
    Total,
    Turned,
    read_matrix,
)
from symbp.printers.naming import Named, combine
from symbp.printers.notation import Notation
from symbp.printers.setting import Setter
from symbp.printers.signs import arrange_signs
from symbp.printers.textmath import TextSetter

__all__ = [
    "MatrixRow",
    "matrix_box",
    "matrix_row",
    "matrix_rows",
    "matrix_text",
    "row_left_box",
    "row_left_text",
]

_SUM, _HADAMARD, _SCALED, _TIMES, _ATOM = range(5)


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """An equation in matrix form.

    Attributes:
        name: the quantity that it defines, or the adjoint quantity of a gradient.
        gradient: the gradient whose form it is, None for an equation of the model.
        right: the matrix.
        shape: its two extents.
        cites: id of the row that has the index form, None where the ledger has none.
    """

    name: str
    gradient: Gradient | None
    right: Matrix
    shape: tuple[IndexExpr, IndexExpr]
    cites: int | None


def matrix_rows(notation: Notation) -> tuple[MatrixRow, ...]:
    """The matrix form of each gradient with one or two indices that has one."""
    ledger = notation.ledger
    last: dict[str, int] = {}
    for step in ledger.steps:
        if isinstance(step.left, Partial) and step.left.of.quantity == ledger.of:
            last[step.left.by.quantity] = step.id
    found: list[MatrixRow] = []
    for name, gradient in ledger.gradients.items():
        made = None if gradient.zero_because else matrix_row(notation, gradient.printed)
        if made is not None:
            found.append(replace(made, gradient=gradient, cites=last.get(name)))
    # in the order of the rows that they restate
    found.sort(key=lambda row: len(ledger.steps) if row.cites is None else row.cites)
    return tuple(found)


def matrix_row(notation: Notation, equation: Equation) -> MatrixRow | None:
    """The matrix form of an equation with one or two indices, None where it has none."""
    if not 1 <= len(equation.ranges) <= 2 or not equation.plain:
        return None
    if not _runs_over_whole_axes(equation, notation):
        return None
    rows, columns = equation.letters[0], equation.letters[1] if len(equation.letters) == 2 else None
    right = read_matrix(arrange_signs(equation.right), rows, columns)
    uppers = [b.upper for b in equation.ranges if b.upper is not None]
    if right is None or len(uppers) != len(equation.ranges):
        return None
    across = uppers[1] if len(uppers) == 2 else IndexExpr.integer(1)
    return MatrixRow(equation.target, None, right, (uppers[0], across), None)


def _runs_over_whole_axes(equation: Equation, notation: Notation) -> bool:
    """Whether each letter means all of the axis at which it stands: a matrix has no part rows."""
    spans: dict[str, tuple[IndexExpr, IndexExpr | None]] = {}
    inner = [b for n in postorder(equation.right) if isinstance(n, Reduce) for b in n.binders]
    for binder in (*equation.ranges, *inner):
        span = (binder.lower, binder.upper)
        if spans.setdefault(binder.name, span) != span or binder.lower.terms:
            return False
    for access in accesses(equation.right):
        extents = _extents(access, notation)
        if extents is None or len(extents) > 2:
            return False
        for index, extent in zip(access.indices, extents, strict=True):
            letter = index.as_letter
            if letter is None or letter not in spans or spans[letter][1] != extent:
                return False
    return True


def _extents(access: Access, notation: Notation) -> tuple[IndexExpr | None, ...] | None:
    derivative = notation.derivative(access)
    if derivative is not None and (derivative.local or derivative.of.indices):
        return None
    name = access.quantity if derivative is None else derivative.by.quantity
    quantity = notation.ledger.forward.quantities.get(name)
    return None if quantity is None else tuple(axis.extent for axis in quantity.axes)


# -- as boxes -------------------------------------------------------------------------------------

Part = tuple[Box, int]


def row_left_box(row: MatrixRow, setter: Setter) -> Box:
    """`δ` for an error signal, `∇_W L` for a gradient, `Z` for a quantity of the model."""
    if row.gradient is None:
        return _symbol(Symbol(row.name), setter)
    if row.gradient.delta is not None and setter.notation.alias(row.gradient.quantity) is not None:
        return _symbol(Symbol(row.gradient.quantity), setter)
    below = _symbol(Symbol(row.gradient.by), setter)
    return Line((Script(Sign("∇"), below), setter.name(row.gradient.of)))


def row_left_text(row: MatrixRow, texts: TextSetter) -> str:
    """The same as text: `delta`, `dL/dW`, `z`."""
    return texts.notation.alias(row.name) or texts.name(row.name)


def matrix_box(matrix: Matrix, setter: Setter) -> Box:
    """A matrix, bold, products entry by entry bracketed against matrix products."""
    return _set(matrix, setter)[0]


def _symbol(matrix: Symbol, setter: Setter) -> Box:
    notation = setter.notation
    pair = notation.derivative(Access(matrix.name)) if "/" in matrix.name else None
    alias = notation.alias(matrix.name)
    if pair is not None and alias is None:
        below = _symbol(Symbol(pair.by.quantity), setter)
        made: Box = Line((Script(Sign("∇"), below), setter.name(pair.of.quantity)))
        return Script(Fence("(", ")", made), None, Sign("⊤")) if matrix.turned else made
    named = notation.named(alias or matrix.name, indexed=True)
    above = (*named.above, Sign("⊤")) if matrix.turned else named.above
    return combine(Named(_bold(named.base), named.below, above))


def _bold(box: Box) -> Box:
    return replace(box, bold=True) if isinstance(box, Ident) else box


def _set(matrix: Matrix, setter: Setter) -> Part:
    if isinstance(matrix, Symbol):
        return _symbol(matrix, setter), _ATOM
    if isinstance(matrix, Ones):
        one = Digits("1", bold=True)
        return Script(one, None, Sign("⊤")) if matrix.turned else one, _ATOM
    if isinstance(matrix, Constant):
        number = isinstance(matrix.value, Number) and matrix.value.value == 1
        factor = () if number else (setter.factor(matrix.value),)
        return Line((*factor, Digits("1", bold=True))), _SCALED
    if isinstance(matrix, Scaled):
        body = _set(matrix.body, setter)
        tightness = _HADAMARD if body[1] == _HADAMARD else _SCALED
        return Line((setter.factor(matrix.factor), _held(body, _HADAMARD))), tightness
    if isinstance(matrix, Applied):
        operator = functions.operator(matrix.function, sigma=not setter.notation.taken("σ"))
        return Line((operator, Fence("(", ")", matrix_box(matrix.body, setter)))), _ATOM
    if isinstance(matrix, Turned):
        inner = Fence("(", ")", matrix_box(matrix.body, setter))
        return Script(inner, None, Sign("⊤")), _ATOM
    if isinstance(matrix, Times):
        sides = (_set(matrix.left, setter), _set(matrix.right, setter))
        return Line(tuple(_held(side, _TIMES) for side in sides)), _TIMES
    return _set_several(matrix, setter)


def _set_several(matrix: Total | Hadamard, setter: Setter) -> Part:
    items: list[Box] = []
    if isinstance(matrix, Hadamard):
        for factor in matrix.factors:
            items += [Sign("⊙")] if items else []
            items.append(_held(_set(factor, setter), _ATOM))
        return Line(tuple(items)), _HADAMARD
    for sign, term in matrix.terms:
        if sign < 0 or items:
            items.append(Sign("−" if sign < 0 else "+"))
        items.append(_held(_set(term, setter), _HADAMARD))
    return Line(tuple(items)), _SUM


def _held(part: Part, least: int) -> Box:
    box, tightness = part
    if tightness >= least:
        return box
    square = tightness == _HADAMARD
    return Fence("[", "]", box) if square else Fence("(", ")", box)


# -- as text --------------------------------------------------------------------------------------


def matrix_text(matrix: Matrix, texts: TextSetter) -> str:
    """A matrix as NumPy writes it."""
    return _write(matrix, texts)[0]


def _write(matrix: Matrix, texts: TextSetter) -> tuple[str, int]:
    if isinstance(matrix, Symbol):
        alias = texts.notation.alias(matrix.name)
        name = alias or texts.name(matrix.name)
        return f"{name}.T" if matrix.turned else name, _ATOM
    if isinstance(matrix, Ones):
        return "ones.T" if matrix.turned else "ones", _ATOM
    if isinstance(matrix, Constant):
        return texts.formula(matrix.value), _SUM if isinstance(matrix.value, Sum) else _ATOM
    if isinstance(matrix, Scaled):
        return _write_scaled(matrix, texts), _HADAMARD
    if isinstance(matrix, Applied):
        return f"{matrix.function}({matrix_text(matrix.body, texts)})", _ATOM
    if isinstance(matrix, Turned):
        return f"({matrix_text(matrix.body, texts)}).T", _ATOM
    if isinstance(matrix, Times):
        sides = (_write(matrix.left, texts), _write(matrix.right, texts))
        return " @ ".join(_wrap(side, _TIMES) for side in sides), _TIMES
    if isinstance(matrix, Hadamard):
        return " * ".join(_wrap(_write(f, texts), _ATOM) for f in matrix.factors), _HADAMARD
    text = ""
    for sign, term in matrix.terms:
        body = _wrap(_write(term, texts), _HADAMARD)
        joint = (" - " if sign < 0 else " + ") if text else ("-" if sign < 0 else "")
        text += joint + body
    return text, _SUM


def _write_scaled(matrix: Scaled, texts: TextSetter) -> str:
    """A scalar in front, what it divides by behind."""
    body = _wrap(_write(matrix.body, texts), _ATOM)
    factor = matrix.factor
    below: tuple[Node, ...] = ()
    if isinstance(factor, Product):
        factor, below = Product(factor.numerator), factor.denominator
    if factor != Product(()):
        body = f"{texts.formula(Product((factor,)))}*{body}"
    if not below:
        return body
    return (
        f"{body}/{_wrap((texts.formula(Product(below)), _SUM if len(below) > 1 else _ATOM), _ATOM)}"
    )


def _wrap(part: tuple[str, int], least: int) -> str:
    text, tightness = part
    return text if tightness >= least else f"({text})"
