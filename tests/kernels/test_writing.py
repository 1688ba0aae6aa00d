from __future__ import annotations

import ast

from symbp.kernels.writing import WIDTH, filled, function


def test_what_fits_stands_on_one_line():
    assert filled("f(", ["a", "b"], ")") == "f(a, b)"
    assert filled("f(", [], ")") == "f()"


def test_what_does_not_fit_is_filled():
    text = filled("f(", [f"argument{n}" for n in range(40)], ")")
    assert max(map(len, text.splitlines())) <= WIDTH
    assert ast.unparse(ast.parse(text)).count("argument") == 40


def test_functions_take_keywords_unless_told_otherwise():
    assert function("f", ["a"], '"""One."""', ["return a"]).splitlines() == [
        "def f(*, a):",
        '    """One."""',
        "    return a",
    ]
    assert function("f", ["a"], "", ["x = a", "", "return x"], keyword=False).splitlines() == [
        "def f(a):",
        "    x = a",
        "",
        "    return x",
    ]
    assert function("f", [], "", ["pass"]).startswith("def f():")
