"""Every experiment: it reproduces what is known, its recorded spreads are right, and wrong data fail.

The tolerances are the experiments' own, at 4 seeds (trainings: 2) instead of 4 to 8: they widen as 1 / sqrt(seeds),
so fresh seeds fail with the same probability, less than 1/1000 for all experiments together
(``actviz.experiments.expectations``).
"""

import dataclasses
import inspect
import math

import numpy as np
import pytest
from scipy.special import digamma, polygamma
from scipy.stats import chi2

import actviz
from actviz.catalog.names import labelled_activations, labelled_initializers
from actviz.experiments import (
    EXPERIMENTS,
    Basis,
    Drawing,
    Expectation,
    Experiment,
    draw,
    experiment,
    judge,
    reproduce,
    without_trainings,
)
from actviz.experiments.expectations import comparisons, standard_errors
from actviz.experiments.readings import of_cell
from actviz.experiments.reproduction import left_words, reread, reuse
from actviz.report.figure_set import FigureSet, write

NAMES = pytest.mark.parametrize("name", EXPERIMENTS)
QUICK = (
    "saxe2014/orthogonal",
    "mup2022/coordinates",
    "dlfs/activation-histograms",
    "selu/fixed-point",
    "pytorch/default-init",
)
"""Measured in a second or two each; the others, with trainings and deep stacks, are slow."""
MEASURED = pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in EXPERIMENTS]
)
COUNT = sum(comparisons(each.expectations) for each in EXPERIMENTS.values())


@MEASURED
def test_it_reproduces_what_is_known(name, datasets_of):
    done = judge(EXPERIMENTS[name], datasets_of(name))
    assert [f"{c.expectation.what['en']}: {c.measured}, not {c.allowed()}" for c in done.checks if not c.passed] == []
    assert [d.claim.quote["en"] for d in done.decisions if not d.passed] == []
    assert (done.passed, done.failures) == (True, 0)


def _spreads(name, datasets_of):
    """Measured over recorded variance of every expectation with one number a seed, and the number of seeds."""
    for each in EXPERIMENTS[name].expectations:
        if each.probe and len(values := each.values(datasets_of(name))) > 1:
            # accuracies come in steps, a row each, so that two seeds may be equal
            step = 1 / 1000 if "accuracy" in each.what["en"] else 0.0
            yield each, (np.var(values, ddof=1) + step**2 / 12) / each.spread**2, len(values)


@MEASURED
def test_recorded_spreads_agree_with_measured_ones(name, datasets_of):
    for each, ratio, seeds in _spreads(name, datasets_of):
        # (seeds - 1) times the ratio has a chi-squared distribution; together they miss it once in a thousand
        low, high = chi2.ppf([5e-4 / COUNT, 1 - 5e-4 / COUNT], seeds - 1) / (seeds - 1)
        assert low < ratio < high, each.what["en"]


@pytest.mark.slow
def test_recorded_spreads_are_neither_ample_nor_scant(datasets_of):
    def score(ratio, seeds):
        # ln of chi-squared(n) / n has this mean and this variance
        n = seeds - 1
        return (math.log(ratio) - digamma(n / 2) - math.log(2 / n)) / math.sqrt(polygamma(1, n / 2))

    scores = {
        name: np.mean([score(ratio, seeds) for _, ratio, seeds in spreads])
        for name in EXPERIMENTS
        if (spreads := list(_spreads(name, datasets_of)))
    }
    # Numbers of one experiment share their draws, so an experiment's mean may be as wide as one number's, 1; all of
    # them together have 1 / sqrt(experiments), four of which are allowed.
    assert abs(np.mean(list(scores.values()))) < 4 / math.sqrt(len(scores)), scores


@MEASURED
def test_claims_are_clear_of_their_bounds(name, datasets_of):
    k = standard_errors(COUNT)
    for claim in EXPERIMENTS[name].claims:
        for case in filter(lambda case: case.decides, claim.cases):
            values = case.values(datasets_of(name))
            error = np.std(values, ddof=1) / math.sqrt(len(values)) if len(values) > 1 else 0.0
            away = min(abs(values.mean() - bound) for bound in (case.least, case.most) if math.isfinite(bound))
            # where no seed differs there is no chance: a zero gradient may lie on its bound
            assert away > k * error or error == away == 0.0, case.what["en"]


@MEASURED
def test_wrong_data_fail(name, datasets_of, under_wrong_names):
    done = judge(EXPERIMENTS[name], under_wrong_names(datasets_of(name)))
    assert not done.passed
    assert done.failures > 1


@NAMES
def test_every_drawing_has_a_file_a_caption_and_options_its_figure_takes(name):
    chosen = EXPERIMENTS[name]
    stems = [drawing.stem for drawing in chosen.drawings]
    assert len(set(stems)) == len(stems)
    for drawing in chosen.drawings:
        sources = {**chosen.probes, **chosen.trainings, **chosen.descents, **chosen.sweeps, **chosen.coordinates}
        source, options = sources[drawing.probe], dict(drawing.options)
        inspect.signature(actviz.FIGURES[drawing.figure].draw).bind(None, **options)
        assert set(options.pop("inits", [])) <= set(labelled_initializers(source.get("inits", "he_normal")))
        assert set(options.pop("activations", [])) <= set(labelled_activations(source.get("activations", "relu")))
        if drawing.probe in chosen.trainings:
            settings = {key: value for key, value in source.items() if key not in ("split", "seeds")}
            assert set(options.pop("runs", [])) <= set(actviz.runs(**settings))
        assert drawing.caption["en"].endswith(".")


@NAMES
def test_every_number_says_what_it_is_once(name):
    chosen = EXPERIMENTS[name]
    assert chosen.name == name
    assert chosen.source
    keys = [(each.what["en"], each.basis) for each in chosen.expectations]
    assert len(set(keys)) == len(keys)
    assert {each.probe for each in chosen.expectations} <= {*chosen.results, None}


def test_every_figure_of_the_table_is_in_some_experiment():
    drawn = {drawing.figure for each in EXPERIMENTS.values() for drawing in each.drawings}
    assert drawn == set(actviz.FIGURES) - {
        "range_test",
        "map",
        "trend",
        "formats",
    }  # of `lr-find`, any sweep, and any probe where it is asked for


@pytest.mark.slow
def test_figures_are_drawn_at_the_recipes_options(datasets_of):
    chosen = EXPERIMENTS["schoenholz2017/depth-scales"]
    drawn = [drawing.figure for drawing, figure in draw(chosen, datasets_of(chosen.name)) if figure.axes]
    assert drawn == ["phase", "gradients", "collapse"]


def test_residual_blocks_that_grow_by_several_laws_are_not_titled_by_one():
    """Unscaled ones double, pre-norm ones grow as 1 + l, tanh's gradient as exp(c sqrt l)."""
    experiment = actviz.EXPERIMENTS["yang2017/residual"]
    expected = {str(each.probe): float(each.value) for each in experiment.expectations}
    assert expected["unscaled"] == 2.0  # a block: exponential
    title = dict(experiment.title)
    assert not any(law in title[lang] for lang, law in (("en", "powers"), ("ko", "거듭제곱")))
    assert all(each in title["en"].lower() for each in ("scale", "norm", "activation"))


PROMISED = (
    "article",
    "dlfs/activation-histograms",
    "dlfs/weight-decay",
    "cs231n/ten-layers",
    "he2015/scales",
    "yang2019/batch-norm",
    "he2015/thirty-layers",
    "hanin2018/fluctuations",
    "yang2017/residual",
    "pennington2017/isometry",
    "saxe2014/orthogonal",
    "mup2022/coordinates",
    "poole2016/fig1",
    "poole2016/phase-plane",
    "schoenholz2017/depth-scales",
    "schoenholz2017/trainability",
    "selu/fixed-point",
    "pytorch/default-init",
    "dlfs/weight-init-compare",
    "dlfs/batch-norm",
    "cs231n/six-layers",
    "lsuv2015/unit-variance",
    "ioffe2015/batch-norm",
    "loshchilov2019/decoupled",
)


@pytest.mark.parametrize("name", PROMISED)
def test_the_experiments_that_are_promised_are_there(name):
    assert name in EXPERIMENTS


def test_an_unknown_experiment_is_one_line_that_lists_them(one_line_error):
    message = one_line_error(reproduce, "nonsense")
    for name in EXPERIMENTS:
        assert name in message


def _small(**changes):
    probe = {"inits": "he_normal", "activations": "relu", "depth": 2, "width": 8, "samples": 20, "seeds": 2}
    std = Expectation(
        {"en": "he"}, 1.0, Basis.PUBLISHED, lambda ds: ds["act_std"].values[0, 0, :, 0], "small", spread=0.5
    )
    options = {
        "name": "mine",
        "title": {"en": "Mine"},
        "source": "here",
        "probes": {"small": probe},
        "drawings": (Drawing("signal", "signal", "small", {"en": "What to see."}),),
        "expectations": (std,),
    }
    return Experiment(**{**options, **changes})


def test_an_experiment_of_ones_own_is_run_judged_and_written(tmp_path):
    done = reproduce(_small())
    files = write(done, tmp_path / "set", formats=("svg", "pdf"), theme="dark")
    assert done.passed
    assert experiment(done.experiment) is done.experiment
    assert {file.name for file in (tmp_path / "set").iterdir()} == {
        "index.html",
        "small.nc",
        "signal.svg",
        "signal.pdf",
    }
    assert files.results == ("small.nc",)
    assert actviz.load(tmp_path / "set" / "small.nc").identical(done.datasets["small"])
    assert "What to see." in (tmp_path / "set" / "index.html").read_text(encoding="utf-8")


def test_a_set_grows_while_it_is_measured_and_is_drawn_again_from_its_results(tmp_path):
    svg = {"formats": ("svg",), "size": "half"}
    fed = {"data": "moons:60", "inits": "he_normal", "activations": "relu", "depth": 2, "width": 8, "epochs": 2}
    drawings = (*_small().drawings, Drawing("curves", "curves", "fed", {"en": "Losses."}))
    chosen = _small(trainings={"fed": fed}, drawings=drawings)
    landed, see = [], lambda entry, number: landed.append((entry.stem, number))
    with FigureSet(chosen, tmp_path, workers=1, landed=see, **svg) as made:

        def each(name, dataset):
            made.add(name, dataset)
            if name == "small":
                assert landed == [("signal", 1)]
                page = (tmp_path / "index.html").read_text(encoding="utf-8")
                assert "Being made: 1 of 2 figures are here" in page
                assert "signal.svg" in page

        done = reproduce(chosen, workers=1, each=each)
        files = made.finish(done)
    assert landed == [("signal", 1), ("curves", 2)]
    assert "Being made" not in (tmp_path / "index.html").read_text(encoding="utf-8")
    before = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.[ns][cv]*")}
    again = write(reuse(tmp_path, chosen), tmp_path, of=tmp_path, **svg)
    assert again == files
    assert {path: path.stat().st_mtime_ns for path in before} == before
    write(reuse(tmp_path, chosen), tmp_path / "dark", of=tmp_path, theme="dark", **svg)
    assert (tmp_path / "dark" / "fed.nc").read_bytes() == (tmp_path / "fed.nc").read_bytes()
    assert (tmp_path / "dark" / "signal.svg").read_bytes() != (tmp_path / "signal.svg").read_bytes()


def test_a_sweep_is_measured_kept_judged_and_read_again(tmp_path):
    over = {"weight_var": [1.0, 2.0], "depth": [2, 3]}
    recipe = {"over": over, "activation": "tanh", "width": 8, "samples": 20, "seeds": 2, "keep": "last_act_std"}
    std = Expectation(
        {"en": "std"}, 0.7, Basis.PUBLISHED, of_cell("last_act_std", weight_var=2.0, depth=3), "map", spread=0.5
    )
    drawings = (Drawing("map", "map", "map", {"en": "What to see."}),)
    chosen = _small(probes={}, sweeps={"map": recipe}, drawings=drawings, expectations=(std,))
    done = reproduce(chosen, checkpoint=tmp_path / "kept")
    assert done.passed
    assert len(list((tmp_path / "kept").glob("*.npz"))) == 8
    write(done, tmp_path / "set", formats=("svg",))
    assert reread(chosen, tmp_path / "set").passed
    other = dataclasses.replace(chosen, sweeps={"map": {**recipe, "width": 9}})
    with pytest.raises(actviz.ActvizError, match="not a result of mine as this version measures it"):
        reread(other, tmp_path / "set")


def test_more_numbers_mean_wider_tolerances():
    few, many = _small(), _small(expectations=_small().expectations * 1000)
    datasets = dict(reproduce(few).datasets)
    narrow, wide = (judge(each, datasets).checks[0] for each in (few, many))
    assert wide.high > narrow.high


def test_without_an_expectation_that_decides_nothing_fails():
    (only,) = _small().expectations
    recalled = dataclasses.replace(only, value=1000.0, basis=Basis.RECALLED)
    done = reproduce(_small(expectations=(recalled,)))
    assert [check.verdict for check in done.checks] == ["(FAIL)"]
    assert done.passed


def test_without_trainings_an_experiment_keeps_what_needs_none():
    article = EXPERIMENTS["article"]
    assert without_trainings(article).probes == article.probes
    case = dataclasses.replace(article.claims[0].cases[0], probe="race")
    trained = dataclasses.replace(
        article,
        trainings={"race": {"data": "moons:100"}},
        drawings=(*article.drawings[:2], Drawing("race", "curves", "race", {"en": "A race."})),
        claims=(
            *article.claims[4:6],
            dataclasses.replace(article.claims[0], number=99, cases=(article.claims[0].cases[0], case)),
        ),
    )
    quick = without_trainings(trained)
    assert (quick.trainings, quick.descents) == ({}, {})
    assert quick.drawings == article.drawings[:2]
    assert quick.claims == article.claims[4:6]
    assert left_words(quick) == "Not decided here, for it takes trainings: 99."
    assert left_words(trained) == ""
    assert quick.expectations == article.expectations


def test_a_reader_of_the_book_finds_its_figures():
    """Figures 6-12, 6-16 and 6-17 of chapter 6 are sketches of networks."""
    for lang in ("en", "ko"):
        named = " ".join(str(each.source[lang]) for name, each in EXPERIMENTS.items() if name.startswith("dlfs/"))
        assert [number for number in range(10, 22) if f"6-{number}" in named] == [10, 11, 13, 14, 15, 18, 19, 20, 21]
