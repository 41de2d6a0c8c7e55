import numpy as np
import pytest
from matplotlib.patches import StepPatch

from actviz import ActvizError, diagnose, load, probe, save
from actviz.catalog.activations import ACTIVATIONS
from actviz.catalog.choices import NORMS
from actviz.catalog.initializers import VarianceScaling
from actviz.plots import FIGURES
from actviz.plots.canvas.ends import end_names
from actviz.probing.jacobian import singular_values, spectrum_statistics
from actviz.probing.network import Network
from actviz.probing.residual import ResidualNetwork
from actviz.probing.stack import Stack
from actviz.results.statistics import OF_JACOBIAN, SPECTRUM_EDGES
from actviz.text import label
from actviz.theory.spectra import density, spectrum

OVER_UNITS = [norm for norm in NORMS if "batch" not in str(norm)]


@pytest.mark.parametrize("block", ["plain", "residual"])
@pytest.mark.parametrize("norm", OVER_UNITS)
def test_singular_values_are_those_of_central_differences(block, norm):
    widths = (4, 6, 6, 5) if block == "plain" else (4, 6, 6, 6)
    stack = Stack(ACTIVATIONS["gelu"], VarianceScaling(), widths, 0.3, norm, block)
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=fans) / 2 for fans in stack.fans]
    biases = [0.3 * rng.normal(size=width) for width in widths[1:]]
    ends = [0.4 * rng.normal(size=(width, width)) for width in widths[1:]]
    x = rng.normal(size=(2, 4))

    def output(rows):
        network = Network(stack, len(rows), "float64")
        if block == "residual":
            network = ResidualNetwork(stack, ends.__getitem__)
        list(network.forward(rows, weights.__getitem__, biases.__getitem__))
        return network.output.copy()

    found = singular_values(stack, x, weights.__getitem__, biases.__getitem__, ends.__getitem__)
    for row, squares in zip(x, found, strict=True):
        steps = 1e-5 * np.eye(4)
        numeric = (output(row + steps) - output(row - steps)) / 2e-5
        np.testing.assert_allclose(squares, np.linalg.svd(numeric, compute_uv=False) ** 2, rtol=1e-6, atol=1e-9)


def test_singular_values_are_those_of_pytorchs_jacobian(torch):
    stack = Stack(ACTIVATIONS["tanh"], VarianceScaling(), (5, 7, 6))
    rng = np.random.default_rng(1)
    weights, x = [rng.normal(size=fans) for fans in stack.fans], rng.normal(size=(2, 5))
    found = singular_values(stack, x, weights.__getitem__, None, weights.__getitem__)
    first, second = map(torch.from_numpy, weights)
    for row, squares in zip(x, found, strict=True):
        theirs = torch.func.jacrev(lambda v: torch.tanh(torch.tanh(v @ first) @ second))(torch.from_numpy(row))
        np.testing.assert_allclose(squares, torch.linalg.svdvals(theirs).numpy() ** 2, rtol=1e-9)


@pytest.mark.parametrize(
    ("init", "activation", "spreads"),
    [
        ("orthogonal", "identity", (0.0, 0.0)),
        ("lecun_normal", "identity", (2.06, 7.9)),
        ("orthogonal:1.4142135623730951", "relu", (2.05, 8.6)),
        ("he_normal", "relu", (3.9, 18.0)),
    ],
)
def test_known_spreads_at_width_200(init, activation, spreads):
    for depth, known in zip((2, 8), spreads, strict=True):
        ds = probe(init, activation, depth=depth, width=200, samples=4, seeds=4, jacobian=1, workers=1)
        assert float(ds["jacobian_spread"].mean()) == pytest.approx(known, rel=0.15, abs=1e-6)
        told = spectrum(ds, str(ds["init"].values[0]), activation)
        assert told.spread == pytest.approx(known, rel=0.15, abs=1e-6)
        assert told.mean_square == pytest.approx(1.0, rel=1e-6)
        if told.largest < 50 and len(told.values):
            assert float(ds["jacobian_max"].mean()) == pytest.approx(told.largest, rel=0.3)
        assert int(ds["spectrum"].sum()) == 4 * 200  # every value is in a bin


@pytest.mark.parametrize(("share", "orthogonal"), [(1.0, False), (0.5, False), (0.5, True)])
def test_the_density_has_its_mass_mean_and_spread(share, orthogonal):
    depth = 4
    largest, values, of_log = density(share, depth, orthogonal=orthogonal)
    logs = np.log(values)
    mass, mean, square = (np.trapezoid(of_log * values**power, logs) for power in (0, 1, 2))
    assert mass == pytest.approx(share, rel=0.01)
    assert mean == pytest.approx(1.0, rel=2e-3)
    assert square - 1 == pytest.approx(depth * (1 / share - orthogonal), rel=0.01)
    if share == 1.0:
        assert largest == pytest.approx((depth + 1) ** (depth + 1) / depth**depth)


@pytest.fixture(scope="module")
def ds():
    inits = ["orthogonal", "he_normal"]
    return probe(inits, ["identity", "relu", "tanh"], depth=3, width=24, samples=9, seeds=2, jacobian=2)


def test_it_is_kept_saved_drawn_and_noted(ds, tmp_path):
    save(ds, tmp_path / "j.nc")
    assert load(tmp_path / "j.nc").identical(ds)
    how = {"depth": 2, "width": 8, "samples": 5, "seeds": 1, "jacobian": 3}
    first, again = (probe("he_normal", "relu", **how, checkpoint=tmp_path / "kept") for _ in range(2))
    assert first.identical(again)
    notes = {(d.init, d.activation): d.notes[-1].key for d in diagnose(ds)}
    assert notes["orthogonal", "identity"] == "note.isometric"
    assert notes["he_normal", "relu"] == "note.spread"
    assert not any(note.key in notes.values() for note in diagnose(ds.drop_vars(list(OF_JACOBIAN)))[0].notes)
    for lang in ("en", "ko"):
        fig = FIGURES["spectrum"].draw(ds, lang=lang)
        assert [len(ax.lines) for ax in fig.axes] == [1, 2, 0]  # theory: none of an isometry, none of tanh
        assert "8.0" in FIGURES["spectrum"].alt(ds, lang) or "spread" in FIGURES["spectrum"].alt(ds, "en")
    assert "--jacobian" in FIGURES["spectrum"].missing(ds.drop_vars("spectrum"))


@pytest.mark.parametrize("gain", [2.0, 0.5])
def test_a_multiple_of_an_isometry_is_no_isometry_and_stays_orthogonal(gain):
    ds = probe(f"orthogonal:{gain}", "identity", depth=6, width=24, samples=20, seeds=2, jacobian=2)
    [found] = diagnose(ds)
    assert found.notes[-1].key == "note.scaled_isometry"
    assert FIGURES["spectrum"].draw(ds).words.title == f"orthogonal:{gain:g} + identity: spread of s² 0 to rounding"
    assert "spread 0," in FIGURES["spectrum"].alt(ds, "en")
    assert found.findings[0].verdict.value == ("exploding" if gain > 1 else "vanishing")
    assert "use orthogonal, weight variance 1 / fan_in" in found.findings[0].remedy()
    assert "12 of 12 fresh networks" in found.findings[0].remedy()


def test_what_has_no_spectrum_is_said_and_stands_in_no_legend():
    ds = probe(["zeros", "he_normal"], "tanh", depth=2, width=12, samples=8, seeds=1, jacobian=1)
    fig = FIGURES["spectrum"].draw(ds)
    named = {word.get_text().strip() for box in fig.legends for word in box.get_texts()}
    assert "He normal" in named
    assert "zeros" not in named
    assert [len(ax.lines) for ax in fig.axes] == [len(FIGURES["spectrum"].draw(ds, inits="he_normal").axes[0].lines)]
    assert "some not finite: zeros" in fig.words.footer
    nothing = FIGURES["spectrum"].draw(ds, inits="zeros")
    assert [len(nothing.axes[0].lines), *(len(box.get_texts()) for box in nothing.legends)] == [0, 0]


@pytest.mark.parametrize(("lang", "theme"), [("en", "light"), ("ko", "dark")])
def test_spectra_are_named_beside_the_panel_as_high_as_their_highest_step(lang, theme):
    inits = ["xavier_normal", "he_normal", "orthogonal"]
    ds = probe(inits, "tanh", depth=4, width=24, samples=20, seeds=2, jacobian=2)
    fig = FIGURES["spectrum"].draw(ds, lang=lang, theme=theme)
    assert not fig.legends
    names = {item.get_text(): item for item in end_names(fig.axes[0])}
    assert [*names] == [label(init, lang) for init in inits]
    tops = [float(max(each.get_data().values)) for each in fig.axes[0].findobj(StepPatch)]
    heights = [names[label(init, lang)].get_position()[1] for init in inits]
    assert np.argsort(heights).tolist() == np.argsort(tops).tolist()
    several = probe(inits, ["tanh", "relu"], depth=4, width=24, samples=20, seeds=2, jacobian=2)
    assert FIGURES["spectrum"].draw(several, lang=lang).legends


def test_a_remedy_of_orthogonal_weights_has_their_gain():
    [found] = diagnose(probe("orthogonal:0.5", "relu", depth=8, width=24, samples=20, seeds=2))
    assert "use orthogonal:1.414, weight variance 2 / fan_in" in found.findings[0].remedy()


def test_overflow_is_told_as_no_number():
    told = spectrum_statistics(np.array([[np.nan, np.nan], [4.0, 0.0]]))
    assert np.isnan(told["jacobian_spread"])
    assert told["spectrum"].sum() == 2
    assert len(told["spectrum"]) == len(SPECTRUM_EDGES)


@pytest.mark.parametrize(
    "how",
    [{"norm": "batch", "jacobian": 1}, {"jacobian": -1}, {"jacobian": 9}, {"jacobian": 1, "width": 2000, "depth": 1}],
)
def test_jacobians_that_cannot_be_are_refused(how):
    with pytest.raises(ActvizError, match="jacobian"):
        probe("he_normal", "relu", **{"depth": 2, "width": 4, "samples": 8, "seeds": 1, **how})
