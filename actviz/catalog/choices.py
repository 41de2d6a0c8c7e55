"""Settings that are one of a few names, as plain values: the command line reads them without loading numpy."""

DTYPES = ("float32", "float64")
NORMS = (None, "batch", "batch_after")
DRIVES = ("cotangent", "cross_entropy")
SEVERITIES = ("mild", "marked", "severe")
