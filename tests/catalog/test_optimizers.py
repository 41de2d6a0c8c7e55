"""Optimizers: their first steps by hand, and many against PyTorch."""

import numpy as np
import pytest

from actviz import ActvizError
from actviz.catalog.names import optimizer
from actviz.catalog.optimizers import OPTIMIZERS, Adam, AdamW, Momentum, Nesterov, start

START, FIRST, SECOND = np.array([1.0, -2.0, 0.5]), np.array([0.5, 1.0, -3.0]), np.array([-1.0, 0.25, 2.0])


def _run(rule, gradients, lr=0.1, momentum=None):
    parameters = START.copy()
    state, after = start(rule, parameters), []
    for count, gradient in enumerate(gradients):
        rule.step(parameters, gradient.copy(), state, count, lr, momentum)
        after.append(parameters.copy())
    return after


def test_the_first_steps_are_those_by_hand():
    by_hand = {
        "sgd": [START - 0.1 * FIRST, START - 0.1 * FIRST - 0.1 * SECOND],
        "momentum": [START - 0.1 * FIRST, START - 0.1 * FIRST - 0.1 * (0.9 * FIRST + SECOND)],
        "nesterov": [
            START - 0.1 * 1.9 * FIRST,
            START - 0.19 * FIRST - 0.1 * (SECOND + 0.9 * (0.9 * FIRST + SECOND)),
        ],
    }
    for name, expected in by_hand.items():
        np.testing.assert_allclose(_run(OPTIMIZERS[name], [FIRST, SECOND]), expected, rtol=1e-12, err_msg=name)


@pytest.mark.parametrize("name", ["adam", "adamw"])
def test_adams_first_step_is_the_rate_whatever_the_gradient(name):
    change = START - _run(OPTIMIZERS[name], [1e3 * FIRST])[0]
    np.testing.assert_allclose(change, 0.1 * np.sign(FIRST), rtol=1e-6)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_many_steps_agree_with_pytorch(name, torch):
    parameter = torch.nn.Parameter(torch.from_numpy(START.copy()))
    made = {
        "sgd": lambda p: torch.optim.SGD(p, 0.1),
        "momentum": lambda p: torch.optim.SGD(p, 0.1, momentum=0.9),
        "nesterov": lambda p: torch.optim.SGD(p, 0.1, momentum=0.9, nesterov=True),
        "adam": lambda p: torch.optim.Adam(p, 0.1),
        "adamw": lambda p: torch.optim.AdamW(p, 0.1, weight_decay=0.0),
    }
    theirs = made[name]([parameter])
    gradients = np.random.default_rng(0).normal(size=(30, 3))
    for gradient, mine in zip(gradients, _run(OPTIMIZERS[name], gradients), strict=True):
        parameter.grad = torch.from_numpy(gradient.copy())
        theirs.step()
        np.testing.assert_allclose(mine, parameter.detach().numpy(), rtol=1e-10)


@pytest.mark.parametrize("name", ["momentum", "nesterov", "adam", "adamw"])
def test_a_schedules_momentum_replaces_the_optimizers_own(name):
    own = {"momentum": Momentum(0.5), "nesterov": Nesterov(0.5), "adam": Adam(0.5), "adamw": AdamW(0.5)}[name]
    gradients = [FIRST, SECOND, FIRST]
    np.testing.assert_array_equal(_run(OPTIMIZERS[name], gradients, momentum=0.5), _run(own, gradients))


@pytest.mark.parametrize("spec", ["momentum:1", "momentum:-0.1", "adam:0.9,1", "adam:0.9,0.9,0", "sgd:0.9", "sgdd"])
def test_bad_optimizers_are_refused_in_one_line(spec):
    with pytest.raises(ActvizError) as error:
        optimizer(spec)
    assert "\n" not in str(error.value)
