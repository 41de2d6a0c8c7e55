"""Words of checks: against a baseline, and of two builders with each other."""

TEXT: dict[str, str] = {
    "check.lost": "{init} + {activation} was not measured",
    "check.depths": "{init} + {activation} has {measured} layers, not {expected}",
    "check.not_measured": "{init} + {activation}: not measured: {statistics}",
    "check.not_kept": "{init} + {activation}: not in the baseline, which --update would renew: {statistics}",
    "check.other_scale": "{init} + {activation}: on another scale in the baseline: {statistics}",
    "check.other_layers": "{init} + {activation}: of other layers in the baseline: {statistics}",
    "check.drift": "drift: {number} of {total} comparisons differ for sure, and may differ by more than the margin "
    "of {margin}",
    "check.drift_any": "drift: {number} of {total} comparisons differ for sure",
    "check.problem": "drift: what was measured does not fit the baseline",
    "check.equivalent": "equivalent: of {total} comparisons {within} are shown to be within the margin of {margin}, "
    "the others within one standard deviation between seeds",
    "check.equivalent_all": "equivalent: all {total} comparisons are shown to be within the margin of {margin}",
    "check.same": "equivalent: every number is that of the baseline",
    "check.inconclusive": "inconclusive: no drift, but too much scatter in {number} of {total} comparisons to show "
    "that nothing has changed; {seeds}",
    "check.more_seeds": "about {number} seeds would, in the baseline and now",
    "check.few": "inconclusive: with {number} on one side hardly any drift can be found; take {least} or more, in "
    "the baseline and now, or check exactly",
    "check.few_seeds": "{number} seeds",
    "check.few_seed": "one seed",
    "check.few_written": "{path}: of {number}, so that a check finds hardly any drift unless it is exact; take "
    "{least} or more",
    "check.exact": "equivalent: all {total} numbers are those of the baseline to {tolerance}",
    "check.exact_drift": "drift: {number} of {total} numbers differ from the baseline by more than {tolerance}",
    "check.alpha": "false alarms: in at most {share} of checks",
    "check.seeds": "seeds: {expected} in the baseline, {measured} now",
    "check.power": "a change of {change} in the size of activations is found in 9 of 10 checks with these seeds, in "
    "the layer of each pairing that scatters least",
    "check.power_between": "a change of about {change} in the size of activations (with 90 % confidence one of {low} "
    "to {high}) is found in 9 of 10 checks with these seeds, in the layer of each pairing that scatters least",
    "check.reseed": "whether other seeds say the same: --reseed 1, 2, ... draws others",
    "check.weak_few": "too weak: what change these few seeds find cannot be told, and {asked} was asked for; take more "
    "seeds",
    "check.weak_zero": "too weak: the activations are all 0 or overflow, of which no relative change is defined: "
    "{asked} cannot be promised with however many seeds",
    "check.weak": "too weak: in 9 of 10 checks a change of about {change} is found, not one of {asked}; take more "
    "seeds",
    "check.overlap_one": "1 seed is in both, so chance differences are smaller than the test allows for: fresh seeds "
    "tell more",
    "check.overlap": "{number} seeds are in both, so chance differences are smaller than the test allows for: fresh "
    "seeds tell more",
    "check.unseen.weights": "cannot be seen by this check: the size of the weights themselves, which the baseline or "
    "the result does not have; where a normalization follows, nothing else tells their scale (--update keeps it)",
    "check.unseen.stream": "cannot be seen by this check: the stream of residual blocks, its size and gradient and the "
    "branches' share, which the baseline or the result does not have (--update keeps it)",
    "check.unseen.model": "cannot be seen by this check: precision of the layers and rates of dropout, which the "
    "baseline or the result does not have (--update keeps them)",
    "check.unseen.evaluation": "cannot be seen by this check: what training mode alone does, such as dropout, "
    "for the "
    "model was measured in evaluation mode",
    "check.unseen.draws": "cannot be seen by this check unless a statistic tells: what {places} does with the random "
    "numbers that it draws, as a drop of paths by a mask of the model's own",
    "check.unseen.layers": "{init} + {activation}: this check can find nothing of {layers}: with these seeds no size "
    "there shows a change of 100 % in 9 of 10 checks",
    "check.no_histograms": "histograms are not compared: the result does not have their spread over seeds; measure "
    "it again",
    "check.other_bins": "{init} + {activation}: histograms cannot be compared, for their bins differ",
    "check.versions": "{name}: {expected} in the baseline, {measured} now",
    "check.recipe_same": "recipe: as in the baseline",
    "check.recipe": "recipe, {what}: {expected} in the baseline, {measured} now",
    "check.new": "{init} + {activation} is not in the baseline",
    "check.pairing": "{init} + {activation}: {outcome}",
    "check.pairing_drift": "{init} + {activation}: drift, from layer {layer} on",
    "check.stream": "; on the stream of its blocks {statistic} is {measured} instead of {expected} behind layer "
    "{layer}",
    "check.pairing_back": "{init} + {activation}: drift of the gradient, from layer {layer} down",
    "check.renamed": " (compared with {init} + {activation})",
    "check.worst": "the worst layers:",
    "check.worst_one": "the worst layer:",
    "check.pattern.undefined": "{statistic}, seeds without a number",
    "check.pattern.zero": "{statistic}, seeds with exactly 0",
    "check.pattern.negative": "{statistic}, seeds below 0",
    "check.edge": "histogram, share below {edge}",
    "check.finding": "{init} + {activation}, layer {layer}: {statistic} expected {expected}, measured {measured} "
    "({sigma})",
    "check.sigma": "{sigma} sigma",
    "check.tolerances": "{sigma} tolerances",
    "check.unchanged": "nothing has changed: {path} is left as it is",
    "check.changed": "{init} + {activation}: {statistic} in {layers}",
    "check.changed_layers": "layers {layers}",
    "check.changed_layer": "layer {layers}",
    "check.added": "{init} + {activation}: new",
    "check.removed": "{init} + {activation}: removed",
    "check.missing": "no baseline {path}\nmake it, review it and commit it: python -m pytest {test} --actviz-update",
    "check.shared": "{path} is another test's baseline too, and this one's differs: {changes}\ngive them different "
    "names: {test}",
    "check.blind_why": "{path}: with {number} on one side hardly any drift can be found, so this test would always "
    "pass; give {least} or more (seeds=64), or mode='exact'",
    "check.blind": "then write the baseline anew: python -m pytest {test} --actviz-update",
    "check.anew": "; the old one could not be read: {error}",
    "check.renew": "if the change is meant: python -m pytest {test} --actviz-update",
    "check.figure": "figure: {path}",
    "builders.problem": "drift: the models of {first} and {second} are not alike",
    "builders.same": "equivalent: every number of {second} is that of {first}",
    "builders.more_seeds": "about {number} models of each would",
    "builders.few": "inconclusive: of {number} on one side hardly any drift can be found; take {least} or more",
    "builders.exact": "equivalent: under the same seeds all {total} numbers of {second} are those of {first} to "
    "{tolerance}",
    "builders.exact_drift": "drift: under the same seeds {number} of {total} numbers of {second} differ from {first} "
    "by more than {tolerance}; a model that draws in another order differs so, too: fresh seeds tell",
    "builders.seeds": "seeds: {expected} of {first}, {measured} of {second}",
    "builders.recipe_same": "measured alike",
    "builders.recipe": "{what}: {expected} of {first}, {measured} of {second}",
    "builders.not_kept": "{init} + {activation}: of {second} alone: {statistics}",
    "builders.not_measured": "{init} + {activation}: of {first} alone: {statistics}",
    "builders.other_scale": "{init} + {activation}: on other scales: {statistics}",
    "builders.other_layers": "{init} + {activation}: of other layers: {statistics}",
    "builders.depths": "{measured} layers of {second}, {expected} of {first}",
    "builders.parameters": "only {side} has parameters {names}: the other lacks them, or ties them to others",
    "builders.buffers": "buffers that are not alike: {names}",
    "builders.frozen": "only {side} lets learn {names}: the other has them frozen",
    "builders.constructed": "{side} is on the meta device, and no method of its draws {names}: compared with the "
    "values that its constructor gives in memory; to_empty() alone would leave them unset",
    "builders.names": "names differ, and are compared by their order ({first} = {second}): {names}",
    "builders.columns": "expected is {first}, measured {second}",
    "drift.found": "Drift: {init} with {activation}, {number} of {of} comparisons",
    "drift.title": "Drift: {init} with {activation}",
    "drift.title_none": "No drift: {init} with {activation}",
    "drift.read": "Grey: the baseline, with the range of nearly all its seeds. Orange: now. Crosses: layers that "
    "drift. Healthy: the orange stays on the grey.",
    "drift.baseline": "baseline: {seeds} seeds",
    "drift.now": "now: {seeds} seeds",
    "drift.mark": "drift",
    "drift.layers": "layer {layer}",
    "drift.shares": "share of values, layer {layer}",
}
