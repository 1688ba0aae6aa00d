"""Index expressions: what stands between the brackets of an access.

An index expression is an integer polynomial, in normal form, over four kinds of atoms:

    atom ::= Letter(name)            a running index      n
           | Extent(name)            a positive integer   N
           | Division(e, d)          e // d, d a positive integer
           | Remainder(e, d)         e mod d
           | Gather(quantity, e...)  a value of an integer quantity, t[n]

Extents are index expressions without letters (`N - K + 1`). Equality is equality of normal forms.
This module knows nothing of real-valued expressions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Union

__all__ = ["Atom", "Division", "Extent", "Gather", "IndexExpr", "Letter", "Remainder", "as_index"]


@dataclass(frozen=True, slots=True)
class Letter:
    """A running index, known by its name within one equation."""

    name: str


@dataclass(frozen=True, slots=True)
class Extent:
    """A symbolic extent: an integer that is at least 1."""

    name: str


@dataclass(frozen=True, slots=True)
class Division:
    """`dividend // divisor` with a positive integer divisor."""

    dividend: IndexExpr
    divisor: int


@dataclass(frozen=True, slots=True)
class Remainder:
    """`dividend mod divisor` with a positive integer divisor."""

    dividend: IndexExpr
    divisor: int


@dataclass(frozen=True, slots=True)
class Gather:
    """The value of an integer quantity at a place: `t[n]`."""

    quantity: str
    indices: tuple[IndexExpr, ...]


Atom = Union[Letter, Extent, Division, Remainder, Gather]


def _order(atom: Atom) -> tuple[int, str]:
    rank = (Letter, Extent, Division, Remainder, Gather).index(type(atom))
    return rank, str(atom)


@dataclass(frozen=True, slots=True)
class IndexExpr:
    """An integer polynomial: `terms` pairs a sorted tuple of atoms with its factor."""

    terms: tuple[tuple[tuple[Atom, ...], int], ...]

    # -- making -----------------------------------------------------------------------------------

    @staticmethod
    def integer(value: int) -> IndexExpr:
        """The constant `value`."""
        return IndexExpr((((), value),) if value else ())

    @staticmethod
    def letter(name: str) -> IndexExpr:
        """The running index `name`."""
        return IndexExpr((((Letter(name),), 1),))

    @staticmethod
    def extent(name: str) -> IndexExpr:
        """The symbolic extent `name`."""
        return IndexExpr((((Extent(name),), 1),))

    @staticmethod
    def gather(quantity: str, indices: tuple[IndexExpr, ...]) -> IndexExpr:
        """The value of the integer quantity at a place."""
        return IndexExpr((((Gather(quantity, indices),), 1),))

    @staticmethod
    def _collect(pairs: Iterator[tuple[tuple[Atom, ...], int]]) -> IndexExpr:
        found: dict[tuple[Atom, ...], int] = {}
        for atoms, factor in pairs:
            found[atoms] = found.get(atoms, 0) + factor
        kept = [(atoms, factor) for atoms, factor in found.items() if factor]
        kept.sort(key=lambda term: (-len(term[0]), [_order(a) for a in term[0]]))
        return IndexExpr(tuple(kept))

    def __add__(self, other: IndexExpr | int) -> IndexExpr:
        right = as_index(other)
        return self._collect(iter((*self.terms, *right.terms)))

    def __neg__(self) -> IndexExpr:
        return IndexExpr(tuple((atoms, -factor) for atoms, factor in self.terms))

    def __sub__(self, other: IndexExpr | int) -> IndexExpr:
        return self + (-as_index(other))

    def __mul__(self, other: IndexExpr | int) -> IndexExpr:
        right = as_index(other)
        return self._collect(
            (tuple(sorted((*a, *b), key=_order)), f * g)
            for a, f in self.terms
            for b, g in right.terms
        )

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other: int) -> IndexExpr:
        return as_index(other) - self

    def __floordiv__(self, divisor: int) -> IndexExpr:
        value = self.as_integer
        if value is not None:
            return IndexExpr.integer(value // divisor)
        if divisor == 1:
            return self
        return IndexExpr((((Division(self, divisor),), 1),))

    def __mod__(self, divisor: int) -> IndexExpr:
        value = self.as_integer
        if value is not None:
            return IndexExpr.integer(value % divisor)
        if divisor == 1:
            return IndexExpr.integer(0)
        return IndexExpr((((Remainder(self, divisor),), 1),))

    # -- reading ----------------------------------------------------------------------------------

    @property
    def as_letter(self) -> str | None:
        """The name of the running index, where the expression is just that."""
        if len(self.terms) == 1 and self.terms[0][1] == 1 and len(self.terms[0][0]) == 1:
            atom = self.terms[0][0][0]
            if isinstance(atom, Letter):
                return atom.name
        return None

    @property
    def as_integer(self) -> int | None:
        """The value, where the expression is a constant."""
        if not self.terms:
            return 0
        if len(self.terms) == 1 and not self.terms[0][0]:
            return self.terms[0][1]
        return None

    @property
    def as_gather(self) -> Gather | None:
        """The gathered access, where the expression is just that."""
        if len(self.terms) == 1 and self.terms[0][1] == 1 and len(self.terms[0][0]) == 1:
            atom = self.terms[0][0][0]
            if isinstance(atom, Gather):
                return atom
        return None

    def atoms(self) -> Iterator[Atom]:
        """All atoms, those inside divisions and gathers included, in a fixed order."""
        for monomial, _ in self.terms:
            for atom in monomial:
                yield atom
                if isinstance(atom, Division | Remainder):
                    yield from atom.dividend.atoms()
                elif isinstance(atom, Gather):
                    for index in atom.indices:
                        yield from index.atoms()

    @property
    def letters(self) -> tuple[str, ...]:
        """Names of the running indices in it, each once, in order of appearance."""
        return tuple(dict.fromkeys(a.name for a in self.atoms() if isinstance(a, Letter)))

    @property
    def extents(self) -> tuple[str, ...]:
        """Names of the symbolic extents in it, each once, in order of appearance."""
        return tuple(dict.fromkeys(a.name for a in self.atoms() if isinstance(a, Extent)))

    @property
    def gathered(self) -> tuple[str, ...]:
        """Names of the integer quantities it reads, each once, in order of appearance."""
        return tuple(dict.fromkeys(a.quantity for a in self.atoms() if isinstance(a, Gather)))

    # -- changing ---------------------------------------------------------------------------------

    def substitute(self, letters: Mapping[str, IndexExpr]) -> IndexExpr:
        """Put index expressions in the place of running indices, all at once."""
        if not any(name in letters for name in self.letters):
            return self
        total = IndexExpr.integer(0)
        for monomial, factor in self.terms:
            product = IndexExpr.integer(factor)
            for atom in monomial:
                product = product * _substitute_atom(atom, letters)
            total = total + product
        return total

    def rename_quantities(self, names: Mapping[str, str]) -> IndexExpr:
        """Give the gathered quantities other names."""
        if not any(name in names for name in self.gathered):
            return self
        total = IndexExpr.integer(0)
        for monomial, factor in self.terms:
            product = IndexExpr.integer(factor)
            for atom in monomial:
                product = product * _rename_atom(atom, names)
            total = total + product
        return total

    def __str__(self) -> str:
        if not self.terms:
            return "0"
        out = ""
        for monomial, factor in sorted(self.terms, key=_printing_rank):
            sign = "-" if factor < 0 else "+"
            words = [_spell_atom(atom) for atom in monomial]
            if abs(factor) != 1 or not words:
                words.insert(0, str(abs(factor)))
            body = "*".join(words)
            out += (f"-{body}" if sign == "-" else body) if not out else f"{sign}{body}"
        return out


def _printing_rank(term: tuple[tuple[Atom, ...], int]) -> int:
    """`N-k+1`: what is added, what is taken away, the constant."""
    monomial, factor = term
    if monomial:
        return 1 if factor > 0 else 2
    return 3


def _substitute_atom(atom: Atom, letters: Mapping[str, IndexExpr]) -> IndexExpr:
    if isinstance(atom, Letter):
        return letters.get(atom.name) or IndexExpr((((atom,), 1),))
    if isinstance(atom, Division):
        return atom.dividend.substitute(letters) // atom.divisor
    if isinstance(atom, Remainder):
        return atom.dividend.substitute(letters) % atom.divisor
    if isinstance(atom, Gather):
        return IndexExpr.gather(atom.quantity, tuple(i.substitute(letters) for i in atom.indices))
    return IndexExpr((((atom,), 1),))


def _rename_atom(atom: Atom, names: Mapping[str, str]) -> IndexExpr:
    if isinstance(atom, Division):
        return atom.dividend.rename_quantities(names) // atom.divisor
    if isinstance(atom, Remainder):
        return atom.dividend.rename_quantities(names) % atom.divisor
    if isinstance(atom, Gather):
        inner = tuple(i.rename_quantities(names) for i in atom.indices)
        return IndexExpr.gather(names.get(atom.quantity, atom.quantity), inner)
    return IndexExpr((((atom,), 1),))


def _spell_atom(atom: Atom) -> str:
    if isinstance(atom, Letter | Extent):
        return atom.name
    if isinstance(atom, Gather):
        places = ",".join(str(i) for i in atom.indices)
        return f"{atom.quantity}[{places}]" if places else atom.quantity
    sign = "//" if isinstance(atom, Division) else "%"
    return f"(({atom.dividend}){sign}{atom.divisor})"


def as_index(value: IndexExpr | int) -> IndexExpr:
    """An integer as an index expression; an index expression as it is."""
    return value if isinstance(value, IndexExpr) else IndexExpr.integer(value)
