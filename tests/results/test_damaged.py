"""Well-formed files with the wrong content: refused in one line at the door, or read without a traceback."""

import json
import random

import numpy as np
import pytest
from click.testing import CliRunner

import actviz
from actviz.cli import main
from actviz.results.checking import check_result
from actviz.results.checkpoint import Checkpoint
from actviz.results.schema import parsed

FED = {"data": "moons:60", "depth": 2, "width": 8, "epochs": 2, "snapshots": 2}
WRONG = (None, "text", -1, 0, 10**308, 1e308, 2.5, True, [], {}, [None], ["a"], [-3], "x" * 500, [[1]], {"a": 1})


@pytest.fixture(scope="module")
def results():
    trained = actviz.train(actviz.runs(["he_normal", "zeros"], "relu", **FED), "moons:60", seeds=2, workers=1)
    (one,) = actviz.runs("he_normal", "relu", **FED).values()
    return {
        "probe": actviz.probe(["he_normal", "zeros"], "tanh", depth=3, width=8, samples=20, seeds=2, view=(0, 1, 5)),
        "training": trained,
        "snapshot": actviz.snapshot(trained, 0),
        "descent": actviz.descend(["constant:0.05"], repeats=2, seeds=2, steps=20),
        "range": actviz.find_rate(one, "moons:60", seeds=2, updates=30),
        "coordinates": actviz.coordinate_check(widths=[8, 16, 32], inputs="4,4", steps=1, seeds=3, workers=1),
        **recorded(),
    } | model()


def recorded():
    """Return what was recorded of arrays at one moment, and at two."""
    recorder, rng, made = actviz.Recorder(), np.random.default_rng(0), {}
    for step in (0, 10):
        x = rng.standard_normal((12, 6))
        recorder.inputs(x, step)
        for layer in "ab":
            x = np.tanh(x)
            recorder.record(layer, x, x, x, "tanh", step)
        made["film" if step else "recorded"] = recorder.dataset
    return made


def model():
    """Return a result of a model with a stream and a softmax, where there is PyTorch."""
    try:
        from torch import nn, randn
    except ImportError:
        return {}
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    return {"module": actviz.probe_module(nn.Sequential(layer, nn.Linear(8, 3)), randn(2, 4, 8))}


def changed_recipe(recipe, draw):
    """Return a recipe in which something, at any depth, is another value or gone."""
    if isinstance(recipe, dict) and recipe and draw.random() < 0.85:
        key = draw.choice(sorted(recipe))
        value = changed_recipe(recipe[key], draw)
        return {k: value if k == key else v for k, v in recipe.items() if k != key or draw.random() < 0.9}
    return draw.choice(WRONG)


def changed_values(ds, draw):
    """Return a dataset one of whose variables has other values, another type or another shape."""
    name = draw.choice(sorted(map(str, ds.variables)))
    variable = ds[name].variable
    how = draw.choice(["text", "huge", "negative", "nan", "gone", "renamed", "cut", "turned", "complex"])
    if how in ("renamed", "cut", "turned") and not variable.dims:
        how = "gone"
    if how == "gone":
        return ds.drop_vars(name)
    if how == "renamed":
        return ds.rename_dims({variable.dims[-1]: "elsewhere"}) if variable.dims[-1] in ds.dims else ds
    if how == "cut":
        return ds.isel({variable.dims[-1]: slice(0, draw.choice([0, 1]))})
    if how == "turned":
        return ds.isel({variable.dims[-1]: slice(None, None, -1)})
    filler = {"text": "text", "huge": 1e308, "negative": -7, "nan": np.nan, "complex": 1j}[how]
    return ds.assign({name: (variable.dims, np.full(variable.shape, filler))})


def damaged(results, number):
    """Return the number-th damaged result."""
    draw = random.Random(number)
    kind = draw.choice(sorted(results))
    ds = results[kind]
    try:
        if draw.random() < 0.5:
            return kind, ds.assign_attrs(recipe=json.dumps(changed_recipe(actviz.recipe(ds), draw)))
        return kind, changed_values(ds, draw)
    except ValueError:  # nothing that xarray can make
        return kind, ds


@pytest.mark.parametrize("number", [n if n < 4 else pytest.param(n, marks=pytest.mark.slow) for n in range(60)])
def test_a_damaged_result_is_one_line_or_is_read(number, results, tmp_path):
    kind, ds = damaged(results, number)
    path = tmp_path / "r.nc"
    try:
        actviz.save(ds, path)
    except actviz.ActvizError:
        return
    lines = [["show", path], ["figures", path, "-o", tmp_path, "--format", "svg"]]
    lines += [["diagnose", path]] if kind in ("probe", "snapshot") else []
    for line in lines:
        outcome = CliRunner().invoke(main, [str(each) for each in line])
        assert outcome.exit_code in (0, 1, 2), (line, outcome.exception)
        assert isinstance(outcome.exception, SystemExit | None), (line, outcome.exception)
        if outcome.exit_code == 2:
            assert len(outcome.stderr.splitlines()) == 1


def test_statistics_without_a_number_are_drawn_as_none(results, tmp_path):
    ds = results["probe"]
    unknown = ds.assign({name: ds[name] * np.nan for name in ("act_std", "act_mean", "grad_preact_rms") if name in ds})
    actviz.save(unknown, tmp_path / "r.nc")
    line = ["figures", tmp_path / "r.nc", "-f", "histograms", "-f", "overview", "-o", tmp_path, "--format", "svg"]
    outcome = CliRunner().invoke(main, [str(each) for each in line])
    assert outcome.exit_code == 0, outcome.exception


CHANGES = {
    "null samples": lambda ds, r: (ds, {**r, "samples": None}),
    "huge samples": lambda ds, r: (ds, {**r, "samples": 10**308}),
    "a renamed layer": lambda ds, r: (ds.rename({"layer": "depth"}), r),
    "text for numbers": lambda ds, r: (ds.assign(act_std=ds["act_std"].astype(str)), r),
    "fewer than no inputs": lambda ds, r: (ds.assign(input_distinct=-1 - ds["input_distinct"]), r),
    "inputs by layer": lambda ds, r: (ds.assign(input_blank=0.0 * ds["saturated"]), r),
    "negative counts": lambda ds, r: (ds.assign(hist=-1 - ds["hist"]), r),
    "falling edges": lambda ds, r: (ds.assign(bin_edges=-ds["bin_edges"]), r),
    "a name twice": lambda ds, r: (ds.assign_coords(init=["zeros", "zeros"]), r),
    "a name from elsewhere": lambda ds, r: (ds.assign_coords(init=["zeros", "mine"]), r),
    "a share above 1": lambda ds, r: (ds.assign(saturated=ds["saturated"] + 2), r),
    "no seed": lambda ds, r: (ds.isel(seed=slice(0, 0)), r),
    "a seed twice": lambda ds, r: (ds, {**r, "seeds": [0, 0]}),
    "a seed's numbers twice": lambda ds, r: (ds.assign_coords(seed=[0, 0]), r),
    "an unknown drive": lambda ds, r: (ds, {**r, "drive": "mine"}),
    "an unknown dtype": lambda ds, r: (ds, {**r, "dtype": "text"}),
    "an unknown kind": lambda ds, r: (ds, {**r, "kind": "other"}),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_no_result_has_is_refused(name, results, one_line_error):
    assert one_line_error(check_result, *CHANGES[name](results["probe"], actviz.recipe(results["probe"])))


def test_it_is_refused_at_the_door(results, tmp_path, one_line_error):
    ds, _ = CHANGES["text for numbers"](results["probe"], {})
    actviz.save(ds, tmp_path / "r.nc")
    assert "r.nc" in one_line_error(actviz.load, tmp_path / "r.nc")


@pytest.mark.parametrize("text", ["[" * 100_000, "1" + "0" * 400, "NaN", "1e999", "-Infinity", '{"a": ' * 100_000])
def test_json_that_nothing_can_be_done_with_is_refused(text, results, tmp_path, one_line_error):
    with pytest.raises(ValueError, match=r"."):
        parsed(text)
    actviz.save(results["probe"].assign_attrs(recipe=text), tmp_path / "r.nc")
    assert "r.nc" in one_line_error(actviz.load, tmp_path / "r.nc")


def test_a_checkpoint_of_another_shape_is_measured_again(tmp_path):
    small = {"depth": 2, "width": 8, "samples": 20, "seeds": 1, "checkpoint": tmp_path}
    first = actviz.probe("he_normal", "relu", **small)
    (kept,) = tmp_path.glob("*.npz")
    good = dict(np.load(kept))
    for name in good:
        for wrong in (good[name][:1], good[name].astype(str), np.zeros(0), np.zeros((2, 3, 4))):
            np.savez(kept, **{**good, name: wrong})
            assert actviz.probe("he_normal", "relu", **small).identical(first)


def test_a_training_kept_in_another_shape_is_trained_again(tmp_path):
    runs = actviz.runs("he_normal", "relu", **FED)
    first = actviz.train(runs, "moons:60", checkpoint=tmp_path)
    (kept,) = tmp_path.glob("*.npz")
    good = dict(np.load(kept))
    for name in ("plain", "learner.parameters", "snapshot.0.statistics", "snapshot.0.hist"):
        np.savez(kept, **{**good, name: good[name][:1]})
        assert actviz.train(runs, "moons:60", checkpoint=tmp_path).identical(first)
    assert Checkpoint(tmp_path, {}).read(("none",)) is None
