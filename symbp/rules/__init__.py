"""Tables of rewriting rules, one family a module."""
