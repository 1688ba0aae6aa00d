"""Expressions set as boxes: brackets, fractions and scripts are decided here, on the tree.

Each node becomes a box and a *tightness*, and a box is fenced where its surroundings bind tighter.
A sum sign reaches to the end of its product, so a sum that is not the last factor is fenced.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from symbp.derivations import Partial
from symbp.errors import LimitExceeded
from symbp.expressions import (
    Access,
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
    transform,
)
from symbp.indices import IndexExpr
from symbp.printers import functions
from symbp.printers.boxes import (
    Big,
    Box,
    Cases,
    Digits,
    Fence,
    Fraction,
    Ident,
    Line,
    Operator,
    Over,
    Prose,
    Root,
    Script,
    Sign,
)
from symbp.printers.indexing import set_index, set_indices, set_relation
from symbp.printers.naming import combine
from symbp.printers.notation import Derivative, Notation
from symbp.spelling import name_letters, spell_number

__all__ = ["PLAIN", "Face", "Setter", "refuse_huge"]

#: Nodes of one formula, shared ones counted each time: more is not read by anybody.
MAX_PRINTED_NODES = 50_000

_SUM, _OPEN, _PRODUCT, _POWER, _ATOM = range(5)
_THIN = Sign("\u2009")
_MINUS = Sign("−")

Part = tuple[Box, int]


def refuse_huge(root: Node) -> None:
    """Raise where a formula is too large for a page.

    Raises:
        LimitExceeded: it has more than `MAX_PRINTED_NODES` nodes, shared ones counted each time.
    """
    if root.size > MAX_PRINTED_NODES:
        raise LimitExceeded(
            f"a formula of {root.size} nodes is too large to print (limit "
            f"{MAX_PRINTED_NODES}); give its pieces names"
        )


@dataclass(frozen=True, slots=True)
class Face:
    """How a formula shows derivatives and factors.

    Attributes:
        adjoint: `alias` (δ where there is one), `fraction` or `bar` (sensitivity).
        spelled: factors stand apart with dots, also factors 1.
        given, otherwise: the words of branches.
    """

    adjoint: str = "alias"
    spelled: bool = False
    given: str = "if"
    otherwise: str = "otherwise"


PLAIN = Face()


class Setter:
    """Sets nodes in the notation of a derivation."""

    def __init__(self, notation: Notation) -> None:
        self.notation = notation
        self._letter_e = not notation.taken("e")
        self._letter_sigma = not notation.taken("sigma") and not notation.taken("σ")

    def formula(self, root: Node, face: Face = PLAIN) -> Box:
        """The box of an expression.

        Raises:
            LimitExceeded: it is too large for a page.
        """
        return self._parts(root, face)[0]

    def factor(self, root: Node, face: Face = PLAIN) -> Box:
        """The box of an expression, fenced where it could not stand inside a product."""
        return _fence(self._parts(root, face), _PRODUCT)

    def _parts(self, root: Node, face: Face) -> Part:
        refuse_huge(root)
        root = name_letters(transform(root, _spell_out))
        done: dict[int, Part] = {}
        for current in postorder(root):
            # only the factors of the whole formula are spelled out, not those inside a factor
            own = face if current is root else replace(face, spelled=False)
            done[id(current)] = self._one(current, [done[id(c)] for c in current.children], own)
        return done[id(root)]

    def left(self, side: Access | Partial, face: Face = PLAIN) -> Box:
        """The box of a left side; a derivative is a fraction, or a bar where the face says so."""
        if isinstance(side, Access):
            return self._access(side, face)[0]
        adjoint = self.notation.adjoint(side)
        if face.adjoint != "fraction" and adjoint is not None:
            return self._access(adjoint, face)[0]
        return self._fraction(Derivative(side.of, side.by, adjoint is None))

    def name(self, name: str) -> Box:
        """The box of a bare name: an index letter, an extent, a quantity, a derivative."""
        derivative = self.notation.derivative(Access(name)) if "/" in name else None
        if derivative is not None:
            return self._fraction(derivative)
        known = self.notation.ledger.forward.quantities.get(name)
        if known is None and name in self.notation.error_signals:
            return combine(self.notation.named(name, indexed=self.notation.error_signals[name]))
        return combine(self.notation.named(name, indexed=known is not None and bool(known.axes)))

    def index(self, index: IndexExpr) -> Box:
        """The box of an index expression."""
        return set_index(index, self.notation)

    def quotient(self, of: str, by: str) -> Box:
        """A derivative on the line, dE/dX; one of a derivative as a fraction of higher order."""
        if self.notation.derivative(Access(of)) is not None:
            return self._fraction(Derivative(Access(of), Access(by), local=False))
        mark: Box = Ident("d", roman=True) if self.notation.upright else Sign("∂")
        return Line((mark, self.name(of), Sign("/", tight=True), mark, self.name(by)))

    def sensitivity(self, name: str) -> Box:
        """A quantity under a bar: the derivative of the output by it."""
        return Over(self.name(name), "overline")

    # -- nodes ------------------------------------------------------------------------------------

    def _one(self, current: Node, inside: list[Part], face: Face) -> Part:
        if isinstance(current, Number):
            return _number(current)
        if isinstance(current, Constant):
            return Ident("π") if current.name == "pi" else Operator(current.name), _ATOM
        if isinstance(current, Access):
            return self._access(current, face)
        if isinstance(current, IndexValue):
            single = len(current.index.terms) == 1
            return self.index(current.index), _PRODUCT if single else _SUM
        if isinstance(current, Sum):
            return _sum(current, inside)
        if isinstance(current, Product):
            return self._product(current, inside, face)
        if isinstance(current, Power):
            return _power(inside)
        if isinstance(current, Call):
            return self._call(current, inside)
        if isinstance(current, Reduce):
            return self._reduce(current, inside[0])
        if isinstance(current, Where):
            return self._where(inside, face), _OPEN
        return self._condition(current, inside)

    def _condition(self, current: Node, inside: list[Part]) -> Part:
        if isinstance(current, Bracket):
            return Fence("[", "]", _tight(inside[0][0])), _ATOM
        if isinstance(current, Comparison):
            sign = set_relation(current.relation)
            return Line((inside[0][0], sign, inside[1][0])), _SUM
        if isinstance(current, IndexComparison):
            left, right = self.index(current.left), self.index(current.right)
            return Line((left, set_relation(current.relation), right)), _SUM
        if isinstance(current, Logical):
            return _logical(current, inside), _SUM
        if isinstance(current, TensorOperator):
            held = Fence("(", ")", _commas([box for box, _ in inside]))
            indices = set_indices(current.indices, self.notation)
            return Script(Line((Operator(current.name), held)), _commas(list(indices))), _ATOM
        # an abstraction: the operand of a tensor operator prints as what it abstracts
        return inside[0]

    def _access(self, current: Access, face: Face) -> Part:
        notation = self.notation
        derivative = notation.derivative(current)
        if derivative is None:
            indices = set_indices(current.indices, notation)
            return combine(
                notation.named(current.quantity, indexed=bool(current.indices)), indices
            ), _ATOM
        alias = notation.alias(current.quantity)
        if derivative.local or face.adjoint == "fraction":
            return self._fraction(derivative), _PRODUCT
        if face.adjoint == "bar":
            inner = self._access(derivative.by, replace(face, adjoint="fraction"))[0]
            return Over(inner, "overline"), _ATOM
        if alias is None:
            return self._fraction(derivative), _PRODUCT
        indices = set_indices(current.indices, notation)
        return combine(notation.named(alias, indexed=bool(indices)), indices), _ATOM

    def _fraction(self, derivative: Derivative) -> Fraction:
        """A derivative as a fraction; one of a derivative becomes one of higher order."""
        bys = [derivative.by]
        of = derivative.of
        while (inner := self.notation.derivative(of)) is not None:
            of = inner.of
            bys.insert(0, inner.by)
        mark: Box = Ident("d", roman=True) if self.notation.upright else Sign("∂")
        order: Box = mark if len(bys) == 1 else Script(mark, None, Digits(str(len(bys))))
        below: list[Box] = []
        if len(bys) > 1 and all(by == bys[0] for by in bys) and not bys[0].indices:
            below += [mark, Script(self._access(bys[0], PLAIN)[0], None, Digits(str(len(bys))))]
            bys = []
        for by in bys:
            below += [mark, self._access(by, PLAIN)[0]]
        return Fraction(Line((order, self._access(of, PLAIN)[0])), Line(tuple(below)))

    def _product(self, current: Product, inside: list[Part], face: Face) -> Part:
        pairs = list(zip(current.children, inside, strict=True))
        cut = len(current.numerator)
        above, below = pairs[:cut], pairs[cut:]
        if not face.spelled:
            above = [p for p in above if not _is_one(p[0])]
        if not below:
            return _juxtapose(above, spelled=face.spelled) if above else (Digits("1"), _ATOM)
        # sums stand behind the fraction: 1/N Σ, not a fraction as high as the sum
        behind = [p for p in above if isinstance(p[0], Reduce)]
        front = [p for p in above if not isinstance(p[0], Reduce)]
        over = _alone(front) if front else Digits("1")
        fraction = Fraction(over, _alone(below))
        if not behind:
            return fraction, _PRODUCT
        return _juxtapose([(current, (fraction, _PRODUCT)), *behind], spelled=face.spelled)

    def _call(self, current: Call, inside: list[Part]) -> Part:
        name = current.function
        bare, tightness = inside[0]
        if name == "exp" and self._letter_e:
            return Script(Ident("e"), None, bare), _POWER
        if name == "sqrt":
            return Root(bare), _ATOM
        if name == "abs":
            return Fence("|", "|", bare), _ATOM
        operator = functions.operator(name, sigma=self._letter_sigma)
        atom = tightness == _ATOM and len(inside) == 1 and not functions.always_fenced(name)
        if atom:
            return Line((operator, bare)), _OPEN
        return Line((operator, Fence("(", ")", _commas([box for box, _ in inside])))), _ATOM

    def _reduce(self, current: Reduce, body: Part) -> Part:
        items: list[Box] = []
        usual = [b for b in current.binders if self.notation.is_usual(b)]
        if usual:
            letters = [combine(self.notation.named(b.name, indexed=False)) for b in usual]
            items.append(Big(current.operator, _commas(letters)))
        for binder in current.binders:
            if binder in usual or binder.upper is None:
                continue
            letter = combine(self.notation.named(binder.name, indexed=False))
            start = Line((letter, Sign("="), self.index(binder.lower)))
            items.append(Big(current.operator, start, self.index(binder.upper - 1)))
        many = isinstance(current.body, Sum) and len(current.body.terms) > 1
        box, tightness = body
        items.append(_fence(body, _OPEN) if many or tightness == _SUM else box)
        return Line(tuple(items)), _OPEN

    def _where(self, inside: list[Part], face: Face) -> Box:
        condition, then, otherwise = (box for box, _ in inside)
        condition = Line((Prose(f"{face.given} "), condition))
        if isinstance(otherwise, Cases):
            return Cases((then, *otherwise.values), (condition, *otherwise.conditions))
        return Cases((then, otherwise), (condition, Prose(face.otherwise)))


def _spell_out(current: Node) -> Node:
    spelled = functions.SPELLED.get(current.function) if isinstance(current, Call) else None
    return current if spelled is None else spelled(current.children[0])


def _number(current: Number) -> Part:
    text = spell_number(abs(current.value))
    above, _, below = text.partition("/")
    box: Box = Fraction(Digits(above), Digits(below)) if below else Digits(text)
    if current.value < 0:
        return Line((_MINUS, box)), _SUM
    return box, _PRODUCT if below else _ATOM


def _sum(current: Sum, inside: Sequence[Part]) -> Part:
    items: list[Box] = []
    for (sign, _), part in zip(current.terms, inside, strict=True):
        if sign < 0:
            items.append(_MINUS)
        elif items:
            items.append(Sign("+"))
        items.append(_fence(part, _OPEN))
    return (Line(tuple(items)) if items else Digits("0")), _SUM


def _power(inside: Sequence[Part]) -> Part:
    """An exponent joins the subscript of its base; a layer number above keeps it outside."""
    base, tightness = inside[0]
    if tightness == _ATOM and isinstance(base, Script) and base.sup is None:
        return Script(base.base, base.sub, inside[1][0]), _POWER
    fenced = tightness < _ATOM or isinstance(base, Script)
    return Script(Fence("(", ")", base) if fenced else base, None, inside[1][0]), _POWER


def _juxtapose(pairs: Sequence[tuple[Node, Part]], *, spelled: bool) -> Part:
    """Factors side by side, with a dot where two would run together."""
    items: list[Box] = []
    last = len(pairs) - 1
    for place, (_, part) in enumerate(pairs):
        box = part[0] if place == last and part[1] == _OPEN else _fence(part, _PRODUCT)
        if items:
            items.extend(_between(items[-1], box, spelled=spelled))
        items.append(box)
    open_end = pairs[last][1][1] == _OPEN
    if len(items) == 1:
        return items[0], pairs[0][1][1]
    return Line(tuple(items)), _OPEN if open_end else _PRODUCT


def _alone(pairs: Sequence[tuple[Node, Part]]) -> Box:
    """The factors above or below a bar; a single one needs no brackets."""
    return pairs[0][1][0] if len(pairs) == 1 else _juxtapose(pairs, spelled=False)[0]


def _between(left: Box, right: Box, *, spelled: bool) -> tuple[Box, ...]:
    first = _first(right)
    mixed = isinstance(left, Digits) and isinstance(first, Fraction)
    numeric = isinstance(first, Digits) or mixed
    if spelled or numeric:
        return (Sign("⋅"),)
    wordy = any(isinstance(b, Ident) and b.roman for b in (left, right))
    barred = isinstance(left, Over | Fraction) and isinstance(right, Fraction)
    return (_THIN,) if wordy or barred else ()


def _first(box: Box) -> Box:
    """What stands leftmost; a fraction stands for itself."""
    while isinstance(box, Line | Script):
        box = box.base if isinstance(box, Script) else box.items[0]
    return box


def _is_one(value: Node) -> bool:
    return isinstance(value, Number) and value.value == 1


def _fence(part: Part, least: int) -> Box:
    box, tightness = part
    return box if tightness >= least else Fence("(", ")", box)


def _logical(current: Logical, inside: Sequence[Part]) -> Box:
    if current.operator == "not":
        return Line((Sign("¬"), Fence("(", ")", inside[0][0])))
    items: list[Box] = []
    for operand, (box, _) in zip(current.operands, inside, strict=True):
        if items:
            items.append(Sign("∧" if current.operator == "and" else "∨"))
        items.append(Fence("(", ")", box) if isinstance(operand, Logical) else box)
    return Line(tuple(items))


def _commas(boxes: list[Box]) -> Box:
    items: list[Box] = []
    for box in boxes:
        if items:
            items.append(Sign(","))
        items.append(box)
    return items[0] if len(items) == 1 else Line(tuple(items))


def _tight(box: Box) -> Box:
    """A condition inside an Iverson bracket: relations without space around them."""
    if not isinstance(box, Line):
        return box
    return Line(tuple(Sign(b.text, tight=True) if isinstance(b, Sign) else b for b in box.items))
