"""The table of elementwise functions: one row each, read by every pass and printer.

A row with a *definition* is that expression, everywhere: it is differentiated, proved and evaluated
through it, so no derivative stands in this table. The rows without one are the primitives, which
SymPy differentiates (`algebra.py`) and the interpreter evaluates.

Definitions that branch put the value at the kink into the branch written first; a NaN argument of
`relu` stays NaN because the comparison is false and the argument itself is returned.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from symbp.expressions import ONE, ZERO, Call, Comparison, Constant, Node, Number, Power, Where

__all__ = ["FUNCTIONS", "NAMES", "SELU_ALPHA", "SELU_SCALE", "Function", "call", "define"]


@dataclass(frozen=True, slots=True)
class Function:
    """One row.

    Attributes:
        name: the name in the text language.
        arity: fewest and most arguments.
        aliases: other names under which text may call it.
        definition: builds the defining expression from the arguments; None for a primitive.
        activation: networks use it as an activation (its argument is a pre-activation).
        latex: how it prints; `{}` stands for the argument.
        domain: relation of the (only) argument to 0 that makes the value real, e.g. `>`.
        defaults: values of the trailing arguments that may be left out.
        source: where the definition was published.
        internal: made by symbp for stable forms; text cannot call it.
    """

    name: str
    arity: tuple[int, int]
    aliases: tuple[str, ...] = ()
    definition: Callable[..., Node] | None = None
    activation: bool = False
    latex: str = ""
    domain: str | None = None
    defaults: tuple[Fraction, ...] = ()
    source: str = ""
    internal: bool = False


def _q(numerator: int, denominator: int = 1) -> Number:
    return Number(Fraction(numerator, denominator))


def _exp(x: Node) -> Node:
    return Call("exp", (x,))


def _ln(x: Node) -> Node:
    return Call("ln", (x,))


def _less(a: Node, b: Node) -> Node:
    return Comparison("<", a, b)


def _at_most(a: Node, b: Node) -> Node:
    return Comparison("<=", a, b)


def _sigmoid(z: Node) -> Node:
    return ONE / (ONE + _exp(-z))


def _tanh(z: Node) -> Node:
    return (_exp(z) - _exp(-z)) / (_exp(z) + _exp(-z))


def _elu(z: Node, a: Node) -> Node:
    return Where(_at_most(z, ZERO), a * (_exp(z) - ONE), z)


def _clip(z: Node, low: Node, high: Node) -> Node:
    return Where(_at_most(z, low), low, Where(_at_most(high, z), high, z))


def _maximum(*values: Node) -> Node:
    best = values[-1]
    for value in reversed(values[:-1]):
        best = Where(Comparison(">=", value, best), value, best)
    return best


def _minimum(*values: Node) -> Node:
    best = values[-1]
    for value in reversed(values[:-1]):
        best = Where(_at_most(value, best), value, best)
    return best


_HALF = _q(1, 2)
#: The constants of SELU, as published to the digits of a double (Klambauer et al. 2017, appendix).
SELU_ALPHA = Number(Fraction("1.6732632423543772848170429916717"))
SELU_SCALE = Number(Fraction("1.0507009873554804934193349852946"))

_ROWS = (
    # primitives: smooth, differentiated by SymPy
    Function("exp", (1, 1), latex="e^{{{}}}"),
    Function("ln", (1, 1), aliases=("log",), latex=r"\ln {}", domain=">"),
    Function("sqrt", (1, 1), latex=r"\sqrt{{{}}}", domain=">="),
    Function("sin", (1, 1), latex=r"\sin {}"),
    Function("cos", (1, 1), latex=r"\cos {}"),
    Function("tan", (1, 1), latex=r"\tan {}"),
    Function("arcsin", (1, 1), aliases=("asin",), latex=r"\arcsin {}"),
    Function("arccos", (1, 1), aliases=("acos",), latex=r"\arccos {}"),
    Function("arctan", (1, 1), aliases=("atan",), latex=r"\arctan {}"),
    Function("sinh", (1, 1), latex=r"\sinh {}", definition=lambda z: (_exp(z) - _exp(-z)) / _q(2)),
    Function("cosh", (1, 1), latex=r"\cosh {}", definition=lambda z: (_exp(z) + _exp(-z)) / _q(2)),
    Function("arcsinh", (1, 1), aliases=("asinh",), latex=r"\operatorname{{arsinh}} {}"),
    Function("arccosh", (1, 1), aliases=("acosh",), latex=r"\operatorname{{arcosh}} {}"),
    Function("arctanh", (1, 1), aliases=("atanh",), latex=r"\operatorname{{artanh}} {}"),
    Function("erf", (1, 1), latex=r"\operatorname{{erf}} {}"),
    Function("erfc", (1, 1), latex=r"\operatorname{{erfc}} {}"),
    # defined: spelled out wherever a pass looks inside
    Function("expm1", (1, 1), latex="e^{{{}}} - 1", definition=lambda x: _exp(x) - ONE),
    Function("log1p", (1, 1), latex=r"\ln(1 + {})", definition=lambda x: _ln(ONE + x)),
    Function(
        "log2", (1, 1), latex=r"\log_2 {}", definition=lambda x: _ln(x) / _ln(_q(2)), domain=">"
    ),
    Function(
        "log10",
        (1, 1),
        latex=r"\log_{{10}} {}",
        definition=lambda x: _ln(x) / _ln(_q(10)),
        domain=">",
    ),
    Function("tanh", (1, 1), activation=True, latex=r"\tanh {}", definition=_tanh),
    Function(
        "sigmoid",
        (1, 1),
        aliases=("logistic",),
        activation=True,
        latex=r"\sigma({})",
        definition=_sigmoid,
    ),
    Function(
        "softplus",
        (1, 1),
        activation=True,
        latex=r"\operatorname{{softplus}} {}",
        definition=lambda z: _ln(ONE + _exp(z)),
        source="Dugas et al. 2001",
    ),
    Function(
        "logsigmoid",
        (1, 1),
        activation=True,
        latex=r"\ln \sigma({})",
        definition=lambda z: -_ln(ONE + _exp(-z)),
    ),
    Function(
        "relu",
        (1, 1),
        activation=True,
        latex=r"\operatorname{{ReLU}} {}",
        definition=lambda z: Where(_at_most(z, ZERO), ZERO, z),
        source="Nair and Hinton 2010; derivative at 0 taken as 0",
    ),
    Function(
        "leaky_relu",
        (1, 2),
        activation=True,
        latex=r"\operatorname{{LReLU}} {}",
        definition=lambda z, a: Where(_at_most(z, ZERO), a * z, z),
        defaults=(Fraction(1, 100),),
        source="Maas et al. 2013; derivative at 0 taken as the slope on the left",
    ),
    Function(
        "elu",
        (1, 2),
        activation=True,
        latex=r"\operatorname{{ELU}} {}",
        definition=_elu,
        defaults=(Fraction(1),),
        source="Clevert et al. 2015",
    ),
    Function(
        "selu",
        (1, 1),
        activation=True,
        latex=r"\operatorname{{SELU}} {}",
        definition=lambda z: SELU_SCALE * _elu(z, SELU_ALPHA),
        source="Klambauer et al. 2017",
    ),
    Function(
        "gelu",
        (1, 1),
        activation=True,
        latex=r"\operatorname{{GELU}} {}",
        definition=lambda z: z * (ONE + Call("erf", (z / Call("sqrt", (_q(2),)),))) / _q(2),
        source="Hendrycks and Gimpel 2016, exact form",
    ),
    Function(
        "gelu_tanh",
        (1, 1),
        activation=True,
        latex=r"\operatorname{{GELU}}_{{\tanh}} {}",
        definition=lambda z: (
            z
            * (
                ONE
                + Call(
                    "tanh",
                    (
                        Call("sqrt", (_q(2) / Constant("pi"),))
                        * (z + Number(Fraction("0.044715")) * Power(z, _q(3))),
                    ),
                )
            )
            / _q(2)
        ),
        source="Hendrycks and Gimpel 2016, approximation",
    ),
    Function(
        "silu",
        (1, 1),
        aliases=("swish",),
        activation=True,
        latex=r"\operatorname{{SiLU}} {}",
        definition=lambda z: z * Call("sigmoid", (z,)),
        source="Elfwing et al. 2017",
    ),
    Function(
        "mish",
        (1, 1),
        activation=True,
        latex=r"\operatorname{{Mish}} {}",
        definition=lambda z: z * Call("tanh", (Call("softplus", (z,)),)),
        source="Misra 2019",
    ),
    Function(
        "softsign",
        (1, 1),
        activation=True,
        latex=r"\operatorname{{softsign}} {}",
        definition=lambda z: z / (ONE + Call("abs", (z,))),
    ),
    Function(
        "hardtanh",
        (1, 1),
        activation=True,
        latex=r"\operatorname{{hardtanh}} {}",
        definition=lambda z: _clip(z, _q(-1), ONE),
    ),
    Function(
        "hardsigmoid",
        (1, 1),
        activation=True,
        latex=r"\operatorname{{hardsigmoid}} {}",
        definition=lambda z: _clip(z / _q(6) + _HALF, ZERO, ONE),
    ),
    Function(
        "hardswish",
        (1, 1),
        activation=True,
        latex=r"\operatorname{{hardswish}} {}",
        definition=lambda z: z * _clip(z / _q(6) + _HALF, ZERO, ONE),
    ),
    # functions with kinks, defined by branches
    Function(
        "abs",
        (1, 1),
        latex=r"\left|{}\right|",
        definition=lambda x: Where(_less(x, ZERO), -x, Where(_less(ZERO, x), x, ZERO * x)),
    ),
    Function(
        "sign",
        (1, 1),
        latex=r"\operatorname{{sgn}} {}",
        definition=lambda x: Where(_less(x, ZERO), _q(-1), Where(_less(ZERO, x), ONE, ZERO * x)),
    ),
    # what stable forms are written in; special.py has their values
    Function(
        "exp_product",
        (2, 2),
        latex="e^{{{}}}",
        definition=lambda a, b: _exp(a * b),
        internal=True,
    ),
    Function(
        "exp_gate",
        (2, 2),
        latex=r"\operatorname{{gate}}({})",
        definition=lambda k, z: _exp(
            k
            * Call("sqrt", (_q(8) / Constant("pi"),))
            * (z + Number(Fraction("0.044715")) * Power(z, _q(3)))
        ),
        internal=True,
    ),
    Function(
        "erfcx",
        (1, 1),
        latex=r"\operatorname{{erfcx}} {}",
        definition=lambda x: _exp(Power(x, _q(2))) * Call("erfc", (x,)),
        internal=True,
    ),
    Function(
        "erfcx_bend",
        (1, 1),
        latex=r"\operatorname{{bend}} {}",
        definition=lambda x: (
            (ONE / Call("sqrt", (Constant("pi"),)) - x * Call("erfcx", (x,)))
            / Power(Call("erfcx", (x,)), _q(2))
        ),
        internal=True,
    ),
    Function(
        "log_erfc",
        (1, 1),
        latex=r"\ln(\operatorname{{erfc}} {})",
        definition=lambda x: _ln(Call("erfc", (x,))),
        internal=True,
    ),
    Function(
        "normal_cdf",
        (1, 1),
        latex=r"\Phi({})",
        definition=lambda z: Call("erfc", (-z / Call("sqrt", (_q(2),)),)) / _q(2),
        source="distribution function of the standard normal distribution",
    ),
    Function(
        "log1mexp",
        (1, 1),
        latex=r"\ln(1 - e^{{{}}})",
        definition=lambda u: _ln(ONE - _exp(u)),
        internal=True,
    ),
    Function(
        "lncosh",
        (1, 1),
        latex=r"\ln(\cosh {})",
        definition=lambda x: _ln((_exp(x) + _exp(-x)) / _q(2)),
        internal=True,
    ),
    Function(
        "hypot",
        (2, 2),
        latex=r"\operatorname{{hypot}}({})",
        definition=lambda a, b: Call("sqrt", (Power(a, _q(2)) + Power(b, _q(2)),)),
        internal=True,
    ),
    # how an expression is computed: carrying.py
    Function(
        "carried",
        (1, 8),
        latex=r"\operatorname{{carried}}({})",
        definition=lambda value, *seats: value,
        internal=True,
    ),
    Function(
        "kept",
        (1, 1),
        latex=r"\operatorname{{kept}}({})",
        definition=lambda value: value,
        internal=True,
    ),
    Function("max", (2, 64), aliases=("maximum",), latex=r"\max({})", definition=_maximum),
    Function("min", (2, 64), aliases=("minimum",), latex=r"\min({})", definition=_minimum),
)

#: Rows by name.
FUNCTIONS: dict[str, Function] = {row.name: row for row in _ROWS}

#: Every name that text may call, aliases included, with the name of its row.
NAMES: dict[str, str] = {
    n: row.name for row in _ROWS if not row.internal for n in (row.name, *row.aliases)
}


def call(name: str, *arguments: Node) -> Node:
    """A call of a row by its own name, trailing arguments that were left out filled in."""
    row = FUNCTIONS[name]
    missing = row.arity[1] - len(arguments) if row.defaults else 0
    filled = (
        tuple(Number(q) for q in row.defaults[len(row.defaults) - missing :]) if missing else ()
    )
    return Call(name, (*arguments, *filled))


def define(application: Call) -> Node | None:
    """The defining expression of a call, None for a primitive; definitions may use other rows."""
    row = FUNCTIONS[application.function]
    return None if row.definition is None else row.definition(*application.arguments)
