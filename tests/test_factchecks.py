import numpy as np
import pytest

from symbp.errors import DataError, ShapeError
from symbp.expressions import Binder, IndexComparison, Number, Where
from symbp.factchecks import check_facts
from symbp.facts import VOCABULARY, Fact, Identity
from symbp.functions import call
from symbp.indices import IndexExpr
from tests.shorthand import at, builder, index, total

NAN = float("nan")

GOOD = {
    "positive": [[1, 2], [3, 0.1]],
    "negative": [[-1, -2], [-3, -0.1]],
    "nonnegative": [[0, 2], [3, 0]],
    "nonzero": [[-1, 2], [3, 0.1]],
    "unit_interval": [[0.5, 0.2], [0.3, 0.1]],
    "sign": [[1, -1], [1, 1]],
    "binary": [[1, 0], [1, 1]],
    "simplex": [[0.5, 0.5], [0.2, 0.8]],
    "one_hot": [[1, 0], [0, 1]],
    "symmetric": [[1, 2], [2, 5]],
    "invertible": [[1, 2], [2, 5]],
    "spd": [[1, 2], [2, 5]],
    "class_ids": [[0, 2], [1, 3]],
}
BAD = {
    "positive": [[1, 0], [3, 1]],
    "negative": [[-1, 0], [-3, -1]],
    "nonnegative": [[0, -2], [3, 0]],
    "nonzero": [[-1, 0], [3, 0.1]],
    "unit_interval": [[0.5, 1.0], [0.3, 0.1]],
    "sign": [[1, 0], [1, 1]],
    "binary": [[1, 0.5], [1, 1]],
    "simplex": [[0.5, 0.5], [0.2, 0.7]],
    "one_hot": [[0.5, 0.5], [0, 1]],
    "symmetric": [[1, 2], [3, 5]],
    "spd": [[1, 2], [2, 1]],
    "class_ids": [[0, -1], [1, 3]],
}


def declared(word):
    columns = "N" if word in ("symmetric", "invertible", "spd") else 2
    made = builder(f"y[n:N,k:{columns}]", L=total("n k", at("y", "n", "k")))
    made.fact(Fact(word, "y", (1,) * VOCABULARY[word].axes))
    return made.snapshot()


@pytest.mark.parametrize("word", VOCABULARY)
def test_data_that_keep_a_fact(word):
    check_facts(declared(word), {"y": GOOD[word]})


@pytest.mark.parametrize("word", BAD)
def test_data_that_break_a_fact(word):
    with pytest.raises(DataError, match=rf"declared {word}; mend the data.*facts=\(\)"):
        check_facts(declared(word), {"y": BAD[word]})


@pytest.mark.parametrize("word", [w for w in BAD if w not in ("class_ids", "spd")])
def test_nan_keeps_no_fact(word):
    broken = np.array(GOOD[word], dtype=float)
    broken[0, 1] = NAN
    with pytest.raises(DataError):
        check_facts(declared(word), {"y": broken})


def test_every_word_is_tested_here():
    assert set(GOOD) == set(VOCABULARY)
    assert set(BAD) == set(VOCABULARY) - {"invertible"}


def test_the_first_place_is_named():
    with pytest.raises(DataError, match=r"y\[0, 1\] is 0, not positive"):
        check_facts(declared("positive"), {"y": BAD["positive"]})
    with pytest.raises(DataError, match=r"sums to 0.9 over axis 2 at \[1\], not to 1"):
        check_facts(declared("simplex"), {"y": BAD["simplex"]})
    with pytest.raises(DataError, match=r"y\[0, 1\] is 2 and its mirror image is not"):
        check_facts(declared("symmetric"), {"y": BAD["symmetric"]})
    with pytest.raises(ShapeError):
        check_facts(declared("symmetric"), {"y": np.ones((3, 2))})


def test_sums_are_compared_within_a_tolerance():
    thirds = np.full((4, 2), 0.5) + 1e-8
    check_facts(declared("simplex"), {"y": thirds})


def test_identities():
    made = builder("y[n:N,k:2]", L=total("n k", at("y", "n", "k")))
    made.fact(Identity((Binder("n"),), total("k", at("y", "n", "k")), Number(1)))
    system = made.snapshot()
    check_facts(system, {"y": GOOD["simplex"]})
    with pytest.raises(DataError) as caught:
        check_facts(system, {"y": BAD["simplex"]})
    assert "the fact sum(k, y[n,k]) = 1 does not hold at n=1" in str(caught.value)
    assert "0.9" in str(caught.value)


def test_facts_without_a_value_are_not_checked():
    made = builder("x[n:N] s", L=total("n", at("x", "n")) * at("s"))
    made.fact(Fact("positive", "s"))
    made.fact(Identity((), at("s"), Number(2)))
    check_facts(made.snapshot(), {"x": [1.0]})


def labelled(classes, *, compared=False):
    made = builder(f"z[n:N,k:{classes}]")
    made.declare("t", [("n", None)], "target")
    made.fact(Fact("class_ids", "t"))
    gathered = IndexExpr.gather("t", (index("n"),))
    if compared:
        chosen = IndexComparison("==", index("k"), gathered)
        body = Where(chosen, at("z", "n", "k"), Number(0))
        made.define("L", [], total("n k", body))
    else:
        made.define("L", [], total("n", call("ln", at("z", "n", gathered))))
    return made.snapshot()


@pytest.mark.parametrize("compared", [False, True])
def test_labels(compared):
    system = labelled(4, compared=compared)
    z = np.ones((3, 4))
    check_facts(system, {"z": z, "t": [0, 1, 3]})
    for labels, text in [
        ([0, 1, 99999], r"label 99999 of t at index 2 is outside its range: allowed are 0\.\.3"),
        ([0, 1, -5], r"label -5 of t at index 2"),
        ([0.5, 1.2, 0], "labels and other integers must be integers"),
    ]:
        with pytest.raises(DataError, match=text):
            check_facts(system, {"z": z, "t": labels})


def test_shapes_are_checked_first():
    with pytest.raises(ShapeError):
        check_facts(labelled(4), {"z": np.ones((3, 4)), "t": [0, 1]})
