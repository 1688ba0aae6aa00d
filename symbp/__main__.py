"""`python -m symbp` is the program `symbp`."""

import contextlib
import os
import sys
from typing import NoReturn

from symbp.cli import INTERRUPTED, main

__all__ = ["run"]


def run() -> NoReturn:
    """Run the program and end the process.

    After an interrupt there may still be a call of compiled code under way, or a kernel compiling,
    that nobody waits for any more: the process ends without it.
    """
    code = main()
    if code == INTERRUPTED:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    run()
