"""Nodes: one object for one meaning, equality up to bound letters, substitution without capture."""

import pickle

import pytest

from symbp.expressions import Access, Binder, Number, Reduce, Sum
from symbp.indices import IndexExpr
from symbp.nodes import fresh_letter, postorder, substitute, transform

N, K, L = (IndexExpr.letter(name) for name in "nkl")


def total(letter, body):
    return Reduce("sum", [Binder(letter)], body)


def test_one_object_for_one_spelling():
    assert Access("x", [N, K]) is Access("x", [N, K])
    assert Access("x", [N]) is not Access("x", [K])


def test_bound_letters_do_not_distinguish():
    one, other = total("k", Access("x", [N, K])), total("l", Access("x", [N, L]))
    assert one is not other
    assert one == other
    assert hash(one) == hash(other)
    assert len({one, other}) == 1


def test_free_letters_distinguish():
    assert total("k", Access("x", [N, K])) != total("k", Access("x", [L, K]))


def test_nested_binders_are_told_apart():
    first = total("k", total("l", Access("x", [K, L])))
    second = total("l", total("k", Access("x", [K, L])))
    assert first != second
    assert first == total(
        "a", total("b", Access("x", [IndexExpr.letter("a"), IndexExpr.letter("b")]))
    )


def test_substitution_moves_a_binder_out_of_the_way():
    body = total("k", Access("x", [N, K]))
    moved = substitute(body, {"n": K})
    assert moved.free == {"k"}
    assert moved == total("l", Access("x", [K, L]))


def test_substitution_leaves_bound_letters_alone():
    body = total("k", Access("x", [K]))
    assert substitute(body, {"k": N}) is body


def test_nodes_replace_nodes_without_capture():
    body = total("k", Access("x", [K]) * Access("c"))
    moved = substitute(body, nodes={Access("c"): Access("y", [K])})
    assert moved.free == {"k"}


def test_sharing_is_walked_once():
    node = Access("x")
    for _ in range(60):
        node = node * node + node
    assert sum(1 for _ in postorder(node)) < 200
    assert node.size > 2**59


def test_transform_rebuilds_from_the_leaves():
    node = Access("a") + Access("b")
    changed = transform(node, lambda n: Number(1) if n == Access("a") else n)
    assert changed == Sum(((1, Number(1)), (1, Access("b"))))


def test_nodes_cannot_be_changed_and_have_no_truth_value():
    node = Access("x")
    with pytest.raises(AttributeError):
        node.quantity = "y"
    with pytest.raises(TypeError):
        bool(node < 1)


def test_nodes_survive_pickling():
    node = total("k", Access("x", [N, K])) / 2
    assert pickle.loads(pickle.dumps(node)) is node  # noqa: S301 - our own bytes


def test_fresh_letters_keep_their_stem():
    assert fresh_letter("k", {"j"}) == "k"
    assert fresh_letter("k", {"k"}) == "k·1"
    assert fresh_letter("k·1", {"k", "k·1"}) == "k·2"


def test_repr_never_walks_a_large_expression():
    shared = deep = Access("x")
    for _ in range(200):
        shared = shared * shared + shared
    for _ in range(5000):
        deep = Sum(((1, deep), (-1, Number(1))))
    assert repr(deep) == f"<Sum of {deep.size} nodes>"
    assert len(repr(shared)) < 200
    assert repr(Access("x") + 1).startswith("Sum(((1, Access(")
