import copy
import pickle
import random

import pytest

from symbp.expressions import Call, Node, Product
from symbp.pickling import Place, flatten, rebuild
from tests.shorthand import at
from tests.strategies import random_system

a, b = at("a"), at("b")


def copied(node: Node) -> Node:
    return pickle.loads(pickle.dumps(node))  # noqa: S301 - what this line wrote


@pytest.mark.parametrize("seed", range(10))
def test_a_pickled_node_is_the_node_itself(seed):
    system, _ = random_system(random.Random(seed), kinks=bool(seed % 2))
    for equation in system.equations:
        assert copied(equation.right) is equation.right
        assert copy.deepcopy(equation) == equation


def test_neither_depth_nor_sharing_matters():
    deep: Node = a
    for _ in range(20_000):
        deep = Call("sin", (deep,))
    assert copied(deep) is deep
    shared: Node = a
    for _ in range(60):
        shared = Product((shared, shared), ())
    assert copied(shared) is shared
    assert len(pickle.dumps(shared)) < 10_000


def test_a_row_names_its_children_by_their_place():
    node = Product((a, b), (a,))
    rows = flatten([a, b, node])
    assert rows[-1] == (Product, ((Place(0), Place(1)), (Place(0),)))
    assert rebuild(rows) is node
