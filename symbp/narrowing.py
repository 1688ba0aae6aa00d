"""Long sums and products with what does not depend on one variable set aside.

SymPy looks at every part of a formula for every variable, which makes n^2 visits of a product of n
factors; the derivative by one of them needs one visit, of the part that holds it.
"""

from __future__ import annotations

from collections.abc import Sequence

from symbp.expressions import Access, Node, Product, Sum, postorder

__all__ = ["LONG_SUM", "narrowed"]

#: In sums of more terms only those that hold the variable are differentiated at all; inside, terms
#: and factors beyond this number that do not hold it go to SymPy as one symbol.
LONG_SUM = 8


def narrowed(shape: Node, slot: Node) -> tuple[Node, dict[Node, Node]]:
    """Long sums and products with all parts that do not hold the slot as one constant.

    SymPy looks at every part for every slot, which makes n^2 visits of a product of n factors.
    """
    constants: dict[Node, Node] = {}
    done: dict[int, Node] = {}
    holds: set[int] = set()
    for current in postorder(shape):
        children = [done[id(c)] for c in current.children]
        if current == slot or any(id(c) in holds for c in current.children):
            holds.add(id(current))
        made = current
        if not all(a is b for a, b in zip(children, current.children, strict=True)):
            made = current.rebuild(children)
        if len(children) > LONG_SUM and id(current) in holds:
            inside = [id(c) in holds for c in current.children]
            if isinstance(made, Sum):
                kept = [t for t, holding in zip(made.terms, inside, strict=True) if holding]
                rest = [t for t, holding in zip(made.terms, inside, strict=True) if not holding]
                made = Sum((*kept, (1, _constant(Sum(rest), constants)))) if rest else made
            elif isinstance(made, Product):
                made = _narrow_product(made, inside, constants)
        done[id(current)] = made
    return done[id(shape)], constants


def _narrow_product(current: Product, inside: Sequence[bool], constants: dict[Node, Node]) -> Node:
    cut = len(current.numerator)
    above = list(zip(current.numerator, inside[:cut], strict=True))
    below = list(zip(current.denominator, inside[cut:], strict=True))
    rest = Product([f for f, held in above if not held], [f for f, held in below if not held])
    if not rest.children:
        return current
    kept = [f for f, held in above if held]
    return Product([_constant(rest, constants), *kept], [f for f, held in below if held])


def _constant(part: Node, constants: dict[Node, Node]) -> Node:
    place = Access(f"·c{len(constants)}")
    constants[place] = part
    return place
