import pytest

from symbp.printers.documents import LEVELS, STYLES, check_language, check_style, level_of


def test_levels_by_name_and_number():
    assert [level_of(name) for name in LEVELS] == [1, 2, 3, 4]
    assert level_of(2) == 2
    for wrong in ("all", 0, 5, True):
        with pytest.raises(ValueError, match="level"):
            level_of(wrong)


def test_what_there_is_to_choose_is_checked():
    for style in STYLES:
        check_style(style)
    with pytest.raises(ValueError, match="index and matrix"):
        check_style("tensor")
    with pytest.raises(ValueError, match="en, zh"):
        check_language("de")
