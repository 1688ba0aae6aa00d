"""Calls begin small and grow to a tenth of a second; what may take long runs aside."""

from __future__ import annotations

import threading

import pytest

from symbp.training import pacing
from symbp.training.pacing import Calls


class Clock:
    """Time that passes only when somebody says so."""

    def __init__(self):
        self.now = 0.0

    def perf_counter(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr(pacing, "time", made)
    return made


def take(clock, calls, seconds, kind="steps", steps=1):
    """Make a call that takes so long; whether it ran aside."""

    def call():
        clock.now += seconds
        return threading.current_thread() is not threading.main_thread()

    return calls.run(kind, call, steps)


def test_steps_grow_to_a_tenth_of_a_second(clock):
    calls = Calls()
    counts = []
    for _ in range(7):
        counts.append(calls.steps)
        take(
            clock, calls, (5.0 if len(counts) == 1 else 0.0) + 1e-4 * calls.steps, steps=counts[-1]
        )
    assert counts == [1, 1, 8, 64, 512, 1000, 1000]


def test_the_first_calls_run_aside_and_so_do_long_ones(clock):
    calls = Calls()
    assert [take(clock, calls, s) for s in (3.0, 0.01, 0.01, 0.5, 0.5, 0.01, 0.01)] == [
        True,
        True,
        False,
        False,
        True,
        True,
        False,
    ]
    assert take(clock, calls, 0.01, kind="loss")


def test_long_steps_are_taken_one_by_one(clock):
    calls = Calls()
    for _ in range(4):
        take(clock, calls, 7.0, steps=calls.steps)
        assert calls.steps == 1
    take(clock, calls, 0.0)
    assert calls.steps == 8
