import pytest

from symbp.derivations import Check, Problem
from symbp.printers import sentences
from symbp.printers.phrases import LANGUAGES, RULES, Piece
from symbp.printers.sentences import SECTIONS, WORDS


def test_words_have_two_languages():
    for english, chinese in (*WORDS.values(), *SECTIONS.values()):
        assert english
        assert chinese


def test_machine_translations_do_not_occur():
    wrong = ("衍生产品", "乙状结肠", "渐变", "坡度", "一键编码", "表情")
    everything = "".join(rule.zh for rule in RULES.values()) + str(WORDS) + str(SECTIONS)
    assert not [word for word in wrong if word in everything]


def test_headings():
    english = sentences.section_title("local", 2, "en")[0].value
    assert english == "Step 2. Local derivatives, one per operator"
    assert sentences.section_title("result", 4, "zh")[0].value == "第四步　结果"
    assert sentences.section_title("result", 12, "zh")[0].value.startswith("第十二步")


@pytest.mark.parametrize("kind", ["domain", "nonzero", "fact", "kink"])
def test_conditions_of_every_kind_print(kind):
    for lang in LANGUAGES:
        assert Piece("node", "x") in sentences.condition_line(kind, [Piece("node", "x")], lang)


def test_the_check_line_says_what_was_found():
    good = Check(3, ({"N": 2}, {"N": 3}), 2e-33, ())
    text = "".join(piece.value for piece in sentences.check_line(good, "en"))
    assert text == (
        "3 formulas proved for all sizes; differences agree at 2 random points (N = 2; N = 3), "
        "largest relative difference 2e-33."
    )
    problem = Problem("x", "unproved", "dL/dx = y", "the canonical difference is not zero")
    bad = Check(3, ({},), 0.0, (problem,))
    text = "".join(piece.value for piece in sentences.check_line(bad, "en"))
    assert text.startswith("2 of 3 formulas proved; ")
    assert text.endswith("not confirmed: dL/dx = y (the canonical difference is not zero).")
    assert "已证明" in "".join(piece.value for piece in sentences.check_line(good, "zh"))
