"""Forms that must come out exactly as published, and do not depend on names, order or spelling."""

import random
import re

import pytest

from symbp.adjoints import sweep
from symbp.facts import Fact
from symbp.gradients import differentiate
from symbp.simplification import Simplifier
from symbp.spelling import spell, spell_equation
from tests.systems.cases import read
from tests.systems.table import CASES

BY_NAME = {case.name: case for case in CASES}


def ledger_of(name, text=None):
    case = BY_NAME[name]
    system = read(text or case.text)
    return differentiate(system, case.of, case.names(system))


def printed(text, of, by):
    return spell(differentiate(read(text), of, [by]).gradients[by].printed.right)


def lines(ledger):
    """Every derivative on one line, error signals under their alias."""

    def alias(access):
        name = ledger.aliases.get(access.quantity)
        if name is None:
            return None
        return f"{name}[{','.join(map(str, access.indices))}]" if access.indices else name

    found = []
    for gradient in ledger.gradients.values():
        line = spell_equation(gradient.printed, alias)
        if gradient.printed != gradient.unconditional:
            line += "    unconditional: " + spell(gradient.unconditional.right, alias)
        found.append(line)
    return found


def test_the_forms_of_all_systems(golden):
    shown = []
    for case in CASES:
        shown.append(f"# {case.name}")
        shown.extend(lines(ledger_of(case.name)))
    golden("gradients.txt", "\n".join(shown) + "\n")


# -- published forms --------------------------------------------------------------------------

LINEAR = "input x[n:N,j:J]; param W[j,k:K], b[k]; z[n,k] = sum(j, x[n,j]*W[j,k]) + b[k]\n"


@pytest.mark.parametrize(
    ("text", "of", "by", "form"),
    [
        ("A = X + 1; B = A^2; C = ln(B); D = sqrt(C); E = D - 1", "E", "X", "A/(B*sqrt(C))"),
        ("input z[k:K]; o[k] = sigmoid(z[k]); L = sum(k, o[k])", "L", "z", "o[k]*(1 - o[k])"),
        ("input z[k:K]; t[k] = tanh(z[k]); L = sum(k, t[k])", "L", "z", "1 - t[k]^2"),
        ("input z; e = exp(z)", "e", "z", "e"),
        ("input x; y = 1/x", "y", "x", "-1/x^2"),
        ("input x; y = sqrt(x)", "y", "x", "1/(2*sqrt(x))"),
        ("input x; y = x^x", "y", "x", "x^x*(ln(x) + 1)"),
        ("input z; s = softplus(z)", "s", "z", "sigmoid(z)"),
        ("input z; s = z*sigmoid(z)", "s", "z", "sigmoid(z)*(1 + z*(1 - sigmoid(z)))"),
        ("input z; h = ln(cosh(z))", "h", "z", "tanh(z)"),
        ("input z; h = cosh(z)", "h", "z", "sinh(z)"),
        ("input z; h = abs(z)", "h", "z", "sign(z)"),
        (
            LINEAR + "target y[n,k]; L = sum(n,k, (z[n,k] - y[n,k])^2)/2",
            "L",
            "z",
            "z[n,k] - y[n,k]",
        ),
        (
            LINEAR + "target y[n,k]; L = sum(n,k, (z[n,k] - y[n,k])^2)/2",
            "L",
            "W",
            "sum(n, (z[n,k] - y[n,k])*x[n,j])",
        ),
        (
            """input x[i:I]; param w[k:K,i]; target t[k]; y[k] = sum(i, w[k,i]*x[i])
            E = sum(k, (y[k] - t[k])^2)/2""",
            "E",
            "w",
            "(y[k] - t[k])*x[i]",
        ),
        (
            "input x[i:I]; param A[i,j:I]; L = sum(i,j, x[i]*A[i,j]*x[j])",
            "L",
            "x",
            "sum(j, (A[i,j] + A[j,i])*x[j])",
        ),
        (
            "input x[n:N]; param m, s; fact s: positive; L = sum(n, ln(s) + (x[n]-m)^2/(2*s^2))",
            "L",
            "s",
            "N/s - sum(n, (x[n] - m)^2)/s^3",
        ),
        ("param z[k:K]; p[k] = exp(z[k])/sum(l, exp(z[l])); L = p[0]", "L", "z", None),
    ],
)
def test_published_forms(text, of, by, form):
    found = printed(text, of, by)
    if form is not None:
        assert found == form
    else:
        assert found in {"p[k]*([k == 0] - p[0])", "p[0]*([k == 0] - p[k])"}


def test_softmax_cross_entropy_with_the_fact_and_without():
    ledger = ledger_of("softmax_cross_entropy")
    gradient = ledger.gradients["z"]
    assert spell(gradient.printed.right) == "(p[n,k] - y[n,k])/N"
    assert spell(gradient.unconditional.right) == "(p[n,k]*sum(l, y[n,l]) - y[n,k])/N"
    assert [c.kind for c in gradient.conditions] == ["fact"]
    free = read(BY_NAME["softmax_cross_entropy"].text).with_facts(())
    bare = differentiate(free, "L", ["W"]).gradients["z"]
    assert bare.printed == bare.unconditional == gradient.unconditional


def test_binary_cross_entropy_needs_no_fact():
    gradient = ledger_of("binary_cross_entropy").gradients["z"]
    assert spell(gradient.printed.right) == "(o[n] - y[n])/N"
    assert gradient.printed == gradient.unconditional


def test_the_single_neuron_and_the_delta_recursion():
    neuron = ledger_of("single_neuron")
    assert lines(neuron)[0] == "delta[k] = (o[k] - t[k])*o[k]*(1 - o[k])"
    assert "dE/dw[k,j] = delta[k]*x[j]" in lines(neuron)
    direct = differentiate(read(BY_NAME["single_neuron"].text), "E", ["w"])
    assert direct.gradients["w"].delta is None
    layers = lines(ledger_of("two_sigmoid_layers"))
    assert "delta_z[k] = (o[k] - t[k])*o[k]*(1 - o[k])" in layers
    assert "delta_a[j] = h[j]*(1 - h[j])*sum(k, V[k,j]*delta_z[k])" in layers
    assert "dL/dV[k,j] = delta_z[k]*h[j]" in layers


def test_normalisation_layers_keep_their_names():
    layer = ledger_of("layer_norm").gradients["x"].printed.right
    sums = "q[n,i]*sum(j, g[j]*y[n,j]*q[n,j]) - sum(j, g[j]*y[n,j])"
    assert spell(layer) == f"(I*g[i]*y[n,i] - {sums})/(I*s[n])"
    centred = ledger_of("covariance").gradients["x"].printed.right
    assert spell(centred) == "dL/dd[n,i]"  # the mean of d vanishes


def test_a_bias_of_the_keys_has_no_gradient():
    text = """input q[n:N,j:J], x[l:M,j]; param b[j], v[l]
    k[l,j] = x[l,j] + b[j]
    s[n,l] = sum(j, q[n,j]*k[l,j])
    a[n,l] = exp(s[n,l])/sum(m, exp(s[n,m]))
    L = sum(n, sum(l, a[n,l]*v[l])^2)"""
    assert printed(text, "L", "b") == "0"


def test_a_symmetric_matrix_is_used_after_differentiating_and_never_before():
    text = "input x[i:I]; param A[i,j:I]: symmetric; L = sum(i,j, x[i]*A[i,j]*x[j])/2"
    ledger = differentiate(read(text), "L", ["x", "A"])
    assert spell(ledger.gradients["x"].printed.right) == "sum(j, A[i,j]*x[j])"
    assert spell(ledger.gradients["A"].printed.right) == "x[i]*x[j]/2"
    condition = ledger.gradients["x"].conditions[-1]
    assert condition.statement == Fact("symmetric", "A")
    assert not ledger.gradients["A"].conditions


def test_a_fact_is_found_inside_what_a_name_stands_for():
    gradient = ledger_of("label_smoothing").gradients["z"]
    assert spell(gradient.printed.right) == "p[n,k] - s[n,k]"
    assert spell(gradient.unconditional.right) == "p[n,k]*sum(l, s[n,l]) - s[n,k]"


def test_a_fact_is_listed_only_where_it_is_used():
    ledger = ledger_of("softmax_cross_entropy")
    assert not ledger.gradients["W"].conditions
    assert len(ledger.gradients["z"].conditions) == 1


def test_a_chain_is_not_made_longer():
    text = "; ".join(f"a{n + 1} = sin(a{n})*a{n}" for n in range(30))
    ledger = differentiate(read(text), "a30", ["a0"])
    adjoints = ledger.system.equations[30:]
    assert len(adjoints) == 30
    assert max(e.right.size for e in adjoints) < 16


# -- names, order, spelling -------------------------------------------------------------------

SOFTMAX = (
    "p[n,k] = exp(z[n,k])/sum(l, exp(z[n,l]))",
    "p[n,k] = exp(z[n,k])*sum(l, exp(z[n,l]))^-1",
    "e[n,k] = exp(z[n,k]); s[n] = sum(k, e[n,k]); p[n,k] = e[n,k]/s[n]",
    "m[n] = max(k, z[n,k]); p[n,k] = exp(z[n,k] - m[n])/sum(l, exp(z[n,l] - m[n]))",
    """m[n] = max(k, z[n,k]); e[n,k] = exp(z[n,k] - m[n]); s[n] = sum(l, e[n,l])
    p[n,k] = e[n,k]/s[n]""",
    "p[n,k] = exp(z[n,k] - max(l, z[n,l]))/sum(l, exp(z[n,l] - max(i, z[n,i])))",
    "s[n] = ln(sum(l, exp(z[n,l]))); p[n,k] = exp(z[n,k] - s[n])",
    "p[n,k] = exp(z[n,k] - ln(sum(l, exp(z[n,l]))))",
)
SIGMOID = (
    "o[n] = sigmoid(z[n])",
    "o[n] = 1/(1+exp(-z[n]))",
    "o[n] = exp(z[n])/(1+exp(z[n]))",
    "o[n] = (1 + tanh(z[n]/2))/2",
    "o[n] = 1 - 1/(1+exp(z[n]))",
    "o[n] = (1+exp(-z[n]))^-1",
    "o[n] = exp(z[n]/2)/(exp(z[n]/2) + exp(-z[n]/2))",
)
TANH = (
    "o[n] = tanh(z[n])",
    "o[n] = (exp(z[n])-exp(-z[n]))/(exp(z[n])+exp(-z[n]))",
    "o[n] = 2*sigmoid(2*z[n]) - 1",
    "o[n] = (exp(2*z[n])-1)/(exp(2*z[n])+1)",
    "o[n] = sinh(z[n])/cosh(z[n])",
    "o[n] = 1 - 2/(1+exp(2*z[n]))",
)
SOFTPLUS = (
    "L = sum(n, softplus(z[n]) - y[n]*z[n])",
    "L = sum(n, ln(1+exp(z[n])) - y[n]*z[n])",
    "L = sum(n, log1p(exp(z[n])) - y[n]*z[n])",
    "L = sum(n, z[n] + ln(1+exp(-z[n])) - y[n]*z[n])",
    "L = -sum(n, ln(sigmoid(-z[n])) + y[n]*z[n])",
)
ROWS = """input x[n:N,j:J]; param w[j], b; target y[n]
z[n] = sum(j, x[n,j]*w[j]) + b
"""


@pytest.mark.parametrize("spelling", SOFTMAX)
def test_every_spelling_of_the_softmax_gives_the_same_error(spelling):
    text = f"""{LINEAR}target y[n,k]; fact sum(k, y[n,k]) = 1
    {spelling}
    L = -sum(n,k, y[n,k]*ln(p[n,k]))/N"""
    ledger = differentiate(read(text), "L", ["W"])
    assert spell(ledger.gradients["z"].printed.right) == "(p[n,k] - y[n,k])/N"
    assert spell(ledger.gradients["z"].unconditional.right) == "(p[n,k]*sum(l, y[n,l]) - y[n,k])/N"
    assert ledger.aliases == {"dL/dz": "delta"}


@pytest.mark.parametrize("spelling", SIGMOID)
@pytest.mark.parametrize(
    ("loss", "form"),
    [
        ("L = -sum(n, y[n]*ln(o[n]) + (1-y[n])*ln(1-o[n]))", "o[n] - y[n]"),
        ("L = sum(n, (o[n]-y[n])^2)/2", "(o[n] - y[n])*o[n]*(1 - o[n])"),
    ],
    ids=["bce", "squares"],
)
def test_every_spelling_of_the_sigmoid_gives_the_same_error(spelling, loss, form):
    ledger = differentiate(read(f"{ROWS}{spelling}; {loss}"), "L", ["w"])
    assert spell(ledger.gradients["z"].printed.right) == form
    assert ledger.aliases == {"dL/dz": "delta"}
    assert not ledger.conditions


@pytest.mark.parametrize("spelling", TANH)
def test_every_spelling_of_tanh_gives_the_same_error(spelling):
    ledger = differentiate(read(f"{ROWS}{spelling}; L = sum(n, (o[n]-y[n])^2)/2"), "L", ["w"])
    assert spell(ledger.gradients["z"].printed.right) == "(o[n] - y[n])*(1 - o[n]^2)"
    assert ledger.aliases == {"dL/dz": "delta"}


@pytest.mark.parametrize("loss", SOFTPLUS)
def test_every_spelling_of_softplus_gives_the_same_error(loss):
    ledger = differentiate(read(ROWS + loss), "L", ["w"])
    assert spell(ledger.gradients["z"].printed.right) == "sigmoid(z[n]) - y[n]"
    assert ledger.aliases == {"dL/dz": "delta"}


@pytest.mark.parametrize(
    "relu", ["relu(a[n])", "max(0, a[n])", "max(a[n], 0)", "where(a[n] > 0, a[n], 0)"]
)
def test_every_spelling_of_relu_has_an_error_signal(relu):
    text = ROWS.replace("z[n]", "a[n]") + f"h[n] = {relu}; L = sum(n, (h[n]-y[n])^2)"
    assert differentiate(read(text), "L", ["w"]).aliases == {"dL/da": "delta"}


PROPERTY = (
    "softmax_cross_entropy",
    "two_sigmoid_layers",
    "three_layers",
    "tied_autoencoder",
    "attention",
    "layer_norm",
    "mixture",
    "quadratic_symmetric",
    "skip_connections",
    "huber",
)
KEYWORDS = {"input", "param", "target", "const", "fact", "simplex", "positive", "symmetric"}
CALLS = {"sum", "max", "exp", "ln", "sqrt", "sigmoid", "tanh", "relu", "mean", "where", "abs"}


def renamed(text, rng):
    """The text with every name but keywords and functions replaced, one for one."""
    words = sorted(set(re.findall(r"[A-Za-z]\w*", text)) - KEYWORDS - CALLS)
    fresh = [f"{rng.choice('abcxyzuvwghk')}{rng.choice('qrt')}{n}x" for n in range(len(words))]
    rng.shuffle(fresh)
    table = dict(zip(words, fresh, strict=True))
    return re.sub(r"[A-Za-z]\w*", lambda m: table.get(m.group(), m.group()), text), table


@pytest.mark.parametrize("name", PROPERTY)
def test_names_do_not_matter(name):
    case = BY_NAME[name]
    rng = random.Random(f"names {name}")
    text, table = renamed(case.text, rng)
    system = read(case.text)
    wrt = case.names(system)
    ours = differentiate(system, case.of, wrt)
    theirs = differentiate(read(text), table[case.of], [table[n] for n in wrt])
    assert [table[n] for n in ours.gradients] == list(theirs.gradients)
    for by, gradient in ours.gradients.items():
        found = theirs.gradients[table[by]]
        for form in ("printed", "unconditional"):
            one, other = getattr(gradient, form), getattr(found, form)
            assert shape(one, table) == shape(other, {}), (by, form)


def shape(equation, table):
    """An equation with its names put through the table, letters numbered in order of appearance."""
    letters = {}

    def word(match):
        name = match.group()
        if name in CALLS or name[0].isdigit():
            return name
        return letters.setdefault(table.get(name, name), f"#{len(letters)}")

    def split_adjoint(match):
        return f"@({match.group(1)})@({match.group(2)})"

    text = re.sub(r"d(\w+)/d(\w+)", split_adjoint, spell_equation(equation))
    return re.sub(r"[A-Za-z_·][\w·]*", word, text)


@pytest.mark.parametrize("name", PROPERTY)
def test_the_order_of_the_equations_does_not_matter(name):
    case = BY_NAME[name]
    statements = [s.strip() for s in re.split(r"[;\n]", case.text) if s.strip()]
    declared = [s for s in statements if s.split()[0] in KEYWORDS]
    equations = [s for s in statements if s not in declared]
    random.Random(f"order {name}").shuffle(equations)
    shuffled = ledger_of(name, "\n".join(declared + equations))
    assert sorted(lines(shuffled)) == sorted(lines(ledger_of(name)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_printed_form_is_a_fixpoint_of_the_search(case):
    system = case.system()
    swept = sweep(system, case.of, case.names(system))
    simplifier = Simplifier(swept)
    simplifier.run()
    for name in swept.adjoints:
        once = simplifier._system[swept.adjoints[name].name].node
        twice = simplifier.forms.best(once).node
        assert spell(twice) == spell(once)


def test_no_hidden_name_is_printed():
    for case in CASES:
        for gradient in ledger_of(case.name).gradients.values():
            assert not re.search(r"(?<!\w)_\w", spell_equation(gradient.printed)), case.name


def test_no_hidden_name_is_printed_where_a_fact_was_used():
    system = read(
        "input X[n:N,j:J]; param W[j,k:K],b[k]; target Y[n,k]: simplex(k); "
        "L = -sum(n,k, Y[n,k]*ln(exp(sum(j, X[n,j]*W[j,k]) + b[k])"
        "/sum(l, exp(sum(i, X[n,i]*W[i,l]) + b[l]))))/N"
    )
    gradient = differentiate(system, "L", ["W"]).gradients["W"]
    assert "_" not in spell(gradient.printed.right)
    assert "exp(sum(" in spell(gradient.printed.right)
    assert Fact("simplex", "Y", (1,)) in [c.statement for c in gradient.conditions]
