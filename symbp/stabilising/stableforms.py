"""The emitted form of one elementwise expression: equal to it by algebra, chosen by accuracy.

An expression that is accurate as it stands is left alone. Otherwise spellings are made (as a
fraction in one exponential, as a sum of logarithms, through erfc, branch by branch, ...), each is
proved equal to the expression by the canonical form (one that is not proved is not used), and they
are measured at corner points (`accuracy.py`); the plainest of the most accurate is taken. Where
roundings add up in it beyond the bar, those that count are kept and carried along (`carries.py`).

Results are memoised by shape, with accesses numbered by first appearance, so that a thousand equal
equations pay once.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from math import prod

from symbp.expressions import (
    ONE,
    ZERO,
    Access,
    Call,
    Comparison,
    Constant,
    Node,
    Number,
    Power,
    Product,
    Sum,
    Where,
    postorder,
    substitute,
    transform,
)
from symbp.functions import define
from symbp.matching import replace_nodes
from symbp.monomials import negate
from symbp.numerics.accuracy import Faults, Sample, faults, trusted, truth
from symbp.numerics.carrying import CARRIED
from symbp.rules.stablelocal import local_spellings
from symbp.rules.stablelogs import log_spellings
from symbp.rules.stablereading import ERF_SPELLINGS, MAX_SIZE, read
from symbp.rules.stablewriting import spellings
from symbp.stabilising.carries import away_from_zeros, is_measurable, with_rests
from symbp.stabilising.stableproofs import leading, proved_equal, vanishing_difference

__all__ = ["proved_equal", "stable_form"]

#: Largest depth of an expression that is looked at as a whole; deeper ones are looked at in parts.
MAX_DEPTH = 40
#: Most variables of an expression that is measured.
MAX_SEATS = 6
#: Units of a form, as estimated, beyond which other spellings are tried, and what one must gain.
TOLERATED, WORTH = 3.5, 0.5
#: What is looked into; all other nodes are variables.
_OPEN = (Number, Constant, Sum, Product, Power, Call)
#: Functions beside which an expression may lose digits.
_RISKY = frozenset(
    (
        *("exp", "ln", "sigmoid", "tanh", "softplus", "logsigmoid", "erf", "erfc", "expm1"),
        *("log1p", "sinh", "cosh", "silu", "mish", "gelu", "gelu_tanh", "elu", "selu", "sqrt"),
        *("softsign", "abs", "sign", "arctan", "log2", "log10", "erfcx", "normal_cdf"),
    )
)
#: What is opened by the rules of logarithms alone.
_LOGARITHMS = ("ln", "log1p")
#: Functions that cost about as much as an operation.
_CHEAP = ("abs", "sign", "max", "min", "sqrt")
#: Functions that only stable forms are written in.
_MADE = ("exp_product", "exp_gate", "erfcx", "erfcx_bend", CARRIED)
#: Functions with exp(x^2) in them.
_SCALED = ("erfcx", "erfcx_bend")
#: Functions that are made of erf.
_ERROR = ("erf", "erfc", "erfcx", "normal_cdf", "log_erfc", "gelu")
#: Functions that are defined by the sign of their argument.
_BY_SIGN = ("abs", "sign")
#: Functions whose definition is a branch that may be drawn out of an expression.
_BRANCHING = ("elu", "selu")


def stable_form(root: Node) -> Node:
    """An equal expression that neither overflows nor cancels where that can be avoided.

    Args:
        root: the right side of an equation; reductions inside it count as variables.

    Returns:
        The root itself, where nothing is gained or nothing is proved.
    """
    done: dict[Node, Node] = {}
    whole = is_measurable(root)
    for branch in _branches(root):
        inner = [_put(b, done) for b in (branch.then, branch.otherwise)]
        forms = [_region(b) if whole else _carried(b, _region(b)) for b in inner]
        made = branch.rebuild([branch.condition, *forms])
        if made != branch:
            done[branch] = made
    put = _put(root, done)
    made = put if isinstance(root, Where) else _region(put)
    if whole or not isinstance(root, Where):
        made = _carried(put, made)
    return root if made == root else made


def _carried(root: Node, made: Node) -> Node:
    """The form with the roundings kept that it needs; another one, where that does not suffice."""
    best, worst = with_rests(made)
    seats = _variables(root)
    if worst <= TOLERATED or len(seats) != 1 or isinstance(seats[0], Where):
        return best
    samples = away_from_zeros(truth(best, seats))
    own = faults(best, seats, samples)
    for other in dict.fromkeys(_candidates(root)):
        found, units = with_rests(other)
        if units > worst - WORTH or _is_worse(faults(found, seats, samples), own):
            continue
        if proved_equal(root, other):
            best, worst = found, units
    return best


def _is_worse(found: Faults, own: Faults) -> bool:
    return (found.lost, found.missed) > (own.lost, own.missed)


def _put(root: Node, done: dict[Node, Node]) -> Node:
    return replace_nodes(root, done) if done else root


def _branches(root: Node) -> list[Where]:
    """The branches of an expression, inner ones first; sums over indices are not entered."""
    found: dict[Where, None] = {}
    stack: list[tuple[Node, bool]] = [(root, False)]
    seen: set[int] = set()
    while stack:
        current, opened = stack.pop()
        if opened and isinstance(current, Where):
            found[current] = None
        elif id(current) not in seen:
            seen.add(id(current))
            if isinstance(current, Where):
                stack.append((current, True))
                stack.extend(((current.otherwise, False), (current.then, False)))
            elif isinstance(current, _OPEN):
                stack.extend((child, False) for child in current.children)
    return list(found)


def _region(root: Node) -> Node:
    """The stable form of an expression in which branches count as variables."""
    if not any(_is_risky(n) for n in postorder(root)):
        return root
    if any(isinstance(n, Call) and n.function in _MADE for n in postorder(root)):
        return root  # a stable form, or a branch of one
    if root.size > MAX_SIZE or root.depth > MAX_DEPTH:
        parts = {part: _region(part) for part in _small_parts(root)}
        return _put(root, {a: b for a, b in parts.items() if a is not b})
    seats = _variables(root)
    places: dict[Node, Node] = {seat: Access(f"·{n}") for n, seat in enumerate(seats)}
    shape = substitute(root, nodes=places)
    made = _spelled(shape)
    if made is shape:
        return root
    return substitute(made, nodes={place: seat for seat, place in places.items()})


def _is_risky(node: Node) -> bool:
    if isinstance(node, Call):
        return node.function in _RISKY
    if isinstance(node, Product):
        return any(isinstance(d, Sum | Power) for d in node.denominator)
    return isinstance(node, Power)


def _is_root(node: Node) -> bool:
    """Whether a node is the root of a sum, whose terms may cancel or overflow."""
    return isinstance(node, Call) and node.function == "sqrt" and isinstance(node.children[0], Sum)


def _small_parts(root: Node) -> list[Node]:
    """The largest parts that are looked at as a whole."""
    found: dict[Node, None] = {}
    stack = [root]
    while stack:
        current = stack.pop()
        if not isinstance(current, _OPEN):
            continue
        if current.size <= MAX_SIZE and current.depth <= MAX_DEPTH:
            found[current] = None
        else:
            stack.extend(current.children)
    return list(found)


def _variables(root: Node) -> list[Node]:
    found: dict[Node, None] = {}
    stack = [root]
    while stack:
        current = stack.pop()
        if isinstance(current, _OPEN):
            stack.extend(reversed(current.children))
        else:
            found[current] = None
    return list(found)


@lru_cache(maxsize=65536)
def _spelled(shape: Node) -> Node:
    """The most accurate of the proved spellings of a shape; the shape itself where it is good."""
    seats = _variables(shape)
    if len(seats) > MAX_SEATS:
        return _by_parts(shape)
    spelt = [s for s in dict.fromkeys(_candidates(shape)) if s != shape]
    safe = next((s for s in reversed(spelt) if trusted(shape, s, seats)), None)
    parts = shape
    if safe is None:
        parts = safe = _by_parts(shape)  # equal because its parts are
        if parts == shape:
            return shape
    samples = truth(safe, seats)
    own = faults(shape, seats, samples)
    if not own.missed:
        return shape
    best, found = _best(shape, own, spelt, seats, samples)
    if parts == shape and (found.missed or len(seats) > 1):
        parts = _by_parts(shape)
    if parts != shape:
        measured = faults(parts, seats, samples)
        if (measured, _cost(parts)) <= (found, _cost(best)):
            best, found = parts, measured
    gained = found.lost < own.lost or (found.lost == own.lost and 2 * found.missed <= own.missed)
    return best if gained else shape


def _best(
    shape: Node, own: Faults, spelt: list[Node], seats: list[Node], samples: list[Sample]
) -> tuple[Node, Faults]:
    """The most accurate spelling that is proved, the cheapest of equals; else the shape."""
    measured = [(faults(s, seats, samples), _cost(s), n) for n, s in enumerate(spelt)]
    for found, _, place in sorted(measured):
        if proved_equal(shape, spelt[place]):
            return spelt[place], found
    return shape, own


def _cost(root: Node) -> int:
    """What is computed: each different node once, a transcendental function like ten operations."""
    return sum(
        10 if isinstance(n, Call) and n.function not in _CHEAP else 1
        for n in dict.fromkeys(postorder(root))
    )


def _candidates(shape: Node) -> Iterator[Node]:
    """Spellings of a shape, plainer ones first."""
    if isinstance(shape, Call) and shape.function in _LOGARITHMS:
        argument = shape.arguments[0]
        yield from log_spellings(argument if shape.function == "ln" else ONE + argument)
        return
    plain: list[Node] = []
    has_erf = any(isinstance(n, Call) and n.function in _ERROR for n in postorder(shape))
    for erf in ERF_SPELLINGS if has_erf else ERF_SPELLINGS[:1]:
        form = read(shape, erf)
        found = [] if form is None else list(spellings(form))
        found += local_spellings(shape, erf)
        if erf == "plain":
            plain = found
        elif erf == "scaled":
            found = [*found, *_on_both_sides(plain, found)]
        yield from (_polished(made) for made in found)
    yield from _by_cases(shape)


def _on_both_sides(plain: list[Node], scaled: list[Node]) -> Iterator[Node]:
    """What holds erfcx(x), which overflows for x < 0, only where x >= 0."""
    for one, other in product(plain, scaled):
        calls = [n for n in postorder(other) if isinstance(n, Call) and n.function in _SCALED]
        arguments = dict.fromkeys(call.arguments[0] for call in calls)
        if len(arguments) == 1:
            yield Where(Comparison("<", next(iter(arguments)), ZERO), one, other)


def _polished(root: Node) -> Node:
    """Logarithms inside a spelling in their own stable form."""
    found: dict[Node, Node] = {}
    for current in postorder(root):
        if isinstance(current, Call) and current.function == "ln":
            made = _region(current)
            if made is not current:
                found[current] = made
    return transform(_put(root, found), _resigned) if found else root


def _by_parts(shape: Node) -> Node:
    """The shape over the stable forms of its children."""
    if not shape.children or not isinstance(shape, _OPEN):
        return shape
    children = [_region(child) for child in shape.children]
    same = all(a is b for a, b in zip(children, shape.children, strict=True))
    return shape if same else _resigned(shape.rebuild(children))


def _resigned(root: Node) -> Node:
    """Minus signs of factors in front of their product, those of terms in their sum."""
    if isinstance(root, Sum):
        terms = [(sign * leading(t)[0], leading(t)[1]) for sign, t in root.terms]
        return terms[0][1] if len(terms) == 1 and terms[0][0] > 0 else Sum(terms)
    if isinstance(root, Product):
        pairs = [leading(f) for f in root.children]
        cut = len(root.numerator)
        bare = [node for _, node in pairs]
        made = Product(bare[:cut], bare[cut:])
        return negate(made) if prod(sign for sign, _ in pairs) < 0 else made
    return root


def _by_cases(shape: Node) -> Iterator[Node]:
    """The cases of a function that is defined by branches, drawn out of the expression."""
    for current in postorder(shape):
        if not isinstance(current, Call):
            continue
        if current.function in _BRANCHING:
            meaning = define(current)
            inner = (
                next((n for n in postorder(meaning) if isinstance(n, Where)), None)
                if (meaning is not None)
                else None
            )
            if inner is None or meaning is None:
                continue
            then, other = (
                _region(replace_nodes(shape, {current: replace_nodes(meaning, {inner: b})}))
                for b in (inner.then, inner.otherwise)
            )
            yield Where(inner.condition, then, other)
            return
        if current.function in _BY_SIGN:
            yield _by_size(shape, current.arguments[0])
            return


def _by_size(shape: Node, argument: Node) -> Node:
    """The cases of abs and sign, written in the size of the argument."""
    size = Access("·size")
    back: dict[Node, Node] = {size: Call("abs", (argument,))}
    found: list[Node] = []
    for sign, inner in ((negate(ONE), negate(size)), (ONE, size)):
        case = replace_nodes(
            shape, {Call("abs", (argument,)): size, Call("sign", (argument,)): sign}
        )
        found.append(_region(replace_nodes(case, {argument: inner})))
    low, high = found
    made: Node = Where(Comparison("<", argument, ZERO), low, high)
    if low == high:
        made = high
    elif vanishing_difference(negate(low), high):  # an odd function, 0 at 0
        made = Call("sign", (argument,)) * high
    return replace_nodes(made, back)
