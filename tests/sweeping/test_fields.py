"""Every setting of a probe's and of a training's recipe is swept, or refused in a line that says why."""

import inspect

import numpy as np
import pytest

import actviz
from actviz import ActvizError
from actviz.catalog.tasks import Split
from actviz.recipes.commands import command
from actviz.results.files import table
from actviz.sweeping import FIELDS, plan
from actviz.sweeping.grid import NOT_SWEPT
from actviz.training import EarlyStopping, TrainConfig, runs

HOW = {"workers", "progress", "checkpoint", "interrupt", "cluster"}
"""Arguments that say how a result is made, and change nothing in it."""


def _names(*of):
    """Return the settings of functions and of frozen recipes."""
    named = {
        name for each in of for name, it in inspect.signature(each).parameters.items() if it.kind != it.VAR_KEYWORD
    }
    return sorted({"inits": "init", "activations": "activation"}.get(name, name) for name in named - HOW)


SETTINGS = [
    *(("probe", name) for name in _names(actviz.probe)),
    *(("training", name) for name in _names(runs, TrainConfig, Split, EarlyStopping)),
]
VALUES = {
    "init": "he_normal;uniform:-1,1", "activation": "tanh,relu", "weight_var": "1:2:2", "bias_var": "0,0.1",
    "bias_std": "0,0.1", "depth": "2,3", "width": "8,6;6,5,4", "norm": "layer,rms", "place": "pre,post",
    "block": "plain,residual", "branch_scale": "0.5;1/sqrt(L)", "dtype": "float32,float64", "batch": "10,20",
    "inputs": "normal;uniform:0,1", "input_width": "4,5", "samples": "10,12", "jacobian": "1,2",
    "drive": "cotangent,cross_entropy", "data": "moons:40;spirals:40", "train": "20,22", "validation": "0.2,0.3",
    "test": "0,4", "label_noise": "0,0.2", "lr": "0.1;step:0.1,0.5,2", "per": "update,epoch", "optimizer": "sgd,adam",
    "loss": "cross_entropy,mean_square", "epochs": "1,2", "updates": "2,3", "replacement": "yes,no",
    "weight_decay": "0,0.1", "dropout": "0,0.1", "clip": "0.1,1", "evaluate_every": "1,2", "evaluated": "10,20",
    "snapshot_rows": "10,20", "early_stopping": "yes,no", "monitor": "validation_loss,train_loss", "patience": "0,3",
    "min_delta": "0,0.1", "keep_best": "yes,no",
}  # fmt: skip
BESIDE = {
    "place": {"norm": "layer"}, "branch_scale": {"block": "residual"}, "input_width": {"width": 6},
    **{name: {"early_stopping": "yes"} for name in ("monitor", "patience", "min_delta", "keep_best")},
}  # fmt: skip
"""What a field needs beside it."""


def _settings(cell, name):
    """Return the settings of a small sweep over a field."""
    small = {"depth": 2, "width": 6, **({"samples": 10} if cell == "probe" else {"data": "moons:40", "epochs": 1})}
    usual = {"init": "he_normal", "activation": "tanh", **small, **BESIDE.get(name, {})}
    apart = {name, *({"depth"} if name == "width" else ())}
    return {key: value for key, value in usual.items() if key not in apart}


@pytest.mark.parametrize(("cell", "name"), SETTINGS)
def test_every_setting_of_a_recipe_is_swept_or_says_why_not(cell, name):
    settings = _settings(cell, name)
    if name in NOT_SWEPT:
        for over, more in (({name: [1, 2]}, {}), ({"samples" if cell == "probe" else "epochs": [1]}, {name: 1})):
            if name != "seeds" or not more:
                more = {key: value for key, value in {**settings, **more}.items() if key not in over}
                with pytest.raises(ActvizError, match=f"^{name} ") as error:
                    plan(over, **more)
                assert "\n" not in str(error.value)
        return
    laid = plan({name: VALUES[name]}, **settings)
    assert len(laid.grid[name]) == 2
    first, second = map(laid.base.arguments, laid.points)
    assert repr(first) != repr(second), "its values reach the cells"


def test_every_field_is_a_setting_of_a_recipe():
    assert (
        {*FIELDS} == {*VALUES} == {name for _, name in SETTINGS if name not in NOT_SWEPT} | {"weight_var", "bias_var"}
    )


@pytest.fixture(scope="module")
def stopped():
    """Noisy labels: what is watched gets worse, the sooner the less patient."""
    return actviz.sweep(
        {"early_stopping": "no,yes", "patience": "0:6:2"}, init="he_normal", activation="relu", data="moons:120",
        label_noise=0.3, depth=2, width=24, lr=0.5, batch=20, epochs=40, validation=40, monitor="validation_loss",
        keep="ended_step,best_step,final_loss,final_validation_loss", workers=1,
    )  # fmt: skip


def test_early_stopping_is_watched_every_epoch_and_its_numbers_are_of_the_weights_it_leaves(stopped):
    off, on = (stopped.sel(early_stopping=each).isel(seed=0) for each in ("no", "yes"))
    assert off["ended_step"].values.tolist() == [160, 160], "the whole budget, whatever the patience would be"
    assert np.isnan(off["best_step"].values).all()
    assert 0 < on["best_step"].values[0] < on["ended_step"].values[0] < 160
    assert on["best_step"].values[0] <= on["best_step"].values[1]
    rule = EarlyStopping(patience=6)
    named = {"data": "moons:120", "depth": 2, "width": 24, "lr": 0.5, "batch": 20, "epochs": 40}
    split = Split(validation=40, label_noise=0.3)
    one = actviz.train(runs("he_normal", "relu", early_stopping=rule, **named), "moons:120", split=split, workers=1)
    at = one.isel(run=0, seed=0).sel(step=int(one["best_step"].item()))
    for name in ("train_loss", "validation_loss"):
        kept = on[name.replace("train", "final").replace("validation", "final_validation")].sel(patience=6)
        assert float(kept) == float(at[name]), name


def test_a_rate_that_follows_evaluations_is_told_of_every_one():
    settings = {"init": "he_normal", "activation": "tanh", "data": "moons:40"}
    base = plan({"lr": "0.1;reduce_on_plateau"}, **settings).base
    assert [base.arguments((each,))["evaluate_every"] for each in ("0.1", "reduce_on_plateau")] == [10**6, 1]


def test_an_object_that_says_how_to_stop_is_its_settings(stopped):
    settings = {"init": "he_normal", "activation": "relu", "data": "moons:120"}
    laid = plan({"depth": [2]}, early_stopping=EarlyStopping(patience=6), **settings)
    assert laid.base.settings["patience"] == 6
    assert laid.base.arguments((2,))["early_stopping"] == EarlyStopping(patience=6)
    with pytest.raises(ActvizError, match=r"^patience is of early stopping: give early_stopping yes"):
        plan({"patience": "0,3"}, **settings)
    with pytest.raises(ActvizError, match=r"^early_stopping is yes or no, not EarlyStopping"):
        plan({"early_stopping": [EarlyStopping()]}, **settings)


def test_networks_with_a_width_for_each_layer_are_values_of_one_field(tmp_path):
    settings = {"init": "he_normal", "activation": "tanh", "samples": 10, "workers": 1, "keep": "act_std"}
    ds = actviz.sweep({"width": "8,6,4;10,10;7,"}, **settings)
    assert ds["width"].values.tolist() == ["8,6,4", "10,10", "7,"]
    assert np.isfinite(ds["act_std"].isel(seed=0).values).sum(axis=1).tolist() == [3, 2, 1]
    assert ds["act_std"].attrs["padding"]
    assert len(table(ds)) == 3 + 2 + 1
    one = actviz.probe("he_normal", "tanh", width=[8, 6, 4], samples=10, seeds=1, workers=1)
    assert np.array_equal(ds["act_std"].sel(width="8,6,4").values.ravel(), one["act_std"].values.ravel())
    actviz.save(ds, tmp_path / "widths.nc")
    again = actviz.load(tmp_path / "widths.nc")
    how = actviz.recipe(again)
    assert actviz.sweep(how["over"], **settings).identical(ds)
    assert actviz.sweep({"width": [[8, 6, 4], (10, 10), [7]]}, **settings).identical(ds)
    assert "'width=8,6,4;10,10;7,'" in command(how)
    assert "'width=8,6,4;'" in command(plan({"width": [[8, 6, 4]]}, init="he_normal", activation="tanh").recipe)
    with pytest.raises(
        ActvizError, match=r"^width: 10 says not how many layers, as the others do; one layer is '10,'$"
    ):
        plan({"width": "8,6;10"}, init="he_normal", activation="tanh")


def test_figures_say_which_field_a_line_is_of_and_what_all_cells_share(stopped):
    from actviz.plots.reading.swept import line_label
    from actviz.results.words import sweep_words

    assert line_label("early_stopping", "yes", "en") == "early stopping: yes"
    assert line_label("keep_best", "no", "ko") == "최적 가중치 유지: 아니요"
    assert line_label("init", "he_normal", "en") == "He normal"
    assert line_label("patience", 3.0, "en") == "patience = 3"
    assert "share of wrong labels 0.3" in sweep_words(stopped, "en")
    assert "조기 종료 · 인내 횟수 6" in sweep_words(
        actviz.sweep(
            {"lr": [0.1]}, init="he_normal", activation="relu", data="moons:40", early_stopping="yes", patience=6,
            epochs=1, depth=1, width=4, workers=1,
        ),
        "ko",
    )  # fmt: skip
