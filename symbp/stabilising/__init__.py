"""Moves from the author's spelling to one that neither overflows nor cancels, each proved equal."""
