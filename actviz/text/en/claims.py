"""The article's claims and the cases that decide them."""

TEXT: dict[str, str] = {
    "claims.left": "Not decided here, for it takes trainings: {numbers}.",
    "claim.1.quote": "Deep in a stack built without care, activations drift to one side, and gradients shrink or "
    "grow; training from such a plateau is inefficient.",
    "claim.1.outcome": "of gradients wherever the scale of the weights does not fit the activation, but not of "
    "sigmoid under N(0, 1), where they stay nearly level; of a drift where the function is not odd, under weights "
    "with a mean or a signal that grows, and not of tanh; what it costs in training is told for 500 updates of plain "
    "SGD",
    "claim.1.case.sigmoid-uniform": "sigmoid, U(0, 1): distance of the mean activation of layer 5 from 0.5, the middle",
    "claim.1.case.sigmoid-normal": "sigmoid, N(0, 1): distance of the mean activation from 0.5",
    "claim.1.case.tanh-uniform": "tanh, U(0, 1): distance of the mean activation of layer 5 from 0, the middle",
    "claim.1.case.tanh-small-shrinks": "tanh, N(0, 0.01²): change of the gradient from layer 5 to layer 1, in decades",
    "claim.1.case.relu-normal-grows": "ReLU, N(0, 1): change of the gradient from layer 5 to layer 1, in decades",
    "claim.1.case.sigmoid-normal-shrinks": "sigmoid, N(0, 1): change of the gradient from layer 5 to layer 1, in "
    "decades",
    "claim.1.case.stuck-tanh": "tanh, N(0, 0.01²): fall of the loss below ln 10 in 500 updates",
    "claim.1.case.stuck-relu": "ReLU, N(0, 0.01²): fall of the loss below ln 10 in 500 updates",
    "claim.1.case.stuck-sigmoid": "sigmoid, Xavier: fall of the loss below ln 10 in 500 updates",
    "claim.1.case.tanh-xavier-learns": "tanh, Xavier: fall of the loss below ln 10 in 500 updates",
    "claim.1.case.xavier-slower": "ReLU: updates until a batch has a loss below 1.5, Xavier over He",
    "claim.1.case.softplus-he": "softplus, He: mean activation of layer 20 over that of layer 1",
    "claim.1.precisely": "Gradients shrink or grow by a factor a layer wherever the scale of the weights does not "
    "fit the activation; under sigmoid N(0, 1) happens to leave them nearly level, though half of its values are "
    "saturated. Where the mean of the weights is not zero, as under U(0, 1), a layer drifts to one side if the "
    "function is not odd, as sigmoid and ReLU are not, or if the inputs have a mean. Tanh is odd and these inputs "
    "average to 0: under U(0, 1) its layers stay centred, though each sample sits at its own end (in layer 5 the "
    "mean is within 0.05 of 0, at a standard deviation of 1.0), and under N(0, 0.01²) and He they "
    "stay centred too. With a mean of zero a layer may drift where the activation's values do not average to 0 "
    "and the signal grows: softplus under "
    "He does, a little more with every layer. Under sigmoid, with weights as often negative as positive, each unit "
    "may sit at its own end, but the layer as a whole stays centred. What such a start costs: with vanished "
    "gradients 500 updates do not move the loss from ln 10; from the milder plateau of Xavier under ReLU training "
    "does get away, in about three times as many updates as He needs. A broad histogram is no way out: sigmoid with "
    "Xavier weights stays on the plateau too.",
    "claim.2.quote": "With zero weights no update is possible, even where the loss has a gradient.",
    "claim.2.outcome": "under tanh and ReLU, which are 0 at 0; not under sigmoid, which is 1/2 there: its last layer "
    "learns at once and the others one by one, though their units never come to differ",
    "claim.2.case.zeros-sigmoid": "sigmoid, zeros: layers, of 5, whose ∂L/∂W is not exactly 0",
    "claim.2.case.zeros-tanh": "tanh, zeros: layers, of 5, whose ∂L/∂W is not exactly 0",
    "claim.2.case.zeros-relu": "ReLU, zeros: layers, of 5, whose ∂L/∂W is not exactly 0",
    "claim.2.case.zeros-tanh-biases": "tanh, zeros: RMS of ∂L/∂z at layer 5, what its biases would get",
    "claim.2.case.zeros-relu-biases": "ReLU, zeros: RMS of ∂L/∂z at layer 5",
    "claim.2.case.constant-layers": "sigmoid, constant 0.1: layers whose ∂L/∂W is not 0",
    "claim.2.case.constant-units": "sigmoid, constant 0.1: distinct units, of 100, in layer 5",
    "claim.2.case.moved-sigmoid": "sigmoid, zeros: layers, of 6 with the head, whose weights are not 0 after 500 "
    "updates",
    "claim.2.case.moved-tanh": "tanh, zeros: layers, of 6 with the head, whose weights are not 0 after 500 updates",
    "claim.2.case.moved-relu": "ReLU, zeros: layers, of 6 with the head, whose weights are not 0 after 500 updates",
    "claim.2.case.zeros-loss": "sigmoid, zeros: fall of the loss below ln 10 in 500 updates",
    "claim.2.case.zeros-units": "sigmoid, zeros: distinct units of layer 5 after 500 updates",
    "claim.2.case.moved-constant": "ReLU, constant 0.01: layers, of 6, whose weights are not 0 after 500 updates",
    "claim.2.case.constant-trained-units": "ReLU, constant 0.01: distinct units, of 100, in layer 5 after 500 updates",
    "claim.2.case.constant-accuracy": "ReLU, constant 0.01: training accuracy after 500 updates",
    "claim.2.case.he-accuracy": "ReLU, He: training accuracy after 500 updates",
    "claim.2.precisely": "Through zero weights no gradient passes backwards, so below the last layer every ∂L/∂W is "
    "0. In the last layer ∂L/∂W is its input times ∂L/∂z. Under tanh and ReLU that input is 0: no weight learns "
    "(under tanh the last layer's biases would; under ReLU, whose slope at 0 is taken as 0, nothing does). Under "
    "sigmoid it is 1/2: the last layer's weights do learn, and after each update one layer more before it, each by a "
    "factor of 10⁴ and more less than the next (after 500 updates layer 1 is still below what float32 can hold), and "
    "the units of each stay identical: the loss stays at ln 10. A constant such as 0.01 or 0.1 passes signal and "
    "gradient and leaves the same fault: below the last layer the units of a layer compute the same and get the same "
    "update, so a layer of 100 learns as one unit, and 500 updates hardly take it beyond a guess.",
    "claim.3.quote": "With uniform weights the range of the outputs gets too wide.",
    "claim.3.outcome": "under U(−1, 1), and under ReLU with U(0, 1); not under sigmoid with U(0, 1), which drives "
    "every value to 1",
    "claim.3.case.sigmoid": "sigmoid, U(−1, 1): std of layer 5, of at most 0.5",
    "claim.3.case.tanh": "tanh, U(−1, 1): std of layer 5, of at most 1",
    "claim.3.case.relu": "ReLU, U(−1, 1): factor of the signal a layer",
    "claim.3.case.sigmoid-positive": "sigmoid, U(0, 1): std of layer 5, of at most 0.5",
    "claim.3.case.sigmoid-positive-mean": "sigmoid, U(0, 1): mean of layer 5",
    "claim.3.case.relu-positive": "ReLU, U(0, 1): factor of the signal a layer",
    "claim.3.precisely": "It depends on which uniform. U(−1, 1) has mean 0 and variance 1/3, so σ_w² = n/3 = 33 "
    "at 100 units: the values are spread to both ends of sigmoid and tanh. U(0, "
    "1) has mean 1/2, which pushes all units of a layer the same way: under sigmoid every value is driven to 1, a "
    "range too narrow, and under ReLU the signal grows about n/2-fold a layer. A uniform distribution scaled to the "
    "width, as xavier_uniform, has the variance of a normal one, and that is what counts in wide layers.",
    "claim.4.quote": "Standard normal weights are too large, or too small, which hinders training; sigmoid saturates "
    "at 0 and 1.",
    "claim.4.outcome": "sigmoid and tanh saturate, and in 500 updates of plain SGD ReLU diverges and tanh falls far "
    "behind Xavier; but sigmoid does learn from N(0, 1), and from Xavier it does not",
    "claim.4.case.sigmoid-saturated": "sigmoid, N(0, 1): saturated share of layer 5",
    "claim.4.case.sigmoid-low": "sigmoid, N(0, 1): share of layer 5 below 0.05",
    "claim.4.case.sigmoid-high": "sigmoid, N(0, 1): share of layer 5 above 0.95",
    "claim.4.case.tanh-saturated": "tanh, N(0, 1): saturated share of layer 5",
    "claim.4.case.relu-factor": "ReLU, N(0, 1): factor of the signal a layer",
    "claim.4.case.tanh-small-factor": "tanh, N(0, 0.01²): factor of the signal a layer",
    "claim.4.case.sigmoid-stuck": "sigmoid, N(0, 1): fall of the loss below ln 10 in 500 updates",
    "claim.4.case.sigmoid-behind": "sigmoid: training accuracy after 500 updates, Xavier's less that of N(0, 1)",
    "claim.4.case.tanh-behind": "tanh: training accuracy after 500 updates, Xavier's less that of N(0, 1)",
    "claim.4.case.tanh-accuracy": "tanh, N(0, 1): training accuracy after 500 updates",
    "claim.4.case.relu-diverged": "ReLU, N(0, 1): share of seeds that diverge",
    "claim.4.precisely": "Large and small are meant beside 1/√n: at 100 units std 1 is σ_w² = 100, and std "
    "0.01 is 0.01. The large weights saturate sigmoid and tanh and make ReLU explode by √(n/2) = 7 a layer; the "
    "small ones shrink the signal of tanh tenfold a layer. The wider the layers, the worse the first and the better "
    "the second. What that does to training depends on the activation. ReLU diverges at once. tanh starts with a "
    "loss far above ln 10 and after 500 updates is right on a quarter of the images, where from Xavier it is right "
    "on most. But sigmoid, half of it saturated, passes back through its steep half what Xavier's flat slopes lose: "
    "it leaves the plateau, where from Xavier it stays a guess.",
    "claim.5.quote": "The key is that the activations of every layer are suitably broad.",
    "claim.5.outcome": "narrow tanh loses its gradients, and broad tanh and ReLU keep theirs to within a factor of "
    "three over five layers; but broad sigmoid loses them as well, and ReLU keeps them at a thousandth of the breadth",
    "claim.5.case.narrow": "narrow (tanh, N(0, 0.01²)): change of the gradient from layer 5 to layer 1, in decades",
    "claim.5.case.narrow-std": "its std at layer 5",
    "claim.5.case.tanh-xavier": "broad (tanh, Xavier): change of the gradient from layer 5 to layer 1, in decades",
    "claim.5.case.tanh-xavier-std": "its std at layer 5",
    "claim.5.case.relu-he": "broad (ReLU, He): change of the gradient from layer 5 to layer 1, in decades",
    "claim.5.case.relu-he-std": "its std at layer 5",
    "claim.5.case.sigmoid-xavier": "broad (sigmoid, Xavier): change of the gradient from layer 5 to layer 1, in "
    "decades",
    "claim.5.case.sigmoid-xavier-std": "its std at layer 5",
    "claim.5.case.small-inputs": "narrow (ReLU, He, inputs from N(0, 0.001²)): change of the gradient from layer 5 "
    "to layer 1, in decades",
    "claim.5.case.small-inputs-std": "its std at layer 5",
    "claim.5.case.small-inputs-kept": "its factor of the signal a layer",
    "claim.5.precisely": "Breadth is neither sufficient nor necessary. Not sufficient: under sigmoid with Xavier "
    "weights activations are broad at every layer, and the gradients vanish all the same, for the slope there counts "
    "as well: χ₁ = σ_w² E[φ′²] has to be near 1. Not necessary: ReLU with He's weights, given inputs a "
    "thousandth as large, has activations a thousandth as broad in every layer, and level gradients. What a deep "
    "stack cannot do without is that the spread is kept from layer to layer, on whatever level; where it is lost, as "
    "by tanh under N(0, 0.01²), the gradients are lost too.",
    "claim.6.quote": "Xavier suits sigmoid and tanh; its weights get smaller as the layer before gets wider.",
    "claim.6.outcome": "for tanh; not for sigmoid, whose slope of at most 1/4 makes the gradients vanish",
    "claim.6.case.tanh": "tanh, Xavier: change of the gradient from layer 5 to layer 1, in decades",
    "claim.6.case.tanh-factor": "tanh, Xavier: factor of the signal a layer, 50 layers",
    "claim.6.case.sigmoid": "sigmoid, Xavier: change of the gradient from layer 5 to layer 1, in decades",
    "claim.6.case.wider": "std of a Xavier weight between layers of 400, over that between layers of 100",
    "claim.6.precisely": "It suits tanh, whose slope at 0 is 1: there the signal decays only slowly and the gradient "
    "reaches the first layer. sigmoid is near-linear too, but its slope is 1/4 at most: under variance 1/n a "
    "mean-square gradient loses at least a factor of 16 a layer, and sigmoid would need weights at least 4 times "
    "larger. Glorot's variance is 2 / (fan_in + fan_out), that of the book's Xavier 1 / fan_in; they agree on square "
    "layers only.",
    "claim.7.quote": "Under ReLU, Xavier fades with depth; He, with a larger standard deviation, holds.",
    "claim.7.outcome": "Xavier's signal shrinks by √2 a layer, and He's weights, √2 times as large, keep it",
    "claim.7.case.xavier-factor": "ReLU, Xavier: factor of the signal a layer, 50 layers",
    "claim.7.case.he-factor": "ReLU, He: factor of the signal a layer, 50 layers",
    "claim.7.case.he": "ReLU, He: change of the gradient from layer 5 to layer 1, in decades",
    "claim.7.case.he-over-xavier": "std of a He weight over that of a Xavier weight, layers of 100",
    "claim.7.precisely": "ReLU sets half of the values to 0 and so halves the mean square: under Xavier the signal "
    "shrinks by √2 a layer, to 3·10⁻⁸ after 50. He's weights are larger by just that √2. They hold the level "
    "in the mean over networks; a single network of 100 units wanders by a factor of two to four over 50 layers.",
    "claim.8.quote": "Initialization and batch normalization both normalize the signal; they differ in who does it, "
    "when, and for whom.",
    "claim.8.outcome": "an initializer does it once, for a layer as a whole; batch normalization at every update, "
    "for every unit, before the activation or behind it; not at weights so small that eps outweighs their signal",
    "claim.8.case.across-he": "no norm, He's scale: std of layer 5 over layer 1, at the start",
    "claim.8.case.across-batch-large": "batch norm, N(0, 1): the same",
    "claim.8.case.across-batch-small": "batch norm, N(0, 0.003²): the same",
    "claim.8.case.across-batch-tiny": "batch norm, N(0, 0.0001²): the same",
    "claim.8.case.across-small": "no norm, N(0, 0.003²): the same",
    "claim.8.case.kept": "no norm, He's scale: std of z in layer 5 after training over that before",
    "claim.8.case.kept-batch": "batch norm, He's scale: the same",
    "claim.8.case.scales": "no norm: scales, of 8, with half right after 20 epochs under every seed",
    "claim.8.case.scales-batch": "batch norm: scales with half right so",
    "claim.8.case.diverged": "no norm, N(0, 1): share of seeds that diverge",
    "claim.8.case.apart-batch": "batch norm: best scale's accuracy less the worst's",
    "claim.8.case.apart": "no norm: best scale's accuracy less the worst's",
    "claim.8.case.across-after-large": "batch norm behind the activation, N(0, 1): the same",
    "claim.8.case.across-after-small": "batch norm behind the activation, N(0, 0.003²): the same",
    "claim.8.case.kept-after": "batch norm behind the activation, He's scale: std of what layer 5 passes on, after "
    "training over before",
    "claim.8.case.units": "no norm, He's scale: how far a unit of layer 5 goes beside the spread of the layer, over "
    "the same with batch norm",
    "claim.8.case.scales-after": "batch norm behind the activation: scales with half right so",
    "claim.8.case.apart-after": "batch norm behind the activation: best scale's accuracy less the worst's",
    "claim.8.precisely": "An initializer sets the scale once, before the first update, for the whole layer and on "
    "average: its units differ among themselves, and training moves on from there. Batch normalization sets it at "
    "every update, for each unit and over the batch, whatever the weights. The paper that introduced it has it before "
    "the activation, the text behind it, and the book leaves the place open: both were run, and both make all layers "
    "start alike at every scale at which z stays well above √eps = 0.001. The start loses much of its grip: of 8 "
    "scales over four decades six get half of the digits right, behind the activation all eight, without it two. But "
    "the scale does not cease to matter: a gradient is inversely proportional to the size of the weights it is taken "
    "by, so large weights turn too slowly and tiny ones jump; at this rate 0.01 or 0.003 does best, not He's. Behind "
    "the activation accuracy is higher at most scales here.",
    "claim.9.quote": "Weight decay penalizes large weights: weights get smaller, there is less overfitting, and it "
    "is most useful where data are few or noisy. Large weights slow learning, for they weaken the signal that is "
    "passed back.",
    "claim.9.outcome": "weights shrink and the gap closes with few, noisy and plenty of rows; the model gains where "
    "labels are wrong, with few rows in loss alone; large weights slow ReLU networks, and weaken what is passed back, "
    "under batch norm only",
    "claim.9.case.norm-little": "300 rows, λ = 0.01: norm of all weights over that without decay",
    "claim.9.case.norm-noisy": "1000 rows, 30 % of labels wrong, λ = 0.03: norm of all weights over that without decay",
    "claim.9.case.norm-plenty": "2000 rows, λ = 0.03: norm of all weights over that without decay",
    "claim.9.case.gap-little": "300 rows, λ = 0.01: gap of validation over training loss, over that without decay",
    "claim.9.case.gap-noisy": "1000 rows, 30 % of labels wrong, λ = 0.03: gap of validation over training loss, over "
    "that without decay",
    "claim.9.case.gap-plenty": "2000 rows, λ = 0.03: gap of validation over training loss, over that without decay",
    "claim.9.case.loss-little": "300 rows, λ = 0.01: validation loss over that without decay",
    "claim.9.case.loss-noisy": "1000 rows, 30 % of labels wrong, λ = 0.03: validation loss over that without decay",
    "claim.9.case.loss-plenty": "2000 rows, λ = 0.03: validation loss over that without decay",
    "claim.9.case.loss-plenty-0.01": "2000 rows, λ = 0.01: validation loss over that without decay",
    "claim.9.case.loss-little-0.1": "300 rows, λ = 0.1: validation loss over that without decay",
    "claim.9.case.accuracy-little": "300 rows, λ = 0.01: validation accuracy gained",
    "claim.9.case.accuracy-noisy": "1000 rows, 30 % of labels wrong, λ = 0.03: validation accuracy gained",
    "claim.9.case.accuracy-plenty": "2000 rows, λ = 0.03: validation accuracy gained",
    "claim.9.case.small-adam": "Adam, L2 λ = 0.0001: share of layer 1's weights below 0.002",
    "claim.9.case.small-adamw": "AdamW, λ = 0.01: share of layer 1's weights below 0.002",
    "claim.9.case.small-adamw-strong": "AdamW, λ = 1: share of layer 1's weights below 0.002",
    "claim.9.case.slowed-batch": "batch norm, weights 8 × He's: epochs to a training loss of 0.5 over He's, medians",
    "claim.9.case.slowed": "no norm, weights 2 × He's: epochs to a training loss of 0.5 over He's, medians",
    "claim.9.case.large-loss": "no norm, weights 4 × He's: training loss after 30 epochs",
    "claim.9.case.best-noisy-0.03": "1000 rows, 30 % of labels wrong, λ = 0.03: best validation accuracy of all "
    "evaluations, above the best without decay",
    "claim.9.case.best-little-0.01": "300 rows, λ = 0.01: best validation accuracy above the best without decay",
    "claim.9.case.best-plenty-0.003": "2000 rows, λ = 0.003: best validation accuracy above the best without decay",
    "claim.9.case.signal-sigmoid": "sigmoid: gradient of layer 1's weights under N(0, 1), over that under Xavier",
    "claim.9.case.signal-tanh": "tanh: gradient of layer 1's weights under N(0, 1), over that under Xavier",
    "claim.9.case.signal-relu": "ReLU: gradient of layer 1's weights under N(0, 1), over that under He",
    "claim.9.case.signal-batch": "ReLU, batch norm: gradient of layer 1's weights under N(0, 1), over that under He",
    "claim.9.precisely": "Weights get smaller and the gap between validation and training closes wherever decay is "
    "strong enough, but it closes by training worse: whether the model gets better is another question. Where labels "
    "are wrong λ = 0.03 ends with about twelve points more accuracy, because wrong labels are no longer learned by "
    "heart; but much of that is what the network without decay loses by going on. Best against best, each at its own "
    "best evaluation, about three points are left. With 300 rows validation loss ends a fifth lower and accuracy "
    "stays: the same answers, given less surely. λ = 0.03 makes 2000 right rows worse, a weaker decay changes little "
    "there, and too strong a one does harm everywhere. Under Adam an L2 penalty is no such decay: weights whose loss "
    "has no gradient, those of pixels that are always black, go to 0 at full speed whatever λ is (till λ|w| is as "
    "small as the eps of Adam); AdamW shrinks all in proportion. The text's reason was measured too: under sigmoid, "
    "tanh and ReLU what comes back to the first layer is not weaker with weights of N(0, 1) but many times stronger. "
    "Under batch norm, where their size cancels, it is weaker by as much as they are larger, and there they do slow "
    "learning. Without it ReLU learns faster from weights twice He's, and from much larger ones not stably, or not "
    "at all.",
    "claim.10.quote": "Training error keeps falling while validation error turns; stopping there, with the best "
    "weights kept, gives a better model.",
    "claim.10.outcome": "where labels are wrong; where they are right validation error does not turn, and stopping "
    "saves time alone",
    "claim.10.case.train-falls": "1000 rows, 30 % of labels wrong: training error after 60 epochs, over that where "
    "validation error is lowest",
    "claim.10.case.validation-turns": "its validation error after 60 epochs, over the lowest",
    "claim.10.case.kept-loss": "test loss of the weights kept, over that of the last ones of the whole budget",
    "claim.10.case.kept-over-stop": "test error of the weights kept, over that of the last ones at the stop",
    "claim.10.case.spent": "share of the budget spent until the stop",
    "claim.10.case.right-labels": "2000 rows, labels right: validation error after 25 epochs, less that where "
    "validation loss is lowest",
    "claim.10.case.kept": "test error of the last weights of the whole budget, less that of the weights kept",
    "claim.10.case.kept-over-whole": "test error of the weights kept, over that of the last ones of the whole budget",
    "claim.10.precisely": "The text speaks of errors, and so wrong answers are counted. Where labels are wrong "
    "training error falls to nearly nothing, as they are learned by heart, and validation error turns: the weights "
    "kept, those of the lowest validation loss, are wrong on about a third fewer test rows than those of the whole "
    "budget, and cost about half the updates. The last weights at the stop are worse than those kept: stopping "
    "without keeping the best gives away part of it. With 2000 right rows validation loss turns a little too, as "
    "answers get surer than they are right, but error does not: stopping saves time there, not errors.",
    "claim.11.quote": "Schedules learn faster, escape local minima, and often give a better model.",
    "claim.11.outcome": "large rates escape, and schedules end with a lower test loss; with a better accuracy only "
    "where labels are wrong. But to a given loss none is sooner than the best constant by more than seeds are apart, "
    "and none leaves the dip more often than a constant of its peak",
    "claim.11.case.faster": "faster: clean labels, updates to a training loss of 0.1, five schedules over the best "
    "constant, seed by seed",
    "claim.11.case.faster-half": "after half of the budget, cosine over the constant 0.2",
    "claim.11.case.faster-large": "clean labels, training loss at the end, at a rate too large to hold: one-cycle "
    "0.6 over the constant 0.6",
    "claim.11.case.escape": "escape: schedules of peak 0.25: share that leaves the dip",
    "claim.11.case.escape-constant": "constant 0.05: share that leaves",
    "claim.11.case.escape-restarts": "restarts of peak 0.05: share that leaves",
    "claim.11.case.escape-over-constant": "schedules of peak 0.25: share that leaves, less that of the constant 0.25",
    "claim.11.case.escape-momentum": "constant 0.05 with momentum: share that leaves",
    "claim.11.case.clean-better": "better: clean labels: share of the five schedules, seed by seed, whose test loss "
    "is below the best constant's",
    "claim.11.case.clean-step": "clean labels: test loss of step decay, less the best constant's",
    "claim.11.case.clean-exponential": "clean labels: test loss of exponential, less the best constant's",
    "claim.11.case.clean-cosine": "clean labels: test loss of cosine, less the best constant's",
    "claim.11.case.clean-restarts": "clean labels: test loss of cosine with restarts, less the best constant's",
    "claim.11.case.clean-one-cycle": "clean labels: test loss of one-cycle, less the best constant's",
    "claim.11.case.clean-accuracy": "clean labels: test accuracy, mean of the five schedules, less that of the "
    "constant best in accuracy, in points",
    "claim.11.case.noisy-better": "better: 30 % wrong labels: share of the five schedules, seed by seed, whose test "
    "loss is below the best constant's",
    "claim.11.case.noisy-step": "30 % wrong labels: test loss of step decay, less the best constant's",
    "claim.11.case.noisy-exponential": "30 % wrong labels: test loss of exponential, less the best constant's",
    "claim.11.case.noisy-cosine": "30 % wrong labels: test loss of cosine, less the best constant's",
    "claim.11.case.noisy-restarts": "30 % wrong labels: test loss of cosine with restarts, less the best constant's",
    "claim.11.case.noisy-one-cycle": "30 % wrong labels: test loss of one-cycle, less the best constant's",
    "claim.11.case.noisy-more-right": "30 % wrong labels: share of the five schedules, seed by seed, whose test "
    "accuracy is above that of the constant best in accuracy",
    "claim.11.case.noisy-accuracy": "30 % wrong labels: test accuracy, mean of the five schedules, less that of the "
    "constant best in accuracy, in points",
    "claim.11.case.faster-step": "updates to that loss: step decay over the best constant",
    "claim.11.case.faster-exponential": "updates to that loss: exponential over the best constant; never counts as "
    "the whole budget",
    "claim.11.case.faster-cosine": "updates to that loss: cosine over the best constant",
    "claim.11.case.faster-restarts": "updates to that loss: cosine with restarts over the best constant",
    "claim.11.case.faster-one-cycle": "updates to that loss: one-cycle, its momentum half idle, over the best constant",
    "claim.11.case.faster-cycled": "updates to that loss, with momentum: one-cycle of peak 0.04, momentum against "
    "the rate, over the best constant",
    "claim.11.case.faster-end": "clean labels, training loss at the end, the constant 0.2 over five schedules, seed "
    "by seed",
    "claim.11.case.cycled": "clean labels, with momentum: test loss of one-cycle, less the best constant's",
    "claim.11.precisely": "Faster: in updates to a training loss of 0.1 cosine and step decay are about a tenth "
    "sooner there than the best of the constants, which is no more than seeds are apart; one-cycle and restarts are "
    "later, and exponential decay, small too soon, does not come there in the budget. Only at the very end, when the "
    "schedules' rates are nearly 0, is the constant's training loss the lowest. One-cycle moves the momentum against "
    "the rate; that half of it is idle under plain gradient descent, so it was run with momentum too, beside "
    "constants that have it: no sooner there either. It is faster where the rate is too large to hold all along. "
    "Escaping: what leaves a narrow minimum is a large rate (above 2 / curvature), noise times rate, or momentum; a "
    "schedule does it by its large rates, no better than a constant of that rate, but it comes to rest afterwards. "
    "Better: each constant is the best of its kind on validation rows, in loss for losses, in accuracy for "
    "accuracies. The test loss is nearly always lower; the accuracy is not, on clean labels, and clearly is where "
    "labels are noisy. All at 750 updates of a small network: a budget long enough to overfit.",
    "claim.12.quote": "The text's code of weight decay adds half of λ times the sum of all squared weights to the "
    "loss.",
    "claim.12.outcome": "it returns within its loop, so W1 alone is counted; and it adds to weight_decay before that "
    "has a value, which is an error in Python",
    "claim.12.case.before": "layer 1's share of the squares of all weights, before training: what is counted of the "
    "penalty",
    "claim.12.case.after": "its share after training with λ = 0.03",
    "claim.12.precisely": "The sum needs a first value before the loop, and the return belongs behind it. So the "
    "penalty is that of every layer, the output layer too; biases are left out.",
    "claim.12.code": """def loss(self, x, t):
    weight_decay = 0.0  # a first value, before the loop
    for layer in range(1, self.hidden_layer_num + 2):  # the output layer, too
        W = self.params["W" + str(layer)]
        weight_decay += 0.5 * self.weight_decay_lambda * np.sum(W**2)
    return self.last_layer.forward(self.predict(x), t) + weight_decay  # behind the loop""",
}
