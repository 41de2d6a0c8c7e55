"""The article's experiment: its recipe, its drawings, and that its captions say what is measured."""

import dataclasses

import numpy as np
import pytest

from actviz.catalog.tasks import TASKS, Split, divide
from actviz.experiments import ARTICLE, draw, measure
from actviz.training import runs
from actviz.training.config import plan


@pytest.fixture(scope="module")
def datasets():
    """The article's own stack at seeds of the tests."""
    first = {"article": ARTICLE.probes["article"]}
    return measure(dataclasses.replace(ARTICLE, probes=first, trainings={}, descents={}), seeds=(101, 102, 103, 104))


def decades_lost(ds, init, activation):
    """Decades of gradient RMS between the last layer and the first."""
    rms = ds["grad_preact_rms"].sel(init=init, activation=activation).mean("seed")
    return float(np.log10(rms.isel(layer=-1) / rms.isel(layer=0)))


@pytest.mark.slow
def test_drawing_gives_one_figure_a_drawing(article):
    drawn = [drawing.stem for drawing, figure in draw(ARTICLE, article) if figure.axes]
    assert drawn == [drawing.stem for drawing in ARTICLE.drawings]


def test_every_result_has_the_experiments_name_before_its_own():
    sources = [*ARTICLE.probes, *ARTICLE.trainings, *ARTICLE.descents]
    assert [name for name in sources if name.partition("-")[0] != "article"] == []
    assert {case.probe for claim in ARTICLE.claims for case in claim.cases} <= {*sources, None}


def test_trainings_are_evaluated_as_often_as_a_figure_or_a_claim_reads():
    often = {
        "article-training": 6,
        "article-batch-norm": 21,
        "article-batch-norm-after": 2,
        "article-decay-little": 18,
        "article-decay-noisy": 11,
        "article-decay-plenty": 14,
        "article-decoupled": 2,
        "article-large-weights": 31,
        "article-stopping": 61,
        "article-schedules": 11,
        "article-schedules-noisy": 2,
        "article-one-cycle": 11,
    }
    laid = {}
    for name, recipe in ARTICLE.trainings.items():
        settings = {key: value for key, value in recipe.items() if key not in ("split", "seeds")}
        rows = len(divide(TASKS["mnist"], Split(**recipe["split"]), 0, "float32").x["train"])
        laid[name] = plan(next(iter(runs(**settings).values())).config, rows)
    assert {name: len(each.evaluations) for name, each in laid.items()} == often
    kept = {name: len(each.snapshots) for name, each in laid.items() if each.snapshots}
    both = ("article-batch-norm", "article-batch-norm-after", "article-decay-noisy", "article-decoupled")
    assert kept == {"article-training": 6, **dict.fromkeys(both, 2)}


@pytest.mark.slow
def test_seeds_replace_the_recipes_own(article):
    assert {name: ds.sizes["seed"] for name, ds in article.items()} == {
        **dict.fromkeys([*ARTICLE.probes, *ARTICLE.descents], 4),
        **dict.fromkeys(ARTICLE.trainings, 3),
    }


# What the captions say, measured on the article's own stack.
def test_sigmoid_with_xavier_and_he_loses_more_than_two_decades_of_gradient(datasets):
    ds = datasets["article"]
    assert decades_lost(ds, "xavier_normal", "sigmoid") > 2
    assert decades_lost(ds, "he_normal", "sigmoid") > 2


def test_he_keeps_relu_gradients_level(datasets):
    assert abs(decades_lost(datasets["article"], "he_normal", "relu")) < 0.2


def test_standard_normal_saturates_sigmoid_and_tanh(datasets):
    share = datasets["article"]["saturated"].sel(init="normal").mean("seed").isel(layer=-1)
    assert share.sel(activation="sigmoid") > 0.4
    assert share.sel(activation="tanh") > 0.7


@pytest.mark.parametrize(
    ("init", "activation", "factor", "tolerance"),
    [
        ("xavier_normal", "relu", 1 / np.sqrt(2), 0.1),
        ("normal", "relu", np.sqrt(50), 0.1),
        ("normal:0.01", "tanh", 0.1, 0.02),
    ],
)
def test_the_signal_scales_by_the_factor_the_captions_name(datasets, init, activation, factor, tolerance):
    # sqrt(fan_in var / 2) under ReLU, sqrt(fan_in var) for near-linear tanh; 4 seeds spread by a few per cent.
    std = datasets["article"]["act_std"].sel(init=init, activation=activation).mean("seed")
    measured = float(std.isel(layer=-1) / std.isel(layer=0)) ** 0.25
    assert measured == pytest.approx(factor, rel=tolerance)


def test_zero_and_constant_weights_make_the_units_of_a_layer_one(datasets):
    distinct = datasets["article"]["distinct_units"].sel(init=["zeros", "constant"])
    assert (distinct == 1).all()


def test_relu_sets_about_half_of_all_values_to_zero(datasets):
    zeros = datasets["article"]["zero_fraction"].sel(activation="relu", init=["normal", "xavier_normal", "he_normal"])
    np.testing.assert_allclose(zeros.mean("seed"), 0.5, atol=0.06)


def test_the_source_is_the_article_and_the_book_it_descends_from():
    source = ARTICLE.source["en"]
    assert "Korean teaching article on weight initialization, regularization and learning rates" in source
    assert "Deep Learning from Scratch, chapter 6" in source
