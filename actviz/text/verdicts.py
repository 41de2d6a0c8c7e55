"""Words of verdicts: what was found, what helps, and the thresholds with their reasons."""

VERDICTS: dict[str, dict[str, str]] = {
    "verdict.healthy": {"en": "healthy"},
    "verdict.healthy.short": {"en": "ok"},
    "verdict.overflowed": {"en": "overflowed"},
    "verdict.overflowed.short": {"en": "overfl."},
    "verdict.dead": {"en": "dead"},
    "verdict.dead.short": {"en": "dead"},
    "verdict.symmetric": {"en": "symmetric"},
    "verdict.symmetric.short": {"en": "symm."},
    "verdict.saturated": {"en": "saturated"},
    "verdict.saturated.short": {"en": "satur."},
    "verdict.collapsed": {"en": "collapsed"},
    "verdict.collapsed.short": {"en": "coll."},
    "verdict.exploding": {"en": "exploding"},
    "verdict.exploding.short": {"en": "expl."},
    "verdict.vanishing": {"en": "vanishing"},
    "verdict.vanishing.short": {"en": "vanish"},
    "finding.overflowed.signal": {"en": "from layer {layer} on activations are inf or NaN"},
    "finding.overflowed.gradient": {"en": "on its way back the gradient is inf or NaN from layer {layer} down"},
    "finding.dead.silent": {"en": "every activation is exactly 0 from layer {layer} on, and no weight has a gradient"},
    "finding.dead.flat": {"en": "{share} of the units of layer {layer} are flat for every sample"},
    "finding.dead.gradient": {"en": "the gradient is exactly 0 from layer {layer} down: only layers above can learn"},
    "finding.dead.gradient_all": {"en": "the gradient is exactly 0 in every layer: nothing can learn"},
    "finding.dead.faded": {"en": "the signal has faded to nothing, so that the gradient is exactly 0"},
    "finding.symmetric": {"en": "the units of layer {layer} are all identical, so they learn the same"},
    "finding.saturated": {"en": "up to {share} of a layer's activations are where the slope is nearly 0"},
    "finding.collapsed.faded": {
        "en": "the signal fades to one spike: over samples a unit varies by {value} of what the input does"
    },
    "finding.collapsed.alike": {
        "en": "samples can no longer be told apart, however broad the histogram: a unit varies by {value} of what the "
        "input does"
    },
    "finding.exploding.gradient": {
        "en": "the gradient grows on its way back to {value} times its size at the last layer ({rate}-fold in mean "
        "square a layer)"
    },
    "finding.exploding.signal": {"en": "the signal grows: over samples a unit varies {value} times as the input does"},
    "finding.vanishing": {
        "en": "the gradient falls on its way back to {value} of its size at the last layer ({rate}-fold in mean square "
        "a layer)"
    },
    "note.falls": {
        "en": "the gradient falls {factor}-fold over {depth} layers, {rate}-fold in mean square a layer: not vanishing "
        "yet, but it would in a deeper stack"
    },
    "note.grows": {
        "en": "the gradient grows {factor}-fold over {depth} layers, {rate}-fold in mean square a layer: not exploding "
        "yet, but it would in a deeper stack"
    },
    "note.falls_slowly": {"en": "slow decay: the gradient falls {factor}-fold over {depth} layers"},
    "note.grows_slowly": {"en": "slow growth: the gradient grows {factor}-fold over {depth} layers"},
    "note.no_gradient": {
        "en": "no gradient was measured in any layer: the verdict is about the way forward alone (is the output "
        "cut off from its weights, by no_grad, detach or argmax?)"
    },
    "note.alike": {"en": "samples grow alike: mean cosine {cosine} at layer {layer}"},
    "note.few": {"en": "{verdict} in {seeds} of {of} seeds: {message}"},
    "remedy.random": {"en": "draw the weights at random, so that units differ:"},
    "remedy.centred": {"en": "centre the weights at 0:"},
    "remedy.named": {"en": "{init}, weight variance {variance} / fan_in (std {std} at fan_in {fan_in}, gain {gain})"},
    "remedy.unnamed": {"en": "a weight variance of {variance} / fan_in (std {std} at fan_in {fan_in}, gain {gain})"},
    "remedy.nearest": {
        "en": "a weight variance of {variance} / fan_in (std {std} at fan_in {fan_in}, gain {gain}; {init}, "
        "{own} / fan_in, is nearest)"
    },
    "remedy.instead": {"en": " instead of {current} / fan_in"},
    "remedy.critical": {"en": "use {target}, which makes {activation} critical."},
    "remedy.unit": {"en": "use {target}, which keeps the signal of {activation}, and nearly its gradient."},
    "remedy.level": {"en": "use {target}, which levels the gradient of {activation} over {depth} layers."},
    "remedy.tried": {
        "en": "use {target}, under which trial stacks of width {width} are healthy; over {depth} layers of "
        "{activation} a few percent more explode and a few less fade, so fewer layers, skip connections or batch "
        "normalization are safer."
    },
    "remedy.closest": {
        "en": "use fewer layers, skip connections or batch normalization: no weight scale keeps {activation} level "
        "over {depth} layers for sure; {target} comes closest, under which most trial stacks of width {width} are "
        "healthy."
    },
    "remedy.unsteady": {
        "en": "use fewer layers, skip connections or batch normalization: no weight scale keeps {activation} level "
        "over {depth} layers for sure."
    },
    "remedy.depth": {
        "en": "use fewer or wider layers, skip connections or batch normalization: the weight scale is right for "
        "{activation}."
    },
    "remedy.cut": {
        "en": "See what stands right behind that layer: detach(), no_grad(), rounding, or weights that are all 0 "
        "let no gradient through."
    },
    "remedy.undefined": {
        "en": "See what that layer is given: the layer before is of ordinary size, so a function is undefined there "
        "(the logarithm or root of a negative number, 0 / 0), and no weight scale is to blame."
    },
    "remedy.inputs": {"en": "Scale the inputs to a root mean square of 1; it is {size} now."},
    "remedy.none": {
        "en": "no weight scale suits {activation}, which vanishes below and saturates above: use tanh with {tanh}, or "
        "batch normalization."
    },
    "remedy.norm": {
        "en": "under batch normalization the weight scale has no effect: use fewer layers, or skip connections."
    },
    "remedy.any_scale": {"en": "under batch normalization at any scale, for example lecun_normal."},
    "remedy.smaller": {
        "en": "use smaller weights: actviz.theory.critical_points, given the function {activation}, has the variance; "
        "if it is a step, no weights give it a slope: use a function that has one."
    },
    "remedy.own": {
        "en": "use the weight variance that actviz.theory.critical_points finds for the function {activation}; "
        "if it is a step, no weights give it a slope: use a function that has one."
    },
    "threshold.agree": {"en": "share of the seeds that must show a fault: half, so that no single network decides"},
    "threshold.nonfinite": {"en": "share of a layer's activations that may be inf or NaN: none"},
    "threshold.zero_fraction": {"en": "share of exact zeros from which on a layer is silent: all, since half is ReLU"},
    "threshold.distinct_units": {"en": "number of distinct units up to which a layer of more units is symmetric"},
    "threshold.saturated": {
        "en": "share of saturated values, under a bounded activation: most; hard tanh has 48 % under He"
    },
    "threshold.saturated_one_sided": {
        "en": "share of saturated values, under other activations: nearly all, since ReLU and its kin rest at 50 %"
    },
    "threshold.dead_units": {
        "en": "share of a layer's units that are flat for every sample: nearly all; deep He + ReLU has up to 65 %"
    },
    "threshold.grad_zero": {"en": "share of exact zeros from which on a layer has no gradient: all"},
    "threshold.collapsed": {
        "en": "per-unit spread over samples, relative to the input's, below which a layer may be collapsed; deep "
        "He + ReLU comes down to 0.03"
    },
    "threshold.faded": {
        "en": "standard deviation of a collapsed layer's activations below which they are one spike, as wide as one of "
        "thirty bins on (0, 1)"
    },
    "threshold.alike": {"en": "mean cosine of two samples from which on a layer of small spread is collapsed"},
    "threshold.exploding": {
        "en": "norm of the gradient, relative to the last layer's, or spread of the signal, relative to the input's: "
        "30, about 1000 in mean square, which takes 7 of the theory's depth scales"
    },
    "threshold.vanishing": {"en": "norm of the gradient, relative to the last layer's: 1/30, as for exploding"},
    "threshold.slow": {"en": "factor from which on a smaller change of the gradient is noted"},
    "threshold.underflow": {
        "en": "size below which a 0 in the next layer is underflow, not a dead layer; float32 ends at 1e-45"
    },
}
