"""From equations to stand-alone Numba modules: loop nests, lowering, emission, loading."""
