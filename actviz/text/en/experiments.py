"""Words of experiments: titles, known numbers, how they are judged."""

TEXT: dict[str, str] = {
    # How a claim and a number are judged
    "status.count": "holds in {holds} of {of} cases",
    "status.outcome": "{count}: {outcome}",
    "status.unexpected": "not as expected in {turned}",
    "evidence.least": "{number} (holds if ≥ {least})",
    "evidence.most": "{number} (holds if ≤ {most})",
    "evidence.between": "{number} (holds if from {least} to {most})",
    "evidence.none": "{number}",
    "evidence.yes": "yes",
    "evidence.no": "no",
    "evidence.also": "also",
    "evidence.unexpected": ", not as expected",
    "evidence.allowed": "{low} to {high}",
    "evidence.allowed_few": "{low} to {high}: too few seeds to tell",
    "origin.from the paper": "from the paper",
    "origin.from the slides": "from the slides",
    "origin.from other software": "from other software",
    "origin.computed independently": "computed independently",
    "origin.this project's": "this project's",
    "basis.closed form": "closed form",
    "basis.quadrature": "quadrature",
    "basis.measured": "measured by independent code",
    "basis.published": "published",
    "basis.recalled": "recalled; does not decide",
    "basis.seeds": "{number} seeds",
    "basis.seed": "one run",
    # Experiments
    "experiment.article.title": "Weight initialization under sigmoid, tanh and ReLU",
    "experiment.article.source": "a Korean teaching article on weight initialization, regularization and learning "
    "rates; and the book it descends from: Saitoh, Deep Learning from Scratch, chapter 6: "
    "weight_init_activation_histogram",
    "experiment.dlfs/activation-histograms.title": "Activations by weight initialization, as in Deep Learning from "
    "Scratch, figures 6-10 to 6-14",
    "experiment.dlfs/activation-histograms.source": "Saitoh, Deep Learning from Scratch, chapter 6, "
    "figures 6-10, 6-11, 6-13 (sigmoid) and 6-14 (ReLU): weight_init_activation_histogram",
    "experiment.dlfs/weight-decay.title": "Weight decay against overfitting, as in Deep Learning from Scratch, "
    "figures 6-20 and 6-21",
    "experiment.dlfs/weight-decay.source": "Saitoh, Deep Learning from Scratch, chapter 6, figure 6-20 (without "
    "weight decay) and 6-21 (with it): overfit_weight_decay",
    "experiment.cs231n/ten-layers.title": "Ten layers of 500, as in CS231n",
    "experiment.cs231n/ten-layers.source": "Stanford CS231n, lecture on training neural networks: activation "
    "statistics by weight initialization",
    "experiment.glorot2010/activations-and-gradients.title": "Standard and normalized initialization, as in Glorot & "
    "Bengio 2010",
    "experiment.he2015/scales.title": "The scale of weights that ReLU wants, as in He et al. 2015",
    "experiment.yang2017/residual.title": "Scale, norm and activation rule how residual blocks grow with depth, as in "
    "Yang & Schoenholz 2017",
    "experiment.pennington2017/isometry.title": "How the Jacobian's singular values spread with depth, as in "
    "Pennington et al. 2017",
    "experiment.saxe2014/orthogonal.title": "Orthogonal weights keep a deep linear network an isometry, as in Saxe et "
    "al. 2014",
    "experiment.hanin2018/fluctuations.title": "The sum of 1 / width rules how unlike networks are, as in Hanin & "
    "Rolnick 2018",
    "experiment.he2015/thirty-layers.title": "At thirty layers Xavier stalls and He learns, as in He et al. 2015",
    "experiment.he2015/thirty-layers.source": "He, Zhang, Ren & Sun, Delving deep into rectifiers, ICCV 2015, figures "
    "2 and 3: 22 and 30 layers; here layers of 100 units on 2400 images of MNIST under momentum at rate 0.01, not "
    "their convolutions on ImageNet",
    "experiment.cs231n/six-layers.title": "Six layers of 4096, as in CS231n since 2019",
    "experiment.cs231n/six-layers.source": "Stanford CS231n, lecture on training neural networks, slides since 2019: "
    "activation statistics by weight initialization",
    "experiment.lsuv2015/unit-variance.title": "Weights scaled on a batch, layer by layer, as in Mishkin & Matas 2016",
    "experiment.lsuv2015/unit-variance.source": "Mishkin & Matas, All you need is a good init, ICLR 2016 (2015 on "
    "arXiv): orthonormal weights, divided until a layer's output on a batch has variance 1; here 20 layers of 100 "
    "units on 2400 images of MNIST, not their convolutions",
    "experiment.ioffe2015/batch-norm.title": "Sigmoids learn faster under batch normalization, as in Ioffe & Szegedy "
    "2015",
    "experiment.ioffe2015/batch-norm.source": "Ioffe & Szegedy, Batch normalization: Accelerating deep network "
    "training by reducing internal covariate shift, ICML 2015, section 4.1: three hidden layers of 100 sigmoids, "
    "batches of 60; here 2000 updates at rate 0.1 on 2400 images of MNIST, not 50000 on 60000 at a rate it does not "
    "name",
    "experiment.loshchilov2019/decoupled.title": "Decay beside Adam and decay through it, as in Loshchilov & Hutter "
    "2019",
    "experiment.yang2019/batch-norm.title": "Batch normalization makes gradients explode, as in Yang et al. 2019",
    "experiment.poole2016/fig1.title": "The length of a signal and its fixed point, as in Poole et al. 2016",
    "experiment.poole2016/phase-plane.title": "The phase plane of tanh, as in Poole et al. 2016",
    "experiment.schoenholz2017/trainability.title": "How deep networks train, as in Schoenholz et al. 2017",
    "experiment.schoenholz2017/depth-scales.title": "How deep signals and gradients reach, as in Schoenholz et al. "
    "2017",
    "experiment.selu/fixed-point.title": "SELU keeps mean 0 and variance 1, as in Klambauer et al. 2017",
    "experiment.pytorch/default-init.title": "PyTorch's default initialization fades",
    "experiment.pytorch/default-init.source": "torch.nn.Linear: U(±1/sqrt(fan_in)), from kaiming_uniform_(a=sqrt(5))",
    "experiment.dlfs/weight-init-compare.title": "Training by weight initialization, as in Deep Learning from Scratch, "
    "figure 6-15",
    "experiment.dlfs/weight-init-compare.source": "Saitoh, Deep Learning from Scratch, chapter 6, figure 6-15: "
    "weight_init_compare; on 3000 MNIST images instead of 60000",
    "experiment.dlfs/batch-norm.title": "Batch normalization at 16 weight scales, as in Deep Learning from Scratch, "
    "figures 6-18 and 6-19",
    "experiment.dlfs/batch-norm.source": "Saitoh, Deep Learning from Scratch, chapter 6, figure 6-18 (one scale) and "
    "6-19 (sixteen): batch_norm_test; its "
    "running variance starts at 0 and its first point is after one update, here 1 and before the first",
    # Expectations: known numbers
    "expectation.std": "{activation}, weights {init}: std of the activations at layer {layer}",
    "expectation.mean_field": "mean field",
    "expectation.cs231n.beside": "tanh, weights LeCun normal: std of the activations at layer 10, beside the same "
    "measured",
    "expectation.cs231n.wide": "√(1 - 1/π), .8256, in a wide layer",
    "expectation.mean_square": "{activation}, weights {init}: mean square of the activations at layer {layer}",
    "expectation.cs231n.geometric": "geometric mean of the seeds; 1 in the arithmetic mean",
    "expectation.cs231n.halved": "He's, halved in each of 10 layers",
    "expectation.dlfs.mean_sigmoid": "sigmoid, weights normal: mean of the activations at layer 5",
    "expectation.dlfs.mean_relu": "ReLU, weights He normal: mean of the activations at layer 1",
    "expectation.dlfs.gamma": "√(2 / 100) Γ(101/2) / Γ(50) / √π; 1/√π in a wide layer",
    "expectation.dlfs.beyond": "ReLU, weights He normal: share of layer 1 beyond 1, outside the book's picture",
    "expectation.dlfs.below": "tanh, weights LeCun normal: share of layer 5 below 0, outside the book's picture",
    "expectation.dlfs.odd": "tanh is odd, and weights are symmetric",
    "expectation.dlfs.gradient": "sigmoid, weights LeCun normal: factor of the mean-square gradient a layer, layers "
    "5 to 2",
    "expectation.dlfs.chi": "χ₁ at σ_w² = 1",
    "expectation.batch_loss": "weights {run}: mean loss of updates {first} to {last}",
    "expectation.dlfs.guess": "ln 10, a guess among ten",
    "expectation.train_accuracy": "weights {run}: training accuracy after 20 epochs",
    "expectation.overfit.train_loss": "training loss",
    "expectation.overfit.validation_loss": "validation loss",
    "expectation.overfit.train_accuracy": "training accuracy",
    "expectation.overfit.validation_accuracy": "validation accuracy",
    "expectation.overfit.weight_size": "norm of all weights over that before training",
    "expectation.overfit": "λ = {decay}: {what} after 201 epochs",
    "expectation.glorot.standard": "standard",
    "expectation.glorot.normalized": "normalized",
    "expectation.glorot.gradient": "{activation}, {weights} weights: mean-square gradient at layer 1 over layer 5",
    "expectation.glorot.std": "{activation}, {weights} weights: std of the activations at layer 5",
    "expectation.glorot.weight_gradient": "tanh, standard weights: variance of the weight gradient at layer 1 over "
    "layer 5",
    "expectation.glorot.singular": "{weights} weights: mean singular value of a layer's Jacobian, linear units",
    "expectation.glorot.around": "around, for tanh on the paper's images",
    "expectation.glorot.linear": "the same for all layers, where units are linear",
    "expectation.he.std": "3 × 3 convolution of {filters} filters: std of He's weights",
    "expectation.he.lost": "gradient from conv10 to conv2 under He's weights, over that under std 0.01",
    "expectation.he.factor": "ReLU, {init}: factor of the RMS signal a layer, {depth} layers",
    "expectation.residual.doubles": "He + ReLU, branches unscaled: factor of the stream's mean square a block",
    "expectation.residual.scaled": "branches × 1/√L, 24 blocks: mean square of the stream, of the input's",
    "expectation.residual.scaled_gradient": "branches × 1/√L, 24 blocks: mean-square gradient before the first "
    "block, of that behind the last",
    "expectation.residual.prenorm": "layer norm before branches: mean square of the stream behind 24 blocks, 1 + l",
    "expectation.residual.prenorm_gradient": "layer norm before branches: mean-square gradient before the first of "
    "24 blocks, of that behind the last",
    "expectation.residual.tanh": "tanh, LeCun: mean square of the stream behind 48 blocks",
    "expectation.residual.tanh_gradient": "tanh, LeCun: mean-square gradient before the first of 48 blocks, of that "
    "behind the last",
    "expectation.jacobian.spread": "{init} + {activation}, {depth} layers: spread of the squared singular values",
    "expectation.jacobian.largest": "{init} + {activation}, {depth} layers: largest squared singular value",
    "expectation.jacobian.isometry": "orthogonal + identity, {depth} layers: spread of the squared singular values, "
    "the largest of all seeds",
    "expectation.jacobian.one": "orthogonal + identity, {depth} layers: largest squared singular value of all seeds",
    "expectation.hanin.variance": "{depth} layers of {width}: variance over networks of ln of one sample's mean square",
    "expectation.he.loss": "{depth} layers, {init}: mean loss of the last 100 batches",
    "expectation.lsuv.unit": "{activation}, LSUV: std of the pre-activations at layer {layer}",
    "expectation.lsuv.batch": "1 on the batch of 500 that scales it; here of other rows",
    "expectation.lsuv.loss": "{activation}, {init}: mean loss of the last 100 batches",
    "expectation.ioffe": "{norm}: {what} after 2000 updates",
    "expectation.ioffe.no norm": "no normalization",
    "expectation.ioffe.batch norm": "batch norm",
    "expectation.decoupled.alone": "{optimizer}, λ = {decay}, no gradient of the loss: norm of all weights after "
    "{updates} updates over that before",
    "expectation.decoupled.factor": "(1 - 0.003 λ)^100, a factor an update",
    "expectation.decoupled.size": "100 steps of Adam on the gradient λ w, in which λ cancels",
    "expectation.decoupled.trained": "{optimizer}, λ = {decay}: {what} after 60 epochs",
    "expectation.yang.mean_square": "batch norm, ReLU: factor of the mean-square gradient a layer backwards",
    "expectation.yang.rms": "batch norm, ReLU: factor of the RMS gradient a layer backwards",
    "expectation.cs231n.slides": "the slides of 2017, lecture 6",
    "expectation.theory": "{at}: {name} in theory",
    "expectation.poole.length": "{at}: length q of layer {layer}, from inputs of std {std}",
    "expectation.poole.q_star": "{at}: length q of the last of 20 layers",
    "expectation.poole.chi_1": "{at}: factor of the mean-square gradient a layer, the latter 10 of 20 layers",
    "expectation.schoenholz.boundary": "depth to which networks train and theory's 6 ξ_c over σ_w²: "
    "correlation of their logarithms",
    "expectation.schoenholz.peak": "σ_w² whose deep networks train best, σ_b² = {bias_var}",
    "expectation.poole.gradient": "{at}: factor of the mean-square gradient a layer, layers {last} to 6",
    "expectation.pytorch.declared": "variance of a weight times fan_in, as declared",
    "expectation.pytorch.first": "ReLU, default weights: mean square of the pre-activations at layer 1",
    "expectation.pytorch.signal": "ReLU, default weights: factor of the RMS signal a layer, layers 1 to {last}",
    "expectation.pytorch.sixth": "mean square / 6 a layer",
    "expectation.pytorch.gradient": "ReLU, default weights: factor of the mean-square gradient a layer backwards",
    "expectation.pytorch.he": "ReLU, He uniform: factor of the RMS signal a layer",
    "expectation.schoenholz.gradient": "{at}: factor of the mean-square gradient a layer",
    "expectation.schoenholz.beside": "{what}, beside theory",
    "expectation.schoenholz.critical": "tanh, σ_b² = {bias_var}: critical σ_w²",
    "expectation.selu.alpha": "SELU: alpha, from E[φ] = 0",
    "expectation.selu.paper": "the paper",
    "expectation.selu.digits": "{what}, all digits",
    "expectation.selu.frameworks": "PyTorch and Keras",
    "expectation.selu.lambda": "SELU: lambda, from E[φ²] = 1",
    "expectation.selu.q_star": "SELU, variance 1/fan_in: q* in theory",
    "expectation.selu.chi_1": "SELU, variance 1/fan_in: χ₁ in theory",
    "expectation.selu.mean": "SELU, variance 1/fan_in: mean of the activations at layer {layer}",
    "expectation.selu.mean_square": "SELU, variance 1/fan_in: mean square of the activations at layer {layer}",
    "expectation.selu.gradient": "SELU, variance 1/fan_in: factor of the mean-square gradient a layer",
    # Coordinate checks
    "experiment.mup2022/coordinates.title": "What an update moves in a layer goes with the width, but not under "
    "muP, as in Yang et al. 2022",
    "expectation.coordinates.sgd_input": "SGD, first layer: slope of its change after one update",
    "expectation.coordinates.sgd_hidden": "SGD, first hidden weights: slope of their layer's change after one update",
    "expectation.coordinates.sgd_output": "SGD, output: slope of its change after one update",
    "expectation.coordinates.adam_hidden": "Adam, first hidden weights: slope of their layer's change after one update",
    "expectation.coordinates.adam_size": "Adam, first hidden weights: slope of their layer's raw size after one update",
    "expectation.coordinates.start": "muP, output: slope of its size before any update",
    "expectation.coordinates.mup_hidden": "Adam under muP, first hidden weights: slope of their layer's change "
    "after one update",
    "expectation.coordinates.mup_output": "Adam under muP, output: slope of its change after one update",
}
