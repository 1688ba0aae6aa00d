import json
import subprocess
import sys
from pathlib import Path

from symbp.printers.records import SCHEMA, to_json
from tests.printers.ledgers import chain, network
from tests.printers.making import derived

ROOT = Path(__file__).resolve().parents[2]


def test_everything_is_there():
    record = json.loads(to_json(chain()))
    assert record["schema"] == SCHEMA
    assert record["equations"][3] == "D = sqrt(C)"
    step = record["steps"][13]
    assert step["number"] == "1.14"
    assert step["because"]["zh"] == "链式法则，由 (1.7)，约去 2"
    assert step["after"] == "A/(B*sqrt(C))"
    assert record["gradients"]["X"]["equation"] == "dE/dX = A/(B*sqrt(C))"
    assert [c["statement"] for c in record["conditions"]] == ["B > 0", "C > 0"]
    assert record["values"]["X"] == 2.0


def test_facts_and_certificates():
    record = json.loads(to_json(network()))
    assert record["facts"] == ["sum(k, y[k]) = 1"]
    assert record["steps"][0]["certificate"] is None
    assert record["quantities"][0]["axes"] == [{"letter": "i", "extent": "I"}]


def test_numbers_without_a_word_in_json_are_strings():
    text = to_json(derived("A = 1/X; B = A", "B", "X", at={"X": float("inf")}))
    assert json.loads(text)["values"]["X"] == "inf"
    assert "NaN" not in text
    assert "Infinity" not in text


def test_it_may_stand_inside_a_script_element():
    assert "</" not in to_json(network())


def test_same_input_same_text():
    assert to_json(network()) == to_json(network())


def test_no_hash_seed_changes_anything():
    code = (
        "from tests.printers.ledgers import network\n"
        "from symbp.printers.records import to_json\n"
        "from symbp.printers.html import print_html\n"
        "print(to_json(network()), print_html(network()))"
    )
    texts = []
    for seed in ("0", "1"):
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, check=True
        )
        texts.append(done.stdout)
    assert texts[0] == texts[1] != b""
