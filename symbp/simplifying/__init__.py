"""The search for the form in which a textbook writes an expression."""
