"""symbp: derivatives of systems of equations: derived, simplified, printed and proved.

    import symbp as sb
    d = sb.derive("A = X + 1; B = A^2; C = ln(B); D = sqrt(C); E = D - 1", of="E", wrt="X")
    print(d["X"])

Public names are loaded when they are first used: `import symbp` loads neither SymPy nor Numba. What
hides a built-in or a name of SymPy's star import (`sum`, `exp`, `Add`, ...) is an attribute, and
not in `__all__`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from symbp import version

if TYPE_CHECKING:
    from symbp.errors import SymbpError
    from symbp.facade import Derivation, Network, System, derive, fit, verify
    from symbp.layers.activations import Activation, Softmax
    from symbp.layers.dense import Dense
    from symbp.layers.inputs import Input
    from symbp.layers.losses import Loss
    from symbp.networkfile import read_network
    from symbp.training.weights import load_weights

__all__ = [
    "Activation",
    "Dense",
    "Derivation",
    "Input",
    "Loss",
    "Network",
    "Softmax",
    "SymbpError",
    "System",
    "derive",
    "fit",
    "load_weights",
    "read_network",
    "verify",
]

__version__ = version.VERSION

#: Where each public name is defined.
_PLACES = {
    "Activation": "symbp.layers.activations",
    "Add": "symbp.layers.inputs",
    "Dense": "symbp.layers.dense",
    "Derivation": "symbp.facade",
    "Input": "symbp.layers.inputs",
    "Loss": "symbp.layers.losses",
    "Network": "symbp.facade",
    "Softmax": "symbp.layers.activations",
    "SymbpError": "symbp.errors",
    "System": "symbp.facade",
    "derive": "symbp.facade",
    "fit": "symbp.facade",
    "load_weights": "symbp.training.weights",
    "read_network": "symbp.networkfile",
    "verify": "symbp.facade",
}

#: Sums over indices, conditions and elementwise functions; `vocabulary.py` defines them.
_VOCABULARY = (
    *("sum", "prod", "mean", "max", "min", "where", "bracket", "equal", "unequal"),
    *("abs", "acos", "acosh", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctanh"),
    *("asin", "asinh", "atan", "atanh", "cos", "cosh", "elu", "erf", "erfc", "exp", "expm1"),
    *("gelu", "gelu_tanh", "hardsigmoid", "hardswish", "hardtanh", "leaky_relu", "ln", "log"),
    *("log10", "log1p", "log2", "logistic", "logsigmoid", "maximum", "minimum", "mish", "relu"),
    *("selu", "sigmoid", "sign", "silu", "sin", "sinh", "softplus", "softsign", "sqrt", "swish"),
    *("normal_cdf", "tan", "tanh"),
)


def __getattr__(name: str) -> Any:
    if name in _PLACES:
        value = getattr(import_module(_PLACES[name]), name)
    elif name in _VOCABULARY:
        value = import_module("symbp.vocabulary").VOCABULARY[name]
    else:
        raise AttributeError(f"module 'symbp' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_PLACES, *_VOCABULARY})
