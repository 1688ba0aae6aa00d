"""Facts: what is known of the data, as a table of words and as general identities.

A fact that holds on an *open* set (positive, nonzero, ...) may be used at any time. A fact that
*ties* entries together (symmetric, simplex, one_hot, ...) may be used only after the last
differentiation: derivatives are ambient.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symbp.expressions import Access, Binder, Node, Number, Reduce
from symbp.indices import IndexExpr
from symbp.quantities import Quantity

__all__ = [
    "PLACES",
    "VOCABULARY",
    "Fact",
    "FactWord",
    "Identity",
    "contradicted",
    "identity_of",
    "words_implied",
]


@dataclass(frozen=True, slots=True)
class FactWord:
    """A word of the vocabulary.

    Attributes:
        name: as declarations write it.
        axes: how many axes it speaks of (1 for `one_hot(k)`).
        ties: whether it ties or fixes values, so that it may not be used before differentiating.
        implies: weaker words that follow from it.
        values: where its values may lie, of the `PLACES` of the line; empty: everywhere.
    """

    name: str
    axes: int = 0
    ties: bool = False
    implies: tuple[str, ...] = ()
    values: tuple[str, ...] = ()


#: Places of the real line that words tell apart: below 0 without -1, -1, 0, between 0 and 1, 1,
#: above 1.
PLACES = ("below", "-1", "0", "between", "1", "above")


VOCABULARY: dict[str, FactWord] = {
    word.name: word
    for word in (
        FactWord("positive", implies=("nonzero", "nonnegative"), values=PLACES[3:]),
        FactWord("negative", implies=("nonzero",), values=PLACES[:2]),
        FactWord("nonnegative", values=PLACES[2:]),
        FactWord("nonzero", values=("below", "-1", "between", "1", "above")),
        FactWord(
            "unit_interval", implies=("positive", "nonzero", "nonnegative"), values=("between",)
        ),
        FactWord("sign", ties=True, implies=("nonzero",), values=("-1", "1")),
        FactWord("binary", ties=True, implies=("nonnegative",), values=("0", "1")),
        FactWord(
            "simplex", axes=1, ties=True, implies=("nonnegative",), values=("0", "between", "1")
        ),
        FactWord(
            "one_hot",
            axes=1,
            ties=True,
            implies=("simplex", "binary", "nonnegative"),
            values=("0", "1"),
        ),
        FactWord("symmetric", ties=True),
        FactWord("invertible"),
        FactWord("spd", ties=True, implies=("symmetric", "invertible")),
        FactWord("class_ids"),
    )
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A word said of a quantity, and of some of its axes (positions)."""

    word: str
    quantity: str
    axes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Identity:
    """`left = right` for all values of the ranges: `sum(k, y[n,k]) = 1` for all n."""

    ranges: tuple[Binder, ...]
    left: Node
    right: Node


def words_implied(word: str) -> tuple[str, ...]:
    """The word and all words that follow from it."""
    return (word, *VOCABULARY[word].implies)


def contradicted(facts: Sequence[Fact]) -> tuple[Fact, Fact] | None:
    """Two facts of one quantity that no value satisfies both of (and the ones before them), if any.

    Only words about values are compared: `positive` and `negative`, `unit_interval` and `binary`.
    """
    left: dict[str, tuple[str, ...]] = {}
    last: dict[str, Fact] = {}
    for fact in facts:
        values = VOCABULARY[fact.word].values
        if not values:
            continue
        known = left.get(fact.quantity, PLACES)
        both = tuple(place for place in known if place in values)
        if not both:
            return last[fact.quantity], fact
        left[fact.quantity] = both
        if len(both) < len(known):
            last[fact.quantity] = fact
    return None


def identity_of(fact: Fact, quantity: Quantity) -> Identity | None:
    """The identity that a fact states, if it states one: simplex over k says Σ_k y = 1."""
    if "simplex" not in words_implied(fact.word):
        return None
    axis = fact.axes[0]
    letters = _distinct_letters(quantity)
    binders = [
        Binder(letter, IndexExpr.integer(0), a.extent)
        for letter, a in zip(letters, quantity.axes, strict=True)
    ]
    place = Access(quantity.name, [IndexExpr.letter(letter) for letter in letters])
    outer = tuple(b for n, b in enumerate(binders) if n != axis)
    return Identity(outer, Reduce("sum", (binders[axis],), place), Number(1))


def _distinct_letters(quantity: Quantity) -> tuple[str, ...]:
    letters: list[str] = []
    for letter in quantity.letters:
        number = sum(1 for known in letters if known.split("·")[0] == letter)
        letters.append(letter if not number else f"{letter}·{number}")
    return tuple(letters)
