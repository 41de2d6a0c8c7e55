"""A small run of the article's first half, and decks of it."""

import dataclasses

import pytest

from actviz.experiments import ARTICLE, Reproduction, judge, measure, without_trainings
from actviz.experiments.claims import STATUS


@pytest.fixture(scope="session")
def done() -> Reproduction:
    chosen = without_trainings(ARTICLE)
    return judge(chosen, measure(chosen, seeds=2, workers=1))


@pytest.fixture(params=["en", "ko"])
def lang(request):
    """Both languages; captions and claims stand in for themselves until they are translated."""
    if any(request.param not in words for words in STATUS.values()):
        pytest.skip("the claims are not translated on this branch")
    return request.param


@pytest.fixture(scope="session")
def one_picture(done):
    """The run with a single figure, so that drawing is quick."""
    kept = tuple(each for each in done.experiment.drawings if each.stem == "gradients")
    return dataclasses.replace(done, experiment=dataclasses.replace(done.experiment, drawings=kept))
