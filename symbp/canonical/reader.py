"""Reading an expression into its canonical form.

Nodes are visited by generators that a loop drives: no depth of nesting reaches Python's stack. A
bound letter gets a fresh name with its extent when its binder is entered, so shadowing and capture
cannot occur. Inside a branch of `where` its own condition is known, so that a denominator that is 0
only on the other branch does no harm.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from symbp.canonical.brackets import at_least_zero, equals_zero, index_value
from symbp.canonical.budgets import guarded
from symbp.canonical.conditions import above_zero, complement, is_zero_bracket
from symbp.canonical.declarations import access
from symbp.canonical.exponentials import exponential, logarithm
from symbp.canonical.functions import apply, constant
from symbp.canonical.heads import Poly, Store
from symbp.canonical.polynomials import number, product_of, sum_of
from symbp.canonical.powers import absolute, know_nonnegative
from symbp.canonical.rationals import Rational
from symbp.canonical.reductions import maximum_over_letters, product_over_letter
from symbp.canonical.signs import Known, sign_of
from symbp.canonical.sums import bind, sum_letters
from symbp.canonical.symbolicpowers import symbolic_power
from symbp.canonical.tables import Table
from symbp.canonical.treesigns import TreeSigns
from symbp.errors import NotSupportedError, impossible
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
    Where,
    postorder,
)
from symbp.facts import Identity
from symbp.functions import define
from symbp.indices import IndexExpr, as_index
from symbp.spelling import spell

__all__ = ["read", "read_identity"]

#: A visit asks for the forms of other nodes and returns the form of its own.
Visit = Generator[tuple[Node, "Scope"], Poly, Poly]


@dataclass(frozen=True, slots=True)
class Scope:
    """What is known at a place: bound letters by their fresh names, conditions by their truth."""

    letters: Mapping[str, IndexExpr]
    assumed: Mapping[Node, bool]

    def key(self, node: Node) -> tuple[object, ...]:
        """Equal for two scopes in which a node means the same."""
        letters = tuple((n, self.letters[n]) for n in sorted(node.free) if n in self.letters)
        return (id(node), letters, tuple((id(c), t) for c, t in self.assumed.items()))

    def place(self, expr: IndexExpr) -> IndexExpr:
        """An index expression with bound letters under their fresh names."""
        return expr.substitute(self.letters)


@guarded
def read(table: Table, node: Node, extents: Mapping[str, IndexExpr | int] | None = None) -> Poly:
    """The canonical form of an expression.

    Args:
        table: where the form lives, with its facts.
        node: the expression, or a condition (read as 0 or 1).
        extents: how far each free letter runs.

    Raises:
        NotSupportedError: the expression is outside what the form can hold.
        LimitExceeded: it is larger than the table's budget.
        MathError: it has no value anywhere.
    """
    for letter, extent in (extents or {}).items():
        table.declare(letter, as_index(extent))
    return _Reader(table, node).run(node)


def read_identity(table: Table, identity: Identity) -> None:
    """Declare a general identity, `sum(k, y[n,k]) = 1`, as a fact of a table."""
    extents = {b.name: b.upper for b in identity.ranges if b.upper is not None}
    left = read(table, identity.left, extents)
    right = read(table, identity.right, extents)
    table.declare_value(left, right, f"{spell(identity.left)} = {spell(identity.right)}")


class _Reader:
    """One reading: what has been read, and the visits still under way."""

    def __init__(self, table: Table, root: Node) -> None:
        self.table = table
        self.done: dict[tuple[object, ...], Poly] = {}
        self.signs = TreeSigns(table)
        self.kept: list[Node] = [root]  # keeps identities alive while they are keys
        self.repeated = _repeated_conditions(root)

    def run(self, root: Node) -> Poly:
        scope = Scope({}, {})
        stack: list[tuple[tuple[object, ...], Visit]] = [(scope.key(root), self.visit(root, scope))]
        answer: Poly | None = None
        while stack:
            key, visit = stack[-1]
            try:
                wanted, inside = visit.send(answer)  # type: ignore[arg-type]
            except StopIteration as stop:
                answer = self.done[key] = stop.value
                stack.pop()
                continue
            inner = inside.key(wanted)
            answer = self.done.get(inner)
            if answer is None:
                self.table.budget.spend()
                stack.append((inner, self.visit(wanted, inside)))
        if answer is None:
            raise NotSupportedError("nothing to read")
        return answer

    def visit(self, node: Node, scope: Scope) -> Visit:
        """The visit of a node: one case for each class."""
        if isinstance(node, Number | Constant | Access | IndexValue | IndexComparison):
            return _at_once(self.leaf(node, scope))
        if isinstance(node, Sum):
            return self.sum(node, scope)
        if isinstance(node, Product):
            return self.product(node, scope)
        if isinstance(node, Power):
            return self.power(node, scope)
        if isinstance(node, Call):
            return self.call(node, scope)
        if isinstance(node, Where):
            return self.where(node, scope)
        if isinstance(node, Reduce):
            return self.reduce(node, scope)
        if isinstance(node, Bracket):
            return self.condition(node.condition, scope)
        if isinstance(node, Comparison | Logical):
            return self.condition(node, scope)
        shown = f"{type(node).__name__} {getattr(node, 'name', '')}".strip()
        raise NotSupportedError(f"the canonical form does not know {shown}")

    def leaf(self, node: Node, scope: Scope) -> Poly:
        table = self.table
        if isinstance(node, Number):
            return number(table, node.value)
        if isinstance(node, Constant):
            return constant(table, node.name)
        if isinstance(node, Access):
            terms = [table.term(scope.place(i)) for i in node.indices]
            return access(table, node.quantity, terms)
        if isinstance(node, IndexValue):
            return index_value(table, scope.place(node.index))
        if isinstance(node, IndexComparison):
            return _index_condition(table, node, scope)
        return impossible(f"{type(node).__name__} is no leaf")

    def sum(self, node: Sum, scope: Scope) -> Visit:
        parts = []
        for sign, term in node.terms:
            value = yield term, scope
            parts.append(value.scale(sign))
        return sum_of(self.table, parts)

    def product(self, node: Product, scope: Scope) -> Visit:
        parts = []
        for factor, exponent in _factors(self.table, node):
            value = yield factor, scope
            if exponent < 0:
                self.note_power(factor, value, exponent)
            parts.append(value**exponent)
        return product_of(self.table, parts)

    def power(self, node: Power, scope: Scope) -> Visit:
        base = yield node.base, scope
        exponent = yield node.exponent, scope
        value = exponent.as_number
        if value is None:
            self.sign(node.base, base)
            return symbolic_power(self.table, base, exponent)
        if value < 0 or Fraction(value).denominator != 1:
            self.note_power(node.base, base, value)
        if Fraction(value).denominator != 1 and _is_absolute(node.base):
            base = yield _inside(node.base), scope
            return _absolute_power(base, value)
        return base**value

    def call(self, node: Call, scope: Scope) -> Visit:
        table = self.table
        definition = define(node)
        if definition is not None:
            self.kept.append(definition)
            value = yield definition, scope
            return value
        inner = node.arguments[0]
        if node.function == "ln" and _is_absolute(inner):
            argument = yield _inside(inner), scope
            self.note_power(_inside(inner), argument, -1)
            return logarithm(table, argument)
        argument = yield inner, scope
        if node.function == "exp":
            return exponential(table, argument)
        if node.function == "ln":
            known = self.sign(inner, argument)
            if known.sign <= 0 or not known.nonzero:
                table.use(f"{spell(inner)} > 0")
            return logarithm(table, argument)
        if node.function == "sqrt":
            self.note_power(inner, argument, Fraction(1, 2))
            if _is_absolute(inner):
                argument = yield _inside(inner), scope
                return _absolute_power(argument, Fraction(1, 2))
            return argument ** Fraction(1, 2)
        return apply(table, node.function, argument)

    def where(self, node: Where, scope: Scope) -> Visit:
        condition = yield node.condition, scope
        value = condition.as_number
        if value is not None:
            chosen = yield (node.then if value else node.otherwise), scope
            return chosen
        branches = []
        for branch, truth in ((node.then, True), (node.otherwise, False)):
            inner = scope
            if node.condition.alpha in self.repeated:
                inner = Scope(scope.letters, {**scope.assumed, node.condition.alpha: truth})
            result = yield branch, inner
            branches.append(result)
        return condition * branches[0] + complement(condition) * branches[1]

    def reduce(self, node: Reduce, scope: Scope) -> Visit:
        table = self.table
        letters = dict(scope.letters)
        fresh: list[str] = []
        guards: list[Poly] = []
        for binder in node.binders:
            letter, place, guard = bind(table, binder.substitute(letters))
            letters[binder.name] = place
            fresh.append(letter)
            guards.append(guard)
        body = yield node.body, Scope(letters, scope.assumed)
        guard = product_of(table, guards)
        if node.operator == "sum":
            return sum_letters(table, guard * body, fresh)
        if node.operator == "prod":
            body = guard * (body - 1) + 1
            for letter in reversed(fresh):
                body = product_over_letter(table, body, letter)
            return body
        if node.operator not in ("max", "min") or guard != number(table, 1):
            raise NotSupportedError(f"the canonical form does not know this {node.operator}")
        if node.operator == "max":
            return maximum_over_letters(table, body, tuple(fresh))
        return -maximum_over_letters(table, -body, tuple(fresh))

    def condition(self, node: Node, scope: Scope) -> Visit:
        table = self.table
        if node.alpha in scope.assumed:
            return number(table, int(scope.assumed[node.alpha]))
        if isinstance(node, IndexComparison):
            return _index_condition(table, node, scope)
        if isinstance(node, Comparison):
            left = yield node.left, scope
            right = yield node.right, scope
            return _value_condition(table, node.relation, left - right)
        if not isinstance(node, Logical):
            raise NotSupportedError("a condition is expected here")
        parts = []
        for operand in node.operands:
            value = yield operand, scope
            parts.append(value)
        if node.operator == "and":
            return product_of(table, parts)
        if node.operator == "or":
            return complement(product_of(table, [complement(p) for p in parts]))
        return complement(parts[0])

    def note_power(self, node: Node, value: Poly, exponent: Rational) -> None:
        """Record the domain of a fractional or negative power."""
        known = self.sign(node, value)
        if Fraction(exponent).denominator != 1:
            if known.sign <= 0 or (exponent < 0 and not known.nonzero):
                self.table.use(f"{spell(node)} {'>' if exponent < 0 else '>='} 0")
        elif not known.nonzero and not value.is_zero:
            self.table.use(f"{spell(node)} != 0")

    def sign(self, node: Node, value: Poly) -> Known:
        """The sign of a value; what only the tree shows is attached to the polynomial."""
        known = sign_of(self.table, value)
        if known.sign and known.nonzero:
            return known
        seen = self.signs.of(node)
        if seen.sign > 0 and (known.sign == 0 or seen.nonzero):
            if len(value.terms) > 1:
                know_nonnegative(self.table, value, seen)
            return seen
        return known


def _factors(store: Store, product: Product) -> list[tuple[Node, int]]:
    """Factors with integer exponents: what stands in a denominator is not multiplied out first."""
    found: list[tuple[Node, int]] = []
    todo: list[tuple[Node, int]] = [(product, 1)]
    while todo:
        node, sign = todo.pop()
        store.budget.spend()
        if isinstance(node, Product) and (node is product or sign < 0):
            todo.extend((factor, -sign) for factor in reversed(node.denominator))
            todo.extend((factor, sign) for factor in reversed(node.numerator))
        elif isinstance(node, Power) and _natural(node.exponent) and sign < 0:
            found.append((node.base, sign * _natural(node.exponent)))
        else:
            found.append((node, sign))
    return found


def _natural(node: Node) -> int:
    """The exponent, where it is a natural number; else 0."""
    if isinstance(node, Number) and node.value > 0 and node.value.denominator == 1:
        return int(node.value)
    return 0


def _is_absolute(node: Node) -> bool:
    return isinstance(node, Call) and node.function == "abs"


def _inside(node: Node) -> Node:
    return node.children[0]


def _absolute_power(poly: Poly, exponent: Rational) -> Poly:
    """`|p|^e`, of one term as `(p^2)^(e/2)`: that is how `|u|` is written under a root."""
    if poly.as_term is None:
        return absolute(poly.store, poly) ** exponent
    return (poly * poly) ** (Fraction(exponent) / 2)


def _at_once(value: Poly) -> Visit:
    """A visit that asks for nothing."""
    yield from ()
    return value


def _index_condition(store: Store, node: IndexComparison, scope: Scope) -> Poly:
    difference = scope.place(node.left) - scope.place(node.right)
    if node.relation in ("==", "!="):
        equal = equals_zero(store, difference)
        return equal if node.relation == "==" else complement(equal)
    if node.relation in ("<", "<="):
        difference = -difference
    return at_least_zero(store, difference - (1 if node.relation in ("<", ">") else 0))


def _value_condition(store: Store, relation: str, difference: Poly) -> Poly:
    if relation == ">":
        return above_zero(store, difference)
    if relation == "<":
        return above_zero(store, -difference)
    if relation == ">=":
        return complement(above_zero(store, -difference))
    if relation == "<=":
        return complement(above_zero(store, difference))
    equal = is_zero_bracket(store, difference)
    return equal if relation == "==" else complement(equal)


def _repeated_conditions(root: Node) -> frozenset[Node]:
    """Conditions that occur in more than one `where` or bracket."""
    seen: set[Node] = set()
    twice: set[Node] = set()
    for node in postorder(root):
        if isinstance(node, Where | Bracket):
            condition = node.condition.alpha
            (twice if condition in seen else seen).add(condition)
    return frozenset(twice)
