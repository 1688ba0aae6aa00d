"""The record of a derivation: rows, reasons, workings and reports."""
