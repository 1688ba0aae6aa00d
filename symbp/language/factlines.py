"""Facts of the text language into facts of a system.

`s > 0` is the word positive, and so on for the other comparisons with 0; `A[i,j] = A[j,i]` is the
word symmetric; any other equation is an identity for all values of its free letters.
"""

from __future__ import annotations

from collections.abc import Sequence

from symbp.errors import NotSupportedError, ParseError, ShapeError, UnknownNameError
from symbp.expressions import Access, Binder, Node
from symbp.facts import VOCABULARY, Fact, Identity
from symbp.language.calls import TextMeaning
from symbp.language.statements import RelationLine, Word
from symbp.language.syntax import Bracketed, Literal, Name, Tree, run
from symbp.names import suggest
from symbp.quantities import KINDS

__all__ = ["facts_in_relation", "facts_in_words", "free_letters"]

#: What a comparison of a quantity with 0 says of it.
_WORD_OF_SIGN = {">": "positive", "<": "negative", ">=": "nonnegative", "!=": "nonzero"}
_MIRRORED = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "!=": "!=", "==": "=="}


def facts_in_words(name: str, words: Sequence[Word], meaning: TextMeaning) -> list[Fact]:
    """The facts that words of the vocabulary say of a quantity.

    Raises:
        UnknownNameError: no such word, or no axis of that letter.
        ShapeError: the word speaks of another number of axes.
        ParseError: the word is a kind, which only a declaration gives.
    """
    return [_fact(name, word, meaning) for word in words]


def _fact(name: str, word: Word, meaning: TextMeaning) -> Fact:
    source = meaning.source
    row = VOCABULARY.get(word.name)
    if row is None and word.name in KINDS:
        message = f"`{word.name}` is a kind; declare it: input {name}: {word.name}"
        raise source.fail(ParseError, message, word.position)
    if row is None:
        message = f"unknown fact `{word.name}`; {suggest(word.name, VOCABULARY)}"
        raise source.fail(UnknownNameError, message, word.position)
    letters = [axis.letter for axis in meaning.scope.quantities[name].axes]
    if row.axes == 1 and not word.letters and len(letters) == 1:
        return Fact(word.name, name, (0,))
    if len(word.letters) != row.axes:
        example = f"{word.name}({letters[-1] if letters else 'k'})" if row.axes else word.name
        message = f"`{word.name}` speaks of {row.axes or 'no'} axis; write {example}"
        raise source.fail(ShapeError, message, word.position)
    axes: list[int] = []
    for letter, position in word.letters:
        if letters.count(letter) != 1:
            message = f"`{name}` has no single axis `{letter}`; {suggest(letter, letters)}"
            raise source.fail(UnknownNameError, message, position)
        axes.append(letters.index(letter))
    return Fact(word.name, name, tuple(axes))


def facts_in_relation(line: RelationLine, meaning: TextMeaning) -> list[Fact | Identity]:
    """What an equation or comparison says.

    Raises:
        NotSupportedError: a comparison other than of one quantity with 0.
    """
    if line.sign == "==":
        raise meaning.source.fail(ParseError, "an equation is stated with `=`", line.position)
    if line.sign != "=":
        return [_comparison(line, meaning)]
    letters = free_letters(meaning, line.start, line.after)
    left: Node = run(meaning.value(line.left, letters))
    right: Node = run(meaning.value(line.right, letters))
    if isinstance(left, Access) and isinstance(right, Access) and left.quantity == right.quantity:
        one, other = left.indices, right.indices
        plain = all(index.as_letter for index in one) and len(set(one)) == len(one) == 2
        if plain and one == other[::-1]:
            return [Fact("symmetric", left.quantity)]
    ranges = tuple(Binder(n) for n in letters if n in left.free or n in right.free)
    return [Identity(ranges, left, right)]


def free_letters(meaning: TextMeaning, start: int, after: int) -> dict[str, None]:
    """Names between brackets in a part of the text that are neither quantities nor extents."""
    scope = meaning.scope
    found = [
        (position, name)
        for name, positions in meaning.bracketed.items()
        if name not in scope.quantities and name not in scope.extents
        for position in positions
        if start <= position < after
    ]
    return dict.fromkeys(name for _, name in sorted(found))


def _comparison(line: RelationLine, meaning: TextMeaning) -> Fact:
    sign, one, other = line.sign, line.left, line.right
    if isinstance(one, Literal):
        sign, one, other = _MIRRORED[sign], other, one
    word = _WORD_OF_SIGN.get(sign)
    name = _name_of(one)
    if word is None or name is None or not (isinstance(other, Literal) and other.value == 0):
        message = "a fact compares one quantity with 0, by > < >= or !=; 0..1 is s: unit_interval"
        raise meaning.source.fail(NotSupportedError, message, line.position)
    if name not in meaning.scope.quantities:
        if not meaning.scope.open:
            raise meaning.scope.unknown(name, one.position)
        meaning.scope.undefined.setdefault(name, one.position)
    return Fact(word, name)


def _name_of(tree: Tree) -> str | None:
    """The quantity that a comparison is about: `s`, or `s[n]` for all n."""
    if isinstance(tree, Bracketed) and all(isinstance(index, Name) for index in tree.indices):
        tree = tree.base
    return tree.name if isinstance(tree, Name) else None
