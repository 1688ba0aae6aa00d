"""SymPy objects whose names or classes carry code: converted by an allow-list, or refused."""

import functools

import pytest
import sympy

import symbp as sb
from symbp.errors import NameCollisionError, UnknownNameError, UnsafeInputError

X = sympy.Symbol("x")
CODE = '__import__("os").getpid()'


def let(expression, **options):
    model = sb.System()
    model.let("f", expression)
    return sb.derive(model, **options)


def with_declared_inputs(expression):
    model = sb.System()
    model.index("n", "N")
    model.input("x")
    model.let("f", expression)
    return sb.derive(model)


def two_symbols_of_one_name():
    return let(sympy.Symbol("w", real=True) ** 2, wrt=sympy.Symbol("w"))


class _Printing(sympy.Symbol):
    """A symbol whose printer hook gives code."""

    def _sympystr(self, printer):
        raise AssertionError(f"the hook for {printer} was called")


class _Coding(sympy.Function):
    """A function whose printer hook gives code."""

    def _numpycode(self, printer):
        raise AssertionError(f"the hook for {printer} was called")


CALLS = {
    "sym-001": lambda: let(sympy.Symbol(CODE)),
    "sym-002": lambda: let(sympy.Function(f"(lambda *a: {CODE})")(X)),
    "sym-004": lambda: let(sympy.Symbol('"""+1')),
    "sym-006": lambda: let(sympy.Symbol("np") ** 2),
    "sym-010": lambda: let(sympy.Symbol("self") ** 2),
    "sym-012": lambda: let(sympy.Symbol("a,b")),
    "sym-015": two_symbols_of_one_name,
    "sym-016": lambda: let(sympy.Dummy("a") * sympy.Dummy("a")),
    "sym-018": lambda: let(sympy.Symbol("")),
    "sym-019": lambda: let(sympy.Symbol("😀") ** 2),
    "sym-021": lambda: let(sympy.MatrixSymbol(CODE, 2, 2)),
    "sym-022": lambda: let(sympy.Symbol("match") ** 2),
    "sym-023": lambda: let(sympy.Symbol('x; system("id"); //')),
    "sym-024": lambda: with_declared_inputs(X + sympy.Symbol("y")),
    "sym-025": lambda: let(_Printing("x")),
    "sym-026": lambda: let(_Coding(X)),
    "exh-018": lambda: let(functools.reduce(lambda e, _: e * e + e, range(40), X)),
}


@pytest.mark.surface("symbol", "python_api")
def test_symbol(case, judged):
    derivation, error = judged(case, CALLS[case["id"]])
    if case["id"] == "exh-018":
        # A formula with 2^40 leaves is told by its parts, each of which is said once.
        assert len(derivation.system.snapshot().equations) < 5000
        assert len(derivation.text()) < 50_000
        assert "u_{19}" in derivation.latex()
    elif error is None:
        assert derivation.text()
        assert derivation.latex()


def test_one_name_is_never_two_symbols():
    with pytest.raises(NameCollisionError, match="w"):
        two_symbols_of_one_name()


def test_classes_are_compared_exactly():
    with pytest.raises(UnsafeInputError):
        let(_Printing("x") + 1)


def test_undeclared_symbols_are_named():
    with pytest.raises(UnknownNameError, match="'y'"):
        with_declared_inputs(X + sympy.Symbol("y"))


@pytest.mark.parametrize("name", ["lambda", "E", "I", "S", "N", "pi", "gamma", "self", "σ", "δ"])
def test_every_name_may_be_a_quantity(name):
    model = sb.System()
    model.input(name)
    model.let("f", sympy.Symbol(name) ** 2)
    assert list(sb.derive(model)) == [name]
    assert "2" in str(sb.derive(model)[name])
