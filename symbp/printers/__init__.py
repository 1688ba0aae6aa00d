"""Printers: readings of the ledger as LaTeX, Markdown, HTML, text, records and graphs.

    boxes       the presentation language: what stands where on the page, no strings yet
    phrases     reasons and headings, in two languages
    notation    names, subscripts, order of factors and terms, which sign of derivative
    setting     expressions to boxes: brackets and fractions are decided here
    layout      a ledger to a document: header, sections, numbered rows, conditions
    latex, html boxes to LaTeX and to MathML;  text, markdown, records, graph  the other forms

A printer reads the ledger and nothing else, and changes nothing in it.
"""
