"""Words of remedies: how faults of stacks and of models are mended."""

TEXT: dict[str, str] = {
    "remedy.random": "draw the weights at random, so that units differ:",
    "remedy.centred": "centre the weights at 0:",
    "remedy.named": "{init}, weight variance {variance} / fan_in (std {std} at fan_in {fan_in}, gain {gain})",
    "remedy.unnamed": "a weight variance of {variance} / fan_in (std {std} at fan_in {fan_in}, gain {gain})",
    "remedy.nearest": "a weight variance of {variance} / fan_in (std {std} at fan_in {fan_in}, gain {gain}; {init}, "
    "{own} / fan_in, is nearest)",
    "remedy.instead": "instead of {current} / fan_in ",
    "remedy.critical": "{instead}use {target}, which makes {activation} critical{tried}.",
    "remedy.critical_near": "{instead}use {target}, under which {activation} is nearly critical (chi {chi}){tried}.",
    "remedy.deep": " at infinite width; over {depth} layers of this width it was not tried, and such a stack may still "
    "fade or explode",
    "remedy.unit": "{instead}use {target}, which keeps the signal of {activation}, and nearly its gradient{tried}.",
    "remedy.level": "{instead}use {target}, which levels the gradient of {activation} over {depth} layers{tried}.",
    "remedy.found": "{instead}use {target}, found by trial{tried}; a few percent more explode and a few less fade over "
    "{depth} layers of {activation}, so fewer layers are safer.",
    "remedy.between": "{instead}use {target}, between weights under which {activation} vanishes over {depth} layers "
    "and those under which it saturates{tried}; fewer layers are safer.",
    "remedy.healthy": " ({healthy} of {of} fresh networks of width {width} are healthy with it)",
    "remedy.healthy_some": " ({healthy} of {of} fresh networks of width {width} are healthy with it: of all such, on "
    "{samples} samples as in this trial, {low} to {high} with 95 % confidence)",
    "remedy.best": "; with the closest, {variance} / fan_in, {healthy} of {of} fresh networks of width {width} are "
    "healthy by a margin",
    "remedy.change": "use {change}, with which {healthy} of {of} fresh networks of width {width} are healthy: {why}.",
    "remedy.change.batch": "batch normalization",
    "remedy.change.depth": "residual blocks whose branches are scaled by 1/√L (block residual, branch_scale 1/sqrt(L))",
    "remedy.change.zero": "residual blocks whose branches start at 0 (block residual, branch_scale 0)",
    "remedy.change.layer": "a layer norm before every activation (norm layer)",
    "remedy.tanh": "{why}: use tanh with {tanh}{tried}, or {change}, with which {healthy} of {of} fresh networks of "
    "width {width} are healthy.",
    "remedy.no_change": "use fewer or wider layers: {why}; normalization and residual blocks with branches scaled by "
    "1/√L, or started at 0, were tried, and too few fresh networks are healthy with any.",
    "remedy.flat": "use another function, or shift this one to where signals are: {activation} is flat around 0 and "
    "passes no gradient there.",
    "remedy.unsure": "use fewer or wider layers: {why}; residual blocks with branches scaled by 1/√L may help (not "
    "tried).",
    "remedy.why.scale": "no weight scale surely keeps {activation} healthy over {depth} layers{best}",
    "remedy.why.right": "the weight scale is right for {activation}",
    "remedy.why.none": "over {depth} layers no weight scale suits {activation}, which vanishes below and saturates "
    "above",
    "remedy.why.none_unbounded": "over {depth} layers no weight scale suits {activation}, which fades below and "
    "explodes above",
    "remedy.why.norm": "under batch normalization the weight scale does not change what passes on",
    "remedy.why.unit_norm": "the normalization holds the size of the signal at any weight scale",
    "remedy.unsteady": "use fewer layers: no weight scale keeps {activation} level over {depth} layers for sure; skip "
    "connections and normalization were not tried.",
    "remedy.depth": "use fewer or wider layers: {why}; skip connections and normalization were not tried.",
    "remedy.cut": "See what stands right behind that layer: detach(), no_grad(), rounding, or weights that are all 0 "
    "let no gradient through.",
    "remedy.undefined": "See what that layer is given: the layer before is of ordinary size, so a function is "
    "undefined there (the logarithm or root of a negative number, 0 / 0), and no weight scale is to blame.",
    "remedy.inputs": "Scale the inputs to a root mean square of 1{tried}; it is {size} now.",
    "remedy.inputs_alike": "Centre each feature of the inputs, of which two have a mean cosine of {cosine}, and scale "
    "what is left to a root mean square of 1{tried}; with what they share it is {size} now.",
    "remedy.inputs_centred": "Centre the inputs, whose mean is {mean}; their standard deviation, {std}, may stay.",
    "remedy.inputs_centred_scaled": "Centre the inputs, whose mean is {mean}, and scale them to a standard deviation "
    "of 1{tried}; it is {std} now.",
    "remedy.inputs_tried": " ({healthy} of {of} fresh networks of width {width} are healthy with such inputs)",
    "remedy.none": "{why}: use a function that one suits, as ReLU or tanh; skip connections and normalization were not "
    "tried.",
    "remedy.blocks.depth": "scale the last weights of every branch by 1/√L in L blocks (branch_scale 1/sqrt(L))",
    "remedy.blocks.zero": "start every branch at 0 (branch_scale 0)",
    "remedy.blocks.pre": "put a layer norm before every branch (norm layer, place pre)",
    "remedy.blocks.weights": "draw the weights before the activation with {target}",
    "remedy.blocks.both": "{change}, and {weights}",
    "remedy.blocks.tried": " ({healthy} of {of} fresh networks of width {width} are healthy with it)",
    "remedy.blocks.none": "use fewer blocks: branches scaled by 1/√L, branches that start at 0 and a layer norm before "
    "them were tried, at this weight scale and at those that suit the activation, and too few fresh networks are "
    "healthy with any.",
    "remedy.blocks.untried": "scale what ends every branch by 1/√L of L blocks, start it at 0, or put a norm before "
    "it; with a function of your own nothing was tried.",
    "remedy.any_scale": "under the normalization at any scale, for example lecun_normal{tried}.",
    "remedy.another_start": "Unless the start showed it too, updates have brought it about: lower the learning rate, "
    "warm it up, or clip gradients. For another start: {remedy}",
    "remedy.grown": "Lower the learning rate, warm it up, or clip gradients: updates have made the weights of a layer "
    "{factor} times as large as at the start.",
    "remedy.broken_inputs": "See the data: the inputs themselves are inf or NaN in some values, and no weights are to "
    "blame.",
    "remedy.broken_weights": "See how the weights are drawn or loaded: those of layer {layer} are inf or NaN before "
    "any update.",
    "remedy.broken_weights_later": "Go on from a checkpoint before it: an update has made weights of layer {layer} inf "
    "or NaN. Either its gradient was (see the batches and the loss before update {step}), or the learning rate is too "
    "large: lower it, warm it up, or clip gradients.",
    "remedy.broken_loss": "See the loss: what it gives back to the last layer, whose activations are finite, is inf or "
    "NaN already (the logarithm or root of 0, a division by 0, a scale of the loss that is too large).",
    "remedy.smaller": "smaller weights may help: actviz.theory.critical_points, given the function {activation}, has "
    "the variance, if one is critical; where none is, as for one that is flat at the origin, no weights keep a "
    "signal for long: normalize what the function is given, or use another, as in place of a step, which has no slope.",
    "remedy.own": "use the weight variance that actviz.theory.critical_points finds for the function {activation}, if "
    "one is critical; where none is, as for one that is flat at the origin, no weights keep a signal for long: "
    "normalize what the function is given, or use another, as in place of a step, which has no slope.",
    "remedy.jump": "no weight variance is critical for {activation}, which jumps: normalize what it is given, or use a "
    "continuous function.",
    "remedy.of.dead.step": "Give the function a surrogate slope, as actviz.Activation(name, phi, slope) takes one (the "
    "slope of tanh for a sign, of a sigmoid for a Heaviside step, or 1 where |z| < 1), or use a continuous function: "
    "no weights help.",
    "remedy.of.dead.smothered": "Start a branch with weights that are not 0, and let at most its last weights, or its "
    "last norm's, be 0.",
    "remedy.of.dead.table": "See what stands between the table and the loss: a factor of 0, or detach(), lets no "
    "gradient through. Where two factors start at 0, draw one of them at random, with std 0.02, say.",
    "remedy.of.dead.factors": "Draw at least one of the two at random, with std 1 / √fan_in: where both are 0, "
    "neither has a gradient.",
    "remedy.of.vanishing.carried": "Put the norms in front of the branches, or scale the stream up before every sum "
    "and the branches' weights down, as DeepNorm does; else warm the learning rate up.",
    "remedy.of.saturated.attention": "Draw the weights of queries and keys with a smaller scale, std 1 / √fan_in "
    "at most where logits are divided by the root of a head's width, as they should be; or normalize queries and keys.",
    "remedy.of.saturated.attention_normalized": "Start what multiplies the logits (a temperature, or the scales of the "
    "norms of queries and keys) smaller, so that their standard deviation is about 1: queries and keys are normalized "
    "already, and no scale of their weights matters.",
    "remedy.of.saturated.gate": "Draw the weights of the router with a smaller scale, std 0.02 or 1 / √fan_in at most.",
    "remedy.of.saturated.gates": "Draw the weights of the gates with a smaller scale, std 1 / √fan_in at most, "
    "and start their biases near 0: an LSTM's forget gates at 1, gates that carry at −1 to −3.",
    "remedy.of.saturated.decays": "Start decays nearer to 1, by smaller steps (a softplus's biases at −7 to −2) or "
    "smaller rates (logarithms near 0).",
    "remedy.of.saturated.gates_biases": "Start the biases of the gates near 0, an LSTM's forget gates at 1 and gates "
    "that carry at −1 to −3: it is biases that saturate them, and not the scale of their weights.",
    "remedy.of.saturated.output": "Draw the weights of the head with a smaller scale, std 0.02 or 1 / √fan_in at "
    "most, or start them at 0, if what feeds it has a root mean square of about 1; else mend what is below it.",
    "remedy.of.saturated.attention_fed": "The weights of queries and keys are small enough as they are: divide the "
    "logits by the root of a "
    "head's width, if they are not divided yet; else mend what feeds queries and keys, or normalize both.",
    "remedy.of.saturated.attention_added": "Queries and keys are not to blame: on a copy of the model in which all "
    "weights of layers are next to nothing, attention is saturated as well. Start smaller what is added to the logits, "
    "as a bias or slopes, so that their standard deviation is about 1.",
    "remedy.of.saturated.gate_fed": "The weights of the router are small enough as they are: mend what feeds it, "
    "which is too large.",
    "remedy.of.saturated.gates_fed": "The weights of the gates are small enough as they are: mend what feeds them, "
    "which is too large.",
    "remedy.of.saturated.output_fed": "The weights of the head are small enough as they are: mend what feeds it, "
    "which is too large.",
    "remedy.model.and": ", and ",
    "remedy.model.draw": "draw the weights of {layers} with std {target} in place of an RMS of {rms}, at fan_in "
    "{fan_in}; of each, m: {code}",
    "remedy.model.draw_own": "draw the weights of {layers} with std {target} in place of an RMS of {rms}, at fan_in "
    "{fan_in}; of each parameter, m ({names}): {code}",
    "remedy.model.draw_own.short": "weights of std {target}",
    "remedy.model.gains": "set the gains of the weights of {layers} to {gain}, for weights of std {target} in "
    "place of an RMS of {rms}; of each, m: {code}",
    "remedy.model.gains.short": "gains for weights of std {target}",
    "remedy.model.draw.short": "weights of std {target}",
    "remedy.model.biases": "set the biases of {layers}, of size {size}, to {to}; of each, m: {code}",
    "remedy.model.biases.short": "biases of {to}",
    "remedy.model.biases_own": "set the biases {names}, of size {size}, to {to}; of each parameter, w: {code}",
    "remedy.model.biases_own.short": "biases of {to}",
    "remedy.model.kind": "scale what stands out from its kind ({names}) to an RMS of {target} in place of {size}; of "
    "each parameter, w: {code}",
    "remedy.model.kind.short": "what stands out from its kind at an RMS of {target}",
    "remedy.model.unlike": "start at {to} what is {to} in others of its kind ({names}, of size {size}); "
    "of each parameter, w: {code}",
    "remedy.model.unlike.short": "what differs from its kind at {to}",
    "remedy.model.tables": "scale the tables of {layers} to an RMS of {target} in place of {size}; of each "
    "parameter, w ({names}): {code}",
    "remedy.model.tables.short": "tables at an RMS of {target}",
    "remedy.model.unapplied": "scale {names}, which no layer applies, to an RMS of {target} in place of {size}; of "
    "each parameter, w: {code}",
    "remedy.model.unapplied.short": "what no layer applies at an RMS of {target}",
    "remedy.model.gates": "draw the gates of {layers} one by one, orthogonal from state to state; of each, m: {code}",
    "remedy.model.gates.short": "gates drawn one by one",
    "remedy.model.gates_forget": "draw the gates of {layers} one by one, orthogonal from state to state, with a bias "
    "of 1 at the forget gate; of each, m: {code}",
    "remedy.model.gates_forget.short": "gates drawn one by one",
    "remedy.model.branches": "scale what ends each of the {count} residual branches ({names}) by 1/√{count}, to "
    "a size of {target} in place of {std}; of each parameter, w: {code}",
    "remedy.model.branches.short": "branches scaled by 1/√{count}",
    "remedy.model.zero": "start each of the {count} residual branches at 0, by what ends it ({names}); of each "
    "parameter, w: {code}",
    "remedy.model.ones": "start at 1 what scales and is {size} ({names}); of each parameter, w: {code}",
    "remedy.model.shifts": "start at 0 the biases of normalizations that are of size {size} ({names}); of each "
    "parameter, w: {code}",
    "remedy.model.shifts.short": "biases of normalizations at 0",
    "remedy.model.ones.short": "scales of 1 in place of {size}",
    "remedy.model.zero.short": "branches that start at 0",
    "remedy.model.norm": "put a normalization behind {layers}, before the activation; for each, m: {code}",
    "remedy.model.norm.short": "{norm} behind each layer",
    "remedy.model.skip": "put a skip connection around {layers}: in place of each m(x), x + m(x) / {branches} ** 0.5",
    "remedy.model.skip.short": "skip connections around the layers",
    "remedy.model.holds": ". Tried on a copy of the model: healthy under {healthy} of {of} fresh seeds{changes}.",
    "remedy.model.left": ". Tried on a copy of the model under {of} fresh seeds: this fault is gone{changes}; "
    "what is left: {left}.",
    "remedy.model.changes": "; {changes}",
    "remedy.model.change": "{statistic} goes from {before} to {after}",
    "remedy.model.untried": " (not tried: the result does not hold the model).",
    "remedy.model.failed": " (not tried: the model cannot be copied and measured again).",
    "remedy.model.none": "nothing that was tried on a copy of the model mends this: {tries}. What is left: {rest}.",
    "remedy.model.try": "{plan} ({number}{left})",
    "remedy.model.worse": "{plan} ({number}no fault, but a number far worse, or close to its limit)",
    "remedy.model.beyond": "{plan} ({number}beyond the limit as before)",
    "remedy.model.number": "{statistic} {after}: ",
    "remedy.model.rest": "fewer or wider layers",
    "remedy.model.rest_norm": "normalization, or fewer or wider layers",
    "remedy.model.rest_symmetric": "weights that are drawn at random in every layer",
    "remedy.model.random_weights": "draw the weights at random, so that units differ (not tried).",
    "remedy.model.nothing": "no initialization that is known helps: what could is normalization, or fewer or "
    "wider layers (nothing was tried).",
    "remedy.model.right": "as measured, the weight scale is right for {activation}; ",
    "remedy.model.unsuited": "no weight scale suits {activation}, which vanishes below and saturates above; ",
    "remedy.model.unknown": "for the function {activation} no weight scale is known (if it is a step, it has no "
    "slope); ",
    "remedy.underflow": "Scale the loss before its gradient is taken (torch.amp.GradScaler), or compute in bfloat16 "
    "or float32: from layer {layer} down gradients are below 6·10⁻⁸, the smallest number of float16, and so 0.",
    "remedy.float32_left": "Tried on a copy of the model in float32: no gradient is 0 there; what is left: {left}.",
    "remedy.float32": "Tried on a copy of the model in float32: it is healthy.",
    "remedy.layers.few": "the {count} {kind} layers {names}",
    "remedy.layers.several": "the {count} {kind} layers",
    "remedy.layers.before": "{named} before {activation}",
}
