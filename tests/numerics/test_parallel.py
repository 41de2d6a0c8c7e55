"""Tasks on several processes: in order, beside other work, and none left behind."""

import os
import time

import pytest

from actviz import ActvizError
from actviz.numerics import parallel
from actviz.numerics.ended import Ended
from actviz.numerics.parallel import Aside, each_done, in_order


def square(number):
    return number * number


def whose(number):
    return number, os.getpid()


def slow(number):
    time.sleep(0.2)
    return number


def refuse(number):
    raise ActvizError(f"not {number}")


@pytest.fixture(autouse=True)
def worth_it(monkeypatch):
    monkeypatch.setattr(parallel, "WORTH_PROCESSES", 0.0)


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_the_order_of_their_tasks(workers):
    told = []
    assert in_order(square, [(n,) for n in range(7)], workers, 1.0, lambda *done: told.append(done)) == [
        n * n for n in range(7)
    ]
    assert told == [(n, 7) for n in range(1, 8)]


@pytest.mark.parametrize("workers", [1, 2])
def test_what_is_begun_aside_is_taken_while_other_work_is_waited_for(workers):
    taken = []
    aside = Aside(whose, workers, taken.append)
    aside.begin(1)
    assert not taken
    if workers == 1:
        aside.look()
    assert sorted(each_done(slow, [(n,) for n in range(6)], 2, 1.0)) == list(range(6))
    assert [number for number, _ in taken] == [1]
    aside.begin(2)
    aside.finish()
    assert [number for number, _ in taken] == [1, 2]
    assert all((process == os.getpid()) is (workers == 1) for _, process in taken)
    assert not parallel._ASIDE


def test_what_is_dropped_after_its_processes_were_ended_is_not_cancelled_too():
    aside = Aside(slow, 2, pytest.fail)
    aside.begin(1)
    waiting = list(aside._waiting)
    with pytest.raises(KeyboardInterrupt), parallel._ended_with(parallel._pool(2)):
        raise KeyboardInterrupt
    aside.drop()  # whom loky tells why meanwhile, which a future that is cancelled cannot take
    assert not any(each.cancelled() for each in waiting)


def test_what_is_dropped_is_never_taken_and_what_fails_says_why():
    aside = Aside(slow, 2, pytest.fail)
    for number in range(4):
        aside.begin(number)
    aside.drop()
    assert list(each_done(square, [(3,), (3,)], 2, 1.0)) == [9, 9]
    failing = Aside(refuse, 2, pytest.fail)
    failing.begin(5)
    with pytest.raises(ActvizError, match="not 5"):
        failing.finish()
    assert not parallel._ASIDE


def end(number):
    if number == 3:
        os._exit(1)
    return number


def test_tasks_that_end_their_process_are_named_and_all_others_are_done():
    done = []
    with pytest.raises(Ended, match=r"^1 task ended the process each time, and all others are done: <3>$"):
        done.extend(each_done(end, [(n,) for n in range(12)], 2, 1.0, name=lambda task: f"<{task[0]}>"))
    assert sorted(done) == [n for n in range(12) if n != 3]
    assert sorted(each_done(square, [(2,), (3,)], 2, 1.0)) == [4, 9]
