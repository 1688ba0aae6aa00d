"""Matrix form: an equation in indices read as one in matrices, where there is one.

    matrix ::= Symbol(name, turned)          a quantity or error signal, or its transpose
             | Ones(turned)                  a vector of ones, or a row of ones
             | Constant(value)               a matrix all of whose entries are that scalar
             | Scaled(factor, matrix)        a scalar in front
             | Total(sign matrix ...)        a sum
             | Hadamard(matrix ...)          entry by entry, ⊙
             | Times(left, right)            the matrix product
             | Applied(function, matrix)     a function entry by entry
             | Turned(matrix)                the transpose of something that is no symbol

`read_matrix(node, row, column)` gives the matrix whose entry at (row, column) is the node; a letter
that is None stands for an extent of one, so vectors are columns. Each construction is an identity:
Σ_s A_rs B_sc is the entry of A B, u_r v_c that of u vᵀ. What has no such form (three indices in one
factor, branches, sums over two letters) gives None, and no row is printed for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Union

from symbp.expressions import (
    Access,
    Call,
    IndexValue,
    Node,
    Number,
    Power,
    Product,
    Reduce,
    Sum,
    accesses,
)

__all__ = [
    "Applied",
    "Constant",
    "Hadamard",
    "Matrix",
    "Ones",
    "Scaled",
    "Symbol",
    "Times",
    "Total",
    "Turned",
    "read_matrix",
]

#: Deeper expressions are left in index form.
DEEPEST = 40


@dataclass(frozen=True, slots=True)
class Symbol:
    """A quantity with two indices as a matrix, with one as a column; `turned` is its transpose."""

    name: str
    turned: bool = False


@dataclass(frozen=True, slots=True)
class Ones:
    """A column of ones; `turned`, a row."""

    turned: bool = False


@dataclass(frozen=True, slots=True)
class Constant:
    """All entries are the scalar."""

    value: Node


@dataclass(frozen=True, slots=True)
class Scaled:
    """A scalar times a matrix."""

    factor: Node
    body: Matrix


@dataclass(frozen=True, slots=True)
class Total:
    """Signed terms."""

    terms: tuple[tuple[int, Matrix], ...]


@dataclass(frozen=True, slots=True)
class Hadamard:
    """Entry by entry."""

    factors: tuple[Matrix, ...]


@dataclass(frozen=True, slots=True)
class Times:
    """The matrix product."""

    left: Matrix
    right: Matrix


@dataclass(frozen=True, slots=True)
class Applied:
    """A function of each entry."""

    function: str
    body: Matrix


@dataclass(frozen=True, slots=True)
class Turned:
    """The transpose."""

    body: Matrix


Matrix = Union[Symbol, Ones, Constant, Scaled, Total, Hadamard, Times, Applied, Turned]
Letter = str | None


def read_matrix(root: Node, row: Letter, column: Letter) -> Matrix | None:
    """The matrix with these entries, None where the expression has no matrix form."""
    if root.depth > DEEPEST or root.free - {row, column}:
        return None
    return _read(root, row, column)


def _read(root: Node, row: Letter, column: Letter) -> Matrix | None:
    if _is_scalar(root, row, column):
        return Constant(root)
    if isinstance(root, Access):
        return _symbol(root, row, column)
    if isinstance(root, Sum):
        return _total(root, row, column)
    if isinstance(root, Product):
        return _scaled(root, row, column)
    if isinstance(root, Reduce):
        return _reduced(root, row, column)
    if isinstance(root, Call) and len(root.arguments) == 1:
        inner = _read(root.arguments[0], row, column)
        return None if inner is None else Applied(root.function, inner)
    if isinstance(root, Power) and isinstance(root.exponent, Number) and root.exponent.value == 2:
        inner = _read(root.base, row, column)
        return None if inner is None else Hadamard((inner, inner))
    return None


def _is_scalar(root: Node, row: Letter, column: Letter) -> bool:
    """Whether it has the same value everywhere and no sum inside (a sum may be a product)."""
    mine = {letter for letter in (row, column) if letter is not None}
    if mine:
        return not root.free & mine and root.height == 0
    return isinstance(root, Number | IndexValue) or (isinstance(root, Access) and not root.indices)


def _symbol(root: Access, row: Letter, column: Letter) -> Matrix | None:
    letters = tuple(index.as_letter for index in root.indices)
    if letters == (row, column) or (letters == (row,) and column is None):
        return Symbol(root.quantity)
    if letters == (column, row) or (letters == (column,) and row is None):
        return Symbol(root.quantity, turned=True)
    if letters == (row,):
        return Times(Symbol(root.quantity), Ones(turned=True))
    if letters == (column,):
        return Times(Ones(), Symbol(root.quantity, turned=True))
    return None


def _total(root: Sum, row: Letter, column: Letter) -> Matrix | None:
    terms: list[tuple[int, Matrix]] = []
    for sign, term in root.terms:
        inner = _read(term, row, column)
        if inner is None:
            return None
        terms.append((sign, inner))
    return Total(tuple(terms))


def _scaled(root: Product, row: Letter, column: Letter) -> Matrix | None:
    """Scalars in front, entry by entry what depends on both letters, outer products of the rest."""
    if any(not _is_scalar(f, row, column) for f in root.denominator):
        return None
    scalars = [f for f in root.numerator if _is_scalar(f, row, column)]
    rest = [f for f in root.numerator if not _is_scalar(f, row, column)]
    body = _entrywise(rest, row, column)
    if body is None:
        return None
    if not scalars and not root.denominator:
        return body
    single = len(scalars) == 1 and not root.denominator
    return Scaled(scalars[0] if single else Product(scalars, root.denominator), body)


def _entrywise(factors: Sequence[Node], row: Letter, column: Letter) -> Matrix | None:
    if row is None or column is None:
        return _hadamard(factors, row, column)
    both = [f for f in factors if {row, column} <= f.free]
    down = [f for f in factors if row in f.free and column not in f.free]
    across = [f for f in factors if column in f.free and row not in f.free]
    if len(both) + len(down) + len(across) < len(factors):
        return None
    if not down and not across:
        return _hadamard(both, row, column)
    if not down or not across:
        # entries u_r M_rc: a diagonal matrix, which no textbook of this kind writes
        return None
    left, right = _hadamard(down, row, None), _row_vector(across, column)
    if left is None or right is None:
        return None
    outer = Times(left, right)
    inner = _hadamard(both, row, column) if both else None
    if both and inner is None:
        return None
    return outer if inner is None else _joined((inner, outer))


def _hadamard(factors: Sequence[Node], row: Letter, column: Letter) -> Matrix | None:
    found: list[Matrix] = []
    for factor in factors:
        inner = _read(factor, row, column)
        if inner is None:
            return None
        found.append(inner)
    return _joined(tuple(found)) if found else None


def _row_vector(factors: Sequence[Node], column: Letter) -> Matrix | None:
    inner = _hadamard(factors, column, None)
    if isinstance(inner, Symbol):
        return Symbol(inner.name, turned=not inner.turned)
    return None if inner is None else Turned(inner)


def _oriented(factors: Sequence[Node], row: Letter, column: Letter) -> Matrix | None:
    """As `_hadamard`, one transpose outside where all that is inside would be turned."""
    alone = len(factors) == 1 and isinstance(factors[0], Access)
    places = [
        tuple(i.as_letter for i in access.indices)
        for access in accesses(*factors)
        if {row, column} <= access.free
    ]
    if alone or not places or any(place != (column, row) for place in places):
        return _hadamard(factors, row, column)
    inner = _hadamard(factors, column, row)
    return None if inner is None else Turned(inner)


def _joined(factors: tuple[Matrix, ...]) -> Matrix:
    flat: list[Matrix] = []
    for factor in factors:
        flat.extend(factor.factors if isinstance(factor, Hadamard) else (factor,))
    return flat[0] if len(flat) == 1 else Hadamard(tuple(flat))


def _reduced(root: Reduce, row: Letter, column: Letter) -> Matrix | None:
    """Σ_s over one letter: a matrix product, or a product with a vector of ones."""
    if root.operator != "sum" or len(root.binders) != 1 or root.binders[0].letters:
        return None
    over = root.binders[0].name
    if over in (row, column):
        return None
    body = root.body
    factors = body.numerator if isinstance(body, Product) else (body,)
    below = body.denominator if isinstance(body, Product) else ()
    if any(f.free & {row, column, over} or f.height for f in below):
        return None
    scalars = [f for f in factors if not f.free & {row, column, over} and f.height == 0]
    rest = [f for f in factors if f not in scalars]
    made = _contracted(rest, row, column, over)
    if made is None or (not scalars and not below):
        return made
    return Scaled(Product(scalars, below), made)


def _contracted(factors: Sequence[Node], row: Letter, column: Letter, over: str) -> Matrix | None:
    outside = [f for f in factors if over not in f.free]
    inside = [f for f in factors if over in f.free]
    if any(row in f.free and column in f.free for f in inside if row and column) or not inside:
        return None
    left = [f for f in inside if row is not None and row in f.free]
    right = [f for f in inside if column is not None and column in f.free]
    middle = [f for f in inside if f not in left and f not in right]
    product = _summed(left, middle, right, (row, column, over))
    if product is None or not outside:
        return product
    front = _entrywise(outside, row, column)
    return None if front is None else _joined((front, product))


def _summed(
    left: Sequence[Node],
    middle: Sequence[Node],
    right: Sequence[Node],
    letters: tuple[Letter, Letter, str],
) -> Matrix | None:
    """The product over `over`; factors in it alone join a side that has nothing of its own."""
    row, column, over = letters
    if row is None and not left:
        left, middle = middle[:1], middle[1:]
    if column is None and not right:
        right, middle = middle, []
    if middle or (row is not None and not left) or (column is not None and not right):
        return None
    first = _oriented(left, row, over) if left else Ones(turned=True)
    last = _oriented(right, over, column) if right else Ones()
    return None if first is None or last is None else Times(first, last)
