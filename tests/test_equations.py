from symbp.equations import Equation
from symbp.expressions import Binder
from tests.shorthand import at, index


def equation(*places):
    letters = [p for p in places if isinstance(p, str)]
    return Equation("h", tuple(Binder(x) for x in letters), tuple(map(index, places)), at("x"))


def test_the_left_side_is_an_access():
    assert equation("n", 0).left == at("h", "n", 0)
    assert equation("n", "j").letters == ("n", "j")


def test_plain_equations_give_each_axis_its_own_letter():
    assert equation("n", "j").plain
    assert equation().plain
    assert not equation("n", 0).plain
    repeated = Equation("h", (Binder("n"),), (index("n"), index("n")), at("x"))
    assert not repeated.plain
