"""Files are data: whatever they name, nothing is imported, and what reads them draws and tells what it can."""

import contextlib
import json
import sys

import pytest
from click.testing import CliRunner

import actviz
from actviz.baseline import Baseline
from actviz.catalog.initializers import INITIALIZERS
from actviz.cli import main
from actviz.plots import FIGURES, figure_schedules, figures_of, save_figure
from actviz.plots.files.record import read_record, written
from actviz.report.explorer import explorer_data
from actviz.report.tables import verdicts

SMALL = {"depth": 3, "width": 12, "seeds": 2}
MODULE = "from actviz import VarianceScaling\nimport numpy as np\nown = VarianceScaling(1.5)\nslope = np.tanh\n"
NAMES = ("init", "inits", "activation", "activations", "lr", "optimizer", "inputs", "data", "landscape")
"""Keys of a recipe under which stand names of what a user may bring, and of surfaces."""


def run(*args):
    return CliRunner().invoke(main, [str(each) for each in args], catch_exceptions=False)


@pytest.fixture(scope="module")
def results():
    """A result of every kind, of which every figure can be drawn."""
    sweep = actviz.probe([f"variance_scaling:{v}" for v in (0.5, 1.0, 2.0)], "tanh", samples=20, **SMALL)
    fed = {"data": "moons:60", "depth": 2, "width": 8, "epochs": 2, "snapshots": 2}
    normed = actviz.runs(["normal:0.01", "normal:0.1"], "relu", norm=[None, "batch"], lr="cosine:0.1,5", **fed)
    trained = actviz.train(normed, "moons:60", seeds=2, workers=1)
    (one,) = actviz.runs("he_normal", "relu", **fed).values()
    return {
        "probe": sweep,
        "training": trained,
        "snapshot": actviz.snapshot(trained, 0),
        "budget": actviz.train(actviz.runs(lr=["0.1", "cosine:0.1,5"], **fed), "moons:60", seeds=2, workers=1),
        "descent": actviz.descend(["constant:0.05", "cosine:0.1,20"], repeats=2, seeds=1, steps=20),
        "range": actviz.find_rate(one, "moons:60", seeds=1, updates=30),
        "overlay": actviz.overlay({"a": sweep, "b": sweep}),
        "coordinates": actviz.coordinate_check(widths=[8, 16, 32], inputs="4,4", steps=1, seeds=3, workers=1),
    }


@pytest.fixture
def hostile(tmp_path, monkeypatch):
    """The name of a module that notes whether it was ever imported."""
    (tmp_path / "named_by_a_file.py").write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    yield "named_by_a_file"
    imported = sys.modules.pop("named_by_a_file", None)
    assert imported is None


def renamed(content, name, here=False):
    """Return a recipe whose every name is made another, by ``name``; equal ones stay equal."""
    if isinstance(content, dict):
        return {key: renamed(value, name, key in NAMES) for key, value in content.items()}
    if isinstance(content, list):
        return [renamed(each, name, here) for each in content]
    return name(content) if here and isinstance(content, str) else content


def naming(spelt, module):
    """Return what makes a name of a module's of each name."""
    numbers = {}
    return lambda name: spelt.format(module) + str(numbers.setdefault(name, len(numbers)))


def evil_result(ds, name):
    """Return a result that names a module wherever it names anything, well-formed else."""
    coords = {
        dim: (ds[dim].dims, [name(str(each)) for each in ds[dim].values])
        for dim in ("init", "activation")
        if dim in ds.coords and not ("overlay" in actviz.recipe(ds) and dim == "init")  # the overlay's own names
    }
    return ds.assign_coords(coords).assign_attrs(recipe=json.dumps(renamed(actviz.recipe(ds), name)))


def _read_in_every_way(path):
    """Read a result as every command that takes one does, a figure of each kind drawn; what is refused is one line."""
    for command in ("show", "diagnose"):
        outcome = run(command, path)
        assert outcome.exit_code in (0, 1, 2), outcome.output
    ds = actviz.load(path)
    for read in (actviz.summary, actviz.predict, Baseline.of):
        with contextlib.suppress(actviz.ActvizError):
            str(read(ds))
    for name, spec in FIGURES.items():
        with contextlib.suppress(actviz.ActvizError):
            if not spec.missing(ds):
                _, draw = next(iter(figures_of(ds, [name])))  # others are of the same kind
                assert written(draw())
    for lang in ("en", "ko"):
        with contextlib.suppress(actviz.ActvizError):
            assert verdicts({"r": ds}, lang) is not None
            assert explorer_data({"r": ds}, lang) is not None


EACH = [
    (kind, "{}:own")
    for kind in ("probe", "training", "snapshot", "budget", "descent", "range", "overlay", "coordinates")
]


@pytest.mark.parametrize(
    ("kind", "spelt"),
    [
        *EACH,
        *(
            pytest.param(*each, marks=pytest.mark.slow)
            for each in [("budget", "warmup:5+{}:slope"), ("training", " {}:own")]
        ),
    ],
)
def test_nothing_that_a_result_names_is_imported(kind, spelt, results, hostile, tmp_path):
    actviz.save(evil_result(results[kind], naming(spelt, hostile)), tmp_path / "evil.nc")
    _read_in_every_way(tmp_path / "evil.nc")


@pytest.mark.parametrize("kind", ["probe", "training", "descent", "range", "coordinates", "schedules"])
def test_nothing_that_a_figure_names_is_imported(kind, results, hostile, tmp_path):
    if kind == "schedules":
        figure = figure_schedules({"mine": "cosine:0.1,20"})
    else:
        figure = next(iter(figures_of(results[kind])))[1]()
    save_figure(figure, tmp_path / "plain.svg")
    record, text = read_record(tmp_path / "plain.svg"), (tmp_path / "plain.svg").read_text(encoding="utf-8")
    for spelt in ("{}:own", "warmup:5+{}:slope"):
        evil = renamed(record, naming(spelt, hostile))
        if kind == "schedules":
            evil["schedules"] = {"mine": spelt.format(hostile)}
        start = text.index('<metadata class="actviz">') + len('<metadata class="actviz">')
        content = json.dumps(evil).replace("<", "&lt;")
        (tmp_path / "evil.svg").write_text(text[:start] + content + text[text.index("</metadata>") :], "utf-8")
        assert run("redo", tmp_path / "evil.svg").exit_code == 2


@pytest.mark.parametrize("key", ["inits", "activations", "inputs"])
def test_a_baseline_that_names_a_module_asks_for_imports(key, results, hostile, tmp_path):
    content = json.loads(Baseline.of(results["probe"]).text())
    content["recipe"][key] = f"{hostile}:own"
    for command, evil in (("check", content), ("baseline", content["recipe"])):
        (tmp_path / "evil.json").write_text(json.dumps(evil))
        outcome = run(command, tmp_path / "evil.json", *(("-o", tmp_path / "o.json") if command == "baseline" else ()))
        assert outcome.exit_code == 2
        assert "--allow-imports" in outcome.output


def test_a_baseline_of_a_model_asks_for_imports(results, hostile, tmp_path):
    content = json.loads(Baseline.of(results["probe"]).text())
    content["recipe"] |= {
        "kind": "module",
        "names": {"model": f"{hostile}:own", "inputs": ["8,12"], "drive": "cotangent"},
    }
    (tmp_path / "evil.json").write_text(json.dumps(content))
    outcome = run("check", tmp_path / "evil.json")
    assert outcome.exit_code == 2
    assert "--allow-imports" in outcome.output


def test_a_baseline_of_ones_own_functions_is_checked_where_that_is_allowed(tmp_path, monkeypatch):
    (tmp_path / "mine_here.py").write_text(MODULE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    small = ("--depth", 3, "--width", 12, "--samples", 20, "--seeds", 8)
    assert run("baseline", "-i", "mine_here:own", "-a", "mine_here:slope", *small, "-o", "b.json").exit_code == 0
    sys.modules.pop("mine_here")
    assert "mine_here:own" in run("check", "b.json").output
    assert "mine_here" not in sys.modules
    assert run("check", "b.json", "--allow-imports").exit_code == 0
    assert sys.modules.pop("mine_here", None) is not None


class Own:
    """An initializer of one's own."""

    def sample(self, rng, fan_in, fan_out):
        return rng.normal(0.0, 0.1, (fan_in, fan_out))

    def variance(self, fan_in, fan_out):
        return 0.01


@pytest.mark.parametrize(
    "others", [("normal:0.01", "normal:0.1"), pytest.param(("he_normal",), marks=pytest.mark.slow)]
)
def test_a_training_of_ones_own_functions_is_drawn_by_its_labels_alone(others, tmp_path):
    fed = {"data": "moons:60", "depth": 2, "width": 8, "norm": [None, "batch"], "epochs": 2, "snapshots": 2}
    own = actviz.runs([Own(), *others], "relu", lr=lambda step: 0.1 / (1 + step), **fed)
    actviz.save(actviz.train(own, "moons:60", seeds=2, workers=1), tmp_path / "own.nc")
    outcome = run("figures", tmp_path / "own.nc", "-o", tmp_path, "--format", "svg")
    assert outcome.exit_code == 0, outcome.output


def test_names_that_are_built_in_need_no_leave(results, tmp_path):
    aliases = {"inits": ["he", "xavier"], "activations": "relu", "depth": 3, "width": 12, "samples": 20}
    (tmp_path / "recipe.json").write_text(json.dumps(aliases))
    assert run("baseline", tmp_path / "recipe.json", "--seeds", 4, "-o", tmp_path / "b.json").exit_code == 0
    assert run("check", tmp_path / "b.json", "--seeds", 4).exit_code == 0
    assert "he" not in INITIALIZERS  # an alias
