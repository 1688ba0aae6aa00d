"""The command line: `symbp derive`, `graph`, `compile`, `verify`, `train` and `demo`.

Results go to standard output, messages to standard error. Exit codes:

    0    done; a claim that was verified is true
    1    refused or failed; a claim is false
    2    the command line is not understood
    3    a claim is undecided
    130  interrupted

Modules that cost time to load are imported where they are used: `symbp --help` answers at once.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from symbp import console
from symbp.commands import add_demo, add_train
from symbp.errors import (
    OutputPathError,
    ParseError,
    SymbpError,
)
from symbp.files import write_text
from symbp.modelfiles import read_model
from symbp.version import VERSION

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

    from symbp.models import System
    from symbp.results import Derivation

__all__ = ["main"]

DONE, FAILED, USAGE, UNDECIDED, INTERRUPTED = 0, 1, 2, 3, 130

GRAPHS = (".svg", ".dot")
FORMATS = ("text", "latex", "markdown", "html", "json", "report")
LEVELS = ("result", "textbook", "full")
LANGUAGES = ("en", "zh")
STYLES = ("index", "matrix")

_SUFFIXES = {
    ".txt": "text",
    ".tex": "latex",
    ".md": "markdown",
    ".html": "html",
    ".json": "json",
}
_NUMBER = re.compile(
    r"[+-]?(\d{1,400}(\.\d{0,400})?|\.\d{1,400})([eE][+-]?\d{1,3})?(/\d{1,400})?", re.ASCII
)
#: Options that are handed to the printer.
_PRINTING = ("level", "style", "lang", "numbering", "check")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program on these words (those of the process where none are given).

    Returns:
        The exit code, as the module's description lists them.
    """
    given = sys.argv[1:] if arguments is None else list(arguments)
    debug = "--debug" in given
    try:
        options = _parser().parse_args(_join_text([console.argument(word) for word in given]))
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else USAGE
    except BrokenPipeError:
        _close_quietly()
        return DONE
    except KeyboardInterrupt:
        return _say("interrupted", INTERRUPTED)
    except (SymbpError, OSError) as error:
        if debug:
            raise
        return _say(f"error: {error}", FAILED)
    except (AssertionError, MemoryError, RecursionError) as error:
        if debug:
            raise
        kind = type(error).__name__
        return _say(f"error: {kind}: {error}\n  --debug shows where it happened", FAILED)


# -- words of the command line --------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    """`argparse`, with its messages made safe for the terminal."""

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        # Help goes to standard output, usage errors to standard error.
        if message:
            to_stdout = file is sys.stdout
            console.write(sys.stdout if to_stdout else sys.stderr, message)

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"symbp: error: {message}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="symbp",
        description="Derivatives of systems of equations: derived, simplified, printed, proved.",
        epilog="Exit codes: 0 done or true, 1 failed or false, 2 usage, 3 undecided, "
        "130 interrupted.",
    )
    parser.add_argument("--version", action="version", version=f"symbp {VERSION}")
    _add_debug(parser, default=False)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_derive(commands.add_parser("derive", help="derive gradients and print the derivation"))
    _add_graph(
        commands.add_parser("graph", help="draw what is computed from what, with derivatives")
    )
    _add_compile(commands.add_parser("compile", help="write Numba kernels as a Python file"))
    _add_verify(commands.add_parser("verify", help="prove or refute an equation between formulas"))
    _add_debug(add_train(commands.add_parser("train", help="train the network of a file")))
    _add_debug(add_demo(commands.add_parser("demo", help="derive, solve, compile, train, at once")))
    return parser


def _add_debug(parser: argparse.ArgumentParser, default: Any = argparse.SUPPRESS) -> None:
    parser.add_argument(
        "--debug", action="store_true", default=default, help="show where in symbp an error arose"
    )


def _add_source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-e",
        "--expression",
        metavar="TEXT",
        help="take the system from this text; text without `name = ` is one expression",
    )


def _add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        nargs="?",
        metavar="FILE",
        help="a system (.symbp), a network (.toml), or - for standard input",
    )
    _add_source(parser)
    parser.add_argument("--of", metavar="NAME", help="what to derive; default: the one output")
    parser.add_argument(
        "--wrt", metavar="NAMES", help="by what, as W,b; default: parameters, else inputs"
    )


def _add_compile(parser: argparse.ArgumentParser) -> None:
    _add_model(parser)
    parser.add_argument(
        "--dtype", choices=("float64", "float32"), default="float64", help="type of all numbers"
    )
    parser.add_argument("--no-facts", action="store_true", help="rely on no declared fact")
    parser.add_argument(
        "--cache", action="store_true", help="let Numba keep what it compiles beside the file"
    )
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="where to write; - is standard output"
    )
    _add_debug(parser)
    parser.set_defaults(run=_compile, parser=parser)


def _add_derive(parser: argparse.ArgumentParser) -> None:
    _add_model(parser)
    parser.add_argument(
        "--at", action="append", default=[], metavar="X=2", help="values of scalars to evaluate at"
    )
    parser.add_argument("--level", choices=LEVELS, help="how much to print")
    parser.add_argument("--style", choices=STYLES, help="index or matrix form")
    parser.add_argument("--lang", choices=LANGUAGES, help="language of the reasons")
    parser.add_argument("--numbering", metavar="7.", help="what row numbers begin with")
    parser.add_argument(
        "--check", action="store_true", help="prove every formula again, and say so below"
    )
    parser.add_argument("--to", choices=FORMATS, help="format; default: by suffix of -o, or text")
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="where to write; - is standard output"
    )
    _add_debug(parser)
    parser.set_defaults(run=_derive, parser=parser)


def _add_graph(parser: argparse.ArgumentParser) -> None:
    _add_model(parser)
    parser.add_argument(
        "--at", action="append", default=[], metavar="X=2", help="values of scalars to show"
    )
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="a .svg or .dot file; - is standard output, as SVG"
    )
    _add_debug(parser)
    parser.set_defaults(run=_graph, parser=parser)


def _add_verify(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "words", nargs="+", metavar="SYSTEM CLAIM", help="a system as for derive; left = right"
    )
    _add_source(parser)
    parser.add_argument("--json", metavar="FILE", help="write verdict and evidence as JSON; or -")
    _add_debug(parser)
    parser.set_defaults(run=_verify, parser=parser)


def _join_text(words: list[str]) -> list[str]:
    """Tie `-e` to the word after it, which may begin with a minus sign."""
    joined: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == "--":
            return [*joined, word, *rest]
        following = next(rest, None) if word in ("-e", "--expression") else None
        joined.append(word if following is None else f"--expression={following}")
    return joined


# -- commands -------------------------------------------------------------------------------------


def _model(options: argparse.Namespace, avoid: Sequence[str] = ()) -> tuple[System, Any]:
    """The system that the words name, and what to differentiate by."""
    if (options.file is None) == (options.expression is None):
        options.parser.error("give one of FILE, -e TEXT, or - for standard input")
    wrt = None if options.wrt is None else [name.strip() for name in options.wrt.split(",")]
    avoided = (*(wrt or ()), *avoid)
    return read_model(options.file, options.expression, avoided), wrt


def _compile(options: argparse.Namespace) -> int:
    """`symbp compile`: read, derive, write kernels."""
    system, wrt = _model(options)
    if options.output not in (None, "-") and Path(options.output).suffix.lower() != ".py":
        raise OutputPathError(f"{options.output[:200]!r}: a file of kernels ends in .py")
    facts = () if options.no_facts else None
    kernel = system.compile(options.dtype, options.of, wrt, facts=facts)
    _deliver(kernel.text(cache=options.cache), options.output)
    return DONE


def _derive(options: argparse.Namespace) -> int:
    """`symbp derive`: read, derive, print."""
    _deliver(_printed(_derivation(options), options), options.output)
    return DONE


def _graph(options: argparse.Namespace) -> int:
    """`symbp graph`: read, derive, draw."""
    suffix = ".svg" if options.output in (None, "-") else Path(options.output).suffix.lower()
    if suffix not in GRAPHS:
        raise OutputPathError(
            f"{options.output[:200]!r}: the suffix says no format; use one of {', '.join(GRAPHS)}"
        )
    _deliver(str(_derivation(options).graph(form=suffix[1:])), options.output)
    return DONE


def _derivation(options: argparse.Namespace) -> Derivation:
    """The derivation that the words ask for."""
    at = _values(options.at)
    system, wrt = _model(options, avoid=tuple(at))
    from symbp.facade import derive

    return derive(system, of=options.of, wrt=wrt, at=at or None)


def _verify(options: argparse.Namespace) -> int:
    """`symbp verify`: read, verify, say the verdict."""
    wanted = 1 if options.expression is not None else 2
    if len(options.words) != wanted:
        options.parser.error("give a SYSTEM (or -e TEXT) and one CLAIM, each as one word")
    file = None if options.expression is not None else options.words[0]
    system = read_model(file, options.expression)
    from symbp.facade import verify

    verdict = verify(system, options.words[-1])
    if options.json != "-":
        console.write(sys.stdout, str(verdict))
    if options.json is not None:
        _deliver(verdict.json(), options.json)
    if verdict.true is None:
        return UNDECIDED
    return DONE if verdict.true else FAILED


def _values(words: Sequence[str]) -> dict[str, Fraction]:
    """`X=2` and `X=2,Y=1/3` as exact numbers."""
    found: dict[str, Fraction] = {}
    for pair in (part for word in words for part in word.split(",")):
        name, equals, number = (part.strip() for part in pair.partition("="))
        if not (name and equals and _NUMBER.fullmatch(number)):
            raise ParseError(f"--at wants NAME=NUMBER, as X=2, X=0.5 or X=1/3; got {pair[:80]!r}")
        if name in found:
            raise ParseError(f"--at gives {name!r} twice; keep one")
        above, _, below = number.partition("/")
        if below and not int(below):
            raise ParseError(f"--at divides by zero in {pair[:80]!r}")
        found[name] = Fraction(above) / int(below or 1)
    return found


# -- writing --------------------------------------------------------------------------------------


def _printed(derivation: Derivation, options: argparse.Namespace) -> str:
    """The derivation in the format that `--to` names, or the suffix of the output."""
    form = options.to or ("text" if options.output in (None, "-") else None)
    if form is None:
        suffix = Path(options.output).suffix.lower()
        if suffix not in _SUFFIXES:
            raise OutputPathError(
                f"{options.output[:200]!r}: the suffix says no format; use one of "
                f"{', '.join(_SUFFIXES)}, or --to"
            )
        form = _SUFFIXES[suffix]
    wanted = {name: getattr(options, name) for name in _PRINTING}
    chosen = {name: value for name, value in wanted.items() if value is not None}
    if form == "latex" and options.output not in (None, "-"):
        chosen["document"] = True  # a file compiles as it stands
    if form == "report":  # of the passes, which no level or language changes
        return str(derivation.report())
    return str(getattr(derivation, form)(**chosen))


def _deliver(text: str, place: str | None) -> None:
    """Write to standard output or, whole or not at all, to a file."""
    if place is None or place == "-":
        console.write(sys.stdout, text)
    else:
        write_text(place, text if text.endswith("\n") else f"{text}\n")


def _say(message: str, code: int) -> int:
    """Tell the user on standard error, if there still is one."""
    try:
        console.write(sys.stderr, f"symbp: {message}")
    except BrokenPipeError:
        _close_quietly()
    return code


def _close_quietly() -> None:
    """Point standard output to nothing, so that Python's last flush does not complain."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, sys.stdout.fileno())
    os.close(nothing)
