"""Rules of arithmetic: products, sums, powers, and functions of constants.

Each row collects or cancels, so it leaves fewer nodes, or the same nodes in the one shape that
`monomials` writes; no row expands a product over a sum.

Termination: a row lowers, in this order, logarithms in exponents; the value of a polynomial in
which products multiply, sums add and a power counts as its base; what stands below powers; numbers
and signs behind other factors; nodes; the size of numbers (`tests/rules/laws.py` computes it, on
random nodes).
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd, isqrt

from symbp.exponents import joined
from symbp.expressions import ONE, ZERO, Call, Constant, Node, Number, Power, Product, Sum
from symbp.monomials import Monomial, join, split, terms_of, total
from symbp.rewriting import Law, Rule

__all__ = ["ALGEBRA"]


def _product(current: Node) -> Node | None:
    if not isinstance(current, Product):
        return None
    return join(split(current))


def _exponents(current: Node) -> Node | None:
    """x^p/x = x^(p - 1): powers of one base that work against each other are one."""
    if not isinstance(current, Product):
        return None
    monomial = split(current)
    made = joined(monomial)
    return None if made is monomial else join(made)


def _power(current: Node) -> Node | None:
    if not isinstance(current, Power):
        return None
    exponent = current.exponent
    if isinstance(exponent, Number):
        if exponent.value == 0:
            return ONE
        if isinstance(current.base, Number) and current.base.value == 0 and exponent.value < 0:
            return None
        return join(split(current))
    return ONE if current.base == ONE else None


def _sum(current: Node) -> Node | None:
    return total(terms_of(current)) if isinstance(current, Sum) else None


_EXACT: dict[tuple[str, Node], Node] = {
    ("exp", ZERO): ONE,
    ("ln", ONE): ZERO,
    ("sqrt", ZERO): ZERO,
    ("sqrt", ONE): ONE,
}


def _constant(current: Node) -> Node | None:
    if not isinstance(current, Call) or len(current.arguments) != 1:
        return None
    return _EXACT.get((current.function, current.arguments[0]))


def _exponentials(current: Node) -> Node | None:
    """exp(2x)·exp(-x) = exp(x): exponents that work against each other are added."""
    if not isinstance(current, Product):
        return None
    monomial = split(current)
    groups: dict[frozenset[object], list[tuple[Node, Fraction, Monomial]]] = {}
    for base, exponent in monomial.powers:
        if isinstance(base, Call) and base.function == "exp":
            argument = split(base.arguments[0])
            groups.setdefault(argument.key, []).append((base, exponent, argument))
    for members in groups.values():
        shares = [exponent * argument.coefficient for _, exponent, argument in members]
        if len(members) > 1 and min(shares) < 0 < max(shares):
            gone = [base for base, _, _ in members]
            kept = tuple(p for p in monomial.powers if p[0] not in gone)
            inside = join(Monomial(sum(shares, Fraction(0)), members[0][2].powers))
            joined = () if inside == ZERO else ((Call("exp", (inside,)), Fraction(1)),)
            return join(Monomial(monomial.coefficient, (*kept, *joined)))
    return None


def _root_of_square_number(current: Node) -> Node | None:
    if not (isinstance(current, Call) and current.function == "sqrt"):
        return None
    inside = current.arguments[0]
    if not isinstance(inside, Number) or inside.value < 0:
        return None
    above, below = (_root(n) for n in (inside.value.numerator, inside.value.denominator))
    return None if above is None or below is None else Number(Fraction(above, below))


def _root(value: int) -> int | None:
    root = isqrt(value)
    return root if root * root == value else None


def _inverse_functions(current: Node) -> Node | None:
    if not isinstance(current, Call) or len(current.arguments) != 1:
        return None
    inside = current.arguments[0]
    if current.function == "ln" and isinstance(inside, Call) and inside.function == "exp":
        return inside.arguments[0]
    if current.function == "exp" and isinstance(inside, Call) and inside.function == "ln":
        return inside.arguments[0]
    return None


def _surds(current: Node) -> Node | None:
    """Roots of numbers as one root: √2 x/(2 √π) is x/√(2π)."""
    if not isinstance(current, Product):
        return None
    monomial = split(current)
    roots = [(b, e) for b, e in monomial.powers if abs(e) == Fraction(1, 2) and _positive(b)]
    if not roots:
        return None
    inside = split(Product([b for b, e in roots if e > 0], [b for b, e in roots if e < 0]))
    if any(e.denominator > 1 for _, e in inside.powers):
        return None
    coefficient, number = _across_the_bar(monomial.coefficient, inside.coefficient)
    radicand = [Monomial(Fraction(number.numerator), _of_sign(inside, 1))]
    radicand.append(Monomial(Fraction(number.denominator), _of_sign(inside, -1)))
    above, below = (join(part) for part in radicand)
    root = (below, Fraction(-1, 2)) if above == ONE else (above, Fraction(1, 2))
    if ONE not in (above, below):
        root = (join(split(Product((above,), (below,)))), Fraction(1, 2))
    kept = tuple(p for p in monomial.powers if p not in roots)
    made = (root,) if root[0] != ONE else ()
    place = monomial.powers.index(roots[0])
    return join(Monomial(coefficient, (*kept[:place], *made, *kept[place:])))


def _of_sign(monomial: Monomial, sign: int) -> tuple[tuple[Node, Fraction], ...]:
    return tuple((b, abs(e)) for b, e in monomial.powers if e * sign > 0)


def _positive(base: Node) -> bool:
    """A positive number: 2, π, 2/π."""
    powers = split(base).powers
    plain = all(isinstance(b, Constant) and e.denominator == 1 for b, e in powers)
    return plain and split(base).coefficient > 0


def _across_the_bar(coefficient: Fraction, radicand: Fraction) -> tuple[Fraction, Fraction]:
    """What a radicand shares with the number on the other side: √2/2 = 1/√2, 2/√2 = √2."""
    up = gcd(radicand.numerator, coefficient.denominator)
    down = gcd(radicand.denominator, coefficient.numerator)
    return coefficient * up / down, radicand * down**2 / up**2


def _named(current: Node) -> Node | None:
    """ln(1 + exp(x)) by its name."""
    if not isinstance(current, Call) or len(current.arguments) != 1:
        return None
    inside = current.arguments[0]
    if current.function == "ln" and isinstance(inside, Sum) and len(inside.terms) == 2:
        kept = [t for s, t in inside.terms if s > 0 and t != ONE]
        inside = kept[0] if len(kept) == 1 and (1, ONE) in inside.terms else inside
    elif current.function != "log1p":
        return None
    found = isinstance(inside, Call) and inside.function == "exp"
    return Call("softplus", inside.arguments) if found and isinstance(inside, Call) else None


def _conjugates(current: Node) -> Node | None:
    """(x + y)(x - y) is x² - y²: the one product of sums that is shorter without its brackets."""
    if not isinstance(current, Product):
        return None
    monomial = split(current)
    sums = [(b, e) for b, e in monomial.powers if isinstance(b, Sum)]
    for one, exponent in sums:
        for other in (b for b, e in sums if e == exponent and b is not one):
            squares = _difference_of_squares(terms_of(one), terms_of(other))
            if squares is not None:
                kept = (p for p in monomial.powers if p[0] is not other)
                powers = tuple((squares if b is one else b, e) for b, e in kept)
                return join(Monomial(monomial.coefficient, powers))
    return None


def _difference_of_squares(one: list[Monomial], other: list[Monomial]) -> Node | None:
    """x² - y² of x + y and x - y, where each of them may be a sum: (x - m + s)(x - m - s)."""
    found = {term.key: term.coefficient for term in other}
    if len(one) != len(other) or {term.key for term in one} != found.keys():
        return None
    same = [term for term in one if found[term.key] == term.coefficient]
    turned = [term for term in one if found[term.key] == -term.coefficient]
    if not same or not turned or len(same) + len(turned) < len(one):
        return None
    plain, less = _square(same), _square(turned)
    squares = (plain, Monomial(-less.coefficient, less.powers))
    return total(sorted(squares, key=lambda term: term.coefficient < 0))


def _square(terms: list[Monomial]) -> Monomial:
    """The square of a sum; a bracket stays one."""
    root = split(total(terms))
    return Monomial(root.coefficient**2, tuple((b, 2 * e) for b, e in root.powers))


#: c erf(x/√2) + c and c erfc(x/√2) - 2 c: the constant beside each, and what stands before Φ(x).
_TO_NORMAL = {"erf": (1, 2), "erfc": (-2, -2)}


def _normal(current: Node) -> Node | None:
    """1 + erf(x/√2), twice the distribution function of the normal distribution; 2 - erfc(x/√2)."""
    if not isinstance(current, Sum):
        return None
    terms = terms_of(current)
    for place, term in enumerate(terms):
        base, exponent = term.powers[0] if len(term.powers) == 1 else (ONE, Fraction(0))
        if not isinstance(base, Call) or base.function not in _TO_NORMAL or exponent != 1:
            continue
        beside, before = _TO_NORMAL[base.function]
        inside = split(base.arguments[0])
        half = (Number(2), Fraction(-1, 2))
        plain = Monomial(beside * term.coefficient, ())
        if half not in inside.powers or plain not in terms:
            continue
        rest = Monomial(inside.coefficient, tuple(p for p in inside.powers if p != half))
        powers = ((Call("normal_cdf", (join(rest),)), exponent),)
        named = Monomial(before * term.coefficient, powers)
        return total(named if n == place else t for n, t in enumerate(terms) if t != plain)
    return None


ALGEBRA = (
    Rule(
        "product",
        Product,
        _product,
        (
            Law("x^m*y*x^n", "x^(m + n)*y"),
            Law("x^m*y/x^n", "x^(m - n)*y", ("x != 0",)),
            Law("x^c*x^d", "x^(c + d)", ("x >= 0",)),
            Law("c*x*(d*y)", "(c*d)*x*y"),
            Law("exp(x - ln(y))*z", "exp(x)*z/y", ("y > 0",)),
        ),
    ),
    Rule(
        "conjugates",
        Product,
        _conjugates,
        (
            Law("(x + y)*(x - y)*z", "(x^2 - y^2)*z"),
            Law("(x - y + z)*(x - y - z)", "(x - y)^2 - z^2"),
        ),
    ),
    Rule(
        "exponents",
        Product,
        _exponents,
        (Law("x^y/x", "x^(y - 1)", ("x != 0",)),),
    ),
    Rule("exponentials", Product, _exponentials, (Law("exp(m*x)*exp(-n*x)", "exp((m - n)*x)"),)),
    Rule(
        "power",
        Power,
        _power,
        (
            Law("(x*y)^m", "x^m*y^m"),
            Law("(x^m)^n", "x^(m*n)"),
            Law("sqrt(x)^m", "x^(m/2)", ("x >= 0",)),
            Law("x^0", "1"),
            Law("x^1", "x"),
            Law("1^x", "1"),
        ),
    ),
    Rule("collect", Sum, _sum, (Law("c*x + d*x", "(c + d)*x"), Law("x - (y - z)", "x - y + z"))),
    Rule(
        "constant",
        Call,
        _constant,
        (Law("exp(0)", "1"), Law("ln(1)", "0"), Law("sqrt(0)", "0"), Law("sqrt(1)", "1")),
    ),
    Rule(
        "surds",
        Product,
        _surds,
        (
            Law("sqrt(2)*x/2", "x/sqrt(2)"),
            Law("2*x/sqrt(2)", "x*sqrt(2)"),
            Law("sqrt(2)*x/sqrt(pi)", "sqrt(2/pi)*x"),
        ),
    ),
    Rule(
        "softplus",
        Call,
        _named,
        (Law("ln(1 + exp(x))", "softplus(x)"), Law("log1p(exp(x))", "softplus(x)")),
    ),
    Rule(
        "normal",
        Sum,
        _normal,
        (
            Law("1 + erf(x/sqrt(2)) + y", "2*normal_cdf(x) + y"),
            Law("2 - erfc(x/sqrt(2)) + y", "2*normal_cdf(x) + y"),
        ),
    ),
    Rule("root", Call, _root_of_square_number, (Law("sqrt(9/4)", "3/2"),)),
    Rule(
        "inverse",
        Call,
        _inverse_functions,
        (Law("ln(exp(x))", "x"), Law("exp(ln(x))", "x", ("x > 0",))),
    ),
)
