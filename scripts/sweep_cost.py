"""Measure what a task costs on all cores and on a Dask cluster, and what a cluster of a thousand threads keeps up with.

Usage: python scripts/sweep_cost.py [--tasks 10000] [--cells 1000] [--threads 1000]
"""

import argparse
import os
import time

from distributed import LocalCluster

import actviz
from actviz.numerics.parallel import each_done

EACH = 20
"""Tasks that sleep, for each thread."""

CELL = {"activation": "tanh", "depth": 2, "width": 4, "samples": 4, "keep": "last_act_std"}


def seconds(tasks, function, workers=1, cluster=None):
    """Return how long tasks take, all results in."""
    start = time.perf_counter()
    number = sum(1 for _ in each_done(function, tasks, workers, 1e9 if workers > 1 else 0.0, cluster=cluster))
    assert number == len(tasks)
    return time.perf_counter() - start


def row(what, number, took):
    """Print a measured line."""
    print(f"| {what} | {number} | {took:.1f} | {number / took:.0f} | {1e3 * took / number:.2f} |", flush=True)


def cluster(workers, threads=1, processes=True):
    """Start a cluster on this machine."""
    quiet = {"dashboard_address": None, "silence_logs": 50}
    return LocalCluster(n_workers=workers, threads_per_worker=threads, processes=processes, **quiet)


def main():
    """Print three tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, usual in (("tasks", 10_000), ("cells", 1_000), ("threads", 1_000)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    chosen = parser.parse_args()
    print(f"{len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f}\n")
    print("| tasks that do nothing | tasks | s | a second | ms a task |\n| --- | --- | --- | --- | --- |")
    tasks = [(at,) for at in range(chosen.tasks)]
    seconds(tasks[:50], abs, workers=2)
    row("loky, 2 processes", chosen.tasks, seconds(tasks, abs, workers=2))
    for workers in (1, 2):
        with cluster(workers) as made:
            seconds(tasks[:50], abs, cluster=made.scheduler_address)
            row(f"Dask, {workers} workers", chosen.tasks, seconds(tasks, abs, cluster=made.scheduler_address))
    print("\n| tiny cells of a sweep | cells | s | a second | ms a cell |\n| --- | --- | --- | --- | --- |")
    over, few = {"weight_var": f"1:4:{chosen.cells}"}, {"weight_var": "1:4:400"}
    for words, how in (("this process", {"workers": 1}), ("loky, 2 processes", {"workers": 2})):
        actviz.sweep(few, **CELL, **how)  # what is imported, and processes that start
        start = time.perf_counter()
        actviz.sweep(over, **CELL, **how)
        row(words, chosen.cells, time.perf_counter() - start)
    for workers in (1, 2):
        with cluster(workers) as made:
            actviz.sweep(few, **CELL, cluster=made.scheduler_address)
            start = time.perf_counter()
            actviz.sweep(over, **CELL, cluster=made.scheduler_address)
            row(f"Dask, {workers} workers", chosen.cells, time.perf_counter() - start)
    print("\n| tasks that sleep 1 s, threads | tasks | s | a second | share of the threads at work |")
    print("| --- | --- | --- | --- | --- |")
    for threads in sorted({10, 100, chosen.threads}):
        with cluster(2, threads // 2) as made:
            waiting = [(1.0,)] * (EACH * threads)
            seconds(waiting[:2], time.sleep, cluster=made.scheduler_address)
            took = seconds(waiting, time.sleep, cluster=made.scheduler_address)
            print(
                f"| {threads} | {len(waiting)} | {took:.1f} | {len(waiting) / took:.0f} | {EACH / took:.0%} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
