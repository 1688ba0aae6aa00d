from symbp.stabilising.sharing import share
from tests.stable_values import line, lines, read


def shared(text, *touched):
    return share(read(text), frozenset(touched))[0]


def test_a_call_at_other_letters_is_the_same_call():
    system = shared(
        "input z[n:N, k:K], m[n]; t[n] = sum(l, exp(z[n,l] - m[n]));"
        " p[n,k] = exp(z[n,k] - m[n])/t[n]",
        "t",
        "p",
    )
    assert line(system, "exp/z") == "exp(z[n,l] - m[n])"
    assert line(system, "t") == "sum(l, exp/z[n,l])"
    assert line(system, "p") == "exp/z[n,k]/t[n]"


def test_a_call_leaves_the_loops_that_it_does_not_depend_on():
    text = "input z[n:N, k:K], t[n]: positive; L = sum(n, k, z[n,k] - ln(t[n]))"
    system = shared(text, "L")
    assert line(system, "ln/t") == "ln(t[n])"
    assert line(system, "L") == "sum(n, k, z[n,k] - ln/t[n])"


def test_the_author_s_name_is_used_before_a_new_one():
    system = shared(
        "input z[k:K]; e[k] = exp(z[k]); a[k] = exp(z[k])*2; b = sum(k, exp(z[k]))", "b"
    )
    assert line(system, "b") == "sum(k, e[k])"
    assert not any("exp/" in text for text in lines(system))
    assert line(system, "a") == "exp(z[k])*2"


def test_a_call_takes_along_the_conditions_that_all_its_uses_share():
    system = shared(
        "input z[k:K], c[k]; t = sum(k, where(c[k] > 0, exp(z[k]), 0));"
        " p[k] = where(c[k] > 0, exp(z[k])/t, 0)",
        "t",
        "p",
    )
    assert line(system, "exp/z") == "where(c[k] > 0, exp(z[k]), 0)"
    assert line(system, "p") == "where(c[k] > 0, exp/z[k]/t, 0)"


def test_a_use_without_condition_is_not_given_a_value_that_has_one():
    system = shared("input z[k:K], c[k]; a[k] = where(c[k] > 0, exp(z[k]), 0) + exp(z[k])", "a")
    assert not any("where(c[k] > 0, exp(z[k]), 0)" in text for text in lines(system)[:-1])
    apart = shared(
        "input z[k:K], c[k]; a[k] = where(c[k] > 0, exp(z[k]), 0); b[k] = 2*exp(z[k])", "a", "b"
    )
    assert line(apart, "b") == "2*exp(z[k])"


def test_a_diagonal_is_another_call():
    text = "input z[n:N, k:N]; a[n,k] = 2*exp(z[n,k]); b[n] = 3*exp(z[n,n])"
    assert line(shared(text, "a", "b"), "b") == "3*exp(z[n,n])"


def test_equations_as_their_author_wrote_them_are_left_alone():
    system = read("input z[k:K]; a[k] = 2*exp(z[k]); b[k] = 3*exp(z[k])")
    assert share(system, frozenset()) == (system, ())
    assert share(system, frozenset(("a",))) == (system, ())
