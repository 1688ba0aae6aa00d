"""The version: one place, read by the build, by `symbp --version` and by `symbp.__version__`."""

__all__ = ["VERSION"]

VERSION = "0.1.0"
