"""The file: what it says, that it comes back as it was, and one line for what is no baseline."""

import json
import math

import numpy as np
import pytest

import actviz
from actviz.baseline import Baseline, compare, report, update
from actviz.baseline.measures import KURTOSIS, MEASURES, STREAM
from actviz.baseline.record import FORMAT
from actviz.results.dataset import SCHEMA


@pytest.fixture(scope="module")
def baseline():
    return Baseline.of(
        actviz.probe(["zeros", "he_normal", "normal:1e15"], ["relu", "tanh"], depth=4, width=8, samples=20, seeds=4)
    )


@pytest.fixture(scope="module")
def saved(baseline, tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "stack.json"
    baseline.save(path)
    return path


def test_a_loaded_baseline_is_the_one_that_was_saved(baseline, saved):
    loaded = Baseline.load(saved)
    assert loaded.text() == baseline.text()
    assert compare(baseline, loaded, mode="exact").outcome == "equivalent"
    assert not compare(loaded, baseline).drifts


def test_the_same_measurement_gives_the_same_bytes(saved, tmp_path):
    again = actviz.probe(["zeros", "he_normal", "normal:1e15"], ["relu", "tanh"], depth=4, width=8, samples=20, seeds=4)
    Baseline.of(again).save(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == saved.read_bytes()


def test_the_file_holds_the_recipe_versions_and_every_statistic(saved):
    content = json.loads(saved.read_text())
    assert content["recipe"]["width"] == [8, 8, 8, 8]
    assert list(content["recipe"]) == sorted(content["recipe"])
    assert content["made_with"].pop("blas", "openblas")
    assert content["made_with"] == {"actviz": actviz.__version__, "numpy": np.__version__, "schema": SCHEMA}
    assert len(content["pairings"]) == 6
    for pairing in content["pairings"]:
        assert list(pairing["statistics"]) == [
            name for name in MEASURES if name not in (*STREAM, *KURTOSIS)
        ]  # plain layers have none
        for statistic in pairing["statistics"].values():
            assert statistic["scale"] in content["scales"]
            for row in statistic["layers"]:
                assert row["seeds"] + row.get("zero", 0) + row.get("undefined", 0) == 4
        assert [row["layer"] for row in pairing["histogram"]["layers"]] == [1, 2, 3, 4]


def test_mean_and_sd_in_the_file_are_those_of_the_seeds(saved):
    dataset = actviz.probe("he_normal", "tanh", depth=4, width=8, samples=20, seeds=4)
    pairing = json.loads(saved.read_text())["pairings"][3]
    row = pairing["statistics"]["grad_preact_rms"]["layers"][1]
    logs = np.log(dataset["grad_preact_rms"].sel(layer=2).values.ravel())
    assert [pairing["init"], pairing["activation"], row["layer"]] == ["he_normal", "tanh", 2]
    assert row["mean"] == pytest.approx(logs.mean())
    assert row["sd"] == pytest.approx(logs.std(ddof=1), rel=1e-5)


def test_a_layer_is_a_line(baseline, saved):
    lines = saved.read_text().splitlines()
    places = baseline.line_numbers()
    kept = len(MEASURES.keys() - {*STREAM, *KURTOSIS})
    assert len(places) == 6 * (4 * (kept - 1) + 2 * 3)  # two gains have a layer less; histograms one more row
    for (_, _, statistic, layer), number in places.items():
        row = json.loads(lines[number - 1].rstrip(","))
        assert row["layer"] == layer
        assert ("shares" in row) == (statistic == "histogram")


def test_layers_of_a_model_have_names(baseline, tmp_path):
    dataset = actviz.probe("he_normal", "relu", depth=2, width=8, samples=20, seeds=2)
    named = Baseline.of(dataset.assign_coords(layer_name=("layer", ["head.0", "tail"])))
    named.save(tmp_path / "named.json")
    assert Baseline.load(tmp_path / "named.json").layer(2) == "2 (tail)"
    assert baseline.layer(2) == "2"


def _row(content):
    return content["pairings"][3]["statistics"]["act_std"]["layers"][1]


def _content(saved):
    return json.loads(saved.read_text())


def _without(*path):
    def change(content):
        for key in path[:-1]:
            content = content[key]
        del content[path[-1]]

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_without("actviz_baseline"), "not an actviz baseline"),
        (lambda content: content.update(actviz_baseline=FORMAT + 1), "newer"),
        (_without("recipe"), "damaged actviz baseline ('recipe' is missing)"),
        (_without("recipe", "seeds"), "'seeds' is missing"),
        (_without("pairings", 0, "statistics"), "'statistics' is missing"),
        (_without("pairings", 0, "statistics", "act_std", "scale"), "damaged"),
        (_without("pairings", 0, "statistics", "act_std", "layers", 1, "mean"), "damaged"),
        (_without("pairings", 0, "histogram", "layers", 0, "shares"), "damaged"),
        (lambda c: c["pairings"][0]["histogram"]["layers"][0]["shares"].append(1), "damaged"),
        (lambda c: c["pairings"][0]["statistics"]["act_std"]["layers"][0].update(mean="much"), "damaged"),
        (lambda c: c["pairings"][0]["statistics"]["act_std"].update(scale="cubic"), "scale must be one of linear"),
        (lambda content: content.update(pairings=7), "damaged"),
        (lambda content: content.update(pairings=[]), "no pairing"),
        (lambda content: content.update(actviz_baseline=True), "is none that"),
        (lambda c: c["pairings"].append(c["pairings"][0]), "there twice"),
        (lambda c: c["pairings"][0].update(init=None), "must be names"),
        (lambda c: c["recipe"].update(seeds=7), "must be a list"),
        (lambda c: c["recipe"].update(seeds=[0, "1"]), "seed must be"),
        (lambda c: c["recipe"].update(seeds=[0, 0]), "there twice"),
        (lambda c: c.update(layer_names="abcd"), "must be a list"),
        (_without("pairings", 0, "statistics", "act_std", "layers", 1), "act_std must be there for layers 1 to 4"),
        (_without("pairings", 0, "histogram", "layers", 1), "histograms must be there"),
        (_without("pairings", 0, "statistics", "act_std"), "act_std is missing"),
        (lambda c: _row(c).update(layer=2**63), "layer must be"),
        (lambda c: _row(c).update(seeds=10**30), "seeds must be"),
        (lambda c: _row(c).update(seeds=0), "do not fit"),
        (lambda c: _row(c).update(seeds=99), "more seeds than the"),
        (lambda c: c["pairings"][0]["histogram"]["layers"][0].update(seeds=99), "seeds must be"),
        (lambda c: _row(c).update(negative=99), "do not fit"),
        (lambda c: _row(c).update(mean=None), "do not fit"),
        (lambda c: _row(c).update(mean=math.nan), "finite"),
        (lambda c: _row(c).update(mean=1e308), "beyond every number"),
        (lambda c: _row(c).update(sd=-1.0), "from 0"),
        (lambda c: _row(c).update(sd=True), "finite number"),
        (lambda c: c["pairings"][0]["histogram"]["edges"].reverse(), "ascending"),
        (lambda c: c["pairings"][0]["histogram"]["edges"].__setitem__(0, None), "ascending"),
        (lambda c: c["pairings"][0]["histogram"]["layers"][0]["shares"].__setitem__(0, 1e308), "a share must be"),
        (lambda c: c["pairings"][0]["histogram"]["layers"][0].update(first=10**30), "first must be"),
    ],
)
def test_a_damaged_file_is_one_line(saved, tmp_path, one_line_error, change, words):
    content = _content(saved)
    change(content)
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(content))
    message = one_line_error(Baseline.load, path)
    assert words in message
    assert "bad.json" in message


def test_a_mark_that_an_editor_put_first_is_no_damage(saved, tmp_path):
    path = tmp_path / "marked.json"
    path.write_bytes(b"\xef\xbb\xbf" + saved.read_bytes())
    assert Baseline.load(path).pairings.keys() == Baseline.load(saved).pairings.keys()


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b"[1]", b"<<<<<<< HEAD\n{}\n", b"7", b"null", b"[" * 100_000])
def test_what_is_no_baseline_is_one_line(tmp_path, one_line_error, raw):
    path = tmp_path / "bad.json"
    path.write_bytes(raw)
    assert "bad.json" in one_line_error(Baseline.load, path)


def test_a_missing_file_and_a_folder_are_one_line(tmp_path, one_line_error):
    assert "no such" in one_line_error(Baseline.load, tmp_path / "none.json")
    one_line_error(Baseline.load, tmp_path)


@pytest.mark.parametrize("seeds", [1, 2])
def test_few_seeds_come_back_from_a_file_as_they_were(tmp_path, seeds):
    baseline = Baseline.of(actviz.probe("he_normal", ["relu", "tanh"], depth=3, width=8, samples=20, seeds=seeds))
    baseline.save(tmp_path / "few.json")
    loaded = Baseline.load(tmp_path / "few.json")
    assert compare(loaded, baseline, mode="exact").outcome == "equivalent"
    assert update(loaded, baseline).changes == ()


@pytest.mark.parametrize("value", [1e308, -1e308, 1e-320])
@pytest.mark.parametrize("key", ["mean", "sd"])
@pytest.mark.parametrize("statistic", ["preact_mean", "act_shift"])
def test_numbers_at_the_edge_of_what_there_is_are_compared_without_a_warning(saved, tmp_path, statistic, key, value):
    content = _content(saved)
    content["pairings"][3]["statistics"][statistic]["layers"][1][key] = abs(value) if key == "sd" else value
    (tmp_path / "far.json").write_text(json.dumps(content))
    far, near = Baseline.load(tmp_path / "far.json"), Baseline.load(saved)
    for mode in ("statistical", "exact"):
        assert report(compare(far, near, mode=mode))
    assert compare(far, near, mode="exact").outcome == "drift"


def test_what_an_earlier_baseline_called_dead_is_not_compared(tmp_path):
    path = tmp_path / "b.json"
    baseline = Baseline.of(actviz.probe("he_normal", "relu", depth=2, width=8, samples=20, seeds=8))
    baseline.save(path)
    content = json.loads(path.read_text())
    content["made_with"]["schema"] = 1
    path.write_text(json.dumps(content))
    now = Baseline.of(actviz.probe("he_normal", "relu", depth=2, width=8, samples=20, seeds=range(8, 16)))
    comparison = actviz.baseline.compare(Baseline.load(path), now)
    assert "dead_units" not in {each.statistic for each in comparison.findings}
    assert any("--update would renew: dead_units" in problem for problem in comparison.problems)
    content["made_with"]["schema"] = [1]
    path.write_text(json.dumps(content))
    with pytest.raises(actviz.ActvizError, match="damaged"):
        Baseline.load(path)


def test_what_is_of_any_size_comes_back(tmp_path):
    """The squares of such numbers leave the range of a float, and so would their spread."""
    ds = actviz.probe(
        ["normal:1e200", "normal:1e-200"], "identity", depth=2, width=8, samples=9, seeds=4, dtype="float64"
    )
    baseline = Baseline.of(ds)
    baseline.save(tmp_path / "b.json")
    kept = Baseline.load(tmp_path / "b.json").pairings
    for init in ds["init"].values.tolist():
        told = kept[init, "identity"].statistics["preact_mean"]
        values = ds["preact_mean"].sel(init=init, activation="identity", layer=1).values
        size = np.abs(values).max()
        np.testing.assert_allclose(told.sd[0] / size, np.std(values / size, ddof=1), rtol=1e-5)
