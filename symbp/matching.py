"""First-order matching: a pattern with index letters as variables, found anywhere in a node.

The pattern `exp(z[n,k])` over the letters n, k matches `exp(z[n,l·1])` with k standing for l·1,
also below the sum that binds l·1. Quantities and numbers match themselves, factors and terms in any
order; bound letters match bound letters; a variable never stands for a letter that is bound inside
the match.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from symbp.expressions import (
    Abstraction,
    Access,
    Binder,
    IndexComparison,
    IndexValue,
    Node,
    Product,
    Reduce,
    Sum,
    TensorOperator,
    postorder,
    substitute,
    transform,
)
from symbp.indices import IndexExpr

__all__ = [
    "changed_parts",
    "growth_limit",
    "inside_out",
    "match",
    "outermost",
    "replace_accesses",
    "replace_matches",
    "replace_nodes",
]


#: Sums and products with more parts are matched in the order in which they stand.
MAX_PERMUTED = 6


def match(pattern: Node, found: Node, variables: frozenset[str]) -> Mapping[str, IndexExpr] | None:
    """What the variables of the pattern stand for, if the node has its form."""
    bindings: dict[str, IndexExpr] = {}
    if not _match(pattern, found, variables, {}, bindings):
        return None
    return bindings


def _match(
    pattern: Node,
    found: Node,
    variables: frozenset[str],
    bound: Mapping[str, str],
    bindings: dict[str, IndexExpr],
) -> bool:
    if type(pattern) is not type(found) or len(pattern.children) != len(found.children):
        return False
    if not _same_label(pattern, found):
        return False
    if isinstance(pattern, Reduce | Abstraction) and isinstance(found, Reduce | Abstraction):
        inner = _bind(pattern.binders, found.binders, variables, bound, bindings)
        if inner is None:
            return False
        bound = inner
    pairs = zip(_indices(pattern), _indices(found), strict=True)
    if not all(_match_index(p, f, variables, bound, bindings) for p, f in pairs):
        return False
    if isinstance(pattern, Product | Sum):
        return _match_in_any_order(pattern, found, variables, bound, bindings)
    children = zip(pattern.children, found.children, strict=True)
    return all(_match(p, f, variables, bound, bindings) for p, f in children)


def _match_in_any_order(
    pattern: Node,
    found: Node,
    variables: frozenset[str],
    bound: Mapping[str, str],
    bindings: dict[str, IndexExpr],
) -> bool:
    """Factors and terms match in any order: those with the same marks, each used once."""
    wanted, there = _marked(pattern), _marked(found)
    if len(wanted) > MAX_PERMUTED:
        pairs = zip(wanted, there, strict=True)
        return all(m == n and _match(p, f, variables, bound, bindings) for (m, p), (n, f) in pairs)
    # one entry for each part of the pattern: which part of the node it takes next, and the bindings
    # before it took one
    tried: list[tuple[int, dict[str, IndexExpr]]] = [(0, dict(bindings))]
    taken: list[int] = []
    while tried:
        place = len(tried) - 1
        start, before = tried.pop()
        mark, part = wanted[place]
        for choice in range(start, len(there)):
            attempt = dict(before)
            other, candidate = there[choice]
            if choice in taken or mark != other:
                continue
            if _match(part, candidate, variables, bound, attempt):
                tried.append((choice + 1, before))
                taken.append(choice)
                if len(taken) == len(wanted):
                    bindings.update(attempt)
                    return True
                tried.append((0, attempt))
                break
        else:
            if taken:
                taken.pop()
    return False


def growth_limit(pattern: Node) -> str | None:
    """Why an expression is not matched in all orders: a limit of size; None: it is."""
    long = any(len(_marked(n)) > MAX_PERMUTED for n in postorder(pattern))
    return f"more than {MAX_PERMUTED} terms or factors" if long else None


def _marked(current: Node) -> list[tuple[int, Node]]:
    """Terms with their signs; factors with 1 above the bar and -1 below it."""
    if isinstance(current, Sum):
        return list(current.terms)
    if isinstance(current, Product):
        return [*((1, f) for f in current.numerator), *((-1, f) for f in current.denominator)]
    return []


def _same_label(pattern: Node, found: Node) -> bool:
    """Everything but indices and children: names, numbers, signs, operators."""
    if len(_indices(pattern)) != len(_indices(found)):
        return False
    for name in pattern.fields:
        one, other = getattr(pattern, name), getattr(found, name)
        if name == "terms":
            if sorted(s for s, _ in one) != sorted(s for s, _ in other):
                return False
        elif name in ("numerator", "denominator", "arguments", "operands"):
            if len(one) != len(other):
                return False
        elif not isinstance(one, Node | IndexExpr | tuple) and one != other:
            return False
    return True


def _indices(current: Node) -> tuple[IndexExpr, ...]:
    if isinstance(current, Access | TensorOperator):
        return current.indices
    if isinstance(current, IndexValue):
        return (current.index,)
    if isinstance(current, IndexComparison):
        return (current.left, current.right)
    return ()


def _bind(
    pattern: Sequence[Binder],
    found: Sequence[Binder],
    variables: frozenset[str],
    bound: Mapping[str, str],
    bindings: dict[str, IndexExpr],
) -> Mapping[str, str] | None:
    if len(pattern) != len(found):
        return None
    inner = dict(bound)
    for one, other in zip(pattern, found, strict=True):
        ends = ((one.lower, other.lower), (one.upper, other.upper))
        for left, right in ends:
            if left is None or right is None:
                if left is not right:
                    return None
            elif not _match_index(left, right, variables, bound, bindings):
                return None
        inner[one.name] = other.name
    return inner


def _match_index(
    pattern: IndexExpr,
    found: IndexExpr,
    variables: frozenset[str],
    bound: Mapping[str, str],
    bindings: dict[str, IndexExpr],
) -> bool:
    letter = pattern.as_letter
    if letter is not None and letter in variables and letter not in bound:
        if any(name in bound.values() for name in found.letters):
            return False
        known = bindings.setdefault(letter, found)
        return known == found
    renamed = pattern.substitute({p: IndexExpr.letter(f) for p, f in bound.items()})
    if any(name in variables and name not in bound for name in pattern.letters):
        wanted = {v: bindings[v] for v in pattern.letters if v in bindings and v not in bound}
        renamed = renamed.substitute(wanted)
    return renamed == found


def replace_matches(
    root: Node,
    pattern: Node,
    variables: frozenset[str],
    build: Callable[[Mapping[str, IndexExpr]], Node | None],
) -> Node:
    """Put `build(bindings)` for every match, outermost first; None leaves the match as it is."""
    done: dict[int, Node] = {}
    stack: list[tuple[Node, bool]] = [(root, False)]
    while stack:
        current, opened = stack.pop()
        if id(current) in done:
            continue
        if opened:
            children = [done[id(c)] for c in current.children]
            same = all(a is b for a, b in zip(children, current.children, strict=True))
            done[id(current)] = current if same else current.rebuild(children)
            continue
        bindings = match(pattern, current, variables)
        made = build(bindings) if bindings is not None else None
        if made is not None:
            done[id(current)] = made
        else:
            stack.append((current, True))
            stack.extend((c, False) for c in current.children)
    return done[id(root)]


def replace_accesses(root: Node, values: Mapping[str, tuple[Sequence[str], Node]]) -> Node:
    """Put values for the accesses to quantities, all in one walk.

    Args:
        root: any node.
        values: by quantity the letters of its axes, and an expression over them; accesses in the
            expressions stay as they are.
    """

    def put(current: Node) -> Node:
        if not isinstance(current, Access) or current.quantity not in values:
            return current
        letters, value = values[current.quantity]
        return substitute(value, dict(zip(letters, current.indices, strict=True)))

    return transform(root, put)


def replace_nodes(root: Node, replaced: Mapping[Node, Node]) -> Node:
    """Put nodes for equal nodes, outermost first, where they stand.

    A letter that is bound around a node is bound by the same binder in what replaces it, where
    `expressions.substitute` would keep them apart; so a replacement uses no letters but those of
    the node that it replaces, or letters that are bound nowhere in the root.
    """
    done: dict[int, Node] = {}
    stack: list[tuple[Node, bool]] = [(root, False)]
    while stack:
        current, opened = stack.pop()
        if id(current) in done:
            continue
        if current in replaced:
            done[id(current)] = replaced[current]
        elif opened:
            children = [done[id(c)] for c in current.children]
            same = all(a is b for a, b in zip(children, current.children, strict=True))
            done[id(current)] = current if same else current.rebuild(children)
        else:
            stack.append((current, True))
            stack.extend((c, False) for c in current.children)
    return done[id(root)]


def changed_parts(before: Node, after: Node) -> list[tuple[Node, Node]]:
    """Where two nodes differ of which one came from the other by replacing parts in their places.

    What stands around the parts is the same in both; each pair is given once, in reading order.
    """
    found: dict[tuple[Node, Node], None] = {}
    seen: set[tuple[int, int]] = set()
    stack = [(before, after)]
    while stack:
        one, other = pair = stack.pop()
        if one == other or (id(one), id(other)) in seen:
            continue
        seen.add((id(one), id(other)))
        if _same_around(one, other):
            stack.extend(reversed(list(zip(one.children, other.children, strict=True))))
        else:
            found[pair] = None
    return list(found)


def _same_around(one: Node, other: Node) -> bool:
    """Whether two nodes differ in their children only."""
    alike = type(one) is type(other) and len(one.children) == len(other.children)
    return alike and bool(one.children) and one.rebuild(other.children) == other


def outermost(root: Node, kinds: tuple[type[Node], ...]) -> list[Node]:
    """Maximal nodes of some kinds, each once, in reading order."""
    found: dict[Node, None] = {}
    stack, seen = [root], set[int]()
    while stack:
        current = stack.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, kinds):
            found[current] = None
        else:
            stack.extend(reversed(current.children))
    return list(found)


def inside_out(root: Node, change: Callable[[Node], Node]) -> Node:
    """The node with `change` applied to the body of each reduction, innermost first, then to it.

    What stands under a sum over indices is an expression of its own: its letters are bound there.
    """
    replaced: dict[Node, Node] = {}
    for current in postorder(root):
        if isinstance(current, Reduce):
            body = change(replace_nodes(current.body, replaced))
            made = Reduce(current.operator, current.binders, body)
            if made != current:
                replaced[current] = made
    return change(replace_nodes(root, replaced) if replaced else root)
