"""Functions that an emitted file defines once and calls by name.

Where a function has a spelling that neither overflows nor cancels, that spelling stands here; every
other row of the table is written from its definition.
"""

from __future__ import annotations

from collections.abc import Mapping

from symbp.errors import impossible
from symbp.expressions import Access, Call
from symbp.functions import define
from symbp.kernels.naming import Namer
from symbp.kernels.pymath import Writer, bare, helper_name

__all__ = ["STABLE", "write_helpers"]

#: Body of a stable helper: `{0}`, `{1}`, `{2}` are typed numbers.
STABLE: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "sigmoid": (
        "z",
        "1/(1 + exp(-z)), by the exponential of a negative number only: it cannot overflow.",
        ("e = np.exp(-abs(z))", "return ({1} if z >= {0} else e)/({1} + e)"),
    ),
    "softplus": (
        "z",
        "ln(1 + exp(z)) without overflow.",
        ("return (z if z > {0} else {0}) + np.log1p(np.exp(-abs(z)))",),
    ),
    "logsigmoid": ("z", "ln(sigmoid(z)) without overflow.", ("return -softplus(-z)",)),
    "silu": ("z", "z*sigmoid(z).", ("return z*sigmoid(z)",)),
    "mish": ("z", "z*tanh(softplus(z)).", ("return z*np.tanh(softplus(z))",)),
    "gelu": (
        "z",
        "z times the normal distribution function of z, which erfc keeps accurate for z < 0.",
        ("return z*REAL(math.erfc(-z/np.sqrt({2})))/{2}",),
    ),
    **{
        f"times_{name}": (
            "factor, argument",
            f"factor*{name}(argument), and 0 where both are 0.",
            (
                "if factor == {0} and argument == {0}:",
                "    return {0}",
                f"return factor*{spelling}(argument)",
            ),
        )
        for name, spelling in (("ln", "np.log"), ("log2", "np.log2"), ("log10", "np.log10"))
    },
}
#: Helpers that a stable helper calls.
_CALLS: Mapping[str, tuple[str, ...]] = {
    "logsigmoid": ("softplus",),
    "silu": ("sigmoid",),
    "mish": ("softplus",),
}
_LETTERS = ("z", "a", "b")


def write_helpers(used: Mapping[tuple[str, int], None], dtype: str) -> list[str]:
    """The definitions of the helpers that a text calls, each after those that it calls itself."""
    texts: dict[tuple[str, int], str] = {}
    order: dict[tuple[str, int], None] = {}
    stack = [(key, False) for key in reversed(list(used))]
    while stack:
        key, opened = stack.pop()
        if opened:
            order[key] = None
        elif key not in texts:
            texts[key], below = _definition(*key, dtype)
            stack.append((key, True))
            stack.extend((other, False) for other in below)
    return [texts[key] for key in order]


def _definition(function: str, arity: int, dtype: str) -> tuple[str, list[tuple[str, int]]]:
    row = STABLE.get(function)
    if row is not None:
        arguments, about, lines = row
        writer = Writer(Namer(()), dtype)
        numbers = [writer.literal(n) for n in (0, 1, 2)]
        body = "\n".join(f"    {line.format(*numbers)}" for line in lines)
        below = [(name, 1) for name in _CALLS.get(function, ())]
        return f'@compiled\ndef {function}({arguments}):\n    """{about}"""\n{body}\n', below
    names = [_LETTERS[n] if n < len(_LETTERS) else f"c{n}" for n in range(arity)]
    definition = define(Call(function, [Access(name) for name in names]))
    if definition is None:
        return impossible(f"{function} has neither a definition nor a spelling in Python")
    writer = Writer(Namer(()), dtype)
    text = writer.write(definition)
    about = f"The function {function}, entry by entry."
    head = f"@compiled\ndef {helper_name(function, arity)}({', '.join(names)}):"
    return f'{head}\n    """{about}"""\n    return {bare(text)}\n', list(writer.used)
