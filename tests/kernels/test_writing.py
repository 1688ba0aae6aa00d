from __future__ import annotations

import ast

from symbp.kernels.writing import WIDTH, filled, folded, function, tuple_of, workspace_lines


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


def test_long_statements_are_folded_outside_quotes():
    words = ", ".join(f"argument{n}" for n in range(20))
    for line in (
        f"    check(text, ({words}))",
        f"        memory = views(theta, shapes({words}))",
        f"self.extents = ({words})",
        f'    check_word("a text of words that {words} says", x)',
        f"    if f({words}) < 1:",
    ):
        text = "\n".join(folded(line))
        whole = f"if True:\n{text}" if line.startswith(" ") else text
        end = "\n            pass" if line.endswith(":") else ""
        one = f"if True:\n{line}" if line.startswith(" ") else line
        assert ast.dump(ast.parse(whole + end)) == ast.dump(ast.parse(one + end))
        assert max(len(piece) for piece in text.splitlines() if '"' not in piece) <= WIDTH
    assert folded("short(a)") == ["short(a)"]
    assert folded("x" * 120) == ["x" * 120]


def test_long_docstrings_are_folded():
    about = f'"""{", ".join(f"W{n}" for n in range(60))} under their names."""'
    text = function("f", ["a"], about, ["return a"])
    assert max(map(len, text.splitlines())) <= WIDTH
    assert ast.get_docstring(ast.parse(text).body[0]).split() == about.strip('"').split()


def test_tuples_are_python():
    assert [tuple_of(words) for words in ([], ["a"], ["a", "b"])] == ["()", "(a,)", "(a, b)"]


def test_a_workspace_is_made_or_checked():
    assert workspace_lines(["N"], "make_workspace") == [
        "if workspace is None:",
        "    workspace = make_workspace(N)",
        "check_workspace(workspace, (N,))",
    ]
