import pytest

from symbp.expressions import postorder
from symbp.measures import reading_cost
from symbp.simplifying.forms import Forms, tidy
from symbp.simplifying.relations import Relations
from symbp.spelling import spell
from tests.systems.cases import read


def best(text, given="input a, b, c, x[n:N,k:K], u[k], v[k], A[k,l:K]", more=""):
    """The shortest form of an expression in a system that holds `more`, and not the expression."""
    relations = Relations(read(f"{given}\n{more}"))
    system = read(f"{given}\n{more}\nr = {text}")
    equation = next(e for e in system.author_equations if e.target == "r")
    return spell(Forms(relations).best(equation.right).node)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("a*b + a*c", "a*(b + c)"),
        ("1 - a + a*(a - 1)", "(1 - a)^2"),
        ("a/(a - a^2)", "1/(1 - a)"),
        ("a - b + b", "a"),
        ("a^2*b - b", "b*(a^2 - 1)"),  # no shorter, but b occurs once
        ("a*u[0] - a", "a*(u[0] - 1)"),
        ("a^2 + a", "a^2 + a"),
        ("a^b/a", "a^(b - 1)"),
        ("1 - (a - b)^2/((a - b)^2 + c)", "c/((a - b)^2 + c)"),
        ("(a - b)*c + (b - a)*a", "(a - b)*(c - a)"),
        ("sum(k, u[k]*a) + sum(k, v[k]*a)", "a*sum(k, u[k] + v[k])"),
        ("2*sum(l, A[0,l]*u[l]) + 2*sum(l, A[l,0]*u[l])", "2*sum(l, u[l]*(A[0,l] + A[l,0]))"),
        ("K*a - sum(k, u[k])", "sum(k, -u[k] + a)"),
        ("sum(k, a)", "a*K"),
        ("sum(k, u[k] - a) + K*a", "sum(k, u[k])"),
        ("exp(a)*exp(-a)", "1"),
        ("ln(exp(sum(k, u[k])))", "sum(k, u[k])"),
        ("sqrt(a^2)", "sqrt(a^2)"),
    ],
)
def test_the_shortest_form(text, form):
    assert best(text) == form


@pytest.mark.parametrize(
    "text",
    [
        "a/(b*sqrt(c))",
        "(a - b)^2/(2*c)",
        "a*(1 - a)",
        "sum(k, (u[k] - a)^2)",
        "1/(1 + exp(-a))",
        "sum(k, u[k]*v[k])/sum(k, v[k]^2)",
    ],
)
def test_what_is_short_already_stays_as_it_is_written(text):
    assert best(text) == text


def test_a_sum_that_an_equation_names():
    assert best("2*sum(l, exp(u[l]))", more="s = sum(k, exp(u[k]))") == "2*s"


def test_lemmas_come_out_of_the_system():
    softmax = "p[k] = exp(u[k])/sum(l, exp(u[l]))"
    assert best("sum(k, p[k])", more=softmax) == "1"
    assert best("sum(k, a*p[k]*sum(l, v[l]))", more=softmax) == "a*sum(l, v[l])"
    centred = "m = mean(k, u[k]); d[k] = u[k] - m"
    assert best("sum(k, d[k])", more=centred) == "0"
    assert best("sum(k, l, A[0,l]*d[k])", more=centred) == "0"
    assert best("sum(k, d[k]*v[k]) + a*sum(k, d[k])", more=centred) == "sum(k, d[k]*v[k])"


def test_a_lemma_is_not_believed_of_other_sums():
    softmax = "p[k] = exp(u[k])/sum(l, exp(u[l]))"
    for text in ("sum(k, p[k]^2)", "sum(k, p[k]*v[k])", "max(k, p[k])", "prod(k, p[k])"):
        assert best(text, more=softmax) == text


def test_a_bracket_meets_its_index():
    from symbp.expressions import Bracket
    from tests.shorthand import at, builder, index, same, total

    made = builder("y[n:N,k:K] p[n,k] t[n]")
    error = Bracket(same("k", 0)) - at("p", "n", "k")
    made.define("r", [index("n")], total("k", at("y", "n", "k") * error))
    system = made.snapshot()
    form = Forms(Relations(system)).best(system.producers["r"][0].right)
    assert spell(form.node) == "y[n,0] - sum(k, y[n,k]*p[n,k])"


def test_sums_under_the_author_s_letters_are_not_confused():
    """k is free in one term and bound in the other."""
    given = "input u[k:K], v[k], A[k,l:K]"
    system = read(given + "; r[k] = u[k]*sum(l, A[k,l]) + sum(l, A[k,l]*u[l])")
    form = Forms(Relations(read(given))).best(system.author_equations[0].right).node
    assert spell(form) == "sum(l, A[k,l]*(u[k] + u[l]))"


def test_a_sum_is_not_taken_at_more_places_than_it_was():
    """Σ_l v_l and Σ_l u_l v_l are two numbers; Σ_l v_l (u_k + u_l) is one for each k."""
    given = "input u[k:K], v[k]"
    system = read(given + "; r[k] = u[k]*sum(l, v[l]) + sum(l, u[l]*v[l])")
    form = Forms(Relations(read(given))).best(system.author_equations[0].right).node
    assert spell(form) == "u[k]*sum(l, v[l]) + sum(l, u[l]*v[l])"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("(a*b - a*c)*u[0] + b*v[0] - c*v[0]", "(b - c)*(a*u[0] + v[0])"),
        ("a*b*(1/a - c/b)", "-a*c + b"),
        ("a*exp(b) + c + exp(b)*u[0]", "exp(b)*(a + u[0]) + c"),
    ],
)
def test_terms_that_share_a_factor(text, form):
    assert best(text) == form


def test_a_logarithm_of_a_softmax_keeps_its_name():
    named = "q[k] = u[k] - ln(sum(l, exp(u[l])))"
    assert best("exp(u[0])/sum(l, exp(u[l])) - v[0]", more=named) == "exp(q[0]) - v[0]"


def test_quotients_keep_their_names():
    unit = "s = sqrt(sum(k, u[k]^2)); e[k] = u[k]/s"
    assert best("a/s - u[0]*u[1]/s^3", more=unit) == "(a - e[0]*e[1])/s"
    cosine = "s = sqrt(sum(k, u[k]^2)); c0 = sum(k, u[k]*v[k])/s"
    assert best("a - sum(k, u[k]*v[k])*v[0]/s^2", more=cosine) == "a - c0*v[0]/s"


def test_a_lemma_inside_a_product():
    softmax = "p[k] = exp(u[k])/sum(l, exp(u[l]))"
    assert best("sum(k, p[k]*(v[k] + 1)) - 1", more=softmax) == "sum(k, p[k]*v[k])"


def test_tidy_neither_expands_nor_factors():
    system = read("input a, b, c; r = (a + b)*c + a*c")
    assert spell(tidy(system.equations[0].right)) == "(a + b)*c + a*c"


def test_the_search_is_done_once_for_equal_shapes(monkeypatch):
    import symbp.simplifying.moves

    calls = []
    plain = symbp.simplifying.moves.rational_form
    monkeypatch.setattr(
        symbp.simplifying.moves, "rational_form", lambda n: calls.append(n) or plain(n)
    )
    system = read("; ".join(f"y{n} = x{n}*z{n} + x{n}*z{n}^2*{7777}" for n in range(20)))
    forms = Forms(Relations(system))
    found = {spell(forms.best(e.right).node) for e in system.equations}
    assert len(found) == 20
    assert len(calls) <= 4  # of one shape: the sum, and each term by itself, twice


def test_the_form_is_never_longer():
    for text in ("(a + b)^3", "(a + b)*(a - b)", "a/(a + b) + b/(a + b)", "1/a + 1/b"):
        system = read(f"input a, b; r = {text}")
        right = system.equations[0].right
        form = Forms(Relations(system)).best(right).node
        assert reading_cost(form) <= reading_cost(tidy(right))


def test_rules_are_on_record():
    system = read("input a, b; r = a*b + a*sin(b)")
    assert Forms(Relations(system)).best(system.equations[0].right).rules == ("collect",)


def test_no_letter_is_left_free():
    system = read("input u[k:K], v[k]; r = sum(k, u[k]*sum(l, v[l]*sum(k, u[k]*v[l])))")
    for equation in system.author_equations:
        form = Forms(Relations(system)).best(equation.right).node
        assert form.free <= set(equation.letters)
        assert all(n.free is not None for n in postorder(form))
