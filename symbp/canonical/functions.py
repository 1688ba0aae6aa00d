"""The few functions that stay opaque, with their parities and the laws of sine and cosine.

Laws:
    f(-x) = -f(x)                                   arcsin arctan arcsinh arctanh erf sin
    cos(-x) = cos(x);  erfc = 1 - erf;  arccos = pi/2 - arcsin;  tan = sin/cos
    sin(x+y) = sin x cos y + cos x sin y,  cos(x+y) = cos x cos y - sin x sin y
    cos^2 = 1 - sin^2, and sin^2 = 1 - cos^2 where cos stands in a denominator
"""

from __future__ import annotations

from fractions import Fraction

from symbp.canonical.conditions import by_cases
from symbp.canonical.heads import Atom, Monomial, Poly, Store
from symbp.canonical.polynomials import atom_poly, number, raw_product, sorted_monomial
from symbp.canonical.rationals import Rational
from symbp.canonical.templates import close, close_up_to_sign, open_head
from symbp.errors import NotSupportedError

__all__ = ["apply", "constant"]

_ODD = frozenset({"arcsin", "arctan", "arcsinh", "arctanh", "erf"})
_OPAQUE = _ODD | {"arccosh"}
_MAX_ANGLES = 4
_MAX_MULTIPLE = 8


def constant(store: Store, name: str) -> Poly:
    """A mathematical constant: `pi`."""
    head = store.head("constant", name, 0, name=name)
    head.known = dict.fromkeys(("positive", "nonzero", "nonnegative"), ())
    return atom_poly(store, head, ())


def apply(store: Store, name: str, poly: Poly) -> Poly:
    """A primitive function at a polynomial, two-valued things pushed out.

    Raises:
        NotSupportedError: the function is not known here.
    """
    return by_cases(store, poly, lambda p: _apply(store, name, p))


def _apply(store: Store, name: str, poly: Poly) -> Poly:
    if name in ("sin", "cos"):
        cosine, sine = _angle(store, poly)
        return sine if name == "sin" else cosine
    if name == "tan":
        cosine, sine = _angle(store, poly)
        return sine / cosine
    if name == "erfc":
        return number(store, 1) - _apply(store, "erf", poly)
    if name == "arccos":
        return constant(store, "pi") * Fraction(1, 2) - _apply(store, "arcsin", poly)
    if name not in _OPAQUE:
        raise NotSupportedError(f"the canonical form does not know the function {name}")
    if name not in _ODD:
        head, args, _ = close(store, "function", poly, extra=name)
        head.name = name
        return atom_poly(store, head, args)
    if poly.is_zero:
        return poly
    signed = close_up_to_sign(store, "function", poly, extra=name)
    signed.head.name = name
    signed.head.active = signed.head.flip is not None
    return atom_poly(store, signed.head, signed.args).scale(signed.sign)


# -- sine and cosine ------------------------------------------------------------------------------


def _angle(store: Store, poly: Poly) -> tuple[Poly, Poly]:
    """Cosine and sine of a sum of angles."""
    cosine, sine = number(store, 1), number(store, 0)
    parts = [Poly(store, {m: c}) for m, c in poly.sorted_terms()]
    if len(parts) > _MAX_ANGLES:
        parts = [poly]
    for part in parts:
        other_cosine, other_sine = _multiple(store, part)
        cosine, sine = (
            cosine * other_cosine - sine * other_sine,
            sine * other_cosine + cosine * other_sine,
        )
    return cosine, sine


def _multiple(store: Store, part: Poly) -> tuple[Poly, Poly]:
    """Cosine and sine of a whole multiple of a basic angle."""
    times = 1
    term = part.as_term
    if term is not None:
        count = Fraction(term[1])
        if abs(count.numerator) <= _MAX_MULTIPLE:
            times = count.numerator
            part = part.scale(Fraction(1) / times)
    basic_cosine, basic_sine = _basic(store, part)
    if times < 0:
        basic_sine, times = -basic_sine, -times
    cosine, sine = number(store, 1), number(store, 0)
    for _ in range(times):
        cosine, sine = (
            cosine * basic_cosine - sine * basic_sine,
            sine * basic_cosine + cosine * basic_sine,
        )
    return cosine, sine


def _basic(store: Store, part: Poly) -> tuple[Poly, Poly]:
    even = close_up_to_sign(store, "function", part, even=True, extra="cos")
    even.head.name, even.head.active = "cos", True
    odd = close_up_to_sign(store, "function", part, extra="sin")
    odd.head.name, odd.head.active = "sin", odd.head.flip is not None
    sine = atom_poly(store, odd.head, odd.args).scale(odd.sign)
    return atom_poly(store, even.head, even.args), sine


def function_law(store: Store, monomial: Monomial, atom: Atom, exponent: Rational) -> Poly | None:
    """Law: `cos^2 = 1 - sin^2`; an odd function takes the lesser of `f(p)` and `-f(-p)`."""
    if atom.head.name != "cos":
        return _odd_law(store, monomial, atom, exponent)
    if 0 <= exponent < 2:
        return None
    sine = _basic(store, open_head(store, atom.head, atom.args)[0])[1].atoms()[0]
    powers = dict(monomial)
    if exponent >= 2:
        powers[atom] = exponent - 2
        square = Poly(store, {(): 1, ((sine, 2),): -1})
    elif powers.get(sine, 0) >= 2:
        powers[sine] -= 2
        square = Poly(store, {(): 1, ((atom, 2),): -1})
    else:
        return None
    return raw_product(Poly(store, {sorted_monomial(powers): 1}), square)


def _odd_law(store: Store, monomial: Monomial, atom: Atom, exponent: Rational) -> Poly | None:
    flip = atom.head.flip
    if flip is None or exponent != int(exponent):
        return None
    flipped = store.atom(atom.head, tuple(atom.args[p] for p in flip))
    if flipped.key >= atom.key:
        return None
    powers = dict(monomial)
    del powers[atom]
    powers[flipped] = powers.get(flipped, 0) + exponent
    return Poly(store, {sorted_monomial(powers): -1 if exponent % 2 else 1})
