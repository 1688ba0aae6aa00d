import pytest

from symbp.errors import NotSupportedError
from symbp.verification.benches import AFFORDABLE, MAX_PLACES, Bench, entries_to_compare
from symbp.verification.claims import read_statement
from tests.verification.samples import CHAIN, NETWORK, SOFTMAX, system_of


def test_experiments_are_made_once():
    bench = Bench(system_of(SOFTMAX))
    first = list(bench.scheduled())
    assert first
    assert all(a is b for a, b in zip(first, bench.scheduled(), strict=True))


def test_generic_points_come_first_and_sizes_vary():
    points = [experiment.point for experiment in Bench(system_of(SOFTMAX)).scheduled()]
    assert points[0].generic
    assert len({tuple(point.sizes.values()) for point in points}) >= 4
    assert {point.style for point in points} == {"zeros", "ones", "small", "plain", "generic"}


def test_without_extents_all_styles_are_tried():
    bench = Bench(system_of("L = (x - 3)^2"))
    assert {e.point.style for e in bench.scheduled()} == {
        "zeros", "ones", "small", "plain", "generic",
    }  # fmt: skip


def test_points_without_a_value_are_left_out():
    # X = -1 makes ln(B) undefined, X = 0 makes sqrt(C) have no slope but a value
    experiments = list(Bench(system_of(CHAIN)).scheduled())
    assert experiments
    assert all(e.results["B"] >= 1 for e in experiments)


def test_a_system_without_any_value_has_no_experiments():
    bench = Bench(system_of("y = ln(-1 - x^2)"))
    assert not list(bench.scheduled())
    assert bench.generic(2) == []


def test_two_generic_experiments_differ():
    one, two = Bench(system_of(NETWORK)).generic(2)
    assert one.point.generic
    assert two.point.generic
    assert one is not two


def test_each_pattern_of_equal_indices_is_compared():
    system = system_of("input z[k:6]; p[k] = exp(z[k])/sum(l, exp(z[l]))")
    statement = read_statement(system, "dp[k]/dz[l] = 0")
    chosen = entries_to_compare(statement, Bench(system).generic(1)[0])
    assert len(chosen) == MAX_PLACES < 36
    equal = [place["k"] == place["l"] for place in chosen]
    assert 6 in (equal.count(True), equal.count(False)) or equal.count(True) >= 3


def test_of_an_expensive_system_small_sizes_are_tried_and_few_entries():
    text = "input x[n:N, i:40]; param W[i, j:40]; L = sum(n, j, sum(i, x[n,i]*W[i,j])^2)"
    bench = Bench(system_of(text))
    assert sorted(size["N"] for size in bench.sizes) == [1, 2]
    statement = read_statement(bench.system, "dL/dW[i,j] = 0")
    assert 2 <= len(entries_to_compare(statement, bench.generic(1)[0])) < MAX_PLACES


def test_experiments_of_one_bench_share_a_meter():
    bench = Bench(system_of(SOFTMAX))
    one, two = bench.generic(2)
    assert one.meter is two.meter is bench.meter
    assert bench.meter.spent >= one.cost + two.cost


def test_a_system_that_is_too_expensive_is_refused():
    size = AFFORDABLE
    system = system_of(f"input x[n:{size + 1}]; L = sum(n, x[n])")
    with pytest.raises(NotSupportedError, match="symbolic extents"):
        next(Bench(system).scheduled())
