"""Expressions set as boxes: brackets, fractions and scripts are decided here, on the tree.

Each node becomes a box and a *tightness*, and a box is fenced where its surroundings bind tighter.
A sum sign reaches to the end of its product, so a sum that is not the last factor is fenced.
"""

from __future__ import annotations

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
    accesses,
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
from symbp.printers.composing import (
    ATOM,
    OPEN,
    POWER,
    PRODUCT,
    SUM,
    Part,
    comma_list,
    fence,
    is_one,
    juxtapose,
    set_logical,
    set_number,
    set_power,
    set_sum,
    stand_alone,
    tighten,
)
from symbp.printers.indexing import set_index, set_indices, set_relation
from symbp.printers.naming import combine
from symbp.printers.notation import Derivative, Notation
from symbp.spelling import name_letters

__all__ = ["PLAIN", "Face", "Setter", "refuse_huge"]

#: Nodes of one formula, shared ones counted each time: more is not read by anybody.
MAX_PRINTED_NODES = 50_000


def refuse_huge(root: Node, notation: Notation) -> None:
    """Raise where a formula is too large for a page.

    Raises:
        LimitExceeded: it has more than `MAX_PRINTED_NODES` nodes, shared ones counted each time,
            or was left in hidden names because it would have.
    """
    for access in accesses(root):
        quantity = notation.ledger.forward.quantities.get(access.quantity)
        if quantity is not None and quantity.hidden:
            raise LimitExceeded("a formula is too long to be written out; give its pieces names")
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
        return fence(self._parts(root, face), PRODUCT)

    def _parts(self, root: Node, face: Face) -> Part:
        refuse_huge(root, self.notation)
        root = name_letters(transform(self.notation.with_own_constants(root), _spell_out))
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
        return self._fraction(self.notation.meant(side))

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
            return set_number(current, decimals=self.notation.ledger.forward.decimals)
        if isinstance(current, Constant):
            return Ident("π") if current.name == "pi" else Operator(current.name), ATOM
        if isinstance(current, Access):
            return self._access(current, face)
        if isinstance(current, IndexValue):
            single = len(current.index.terms) == 1
            return self.index(current.index), PRODUCT if single else SUM
        if isinstance(current, Sum):
            return set_sum(current, inside)
        if isinstance(current, Product):
            return self._product(current, inside, face)
        if isinstance(current, Power):
            return set_power(inside)
        if isinstance(current, Call):
            return self._call(current, inside)
        if isinstance(current, Reduce):
            return self._reduce(current, inside[0])
        if isinstance(current, Where):
            return self._where(inside, face), OPEN
        return self._condition(current, inside)

    def _condition(self, current: Node, inside: list[Part]) -> Part:
        if isinstance(current, Bracket):
            return Fence("[", "]", tighten(inside[0][0])), ATOM
        if isinstance(current, Comparison):
            sign = set_relation(current.relation)
            return Line((inside[0][0], sign, inside[1][0])), SUM
        if isinstance(current, IndexComparison):
            left, right = self.index(current.left), self.index(current.right)
            return Line((left, set_relation(current.relation), right)), SUM
        if isinstance(current, Logical):
            return set_logical(current, inside), SUM
        if isinstance(current, TensorOperator):
            held = Fence("(", ")", comma_list([box for box, _ in inside]))
            indices = set_indices(current.indices, self.notation)
            return Script(Line((Operator(current.name), held)), comma_list(list(indices))), ATOM
        # an abstraction: the operand of a tensor operator prints as what it abstracts
        return inside[0]

    def _access(self, current: Access, face: Face) -> Part:
        notation = self.notation
        derivative = notation.derivative(current)
        if derivative is None:
            indices = set_indices(current.indices, notation)
            return combine(
                notation.named(current.quantity, indexed=bool(current.indices)), indices
            ), ATOM
        alias = notation.alias(current.quantity)
        if derivative.local or face.adjoint == "fraction":
            return self._fraction(derivative), PRODUCT
        if face.adjoint == "bar":
            inner = self._access(derivative.by, replace(face, adjoint="fraction"))[0]
            return Over(inner, "overline"), ATOM
        if alias is None:
            return self._fraction(derivative), PRODUCT
        indices = set_indices(current.indices, notation)
        return combine(notation.named(alias, indexed=bool(indices)), indices), ATOM

    def _fraction(self, derivative: Derivative) -> Box:
        """A derivative as a fraction; one of a derivative becomes one of higher order.

        A local one that could be taken for the whole says below what is held fixed.
        """
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
        made = Fraction(Line((order, self._access(of, PLAIN)[0])), Line(tuple(below)))
        if not derivative.held:
            return made
        held = comma_list([self.name(name) for name in derivative.held])
        return Script(Fence("(", ")", made), held)

    def _product(self, current: Product, inside: list[Part], face: Face) -> Part:
        pairs = list(zip(current.children, inside, strict=True))
        cut = len(current.numerator)
        above, below = pairs[:cut], pairs[cut:]
        if not face.spelled:
            above = [p for p in above if not is_one(p[0])]
        if not below:
            return juxtapose(above, spelled=face.spelled) if above else (Digits("1"), ATOM)
        # sums stand behind the fraction: 1/N Σ, not a fraction as high as the sum
        behind = [p for p in above if isinstance(p[0], Reduce)]
        front = [p for p in above if not isinstance(p[0], Reduce)]
        over = stand_alone(front) if front else Digits("1")
        fraction = Fraction(over, stand_alone(below))
        if not behind:
            return fraction, PRODUCT
        return juxtapose([(current, (fraction, PRODUCT)), *behind], spelled=face.spelled)

    def _call(self, current: Call, inside: list[Part]) -> Part:
        name = current.function
        bare, tightness = inside[0]
        if name == "exp" and self._letter_e:
            return Script(Ident("e"), None, bare), POWER
        if name == "sqrt":
            return Root(bare), ATOM
        if name == "abs":
            return Fence("|", "|", bare), ATOM
        operator = functions.operator(name, sigma=self._letter_sigma)
        atom = tightness == ATOM and len(inside) == 1 and not functions.always_fenced(name)
        if atom:
            return Line((operator, bare)), OPEN
        return Line((operator, Fence("(", ")", comma_list([box for box, _ in inside])))), ATOM

    def _reduce(self, current: Reduce, body: Part) -> Part:
        items: list[Box] = []
        usual = [b for b in current.binders if self.notation.is_usual(b)]
        if usual:
            letters = [combine(self.notation.named(b.name, indexed=False)) for b in usual]
            items.append(Big(current.operator, comma_list(letters)))
        for binder in current.binders:
            if binder in usual or binder.upper is None:
                continue
            letter = combine(self.notation.named(binder.name, indexed=False))
            start = Line((letter, Sign("="), self.index(binder.lower)))
            items.append(Big(current.operator, start, self.index(binder.upper - 1)))
        many = isinstance(current.body, Sum) and len(current.body.terms) > 1
        box, tightness = body
        items.append(fence(body, OPEN) if many or tightness == SUM else box)
        return Line(tuple(items)), OPEN

    def _where(self, inside: list[Part], face: Face) -> Box:
        condition, then, otherwise = (box for box, _ in inside)
        condition = Line((Prose(f"{face.given} "), condition))
        if isinstance(otherwise, Cases):
            return Cases((then, *otherwise.values), (condition, *otherwise.conditions))
        return Cases((then, otherwise), (condition, Prose(face.otherwise)))


def _spell_out(current: Node) -> Node:
    spelled = functions.SPELLED.get(current.function) if isinstance(current, Call) else None
    return current if spelled is None else spelled(current.children[0])
