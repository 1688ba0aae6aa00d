from symbp.verification.costs import Meter, equation_costs, system_cost
from tests.verification.samples import system_of

TEXT = "input x[n:N], A[n, m:M]; y[n] = sum(m, A[n,m]); L = sum(n, x[n]*y[n])"


def test_costs_count_elements_and_reductions():
    system = system_of(TEXT)
    assert equation_costs(system, {"N": 3, "M": 5}) == {"y": 15, "L": 3}
    assert system_cost(system, {"N": 3, "M": 5}) == 18


def test_several_equations_of_one_quantity_add_up():
    system = system_of("input x[n:3]; h[0] = x[0]; h[1] = x[1]*x[2]; L = h[0] + h[1]")
    assert equation_costs(system, {})["h"] == 2


def test_a_meter_starts_at_nothing():
    assert Meter().spent == 0
