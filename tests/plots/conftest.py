import json

import pytest

import actviz


@pytest.fixture(scope="session")
def healthy():
    inits = ["zeros", "uniform:0,1", "normal", "normal:0.01", "xavier_normal", "he_normal"]
    return actviz.probe(inits, ["sigmoid", "tanh", "relu"], depth=5, width=30, samples=60, seeds=3, view=(0, 1, 30))


@pytest.fixture(scope="session")
def overflowing():
    return actviz.probe(
        ["normal", "he_normal"], ["relu", "gelu"], depth=60, width=60, samples=20, seeds=2, bias_std=0.1
    )


@pytest.fixture(scope="session")
def tiny():
    return actviz.probe(["he_normal", "zeros", "normal"], ["relu", "tanh"], depth=1, width=1, samples=1, seeds=1)


@pytest.fixture(scope="session")
def uneven():
    """Every part of a recipe that the others leave out, and only pairings without a healthy gradient."""
    return actviz.probe(
        ["zeros", "normal"], ["relu"], width=[8, 6, 4], samples=20, seeds=2, norm="batch",
        drive="cross_entropy",
    )  # fmt: skip


@pytest.fixture(scope="session")
def sweep():
    """What the phase figure needs: stacks that differ in sigma_w, one of them critical, and two that have no place."""
    inits = [*(f"variance_scaling:{v}" for v in (0.5, 1.0, 1.761, 3.0, 6.0)), "lecun_normal", "orthogonal"]
    return actviz.probe(inits, ["tanh"], depth=20, width=64, samples=40, seeds=2, bias_std=0.05**0.5)


@pytest.fixture(scope="session")
def map_of_biases(sweep):
    """The same measurement as if it were of three standard deviations of the biases."""
    recipe = actviz.recipe(sweep)
    return [sweep.assign_attrs(recipe=json.dumps(recipe | {"bias_std": bias_std})) for bias_std in (0.4, 0.0, 0.2)]


@pytest.fixture(scope="session")
def datasets(healthy, overflowing, tiny, uneven, sweep):
    return {"healthy": healthy, "overflowing": overflowing, "tiny": tiny, "uneven": uneven, "sweep": sweep}


@pytest.fixture(scope="session")
def scheduled():
    """Schedules, and a constant rate that diverges."""
    rates = [0.3, "step:0.3,0.5,10", "cosine_restarts:0.3,10,2", "one_cycle:0.3,40", 1e9]
    settings = {"data": "moons:200", "depth": 2, "width": 12, "lr": rates, "batch": 30, "epochs": 8, "snapshots": 0}
    split = actviz.Split(validation=0.2, test=0.2)
    return actviz.train(actviz.runs(**settings), "moons:200", split=split, seeds=3, workers=1)


@pytest.fixture(scope="session")
def descended():
    """Descents on a surface, one that overflows among them."""
    runs = ["constant:0.05", ("constant:0.05", "momentum"), "cosine_restarts:0.25,50", "constant:50"]
    return actviz.descend(runs, noise=0.3, repeats=5, seeds=2, steps=100)


@pytest.fixture(scope="session")
def ranged():
    (run,) = actviz.runs(data="moons:200", depth=2, width=12, batch=20).values()
    return actviz.find_rate(run, "moons:200", seeds=2, updates=120)


@pytest.fixture(scope="session")
def rate_sets(scheduled, descended, ranged):
    return {"scheduled": scheduled, "descended": descended, "ranged": ranged}
