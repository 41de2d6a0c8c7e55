"""Files of sweeps with the wrong content: refused in one line at the door, and nothing that they name is imported."""

import json

import numpy as np
import pytest

import actviz
from actviz import ActvizError
from actviz.plots import FIGURES


@pytest.fixture(scope="module")
def plane():
    names = ("q_star", "c_star", "chi_1")
    return actviz.sweep(
        {"weight_var": [1.0, 2.0], "bias_var": [0.0, 0.3]}, activation="tanh", depth=3, width=6, samples=10,
        keep=(*names, *(f"theory_{name}" for name in names), "act_std"), workers=1,
    )  # fmt: skip


def with_recipe(ds, **changes):
    how = actviz.recipe(ds)
    for key, value in changes.items():
        how[key] = {**how[key], **value} if isinstance(value, dict) else value
    return ds.assign_attrs(recipe=json.dumps(how))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda ds: with_recipe(ds, settings={"width": "wide"}), "settings: width"),
        (lambda ds: with_recipe(ds, settings={"activation": 3}), "settings: activation must be text"),
        (lambda ds: with_recipe(ds, over={"weight_var": [1.0, "2"]}), "has names and numbers"),
        (lambda ds: with_recipe(ds, fields=["weight_var"]), "fields are those that it has values of"),
        (lambda ds: with_recipe(ds, cell="figure"), "which this actviz does not know"),
        (lambda ds: with_recipe(ds, keep=["q_star"]), "is not what a sweep"),
        (lambda ds: ds.drop_vars("layer"), "without layers"),
        (lambda ds: ds.drop_vars("seed"), "without seeds"),
        (lambda ds: ds.isel(weight_var=[0, 0]), "other values of weight_var"),
        (lambda ds: ds.assign(q_star=ds["q_star"].astype(str)), "q_star is not what"),
        (lambda ds: ds.isel(weight_var=0), "which is no dimension"),
    ],
)
def test_what_no_sweep_holds_is_refused_at_the_door(plane, tmp_path, damage, said):
    actviz.save(damage(plane), tmp_path / "r.nc")
    with pytest.raises(ActvizError, match=said) as error:
        actviz.load(tmp_path / "r.nc")
    assert "\n" not in str(error.value)


def test_an_activation_that_a_file_names_is_not_imported(plane, tmp_path, monkeypatch):
    (tmp_path / "stranger.py").write_text("raise SystemExit('imported')\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    strange = with_recipe(plane, settings={"activation": "stranger:phi"})
    assert FIGURES["phase_map"].missing(strange)
    with pytest.raises(ActvizError):
        FIGURES["phase_map"].draw(strange)
    assert FIGURES["map"].draw(strange, name="q_star").axes


def test_numbers_beyond_all_scales_are_no_cells(plane):
    huge = plane.assign(q_star=plane["q_star"].copy(data=np.full(plane["q_star"].shape, 1e308)))
    crosses = [line for line in FIGURES["map"].draw(huge, name="q_star").axes[0].lines if line.get_marker() == "x"]
    assert len(crosses[0].get_xdata()) == 4
