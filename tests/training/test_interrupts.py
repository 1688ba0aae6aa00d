"""Ctrl-C is heard while compiled code runs, and not lost where Python drops it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from symbp.training.interrupts import Interrupts

ROOT = Path(__file__).resolve().parents[2]


def test_what_runs_aside_gives_its_result_or_its_error():
    with Interrupts() as interrupts:
        assert interrupts.aside(threading.current_thread) is not threading.main_thread()
        with pytest.raises(ZeroDivisionError):
            interrupts.aside(lambda: 1 // 0)


def test_a_call_that_is_left_behind_ends_by_itself():
    begun, may_end, ended = threading.Event(), threading.Event(), threading.Event()

    def call():
        begun.set()
        may_end.wait(60)
        ended.set()

    def interrupt():
        begun.wait(60)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()
    with Interrupts() as interrupts, pytest.raises(KeyboardInterrupt):
        interrupts.aside(call)
    assert not ended.is_set()
    may_end.set()
    assert ended.wait(60)


class Dropping:
    """Its finaliser is interrupted: Python reports the exception and goes on."""

    def __del__(self):
        signal.raise_signal(signal.SIGINT)


def test_an_interrupt_that_python_drops_is_not_lost(monkeypatch):
    dropped = []
    monkeypatch.setattr(sys, "unraisablehook", dropped.append)
    with Interrupts() as interrupts:
        interrupts.check()
        made = Dropping()
        del made
        assert [report.exc_type for report in dropped] == [KeyboardInterrupt]
        with pytest.raises(KeyboardInterrupt):
            interrupts.check()


def test_the_handler_of_the_caller_stays_or_comes_back():
    before = signal.getsignal(signal.SIGINT)
    with Interrupts():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before
    heard = []
    signal.signal(signal.SIGINT, lambda *_: heard.append(1))
    try:
        with Interrupts() as interrupts:
            signal.raise_signal(signal.SIGINT)
            interrupts.check()
    finally:
        signal.signal(signal.SIGINT, before)
    assert heard == [1]


def test_another_thread_sets_no_handler():
    found = []

    def enter():
        with Interrupts() as interrupts:
            found.append((signal.getsignal(signal.SIGINT), interrupts.aside(lambda: 5)))

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert found == [(signal.default_int_handler, 5)]


SCRIPT = """
import os, signal, sys, threading, time
sys.path.insert(0, {root!r})
import numpy as np
import symbp as sb
from numba.core import event

main = time.pthread_getcpuclockid(threading.main_thread().ident)
sent = []

def send():
    time.sleep({delay})
    sent.append((time.perf_counter(), time.clock_gettime(main)))
    os.kill(os.getpid(), signal.SIGINT)

class Compiling(event.Listener):
    def on_start(self, data):
        if not sent and not threads:
            threads.append(threading.Thread(target=send))
            threads[0].start()
    def on_end(self, data):
        pass

threads = []
event.register("numba:compile", Compiling())
net = sb.Network(sb.Input("x", 2), sb.Dense(9, "sigmoid"), sb.Dense(2, "sigmoid"),
                 loss="squared_error")
x = np.random.default_rng(0).normal(size=(300, 2))
result = sb.fit(net, {{"x": x, "y": np.abs(x)}}, epochs=10**7, batch_size=7)
ended = time.perf_counter(), time.clock_gettime(main)
compiled = len(result.kernel._loaded.module.compute_train_steps.overloads)
print(result.stopped, compiled, *(b - a for a, b in zip(sent[0], ended)), flush=True)
assert all(np.isfinite(value).all() for value in result.params.values())
again = sb.fit(net, {{"x": x, "y": np.abs(x)}}, epochs=2, batch_size=7, resume=result)
print(again.stopped, again.history.epochs)
"""


@pytest.mark.skipif(not hasattr(time, "pthread_getcpuclockid"), reason="no clock of a thread here")
@pytest.mark.parametrize(("delay", "compiled"), [(0.2, 0), (0.6, 0)])
def test_fit_returns_at_once_while_it_compiles(tmp_path, delay, compiled):
    environment = {**os.environ, "SYMBP_CACHE_DIR": str(tmp_path / "empty")}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(root=str(ROOT), delay=delay)],
        capture_output=True,
        text=True,
        env=environment,
        timeout=300,
        check=True,
    )
    first, second = done.stdout.splitlines()
    stopped, found, waited, worked = first.split()
    assert (stopped, int(found)) == ("interrupted", compiled)
    # A busy machine may let everyone wait; what the main thread does until it returns is little.
    assert float(worked) < 0.5
    assert float(waited) < 20
    assert second == "finished 2"
