"""A figure is drawn again from its own file: to the same bytes, or refused in one line that says why."""

import json
import sys

import numpy as np
import pytest

import actviz
from actviz import redo
from actviz.plots import figure_overview, figure_phase, figure_schedules, figures_of, save_figure
from actviz.plots.files.record import read_record
from actviz.recipes import again

SMALL = {"depth": 3, "width": 16, "samples": 40, "seeds": 2}


@pytest.fixture(scope="module")
def probed():
    return actviz.probe(["xavier_normal", "he_normal", "zeros"], ["tanh", "relu"], **SMALL, view=(0, 1, 20))


def _training(**settings):
    given = {"data": "moons:100", "depth": 2, "width": 8, "epochs": 4, "batch": 20, "lr": 0.1, **settings}
    stopping = [None, actviz.EarlyStopping(patience=1)] if settings.get("weight_decay") else None
    runs = actviz.runs(["he_normal", "normal:0.5", "lecun_normal"], "relu", **given, early_stopping=stopping)
    return actviz.train(runs, "moons:100", split=actviz.Split(validation=0.2, test=0.2), seeds=2, workers=1)


@pytest.fixture(scope="module")
def one():
    """A single pairing, where any figure will do."""
    return actviz.probe("he_normal", "relu", **SMALL)


@pytest.fixture(scope="module")
def subjects(probed):
    sweep = actviz.probe([f"variance_scaling:{v}" for v in (0.5, 1.0, 2.0, 3.0)], "tanh", **{**SMALL, "depth": 10})
    (run,) = actviz.runs(data="moons:100", depth=2, width=8, batch=20).values()
    decayed = _training(weight_decay=[0.0, 0.1])
    return {
        "probe": probed,
        "relu": probed.sel(activation=["relu"]),
        "selection": probed.sel(init=["he_normal"], activation=["relu", "tanh"], seed=[1]),
        "sweep": sweep,
        "training": decayed,
        "runs": decayed.isel(run=[3, 0]),
        "normed": _training(norm=[None, "batch"]),
        "snapshot": actviz.snapshot(decayed, 12, runs=[str(decayed["run"].values[2])]),
        "descent": actviz.descend(
            ["constant:0.05", ("cosine:0.1", "momentum")], noise=0.2, repeats=3, seeds=2, steps=20
        ),
        "range": actviz.find_rate(run, "moons:100", seeds=2, updates=60),
        "coordinates": actviz.coordinate_check(widths=[8, 16, 32], inputs="4,4", steps=1, seeds=3, workers=1),
    }


@pytest.fixture
def _measured_once(monkeypatch):
    """Measure a result again once, not for every figure of it and every file of a figure."""
    measured = {}

    def once(kind, measure):
        def call(recipe, chosen, how):
            key = json.dumps([kind, recipe, chosen], sort_keys=True, default=str)
            if key not in measured:
                measured[key] = measure(recipe, chosen, how)
            return measured[key]

        return call

    monkeypatch.setattr(again, "_KINDS", {kind: once(kind, measure) for kind, measure in again._KINDS.items()})


def _same(figure, folder, ending, name="a"):
    first, second = folder / f"{name}.{ending}", folder / f"{name}-again.{ending}"
    save_figure(figure, first)
    done = redo(first, workers=1)
    save_figure(done.figure, second)
    assert done.same
    assert second.read_bytes() == first.read_bytes()


@pytest.mark.parametrize(
    ("name", "figures"),
    [
        *[(name, None) for name in ("descent", "range", "coordinates")],
        ("relu", ["ridges", "gradients", "saturation", "collapse_detail", "overview"]),
        *[pytest.param(name, None, marks=pytest.mark.slow) for name in ("relu", "probe", "training")],  # the most
        *[("normed", ["batch_norm", "pace"]), ("sweep", ["phase"])],
        ("snapshot", ["histograms", "gradients"]),
    ],
)
@pytest.mark.usefixtures("_measured_once")
def test_every_figure_is_redone_to_the_same_bytes(subjects, name, figures, tmp_path):
    drawn = list(figures_of(subjects[name], figures, theme="dark", theory=False))
    for at, (stem, draw) in enumerate(drawn):
        _same(draw(), tmp_path, "svg" if at else "png", f"{at}-{stem[:20]}")
    assert drawn


@pytest.mark.parametrize(
    "name", ["runs", *(pytest.param(each, marks=pytest.mark.slow) for each in ("selection", "snapshot"))]
)
@pytest.mark.usefixtures("_measured_once")
def test_all_formats_are_redone_to_the_same_bytes(subjects, name, tmp_path):
    _, draw = next(figures_of(subjects[name], theory=True))
    figure = draw()
    for ending in ("png", "svg", "pdf"):
        _same(figure, tmp_path, ending)


def test_options_of_the_call_are_redone(probed, tmp_path):
    _same(figure_overview(probed, pairings=[("zeros", "tanh"), ("he_normal", "relu")]), tmp_path, "png")


def test_a_map_of_several_results_is_redone(tmp_path):
    inits = [f"variance_scaling:{v}" for v in (0.5, 1.0, 2.0, 3.0)]
    settings = {**SMALL, "depth": 10}
    several = [actviz.probe(inits, "tanh", **settings, bias_std=bias_std) for bias_std in (0.1, 0.3)]
    _same(figure_phase(several), tmp_path, "png")


def test_schedules_are_redone(tmp_path):
    _same(figure_schedules({"mine": "step:0.1,0.5,50", "up": "warmup:5+cosine:0.1,100"}, 120), tmp_path, "png")


def test_a_drawing_of_an_experiment_keeps_its_caption(one, tmp_path):
    from actviz.plots import story
    from actviz.plots.canvas.slide import captioned

    figure = captioned(next(figures_of(one, ["signal"]))[1](), {"en": "An author's words.", "ko": "저자의 말."})
    save_figure(figure, tmp_path / "a.png")
    assert story(redo(tmp_path / "a.png").figure).caption == "An author's words."


def test_theme_and_language_can_be_changed(one, tmp_path):
    save_figure(next(figures_of(one, ["signal"]))[1](), tmp_path / "a.png")
    figure = redo(tmp_path / "a.png", theme="dark").figure
    assert figure.origin.style.theme == "dark"
    assert figure.get_facecolor() != next(figures_of(one, ["signal"]))[1]().get_facecolor()


def test_other_numbers_than_were_drawn_are_told(one, tmp_path):
    other = one.copy(deep=True)
    other["act_std"][...] *= 1.001
    save_figure(next(figures_of(other, ["signal"]))[1](), tmp_path / "a.png")
    assert not redo(tmp_path / "a.png").same


def _redone_error(ds, tmp_path, one_line_error, **options):
    save_figure(next(figures_of(ds, ["signal"], theory=False))[1](), tmp_path / "a.png")
    return one_line_error(redo, tmp_path / "a.png", **options)


def test_an_object_of_the_users_own_is_refused(tmp_path, one_line_error):
    ds = actviz.probe("he_normal", lambda z: np.maximum(z, 0.1 * z), **SMALL)
    assert "of the program that measured it" in _redone_error(ds, tmp_path, one_line_error)


def test_an_array_of_inputs_is_refused(tmp_path, one_line_error):
    ds = actviz.probe("he_normal", "relu", **{**SMALL, "inputs": np.random.default_rng(0).normal(size=(40, 16))})
    assert "of the program that measured it" in _redone_error(ds, tmp_path, one_line_error)


def test_a_file_of_inputs_is_read_again_unless_it_has_changed(tmp_path, one_line_error):
    file = tmp_path / "x.npy"
    np.save(file, np.random.default_rng(0).normal(size=(40, 16)))
    ds = actviz.probe("he_normal", "relu", **{**SMALL, "inputs": str(file)})
    _same(next(figures_of(ds, ["signal"]))[1](), tmp_path, "png", "same")
    np.save(file, np.random.default_rng(1).normal(size=(40, 16)))
    assert "have changed" in _redone_error(ds, tmp_path, one_line_error)
    file.unlink()
    assert "no such file" in _redone_error(ds, tmp_path, one_line_error)


def test_a_part_that_no_recipe_says_is_refused(one, tmp_path, one_line_error):
    assert "coarse_edge" in _redone_error(one.isel(coarse_edge=slice(0, 2)), tmp_path, one_line_error)


def test_a_pytorch_model_is_refused(torch, tmp_path, one_line_error):
    model = torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.ReLU())
    ds = actviz.probe_module(model, torch.randn(8, 4))
    assert "PyTorch" in _redone_error(ds, tmp_path, one_line_error)


OWN = "import pathlib\npathlib.Path(__file__).with_suffix('.ran').touch()\nslope = lambda z: z * 0.5\n"


def test_a_module_is_imported_only_where_that_is_allowed(tmp_path, monkeypatch, one_line_error):
    (tmp_path / "redone_own.py").write_text(OWN, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    ds = actviz.probe("he_normal", "redone_own:slope", **SMALL)
    (tmp_path / "redone_own.ran").unlink()
    sys.modules.pop("redone_own")
    assert "trust the file" in _redone_error(ds, tmp_path, one_line_error)
    assert "redone_own" not in sys.modules
    assert not (tmp_path / "redone_own.ran").exists()
    assert redo(tmp_path / "a.png", allow_imports=True).same
    assert (tmp_path / "redone_own.ran").exists()


def _with_record(svg, change, to):
    record = read_record(svg)
    change(record)
    text = svg.read_text(encoding="utf-8")
    start = text.index('<metadata class="actviz">') + len('<metadata class="actviz">')
    to.write_text(text[:start] + json.dumps(record).replace("<", "&lt;") + text[text.index("</metadata>") :], "utf-8")


CHANGES = {
    "no figure": lambda r: r.pop("figure"),
    "another figure": lambda r: r.update(figure="nonsense"),
    "own option": lambda r: r.update(own_options=["surface"]),
    "unknown option": lambda r: r.update(options={"colour": "red"}),
    "no data": lambda r: r.pop("data"),
    "data that is no list": lambda r: r.update(data=7),
    "another kind": lambda r: r["data"][0]["recipe"].update(kind="os.system"),
    "unknown setting": lambda r: r["data"][0]["recipe"].update(checkpoint="/tmp"),
    "numbers for names": lambda r: r["data"][0]["recipe"].update(inits=[7]),
    "a module": lambda r: r["data"][0]["recipe"].update(activations=["os:system"]),
    "a dotted module": lambda r: r["data"][0]["recipe"].update(inits=["os.path:join"]),
    "inputs of a module": lambda r: r["data"][0]["recipe"].update(inputs="os:getcwd"),
    "words for numbers": lambda r: r["data"][0]["recipe"].update(samples="many"),
    "too many": lambda r: r["data"][0]["recipe"].update(width=[10**9]),
    "another theme": lambda r: r.update(theme="pink"),
    "schedule of a module": lambda r: r.update(figure="schedules", schedules={"a": "warmup:5+os:system"}),
}


@pytest.fixture(scope="module")
def drawn(probed, tmp_path_factory):
    file = tmp_path_factory.mktemp("drawn") / "a.svg"
    save_figure(next(figures_of(probed, ["signal"], theory=False))[1](), file)
    return file


@pytest.mark.parametrize("name", CHANGES)
def test_a_record_that_somebody_wrote_is_one_line(drawn, tmp_path, name, one_line_error):
    _with_record(drawn, CHANGES[name], tmp_path / "b.svg")
    assert "b.svg" in one_line_error(redo, tmp_path / "b.svg")


@pytest.mark.parametrize("size", actviz.plots.SIZES)
@pytest.mark.usefixtures("_measured_once")
def test_a_size_is_redone(subjects, tmp_path, size):
    _same(actviz.FIGURES["signal"].draw(subjects["selection"], size=size), tmp_path, "png")


def test_a_size_can_be_changed(one, tmp_path):
    save_figure(actviz.FIGURES["signal"].draw(one), tmp_path / "a.png")
    assert redo(tmp_path / "a.png", size="paper", workers=1).figure.size.name == "paper"


@pytest.mark.parametrize("by", ["layer", pytest.param("pairing", marks=pytest.mark.slow)])
def test_every_step_of_a_figure_that_builds_up_is_redone(tmp_path, by):
    one = actviz.probe(["he_normal", "zeros"], "tanh", **SMALL)
    for name, draw in figures_of(one, ["histograms"], build_up=True, by=by):
        _same(draw(), tmp_path, "svg", name)


@pytest.mark.parametrize("name", ["signal", "histograms", "curves"])
def test_results_laid_over_each_other_are_redone(subjects, name, tmp_path):
    chosen = ("normed", "runs") if name == "curves" else ("selection", "probe")
    laid = actviz.overlay({each: subjects[each] for each in chosen})
    _same(actviz.FIGURES[name].draw(laid, lang="ko"), tmp_path, "png")
