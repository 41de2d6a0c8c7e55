"""What is of a wrong type is refused in one line by every public function, and never fails inside."""

import contextlib
import enum
import importlib
import inspect

import pytest

import actviz
from actviz import ActvizError

ROOMS = ("", "schedules", "plots", "experiments", "training", "probing", "baseline", "diagnosis", "theory")

OF_PARTS = ("run_", "teaching_", "activation_scale", "cell", "label", "Slide", "Style", "stack_diagram")
"""What draws or names a part of a figure, and is given what a figure has read."""

INSIDE = ("measure", "without_trainings", "judge", "Expectation", "Origin", "few_words", "probe_cells",
          "Approach", "CriticalPoint", "Entry", "FixedPoint", "InputMoments", "MeanField", "Propagation")  # fmt: skip
"""What passes numbers on between rooms."""


TAKES_NONE = ("Recorder",)
"""What takes nothing."""


def _public():
    """Every public function and class that takes something, by its name."""
    found = {}
    for room in ROOMS:
        module = importlib.import_module(f"actviz.{room}" if room else "actviz")
        for name in getattr(module, "__all__", ()):
            item = getattr(module, name)
            if not callable(item) or name.startswith(OF_PARTS) or name in INSIDE:
                continue
            if inspect.isclass(item) and (issubclass(item, enum.Enum) or getattr(item, "_is_protocol", False)):
                continue
            if name in TAKES_NONE:
                continue
            found.setdefault(id(item), (f"{room}.{name}", item))
    return [pytest.param(item, id=name) for name, item in found.values()]


def _given(item, value):
    """Return the arguments that it cannot do without, each of one value; at least the first is given."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    of = inspect.signature(item).parameters.values()
    needed = sum(each.default is each.empty for each in of if each.kind in kinds)
    by_name = [each.name for each in of if each.kind is each.KEYWORD_ONLY and each.default is each.empty]
    return [value] * max(needed, 1), dict.fromkeys(by_name, value)


@pytest.mark.parametrize("item", _public())
def test_a_wrong_first_argument_is_one_line(item):
    for value in (None, 3, "x", [], {}, object()):
        with contextlib.suppress(ActvizError):
            args, options = _given(item, value)
            item(*args, **options)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: actviz.redo(3), "a path must be text or a path object, not 3"),
        (lambda: actviz.plots.save_figure(None, 3), "a path must be text or a path object"),
        (lambda: actviz.weights(None), "need a dataset as actviz.probe gives it, not NoneType"),
        (lambda: actviz.snapshot(3, 0), "need a dataset as actviz.probe gives it, not int"),
        (lambda: actviz.reproduce([]), "unknown experiment"),
        (lambda: actviz.plots.figure_signal([]), "need a dataset"),
        (lambda: actviz.plots.draw_share_axis(3), "what is drawn on must be an Axes of matplotlib's, not 3"),
        (lambda: actviz.plots.draw_share_axis(ax=None), "what is drawn on must be an Axes of matplotlib's, not None"),
        (lambda: actviz.theory.moments("x", 1.0), "unknown activation 'x'"),
        (lambda: actviz.baseline.report(3), "a comparison, as actviz.compare gives it"),
    ],
)
def test_it_says_what_is_allowed(call, words):
    with pytest.raises(ActvizError, match=words):
        call()
