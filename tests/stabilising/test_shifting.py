import pytest

from symbp.stabilising.shifting import shift
from tests.stable_values import SOFTMAX, derived, line, lines, read


def shifted(text, wrt=("z",)):
    return shift(derived(text, wrt=wrt))[0]


def test_softmax_cross_entropy_is_shifted_by_its_maximum():
    system = shifted(SOFTMAX)
    assert line(system, "max/z") == "max(l, z[n,l])"
    assert line(system, "total/z") == "sum(l, exp(z[n,l] - max/z[n]))"
    assert line(system, "p") == "exp(z[n,k] - max/z[n])/(total/z[n])"
    assert any("y[n,k]*(z[n,k] - max/z[n] - ln(total/z[n]))" in text for text in lines(system))


def test_each_changed_equation_is_recorded_with_what_it_was():
    system = derived(SOFTMAX)
    made, done = shift(system)
    assert {r.rule for r in done} == {"shift"}
    assert all(r.before in system.equations and r.after in made.equations for r in done)
    assert [e.target for e in made.author_equations] == [e.target for e in system.author_equations]
    assert made.author_equations == system.author_equations


def test_nothing_happens_without_an_exponential_or_without_a_need():
    for text in ("input z[k:K]; L = sum(k, z[k]^2)", "input z[k:K]; L = sum(k, exp(z[k]))"):
        system = derived(text)
        assert shift(system) == (system, ())


def test_the_author_s_own_maximum_is_used():
    system = shifted(
        """
        input z[n:N, k:K]
        m[n] = max(k, z[n,k])
        e[n,k] = exp(z[n,k] - m[n])
        p[n,k] = e[n,k]/sum(l, e[n,l])
        L = -sum(n, k, ln(p[n,k]))
        """
    )
    assert not any("max/z" in text for text in lines(system))
    assert any("z[n,k] - m[n] - ln(" in text for text in lines(system))


@pytest.mark.parametrize(
    ("inner", "reference"),
    [
        ("-z[n,{}]", "min(l, z[n,l])"),
        ("3*z[n,{}]", "max(l, z[n,l])"),
        ("z[n,{}]/T", "argmax(l, z[n,l]/T)"),
        ("z[n,{}] + c[{}]", "max(l, z[n,l] + c[l])"),
    ],
)
def test_what_is_subtracted_fits_the_exponent(inner, reference):
    above, below = (inner.replace("{}", letter) for letter in "kl")
    text = f"""
    input z[n:N, k:K], T, c[k]
    p[n,k] = exp({above})/sum(l, exp({below}))
    L = sum(n, k, p[n,k]^2)
    """
    system = shift(read(text))[0]
    assert reference in [text.partition(" = ")[2] for text in lines(system)]


def test_masks_are_left_out_of_the_maximum():
    system = shifted(
        """
        input z[n:N, k:K], c[k]
        p[n,k] = where(c[k] > 0, exp(z[n,k]), 0)/sum(l, where(c[l] > 0, exp(z[n,l]), 0))
        L = sum(n, k, p[n,k]^2)
        """
    )
    assert line(system, "max/z") == "max(l, where(c[l] > 0, z[n,l], -inf))"
    text = line(system, "p")
    assert text == "where(c[k] > 0, exp(z[n,k] - max/z[n])/(total/z[n]), 0)"


def test_a_mask_that_is_a_factor_guards_the_exponential():
    system = shift(
        read(
            """
            input z[k:K], c[k]: binary
            p[k] = c[k]*exp(z[k])/sum(l, c[l]*exp(z[l]))
            """
        )
    )[0]
    assert line(system, "max/z") == "max(l, where(c[l] != 0, z[l], -inf))"
    assert line(system, "p") == "where(c[k] != 0, exp(z[k] - max/z)*c[k]/(total/z), 0)"


def test_explicit_sums_of_exponentials():
    system = shift(read("p = exp(a)/(exp(a) + exp(b) + exp(c)); L = -ln(p)"))[0]
    assert line(system, "max/a") == "max(a, b, c)"
    assert line(system, "p") == "exp(a - max/a)/(total/a)"
    assert line(system, "L") == "max/a - a + ln(total/a)"


def test_explicit_sums_under_a_sum_over_indices():
    text = "input z[n:N, k:K], w[k]; L = sum(n, k, exp(z[n,k])/(exp(z[n,k]) + exp(w[k])))"
    system = shift(read(text))[0]
    assert line(system, "max/z") == "max(z[n,k], w[k])"
    assert line(system, "L") == "sum(n, k, exp(z[n,k] - max/z[n,k])/(total/z[n,k]))"


def test_what_somebody_else_gives_is_not_looked_into():
    system = read(SOFTMAX)
    made, done = shift(system, frozenset(("p",)))
    assert not done
    assert made is system


def test_a_sum_that_is_read_by_its_author_is_put_back():
    system = shift(
        read("input z[k:K]; s = sum(k, exp(z[k])); p[k] = exp(z[k])/s; L = s + sum(k, p[k]^2)")
    )[0]
    assert line(system, "s") == "exp(max/z)*total/z"


def test_a_range_that_may_be_empty_has_no_maximum():
    text = "input z[n:N, l:N]; s[n] = sum(j: n, exp(z[n,j])); L = sum(n, ln(1 + s[n]))"
    system = read(text)
    assert shift(system)[1] == ()
