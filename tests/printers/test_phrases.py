import re

import pytest

from symbp.printers.phrases import RULES, Piece, fill

KINDS = {"node", "rows", "letter", "index", "name", "function", "word", "fact", "text", "shape"}


@pytest.mark.parametrize("key", RULES)
def test_both_languages_use_all_arguments(key):
    rule = RULES[key]
    for template in (rule.en, rule.zh):
        used = set(re.findall(r"\{(\w+)\}", template))
        assert used == set(rule.args), f"{key}: {template}"
    assert set(rule.args.values()) <= KINDS


@pytest.mark.parametrize("key", RULES)
def test_reasons_are_short(key):
    assert len(RULES[key].en.split()) <= 12, "about ten words"


@pytest.mark.parametrize("key", RULES)
def test_chinese_has_no_ascii_punctuation_of_its_own(key):
    bare = re.sub(r"\{[^}]*\}", "", RULES[key].zh)
    assert not set(bare) & set(",;:.?!()"), RULES[key].zh


def test_fill_gives_text_and_arguments_in_order():
    pieces = fill("chain_cancel", {"rows": 3, "c": "two"}, "en")
    assert pieces == (
        Piece("plain", "chain rule with "),
        Piece("rows", 3),
        Piece("plain", "; the "),
        Piece("node", "two"),
        Piece("plain", " cancels"),
    )


def test_further_reasons_follow():
    pieces = fill("simplify", {"then": (("likewise", {"rows": 1}),)}, "zh")
    assert [p.value for p in pieces] == ["化简", "；", "与 ", 1, " 同理"]


def test_an_unknown_key_or_a_missing_argument_is_our_mistake():
    with pytest.raises(AssertionError, match="no phrase"):
        fill("no such rule", {}, "en")
    with pytest.raises(AssertionError, match="rows"):
        fill("chain", {}, "en")
