import json

from symbp.verification.verdicts import TRUTH, Verdict

WITNESS = {"values": {"x": [0, 1], "W": 2}, "at": [1], "correct": 0.5, "claimed": -0.5}


def test_truth_follows_from_the_word():
    assert {word: Verdict(word).true for word in TRUTH} == {
        "proved": True,
        "refuted": False,
        "holds_if": False,
        "holds_except": False,
        "undecided": None,
    }


def test_a_proof_prints_its_facts_and_its_domain():
    made = Verdict("proved", ("domain: B > 0", "sum(k, y[n,k]) = 1"), everywhere=True)
    assert str(made) == "proved, for all sizes, by sum(k, y[n,k]) = 1, where B > 0"
    assert str(Verdict("proved")) == "proved"


def test_a_refutation_prints_its_witness():
    made = Verdict("refuted", witness=WITNESS)
    assert str(made) == (
        "refuted: at x = [0, 1], W = 2 entry [1] the claimed side gives -0.5, correct is 0.5"
    )
    missing = Verdict("refuted", witness={**WITNESS, "at": [], "claimed": None})
    assert str(missing).endswith("the claimed side has no value, correct is 0.5")
    assert str(Verdict("refuted", reason="the shapes disagree")) == "refuted: the shapes disagree"


def test_large_constant_tensors_print_as_one_number():
    values = {"W": [[0, 0, 0], [0, 0, 0], [0, 0, 0]], "y": [1, 0]}
    made = Verdict("refuted", witness={**WITNESS, "values": values})
    assert str(made).startswith("refuted: at W = 0, y = [1, 0] entry")


def test_long_values_are_cut():
    values = {"x": list(range(200))}
    assert len(str(Verdict("refuted", witness={**WITNESS, "values": values}))) < 250


def test_conditions_of_the_other_verdicts():
    made = Verdict("holds_if", ("domain: s > 0", "y: simplex(k)"), witness=WITNESS)
    assert str(made).startswith("holds only if y: simplex(k), where s > 0; at x = ")
    assert str(Verdict("holds_except", ("x != 0",))) == "holds only where x != 0"
    # the kink is where the claim is made, and what it needs besides
    made = Verdict("holds_except", ("domain: x != 0", "x != 0"))
    assert str(made) == "holds only where x != 0"
    assert str(Verdict("undecided", reason="too large")) == "undecided: too large"


def test_json_has_the_fields_of_the_claims_file():
    made = Verdict("refuted", witness=WITNESS, sizes=({"N": 2},), claim="a = b")
    read = json.loads(made.json())
    assert list(read) == [
        "claim", "verdict", "true", "method", "conditions", "sizes", "witness", "defect", "reason",
    ]  # fmt: skip
    assert read["true"] is False
    assert read["witness"] == WITNESS
    assert read["sizes"] == [{"N": 2}]


def test_numbers_are_printed_so_that_they_differ():
    made = Verdict("refuted", witness={**WITNESS, "correct": -1000002, "claimed": -1000000})
    assert str(made).endswith("gives -1000000, correct is -1000002")
