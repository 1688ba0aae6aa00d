"""How a bad input is judged: what it may cost, and how it may be answered.

While a case runs, time is bounded and memory grows by at most 1 GiB. A refusal is one of the stated
classes, with a message of one to three lines that is the same the second time. That nothing of an
input runs is shown in `test_nothing_runs.py`.
"""

from __future__ import annotations

import contextlib
import json
import resource
import signal
from pathlib import Path

import pytest

from symbp import errors

GIBIBYTE = 2**30
#: A shared machine may be slow; a case that hangs is ten times slower than any machine.
PATIENCE = 10.0


@contextlib.contextmanager
def guarded(seconds: float):
    """Run a case with time and memory bounded."""

    def late(*_):
        raise TimeoutError(f"not done after {PATIENCE * seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + GIBIBYTE, hard))
    signal.setitimer(signal.ITIMER_REAL, max(PATIENCE * seconds, 10.0))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def outcome(call):
    """What a call does: its value and None, or None and the refusal."""
    try:
        return call(), None
    except errors.SymbpError as error:
        return None, error


def check_message(message: str) -> None:
    lines = message.splitlines()
    assert 1 <= len(lines) <= 3, f"{len(lines)} lines: {message[:400]!r}"
    assert max(map(len, lines)) <= 400, "a line of a message is too long to read"
    assert "Traceback" not in message


def judge(case: dict, call) -> tuple[object, errors.SymbpError | None]:
    """Run the case twice and hold its answer against what must happen."""
    with guarded(case["seconds"]):
        value, error = outcome(call)
    if error is not None:
        with guarded(case["seconds"]):
            _, again = outcome(call)
        assert (type(error), str(error)) == (type(again), str(again)), "the second answer differs"
    allowed = {"accept", "accept_or_reject", "accept_or_warn", "sanitise", "reject_or_sanitise"}
    if error is None:
        assert case["outcome"] in allowed or case.get("or") == ["accept"], "it was accepted"
        return value, None
    assert "reject" in case["outcome"], f"refused with {type(error).__name__}: {error}"
    if "error" in case:
        names = [case["error"], *case.get("or", [])]
        classes = tuple(getattr(errors, name) for name in names if name != "accept")
        assert isinstance(error, classes), f"{type(error).__name__}: {error}"
    check_message(str(error))
    for word in case.get("mentions", []):
        assert word in str(error)
    return None, error


def text_of(case: dict) -> str:
    """The input of a case that is text: given as it is, or as parts with repetitions."""
    if "repeat" in case:
        return "".join(part * times for part, times in case["repeat"])
    if "names" in case:
        return "+".join(f"x{number}" for number in range(case["names"]))
    return case["text"]


def cases_of(*surfaces: str) -> list:
    """Parameters, one for each case of these surfaces."""
    rows = json.loads(Path(__file__).with_name("cases.json").read_text("utf-8"))
    return [pytest.param(row, id=row["id"]) for row in rows if row["surface"] in surfaces]


def pytest_generate_tests(metafunc):
    """`@pytest.mark.surface("expr")` on a test with an argument `case` gives it those cases."""
    mark = metafunc.definition.get_closest_marker("surface")
    if mark is not None and "case" in metafunc.fixturenames:
        metafunc.parametrize("case", cases_of(*mark.args))


@pytest.fixture
def judged():
    """`judged(case, call)`: see `judge`."""
    return judge


@pytest.fixture
def bounded():
    """`with bounded(seconds):` time and memory are bounded."""
    return guarded


@pytest.fixture
def text_of_case():
    """`text_of_case(case)`: see `text_of`."""
    return text_of


@pytest.fixture
def message_is_short():
    """`message_is_short(message)`: see `check_message`."""
    return check_message
