"""Words of the lecture."""

TEXT: dict[str, str] = {
    # The lecture's own
    "lecture.title": "From weight initialization to the learning rate",
    "lecture.about": "How a deep network starts, and what guides it: measured, not asserted",
    "lecture.made": "Every number and figure is of this run; actviz {version}",
    "lecture.claim": "Claim {number} {status}",
    "lecture.precisely": "Claim {number}, “{quote}”: {status}. Precisely: {words}",
    "lecture.quoted": "{number}. “{quote}”",
    "lecture.source": "Quoted from {source}.",
    "lecture.change": "Every cell measures and draws anew: change a width, an initializer or the seeds, and run it "
    "again.",
    "lecture.undecided": "Not decided here, for this notebook does not measure all they need:",
    "lecture.decide": "What your own data say of the claims",
    "lecture.notes": "Notes",
    # The agenda
    "lecture.agenda.title": "{minutes} minutes",
    "lecture.agenda.part": "part",
    "lecture.agenda.minutes": "minutes",
    "lecture.agenda.asks": "what it asks",
    "lecture.agenda.notes": "Point at the last column: each part opens with a question that everybody answers on paper "
    "before the figure appears. Read none of the rows aloud.",
    "lecture.part.why": "Why starts matter",
    "lecture.part.why.asks": "Three histograms: which network will learn?",
    "lecture.part.why.asks.alone": "Three histograms: a broad one, and do its gradients arrive, too?",
    "lecture.part.large-and-small": "Zero, too large, too small",
    "lecture.part.large-and-small.asks": "Which layers can learn from zeros?",
    "lecture.part.large-and-small.asks.alone": "What becomes of a layer whose weights are too large?",
    "lecture.part.right": "The right scale",
    "lecture.part.right.asks": "Which variance keeps the level, and what does ReLU change?",
    "lecture.part.deep": "Fifty layers",
    "lecture.part.deep.asks": "What one number decides whether a deep stack can learn?",
    "lecture.part.starts": "What a start costs in training",
    "lecture.part.starts.asks": "Does batch normalization make the start irrelevant?",
    "lecture.part.overfitting": "Overfitting",
    "lecture.part.overfitting.asks": "Wrong labels: where would you stop, and what do small weights change?",
    "lecture.part.rates": "Learning rates",
    "lecture.part.rates.asks": "Are schedules faster, better, or both?",
    "lecture.part.home": "To take home",
    "lecture.part.home.asks": "Which claims hold, and under which condition?",
    "lecture.empty.alt": "The empty axes of a figure that is to be predicted: {shown}",
    "lecture.half.alt": "The first half of a figure that is to be predicted: {shown}",
    "lecture.half.notes": "The first half of the answer. Point at what is still missing, and let everybody mend their "
    "prediction before you go on.",
    # Claims in brief, beside what this run says of them
    "lecture.tally.claim": "claim",
    "lecture.tally.cases": "cases",
    "lecture.tally.where": "where it holds",
    "lecture.tally.1": "A careless start drifts to one side, and is slow",
    "lecture.tally.2": "From zeros nothing is updated",
    "lecture.tally.3": "Uniform weights: outputs too wide",
    "lecture.tally.4": "N(0, 1) is too large or too small; sigmoid saturates",
    "lecture.tally.5": "Broad activations are the key",
    "lecture.tally.6": "Xavier suits sigmoid and tanh",
    "lecture.tally.7": "ReLU: Xavier fades, He holds",
    "lecture.tally.8": "Initialization and batch norm both normalize",
    "lecture.tally.9": "Weight decay: smaller weights, less overfitting",
    "lecture.tally.10": "Stop where validation error turns",
    "lecture.tally.11": "Schedules: faster, out of minima, better",
    "lecture.tally.12": "Its code adds all squared weights to the loss",
    # The diagram of a stack
    "lecture.diagram.alt": "A stack: the input h₀ passes through layer 1, layer 2 and so on to layer L. Each layer is "
    "z = W h + b, then h = φ(z). Below, from the loss on the right, the gradient δ goes back through the same layers.",
    "lecture.diagram.layer": "layer {number}",
    "lecture.diagram.forward": "forward: the signal h",
    "lecture.diagram.backward": "backward: the gradient δ = ∂L/∂z",
    "lecture.diagram.loss": "loss L",
    # Slides: title, points, what the speaker says and points at, and the question before
    "slide.whose-starts.title": "Whose claims these are: the start",
    "slide.whose-starts.notes": "Give the source first: these are its claims, not ours. Have everybody note "
    "under which condition each claim holds; the last slides come back to them with numbers.",
    "slide.whose-training.title": "Whose claims these are: training",
    "slide.whose-training.notes": "The same source, on what comes after the start. Have conditions noted as before.",
    "slide.why.title": "Why the first weights matter",
    "slide.why.figure": "Before training: three starts under sigmoid",
    "slide.why.1": "Five layers of sigmoid, the same inputs, three initializers: nothing is trained yet.",
    "slide.why.2": "In 500 updates two of the three stay at a guess. Which one learns?",
    "slide.why.alone.1": "Five layers of sigmoid, the same inputs, three initializers: nothing is trained yet.",
    "slide.why.alone.2": "Xavier's values stay broad. Do its gradients arrive at layer 1, too?",
    "slide.why.alone.notes": "Point along one row, from layer 1 to layer 5, then down the right column. Most halls say "
    "yes: it is the broad one. Do not answer: the figure of the gradients does.",
    "slide.why.notes": "Point along one row, from layer 1 to layer 5, then down the right column. Most halls vote for "
    "Xavier, the broad one. Do not answer: the race after the fifty layers does.",
    "slide.stack.title": "A stack of layers, and the two things that travel",
    "slide.stack.1": "Every layer multiplies both by a factor; a factor of 0.7 over 50 layers is 2·10⁻⁸.",
    "slide.stack.2": "A layer learns only if the signal comes in from the left and the gradient from the right.",
    "slide.stack.notes": "Follow the upper arrows with your hand to the right, then the lower ones back. Point at the "
    "W inside a layer: the same matrix multiplies both, forwards as W and backwards as its transpose.",
    "slide.code.title": "Five lines to try it",
    "slide.code.1": "Fifty layers of ReLU, 100 units each. Which power of ten does it print?",
    "slide.code.2": "Then put 2 / 100 in place of 1 / 100.",
    "slide.code.notes": "Let them run it on their own machines, with numpy alone. Point at the square root: the whole "
    "lecture is about what stands under it. Collect the exponents; they differ by a little from seed to seed.",
    "slide.code.code": """import numpy as np
rng, h = np.random.default_rng(0), np.random.default_rng(1).normal(size=(1000, 100))
for layer in range(50):
    h = np.maximum(0, h @ rng.normal(0, np.sqrt(1 / 100), (100, 100)))
print(h.std())  # the standard deviation after 50 layers""",
    "slide.zeros.ask.title": "Predict: all weights are zero",
    "slide.zeros.ask.1": "The loss has a gradient. Which layers of five can learn?",
    "slide.zeros.ask.2": "Is it the same for sigmoid, tanh and ReLU?",
    "slide.zeros.ask.3": "And if every weight is 0.1?",
    "slide.zeros.ask.notes": "Let everybody write down a number of layers for each activation. Point at the middle "
    "column of the empty axes: the weights' gradients will be there, layer by layer.",
    "slide.zeros.title": "Zeros: units that never differ",
    "slide.zeros.1": "Layers of 5 whose weights get a gradient: sigmoid {sigmoid}, tanh {tanh}, ReLU {relu}.",
    "slide.zeros.2": "A constant 0.1 passes gradients to all layers, but of 100 units {units} is distinct.",
    "slide.zeros.notes": "Point at the open circles along the bottom of the middle column: exactly zero. Then at "
    "the one blue dot at layer 5 under sigmoid: a layer's gradient is its input times the error, and under sigmoid "
    "that input is 1/2, under the others 0. Equal units get equal updates, so weights must start unequal to become "
    "so: random ones do.",
    "slide.too-large.title": "Too large: saturation",
    "slide.too-large.1": "N(0, 1), saturated in layer 5: {sigmoid} under sigmoid, {tanh} under tanh.",
    "slide.too-large.2": "U(0, 1) drives every unit to one end: layer 5 has a mean of {mean}.",
    "slide.too-large.3": "ReLU has no upper end: its signal grows {relu}-fold a layer.",
    "slide.too-large.notes": "Point at the two bars at 0 and 1 in the row of N(0, 1), then at the single bar of "
    "U(0, 1). A unit adds up 100 inputs with weights of standard deviation 1, so z has a standard deviation of 5 to "
    "10, far out where the slope is nearly 0. Saturated is not yet stuck; keep the vote on the first histograms open.",
    "slide.too-large.alone.notes": "Point at the two bars at 0 and 1 in the row of N(0, 1), then at the single bar of "
    "U(0, 1). A unit adds up 100 inputs with weights of standard deviation 1, so z has a standard deviation of 5 to "
    "10, far out where the slope is nearly 0.",
    "slide.too-small.title": "Too small: collapse",
    "slide.too-small.1": "tanh, N(0, 0.01²): the signal is multiplied by {factor} a layer.",
    "slide.too-small.2": "Standard deviation of layer 5: {std}.",
    "slide.too-small.3": "The gradient at layer 1 is {fold} times smaller than at layer 5.",
    "slide.too-small.notes": "Point at the falling line: on a logarithmic axis a straight line is a constant factor a "
    "layer. Forwards and backwards it is the same factor here, for tanh is linear near 0.",
    "slide.scale.ask.title": "Predict: which scale is right?",
    "slide.scale.ask.1": "A unit adds up n inputs. How does the mean square of the sum grow with n?",
    "slide.scale.ask.2": "Which variance of the weights keeps the level?",
    "slide.scale.ask.notes": "Two minutes in pairs. A hint for who is stuck: the variance of a sum of independent "
    "terms is the sum of their variances.",
    "slide.scale.title": "The variance of a sum",
    "slide.scale.formula.1": "A unit adds up n inputs.",
    "slide.scale.formula.2": "The weights are independent of mean 0: all mixed terms vanish.",
    "slide.scale.formula.3": "All weights share one variance: a factor of n.",
    "slide.scale.formula.4": "Level from layer to layer, where h is as large as z.",
    "slide.scale.1": "Backwards a unit sums over its nₒᵤₜ outputs: 1 / nₒᵤₜ. Glorot takes the mean of both widths: "
    "2 / (nᵢₙ + nₒᵤₜ).",
    "slide.scale.notes": "Write the second line on the board with two inputs, and cross out the mixed terms one by "
    "one. Point at the n in the third line: that is why wide layers need small weights.",
    "slide.xavier.title": "Xavier: the wider, the smaller",
    "slide.xavier.1": "Variance 2 / (nᵢₙ + nₒᵤₜ): layers of 400 instead of 100 have {ratio} times the standard "
    "deviation.",
    "slide.xavier.2": "tanh over 50 layers: a factor of {factor} a layer.",
    "slide.xavier.notes": "Point down the right column, layer 5: one spike, two bars, one hill. Xavier takes the "
    "activation for a straight line, as tanh is around 0; the slow decay is tanh's bending. The book writes 1 / nᵢₙ "
    "for Xavier; on square layers both are the same.",
    "slide.handsome.title": "A handsome histogram is not enough",
    "slide.handsome.figure": "sigmoid, Xavier: gradient {fold}-fold smaller at layer 1",
    "slide.handsome.1": "sigmoid, Xavier: a broad layer 5, standard deviation {std}, yet gradients fall {fold}-fold in "
    "five layers.",
    "slide.handsome.2": "Gradient at layer 1 over layer 5: tanh with Xavier {tanh}, ReLU with He {relu}.",
    "slide.handsome.notes": "Read each panel from right to left, as the gradient travels. Point at the panel of "
    "sigmoid: both lines fall, for the slope of sigmoid is 1/4 at most. The forward pass looked healthy; only the "
    "backward pass shows the fault.",
    "slide.half.ask.title": "Predict: what does ReLU change?",
    "slide.half.ask.1": "ReLU sets half of the values to 0. What becomes of their mean square?",
    "slide.half.ask.2": "What is left of the signal after 50 layers under Xavier?",
    "slide.half.ask.notes": "Let somebody compute 2 to the power of −25, and compare it with what the five lines "
    "printed.",
    "slide.half.title": "The ½ of ReLU",
    "slide.half.formula.1": "z is symmetric about 0.",
    "slide.half.formula.2": "The negative half adds nothing: half of the mean square is left.",
    "slide.half.formula.3": "The variance of a sum, with the ½ in it.",
    "slide.half.formula.4": "He makes up for the half.",
    "slide.half.1": "With Xavier's 1 / n the mean square halves in every layer: after 50 the signal's RMS is 2⁻²⁵ = "
    "3·10⁻⁸ times as large.",
    "slide.half.notes": "Shade the right half under a bell curve on the board while you point at the integral. Then "
    "point at the last line: twice the variance, √2 times the weights, nothing else.",
    "slide.he.title": "ReLU wants He",
    "slide.he.1": "Factor of the signal a layer: Xavier {xavier}, He {he}.",
    "slide.he.2": "He's weights are {ratio} times as large: variance 2 / n.",
    "slide.he.notes": "Point at where the hills stand on the logarithmic axis: N(0, 1) walks to the right, Xavier to "
    "the left, He stays. The bar at the left of each panel is the half that is exactly 0.",
    "slide.fifty.title": "Fifty layers: a small loss, compounded",
    "slide.fifty.1": "Xavier loses a factor of {factor} a layer: standard deviation of layer 50 {xavier}, under He "
    "{he}.",
    "slide.fifty.2": "Under Xavier the gradient at layer 1 is {fold} times smaller than at layer 50.",
    "slide.fifty.notes": "Point at the blue line's end and let them compare it with their own five lines. Then at the "
    "green band: He keeps the level in the mean over networks; a single network of 100 units wanders by a factor of "
    "two to four.",
    "slide.chi.title": "One number a layer: χ",
    "slide.chi.formula.1": "The chain rule, one layer back.",
    "slide.chi.formula.2": "The variance of a sum once more, with a slope in it.",
    "slide.chi.formula.3": "One factor a layer.",
    "slide.chi.formula.4": "The slope of ReLU is 1 half of the time; that of sigmoid 1/4 at most.",
    "slide.chi.1": "χ < 1: gradients vanish. χ > 1: they explode. χ = 1: they stay level.",
    "slide.chi.notes": "Point from the second line of this slide to the third line of the variance of a sum: it is the "
    "same sentence. He gives ReLU χ = 2/2, Xavier χ = 1/2; under sigmoid Xavier gives 1/16 at best.",
    "slide.theory.title": "Predicted and measured",
    "slide.theory.predicted": "predicted",
    "slide.theory.measured": "measured",
    "slide.theory.notes": "Point at a line's slope in the figure and at its row in the table: the mean square changes "
    "by this factor a layer. Measured from layer 10 on, where the signal has come to rest; tanh nears its χ of 1 "
    "slowly, from below.",
    "slide.bad-start.title": "What a bad start costs",
    "slide.bad-start.1": "Updates to a loss of 1.5: Xavier needs {slower} times as many as He.",
    "slide.bad-start.2": "Training accuracy after 500 updates: He {he}, a constant {constant}.",
    "slide.bad-start.notes": "Point at the grey line along the top, then at where the blue one bends. The same "
    "network, batches and rate; only the first weights differ. A plateau can be left, as Xavier does, but it costs.",
    "slide.who-learned.title": "The vote: who learned?",
    "slide.who-learned.1": "sigmoid, training accuracy after 500 updates: N(0, 1) {normal}, N(0, 0.01²) {small}, "
    "Xavier {xavier}.",
    "slide.who-learned.2": "Saturated at both ends, N(0, 1) keeps a steep part that passes gradients on; Xavier's χ "
    "is below 1/16.",
    "slide.who-learned.notes": "Go back to the vote on the first histograms. Point at the only line that falls. The "
    "ugliest histogram wins: breadth is not what counts, the gradient is.",
    "slide.norm.ask.title": "Predict: batch normalization",
    "slide.norm.ask.1": "Every unit is normalized at every update. Does the scale of the weights still matter?",
    "slide.norm.ask.2": "Eight scales from 1 down to 0.0001: how many train without it, how many with it?",
    "slide.norm.ask.notes": "Count as trained what gets half of its digits right after 20 epochs, under every seed. "
    "Collect both numbers on the board.",
    "slide.norm.title": "Batch normalization and the start",
    "slide.norm.1": "Starts, of 8, that get half right: {without} without, {normed} with batch norm, {after} with it "
    "behind the activation.",
    "slide.norm.2": "The scale still matters: best and worst differ by {apart} points of accuracy.",
    "slide.norm.notes": "Point at the panels in which the red line lies flat and the blue one rises. Then at the last "
    "panel: with it, too, tiny weights train worse, for they jump at each update, and large ones turn slowly.",
    "slide.summary.title": "Who keeps the level, when, and of what?",
    "slide.summary.question": "question",
    "slide.summary.norm": "batch norm",
    "slide.summary.who": "who",
    "slide.summary.who.weights": "the weights' draw",
    "slide.summary.who.layer": "a layer of its own",
    "slide.summary.when": "when",
    "slide.summary.when.once": "once, before training",
    "slide.summary.when.always": "at every update",
    "slide.summary.what": "of what",
    "slide.summary.what.layer": "a layer, on average",
    "slide.summary.what.unit": "each unit, over a batch",
    "slide.summary.how": "how",
    "slide.summary.how.norm": "(z − mean) / std, then γ, β",
    "slide.summary.for": "for",
    "slide.summary.for.xavier": "tanh, straight near 0",
    "slide.summary.for.he": "ReLU, half of it 0",
    "slide.summary.for.norm": "nearly any scale, batches not too small",
    "slide.summary.notes": "Cover the table and let them fill in the rows who and when first. Point at the row when: "
    "that is the difference; each keeps the size of the signal level, batch normalization whatever the scale.",
    "slide.decay.ask.title": "Predict: 30 % of the labels are wrong",
    "slide.decay.ask.1": "λ grows from left to right. What becomes of training loss, and of validation loss?",
    "slide.decay.ask.2": "Which λ gets most validation labels right: 0, 0.003, 0.01, 0.03 or 0.1?",
    "slide.decay.ask.notes": "Let them draw both curves against the strength λ. Ask what a network of more weights "
    "than examples can do with a wrong label: learn it by heart.",
    "slide.decay.title": "Weight decay: less learned by heart",
    "slide.decay.1": "λ = 0.03: the weights' norm is {size} times that without decay.",
    "slide.decay.2": "Validation accuracy at the end: {gained} points; best against best: {best}.",
    "slide.decay.3": "2000 right labels, same λ: validation loss {plenty} times that without.",
    "slide.decay.notes": "Point at the gap between the dashed and the solid line, and how it closes to the right: by "
    "training worse. Then at the panel of the weights. Whether the model gets better depends on how much there is "
    "to learn by heart.",
    "slide.exercise.ask.title": "Exercise: what does this loop count?",
    "slide.exercise.ask.1": "It is to add half of λ times the sum of all squared weights to the loss.",
    "slide.exercise.ask.2": "Two lines are wrong. Which, and what happens?",
    "slide.exercise.ask.notes": "The article's loop, with both its faults. Three minutes, on paper. Point at no "
    "line; those who find one fault are to look for the other.",
    "slide.exercise.ask.code": """def loss(self, x, t):
    y = self.predict(x)
    for layer in range(1, self.hidden_layer_num + 2):  # every layer
        W = self.params["W" + str(layer)]
        weight_decay += 0.5 * self.weight_decay_lambda * np.sum(W**2)
        return self.last_layer.forward(y, t) + weight_decay""",
    "slide.exercise.title": "Solution: the first layer alone",
    "slide.exercise.1": "The return stands inside the loop: it ends with W1, {before} of all squares before training "
    "and {after} after it.",
    "slide.exercise.2": "Before that, weight_decay has no first value: Python stops with an error.",
    "slide.exercise.notes": "Point at the indentation of the return, and at the new first line. A fault that stops is "
    "kinder than one that counts a part: mended by a first value alone, the loop would run and decay one layer only.",
    "slide.stopping.title": "Early stopping: keep the best weights",
    "slide.stopping.1": "Validation error ends at {turned} times its lowest.",
    "slide.stopping.2": "Weights kept: {kept} times the test error at the end of the budget, for {spent} of its "
    "updates.",
    "slide.stopping.3": "The last weights at the stop are not the best ones.",
    "slide.stopping.notes": "Point at the star, then along the band: patience is how long we wait for a new best. Then "
    "at the lines of the test rows, from left to right. It costs rows for validation that are never trained on.",
    "slide.schedules.ask.title": "Predict: schedules against the best constant rate",
    "slide.schedules.ask.1": "By how many points of test accuracy does each schedule gain on the constant, or lose?",
    "slide.schedules.ask.2": "For which of them does the interval leave 0 out?",
    "slide.schedules.ask.notes": "The constant is the best of its kind by validation accuracy; the schedules are not "
    "tuned. Vote on each question.",
    "slide.schedules.title": "Schedules: large steps first",
    "slide.schedules.1": "Test loss below the best constant's: in {better} of {cases} cases, five schedules and their "
    "seeds.",
    "slide.schedules.2": "Test accuracy against the most accurate constant's: {clean} points; with 30 % wrong labels "
    "{noisy}.",
    "slide.schedules.3": "Updates to a training loss of 0.1, over the constant's: cosine {cosine}, one-cycle {cycle}.",
    "slide.schedules.notes": "Point at the line of no difference and at which intervals touch it. A schedule that ends "
    "low averages the noise out of the last steps; at rates too large to hold, one-cycle still learns.",
    "slide.escaping.title": "Escaping a poor region",
    "slide.escaping.1": "Leave the dip: {schedules} of the descents under schedules of peak 0.25.",
    "slide.escaping.2": "A constant 0.05: {constant}; with momentum: {momentum}.",
    "slide.escaping.3": "A minimum throws out steps larger than 2 / curvature: the rate counts, not the schedule.",
    "slide.escaping.notes": "Point at the first panel, which stays at the near cross, and at the constant 0.25, "
    "which leaves but does not rest. The schedule adds that the descent comes to rest afterwards.",
    "slide.home-starts.title": "To take home: initialization",
    "slide.home-starts.notes": "Go through the marks made at the beginning. Point at the claims that hold in some "
    "cases only, and ask for the condition.",
    "slide.home-training.title": "To take home: training",
    "slide.home-training.notes": "As before. End with the question which of the marks was wrong, and why.",
    "slide.references.title": "References",
    "slide.references.notes": "Leave it up while they ask.",
}
