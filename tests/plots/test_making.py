"""Figures of a set on several processes: the same files as in one, and none drawn again that is there."""

import pytest

import actviz
from actviz.numerics import parallel
from actviz.plots import figures_of
from actviz.plots.files import making
from actviz.plots.files.making import make_all

pytestmark = pytest.mark.usefixtures("all_pixels")  # as processes of their own write them


@pytest.fixture(scope="module")
def figures():
    ds = actviz.probe(["normal", "he_normal"], "relu", depth=3, width=16, samples=50, seeds=2)
    return list(figures_of(ds, ["signal", "histograms"], size="half"))


def planned(figures, folder, endings=("png", "svg")):
    folder.mkdir(exist_ok=True)
    return [(draw, [folder / f"{stem}.{ending}" for ending in endings]) for stem, draw in figures]


@pytest.fixture(scope="module")
def made(figures, tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(parallel, "WORTH_PROCESSES", 0.0)
        return folder, make_all(planned(figures, folder), 2)


def test_files_are_the_same_for_any_number_of_processes(figures, made, tmp_path):
    folder, by_two = made
    by_one = make_all(planned(figures, tmp_path), 1)
    assert [each.story for each in by_one] == [each.story for each in by_two]
    for each in by_one:
        for path in each.written:
            assert path.read_bytes() == (folder / path.name).read_bytes()


def test_what_is_there_is_not_drawn_again_and_tells_its_words(figures, made, monkeypatch):
    folder, before = made
    monkeypatch.setattr(making, "make", pytest.fail)
    told = []
    again = make_all(planned(figures, folder), 2, progress=lambda *done: told.append(done))
    assert [each.kept for each in again] == [each.written for each in before]
    assert [each.story for each in again] == [each.story for each in before]
    assert not told


def test_only_what_is_not_there_is_drawn(figures, made, tmp_path):
    _, before = made
    whole, changed, cut = before[0].written[0], *before[1].written
    for path in (whole, changed, cut):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    bits = bytearray(changed.read_bytes())
    bits[len(bits) // 2] ^= 1
    (tmp_path / changed.name).write_bytes(bits)
    (tmp_path / cut.name).write_bytes(cut.read_bytes()[:-10])
    first, second = make_all(planned(figures, tmp_path), 1)
    assert [path.name for path in first.kept] == [whole.name]
    assert not second.kept
    assert (tmp_path / changed.name).read_bytes() == changed.read_bytes()
    redrawn = make_all(planned(figures[:1], tmp_path), 1, if_changed=False)
    assert len(redrawn[0].written) == 2


def test_another_language_is_another_figure(figures, made):
    folder, _ = made
    stem, draw = figures[0]
    ((_, korean),) = figures_of(draw.origin.subject, ["signal"], size="half", lang="ko")
    assert making.there(draw, [folder / f"{stem}.png"]).kept
    assert not making.there(korean, [folder / f"{stem}.png"]).kept
