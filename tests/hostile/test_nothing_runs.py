"""Nothing of a text runs: watched from below, by the interpreter's own audit events.

In a process of its own, since an audit hook stays for good and is asked on every event.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

WATCHER = """
import json, sys
import symbp as sb
from symbp.cli import main

STARTS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "socket.connect")
seen, reading = [], []

def watch(event, arguments):
    if not reading or event == "builtins.id":
        return
    if event in STARTS:
        seen.append([event, reading[0]])
    elif event == "compile" and isinstance(arguments[0], (str, bytes)):
        source = arguments[0] if isinstance(arguments[0], str) else arguments[0].decode("latin-1")
        if len(reading[0]) > 3 and reading[0] in source:
            seen.append([event, reading[0]])
    elif event == "open" and len(str(arguments[0])) > 3 and str(arguments[0]) in reading[0]:
        seen.append([event, reading[0]])

def read(text):
    reading[:] = [text]
    try:
        model = sb.System()
        model.let("result", text)
    except sb.SymbpError:
        pass
    try:
        sb.System(text)
    except sb.SymbpError:
        pass
    reading.clear()

sys.addaudithook(watch)
for text in json.load(sys.stdin):
    read(text)
own = len(seen)
reading[:] = ["1 + 1 + 1"]
eval("1 + 1 + 1")
open("/dev/null").close()
reading[:] = ["x /dev/null"]
open("/dev/null").close()
json.dump({"seen": seen[:own], "control": len(seen) - own}, sys.stdout)
"""

MEANT_BADLY = [
    "__import__('os').system('id')",
    "eval('open(1)')",
    "().__class__.__bases__[0].__subclasses__()",
    "exec(open('/etc/hostname').read())",
    "os.system('id')",
    "sum(x for x in open('/etc/hostname'))",
    "A = __import__('os').getpid()",
    "@x",
    "`id`",
    "$(id)",
    "%run /etc/hostname",
    "!id",
]


def test_nothing_of_a_text_is_compiled_started_or_opened():
    rows = json.loads(Path(__file__).with_name("cases.json").read_text("utf-8"))
    texts = [row["text"] for row in rows if row["surface"] == "expr" and "text" in row]
    done = subprocess.run(
        [sys.executable, "-c", WATCHER],
        input=json.dumps([*texts, *MEANT_BADLY]),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["seen"] == []
    assert told["control"] == 2, "the watcher does not see what it should"
