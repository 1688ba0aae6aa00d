"""Ctrl-C while compiled code runs: heard at once, and never lost.

Python raises `KeyboardInterrupt` between two of its own instructions. So it is late where a call of
compiled code takes long; and where Python happens to be in a finaliser, which a compiler runs by
the thousand, the exception is dropped. Therefore calls that may take long (the first, which
compiles, and a step over very much data) run in a thread, for which the caller waits; and a handler
notes that there was an interrupt.

A call that is left behind runs to its end, since compiled code cannot be stopped, on memory that
nobody reads any more; the process ends after it.
"""

from __future__ import annotations

import contextvars
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from types import FrameType, TracebackType
from typing import Self, TypeVar

__all__ = ["Interrupts"]

#: Seconds between two looks at the call that is waited for; some systems do not wake a wait.
PAUSE = 0.05

T = TypeVar("T")


class Interrupts:
    """Hears Ctrl-C while it is entered.

    A handler that somebody else has set stays as it is; other threads than the main one hear
    nothing.
    """

    def __init__(self) -> None:
        self._heard = False
        self._set = False

    def __enter__(self) -> Self:
        here = threading.current_thread() is threading.main_thread()
        if here and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, self._hear)
            self._set = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._set:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._heard = True
        raise KeyboardInterrupt

    def check(self) -> None:
        """Raise an interrupt that was heard, and that Python may have dropped.

        Raises:
            KeyboardInterrupt: there was one.
        """
        if self._heard:
            raise KeyboardInterrupt

    def aside(self, call: Callable[[], T]) -> T:
        """Run a call in a thread, and wait for it in such a way that an interrupt is heard.

        Raises:
            KeyboardInterrupt: there was one; the call goes on by itself.
        """
        pool = ThreadPoolExecutor(1, thread_name_prefix="symbp")
        try:
            found = pool.submit(contextvars.copy_context().run, call)
            while not found.done():
                wait((found,), timeout=PAUSE)
                self.check()
            return found.result()
        finally:
            pool.shutdown(wait=False)
