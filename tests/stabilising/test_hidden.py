from symbp.expressions import Access, Binder, Reduce
from symbp.indices import IndexExpr
from symbp.stabilising.hidden import Hidden, stem_of_name, surely_some, whole
from tests.stable_values import SOFTMAX, read

N = IndexExpr.extent("N")
LETTER = IndexExpr.letter("n")
ROW = Binder("n", upper=N)


def test_a_new_quantity_has_a_name_axes_and_an_equation():
    hidden = Hidden(read(SOFTMAX))
    made = hidden.define("max/z", (ROW,), Access("y", (LETTER, 0)))
    assert made.target == "max/z"
    assert made.plain
    quantity = hidden.quantities["max/z"]
    assert quantity.hidden
    assert quantity.kind == "real"
    assert [a.extent for a in quantity.axes] == [N]


def test_the_second_of_a_kind_is_numbered_and_what_is_forgotten_is_free_again():
    hidden = Hidden(read(SOFTMAX))
    first = hidden.define("max/z", (), Access("L"))
    assert hidden.define("max/z", (), Access("L")).target == "max/z/2"
    hidden.forget([first])
    assert hidden.define("max/z", (), Access("L")).target == "max/z"


def test_places_are_integers():
    hidden = Hidden(read(SOFTMAX))
    body = Access("z", (LETTER, IndexExpr.letter("l")))
    place = Reduce("argmax", (Binder("l", upper=IndexExpr.extent("K")),), body)
    assert hidden.quantities[hidden.define("first", (ROW,), place).target].kind == "integer"


def test_a_rebuilt_system_holds_what_is_given_and_what_is_computed():
    system = read(SOFTMAX)
    hidden = Hidden(system)
    extra = hidden.define("extra", (), Access("L"))
    made = hidden.rebuilt((*system.equations, extra), {})
    assert list(made.quantities)[:2] == ["z", "y"]
    assert list(made.quantities)[-1] == "extra"
    fewer = hidden.rebuilt(system.equations[:1], {})
    assert set(fewer.quantities) == {"z", "y", system.equations[0].target}


def test_stems_are_short():
    assert stem_of_name(Access("max/z")) == "z"
    assert stem_of_name(Access("_12")) == "part12"
    assert stem_of_name(Access("σ")) == "σ"


def test_ranges():
    start = Binder("l", LETTER, N)
    rising = Binder("l", upper=LETTER + 1)
    maybe_empty = Binder("l", upper=LETTER)
    assert whole(ROW)
    assert not whole(start)
    assert not whole(rising)
    assert surely_some(ROW, ())
    assert surely_some(rising, (ROW,))
    assert not surely_some(maybe_empty, (ROW,))
    assert not surely_some(start, (ROW,))
    assert not surely_some(Binder("l"), ())
