"""The program in processes of its own: bad words, closed pipes, no home, an old locale."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BARE = {"PATH": os.defpath, "PYTHONPATH": str(ROOT)}


def nothing_to_derive(run):
    done = run("derive")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("usage: symbp derive")


def name_that_does_not_occur(run):
    done = run("derive", "-e", "x**2", "--wrt", "y")
    assert (done.returncode, done.stdout) == (1, "")
    assert "'y' does not occur" in done.stderr


def unknown_option(run):
    done = run("compile", "-e", "x**2", "--dtype", "float128")
    assert (done.returncode, done.stdout) == (2, "")
    assert "float32" in done.stderr
    assert "float64" in done.stderr
    listed = run("derive", "-e", "x**2", "--to", "pdf")
    assert (listed.returncode, listed.stdout) == (2, "")
    assert "latex" in listed.stderr


def closed_output(_):
    # The reader goes before anything is written.
    words = [sys.executable, "-m", "symbp", "derive", "-e", "A = X + 1; B = A^2"]
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        words, stdout=writing, stderr=subprocess.PIPE, cwd=ROOT, env=BARE, check=False
    )
    os.close(writing)
    assert done.stderr == b""
    assert done.returncode == 0


def no_home(run, folder):
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    done = run("derive", "-e", "x^2", cwd=folder, env={})
    folder.chmod(stat.S_IRWXU)
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    assert "2*x" in done.stdout
    assert not list(folder.iterdir())


def old_locale(run):
    old = {"PYTHONUTF8": "0", "LANG": "C", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}
    done = run("derive", "-e", "σ = exp(θ)", "--at", "θ=1", env=old)
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()
    assert "dsigma/dtheta" in done.stdout
    failed = run("derive", "-e", "σ = exp(θ", env=old)
    assert failed.returncode == 1
    assert failed.stderr.isascii()


@pytest.mark.surface("cli")
def test_command_line(case, run_symbp, tmp_path):
    calls = {
        "cli-001": nothing_to_derive,
        "cli-002": name_that_does_not_occur,
        "cli-005": unknown_option,
        "cli-007": closed_output,
        "cli-009": lambda run: no_home(run, tmp_path),
        "cli-010": old_locale,
    }
    calls[case["id"]](run_symbp)


def test_help_with_a_closed_output_is_quiet():
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "symbp", "--help"],
        stdout=writing,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env=BARE,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")
