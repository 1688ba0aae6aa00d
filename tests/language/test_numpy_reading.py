import pytest

from symbp.errors import LimitExceeded, NotSupportedError, ParseError
from symbp.language.numpy_reading import NOT_YET, NumpyReader
from symbp.language.sources import Source
from symbp.language.syntax import Applied, Attribute, Bracketed, Name, Several, Slice, run


def read(text):
    return run(NumpyReader(Source(text)).whole())


def test_calls_methods_and_attributes():
    call = read("np.sum(x, axis=0, keepdims=True)")
    assert isinstance(call, Applied)
    assert (call.function, call.base, [k for k, _, _ in call.keywords]) == (
        "np.sum",
        None,
        ["axis", "keepdims"],
    )
    method = read("(x*y).sum(0)")
    assert method.function == "sum"
    assert method.base is not None
    assert isinstance(read("x.T"), Attribute)
    assert read("x.T.T").base.name == "T"
    assert read("np.pi").name == "np.pi"
    assert isinstance(read("np"), Name)


def test_indices_and_tuples():
    made = read("x[1:, None, ::2, -1]")
    assert isinstance(made, Bracketed)
    first, second, third, _ = made.indices
    assert isinstance(first, Slice)
    assert first.stop is None
    assert second.name == "None"
    assert third.step.value == 2
    assert read("x[:]").indices[0] == Slice(2, None, None, None)
    assert isinstance(read("f((0, 1))").arguments[0], Several)
    assert len(read("f((0,))").arguments[0].values) == 1
    assert read("f(())").arguments[0].values == ()
    assert isinstance(read("(x)"), Name)
    assert len(read("f(x, )").arguments) == 1


def test_matmul_is_as_strong_as_times():
    made = read("a*b@c/d")
    assert [sign for sign, _, _ in made.rest] == ["*", "@", "/"]
    assert read("-a@b").operand.rest[0][0] == "@"


@pytest.mark.parametrize("name", NOT_YET)
def test_what_is_known_but_not_read_yet_is_said_at_once(name):
    with pytest.raises(NotSupportedError, match="not supported yet"):
        read(f"np.{name}([x for x in y])")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        ("x^2", r"\*\*"),
        ("[x, y]", "lists"),
        ("np.array", "not supported|not in"),
        ("x = 1", "assignments"),
        ("lambda x: x", "side by side"),
        ("x if y else z", "side by side"),
        ("[c for c in x]", "lists"),
        ("x[]", "index or a slice"),
        ("x[1:2:3:4]", "three parts"),
        ("x[1 2]", "missing"),
        ("x.", "name behind"),
        ("np.", "name behind"),
        ("f(axis=0, x)", "before"),
        ("(x", r"`\)`"),
        ("x[0", r"`\]`"),
        ("2x", r"2\*x"),
        ("x; y", "one expression"),
        ("f'{x}'", "side by side|not in|missing|does not"),
        ("x := 1", "write `=`"),
        ("1 < x < 2", "joined"),
        ("x..y", "name behind"),
        ("x.1", "bad number|name behind|missing|operator"),
    ],
)
def test_mistakes(text, message):
    with pytest.raises((ParseError, NotSupportedError), match=message):
        read(text)


def test_depth_is_limited():
    for text in ("(" * 300 + "x", "x[" * 300, "f(" * 300, "-" * 300 + "x"):
        with pytest.raises(LimitExceeded, match="depth"):
            read(text)
    read("x" + ".T" * 5000)
