import pytest

from symbp.simplifying.forms import tidy
from symbp.simplifying.merging import merge_sums
from symbp.simplifying.moves import shortest_fraction
from symbp.spelling import spell
from tests.rules.laws import Instance, over
from tests.shorthand import at

a, b = at("a"), at("b")
u, v, w = at("u", "l"), at("v", "l"), at("w", "j")


def merged(node, letters="n k"):
    instance = Instance(node, letters)
    start = tidy(instance.node)
    made = merge_sums(start, tidy)
    instance.agrees(made)
    return spell(made)


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (over("l", u) + over("l", v), "sum(l, u[l] + v[l])"),
        (a * over("l", u) - b * over("l", v), "sum(l, a*u[l] - b*v[l])"),
        (over("l", u) + over("j", w), "sum(l, u[l]) + sum(j, w[j])"),
        (over("l", u) + a, "sum(l, u[l]) + a"),
        (a * at("u", 0) + over("l", u - a), None),
    ],
)
def test_sums_over_one_range_are_put_together(node, text):
    found = merged(node)
    if text is not None:
        assert found == text


def test_what_was_taken_out_goes_back_in():
    assert merged(over("l", a - u)) == "sum(l, -u[l] + a)"
    assert merged(over("n l", a * b - at("x", "n", "l")), "") == "sum(n, l, -x[n,l] + a*b)"


@pytest.mark.parametrize("turned", [False, True])
def test_what_goes_back_in_goes_where_it_is_shortest(turned):
    """N·L·a·b may stand under either sum: the one whose terms share a factor with it takes it."""
    sums = [over("l", 1 / u), over("l n", a * at("x", "n", "l"))]
    kept = over("l n", a * b)
    node = tidy(sums[1] + kept + sums[0] if turned else sums[0] + kept + sums[1])
    instance = Instance(node, "")
    made = merge_sums(tidy(instance.node), lambda body, log: shortest_fraction(tidy(body)))
    instance.agrees(made)
    assert "a*sum(l, n, x[n,l] + b)" in spell(made)
    assert "sum(l, 1/u[l])" in spell(made)


def test_a_factor_goes_back_to_a_sum_that_waits_for_it():
    """Over one bar by whoever settles the body; a factor that meets nothing stays outside."""
    node = over("l", u / (u / a + b)) / a
    instance = Instance(node, "")
    made = merge_sums(tidy(instance.node), lambda body, log: shortest_fraction(tidy(body)))
    instance.agrees(made)
    assert spell(made) == "sum(l, u[l]/(u[l] + a*b))"
    assert merged(over("l", u / (u + b)) / a, "") == "sum(l, u[l]/(u[l] + b))/a"


def test_a_free_letter_is_not_caught_by_the_sum_of_another_term():
    node = over("l", at("x", "k", "l") * u) + over("k", at("x", "n", "k") * at("v", "k"))
    assert merged(node) == "sum(l, x[k,l]*u[l]) + sum(l, x[n,l]*v[l])"


def test_the_letter_of_the_sum_is_free_outside():
    inner = over("k", at("x", "n", "k"))
    node = at("y", "n", 0) * inner + over("l", at("x", "n", "l") * at("v", "l"))
    assert merged(node, "n").count("sum(") == 1


def test_sums_that_are_numbers_stay_numbers():
    """Together they would be summed anew for each k: a normalisation layer would cost N^2."""
    node = at("v", "k") * over("l", u) + over("l", u * v)
    assert merged(node) == "v[k]*sum(l, u[l]) + sum(l, u[l]*v[l])"
    assert merged(over("l", at("x", "k", "l")) - a * over("l", u)) == "sum(l, x[k,l] - a*u[l])"


def test_merging_reaches_below_a_product_and_a_function():
    node = a * (over("l", u) + over("l", v))
    assert merged(node) == "a*sum(l, u[l] + v[l])"


def test_maxima_are_not_sums():
    node = over("l", u, "max") + over("l", v, "max")
    assert merged(node, "") == "max(l, u[l]) + max(l, v[l])"
