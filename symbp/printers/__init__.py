"""Printers: readings of the ledger as LaTeX, Markdown, HTML, text, records and graphs.

In reading order:

    phrases, sentences           all words, in two languages
    notation, naming, signs      names, derivatives, index letters, signs: decided on the tree
    boxes                        the presentation language: what stands where, no syntax yet
    composing, indexing, functions, setting     expressions to boxes: brackets, fractions, scripts
    matrices, matrixforms        the matrix form of an equation in indices
    numbering, values, headers, layout          a ledger to a document: header, rows, conditions
    latexmath, latexrows, latex; mathml, html; markdown; textmath, text; records; graph, drawing

A printer reads the ledger and nothing else, and changes nothing in it.
"""
