"""`python -m symbp` is the program `symbp`."""

import sys

from symbp.cli import main

if __name__ == "__main__":
    sys.exit(main())
