import pytest

from symbp.errors import LimitExceeded, ParseError
from symbp.language.lexer import EXPRESSION
from symbp.language.reading import TextReader
from symbp.language.sources import Source
from symbp.language.syntax import (
    Applied,
    Bracketed,
    Chain,
    Compared,
    Held,
    Joined,
    Literal,
    Name,
    Negation,
    Raised,
    Ranged,
    SecondDerivative,
    run,
)


def tree(text):
    reader = TextReader(Source(text), EXPRESSION)
    made = run(reader.expression())
    reader.finish()
    return made


def shape(node):
    """A tree as nested lists, positions left out."""
    if isinstance(node, Literal):
        return str(node.value)
    if isinstance(node, Name):
        return node.name
    if isinstance(node, Negation):
        return ["-", shape(node.operand)]
    if isinstance(node, Raised):
        return ["^", shape(node.base), shape(node.exponent)]
    if isinstance(node, Chain):
        return [shape(node.first)] + [x for s, _, t in node.rest for x in (s, shape(t))]
    if isinstance(node, Compared):
        return [node.sign, shape(node.left), shape(node.right)]
    if isinstance(node, Joined):
        return [node.word, *map(shape, node.operands)]
    if isinstance(node, Applied):
        return [node.function, *map(shape, node.arguments)]
    if isinstance(node, Bracketed):
        return [shape(node.base), "[]", *map(shape, node.indices)]
    if isinstance(node, Held):
        return ["[]", shape(node.condition)]
    if isinstance(node, Ranged):
        return [node.letter, ":", shape(node.extent)]
    raise TypeError(node)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-x^2", ["-", ["^", "x", "2"]]),
        ("2^-x^2", ["^", "2", ["-", ["^", "x", "2"]]]),
        ("a^b^c", ["^", "a", ["^", "b", "c"]]),
        ("a**b**c", ["^", "a", ["^", "b", "c"]]),
        ("-a*b + c", [["-", ["a", "*", "b"]], "+", "c"]),
        ("a*-b*c", ["a", "*", ["-", "b"], "*", "c"]),
        ("a - -b", ["a", "-", ["-", "b"]]),
        ("+a", "a"),
        ("--a", ["-", ["-", "a"]]),
        ("a/b/c*d", ["a", "/", "b", "/", "c", "*", "d"]),
        ("a - b + c - d", ["a", "-", "b", "+", "c", "-", "d"]),
        ("2^-x*y", [["^", "2", ["-", "x"]], "*", "y"]),
        ("-2^2", ["-", ["^", "2", "2"]]),
        ("(a)", "a"),
        ("x[i+1, 0]", ["x", "[]", ["i", "+", "1"], "0"]),
        ("[i == j]*x", [["[]", ["==", "i", "j"]], "*", "x"]),
        ("sum(j:N, x[j])", ["sum", ["j", ":", "N"], ["x", "[]", "j"]]),
        (
            "where(a < b and not c > d or e == f, x, y)",
            [
                "where",
                ["or", ["and", ["<", "a", "b"], ["not", [">", "c", "d"]]], ["==", "e", "f"]],
                "x",
                "y",
            ],
        ),
        ("i // 2 % 3", ["i", "//", "2", "%", "3"]),
        ("d^2*x", [["^", "d", "2"], "*", "x"]),
        ("d^n", ["^", "d", "n"]),
    ],
)
def test_operators_bind_as_the_grammar_says(text, expected):
    assert shape(tree(text)) == expected


def test_second_derivatives():
    made = tree("d^2L/dz[k]dz[m]")
    assert isinstance(made, SecondDerivative)
    assert made.of.name == "L"
    assert [part.base.name for part in made.by] == ["z", "z"]
    assert isinstance(tree("d^2L/dX^2"), SecondDerivative)
    assert isinstance(tree("∂^2L/∂z[k]∂w"), SecondDerivative)
    for wrong in ("d^3L/dX dX dX", "d^2L", "d^2L/dX", "d^2L/X Y", "d^2 L/dX^3"):
        with pytest.raises(ParseError):
            tree(wrong)


@pytest.mark.parametrize(
    ("text", "message", "column"),
    [
        ("2x", r"`2\*x`", 2),
        ("2(x)", r"`2\*\(`", 2),
        ("(a)(b)", "operator is missing", 4),
        ("x[0](y)", "operator is missing", 5),
        ("x is y", "side by side", 3),
        ("a b", "side by side", 3),
        ("0 < x < 1", "joined with `and`", 7),
        ("a +", "end of the text", 4),
        ("a + * b", r"not `\*`", 5),
        ("(a + b", r"`\)` is missing", 7),
        ("x[0", r"`\]` is missing", 4),
        ("(a]", r"closes `\(` of line 1, column 1", 3),
        ("a)", "does not belong", 2),
        ("x[]", "expression is expected", 3),
        ("x[0][1]", "one pair", 5),
        ("f(a,)", "expression is expected", 5),
        ("not not", "expression is expected", 8),
        ("1 + not a", "condition", 5),
        ("and", "expression is expected", 1),
        ("sum(a+b:N, x)", "index letter", 8),
        ("[c for c in x]", "side by side", 4),
        ("1j", r"`1\*j`", 2),
        ("1 2", "operator is missing", 3),
    ],
)
def test_mistakes_are_named_at_their_place(text, message, column):
    with pytest.raises(ParseError, match=message) as caught:
        tree(text)
    assert caught.value.column == column


def test_depth_is_limited_and_does_not_use_the_call_stack():
    tree("(" * 200 + "x" + ")" * 200)
    tree("sin(" * 150 + "x" + ")" * 150)
    for text in ("(" * 201 + "x", "-" * 5000 + "x", "x" + "^x" * 5000, "x[" * 5000, "[" * 5000):
        with pytest.raises(LimitExceeded, match="depth"):
            tree(text)


def test_names_between_brackets_are_recorded():
    reader = TextReader(Source("sum(j, x[j, t[n]]*[i == j]) + a"), EXPRESSION)
    run(reader.expression())
    assert sorted(reader.bracketed) == ["j", "n", "t"]
    assert reader.indexed
