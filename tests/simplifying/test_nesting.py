import pytest

from symbp.expressions import Binder, Reduce
from symbp.facts import identity_of
from symbp.indices import IndexExpr
from symbp.simplifying.moves import tidy
from symbp.simplifying.nesting import apply_inside
from symbp.spelling import spell
from tests.systems.cases import read


def used(text):
    system = read(f"target y[n:N, k:K]: simplex(k); input w[n], v[k]; {text}")
    return spell(tidy(apply_inside(system.author_equations[0].right, identity(system))))


def identity(system):
    return identity_of(system.facts[0], system.quantity("y"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("L = sum(n, k, y[n,k])", "N"),
        ("L = sum(k, n, y[n,k])", "N"),
        ("L = sum(n, k, 3*w[n]*y[n,k])", "3*sum(n, w[n])"),
        ("L = exp(sum(n, k, y[n,k]*w[n]))", "exp(sum(n, w[n]))"),
        ("L = sum(n, k, y[n,k]*v[k])", "sum(n, k, y[n,k]*v[k])"),  # v moves with k
        ("L = sum(n, k, y[n,k]^2)", "sum(n, k, y[n,k]^2)"),
        ("L = max(n, k, y[n,k])", "max(n, k, y[n,k])"),
    ],
)
def test_the_letter_that_an_identity_knows_is_summed_first(text, wanted):
    assert used(text) == wanted


def test_a_range_that_needs_the_letter_keeps_it_outside():
    system = read("target y[n:N, k:K]: simplex(k); L = sum(n, k, y[n,k])")
    n, k = system.author_equations[0].right.binders
    body = system.author_equations[0].right.body
    upto = Binder("n", n.lower, IndexExpr.letter("k"))  # n < k
    triangle = Reduce("sum", (k, upto), body)
    assert apply_inside(triangle, identity(system)) == triangle
