import re
import shutil
import subprocess

import pytest

from symbp.errors import UnsafeInputError
from symbp.expressions import Power
from symbp.printers.latex import equation_latex, node_latex, print_latex
from symbp.quantities import Quantity
from tests.printers.ledgers import at, chain, network
from tests.printers.making import bare, one_equation, scalar

#: Commands that amsmath, KaTeX and MathJax share; anything else in a fragment is a mistake.
SHARED = {
    "text", "textbf", "begin", "end", "tag", "notag", "boxed", "frac", "sqrt", "sum",
    "prod", "left", "right", "bigl", "bigr", "mathrm", "mathbf", "boldsymbol", "mathbb",
    "overline", "hat", "partial", "delta", "sigma", "cdot", "approx", "ln", "le", "ge",
    "ne", "to", "in", "dots", "times", "top", "nabla", "odot", "quad", "operatorname",
    "operatorname*", "lvert", "rvert",
}  # fmt: skip
TITLE = r"R&D_100% #1 $x$ ~ ^ \ {}"


def needs(program):
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")


def compiled(source, program, folder):
    (folder / "made.tex").write_text(source, encoding="utf-8")
    done = subprocess.run(
        [program, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "made.tex"],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    log = done.stdout.decode("utf-8", "replace")
    assert done.returncode == 0, log[-2000:]
    missing = "".join(re.findall("Missing character.*", log))
    assert not missing
    return log


@pytest.mark.parametrize("make", [chain, network])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_fragment_uses_shared_commands_only(make, lang):
    written = print_latex(make(), lang=lang, level="full")
    assert set(re.findall(r"\\([A-Za-z]+\*?)", written)) <= SHARED
    assert "usepackage" not in written


def test_every_row_has_its_tag():
    written = print_latex(chain(), numbering="7.")
    assert re.findall(r"\\tag\{(.*?)\}", written) == [f"7.{n}" for n in range(1, 20)]


def test_relations_stand_one_a_line():
    row = next(line for line in print_latex(chain()).splitlines() if "1.19" in line)
    assert r"\sqrt{\ln\bigl( (X+1)^{2}\bigr)}" in row
    assert r"\approx 0.224875" in row


def test_formulas_of_a_ledger():
    ledger = network()
    signal = equation_latex(ledger.gradients["z2"].printed, ledger)
    assert signal.startswith(r"\delta_{k}^{(2)} := \frac{\partial L}{\partial z_{k}^{(2)}} = ")
    assert equation_latex(ledger.gradients["W2"].printed, ledger) == (
        r"\frac{\partial L}{\partial W_{kj}^{(2)}} = \delta_{k}^{(2)}h_{j}"
    )


def test_single_nodes():
    assert node_latex(at("w", "j", "k") * scalar("eta")) == r"w_{jk}\eta"
    assert node_latex(-scalar("y") + scalar("p")) == "p-y"


def test_titles_cannot_run():
    written = print_latex(chain(), title=r"\input{/etc/passwd} $x")
    assert r"\input" not in written
    assert r"\textbackslash{}input\{" in written


def test_a_latex_name_that_is_not_a_name_is_refused():
    ledger = bare(Quantity("x", latex=r"\style{background:url(http://evil)}{x}"))
    with pytest.raises(UnsafeInputError):
        print_latex(ledger)


@needs("pdflatex")
@pytest.mark.parametrize("make", [chain, network])
def test_english_documents_compile(make, tmp_path):
    log = compiled(print_latex(make(), document=True, title=TITLE), "pdflatex", tmp_path)
    assert "Overfull" not in log


@needs("pdflatex")
def test_a_document_with_odd_names_compiles(tmp_path):
    names = ("lambda", "σ", "self", "я", "loss", "x_hat", "β", "a_b_1", "ß", "x′")
    right = sum((Power(scalar(n), scalar(n)) for n in names[1:]), scalar(names[0]))
    compiled(print_latex(one_equation("f", right, *names), document=True), "pdflatex", tmp_path)


@needs("xelatex")
@pytest.mark.parametrize("make", [chain, network])
def test_chinese_documents_compile(make, tmp_path):
    if (
        shutil.which("kpsewhich") is None
        or not subprocess.run(["kpsewhich", "ctexart.cls"], capture_output=True, check=False).stdout
    ):
        pytest.skip("ctexart is not installed")
    compiled(print_latex(make(), document=True, lang="zh"), "xelatex", tmp_path)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("name", "make"), [("chain", chain), ("network", network)])
def test_golden(name, make, lang, golden):
    golden(f"printers/{name}_{lang}.tex", print_latex(make(), lang=lang, document=lang == "en"))
