import itertools

import numpy as np
import pytest

from symbp.errors import ShapeError
from symbp.expressions import Access, Binder, Comparison, Number, Reduce, Where
from symbp.indices import IndexExpr
from symbp.language.numpy_shapes import Array, Letters, broadcast, move, name_bound, place, show
from symbp.language.sources import Source

N, D = IndexExpr.extent("N"), IndexExpr.extent("d")


def ints(*sizes):
    return tuple(IndexExpr.integer(size) for size in sizes)


def test_shapes_are_broadcast_as_numpy_does():
    shapes = [s for rank in range(4) for s in itertools.product((1, 2, 3), repeat=rank)]
    for left, right in itertools.product(shapes, repeat=2):
        try:
            expected = np.broadcast_shapes(left, right)
        except ValueError:
            with pytest.raises(ShapeError):
                broadcast([ints(*left), ints(*right)], Source("?"), 0)
        else:
            assert broadcast([ints(*left), ints(*right)], Source("?"), 0) == ints(*expected)


def test_named_sizes_fit_themselves_and_one():
    one = IndexExpr.integer(1)
    assert broadcast([(N, one), (D,), ()], Source("?"), 0) == (N, D)
    with pytest.raises(ShapeError, match=r"\(N, d\) and \(N\)"):
        broadcast([(N, D), (N,)], Source("?"), 0)
    assert show((N, D)) == "(N, d)"
    assert show(()) == "()"


def test_places_move_all_at_once():
    made = move(
        Access("x", [IndexExpr.letter(place(2)), IndexExpr.letter(place(1))]),
        {1: place(2), 2: place(1)},
    )
    assert [i.as_letter for i in made.indices] == [place(1), place(2)]
    assert move(made, {1: IndexExpr.integer(0)}).indices[0].as_integer == 0


def test_letters_come_from_the_names_of_extents():
    letters = Letters(["N", "d", "k", "x"])
    assert letters.several((N, D)) == ("n", "i")
    assert letters.several((N, N)) == ("n", "j")
    assert letters.several((N, D)) == ("n", "i")
    assert letters.named(N, ["n"]) == "j"
    assert letters.named(IndexExpr.integer(3), []) == "l"
    assert len({letters.fresh() for _ in range(5)}) == 5
    assert len(set(letters.several((N,) * 40))) == 40


def test_bound_letters_get_good_names_that_hide_nothing():
    inner = Reduce(
        "sum",
        [Binder("s·2", upper=N)],
        Access("x", [IndexExpr.letter("s·2"), IndexExpr.letter("s·1")]),
    )
    outer = Reduce("sum", [Binder("s·1", upper=N)], inner * inner)
    made = name_bound(outer, Letters(["N", "x"]), ("n",))
    assert made == outer
    assert made.binders[0].name == "i"
    assert made.body.numerator[0].binders[0].name == "j"
    assert name_bound(Access("x"), Letters(()), ()) == Access("x")


def test_conditions_count_one_or_nothing():
    condition = Comparison(">", Access("x"), Number(0))
    array = Array(condition, truth=True)
    assert type(array.value).__name__ == "Bracket"
    assert Array(Where(condition, Number(1), Number(0)), (N,)).rank == 1
