"""What is told of a PyTorch model beside the statistics of its layers: outliers, learning, outputs, attention."""

from __future__ import annotations

from actviz.results.gates import OF_GATES

OF_OUTLIERS = {
    "kurtosis": (
        "kurtosis of activations",
        "E[h^4] / E[h^2]^2 over samples and units: 3 of normal values, 1 of equal ones",
    ),
    "peak": ("largest activation, relative to the RMS", "largest |h| over the root mean square of h"),
    "unit_peak": ("loudest unit, relative to the RMS", "root mean square of the loudest unit's h over that of all h"),
}
"""Label and definition of what is told of outliers in a model's layers, by variable name."""

TWICE = 0.5
"""What ``learns`` is of a layer that does, but for two factors inside it that are both 0."""

OF_LEARNING = {
    "learns": (
        "whether it learns",
        "1 where the layer's weights have a gradient, or will once zeros behind it have grown that have one "
        "themselves; 1/2 where queries and keys of attention in one call are both 0, so that these never have one; "
        "else 0; NaN where none is asked for",
    ),
    "distinct_gradients": (
        "units that learn apart",
        "groups of units, of one weight and one gradient of it each; NaN where no two units have the same weights",
    ),
} | OF_GATES
"""Label and definition of what a model's layers do at the first step, by variable name."""

OF_OUTPUT = {
    "output_loss": (
        "first loss / that of guessing",
        "cross-entropy of random labels over the head's values, divided by the logarithm of their number; of sigmoids "
        "the binary one about each unit's mean; the largest of several heads; NaN of a head under other functions",
    ),
    "output_spread": (
        "share of the outputs' spread that is over samples",
        "standard deviation of the outputs over samples at each position, over that over samples and positions, root "
        "mean squares over units; the least of several outputs; known where inputs come to the outputs by what weighs "
        "other values alone, as a generator's do, and these have several positions",
    ),
    "head_spread": (
        "spread over samples of what heads are given",
        "standard deviation over samples at each position and unit, over the root mean square of all, relative to that "
        "of the inputs; the least of several heads; NaN where samples are not along the first axis",
    ),
}
"""Label and definition of what is told of a model's outputs, by variable name."""

OF_ATTENTION = {
    "attention_entropy": (
        "entropy of the attention",
        "entropy of a softmax over its keys, over that of equal ones, averaged over rows of two keys and more",
    ),
    "attention_logit": ("largest logit", "largest magnitude of a softmax's logits that are not masked"),
    "attention_slope": (
        "slope of the softmax",
        "1 - sum p^2 over 1 - 1 / n, its largest, for n keys with shares p: 1 for equal ones, 0 where one has all",
    ),
    "attention_saturated": (
        "saturated share of the softmax",
        "share of rows in which 1 - sum p^2 is below 5 % of its largest",
    ),
    "attention_kurtosis": (
        "kurtosis of the logits",
        "E[d^4] / E[d^2]^2 over a head's logits that are not masked, d what one differs by from the mean of its row",
    ),
    "attention_peak": (
        "largest logit, relative to the RMS",
        "largest |d| over the root mean square of d, what a head's logits differ by from the mean of their row",
    ),
}
"""Label and definition of what is told of every softmax and head, by variable name."""
