import pytest

from symbp.errors import LimitExceeded, ParseError
from symbp.language.sources import Source
from symbp.language.statements import (
    DeclarationLine,
    EquationLine,
    FactLine,
    IndexLine,
    RelationLine,
    StatementReader,
)


def read(text):
    return StatementReader(Source(text)).statements()


def one(text):
    (line,) = read(text)
    return line


def test_declarations():
    line = one("param W[j:25, k], b: positive, one_hot(k)")
    assert isinstance(line, DeclarationLine)
    assert line.role == "parameter"
    assert [item.name for item in line.items] == ["W", "b"]
    assert [axis.letter for axis in line.items[0].axes] == ["j", "k"]
    assert [axis.extent is None for axis in line.items[0].axes] == [False, True]
    assert (line.words[0].name, line.words[0].letters) == ("positive", ())
    assert line.words[1].letters[0][0] == "k"


@pytest.mark.parametrize(
    ("word", "role"),
    [
        ("input", "input"),
        ("param", "parameter"),
        ("target", "target"),
        ("const", "constant"),
        ("state", "state"),
    ],
)
def test_roles(word, role):
    assert one(f"{word} x").role == role


def test_words_of_statements_are_names_elsewhere():
    for word in ("input", "param", "fact", "index", "state", "target", "const"):
        line = one(f"{word} = x + 1")
        assert isinstance(line, EquationLine)
        assert line.name == word
    assert isinstance(one("fact[n] = x[n]"), EquationLine)
    assert one("input input").items[0].name == "input"


def test_facts():
    assert isinstance(one("fact y: one_hot(k)"), FactLine)
    assert isinstance(one("index n:N, k"), IndexLine)
    line = one("fact sum(k, y[n,k]) = 1")
    assert isinstance(line, RelationLine)
    assert line.sign == "="
    assert one("fact s[n] > 0").sign == ">"
    assert one("fact 0 <= s").sign == "<="


def test_statements_end_at_lines_and_semicolons():
    assert len(read("a = 1; b = 2\nc = (3 +\n 4)\n;;\n# end\n d = 5 # = 6; e = 7")) == 4


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("", "empty", 1),
        (" # nothing\n;", "empty", 2),
        ("a = 1\nb", "`=` behind `b`", 2),
        ("a = 1\nb = ", "end of the text", 2),
        ("a = b = 1", "one `=`", 1),
        ("a == 1", "has `=`", 1),
        ("dL/dz = 1", "behind `dL`", 1),
        ("1 = a", "a statement", 1),
        ("a = (1 +\n+ 2;", r"here; `\)` is missing", 2),
        ("a = 1 b = 2", "operator is missing", 1),
        ("parameter W", "unknown word `parameter`", 1),
        ("inptu x", "did you mean 'input'", 1),
        ("input x y", "does not belong", 1),
        ("input 3", "name to declare", 1),
        ("input x[25]", "index letter", 1),
        ("input x[n:]", "expression is expected", 1),
        ("input x[n", r"`\]` is missing", 1),
        ("input x:", "a fact", 1),
        ("input x: one_hot(3)", "letter of an axis", 1),
        ("fact 3", "`=`, a comparison", 1),
        ("fact s", "`=` behind|comparison", 1),
        ("fact 0 < s < 1", "joined with", 1),
        ("x[0][1] = 2", "one pair", 1),
        ("a = (1\nb = 2", "inside brackets", 2),
    ],
)
def test_mistakes(text, message, line):
    with pytest.raises(ParseError, match=message) as caught:
        read(text)
    assert caught.value.line == line


def test_axes_are_not_nested():
    with pytest.raises(LimitExceeded):
        read("input x[n:" + "(" * 500 + "N" + ")" * 500 + "]")


def test_facts_without_their_keyword():
    lines = StatementReader(Source("y: one_hot(k)\nfact s > 0; sum(k, y[n,k]) = 1")).facts()
    assert [type(line).__name__ for line in lines] == ["FactLine", "RelationLine", "RelationLine"]
    with pytest.raises(ParseError, match="fact is expected"):
        StatementReader(Source(" ")).facts()
