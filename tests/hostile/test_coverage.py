"""Every case of the shared collection stands here, or in the list of what does not exist yet."""

import json
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SHARED = HERE.parents[2] / "shared" / "hostile" / "hostile-inputs.json"

#: Surfaces that this version does not have, or whose cases are situations set up by hand elsewhere.
SURFACES_TO_COME = {
    "cache": "set up by hand in tests/kernels/test_loader.py",
    "csv_output": "no table is written as CSV",
    "data_csv": "no data are read from files",
    "distributed": "nothing runs in several processes",
    "file_npz": "in tests/hostile/test_weights_and_training.py",
    "file_weights": "in tests/hostile/test_weights_and_training.py",
    "latex": "there is no reader for LaTeX",
}

#: Cases whose surface exists, and which speak of a part of it that does not.
CASES_TO_COME = {
    "array-002": "in tests/hostile/test_weights_and_training.py",
    "array-021": "nothing takes an array to write into",
    "array-026": "in tests/hostile/test_weights_and_training.py",
    "num-015": "in tests/hostile/test_weights_and_training.py",
    "shape-004": "in tests/hostile/test_weights_and_training.py",
}


def our_cases():
    return json.loads((HERE / "cases.json").read_text("utf-8"))


def shared_cases():
    if not SHARED.exists():
        pytest.skip("the shared collection does not stand beside this repository")
    return json.loads(SHARED.read_text("utf-8"))["cases"]


def test_no_case_is_missing():
    ours = {case["id"] for case in our_cases()}
    missing = [
        case["id"]
        for case in shared_cases()
        if case["surface"] not in SURFACES_TO_COME
        and case["id"] not in CASES_TO_COME
        and case["id"] not in ours
    ]
    assert not missing


def test_cases_say_what_the_collection_says():
    shared = {case["id"]: case for case in shared_cases()}
    for case in our_cases():
        theirs = shared[case["id"]]
        assert case["outcome"] == theirs["outcome"], case["id"]
        assert case.get("error") == theirs.get("error"), case["id"]
        assert case.get("mentions") == theirs.get("must_mention"), case["id"]
        assert case["seconds"] == theirs["max_seconds"], case["id"]
        if "text" in case:
            assert case["text"] == theirs["input"], case["id"]


def test_each_case_stands_once_and_is_not_put_off():
    ids = [case["id"] for case in our_cases()]
    assert len(ids) == len(set(ids)) > 100
    assert not [i for i in ids if i in CASES_TO_COME]
    assert not [c["id"] for c in our_cases() if c["surface"] in SURFACES_TO_COME]
