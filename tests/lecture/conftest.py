"""A small run of the article's first half, and decks of it."""

import pytest

from actviz.experiments import ARTICLE, Reproduction, judge, measure, without_trainings
from actviz.lecture import SLIDES


@pytest.fixture(scope="session")
def done() -> Reproduction:
    chosen = without_trainings(ARTICLE)
    return judge(chosen, measure(chosen, seeds=2, workers=1))


@pytest.fixture(params=["en", "ko"])
def lang(request):
    """Both languages."""
    return request.param


@pytest.fixture(scope="session")
def every_slide():
    """All slides of all parts, in order."""
    return [slide for slides in SLIDES.values() for slide in slides]


@pytest.fixture(scope="session")
def few_figures():
    """Every slide, a figure only on the first of each result, so that drawing is quick."""
    import dataclasses

    seen: set[str] = set()

    def kept(slide):
        new = slide.figure is not None and slide.figure.probe not in seen
        seen.update([slide.figure.probe] if new else [])
        return slide if new else dataclasses.replace(slide, figure=None)

    return {part: [kept(slide) for slide in slides] for part, slides in SLIDES.items()}
