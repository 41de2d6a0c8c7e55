"""What number formats lose, read off histograms: the same as rounding every value, and the numbers that are known."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

import actviz
from actviz.catalog.formats import NUMBER_FORMATS, limit_bins, number_formats
from actviz.cli import main
from actviz.diagnosis.judging import diagnose
from actviz.diagnosis.narrow import format_notes
from actviz.numerics.histogram import GRADIENT_BINS, UNBOUNDED_BINS
from actviz.recipes.commands import command
from actviz.results.formats import Magnitudes, _folded, formats, loss_scale, lost, magnitudes

SMALL = {"depth": 20, "width": 64, "samples": 100, "seeds": 2, "workers": 1}


@pytest.fixture(scope="module")
def deep():
    """Pairings that keep and that lose their gradients."""
    return actviz.probe(["xavier_normal", "he_normal"], ["relu", "sigmoid"], **SMALL)


def test_the_known_numbers_of_the_formats():
    told = {name: (each.largest, each.least_normal, each.least) for name, each in NUMBER_FORMATS.items()}
    assert told["e4m3"] == (448.0, 2.0**-6, 2.0**-9)
    assert told["e5m2"] == (57344.0, 2.0**-14, 2.0**-16)
    half = np.finfo(np.float16)
    assert told["fp16"] == (half.max, half.smallest_normal, half.smallest_subnormal)


def of_values(values):
    """Magnitudes of one layer, counted by the bins of gradients."""
    counted = GRADIENT_BINS.count(np.abs(values))
    counts = counted.counts.astype(float)
    counts[0] -= np.count_nonzero(values == 0)
    beyond = counted.overflow + counted.nonfinite
    return Magnitudes(GRADIENT_BINS.edges, counts[None], np.array([float(beyond)]))


@pytest.mark.parametrize("name", NUMBER_FORMATS)
def test_shares_are_those_of_rounding_every_value(name, torch):
    dtypes = {"fp16": "float16", "bf16": "bfloat16", "e4m3": "float8_e4m3fn", "e5m2": "float8_e5m2"}
    rng = np.random.default_rng(0)
    values = (rng.standard_normal(40_000) * np.exp2(rng.uniform(-28, 20, 40_000))).astype(np.float32)
    values[:1000] = 0.0
    chosen, found = NUMBER_FORMATS[name], lost(of_values(values), NUMBER_FORMATS[name])
    there = values[values != 0]
    rounded = torch.from_numpy(there).to(getattr(torch, dtypes[name])).float().numpy()
    true = {
        "flushed": np.mean(rounded == 0),
        "subnormal": np.mean((np.abs(there) < chosen.least_normal) & (rounded != 0)),
        "overflow": np.mean(
            (np.abs(there) >= chosen.limits[2]) if name == "e4m3" else ~np.isfinite(rounded)
        ),  # it clips
    }
    for what, share in true.items():
        low, high = (float(each[0]) for each in getattr(found, what))
        assert low - 1e-12 <= share <= high + 1e-12, what
        assert high - low < 0.01  # a quarter of an octave of 48
    assert float(found.flushed[0][0]) == pytest.approx(true["flushed"], abs=1e-12)  # where nothing is a tie


@pytest.mark.parametrize("name", ["fp16", "e4m3", "e5m2"])
def test_neither_a_tie_nor_the_largest_number_itself_is_told_wrong(name, torch):
    dtypes = {"fp16": torch.float16, "e4m3": torch.float8_e4m3fn, "e5m2": torch.float8_e5m2}
    chosen = NUMBER_FORMATS[name]
    for value, flushed in ((chosen.flushed, True), (chosen.largest, False)):
        assert (float(torch.tensor(value).to(dtypes[name]).float()) == 0) == flushed
        found = lost(of_values(np.full(50, value, np.float32)), chosen)
        assert (found.flushed[0][0], found.flushed[1][0]) == (0.0, float(flushed))
        assert (found.overflow[0][0], found.overflow[1][0]) == (0.0, float(not flushed))


def test_a_recorder_that_is_asked_for_formats_counts_what_they_lose():
    recorder = actviz.Recorder(formats="fp16")
    tie = np.full((10, 4), 2.0**-25, np.float32)
    recorder.record("only", tie, grad=np.nextafter(tie, np.float32(1.0)))
    (row,) = formats(recorder.dataset, "fp16").to_dict("records")
    assert (row["act_flushed"], row["grad_flushed"], row["grad_subnormal"], row["exact"]) == (1.0, 0.0, 1.0, True)


def test_gradients_of_a_scaled_loss_are_judged_at_the_scale_in_use():
    recorder = actviz.Recorder()
    h = np.random.default_rng(0).standard_normal((40, 8)).astype(np.float32)
    recorder.record("only", h, grad=1e-8 * h)
    ds = recorder.dataset
    under = "are flushed to zero, at the loss scale in use; a loss scaled by"
    for scale, words in ((2.0**16, "fits FP16"), (2.0**3, under)):
        used = ds.assign_attrs(recipe=json.dumps({**actviz.recipe(ds), "loss_scale": scale}))
        (note,) = format_notes(used, "as built", "unknown", "fp16")
        assert words in note.message()
        assert ("사용 중인 손실 배율로" in note.message("ko")) == (words == under)


def test_what_has_no_gradient_is_judged_by_its_activations_alone():
    recorder = actviz.Recorder()
    recorder.record("only", np.random.default_rng(0).standard_normal((40, 8)).astype(np.float32))
    (found,) = diagnose(recorder.dataset, formats="fp16")
    (note,) = [each for each in found.notes if each.key.startswith("note.format")]
    assert note.message().endswith("there is no gradient to judge")
    assert np.isnan(formats(recorder.dataset, "fp16")["loss_scale"]).all()


def test_one_limit_tells_a_loss_and_the_scale_that_mends_it():
    rng = np.random.default_rng(1)
    recorder = actviz.Recorder()
    for layer, flushed in (("less", 0.003), ("more", 0.03)):
        grad = np.where(rng.uniform(size=(400, 50)) < flushed, 2e-8, 2.0**-20).astype(np.float32)
        recorder.record(layer, rng.standard_normal((400, 50)).astype(np.float32), grad=grad)
    (found,) = diagnose(recorder.dataset, formats="fp16")
    (note,) = [each for each in found.notes if each.key.startswith("note.format")]
    assert note.message().startswith("underflows in FP16 from layer 2 back: of the gradients of layer 2 3")
    assert formats(recorder.dataset, "fp16")["loss_scale"].tolist() == [64.0, 64.0]  # from 2 on none of 2e-8 is flushed
    (fits,) = [each for each in diagnose(recorder.dataset.isel(layer=[0]), formats="fp16")[0].notes
               if each.key.startswith("note.format")]  # fmt: skip
    assert fits.message().startswith("in FP16 99.7 % of the gradients of layer 1 are subnormal, unscaled")
    assert fits.message().endswith("of a loss scaled by 64 at most half of any layer's are")
    assert "64배" in fits.message("ko")


def test_signed_bins_are_folded_and_those_of_a_bounded_activation_tell_an_interval():
    values = np.array([-3.0, 2.0**-20, -(2.0**-30), 0.5], np.float32)
    edges, counts = _folded(UNBOUNDED_BINS.edges, UNBOUNDED_BINS.count(values).counts[None])
    found = lost(Magnitudes(edges, counts.astype(float), np.zeros(1)), NUMBER_FORMATS["fp16"])
    assert (found.flushed[0][0], found.subnormal[0][0]) == (0.25, 0.25)
    small = actviz.probe("normal:0.0001", "tanh", **TINY)
    low, high = lost(magnitudes(small, "normal:0.0001", "tanh", "act"), NUMBER_FORMATS["fp16"]).flushed
    assert low[-1] < 0.01 < high[-1]  # all of it is in the bins beside 0
    assert not formats(small, "fp16")["exact"].iloc[-1]


TINY = {"depth": 3, "width": 32, "samples": 20, "seeds": 1, "workers": 1}


@pytest.fixture(scope="module")
def counted():
    """The same with formats asked for."""
    return actviz.probe("normal:0.0001", "tanh", **TINY, formats="fp16,e4m3")


def test_a_probe_that_is_asked_for_formats_counts_what_they_lose(counted, tmp_path):
    table = formats(counted, "fp16")
    assert table["exact"].all()
    assert table["act_flushed"].tolist() == table["act_flushed_most"].tolist()
    assert table["act_flushed"].iloc[-1] == 1.0  # in a bin beside 0, which tells no more than from 0 to 1
    assert not formats(counted, "bf16")["exact"].all()  # was not asked for
    assert actviz.recipe(counted)["formats"] == ["fp16", "e4m3"]
    assert command(actviz.recipe(counted)).endswith("--formats fp16,e4m3")
    actviz.save(counted, tmp_path / "counted.nc")
    assert actviz.load(tmp_path / "counted.nc").identical(counted)
    (found,) = diagnose(counted, formats="fp16")
    note = next(each for each in found.notes if each.key == "note.format_act_under")
    assert dict(note.values)["layer"] == 2


def test_counts_go_through_batches_seeds_and_a_checkpoint(tmp_path):
    many = {**TINY, "seeds": 2, "batch": 7, "formats": ["e4m3"], "checkpoint": tmp_path / "kept"}
    first = actviz.probe("he_normal", "relu", **many)
    assert actviz.probe("he_normal", "relu", **many).identical(first)
    whole = first["act_limits"].sum("limit_edge") + 2 * 20 * 32 * first["zero_fraction"].mean("seed")
    assert (whole.round() == 2 * 20 * 32).all()
    assert (formats(first, "e4m3")["grad_flushed"] > 0).any()


@pytest.mark.parametrize(("name", "dtype"), [*((name, "float32") for name in NUMBER_FORMATS), ("fp16", "float64")])
def test_counts_are_those_of_rounding_also_at_ties_and_at_the_largest(name, dtype, torch):
    rounds = {"bf16": "bfloat16", "e4m3": "float8_e4m3fn", "e5m2": "float8_e5m2"}.get(name, "")
    chosen = NUMBER_FORMATS[name]
    limits = np.array([*chosen.limits, chosen.flushed, chosen.least, chosen.largest]).astype(dtype)
    around = [np.nextafter(limits, np.array(to, dtype)) for to in (0.0, np.inf)]
    values = np.concatenate([limits, -limits, *around, np.array([0.0, np.inf, -np.inf, np.nan], dtype)])
    told = limit_bins([name]).count(values)
    there = values[values != 0]
    with np.errstate(over="ignore"):  # PyTorch rounds float64 twice
        narrow = there.astype(np.float16) if name == "fp16" else torch.from_numpy(there).to(getattr(torch, rounds))
    rounded = narrow.astype(float) if name == "fp16" else narrow.float().numpy()
    magnitude, flushed = np.abs(there), rounded == 0
    over = ~np.isfinite(rounded) | ((name == "e4m3") & ~(magnitude <= 464))  # beyond which PyTorch clips
    small = magnitude < chosen.least_normal
    assert told.counts.tolist() == [flushed.sum(), (~flushed & small).sum(), (~over & ~small).sum()]
    assert (told.underflow, told.overflow + told.nonfinite, told.total) == (1, over.sum(), len(values))


def test_sigmoid_with_xavier_loses_its_gradients_in_fp16_and_he_with_relu_none(deep):
    table = formats(deep, "fp16").set_index(["init", "activation", "layer"]).sort_index()
    assert table.loc[("xavier_normal", "sigmoid", 1), "grad_flushed"] == 1.0
    assert np.isnan(table.loc[("xavier_normal", "sigmoid", 1), "loss_scale"])
    assert table.loc[("he_normal", "relu")]["grad_flushed"].max() == 0.0
    assert set(table.loc[("he_normal", "relu")]["loss_scale"]) == {1.0}
    assert table.loc[("he_normal", "relu")]["exact"].all()


def test_a_loss_scale_is_the_least_that_keeps_all_but_a_hundredth():
    tiny = of_values(np.full(100, 2.0**-30, np.float32))
    assert loss_scale(tiny, NUMBER_FORMATS["fp16"]) == 16  # by 6 they are kept, and by 16 with all their digits
    wide = of_values(np.exp2(np.linspace(-40, 10, 200)).astype(np.float32))
    assert loss_scale(wide, NUMBER_FORMATS["fp16"]) is None
    assert loss_scale(wide, NUMBER_FORMATS["bf16"]) == 0


def test_notes_say_from_which_layer_on_in_both_languages(deep):
    notes = {
        (each.init, each.activation): [note for note in each.notes if note.key.startswith("note.format")]
        for each in diagnose(deep, formats="fp16,e4m3")
    }
    first, second = notes["xavier_normal", "sigmoid"][0], notes["he_normal", "relu"][0]
    table = (
        formats(deep, "fp16").set_index(["init", "activation", "layer"]).sort_index().loc[("xavier_normal", "sigmoid")]
    )
    start = int(table.index[table["grad_flushed"] > 0.01].max())
    assert first.message().startswith(f"underflows in FP16 from layer {start} back: of the gradients of layer 1 100 %")
    assert second.message().startswith("fits FP16")
    assert f"{start}층부터" in first.message("ko")
    assert all(note.key.startswith("note.format") is False for each in diagnose(deep) for note in each.notes)


def test_what_bins_do_not_tell_and_networks_of_zeros_do_not_pass_for_fitting():
    small = {"depth": 3, "width": 16, "samples": 10, "seeds": 1, "workers": 1}
    keys = {}
    for init, activation in (("zeros", "relu"), ("normal:0.0001", "tanh")):
        (found,) = diagnose(actviz.probe(init, activation, **small), formats="fp16")
        keys[init] = {note.key for note in found.notes if note.key.startswith("note.format")}
    assert keys["zeros"] == {"note.format_nothing"}
    assert "note.format_act_under_open" in keys["normal:0.0001"]


@pytest.mark.parametrize("asked", ["fp8", "", "fp16,fp16", [], 3, [3]])
def test_what_is_no_format_is_one_line(asked, one_line_error):
    one_line_error(number_formats, asked)


def test_commands_say_it_print_and_refuse_it(tmp_path):
    def run(*args):
        return CliRunner().invoke(main, list(args), catch_exceptions=False)

    small = ["--depth", "4", "--width", "16", "--samples", "20", "--seeds", "2", "--workers", "1"]
    told = run("probe", "-i", "he_normal", "-a", "relu", *small, "--formats", "fp16,e4m3")
    assert "flushed" in told.output
    rows = json.loads(run("probe", "-i", "he_normal", "-a", "relu", *small, "--formats", "fp16", "--json").output)
    assert len(rows["formats"]) == 4
    assert "FP16" in run("diagnose", "he_normal+relu", *small, "--formats", "fp16").output
    wrong = run("diagnose", "he_normal+relu", *small, "--formats", "fp12")
    assert (wrong.exit_code, len(wrong.output.strip().splitlines())) == (2, 1)


def test_the_figure_draws_only_where_it_is_named(deep):
    from actviz.plots import figures_of, story

    one = deep.sel(init=["xavier_normal"], activation=["sigmoid"])
    assert "formats" not in [stem.partition("-")[0] for stem, _ in figures_of(one)]
    ((stem, draw),) = figures_of(one, ["formats"])
    assert stem == "formats-xavier_normal-sigmoid"
    assert "underflows in FP16" in story(draw()).title
