"""Words of judging: verdicts, thresholds, and why theory has no number."""

TEXT: dict[str, str] = {
    # Verdicts, remedies and thresholds
    "verdict.healthy": "healthy",
    "verdict.so_far.falls": "fading so far",
    "verdict.so_far.grows": "growing so far",
    "verdict.healthy.short": "ok",
    "verdict.not_judged": "not judged",
    "verdict.not_judged.short": "n. j.",
    "severity.mild": "mild",
    "severity.marked": "marked",
    "severity.severe": "severe",
    "verdict.overflowed": "overflowed",
    "verdict.overflowed.short": "overfl.",
    "verdict.dead": "dead",
    "verdict.dead.short": "dead",
    "verdict.symmetric": "symmetric",
    "verdict.symmetric.short": "symm.",
    "verdict.saturated": "saturated",
    "verdict.saturated.short": "satur.",
    "verdict.collapsed": "collapsed",
    "verdict.collapsed.short": "coll.",
    "verdict.exploding": "exploding",
    "verdict.exploding.short": "expl.",
    "verdict.vanishing": "vanishing",
    "verdict.vanishing.short": "vanish",
    "watch.found": "update {step}, layer {layer} ({name}): {sentence}. {remedy}",
    "watch.narrow": "update {step}, layer {name}: {sentence}",
    "finding.overflowed.signal": "from layer {layer} on activations are inf or NaN",
    "finding.overflowed.gradient": "on its way back the gradient is inf or NaN from layer {layer} down",
    "finding.dead.silent": "every activation of layer {layer} is exactly 0, and no weight matrix has a gradient",
    "finding.dead.flat": "{share} of the units of layer {layer} pass no gradient on: their slope is 0 for every sample",
    "finding.dead.step": "no gradient passes any layer: the function is a step, whose slope is 0 wherever it has one",
    "finding.dead.gradient": "the gradient is exactly 0 from layer {layer} down: the first update moves "
    "only layers above",
    "finding.dead.gradient_beside": "the gradient of layer {layer} is exactly 0: nothing comes back through it, and "
    "what stands before it learns only where it is used elsewhere too",
    "finding.dead.gradient_all": "the gradient is exactly 0 in every layer: nothing can learn",
    "finding.dead.faded": "the signal has faded to nothing, so that the gradient is exactly 0",
    "finding.symmetric": "all units of layer {layer} have the same weights, so they learn the same",
    "finding.symmetric.start": "all units of layer {layer} have the same weights: they pass on one number of each "
    "sample until updates have told them apart, as what follows treats them unlike",
    "finding.saturated": "up to {share} of a layer's activations are where the slope is below 5 % of its largest",
    "finding.collapsed.faded": "the signal fades: over samples a unit varies by {share} of what the input does",
    "finding.collapsed.faded_all": "the signal is gone: over samples no unit varies at all",
    "finding.collapsed.alike": "samples grow alike: for their size, two of them are {share} as far apart as the "
    "inputs are",
    "finding.exploding.gradient": "the gradient grows on its way back to {value} times its size at the last layer "
    "({rate}-fold in mean square a layer)",
    "finding.exploding.signal": "the signal grows: over samples a unit varies {value} times as the input does",
    "finding.vanishing": "the gradient falls on its way back to {value} of its size at the last layer ({rate}-fold "
    "in mean square a layer)",
    "finding.dead.smothered": "a branch gives exactly 0 at layer {layer}, and no weight in it has a gradient, for what "
    "scales it is 0 too, or is 0 and not learned: it never learns",
    "finding.dead.table": "the table of layer {layer} is 0, and no gradient comes to it: it never learns",
    "finding.saturated.attention": "attention is saturated: the entropy of its softmax comes down to {share} of that "
    "of equal shares, so that nearly no gradient reaches queries and keys",
    "finding.saturated.gate": "a softmax that chooses, as a router does, is saturated: its entropy comes down to "
    "{share} of that of equal shares, so that nearly no gradient changes the choice",
    "finding.saturated.gates": "gates, or recurrent states, are stuck: at layer {layer} {share} of their values are "
    "where the slope is below 5 % of its largest, so that nearly no gradient passes them",
    "finding.saturated.output": "the outputs are too large: a softmax over them starts sure of itself, with a "
    "cross-entropy of random labels {value} times that of guessing",
    "finding.exploding.gradient_chain": "the gradient grows on its way back to {value} times its size at layer {end} "
    "({rate}-fold in mean square a layer)",
    "finding.exploding.gradient_stream": "the gradient of the stream grows on its way back to {value} times its size "
    "behind the last block ({rate}-fold in mean square from one to the next)",
    "finding.exploding.gradient_branch": "in a branch the gradient grows on its way back to {value} times its "
    "size at "
    "its end ({rate}-fold in mean square a layer)",
    "finding.exploding.signal_stream": "the stream grows: over samples a unit of it varies {value} times as the "
    "input "
    "does",
    "finding.vanishing.carried": "norms on the stream scale down what skip connections carry: of the gradient behind "
    "the last block they alone bring {share} back, so that depth counts as in a network without them",
    "finding.vanishing_chain": "the gradient falls on its way back to {value} of its size at layer {end} "
    "({rate}-fold "
    "in mean square a layer)",
    "finding.vanishing_stream": "the gradient of the stream falls on its way back to {value} of its size behind the "
    "last block ({rate}-fold in mean square from one to the next)",
    "finding.vanishing_branch": "in a branch the gradient falls on its way back to {value} of its size at its end "
    "({rate}-fold in mean square a layer)",
    "note.falls": "the gradient falls {factor}-fold over {depth} layers, {rate}-fold in mean square a layer: not "
    "vanishing yet, but it would in a deeper stack",
    "note.grows": "the gradient grows {factor}-fold over {depth} layers, {rate}-fold in mean square a layer: not "
    "exploding yet, but it would in a deeper stack",
    "note.falls_slowly": "slow decay: the gradient falls {factor}-fold over {depth} layers",
    "note.grows_slowly": "slow growth: the gradient grows {factor}-fold over {depth} layers",
    "note.falls_stream": "the gradient of the stream falls {factor}-fold on its way back, {rate}-fold in mean "
    "square a "
    "block: not vanishing yet, but it would in a deeper network",
    "note.grows_stream": "the gradient of the stream grows {factor}-fold on its way back, {rate}-fold in mean "
    "square a "
    "block: not exploding yet, but it would in a deeper network",
    "note.falls_slowly_stream": "slow decay: the gradient of the stream falls {factor}-fold on its way back",
    "note.grows_slowly_stream": "slow growth: the gradient of the stream grows {factor}-fold on its way back",
    # Number formats
    "note.how.unscaled": "unscaled",
    "note.how.in_use": "at the loss scale in use",
    "note.format_grad_under": "underflows in {format} from layer {layer} back: of the gradients of layer "
    "{worst} {share} "
    "are flushed to zero, {how}; a loss scaled by {scale} leaves at most {left} of any layer flushed",
    "note.format_grad_lost": "underflows in {format} from layer {layer} back: of the gradients of layer {worst} "
    "{share} "
    "are flushed to zero, {how}; no scale of the loss keeps those of all layers without overflow",
    "note.format_grad_over": "gradients overflow in {format} from layer {layer} back: {share} of those of layer "
    "{worst} "
    "are beyond {largest} or not finite",
    "note.format_act_under": "loses activations in {format} from layer {layer} on: of those of layer {worst} "
    "{share} are "
    "flushed to zero",
    "note.format_act_over": "activations overflow in {format} from layer {layer} on: {share} of those of layer "
    "{worst} "
    "are beyond {largest} or not finite",
    "note.format_fits": "fits {format}: of no layer more than {share} of activations or gradients are flushed "
    "to zero, "
    "and none overflow",
    "note.format_fits_all": "fits {format}: no activation or gradient is flushed to zero, and none overflow",
    "note.format_nothing": "{format} is not judged: every activation and every gradient is 0",
    "note.format_fits_acts": "holds the activations in {format}: of no layer more than {share} are flushed to zero, "
    "and none overflow; there is no gradient to judge",
    "note.format_fits_all_acts": "holds the activations in {format}: none is flushed to zero, and none overflow; there "
    "is no gradient to judge",
    "note.format_act_under_open": "whether {format} holds the activations from layer {layer} on is not told by the "
    "bins of the histogram: of layer {worst} up to {share} may be flushed to zero",
    "note.format_grad_under_open": "whether {format} holds the gradients from layer {layer} back is not told by the "
    "bins of the histogram: of layer {worst} up to {share} may be flushed to zero",
    "note.format_act_over_open": "whether activations overflow in {format} from layer {layer} on is not told by the "
    "bins of the histogram: up to {share} of those of layer {worst} lie about {largest}",
    "note.format_grad_over_open": "whether gradients overflow in {format} from layer {layer} back is not told by the "
    "bins of the histogram: up to {share} of those of layer {worst} lie about {largest}",
    "note.format_act_subnormal": "in {format} {share} of the activations of layer {worst} are subnormal: they keep "
    "fewer digits the smaller they are",
    "note.format_grad_subnormal": "in {format} {share} of the gradients of layer {worst} are subnormal, {how}: they "
    "keep fewer digits the smaller they are",
    "note.format_grad_subnormal_mended": "in {format} {share} of the gradients of layer {worst} are subnormal, {how}: "
    "they keep fewer digits the smaller they are; of a loss scaled by {scale} at most half of any layer's are",
    "note.isometric": "isometric: the input-output Jacobian nearly keeps all lengths; its squared singular values are "
    "{mean} on average with a standard deviation of {share} of that",
    "note.scaled_isometry": "scaled isometry: the input-output Jacobian stretches all directions alike, but does not "
    "keep lengths; its squared singular values are {mean} on average with a standard deviation of {share} of that "
    "(dynamical isometry: all near 1)",
    "note.spread": "spread: the input-output Jacobian stretches directions unlike each other: its squared singular "
    "values are {mean} on "
    "average, their variance is {spread} times the square of that, and the largest is {largest} times the mean",
    "note.dead_before": "whether units are dead cannot be judged: this result is of an earlier version, which counted "
    "units that are saturated for every sample (saturated_units) and may still pass a gradient on",
    "note.no_gradient": "no gradient was measured in any layer: the verdict is about the way forward alone (is the "
    "output cut off from its weights, by no_grad, detach or argmax, or is everything frozen?)",
    "note.no_gradient_given": "no gradient was recorded: what was measured is the way forward alone",
    "note.some_gradients_given": "no gradient was recorded of layer {layers}: what the gradient does there, and on its "
    "way through them, is not judged",
    "note.frozen": "no gradient is computed of layer {layers}, for nothing there or below learns: the way back is "
    "judged above them",
    "note.unread": "no pass reads the weights of {names}: they have no gradient, and no update moves them unless other "
    "inputs lead there",
    "note.unread_evaluation": "in evaluation mode no pass reads the weights of {names}: whether training does is seen "
    "in training mode alone",
    "note.no_input": "every input is 0, so that nothing can be judged by them",
    "note.blank": "{share} of the inputs are 0 in every value, so that what was measured is mostly of these and "
    "judges "
    "no network: leave them out",
    "note.no_spread": "whether samples collapse cannot be judged: the inputs are one sample, all the same to rounding, "
    "or all in one direction",
    "note.alone": "whether samples collapse cannot be judged: the input is one sample, and its positions are no other "
    "samples; give two or more",
    "note.no_spread_zeros": "whether samples collapse cannot be judged: what reads the inputs starts at 0 (layer "
    "{layers}) and makes the same of every sample; it has a gradient and learns from the first step, so measure after "
    "some updates",
    "note.copied": "whether samples collapse cannot be judged: of the {samples} inputs only {distinct} differ, and all "
    "others are copies of these to rounding",
    "note.copied_some": "most inputs are copies of others to rounding: whether samples collapse is judged by the "
    "{distinct} of {samples} that differ, while shares and means count copies too",
    "note.no_spread_norm": "the inputs are one sample, or all the same to rounding: batch normalization makes 0 of "
    "equal rows, so that nothing can be judged by them",
    "note.replicas_all": "the {seeds} seeds have the same weights, but at most for rounding, sign and the order of "
    "units: they amount to one network and are no replicates (does the initializer draw all values from the generator "
    "that it is given?)",
    "note.replicas_layers": "the {seeds} seeds have the same weights, but at most for rounding, sign and the order of "
    "units, in every layer the same: they amount to one network and are no replicates (does the initializer draw all "
    "values from the generator that it is given?)",
    "note.replicas_some": "the {seeds} seeds have at most {networks} sets of weights between them in layer {layers}, "
    "but for rounding, sign and the order of units: they are no replicates (does the initializer draw all values from "
    "the generator that it is given?)",
    "note.replicas_in": "the {seeds} seeds have the same weights in layer {layers}, but at most for rounding, sign and "
    "the order of units: they are no replicates there (does the initializer draw all values from the generator that "
    "it is given?)",
    "note.replicas_most": "most of the {seeds} seeds have most of the weights of layer {layers} in common, but at "
    "most for signs and a factor of each unit: they are no replicates there (does the initializer draw all values "
    "from the generator that it is given?)",
    "note.replicas_most_some": "the {seeds} seeds have at most {networks} sets of weights between them in layer "
    "{layers}, of which each differs from seed to seed at most in its smaller part, in signs and by a factor of each "
    "unit: they are no replicates (does the initializer draw all values from the generator that it is given?)",
    "note.replicas_near": "but for noise that is small beside them, the {seeds} seeds have no more different sets of "
    "weights in layer {layers} than {networks}: they are no replicates (does the initializer draw all values from the "
    "generator that it is given?)",
    "note.replicas_model_near": "but for noise that is small beside them, the {seeds} seeds have no more different "
    "sets of weights in layer {layers} than {networks}: they are no replicates (does what builds the model seed the "
    "generator itself, or load the same weights?)",
    "note.replicas_model": "the {seeds} seeds have the same weights: they are one network and no replicates "
    "(does what builds the model seed the generator itself? If one network is meant, give the model as it is, or one "
    "seed)",
    "note.replicas_model_most": "the {seeds} seeds have most of their weights in common in every layer, but at most "
    "for signs and a factor of each unit: they are no replicates (does what builds the model seed the generator "
    "itself?)",
    "note.one_model": "the {seeds} seeds have the same weights: it is one network, and they tell nothing of others "
    "that are drawn as it was",
    "note.learned": "how sure softmaxes and outputs are is judged at the start alone: later it may be what was learned",
    "note.learned_outputs": "how sure outputs are is judged at the start alone: later it may be what was learned",
    "note.passes": "the loop passed back {number} times through the recorded pass: gradients of layers are those of "
    "the first time, those of parameters what all of them gave the update",
    "note.no_largest_slope": "saturation is not judged: the slope of {activation} grows without end, or is largest "
    "only beyond where signals usually are, so a share of its largest tells nothing",
    "note.steep_point": "saturation is not judged: the slope of {activation} has no bound near z = {point}, so no "
    "share of a largest one can be told",
    "note.no_slope": "saturation is not judged: the slope of {activation} is not known",
    "note.uncentred": "the inputs are alike before any layer (mean {mean}, RMS {rms}, mean cosine {cosine}): centre "
    "them",
    "note.alike_inputs": "the inputs are alike before any layer (mean cosine {cosine}): what tells samples apart is "
    "small beside what they share; centre each of their features",
    "note.alike": "samples grow alike: for their size, two of them are {factor} times closer at layer {layer} "
    "than the "
    "inputs are (mean cosine {cosine})",
    "note.alike_read": "samples grow alike, though positions may not: from sample to sample what a head is given "
    "varies by {share} of its size",
    "note.twins": "units start as copies: layer {layers} has at most {share} as many sets of weights as units, and "
    "units of one set learn apart only where what follows treats them unlike",
    "note.few": "{verdict} in {seeds} of {of} seeds: {message}",
    "note.near": "{verdict} at the threshold, {value} against {threshold}, by no more than networks differ: {message}",
    "note.scattered": "{verdict} in the mean over seeds, {value} against {threshold}, but seeds scatter by so much "
    "that others may not show it: {message}",
    "note.zero_head": "the head, layer {layer}, starts at 0: it trains from the first step, for its own weights have a "
    "gradient, and what is below it from the second; gradients below it are those of a drive that starts there",
    "note.zero_tables": "tables that start at 0 (layer {layers}) have a gradient and learn from the first step",
    "note.zero_branches": "{number} of {of} branches start at 0, so that the stream starts as it is: they train from "
    "the first step, for what scales them has a gradient, and what is inside from the second; gradients inside are "
    "not judged",
    "note.zero_branches_later": "{number} of {of} branches start at 0, so that the stream starts as it is: what scales "
    "them trains from the second step, when the head has moved, and what is inside from the third; gradients inside "
    "are not judged",
    "note.small_branches": "every branch starts small, at {ratio} of its stream or less: the model starts as nearly "
    "the identity, and what is inside learns as its scale grows",
    "note.some_small_branches": "{number} of {of} branches start small, at {ratio} of their stream or less: what is "
    "inside them learns as their scale grows",
    "note.faint": "weights of layers {layers} have gradients up to {factor} times smaller than those of their like: an "
    "optimizer that scales its steps makes up for it",
    "note.faint_inside": "inside the branches that end with layer {layers} gradients are up to {factor} times "
    "smaller than on their stream, for their last weights are small: an optimizer that scales its steps makes up for "
    "it",
    "note.loud": "what layers {layers} give is up to {factor} times as large as what their like give",
    "note.carried": "norms on the stream scale down what skip connections carry: of the gradient behind the last block "
    "they alone would bring {share} back behind the first, and the branches bring the rest",
    "note.head_smaller": "below the head the gradient is {factor} times smaller, in all layers alike: an optimizer "
    "that scales its steps makes up for it, and it is left out",
    "note.head_larger": "below the head the gradient is {factor} times larger, in all layers alike: an "
    "optimizer that scales its steps makes up for it, and it is left out",
    "note.head_beside": "below the head, layer {layer}, the gradient is {factor} times smaller, while other outputs "
    "have their own: an optimizer that scales its steps makes up for it, and it is left out",
    "note.some_seeds": "{number} layers are there under some of the {of} seeds alone, the rarest under {least}, as a "
    "drop of layers or a choice of experts leaves them out: they are judged by these",
    "note.dropped": "{number} layers are not judged: under every seed what comes of them was multiplied by 0 for all "
    "samples, as stochastic depth does; take a larger batch, more seeds, or the model in evaluation mode",
    "note.recurrent": "of what happens inside recurrent layers ({layers}) the slopes of gates and states are judged; "
    "how gradients change from step to step is not",
    "note.no_way": "what was measured is lookups, gates, norms or heads alone, and these do not decide: measure the "
    "layers between them too",
    "note.unseen": "what happens inside layer {layer} is not seen, for it is compiled: only its output is measured; "
    "give the model as it was before torch.jit to have it judged",
    "note.complex": "layers of complex numbers are not measured ({number} of the parameters are complex), so "
    "what they do to signals and gradients is not known",
    "threshold.agree": "share of the seeds that must show a fault: half, so that no single network decides",
    "threshold.nonfinite": "share of a layer's activations that may be inf or NaN: none",
    "threshold.zero_fraction": "share of exact zeros from which on a layer is silent: all, since half is ReLU",
    "threshold.distinct_units": "number of distinct units up to which a layer of more units is symmetric",
    "threshold.saturated": "share of saturated values, under a bounded activation: most; hard tanh has 48 % under He",
    "threshold.saturated_one_sided": "share of saturated values, under other activations: nearly all, since ReLU and "
    "its kin rest at 50 %",
    "threshold.dead_units": "share of a layer's units whose slope is 0 for every sample: nearly all; deep He + ReLU "
    "has up to 65 %",
    "threshold.grad_zero": "share of exact zeros from which on a layer has no gradient: all",
    "threshold.collapsed": "per-unit spread over samples, relative to the input's, below which a layer may have "
    "faded; "
    "deep He + ReLU comes down to 0.03",
    "threshold.faded": "standard deviation of a faded layer's activations, as wide as one of thirty bins on (0, 1)",
    "threshold.alike": "distance of two samples for their size, relative to the inputs': 1/30, as for the gradient; "
    "He + ReLU comes to 1/10 over 50 layers",
    "threshold.exploding": "norm of the gradient, relative to the last layer's, or spread of the signal, relative to "
    "the input's: 30, about 1000 in mean square, which takes 7 of the theory's depth scales",
    "threshold.exploding_normalized": "the same of a gradient where batch normalization goes with all weights of a "
    "model, so that their size has no effect: a million; in the survey, networks of up to 200,000-fold trained",
    "threshold.vanishing": "norm of the gradient, relative to the last layer's: 1/30, as for exploding",
    "threshold.slow": "factor from which on a smaller change of the gradient, or of the samples' distance, is noted",
    "threshold.underflow": "size below which a 0 in the next layer is underflow, not a dead layer; float32 ends at "
    "10⁻⁴⁵",
    "threshold.softmax": "entropy of a softmax inside a model, relative to equal shares: 0.3, where logits have a "
    "standard deviation of about 4 and the softmax a third of its slope; weights in use start above 0.7",
    "threshold.output": "cross-entropy of random labels over the outputs, relative to guessing: 3; outputs of unit "
    "variance start at 1.2 or less",
    # Theory
    "theory.refused.not_plain": "{how}: critical lines, depth scales and spectra in theory are of plain layers without "
    "a norm",
    "theory.refused.norm": "batch normalization: mean-field theory of plain stacks does not hold",
    "theory.refused.norm_blocks": "batch normalization in residual blocks: no theory is known here that holds",
    "theory.refused.module": "layers of a PyTorch model: theory is for the stacks that actviz builds",
    "theory.refused.inputs": "inputs whose moments are not known: theory is for normal, uniform and correlated ones",
    "theory.refused.own": "a function of your own, which its name does not bring back: pass the object to predict",
    "theory.refused.jump": "a function that jumps has no slope there, so no theory of gradients and depth scales holds",
    "theory.refused.oscillates": "a function that oscillates, at the lengths that signals have here, faster than "
    "averages over it follow",
    "theory.refused.dependent": "weights that depend on each other (orthogonal, identity): theory is for independent "
    "ones",
    "theory.refused.mean": "weights with a mean other than 0, which theory cannot treat",
    "theory.refused.silent": "weights that are all 0: no signal passes, and there is nothing to predict",
    "theory.refused.variance": "the initializer does not declare its variance",
    "theory.refused.huge": "weights whose variance is too large a number",
    "theory.refused.narrow": "a layer with fewer than 16 inputs a unit: too narrow for a theory of wide stacks",
    "theory.refused.deep": "more than 1000 layers: theory is not followed that far",
    "theory.missing.layer": "layer {first}",
    "theory.missing.layers": "layers {first} to {last}",
    "theory.missing.range": "signal or gradient leaves the range of {dtype}",
    "theory.missing.scatter": "networks of this width differ too much for the leading order in 1 / width",
    "theory.missing.infinite": "no band and no z-score, for of such stacks only infinite width is followed",
    "theory.missing.band": "no band and no z-score, for under this drive only the slope is predicted",
    "theory.missing.z": "no z-score, for the measured value has none or counts too few values",
}
