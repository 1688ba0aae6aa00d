"""Functions of floating numbers that no library has, to a few units in the last place.

The interpreter calls these; emitted files carry their source, with literals of the wanted type
(`kernels/helpers.py`), so both compute the same. They are written in the part of Python that Numba
compiles: NumPy's and the standard library's elementary functions, `REAL`, and constants that depend
on the type, which stand in `CONSTANTS`.

What is done about rounding: an exponential multiplies the relative error of its argument by the
argument, so arguments that are products are formed with their rounding error (Dekker 1971), which
multiplies the value afterwards. A vanishing exponential times a growing factor is multiplied in two
halves, so that no digit is lost before the product itself underflows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

__all__ = ["CONSTANTS", "PARTS", "VALUES"]

#: Constants by type: what splits a number into two halves (2^27 + 1, 2^12 + 1), where exp
#: underflows, how far a number may be split without overflow, the smallest number with all its
#: digits; sqrt(1/2) and sqrt(8/pi) in two parts, the second being what rounding takes from the
#: first.
CONSTANTS: Mapping[str, Mapping[str, float]] = {
    "float64": {
        "SPLITTER": 134217729.0,
        "LOWEST": -745.2,
        "LARGEST": 1e290,
        "DEEP": -37.4,
        "NORMAL": 2.2250738585072014e-308,
        "ROOT_HALF": 0.7071067811865476,
        "ROOT_HALF_REST": -4.833646656726457e-17,
        "GATE": 1.5957691216057308,
        "GATE_REST": -9.96930880911092e-17,
        "CUBIC": 0.044715,
        "CUBIC_REST": 2.1960211427085595e-18,
    },
    "float32": {
        "SPLITTER": 4097.0,
        "LOWEST": -104.0,
        "LARGEST": 1e34,
        "DEEP": -12.8,
        "NORMAL": 1.1754943508222875e-38,
        "ROOT_HALF": 0.7071067690849304,
        "ROOT_HALF_REST": 1.2101617485882343e-08,
        "GATE": 1.5957691669464111,
        "GATE_REST": -4.534068054340423e-08,
        "CUBIC": 0.044714998453855515,
        "CUBIC_REST": 1.5461444347053543e-09,
    },
}

REAL = np.float64
SPLITTER, LOWEST = CONSTANTS["float64"]["SPLITTER"], CONSTANTS["float64"]["LOWEST"]
LARGEST, DEEP = CONSTANTS["float64"]["LARGEST"], CONSTANTS["float64"]["DEEP"]
NORMAL = CONSTANTS["float64"]["NORMAL"]
ROOT_HALF = CONSTANTS["float64"]["ROOT_HALF"]
ROOT_HALF_REST = CONSTANTS["float64"]["ROOT_HALF_REST"]
GATE, GATE_REST = CONSTANTS["float64"]["GATE"], CONSTANTS["float64"]["GATE_REST"]
CUBIC, CUBIC_REST = CONSTANTS["float64"]["CUBIC"], CONSTANTS["float64"]["CUBIC_REST"]


def product_error(a: Any, b: Any, p: Any) -> Any:
    """What rounding takes from p = a*b: the exact product less the rounded one.

    The caller hands over the product that it uses: a compiler may fuse a product that has no other
    use with a sum, and would find no error.
    """
    big = SPLITTER * a
    high = big - (big - a)
    low = a - high
    big = SPLITTER * b
    up = big - (big - b)
    down = b - up
    return ((high * up - p) + high * down + low * up) + low * down


def sum_error(a: Any, b: Any, s: Any) -> Any:
    """What rounding takes from s = a + b: the exact sum less the rounded one (Knuth 1969)."""
    back = s - a
    return (a - (s - back)) + (b - back)


def settled(value: Any, rest: Any) -> Any:
    """A value with what rounding took from it; alone where that has overflowed."""
    return value + rest if abs(rest) < np.inf else value


def exp_product(a: Any, b: Any) -> Any:
    """The exponential of a*b, the product being exact."""
    p = a * b
    if not (abs(p) < -LOWEST and abs(a) < LARGEST and abs(b) < LARGEST):
        return np.exp(p)
    e = np.exp(p)
    return e + e * product_error(a, b, p) if e < np.inf else e


def erfcx(x: Any) -> Any:
    """The scaled complement exp(x^2) erfc(x)."""
    if x < 0.0:
        return 2.0 * exp_product(x, x) - erfcx_right(-x)
    return erfcx_right(x)


def erfcx_right(x: Any) -> Any:
    """The same for x >= 0: a polynomial in (x - 4)/(x + 4), fitted at Chebyshev's points."""
    if x < 0.5:
        return exp_product(x, x) * REAL(math.erfc(x))
    if not x < LARGEST:
        return 1.0 / x * 0.5641895835477563
    t = (x - 4.0) / (x + 4.0)
    p = -1.3820601169321942e-10
    p = p * t + 4.648812631791074e-10
    p = p * t + 1.6161986722884048e-09
    p = p * t - 6.169365701865526e-09
    p = p * t - 1.0362901244169438e-08
    p = p * t + 5.3159087969013677e-08
    p = p * t + 3.885971620553634e-08
    p = p * t - 4.1053239666476683e-07
    p = p * t + 1.458671278653662e-07
    p = p * t + 2.853289149620289e-06
    p = p * t - 5.61056783298291e-06
    p = p * t - 1.2198865571511604e-05
    p = p * t + 7.531071304325971e-05
    p = p * t - 9.962857623632591e-05
    p = p * t - 0.0003788866217971288
    p = p * t + 0.002515985034551128
    p = p * t - 0.008098867031467385
    p = p * t + 0.018583757763169003
    p = p * t - 0.03316518290593029
    p = p * t + 0.04686641749955632
    p = p * t - 0.050519533018159056
    p = p * t + 0.034048527127334194
    p = p * t + 0.007689826051309987
    p = p * t - 0.06981055842028114
    p = p * t + 0.6164975593127763
    return p / (0.5 + x)


def erfcx_bend(x: Any) -> Any:
    """(1/sqrt(pi) - x erfcx(x))/erfcx(x)^2, for x >= 0 by a polynomial in (x - 2)/(x + 2).

    It is fitted at Chebyshev's points; the terms above the bar cancel, and it rises from
    1/sqrt(pi) to sqrt(pi)/2.
    """
    if x < 0.0:
        scaled = erfcx(x)
        return 0.5641895835477563 / scaled / scaled - x / scaled
    t = (x - 2.0) / (x + 2.0) if x < LARGEST else 1.0 + 0.0 * x
    p = -5.083168278424934e-09
    p = p * t - 3.4524967250702094e-09
    p = p * t + 5.391817115528404e-08
    p = p * t + 8.264966393015103e-08
    p = p * t - 1.9721127589450266e-07
    p = p * t - 6.445100272043582e-07
    p = p * t - 8.868083389646791e-08
    p = p * t + 2.511259583933913e-06
    p = p * t + 3.927272992104548e-06
    p = p * t - 4.3752492034431066e-06
    p = p * t - 1.9492305877504195e-05
    p = p * t - 7.147749168388824e-06
    p = p * t + 5.52253024250258e-05
    p = p * t + 7.707620798812491e-05
    p = p * t - 9.030622439337092e-05
    p = p * t - 0.00030055960500596324
    p = p * t - 2.548032465870035e-06
    p = p * t + 0.0008094386704173808
    p = p * t + 0.0006003154866575326
    p = p * t - 0.001687029272078017
    p = p * t - 0.002562418665848845
    p = p * t + 0.0028101849800355387
    p = p * t + 0.007676792249449996
    p = p * t - 0.0037975225267364112
    p = p * t - 0.019887247992074
    p = p * t + 0.005090679400390043
    p = p * t + 0.04947144383748135
    p = p * t - 0.017075992135372413
    p = p * t - 0.12869006780486564
    p = p * t + 0.1751019722845105
    return p * t + 0.8186528684338833


def log_erfc(x: Any) -> Any:
    """The logarithm of erfc(x), for all x."""
    if x < 0.5:
        return np.log1p(-REAL(math.erf(x)))
    return np.log(erfcx_right(x)) - x * x


def normal_cdf(z: Any) -> Any:
    """The normal distribution function, erfc(-z/sqrt(2))/2; the quotient is used in two parts."""
    x = -z * ROOT_HALF
    if not 0.0 < x < 40.0:
        return 0.5 * REAL(math.erfc(x))
    rest = product_error(-z, ROOT_HALF, x) - z * ROOT_HALF_REST
    value = 0.5 * REAL(math.erfc(x))
    return value - value * (rest * (x + np.sqrt(x * x + 1.2732395447351628)))


def gelu(z: Any) -> Any:
    """The argument times the normal distribution function of it."""
    if z < DEEP:
        e, half = exp_product(-0.5 * z, z), exp_product(-0.25 * z, z)
        if half == 0.0:
            return -0.0 * half
        scaled = z * (0.5 * erfcx_right(-z * ROOT_HALF))
        return scaled * e if e > NORMAL else scaled * half * half
    return z * normal_cdf(z)


def silu(z: Any) -> Any:
    """The argument times its sigmoid."""
    if z < -80.0:
        half = np.exp(0.5 * z)
        return z * half * half
    e = np.exp(-abs(z))
    return z / (1.0 + e) if z >= 0.0 else z * e / (1.0 + e)


def mish(z: Any) -> Any:
    """The product z*tanh(softplus(z)), which is rational in exp(z)."""
    if z < -80.0:
        half = np.exp(0.5 * z)
        return z * half * half
    e = np.exp(-abs(z))
    if z >= 0.0:
        return z * (1.0 + 2.0 * e) / (1.0 + e * (2.0 + 2.0 * e))
    return z * (e * (2.0 + e)) / (2.0 + e * (2.0 + e))


def exp_gate(k: Any, z: Any) -> Any:
    """The exponential of k sqrt(8/pi) (z + 0.044715 z^3)), the exponent formed in two parts."""
    p = k * (GATE * (z + CUBIC * (z * z * z)))
    if not abs(p) < -LOWEST:
        return np.exp(p)
    square = z * z
    rest = product_error(z, z, square)
    cubic = square * CUBIC
    more = product_error(square, CUBIC, cubic) + square * CUBIC_REST + rest * CUBIC
    one = 1.0 + cubic
    more = more + (cubic - (one - 1.0) if cubic < 1.0 else 1.0 - (one - cubic))
    inner = z * one
    more = product_error(z, one, inner) + z * more
    outer = inner * GATE
    more = product_error(inner, GATE, outer) + inner * GATE_REST + more * GATE
    value = k * outer
    e = np.exp(value)
    return e + e * (product_error(k, outer, value) + k * more) if e < np.inf else e


def gelu_tanh(z: Any) -> Any:
    """The product z*(1 + tanh(sqrt(2/pi) (z + 0.044715 z^3)))/2, which is z times a sigmoid."""
    if z < -10.0:
        half = exp_gate(0.5, z)
        return z * half * half
    e = exp_gate(-1.0, abs(z))
    return z / (1.0 + e) if z >= 0.0 else z * e / (1.0 + e)


def elu(z: Any, a: Any) -> Any:
    """The exponential linear unit."""
    return a * np.expm1(z) if z <= 0.0 else z


def selu(z: Any) -> Any:
    """The scaled one, with the published constants."""
    return 1.0507009873554805 * (1.6732632423543772 * np.expm1(z) if z <= 0.0 else z)


def log1mexp(u: Any) -> Any:
    """The logarithm of 1 - exp(u) for u < 0 (Maechler 2012)."""
    return np.log(-np.expm1(u)) if u > -0.6931471805599453 else np.log1p(-np.exp(u))


def lncosh(x: Any) -> Any:
    """The logarithm of cosh(x), accurate near 0 and without overflow."""
    size = abs(x)
    if size < 1.5:
        half = np.sinh(0.5 * size)
        return np.log1p(2.0 * (half * half))
    return size + (np.log1p(np.exp(-2.0 * size)) - 0.6931471805599453)


#: Rows of the table of functions, as the interpreter calls them and emitted files define them.
VALUES: Mapping[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        *(
            exp_product,
            erfcx,
            erfcx_bend,
            log_erfc,
            normal_cdf,
            gelu,
            silu,
            mish,
            exp_gate,
            gelu_tanh,
        ),
        *(elu, selu, log1mexp, lncosh),
    )
}
#: What those call.
PARTS: Mapping[str, Callable[..., Any]] = {
    function.__name__: function for function in (product_error, sum_error, settled, erfcx_right)
}
