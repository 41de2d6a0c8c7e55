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
def datasets(healthy, overflowing, tiny, uneven):
    return {"healthy": healthy, "overflowing": overflowing, "tiny": tiny, "uneven": uneven}
