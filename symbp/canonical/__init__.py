"""The canonical form of index expressions: equal forms are equal functions, for all sizes.

Read the modules in this order; each has one idea and imports only from those before it:

    budgets        how much work a question may cost
    terms          what stands between the brackets of an atom
    heads          closed, interned heads with numbered slots; atoms; the store that holds them
    polynomials    sums of coefficient x product of atoms with rational exponents
    labelling      canonical numbers for bound indices and slots; automorphisms
    templates      closing a polynomial into a head, opening a head, substitution
    ranges         how large an index expression can be
    signs          positivity
    conditions     brackets: indices first, then values; two-valued things are pushed out
    powers         roots, primitive parts, denominators
    exponentials   exp, log and symbolic powers as exponent arithmetic
    functions      the few opaque functions that remain
    sums           flatten, sift, split into components
    laws           which law looks after which kind of atom
    tables         the table of one claim or document
    substitution, differentiation, evaluation, clearing      operations
    reader, writer                                           nodes in, nodes out

There is no SymPy here, and nothing is ever concluded from "the form is not zero": equal things may
have different forms, different things never have equal ones.
"""
