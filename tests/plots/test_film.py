"""The film strip and the animation: what is drawn, that axes stay fixed, and the files."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from PIL import Image

import actviz
from actviz import ActvizError, EarlyStopping
from actviz.plots import FIGURES, THEMES, figure_film, figures_of, save_animation
from actviz.plots.canvas.draw import ACROSS
from actviz.plots.canvas.style import MARGIN, themed
from actviz.plots.files import encoding
from actviz.plots.files.animation import Movie, frame_rate
from actviz.plots.reading.reel import reels

DATA = "moons:120"


def _train(inits, activations="tanh", **settings):
    settings = {"depth": 3, "width": 8, "epochs": 8, "batch": 20, "lr": 0.1, **settings}
    return actviz.train(actviz.runs(inits, activations, data=DATA, **settings), DATA, seeds=2, workers=1)


@pytest.fixture(scope="module")
def filmed():
    return _train(["he_normal", "zeros"], "relu", snapshots=8)


def words(fig):
    return [item.get_text() for item in fig.findobj(Text) if item.get_text()]


def test_the_strip_has_a_row_a_run_and_six_snapshots_with_the_loss_of_each(filmed):
    fig = figure_film(filmed)
    assert len(fig.axes) == 2
    assert [word for word in words(fig) if word.startswith("epoch ")] == [f"epoch {e}" for e in (0, 1, 3, 5, 7, 8)]
    steps = filmed["snapshot"].values[[0, 1, 3, 4, 6, 7]]
    losses = filmed["train_loss"].sel(run="he_normal", step=steps).median("seed").values
    captions = [each.get_text() for each in fig.axes[0].texts if each.get_text().startswith("loss")]
    assert captions == [f"loss {loss:.2g}" for loss in losses]


def test_pictures_are_the_histograms_of_the_snapshots(filmed):
    ax = figure_film(filmed).axes[0]
    mesh = ax.collections[0]
    shown = np.ma.filled(mesh.get_array(), np.nan).reshape(mesh.get_coordinates().shape[0] - 1, -1)
    layers = filmed.sizes["layer"]
    assert shown.shape[1] == 6 * (layers + 1) - 1  # a gap behind every picture but the last
    assert np.isnan(shown[:, layers]).all()
    columns = np.delete(shown, np.arange(layers, shown.shape[1], layers + 1), axis=1)
    assert np.nanmax(columns, axis=0) == pytest.approx(1.0)
    scale = reels(filmed, ["he_normal", "zeros"], range(8), 3, "en")[0].scale
    for column, at in enumerate((0, 1, 3, 4, 6, 7)):
        counts = filmed["hist"].sel(run="he_normal").isel(snapshot=at).transpose("layer", "bin").values
        picture = columns[:, column * layers : (column + 1) * layers]
        np.testing.assert_allclose(picture, scale.density(counts).T)


def test_runs_of_one_activation_share_their_axis(filmed):
    first, second = figure_film(filmed).axes
    assert first.get_yticks().tolist() == second.get_yticks().tolist()
    assert first.get_xlim() == second.get_xlim() == (0, 5 * ACROSS + 1)


def test_layers_without_anything_to_show_say_so(filmed):
    zero = [each.get_text() for each in figure_film(filmed).axes[1].texts]
    assert zero.count("all\nzero") == 6


def test_a_run_that_ended_says_when_what_is_kept_was():
    stopped = _train("he_normal", snapshots=4, epochs=12, lr=1.0, early_stopping=EarlyStopping(patience=0))
    kept = stopped["snapshot_step"].isel(run=0, snapshot=-1).values
    assert (kept < stopped["snapshot"].values[-1]).all()
    fig = figure_film(stopped)
    told = [each.get_text() for each in fig.axes[0].texts]
    updates = actviz.recipe(stopped)["epoch_updates"]
    when = f"epoch {round(kept.mean() / updates, 1):g}"  # a mean over seeds
    assert any(each.startswith("loss") and each.endswith(f", {when}") for each in told)
    assert "a time beside a loss" in " ".join(words(fig)).replace("\n", " ")
    exploded = _train("he_normal", "relu", snapshots=4, lr=1e30)
    told = [each.get_text() for each in figure_film(exploded).axes[0].texts]
    assert "diverged\nbefore" in told


def test_what_is_told_of_the_kept_weights_stays_on_the_slide():
    stopped = _train("he_normal", snapshots=6, epochs=30, lr=1.0, early_stopping=EarlyStopping(patience=0))
    fig = figure_film(stopped)
    (told,) = [each for each in fig.axes[0].texts if ", epoch " in each.get_text()]
    fig.set_dpi(72)
    assert told.get_window_extent(FigureCanvasAgg(fig).get_renderer()).x1 <= fig.bbox.width - MARGIN / 2


def test_a_run_is_named_by_its_parts_and_a_name_within_parentheses_is_kept_whole():
    ds = _train(["normal:0.01", "he_normal"], lr=[0.1, 0.2], epochs=1)
    told = words(figure_film(ds))
    for name in ("N(0, 0.01²)\nlr 0.1", "He normal\nlr 0.2"):
        assert name in told
    with themed("light") as look:
        assert "N(0, 0.01²), lr 0.1" in words(Movie(ds, ["normal:0.01, lr 0.1"], look, "en").figure)


def test_two_snapshots_are_needed(filmed):
    one = filmed.isel(snapshot=[0])
    assert "film" not in [name for name, _ in figures_of(one)]
    assert FIGURES["film"].missing(one)
    for refuse in (lambda: figure_film(one), lambda: save_animation(one, "x.gif")):
        with pytest.raises(ActvizError, match="two snapshots"):
            refuse()


def test_axes_stay_fixed_from_frame_to_frame_while_losses_grow(filmed):
    with themed("light") as look:
        movie = Movie(filmed, ["he_normal", "zeros"], look, "en")
    limits, lengths, counters = set(), [], []
    for at in range(len(movie)):
        movie.show(at)
        limits.add(tuple((*ax.get_xlim(), *ax.get_ylim()) for ax in movie.figure.axes))
        lengths.append(len(movie.figure.axes[-1].lines[0].get_xdata()))
        counters += [word for word in words(movie.figure) if word.startswith("epoch ")]
    assert len(limits) == 1
    assert lengths == sorted(set(lengths))
    assert counters == [f"epoch {step / 5:g}" for step in filmed["snapshot"].values]


@pytest.mark.parametrize("theme", [t if t == "dark" else pytest.param(t, marks=pytest.mark.slow) for t in THEMES])
def test_a_gif_has_a_frame_a_snapshot_is_small_and_the_same_every_time(filmed, tmp_path, theme):
    save_animation(filmed, tmp_path / "a.gif", theme=theme)
    save_animation(filmed, tmp_path / "b.gif", theme=theme)
    assert (tmp_path / "a.gif").read_bytes() == (tmp_path / "b.gif").read_bytes()
    assert (tmp_path / "a.gif").stat().st_size < 300_000
    with Image.open(tmp_path / "a.gif") as image:
        assert image.n_frames == 8
        assert image.size == (960, 540)
        assert image.info["loop"] == 0
        assert image.info["duration"] == 1000 / frame_rate(8)
        first = np.asarray(image.convert("RGB"))
        image.seek(7)
        assert (np.asarray(image.convert("RGB")) != first).any()


def test_an_mp4_is_encoded_where_there_is_an_encoder(filmed, tmp_path):
    try:
        encoding.encoder()
    except ActvizError:
        pytest.skip("no ffmpeg, nor imageio-ffmpeg")
    save_animation(filmed, tmp_path / "a.mp4", runs="he_normal")
    assert (tmp_path / "a.mp4").read_bytes()[4:8] == b"ftyp"


def test_frames_go_to_whatever_program_is_on_the_path(filmed, tmp_path, monkeypatch):
    program = tmp_path / "ffmpeg"
    program.write_text('#!/bin/sh\nfor last; do :; done\nwc -c > "$last"\n')
    program.chmod(0o755)
    monkeypatch.setattr(encoding.shutil, "which", lambda name: str(program))
    save_animation(filmed, tmp_path / "a.mp4")
    held = round(encoding.HOLD * frame_rate(8))
    assert int((tmp_path / "a.mp4").read_text()) == (8 + held) * 1920 * 1080 * 3
    program.write_text("#!/bin/sh\necho no such codec >&2\nexit 1\n")
    with pytest.raises(ActvizError, match="no such codec"):
        save_animation(filmed, tmp_path / "b.mp4")
    assert not (tmp_path / "b.mp4").exists()


def test_without_an_encoder_an_mp4_is_refused_in_one_line(filmed, tmp_path, monkeypatch):
    monkeypatch.setattr(encoding.shutil, "which", lambda name: None)
    monkeypatch.setitem(__import__("sys").modules, "imageio_ffmpeg", None)
    with pytest.raises(ActvizError, match="needs ffmpeg"):
        save_animation(filmed, tmp_path / "a.mp4")
    with pytest.raises(ActvizError, match=r"\.gif, \.mp4"):
        save_animation(filmed, tmp_path / "a.webp")
    assert list(tmp_path.iterdir()) == []


def test_a_probe_is_no_film_and_too_many_runs_are_refused(tmp_path):
    with pytest.raises(ActvizError, match="training"):
        save_animation(actviz.probe("he_normal", "relu", depth=2, width=4, samples=9, seeds=1), tmp_path / "a.gif")
    many = _train("he_normal", lr=[0.1 * k for k in range(1, 10)], epochs=1, width=4)
    with pytest.raises(ActvizError, match="8 runs at most, not 9"):
        save_animation(many, tmp_path / "a.gif")
