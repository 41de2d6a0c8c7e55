"""The coordinate check: theory's slopes, verdicts that tests over seeds bear out, and one dataset for every command."""

import dataclasses
import json

import numpy as np
import pytest
from click.testing import CliRunner

import actviz
from actviz import coordinate_check
from actviz.cli import main
from actviz.probing.stack import Stack
from actviz.results.dataset import recipe
from actviz.scaling import Growth, Outcome, judge
from actviz.scaling.slopes import slopes, slopes_of
from actviz.scaling.trying import tried, tried_words
from actviz.scaling.words import found, remedy, sentences
from actviz.training import Run, TrainConfig
from actviz.training.learner import Learner
from actviz.training.parametrization import Parametrization

pytest_plugins = "pytester"

SMALL = {"widths": [32, 64, 128, 256], "inputs": "16,16", "steps": 1, "workers": 1}


def changes(growths):
    return [each for each in growths if each.what == "change"]


@pytest.fixture(scope="module")
def checks():
    """Networks of one step by optimizer and parametrization."""
    asked = [("adam", 1e-3, "standard"), ("adam", 1e-3, "mup"), ("sgd", 1e-2, "standard"), ("sgd", 1e-2, "ntk")]
    return {
        (optimizer, name): coordinate_check(optimizer=optimizer, lr=lr, parametrization=name, seeds=16, **SMALL)
        for optimizer, lr, name in asked
    }


@pytest.mark.parametrize(
    ("of", "powers", "within"),
    [
        (("sgd", "standard"), (-0.5, 0.5, 0.5, 1.0), 0.25),
        (("sgd", "ntk"), (-0.5, -0.5, -0.5, 0.0), 0.2),
        (("adam", "standard"), (0.0, 1.0, 1.0, 1.25), 0.25),
        (("adam", "mup"), (0.0, 0.0, 0.0, 0.0), 0.2),
    ],
)
def test_one_update_moves_layers_by_the_powers_that_theory_says(checks, of, powers, within):
    assert [each.slope for each in changes(judge(checks[of]))] == pytest.approx(powers, abs=within)


def test_raw_sizes_do_not_see_what_changes_show(checks):
    ds = checks["adam", "standard"]
    hidden = [each.mean(axis=0)[1, 1] for each in (slopes_of(ds, "size"), slopes_of(ds, "change"))]
    assert abs(hidden[0]) < 0.05
    assert hidden[1] > 0.7
    assert judge(checks["adam", "mup"])[3].slope == pytest.approx(-0.5, abs=0.1)  # of the output at the start


def test_verdicts_follow_the_tests_and_remedies_the_kind_and_the_optimizer(checks):
    growths = judge(checks["adam", "standard"])
    assert [each.kind for each in growths[:4]] == ["input", "hidden", "hidden", "output"]
    assert [each.outcome for each in changes(growths)] == [Outcome.STABLE, *[Outcome.GROWS] * 3]
    told = " ".join(sentences(checks["adam", "standard"], growths))
    assert "Divide the learning rate of hidden weights by width / base width" in told
    assert "input" not in told
    assert (
        "multiply the learning rate of input weights"
        in " ".join(sentences(checks["sgd", "standard"], judge(checks["sgd", "standard"]))).lower()
    )
    mup = judge(checks["adam", "mup"])
    assert (mup[3].outcome, mup[3].departs) == (Outcome.SHRINKS, False)  # muP's output starts so
    assert sentences(checks["adam", "mup"], mup) == []
    wide = judge(checks["adam", "standard"], margin=5.0)
    assert {each.outcome for each in changes(wide)} == {Outcome.STABLE}


def test_a_slope_is_a_power_and_nothing_is_judged_that_cannot_be():
    widths = np.array([16.0, 32.0, 64.0])
    assert slopes(np.stack([3.0 * widths**0.7, widths**-2.0], axis=1), widths) == pytest.approx([0.7, -2.0])
    assert np.isnan(slopes(np.array([1.0, 0.0, 2.0]), widths))
    few = judge(coordinate_check(widths=[8, 16, 32], inputs="4,4", seeds=2, workers=1))
    assert {(each.outcome, each.why) for each in few} == {(Outcome.UNJUDGED, "seeds")}
    still = judge(coordinate_check("zeros+relu", widths=[8, 16, 32], inputs="4,4", seeds=3, steps=1, workers=1))
    assert [each.why for each in changes(still)][:3] == ["still"] * 3


def test_the_remedy_is_tried_with_other_seeds_and_only_where_it_could_help(checks):
    found = tried(checks["adam", "standard"], workers=1)
    assert not any(each.departs for each in found)
    assert "width-stable in 4 of 4 layers" in tried_words(found, 16)
    assert tried(checks["adam", "mup"]) == ()
    assert tried_words((), 16) == ""


def test_a_start_that_grows_is_told_before_what_follows_from_it():
    ds = coordinate_check("normal+relu", widths=[16, 32, 64], inputs="8,8", seeds=4, steps=1, workers=1)
    told = sentences(ds, judge(ds))
    assert "Start these weights with a variance that goes as 1 / fan_in." in told
    assert "Mend the starts first" in told[-1]
    assert not [line for line in told if "rate of hidden weights" in line]


def test_a_parametrization_leaves_the_base_width_and_scales_by_its_powers():
    base = Stack(actviz.activation("relu"), actviz.initializer("xavier_normal"), (8, 16, 16))

    def learner(stack, name):
        config = TrainConfig(lr=0.1, optimizer="adam")
        return Learner(Run(stack, config), 4, 0, 4, Parametrization(name, base, 4))

    for name in ("ntk", "mup"):
        assert np.array_equal(learner(base, name).parameters.values, learner(base, "standard").parameters.values)
    wide = Stack(base.activation, base.initializer, (8, 64, 64))
    made = learner(wide, "mup")
    stds = [float(each.std()) for each in made.parameters.weights]
    assert stds == pytest.approx([(2 / 24) ** 0.5, (2 / 32) ** 0.5 / 2, (2 / 20) ** 0.5 / 4], rel=0.12)
    before = [each.copy() for each in made.parameters.weights]
    made.step(np.ones((4, 8), np.float32), np.arange(4), 0.1)
    moved = [float(np.abs(a - b).max()) for a, b in zip(made.parameters.weights, before, strict=True)]
    assert moved == pytest.approx([0.1, 0.025, 0.025], rel=1e-3)  # Adam's first step is its rate


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"widths": [8, 16]}, "3 different widths at least"),
        ({"widths": [8, 8, 8]}, "3 different widths at least"),
        ({"build": "he_normal"}, "INIT.ACTIVATION"),
        ({"widths": 8}, "widths must be a list"),
        ({"inputs": "a"}, "SAMPLES,WIDTH"),
        ({"inputs": 5}, "SAMPLES,WIDTH"),
        ({"lr": -1.0}, "lr"),
        ({"optimizer": "adm"}, "did you mean 'adam'"),
        ({"parametrization": "spectral"}, "standard, ntk, mup"),
        ({"build": lambda width: None, "depth": 2}, "is of stacks"),
        ({"margin": 0.0}, "margin"),
        ({"norm": "batch", "bias_std": 0.1}, "bias_std must be 0"),
        ({"norm": "batch", "inputs": "1,4"}, "2 samples"),
    ],
)
def test_what_cannot_be_is_one_line(asked, says, one_line_error):
    import re

    assert re.search(says, one_line_error(coordinate_check, **asked))


def test_the_command_saves_shows_and_fails_when_strict(tmp_path):
    def run(*args):
        return CliRunner().invoke(main, [*map(str, args)], catch_exceptions=False)

    small = ["--widths", "16,32,64", "--input", "8,8", "--steps", "1", "--seeds", "4", "--workers", "1"]
    made = run("coord", "he_normal+relu", *small, "-o", tmp_path / "c.nc", "--strict")
    assert made.exit_code == 1
    assert "hidden (layer 2, layer 3)" in made.output
    told = json.loads(run("show", tmp_path / "c.nc", "--json").output)
    assert {"layer", "slope", "outcome", "departs"} <= set(told["slopes"][0])
    assert told["recipe"]["kind"] == "coordinates"
    ds = actviz.load(tmp_path / "c.nc")
    assert actviz.table(ds).shape[0] == 3 * 4 * 2 * 4
    assert run("coord", "nonsense", *small).exit_code == 2
    assert run("diagnose", tmp_path / "c.nc").exit_code == 2


@dataclasses.dataclass(frozen=True)
class Seeded:
    """An initializer that does not use its generator."""

    family = "normal"

    def sample(self, rng, fan_in, fan_out):
        return np.random.default_rng(0).standard_normal((fan_in, fan_out)) / fan_in**0.5

    def variance(self, fan_in, fan_out):
        return 1.0 / fan_in


def test_an_initializer_that_gives_the_same_under_all_seeds_makes_no_replicates(one_line_error):
    said = one_line_error(coordinate_check, (Seeded(), "relu"), seeds=3, **SMALL)
    assert "seeds of width 32 have" in said
    assert "does the initializer use its generator?" in said


def test_processes_give_the_same(monkeypatch):
    monkeypatch.setattr("actviz.numerics.parallel.WORTH_PROCESSES", 0.0)
    asked = {"widths": [8, 16, 32], "inputs": "4,4", "seeds": 3, "steps": 1}
    assert coordinate_check(workers=2, **asked).identical(coordinate_check(workers=1, **asked))


def test_the_fixture_fails_a_test_whose_layers_go_with_the_width(pytester):
    pytester.makepyfile(
        """
        SMALL = {"widths": [32, 64, 128], "inputs": "8,8", "steps": 1, "seeds": 8, "workers": 1}

        def test_mup(coordinate_check):
            assert "change" in coordinate_check("he_normal+relu", margin=0.3, parametrization="mup", **SMALL)

        def test_standard(coordinate_check):
            coordinate_check("he_normal+relu", margin=0.3, **SMALL)

        def test_few(coordinate_check):
            coordinate_check("he_normal+relu", **{**SMALL, "seeds": 2})

        def test_near(coordinate_check):
            coordinate_check("he_normal+relu", **{**SMALL, "widths": [64, 65, 66], "seeds": 3})

        def test_still(coordinate_check):
            coordinate_check("zeros+relu", depth=1, outputs=1, loss="mean_square", lr=1e-300, **SMALL)
        """
    )
    result = pytester.runpytest_inprocess("-p", "no:xdist", "-p", "no:randomly", "-rN")  # a summary is whole under CI
    result.assert_outcomes(passed=1, failed=4)
    told = result.stdout.str()
    assert told.count("Nothing was decided, so this check would find no fault: more seeds") == 2
    assert told.count("Nothing was decided, so this check would find no fault: no layer moves") == 1
    result.stdout.fnmatch_lines(["*grows as width^*", "*Divide the learning rate of hidden weights*"])


def growths_of(size, change, widths=(32, 64, 128), seeds=6, noise=0.02):
    """Judge layers whose size and change, of shape (widths, steps + 1, layers), are as given but for a little noise."""
    ds = coordinate_check("he_normal+relu", widths=widths, seeds=seeds, steps=2, depth=1, outputs=2, workers=1)
    rng = np.random.default_rng(0)
    scatter = np.exp(noise * rng.standard_normal(ds["size"].shape))
    given = {name: values[:, None] * scatter for name, values in (("size", size), ("change", change))}
    changed = ds.assign({name: (ds[name].dims, values) for name, values in given.items()})
    return [each for each in judge(changed) if each.what == "change"]


def test_no_slope_is_no_stability_where_sizes_lie_on_no_power_of_the_width():
    flat = np.ones((3, 3, 2))
    bent = flat.copy()
    bent[1, :, 0] = 4.0  # the middle width alone, as of a rate that is wrong there
    first, second = growths_of(flat, bent)
    assert (first.outcome, first.why, second.outcome) == (Outcome.UNDECIDED, "bent", Outcome.STABLE)
    assert abs(first.slope) < 0.05


@pytest.mark.parametrize("far", [np.inf, np.nan, 300.0])
def test_nothing_is_judged_where_one_width_diverges_in_one_layer_after_some_update(far):
    flat = np.ones((3, 3, 2))
    broken = flat.copy()
    broken[2, 2, 0] = far
    both = growths_of(flat, broken)
    assert [(each.outcome, each.why, each.step) for each in both] == [(Outcome.UNJUDGED, "diverges", 2)] * 2


@pytest.mark.parametrize("steps", [1, 3])
@pytest.mark.parametrize("lr", [1e3, 1e6, 1e30])
def test_updates_that_blow_up_have_no_verdict_and_no_remedy(lr, steps):
    ds = coordinate_check(optimizer="sgd", lr=lr, seeds=3, **{**SMALL, "widths": [16, 32, 64], "steps": steps})
    growths = judge(ds)
    assert {each.why for each in changes(growths)} == {"diverges"}
    (told,) = sentences(ds, growths)
    assert "diverges at this learning rate, first by update 1 (widths 16, 32, 64)" in told
    assert found(growths, "en") == ["The training diverges: change is not judged"]


def test_a_remedy_goes_against_the_slope_that_was_measured(checks):
    said = {}
    for optimizer in ("sgd", "adam"):
        how = recipe(checks[optimizer, "standard"])
        for kind in ("input", "hidden", "output"):
            for outcome, slope in ((Outcome.GROWS, 0.5), (Outcome.SHRINKS, -0.5)):
                said[optimizer, kind, outcome] = remedy(
                    how, Growth(1, "", kind, "change", 1, slope, 0, 0, outcome), "en"
                )
    contrary = {key for key, words in said.items() if "does not take these weights this way" in words}
    shrinking = {(optimizer, kind, Outcome.SHRINKS) for optimizer in ("sgd", "adam") for kind in ("hidden", "output")}
    assert contrary == {*shrinking, ("sgd", "input", Outcome.GROWS)}
    assert not [words for (_, _, way), words in said.items() if way is Outcome.GROWS and words.startswith("Multiply")]


def test_the_seeds_that_would_decide_do():
    flat = np.ones((3, 3, 2))
    (few, _) = growths_of(flat, flat, seeds=4, noise=0.12)
    assert few.outcome is Outcome.UNDECIDED
    assert 4 < few.needed <= 60
    (many, _) = growths_of(flat, flat, seeds=2 * few.needed, noise=0.12)
    assert many.outcome is Outcome.STABLE
