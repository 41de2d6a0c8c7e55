import gc
import io
import json
import math
import os
import pickle
import shutil
import stat
import sys
import time
import zipfile

import h5netcdf
import h5py
import numpy as np
import pytest
from xarray.backends import H5NetCDFStore

import actviz
from actviz import ActvizError, export, load, probe, recipe, save, table
from actviz.errors import ResultFileError
from actviz.results.dataset import SCHEMA, gradient_decades
from actviz.results.netcdf import packed
from actviz.results.statistics import STATISTICS
from actviz.results.writing import write_atomically


@pytest.fixture(scope="module")
def dataset():
    return probe(
        ["he_normal", "normal:0.01"], ["tanh", "relu"], depth=3, width=12, samples=40, seeds=3, view=(0, 1, 30)
    )


@pytest.fixture(scope="module")
def overflowed():
    return probe("normal:1e15", "relu", depth=4, width=12, samples=20, seeds=2)


@pytest.fixture(scope="module")
def saved(dataset, tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "result.nc"
    save(dataset, path)
    return path


def _refused(path):
    with pytest.raises(ResultFileError) as caught:
        load(path)
    assert len(str(caught.value).splitlines()) == 1
    assert path.name in str(caught.value)
    return str(caught.value)


def _left_over(folder):
    return sorted(entry.name for entry in folder.iterdir())


# Round trip


def test_a_saved_dataset_is_loaded_identical(dataset, saved):
    loaded = load(saved)
    assert loaded.identical(dataset)
    for name, variable in dataset.variables.items():
        assert loaded[name].dtype.kind == variable.dtype.kind
        assert loaded[name].attrs == variable.attrs
    assert recipe(loaded) == recipe(dataset)


def test_an_overflowed_dataset_is_loaded_identical(overflowed, tmp_path):
    save(overflowed, tmp_path / "overflowed.nc")
    assert load(tmp_path / "overflowed.nc").identical(overflowed)


def test_saving_what_was_loaded_gives_the_same_again(saved, tmp_path):
    save(load(saved), tmp_path / "again.nc")
    assert load(tmp_path / "again.nc").identical(load(saved))


def test_plain_xarray_opens_a_result(dataset, saved):
    import xarray

    with xarray.open_dataset(saved) as opened:
        assert opened.identical(load(saved))
        np.testing.assert_array_equal(opened["act_std"].values, dataset["act_std"].values)
        assert opened["act_std"].attrs["units"] == "1"
        assert list(opened["init"].values) == ["he_normal", "normal:0.01"]


def test_a_file_has_the_bytes_that_h5netcdf_writes_and_every_variable_is_looked_up_a_few_times(dataset, monkeypatch):
    made, looked_up, find = io.BytesIO(), [], h5py.Group.__getitem__
    with h5netcdf.File(made, "w") as file:
        dataset.dump_to_store(H5NetCDFStore(file))
    monkeypatch.setattr(h5py.Group, "__getitem__", lambda group, name: looked_up.append(name) or find(group, name))
    assert packed(dataset, {}) == made.getvalue()
    assert len(looked_up) < 10 * len(dataset.variables)


def test_bytes_repeat(dataset, saved, tmp_path):
    time.sleep(1.1)  # a file that held the time of day would differ
    save(dataset, tmp_path / "again.nc")
    assert (tmp_path / "again.nc").read_bytes() == saved.read_bytes()


def test_a_loaded_dataset_holds_no_file_open(saved, tmp_path):
    path = tmp_path / "result.nc"
    shutil.copy(saved, path)
    loaded = load(path)
    path.unlink()
    assert np.isfinite(loaded["act_std"].values).all()


def test_a_loaded_dataset_goes_to_other_processes(dataset, saved):
    assert pickle.loads(pickle.dumps(load(saved))).identical(load(saved))


def test_a_path_may_be_text(dataset, tmp_path):
    save(dataset, str(tmp_path / "result.nc"))
    assert load(str(tmp_path / "result.nc")).identical(dataset)


# Files that are none of ours


@pytest.mark.parametrize("share", [0.0, 0.001, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.999])
def test_a_truncated_file_is_a_one_line_error(share, saved, tmp_path):
    content = saved.read_bytes()
    path = tmp_path / "cut.nc"
    path.write_bytes(content[: int(share * len(content))])
    _refused(path)


def test_a_file_short_of_one_byte_is_a_one_line_error(saved, tmp_path):
    path = tmp_path / "cut.nc"
    path.write_bytes(saved.read_bytes()[:-1])
    _refused(path)


@pytest.mark.parametrize(
    "content", [b"hello\nworld\n", b"\x00" * 5000, b"CDF\x01nonsense", b"\x89HDF\r\n\x1a\n" + b"\xff" * 3000]
)
def test_a_foreign_file_is_a_one_line_error(content, tmp_path):
    path = tmp_path / "foreign.nc"
    path.write_bytes(content)
    _refused(path)


def _written_by_others(path, kind):
    with h5py.File(path, "w") as file:
        if kind == "dimension scales":  # of which xarray warns, and which it cannot read
            file["values"], file["x"] = np.zeros(3), np.arange(3)
            file["x"].make_scale("x")
            file["values"].dims[0].attach_scale(file["x"])
        elif kind == "unnamed":
            file["values"] = np.zeros((2, 3))
        elif kind == "compound":
            file["table"] = np.zeros(3, dtype=[("a", "f8"), ("b", "i4")])
        elif kind == "reference":
            file["values"] = np.zeros(3)
            file["link"] = np.array([file["values"].ref], dtype=h5py.ref_dtype)
        elif kind == "attributes":
            file.attrs.update(schema=2, recipe="{}", title=np.array([b"\xff\xfe"]))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("kind", ["empty", "dimension scales", "unnamed", "compound", "reference", "attributes"])
def test_an_hdf5_file_of_others_is_one_line_and_no_warning(kind, tmp_path, recwarn, capfd, monkeypatch):
    """Of libraries too that complain where nothing can catch it, when what they could not open is thrown away."""
    unraised = []
    monkeypatch.setattr(sys, "unraisablehook", unraised.append)
    _written_by_others(tmp_path / "others.h5", kind)
    _refused(tmp_path / "others.h5")
    gc.collect()
    assert (len(recwarn), unraised, capfd.readouterr()) == (0, [], ("", ""))


def test_a_zip_file_is_a_one_line_error(tmp_path):
    path = tmp_path / "archive.nc"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("inside.txt", "hello")
    _refused(path)


def test_a_pickle_is_a_one_line_error_and_never_run(tmp_path):

    class Bomb:
        def __reduce__(self):
            return (open, (str(tmp_path / "exploded"), "w"))

    path = tmp_path / "bomb.nc"
    path.write_bytes(pickle.dumps(Bomb()))
    _refused(path)
    assert not (tmp_path / "exploded").exists()


def test_another_programs_netcdf_file_is_a_one_line_error(tmp_path):
    import xarray

    path = tmp_path / "weather.nc"
    xarray.Dataset({"rain": ("day", [1.0, 2.0])}).to_netcdf(path, engine="h5netcdf")
    assert "not an actviz result" in _refused(path)


@pytest.mark.parametrize("schema", ["one", 1.5, [1, 2]], ids=str)
def test_a_schema_that_is_no_number_is_a_one_line_error(schema, dataset, tmp_path):
    dataset.assign_attrs(schema=schema).to_netcdf(tmp_path / "odd.nc", engine="h5netcdf")
    _refused(tmp_path / "odd.nc")


def test_a_newer_schema_is_refused_by_its_number(dataset, tmp_path):
    dataset.assign_attrs(schema=SCHEMA + 1).to_netcdf(tmp_path / "newer.nc", engine="h5netcdf")
    message = _refused(tmp_path / "newer.nc")
    assert str(SCHEMA + 1) in message
    assert "upgrade" in message


@pytest.mark.parametrize("name", ["act_std", "hist", "bin_edges"])
def test_a_result_without_a_variable_is_a_one_line_error(name, dataset, tmp_path):
    dataset.drop_vars(name).to_netcdf(tmp_path / "less.nc", engine="h5netcdf")
    assert name in _refused(tmp_path / "less.nc")


def test_a_missing_file_and_a_folder_are_one_line_errors(tmp_path):
    assert "no such" in _refused(tmp_path / "missing.nc")
    _refused(tmp_path)


# Writing


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), RuntimeError("oops"), KeyboardInterrupt()])
def test_a_failed_write_leaves_the_old_file_and_nothing_else(error, tmp_path):
    path = tmp_path / "result.txt"
    path.write_text("old")

    def write(to):
        to.write_text("half")
        raise error

    with pytest.raises(ActvizError if isinstance(error, OSError) else type(error)):
        write_atomically(path, write)
    assert path.read_text() == "old"
    assert _left_over(tmp_path) == ["result.txt"]


def test_a_failed_first_write_leaves_nothing(tmp_path, one_line_error):
    def write(to):
        to.write_text("half")
        raise OSError(28, "No space left on device")

    assert "No space left" in one_line_error(write_atomically, tmp_path / "result.txt", write)
    assert _left_over(tmp_path) == []


def test_a_dataset_that_cannot_be_written_leaves_the_old_file(dataset, tmp_path):
    path = tmp_path / "result.nc"
    save(dataset, path)
    before = path.read_bytes()
    with pytest.raises(Exception, match=r".+"):
        save(dataset.assign(odd=("thing", np.array([object()], object))), path)
    assert path.read_bytes() == before
    assert _left_over(tmp_path) == ["result.nc"]


def test_the_file_appears_only_when_it_is_whole(tmp_path):
    path = tmp_path / "result.txt"
    seen = []

    def write(to):
        to.write_text("whole")
        seen.append(path.exists())

    write_atomically(path, write)
    assert seen == [False]
    assert path.read_text() == "whole"


def test_a_result_is_as_readable_as_any_new_file(dataset, tmp_path):
    save(dataset, tmp_path / "result.nc")
    (tmp_path / "other").write_text("")
    modes = {stat.S_IMODE(os.stat(tmp_path / name).st_mode) for name in ("result.nc", "other")}
    assert len(modes) == 1


@pytest.mark.parametrize("write", [save, export], ids=["save", "export"])
def test_paths_that_cannot_be_written_are_one_line_errors(write, dataset, tmp_path, one_line_error):
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "file").write_text("")
    one_line_error(write, dataset, tmp_path / "folder.csv")
    one_line_error(write, dataset, tmp_path / "missing folder" / "result.csv")
    one_line_error(write, dataset, tmp_path / "file" / "result.csv")
    assert _left_over(tmp_path) == ["file", "folder.csv"]


# Tables


def test_the_table_has_a_row_for_everything_measured(dataset):
    frame = table(dataset)
    assert len(frame) == 2 * 2 * 3 * 3
    assert {"init", "activation", "seed", "layer", *STATISTICS} <= set(frame.columns)
    for _, row in frame.iterrows():
        at = {key: row[key] for key in ("init", "activation", "seed", "layer")}
        for name in STATISTICS:
            np.testing.assert_equal(row[name], float(dataset[name].sel(at)))


def test_csv_holds_the_table(dataset, tmp_path):
    import pandas

    export(dataset, tmp_path / "table.csv")
    pandas.testing.assert_frame_equal(pandas.read_csv(tmp_path / "table.csv"), table(dataset), check_dtype=False)


def test_json_holds_the_table_and_the_recipe(dataset, tmp_path):
    export(dataset, tmp_path / "table.json")
    content = json.loads((tmp_path / "table.json").read_text())
    assert content["schema"] == SCHEMA
    assert content["recipe"] == recipe(dataset)
    frame = table(dataset)
    assert len(content["rows"]) == len(frame)
    for row, (_, expected) in zip(content["rows"], frame.iterrows(), strict=True):
        assert row == dict(expected.items())


def test_json_is_strict_and_null_for_what_is_no_number(overflowed, tmp_path):
    def refuse(constant):
        raise AssertionError(f"{constant} is not JSON")

    export(overflowed, tmp_path / "table.json")
    rows = json.loads((tmp_path / "table.json").read_text(), parse_constant=refuse)["rows"]
    frame = table(overflowed)
    assert any(row["act_std"] is None for row in rows)
    for row, (_, expected) in zip(rows, frame.iterrows(), strict=True):
        for name in STATISTICS:
            assert (row[name] is None) == (not math.isfinite(expected[name]))


def test_an_unknown_ending_is_a_one_line_error(dataset, tmp_path, one_line_error):
    for name in ("table.xlsx", "table", "table.CSV.bak"):
        assert ".csv, .json" in one_line_error(export, dataset, tmp_path / name)
    assert _left_over(tmp_path) == []


def test_gradient_decades_are_the_logarithm_of_first_over_last(dataset):
    changed = dataset.copy(deep=True)
    rms = changed["grad_preact_rms"].values
    rms[:] = 1.0
    rms[0, 0, :, 0] = 1e-3
    rms[0, 1, :, 0] = 0.0
    rms[1, 0, :, -1] = 0.0
    rms[1, 1, :, 0] = np.nan
    inits, activations = changed["init"].values, changed["activation"].values
    expected = ((0, 0, -3.0), (0, 1, -np.inf), (1, 0, -np.inf), (1, 1, np.nan))
    for init, activation, decades in expected:
        told = gradient_decades(changed, inits[init], activations[activation])
        np.testing.assert_allclose(told, np.full(changed.sizes["seed"], decades))


@pytest.mark.parametrize("wrong", ["{", "[]", 3], ids=repr)
def test_a_result_whose_recipe_is_not_one_is_a_one_line_error(dataset, tmp_path, wrong, one_line_error):
    path = tmp_path / "wrong.nc"
    changed = dataset.copy()
    changed.attrs["recipe"] = wrong
    save(changed, path)
    assert "not an actviz result" in one_line_error(load, path)


def test_units_that_were_once_called_dead_are_read_as_what_they_are(dataset, tmp_path):
    """Schema 1 counted units that are saturated for every sample, which may pass a gradient on."""
    counted = "number of units saturated (flat) for every sample"
    old = dataset.assign(dead_units=dataset["dead_units"].assign_attrs(definition=counted)).assign_attrs(schema=1)
    actviz.save(old, tmp_path / "old.nc")
    read = actviz.load(tmp_path / "old.nc")
    np.testing.assert_array_equal(read["saturated_units"], dataset["dead_units"])
    assert read["dead_units"].isnull().all()
    assert read["dead_units"].attrs == dataset["dead_units"].attrs
    for found in actviz.diagnose(read):
        assert "note.dead_before" in {note.key for note in found.unjudged}
        assert not found.passes()
    assert set(actviz.overlay({"before": read, "now": dataset})["dead_units"].dims) == set(dataset["dead_units"].dims)
    assert "saturated_units" not in actviz.load(_saved(dataset, tmp_path / "new.nc"))


def _saved(dataset, path):
    actviz.save(dataset, path)
    return path


@pytest.mark.parametrize("chosen", [{"seed": 0}, {"layer": 1}, {"init": 0}, {"activation": 0}], ids=str)
def test_what_lost_a_dimension_is_refused_in_a_line_that_says_how_to_select(chosen, one_line_error):
    found = actviz.probe("he_normal", "relu", depth=3, width=8, samples=20, seeds=2, formats="fp16").isel(chosen)
    (dim,) = chosen
    for read in (actviz.FIGURES["signal"].draw, actviz.table, actviz.formats, actviz.summary):
        assert f"select with a list, as sel({dim}=[...])" in one_line_error(read, found)


@pytest.mark.parametrize("dim", ["init", "activation", "seed", "layer"])
def test_a_selection_that_leaves_none_is_refused_by_all_that_read_a_result(dim, dataset, one_line_error):
    none = dataset.isel({dim: []})
    reads = [actviz.diagnose, actviz.predict, actviz.table]
    reads += [spec.draw for spec in actviz.FIGURES.values() if spec.kind == "probe"]
    for read in reads:
        one_line_error(read, none)
    for read in (actviz.diagnose, actviz.predict, actviz.FIGURES["signal"].draw):
        assert f"has no {dim} left" in one_line_error(read, none)
