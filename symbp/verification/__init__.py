"""Claims about a system, and verdicts on them: proved, refuted with a witness, or neither.

Read the modules in this order; each imports only from those before it:

    verdicts      what comes out
    claims        a claim with its shapes, read from text
    points        values of the given quantities, chosen so that the facts hold
    costs         what evaluating costs, in elements
    theories      the definitions that a proof may open: forward and adjoint equations
    experiments   a system evaluated at a point; derivatives by differences of its values
    benches       the experiments of one system, each made once
    witnesses     the refuter: a point at which the two sides differ, made small
    forms         canonical forms evaluated at an experiment
    proofs        the ladder on the canonical form
    locks         the second lock: a proof's forms against the interpreter
    domains       where a claim is made, and what the claimed side asks for
    grounds       whether the claimed side has a value wherever the claim is made
    hypotheses    the one further fact under which a false claim is true
    deciding      the order of all this
    checker       the same machinery turned on the derivations of symbp itself

A proof has two locks: the canonical difference is zero, and both canonical forms evaluate to what
the interpreter gives, with derivatives found by differences of its values. Nothing is ever
concluded from a form that is not zero.
"""
