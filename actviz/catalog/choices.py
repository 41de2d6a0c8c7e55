"""Settings that are one of a few names, as plain values: the command line reads them without loading numpy."""

DTYPES = ("float32", "float64")
NORMS = (None, "batch", "batch_after", "layer", "layer_after", "rms", "rms_after")
"""Each kind of normalization in both places: as it is named *pre*, with ``_after`` *post*."""
NORM_KINDS = ("batch", "layer", "rms")
PLACES = ("pre", "post")
BLOCKS = ("plain", "residual")
DEPTH_SCALE = "1/sqrt(L)"
"""Scale of a residual branch in a stack of L blocks."""
DRIVES = ("cotangent", "cross_entropy")
SEVERITIES = ("mild", "marked", "severe")
