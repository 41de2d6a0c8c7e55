"""Words of the figures of a probe: what each is, its title, how to read it, its panels, notes and recipe."""

LAYERS: dict[str, dict[str, str]] = {
    "histograms.about": {"en": "activations of each layer, by initializer, for one activation function"},
    "histograms.title": {"en": "Where the activations go: {activation}"},
    "histograms.title_book": {"en": "Where the activations go: {activation}, from {low} to {high}"},
    "histograms.read": {
        "en": "Healthy: every layer keeps a broad shape. Sick: one spike (collapsed), or all mass at the ends "
        "(saturated). Each panel is scaled to its own tallest bar."
    },
    "histograms.read_log": {
        "en": "Logarithmic axis. Healthy: the shape stays. Moving left it fades, right it explodes. Each panel is "
        "scaled to its tallest bar. Bar at the left edge: exact zeros, full height for 100 %."
    },
    "histograms.read_signed": {
        "en": "Axis logarithmic both ways from 0. Healthy: the shape stays. Moving inward it fades, outward it "
        "explodes. Each panel is scaled to its tallest bar. Bar in the middle: exact zeros."
    },
    "histograms.read_book": {
        "en": "The textbook's view: equal bins on a fixed range. What falls outside is not drawn: its share is "
        "written above the panel. Each panel is scaled to its own tallest bar."
    },
    "ridges.about": {"en": "one pairing through a deep stack: its activations, and what becomes of gradients"},
    "ridges.title": {"en": "{init} with {activation}, {depth} layers"},
    "ridges.title_one": {"en": "{init} with {activation}, 1 layer"},
    "ridges.read": {
        "en": "Each column is a layer's distribution, {shade} where most values are. Healthy: the same picture from "
        "first to last layer, and a level gradient."
    },
    "ridges.read_log": {
        "en": "Each column is a layer's distribution of nonzero values, {shade} where most are, on a logarithmic axis. "
        "Healthy: a level band and a level gradient."
    },
    "ridges.outside": {"en": "from layer {layer}: up to {share} outside this range"},
    "ridges.overflow": {"en": "from layer {layer}: overflow"},
    "signal.about": {"en": "mean, standard deviation and saturated share of the activations, layer by layer"},
    "signal.title": {"en": "How the signal travels"},
    "signal.read": {
        "en": "Healthy: a level standard deviation. Falling, the signal fades; rising, it explodes. At 100 % "
        "saturated nothing learns; ReLU rests at 50 %."
    },
    "gradients.about": {"en": "size of the gradients layer by layer, and their distribution at both ends"},
    "gradients.title": {"en": "How the gradient travels back"},
    "gradients.read": {
        "en": "Read from right to left, as the gradient travels: where RMS of ∂L/∂z is level, it reaches the first "
        "layer intact; falling to the left it vanishes, rising it explodes."
    },
    "saturation.about": {"en": "initializer by activation: saturation, signal and gradient at the end of the stack"},
    "saturation.title": {"en": "Which pairings saturate, fade or explode"},
    "saturation.read": {
        "en": "Healthy: far from all saturated (ReLU rests at 50 %), a standard deviation that is not lost, a gradient "
        "change near 0 decades (+1: ten times larger at layer 1 than at layer {depth})."
    },
    "saturation.verdicts": {"en": "Below: the verdict."},
    "saturation.saturated": {"en": "saturated share, layer {depth}"},
    "saturation.act_std": {"en": "standard deviation, layer {depth}"},
    "saturation.attenuation": {"en": "gradient change, decades"},
    "collapse.about": {"en": "whether samples, and the units of a layer, can still be told apart"},
    "collapse.title": {"en": "Can samples, and units, still be told apart?"},
    "collapse.read": {
        "en": "Similarity 1: all samples look alike to the layer. Spread falling: so will they soon. Distinct units "
        "far below 100 %: units compute the same and learn the same."
    },
    "overview.about": {"en": "a few telling pairings side by side, on one slide"},
    "overview.title": {"en": "How a network starts decides what can be learned"},
    "overview.read": {
        "en": "Top: activations, layer by layer, unbounded ones on a logarithmic axis. Middle: size of the gradient. "
        "Healthy: a broad shape that stays, and a level gradient."
    },
    "overview.std": {"en": "std, last layer"},
    "overview.saturated": {"en": "saturated"},
    "overview.attenuation": {"en": "gradient at layer 1"},
    "overview.units": {"en": "distinct units"},
    "overview.none": {"en": "none"},
    "overview.times": {"en": "× {value}"},
    "phase.about": {"en": "depth that signal and gradient reach over sigma_w, with theory's critical line"},
    "phase.title": {"en": "How deep signal and gradient reach: {activation}"},
    "phase.read": {
        "en": "Healthy: a signal that keeps its colour, a gradient that stays pale. Each column is a stack; its point "
        "says how deep six depth scales reach. At the critical σ_w theory puts no end to it."
    },
    "phase.read_biases": {
        "en": "Each cell is a stack, {shade} where six of its depth scales are its {depth} layers or more. Along the "
        "critical line theory puts no end to it. Blank: nothing to fit."
    },
    "phase.signal": {"en": "signal: distance from rest"},
    "phase.gradient": {"en": "gradient: change of its RMS"},
    "phase.signal_depth": {"en": "signal: depth reached"},
    "phase.gradient_depth": {"en": "gradient: depth reached"},
    "phase.point": {"en": "depth reached, and its seeds"},
    "phase.beyond": {"en": "deeper than the stack"},
    "phase.overflow": {"en": "overflow"},
    "phase.zero": {"en": "exactly 0"},
    "phase.endless": {"en": "theory: 6 ξ is infinite"},
    "phase.above": {"en": "theory: 6 ξ is deeper than the stack"},
    "phase.curve": {"en": "theory: 6 ξ"},
    "phase.critical": {"en": "theory: critical σ_w"},
    "phase.contour": {"en": "theory: 6 ξ = {depth} layers"},
    "phase.critical_line": {"en": "theory: critical line"},
    "phase.at": {"en": "critical: {value}"},
    "phase.all_layers": {"en": "≥ {depth}"},
    "phase.at_rest": {
        "en": "Not measured: independent samples start at the correlation at which they rest, and all that would be "
        "seen is noise. Probe with --inputs correlated:0.5, and the way back to rest is seen."
    },
    "figure.needs_probe": {
        "en": "needs a probe's result; of a training, a snapshot is one: `--snapshot STEP`, or actviz.snapshot"
    },
    "shade.brightest": {"en": "brightest"},
    "shade.darkest": {"en": "darkest"},
    "axis.layer": {"en": "layer"},
    "axis.layers_back": {"en": "layers back"},
    "axis.sigma_w": {"en": "σ_w, scale of the weights"},
    "axis.sigma_b": {"en": "σ_b, scale of the biases"},
    "layer": {"en": "layer {layer}"},
    "layers": {"en": "layers {layers}"},
    "activation": {"en": "activation"},
    "act_mean": {"en": "mean"},
    "act_std": {"en": "standard deviation"},
    "saturated": {"en": "saturated share"},
    "grad_preact_rms": {"en": "RMS of ∂L/∂z"},
    "grad_weight_norm": {"en": "norm of ∂L/∂W"},
    "grad_hist": {"en": "|∂L/∂z|: layers 1 and {depth}"},
    "grad_hist.first": {"en": "filled: layer 1"},
    "grad_hist.last": {"en": "outline: layer {depth}"},
    "grad_hist_one": {"en": "|∂L/∂z| at layer 1"},
    "similarity": {"en": "similarity of samples"},
    "unit_spread": {"en": "spread over samples"},
    "distinct_units": {"en": "distinct units"},
    "panel.std": {"en": "std {value}"},
    "panel.zeros": {"en": "{share} zeros"},
    "panel.all_zero": {"en": "all zero"},
    "panel.overflow": {"en": "overflow"},
    "panel.part_overflow": {"en": "{share} overflowed"},
    "panel.outside": {"en": "{share} outside"},
    "panel.none_first": {"en": "none at layer 1"},
    "mark.overflow": {"en": "× overflow"},
    "mark.zero": {"en": "○ at the foot: exactly 0"},
    "mark.apart": {"en": "points set apart sideways"},
    "mark.undefined": {"en": "undefined: {names}"},
    "mark.several": {"en": "{number} initializers"},
    "theory.line": {"en": "theory"},
    "theory.band": {"en": "95 % of seeds"},
    "theory.none": {"en": "no theory: {names}"},
    "theory.ends": {"en": "theory ends where seeds differ too much"},
    "theory.z": {"en": "z"},
    "theory.unbounded": {
        "en": "not critical: gradients keep their size, but the length of the signal grows without end"
    },
    "theory.z_value": {"en": "z {value}"},
    "theory.read_outline": {"en": "Dots: theory; z: measured std against it."},
    "theory.read": {"en": "Dots: theory. Strips: z-score of the difference, shaded to ±3."},
    "theory.read_some": {"en": "Dots ({names}): theory. Strips: z-score, shaded to ±3."},
    "recipe.samples": {"en": "{number} samples"},
    "recipe.samples_one": {"en": "1 sample"},
    "recipe.inputs": {"en": "inputs {inputs}"},
    "recipe.depth": {"en": "{number} layers"},
    "recipe.depth_one": {"en": "1 layer"},
    "recipe.width": {"en": "width {width}"},
    "recipe.widths": {"en": "widths {low} to {high}"},
    "recipe.seeds": {"en": "{number} seeds"},
    "recipe.seeds_one": {"en": "1 seed"},
    "recipe.bias_std": {"en": "biases N(0, {bias_std}²)"},
    "recipe.norm": {"en": "batch norm"},
    "recipe.dtype": {"en": "{dtype}"},
    "recipe.cotangent": {"en": "gradient: N(0, 1) at the last layer"},
    "recipe.cross_entropy": {"en": "gradient: cross-entropy of random labels"},
    "recipe.own_loss": {"en": "gradient: a loss of your own"},
    "recipe.bands": {"en": "lines: median, bands: all seeds"},
}
