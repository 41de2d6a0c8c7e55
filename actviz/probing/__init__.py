"""A stack, what is measured of it, and the one recorder: ``probe()``."""
