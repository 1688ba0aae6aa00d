"""The text language: an expression, a system, a claim, facts.

Each function reads one kind of text into nodes or into a builder. Texts are never evaluated. What
all of them raise:

    ParseError          the text is not in the grammar (docs/grammar.md), or calls no function
    UnknownNameError    a name stands for nothing;  NameCollisionError: for two things
    ShapeError          a quantity is read with another number of indices than it has
    DeclarationError    an index is not bound, or a declaration contradicts another
    MathError           a constant part has no value: 1/0
    LimitExceeded       the text exceeds one of the `Limits`
    NotSupportedError   it means something that cannot be treated yet

Every message ends in the line and column, and shows the line with a caret.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Union

from symbp.declarations import Builder
from symbp.expressions import Access, Node
from symbp.extents import infer_extents
from symbp.facts import Fact, Identity
from symbp.language.calls import TextMeaning
from symbp.language.declaring import Declaring
from symbp.language.derivatives import DerivativeRef
from symbp.language.factlines import facts_in_relation, facts_in_words, free_letters
from symbp.language.lexer import EXPRESSION
from symbp.language.limits import DEFAULT, Limits
from symbp.language.reading import TextReader
from symbp.language.scopes import Scope
from symbp.language.sources import Source
from symbp.language.statements import FactLine, RelationLine, StatementReader
from symbp.language.syntax import Tree, run
from symbp.quantities import Quantity
from symbp.systems import EquationSystem

__all__ = ["Claim", "Names", "parse_claim", "parse_expression", "parse_facts", "parse_system"]

#: Whatever knows names: a builder, a system, or quantities by name.
Names = Union[Builder, EquationSystem, Mapping[str, Quantity]]


@dataclass(frozen=True, slots=True)
class Claim:
    """`left = right` for all values of the letters.

    Attributes:
        left, right: the two sides; a derivative is an access to a quantity named `dL/dz`.
        letters: the free letters of the left side, in order; the right side may use them.
        derivatives: what each such access stands for.
    """

    left: Node
    right: Node
    letters: tuple[str, ...]
    derivatives: Mapping[Access, DerivativeRef]

    @property
    def subject(self) -> DerivativeRef | None:
        """The derivative that the left side consists of, if it does."""
        return self.derivatives.get(self.left) if isinstance(self.left, Access) else None


def parse_system(text: str, builder: Builder, *, limits: Limits = DEFAULT) -> None:
    """Read statements into a builder; where one is not understood, the builder stays as it is."""
    reader = StatementReader(Source(text, limits))
    statements = reader.statements()
    Declaring(reader, builder).carry_out(statements)
    builder.decimals |= reader.decimals


def parse_expression(
    text: str,
    names: Names,
    *,
    letters: Iterable[str] | None = None,
    derivatives: bool = False,
    limits: Limits = DEFAULT,
) -> Node:
    """Read one expression.

    Args:
        text: the expression; statements and comments are refused.
        names: what names stand for. In a builder without any index, names that nobody declared are
            declared there as inputs.
        letters: index letters that may be free; None: those that stand between brackets.
        derivatives: whether `dL/dz[n]` is read as a derivative.
        limits: what the text may contain.
    """
    reader = TextReader(Source(text, limits), EXPRESSION)
    tree = _whole(reader)
    meaning = _meaning(reader, names, derivatives=derivatives)
    free = free_letters(meaning, 0, len(text)) if letters is None else dict.fromkeys(letters)
    made = run(meaning.value(tree, free))
    if isinstance(names, Builder):
        names.decimals |= reader.decimals
        for name in meaning.scope.undefined:
            names.declare(reader.source.spellings.get(name, name))
    return made


def parse_claim(
    text: str, names: Names, right: str | None = None, *, limits: Limits = DEFAULT
) -> Claim:
    """Read a claim: `dL/dz[n,k] = (p[n,k] - y[n,k])/N`, or its two sides as two texts."""
    reader = TextReader(Source(text, limits), EXPRESSION)
    if reader.token.kind == "stop":
        reader.refuse("the claim is empty; write dL/dz[n] = ...")
    left_tree: Tree = run(reader.expression())
    split = reader.token.position
    if right is None:
        if not reader.accept("="):
            reader.expected("`=` between the two sides of a claim")
        other, right_tree = reader, _whole(reader)
    else:
        reader.finish()
        other = TextReader(Source(right, limits), EXPRESSION)
        right_tree = _whole(other)
    meaning = _meaning(reader, names, derivatives=True)
    letters = free_letters(meaning, 0, split)
    left = run(meaning.value(left_tree, letters))
    second = meaning if other is reader else _meaning(other, names, derivatives=True)
    made = run(second.value(right_tree, letters))
    return Claim(left, made, tuple(letters), {**meaning.derivatives, **second.derivatives})


def parse_facts(
    text: str, names: Names, *, limits: Limits = DEFAULT
) -> tuple[Fact | Identity, ...]:
    """Read facts, the keyword left out: `y: one_hot(k)`, `s > 0`, `sum(k, y[n,k]) = 1`.

    The ranges of identities are complete where `names` is a system.
    """
    reader = StatementReader(Source(text, limits))
    lines = reader.facts()
    meaning = _meaning(reader, names)
    meaning.scope.open = False
    found: list[Fact | Identity] = []
    for line in lines:
        if isinstance(line, RelationLine):
            found += facts_in_relation(line, meaning)
        elif isinstance(line, FactLine):
            meaning.scope.signature(line.name, line.position)
            found += facts_in_words(line.name, line.words, meaning)
    if isinstance(names, EquationSystem):
        return infer_extents(names.quantities, (), found).facts
    return tuple(found)


def _whole(reader: TextReader) -> Tree:
    if reader.token.kind == "stop":
        reader.refuse("the expression is empty")
    tree: Tree = run(reader.expression())
    if reader.at("="):
        reader.refuse("one expression is expected here; `name = expression` belongs into a system")
    reader.finish()
    return tree


def _meaning(reader: TextReader, names: Names, *, derivatives: bool = False) -> TextMeaning:
    extents: tuple[str, ...] = ()
    quantities: Mapping[str, Quantity]
    if isinstance(names, Builder):
        quantities, extents = names.quantities, names.extents
    else:
        quantities = names.quantities if isinstance(names, EquationSystem) else names
    open_ = isinstance(names, Builder) and not (
        Scope.is_indexed(quantities) or extents or names.defaults
    )
    scope = Scope(reader.source, quantities.values(), extents, open_=open_, derivatives=derivatives)
    if isinstance(names, Builder):
        scope.letters.update(dict.fromkeys(names.defaults))
    return TextMeaning(scope, reader.bracketed, tuple(reader.bracketed))
