"""The canonical form of index expressions: equal forms are equal functions, for all sizes.

Read the modules in this order; each has one idea and imports only from those before it:

    budgets          how much work a question may cost
    rationals        coefficients and exponents
    terms            what stands between the brackets of an atom, taken apart into items
    heads            closed, interned heads with numbered slots; atoms; polynomials; the store
    polynomials      products, and the laws that bring them to normal form
    labelling        canonical numbers for bound indices and slots; automorphisms
    templates        closing a polynomial into a head, opening a head, substitution
    ranges           how large an index expression can be
    signs            positivity, and the facts that it rests on
    contents         the primitive part of a polynomial
    brackets         conditions on indices, and how products with them contract
    conditions       conditions on values; two-valued things are pushed out of functions
    primes, powers   roots, absolute values, denominators and the denominator rule
    exponentials     exp, log and symbolic powers as exponent arithmetic
    functions        the few opaque functions that remain
    sums             flatten, sift, link, split into components
    reductions       products, maxima and minima over indices
    declarations     quantities, and what facts say of them
    tables           the table of one claim or document: which law looks after which kind

    substitution, evaluation, clearing                       operations on forms
    treesigns, reader, writer                                nodes in, nodes out

There is no SymPy here, and nothing is ever concluded from "the form is not zero": equal things may
have different forms, different things never have equal ones.
"""
