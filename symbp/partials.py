"""Local partial derivatives: one elementwise expression by one of its accesses.

SymPy differentiates smooth scalars; everything else is done here. An expression is a smooth
function of *slots*: its accesses, its `where`s and its calls of functions that have a definition.
The chain rule over slots is

    d root / d a = Σ_slots  (d root / d slot) · (d slot / d a)

where a `where` is differentiated branch by branch (its condition is locally constant) and a defined
function through its definition, whose derivative is then written in the function's own value where
that is possible (`recognition.py`): σ' = σ(1-σ) is a result, not a row of a table.

Results are memoised by shape, slots numbered by first appearance, so that equal equations pay once.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from symbp.algebra import Placeholders, from_sympy, to_sympy
from symbp.cases import holds_at, pieces, variables
from symbp.errors import MathError, NotSupportedError
from symbp.expressions import (
    ONE,
    ZERO,
    Access,
    Bracket,
    Call,
    IndexComparison,
    IndexValue,
    Node,
    Power,
    Product,
    Reduce,
    Sum,
    TensorOperator,
    Where,
    accesses,
    postorder,
    substitute,
    transform,
)
from symbp.functions import FUNCTIONS, define
from symbp.indices import IndexExpr
from symbp.measures import reading_cost
from symbp.monomials import join, negate, split, terms_of, total
from symbp.narrowing import LONG_SUM, narrowed
from symbp.ownvalues import in_own_value
from symbp.recognition import OWN, own_value
from symbp.symmetries import as_written

__all__ = ["across_kinks", "partial"]

_recognised = lru_cache(maxsize=65536)(own_value)


def partial(root: Node, by: Access, value: Node | None = None) -> Node:
    """The partial derivative of an elementwise expression by one access.

    Args:
        root: the right side of an equation, without reductions.
        by: the access that counts as a free variable; other accesses are constants.
        value: a name for the value of `root` (the left side of its equation); if given, the
            derivative is written in it wherever that makes it a polynomial (exp, σ, tanh, ...).

    Raises:
        NotSupportedError: the expression holds a reduction or a tensor operator.
    """
    if isinstance(root, Sum) and len(root.terms) > LONG_SUM:
        # the value is that of the whole sum, of which terms are missing here
        root, value = _terms_with(root, by), None
    plain = join(split(root)) if isinstance(root, Call) and root.function == "exp" else root
    if not any(isinstance(n, Call) and n.function == "exp" for n in postorder(plain)):
        root, value = plain, None if plain is not root else value  # exp(ln x) is x
    if value is not None and isinstance(root, Call) and root.function == "exp":
        inner = partial(root.arguments[0], by)
        parts = inner if inner == ZERO else value if inner == ONE else value * inner
        return parts if inner.size < 2 else _shorter(_whole(root, by, value), parts)
    smooth = across_kinks(root, by, value)
    if smooth is not None:
        return smooth
    if value is not None and isinstance(root, Where):  # in each branch it is the branch's value
        then, otherwise = (partial(n, by, value) for n in (root.then, root.otherwise))
        return then if then == otherwise else Where(root.condition, then, otherwise)
    parts = _by_slots(root, by, value)
    if value is not None:
        parts = in_own_value(parts, root, by, value)
    return _shorter(_whole(root, by, value), parts)


def _shorter(whole: Node | None, parts: Node) -> Node:
    return whole if whole is not None and _cost(whole) <= _cost(parts) else parts


def _cost(root: Node) -> int:
    """Reading cost, positive terms first, as they are written in the end."""
    if any(isinstance(n, Sum) and n.terms and n.terms[0][0] < 0 for n in postorder(root)):
        root = transform(root, _positive_first)
    return reading_cost(root)


def _positive_first(current: Node) -> Node:
    if not isinstance(current, Sum):
        return current
    return Sum(sorted(current.terms, key=lambda term: term[0] < 0))


def across_kinks(root: Node, by: Access, value: Node | None = None) -> Node | None:
    """The derivative of branches that join smoothly: |z| + ln(1 + exp(-2|z|)) has none but one.

    Returns:
        None where there are no branches over one quantity, or their derivatives differ.
    """
    found = accesses(root)
    if by not in found or not variables(root):
        return None
    shape = substitute(root, nodes={a: _slot(n) for n, a in enumerate(found)})
    made = _across_shape(shape, found.index(by), named=value is not None)
    if made is None:
        return None
    back: dict[Node, Node] = {_slot(n): a for n, a in enumerate(found)}
    if value is not None:
        back[OWN] = value
    return substitute(made, nodes=back)


@lru_cache(maxsize=4096)
def _across_shape(shape: Node, number: int, *, named: bool) -> Node | None:
    for variable in variables(shape):
        found = pieces(shape, variable)
        if found is not None and found.thresholds:
            if not all(holds_at(found, place) for place in range(len(found.at))):
                return None  # where(z == 0, 1, sin(z)/z): the other branch has no value there
            own, slot = OWN if named else None, _slot(number)
            branches = (transform(piece, _signs_first) for piece in found.between)
            try:
                first, *others = (partial(branch, slot, own) for branch in branches)
            except MathError:  # a branch is 0^x, say: it has no derivative
                return None
            return first if all(_equal_terms(first, other) for other in others) else None
    return None


def _signs_first(current: Node) -> Node:
    """-2·(-x), as a branch of -2·|x| has it, is 2·x."""
    if isinstance(current, Sum):
        return total(terms_of(current))
    return join(split(current)) if isinstance(current, Product) else current


def _equal_terms(one: Node, other: Node) -> bool:
    """Equality up to the order of terms and factors."""
    return total((*terms_of(one), *terms_of(negate(other)))) == ZERO


def _terms_with(root: Sum, by: Access) -> Node:
    """The terms of a sum in which the access occurs; the others are constants."""
    kept = [root.terms[place] for place in _places(root).get(by, ())]
    return Sum(kept) if kept else ZERO


@lru_cache(maxsize=64)
def _places(root: Sum) -> dict[Node, list[int]]:
    """In which terms each access occurs."""
    found: dict[Node, list[int]] = {}
    for place, (_, term) in enumerate(root.terms):
        for access in accesses(term):
            found.setdefault(access, []).append(place)
    return found


def _by_slots(root: Node, by: Access, value: Node | None) -> Node:
    """The chain rule over slots; see the module docstring."""
    slots = _slots(root)
    shape = substitute(root, nodes={slot: _slot(n) for n, slot in enumerate(slots)})
    total: list[Node] = []
    for number, slot in enumerate(slots):
        inner = _slot_derivative(slot, by)
        if inner == ZERO:
            continue
        outer = _outer(shape, number, named=value is not None)
        back: dict[Node, Node] = {_slot(n): s for n, s in enumerate(slots)}
        if value is not None:
            back[OWN] = value
        outer = substitute(outer, nodes=back)
        total.append(outer if inner == ONE else inner if outer == ONE else outer * inner)
    if not total:
        return ZERO
    return total[0] if len(total) == 1 else Sum(tuple((1, term) for term in total))


def _whole(root: Node, by: Access, value: Node | None) -> Node | None:
    """The derivative in the value of the whole expression, if its definitions allow one."""
    slots = tuple(dict.fromkeys(n for n in postorder(root) if isinstance(n, Access)))
    if by not in slots or not any(isinstance(n, Call) for n in postorder(root)):
        return None
    shape = substitute(root, nodes={slot: _slot(n) for n, slot in enumerate(slots)})
    found = _whole_shape(shape, slots.index(by), named=value is not None)
    if found is None:
        return None
    back: dict[Node, Node] = {_slot(n): s for n, s in enumerate(slots)}
    if value is not None:
        back[OWN] = value
    return substitute(found, nodes=back)


@lru_cache(maxsize=65536)
def _whole_shape(shape: Node, number: int, *, named: bool) -> Node | None:
    spelled = _spelled_out(shape)
    if spelled is None:
        return None
    found = _recognised(spelled)
    if found is None:
        return None
    made = found.rewrite(_smooth(spelled, number), OWN if named else None)
    return None if made is None else as_written(made, spelled)


def _spelled_out(root: Node) -> Node | None:
    """All definitions put in, if what results is smooth."""
    current = root
    while True:
        calls = [n for n in postorder(current) if isinstance(n, Call) and _has_definition(n)]
        if any(isinstance(n, Where | Bracket | Reduce) for n in postorder(current)):
            return None
        if not calls:
            return current
        current = substitute(current, nodes={calls[0]: _meaning(calls[0])})


def _slot(number: int) -> Access:
    return Access(f"·{number}")


def _slots(root: Node) -> tuple[Node, ...]:
    """Accesses, `where`s and defined calls, outermost first, each once, in reading order."""
    return tuple(dict.fromkeys(_outermost(root)))


def _outermost(root: Node) -> Iterator[Node]:
    stack = [root]
    seen: dict[int, Node] = {}  # shared parts once; holds the nodes, so that no id is used again
    while stack:
        current = stack.pop()
        if id(current) in seen:
            continue
        seen[id(current)] = current
        if isinstance(current, Reduce | TensorOperator):
            name = current.operator if isinstance(current, Reduce) else current.name
            raise NotSupportedError(f"{name} inside an elementwise expression has no local partial")
        opaque = isinstance(current, Access | Where | Bracket) or _index_power(current)
        if opaque or (isinstance(current, Call) and _has_definition(current)):
            yield current
        else:
            stack.extend(reversed(current.children))


def _has_definition(current: Call) -> bool:
    return FUNCTIONS[current.function].definition is not None


def _meaning(current: Call) -> Node:
    spelled = define(current)
    return current if spelled is None else spelled


def _slot_derivative(slot: Node, by: Access) -> Node:
    if isinstance(slot, Access):
        return ONE if slot == by else ZERO
    if isinstance(slot, Where):
        then, otherwise = partial(slot.then, by), partial(slot.otherwise, by)
        if then == ZERO and otherwise == ZERO:
            return ZERO
        return Where(slot.condition, then, otherwise)
    if isinstance(slot, Call):
        return _defined_call(slot, by)
    if isinstance(slot, Power):
        return _power_rule(slot, by)
    return ZERO  # a bracket is locally constant


def _index_power(current: Node) -> bool:
    """Whether a node is a power with an integer that is not a number: x^n, x^N."""
    return isinstance(current, Power) and isinstance(current.exponent, IndexValue)


def _power_rule(slot: Power, by: Access) -> Node:
    """n·u^(n-1)·u', also where u is 0; x^0 is constant."""
    inner = partial(slot.base, by)
    if inner == ZERO or not isinstance(slot.exponent, IndexValue):
        return ZERO
    index = slot.exponent.index
    outer: Node = slot.exponent * Power(slot.base, IndexValue(index - 1))
    made = outer if inner == ONE else outer * inner
    positive = all(factor > 0 for _, factor in index.terms) and (
        not index.letters or any(not atoms for atoms, _ in index.terms)
    )
    if positive:
        return made
    return Where(IndexComparison("==", index, IndexExpr.integer(0)), ZERO, made)


def _defined_call(slot: Call, by: Access) -> Node:
    """The chain rule through a function with a definition, its derivative in its own value."""
    total: list[tuple[int, Node]] = []
    for number, argument in enumerate(slot.arguments):
        inner = partial(argument, by)
        if inner == ZERO:
            continue
        outer = _function_derivative(slot.function, len(slot.arguments), number)
        back: dict[Node, Node] = {_slot(n): a for n, a in enumerate(slot.arguments)}
        back[OWN] = slot
        outer = substitute(outer, nodes=back)
        if outer != ZERO:
            total.append((1, outer if inner == ONE else outer * inner))
    if not total:
        return ZERO
    return total[0][1] if len(total) == 1 else Sum(total)


@lru_cache(maxsize=4096)
def _function_derivative(function: str, arity: int, number: int) -> Node:
    """The derivative of a defined function by one argument, over slots and its own value."""
    spelled = define(Call(function, [_slot(n) for n in range(arity)]))
    if spelled is None:
        raise NotSupportedError(f"{function} has no definition to differentiate")
    return _branchwise(spelled, number)


def _branchwise(spelled: Node, number: int) -> Node:
    """A definition that is a `where` at its top is treated branch by branch, each in own value."""
    if isinstance(spelled, Where):
        then = _branchwise(spelled.then, number)
        otherwise = _branchwise(spelled.otherwise, number)
        return then if then == otherwise else Where(spelled.condition, then, otherwise)
    return partial(spelled, _slot(number), value=OWN)


@lru_cache(maxsize=65536)
def _outer(shape: Node, number: int, *, named: bool) -> Node:
    """The partial of a smooth shape by one slot; in the shape's own value where it has a name."""
    plain = _smooth(shape, number)
    found = _recognised(shape)
    rewritten = None if found is None else found.rewrite(plain, OWN if named else None)
    return plain if rewritten is None else as_written(rewritten, shape)


def _smooth(shape: Node, number: int) -> Node:
    if shape == _slot(number):
        return ONE
    places = Placeholders()
    narrow, constants = narrowed(shape, _slot(number))
    expression = to_sympy(narrow, places.symbol)
    found = from_sympy(expression.diff(places.symbol(_slot(number))), places.node)
    found = as_written(found, narrow)
    return substitute(found, nodes=constants) if constants else found
