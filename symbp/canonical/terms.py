"""Index terms: what stands between the brackets of an atom, interned, and taken apart into items.

A `Term` is an `IndexExpr` that its store keeps once, so that comparing is comparing identities.

For canonical labelling a term is taken apart relative to a set of bound letters. Its *items* are
the bound letters and the maximal parts that hold none of them: in `x[n, i+k]` with `k` bound the
items are `n`, `k` and `i`; with nothing bound they are `n` and `i+k`. What is left is a `Shape`,
the term with its items replaced by their numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from symbp.indices import Atom, Division, Extent, Gather, IndexExpr, Letter, Remainder

__all__ = ["Shape", "Term", "build", "decompose", "encode", "items_of", "replace_atom"]

#: An item number, or `("+", parts, rest)` where a bound letter is mixed with other things.
Shape = Any

_KINDS = {True: 1, False: 2}


class Term:
    """An index expression, interned.

    Attributes:
        expr: the index expression.
        key: what terms are sorted by: integers, then plain letters, then the rest.
        letters: names of the running indices in it.
        letter: the name, where the term is one plain letter.
        integer: the value, where the term is a number.
    """

    __slots__ = ("expr", "integer", "key", "letter", "letters")

    def __init__(self, expr: IndexExpr) -> None:
        self.expr = expr
        self.letters = expr.letters
        self.letter = expr.as_letter
        self.integer = expr.as_integer
        kind = 0 if self.integer is not None else _KINDS[self.letter is not None]
        self.key = (kind, str(expr))

    def __repr__(self) -> str:
        return str(self.expr)


def decompose(expr: IndexExpr, bound: Mapping[str, int], item: Callable[[IndexExpr], int]) -> Shape:
    """The shape of an expression: bound letters have the given numbers, `item` numbers the rest."""
    if not any(name in bound for name in expr.letters):
        return item(expr)
    name = expr.as_letter
    if name is not None:
        return bound[name]
    parts: list[tuple[int, tuple[Any, ...]]] = []
    rest: list[tuple[tuple[Atom, ...], int]] = []
    for atoms, factor in expr.terms:
        letters = {n for a in atoms for n in _letters(a)}
        if letters and not letters & bound.keys():
            rest.append((atoms, factor))
        else:
            parts.append((factor, tuple(_decompose_atom(a, bound, item) for a in atoms)))
    return ("+", tuple(parts), item(IndexExpr(tuple(rest))) if rest else None)


def _letters(atom: Atom) -> tuple[str, ...]:
    return IndexExpr((((atom,), 1),)).letters


def _decompose_atom(atom: Atom, bound: Mapping[str, int], item: Callable[[IndexExpr], int]) -> Any:
    if isinstance(atom, Extent):
        return ("N", atom.name)
    letters = _letters(atom)
    if letters and not any(name in bound for name in letters):
        return item(IndexExpr((((atom,), 1),)))
    if isinstance(atom, Letter):
        return bound[atom.name]
    if isinstance(atom, Division):
        return ("/", atom.divisor, decompose(atom.dividend, bound, item))
    if isinstance(atom, Remainder):
        return ("%", atom.divisor, decompose(atom.dividend, bound, item))
    return ("g", atom.quantity, tuple(decompose(i, bound, item) for i in atom.indices))


def encode(shape: Shape, colours: Sequence[int]) -> tuple[Any, ...]:
    """A tuple that depends on a shape and on its items' colours, not on any order of writing."""
    if isinstance(shape, int):
        return (0, colours[shape])
    _, parts, rest = shape
    coded = [
        (factor, tuple(sorted(_encode_atom(a, colours) for a in atoms))) for factor, atoms in parts
    ]
    return (1, tuple(sorted(coded)), () if rest is None else (colours[rest],))


def _encode_atom(shape: Any, colours: Sequence[int]) -> tuple[Any, ...]:
    if isinstance(shape, int):
        return (0, colours[shape])
    if shape[0] == "N":
        return (2, shape[1])
    if shape[0] == "g":
        return (5, shape[1], tuple(encode(s, colours) for s in shape[2]))
    return (3 if shape[0] == "/" else 4, shape[1], encode(shape[2], colours))


def build(shape: Shape, names: Sequence[IndexExpr]) -> IndexExpr:
    """The expression of a shape when its items are these expressions."""
    if isinstance(shape, int):
        return names[shape]
    _, parts, rest = shape
    total: IndexExpr = IndexExpr.integer(0) if rest is None else names[rest]
    for factor, atoms in parts:
        product = IndexExpr.integer(factor)
        for atom in atoms:
            product = product * _build_atom(atom, names)
        total = total + product
    return total


def _build_atom(shape: Any, names: Sequence[IndexExpr]) -> IndexExpr:
    if isinstance(shape, int):
        return names[shape]
    if shape[0] == "N":
        return IndexExpr.extent(shape[1])
    if shape[0] in "/%":
        inner, divisor = build(shape[2], names), int(shape[1])
        return inner // divisor if shape[0] == "/" else inner % divisor
    return IndexExpr.gather(shape[1], tuple(build(s, names) for s in shape[2]))


def items_of(shape: Shape) -> tuple[int, ...]:
    """The numbers of the items in a shape, each as often as it occurs."""
    if isinstance(shape, int):
        return (shape,)
    found: list[int] = [] if shape[2] is None else [shape[2]]
    for _, atoms in shape[1]:
        for atom in atoms:
            if isinstance(atom, int):
                found.append(atom)
            elif atom[0] in "/%":
                found.extend(items_of(atom[2]))
            elif atom[0] == "g":
                found.extend(n for s in atom[2] for n in items_of(s))
    return tuple(found)


def replace_atom(expr: IndexExpr, old: Atom, new: IndexExpr) -> IndexExpr:
    """Put an index expression in the place of an atom, inside divisions and gathers too."""
    if old not in tuple(expr.atoms()):
        return expr
    total = IndexExpr.integer(0)
    for atoms, factor in expr.terms:
        product = IndexExpr.integer(factor)
        for atom in atoms:
            product = product * _replace_in_atom(atom, old, new)
        total = total + product
    return total


def _replace_in_atom(atom: Atom, old: Atom, new: IndexExpr) -> IndexExpr:
    if atom == old:
        return new
    if isinstance(atom, Division):
        return replace_atom(atom.dividend, old, new) // atom.divisor
    if isinstance(atom, Remainder):
        return replace_atom(atom.dividend, old, new) % atom.divisor
    if isinstance(atom, Gather):
        return IndexExpr.gather(
            atom.quantity, tuple(replace_atom(i, old, new) for i in atom.indices)
        )
    return IndexExpr((((atom,), 1),))
