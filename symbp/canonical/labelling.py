"""Canonical labelling: numbers for items that do not depend on how they were named or ordered.

A structure is a sum of products of factors; each factor applies a head to shapes over numbered
items. `label` finds a numbering of the items such that two structures get the same encoding exactly
if one is the other with its items renamed:

1. Refine colours until stable: an item's new colour is its old one and the sorted list of places
   where it occurs (the monomial's signature, and the factor's with the item marked).
2. Where a class has several members, single out each in turn and refine again. Members that can be
   exchanged outright (twins) need one trial only.
3. Each leaf is a numbering; the least encoding wins, and *all* leaves that reach it, with the twin
   exchanges, generate the automorphism group.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from symbp.canonical.budgets import Budget
from symbp.canonical.heads import Head, Permutations
from symbp.canonical.rationals import Rational
from symbp.canonical.terms import Shape, encode, items_of
from symbp.errors import LimitExceeded

__all__ = ["Factor", "Labelling", "Structure", "group", "label"]

#: Largest automorphism group whose elements are listed.
MAX_GROUP = 5_040
_MARK = -1


@dataclass(frozen=True, slots=True)
class Factor:
    """A power of a head at shapes over items."""

    head: Head
    exponent: Rational
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Structure:
    """A sum of products over items.

    Attributes:
        colours: what is known of each item beforehand; items of unequal colour are never exchanged.
        monomials: coefficient and factors of each term.
    """

    colours: tuple[Any, ...]
    monomials: tuple[tuple[Rational, tuple[Factor, ...]], ...]


@dataclass(frozen=True, slots=True)
class Labelling:
    """A canonical numbering.

    Attributes:
        encoding: equal for two structures exactly if they are equal up to renaming of items.
        numbers: the number of each item.
        automorphisms: generators, each as the image of each item.
    """

    encoding: tuple[Any, ...]
    numbers: tuple[int, ...]
    automorphisms: Permutations


def label(structure: Structure, budget: Budget) -> Labelling:
    """The canonical labelling of a structure.

    Raises:
        LimitExceeded: too many ties.
    """
    return _Search(structure, budget).run()


class _Search:
    """One search: a stack of colourings still to be split."""

    def __init__(self, structure: Structure, budget: Budget) -> None:
        self.structure = structure
        self.budget = budget
        self.size = sum(len(factors) for _, factors in structure.monomials)
        self.places: list[list[tuple[int, int]]] = [[] for _ in structure.colours]
        for m, (_, factors) in enumerate(structure.monomials):
            for f, factor in enumerate(factors):
                for item in sorted({i for s in factor.shapes for i in items_of(s)}):
                    self.places[item].append((m, f))

    def run(self) -> Labelling:
        best: tuple[Any, ...] | None = None
        winners: list[tuple[int, ...]] = []
        twins: dict[tuple[int, int], bool] = {}
        stack = [self._refine(_ranks(self.structure.colours))]
        leaves = 0
        while stack:
            colours = stack.pop()
            members = _first_tie(colours)
            if members is not None:
                for one in self._representatives(members, twins):
                    split = [2 * c + 1 for c in colours]
                    split[one] -= 1
                    stack.append(self._refine(_ranks(split)))
                continue
            leaves += 1
            if leaves > self.budget.leaves:
                raise LimitExceeded(
                    f"an expression is so symmetric that naming its indices takes more than "
                    f"{self.budget.leaves} trials; name intermediates, or raise Budget.leaves"
                )
            encoding = self._encode(colours)
            if best is None or encoding < best:
                best, winners = encoding, [tuple(colours)]
            elif encoding == best:
                winners.append(tuple(colours))
        return Labelling(best or (), winners[0], _generators(winners, twins))

    def _refine(self, colours: list[int]) -> list[int]:
        count = len(set(colours))
        while count < len(colours):
            self.budget.spend(1 + self.size * len(colours) // 16)
            monomials = self._monomial_signatures(colours)
            signatures = [
                (colour, self._signature(item, colours, monomials))
                for item, colour in enumerate(colours)
            ]
            colours = _ranks(signatures)
            if len(set(colours)) == count:
                break
            count = len(set(colours))
        return colours

    def _monomial_signatures(self, colours: Sequence[int]) -> list[Any]:
        return [
            (factor, tuple(sorted(_encode_factor(f, colours) for f in factors)))
            for factor, factors in self.structure.monomials
        ]

    def _signature(self, item: int, colours: list[int], monomials: list[Any]) -> Any:
        colour, colours[item] = colours[item], _MARK
        found = [
            (monomials[m], _encode_factor(self.structure.monomials[m][1][f], colours))
            for m, f in self.places[item]
        ]
        colours[item] = colour
        return tuple(sorted(found))

    def _encode(self, colours: Sequence[int]) -> tuple[Any, ...]:
        return tuple(sorted(self._monomial_signatures(colours)))

    def _representatives(self, members: list[int], twins: dict[tuple[int, int], bool]) -> list[int]:
        """One member of each class of twins: exchanging twins changes nothing."""
        chosen: list[int] = []
        for one in members:
            if not any(self._are_twins(other, one, twins) for other in chosen):
                chosen.append(one)
        return chosen

    def _are_twins(self, a: int, b: int, twins: dict[tuple[int, int], bool]) -> bool:
        if (a, b) not in twins:
            self.budget.spend(1 + self.size // 4)
            plain = list(range(len(self.structure.colours)))
            before = self._encode(plain)
            plain[a], plain[b] = b, a
            twins[a, b] = self._encode(plain) == before
        return twins[a, b]


def _encode_factor(factor: Factor, colours: Sequence[int]) -> tuple[Any, ...]:
    coded = [encode(s, colours) for s in factor.shapes]
    symmetry = factor.head.symmetry
    if len(symmetry) > 1:
        args = min(tuple(coded[p] for p in permutation) for permutation in symmetry)
    else:
        args = tuple(coded)
    return (factor.head.number, factor.exponent, args)


def _ranks(keys: Iterable[Any]) -> list[int]:
    keys = list(keys)
    order = {key: rank for rank, key in enumerate(sorted(set(keys)))}
    return [order[key] for key in keys]


def _first_tie(colours: list[int]) -> list[int] | None:
    members: dict[int, list[int]] = {}
    for item, colour in enumerate(colours):
        members.setdefault(colour, []).append(item)
    return next((members[c] for c in sorted(members) if len(members[c]) > 1), None)


def _generators(winners: list[tuple[int, ...]], twins: dict[tuple[int, int], bool]) -> Permutations:
    found: dict[tuple[int, ...], None] = {}
    first = winners[0]
    at_number = {number: item for item, number in enumerate(first)}
    for other in winners[1:]:
        found[tuple(at_number[number] for number in other)] = None
    for (a, b), same in twins.items():
        if same:
            exchange = list(range(len(first)))
            exchange[a], exchange[b] = b, a
            found[tuple(exchange)] = None
    return tuple(found)


def group(generators: Iterable[Sequence[int]], size: int) -> Permutations:
    """All products of permutations of 0..size-1, the identity first.

    Raises:
        LimitExceeded: there are more than `MAX_GROUP`.
    """
    moves = [tuple(g) for g in generators]
    identity = tuple(range(size))
    found: dict[tuple[int, ...], None] = {identity: None}
    todo = [identity]
    while todo:
        current = todo.pop()
        for move in moves:
            made = tuple(current[m] for m in move)
            if made not in found:
                if len(found) >= MAX_GROUP:
                    raise LimitExceeded(f"a symmetry with more than {MAX_GROUP} elements")
                found[made] = None
                todo.append(made)
    return tuple(found)
