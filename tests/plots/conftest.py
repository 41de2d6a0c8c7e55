import json

import numpy as np
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
def blocks():
    """Residual blocks with a norm over units, and the spectra of their Jacobians."""
    how = {"block": "residual", "norm": "rms", "depth": 3, "width": 16, "samples": 20, "seeds": 2, "jacobian": 2}
    return actviz.probe("he_normal", ["relu", "tanh"], **how)


@pytest.fixture(scope="session")
def datasets(healthy, overflowing, tiny, uneven, sweep, blocks):
    found = {"healthy": healthy, "overflowing": overflowing, "tiny": tiny, "uneven": uneven, "sweep": sweep}
    return {**found, "blocks": blocks}


@pytest.fixture(scope="session")
def trainable():
    """Trainings over the variance of weights and depth."""
    over = {"weight_var": "1:3:3", "depth": [2, 4, 8]}
    fed = {"data": "moons:60", "width": 8, "epochs": 2, "bias_std": 0.05**0.5}
    return actviz.sweep(over, activation="tanh", keep=["final_accuracy"], seeds=1, **fed)


@pytest.fixture(scope="session")
def phases():
    """Stacks over the variances of weights and biases, beside theory."""
    numbers = ["q_star", "c_star", "chi_1"]
    over = {"weight_var": "1:3:3", "bias_var": "0.05:0.25:3"}
    kept = [*numbers, *(f"theory_{name}" for name in numbers)]
    return actviz.sweep(over, activation="tanh", keep=kept, seeds=1, depth=8, width=16, samples=12)


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
def followed():
    """A coordinate check of stacks."""
    return actviz.coordinate_check(widths=[16, 32, 64], inputs="8,8", steps=2, seeds=4, workers=1)


@pytest.fixture(scope="session")
def rate_sets(scheduled, descended, ranged, followed):
    return {"scheduled": scheduled, "descended": descended, "ranged": ranged, "followed": followed}


@pytest.fixture(scope="session")
def trained():
    """Four initializers on moons, one of which diverges at the third epoch or so."""
    inits = ["zeros", "normal:30", "lecun_normal", "he_normal"]
    runs = actviz.runs(inits, "relu", data="moons:200", depth=3, width=16, lr=0.1, epochs=6, batch=20)
    return actviz.train(runs, "moons:200", seeds=3, workers=1)


@pytest.fixture(scope="session")
def decayed():
    """Runs that differ in weight decay alone, without held-out rows."""
    runs = actviz.runs("he_normal", "tanh", data="moons:100", depth=2, width=8, epochs=3, weight_decay=[0.0, 0.1])
    return actviz.train(runs, "moons:100", split=actviz.Split(validation=0.0), seeds=2, workers=1)


@pytest.fixture(scope="session")
def regressed():
    """Every part of a training's recipe that the others leave out; there is no accuracy."""
    rng = np.random.default_rng(0)
    data = (rng.standard_normal((40, 3)), rng.standard_normal((40, 1)))
    settings = {"dropout": 0.1, "weight_decay": 0.01, "updates": 7, "replacement": True, "loss": "mean_square"}
    runs = actviz.runs(["he_normal", "zeros"], "sigmoid", data=data, depth=2, width=8, norm="batch", **settings)
    return actviz.train(runs, data, seeds=1, workers=1)


@pytest.fixture(scope="session")
def normed():
    """Six weight scales with and without batch normalization; the largest diverges without."""
    inits = [f"normal:{scale}" for scale in (100.0, 1.0, 0.3, 0.1, 0.01, 0.001)]
    settings = {"depth": 3, "width": 16, "lr": 0.1, "epochs": 4, "batch": 20, "norm": [None, "batch"]}
    return actviz.train(actviz.runs(inits, "relu", data="moons:100", **settings), "moons:100", seeds=2, workers=1)


@pytest.fixture(scope="session")
def trainings(trained, decayed, regressed, normed):
    return {"trained": trained, "decayed": decayed, "regressed": regressed, "normed": normed}


@pytest.fixture(scope="session")
def sweeps():
    """Sweeps of tiny networks: over both variances, over sigma_w^2 and depth, and over rates and activations."""
    tiny = {"width": 10, "workers": 1}
    names = ("q_star", "c_star", "chi_1")
    plane = actviz.sweep(
        {"weight_var": "0.5:4:4", "bias_var": [0.0, 0.1, 0.3]}, activation="tanh", depth=4, samples=20, seeds=2,
        keep=(*names, *(f"theory_{name}" for name in names)), **tiny,
    )  # fmt: skip
    trained = {"data": "moons:40", "batch": 20, "validation": 0, **tiny}
    depths = actviz.sweep(
        {"weight_var": "1:4:4", "depth": [2, 5, 9]}, activation="tanh", bias_var=0.05, updates=30, lr=0.5, seeds=2,
        keep="final_accuracy", **trained,
    )  # fmt: skip
    rates = actviz.sweep(
        {"lr": "0.1:1e4:4:log", "activation": "tanh,relu"}, init="he_normal", depth=2, updates=20, seeds=2,
        keep="final_loss,diverged,act_std", **trained,
    )  # fmt: skip
    return {"plane": plane, "trained_depths": depths, "rates": rates}
