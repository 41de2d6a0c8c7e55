"""Every word that appears on a figure, in one table. Another language is one more entry in each row."""

from __future__ import annotations

import textwrap
from typing import Any

from actviz.errors import ActvizError

TEXT: dict[str, dict[str, str]] = {
    # What each figure is, for lists of figures.
    "histograms.about": {"en": "activations of each layer, by initializer, for one activation function"},
    "ridges.about": {"en": "one pairing through a deep stack: its activations, and what becomes of gradients"},
    "signal.about": {"en": "mean, standard deviation and saturated share of the activations, layer by layer"},
    "gradients.about": {"en": "size of the gradients layer by layer, and their distribution at both ends"},
    "saturation.about": {"en": "initializer by activation: saturation, signal and gradient at the end of the stack"},
    "collapse.about": {"en": "whether samples, and the units of a layer, can still be told apart"},
    "overview.about": {"en": "a few telling pairings side by side, on one slide"},
    "phase.about": {"en": "depth that signal and gradient reach over sigma_w, with theory's critical line"},
    "budget.about": {"en": "learning-rate schedules at equal budget: curves, and final values seed by seed"},
    "budget.lacks": {"en": "needs a training of runs that differ in learning rate"},
    "descent.about": {"en": "descents on a surface of two dimensions, and the minimum in which each ends"},
    "range.about": {"en": "learning-rate range test: the loss while the rate rises, with the rates to use"},
    "curves.about": {"en": "training and validation loss and accuracy of every run, epoch by epoch"},
    "film.about": {"en": "activations of each layer through training: a row a run, a column a snapshot"},
    "film.needs": {"en": "needs a training with two snapshots at least: `actviz train --snapshots 6`"},
    "decay.about": {"en": "losses, accuracies and the weights of runs that differ in weight decay, epoch by epoch"},
    "sweep.about": {"en": "losses, accuracies and size of the weights at the end, over the strength of weight decay"},
    "weights.about": {"en": "how large the weights of a few layers are before training and after it"},
    "pace.about": {"en": "how the size of the first weights decides the pace of learning"},
    "stopping.about": {
        "en": "early stopping: both losses, the turn, the patience, and what the best weights are worth"
    },
    "decay.lacks": {"en": "needs a training of runs that differ in weight decay alone, at least two"},
    "weights.lacks": {"en": "needs a training with at least two snapshots"},
    "pace.lacks": {
        "en": "needs a training of runs that differ in the size of their first weights alone, three or more"
    },
    "stopping.lacks": {"en": "needs a training with early stopping"},
    "figure.needs_validation": {"en": "needs a training with validation rows held out"},
    "race.about": {"en": "loss over the updates by initializer, beside every layer before and after training"},
    "race.lacks": {"en": "needs snapshots before the first update and after the last"},
    "batch_norm.about": {"en": "training accuracy at every weight scale, with and without batch normalization"},
    "batch_norm.lacks": {"en": "needs runs of the same initializers with and without batch normalization"},
    "batch_norm_layers.about": {"en": "layers at the start and accuracy at the end by weight scale and batch norm"},
    "batch_norm.lacks_layers": {"en": "needs several weight scales, and a snapshot before the first update"},
    "figure.needs_training": {"en": "needs a training, as `actviz train` saves it"},
    "figure.needs_descent": {"en": "needs a descent on a surface, as `actviz.descend` makes it"},
    "figure.needs_range_test": {"en": "needs a learning-rate range test, as `actviz lr-find` saves it"},
    "figure.needs_probe": {
        "en": "needs a probe's result; of a training, a snapshot is one: `--snapshot STEP`, or actviz.snapshot"
    },
    # Titles.
    "histograms.title": {"en": "Where the activations go: {activation}"},
    "histograms.title_book": {"en": "Where the activations go: {activation}, from {low} to {high}"},
    "ridges.title": {"en": "{init} with {activation}, {depth} layers"},
    "ridges.title_one": {"en": "{init} with {activation}, 1 layer"},
    "signal.title": {"en": "How the signal travels"},
    "gradients.title": {"en": "How the gradient travels back"},
    "saturation.title": {"en": "Which pairings saturate, fade or explode"},
    "collapse.title": {"en": "Can samples, and units, still be told apart?"},
    "phase.title": {"en": "How deep signal and gradient reach: {activation}"},
    "budget.title": {"en": "Learning-rate schedules at equal budget"},
    "descent.title": {"en": "Out of a poor region, or not"},
    "range.title": {"en": "How large a learning rate can be"},
    "curves.title": {"en": "How training went"},
    "film.title": {"en": "What training does to the layers"},
    "film.moving": {"en": "Layers in training"},
    "decay.title": {"en": "What weight decay does to losses and weights"},
    "sweep.title": {"en": "How much weight decay is best"},
    "weights.title": {"en": "How large the weights are, before and after"},
    "pace.title": {"en": "Do large weights slow learning?"},
    "stopping.title": {"en": "Stop where the validation turns"},
    "race.title": {"en": "How a network starts, and how it learns"},
    "batch_norm.title": {"en": "The weight scale, with and without batch norm"},
    "batch_norm_layers.title": {"en": "What batch norm leaves of the weight scale"},
    "overview.title": {"en": "How a network starts decides what can be learned"},
    # How to read a figure.
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
    "shade.brightest": {"en": "brightest"},
    "shade.darkest": {"en": "darkest"},
    "signal.read": {
        "en": "Healthy: a level standard deviation. Falling, the signal fades; rising, it explodes. At 100 % "
        "saturated nothing learns; ReLU rests at 50 %."
    },
    "gradients.read": {
        "en": "Read from right to left, as the gradient travels: where RMS of ∂L/∂z is level, it reaches the first "
        "layer intact; falling to the left it vanishes, rising it explodes."
    },
    "saturation.read": {
        "en": "Healthy: far from all saturated (ReLU rests at 50 %), a standard deviation that is not lost, a gradient "
        "change near 0 decades (+1: ten times larger at layer 1 than at layer {depth})."
    },
    "saturation.verdicts": {"en": "Below: the verdict."},
    "collapse.read": {
        "en": "Similarity 1: all samples look alike to the layer. Spread falling: so will they soon. Distinct units "
        "far below 100 %: units compute the same and learn the same."
    },
    "overview.read": {
        "en": "Top: activations, layer by layer, unbounded ones on a logarithmic axis. Middle: size of the gradient. "
        "Healthy: a broad shape that stays, and a level gradient."
    },
    "curves.read": {
        "en": "A line a run, its band all seeds. Learning: loss falls, accuracy rises. Overfitting: training gets "
        "better while validation gets worse."
    },
    "curves.read_train": {
        "en": "A line a run, its band all seeds. Learning: loss falls, accuracy rises; a level line is a plateau. No "
        "rows were held out, so nothing here says how well new data are treated."
    },
    "film.read": {
        "en": "In each picture a column is a layer's distribution of activations, {shade} where most are. All pictures "
        "of an activation share one axis: what moves has moved in training. Loss: of training rows, median of seeds."
    },
    "film.read_log": {
        "en": "In each picture a column is a layer's distribution of nonzero activations, {shade} where most are, on a "
        "logarithmic axis that all pictures share: up is larger. Loss: of training rows, median of seeds."
    },
    "film.epoch": {"en": "epoch {epoch}"},
    "film.update": {"en": "update {update}"},
    "film.loss": {"en": "loss {loss}"},
    "film.loss_at": {"en": "{loss}, {moment}"},
    "film.kept": {"en": "a time beside a loss: of the weights that a run left that ended before"},
    "film.diverged": {"en": "diverged before"},
    "film.stopped": {"en": "stopped before"},
    "film.train_loss": {"en": "loss"},
    "decay.read": {
        "en": "λ: 0.5 λ ΣW² is added to the loss. Overfitting is training far better than validation: decay narrows "
        "the gap from above. Whether it helps, validation says."
    },
    "sweep.read": {
        "en": "The gap between training and validation is overfitting; it closes with λ. The best λ is where "
        "validation is best: where that is at 0, decay does not help."
    },
    "weights.read": {
        "en": "Outline: before training; filled: after it; each shape is scaled to its own peak. Decay in proportion "
        "to a weight moves the whole shape left; a second hump far left is weights driven to 0."
    },
    "pace.read": {
        "en": "Left: how long until training loss is below {loss}; rising to the right, larger weights learn "
        "more slowly. Middle: how far one of the first updates goes, beside the weights it changes."
    },
    "stopping.read": {
        "en": "Training keeps getting better; validation turns. Early stopping waits a while for something better, "
        "gives up, and keeps the best weights. Right: what those are worth on rows never looked at."
    },
    "race.read": {
        "en": "Right: a network each; activations by layer, outline before and filled after training; below, its "
        "gradients, dashed before and solid after. A level line on the left is a plateau."
    },
    "batch_norm.read": {
        "en": "Training accuracy over the epochs, a panel for each initial weight scale. A level line near 10 % has "
        "learned nothing; a line that ends early has diverged."
    },
    "batch_norm_layers.read": {
        "en": "Left: layers before the first update, over the scale of their weights; a level line does not depend on "
        "it. Middle: how far an update turns the weights. Right: what came of it."
    },
    "phase.read": {
        "en": "Healthy: a signal that keeps its colour, a gradient that stays pale. Each column is a stack; its point "
        "says how deep six depth scales reach. At the critical σ_w theory puts no end to it."
    },
    "phase.read_biases": {
        "en": "Each cell is a stack, {shade} where six of its depth scales are its {depth} layers or more. Along the "
        "critical line theory puts no end to it. Blank: nothing to fit."
    },
    "rates.title": {"en": "Learning-rate schedules"},
    "rates.read": {
        "en": "How far an update goes, step by step; what a step is, an epoch or an update, the training says. On a "
        "logarithmic axis a fall by the same factor each step is a straight line."
    },
    "rates.read_each": {
        "en": "How far an update goes, step by step, and below it the same on a logarithmic axis, where a fall by the "
        "same factor each step is a straight line. All rates have the same axes."
    },
    # Learning rates: the budget, descents, the range test.
    "budget.read": {
        "en": "Lines: median, bands: all seeds. Below: every seed at the end, the mean as a bar. Right of the dots: "
        "mean difference to {first}, seed by seed, ± its standard error."
    },
    "budget.rate": {"en": "learning rate"},
    "budget.train_loss": {"en": "training loss"},
    "budget.train_accuracy": {"en": "training accuracy"},
    "budget.validation_accuracy": {"en": "validation accuracy"},
    "budget.validation_loss": {"en": "validation loss"},
    "budget.test_loss": {"en": "test loss"},
    "budget.test_accuracy": {"en": "test accuracy"},
    "budget.end": {"en": "{what} at the end"},
    "budget.peak": {"en": "{schedule}, peak {rate}"},
    "budget.points": {"en": "{value} pt"},
    "budget.diverged": {"en": "{number} diverged"},
    "descent.read": {
        "en": "From ● to ■ without noise; thin: one descent with noise on the gradient. +: minima, lowest in bold. "
        "Below: height of the minimum in which it ends, and how many noisy ones end lower than the first."
    },
    "descent.stays": {"en": "stays: {height}"},
    "descent.leaves": {"en": "leaves: {height}"},
    "descent.lost": {"en": "overflow"},
    "descent.share": {"en": "with noise {share} leave"},
    "descent.surface": {"en": "surface {name}"},
    "descent.steps": {"en": "{number} steps"},
    "descent.noise": {"en": "noise {value}"},
    "descent.repeats": {"en": "{repeats} noisy descents under each of {seeds} seeds"},
    "range.read": {
        "en": "The rate rises with every update. Left line: the loss falls fastest, a rate to start from. Right line: "
        "up to here it falls under every seed. Both stand {lag} updates early, as the smoothing lags."
    },
    "range.rate": {"en": "learning rate"},
    "range.loss": {"en": "smoothed loss"},
    "range.suggested": {"en": "falls fastest: {rate}"},
    "range.largest": {"en": "largest stable: {rate}"},
    "range.rates": {"en": "rate {low} to {high}"},
    "range.guessing": {"en": "guessing"},
    "range.never": {
        "en": "No rate to suggest: from {low} to {high} the loss never falls clearly below what guessing gives. The "
        "cause is elsewhere, as `actviz diagnose` may say, or the range."
    },
    "range.reason": {
        "en": "At {rate} the smoothed loss falls fastest: a rate to start from. Up to {largest} it still falls under "
        "every seed, above it rises under some: the largest stable rate, a peak for one-cycle."
    },
    "range.not_ended": {"en": "It did not break down up to {high}: a larger --high may find more."},
    # Axes, panels and notes.
    "axis.step": {"en": "step"},
    "rates.linear": {"en": "learning rate"},
    "rates.log": {"en": "learning rate, logarithmic"},
    "rates.momentum": {"en": "momentum"},
    "rates.momentum_of": {"en": "momentum: {name}"},
    "rates.steps": {"en": "steps 0 to {last}"},
    "rates.plateau": {"en": "reduce on plateau: if the metric never improves"},
    "axis.epoch": {"en": "epoch"},
    "axis.loss": {"en": "loss"},
    "axis.accuracy": {"en": "accuracy"},
    "curves.train": {"en": "training"},
    "curves.validation": {"en": "validation"},
    "axis.lambda": {"en": "weight decay λ"},
    "axis.weight": {"en": "size of a weight, |w|"},
    "axis.scale": {"en": "first weights, × He's"},
    "decay.lambda": {"en": "λ = {value}"},
    "decay.norm": {"en": "weights, × start"},
    "decay.sizes": {"en": "weights at the end"},
    "weights.head": {"en": "output layer"},
    "pace.epochs": {"en": "epochs to loss {loss}"},
    "pace.update": {"en": "update over weights"},
    "pace.accuracy": {"en": "validation accuracy"},
    "pace.lost": {"en": "× a seed never gets there, or diverges"},
    "stopping.best": {"en": "best: epoch {epoch}, kept"},
    "stopping.patience": {"en": "patience: {number} evaluations"},
    "stopping.end": {"en": "end: epoch {epoch}, {share} saved"},
    "stopping.beyond": {"en": "had it gone on"},
    "stopping.kept": {"en": "best,\nkept"},
    "stopping.last": {"en": "last,\nat the stop"},
    "stopping.budget": {"en": "last,\nno stop"},
    "stopping.test_loss": {"en": "test loss, all seeds"},
    "stopping.test_accuracy": {"en": "test accuracy, all seeds"},
    "stopping.no_test": {"en": "no test rows"},
    "axis.update": {"en": "update"},
    "batch_loss": {"en": "loss of the batch"},
    "race.activations": {"en": "activations, by layer"},
    "race.smoothed": {"en": "up to {top}, smoothed over {window} updates (Kaiser window, beta {beta}), as in the book"},
    "race.silent": {"en": "every value is 0"},
    "race.dead": {"en": "every value 0 at the end: {layers}"},
    "race.same": {"en": "units identical: {layers}"},
    "race.no_gradient": {"en": "∂L/∂W exactly 0: {layers}"},
    "race.no_gradient_before": {"en": "∂L/∂W exactly 0 at the start: {layers}"},
    "race.still_zero": {"en": "W still 0 at the end: {layers}"},
    "axis.weight_std": {"en": "std of the initial weights"},
    "batch_norm.none": {"en": "no norm"},
    "batch_norm.batch": {"en": "batch norm"},
    "batch_norm_layers.act_std": {"en": "std of activations"},
    "batch_norm_layers.update_ratio": {"en": "‖update‖ / ‖W‖, epoch 1"},
    "batch_norm_layers.accuracy": {"en": "accuracy, epoch {epochs}"},
    "mark.diverged": {"en": "× a seed diverged"},
    "mark.survivors": {"en": "lines: seeds still running"},
    "axis.layer": {"en": "layer"},
    "axis.layers_back": {"en": "layers back"},
    "axis.sigma_w": {"en": "σ_w, scale of the weights"},
    "axis.sigma_b": {"en": "σ_b, scale of the biases"},
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
    "layer": {"en": "layer {layer}"},
    "layers": {"en": "layers {layers}"},
    "activation": {"en": "activation"},
    "act_mean": {"en": "mean"},
    "act_std": {"en": "standard deviation"},
    "saturated": {"en": "saturated share"},
    "grad_preact_rms": {"en": "RMS of ∂L/∂z"},
    "grad_weight_norm": {"en": "norm of ∂L/∂W"},
    "grad_hist": {"en": "|∂L/∂z|: layers 1 and {depth}"},
    "grad_hist_one": {"en": "|∂L/∂z| at layer 1"},
    "grad_hist.first": {"en": "filled: layer 1"},
    "grad_hist.last": {"en": "outline: layer {depth}"},
    "similarity": {"en": "similarity of samples"},
    "unit_spread": {"en": "spread over samples"},
    "distinct_units": {"en": "distinct units"},
    "saturation.saturated": {"en": "saturated share, layer {depth}"},
    "saturation.act_std": {"en": "standard deviation, layer {depth}"},
    "saturation.attenuation": {"en": "gradient change, decades"},
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
    "overview.std": {"en": "std, last layer"},
    "overview.saturated": {"en": "saturated"},
    "overview.attenuation": {"en": "gradient at layer 1"},
    "overview.units": {"en": "distinct units"},
    "overview.none": {"en": "none"},
    "overview.times": {"en": "× {value}"},
    # Theory over the measurement.
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
    # The recipe.
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
    "training.data": {"en": "{data}: {rows} training rows"},
    "training.cross_entropy": {"en": "cross-entropy"},
    "training.mean_square": {"en": "mean square"},
    "training.lr": {"en": "rate {value}"},
    "training.batch": {"en": "batch {value}"},
    "training.replaced": {"en": "batch {value}, with replacement"},
    "training.weight_decay": {"en": "weight decay {value}"},
    "training.dropout": {"en": "dropout {value}"},
    "training.updates": {"en": "{value} updates"},
    "training.epochs": {"en": "{value} epochs"},
    "recipe.bands": {"en": "lines: median, bands: all seeds"},
    # Verdicts: what was found, and what of it.
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
    # Remedies. A lead, where there is one, comes before the advice, in one sentence.
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
    # Statistics that only verdicts use.
    # Thresholds, each with its unit and its reason.
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
    # Why theory does not hold for a pairing.
    "theory.refused.norm": {"en": "batch normalization: mean-field theory of plain stacks does not hold"},
    "theory.refused.module": {"en": "layers of a PyTorch model: theory is for the stacks that actviz builds"},
    "theory.refused.inputs": {
        "en": "inputs whose moments are not known: theory is for normal, uniform and correlated ones"
    },
    "theory.refused.own": {
        "en": "a function of your own, which its name does not bring back: pass the object to predict"
    },
    "theory.refused.jump": {
        "en": "a function that jumps has no slope there, so no theory of gradients and depth scales holds"
    },
    "theory.refused.dependent": {
        "en": "weights that depend on each other (orthogonal, identity): theory is for independent ones"
    },
    "theory.refused.mean": {"en": "weights with a mean other than 0, which theory cannot treat"},
    "theory.refused.silent": {"en": "weights that are all 0: no signal passes, and there is nothing to predict"},
    "theory.refused.variance": {"en": "the initializer does not declare its variance"},
    "theory.refused.huge": {"en": "weights whose variance is too large a number"},
    "theory.refused.narrow": {"en": "a layer with fewer than 16 inputs a unit: too narrow for a theory of wide stacks"},
    "theory.refused.deep": {"en": "more than 1000 layers: theory is not followed that far"},
    # Why a statistic that theory predicts has no number.
    "theory.missing.layer": {"en": "layer {first}"},
    "theory.missing.layers": {"en": "layers {first} to {last}"},
    "theory.missing.range": {"en": "signal or gradient leaves the range of {dtype}"},
    "theory.missing.scatter": {"en": "networks of this width differ too much for the leading order in 1 / width"},
    "theory.missing.band": {"en": "no band and no z-score, for under this drive only the slope is predicted"},
    "theory.missing.z": {"en": "no z-score, for the measured value has none or counts too few values"},
    # A check against a baseline.
    "check.lost": {"en": "{init} + {activation} was not measured"},
    "check.depths": {"en": "{init} + {activation} has {measured} layers, not {expected}"},
    "check.not_measured": {"en": "{init} + {activation}: not measured: {statistics}"},
    "check.not_kept": {"en": "{init} + {activation}: not in the baseline, which --update would renew: {statistics}"},
    "check.other_scale": {"en": "{init} + {activation}: on another scale in the baseline: {statistics}"},
    "check.other_layers": {"en": "{init} + {activation}: of other layers in the baseline: {statistics}"},
    "check.drift": {
        "en": "drift: {number} of {total} comparisons differ for sure, and may differ by more than the margin of "
        "{margin}"
    },
    "check.drift_any": {"en": "drift: {number} of {total} comparisons differ for sure"},
    "check.problem": {"en": "drift: what was measured does not fit the baseline"},
    "check.equivalent": {
        "en": "equivalent: of {total} comparisons {within} are shown to be within the margin of {margin}, the others "
        "within one standard deviation between seeds"
    },
    "check.equivalent_all": {"en": "equivalent: all {total} comparisons are shown to be within the margin of {margin}"},
    "check.same": {"en": "equivalent: every number is that of the baseline"},
    "check.inconclusive": {
        "en": "inconclusive: no drift, but too much scatter in {number} of {total} comparisons to show that nothing "
        "has changed; {seeds}"
    },
    "check.more_seeds": {"en": "about {number} seeds would, in the baseline and now"},
    "check.few": {
        "en": "inconclusive: with {number} on one side hardly any drift can be found; take {least} or more, in the "
        "baseline and now, or check exactly"
    },
    "check.few_seeds": {"en": "{number} seeds"},
    "check.few_seed": {"en": "one seed"},
    "check.few_written": {
        "en": "{path}: of {number}, so that a check finds hardly any drift unless it is exact; take {least} or more"
    },
    "check.exact": {"en": "equivalent: all {total} numbers are those of the baseline to {tolerance}"},
    "check.exact_drift": {"en": "drift: {number} of {total} numbers differ from the baseline by more than {tolerance}"},
    "check.alpha": {"en": "false alarms: in at most {share} of checks"},
    "check.seeds": {"en": "seeds: {expected} in the baseline, {measured} now"},
    "check.overlap_one": {
        "en": "1 seed is in both, so chance differences are smaller than the test allows for: fresh seeds tell more"
    },
    "check.overlap": {
        "en": "{number} seeds are in both, so chance differences are smaller than the test allows for: fresh seeds "
        "tell more"
    },
    "check.no_histograms": {
        "en": "histograms are not compared: the result does not have their spread over seeds; measure it again"
    },
    "check.other_bins": {"en": "{init} + {activation}: histograms cannot be compared, for their bins differ"},
    "check.versions": {"en": "{name}: {expected} in the baseline, {measured} now"},
    "check.recipe_same": {"en": "recipe: as in the baseline"},
    "check.recipe": {"en": "recipe, {what}: {expected} in the baseline, {measured} now"},
    "check.new": {"en": "{init} + {activation} is not in the baseline"},
    "check.pairing": {"en": "{init} + {activation}: {outcome}"},
    "check.pairing_drift": {"en": "{init} + {activation}: drift, from layer {layer} on"},
    "check.pairing_back": {"en": "{init} + {activation}: drift of the gradient, from layer {layer} down"},
    "check.renamed": {"en": " (compared with {init} + {activation})"},
    "check.worst": {"en": "the worst layers:"},
    "check.worst_one": {"en": "the worst layer:"},
    "check.pattern.undefined": {"en": "{statistic}, seeds without a number"},
    "check.pattern.zero": {"en": "{statistic}, seeds with exactly 0"},
    "check.pattern.negative": {"en": "{statistic}, seeds below 0"},
    "check.edge": {"en": "histogram, share below {edge}"},
    "check.finding": {
        "en": "{init} + {activation}, layer {layer}: {statistic} expected {expected}, measured {measured} ({sigma})"
    },
    "check.sigma": {"en": "{sigma} sigma"},
    "check.tolerances": {"en": "{sigma} tolerances"},
    "check.unchanged": {"en": "nothing has changed: {path} is left as it is"},
    "check.changed": {"en": "{init} + {activation}: {statistic} in {layers}"},
    "check.changed_layers": {"en": "layers {layers}"},
    "check.changed_layer": {"en": "layer {layers}"},
    "check.added": {"en": "{init} + {activation}: new"},
    "check.removed": {"en": "{init} + {activation}: removed"},
    "check.written": {"en": "wrote {path}"},
    "check.missing": {
        "en": "no baseline {path}\nmake it, review it and commit it: python -m pytest {test} --actviz-update"
    },
    "check.shared": {
        "en": "{path} is another test's baseline too, and this one's differs: {changes}\n"
        "give them different names: {test}"
    },
    "check.blind_why": {
        "en": "{path}: with {number} on one side hardly any drift can be found, so this test would always pass; give "
        "{least} or more (seeds=64), or mode='exact'"
    },
    "check.blind": {"en": "then write the baseline anew: python -m pytest {test} --actviz-update"},
    "check.anew": {"en": "; the old one could not be read: {error}"},
    "check.renew": {"en": "if the change is meant: python -m pytest {test} --actviz-update"},
    "check.figure": {"en": "figure: {path}"},
    "drift.title": {"en": "Drift: {init} with {activation}"},
    "drift.title_none": {"en": "No drift: {init} with {activation}"},
    "drift.read": {
        "en": "Grey: the baseline, with the range of nearly all its seeds. Orange: now. Crosses: layers that drift. "
        "Healthy: the orange stays on the grey."
    },
    "drift.baseline": {"en": "baseline: {seeds} seeds"},
    "drift.now": {"en": "now: {seeds} seeds"},
    "drift.mark": {"en": "drift"},
    "drift.layers": {"en": "layer {layer}"},
    "drift.shares": {"en": "share of values, layer {layer}"},
    "statistic.preact_mean": {"en": "mean of z"},
    "statistic.preact_std": {"en": "standard deviation of z"},
    "statistic.act_mean": {"en": "mean of h"},
    "statistic.act_std": {"en": "standard deviation of h"},
    "statistic.act_min": {"en": "smallest h"},
    "statistic.act_max": {"en": "largest h"},
    "statistic.saturated": {"en": "saturated share"},
    "statistic.zero_fraction": {"en": "share of exact zeros"},
    "statistic.dead_units": {"en": "dead units, share"},
    "statistic.similarity": {"en": "similarity of samples"},
    "statistic.unit_spread": {"en": "spread over samples"},
    "statistic.distinct_units": {"en": "distinct units, share"},
    "statistic.nonfinite": {"en": "overflowed share"},
    "statistic.grad_preact_rms": {"en": "RMS of ∂L/∂z"},
    "statistic.grad_weight_norm": {"en": "norm of ∂L/∂W"},
    "statistic.grad_zero": {"en": "share of zero gradients"},
    "statistic.forward_gain": {"en": "RMS of z / previous h"},
    "statistic.backward_gain": {"en": "RMS of ∂L/∂z / next one's"},
    "statistic.preact_shift": {"en": "mean of z / its std"},
    "statistic.act_shift": {"en": "mean of h / its std"},
}
"""Every string on a figure by key and language."""

NAMES: dict[str, dict[str, str]] = {
    "zeros": {"en": "zeros"},
    "identity": {"en": "identity"},
    "orthogonal": {"en": "orthogonal"},
    "xavier_normal": {"en": "Xavier normal"},
    "xavier_uniform": {"en": "Xavier uniform"},
    "he_normal": {"en": "He normal"},
    "he_uniform": {"en": "He uniform"},
    "lecun_normal": {"en": "LeCun normal"},
    "lecun_uniform": {"en": "LeCun uniform"},
    "pytorch_default": {"en": "PyTorch default"},
    "variance_scaling": {"en": "variance scaling"},
    "relu": {"en": "ReLU"},
    "leaky_relu": {"en": "leaky ReLU"},
    "elu": {"en": "ELU"},
    "selu": {"en": "SELU"},
    "gelu": {"en": "GELU"},
    "gelu_tanh": {"en": "GELU (tanh)"},
    "silu": {"en": "SiLU"},
    "mish": {"en": "Mish"},
    "hard_sigmoid": {"en": "hard sigmoid"},
    "hard_tanh": {"en": "hard tanh"},
    "mixed": {"en": "mixed activations"},
    "step": {"en": "step decay"},
    "cosine_restarts": {"en": "cosine, restarts"},
    "one_cycle": {"en": "one-cycle"},
    "inverse_sqrt": {"en": "inverse square root"},
    "reduce_on_plateau": {"en": "reduce on plateau"},
}
"""Initializers, activations and schedules whose label is not their name."""

# Families with parameters are written as the distribution they draw from; a bare name has its defaults.
_FORMS: dict[str, tuple[str, tuple[str, ...]]] = {
    "normal": ("N(0, {0}²)", ("1",)),
    "truncated_normal": ("truncated N(0, {0}²)", ("1",)),
    "uniform": ("U({0}, {1})", ("−1", "1")),
    "constant": ("constant {0}", ("0.1",)),
}


def check_language(lang: str) -> None:
    """Raise an error that lists the languages if this is not one of them."""
    languages = next(iter(TEXT.values()))
    if lang not in languages:
        raise ActvizError(f"language must be one of {', '.join(languages)}, not {lang!r}")


def text(key: str, lang: str = "en", **values: Any) -> str:
    """Return a string of the table with its values filled in."""
    check_language(lang)
    return TEXT[key][lang].format(**values)


def label(name: str, lang: str = "en") -> str:
    """Return how an initializer or activation is written on a figure; an unknown name appears as it is.

    >>> label("uniform:-1,1"), label("he_normal"), label("variance_scaling:1.5,fan_in,normal"), label("my_init")
    ('U(−1, 1)', 'He normal', '1.5 / fan_in', 'my_init')
    """
    if name in NAMES:
        return NAMES[name][lang]
    family, _, given = name.partition(":")
    if family == "variance_scaling" and given.count(",") == 2:
        scale, mode, distribution = given.split(",")
        return f"{scale} / {mode}" + (f", {distribution}" if distribution != "normal" else "")
    form, defaults = _FORMS.get(family, ("", ()))
    values = tuple(given.replace("-", "−").split(",")) if given else defaults
    if len(values) != len(defaults) or not form:
        return name
    return form.format(*values).replace("N(0, 1²)", "N(0, 1)")


def wrapped(written: str, width: int) -> str:
    """Break a label into lines of at most ``width`` characters."""
    return textwrap.fill(written, width) or written
