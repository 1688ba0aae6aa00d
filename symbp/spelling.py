"""The text language, written: a node as the text that the parser reads back as an equal node.

Used by messages, by `str` and by the text printer. Letters that symbp made (with a dot in them) are
given a plain letter here, one that nothing in scope uses. Brackets are decided by precedence alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from symbp.equations import Equation
from symbp.expressions import (
    Abstraction,
    Access,
    Binder,
    Bracket,
    Call,
    Comparison,
    Constant,
    IndexComparison,
    IndexValue,
    Logical,
    Node,
    Number,
    Power,
    Product,
    Reduce,
    Sum,
    TensorOperator,
    Where,
    postorder,
    substitute,
)
from symbp.indices import IndexExpr

__all__ = ["name_letters", "spell", "spell_equation", "spell_number", "spell_place"]

#: How tightly a text binds; a quotient of differentials is a factor, but no divisor and no base.
_SUM, _PRODUCT, _UNARY, _QUOTIENT, _POWER, _ATOM = range(6)
_MESSAGE_SIZE, _MESSAGE_LENGTH = 60, 90
_ALPHABET = "ijklmnopqrstuvwabcdefgh"


def spell(
    root: Node, names: Callable[[Access], str | None] | None = None, *, decimals: bool = False
) -> str:
    """A node in the text language.

    Args:
        root: what to write.
        names: may give an access another spelling (a derivative: `dL/dz[n,k]`); None keeps it.
        decimals: as for `spell_number`.
    """
    speller = _Speller(names or (lambda access: None), decimals=decimals)
    return speller.write(name_letters(root))[0]


def spell_equation(
    equation: Equation,
    names: Callable[[Access], str | None] | None = None,
    whole: Callable[[Binder, Node], bool] | None = None,
    *,
    decimals: bool = False,
) -> str:
    """An equation in the text language: `name[indices] = expression`.

    Args:
        equation: what to write.
        names: as for `spell`.
        whole: whether a bound index of a body runs as far as a reader would infer; else its range
            is written, `sum(j:2, ...)`. None: ranges that are not one name or number are written.
        decimals: as for `spell_number`.
    """
    taken = frozenset(equation.letters)
    right = name_letters(equation.right, taken)
    speller = _Speller(names or (lambda access: None), whole, decimals=decimals)
    return f"{speller.write(equation.left)[0]} = {speller.write(right)[0]}"


def spell_place(equation: Equation) -> str:
    """How a message names an equation: all of it if it is short, else its left side."""
    if equation.right.size <= _MESSAGE_SIZE:
        text = spell_equation(equation)
        if len(text) <= _MESSAGE_LENGTH:
            return f"`{text}`"
    return f"`{spell(equation.left)} = ...`"


def spell_number(value: Fraction, *, decimals: bool = False) -> str:
    """An exact number: a decimal where that is exact and short, else a quotient.

    Fractions over 10 or less are quotients, 3/10 and 1/2; for an author who writes `decimals`,
    only those without an exact decimal and halves, quarters and eighths.
    """
    if value.denominator == 1:
        return str(value.numerator)
    scaled = value.denominator
    for prime in (2, 5):
        while scaled % prime == 0:
            scaled //= prime
    if scaled == 1 and (value.denominator > 10 or (decimals and value.denominator % 5 == 0)):
        digits = 1
        while 10**digits % value.denominator:
            digits += 1
        if digits <= 40:
            whole = abs(value.numerator) * 10**digits // value.denominator
            text = str(whole).rjust(digits + 1, "0")
            sign = "-" if value < 0 else ""
            return f"{sign}{text[:-digits]}.{text[-digits:]}"
    return f"{value.numerator}/{value.denominator}"


def name_letters(root: Node, taken: frozenset[str] = frozenset()) -> Node:
    """Give bound letters that symbp made, or that hide a letter in scope, a plain letter."""
    if not any(isinstance(n, Reduce | Abstraction) for n in postorder(root)):
        return root
    return _name(root, taken | root.free)


def _name(root: Node, scope: frozenset[str]) -> Node:
    replaced: dict[Node, Node] = {}
    for current in _outermost_binders(root):
        made = current
        letters: dict[str, IndexExpr] = {}
        used = set(scope | current.free | _names_used(current))
        binders: list[Binder] = []
        for binder in current.binders:
            name = binder.name
            if "·" in name or name in scope:
                name = _plain(name.split("·")[0], used | {b.name for b in binders})
                letters[binder.name] = IndexExpr.letter(name)
            binders.append(binder.renamed(name))
        body = substitute(current.body, letters) if letters else current.body
        body = _name(body, scope | {b.name for b in binders})
        if isinstance(current, Reduce):
            made = Reduce(current.operator, binders, body)
        else:
            made = Abstraction(binders, body)
        if made is not current:
            replaced[current] = made
    return _replace(root, replaced) if replaced else root


def _replace(root: Node, replaced: Mapping[Node, Node]) -> Node:
    done: dict[int, Node] = {}
    stack: list[tuple[Node, bool]] = [(root, False)]
    while stack:
        current, opened = stack.pop()
        if id(current) in done:
            continue
        if current in replaced:
            done[id(current)] = replaced[current]
        elif opened or not current.children:
            done[id(current)] = current.rebuild([done[id(c)] for c in current.children])
        else:
            stack.append((current, True))
            stack.extend((c, False) for c in current.children)
    return done[id(root)]


def _outermost_binders(root: Node) -> list[Reduce | Abstraction]:
    found: dict[Node, Reduce | Abstraction] = {}
    stack = [root]
    seen: set[int] = set()
    while stack:
        current = stack.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, Reduce | Abstraction):
            found.setdefault(current, current)
        else:
            stack.extend(reversed(current.children))
    return list(found.values())


def _names_used(root: Node) -> set[str]:
    return {n.quantity for n in postorder(root) if isinstance(n, Access)} | {
        name for n in postorder(root) for name in n.free
    }


def _plain(hint: str, used: set[str]) -> str:
    if hint and hint not in used:
        return hint
    start = _ALPHABET.find(hint[:1])
    for step in range(1, len(_ALPHABET)):
        letter = _ALPHABET[(start + step) % len(_ALPHABET)]
        if letter not in used:
            return letter
    number = 1
    while f"{hint}{number}" in used:
        number += 1
    return f"{hint}{number}"


class _Speller:
    """One visit: each method returns the text and how tightly it binds."""

    def __init__(
        self,
        names: Callable[[Access], str | None],
        whole: Callable[[Binder, Node], bool] | None = None,
        *,
        decimals: bool = False,
    ) -> None:
        self.names = names
        self.decimals = decimals
        self.whole = whole or _plain_range

    def write(self, root: Node) -> tuple[str, int]:
        """The text of a node and its precedence; iterative, since a chain may be deep."""
        done: dict[int, tuple[str, int]] = {}
        for current in postorder(root):
            parts = [done[id(child)] for child in current.children]
            done[id(current)] = self._one(current, parts)
        return done[id(root)]

    def _one(self, current: Node, parts: list[tuple[str, int]]) -> tuple[str, int]:
        if isinstance(current, Number):
            text = spell_number(current.value, decimals=self.decimals)
            tight = _ATOM if current.value >= 0 else _UNARY
            return text, _PRODUCT if "/" in text else tight
        if isinstance(current, Constant):
            return current.name, _ATOM
        if isinstance(current, Access):
            text = self._access(current)
            return text, _QUOTIENT if "/" in text.partition("[")[0] else _ATOM
        if isinstance(current, IndexValue):
            text = str(current.index)
            plain = len(current.index.terms) == 1 and "*" not in text and text[0] != "-"
            return text, _ATOM if plain else _SUM
        if isinstance(current, Sum):
            return self._sum(current, parts)
        if isinstance(current, Product):
            return self._product(current, parts)
        if isinstance(current, Power):
            exponent = _wrap(parts[1], _POWER if parts[1][1] == _QUOTIENT else _UNARY)
            return f"{_wrap(parts[0], _ATOM)}^{exponent}", _POWER
        return self._applied(current, [text for text, _ in parts]), _loose(current)

    def _access(self, current: Access) -> str:
        special = self.names(current)
        if special is not None:
            return special
        if not current.indices:
            return current.quantity
        return f"{current.quantity}[{','.join(str(i) for i in current.indices)}]"

    def _sum(self, current: Sum, parts: list[tuple[str, int]]) -> tuple[str, int]:
        text = ""
        for (sign, _), part in zip(current.terms, parts, strict=True):
            body = _wrap(part, _PRODUCT)
            if not text:
                text = body if sign > 0 else f"-{body}"
            else:
                text += f" + {body}" if sign > 0 else f" - {body}"
        return text or "0", _SUM

    def _product(self, current: Product, parts: list[tuple[str, int]]) -> tuple[str, int]:
        cut = len(current.numerator)
        above = [_wrap(p, _UNARY if n == 0 else _QUOTIENT) for n, p in enumerate(parts[:cut])]
        below = [_wrap(p, _POWER) for p in parts[cut:]]
        text = "*".join(above) or "1"
        if len(below) == 1:
            text += f"/{below[0]}"
        elif below:
            text += f"/({'*'.join(below)})"
        return text, _PRODUCT

    def _applied(self, current: Node, parts: list[str]) -> str:
        if isinstance(current, Call):
            return f"{current.function}({', '.join(parts)})"
        if isinstance(current, Where):
            return f"where({', '.join(parts)})"
        if isinstance(current, Reduce):
            ranges = ", ".join(
                b.name if self.whole(b, current.body) else f"{b.name}:{b.upper}"
                for b in current.binders
            )
            return f"{current.operator}({ranges}, {parts[0]})"
        if isinstance(current, Bracket):
            return f"[{parts[0]}]"
        if isinstance(current, Comparison):
            return f"{parts[0]} {current.relation} {parts[1]}"
        if isinstance(current, IndexComparison):
            return f"{current.left} {current.relation} {current.right}"
        if isinstance(current, Logical):
            return _logical(current, parts)
        if isinstance(current, TensorOperator):
            inside = f"{current.name}({', '.join(parts)})"
            return f"{inside}[{','.join(str(i) for i in current.indices)}]"
        if isinstance(current, Abstraction):
            return f"({', '.join(b.name for b in current.binders)} -> {parts[0]})"
        raise TypeError(f"cannot spell a {type(current).__name__}")


def _plain_range(binder: Binder, body: Node) -> bool:
    """Whether a range is the name or the number of an extent, which its accesses mostly say."""
    del body
    upper = binder.upper
    return upper is None or upper.as_integer is not None or str(upper).isidentifier()


def _loose(current: Node) -> int:
    return _SUM if isinstance(current, Comparison | IndexComparison | Logical) else _ATOM


def _logical(current: Logical, parts: list[str]) -> str:
    pairs = zip(parts, current.operands, strict=True)
    wrapped = [f"({p})" if isinstance(c, Logical) else p for p, c in pairs]
    if current.operator == "not":
        return f"not ({parts[0]})"
    return f" {current.operator} ".join(wrapped)


def _wrap(part: tuple[str, int], least: int) -> str:
    text, tightness = part
    return text if tightness >= least else f"({text})"
