from symbp.printers.boxes import Digits, Fence, Fraction, Ident, Line, Script, fold, parts


def test_parts_are_in_reading_order():
    one, two, three = Ident("a"), Digits("2"), Ident("c")
    assert parts(Line((one, two, three))) == (one, two, three)
    assert parts(Script(one, None, two)) == (one, two)
    assert parts(one) == ()


def test_fold_counts_leaves_and_sees_shared_boxes_once():
    leaf = Ident("x")
    visits = []

    def count(box, inside):
        visits.append(box)
        return sum(inside) or 1

    shared = Fraction(leaf, leaf)
    assert fold(Line((shared, shared)), count) == 4
    assert len(visits) == 3


def test_fold_does_not_recurse_on_depth():
    box = Ident("x")
    for _ in range(50_000):
        box = Fence("(", ")", box)
    assert fold(box, lambda current, inside: 1 + max(inside, default=0)) == 50_001
