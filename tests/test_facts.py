import pytest

from symbp.facts import VOCABULARY, Fact, Identity, contradicted, identity_of, words_implied
from symbp.quantities import Axis, Quantity
from symbp.spelling import spell
from tests.shorthand import index


def matrix(*letters):
    return Quantity("y", tuple(Axis(x, index(x.upper())) for x in letters))


def test_implied_words_are_words_and_bring_their_own():
    for word in VOCABULARY:
        for implied in words_implied(word):
            assert implied in VOCABULARY
            assert set(words_implied(implied)) <= set(words_implied(word))


def test_facts_that_tie_entries_are_marked():
    tying = {name for name, word in VOCABULARY.items() if word.ties}
    assert tying == {"sign", "binary", "simplex", "one_hot", "symmetric", "spd"}


@pytest.mark.parametrize("word", ["simplex", "one_hot"])
def test_a_simplex_sums_to_one_over_its_axis(word):
    identity = identity_of(Fact(word, "y", (1,)), matrix("n", "k"))
    assert isinstance(identity, Identity)
    assert spell(identity.left) == "sum(k, y[n,k])"
    assert [b.name for b in identity.ranges] == ["n"]
    assert identity.ranges[0].upper == index("N")


def test_axes_of_one_letter_are_told_apart():
    identity = identity_of(Fact("simplex", "y", (0,)), matrix("k", "k"))
    assert identity is not None
    assert identity.left.free == {identity.ranges[0].name}


def test_other_words_state_no_identity():
    assert identity_of(Fact("positive", "y"), matrix("n")) is None


@pytest.mark.parametrize(
    ("words", "pair"),
    [
        (["positive", "negative"], ("positive", "negative")),
        (["nonnegative", "nonzero", "negative"], ("nonzero", "negative")),
        (["sign", "unit_interval"], ("sign", "unit_interval")),
        (["symmetric", "simplex", "unit_interval", "binary"], ("unit_interval", "binary")),
    ],
)
def test_words_that_no_value_satisfies(words, pair):
    facts = [Fact(word, "y") for word in words]
    assert contradicted(facts) == tuple(Fact(word, "y") for word in pair)


def test_words_that_agree():
    agreeing = ("positive", "nonzero", "sign", "binary", "one_hot", "symmetric")
    assert contradicted([Fact(word, "y") for word in agreeing]) is None
    assert contradicted([Fact("positive", "x"), Fact("negative", "y")]) is None
    for word in VOCABULARY:
        assert contradicted([Fact(w, "y") for w in words_implied(word)]) is None
