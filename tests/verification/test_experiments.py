from dataclasses import replace
from fractions import Fraction

import mpmath
import pytest

from symbp.verification import experiments
from symbp.verification.claims import read_statement
from symbp.verification.experiments import NUMBERS, Experiment, UndefinedError, UntriedError
from symbp.verification.points import draw_point
from symbp.verification.theories import with_adjoints
from tests.verification.samples import NETWORK, SCALARS, SOFTMAX, system_of


def experiment(text, claim, sizes=None, style="generic", seed=1, **values):
    statement = read_statement(system_of(text), claim)
    point = draw_point(statement.system, sizes or {}, style, seed)
    for name, value in values.items():
        point.values[name][()] = value
    return statement, Experiment(statement.system, point)


def value(text, claim, letters=None, **more):
    statement, made = experiment(text, claim, **more)
    return made.value(statement, statement.left, letters or {}).value


def test_first_derivatives_of_scalars_to_thirty_digits():
    mpmath.mp.dps = 60
    found = value(SCALARS, "du/dx = 0", x=2)
    x = mpmath.mpf(2)
    assert abs(found - (3 * x**2 * mpmath.sin(x) + x**3 * mpmath.cos(x))) < mpmath.mpf(10) ** -30


def test_second_derivatives():
    mpmath.mp.dps = 60
    x = mpmath.mpf(2)
    right = 6 * x * mpmath.sin(x) + 6 * x**2 * mpmath.cos(x) - x**3 * mpmath.sin(x)
    assert abs(value(SCALARS, "d^2u/dx dx = 0", x=2) - right) < mpmath.mpf(10) ** -18
    mixed = value("f = x^3*y^2", "d^2f/dx dy = 0", x=2, y=3)
    assert abs(mixed - 6 * 4 * 3) < mpmath.mpf(10) ** -18


def test_derivatives_by_what_is_computed_keep_the_rest_fixed():
    # z depends on x; dL/dz does not see that
    found = value("z = 2*x; L = x*z", "dL/dz = 0", x=5)
    assert abs(found - 5) < 1e-30


def test_the_two_sides_agree_at_every_entry():
    claim = "dp[n,k]/dz[m,l] = [n == m]*p[n,k]*([k == l] - p[n,l])"
    statement, made = experiment(SOFTMAX, claim, {"N": 2, "J": 1, "K": 3})
    places = made.places(statement)
    assert len(places) == 36
    for letters in places:
        left = made.value(statement, statement.left, letters).value
        right = made.value(statement, statement.right, letters).value
        assert abs(left - right) < 1e-25


@pytest.mark.parametrize(
    ("claim", "x"), [("dq/dx = 0", 0), ("ds/dx = 0", 0), ("d^2s/dx dx = 0", 0)]
)
def test_kinks_have_no_derivative(claim, x):
    with pytest.raises(UndefinedError):
        value(SCALARS, claim, x=x)


def test_a_smooth_place_of_a_branch_has_one():
    assert abs(value("s = where(x > 0, x^2, 0)", "ds/dx = 0", x=0)) < 1e-17


def test_jumps_have_no_derivative():
    with pytest.raises(UndefinedError):
        value("s = where(x > 1, 1, 0)", "ds/dx = 0", x=1)


def test_outside_its_domain_a_system_has_no_value():
    system = system_of("D = sqrt(C); E = ln(D)")
    point = draw_point(system, {}, "zeros", 1)
    with pytest.raises(UndefinedError):
        Experiment(system, point)


def test_at_the_border_of_the_domain_there_is_no_derivative():
    with pytest.raises(UndefinedError):
        value("D = sqrt(C)", "dD/dC = 0", C=0)


def test_sides_without_a_value():
    statement, made = experiment("L = x^2", "dL/dx = 1/(x - 2)", x=2)
    with pytest.raises(UndefinedError, match="division by zero"):
        made.value(statement, statement.right, {})


def test_finer_steps_tell_a_kink_from_a_curve():
    text = "k = 0.0000000001*abs(x); c = x^2"
    for claim, smooth in (("dk/dx = 0", False), ("dc/dx = 0", True)):
        statement, coarse = experiment(text, claim, x=0)
        # so small a kink passes at first
        coarse.value(statement, statement.left, {})
        fine = Experiment(coarse.system, coarse.point, coarse)
        fine.kink = NUMBERS.of(Fraction(1, 10**30))
        assert coarse.first_step == 16 * fine.first_step
        if smooth:
            assert abs(fine.value(statement, statement.left, {}).value) < 1e-25
        else:
            with pytest.raises(UndefinedError, match="kink"):
                fine.value(statement, statement.left, {})


NETWORK_CLAIM = "dL/da[n,j] = h[n,j]*(1 - h[n,j])*sum(k, dL/dz[n,k]*W[j,k])"


def test_when_the_allowance_is_spent_the_adjoint_equations_are_evaluated(monkeypatch):
    sizes = {"N": 2, "I": 2, "J": 3, "K": 2}
    statement, rich = experiment(NETWORK, NETWORK_CLAIM, sizes)
    monkeypatch.setattr(experiments, "ALLOWANCE", 30)
    _, poor = experiment(NETWORK, NETWORK_CLAIM, sizes)
    for letters in rich.places(statement):
        for side in (statement.left, statement.right):
            one, other = (e.value(statement, side, letters).value for e in (rich, poor))
            assert abs(one - other) < 1e-25
    assert poor.left <= 0 < rich.left


def test_at_special_points_the_adjoint_equations_are_not_trusted(monkeypatch):
    monkeypatch.setattr(experiments, "ALLOWANCE", 0)
    statement, made = experiment("q = abs(x)", "dq/dx = 0", style="zeros")
    with pytest.raises(UntriedError):
        made.value(statement, statement.left, {})


def test_adjoint_equations_must_agree_with_differences(monkeypatch):
    statement, made = experiment(NETWORK, NETWORK_CLAIM, {"N": 1, "I": 2, "J": 2, "K": 2})
    made.value(statement, statement.left, {"n": 0, "j": 0})
    made.left = 0
    monkeypatch.setattr(experiments, "with_adjoints", doubled)
    with pytest.raises(AssertionError, match="disagree"):
        made.value(statement, statement.left, {"n": 0, "j": 1})


def doubled(system, swept):
    """The adjoint system with a mistake in every adjoint."""
    made = with_adjoints(system, swept)
    equations = tuple(
        replace(e, right=e.right * 2) if e.target == "dL/da" else e for e in made.equations
    )
    return replace(made, equations=equations)


def test_only_what_depends_on_the_moved_quantity_is_computed_again():
    statement, made = experiment(NETWORK, "dL/dW[j,k] = 0", {"N": 2, "I": 2, "J": 2, "K": 2})
    before = made.meter.spent
    made.value(statement, statement.left, {"j": 0, "k": 0})
    assert made.meter.spent - before < 2 * made.cost
