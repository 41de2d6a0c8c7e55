"""What a check says of stacks that have not changed, of those that have, and where it cannot tell."""

import dataclasses
import re

import numpy as np
import pytest

from actviz.baseline import Baseline, Outcome, compare, report
from actviz.baseline.measures import SCALES, STREAM, Summary
from actviz.baseline.record import PairingRecord
from actviz.catalog.activations import ACTIVATIONS
from actviz.catalog.initializers import INITIALIZERS


@pytest.mark.parametrize("init", ["he_normal", "xavier_uniform", "orthogonal", "normal:0.01", "normal", "identity"])
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_fresh_seeds_are_no_drift(baseline_of, init, activation):
    found = compare(baseline_of(init, activation), baseline_of(init, activation, start=16))
    assert found.outcome is not Outcome.DRIFT


@pytest.mark.parametrize("activation", ["leaky_relu", "gelu", "hard_tanh", "erf", "selu"])
@pytest.mark.parametrize("settings", [{}, {"norm": "batch"}, {"bias_std": 0.3}, {"drive": "cross_entropy"}])
def test_fresh_seeds_are_no_drift_however_a_stack_is_built(baseline_of, activation, settings):
    before, after = (baseline_of("he_normal", activation, start=start, **settings) for start in (0, 16))
    assert compare(before, after).outcome is not Outcome.DRIFT


def test_enough_seeds_show_that_nothing_has_changed(baseline_of):
    before, after = (baseline_of("xavier_normal", "tanh", start=start, number=96) for start in (0, 96))
    assert compare(before, after).outcome is Outcome.EQUIVALENT


# With 16 seeds of so small a stack each of these is found in practically all groups of seeds; the seeds are fixed.
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("he_normal", "relu"), ("xavier_normal", "relu")),
        (("xavier_normal", "tanh"), ("he_normal", "tanh")),
        (("variance_scaling:1.0", "tanh"), ("variance_scaling:1.21", "tanh")),  # weights 10 % larger
        (("he_normal", "leaky_relu:0.01"), ("he_normal", "leaky_relu:0.1")),
        (("he_normal", "relu"), ("he_normal", "leaky_relu:0.1")),
        (("normal:0.1", "relu"), ("uniform:-0.1,0.1", "relu")),
        (("zeros", "tanh"), ("normal:0.01", "tanh")),
        (("zeros", "sigmoid"), ("constant:0.1", "sigmoid")),
        (("constant:0.1", "tanh"), ("constant:0.2", "tanh")),
        (("he_normal", "relu"), ("zeros", "relu")),
        (("he_normal", "relu"), ("normal:1e15", "relu")),
        (("normal:1e15", "relu"), ("he_normal", "relu")),
        (("orthogonal", "identity"), ("he_normal", "identity")),
    ],
)
def test_a_change_is_a_drift(baseline_of, before, after):
    assert compare(baseline_of(*before), baseline_of(*after, start=16)).outcome is Outcome.DRIFT


def test_missing_biases_are_a_drift(baseline_of):
    found = compare(baseline_of("xavier_normal", "tanh", bias_std=0.1), baseline_of("xavier_normal", "tanh", start=16))
    assert found.outcome is Outcome.DRIFT


def test_two_seeds_cannot_tell(baseline_of):
    found = compare(baseline_of("he_normal", "relu", number=2), baseline_of("xavier_normal", "relu", 2, number=2))
    assert found.outcome is Outcome.INCONCLUSIVE


def test_one_seed_cannot_tell_even_the_grossest_change(baseline_of):
    found = compare(baseline_of("he_normal", "relu", number=1), baseline_of("zeros", "relu", 1, number=1))
    assert found.outcome is Outcome.INCONCLUSIVE
    assert all(np.isnan(each.p) or each.pattern or each.statistic == "histogram" for each in found.findings)


def test_the_same_numbers_are_equivalent_whatever_their_spread(baseline_of):
    assert (
        compare(baseline_of("he_normal", "relu", number=1), baseline_of("he_normal", "relu", number=1)).findings == ()
    )


# Made-up statistics of one layer


def made_up(**given):
    """Build a baseline of one statistic with a place on a logarithmic scale."""
    known = {"mean": 0.0, "sd": 0.1, "seeds": 16, "undefined": 0, "zero": 0, "negative": 0} | given
    scale = SCALES[known.pop("scale", "log")]
    arrays = {name: np.array([value]) for name, value in known.items()}
    summary = Summary(scale=scale, layers=np.array([1]), **arrays)
    seeds = int(summary.all[0])
    return Baseline({"seeds": list(range(seeds))}, {}, {("i", "a"): PairingRecord({"made_up": summary}, ())})


def outcome(before, after, **settings):
    return compare(made_up(**before), made_up(**after), **settings).outcome


def test_a_large_difference_is_a_drift_and_a_small_one_is_not():
    assert outcome({}, {"mean": 0.3}) is Outcome.DRIFT
    assert outcome({}, {"mean": 0.1}) is Outcome.INCONCLUSIVE
    assert outcome({}, {"mean": 0.03}) is Outcome.EQUIVALENT  # of a standard deviation between seeds, three tenths


def test_a_tiny_difference_for_sure_is_within_the_margin():
    huge = {"seeds": 1_000_000}
    assert outcome(huge, huge | {"mean": 0.005}) is Outcome.EQUIVALENT
    assert outcome(huge, huge | {"mean": 0.005}, margin=0.0) is Outcome.DRIFT
    assert outcome(huge, huge | {"mean": 0.02}) is Outcome.DRIFT
    assert outcome(huge, huge | {"mean": 0.02}, margin=0.05) is Outcome.EQUIVALENT


def test_rounding_is_no_drift_even_without_a_margin():
    exact = {"sd": 0.0}
    assert outcome(exact, exact | {"mean": 1e-8}, margin=0.0) is Outcome.EQUIVALENT
    assert outcome(exact, exact | {"mean": 1e-4}, margin=0.0) is Outcome.DRIFT


def test_many_seeds_on_a_lattice_are_only_as_sure_as_their_number():
    """Of 3 + 3 seeds without any spread a rearrangement is as extreme as this in one of ten cases: no proof."""
    few, many = ({"scale": "angle", "sd": 0.0, "seeds": seeds} for seeds in (3, 16))
    assert outcome(few, few | {"mean": 1.0}) is Outcome.INCONCLUSIVE
    assert outcome(many, many | {"mean": 1.0}) is Outcome.DRIFT


@pytest.mark.parametrize("pattern", ["undefined", "zero"])
def test_a_pattern_that_appears_is_a_drift_and_one_that_comes_and_goes_is_not(pattern):
    assert outcome({}, {"seeds": 0, pattern: 16, "mean": np.nan, "sd": np.nan}) is Outcome.DRIFT
    assert outcome({"seeds": 0, pattern: 16, "mean": np.nan, "sd": np.nan}, {}) is Outcome.DRIFT
    assert outcome({"seeds": 12, pattern: 4}, {"seeds": 10, pattern: 6}) is Outcome.INCONCLUSIVE
    assert outcome({"seeds": 12, pattern: 4}, {"seeds": 12, pattern: 4}) is Outcome.EQUIVALENT
    every = {"seeds": 0, pattern: 16, "mean": np.nan, "sd": np.nan}
    assert outcome(every, every) is Outcome.EQUIVALENT


def test_a_sign_that_turns_is_a_drift():
    found = compare(made_up(), made_up(negative=16))
    assert found.outcome is Outcome.DRIFT
    assert found.drifts[0].pattern == "negative"


@pytest.mark.parametrize(
    "settings",
    [
        {"alpha": 0},
        {"alpha": 1.5},
        {"alpha": float("nan")},
        {"alpha": "x"},
        {"margin": -0.1},
        {"margin": 1},
        {"margin": float("nan")},
        {"margin": "x"},
        {"mode": "fast"},
    ],
)
def test_values_that_make_no_sense_are_one_line(one_line_error, settings):
    one_line_error(compare, made_up(), made_up(), **settings)


# Error rates


@pytest.mark.slow
def test_false_alarms_are_as_rare_as_promised(measured):
    """Of 120 checks with alpha 10 % fewer than 24 alarm: were the rate 10 %, more would with probability 8e-4."""
    whole = measured("he_normal", "relu", number=200)
    rng = np.random.default_rng(0)
    alarms = 0
    for _ in range(120):
        drawn = rng.permutation(200)[:24]
        groups = (
            Baseline.of(whole.isel(seed=drawn[half]).drop_vars("hist_squares")) for half in (slice(12), slice(12, 24))
        )
        alarms += any(each.adjusted < 0.1 for each in compare(*groups).findings)
    assert alarms < 24


# What does not fit together


def test_a_renamed_pairing_is_compared_with_what_stands_in_its_place(baseline_of):
    before, after = baseline_of("he_normal", "relu"), baseline_of("variance_scaling:2.0,fan_in,normal", "relu", 16)
    found = compare(before, after)
    assert next(iter(found.compared.values())) != ("he_normal", "relu")
    assert found.outcome is not Outcome.DRIFT


def test_a_pairing_that_was_not_measured_is_a_drift(baseline_of):
    both = baseline_of(("he_normal", "xavier_normal"), "relu")
    found = compare(both, baseline_of("he_normal", "relu", 16))
    assert found.outcome is Outcome.DRIFT
    assert "xavier_normal" in found.problems[0]
    assert compare(baseline_of("he_normal", "relu", 16), both).outcome is not Outcome.DRIFT


def test_another_number_of_layers_is_a_drift(baseline_of):
    found = compare(baseline_of("he_normal", "relu"), baseline_of("he_normal", "relu", 16, depth=5))
    assert found.outcome is Outcome.DRIFT
    assert "5 layers, not 4" in found.problems[0]


def _altered(baseline, change):
    """Return a baseline whose records are changed."""
    pairings = {pairing: change(record) for pairing, record in baseline.pairings.items()}
    return dataclasses.replace(baseline, pairings=pairings)


def _without_act_mean(record):
    rest = {name: each for name, each in record.statistics.items() if name != "act_mean"}
    return dataclasses.replace(record, statistics=rest)


def _on_a_linear_scale(record):
    summary = dataclasses.replace(record.statistics["act_std"], scale=SCALES["linear"])
    return dataclasses.replace(record, statistics={**record.statistics, "act_std": summary})


def _of_layers_reversed(record):
    summary = record.statistics["act_std"]
    summary = dataclasses.replace(summary, layers=summary.layers[::-1])
    return dataclasses.replace(record, statistics={**record.statistics, "act_std": summary})


def _in_other_bins(record):
    return dataclasses.replace(record, shapes=tuple(dataclasses.replace(each, bins="few") for each in record.shapes))


@pytest.mark.parametrize("mode", ["statistical", "exact"])
@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_without_act_mean, ("act_mean", "act_mean")),
        (_on_a_linear_scale, ("act_std",) * 2),
        (_of_layers_reversed, ("act_std",) * 2),
        (_in_other_bins, ("bins differ",) * 2),
    ],
)
def test_what_only_one_side_has_is_a_drift_and_told(baseline_of, change, words, side, mode):
    same = baseline_of("he_normal", "relu")
    pair = [same, same]
    pair[side] = _altered(same, change)
    found = compare(*pair, mode=mode)
    assert found.outcome is Outcome.DRIFT
    (problem,) = found.problems
    assert words[side] in problem
    assert problem in report(found)


def test_histograms_without_their_spread_leave_a_check_inconclusive(baseline_of):
    def unknown(record):
        shapes = tuple(dataclasses.replace(each, sd=np.full(len(each.sd), np.nan)) for each in record.shapes)
        return dataclasses.replace(record, shapes=shapes)

    before, after = (baseline_of("xavier_normal", "tanh", start=start, number=96) for start in (0, 96))
    assert compare(before, after).outcome is Outcome.EQUIVALENT
    assert compare(_altered(before, unknown), after).outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize("other", [None, 3, "x.nc", {}])
def test_what_is_no_measurement_is_one_line(baseline_of, one_line_error, other):
    one_line_error(compare, baseline_of("zeros", "relu"), other)
    one_line_error(compare, other, baseline_of("zeros", "relu"))


def test_a_part_of_the_layers_is_no_baseline(measured, one_line_error):
    message = one_line_error(Baseline.of, measured("he_normal", "relu").isel(layer=slice(1, 3)))
    assert "has 2, 3" in message


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("ac bc", "bd ad", "ad bd"),  # the activation is renamed, and the initializers stand in another order
        ("ac ad", "bd bc", "bc bd"),
        ("ac bd", "be ec", "ec be"),
        ("ac bc", "ec ac", "ac ec"),
        ("ac bd", "ef gh", "ef gh"),  # nothing has kept its name: by place
        ("ac ad bc bd", "ec ed fc fd", "ec ed fc fd"),
    ],
)
def test_renamed_pairings_are_found_by_the_name_they_have_kept(before, after, expected):
    record = made_up().pairings["i", "a"]
    old, new = (
        Baseline({"seeds": list(range(16))}, {}, {tuple(name): record for name in names.split()})
        for names in (before, after)
    )
    found = compare(old, new)
    assert [found.compared[pairing] for pairing in old.pairings] == [tuple(name) for name in expected.split()]


def test_the_drift_starts_where_the_layer_changed(baseline_of):
    before, after = baseline_of("he_normal", "relu", number=32), baseline_of("he_normal", "relu", 32, number=32)
    record = after.pairings["he_normal", "relu"]
    changed = {}
    for name, each in record.statistics.items():
        shift = np.where(each.layers >= 3, 1.0, 0.0) if name in ("act_std", "preact_std") else 0.0
        changed[name] = dataclasses.replace(each, mean=each.mean + shift)
    after = dataclasses.replace(after, pairings={("he_normal", "relu"): PairingRecord(changed, record.shapes)})
    assert compare(before, after).starts(("he_normal", "relu")) == 3


# Exact


@pytest.mark.parametrize("activation", sorted(set(ACTIVATIONS) & {"relu", "tanh", "selu"}))
@pytest.mark.parametrize("init", sorted(set(INITIALIZERS) & {"he_normal", "zeros", "orthogonal"}))
def test_the_same_seeds_are_exactly_the_same(baseline_of, init, activation):
    again = baseline_of(init, activation, dtype="float64", batch=60)
    found = compare(baseline_of(init, activation, dtype="float64"), again, mode="exact")
    assert found.outcome is Outcome.EQUIVALENT
    assert all(each.sigma == 0 for each in found.findings)


def test_a_change_of_one_in_ten_thousand_is_found_exactly(baseline_of):
    before = baseline_of("normal:0.1", "tanh", dtype="float64")
    found = compare(before, baseline_of("normal:0.10001", "tanh", dtype="float64"), mode="exact")
    assert found.outcome is Outcome.DRIFT


def test_an_exact_check_needs_the_baselines_seeds(baseline_of, one_line_error):
    message = one_line_error(compare, baseline_of("zeros", "relu"), baseline_of("zeros", "relu", 16), mode="exact")
    assert "seeds" in message


RESIDUAL = {"block": "residual", "norm": "layer"}


def test_a_stream_that_drifts_behind_norms_is_named(baseline_of):
    """A norm before every branch hides what its scale does to the stream from all activations."""
    baseline = baseline_of("he_normal", "relu", number=48, **RESIDUAL)
    same = compare(baseline, baseline_of("he_normal", "relu", start=48, number=48, **RESIDUAL))
    assert same.outcome is not Outcome.DRIFT
    check = compare(baseline, baseline_of("he_normal", "relu", start=48, number=48, branch_scale=0.9, **RESIDUAL))
    drifting = {each.statistic for each in check.drifts}
    assert {"branch_ratio", "stream_rms"} <= drifting
    assert not {"act_std", "preact_std", "similarity"} & drifting
    found = next(each for each in check.findings if (each.statistic, each.layer) == ("branch_ratio", 1))
    spread = float(baseline.pairings["he_normal", "relu"].statistics["branch_ratio"].sd[0])
    assert abs(np.log(found.measured / found.expected / 0.9)) < 4 * spread * (2 / 48) ** 0.5
    (line,) = [each for each in report(check).splitlines() if each.startswith("he_normal + relu: drift")]
    assert re.search(r"; on the stream of its blocks branch_ratio is [\d.]+ instead of [\d.]+ behind layer \d$", line)


def test_a_stream_is_written_read_renewed_and_missed(baseline_of, tmp_path):
    baseline = baseline_of("he_normal", "relu", **RESIDUAL)
    baseline.save(tmp_path / "blocks.json")
    read = Baseline.load(tmp_path / "blocks.json")
    assert read.text() == baseline.text()
    assert [*compare(read, baseline, mode="exact").drifts] == []
    record = read.pairings["he_normal", "relu"]
    old = {name: each for name, each in record.statistics.items() if name not in STREAM}
    earlier = dataclasses.replace(
        read, pairings={("he_normal", "relu"): dataclasses.replace(record, statistics=old)}
    )  # as an earlier version wrote it
    fresh = baseline_of("he_normal", "relu", start=16, **RESIDUAL)
    check = compare(earlier, fresh)
    assert not check.problems
    assert "cannot be seen by this check: the stream of residual blocks" in report(check)
    assert compare(fresh, earlier).problems, "blocks that are gone"
    assert not {*STREAM} & {*baseline_of("he_normal", "relu").pairings["he_normal", "relu"].statistics}


def test_of_several_blocks_that_end_with_one_layer_the_one_on_the_main_way_is_kept():
    import xarray as xr

    from actviz.baseline.measures import _stream_values

    made = {name: (("init", "activation", "seed", "block"), np.array([[[[1.0, 2.0, 3.0, 4.0]]]])) for name in STREAM}
    coords = {"init": ["a"], "activation": ["b"], "layer": [1, 2, 3]}
    coords |= {"block_layer": ("block", [0, 2, 2, 3]), "block_parent": ("block", [0, 0, 2, 0])}
    values = _stream_values(xr.Dataset(made, coords), "a", "b")
    assert np.array_equal(values["stream_rms"], [[np.nan, 2.0, 4.0]], equal_nan=True)
