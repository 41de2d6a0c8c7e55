"""Results laid over each other: what is joined, how it is drawn and told apart, and what is refused."""

import json

import numpy as np
import pytest
from click.testing import CliRunner
from matplotlib.colors import to_hex

import actviz
from actviz import ActvizError
from actviz.cli import main
from actviz.plots import (
    FIGURES,
    SIZES,
    figure_curves,
    figure_histograms,
    figure_signal_detail,
    figures_of,
    pairing_style,
)
from actviz.plots.canvas.style import RESULTS
from actviz.plots.figures.run_looks import run_styles
from actviz.plots.reading.series import line
from actviz.results.overlaying import laid, part_of

SMALL = {"depth": 4, "samples": 40}
NET = {"data": "moons:100", "depth": 2, "width": 8, "batch": 20}


@pytest.fixture(scope="module")
def before():
    return actviz.probe(["he_normal", "normal", "zeros"], ["relu", "tanh"], width=30, seeds=3, **SMALL)


@pytest.fixture(scope="module")
def after():
    inits = ["normal", "he_normal", "identity"]
    return actviz.probe(inits, ["tanh", "relu", "sigmoid"], width=20, seeds=[5, 7], norm="batch", **SMALL)


@pytest.fixture(scope="module")
def both(before, after):
    return actviz.overlay({"before": before, "after": after})


@pytest.fixture(scope="module")
def trainings():
    runs = [
        actviz.runs(["he_normal", "zeros"], "relu", epochs=epochs, lr=lr, **NET) for epochs, lr in ((6, 0.1), (3, 0.5))
    ]
    return [actviz.train(each, NET["data"], seeds=2 + at, workers=1) for at, each in enumerate(runs)]


@pytest.fixture(scope="module")
def trained(trainings):
    return actviz.overlay(dict(zip(("slow", "fast"), trainings, strict=True)))


def seen(fig):
    return " ".join(item.get_text() for item in fig.texts)


def test_pairings_stand_side_by_side_with_the_result_in_their_name(both):
    names = ["he_normal", "normal", "zeros", "identity"]
    assert [part_of(both, str(each)) for each in both["init"].values] == [
        ("he_normal", 0), ("he_normal", 1), ("normal", 0), ("normal", 1), ("zeros", 0), ("identity", 1),
    ]  # fmt: skip
    assert str(both["init"].values[1]) == "he_normal (after)"
    assert both["activation"].values.tolist() == ["relu", "tanh"]
    assert [each["name"] for each in laid(both)] == ["before", "after"]
    assert set(names) == {part_of(both, str(each))[0] for each in both["init"].values}


@pytest.mark.parametrize("statistic", ["act_std", "saturated", "grad_weight_norm", "distinct_units"])
def test_every_line_is_that_of_its_own_result(both, before, after, statistic):
    for name, ds in (("before", before), ("after", after)):
        there = line(both, statistic, f"normal ({name})", "tanh")
        alone = line(ds, statistic, "normal", "tanh")
        for field in ("middle", "low", "high"):
            np.testing.assert_allclose(getattr(there, field), getattr(alone, field))


def test_a_pairing_has_one_colour_and_the_second_result_is_hollow_and_dashed(both):
    for init in ("he_normal", "normal"):
        first, second = (pairing_style(both, f"{init} ({each})", "relu") for each in ("before", "after"))
        alone = pairing_style(both.sel(init=[f"{init} (before)"]), f"{init} (before)", "relu")
        assert first == alone
        assert (first.color, first.marker, first.hollow) == (second.color, second.marker, False)
        assert second.hollow
        assert (first.linestyle, second.linestyle) == RESULTS[:2]
    ax = figure_signal_detail(both, activations="tanh").axes[1]
    markers = [each for each in ax.lines if each.get_marker() in "sDpo" and len(each.get_xdata()) == 4]
    hollow = [each for each in markers if to_hex(each.get_markerfacecolor()) != each.get_color().lower()]
    assert len(markers) - len(hollow) >= 3
    assert len(hollow) >= 3


def test_the_legend_names_results_and_the_foot_says_how_they_differ(both):
    fig = figure_signal_detail(both)
    names = [each.get_text().strip() for each in fig.legends[0].get_texts()]
    assert names[:6] == ["He normal", "N(0, 1)", "zeros", "identity", "before", "after"]
    foot = fig.texts[2].get_text().replace("\n", " ")
    assert "before: width 30, 3 seeds" in foot
    assert "after: width 20, 2 seeds, batch norm" in foot
    assert foot.startswith("40 samples")
    assert "theory" not in seen(fig)


def test_histograms_are_filled_and_outlined_in_one_panel(both, before):
    fig = figure_histograms(both, activations="tanh")
    (ax,) = fig.axes
    assert [each.get_text() for each in ax.get_yticklabels()] == ["He normal", "N(0, 1)", "zeros", "identity (after)"]
    assert "Filled: before. Outline, and its std in brackets: after." in seen(fig).replace("\n", " ")
    outlines = [each for each in ax.collections if each.get_linestyle()[0][1] is not None and len(each.get_paths())]
    assert [len(each.get_paths()) for each in outlines] == [2 * 4]
    std = float(both["act_std"].sel(init="normal (after)", activation="tanh", layer=4).median())
    assert f"({std:.2g})" in {each.get_text() for each in ax.texts}


@pytest.mark.parametrize("size", [s if s == "half" else pytest.param(s, marks=pytest.mark.slow) for s in SIZES])
def test_figures_that_can_show_them_do_and_others_are_not_drawn(both, trained, size):
    stems = [(stem, draw()) for stem, draw in figures_of(both, size=size)]
    assert [stem for stem, _ in stems] == [
        *("histograms-relu", "histograms-tanh", "signal", "gradients", "collapse"),
        *("signal_detail", "gradients_detail", "collapse_detail"),
    ]
    assert [stem for stem, _ in figures_of(trained, size=size)] == ["curves"]
    for _, fig in stems:
        for item in [*fig.texts, *fig.legends]:
            box = item.get_window_extent()
            assert fig.bbox.padded(1).contains(box.x0, box.y0)
            assert fig.bbox.padded(1).contains(box.x1, box.y1)
    with pytest.raises(ActvizError, match=r"saturation: .*choose from histograms, signal, gradients, collapse"):
        figures_of(both, ["saturation"])


def test_trainings_of_different_length_and_seeds_share_their_axes(trained, trainings):
    styles = run_styles(trained)
    assert styles["he_normal (slow)"].of_result(1) == styles["he_normal (fast)"]
    fig = figure_curves(trained)
    curves = [each for each in fig.axes[0].lines if each.get_linestyle() != "None" and len(each.get_xdata()) == 7]
    fast = trainings[1]["train_loss"].sel(run="he_normal").median("seed").values
    drawn = [np.asarray(each.get_ydata()) for each in curves]
    assert any(np.allclose(y[:4], fast) and np.isnan(y[4:]).all() for y in drawn)
    names = [each.get_text().strip() for each in fig.legends[0].get_texts()]
    assert names[:4] == ["He normal", "zeros", "slow", "fast"]
    foot = fig.texts[2].get_text().replace("\n", " ")
    assert "slow: rate 0.1, 6 epochs, 2 seeds" in foot
    assert "fast: rate 0.5, 3 epochs, 3 seeds" in foot


def test_the_shorter_training_may_come_first(trainings):
    laid_over = actviz.overlay(dict(zip(("fast", "slow"), trainings[::-1], strict=True)))
    np.testing.assert_array_equal(laid_over["epoch"], trainings[0]["epoch"])
    assert figure_curves(laid_over).axes[0].get_xlim()[1] >= 6


def test_the_foot_says_how_snapshots_were_trained(trainings):
    last = {
        name: actviz.snapshot(ds, int(ds["snapshot"][-1])) for name, ds in zip(("slow", "fast"), trainings, strict=True)
    }
    foot = seen(figure_signal_detail(actviz.overlay(last))).replace("\n", " ")
    assert "slow: 2 seeds, update 24, rate 0.1, 6 epochs" in foot
    assert "fast: 3 seeds, update 12, rate 0.5, 3 epochs" in foot


def test_three_results_have_three_dashes(before):
    three = actviz.overlay(dict.fromkeys("abc", before))
    found = [pairing_style(three, f"normal ({name})", "tanh").linestyle for name in "abc"]
    assert len(set(map(str, found))) == 3
    assert "Outlines, dashed, dotted, then both: b, c." in seen(figure_histograms(three)).replace("\n", " ")


def test_they_build_up_result_by_result(both):
    assert len(list(figures_of(both, ["signal"], build_up=True))) == 1 + 6


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda b, a, t: {"one": b}, "two to 4 results"),
        (lambda b, a, t: {"one": b, "two": t}, "one is a probe, two is a training"),
        (lambda b, a, t: {"one": b, "two": a.isel(layer=slice(3))}, "their layers differ"),
        (
            lambda b, a, t: {"one": b.sel(activation=["tanh"]), "two": a.sel(activation=["relu"])},
            "one has tanh; two has relu",
        ),
        (lambda b, a, t: {"one": b, "two": a.assign(bin_edges=a["bin_edges"] * 2)}, "their bins differ"),
        (lambda b, a, t: {"one": t, "two": t.isel(step=slice(1, None))}, "two cannot be laid .* other updates"),
        (lambda b, a, t: {"one": actviz.overlay({"x": b, "y": a}), "two": a}, "already"),
    ],
)
def test_what_cannot_be_laid_over_each_other_is_refused_in_one_line(before, after, trainings, change, said):
    with pytest.raises(ActvizError, match=said) as caught:
        actviz.overlay(change(before, after, trainings[0]))
    assert "\n" not in str(caught.value)


def test_the_command_takes_names_from_files_or_labels(before, after, tmp_path):
    actviz.save(before, tmp_path / "a.nc")
    actviz.save(after, tmp_path / "b.nc")
    paths = [str(tmp_path / "a.nc"), str(tmp_path / "b.nc")]

    def run(*args):
        return CliRunner().invoke(main, ["figures", *paths, "-f", "signal", "-o", str(tmp_path), *args])

    for more, name in ([], "b"), (["--labels", "x,new one"], "new one"):
        done = run("--overlay", "--format", "svg", "--json", *more)
        assert json.loads(done.stdout)["files"] == [str(tmp_path / "signal.svg")]
        assert f">\u2009{name}<" in (tmp_path / "signal.svg").read_text(encoding="utf-8")
    for args in ([], ["--overlay", "--labels", "x"], ["--overlay", "--theory"], ["--labels", "x,y"]):
        refused = run(*args)
        assert refused.exit_code == 2
        assert len(refused.stderr.strip().splitlines()) <= 3
    assert sum(spec.overlays for spec in FIGURES.values()) == 8


@pytest.mark.parametrize("ask", [actviz.diagnose, actviz.predict, actviz.summary], ids=lambda ask: ask.__name__)
def test_what_is_asked_of_one_result_is_refused_of_several(both, ask):
    with pytest.raises(ActvizError, match="one at a time: before, after"):
        ask(both)


@pytest.mark.parametrize("results", [["a", "b"], {"": 1, "b": 2}, {1: 1, 2: 2}])
def test_results_without_names_are_refused(results):
    with pytest.raises(ActvizError, match="by name"):
        actviz.overlay(results)
