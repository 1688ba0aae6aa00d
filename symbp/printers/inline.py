"""Pieces of a sentence: as boxes for printers that set formulas, as text for those that do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symbp.errors import impossible
from symbp.facts import Fact, Identity, identity_of
from symbp.indices import IndexExpr
from symbp.printers import functions
from symbp.printers.boxes import Box, Digits, Ident, Line, Operator, Sign
from symbp.printers.escaping import terminal_text
from symbp.printers.naming import combine
from symbp.printers.phrases import Piece
from symbp.printers.setting import Face, Setter
from symbp.printers.textmath import TextSetter

__all__ = ["Run", "piece_box", "piece_text", "runs"]

#: Kinds of pieces that are words; their value is the text.
WORDS = ("plain", "strong", "text")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a sentence: words (`strong` or not), or a formula."""

    text: str = ""
    box: Box | None = None
    strong: bool = False


def runs(pieces: Sequence[Piece], setter: Setter, face: Face) -> list[Run]:
    """A sentence as words and formulas, neighbours of one sort joined."""
    found: list[Run] = []
    for piece in pieces:
        box = piece_box(piece, setter, face)
        made = Run(str(piece.value), None, piece.kind == "strong") if box is None else Run(box=box)
        last = found[-1] if found else None
        if last is not None and last.box is not None and box is not None:
            found[-1] = Run(box=Line((last.box, box)))
        elif last is not None and last.box is None and box is None and last.strong == made.strong:
            found[-1] = Run(last.text + made.text, None, made.strong)
        else:
            found.append(made)
    return found


def piece_box(piece: Piece, setter: Setter, face: Face) -> Box | None:
    """The formula of a piece, None for words."""
    kind, value = piece.kind, piece.value
    if kind in WORDS:
        return None
    if kind == "node":
        return setter.formula(value, face)
    if kind in ("letter", "name"):
        return setter.name(value)
    if kind == "index":
        return _index(value, setter)
    if kind == "function":
        return functions.operator(value, sigma=not setter.notation.taken("σ"))
    if kind == "fact":
        return _fact(value, setter, face)
    return _layout_box(kind, value, setter)


def _layout_box(kind: str, value: object, setter: Setter) -> Box:
    if kind in ("sign", "digits"):
        return Sign(str(value)) if kind == "sign" else Digits(str(value))
    if kind == "bar":
        return setter.sensitivity(str(value))
    if kind == "real":
        return Line((setter.name(str(value)), Sign("∈"), Ident("ℝ")))
    if kind == "slope" and isinstance(value, tuple):
        return setter.quotient(*value)
    if kind == "arrows" and isinstance(value, tuple):
        items: list[Box] = []
        for name in value:
            items += [Sign("→")] if items else []
            items.append(Sign("…") if name == "…" else setter.name(name))
        return Line(tuple(items))
    if kind == "range" and isinstance(value, tuple):
        return _range(value, setter)
    if kind == "shape" and isinstance(value, tuple):
        items = []
        for extent in value:
            items += [Sign("×")] if items else []
            items.append(setter.index(extent))
        return Line(tuple(items))
    return impossible(f"there is no kind of piece {kind!r}")


def _range(value: tuple[str, IndexExpr, IndexExpr], setter: Setter) -> Box:
    letter, lower, upper = value
    first = setter.index(lower)
    start = (setter.name(letter), Sign("="), first)
    if (upper - lower).as_integer == 1:
        return Line(start)
    comma = Sign(",")
    return Line((*start, comma, Sign("…"), comma, setter.index(upper - 1)))


def _index(value: IndexExpr | str | int, setter: Setter) -> Box:
    if isinstance(value, IndexExpr):
        return setter.index(value)
    return Digits(str(value)) if isinstance(value, int) else setter.name(value)


def _identity(fact: Fact | Identity, setter: Setter | TextSetter) -> Identity | None:
    if isinstance(fact, Identity):
        return fact
    if fact.word == "one_hot":
        return None
    return identity_of(fact, setter.notation.ledger.forward.quantities[fact.quantity])


def _fact(fact: Fact | Identity, setter: Setter, face: Face) -> Box:
    identity = _identity(fact, setter)
    if identity is not None:
        left, right = setter.formula(identity.left, face), setter.formula(identity.right, face)
        return Line((left, Sign("="), right))
    if not isinstance(fact, Fact):
        impossible("an identity without sides")
    named = setter.name(fact.quantity)
    relation = _RELATIONS.get(fact.word)
    if relation is not None:
        return Line((named, Sign(relation), Digits("0")))
    quantity = setter.notation.ledger.forward.quantities[fact.quantity]
    axes = tuple(
        combine(setter.notation.named(quantity.letters[a], indexed=False)) for a in fact.axes
    )
    over = (Sign("\u2009"), *axes) if axes else ()
    return Line((named, Sign(":"), Operator(fact.word.replace("_", "-")), *over))


_RELATIONS = {"positive": ">", "negative": "<", "nonnegative": "≥", "nonzero": "≠"}


def piece_text(piece: Piece, texts: TextSetter) -> str:
    """A piece as text, control characters shown."""
    kind, value = piece.kind, piece.value
    if kind == "node":
        return texts.formula(value)
    if kind == "fact":
        return texts.fact(value)
    if kind == "sign":
        return f" {value} "
    if kind == "name":
        return texts.name(value)
    if kind == "bar":
        return terminal_text(f"({value})_bar" if "/" in value else f"{value}_bar")
    if kind == "real":
        return terminal_text(f"{value} real")
    if kind == "slope":
        return texts.name_quotient(*value)
    if kind == "arrows":
        return terminal_text(" -> ".join(value).replace("…", "..."))
    if kind == "range":
        letter, lower, upper = value
        last = "" if (upper - lower).as_integer == 1 else f", ..., {upper - 1}"
        return terminal_text(f"{letter} = {lower}{last}")
    if kind == "shape":
        return terminal_text(" x ".join(str(extent) for extent in value))
    return terminal_text(str(value))
