"""The shape of the package, read from its source with `ast`: who imports whom, and how long it is.

`ORDER` is the spine of the package in reading order. A module imports only modules that stand above
it; the modules of a folder may import one another, without a cycle. A new module has to be given
its place here.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "symbp"

ORDER = (
    # what everything stands on
    "version",
    "errors",
    "console",
    "files",
    "names",
    # the language of equations, and the tables
    "indices",
    "pickling",
    "nodes",
    "truths",
    "tensors",
    "expressions",
    "functions",
    "quantities",
    "facts",
    "equations",
    "systems",
    "derivations",
    "spelling",
    # reading and comparing nodes
    "measures",
    "matching",
    "labels",
    "labelbounds",
    "monomials",
    "coefficients",
    "exponents",
    "arrangement",
    "intervals",
    "listing",
    "handles",
    "vocabulary",
    # from declarations to a checked system
    "ordering",
    "extents",
    "refolding",
    "normalisation",
    "guards",
    "wellformed",
    "completion",
    "declarations",
    # the oracle
    "numerics/",
    "evaluation",
    "operations",
    "arrays",
    "environments",
    "interpreter",
    "costs",
    "factchecks",
    # scalar calculus, index algebra, front ends
    "algebra",
    "preactivations",
    "rational",
    "canonical/",
    "language/",
    # differentiate and simplify
    "recognition",
    "cases",
    "branching",
    "casewriting",
    "symmetries",
    "ratios",
    "ownvalues",
    "narrowing",
    "partials",
    "joints",
    "kinks",
    "adjoints",
    "domains",
    "rewriting",
    "rules/",
    "simplifying/",
    "simplification",
    "economy/",
    # the spellings that are computed
    "stabilising/",
    "stability",
    # the ledger
    "ledger/",
    "ties",
    "requirements",
    "gradients",
    "solving",
    # models that others declared, readings of a system
    "layers/",
    "printers/",
    "verification/",
    "kernels/",
    "training/",
    # the whole story, and what users hold
    "pipeline",
    "models",
    "networkfile",
    "results",
    "fitting",
    "facade",
    "demo",
    "commands",
    "modelfiles",
    "cli",
    "__main__",
    "__init__",
)

#: Readings of a system: each knows the system, none knows another reading.
READINGS = ("printers/", "verification/", "kernels/")

#: Modules without a test file of their own, and why.
NO_OWN_TEST = {
    "__main__": "every test of the command line runs it",
    "__init__": "a table of names; tests/test_architecture.py and tests/test_readme.py read it",
}

FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "sympify", "parse_expr", "S"}


@cache
def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    """`canonical/terms` for symbp/canonical/terms.py; `canonical/__init__` for a folder itself."""
    return path.relative_to(PACKAGE).with_suffix("").as_posix()


def row_of(name: str) -> str:
    return name.partition("/")[0] + "/" if "/" in name else name


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@cache
def module_named(dotted: str) -> str | None:
    """The module that a dotted name of the package stands for; None for a name inside a module."""
    inner = dotted.split(".")[1:]
    if not inner:
        return "__init__"
    path = PACKAGE.joinpath(*inner)
    if path.with_suffix(".py").exists():
        return "/".join(inner)
    if (path / "__init__.py").exists():
        return "/".join((*inner, "__init__"))
    return None


@cache
def imports_of(path: Path) -> list[tuple[str, int]]:
    """Modules of the package that a file imports, at any depth of its source, with the lines."""
    found: list[tuple[str, int]] = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}:{node.lineno} imports relatively"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [n if module_named(n) else str(node.module) for n in names]
        else:
            continue
        for dotted in names:
            if dotted == "symbp" or dotted.startswith("symbp."):
                target = module_named(dotted)
                assert target is not None, f"{name_of(path)}:{node.lineno}: no module {dotted}"
                found.append((target, node.lineno))
    return found


def functions_of(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree_of(path)) if isinstance(node, kinds)]


def length_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring."""
    assert function.end_lineno is not None
    lines = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function, clean=False) is not None:
        text = function.body[0]
        assert text.end_lineno is not None
        lines -= text.end_lineno - text.lineno + 1
    return lines


def test_every_module_has_its_place():
    unplaced = [name_of(p) for p in modules() if row_of(name_of(p)) not in ORDER]
    assert not unplaced, f"give these modules a place in ORDER: {unplaced}"


def test_modules_import_only_from_above():
    wrong = []
    for path in modules():
        name = name_of(path)
        for target, line in imports_of(path):
            own, other = ORDER.index(row_of(name)), ORDER.index(row_of(target))
            if other > own or (other == own and "/" not in name):
                wrong.append(f"{name}:{line} imports {target}, which stands below it")
    assert not wrong, "\n".join(wrong)


def test_nobody_imports_the_package_itself():
    wrong = [
        f"{name_of(path)}:{line}"
        for path in modules()
        for target, line in imports_of(path)
        if target == "__init__"
    ]
    assert not wrong, f"import the module, not the package: {wrong}"


def test_readings_do_not_know_one_another():
    wrong = []
    for path in modules():
        own = row_of(name_of(path))
        for target, line in imports_of(path):
            if own in READINGS and row_of(target) in READINGS and row_of(target) != own:
                wrong.append(f"{name_of(path)}:{line} imports {target}")
    assert not wrong, "\n".join(wrong)


def test_no_cycles_lazy_imports_included():
    edges = {name_of(path): {target for target, _ in imports_of(path)} for path in modules()}
    finished: set[str] = set()
    for start in sorted(edges):
        path: list[str] = []
        _walk(start, edges, finished, path)


def _walk(name: str, edges: dict[str, set[str]], finished: set[str], path: list[str]) -> None:
    if name in finished:
        return
    assert name not in path, f"cycle: {' -> '.join([*path[path.index(name) :], name])}"
    path.append(name)
    for target in sorted(edges[name]):
        _walk(target, edges, finished, path)
    path.pop()
    finished.add(name)


def test_no_public_name_is_a_module():
    import symbp

    stems = {path.stem for path in modules()} | {p.name for p in PACKAGE.iterdir() if p.is_dir()}
    assert not sorted(stems & set(dir(symbp)) & set(symbp.__all__))


def test_public_names_exist_and_hide_nothing():
    import builtins

    import symbp

    for name in symbp.__all__:
        assert getattr(symbp, name) is not None
    assert not [n for n in symbp.__all__ if n in dir(builtins)]
    assert list(symbp.__all__) == sorted(set(symbp.__all__))
    assert len(symbp.__all__) <= 60


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_length_of_modules_and_functions(path):
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= 400, f"{name_of(path)} has {lines} lines; the budget is 400"
    long = [f"{f.name}: {length_of(f)}" for f in functions_of(path) if length_of(f) > 50]
    assert not long, f"functions over 50 lines in {name_of(path)}: {long}"


def test_functions_are_short():
    lengths = sorted(length_of(f) for path in modules() for f in functions_of(path))
    assert lengths, "the package has no functions"
    ninety_five = lengths[int(0.95 * (len(lengths) - 1))]
    assert ninety_five <= 35, f"95 % of the functions should have at most 35 lines: {ninety_five}"


def documented(body: list[ast.stmt], inherited: frozenset[str]) -> list[str]:
    """Public definitions without a docstring; an override inherits the one that it overrides."""
    missing = []
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if node.name.startswith("_"):
            continue
        if ast.get_docstring(node) is None and node.name not in inherited:
            missing.append(f"{node.name} (line {node.lineno})")
    return missing


@cache
def _described_methods() -> frozenset[str]:
    return frozenset(
        method.name
        for path in modules()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ClassDef)
        for method in node.body
        if isinstance(method, ast.FunctionDef) and ast.get_docstring(method)
    )


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_every_public_definition_has_a_docstring(path):
    tree = tree_of(path)
    assert ast.get_docstring(tree), f"{name_of(path)} has no docstring"
    missing = documented(tree.body, frozenset())
    described = _described_methods()
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            overrides = described if node.bases else frozenset()
            missing += [f"{node.name}.{m}" for m in documented(node.body, overrides)]
    assert not missing, f"without docstring in {name_of(path)}: {missing}"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_text_is_never_evaluated(path):
    wrong = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom):
            names = {alias.name for alias in node.names} & (FORBIDDEN_CALLS - {"compile", "S"})
            wrong += [f"line {node.lineno}: imports {name}" for name in sorted(names)]
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        if isinstance(function, ast.Name) and function.id in FORBIDDEN_CALLS:
            wrong.append(f"line {node.lineno}: {function.id}(...)")
        # `re.compile` is no evaluation; the others are, under any prefix.
        if isinstance(function, ast.Attribute) and function.attr in FORBIDDEN_CALLS - {"compile"}:
            wrong.append(f"line {node.lineno}: .{function.attr}(...)")
    assert not wrong, f"{name_of(path)}: {wrong}"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_no_exception_is_swallowed(path):
    broad = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ExceptHandler):
            caught = "everything" if node.type is None else ast.unparse(node.type)
            passed_on = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
            if caught in {"everything", "Exception", "BaseException"} and not passed_on:
                broad.append(f"line {node.lineno}: except {caught}")
    assert not broad, f"{name_of(path)}: {broad}"


def test_every_module_has_its_test_file():
    missing = []
    for path in modules():
        name = name_of(path)
        if path.name == "__init__.py" or name in NO_OWN_TEST:
            continue
        mirror = ROOT / "tests" / Path(name).parent / f"test_{path.stem}.py"
        if not mirror.exists():
            missing.append(mirror.relative_to(ROOT).as_posix())
    assert not missing, f"modules without tests: {missing}"


def test_exceptions_of_the_mirror_are_needed():
    names = {name_of(path) for path in modules()}
    assert not sorted(set(NO_OWN_TEST) - names), "NO_OWN_TEST names modules that do not exist"


def test_test_folders_are_not_packages():
    # Under importlib an __init__ here would be a second way to name the same test.
    assert not list((ROOT / "tests").rglob("__init__.py"))


@pytest.mark.parametrize("heavy", ["sympy", "numba", "numpy", "scipy", "mpmath"])
def test_importing_the_package_is_light(heavy):
    code = f"import sys, symbp; raise SystemExit({heavy!r} in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, check=False
    )
    assert done.returncode == 0, f"`import symbp` loads {heavy}"


def test_the_command_line_starts_light():
    code = (
        "import sys\nfrom symbp.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "raise SystemExit(sorted({'sympy', 'numba', 'numpy', 'scipy'} & set(sys.modules)) != [])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()


def test_the_package_ships_its_types_and_nothing_else():
    assert (PACKAGE / "py.typed").exists()
    kinds = {p.suffix for p in PACKAGE.rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    assert kinds <= {".py", ".typed", ""}, f"unexpected files in the package: {kinds}"
