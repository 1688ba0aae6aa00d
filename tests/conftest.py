"""What all tests share: the options, the golden files, and one way to call the program."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "golden"

# A shared machine may stall: examples are limited by number, never by time.
settings.register_profile("symbp", deadline=None, print_blob=True)
settings.load_profile("symbp")


def pytest_addoption(parser):
    group = parser.getgroup("symbp")
    group.addoption("--full", action="store_true", help="run the long counts too")
    group.addoption("--update-golden", action="store_true", help="write the expected outputs anew")


def pytest_collection_modifyitems(config, items):
    chosen = config.getoption("-m")
    if config.getoption("--full") or ("full" in chosen and "not full" not in chosen):
        return
    skip = pytest.mark.skip(reason="a long count; run with -m full")
    for item in items:
        if "full" in item.keywords:
            item.add_marker(skip)


@pytest.fixture(autouse=True, scope="session")
def _interrupts_are_heard():
    """A job in the background ignores Ctrl-C, and so would every process that it starts."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory):
    """Compiled kernels of a test run are kept in its own folder, not in the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SYMBP_CACHE_DIR", str(tmp_path_factory.mktemp("kernels")))
        yield


@pytest.fixture
def golden(request) -> Callable[[str, str], None]:
    """`golden(name, text)`: the text equals that file; `--update-golden` writes it."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        if not path.exists():
            pytest.fail(f"no golden file {name}; write it with --update-golden, then read it")
        assert text == path.read_text(encoding="utf-8"), f"differs from tests/golden/{name}"

    return compare


@pytest.fixture(scope="session")
def run_symbp() -> Callable[..., subprocess.CompletedProcess[str]]:
    """`run_symbp(*words, stdin=, cwd=, env=, timeout=)`: the program in a process of its own."""

    def run(*words, stdin=None, cwd=None, env=None, timeout=120):
        environment = {"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": str(ROOT)}
        if env is None:
            environment |= {"PYTHONUTF8": "1", "HOME": os.environ.get("HOME", os.devnull)}
            environment["SYMBP_CACHE_DIR"] = os.environ["SYMBP_CACHE_DIR"]
        else:
            environment |= env
        return subprocess.run(
            [sys.executable, "-m", "symbp", *words],
            input=stdin,
            capture_output=True,
            cwd=cwd or ROOT,
            env=environment,
            timeout=timeout,
            check=False,
            encoding="utf-8",
            errors="backslashreplace",
        )

    return run
