import pytest

from symbp.expressions import Power
from symbp.printers.text import Step, print_text, spell_gradient, step_views
from tests.printers.ledgers import chain, network
from tests.printers.making import derived, one_equation, scalar


def test_one_line_of_a_chain():
    line = "dE/dX = A/(B*sqrt(C)) ≈ 0.224875        needs B > 0, C > 0"
    assert spell_gradient(chain(), "X") == line


def test_one_line_of_an_error_signal():
    found = spell_gradient(network(), "z2")
    assert found == "delta2[k] := dL/dz2[k] = p[k] - y[k]      by sum(k, y[k]) = 1"


def test_a_gradient_does_not_repeat_what_its_error_signal_says():
    assert spell_gradient(network(), "W2") == "dL/dW2[k,j] = delta2[k]*h[j]"


def test_a_gradient_that_vanishes_says_why():
    ledger = derived("input x, y; E = x^2", "E", "x", "y")
    assert spell_gradient(ledger, "y") == "dE/dy = 0      because y does not enter E"


def test_a_value_is_not_repeated_where_the_formula_is_a_number():
    ledger = derived("E = 3*x", "E", "x", at={"x": 2})
    assert spell_gradient(ledger, "x") == "dE/dx = 3"


def test_a_row_as_a_step():
    step = step_views(chain())[6]
    assert repr(step) == (
        "Step(number='1.7', before='dB/dA', after='2*A', rule='power', "
        "because='power rule', conditions=())"
    )
    assert step_views(chain(), "7.")[7] == Step(
        "7.8", "dC/dB", "1/B", "log", "logarithm rule", ("B > 0",)
    )


def test_all_rows_as_steps():
    steps = step_views(chain())
    assert [step.number for step in steps] == [f"1.{n}" for n in range(1, 20)]


def test_columns_line_up():
    lines = print_text(chain()).splitlines()
    rows = [line for line in lines if line.startswith("  (1.")]
    assert len(rows) == 19
    assert len({line.index(" = ") if " = " in line else None for line in rows}) == 1
    reasons = {line.index("definition") for line in rows[:5]}
    assert reasons == {rows[6].index("power rule")}


def test_long_rows_hang_below_each_other():
    text = """
      input x[n:N,i:I]
      param W[i,j:J], V[j,k:K], c
      target t[n,k]
      a[n,j] = sum(i, x[n,i]*W[i,j])
      h[n,j] = relu(a[n,j])
      o[n,k] = tanh(sum(j, h[n,j]*V[j,k]) + c)
      E = sum(n,k,(o[n,k]-t[n,k])^2)/2
    """
    written = print_text(derived(text, "E", "W", "V", "c"))
    assert max(len(line) for line in written.splitlines()) < 160


def test_control_characters_are_shown():
    ledger = one_equation("f", Power(scalar("x\x1b[2J"), scalar("x\x1b[2J")), "x\x1b[2J")
    written = print_text(ledger, title="t\x07")
    assert r"\x1b" in written
    assert r"\x07" in written
    assert not {c for c in written if ord(c) < 32} - {"\n"}


@pytest.mark.parametrize("level", [1, 2, 3])
def test_levels_nest(level):
    rows = set(print_text(network(), level=level).splitlines())
    assert rows - {""}
    numbers = {line.split()[0] for line in rows if line.startswith("  (1.")}
    full = {line.split()[0] for line in print_text(network(), level=3).splitlines() if line}
    assert numbers <= full


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("name", "make"), [("chain", chain), ("network", network)])
def test_golden(name, make, lang, golden):
    golden(f"printers/{name}_{lang}.txt", print_text(make(), lang=lang, numbering="2."))
