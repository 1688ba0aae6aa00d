"""How each node is evaluated: one operation a node class, lazy where meaning demands it.

Each value travels with its *magnitude*, the sum of the magnitudes that went into it:

    number, access     |v| of what is given, the stored magnitude of what was computed
    a - b + c          the sum of the terms' magnitudes
    a*b/d              m(a) m(b) m(d) / d^2
    b^e                |v|, and how far errors of b and e move it
    f(u)               max(|f(u)|, s m(u)) with s from `numbers.SENSITIVITY`
    max, where         that of the branch or element taken

Two results are equal to 1e-12 where |a - b| <= 1e-12 times the larger magnitude: the only meaning
that holds where terms cancel.

*Lazy* are the branches of a `where`, the operands of `and` and `or`, and the factors beside a
bracket that is 0. *By convention* 0 ln 0 = 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from symbp.errors import LimitExceeded, MathError, NotSupportedError, impossible
from symbp.evaluation import MAX_NESTING, Frame, Machine, Plan, Value, each_place
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
)
from symbp.functions import define
from symbp.numerics.accuracy import carried_value
from symbp.numerics.carrying import CARRIED
from symbp.numerics.numbers import Numbers
from symbp.spelling import spell

__all__ = ["plan"]

#: Functions whose value at 0 a factor 0 outweighs: 0 ln 0 = 0.
OUTWEIGHED_AT_ZERO = ("ln", "log2", "log10")


def plan(current: Node, env: Machine) -> Plan:
    """The plan of a node.

    Raises:
        NotSupportedError: the interpreter has no value for it in these numbers.
    """
    for kind, made in _PLANS:
        if isinstance(current, kind):
            return made(current, env)
    if isinstance(current, TensorOperator):
        raise NotSupportedError(f"the interpreter cannot evaluate {current.name}(...) yet")
    return impossible(f"no plan for a {type(current).__name__}")


def _plain(numbers: Numbers, value: Any) -> Value:
    return Value(value, numbers.magnitude(value))


def _plan_number(current: Number, env: Machine) -> Plan:
    value = _plain(env.numbers, env.numbers.of(current.value))
    return Plan((), lambda frame: value)


def _plan_constant(current: Constant, env: Machine) -> Plan:
    value = _plain(env.numbers, env.numbers.constant(current.name))
    return Plan((), lambda frame: value)


def _plan_index_value(current: IndexValue, env: Machine) -> Plan:
    def step(frame: Frame) -> Value:
        value = Fraction(env.index(current.index, frame.letters))
        return _plain(env.numbers, env.numbers.of(value))

    return Plan((), step)


def _plan_access(current: Access, env: Machine) -> Plan:
    def step(frame: Frame) -> Value:
        place = tuple(env.index(index, frame.letters) for index in current.indices)
        return env.element(current.quantity, place, current)

    return Plan((), step)


def _plan_sum(current: Sum, env: Machine) -> Plan:
    numbers = env.numbers
    minus = numbers.of(Fraction(-1))

    def step(frame: Frame) -> Value:
        total: Value | None = None
        for sign, term in current.terms:
            value, magnitude = frame[id(term)]
            if sign < 0:
                value = numbers.multiply(minus, value)
            if total is None:
                total = Value(value, magnitude)
            else:
                total = Value(numbers.add(total.value, value), total.magnitude + magnitude)
        return total if total is not None else _plain(numbers, numbers.of(Fraction(0)))

    return Plan(current.children, step)


def _plan_product(current: Product, env: Machine) -> Plan:
    numbers = env.numbers
    brackets = [f for f in current.numerator if isinstance(f, Bracket)]
    rest = Product([f for f in current.numerator if f not in brackets], current.denominator)
    if brackets:

        def guarded(frame: Frame) -> Value:
            if all(env.lazily(b.condition, frame) for b in brackets):
                return env.lazily(rest, frame)  # type: ignore[no-any-return]
            return _plain(numbers, numbers.of(Fraction(0)))

        return Plan((), guarded)
    outweighed = {id(f): u for f in current.numerator if (u := _outweighed(f)) is not None}
    strict = [f for f in current.children if id(f) not in outweighed]

    def step(frame: Frame) -> Value:
        zero = any(frame[id(f)].value == 0 for f in current.numerator if id(f) not in outweighed)
        if zero and any(frame[id(u)].value == 0 for u in outweighed.values()):
            return _plain(numbers, numbers.of(Fraction(0)))
        above = [env.run(f, frame) for f in current.numerator]
        below = [frame[id(d)] for d in current.denominator]
        return _multiply(numbers, above, below)

    return Plan((*strict, *outweighed.values()), step)


def _outweighed(factor: Node) -> Node | None:
    """The argument of a factor that a zero beside it outweighs, signs around it left out."""
    while isinstance(factor, Sum) and len(factor.terms) == 1:
        factor = factor.terms[0][1]
    if isinstance(factor, Call) and factor.function in OUTWEIGHED_AT_ZERO:
        return factor.arguments[0]
    return None


def _multiply(numbers: Numbers, above: Sequence[Value], below: Sequence[Value]) -> Value:
    if above:
        value, magnitude = above[0]
        for factor in above[1:]:
            value = numbers.multiply(value, factor.value)
            magnitude = magnitude * factor.magnitude
    else:
        value, magnitude = _plain(numbers, numbers.of(Fraction(1)))
    for divisor in below:
        value = numbers.divide(value, divisor.value)
        if numbers.tracks:
            size = numbers.magnitude(divisor.value)
            scaled = numbers.divide(numbers.divide(magnitude, size), size)
            magnitude = numbers.multiply(scaled, divisor.magnitude)
    return Value(value, magnitude)


def _plan_power(current: Power, env: Machine) -> Plan:
    numbers, exponent = env.numbers, current.exponent
    if isinstance(exponent, Number) and exponent.value.denominator == 1:
        whole = int(exponent.value)

        def step(frame: Frame) -> Value:
            base = frame[id(current.base)]
            value = numbers.whole_power(base.value, whole)
            return Value(value, _moved(numbers, value, base, abs(whole)))

        return Plan((current.base,), step)

    def general(frame: Frame) -> Value:
        base, power = frame[id(current.base)], frame[id(exponent)]
        value = numbers.power(base.value, power.value)
        moved = _moved(numbers, value, base, numbers.magnitude(power.value))
        return Value(value, max(moved, numbers.magnitude(value) * power.magnitude))

    return Plan(current.children, general)


def _moved(numbers: Numbers, value: Any, base: Value, exponent: Any) -> Any:
    """`|v| max(1, |e| m(b)/|b|)`: how far an error of the base moves a power."""
    size, own = numbers.magnitude(value), numbers.magnitude(base.value)
    if not own or not numbers.tracks:
        return size
    return max(size, numbers.multiply(size * exponent, numbers.divide(base.magnitude, own)))


def _plan_call(current: Call, env: Machine) -> Plan:
    numbers = env.numbers
    if current.function == CARRIED:
        return _plan_carried(current, env)
    if current.function not in numbers.functions:
        defined = define(current)
        if defined is None:
            raise NotSupportedError(f"{current.function} has no value in {numbers.name}")
        return Plan((defined,), lambda frame: frame[id(defined)])

    def step(frame: Frame) -> Value:
        arguments = [frame[id(a)] for a in current.arguments]
        value = numbers.call(current.function, tuple(a.value for a in arguments))
        first = arguments[0]
        moved = numbers.sensitivity(current.function, first.value, value) * first.magnitude
        return Value(value, max(numbers.magnitude(value), moved))

    return Plan(current.arguments, step)


def _plan_carried(current: Call, env: Machine) -> Plan:
    """The value with its rests; what went into it is what goes into the plain value."""
    function, parts = carried_value(current, env.numbers)
    plain = current.arguments[0]

    def step(frame: Frame) -> Value:
        value = function(*(frame[id(part)].value for part in parts))
        return Value(value, frame[id(plain)].magnitude)

    return Plan((plain, *parts), step)


def _plan_where(current: Where, env: Machine) -> Plan:
    def step(frame: Frame) -> Any:
        branch = current.then if frame[id(current.condition)] else current.otherwise
        return env.lazily(branch, frame)

    return Plan((current.condition,), step)


def _plan_bracket(current: Bracket, env: Machine) -> Plan:
    one, zero = (_plain(env.numbers, env.numbers.of(Fraction(n))) for n in (1, 0))
    return Plan((current.condition,), lambda frame: one if frame[id(current.condition)] else zero)


_RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
    "==": lambda a, b: bool(a == b),
    "!=": lambda a, b: bool(a != b),
}


def _plan_comparison(current: Comparison, env: Machine) -> Plan:
    holds = _RELATIONS[current.relation]

    def step(frame: Frame) -> bool:
        if not env.numbers.ordered:
            raise NotSupportedError(f"values cannot be compared in {env.numbers.name}")
        return holds(frame[id(current.left)].value, frame[id(current.right)].value)

    return Plan(current.children, step)


def _plan_index_comparison(current: IndexComparison, env: Machine) -> Plan:
    holds = _RELATIONS[current.relation]

    def step(frame: Frame) -> bool:
        letters = frame.letters
        return holds(env.index(current.left, letters), env.index(current.right, letters))

    return Plan((), step)


def _plan_logical(current: Logical, env: Machine) -> Plan:
    def step(frame: Frame) -> bool:
        parts = (env.lazily(operand, frame) for operand in current.operands)
        if current.operator == "and":
            return all(parts)
        if current.operator == "or":
            return any(parts)
        return not next(parts)

    return Plan((), step)


def _plan_reduce(current: Reduce, env: Machine) -> Plan:
    def step(frame: Frame) -> Value:
        if frame.level >= MAX_NESTING:
            raise LimitExceeded(f"more than {MAX_NESTING} conditions or sums inside one another")
        here = each_place(env, current.binders, frame.letters)
        values = ((place, env.run(current.body, Frame(place, frame.level + 1))) for place in here)
        if current.operator in ("sum", "prod"):
            return _accumulate(current.operator, values, env.numbers)
        return _best(current, values, env.numbers)

    return Plan((), step)


Places = Iterator[tuple[dict[str, int], Value]]


def _accumulate(operator: str, values: Places, numbers: Numbers) -> Value:
    start = numbers.of(Fraction(0 if operator == "sum" else 1))
    total = _plain(numbers, start)
    for _, (value, magnitude) in values:
        if operator == "sum":
            total = Value(numbers.add(total.value, value), total.magnitude + magnitude)
        else:
            total = Value(numbers.multiply(total.value, value), total.magnitude * magnitude)
    return total


def _best(current: Reduce, values: Places, numbers: Numbers) -> Value:
    """The greatest or least value, the first of equal ones; NaN wins over all."""
    if not numbers.ordered:
        raise NotSupportedError(f"values cannot be compared in {numbers.name}")
    larger = current.operator.endswith("max")
    best: tuple[dict[str, int], Value] | None = None
    for place, value in values:
        if best is None or (
            not numbers.is_nan(best[1].value)
            and (
                numbers.is_nan(value.value)
                or (value.value > best[1].value if larger else value.value < best[1].value)
            )
        ):
            best = place, value
    if best is None:
        raise MathError(f"{current.operator} over nothing in `{spell(current)}`")
    if not current.operator.startswith("arg"):
        return best[1]
    if len(current.binders) != 1:
        raise NotSupportedError(f"{current.operator} over several indices has no one value")
    return _plain(numbers, numbers.of(Fraction(best[0][current.binders[0].name])))


_PLANS: tuple[tuple[type[Node], Callable[[Any, Machine], Plan]], ...] = (
    (Number, _plan_number),
    (Access, _plan_access),
    (Sum, _plan_sum),
    (Product, _plan_product),
    (Power, _plan_power),
    (Call, _plan_call),
    (Where, _plan_where),
    (Reduce, _plan_reduce),
    (Bracket, _plan_bracket),
    (Comparison, _plan_comparison),
    (IndexComparison, _plan_index_comparison),
    (Logical, _plan_logical),
    (IndexValue, _plan_index_value),
    (Constant, _plan_constant),
)
