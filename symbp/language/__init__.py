"""Front ends that read: safe parsers of our own for plain text and for NumPy syntax.

Read the modules in this order; each imports only from those before it:

    limits         how much a text may contain
    sources        a text, places in it, and every message about them
    lexer          text into tokens
    syntax         the syntax tree, and the loop that parsing and resolving run in
    reading        tokens into syntax trees: operators by binding power
    scopes         what a name stands for
    derivatives    dL/dz[n,k] in claims
    constants      values and domains of what is constant
    indexing       syntax into index expressions
    meaning        syntax into nodes
    calls          functions, and sums, products, means, maxima over indices
    statements     declarations, facts and equations, as syntax
    factlines      facts, as words and as identities
    declaring      statements into the builder
    text           the three ways in: an expression, a system, a claim
    numpy_reading  NumPy syntax, as syntax
    numpy_shapes   arrays by NumPy's rules of broadcasting; letters
    numpy_axes, numpy_indexing     what moves axes
    numpy_meaning, numpy_calls     NumPy syntax into arrays
    numpy_syntax   the way in: an expression and its shapes into equations

Nothing a user types is ever evaluated as Python, and no function recurses on the depth of a text.
"""
