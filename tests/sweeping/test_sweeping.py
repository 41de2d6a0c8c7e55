"""A sweep: its grid, what is kept of a cell, its dataset, and that it goes on where it was stopped."""

import errno
import os
from concurrent import futures
from pathlib import Path

import numpy as np
import pytest

import actviz
from actviz import ActvizError
from actviz.results.files import table
from actviz.sweeping import KEPT, boundary, plan, read_values
from actviz.sweeping import running as sweeping_running
from actviz.theory import mean_field
from actviz.theory.spectra import spectrum

GRID = {"weight_var": "1.2:2.4:3", "depth": [6, 12]}
SETTINGS = {"activation": "tanh", "bias_var": 0.05, "width": 30, "samples": 40, "seeds": 2}
KEEP = "q_star,chi_1,theory_q_star,theory_chi_1,act_std,first_act_std,last_act_std"


@pytest.fixture(scope="module")
def swept():
    return actviz.sweep(GRID, keep=KEEP, workers=1, **SETTINGS)


def test_swept_fields_are_dimensions_and_profiles_end_where_a_cell_does(swept):
    assert dict(swept.sizes) == {"weight_var": 3, "depth": 2, "seed": 2, "layer": 12}
    assert swept["weight_var"].values.tolist() == pytest.approx([1.2, 1.8, 2.4])
    assert swept["q_star"].dims == ("weight_var", "depth", "seed")
    assert swept["theory_q_star"].dims == ("weight_var", "depth")
    shallow = swept["act_std"].sel(depth=6)
    assert np.isfinite(shallow.sel(layer=slice(None, 6)).values).all()
    assert np.isnan(shallow.sel(layer=slice(7, None)).values).all()
    assert swept["act_std"].attrs["padding"] == "NaN beyond a cell's own depth"


def test_a_cell_is_what_a_probe_of_its_recipe_gives(swept):
    ds = actviz.probe(
        "variance_scaling:1.8", "tanh", depth=6, width=30, samples=40, seeds=2, bias_std=0.05**0.5, workers=1
    ).isel(init=0, activation=0)
    cell = swept.sel(weight_var=1.8, depth=6, method="nearest")
    assert np.array_equal(cell["act_std"].sel(layer=slice(None, 6)).values, ds["act_std"].values)
    assert np.array_equal(cell["last_act_std"].values, ds["act_std"].isel(layer=-1).values)
    assert np.array_equal(cell["first_act_std"].values, ds["act_std"].isel(layer=0).values)
    square = (ds["preact_mean"] ** 2 + ds["preact_std"] ** 2).isel(layer=-1)
    assert np.array_equal(cell["q_star"].values, square.values)


def test_theory_stands_beside_what_was_measured(swept):
    field = mean_field("tanh", 2.4, 0.05)
    cell = swept.sel(weight_var=2.4, depth=12)
    assert float(cell["theory_q_star"]) == pytest.approx(field.q_star)
    assert float(cell["theory_chi_1"]) == pytest.approx(field.chi_1)
    assert float(cell["q_star"].mean()) == pytest.approx(field.q_star, rel=0.25)  # four spreads at width 30


def test_measured_numbers_come_to_those_of_theory_in_a_wide_deep_stack():
    """Four spreads of a seed are allowed: 0.058 of q*, 0.028 of c* and 0.0105 of chi_1, of twelve seeds."""
    ds = actviz.sweep(
        {"weight_var": [4.0]}, activation="tanh", bias_var=0.05, depth=24, width=300, samples=60,
        inputs="correlated:0.3", keep="q_star,c_star,chi_1", workers=1,
    ).isel(weight_var=0, seed=0)  # fmt: skip
    field = mean_field("tanh", 4.0, 0.05)
    assert float(ds["q_star"]) == pytest.approx(field.q_star, abs=4 * 0.058)
    assert float(ds["c_star"]) == pytest.approx(field.c_star, abs=4 * 0.028)
    assert float(ds["chi_1"]) == pytest.approx(field.chi_1, abs=4 * 0.0105)


def test_a_training_is_reduced_to_how_it_ended():
    ds = actviz.sweep(
        {"lr": [0.01, 0.5], "activation": "tanh,relu"}, init="he_normal", data="moons:60", depth=2, width=8,
        epochs=3, batch=10, validation=20, keep="final_accuracy,final_validation_loss,diverged,act_std", workers=1,
    )  # fmt: skip
    runs = actviz.runs(
        "he_normal", "relu", data="moons:60", depth=2, width=8, lr=0.5, epochs=3, batch=10, evaluate_every=10**6
    )
    one = actviz.train(runs, "moons:60", split=actviz.Split(validation=20), workers=1)
    cell = ds.sel(lr=0.5, activation="relu").isel(seed=0)
    assert float(cell["final_accuracy"]) == float(one["train_accuracy"].isel(run=0, step=-1, seed=0))
    assert float(cell["final_validation_loss"]) == float(one["validation_loss"].isel(run=0, step=-1, seed=0))
    assert float(cell["diverged"]) == 0
    before = actviz.snapshot(one, 0)["act_std"]
    assert np.array_equal(cell["act_std"].values, before.isel(init=0, activation=0, seed=0).values)


def test_what_a_file_gives_back_is_the_sweep(swept, tmp_path):
    actviz.save(swept, tmp_path / "map.nc")
    assert actviz.load(tmp_path / "map.nc").identical(swept)
    rows = table(swept)
    assert len(rows) == 3 * 2 * (6 + 12)
    assert list(rows)[:4] == ["weight_var", "depth", "seed", "layer"]
    damaged = swept.drop_vars("q_star")
    actviz.save(damaged, tmp_path / "damaged.nc")
    with pytest.raises(ActvizError, match="without q_star"):
        actviz.load(tmp_path / "damaged.nc")
    other = swept.assign_coords(weight_var=[1.0, 2.0, 3.0])
    actviz.save(other, tmp_path / "other.nc")
    with pytest.raises(ActvizError, match="other values of weight_var"):
        actviz.load(tmp_path / "other.nc")


def test_cells_are_kept_and_more_of_them_measure_only_what_is_new(tmp_path, monkeypatch):
    measured, tried = [], sweeping_running.tried
    monkeypatch.setattr(sweeping_running, "tried", lambda *cell: measured.append(cell) or tried(*cell))
    settings = {**SETTINGS, "depth": 4, "keep": "q_star,act_std", "workers": 1, "checkpoint": tmp_path}
    first = actviz.sweep({"weight_var": [1.0, 2.0]}, **settings)
    assert len(measured) == 4
    (kept, *_) = sorted(tmp_path.glob("*.npz"))
    kept.write_bytes(kept.read_bytes()[:50])
    again = actviz.sweep({"weight_var": [1.0, 2.0]}, **settings)
    assert len(measured) == 5, "a damaged cell is measured again, and no other"
    assert again.identical(first)
    alike = actviz.sweep({"weight_var": "1,2"}, **{**settings, "bias_var": "0.05", "width": 30.0})
    assert len(measured) == 5, "however a number is written"
    assert alike.identical(first)
    more = actviz.sweep({"weight_var": [1.0, 2.0, 3.0]}, **{**settings, "seeds": 3})
    assert len(measured) == 5 + 5
    assert more["q_star"].sel(weight_var=[1.0, 2.0], seed=[0, 1]).equals(first["q_star"])


def test_a_full_disk_is_one_line_and_what_is_kept_is_gone_on_from(tmp_path, monkeypatch):
    settings = {**SETTINGS, "depth": 4, "keep": "q_star", "workers": 1, "checkpoint": tmp_path}
    over = {"weight_var": "1:3:4"}
    with monkeypatch.context() as patch:
        write = Path.write_bytes

        def full(path, content):
            if len(list(tmp_path.glob("[0-9a-f]*.npz"))) == 3:
                write(path, content[:4])
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return write(path, content)

        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(ActvizError, match=r"^cannot write .*No space left on device$"):
            actviz.sweep(over, **settings)
    assert len(list(tmp_path.iterdir())) == 3, "nothing half-written stays"
    assert actviz.sweep(over, **settings).identical(actviz.sweep(over, **{**settings, "checkpoint": None}))


@pytest.mark.parametrize(
    ("name", "spec", "values"),
    [
        ("weight_var", "1:4:4", [1.0, 2.0, 3.0, 4.0]),
        ("depth", "10:100:3", [10, 55, 100]),
        ("depth", "1,2, 4:6:2", [1, 2, 4, 6]),
        ("bias_std", "1e-2:1:3:log", [0.01, 0.1, 1.0]),
        ("init", "he_normal,xavier_normal", ["he_normal", "xavier_normal"]),
        ("init", "uniform:-1,1;he_normal", ["uniform:-1,1", "he_normal"]),
        ("width", np.array([10, 20]), [10, 20]),
        ("width", np.array([[8, 6], [4, 4]]), ["8,6", "4,4"]),
        ("norm", [None, "batch"], ["none", "batch"]),
    ],
)
def test_values_are_ranges_lists_and_names(name, spec, values):
    assert read_values(name, spec) == pytest.approx(values) if name == "bias_std" else read_values(name, spec) == values


@pytest.mark.parametrize(
    ("over", "settings", "said"),
    [
        ({"deepth": "1:2:2"}, {}, "did you mean 'depth'"),
        ({"depth": "1:2"}, {}, "LOW:HIGH:COUNT"),
        ({"depth": "1,1"}, {}, "1 twice"),
        ({"depth": "1.5"}, {}, "whole number"),
        ({"weight_var": "-1"}, {}, "finite number >= 0"),
        ({"weight_var": "0:1:3:log"}, {}, "above 0"),
        ({"lr": "0.1,1"}, {}, "a probe has no 'lr' to sweep: give the data that cells are trained on$"),
        (
            {"samples": [1]},
            {"data": "moons:40"},
            "a training has no 'samples' to sweep: cells with data are trainings$",
        ),
        ({"train": [9, 99]}, {"data": "moons:40"}, "^train=99: 40 examples are too few for 99 to train on"),
        (
            {"patience": "1,2"},
            {"data": "moons:40", "early_stopping": "yes", "validation": 0},
            "^patience=1: .*no rows are held out$",
        ),
        ({"norm": "none,batch"}, {"data": "moons:40", "batch": 1}, "^norm=batch: .*needs 2 rows in every batch"),
        ({}, {}, "nothing is swept"),
        ({"weight_var": "1,2"}, {"init": "he_normal"}, "weight_var and init say the same"),
        ({"depth": "1,2"}, {"depth": 3}, "depth is swept"),
        ({"depth": "1,2"}, {"keep": "q_stra"}, "did you mean 'q_star'"),
        ({"depth": "1,2"}, {"keep": "final_accuracy"}, "is of a training"),
        ({"depth": "1,2"}, {"colour": 1}, "no setting 'colour'"),
        ({"depth": "1,2"}, {"init": None}, "needs an activation, and an initializer"),
        ("depth=1,2", {}, "over fields and their values"),
        (["depth"], {}, "over fields and their values"),
        ({"depth": [True]}, {}, "whole number"),
        ({"weight_var": [True]}, {}, "not a number"),
        ({"depth": "1,2"}, {"keep": 3}, "keep is names"),
        ({"depth": "1,2"}, {"keep": "stream_rms"}, "of residual blocks"),
        ({"depth": "1,2"}, {"keep": "jacobian_spread"}, "jacobian_spread needs jacobian"),
        ({"jacobian": "0"}, {"keep": "jacobian_max"}, "jacobian_max needs jacobian"),
        ({"depth": "1,2"}, {"data": "moons:40", "keep": "jacobian_spread,final_loss"}, "jacobian_spread is of a probe"),
        ({"depth": "1,2"}, {"jacobian": "two"}, "^jacobian"),
        ({"norm": "none,batch", "weight_var": [1.0]}, {"bias_var": 0.1}, "^norm=batch, weight_var=1: .*bias_std"),
    ],
)
def test_what_no_sweep_is_is_refused_in_one_line(over, settings, said):
    init = {} if "weight_var" in over and "init" not in settings else {"init": "he_normal"}
    with pytest.raises(ActvizError, match=said) as error:
        plan(over, **{"activation": "tanh", **init, **settings})
    assert "\n" not in str(error.value)


_ROWS = np.random.default_rng(0).normal(size=(20, 5))


def _line(slope):
    return actviz.Activation("x2", phi=lambda z: slope * z)


@pytest.mark.parametrize(
    ("over", "settings", "said"),
    [
        ({"inputs": [_ROWS, 10 * _ROWS]}, {"activation": "tanh"}, "^inputs: .* got array twice; .*file"),
        ({"inputs": [_ROWS, _ROWS]}, {"activation": "tanh"}, "^inputs: .* got array twice; .*file"),
        ({"activation": [_line(2), _line(3)]}, {}, "^activation: .* got x2 twice; .*name"),
    ],
)
def test_values_that_one_name_would_stand_for_are_refused(over, settings, said):
    with pytest.raises(ActvizError, match=said) as error:
        plan(over, init="he_normal", depth=2, width=5, **settings)
    assert "\n" not in str(error.value)


def test_arrays_in_files_of_their_own_are_cells_of_their_own(tmp_path):
    files = [str(tmp_path / f"{name}.npy") for name in ("small", "large")]
    for file, rows in zip(files, (_ROWS, 10 * _ROWS), strict=True):
        np.save(file, rows)
    how = {"activation": "tanh", "depth": 2, "width": 5, "keep": "last_act_std", "workers": 1}
    found = actviz.sweep({"inputs": files}, init="he_normal", **how)["last_act_std"].values.ravel()
    for value, rows in zip(found, (_ROWS, 10 * _ROWS), strict=True):
        alone = actviz.probe("he_normal", "tanh", inputs=rows, depth=2, width=5, seeds=1, workers=1)
        assert alone["act_std"].values.ravel()[-1] == value


def test_a_cell_that_cannot_be_is_named():
    with pytest.raises(ActvizError, match=r"^samples=1, norm=batch: batch normalization needs at least 2"):
        actviz.sweep({"samples": [1], "norm": ["batch"]}, init="he_normal", activation="relu", workers=1)


def _bent(z):
    if z.shape == (40, 13):
        raise ValueError("boom\nand more")
    return np.tanh(z)


BENT = actviz.Activation("bent", phi=_bent, slope=lambda z: 1 - np.tanh(z) ** 2)


def test_cells_that_fail_are_named_and_all_others_are_done_and_kept(tmp_path, monkeypatch):
    measured, tried = [], sweeping_running.tried
    monkeypatch.setattr(sweeping_running, "tried", lambda *cell: measured.append(cell[2]) or tried(*cell))
    over = {"activation": ["tanh", BENT, "relu"], "width": [10, 13, 16]}
    settings = {"init": "he_normal", "depth": 2, "samples": 40, "keep": "last_act_std", "workers": 1}
    said = (
        r"^1 cell of 9 failed, and all others are done: activation=bent, width=13, seed=0: ValueError: boom and more$"
    )
    for measured_now in (9, 3):  # of one's own functions none is kept, and all else is
        measured.clear()
        with pytest.raises(ActvizError, match=said):
            actviz.sweep(over, **settings, checkpoint=tmp_path)
        assert len(measured) == measured_now
        assert len(list(tmp_path.glob("*.npz"))) == 6


def test_blocks_and_their_scales_are_fields_of_which_plain_theory_says_nothing():
    ds = actviz.sweep(
        {"branch_scale": "0.5;1/sqrt(L)", "depth": [4]}, init="he_normal", activation="relu", block="residual",
        width=16, samples=20, keep="last_act_std,theory_q_star", workers=1,
    )  # fmt: skip
    assert ds["branch_scale"].values.tolist() == ["0.5", "1/sqrt(L)"]
    assert ds["last_act_std"].values[0] == ds["last_act_std"].values[1], "1/sqrt(4)"
    assert np.isnan(ds["theory_q_star"].values).all()


def test_theory_of_a_stream_stands_beside_what_was_measured_of_it():
    how = {"init": "he_normal", "activation": "relu", "block": "residual", "width": 128, "samples": 100, "workers": 1}
    keep = (
        "stream_rms,theory_stream_rms,stream_gradient_decades,theory_stream_gradient_decades,theory_last_branch_ratio"
    )
    ds = actviz.sweep({"branch_scale": "1/sqrt(L);1", "depth": [4, 8]}, keep=keep, seeds=4, **how)
    doubling = ds.isel(branch_scale=1)
    assert doubling["theory_stream_rms"].values[0, :4] == pytest.approx(2.0 ** (np.arange(1, 5) / 2))
    assert np.isnan(doubling["theory_stream_rms"].values[0, 4:]).all(), "beyond its own depth"
    assert doubling["theory_stream_gradient_decades"].values == pytest.approx([2 * np.log10(2), 4 * np.log10(2)])
    assert ds["theory_last_branch_ratio"].values.ravel() == pytest.approx([4**-0.5, 8**-0.5, 1, 1])
    measured = ds.mean("seed")
    assert np.nanmax(abs(np.log(measured["stream_rms"] / measured["theory_stream_rms"]))) < 0.1
    assert abs(measured["stream_gradient_decades"] - measured["theory_stream_gradient_decades"]).max() < 0.02
    normed = actviz.sweep({"norm": "batch,layer"}, place="pre", depth=4, keep="theory_last_stream_rms", **how)
    batch, layer = normed["theory_last_stream_rms"].values
    assert np.isnan(batch)
    assert layer == pytest.approx(5**0.5, rel=1e-4), "each branch adds 1"
    trained = {**how, "data": "moons:40"}
    trained.pop("samples")
    for wrong, message in ((how | {"block": "plain"}, "is of residual blocks"), (trained, "is of a probe")):
        with pytest.raises(ActvizError, match=message):
            actviz.sweep({"depth": [2]}, keep="theory_stream_rms", **wrong)


def test_theory_of_a_stream_starts_where_layers_are_as_wide_as_their_inputs():
    ds = actviz.sweep(
        {"width": "32,64,64;64,64,64"}, init="lecun_normal", activation="tanh", block="residual", samples=50,
        inputs="uniform:0,1", seeds=2, keep="stream_rms,theory_stream_rms", workers=1,
    )  # fmt: skip
    measured, theory = ds["stream_rms"].mean("seed").values, ds["theory_stream_rms"].values
    assert np.array_equal(np.isnan(theory), np.isnan(measured))
    assert np.isnan(theory[0]).tolist() == [False, True, False]
    assert theory[~np.isnan(theory)] == pytest.approx(measured[~np.isnan(theory)], rel=0.15)


def test_the_spread_of_the_jacobian_is_kept_where_it_is_taken():
    settings = {"activation": "identity", "width": 100, "samples": 20, "keep": "jacobian_spread", "workers": 1}
    ds = actviz.sweep({"init": "orthogonal,lecun_normal", "depth": [4]}, jacobian=2, **settings)
    isometric, gaussian = ds["jacobian_spread"].values.ravel()
    assert isometric == pytest.approx(0, abs=1e-6)
    assert gaussian == pytest.approx(4, abs=1)  # of three seeds 4.0, 4.3 and 4.1
    with pytest.raises(ActvizError, match="jacobian_spread needs jacobian"):
        actviz.sweep({"depth": [2]}, init="lecun_normal", **settings)


def test_what_a_cell_is_asked_to_measure_is_kept_unless_others_are_named():
    how = {"init": "he_normal", "activation": "relu", "depth": 2, "width": 6, "samples": 10, "workers": 1}
    ds = actviz.sweep({"jacobian": [0, 2]}, block="residual", **how)
    without, taken = ds["jacobian_spread"].values.ravel()
    assert np.isnan(without)
    assert taken > 0
    one = actviz.probe("he_normal", "relu", depth=2, width=6, samples=10, seeds=1, block="residual", jacobian=2)
    assert taken == one["jacobian_spread"].item()
    assert {"jacobian_max", "stream_rms", "stream_grad", "stream_gradient_decades"} <= set(ds.data_vars)
    named = plan({"depth": [2]}, activation="relu", init="he_normal", jacobian=2, keep="act_std")
    assert named.base.keep == ("act_std",)
    plain = plan({"depth": [2]}, activation="relu", init="he_normal")
    assert not [name for name in plain.base.keep if name.startswith(("jacobian", "stream"))]


def test_the_depth_to_which_networks_train_goes_with_theory_and_is_largest_at_the_critical_variance():
    ds = actviz.sweep(
        {"weight_var": "1:4:16", "depth": "10:100:12"}, activation="tanh", bias_var=0.05, keep="theory_xi_c", workers=1
    )
    scale, depths = ds["theory_xi_c"].values, ds["depth"].values
    made = 0.1 + 0.5 / (1 + np.exp((depths - 5 * scale) / 10))  # trains to about five depth scales
    ds = ds.assign(final_accuracy=(("weight_var", "depth", "seed"), made[..., None]))
    assert boundary.correlation(ds)[0] > 0.98
    assert boundary.peak(ds)[0] == pytest.approx(1.761, abs=0.1)
    flat = ds.assign(final_accuracy=ds["final_accuracy"] * 0 + 0.1)
    assert np.isnan(boundary.correlation(flat)[0])


def test_wrong_arguments_of_the_library_are_one_line(swept):
    settings = {"init": "he_normal", "activation": "tanh", "width": 4, "samples": 4}
    for wrong, said in (({"cluster": 5}, "cluster is an address"), ({"checkpoint": 3}, "path of a folder")):
        with pytest.raises(ActvizError, match=said):
            actviz.sweep({"depth": [2]}, **settings, **wrong)
    for reading in (boundary.correlation, boundary.peak):
        with pytest.raises(ActvizError, match="has no final_accuracy"):
            reading(swept)
    with pytest.raises(ActvizError, match="a result of probe"):
        spectrum("he_normal", "relu", 8)
    probed = actviz.probe("he_normal", "relu", depth=2, width=5, samples=10, seeds=1)
    readers = (boundary.accuracies, boundary.correlation, boundary.peak, boundary.depth_scales, boundary.is_told)
    for reading in (*readers, boundary.shared):
        for wrong, said in ((probed, "needs a sweep"), (None, "need a dataset"), (probed["act_std"], "need a dataset")):
            with pytest.raises(ActvizError, match=said):
                reading(wrong)
    for reading in readers:
        with pytest.raises(ActvizError, match="weight_var is no dimension"):
            reading(swept.isel(weight_var=0))
    with pytest.raises(ActvizError, match="init must be a name"):
        spectrum(probed, 1, "relu")


def test_what_is_no_connected_client_is_refused():
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=None) as cluster:
        client = distributed.Client(cluster)
        client.close()
        with pytest.raises(ActvizError, match="Client that is closed"):
            actviz.sweep({"depth": [2]}, init="zeros", activation="tanh", width=4, samples=4, cluster=client)
    with futures.ThreadPoolExecutor() as pool, pytest.raises(ActvizError, match="cluster is an address"):
        actviz.sweep({"depth": [2]}, init="zeros", activation="tanh", width=4, samples=4, cluster=pool)


def test_of_blocks_the_stream_is_kept_and_what_plain_layers_alone_have_is_not():
    ds = actviz.sweep(
        {"block": "plain,residual", "branch_scale": "0.5,1"}, init="he_normal", activation="relu", depth=3, width=16,
        samples=20, keep="stream_rms,last_stream_grad,xi_c", workers=1,
    )  # fmt: skip
    plain, blocks = (ds.sel(block=block) for block in ("plain", "residual"))
    assert np.isnan(plain["stream_rms"].values).all()
    one = actviz.probe("he_normal", "relu", depth=3, width=16, samples=20, seeds=1, block="residual", branch_scale=0.5)
    assert np.array_equal(blocks["stream_rms"].sel(branch_scale=0.5).values.ravel(), one["stream_rms"].values.ravel())
    assert np.isnan(blocks["xi_c"].values).all()


def test_a_gradient_that_is_nowhere_has_no_change_and_that_of_blocks_is_the_streams():
    how = {"depth": 3, "width": 10, "samples": 20, "workers": 1}
    plain = actviz.sweep({"init": "zeros", "activation": "tanh,relu"}, keep="gradient_decades", **how)
    tanh, relu = plain["gradient_decades"].values.ravel()
    assert tanh == -np.inf, "it starts, and does not come to the first layer"
    assert np.isnan(relu), "none starts: 0 / 0"
    keep = "gradient_decades,stream_gradient_decades"
    blocks = actviz.sweep(
        {"branch_scale": [0, 1]}, init="he_normal", activation="relu", block="residual", keep=keep, **how
    )
    assert np.isnan(blocks["gradient_decades"].values[0]).all(), "a branch of 0 gives its layers no gradient"
    level, grown = blocks["stream_gradient_decades"].values.ravel()
    assert level == 0.0
    one = actviz.probe("he_normal", "relu", depth=3, width=10, samples=20, seeds=1, block="residual")
    before, behind = (one[name].values.ravel() for name in ("stream_grad_before", "stream_grad"))
    assert grown == pytest.approx(np.log10(before[0] / behind[-1]))
    with pytest.raises(ActvizError, match="is of residual blocks"):
        plan({"depth": [2]}, init="he_normal", activation="relu", keep="stream_gradient_decades")


def test_rates_keep_their_value_among_schedules():
    laid = plan({"lr": "0.1;constant:0.2;cosine:0.1"}, init="he_normal", activation="tanh", data="moons:20")
    assert laid.grid["lr"] == ["0.1", "constant:0.2", "cosine:0.1"]


def test_every_kept_number_has_words_and_a_definition():
    for each in KEPT.values():
        assert each.long_name
        assert each.definition
        assert each.of in ("layers", "training", "theory")
