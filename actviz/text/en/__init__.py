"""English, which the other languages are translated from."""
