"""Experiments measured once for all tests and all test processes, at fewer seeds than the recipes' own."""

import dataclasses
import functools
import os
import time

import numpy as np
import pytest

import actviz
from actviz.experiments import EXPERIMENTS, measure

SEEDS = (101, 102, 103, 104)
"""None of those behind the recorded spreads."""

FEWER_SEEDS = {
    "article": 3,
    "he2015/thirty-layers": 2,
    "schoenholz2017/trainability": 2,
    "dlfs/weight-init-compare": 2,
    "dlfs/batch-norm": 2,
}
"""Of trainings that take long and whose expectations need no more."""

MORE_SEEDS = {"hanin2018/fluctuations": tuple(range(101, 301))}
"""Of small networks whose scatter is what is expected."""

EXPECTED = {
    "dlfs/batch-norm": {"batch-norm": {"inits": ("normal", "normal:0.158", "normal:0.0464")}},
    "schoenholz2017/trainability": {
        "trainability": {"over": {"weight_var": "1:4:8", "depth": "10:100:6"}, "width": 100}
    },
}
"""Runs that expectations are about, of experiments with many more; a run is the same whatever stands beside it. Of a
map a coarser one, of narrower networks."""

LONGEST = 300.0
"""Seconds to wait for another process to measure."""


def measured(name):
    """One dataset a probe, training or descent."""
    chosen = EXPERIMENTS[name]
    probed = measure(
        dataclasses.replace(chosen, trainings={}, sweeps={}, coordinates={}), seeds=MORE_SEEDS.get(name, SEEDS)
    )
    fewer = EXPECTED.get(name, {})
    trainings = {key: {**recipe, **fewer.get(key, {})} for key, recipe in chosen.trainings.items()}
    sweeps = {key: {**recipe, **fewer.get(key, {})} for key, recipe in chosen.sweeps.items()}
    trained = dataclasses.replace(chosen, probes={}, descents={}, trainings=trainings, sweeps=sweeps)
    return probed | measure(trained, seeds=SEEDS[: FEWER_SEEDS.get(name)])


def shared(name, folder):
    """Measure, or wait for the process that does, and load what it saved."""
    own = folder / name.replace("/", "-")
    try:
        own.mkdir(parents=True)
    except FileExistsError:
        deadline = time.monotonic() + LONGEST
        while not (own / "done").exists():
            assert time.monotonic() < deadline, f"no other process has measured {name} in {LONGEST:.0f} s"
            time.sleep(0.2)
        files = (own / "done").read_text(encoding="utf-8").splitlines()
        assert files, f"{name} could not be measured in another process"
        return {file: actviz.load(own / f"{file}.nc") for file in files}
    done = []
    try:
        datasets = measured(name)
        for file, dataset in datasets.items():
            actviz.save(dataset, own / f"{file}.nc")
        done = list(datasets)
        return datasets
    finally:
        (own / "writing").write_text("\n".join(done), encoding="utf-8")
        (own / "writing").rename(own / "done")


def relabelled(datasets, by=1):
    """Give every initializer's measurements, and every run's, under the name of another."""
    wrong = {}
    for name, ds in datasets.items():
        if "weight_var" in ds.dims:  # of a sweep, whose neighbours are much alike
            wrong[name] = ds.assign_coords(weight_var=np.roll(ds["weight_var"].values, ds.sizes["weight_var"] // 2))
            continue
        if "width" in ds.dims:
            wrong[name] = ds.assign_coords(width=ds["width"].values[::-1])
            continue
        dim = "run" if "run" in ds.dims else "init"
        wrong[name] = ds.assign_coords({dim: np.roll(ds[dim].values, by)})
    return wrong


@pytest.fixture(scope="session")
def under_wrong_names():
    return relabelled


@pytest.fixture(scope="session")
def datasets_of(tmp_path_factory):
    base = tmp_path_factory.getbasetemp()
    # Each of several test processes has its own folder in one that they share.
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "experiments"
    return functools.cache(functools.partial(shared, folder=folder))


@pytest.fixture(scope="session")
def article(datasets_of):
    return datasets_of("article")
