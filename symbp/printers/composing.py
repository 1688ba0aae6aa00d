"""How boxes of operands become the box of an operation: brackets, dots between factors, signs.

Each box comes with its *tightness*, how strongly its outermost operation binds; `OPEN` is that of a
product that ends in a sum sign, which reaches to the end of all that follows.
"""

from __future__ import annotations

from collections.abc import Sequence

from symbp.expressions import Logical, Node, Number, Sum
from symbp.printers.boxes import Box, Digits, Fence, Fraction, Ident, Line, Over, Script, Sign
from symbp.spelling import spell_number

__all__ = [
    "ATOM", "MINUS", "OPEN", "POWER", "PRODUCT", "SUM", "THIN", "Part", "comma_list", "fence",
    "is_one", "juxtapose", "set_logical", "set_number", "set_power", "set_sum", "stand_alone",
    "tighten",
]  # fmt: skip

SUM, OPEN, PRODUCT, POWER, ATOM = range(5)
THIN = Sign("\u2009")
MINUS = Sign("−")

#: A box and how tightly it binds.
Part = tuple[Box, int]


def set_number(current: Number, *, decimals: bool = False) -> Part:
    """A number; a fraction where it has no short decimal, or where its author writes fractions."""
    text = spell_number(abs(current.value), decimals=decimals)
    above, _, below = text.partition("/")
    box: Box = Fraction(Digits(above), Digits(below)) if below else Digits(text)
    if current.value < 0:
        return Line((MINUS, box)), SUM
    return box, PRODUCT if below else ATOM


def set_sum(current: Sum, inside: Sequence[Part]) -> Part:
    """Signed terms."""
    items: list[Box] = []
    for (sign, _), part in zip(current.terms, inside, strict=True):
        if sign < 0:
            items.append(MINUS)
        elif items:
            items.append(Sign("+"))
        items.append(fence(part, OPEN))
    return (Line(tuple(items)) if items else Digits("0")), SUM


def set_power(inside: Sequence[Part]) -> Part:
    """An exponent joins the subscript of its base; a layer number above keeps it outside."""
    base, tightness = inside[0]
    if tightness == ATOM and isinstance(base, Script) and base.sup is None:
        return Script(base.base, base.sub, inside[1][0]), POWER
    fenced = tightness < ATOM or isinstance(base, Script)
    return Script(Fence("(", ")", base) if fenced else base, None, inside[1][0]), POWER


def juxtapose(pairs: Sequence[tuple[Node, Part]], *, spelled: bool) -> Part:
    """Factors side by side, with a dot where two would run together."""
    items: list[Box] = []
    last = len(pairs) - 1
    for place, (_, part) in enumerate(pairs):
        box = part[0] if place == last and part[1] == OPEN else fence(part, PRODUCT)
        if items:
            items.extend(_between(items[-1], box, spelled=spelled))
        items.append(box)
    open_end = pairs[last][1][1] == OPEN
    if len(items) == 1:
        return items[0], pairs[0][1][1]
    return Line(tuple(items)), OPEN if open_end else PRODUCT


def stand_alone(pairs: Sequence[tuple[Node, Part]]) -> Box:
    """The factors above or below a bar; a single one needs no brackets."""
    return pairs[0][1][0] if len(pairs) == 1 else juxtapose(pairs, spelled=False)[0]


def _between(left: Box, right: Box, *, spelled: bool) -> tuple[Box, ...]:
    first = _first(right)
    mixed = isinstance(left, Digits) and isinstance(first, Fraction)
    numeric = isinstance(first, Digits) or mixed
    if spelled or numeric:
        return (Sign("⋅"),)
    wordy = any(isinstance(b, Ident) and b.roman for b in (left, right))
    barred = isinstance(left, Over | Fraction) and isinstance(right, Fraction)
    return (THIN,) if wordy or barred else ()


def _first(box: Box) -> Box:
    """What stands leftmost; a fraction stands for itself."""
    while isinstance(box, Line | Script):
        box = box.base if isinstance(box, Script) else box.items[0]
    return box


def is_one(value: Node) -> bool:
    """Whether it is the number 1."""
    return isinstance(value, Number) and value.value == 1


def fence(part: Part, least: int) -> Box:
    """The box, in brackets where its surroundings bind tighter than it does."""
    box, tightness = part
    return box if tightness >= least else Fence("(", ")", box)


def set_logical(current: Logical, inside: Sequence[Part]) -> Box:
    """And, or, not."""
    if current.operator == "not":
        return Line((Sign("¬"), Fence("(", ")", inside[0][0])))
    items: list[Box] = []
    for operand, (box, _) in zip(current.operands, inside, strict=True):
        if items:
            items.append(Sign("∧" if current.operator == "and" else "∨"))
        items.append(Fence("(", ")", box) if isinstance(operand, Logical) else box)
    return Line(tuple(items))


def comma_list(boxes: list[Box]) -> Box:
    """Boxes with commas between them."""
    items: list[Box] = []
    for box in boxes:
        if items:
            items.append(Sign(","))
        items.append(box)
    return items[0] if len(items) == 1 else Line(tuple(items))


def tighten(box: Box) -> Box:
    """A condition inside an Iverson bracket: relations without space around them."""
    if not isinstance(box, Line):
        return box
    return Line(tuple(Sign(b.text, tight=True) if isinstance(b, Sign) else b for b in box.items))
