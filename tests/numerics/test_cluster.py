"""Work on a Dask cluster of real processes: equal to the bit, whatever is killed."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

import actviz
from actviz import ActvizError
from actviz.cli import main
from actviz.numerics import cluster as clusters
from actviz.numerics import connecting
from actviz.numerics.ended import Ended
from actviz.numerics.parallel import each_done
from actviz.sweeping import plan
from actviz.sweeping import running as sweeping_running

distributed = pytest.importorskip("distributed", reason="needs Dask: pip install 'actviz[cluster]'")

pytestmark = pytest.mark.filterwarnings("default")
"""Dask warns of its own doings, of ports that are taken and of workers that are gone."""

OVER = {"weight_var": "1:3:4", "depth": [3, 5]}
SWEEP = {"activation": "tanh", "width": 20, "samples": 30, "seeds": 2, "keep": "q_star,act_std,theory_q_star"}


@pytest.fixture(scope="module")
def local():
    """A cluster of two processes on this machine."""
    quiet = {"dashboard_address": None, "silence_logs": 60}
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, **quiet) as made:
        yield made


@pytest.fixture(scope="module")
def client(local):
    with distributed.Client(local, set_as_default=False) as made:
        yield made


def test_a_sweep_on_a_cluster_is_that_of_this_machine_and_is_kept_by_the_caller(local, tmp_path):
    here = actviz.sweep(OVER, workers=1, **SWEEP)
    away = actviz.sweep(OVER, cluster=local.scheduler_address, checkpoint=tmp_path, **SWEEP)
    assert away.identical(here)
    assert away.attrs["repeats"] == "to the bit"
    told = plan(OVER, **SWEEP).estimate(checkpoint=tmp_path, cluster=local.scheduler_address)
    assert (told["cells"], told["done"], told["workers"]) == (16, 16, 2)
    assert len(list(tmp_path.glob("*.npz"))) == 16
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sweeping_running, "tried", None)  # all is there
        assert actviz.sweep(OVER, cluster=local.scheduler_address, checkpoint=tmp_path, **SWEEP).identical(here)


def test_a_probe_and_a_training_are_those_of_this_machine(client, tmp_path):
    recipe = {"inits": ["he_normal", "xavier_normal"], "activations": "relu", "depth": 3, "width": 16, "seeds": 2}
    away = actviz.probe(**recipe, cluster=client, checkpoint=tmp_path)
    assert away.attrs.pop("repeats") == "to the bit"
    assert away.identical(actviz.probe(**recipe, workers=1))
    assert len(list(tmp_path.glob("*.npz"))) == 4
    rows = np.random.default_rng(0).standard_normal((600, 20))
    data = (rows, (rows[:, 0] > 0).astype(int))  # travels once
    runs = actviz.runs(["he_normal", "xavier_normal"], "relu", data=data, depth=2, width=8, epochs=2)
    here = actviz.train(runs, data, workers=1)
    for _ in range(2):
        found = actviz.train(runs, data, cluster=client, checkpoint=tmp_path / "runs")
        assert found.attrs.pop("repeats") == "to the bit"
        assert found.identical(here)
    assert len(list((tmp_path / "runs").glob("*.npz"))) == 2


def test_a_worker_that_is_killed_costs_no_task(client):
    pids = list(client.run(os.getpid).values())
    tasks = [(f"__import__('time').sleep(0.05) or {at}",) for at in range(40)]
    done = []
    for value in each_done(eval, tasks, 1, 0.0, cluster=client):
        done.append(value)
        if len(done) == 5:
            os.kill(pids[0], signal.SIGKILL)
    assert sorted(done) == list(range(40))


def test_what_a_task_refuses_is_one_line(client):
    refusing = "(_ for _ in ()).throw(__import__('actviz').ActvizError('no such network'))"
    with pytest.raises(ActvizError, match=r"^no such network$"):
        list(each_done(eval, [("1",), (refusing,)], 1, 0.0, cluster=client))
    with pytest.raises(ActvizError, match=r"^a task failed on the cluster: ZeroDivisionError: division by zero$"):
        list(each_done(eval, [("1 / 0",)], 1, 0.0, cluster=client))
    with pytest.raises(ActvizError, match=r"No module named 'nowhere'; --upload FILE sends a module of your own$"):
        list(each_done(eval, [("__import__('nowhere')",)], 1, 0.0, cluster=client))


@pytest.mark.parametrize("name", ["actviz", "numpy", "Python"])
def test_other_versions_are_refused_in_one_line(client, monkeypatch, name):
    own = connecting.versions()
    monkeypatch.setattr(connecting, "versions", lambda: {**own, name: "0.0"})
    with pytest.raises(
        ActvizError, match=rf"^worker tcp://.* has {name} .*, and here it is 0\.0: they must be the same$"
    ):
        list(each_done(eval, [("1",)], 1, 0.0, cluster=client))


def test_functions_of_ones_own_are_sent_before(client, tmp_path):
    (tmp_path / "own_slopes.py").write_text("def bent(z):\n    return z * (z > -1)\n", encoding="utf-8")
    wanted = connecting.Cluster(client, (str(tmp_path / "own_slopes.py"),))
    found = list(each_done(eval, [("__import__('own_slopes').bent(2)",)], 1, 0.0, cluster=wanted))
    assert found == [2]
    with pytest.raises(ActvizError, match="no such file to send"):
        list(each_done(eval, [("1",)], 1, 0.0, cluster=connecting.Cluster(client, ("nowhere.py",))))


def test_where_there_is_no_cluster_one_line_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(connecting, "ANSWER", 0.2)
    with pytest.raises(ActvizError, match=r"^no cluster at nonsense://x: "):
        list(each_done(eval, [("1",)], 1, 0.0, cluster="nonsense://x"))
    with pytest.raises(ActvizError, match=r"^no cluster at .*none\.json: no such scheduler file$"):
        list(each_done(eval, [("1",)], 1, 0.0, cluster=str(tmp_path / "none.json")))
    (tmp_path / "bad.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ActvizError, match=r"^no cluster at .*bad\.json: not the file of a scheduler"):
        list(each_done(eval, [("1",)], 1, 0.0, cluster=str(tmp_path / "bad.json")))


def test_a_cluster_without_workers_is_one_line(monkeypatch):
    monkeypatch.setattr(connecting, "WAIT", 0.3)
    quiet = {"n_workers": 0, "dashboard_address": None, "silence_logs": 60}
    with distributed.LocalCluster(processes=False, **quiet) as empty, pytest.raises(ActvizError, match="has no worker"):
        list(each_done(eval, [("1",)], 1, 0.0, cluster=empty.scheduler_address))


def test_a_large_argument_that_all_tasks_share_travels_apart():
    large, small = np.zeros(10_000), {"a": 1}
    tasks, shared = clusters._apart([(large, small, at) for at in range(3)])
    assert shared == [large]
    assert [task[1:] for task in tasks] == [(small, at) for at in range(3)]
    assert tasks[0][0].position == 0


KILLS = 30


class Machines:
    """A scheduler and a worker as a user starts them, one command each."""

    def __init__(self, folder):
        self.file, self.processes = folder / "scheduler.json", []
        self.start()

    def start(self):
        self.file.unlink(missing_ok=True)
        for line in (
            ["dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"],
            ["dask_worker", "--nthreads", "1", "--nworkers", "2", "--no-dashboard", "--death-timeout", "20"],
        ):
            command = [
                sys.executable,
                "-m",
                f"distributed.cli.{line[0]}",
                "--scheduler-file",
                str(self.file),
                *line[1:],
            ]
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
            self.processes.append(subprocess.Popen(command, cwd=self.file.parent, env=environment(), **quiet))

    def stop(self):
        for process in self.processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.processes.clear()


def environment():
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


@pytest.fixture
def machines(tmp_path):
    """A cluster of commands, which start killed workers anew for ever; no process is left behind.

    A ``LocalCluster`` gives up a worker that is not there 15 s after it was lost, as one killed again may be.
    """
    made = Machines(tmp_path)
    try:
        yield made
    finally:
        made.stop()
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert str(tmp_path) not in listed, "no process is left"


@pytest.mark.slow
def test_a_task_that_ends_its_worker_is_named_and_the_rest_is_done(machines):
    """It is tried as often as the scheduler allows, four times, each in a worker that is new."""
    bad = "__import__('os')._exit(1)"
    tasks = [(bad,), *[(f"__import__('time').sleep(0.05) or {at}",) for at in range(30)], (bad,)]
    done = []
    told = each_done(eval, tasks, 1, 0.0, cluster=str(machines.file), name=lambda task: f"the bad {task[0][-8:]}")
    with pytest.raises(
        Ended, match=r"^2 tasks ended the process each time, and all others are done: the bad "
    ) as error:
        done.extend(told)
    assert len(error.value.names) == 2
    assert sorted(done) == list(range(30))


@pytest.mark.slow
def test_workers_killed_again_and_again_cost_no_cell(machines):
    recipe = {**SWEEP, "samples": 3000}
    here = actviz.sweep({**OVER, "depth": "3:30:8"}, workers=1, **recipe)
    killed = set()

    def kill(done, total):
        if done >= (len(killed) + 1) * total / 9 and (there := sorted(client.run(os.getpid).values())):
            process = random.Random(done).choice(there)
            os.kill(process, signal.SIGKILL)
            killed.add(process)

    while not machines.file.exists():
        time.sleep(0.1)
    with distributed.Client(scheduler_file=str(machines.file), set_as_default=False) as client:
        away = actviz.sweep({**OVER, "depth": "3:30:8"}, cluster=client, progress=kill, **recipe)
    assert away.identical(here)
    assert len(killed) > 5


@pytest.mark.slow
@pytest.mark.parametrize("at_work", [True, False])
def test_ctrl_c_ends_in_two_lines_and_keeps_what_is_done(tmp_path, machines, at_work):
    if not at_work:  # it waits for workers
        os.killpg(machines.processes[1].pid, signal.SIGKILL)
    line = [
        *("sweep", "-a", "tanh", "--over", "weight_var=1:3:40", "--over", "depth=3:40:10", "--width", "60"),
        *("--samples", "1500", "--keep", "q_star", "-o", str(tmp_path / "map.nc"), "--cluster", str(machines.file)),
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "actviz", *line], stderr=subprocess.PIPE, text=True, env=environment()
    )
    partial, began = tmp_path / "map.nc.partial", time.monotonic()
    while len(list(partial.glob("[!.]*.npz"))) < 5 if at_work else time.monotonic() - began < 6.0:
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=20)[1]
    assert process.returncode == 130
    assert "Traceback" not in said
    assert len(list(partial.glob("[!.]*.npz"))) >= 5 * at_work
    ending = [each for each in said.replace("\r", "\n").splitlines() if each.strip()][-1 - at_work :]
    assert ("the same command goes on from there" in ending[0]) == at_work, said


@pytest.mark.slow
def test_a_client_or_scheduler_killed_at_any_moment_costs_nothing(tmp_path, machines):
    """Thirty kills at random moments; the run that comes through has the bytes of an undisturbed one."""
    line = [
        *("sweep", "-a", "tanh", "--over", "weight_var=1:3:6", "--over", "depth=3:40:10", "--width", "60"),
        *("--samples", "1500", "--seeds", "2", "--keep", "q_star,act_std", "-o"),
    ]
    with pytest.raises(SystemExit):
        main([*line, str(tmp_path / "undisturbed.nc")])
    undisturbed = (tmp_path / "undisturbed.nc").read_bytes()
    chance, kills, target = random.Random(0), 0, tmp_path / "map.nc"
    while kills < KILLS:
        command = [sys.executable, "-m", "actviz", *line, str(target), "--cluster", str(machines.file)]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment())
        try:
            process.wait(timeout=chance.uniform(1.0, 6.0))
        except subprocess.TimeoutExpired:
            kills += 1
            if chance.random() < 0.7:
                process.send_signal(signal.SIGKILL)
            else:
                os.killpg(machines.processes[0].pid, signal.SIGKILL)
                said = process.communicate(timeout=60)[1]
                assert process.returncode in (0, 2), said
                assert "Traceback" not in said
                machines.stop()
                machines.start()
        process.communicate()
        if process.returncode == 0:
            assert target.read_bytes() == undisturbed
            target.unlink()
    command = [sys.executable, "-m", "actviz", *line, str(target), "--cluster", str(machines.file)]
    subprocess.run(command, check=True, env=environment(), timeout=120)
    assert target.read_bytes() == undisturbed
    assert not (tmp_path / "map.nc.partial").exists()
