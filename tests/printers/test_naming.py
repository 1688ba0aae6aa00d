import pytest

from symbp.errors import UnsafeInputError
from symbp.printers.boxes import Digits, Ident
from symbp.printers.latexmath import math_latex
from symbp.printers.naming import combine, literal, name_parts, read_latex_name


def shown(name, *letters):
    return math_latex(combine(name_parts(name, indexed=bool(letters)), tuple(map(Ident, letters))))


@pytest.mark.parametrize(
    ("name", "letters", "latex"),
    [
        ("X", "", "X"),
        ("w", "jk", "w_{jk}"),
        ("W1", "jk", "W_{jk}^{(1)}"),
        ("W_1", "jk", "W_{jk}^{(1)}"),
        ("x1", "", "x_{1}"),
        ("x_12", "", "x_{12}"),
        ("theta", "", r"\theta"),
        ("θ1", "", r"\theta_{1}"),
        ("σ", "", r"\sigma"),
        ("delta2", "k", r"\delta_{k}^{(2)}"),
        ("delta_z", "k", r"\delta_{z,k}"),
        ("lambda", "", r"\lambda"),
        ("loss", "", r"\mathrm{loss}"),
        ("loss", "n", r"\mathrm{loss}_{n}"),
        ("z_out", "", r"z_{\mathrm{out}}"),
        ("z_out", "nk", r"z_{\mathrm{out},nk}"),
        ("y_hat", "k", r"\hat{y}_{k}"),
        ("x′", "", r"x^{\prime}"),
        ("conv2d", "", r"\mathrm{conv2d}"),
        ("权重", "", r"\text{权重}"),
        ("_", "", r"\mathrm{\_}"),
        ("_x", "", "x"),
        ("_1", "", r"\mathrm{\_1}"),
        ("_1", "jk", r"\mathrm{\_1}_{jk}"),
        ("__2_x", "", r"\mathrm{\_\_2\_x}"),
        ("Alpha", "", r"\mathrm{Alpha}"),
        ("N", "", "N"),
    ],
)
def test_names(name, letters, latex):
    assert shown(name, *letters) == latex


def test_commas_only_where_an_index_is_longer_than_a_letter():
    named = name_parts("w", indexed=True)
    assert math_latex(combine(named, (Ident("j"), Digits("0")))) == "w_{j0}"
    assert math_latex(combine(named, (Ident("j"), Digits("10")))) == "w_{j,10}"
    row = Ident("row", roman=True)
    assert math_latex(combine(named, (row, Ident("k")))) == r"w_{\mathrm{row},k}"


def test_literal_names_stay_as_they_are():
    assert math_latex(combine(literal("W_1"))) == r"\mathrm{W\_1}"


@pytest.mark.parametrize(
    ("source", "latex"),
    [
        ("W^{(1)}", "W^{(1)}"),
        (r"\hat{y}", r"\hat{y}"),
        (r"\theta_{\mathrm{old}}", r"\theta_{\mathrm{old}}"),
        ("w_{jk}", "w_{jk}"),
        (r"\overline x'", r"\overline{x}^{\prime}"),
    ],
)
def test_ready_latex_is_read(source, latex):
    assert math_latex(combine(read_latex_name(source))) == latex


@pytest.mark.parametrize(
    "source",
    [
        r"\style{background:url(http://evil)}{x}",
        r"\input{/etc/passwd}",
        r"\href{javascript:alert(1)}{x}",
        "x$y",
        "x}",
        "{x",
        "",
        "_",
        "x^",
        r"\mathrm x",
        "<script>",
        "x" * 500,
        "x%",
        "a\\\\b",
    ],
)
def test_other_latex_is_refused(source):
    with pytest.raises(UnsafeInputError):
        read_latex_name(source)
