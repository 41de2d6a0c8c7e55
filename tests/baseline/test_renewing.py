"""Measuring again by a recipe, and renewing a baseline: only what has changed is rewritten."""

import json

import numpy as np
import pytest

import actviz
from actviz.baseline import Baseline, fresh_seeds, measure_again, read_recipe, update
from actviz.probing.running import MAX_SEED

SETTINGS = {"width": [12, 8], "samples": 20, "seeds": [3, 1], "bias_std": 0.1, "dtype": "float64", "input_width": 5}


def test_a_dataset_is_measured_again_by_its_recipe():
    first = actviz.probe(["he_normal", "normal:0.02"], ["tanh"], inputs="correlated:0.4", **SETTINGS)
    again = measure_again(actviz.recipe(first), [3, 1])
    assert again.identical(first)


def test_a_view_is_left_out_and_seeds_are_others():
    first = actviz.probe("he_normal", "tanh", view=(0, 1, 30), **SETTINGS)
    again = measure_again(actviz.recipe(first), fresh_seeds([3, 1]))
    assert again["seed"].values.tolist() == [4, 5]
    assert "view_hist" not in again


@pytest.mark.parametrize("used", [[], [0, 1, 2], [7, 2], [MAX_SEED], [0, MAX_SEED]])
def test_fresh_seeds_are_as_many_and_none_was_used(used):
    fresh = fresh_seeds(used, 3)
    assert len(set(fresh)) == 3
    assert not set(fresh) & set(used)
    assert all(0 <= seed <= MAX_SEED for seed in fresh)


def test_inputs_of_a_file_are_read_again_and_of_an_array_are_gone(tmp_path, monkeypatch, one_line_error):
    monkeypatch.chdir(tmp_path)
    rows = np.random.default_rng(0).normal(size=(30, 6))
    np.save("rows.npy", rows)
    named = actviz.probe("he_normal", "tanh", width=6, inputs="rows.npy", seeds=2)
    assert measure_again(actviz.recipe(named), 2).identical(named)
    given = actviz.probe("he_normal", "tanh", width=6, inputs=rows, seeds=2)
    assert "array" in one_line_error(measure_again, actviz.recipe(given), 2)


@pytest.mark.parametrize(
    "recipe",
    [
        {},
        {"inits": "he_normal"},
        {"inits": "he_normal", "activations": "relu", "weight": 3},
        {"inits": "no_such", "activations": "relu"},
        {"inits": "he_normal", "activations": "relu", "depth": "deep"},
        {"inits": 3, "activations": 4},
        {"inits": "he_normal", "activations": "relu", "bias_std": "much"},
        {"inits": "he_normal", "activations": "relu", "view": 3, "batch": None},
    ],
)
def test_a_recipe_that_makes_no_sense_is_one_line(recipe, one_line_error):
    one_line_error(measure_again, recipe, 2)


def test_a_recipe_is_read_from_a_file_of_its_own_or_from_a_baseline(tmp_path):
    (tmp_path / "recipe.json").write_text('{"inits": ["he"], "activations": ["relu"], "depth": 3}')
    assert read_recipe(tmp_path / "recipe.json")["depth"] == 3
    baseline = Baseline.of(actviz.probe("he_normal", "tanh", **SETTINGS))
    baseline.save(tmp_path / "baseline.json")
    assert read_recipe(tmp_path / "baseline.json") == baseline.recipe


@pytest.mark.parametrize("content", ["", "[]", '"he"', '{"inits": 1, "weights": 2}', "{"])
def test_what_is_no_recipe_is_one_line(tmp_path, one_line_error, content):
    (tmp_path / "r.json").write_text(content)
    assert "r.json" in one_line_error(read_recipe, tmp_path / "r.json")


# Renewing


def changed_lines(old, new):
    first, second = old.text().splitlines(), new.text().splitlines()
    assert len(first) == len(second)
    return [(a, b) for a, b in zip(first, second, strict=True) if a != b]


def test_nothing_is_rewritten_where_nothing_has_changed(baseline_of):
    old = baseline_of("he_normal", "relu", dtype="float64")
    renewed = update(old, baseline_of("he_normal", "relu", dtype="float64"))
    assert renewed.changes == ()
    assert renewed.baseline.text() == old.text()


def test_rounding_is_not_rewritten(baseline_of, loaded):
    old = baseline_of("he_normal", "relu", dtype="float64")
    content = json.loads(old.text())
    row = content["pairings"][0]["statistics"]["act_std"]["layers"][2]
    row["mean"] += 1e-8
    assert update(old, loaded(content)).baseline.text() == old.text()


@pytest.fixture
def loaded(tmp_path):
    def load(content):
        (tmp_path / "edited.json").write_text(json.dumps(content))
        return Baseline.load(tmp_path / "edited.json")

    return load


def test_only_the_line_that_has_changed_is_rewritten_and_named(baseline_of, loaded):
    old = baseline_of("he_normal", "relu", dtype="float64")
    content = json.loads(old.text())
    content["pairings"][0]["statistics"]["act_std"]["layers"][2]["sd"] *= 1.5
    renewed = update(old, loaded(content))
    assert len(changed_lines(old, renewed.baseline)) == 1
    assert renewed.changes == ("he_normal + relu: act_std in layer 3",)


def test_only_the_statistics_that_a_change_reaches_are_rewritten(baseline_of):
    """Twice the biases move nothing that the inputs and weights alone decide."""
    old, new = (baseline_of("zeros", "tanh", dtype="float64", bias_std=std) for std in (0.1, 0.2))
    renewed = update(old, new)
    rewritten = {change.split(" in ")[0] for change in renewed.changes}
    assert renewed.changes[0].startswith("recipe, bias_std")
    assert not any("similarity" in name or "nonfinite" in name for name in rewritten)
    assert any("preact_std" in name for name in rewritten)
    assert renewed.baseline.text() == new.text()


def test_pairings_come_and_go_and_keep_their_order(baseline_of):
    old = baseline_of(("he_normal", "zeros"), "relu")
    renewed = update(old, baseline_of(("normal", "he_normal"), "relu"))
    assert list(renewed.baseline.pairings) == [("he_normal", "relu"), ("normal", "relu")]
    assert "zeros + relu: removed" in renewed.changes
    assert "normal + relu: new" in renewed.changes


def test_other_seeds_renew_everything(baseline_of):
    new = baseline_of("he_normal", "relu", 16)
    renewed = update(baseline_of("he_normal", "relu"), new)
    assert renewed.changes[0].startswith("seeds: 0 to 15")
    assert renewed.baseline.seeds == new.seeds
