from symbp.equations import Equation
from symbp.expressions import ONE, ZERO
from symbp.stabilising.rewrites import NOTES, Rewrite


def test_each_rule_has_its_words_and_a_rewrite_tells_them():
    before, after = Equation("a", (), (), ZERO), Equation("a", (), (), ONE)
    for rule, words in NOTES.items():
        assert Rewrite(rule, before, after).note == words
    assert NOTES["shift"] == "shifted by the maximum"
