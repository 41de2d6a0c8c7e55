"""Words of a check against a baseline, and of its figure."""

BASELINES: dict[str, dict[str, str]] = {
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
