from symbp.printers.boxes import Cases, Digits, Fraction, Ident, Line, Prose, Script, Sign
from symbp.printers.widths import text_width, width


def test_wide_characters_count_twice_and_marks_not():
    assert text_width("abc") == 3
    assert text_width("链式") == 4
    assert text_width("e\u0301") == 1


def test_boxes_are_as_wide_as_what_they_show():
    x, y = Ident("x"), Digits("12345")
    assert width(Line((x, Sign("+"), y))) > width(x) + width(y)
    assert width(Fraction(x, y)) < width(Line((x, y)))
    assert width(Script(x, y)) < width(Line((x, y)))
    assert width(Cases((x, y), (x, Prose("otherwise")))) > width(Prose("otherwise"))
