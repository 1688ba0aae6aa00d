"""Scalar expressions as Python text that Numba compiles: typed literals, nothing evaluated early.

Branches become conditional expressions, so that the branch not taken is never evaluated; a bracket
guards the factors beside it. Numbers are typed: in float32, every literal and every index that is
used as a number is made a float32, since one float64 would widen all that it meets. A function
with a stable spelling is a helper, written once into the file (`helpers.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

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
    Sum,
    Where,
    postorder,
)
from symbp.indices import Atom, Division, Extent, Gather, IndexExpr, Letter
from symbp.kernels.carried import carried_shape
from symbp.kernels.naming import Namer
from symbp.numerics.carrying import CARRIED, KEPT

__all__ = ["DIRECT", "Used", "Writer", "bare", "helper_name", "write_index"]

#: How tightly a piece of text binds.
_LOOSE, _TRUTH, _SUM, _PRODUCT, _POWER, _ATOM = range(6)

#: Functions that NumPy, or the standard library, computes well for all arguments.
DIRECT: Mapping[str, str] = {
    "ln": "np.log",
    "erf": "math.erf",
    "erfc": "math.erfc",
    "abs": "abs",
    **{
        name: f"np.{name}"
        for name in (
            *("exp", "sqrt", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh"),
            *("tanh", "arcsinh", "arccosh", "arctanh", "expm1", "log1p", "log2", "log10", "hypot"),
        )
    },
}
#: Functions whose value at 0 a factor 0 outweighs: 0 ln 0 = 0.
_OUTWEIGHED = ("ln", "log2", "log10")

Text = tuple[str, int]
#: Helpers that a file calls: a function with the number of its arguments; what `carried` names are.
Used = dict[tuple[str, int], Call | None]


def write_index(index: IndexExpr, names: Namer) -> str:
    """An index expression as integer arithmetic."""
    made = ""
    for monomial, factor in index.terms:
        words = [_atom(atom, names) for atom in monomial]
        if abs(factor) != 1 or not words:
            words.insert(0, str(abs(factor)))
        body = "*".join(words)
        if not made:
            made = body if factor > 0 else f"-{body}"
        else:
            made += f" + {body}" if factor > 0 else f" - {body}"
    return made or "0"


def _atom(atom: Atom, names: Namer) -> str:
    if isinstance(atom, Letter):
        return names("letter", atom.name)
    if isinstance(atom, Extent):
        return names("extent", atom.name)
    if isinstance(atom, Gather):
        name = names("quantity", atom.quantity)
        places = ", ".join(write_index(i, names) for i in atom.indices)
        return f"{name}[{places}]" if places else name
    sign = "//" if isinstance(atom, Division) else "%"
    return f"(({write_index(atom.dividend, names)}){sign}{atom.divisor})"


class Writer:
    """Writes nodes as Python text.

    Args:
        names: names of quantities, letters, extents and temporaries.
        dtype: `float64` or `float32`.
        kinds: kind of each quantity that is not real.
        boxed: scalars that are read and written through an array without axes.
        used: the helpers that the file calls; those of the text are added.

    Attributes:
        used: the same.
    """

    def __init__(
        self,
        names: Namer,
        dtype: str,
        kinds: Mapping[str, str] | None = None,
        boxed: frozenset[str] = frozenset(),
        used: Used | None = None,
    ) -> None:
        self.names = names
        self.dtype = dtype
        self.kinds = kinds or {}
        self.boxed = boxed
        self.used: Used = {} if used is None else used
        self._methods: tuple[tuple[type[Node], Callable[..., Text]], ...] = (
            (Number, self._number),
            (Access, self._access),
            (Sum, self._sum),
            (Product, self._product),
            (Power, self._power),
            (Call, self._call),
            (Where, self._where),
            (Bracket, self._bracket),
            (Comparison, self._comparison),
            (IndexComparison, self._index_comparison),
            (Logical, self._logical),
            (IndexValue, self._index_value),
            (Constant, self._constant),
        )

    def write(self, root: Node) -> str:
        """The text of a node; iterative, since a chain may be deep."""
        done: dict[int, Text] = {}
        for current in postorder(root):
            parts = [done[id(child)] for child in current.children]
            done[id(current)] = self._one(current, parts)
        return done[id(root)][0]

    def literal(self, value: Fraction | int) -> str:
        """A typed number."""
        try:
            text = repr(float(value))
        except OverflowError:
            text = "np.inf" if value > 0 else "-np.inf"
        return text if self.dtype == "float64" else f"REAL({text})"

    def element(self, place: Access) -> str:
        """An element of a buffer, or a scalar, as it is read or assigned."""
        if place.quantity.startswith("·"):
            return self.names("temporary", place.quantity)
        name = self.names("quantity", place.quantity)
        if place.indices:
            return f"{name}[{', '.join(write_index(i, self.names) for i in place.indices)}]"
        return f"{name}[()]" if place.quantity in self.boxed else name

    def _one(self, current: Node, parts: list[Text]) -> Text:
        for kind, method in self._methods:
            if isinstance(current, kind):
                return method(current, parts)
        raise NotSupportedError(f"no kernel is made of a {type(current).__name__} yet")

    def _number(self, current: Number, parts: list[Text]) -> Text:
        del parts
        negative = current.value < 0 and self.dtype == "float64"
        return self.literal(current.value), _SUM if negative else _ATOM

    def _constant(self, current: Constant, parts: list[Text]) -> Text:
        del parts
        text = {"pi": "np.pi", "e": "np.e", "inf": "np.inf", "-inf": "-np.inf"}[current.name]
        if self.dtype == "float32":
            return f"REAL({text})", _ATOM
        return text, _SUM if text[0] == "-" else _ATOM

    def _access(self, current: Access, parts: list[Text]) -> Text:
        del parts
        text = self.element(current)
        return (f"REAL({text})" if current.quantity in self.kinds else text), _ATOM

    def _index_value(self, current: IndexValue, parts: list[Text]) -> Text:
        del parts
        whole = current.index.as_integer
        if whole is not None:
            return self._number(Number(whole), [])
        return f"REAL({write_index(current.index, self.names)})", _ATOM

    def _sum(self, current: Sum, parts: list[Text]) -> Text:
        text = ""
        for (sign, _), part in zip(current.terms, parts, strict=True):
            body = _wrap(part, _PRODUCT)
            if not text:
                text = body if sign > 0 else f"-{body}"
            else:
                text += f" + {body}" if sign > 0 else f" - {body}"
        return (text, _SUM) if text else (self.literal(0), _ATOM)

    def _product(self, current: Product, parts: list[Text]) -> Text:
        cut = len(current.numerator)
        pairs = list(zip(current.numerator, parts[:cut], strict=True))
        guards = [self._condition(f) for f, _ in pairs if isinstance(f, Bracket)]
        pairs = [(f, p) for f, p in pairs if not isinstance(f, Bracket)]
        made = self._quotient(pairs, parts[cut:])
        if not guards:
            return made
        return f"({made[0]} if {' and '.join(guards)} else {self.literal(0)})", _ATOM

    def _quotient(self, pairs: list[tuple[Node, Text]], below: list[Text]) -> Text:
        logs = [(f, p) for f, p in pairs if _logarithm(f) is not None]
        others = [p for f, p in pairs if _logarithm(f) is None]
        if not others and logs:
            others, logs = [logs[0][1]], logs[1:]
        above: Text = (self.literal(1), _ATOM)
        if others:
            words = [_wrap(p, _PRODUCT if n == 0 else _POWER) for n, p in enumerate(others)]
            above = ("*".join(words), _PRODUCT) if len(words) > 1 else others[0]
        for factor, _ in logs:
            above = self._times_log(above, factor)
        if not below:
            return above
        text = "*".join(_wrap(p, _POWER) for p in below)
        divisor = text if len(below) == 1 else f"({text})"
        return f"{_wrap(above, _PRODUCT)}/{divisor}", _PRODUCT

    def _times_log(self, factor: Text, log: Node) -> Text:
        """`times_ln(a, b)` is a*ln(b), and 0 where both are 0."""
        minus = False
        while isinstance(log, Sum):
            sign, log = log.terms[0]
            minus = minus != (sign < 0)
        if not isinstance(log, Call):
            return impossible("a logarithm is a call")
        name = f"times_{log.function}"
        self.used[name, 2] = None
        text = f"{name}({factor[0]}, {self.write(log.arguments[0])})"
        return (f"-{text}", _SUM) if minus else (text, _ATOM)

    def _power(self, current: Power, parts: list[Text]) -> Text:
        exponent = current.exponent
        whole = exponent.value if isinstance(exponent, Number) else None
        text = parts[1][0]
        if whole is not None and whole.denominator == 1 and 0 <= whole <= 4:
            text = str(whole)
        elif parts[1][1] < _ATOM:
            text = f"({text})"
        return f"{_wrap(parts[0], _ATOM)}**{text}", _POWER

    def _call(self, current: Call, parts: list[Text]) -> Text:
        if current.function == KEPT:
            return parts[0]  # inside a call of `carried`, which has a text of its own
        if current.function == CARRIED:
            return self._carried(current, parts)
        name = DIRECT.get(current.function)
        if name is None:
            self.used[current.function, len(parts)] = None
            name = helper_name(current.function, len(parts))
        return f"{name}({', '.join(text for text, _ in parts)})", _ATOM

    def _carried(self, current: Call, parts: list[Text]) -> Text:
        """A call of the function that computes this shape; equal shapes share one."""
        shape, arguments = carried_shape(current)
        known = [key for key, value in self.used.items() if value == shape]
        if not known:
            number = 1 + sum(1 for value in self.used.values() if value is not None)
            known = [(f"compute_carried_{number}", len(arguments))]
            self.used[known[0]] = shape
        words = [text for text, _ in parts[1:]]
        words += [self.write(node) for node in arguments[len(words) :]]
        return f"{known[0][0]}({', '.join(words)})", _ATOM

    def _where(self, current: Where, parts: list[Text]) -> Text:
        del current
        (condition, _), then, (otherwise, _) = parts
        return f"({then[0]} if {condition} else {otherwise})", _ATOM

    def _bracket(self, current: Bracket, parts: list[Text]) -> Text:
        del current
        return f"({self.literal(1)} if {parts[0][0]} else {self.literal(0)})", _ATOM

    def _condition(self, factor: Bracket) -> str:
        done: dict[int, Text] = {}
        for current in postorder(factor.condition):
            done[id(current)] = self._one(current, [done[id(c)] for c in current.children])
        return _wrap(done[id(factor.condition)], _TRUTH)

    def _comparison(self, current: Comparison, parts: list[Text]) -> Text:
        return f"{parts[0][0]} {current.relation} {parts[1][0]}", _TRUTH

    def _index_comparison(self, current: IndexComparison, parts: list[Text]) -> Text:
        del parts
        left, right = write_index(current.left, self.names), write_index(current.right, self.names)
        return f"{left} {current.relation} {right}", _TRUTH

    def _logical(self, current: Logical, parts: list[Text]) -> Text:
        if current.operator == "not":
            return f"not ({parts[0][0]})", _LOOSE
        words = [_wrap(part, _TRUTH) for part in parts]
        return f" {current.operator} ".join(words), _LOOSE


def helper_name(function: str, arity: int) -> str:
    """The name under which a file defines a function of the table."""
    return f"{function}_of_{arity}" if function in ("max", "min") else function


def bare(text: str) -> str:
    """The text without brackets that enclose all of it."""
    depth = 0
    for place, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return text[1:-1] if place == len(text) - 1 and text[:1] == "(" else text
    return text


def _logarithm(factor: Node) -> Call | None:
    """A factor that is a logarithm, signs around it left out."""
    while isinstance(factor, Sum) and len(factor.terms) == 1:
        factor = factor.terms[0][1]
    if isinstance(factor, Call) and factor.function in _OUTWEIGHED:
        return factor
    return None


def _wrap(part: Text, least: int) -> str:
    text, tightness = part
    return text if tightness >= least else f"({text})"
