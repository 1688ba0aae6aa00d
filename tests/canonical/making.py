"""What these tests share: short spellings, a slow evaluator, random expressions and points.

The evaluator here is written for these tests alone: it shares no line with the canonical form.
"""

from __future__ import annotations

import math
import random
from fractions import Fraction

from symbp.canonical.evaluation import Environment
from symbp.canonical.reader import read
from symbp.canonical.tables import Table
from symbp.expressions import (
    Access,
    Binder,
    Bracket,
    Call,
    Comparison,
    Constant,
    IndexComparison,
    IndexValue,
    Logical,
    Number,
    Power,
    Product,
    Reduce,
    Sum,
    Where,
    node,
)
from symbp.facts import Fact
from symbp.functions import define
from symbp.indices import Division, Extent, Gather, IndexExpr, Letter
from symbp.quantities import Axis, Quantity

N, K, D = (IndexExpr.extent(name) for name in "NKD")
EXTENTS = {"n": N, "m": N, "k": K, "l": K, "i": D, "j": D, "a": D, "b": D, "c": D, "d": D}
AXES = {
    "x": "n", "y": "n", "u": "i", "v": "i", "z": "nk", "w": "nk", "q": "nk", "A": "ij", "B": "ij",
    "S": "ij", "t": "n", "o": "k",
}  # fmt: skip


def letter(name):
    return IndexExpr.letter(name)


def at(quantity, *indices):
    return Access(quantity, [letter(i) if isinstance(i, str) else i for i in indices])


def f(name, *arguments):
    return Call(name, tuple(node(a) for a in arguments))


def over(letters, body, **extents):
    known = EXTENTS | extents
    return Reduce("sum", [Binder(x, IndexExpr.integer(0), known[x]) for x in letters], node(body))


def where(condition, then, otherwise):
    return Where(condition, node(then), node(otherwise))


def bracket(relation, left, right):
    sides = [letter(s) if isinstance(s, str) else s for s in (left, right)]
    sides = [s if isinstance(s, IndexExpr) else IndexExpr.integer(s) for s in sides]
    return Bracket(IndexComparison(relation, *sides))


def table(*facts):
    """A table that knows the quantities of `AXES`; facts are written `word name axis...`."""
    quantities = {
        name: Quantity(name, tuple(Axis(a, EXTENTS[a]) for a in axes))
        for name, axes in AXES.items()
    }
    quantities |= {name: Quantity(name) for name in ("p", "r", "s", "e", "g", "h")}
    quantities["t"] = Quantity("t", (Axis("n", N),), kind="integer")
    made = []
    for text in facts:
        word, name, *axes = text.split()
        made.append(Fact(word, name, tuple(int(a) for a in axes)))
    return Table(quantities, made)


def form(where_, expression):
    return read(where_, node(expression), EXTENTS)


# -- a slow evaluator -----------------------------------------------------------------------------


class Undefined(ValueError):
    """The expression has no value at this point."""


FUNCTIONS = {
    "exp": math.exp, "sin": math.sin, "cos": math.cos, "tan": math.tan, "erf": math.erf,
    "arctan": math.atan, "arcsinh": math.asinh, "erfc": math.erfc,
}  # fmt: skip


def value(expression, point):
    """The number that an expression stands for; a point is an `Environment` of floats."""
    return _value(expression, point, dict(point.letters))


def _index(expr, point, letters):
    total = 0
    for atoms, factor in expr.terms:
        for atom in atoms:
            if isinstance(atom, Letter):
                factor *= letters[atom.name]
            elif isinstance(atom, Extent):
                factor *= point.extents[atom.name]
            elif isinstance(atom, Gather):
                factor *= int(_entry(atom.quantity, atom.indices, point, letters))
            elif isinstance(atom, Division):
                factor *= _index(atom.dividend, point, letters) // atom.divisor
            else:
                factor *= _index(atom.dividend, point, letters) % atom.divisor
        total += factor
    return total


def _entry(name, indices, point, letters):
    found = point.values[name]
    for index in indices:
        place = _index(index, point, letters)
        if not 0 <= place < len(found):
            raise Undefined(name)
        found = found[place]
    return found


def _value(e, point, letters):
    if isinstance(e, Number):
        return float(e.value)
    if isinstance(e, Constant):
        return math.pi
    if isinstance(e, Access):
        return _entry(e.quantity, e.indices, point, letters)
    if isinstance(e, IndexValue):
        return float(_index(e.index, point, letters))
    if isinstance(e, Sum):
        return sum(s * _value(t, point, letters) for s, t in e.terms)
    if isinstance(e, Product):
        return _product(e, point, letters)
    if isinstance(e, Power):
        return _power(_value(e.base, point, letters), _value(e.exponent, point, letters))
    if isinstance(e, Call):
        return _call(e, point, letters)
    if isinstance(e, Where):
        return _value(
            e.then if _holds(e.condition, point, letters) else e.otherwise, point, letters
        )
    if isinstance(e, Bracket):
        return float(_holds(e.condition, point, letters))
    return _reduce(e, point, letters)


def _product(e, point, letters):
    brackets = [n for n in e.numerator if isinstance(n, Bracket)]
    if any(not _holds(b.condition, point, letters) for b in brackets):
        return 0.0
    above = math.prod(_value(n, point, letters) for n in e.numerator)
    below = math.prod(_value(n, point, letters) for n in e.denominator)
    if below == 0:
        raise Undefined("division")
    return above / below


def _power(base, exponent):
    if base < 0 and exponent != int(exponent):
        raise Undefined("root")
    if base == 0 and exponent < 0:
        raise Undefined("division")
    return base**exponent


def _call(e, point, letters):
    definition = define(e)
    if definition is not None:
        return _value(definition, point, letters)
    x = _value(e.arguments[0], point, letters)
    if e.function == "ln":
        if x <= 0:
            raise Undefined("ln")
        return math.log(x)
    if e.function == "sqrt":
        return _power(x, 0.5)
    return FUNCTIONS[e.function](x)


def _holds(c, point, letters):
    if isinstance(c, Logical):
        parts = [_holds(o, point, letters) for o in c.operands]
        return {"and": all, "or": any, "not": lambda p: not p[0]}[c.operator](parts)
    if isinstance(c, IndexComparison):
        a, b = (_index(s, point, letters) for s in (c.left, c.right))
    else:
        a, b = (_value(s, point, letters) for s in (c.left, c.right))
    return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b, "==": a == b, "!=": a != b}[
        c.relation
    ]


def _reduce(e, point, letters):
    places = [dict(letters)]
    for b in e.binders:
        places = [
            p | {b.name: n}
            for p in places
            for n in range(_index(b.lower, point, p), _index(b.upper, point, p))
        ]
    values = [_value(e.body, point, p) for p in places]
    if e.operator == "sum":
        return sum(values)
    if e.operator == "prod":
        return math.prod(values)
    if not values:
        raise Undefined("max")
    return max(values) if e.operator == "max" else min(values)


# -- random points and expressions ----------------------------------------------------------------

POSITIVE = frozenset({"p", "q", "o"})
LABEL = IndexExpr.gather("t", (IndexExpr.letter("n"),))


def random_point(rng, letters=("n", "k", "i", "j", "m", "l"), distinct=True):
    sizes = rng.sample([1, 2, 3, 4], 3) if distinct else [rng.randint(1, 3) for _ in range(3)]
    extents = dict(zip("NKD", sizes, strict=True))
    size_of = {a: extents[str(e)] for a, e in EXTENTS.items()}

    def draw(name, axes):
        if axes:
            return [draw(name, axes[1:]) for _ in range(size_of[axes[0]])]
        if name == "t":
            return rng.randrange(extents["K"])
        if name in POSITIVE:
            return rng.uniform(0.3, 1.7)
        return rng.choice((-1, 1)) * rng.uniform(0.2, 1.5)

    values = {name: draw(name, axes) for name, axes in AXES.items()}
    values |= {name: draw(name, "") for name in ("p", "r", "s", "e", "g", "h")}
    for a, row in enumerate(values["S"]):
        for b in range(a):
            row[b] = values["S"][b][a]
    chosen = {name: rng.randrange(size_of[name]) for name in letters}
    return Environment(values, extents, chosen)


def random_expression(rng, depth=4, scope=("n", "k", "i", "j")):
    """A random real expression over the quantities of `AXES`, free in some of the scope."""
    if depth == 0 or rng.random() < 0.12:
        return _random_leaf(rng, scope)

    def sub():
        return random_expression(rng, depth - 1, scope)

    kind = rng.randrange(15)
    if kind < 3:
        return sub() + sub() if rng.random() < 0.5 else sub() - sub()
    if kind < 6:
        return sub() * sub()
    if kind == 6:
        return sub() / sub()
    if kind == 7:
        return Power(sub(), Number(rng.choice([2, 3, -1, -2, Fraction(1, 2), Fraction(3, 2)])))
    if kind == 8:
        return f(rng.choice(["exp", "sigmoid", "tanh", "softplus", "cosh"]), sub() / 2)
    if kind == 9:
        return f(rng.choice(["relu", "abs", "sign", "sin", "cos", "erf", "arctan"]), sub())
    if kind == 10:
        return f("ln", rng.choice([sub() ** 2 + 1, at("p"), f("exp", sub() / 4), f("abs", sub())]))
    if kind == 11:
        condition = Comparison(rng.choice(["<", ">", "<=", ">=", "=="]), sub(), sub())
        return where(condition, sub(), sub())
    if kind == 12:
        pair = rng.choice([("n", "m"), ("k", "l"), ("i", "j"), (LABEL, "k")])
        return bracket(rng.choice(["==", "<=", "<", "!="]), *pair) * sub()
    letters = rng.choice(["k", "l", "i", "j", "n", "kl", "ij"])
    return over(
        letters, random_expression(rng, depth - 1, tuple(dict.fromkeys((*scope, *letters))))
    )


def _random_leaf(rng, scope):
    kind = rng.randrange(8)
    if kind == 0:
        return Number(Fraction(rng.randint(-3, 3), rng.choice([1, 1, 2, 3])))
    if kind == 1:
        return at(rng.choice("prseg"))
    if kind == 2:
        return IndexValue(rng.choice([N, K, D, letter("n"), letter("k") + 1]))
    same = {"n": "nm", "k": ["k", "l", "k", "l", LABEL], "i": "ij", "j": "ij"}
    name = rng.choice(sorted(set(AXES) - {"t"}))
    return at(name, *(rng.choice(same[a]) for a in AXES[name]))


def seeds(count, start=0):
    return range(start, start + count)


def rng_of(seed):
    print(f"seed {seed}")
    return random.Random(seed)


def same(where_, left, right):
    """Whether two expressions have one canonical form, not looking at denominators."""
    return form(where_, left) == form(where_, right)
