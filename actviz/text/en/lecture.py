"""Words of the lecture."""

TEXT: dict[str, str] = {
    # The lecture's own
    "lecture.title": "From weight initialization to the learning rate",
    "lecture.about": "How a deep network starts, and what guides it: measured, not asserted",
    "lecture.made": "Every number and figure is of this run; actviz {version}",
    "lecture.claim": "Claim {number}, {status}: {quote}",
    "lecture.precisely": "Claim {number}: {status}. Precisely: {words}",
    "lecture.change": "Every cell measures and draws anew: change a width, an initializer or the seeds, and run it "
    "again.",
    "lecture.undecided": "Not decided here, for this notebook does not measure all they need:",
    "lecture.decide": "What your own data say of the claims",
    "lecture.notes": "Notes",
    # Slides: title, points, and what the speaker says
    "slide.why.title": "Why the first weights matter",
    "slide.why.1": "A layer learns only if signal and gradient reach it.",
    "slide.why.2": "Every layer multiplies both: a small misfit grows with depth.",
    "slide.why.3": "A good start: activations spread out, gradients level, in all layers.",
    "slide.why.notes": "Walk through the four columns: two of these networks will learn. Ask which. Do not answer "
    "yet; the histograms alone do not tell, the gradients below them do.",
    "slide.predict-zeros.title": "Predict: all weights are zero",
    "slide.predict-zeros.1": "The loss has a gradient. Which layers can learn?",
    "slide.predict-zeros.2": "Is the answer the same for sigmoid, tanh and ReLU?",
    "slide.predict-zeros.3": "And if every weight is 0.1?",
    "slide.predict-zeros.notes": "Let everybody write down a number of layers for each activation before you go on. "
    "The surprise is sigmoid, whose output at 0 is not 0.",
    "slide.zeros.title": "Zeros: units that never differ",
    "slide.zeros.1": "Layers of 5 whose weights get a gradient: sigmoid {sigmoid}, tanh {tanh}, ReLU {relu}.",
    "slide.zeros.2": "Distinct units, of 100, under a constant of 0.1: {units}.",
    "slide.zeros.3": "Only random weights break the symmetry.",
    "slide.zeros.notes": "No gradient passes backwards through a weight of zero. The last layer's own gradient is "
    "its input times the error, and under sigmoid that input is 1/2. Equal units get equal updates, so a constant "
    "layer stays one unit for ever.",
    "slide.too-large.title": "Too large: saturation",
    "slide.too-large.1": "N(0, 1), layer 5, saturated: {sigmoid} under sigmoid, {tanh} under tanh.",
    "slide.too-large.2": "A saturated unit has almost no slope: hardly any gradient passes it.",
    "slide.too-large.3": "ReLU cannot saturate upwards: its signal grows {relu}-fold a layer.",
    "slide.too-large.notes": "A unit adds up 100 inputs with weights of standard deviation 1: its pre-activation has "
    "a standard deviation of 5 to 10, far out on the flat parts. Point at the columns of a uniform distribution "
    "too: U(0, 1) pushes all units to the same end. Saturated is not yet stuck: trained from N(0, 1) ReLU diverges and "
    "tanh falls far behind, but sigmoid learns, for its steep half passes back what Xavier's flat slopes lose.",
    "slide.too-small.title": "Too small: collapse",
    "slide.too-small.1": "tanh, N(0, 0.01²): the signal is multiplied by {factor} a layer.",
    "slide.too-small.2": "Standard deviation of layer 5: {std}.",
    "slide.too-small.3": "The gradient at layer 1 is {fold} times smaller than at layer 5.",
    "slide.too-small.notes": "On a logarithmic axis a straight line is a constant factor a layer. Forwards and "
    "backwards it is the same factor here, for tanh is linear near 0. The samples themselves are no longer told "
    "apart.",
    "slide.predict-scale.title": "Predict: which scale is right?",
    "slide.predict-scale.1": "A unit adds up n inputs. How does the variance of the sum grow with n?",
    "slide.predict-scale.2": "Which variance of the weights keeps the level?",
    "slide.predict-scale.3": "Does that suit sigmoid, tanh and ReLU alike?",
    "slide.predict-scale.notes": "The variance of a sum of independent terms is the sum of their variances: n times "
    "the weights' variance times the inputs' mean square. Setting the factor to 1 gives 1 / n. What the activation "
    "does to it is the next question.",
    "slide.xavier.title": "Xavier: the wider, the smaller",
    "slide.xavier.1": "Variance 2 / (fan_in + fan_out).",
    "slide.xavier.2": "Layers of 400 instead of 100: {ratio} times the standard deviation.",
    "slide.xavier.3": "tanh over 50 layers: a factor of {factor} a layer.",
    "slide.xavier.notes": "Xavier assumes an activation that is nearly linear, as tanh is around 0. The slow decay "
    "is tanh's bending, not Xavier's fault. The book writes 1 / fan_in for Xavier; on square layers both are the "
    "same.",
    "slide.handsome.title": "A handsome histogram is not enough",
    "slide.handsome.1": "sigmoid, Xavier: layer 5 has a standard deviation of {std}.",
    "slide.handsome.2": "Yet the gradient falls {fold}-fold in five layers: the slope is 1/4 at most.",
    "slide.handsome.3": "Nearly level: tanh with Xavier, ReLU with He.",
    "slide.handsome.notes": "This is vanishing, the reason why sigmoid left hidden layers. The forward pass looks "
    "healthy; only the backward pass shows the fault. Broad activations are not enough.",
    "slide.predict-relu.title": "Predict: Xavier under ReLU",
    "slide.predict-relu.1": "ReLU sets half of the values to 0. What becomes of their mean square?",
    "slide.predict-relu.2": "What is left of the signal after 50 layers?",
    "slide.predict-relu.3": "What would you change, and by how much?",
    "slide.predict-relu.notes": "Half of the mean square goes, so the standard deviation loses a factor of the "
    "square root of 2 a layer. Let somebody compute 2 to the power of -25 before you show the figure.",
    "slide.he.title": "ReLU wants He",
    "slide.he.1": "Xavier: a factor of {xavier} a layer.",
    "slide.he.2": "He: a factor of {he}, over 50 layers.",
    "slide.he.3": "The remedy: weights {ratio} times as large, variance 2 / fan_in.",
    "slide.he.notes": "He makes up for the half that ReLU cuts off. It holds in the mean over networks; a single "
    "network of 100 units wanders by a factor of two to four over 50 layers.",
    "slide.fifty.title": "Fifty layers: vanishing, layer by layer",
    "slide.fifty.1": "Standard deviation of layer 50: Xavier {xavier}, He {he}.",
    "slide.fifty.2": "Under Xavier the gradient at layer 1 is {fold} times smaller than at layer 50.",
    "slide.fifty.3": "One modest factor, fifty times over.",
    "slide.fifty.notes": "Each ridge is one layer's histogram. The shape stays, the scale fades by half an octave a "
    "layer. Deep networks do not fail because something breaks, but because a small loss is compounded.",
    "slide.theory.title": "Theory: one number a layer",
    "slide.theory.1": "χ = σ_w² E[φ′(z)²] multiplies the mean-square gradient at every layer.",
    "slide.theory.2": "Measured: sigmoid, Xavier {sigmoid}; ReLU, Xavier {xavier}; ReLU, He {he}.",
    "slide.theory.3": "χ < 1: vanishing. χ > 1: exploding. χ = 1: train.",
    "slide.theory.notes": "For ReLU χ is half the scale of the weights, σ_w² / 2: 1 for He, 1/2 for Xavier. For "
    "sigmoid the slope is 1/4 at most, so Xavier gives 1/16 at best. This one condition holds both recipes.",
    "slide.bad-start.title": "What a bad start costs",
    "slide.bad-start.1": "Updates to a loss of 1.5: Xavier needs {slower} times as many as He.",
    "slide.bad-start.2": "Right after 500 updates: He {he}, a constant {constant}.",
    "slide.bad-start.3": "N(0, 0.01²): 500 updates lower the loss by {fall}.",
    "slide.bad-start.notes": "The same network, the same batches, the same rate; only the first weights differ. A "
    "plateau can be left, as Xavier does, but it costs. A symmetric network learns as one unit and gets nowhere.",
    "slide.predict-norm.title": "Predict: batch normalization",
    "slide.predict-norm.1": "Every unit is normalized at every update. Does the scale of the weights still matter?",
    "slide.predict-norm.2": "Eight scales over four decades: how many train without it, how many with it?",
    "slide.predict-norm.notes": "Count as trained what has three in ten digits right after 20 epochs. Collect both "
    "numbers on the board.",
    "slide.norm.title": "Batch normalization and the start",
    "slide.norm.1": "Scales, of 8, that train: {without} without, {normed} with batch norm, {after} with it behind the "
    "activation.",
    "slide.norm.2": "Initialization acts once, batch norm at every update.",
    "slide.norm.3": "The scale still matters: best and worst differ by {apart} points of accuracy.",
    "slide.norm.notes": "Both normalize. An initializer does it on average, once; batch normalization does it for "
    "each unit and batch, whatever the weights have become. Large weights then turn slowly, tiny ones jump.",
    "slide.predict-labels.title": "Predict: 30 % of the labels are wrong",
    "slide.predict-labels.1": "Training loss keeps falling. Does validation loss?",
    "slide.predict-labels.2": "Where would you stop?",
    "slide.predict-labels.3": "What would it change to keep the weights small?",
    "slide.predict-labels.notes": "Let them draw both curves. Ask what a network of more weights than examples can "
    "do with a wrong label: learn it by heart.",
    "slide.decay.title": "Weight decay: less learned by heart",
    "slide.decay.1": "λ = 0.03: the weights' norm is {size} times that without decay.",
    "slide.decay.2": "30 % wrong labels: validation accuracy {gained} points at the end, {best} best against best.",
    "slide.decay.3": "2000 right labels, same λ: validation loss {plenty} times that without.",
    "slide.decay.notes": "The penalty is half of λ times the sum of squared weights; biases are left alone. It "
    "closes the gap by training worse. Whether the model gets better depends on how much there is to learn by heart.",
    "slide.stopping.title": "Early stopping: keep the best weights",
    "slide.stopping.1": "Validation error ends at {turned} times its lowest.",
    "slide.stopping.2": "Weights kept: {kept} times the test error at the end of the budget, for {spent} of it.",
    "slide.stopping.3": "The last weights at the stop are not the best ones.",
    "slide.stopping.notes": "Patience is how many evaluations without a new best we wait for. The rule costs "
    "nothing, but it needs rows for validation that are never trained on, and the best weights must be saved.",
    "slide.schedules.title": "Schedules: large steps first",
    "slide.schedules.1": "Test loss below the best constant's: in {better} of all cases.",
    "slide.schedules.2": "Test accuracy against that constant's: {clean} points; with 30 % wrong labels {noisy}.",
    "slide.schedules.3": "Updates to a training loss of 0.1, over the constant's: cosine {cosine}, one-cycle {cycle}.",
    "slide.schedules.notes": "The constant is tuned on validation loss, the schedules are not: a fair fight for the "
    "constant. A schedule that ends low averages the noise out of the last steps. At rates too large to hold, "
    "one-cycle still learns.",
    "slide.escaping.title": "Escaping a poor region",
    "slide.escaping.1": "Leave the dip: {schedules} of the descents under schedules of peak 0.25.",
    "slide.escaping.2": "A constant 0.05: {constant}; with momentum: {momentum}.",
    "slide.escaping.3": "What counts is a rate above 2 / curvature, not the schedule.",
    "slide.escaping.notes": "A minimum is unstable under steps larger than 2 over its curvature: narrow ones throw "
    "the descent out, wide ones keep it. The schedule adds that the descent comes to rest afterwards.",
    "slide.home-starts.title": "To take home: initialization",
    "slide.home-starts.notes": "Read the claims, and in how many of the cases that decide each holds in this "
    "run. Come back to what was predicted.",
    "slide.home-training.title": "To take home: training",
    "slide.home-training.notes": "Read the claims, and in how many of the cases that decide each holds in this "
    "run. Come back to what was predicted.",
}
