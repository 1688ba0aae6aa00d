"""Exponents whose references are the largest of named others: max/a = max(0, a, b).

    exp(a)/(1 + exp(a) + exp(b))         the exponent a - max/a: at most 0
    exp(a)/(1 + exp(a))                  a - max(0, a): of one exponential, and left to its forms
    exp(a + b)/((1 + exp(a))*(1 + exp(b)))      of two: exponents are added, then one exp is taken

An exponent is *tame* where it is a sum of as many members of a family as references are subtracted:
each of these differences is at most 0. It is *of one* where it and all that its references are the
largest of are multiples of one exponent: of those a rational function is made (`stableforms.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement

from symbp.monomials import Monomial
from symbp.stabilising.references import References
from symbp.stabilising.scales import Exponent, collected

__all__ = ["merged", "of_one", "tame"]

#: Members of a family that are tried together.
MAX_TOGETHER = 4


def tame(exponent: Exponent, references: References) -> bool:
    """Whether an exponent is at most 0, and is 0 somewhere."""
    found = [(m, family) for m in exponent if (family := references.family(m))]
    if len(found) != 1:
        return not found and references.tame(exponent)
    (reference, family), times = found[0], -found[0][0].coefficient
    if times.denominator != 1 or not 0 < times <= MAX_TOGETHER:
        return False
    others = [m for m in exponent if m is not reference]
    chosen = combinations_with_replacement(family, int(times))
    if any(not collected((*others, *(_minus(m) for e in es for m in e))) for es in chosen):
        return True
    inner = any(references.mark(m) is not None for e in family for m in e)
    return inner and times == 1 and references.tame(exponent)


def of_one(exponents: Sequence[Exponent], references: References) -> bool:
    """Whether exponents are made of one, references to families of it among them."""
    found = [e for exponent in exponents for e in _spread(exponent, references)]
    held = [m for exponent in exponents for m in exponent if references.family(m, every=True)]
    if not held or any(m.coefficient.denominator != 1 for m in held):
        return False  # of a root no rational function is made
    if any(references.mark(m) is not None for e in found for m in e):
        return False  # the largest of something else
    return all(proportional(e, found[0]) for e in found[1:])


def merged(exponents: Sequence[Exponent], references: References) -> tuple[int, ...]:
    """The factors that may be too large or too small where their product is neither, by place.

    None where all are at most 1, and where one exponent is a multiple of the other. Factors fall
    into parts that are about different things. Where one of these may be too large, all of them are
    taken together; else each part by itself, but for those that are of one exponential.
    """
    if len(exponents) < 2 or all(multiple(e, exponents[0]) for e in exponents[1:]):
        return ()
    if all(tame(e, references) for e in exponents) or of_one(exponents, references):
        return ()
    parts = _parts(exponents, references)
    if not all(tame(_together(exponents, part), references) for part in parts):
        return tuple(range(len(exponents)))
    inner = [p for p in parts if len(p) > 1 and not of_one([exponents[n] for n in p], references)]
    return tuple(sorted(n for part in inner for n in part))


def _together(exponents: Sequence[Exponent], places: Sequence[int]) -> Exponent:
    return collected(m for n in places for m in exponents[n])


def proportional(one: Exponent, other: Exponent) -> bool:
    """Whether an exponent is a multiple of another."""
    return multiple(one, other) or multiple(tuple(map(_minus, one)), other)


def multiple(one: Exponent, other: Exponent) -> bool:
    """Whether an exponent is a positive multiple of another."""
    known = {m.key: m.coefficient for m in other}
    ratios = {m.coefficient / known[m.key] if m.key in known else None for m in one}
    ratio = ratios.pop() if len(ratios) == 1 and len(one) == len(other) else None
    return ratio is not None and ratio > 0


def _minus(monomial: Monomial) -> Monomial:
    return Monomial(-monomial.coefficient, monomial.powers)


def _spread(exponent: Exponent, references: References) -> list[Exponent]:
    """What an exponent is made of: its terms, and the members of the families in it."""
    own: list[Monomial] = []
    found: list[Exponent] = []
    for monomial in exponent:
        family = references.family(monomial, every=True)
        found += [e for e in family if e]
        own += () if family else (monomial,)
    return [tuple(own), *found] if own else found


def _parts(exponents: Sequence[Exponent], references: References) -> list[list[int]]:
    """Exponents in groups: those of one group are about other factors than those of another."""
    parts: list[tuple[frozenset[object], list[int]]] = []
    for place, exponent in enumerate(exponents):
        terms = [m for e in (*_spread(exponent, references), exponent) for m in e]
        about: frozenset[object] = frozenset(base for m in terms for base, _ in m.powers)
        joined = [place]
        for part in [p for p in parts if p[0] & about]:
            parts.remove(part)
            about |= part[0]
            joined = [*part[1], *joined]
        parts.append((about, joined))
    return [part for _, part in parts]
