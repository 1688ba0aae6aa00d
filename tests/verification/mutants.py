"""One-edit neighbours of an expression: the slips that a false claim is made of.

Each edit changes one place of the tree: a sign, a factor, a power, an index, two indices exchanged,
a term or factor dropped or moved over the fraction bar, a function, a name, a branch, a condition.
"""

from __future__ import annotations

from fractions import Fraction

from symbp.expressions import (
    ONE,
    Access,
    Bracket,
    Call,
    Comparison,
    IndexComparison,
    IndexValue,
    Number,
    Power,
    Product,
    Reduce,
    Sum,
    Where,
    substitute,
)
from symbp.indices import IndexExpr

FUNCTIONS = {
    "exp": ("sin", "softplus"),
    "ln": ("sqrt", "exp"),
    "sqrt": ("ln", "abs"),
    "sin": ("cos", "exp"),
    "cos": ("sin", "tanh"),
    "sigmoid": ("tanh", "exp"),
    "tanh": ("sigmoid", "sin"),
    "abs": ("relu", "sign"),
    "sign": ("abs",),
}
RELATIONS = {">": ("<", ">="), "<": (">", "<="), ">=": ("<",), "<=": (">",), "==": ("!=",)}
VALUES = (Access, Call, Sum, Product, Power, Reduce, Where, Bracket, IndexValue)


def neighbours(root, ranges, quantities):
    """All mutants of an expression, each with the name of its edit.

    Args:
        root: the expression.
        ranges: binders of its free letters.
        quantities: those that a name may be exchanged for, by name.
    """
    scope = {b.name: b.upper for b in ranges}
    found = [(kind, made) for kind, made in _walk(root, scope, quantities) if made != root]
    return list({made: (kind, made) for kind, made in found}.values())


def _walk(node, scope, quantities):
    yield from _edits(node, scope, quantities)
    inner = scope
    if isinstance(node, Reduce):
        inner = {**scope, **{b.name: b.upper for b in node.binders}}
    for place, child in enumerate(node.children):
        for kind, made in _walk(child, inner, quantities):
            children = list(node.children)
            children[place] = made
            yield kind, node.rebuild(children)


def _edits(node, scope, quantities):
    if isinstance(node, VALUES):
        yield "sign", -node
        yield "factor", Number(2) * node
        yield "half", Number(Fraction(1, 2)) * node
    for kind, edits in _EDITS:
        if isinstance(node, kind):
            yield from edits(node, scope, quantities)


def _number(node, scope, quantities):
    yield "number", Number(node.value + 1)
    yield "number", Number(2 * node.value)


def _sum(node, scope, quantities):
    for place, (sign, term) in enumerate(node.terms):
        others = node.terms[:place] + node.terms[place + 1 :]
        yield "sign", Sum((*node.terms[:place], (-sign, term), *node.terms[place + 1 :]))
        if others:
            yield "drop", Sum(others)


def _product(node, scope, quantities):
    above, below = node.numerator, node.denominator
    for place, factor in enumerate(above):
        rest = above[:place] + above[place + 1 :]
        yield "drop", Product(rest or (ONE,), below)
        yield "over", Product(rest or (ONE,), (*below, factor))
    for place, factor in enumerate(below):
        rest = below[:place] + below[place + 1 :]
        yield "drop", Product(above, rest)
        yield "over", Product((*above, factor), rest)


def _power(node, scope, quantities):
    yield "power", node.base
    if isinstance(node.exponent, Number):
        for step in (-1, 1):
            yield "power", Power(node.base, Number(node.exponent.value + step))


def _access(node, scope, quantities):
    yield "power", Power(node, Number(2))
    axes = quantities[node.quantity].axes
    for place, index in enumerate(node.indices):
        for letter, extent in scope.items():
            if extent == axes[place].extent and index.as_letter != letter:
                changed = list(node.indices)
                changed[place] = IndexExpr.letter(letter)
                yield "index", Access(node.quantity, changed)
        if place and axes[place].extent == axes[place - 1].extent:
            changed = list(node.indices)
            changed[place - 1], changed[place] = changed[place], changed[place - 1]
            yield "transpose", Access(node.quantity, changed)
    shape = [axis.extent for axis in axes]
    for other in quantities.values():
        same = [axis.extent for axis in other.axes] == shape and other.kind == "real"
        if same and other.name != node.quantity and not other.hidden:
            yield "name", Access(other.name, node.indices)


def _call(node, scope, quantities):
    yield "function", node.arguments[0]
    for name in FUNCTIONS.get(node.function, ()):
        yield "function", Call(name, node.arguments[:1])


def _where(node, scope, quantities):
    yield "branch", Where(node.condition, node.otherwise, node.then)
    yield "branch", node.then
    yield "branch", node.otherwise


def _comparison(node, scope, quantities):
    for relation in RELATIONS.get(node.relation, ()):
        yield "relation", type(node)(relation, node.left, node.right)


def _reduce(node, scope, quantities):
    if node.operator == "sum":
        yield "reduction", Reduce("max", node.binders, node.body)
        first = IndexExpr.integer(0)
        body = substitute(node.body, {node.binders[0].name: first})
        rest = node.binders[1:]
        yield "reduction", Reduce("sum", rest, body) if rest else body
        for letter, extent in scope.items():
            if extent == node.binders[0].upper and not rest:
                index = {node.binders[0].name: IndexExpr.letter(letter)}
                yield "reduction", substitute(node.body, index)


def _bracket(node, scope, quantities):
    yield "bracket", ONE
    yield "bracket", ONE - node


def _index_value(node, scope, quantities):
    names = dict.fromkeys(n for extent in scope.values() for n in extent.extents)
    for name in names:
        yield "extent", IndexValue(IndexExpr.extent(name))


_EDITS = (
    (Number, _number),
    (Sum, _sum),
    (Product, _product),
    (Power, _power),
    (Access, _access),
    (Call, _call),
    (Where, _where),
    (Comparison, _comparison),
    (IndexComparison, _comparison),
    (Reduce, _reduce),
    (Bracket, _bracket),
    (IndexValue, _index_value),
)
