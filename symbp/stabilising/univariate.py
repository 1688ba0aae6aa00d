"""The parts of a right side that have an accurate form of their own: functions of one variable.

    y[n]*ln(1 + exp(z[n])) + w[n]*h[n]        ln(1 + exp(z[n])), a function of z[n]
    exp(a*x + b)/(1 + exp(a*x + b))           all of it, a function of u = a*x + b

What can overflow or cancel does so in a function of one variable, mostly: the argument of an
exponential, or one access. The largest such parts are handed to `stable_form`, with a letter for
the variable, so that equal shapes are looked at once; sums over several exponentials are another
matter (`shifting.py`). A part in which no function levels off or grows beyond all numbers has
nothing to lose and is left alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from symbp.expressions import (
    ONE,
    Access,
    Bracket,
    Call,
    Comparison,
    IndexComparison,
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
)
from symbp.functions import FUNCTIONS
from symbp.matching import replace_nodes
from symbp.monomials import Monomial, join, negate, split, total
from symbp.numerics.carrying import CARRIED
from symbp.stabilising.stableforms import stable_form

__all__ = ["accurate", "only_variable"]

#: Nodes of a part that is looked at as a whole.
MAX_PART = 120
#: Terms of a sum in which common factors are looked for.
MAX_TERMS = 16
_SEAT = Access("·u")
#: Functions that are computed accurately for every argument, and whose values lose nothing.
_HARMLESS = frozenset(("abs", "sign", "relu", "leaky_relu", "max", "min", "sin", "cos"))
_EXPONENTIAL = frozenset(
    ("exp", "sigmoid", "tanh", "softplus", "logsigmoid", "expm1", "sinh", "cosh", "erf", "erfc")
)
_NO_PART = (
    Reduce,
    Where,
    Bracket,
    Comparison,
    IndexComparison,
    Logical,
    TensorOperator,
)


def accurate(root: Node, settled: frozenset[str] = frozenset()) -> Node:
    """An elementwise expression with its functions of one variable in accurate forms.

    Args:
        root: an elementwise expression, or the body of a sum over indices.
        settled: names of quantities functions of which have their accurate forms already.

    Returns:
        The root itself where nothing is gained.
    """
    if not any(_risky(n) for n in postorder(root)):
        return root
    root, grouped = _grouped(root)
    variables = _variables(root)
    replaced: dict[Node, Node] = {}
    stack, seen = [root], set[int]()
    while stack:
        current = stack.pop()
        if id(current) in seen or _is_made(current):
            continue
        seen.add(id(current))
        found = variables[id(current)]
        if found is not None and len(found) == 1 and current.size <= MAX_PART:
            name = found[0].quantity if isinstance(found[0], Access) else None
            if name not in settled and any(_risky(n) for n in postorder(current)):
                made = _in_one(current, found[0])
                if made != current:
                    replaced[current] = made
            continue
        shifted = _logarithm(current)
        if shifted is not None:
            replaced[current] = shifted
            continue
        stack.extend(current.children)
    made = replace_nodes(root, replaced) if replaced else root
    return replace_nodes(made, grouped) if grouped else made


def only_variable(root: Node) -> Node | None:
    """The one access or argument that an expression is a function of; None for all others."""
    found = _variables(root)[id(root)]
    return found[0] if found is not None and len(found) == 1 else None


def _grouped(root: Node) -> tuple[Node, dict[Node, Node]]:
    """Factors of one variable of a product of several, taken together where they gain by that.

    w*exp(x)*v/(1 + exp(x)): what overflows is exp(x)/(1 + exp(x)), a function of x.

    Returns:
        The root with seats for such parts, and what they stand for.
    """
    variables = _variables(root)
    seats: dict[Node, Node] = {}
    done: dict[int, Node] = {}
    for current in postorder(root):
        children = [done[id(c)] for c in current.children]
        found = variables[id(current)]
        if isinstance(current, Product) and (found is None or len(found) > 1):
            known = len(seats)
            regrouped, cut = _with_seats(current, children, variables, seats)
            if len(seats) > known:
                done[id(current)] = Product(regrouped[:cut], regrouped[cut:])
                continue
        if isinstance(current, Sum) and found is not None and len(found) > 1:
            factored = _factored(current, children, variables, seats)
            if factored is not None:
                done[id(current)] = factored
                continue
        same = all(a is b for a, b in zip(children, current.children, strict=True))
        done[id(current)] = current if same else current.rebuild(children)
    return done[id(root)], seats


def _with_seats(
    current: Product,
    children: Sequence[Node],
    variables: Mapping[int, tuple[Node, ...] | None],
    seats: dict[Node, Node],
) -> tuple[list[Node], int]:
    """The factors of a product, and how many of them stand above the bar."""
    cut = len(current.numerator)
    groups: dict[Node | None, tuple[list[int], list[int]]] = {}
    for place, factor in enumerate(current.children):
        found = variables[id(factor)]
        key = found[0] if found is not None and len(found) == 1 else None
        groups.setdefault(key, ([], []))[place >= cut].append(place)
    above, below = ([children[n] for n in side] for side in groups.pop(None, ([], [])))
    for variable, (upper, lower) in groups.items():
        made = _together(current, variable, upper, lower)
        if made is None:
            above += [children[n] for n in upper]
            below += [children[n] for n in lower]
        else:
            above.append(Access(f"·group{len(seats)}"))
            seats[above[-1]] = made
    return [*above, *below], len(above)


def _together(
    current: Product, variable: Node | None, upper: Sequence[int], lower: Sequence[int]
) -> Node | None:
    """Factors of one variable as one function, in its accurate form; None where it is the same."""
    if variable is None or len(upper) + len(lower) < 2:
        return None
    above, below = ([current.children[n] for n in side] for side in (upper, lower))
    part = Product(above or [ONE], below)
    if part.size > MAX_PART or not any(_risky(n) for n in postorder(part)):
        return None
    made = _in_one(part, variable)
    return None if made == part else made


def _factored(
    current: Sum,
    children: Sequence[Node],
    variables: Mapping[int, tuple[Node, ...] | None],
    seats: dict[Node, Node],
) -> Node | None:
    """Terms that have all but a function of one variable in common, with that taken out.

    w + w/expm1(z): what cancels is 1 + 1/expm1(z), a function of z.
    """
    if len(current.terms) > MAX_TERMS or not _risky(current):
        return None
    for variable in dict.fromkeys(v for t in current.children for v in variables[id(t)] or ()):
        groups: dict[frozenset[object], tuple[Monomial, list[int], list[Monomial]]] = {}
        for place, (sign, term) in enumerate(current.terms):
            own, rest = _apart(split(negate(term) if sign < 0 else term), variable)
            _, places, parts = groups.setdefault(rest.key, (rest, [], []))
            places.append(place)
            parts.append(own)
        for rest, places, parts in groups.values():
            size = abs(parts[0].coefficient)
            if any(abs(p.coefficient) != size for p in parts):
                size = Fraction(1)
            part = total(Monomial(p.coefficient / size, p.powers) for p in parts)
            fits = rest.powers and len(parts) > 1 and part.size <= MAX_PART and _risky(part)
            made = _in_one(part, variable) if fits else part
            if made != part:
                seat = Access(f"·group{len(seats)}")
                seats[seat] = made
                others = [(s, children[n]) for n, (s, _) in enumerate(current.terms)]
                left = [term for n, term in enumerate(others) if n not in places]
                whole = join(Monomial(size, (*rest.powers, (seat, Fraction(1)))))
                return Sum([(1, whole), *left]) if left else whole
    return None


def _apart(term: Monomial, variable: Node) -> tuple[Monomial, Monomial]:
    """A term as a function of one variable, with its number, times all else."""
    found = [_variables(base)[id(base)] in ((), (variable,)) for base, _ in term.powers]
    own, rest = (
        tuple(p for p, inside in zip(term.powers, found, strict=True) if inside is side)
        for side in (True, False)
    )
    return Monomial(term.coefficient, own), Monomial(Fraction(1), rest)


def _in_one(current: Node, variable: Node) -> Node:
    """The accurate form of a function of one variable, which may be any expression."""
    if isinstance(variable, Access):
        return stable_form(current)
    seats: dict[Node, Node] = {variable: _SEAT}
    if isinstance(variable, Sum) and len(variable.terms) == 1:  # of -u, the variable is u
        variable = variable.terms[0][1]
        seats = {Sum(((-1, variable),)): Sum(((-1, _SEAT),)), variable: _SEAT}
    shape = replace_nodes(current, seats)
    made = stable_form(shape)
    return current if made == shape else replace_nodes(made, {_SEAT: variable})


def _is_made(current: Node) -> bool:
    """Whether it is a choice between accurate forms already, or one of them."""
    parts = current.children if isinstance(current, Where) else (current,)
    return any(isinstance(part, Call) and part.function == CARRIED for part in parts)


def _logarithm(current: Node) -> Node | None:
    """ln(1 + u) for any u; None for everything else."""
    if not isinstance(current, Call) or current.function != "ln":
        return None
    argument = current.arguments[0]
    if not isinstance(argument, Sum) or len(argument.terms) != 2:
        return None
    for place in (0, 1):
        sign, one = argument.terms[place]
        other_sign, other = argument.terms[1 - place]
        if sign > 0 and isinstance(one, Number) and one.value == 1:
            return Call("log1p", (other if other_sign > 0 else Sum(((-1, other),)),))
    return None


def _variables(root: Node) -> dict[int, tuple[Node, ...] | None]:
    """What each node is a function of: accesses, or arguments of functions; None: of conditions."""
    found: dict[int, tuple[Node, ...] | None] = {}
    for current in postorder(root):
        below = [found[id(child)] for child in current.children]
        if isinstance(current, Access):
            found[id(current)] = (current,)
        elif isinstance(current, _NO_PART) or any(b is None for b in below):
            found[id(current)] = None
        else:
            names = dict.fromkeys(v for b in below for v in b or ())
            outer = isinstance(current, Call) and current.function in FUNCTIONS
            if outer and len(current.children) == 1 and len(names) > 1:
                names = _through(current, names)
            found[id(current)] = tuple(names)
    return found


def _through(current: Node, names: dict[Node, None]) -> dict[Node, None]:
    """An exponential, or a function made of one, is a function of its argument."""
    argument = current.children[0]
    made = isinstance(current, Call) and current.function in _EXPONENTIAL
    return {argument: None} if made else names


def _risky(current: Node) -> bool:
    """Whether a node may lose what it is made of: by overflow, by cancellation, by a zero."""
    if isinstance(current, Call):
        if current.function in ("ln", "log1p", "log2", "log10"):
            return not isinstance(current.arguments[0], Access | Number)
        # exp multiplies the relative error of its argument by the argument
        return current.function == "exp" and any(map(_is_square, postorder(current.arguments[0])))
    if isinstance(current, Sum):
        return any(_levelling(t) for _, t in current.terms) and len(current.terms) > 1
    if isinstance(current, Product):
        if any(isinstance(d, Sum | Power | Call) for d in current.denominator):
            return True  # a square below the bar overflows where the quotient is a number
        return _overflowing(current.numerator)
    if isinstance(current, Power):
        return _overflowing((current.base,))
    return False


def _is_square(current: Node) -> bool:
    if isinstance(current, Product):
        return len(dict.fromkeys(current.numerator)) < len(current.numerator)
    return isinstance(current, Power)


def _levelling(term: Node) -> bool:
    """Whether a term is a multiple of a function that levels off or grows beyond all numbers."""
    stack = [term]
    while stack:
        current = stack.pop()
        if isinstance(current, Product):
            stack += current.children
        elif isinstance(current, Power):
            if _fractional(current):
                return True
            stack.append(current.base)
        elif isinstance(current, Call) and current.function not in _HARMLESS:
            return True
    return False


def _fractional(power: Power) -> bool:
    exponent = power.exponent
    return isinstance(exponent, Number) and exponent.value.denominator != 1


def _overflowing(factors: Sequence[Node]) -> bool:
    calls = (n for f in factors for n in postorder(f) if isinstance(n, Call))
    return any(c.function in ("exp", "sinh", "cosh", "erfc") for c in calls)
