"""What a result says in a notebook: verdicts with their remedies, or how runs ended; whatever was named is escaped."""

import pickle
import re
from html.parser import HTMLParser

import numpy as np
import pytest
import xarray as xr

import actviz
from actviz import summary
from actviz.report.summarizing import ROWS, result_html

EVIL = "<img src=x onerror=alert(1)>"


class Balanced(HTMLParser):
    """Collects tags and text; every tag that is opened is closed."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.open, self.words = [], [], []
        self.feed(page)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture(scope="module")
def probed():
    return actviz.probe(["xavier_normal", "he_normal"], ["sigmoid", "relu"], depth=8, width=64, samples=50, seeds=2)


@pytest.fixture(scope="module")
def trained():
    runs = actviz.runs(["he_normal", "normal:1e9"], "relu", data="moons:100", depth=2, width=8, epochs=3)
    return actviz.train(runs, "moons:100", split=actviz.Split(validation=0.2, test=0.2), seeds=2, workers=1)


def test_a_probe_is_told_by_its_verdicts_messages_and_remedies(probed):
    rows = summary(probed).rows
    for row, each in zip(rows, actviz.diagnose(probed), strict=True):
        assert row["verdict"] == each.label()
        if each.findings:
            assert row["what is wrong"] == each.gravest.message()
            assert row["what helps"] == each.findings[0].remedy()
    assert {"vanishing", "fading so far"} <= {row["verdict"] for row in rows}
    assert "8 layers · width 64 · 2 seeds" in summary(probed).recipe


def test_a_training_is_told_by_its_last_numbers_and_its_end(trained):
    he, huge = summary(trained).rows
    assert he["ended"] == "budget, 2 seeds"
    assert huge["ended"] == "diverged, 2 seeds"
    last = trained["train_loss"].sel(run="he_normal").isel(step=-1).median("seed")
    assert float(he["training loss"]) == pytest.approx(float(last), rel=1e-3)
    accuracy = trained["test_accuracy"].sel(run="he_normal").median("seed")
    assert he["test accuracy"] == f"{100 * float(accuracy):.1f} %"


def test_snapshots_descents_and_range_tests_have_a_summary(trained):
    (run,) = actviz.runs(data="moons:100", depth=2, width=8, batch=20).values()
    found = [
        summary(actviz.snapshot(trained, 0, "he_normal")),
        summary(actviz.descend([0.05, 0.2], seeds=1, repeats=2)),
        summary(actviz.find_rate(run, "moons:100", seeds=2, updates=60)),
        summary(actviz.coordinate_check(widths=[8, 16, 32], inputs="4,4", steps=1, seeds=3, workers=1)),
    ]
    assert [len(each.rows) for each in found] == [1, 2, 0, 4]
    assert found[0].title == "Layers after 0 updates"
    for each in found:
        assert each.recipe
        Balanced(each._repr_html_())


@pytest.mark.parametrize("name", ["probed", "trained"])
def test_the_page_is_balanced_and_says_what_the_text_says(name, request):
    told = summary(request.getfixturevalue(name))
    page = Balanced(told._repr_html_())
    for row in told.rows:
        assert {cell for cell in row.values() if cell} <= set(page.words)
        assert all(cell in str(told) for cell in row.values())
    assert "background" not in told._repr_html_(), "it must be readable on light and dark pages"


def test_names_of_a_user_stay_text(probed):
    ds = probed.assign_coords(init=[EVIL, "he_normal"])
    page = Balanced(summary(ds)._repr_html_())
    assert "img" not in page.tags
    assert any(EVIL in words for words in page.words)


def test_more_rows_than_a_notebook_has_room_for_are_counted():
    many = actviz.probe(
        [f"normal:{0.01 * at:g}" for at in range(1, ROWS + 4)], "tanh", depth=2, width=4, samples=8, seeds=1
    )
    told = summary(many)
    assert (len(told.rows), told.left_out) == (ROWS, 3)
    assert "3 more are not shown" in str(told)


@pytest.mark.parametrize("what", [xr.Dataset(), 7, xr.Dataset(attrs={"recipe": "not JSON"})])
def test_what_is_no_result_has_no_summary(what, one_line_error):
    assert "result of actviz" in one_line_error(summary, what)


def test_a_dataset_that_is_no_result_shows_itself_as_xarray_does(probed):
    for ds in (xr.Dataset({"a": ("x", np.arange(3))}), probed[["act_std"]].mean("seed").drop_attrs()):
        shown, own = (re.sub(r"-[0-9a-f-]{36}", "", page) for page in (result_html(ds), ds._repr_html_()))
        assert shown == own


def test_a_result_stays_a_plain_dataset(probed, tmp_path):
    actviz.save(probed, tmp_path / "a.nc")
    loaded = actviz.load(tmp_path / "a.nc")
    for ds in (probed, loaded, probed.sel(init="he_normal"), pickle.loads(pickle.dumps(probed)), probed.copy()):
        assert type(ds) is xr.Dataset
    xr.testing.assert_identical(probed, loaded)
