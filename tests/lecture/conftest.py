"""A small run of the article's first half, and decks of it."""

import dataclasses

import pytest

from actviz.experiments import ARTICLE, Reproduction, judge, measure, without_trainings


@pytest.fixture(scope="session")
def done() -> Reproduction:
    chosen = without_trainings(ARTICLE)
    return judge(chosen, measure(chosen, seeds=2, workers=1))


@pytest.fixture(params=["en", "ko"])
def lang(request):
    """Both languages."""
    return request.param


@pytest.fixture(scope="session")
def one_picture(done):
    """The run with a single figure, so that drawing is quick."""
    kept = tuple(each for each in done.experiment.drawings if each.stem == "gradients")
    return dataclasses.replace(done, experiment=dataclasses.replace(done.experiment, drawings=kept))
