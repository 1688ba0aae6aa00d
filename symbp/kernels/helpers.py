"""Functions that an emitted file defines once and calls by name.

Where a function has a spelling that neither overflows nor cancels, that spelling stands here, or it
is the source of the interpreter's own function (`special.py`) with literals of the wanted type;
every other row of the table is written from its definition.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Mapping

from symbp.errors import impossible
from symbp.expressions import Access, Call, Product, Where
from symbp.functions import define
from symbp.kernels.carried import carried_source
from symbp.kernels.naming import Namer
from symbp.kernels.pymath import Writer, bare, helper_name
from symbp.kernels.shorthands import SHORTHANDS
from symbp.numerics.special import CONSTANTS, PARTS, VALUES

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
}
_LETTERS = ("z", "a", "b")
#: What compiles functions in which every rounding counts: no product is fused with a sum.
EXACTLY = '''def exactly(function):
    """Compile with every rounding as it is written: no product is fused with a sum."""
    function.__qualname__ = f"{function.__name__}_{HASH}"
    return numba.njit(cache=CACHE, nogil=True, no_cfunc_wrapper=True, error_model="numpy")(function)
'''


def write_helpers(used: Mapping[tuple[str, int], Call | None], dtype: str) -> list[str]:
    """The definitions of the helpers that a text calls, each after those that it calls itself."""
    texts: dict[tuple[str, int], str] = {}
    order: dict[tuple[str, int], None] = {}
    stack = [(key, False) for key in reversed(list(used))]
    while stack:
        key, opened = stack.pop()
        if opened:
            order[key] = None
        elif key not in texts:
            shape = used.get(key)
            if shape is None:
                texts[key], below = _definition(*key, dtype)
            else:
                texts[key], below = _carried(key[0], shape, dtype)
            stack.append((key, True))
            stack.extend((other, False) for other in below)
    head = [EXACTLY] if any(text.startswith("@exactly") for text in texts.values()) else []
    return [*head, *(texts[key] for key in order)]


def _definition(function: str, arity: int, dtype: str) -> tuple[str, list[tuple[str, int]]]:
    if function in VALUES or function in PARTS:
        return special_source(function, dtype)
    if function in SHORTHANDS:
        return _shorthand(function, dtype), []
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


def _shorthand(name: str, dtype: str) -> str:
    """A spelling of `shorthands.py` as a function; the branches of a long one are statements."""
    row = SHORTHANDS[name]
    writer = Writer(Namer(()), dtype)
    value, lines = row.form, []
    if isinstance(value, Where) and isinstance(value.otherwise, Product):
        lines = [
            f"if {bare(writer.write(value.condition))}:",
            f"    return {bare(writer.write(value.then))}",
        ]
        value = value.otherwise
    lines.append(f"return {bare(writer.write(value))}")
    body = "\n".join(f"    {line}" for line in lines)
    head = f"@compiled\ndef {name}({', '.join(row.letters)}):"
    return f'{head}\n    """{row.about}"""\n{body}\n'


def _carried(name: str, shape: Call, dtype: str) -> tuple[str, list[tuple[str, int]]]:
    """A form that carries its roundings, and the helpers that it calls."""
    writer = Writer(Namer(()), dtype)
    text, called = carried_source(name, shape, dtype, writer.write)
    parts = [(name, PARTS[name].__code__.co_argcount) for name in called]
    return text, [*parts, *writer.used]


def special_source(function: str, dtype: str) -> tuple[str, list[tuple[str, int]]]:
    """The source of a function of `special.py`, and the functions that it calls."""
    known = {**VALUES, **PARTS}
    tree = ast.parse(textwrap.dedent(inspect.getsource(known[function])))
    made = ast.unparse(_Typed(dtype).visit(tree))
    names = dict.fromkeys(n.id for n in ast.walk(tree) if isinstance(n, ast.Name))
    below = [(n, known[n].__code__.co_argcount) for n in names if n in known and n != function]
    return f"@exactly\n{made}\n", below


class _Typed(ast.NodeTransformer):
    """Literals made numbers of one type, constants put in, annotations left out."""

    def __init__(self, dtype: str) -> None:
        self.dtype = dtype

    def visit_arg(self, node: ast.arg) -> ast.arg:
        """An argument without its annotation."""
        return ast.arg(node.arg)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """A function without the type of its value."""
        node.returns = None
        return self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        """A typed literal."""
        return self._number(node.value) if isinstance(node.value, float) else node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """A constant of the type by its value."""
        value = CONSTANTS[self.dtype].get(node.id)
        return node if value is None else self._number(value)

    def _number(self, value: float) -> ast.expr:
        if self.dtype == "float64":
            return ast.Constant(value)
        return ast.Call(ast.Name("REAL"), [ast.Constant(value)], [])
