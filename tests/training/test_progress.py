from __future__ import annotations

import io

from symbp.training import progress as module
from symbp.training.progress import Progress


class Terminal(io.StringIO):
    encoding = "ascii"

    def isatty(self):
        return True


def test_a_file_or_a_pipe_gets_nothing():
    stream = io.StringIO()
    progress = Progress(5, stream=stream)
    progress.begin()
    progress.show(1, 0.5, {"loss": 1.0})
    progress.leave()
    progress.end(5, {"loss": 1.0})
    assert stream.getvalue() == ""


def test_a_terminal_gets_one_line_that_is_written_over():
    stream = Terminal()
    progress = Progress(5, stream=stream)
    progress.show(2, 0.5, {"loss": 0.123456})
    progress.end(5, {"loss": 0.1})
    text = stream.getvalue()
    assert text.count("\n") == 1
    assert text.startswith("\repoch 2/5  50%  loss 0.1235\r")
    assert text.rstrip().endswith("epoch 5/5  loss 0.1")


def test_what_comes_before_the_first_step_is_said_and_written_over():
    stream = Terminal()
    progress = Progress(5, stream=stream)
    progress.begin()
    progress.show(1, 0.5, {})
    assert stream.getvalue() == "\rcompiling ...\repoch 1/5  50%"


def test_an_error_is_told_on_a_line_of_its_own():
    stream = Terminal()
    progress = Progress(5, stream=stream)
    progress.leave()
    assert stream.getvalue() == ""
    progress.begin()
    progress.leave()
    assert stream.getvalue() == "\rcompiling ...\n"


def test_lines_come_no_faster_than_they_are_read(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    stream = Terminal()
    progress = Progress(5, stream=stream)
    for _ in range(100):
        progress.show(1, 0.5, {})
        now[0] += 0.01
    assert 9 <= stream.getvalue().count("\r") <= 11


def test_names_that_the_terminal_lacks_are_spelled():
    stream = Terminal()
    Progress(1, stream=stream).end(1, {"σ": 1.0})
    assert "sigma 1" in stream.getvalue()


def test_it_can_be_asked_for_and_refused():
    loud, quiet = io.StringIO(), Terminal()
    Progress(1, wanted=True, stream=loud).end(1, {})
    Progress(1, wanted=False, stream=quiet).end(1, {})
    assert loud.getvalue()
    assert not quiet.getvalue()
