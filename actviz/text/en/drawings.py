"""Words of experiments: what to see in each drawing."""

TEXT: dict[str, str] = {
    "drawing.article.overview": "Four pairings side by side: what the distributions show, and what only the "
    "gradients show.",
    "drawing.article.histograms-sigmoid": "Post-activation values of sigmoid, layer by layer. Standard normal "
    "weights saturate: values pile up at 0 and 1. With std 0.01 every unit sits at 0.5. Xavier and He look healthy "
    "here, but see the gradients: under sigmoid theirs vanish all the same.",
    "drawing.article.histograms-tanh": "Post-activation values of tanh, layer by layer. Standard normal weights "
    "saturate at −1 and 1; std 0.01 shrinks the signal tenfold a layer; Xavier keeps it broad, with a slow decay.",
    "drawing.article.histograms-relu": "Post-activation values of ReLU, layer by layer. On a logarithmic axis: "
    "Xavier fades by a factor of about 1.4 a layer, He holds, the standard normal grows sevenfold a layer. About "
    "half of all values are exactly 0 wherever weights are as often negative as positive.",
    "drawing.article.histograms-sigmoid-book": "The same for sigmoid as the book draws it: 30 bins on (0, 1). What "
    "lies outside is not in the picture; a panel that hides more than 1 % says how much that is.",
    "drawing.article.histograms-tanh-book": "The same for tanh as the book draws it, on all of its range: 30 bins on "
    "(−1, 1). Nothing lies outside.",
    "drawing.article.histograms-relu-book": "The same for ReLU as the book draws it: 30 bins on (0, 1), with exact "
    "zeros in a bar of their own. A panel that hides more than 1 % of its values says how much that is.",
    "drawing.article.signal": "Standard deviation by layer. A level line is a signal that survives; on the "
    "logarithmic axis a straight slope is one that vanishes or explodes.",
    "drawing.article.signal_detail": "Appendix: mean and saturated share beside the standard deviation, layer by "
    "layer.",
    "drawing.article.gradients_detail": "Appendix: the weights' gradients too, and how gradients are distributed at "
    "the first layer and at the last.",
    "drawing.article.collapse_detail": "Appendix: how much units vary over samples, and how many units of a layer "
    "differ. Under zero and constant weights all units of a layer are one.",
    "drawing.article.gradients": "The backward pass, from last layer to first. Under sigmoid, Xavier and He lose "
    "more than two decades in five layers, for all their handsome histograms; under ReLU, He keeps it level.",
    "drawing.article.saturation": "All pairings at a glance: the verdict of each, with saturated share and spread of "
    "the last layer and what is left of the gradient at the first.",
    "drawing.article.collapse": "Can the samples still be told apart? Under sigmoid and ReLU they become ever more "
    "alike; under tanh they do not.",
    "drawing.article.ridges-xavier_normal-sigmoid": "Fifty layers of sigmoid with Xavier normal weights. From the "
    "second layer on the distribution stays as it is, while gradients vanish.",
    "drawing.article.ridges-normal-tanh": "Fifty layers of tanh with N(0, 1) weights. Saturated from the first layer "
    "to the last: values at −1 and 1.",
    "drawing.article.ridges-xavier_normal-tanh": "Fifty layers of tanh with Xavier normal weights. A slow decay: the "
    "distribution narrows a little in each of 50 layers.",
    "drawing.article.ridges-xavier_normal-relu": "Fifty layers of ReLU with Xavier normal weights. The signal fades "
    "by half an octave a layer; after 50 layers it is tens of millions times smaller.",
    "drawing.article.ridges-he_normal-relu": "Fifty layers of ReLU with He normal weights. The scale of the signal "
    "holds over 50 layers.",
    "drawing.article.race-relu": "Five initializers race under ReLU. Zero weights get no gradient in any layer and "
    "stay 0; a constant makes one unit of every layer; std 0.01 lets gradients vanish; Xavier starts on a plateau; "
    "He learns from the start.",
    "drawing.article.race-sigmoid": "Five initializers race under sigmoid. Only N(0, 1), half of it saturated, leaves "
    "the plateau in 500 updates: Xavier and He have broad activations, and gradients that vanish all the same.",
    "drawing.article.film": "Three networks of ReLU in training, as a strip: std 0.01 stays where it is, Xavier's "
    "layers grow out of their fading start, He's hardly move, for they had nothing to make up.",
    "drawing.article.batch-norm": "Eight weight scales over four decades, with and without batch normalization. "
    "Without it, only those near He's train; with it, all do, not all equally well.",
    "drawing.article.batch-norm-layers": "Why: batch normalization makes the layers start alike at every scale above "
    "about 0.001. How far an update turns the weights still depends on how large they are.",
    "drawing.article.decay": "Weight decay where 30 % of the labels are wrong. Without it the wrong ones are learned "
    "by heart: training accuracy rises, validation accuracy falls. λ = 0.03 prevents that; λ = 0.1 prevents all "
    "learning.",
    "drawing.article.sweep-little": "How much decay is best with 300 rows. A little decay lowers validation loss by "
    "a fifth, and leaves accuracy where it is.",
    "drawing.article.sweep-noisy": "How much decay is best with 1000 rows, 30 % of labels wrong. Validation accuracy "
    "at the end is best at λ = 0.03, by about twelve points; best evaluation against best, by about three.",
    "drawing.article.sweep-plenty": "How much decay is best with 2000 rows. Validation hardly changes up to λ = 0.01 "
    "and then gets worse: little to gain, much to lose.",
    "drawing.article.weights-decoupled": "L2 in the loss under Adam, and AdamW's decay. Under Adam a third of the "
    "first layer's weights, those of pixels that are always black, end at 0 even at λ = 0.0001: the penalty is their "
    "only gradient, and Adam makes every gradient a step of the same size. AdamW shrinks all weights in proportion.",
    "drawing.article.sweep-decoupled": "The same λ is not the same under both: at λ = 1 Adam with L2 in the loss "
    "learns nothing, and AdamW is at its best.",
    "drawing.article.pace": "Under batch norm larger weights learn more slowly: an update is smaller beside them. "
    "Without it twice He's is faster, and more is not stable. Either way large weights end with the worse model.",
    "drawing.article.stopping": "Early stopping where 30 % of the training labels are wrong (so training loss starts "
    "above validation loss): validation turns, training goes on to learn the wrong labels. The weights kept are "
    "better on the test rows than the last, for every seed.",
    "drawing.article.schedules": "Clean labels, equal budget, judged by accuracy. The constant 0.2 is the best of "
    "four; the schedules end at the same accuracy or less. At 0.6, too large to hold, one-cycle still learns.",
    "drawing.article.schedules-loss": "The same runs, judged by test loss: nearly every schedule ends lower than the "
    "constant 0.2, whose training loss is the lowest by far. It is as often right, but too sure where it is wrong.",
    "drawing.article.schedules-noisy": "The same with 30 % of the labels wrong. A constant rate learns the wrong "
    "labels too, the more the larger it is; every schedule ends better than the best of four constants.",
    "drawing.article.descents": "A narrow dip on the flank of a wide bowl. What leaves the dip is a rate above 2 / "
    "curvature, or momentum: a constant does as well as a schedule, and restarts to a small peak do not.",
    "drawing.dlfs/activation-histograms.histograms-sigmoid-book": "The book's figures 6-10 (standard deviation 1), "
    "6-11 (0.01) and 6-13 (Xavier), and He beside them: sigmoid, 30 bins on (0, 1). Standard deviation 1 piles the "
    "values up at 0 and 1; 0.01 gathers them at 0.5.",
    "drawing.dlfs/activation-histograms.histograms-relu-book": "The book's figure 6-14 (0.01, Xavier, He), and "
    "standard deviation 1 beside them: ReLU, 30 bins on (0, 1). "
    "Standard deviation 0.01 leaves nothing but the first bin, and He's own is the only one that keeps its shape; a "
    "quarter of its values lies beyond 1, outside the picture.",
    "drawing.dlfs/activation-histograms.histograms-tanh-book": "The same picture for tanh: 30 bins on (0, 1). Half "
    "of the values, all negative ones, are not in the picture: see the next one for all.",
    "drawing.dlfs/activation-histograms.histograms-tanh": "The same for tanh over its whole range. Standard "
    "deviation 1 saturates at both ends, 0.01 collapses.",
    "drawing.dlfs/activation-histograms.signal": "The standard deviations in numbers, layer by layer. A level line "
    "is a distribution that keeps its width.",
    "drawing.dlfs/weight-decay.decay": "With λ = 0.1 the gap between training and validation closes, as the book "
    "shows: but by training worse. Validation, for which the gap is closed, gets worse too, in loss and in accuracy.",
    "drawing.dlfs/weight-decay.curves": "The book's figures 6-20 and 6-21 in one, with losses: training accuracy "
    "reaches 100 % without decay and stays near 90 % with it; validation ends near 80 % without and near 76 % with "
    "it.",
    "drawing.dlfs/weight-decay.weights": "What λ = 0.1 does to the weights of the first, a middle and the output "
    "layer: all shrink in proportion, by (1 - 0.001) an update, unless the loss holds them up; without it they stay "
    "as drawn.",
    "drawing.cs231n/ten-layers.histograms-tanh": "tanh: standard deviation 1 saturates every layer, 0.01 collapses "
    "to 0 within a few, and 1/fan_in keeps a broad shape that narrows slowly.",
    "drawing.cs231n/ten-layers.histograms-relu": "ReLU: with variance 1/fan_in the values drift to the left, half of "
    "their mean square lost a layer; with He's 2/fan_in they stay.",
    "drawing.cs231n/ten-layers.signal-tanh": "tanh, layer by layer: the slow decay under 1/fan_in is a bent line, "
    "the collapse under 0.01 a straight one.",
    "drawing.cs231n/ten-layers.gradients-tanh": "The gradients of tanh: collapsed stacks lose theirs, saturated ones "
    "let them run away, 1/fan_in keeps most.",
    "drawing.glorot2010/activations-and-gradients.histograms-sigmoid": "Activations of sigmoid. They gather around "
    "0.5 with either initialization, more so with the standard one.",
    "drawing.glorot2010/activations-and-gradients.histograms-tanh": "Activations of tanh. With standard weights they "
    "shrink from layer to layer, with normalized ones they stay broad.",
    "drawing.glorot2010/activations-and-gradients.histograms-softsign": "Activations of softsign. As tanh, with "
    "softer tails: normalized weights keep more of the width.",
    "drawing.glorot2010/activations-and-gradients.gradients": "Back-propagated gradients. Read from right to left: "
    "with standard weights they shrink at least 3-fold in mean square a layer, with normalized ones tanh keeps "
    "most. Under tanh and softsign the norm of ∂L/∂W is level all the same, with either: a small gradient there "
    "meets a large signal.",
    "drawing.glorot2010/activations-and-gradients.signal": "The same in numbers, going forward: a falling standard "
    "deviation is a signal that fades.",
    "drawing.he2015/scales.signal": "Thirty layers of ReLU. Xavier's signal shrinks by √2 a layer, and under std 0.01 "
    "a ninth is left a layer; He's stays.",
    "drawing.he2015/scales.gradients": "Gradients on their way back lose what the forward pass loses a layer.",
    "drawing.yang2017/residual.stream-unscaled": "He's weights in branches that are not scaled: every block doubles "
    "the mean square of the stream, and of the gradient on its way back.",
    "drawing.yang2017/residual.stream-scaled": "Branches scaled by 1/√L: through 24 blocks the mean square grows by "
    "(1 + 1/24)²⁴ = 2.66, and never by more than e at any depth.",
    "drawing.yang2017/residual.stream-prenorm": "A layer norm before every branch: each adds the same, so that the "
    "mean square grows as 1 + l, and branches count for less and less.",
    "drawing.yang2017/residual.stream-postnorm": "A layer norm on the stream behind every sum: the size is the same "
    "in all blocks, and half of every gradient comes through branches.",
    "drawing.yang2017/residual.stream-tanh": "tanh in blocks: the stream grows as √l and its gradient as exp(c √l), "
    "less than exponentially.",
    "drawing.pennington2017/isometry.spectrum-linear": "Eight linear layers: under orthogonal weights all singular "
    "values are one; under Gaussian ones a few directions are stretched up to 23-fold in mean square while most are "
    "lost.",
    "drawing.pennington2017/isometry.spectrum-relu": "Eight layers of ReLU: half of all directions end "
    "at 0, and orthogonal weights halve the spread but cannot take it away.",
    "drawing.saxe2014/orthogonal.spectrum": "Thirty-two linear layers: orthogonal weights stretch no direction, "
    "Gaussian ones stretch some a hundredfold in mean square and lose the rest.",
    "drawing.hanin2018/fluctuations.signal-deep": "One sample through 200 networks of 20 ReLU layers of 100 units "
    "under He's weights: the mean is kept, single networks drift apart.",
    "drawing.hanin2018/fluctuations.signal-half-as-wide": "Half as deep and half as wide: the sum of 1 / width is the "
    "same, a fifth, and networks end as far apart.",
    "drawing.hanin2018/fluctuations.signal-shallow": "Five layers of 100: a quarter of that sum, and a quarter of the "
    "variance.",
    "drawing.he2015/thirty-layers.curves-22": "Twenty-two layers: He's weights learn at once, Xavier's have hardly "
    "begun after 15 epochs.",
    "drawing.he2015/thirty-layers.curves-30": "Thirty layers: under Xavier's weights the loss stays that of guessing; "
    "He's learn, though slowly.",
    "drawing.cs231n/six-layers.histograms-tanh": "tanh with weights of standard deviation 0.01, 0.05 and 1/√4096, "
    "about 0.016: the first collapse, the second saturate, the third hold.",
    "drawing.cs231n/six-layers.histograms-relu": "ReLU: with variance 1/fan_in half of the mean square is lost in "
    "every layer, with He's 2/fan_in none.",
    "drawing.lsuv2015/unit-variance.signal-tanh": "Twenty layers of tanh on images. Scaled on a batch, every layer "
    "starts at one size; under Xavier's weights the signal fades slowly.",
    "drawing.lsuv2015/unit-variance.signal-relu": "ReLU: what Xavier's weights lose layer by layer is made up on the "
    "batch; He's make it up on average, and keep the small size that the images have.",
    "drawing.lsuv2015/unit-variance.curves-tanh": "Under tanh the network scaled on a batch learns fastest, though all "
    "learn.",
    "drawing.lsuv2015/unit-variance.curves-relu": "Under ReLU Xavier's network stays at a guess; one scaled on a batch "
    "and He's learn.",
    "drawing.ioffe2015/batch-norm.curves": "With batch normalization the sigmoids are past the other network's end "
    "within a fifth of the updates.",
    "drawing.ioffe2015/batch-norm.race": "Activations before and after training, and the gradients beneath: without "
    "normalization those of the first layers are small.",
    "drawing.loshchilov2019/decoupled.weights-alone": "No ReLU fires, so that the decay alone acts. SGD and AdamW "
    "shrink weights by a factor that goes with λ; Adam, which divides the penalty's gradient by its own size, by the "
    "same amount whatever λ.",
    "drawing.loshchilov2019/decoupled.weights": "At λ = 0.3 the penalty under Adam takes most of the weights; AdamW's "
    "decay a twentieth.",
    "drawing.loshchilov2019/decoupled.curves": "With them goes what was learned: at the same λ Adam with a penalty "
    "ends at a guess, AdamW as high as without decay.",
    "drawing.yang2019/batch-norm.gradients": "Read from right to left: with batch normalization before every ReLU the "
    "gradient grows by 1.21 a layer; under weights so small that eps outweighs the signal it does not.",
    "drawing.yang2019/batch-norm.signal": "Going forward nothing is amiss under He: all layers have one mean and "
    "spread.",
    "drawing.poole2016/fig1.signal-short": "From short inputs: within a few layers the signal grows to the length "
    "its weights keep.",
    "drawing.poole2016/fig1.signal-long": "From long inputs: it shrinks to the same length. Larger weights keep a "
    "longer signal.",
    "drawing.poole2016/fig1.collapse-long": "Samples at σ_w² = 1.69 become alike (ordered), at 6.25 and 16 they "
    "stay apart however deep the stack (chaotic).",
    "drawing.poole2016/fig1.gradients-long": "The same divide for gradients, from right to left: they shrink where "
    "χ₁ is below 1 and explode where it is above.",
    "drawing.poole2016/phase-plane.phase-map": "Each cell is a stack of 20 layers. Length, correlation and gradient "
    "factor at its end, above, are those of theory, below, up to what one network of width 300 scatters. Left of the "
    "critical line samples become alike and gradients shrink, right of it both the other way.",
    "drawing.schoenholz2017/trainability.trainability": "Each cell is a network that was trained by 200 small "
    "steps. Deep ones learn only near the critical weight variance, where theory's depth scale diverges; farther "
    "from it, only as deep as a few such scales.",
    "drawing.schoenholz2017/depth-scales.phase": "How many layers signal and gradient reach, over the scale of the "
    "weights. Both go deepest at the critical σ_w = 1.33, σ_w² = 1.76: below it samples become alike and "
    "gradients vanish, above it gradients explode.",
    "drawing.schoenholz2017/depth-scales.gradients": "Gradients through 50 layers, from right to left: straight "
    "lines on a logarithmic axis, falling below the critical weight variance, level at it, rising above.",
    "drawing.schoenholz2017/depth-scales.collapse": "The samples: alike below the critical weight variance, apart "
    "above it.",
    "drawing.selu/fixed-point.ridges-selu": "Fifty layers of SELU with weights of variance 1/fan_in: one shape from "
    "first to last. Gradients grow slowly, by χ₁ = 1.07 in mean square a layer.",
    "drawing.selu/fixed-point.signal": "Mean 0 and standard deviation 1 are a fixed point of variance 1/fan_in. With "
    "the gain of 3/4 that PyTorch suggests (0.5625/fan_in) the signal settles far below.",
    "drawing.selu/fixed-point.gradients": "What the gain of 3/4 buys: gradients that shrink slowly instead of "
    "growing slowly.",
    "drawing.pytorch/default-init.signal": "With PyTorch's default weights and no biases the signal fades with every "
    "layer, under ReLU by √6 = 2.4 and under tanh by √3 = 1.7 once it is small. He's weights hold under ReLU.",
    "drawing.pytorch/default-init.gradients": "Gradients fade at the same rate on their way back.",
    "drawing.pytorch/default-init.histograms-relu": "ReLU: the same shape in every layer, further to the left with "
    "each under the default weights.",
    "drawing.dlfs/weight-init-compare.race": "The book's figure 6-15, beside what explains it. With std 0.01 each "
    "layer shrinks the signal about fourteenfold, and gradients of 10⁻⁵ do not move the loss from ln 10 in 2000 "
    "updates. The book's Xavier (1/fan_in) starts on a plateau and takes some 3 to 4 times as many updates as He to "
    "leave it.",
    "drawing.dlfs/weight-init-compare.curves": "Loss and accuracy over all training rows, epoch by epoch.",
    "drawing.dlfs/batch-norm.batch-norm": "The book's figure 6-19. Without batch normalization two of 16 scales train, "
    "those near He's; larger ones diverge, smaller ones stay on the plateau. With it every scale trains, though not "
    "equally well.",
    "drawing.dlfs/batch-norm.curves": "As the book's figure 6-18: one of the 16 scales by itself, near He's. With "
    "batch normalization the same network learns faster.",
    "drawing.dlfs/batch-norm.batch-norm-layers": "Why: without it the signal of layer 5 spans twenty decades; with "
    "it, it is the same at every scale down to about 10⁻³, below which eps, 10⁻⁶, is no longer small. What is left "
    "of the scale is how far an update turns the weights: too little where they are large, too much where they are "
    "tiny.",
    "drawing.mup2022/coordinates.adam-standard": "Adam, one rate for all layers: sizes do not tell, but one "
    "update moves hidden layers and the output the more the wider they are.",
    "drawing.mup2022/coordinates.adam-mup": "Adam under muP: one update moves every layer as far at any width; "
    "the output starts the smaller the wider.",
    "drawing.mup2022/coordinates.sgd-standard": "SGD, one rate for all layers: wider networks move their first "
    "layer less, their hidden layers and output more.",
}
