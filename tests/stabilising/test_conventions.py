import pytest

from symbp.stabilising.conventions import settle_norms
from tests.stable_values import derived, line, read


def settled(text, wrt=("x",)):
    return settle_norms(derived(text, wrt=wrt))[0]


def test_the_derivative_of_a_norm_is_0_at_0():
    system = settled("input x[n:N, k:K]; r[n] = sqrt(sum(k, x[n,k]^2)); L = sum(n, r[n])")
    assert line(system, "dL/dx") == "where(r[n] == 0, 0, x[n,k]/r[n])"


def test_a_direction_is_0_at_0_and_so_is_its_derivative():
    text = "input x[k:K], c[k]; u[k] = x[k]/sqrt(sum(j, x[j]^2)); L = sum(k, c[k]*u[k])"
    system = settled(text)
    assert line(system, "u").startswith("where(_1 == 0, 0, ")
    assert line(system, "dL/dx").startswith("where(_1 == 0, 0, ")


def test_a_derivative_that_exists_at_0_is_kept():
    text = "input x[k:K], c[k]; u[k] = x[k]/(sqrt(sum(j, x[j]^2)) + 1); L = sum(k, c[k]*u[k])"
    written = line(settled(text), "dL/dx")
    assert not written.startswith("where")
    assert "where(_1 == 0, 0, " in written


@pytest.mark.parametrize(
    "text",
    [
        "input x[k:K], c; L = c/sqrt(sum(k, x[k]^2))",
        "input x[k:K], c; s = sum(k, x[k]); L = c/s",
        "input x[n:N, k:K], c[n]; r[n] = sum(k, x[n,k]^2); L = sum(n, c[n]/r[n])",
        """input x[n:N, k:K], w[m:N]; r[n] = sum(k, x[n,k]^2)
        u[n,m,k] = w[m]*x[m,k]/r[n]; L = u[0,0,0]""",
        "input x[k:K]; r = sqrt(sum(k, x[k]^2) + 1); u[k] = x[k]/r; L = u[0]",
    ],
)
def test_quotients_that_are_not_0_by_0_keep_their_infinity(text):
    system = read(text)
    assert settle_norms(system) == (system, ())


def test_the_cosine_and_the_deviation():
    cosine = settled(
        """
        input x[k:K], y[k]
        L = sum(k, x[k]*y[k])/(sqrt(sum(k, x[k]^2))*sqrt(sum(k, y[k]^2)))
        """
    )
    assert line(cosine, "L") == "where(_3 == 0, 0, where(_2 == 0, 0, _1/(sqrt(_2)*sqrt(_3))))"
    deviation = settle_norms(
        read(
            """
            input x[k:K]
            m = sum(k, x[k])/K
            q[k] = (x[k] - m)/sqrt(sum(j, (x[j] - m)^2)/K)
            """
        )
    )[0]
    assert line(deviation, "q").startswith("where(_2 == 0, 0, ")
