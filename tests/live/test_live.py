"""The live page without a browser: what a setting may be, its links and commands, who is served, and how it ends."""

import dataclasses
import math
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from http.client import HTTPConnection
from types import SimpleNamespace
from urllib.parse import parse_qs, urlencode, urlsplit

import numpy as np
import pytest

import actviz
from actviz import ACTIVATIONS, INITIALIZERS, ActvizError
from actviz.catalog import names
from actviz.catalog.names import describe
from actviz.live.computing import PATIENCE, Latest
from actviz.live.pictures import (
    BETWEEN_TICKS,
    HIGHEST,
    NOTHING,
    ROOM,
    linear_limits,
    log_limits,
    overlay,
    picture,
    shared_bins,
)
from actviz.live.settings import FIGURES, INITS, PRESETS, RANGES, Setting, blocks_of, expressed, read
from actviz.live.words import theory_words, verdict_words
from actviz.plots.reading.marks import page_mark
from actviz.text import TEXT, text

LANGUAGES = ["en", *(["ko"] if "ko" in TEXT["verdict.healthy"] else [])]
"""Those that the words of verdicts and theory are there in."""


# What a setting may be


@pytest.mark.parametrize("name", INITS)
@pytest.mark.parametrize("factor", [0.5, 1.0, 2.5])
def test_weights_of_a_scaled_initializer_are_so_many_times_as_large_under_the_same_seed(name, factor):
    initializer = names.initializer(name)
    plain, larger = (
        each.sample(np.random.default_rng(0), 30, 20) for each in (initializer, initializer.scaled(factor))
    )
    np.testing.assert_allclose(larger, factor * plain, rtol=1e-10)


@pytest.mark.parametrize("name", INITS)
@pytest.mark.parametrize("factor", [0.55, 1.0, 3.95])
def test_the_command_lines_name_of_a_scaled_initializer_gives_it_back(name, factor):
    setting = Setting(init=name, scale=factor)
    assert describe(names.initializer(setting.scaled_init), INITIALIZERS) == setting.scaled_init
    assert names.initializer(setting.scaled_init).variance(10, 10) == pytest.approx(
        factor**2 * names.initializer(name).variance(10, 10)
    )


ALL = Setting("uniform:-2,2", "leaky_relu:0.3", 7, 36, 1.25, 0.15, 60, 3, False, False)
MINE = Setting(activation="own", expression="max(z, 0.2*z) + 0.1*sin(z)", depth=3, width=16, samples=40)


@pytest.mark.parametrize("setting", [Setting(), ALL, MINE, Setting(norm=True, theory=False)])
def test_a_link_gives_its_setting_back(setting):
    assert read(parse_qs(setting.query())) == (setting, ())


@pytest.mark.parametrize("name", RANGES)
@pytest.mark.parametrize("asked", ["1e9", "-1e9", "inf", "-inf", "1000000000000000000000"])
def test_a_number_out_of_range_is_bounded_with_a_note(name, asked):
    setting, notes = read({name: [asked]})
    assert RANGES[name].low <= getattr(setting, name) <= RANGES[name].high
    assert len(notes) == 1
    assert asked in notes[0]


@pytest.mark.parametrize("name", [*RANGES, "init", "activation", "norm", "theory", "expression"])
@pytest.mark.parametrize("asked", ["", "nan", "<script>alert(1)</script>", "os:system", "x" * 5000, "\0", b"\xff\xfe"])
def test_a_value_that_means_nothing_leaves_the_default_with_a_short_note(name, asked):
    setting, notes = read({name: [asked]})
    assert setting == Setting()
    assert len(notes) == 1
    assert len(notes[0]) < (400 if name == "expression" else 150)  # what an expression may hold is listed


def test_keys_that_are_none_of_a_settings_are_left_alone():
    assert read({"__class__": ["x"], "initializer": ["1"], "bokeh": [""]}) == (Setting(), ())


def test_a_name_in_a_link_is_never_imported(monkeypatch):
    monkeypatch.setattr("importlib.import_module", lambda name: pytest.fail(f"imported {name}"))
    read({"init": ["antigravity:fly"], "activation": ["os.path:join"]})


def test_the_largest_setting_of_all_fits_a_laptop():
    arguments = read({name: ["1e99"] for name in RANGES})[0].probe_arguments()
    values = arguments["samples"] * arguments["width"] * arguments["depth"]
    assert 4 * values <= 200e6
    assert 6 * values * arguments["width"] <= 2e11  # operations: about two seconds of one core


@pytest.mark.parametrize(
    "setting",
    [Setting(depth=2, width=8, samples=20, residual=True, shrunk=True), ALL, MINE, Setting(norm=True, bias_std=1.0)],
)
def test_the_command_measures_and_draws_this_setting(setting, tmp_path, monkeypatch):
    from click.testing import CliRunner

    from actviz.cli import main

    monkeypatch.chdir(tmp_path)
    for command in setting.command(figures=("signal",), theme="dark").split(" && "):
        name, *arguments = shlex.split(command)
        assert name == "actviz"
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 0, result.output
    expected = actviz.probe(**setting.probe_arguments())
    np.testing.assert_array_equal(actviz.load("live.nc")["hist"], expected["hist"])
    assert (tmp_path / "live" / "signal.png").is_file()


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_preset_is_a_setting_with_a_name_and_a_sentence(name, lang):
    setting = dataclasses.replace(Setting(), **PRESETS[name])
    assert read(parse_qs(setting.query())) == (setting, ())
    assert text(f"page.preset.{name}", lang)
    assert text(f"page.preset.{name}.said", lang).endswith(".")


def test_a_presets_verdict_is_what_its_sentence_teaches():
    told = {}
    for name, changed in PRESETS.items():
        ds = actviz.probe(**dataclasses.replace(Setting(), **changed).probe_arguments(), workers=1)
        told[name] = verdict_words(ds, "en")["verdict"]
    assert told == {
        "break": "exploding", "mend": "healthy", "zeros": "symmetric", "uniform": "fading so far",
        "normal": "saturated", "xavier": "healthy", "he": "healthy", "handsome": "vanishing",
    }  # fmt: skip


def test_a_function_that_jumps_has_a_picture_and_a_verdict_but_no_theory():
    setting = Setting(activation="own", expression="1/z", samples=50, width=20)
    ds = actviz.probe(**setting.probe_arguments(), workers=1)
    assert picture(ds).layers
    lines = verdict_words(ds, "en")["lines"]
    assert text("remedy.jump", activation="expr:1/z").lower() in " ".join(lines).lower()


def test_a_function_of_ones_own_is_measured_and_judged_but_not_foretold():
    ds = actviz.probe(**MINE.probe_arguments(), workers=1)
    assert str(ds["activation"].values[0]) == f"expr:{MINE.expression}"
    assert "not computed" in theory_words(MINE, "", "en")


# Pictures and words


def test_what_is_noted_of_a_layer_stands_beside_its_ridge_and_covers_no_peak():
    ds = actviz.probe("xavier_normal", "relu", depth=8, width=16, samples=50, seeds=[4])
    found = picture(ds)
    for row, (shape, note) in enumerate(zip(found.ridges["ys"], found.notes["y"], strict=True)):
        assert -row < note < max(shape) + 1e-9 <= ROOM - row + 1e-9
    assert min(found.notes["x"]) > max(float(np.max(shape)) for shape in found.ridges["xs"])
    assert all(words.count("\n") == 1 for words in found.notes["text"]), "std and zeros, one below the other"
    for row, shape in enumerate(overlay(ds)[0].outlines["ys"]):
        assert max(shape) <= HIGHEST * ROOM - row


def test_labels_of_the_ridges_axis_keep_apart_and_theorys_outline_keeps_its_peak():
    setting = Setting(activation="own", expression="max(z, 0.1*z)+0.1*sin(z)", depth=20)
    ds = actviz.probe(**setting.probe_arguments(), workers=1)
    places = [place for place, _ in picture(ds).ticks]
    assert len(places) > 2
    assert min(np.diff(places)) >= BETWEEN_TICKS
    flat = actviz.probe("he_normal", "relu", depth=5, width=100, samples=200, seeds=[0], workers=1)
    outlines = overlay(flat)[0].outlines["ys"]
    tops = [float(np.sum(np.isclose(shape, max(shape)))) for shape in outlines]
    assert max(tops) <= 2, "the two ends of one bin, not a row of bins cut at one height"


def test_two_settings_stand_on_one_axis_unless_one_has_ends_of_its_own():
    small = {"depth": 3, "width": 20, "samples": 50, "seeds": [0], "workers": 1}
    results = [actviz.probe(init, "relu", **small) for init in ("normal", "he_normal")]
    bins = shared_bins(results, 5)
    assert len({picture(ds, "en", 5, bins).ticks for ds in results}) == 1
    bounded = actviz.probe("normal", "tanh", **small)
    assert shared_bins([results[0], bounded], 5) is None


@pytest.mark.parametrize(
    ("init", "activation"),
    [
        *[(init, activation) for init in ("he_normal", "zeros") for activation in ACTIVATIONS],
        *[("normal:1e30", activation) for activation in ("relu", "tanh", "sigmoid", "identity", "softplus")],
    ],
)
def test_every_setting_has_a_picture_and_words(init, activation):
    setting, _ = read({"init": [init], "activation": [activation], "depth": ["3"], "width": ["20"], "samples": ["20"]})
    ds = actviz.probe(**setting.probe_arguments(), workers=1)
    found = picture(ds)
    assert found.layers == (1, 2, 3)
    assert len(found.ridges["xs"]) == len(found.notes["text"]) == 3
    expected, refused = overlay(ds)
    assert bool(refused) == (expected is NOTHING)
    for lang in LANGUAGES:
        assert verdict_words(ds, lang)["verdict"]
        assert theory_words(setting, refused, lang)


def test_a_picture_shows_the_datasets_own_numbers():
    ds = actviz.probe("he_normal", "relu", depth=12, width=16, samples=50, seeds=[4])
    found = picture(ds)
    np.testing.assert_array_equal(found.signal["std"], ds["act_std"].values.ravel())
    np.testing.assert_array_equal(found.gradients["rms"], ds["grad_preact_rms"].values.ravel())
    assert len(found.layers) == 8
    assert found.layers[::7] == (1, 12)


def test_what_has_no_logarithm_is_not_drawn_on_a_logarithmic_axis():
    found = picture(actviz.probe("zeros", "relu", depth=3, width=8, samples=20, seeds=1))
    assert np.isnan(found.gradients["rms"][:2]).all()


@pytest.mark.parametrize("values", [[], [np.nan], [0.0], [1.0, 1.0], [1e-300, 1e300], [np.inf, 2.0], [-1.0]])
def test_limits_are_finite_and_in_order(values):
    for low, high in (linear_limits(values), log_limits(values)):
        assert np.isfinite([low, high]).all()
        assert low < high
    assert log_limits(values)[0] > 0


# The latest move wins


def test_a_slow_computation_is_given_up_for_the_next_move_and_what_waits_is_replaced():
    ended, begun, shown = [], threading.Event(), threading.Event()

    def compute(what, ticket):
        try:
            if what == "slow":
                begun.set()
                for _ in range(1000):
                    time.sleep(0.01)
                    ticket.check()
            ended.append(what)
        finally:
            if what == "last":
                shown.set()

    latest = Latest(compute, lambda error: ended.append(error))
    latest.ask("slow")
    assert begun.wait(5)
    for what in ("waits", "waits too", "last"):
        latest.ask(what)
    assert shown.wait(5), "the slow one was not given up"
    assert ended == ["last"]
    latest.close()
    assert latest.join(5)


def test_a_quick_computation_is_finished_so_that_pictures_follow_a_drag():
    ended, begun, shown = [], threading.Event(), threading.Event()

    def compute(what, ticket):
        begun.set()
        time.sleep(PATIENCE / 4)
        ticket.check()
        ended.append(what)
        if what == 2:
            shown.set()

    latest = Latest(compute, ended.append)
    latest.ask(1)
    assert begun.wait(5)
    latest.ask(2)
    assert shown.wait(5)
    assert ended == [1, 2]
    latest.close()


def test_a_probe_is_given_up_in_the_middle_of_its_network():
    errors, begun, done = [], threading.Event(), threading.Event()
    large = read({name: ["1e9"] for name in ("depth", "width", "samples")})[0]

    def compute(what, ticket):
        if what == "next":
            done.set()
            return
        calls = iter(range(10**6))

        def check():
            if next(calls) == 2:
                begun.set()
            ticket.check()

        actviz.probe(**large.probe_arguments(), interrupt=check)
        errors.append("the large probe went on to its end")

    latest = Latest(compute, errors.append)
    latest.ask("large")
    assert begun.wait(20)
    latest.ask("next")
    assert done.wait(10)
    assert not errors
    latest.close()


def test_an_error_is_told_and_the_next_move_is_computed():
    told, done = [], threading.Event()

    def compute(what, ticket):
        if what == "bad":
            raise ValueError("bad")
        done.set()

    latest = Latest(compute, told.append)
    latest.ask("bad")
    time.sleep(0.05)
    latest.ask("good")
    assert done.wait(5)
    assert [str(error) for error in told] == ["bad"]
    latest.close()


@pytest.mark.parametrize("fault", [None, ValueError("bad")])
def test_a_page_that_is_gone_while_it_computes_is_no_error(fault, monkeypatch):
    bokeh = pytest.importorskip("bokeh.document", reason="Bokeh, the extra `page`, is not installed")
    from actviz.live.page import Look, Page

    told, document = [], bokeh.Document()
    monkeypatch.setattr(threading, "excepthook", told.append)

    def compute(what, ticket):
        vars(document).clear()  # as Bokeh leaves one that is destroyed
        if fault:
            raise fault
        page.post(print)

    page = Page(document, Look(), "explore", read, print, compute)
    page.latest.ask("picture")
    time.sleep(0.1)
    page.latest.close()
    assert page.latest.join(5)
    assert told == []


@pytest.mark.parametrize("written", ["9**9**9**9", "1/0", "(0-1)**0.5*z", "z +"])
def test_why_a_function_is_refused_is_said_without_a_name_of_pythons(written):
    value, note = expressed(written, "en")
    assert value is None
    assert written in note
    assert not re.search(r"Error|errno|\(34", note)


def test_closing_ends_the_thread_in_the_middle_of_a_computation():
    begun = threading.Event()

    def compute(what, ticket):
        begun.set()
        while True:
            time.sleep(0.01)
            ticket.check()

    latest = Latest(compute, lambda error: None)
    latest.ask(1)
    assert begun.wait(5)
    latest.close()
    assert latest.join(5)


# The race

bokeh = pytest.importorskip("bokeh", reason="Bokeh, the extra `page`, is not installed")

from bokeh.document import Document  # noqa: E402
from bokeh.models import Range1d  # noqa: E402

from actviz.live.charts import Curves, Lines, Ridges  # noqa: E402
from actviz.live.compare import DIFFERENCES, Compare, Pair, read_pair  # noqa: E402
from actviz.live.computing import Superseded, Ticket  # noqa: E402
from actviz.live.downloads import figure_file  # noqa: E402
from actviz.live.explore import Explorer  # noqa: E402
from actviz.live.guarding import MOST_OF_ADDRESS, MOST_OF_ONE, MOST_SESSIONS, Door, Guarded  # noqa: E402
from actviz.live.page import Look, Page  # noqa: E402
from actviz.live.race import Lane, RaceSetting, layers_of, read_race, run_race  # noqa: E402
from actviz.live.turns import Hall, Place  # noqa: E402


@pytest.mark.parametrize("reader", [read_pair, read_race])
def test_a_function_of_ones_own_stands_in_every_tab(reader):
    setting, notes = reader({"a_activation": ["own"], "a_expression": ["z*z"], "b_activation": ["relu"]})
    assert notes == ()
    assert setting.lanes["a"].function == "expr:z*z"
    assert "-a 'expr:z*z'" in setting.command()
    assert reader(parse_qs(setting.query())) == (setting, ())


SMALL = RaceSetting(Lane("zeros"), Lane("he_normal", "tanh", True, "0.3", True, True), "moons", 2, 16, 3, 1)


@pytest.mark.parametrize("setting", [RaceSetting(), SMALL])
def test_a_link_gives_its_race_back(setting):
    assert read_race(parse_qs(setting.query())) == (setting, ())


@pytest.mark.parametrize("key", ["a_init", "b_activation", "a_lr", "b_norm", "data", "depth", "epochs"])
def test_a_value_of_a_race_that_means_nothing_leaves_the_default_with_a_note(key):
    setting, notes = read_race({key: ["<b>"]})
    assert setting == RaceSetting()
    assert len(notes) == 1


@pytest.mark.parametrize("key", ["lr", "norm", "init", "a_depth", "c_init", "a_", "_"])
def test_keys_that_are_none_of_a_races_are_left_alone(key):
    assert read_race({key: ["0.1"]}) == (RaceSetting(), ())


def test_a_race_gives_what_training_gives():
    *_, last = run_race(SMALL, Ticket(1))
    for name, lane in SMALL.lanes.items():
        run = actviz.runs(
            lane.init, lane.activation, data="moons", depth=2, width=16, norm="batch" if lane.norm else None,
            lr=float(lane.lr), epochs=3, **blocks_of(lane.residual, lane.shrunk),
        )  # fmt: skip
        trained = actviz.train(run, "moons", seeds=[1])
        for key in ("train_loss", "validation_loss", "validation_accuracy"):
            np.testing.assert_array_equal(last[name].numbers[key], trained[key].values.ravel())
        assert last[name].epochs == [0, 1, 2, 3]
        assert last[name].ended == "budget"


def test_layers_move_while_a_race_goes_on():
    zeros = dataclasses.replace(SMALL.b, init="zeros", norm=False, residual=False, shrunk=False)
    setting = dataclasses.replace(SMALL, a=zeros, depth=6)
    shown = [layers_of({name: each.course for name, each in now.items()}, "en") for now in run_race(setting, Ticket(1))]
    assert shown[0]["a"].ticks == shown[0]["b"].ticks, "what is compared stands on one axis"
    for name in ("a", "b"):
        assert len(shown[0][name].layers) == 5
        assert shown[0][name].layers[::4] == (1, 6)
    assert shown[0]["b"].notes["text"] != shown[-1]["b"].notes["text"], "He's layers move"
    assert shown[0]["a"].notes["text"] == shown[-1]["a"].notes["text"], "zeros stay"


def test_a_race_is_stopped_by_the_next_one():
    ticket = Ticket(1, superseded=True)
    ticket.started -= 10
    with pytest.raises(Superseded):
        next(run_race(SMALL, ticket))


def test_the_command_of_a_race_trains_both(tmp_path, monkeypatch):
    from click.testing import CliRunner

    from actviz.cli import main

    monkeypatch.chdir(tmp_path)
    for command in SMALL.command().split(" && "):
        result = CliRunner().invoke(main, shlex.split(command)[1:])
        assert result.exit_code == 0, result.output
    *_, last = run_race(SMALL, Ticket(1))
    for name in ("a", "b"):
        trained = actviz.load(f"lane-{name}.nc")
        np.testing.assert_array_equal(last[name].numbers["train_loss"], trained["train_loss"].values.ravel())


def test_the_verdict_follows_the_picture_and_theory_the_verdict(monkeypatch):
    said = []
    document = Document()
    explorer = Explorer(document, Look("ko"))  # whose page needs no font made
    page = explorer.page
    page.latest.close()
    monkeypatch.setattr(page, "post", lambda call: call())
    monkeypatch.setattr(page, "say", lambda *changes, **words: said.append(set(words)))
    monkeypatch.setattr(page.document, "add_timeout_callback", lambda call, after: None)
    monkeypatch.setattr("actviz.live.explore.LONGEST_WAIT", 0.0)
    monkeypatch.setattr("actviz.live.explore.theory_words", lambda *_: "")
    foretold = []
    monkeypatch.setattr("actviz.live.explore.overlay", lambda ds, lang: foretold.append(len(said)) or (NOTHING, ""))
    explorer._compute((1, Setting(depth=2, width=64, samples=60), {"command": "x"}), Ticket(1))
    picture_shown, judged, explained = said
    assert picture_shown == {"number"}
    assert {"verdict", "lines", "command", "judged"} <= judged
    assert {"theory", "done"} <= explained
    assert foretold == [2], "theory is computed when picture and verdict are there"


# Side by side


def test_a_pair_is_given_back_by_its_link_and_measured_by_its_command(tmp_path, monkeypatch):
    from click.testing import CliRunner

    from actviz.cli import main

    pair, notes = read_pair(parse_qs("a_init=normal&b_activation=tanh&b_scale=2&a_norm=1&depth=3&width=8&samples=20"))
    assert (pair.a.init, pair.b.activation, pair.b.scale, pair.a.norm, notes) == ("normal", "tanh", 2.0, True, ())
    assert {(each.depth, each.width, each.samples) for each in pair.lanes.values()} == {(3, 8, 20)}
    assert read_pair(parse_qs(pair.query())) == (pair, ())
    assert read_pair({"a_init": ["<b>"], "b_bias_std": ["1"]})[0] == Pair()
    monkeypatch.chdir(tmp_path)
    for command in pair.command().split(" && ")[:2]:
        assert CliRunner().invoke(main, shlex.split(command)[1:]).exit_code == 0
    for name, each in pair.lanes.items():
        np.testing.assert_array_equal(
            actviz.load(f"{name}.nc")["hist"], actviz.probe(**each.probe_arguments(), workers=1)["hist"]
        )


def test_two_settings_that_are_the_same_are_told_and_a_difference_is_offered():
    same, notes = read_pair(parse_qs("a_init=he_normal&b_init=he_normal"))
    assert same.a == same.b
    asked = []
    page = SimpleNamespace(number=1, latest=SimpleNamespace(ask=asked.append))
    for pair in (same, Pair()):
        Compare._moved(SimpleNamespace(page=page, lang="en"), pair, notes, "move")
    told, plain = (words["notes"] for _, _, words in asked)
    assert told == [text("page.alike")]
    assert plain == []
    for changed in DIFFERENCES.values():
        other, _ = read_pair(parse_qs("a_init=normal&b_init=normal&" + urlencode(changed)))
        assert other.a != other.b
    for lang in LANGUAGES:
        assert all(text(f"page.b.{name}.said", lang).endswith(".") for name in DIFFERENCES)


def test_a_logarithmic_axis_has_a_few_powers_of_ten_whatever_it_spans():
    chart = Curves("gradients", "en", {"a": "A", "b": "B"}, ("value",), "layer", Range1d(0.01, 100), log=True)
    for low, high in ((1e-31, 1e2), (0.1, 10.0), (1e-300, 1e300)):
        changes = chart.y_limits(low, high)
        ticks = changes["gradients-y_axis-ticks"]["ticks"]
        assert 2 <= len(ticks) <= 5
        assert [name for _, name in changes["gradients-y_axis"]["major_label_overrides"]] != []
        assert all(low <= tick <= high for tick in ticks)
    assert chart.plot.yaxis[0].ticker.name == "gradients-y_axis-ticks"


# Turns


def test_turns_come_in_order_one_of_a_visitor_and_the_queue_says_where_one_stands():
    hall, order, told = Hall(1), [], []
    begun, go = threading.Event(), threading.Event()

    def first():
        with hall.seat("ann").turn(lambda: None, told.append):
            begun.set()
            go.wait(5)
            order.append("ann")

    def next_one(visitor):
        with hall.seat(visitor).turn(lambda: None, lambda stands: told.append((visitor, stands))):
            order.append(visitor)

    threads = [threading.Thread(target=first)]
    threads[0].start()
    assert begun.wait(5)
    for count, visitor in enumerate(("ben", "cy"), start=1):
        threads.append(threading.Thread(target=next_one, args=(visitor,)))
        threads[-1].start()
        while len(hall._waiting) < count:
            time.sleep(0.002)
    go.set()
    for thread in threads:
        thread.join(5)
    assert order == ["ann", "ben", "cy"]
    assert {("ben", 1), ("ben", 0), ("cy", 2), ("cy", 0)} <= set(told)
    assert not hall._running


def test_a_long_computation_lets_others_go_first_and_a_visitor_does_not_compute_twice(monkeypatch):
    monkeypatch.setattr("actviz.live.turns.SLICE", 0.0)
    hall, order = Hall(2), []
    with hall.seat("ann").turn(lambda: None, order.append):
        again = Place("ann")
        hall._waiting.append(again)
        assert not hall._next(again), "a slot is free, but not for the same visitor"
        hall._waiting.remove(again)
    hall = Hall(1)
    with hall.seat("ann").turn(lambda: None, order.append) as rest:
        other = threading.Thread(target=lambda: hall.enter(Place("ben"), lambda: None, lambda stands: None))
        other.start()
        while not hall.wanted:
            time.sleep(0.002)
        threading.Timer(0.1, lambda: hall.leave(hall._running[0])).start()
        rest()
        other.join(5)
    assert (order[0], order[-1]) == (2, 0), "ann stood behind ben, and had her turn again"


def test_addresses_take_turns_however_many_visitors_come_from_one():
    hall = Hall(2)
    hall._running = [Place("a1", "10.0.0.1")]
    hall._waiting = [Place("a2", "10.0.0.1"), Place("a3", "10.0.0.1"), Place("b", "10.0.0.2")]
    assert [hall._next(each) for each in hall._waiting] == [False, False, True]
    hall._waiting.pop()
    assert [hall._next(each) for each in hall._waiting] == [True, False], "a class behind one address waits for none"


@pytest.mark.parametrize(
    ("there", "full"),
    [
        ([("me", "10.0.0.9")] * MOST_OF_ONE, True),
        ([("me", "10.0.0.9")] * (MOST_OF_ONE - 1), False),
        ([(f"v{at}", "10.0.0.1") for at in range(MOST_OF_ADDRESS)], True),  # a new cookie each
        ([(f"v{at}", "10.0.0.2") for at in range(MOST_OF_ADDRESS)], False),
        ([(f"v{at}", f"10.0.1.{at}") for at in range(MOST_SESSIONS)], True),
    ],
)
def test_pages_are_given_out_by_visitor_and_by_address(there, full):
    door = Door(frozenset(), "key")
    asked = [SimpleNamespace(cookies={"actviz": f"key.{visitor}"}, remote_ip=address) for visitor, address in there]
    sessions = [SimpleNamespace(document=SimpleNamespace(session_context=SimpleNamespace(request=r))) for r in asked]
    app = SimpleNamespace(door=door, get_sessions=lambda path: sessions if path == "/" else [])
    assert Guarded._full(app, "me", "10.0.0.1") is full


# The server


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_of_a_setting_can_be_had(name):
    content = figure_file(Setting(depth=3, width=16, samples=40), name, "png", Look("en", "dark"))
    assert content.startswith(b"\x89PNG")


@pytest.fixture(scope="module")
def server():
    """A server in a process of its own; its address."""
    with _serve() as process:
        yield process.stdout.readline().split()[2]
        process.terminate()
        assert process.wait(20) == 0


def _serve(*options):
    run = [sys.executable, "-m", "actviz", "serve", "--no-browser", *options]
    return subprocess.Popen(run, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _get(address, path="/", **headers):
    """Return status, headers and body; ``None`` for a header sends none."""
    where = urlsplit(address)
    connection = HTTPConnection(where.hostname, where.port, timeout=30)
    connection.putrequest("GET", path, skip_host="Host" in headers)
    for name, value in headers.items():
        if value is not None:
            connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, response.headers, body.decode("utf-8", "replace")


@pytest.mark.parametrize(
    "path", ["/", "/race", "/compare", "/static/js/bokeh.min.js", "/fonts/NotoSansKR-Regular-ksx.ttf"]
)
def test_a_reader_on_this_machine_is_served(server, path):
    assert _get(server, path)[0] == 200


@pytest.mark.parametrize("path", ["/", "/race"])
def test_only_a_korean_page_asks_for_the_korean_font(server, path):
    english, korean = (_get(server, f"{path}?lang={lang}")[2] for lang in ("en", "ko"))
    assert "NotoSansKR" in korean
    assert "NotoSansKR" not in english
    assert "font-family:'Noto Sans KR';font-weight:400;src:url(data:" in english, "the link to the other language"
    assert len(english) < 100_000


PATHS = ["/", "/race", "/compare", "/figure.png", "/static/js/bokeh.min.js", "/ws", "/race/ws"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1.evil.example:{port}", "127.0.0.1", ""]
)
def test_a_foreign_host_is_refused_everywhere(server, path, host):
    assert _get(server, path, Host=host.format(port=urlsplit(server).port))[0] in (400, 403)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("origin", ["http://evil.example", "https://127.0.0.1:{port}", "http://127.0.0.1", "null"])
def test_a_foreign_origin_is_refused_everywhere(server, path, origin):
    assert _get(server, path, Origin=origin.format(port=urlsplit(server).port))[0] == 403


def test_a_websocket_of_another_origin_is_refused(server):
    upgrade = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec_WebSocket_Version": "13",
        "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    assert _get(server, "/ws", Origin="http://evil.example", **upgrade)[0] == 403


UPGRADE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec_WebSocket_Version": "13",
    "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def test_a_websocket_without_a_session_of_this_server_is_refused_and_nothing_is_logged():
    process = _serve()
    address = process.stdout.readline().split()[2]
    forged = "eyJzZXNzaW9uX2lkIjoieCIsInNlc3Npb25fZXhwaXJ5Ijo5OTk5OTk5OTk5fQ"
    for asked in (
        None,
        "bokeh",
        "foo, bar",
        "a, b, c",
        "bokeh, x",
        "bokeh, e30",
        f"bokeh, {forged}",
        "bokeh, " + "A" * 300,
    ):
        assert _get(address, "/ws", Sec_WebSocket_Protocol=asked, **UPGRADE)[0] == 403
    process.terminate()
    assert process.communicate(timeout=20) == ("", "")


@pytest.mark.parametrize("path", ["/", "/race", "/figure.exe", "/static/js/bokeh.min.js"])
def test_no_other_page_may_frame_this_one_and_its_address_is_told_to_nobody(server, path):
    headers = _get(server, path)[1]
    assert headers["Content-Security-Policy"] == "frame-ancestors 'none'"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_scripts_run_by_their_nonce_alone(server):
    first, second = (_get(server)[2] for _ in range(2))
    nonces = [re.search(r"'nonce-([\w-]{22})'", body)[1] for body in (first, second)]
    assert nonces[0] != nonces[1]
    policy = re.search('Content-Security-Policy" content="([^"]*)"', first)[1]
    assert "unsafe-eval" not in policy
    assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]
    assert first.count("<script") == first.count(f'<script nonce="{nonces[0]}"') > 2


@pytest.mark.parametrize("rem", ["NaN", "nan", "inf", "-inf", "1e999", None, "x", [], {}])
def test_a_size_of_words_that_is_none_moves_nothing_out_of_bounds(rem):
    moved, dressed = [], []
    page = Page.__new__(Page)
    page.look, page.lang, page._notes, page._said, page.drawn = Look(), "en", (), {}, threading.Event()
    page._read, page._moved = (lambda arguments, lang: (arguments, ())), (lambda *each: moved.append(each))
    page.dress = lambda dark, size: dressed.append(size)
    sent = {"number": [1], "query": ["depth=3"], "dark": [False], "rem": [rem], "action": ["move"]}
    page._move("data", {}, sent)
    assert all(8.0 <= size <= 64.0 for size in dressed)
    assert len(moved) == len(dressed)


@pytest.fixture(scope="module")
def class_room():
    """A server for a class, on another of the loopback's names, as on a network; its link."""
    with _serve("--host", "0.0.0.0") as process:
        link = process.stdout.readline().split()[2]
        yield link.replace(urlsplit(link).hostname, "127.0.0.1")
        process.terminate()
        assert process.wait(20) == 0


def test_a_class_comes_in_by_the_links_key_alone_and_a_cookie_keeps_it(class_room):
    key = parse_qs(urlsplit(class_room).query)["key"][0]
    assert len(key) >= 16
    for path in PATHS:
        assert _get(class_room, path)[0] == 403
        assert _get(class_room, f"{path}?key={key}x")[0] == 403
        assert _get(class_room, path, Cookie=f"actviz={key[:-1]}.me")[0] == 403
    assert _get(class_room, f"/static/js/bokeh.min.js?key={key}")[0] == 403
    status, headers, _ = _get(class_room, f"/?depth=7&key={key}")
    assert (status, headers["Location"]) == (302, "/?depth=7")
    assert "HttpOnly" in headers["Set-Cookie"]
    cookie = headers["Set-Cookie"].partition(";")[0]
    assert _get(class_room, "/?depth=7", Cookie=cookie)[0] == 200
    assert _get(class_room, "/static/js/bokeh.min.js", Cookie=cookie)[0] == 200
    assert _get(class_room, "/", Cookie=cookie, Host="evil.example")[0] == 403
    assert _get(class_room, "/", Cookie=cookie, Origin="http://evil.example")[0] == 403


def test_one_visitor_of_a_class_has_a_few_pages_at_once(class_room):
    key = parse_qs(urlsplit(class_room).query)["key"][0]
    found = [_get(class_room, "/", Cookie=f"actviz={key}.greedy") for _ in range(6)]
    assert [status for status, *_ in found] == [200] * 4 + [503] * 2
    assert "60 of one address, which a class may share" in found[-1][2]
    assert _get(class_room, "/", Cookie=f"actviz={key}.other")[0] == 200


def test_another_sites_page_may_link_here_but_not_load_anything(server):
    assert _get(server, "/", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate")[0] == 200
    assert _get(server, "/figure.png", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="no-cors")[0] == 403


def test_markup_in_a_link_stays_text(server):
    attack = '"><script>alert(1)</script>'
    names = ["init", "activation", "depth", "lang", "theme", "figure", "x"]
    for path in ("/", "/race", "/compare"):
        status, _, body = _get(server, f"{path}?{urlencode(dict.fromkeys(names, attack))}")
        assert status == 200
        assert "alert(1)" not in body


def test_the_page_names_no_other_host(server):
    body = _get(server)[2]
    sources = [part.split('"')[0] for key in ('src="', 'href="') for part in body.split(key)[1:]]
    assert sources
    assert not [source for source in sources if "//" in source]


def test_a_figure_is_a_download(server):
    status, headers, body = _get(server, "/figure.svg?depth=2&width=16&samples=20&figure=signal&init=normal:0.01")
    assert status == 200
    assert headers["Content-Type"] == "image/svg+xml"
    assert headers["Content-Disposition"] == 'attachment; filename="signal-normal-0.01-relu.svg"'
    assert "<svg" in body


@pytest.mark.parametrize("path", ["/figure.exe", "/fonts/../mnist.npz", "/fonts/OFL.txt", "/static/../../x"])
def test_no_other_file_is_served(server, path):
    assert _get(server, path)[0] in (403, 404)


def test_only_this_machine_is_listened_to(server):
    port = urlsplit(server).port
    others = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {"127.0.0.1"}
    for address in others:
        if not address.startswith("127."):
            with pytest.raises(OSError, match=r"refused|timed out"), socket.create_connection((address, port), 2):
                pass


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly_also_while_a_page_is_open(ending):
    process = _serve()
    address = process.stdout.readline().split()[2]
    assert _get(address, "/?depth=50&width=400&samples=2000")[0] == 200
    process.send_signal(ending)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (0, "", "")
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(address, timeout=2)


def test_a_port_that_is_taken_is_one_line_and_exit_2(server):
    process = _serve("--port", str(urlsplit(server).port))
    _, err = process.communicate(timeout=30)
    assert process.returncode == 2
    assert len(err.splitlines()) == 1
    assert "--port 0" in err


def test_without_bokeh_one_line_says_what_to_install():
    code = (
        "import sys; sys.modules['bokeh'] = None; sys.argv = ['actviz', 'serve']; from actviz.cli import main; main()"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert found.returncode == 2
    assert len(found.stderr.splitlines()) == 1
    assert "pip install 'actviz[page]'" in found.stderr


@pytest.mark.parametrize(("lang", "theme"), [("de", "auto"), ("en", "pink")])
def test_an_unknown_language_or_theme_is_one_line(lang, theme):
    from actviz.live.serving import make_server

    with pytest.raises(ActvizError, match="must be one of"):
        make_server(0, Look(lang, theme))


def test_no_address_is_not_every_address(one_line_error):
    from actviz.live.serving import make_server

    assert "host must be an address" in one_line_error(make_server, 0, host=" ")


def test_a_verdict_of_the_page_has_the_mark_and_ground_that_figures_give_it():
    told = verdict_words(actviz.probe("normal", "relu", depth=5, samples=200), "en")
    assert told["verdict"] == "exploding"
    assert told["mark"] == page_mark(actviz.diagnose(actviz.probe("normal", "relu", depth=5, samples=200))[0])
    assert (told["mark"]["sign"], told["mark"]["ground"]) == ("↗", "large")


def test_the_legend_names_theory_only_while_some_of_its_lines_are_drawn():
    ridges = Ridges("en", "theory")
    lines = Lines("signal", "en", {"std": "std", "mean": "mean"}, "theory", "layer", log=False)
    for chart in (ridges, lines):
        entries = {item.label.value: item for item in chart.plot.legend[0].items}
        assert [name for name, item in entries.items() if not item.visible] == ["theory"]  # none is drawn yet
        assert entries["theory"].name == f"{chart.name}-expected"
    ds = actviz.probe("xavier_normal", "tanh", depth=3, samples=50)
    told, refused = overlay(ds, "en")
    assert not refused
    for theory, there in ((told, True), (NOTHING, False)):
        assert ridges.expect(theory)["ridges-expected"] == {"visible": there}
        assert lines.expect(theory.signal)["signal-expected"] == {"visible": there}
    unknown = {name: [math.nan] * 3 for name in NOTHING.signal}
    assert lines.expect(unknown)["signal-expected"] == {"visible": False}
