"""What the Python front end offers beside operators: sums over indices, conditions, functions.

Users reach them as `sb.sum(j, x[n, j])`, `sb.where(...)`, `sb.exp(...)`. Some hide built-ins or
names of SymPy, so none of them is for star imports.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from symbp.errors import DeclarationError
from symbp.expressions import (
    Access,
    Binder,
    Bracket,
    Comparison,
    IndexComparison,
    IndexValue,
    Logical,
    Node,
    Number,
    Product,
    Reduce,
    Where,
    postorder,
)
from symbp.functions import FUNCTIONS, NAMES, call
from symbp.handles import Index, as_place, as_value, compare

__all__ = ["VOCABULARY"]

_TRUTHS = (Comparison, IndexComparison, Logical)


# -- conditions -----------------------------------------------------------------------------------


def equal(left: Any, right: Any) -> Node:
    """The condition `left == right`; of indices: `where(equal(i, j), 1, 0)`."""
    return compare("==", left, right)


def unequal(left: Any, right: Any) -> Node:
    """The condition `left != right`."""
    return compare("!=", left, right)


def where(condition: Any, then: Any, otherwise: Any) -> Node:
    """`then` where the condition holds, else `otherwise`, which is not looked at there.

    Raises:
        DeclarationError: the first argument is not a condition.
    """
    return Where(_as_condition(condition), as_value(then), as_value(otherwise))


def bracket(condition: Any) -> Node:
    """1 where the condition holds, else 0."""
    return Bracket(_as_condition(condition))


def _as_condition(value: Any) -> Node:
    if not isinstance(value, _TRUTHS):
        raise DeclarationError(
            "a condition is expected here: a < b, or equal(a, b) (== compares Python objects)"
        )
    return value


# -- reductions -----------------------------------------------------------------------------------


def _binders(operator: str, letters: Sequence[Any]) -> list[Binder]:
    if not letters:
        raise DeclarationError(f"{operator}(index, ..., expression) needs an index to run over")
    made: list[Binder] = []
    for given in letters:
        if isinstance(given, Index):
            made.append(Binder(given.letter))
        elif isinstance(given, tuple) and len(given) == 3 and isinstance(given[0], Index):
            letter, lower, upper = given
            made.append(Binder(letter.letter, as_place(lower), as_place(upper)))
        else:
            raise DeclarationError(
                f"{operator} runs over indices, k or (k, first, beyond), not "
                f"{type(given).__name__!r}"
            )
    if len({binder.name for binder in made}) < len(made):
        raise DeclarationError(f"{operator} runs over one index twice")
    return made


def sum(*arguments: Any) -> Node:  # noqa: A001 (reached as sb.sum)
    """`sum(n, k, expression)`: the sum over all values of the indices."""
    return Reduce("sum", _binders("sum", arguments[:-1]), as_value(_last("sum", arguments)))


def prod(*arguments: Any) -> Node:
    """`prod(k, expression)`: the product over all values of the indices."""
    return Reduce("prod", _binders("prod", arguments[:-1]), as_value(_last("prod", arguments)))


def mean(*arguments: Any) -> Node:
    """`mean(n, expression)`: the sum, divided by the extents of the indices.

    Raises:
        DeclarationError: the extent of an index was not declared.
    """
    body = as_value(_last("mean", arguments))
    binders = _binders("mean", arguments[:-1])
    below: list[Node] = []
    for given, binder in zip(arguments, binders, strict=False):
        known = given.extent if isinstance(given, Index) else binder.extent
        if known is None:
            raise DeclarationError(
                f"the mean over {binder.name} needs its extent: index({binder.name!r}, 'N')"
            )
        count = known.as_integer
        below.append(IndexValue(known) if count is None else Number(count))
    return Product([Reduce("sum", binders, body)], below)


def max(*arguments: Any) -> Node:  # noqa: A001 (reached as sb.max)
    """`max(k, expression)` over an index that the expression is read at, else elementwise."""
    return _extreme("max", arguments)


def min(*arguments: Any) -> Node:  # noqa: A001 (reached as sb.min)
    """`min(k, expression)` over an index that the expression is read at, else elementwise."""
    return _extreme("min", arguments)


def _extreme(operator: str, arguments: Sequence[Any]) -> Node:
    body = as_value(_last(operator, arguments))
    first = arguments[0]
    letter = first[0] if isinstance(first, tuple) and first else first
    if isinstance(letter, Index) and letter.expression.as_letter in _read_at(body):
        return Reduce(operator, _binders(operator, arguments[:-1]), body)
    return _call(operator, arguments)


def _read_at(body: Node) -> frozenset[str]:
    """The letters that stand between the brackets of accesses."""
    found: dict[str, None] = {}
    for current in postorder(body):
        if isinstance(current, Access):
            found.update(dict.fromkeys(current.free))
    return frozenset(found)


def _last(operator: str, arguments: Sequence[Any]) -> Any:
    if not arguments:
        raise DeclarationError(f"{operator}(...) is given nothing")
    return arguments[-1]


# -- functions ------------------------------------------------------------------------------------


def _call(name: str, arguments: Sequence[Any]) -> Node:
    row = FUNCTIONS[NAMES[name]]
    fewest, most = row.arity
    if not fewest <= len(arguments) <= most:
        wanted = f"{fewest}" if fewest == most else f"{fewest} to {most}"
        raise DeclarationError(f"{name} takes {wanted} arguments, and is given {len(arguments)}")
    return call(row.name, *(as_value(argument) for argument in arguments))


def _elementwise(name: str) -> Callable[..., Node]:
    def function(*arguments: Any) -> Node:
        return _call(name, arguments)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"The function `{name}` of the table, entry by entry."
    return function


#: By name all that is reached as an attribute of the package; functions by every name of the table.
VOCABULARY: dict[str, Callable[..., Node]] = {
    **{name: _elementwise(name) for name in NAMES if name not in ("max", "min")},
    "sum": sum,
    "prod": prod,
    "mean": mean,
    "max": max,
    "min": min,
    "where": where,
    "bracket": bracket,
    "equal": equal,
    "unequal": unequal,
}
