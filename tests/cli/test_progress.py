"""The progress line: on a terminal alone, each work at its own pace, and no guess of the time left at the start."""

import sys
import time

import pytest

from actviz.cli.experiment import numbered
from actviz.cli.running import progress


@pytest.fixture
def terminal(monkeypatch):
    """What puts in a terminal that keeps what is written to it, and a clock of its own."""

    class Terminal:
        shown, now = "", 0.0

        def isatty(self):
            return True

        def write(self, words):
            self.shown += words

        def flush(self):
            pass

    def put():
        made = Terminal()
        monkeypatch.setattr(sys, "stderr", made)
        monkeypatch.setattr(time, "time", lambda: made.now)
        return made

    return put


def test_no_time_is_told_below_a_fifth_and_the_right_one_above(terminal):
    shown = terminal()
    with progress("measuring") as update:
        for done in range(1, 11):
            shown.now += 60.0 if done == 1 else 2.0  # workers start
            before = len(shown.shown)
            update(done, 10, "words")
            line = shown.shown[before:]
            assert f"{10 * done}%" in line
            assert (":" in line) == (2 <= done < 10)


def test_other_work_starts_anew_at_its_own_pace(terminal):
    shown = terminal()
    with progress("measuring") as update:
        for done in range(1, 101):
            shown.now += 10.0
            update(done, 100)
        for done in range(1, 51):
            shown.now += 1.5
            before = len(shown.shown)
            update(done, 50)
            line = shown.shown[before:]
            if done == 1:
                assert "   2%" in line
            if done == 30:
                assert 27 <= int(line[-2:]) <= 30  # 20 more of 1.5 seconds, since the first was told


def test_where_there_is_no_terminal_nothing_is_shown(capsys):
    with progress("measuring") as update:
        assert update is None
    assert capsys.readouterr().err == ""


def test_a_bar_says_which_of_an_experiments_results_it_is_of(terminal):
    shown, landed = terminal(), []
    with progress("measuring") as update:
        told = numbered(update, lambda name, _: landed.append(name), 2)
        for name in ("first", "second"):
            before = len(shown.shown)
            told["progress"](1, 2)
            told["progress"](2, 2)
            told["each"](name, None)
            assert f"{len(landed)} / 2" in shown.shown[before:]
    assert landed == ["first", "second"]
    assert numbered(None, landed.append, 2) == {"progress": None, "each": landed.append}
