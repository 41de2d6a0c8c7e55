"""Every schedule beside PyTorch's scheduler of the same kind, step by step, and where PyTorch's are one off."""

import math

import numpy as np
import pytest

from actviz.catalog.schedules import (
    Constant,
    Cosine,
    CosineRestarts,
    Exponential,
    Join,
    OneCycle,
    Polynomial,
    ReduceOnPlateau,
    StepDecay,
    WarmUp,
)

torch = pytest.importorskip("torch", reason="PyTorch is an optional dependency")

from torch.optim import lr_scheduler as pt  # noqa: E402

STEPS = 60


def _optimizer(lr):
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr, momentum=0.9)


def _followed(make, steps, lr):
    """Rate and momentum that a step of the optimizer uses, with the scheduler's step after it."""
    optimizer = _optimizer(lr)
    scheduler, found = make(optimizer), []
    for _ in range(steps):
        found.append((optimizer.param_groups[0]["lr"], optimizer.param_groups[0]["momentum"]))
        optimizer.step()
        if len(found) < steps:
            scheduler.step()
    return np.array(found).T


PAIRS = {
    "StepLR": (StepDecay(0.1, 0.5, 7), lambda o: pt.StepLR(o, 7, 0.5)),
    "StepLR, every step": (StepDecay(0.1, 0.9, 1), lambda o: pt.StepLR(o, 1, 0.9)),
    "ExponentialLR": (Exponential(0.1, 0.93), lambda o: pt.ExponentialLR(o, 0.93)),
    "ExponentialLR, growing": (Exponential(0.1, 1.2), lambda o: pt.ExponentialLR(o, 1.2)),
    "CosineAnnealingLR": (Cosine(0.1, STEPS), lambda o: pt.CosineAnnealingLR(o, STEPS)),
    "CosineAnnealingLR, eta_min": (Cosine(0.1, STEPS - 1, 0.02), lambda o: pt.CosineAnnealingLR(o, STEPS - 1, 0.02)),
    "CosineAnnealingWarmRestarts": (CosineRestarts(0.1, 9), lambda o: pt.CosineAnnealingWarmRestarts(o, 9)),
    "CosineAnnealingWarmRestarts, T_mult": (
        CosineRestarts(0.1, 5, 2, 0.01),
        lambda o: pt.CosineAnnealingWarmRestarts(o, 5, 2, 0.01),
    ),
    "CosineAnnealingWarmRestarts, T_mult 3": (
        CosineRestarts(0.1, 3, 3),
        lambda o: pt.CosineAnnealingWarmRestarts(o, 3, 3),
    ),
    "PolynomialLR": (Polynomial(0.1, 40), lambda o: pt.PolynomialLR(o, 40)),
    "PolynomialLR, power": (Polynomial(0.1, STEPS, 0.9), lambda o: pt.PolynomialLR(o, STEPS, 0.9)),
    "LinearLR": (WarmUp(Constant(0.1), 8, 0.25), lambda o: pt.LinearLR(o, 0.25, total_iters=8)),
    "LinearLR from nearly 0": (WarmUp(Constant(0.1), 30, 1e-6), lambda o: pt.LinearLR(o, 1e-6, total_iters=30)),
    "SequentialLR of a warm-up": (
        WarmUp(Cosine(0.1, 55), 5, 0.1),
        lambda o: pt.SequentialLR(o, [pt.LinearLR(o, 0.1, total_iters=5), pt.CosineAnnealingLR(o, 55)], [5]),
    ),
    "SequentialLR": (
        Join((Constant(0.1), Exponential(0.1, 0.9), StepDecay(0.1, 0.5, 6)), (10, 25)),
        lambda o: pt.SequentialLR(o, [pt.ConstantLR(o, 1.0), pt.ExponentialLR(o, 0.9), pt.StepLR(o, 6, 0.5)], [10, 25]),
    ),
}


@pytest.mark.parametrize(("schedule", "make"), PAIRS.values(), ids=PAIRS)
def test_rates_are_pytorchs_step_by_step(schedule, make):
    rates, _ = _followed(make, STEPS, 0.1)
    # PyTorch multiplies its way from step to step, so its rounding adds up
    np.testing.assert_allclose(schedule(np.arange(STEPS)), rates, rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize("anneal", ["cosine", "linear"])
@pytest.mark.parametrize("pct", [0.1, 0.3, 0.5, 0.77])
@pytest.mark.parametrize("total", [20, 37, 60])  # PyTorch divides by 0 where pct * total is 1
def test_one_cycle_is_pytorchs_with_its_momentum(total, pct, anneal):
    schedule = OneCycle(0.2, total, pct, 20.0, 1000.0, anneal, 0.8, 0.9)
    rates, momenta = _followed(
        lambda o: pt.OneCycleLR(
            o, 0.2, total_steps=total, pct_start=pct, anneal_strategy=anneal[:3] if anneal == "cosine" else anneal,
            base_momentum=0.8, max_momentum=0.9, div_factor=20.0, final_div_factor=1000.0,
        ),
        total,
        0.1,
    )  # fmt: skip
    np.testing.assert_allclose(schedule(np.arange(total)), rates, rtol=1e-11, atol=1e-15)
    np.testing.assert_allclose(schedule.momentum(np.arange(total)), momenta, rtol=1e-12)


def test_one_cycles_defaults_are_pytorchs():
    rates, momenta = _followed(lambda o: pt.OneCycleLR(o, 0.1, total_steps=200), 200, 0.1)
    np.testing.assert_allclose(OneCycle()(np.arange(200)), rates, rtol=1e-11, atol=1e-15)
    np.testing.assert_allclose(OneCycle().momentum(np.arange(200)), momenta, rtol=1e-12)


@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("threshold_mode", ["rel", "abs"])
@pytest.mark.parametrize("patience", [0, 2])
@pytest.mark.parametrize("cooldown", [0, 3])
def test_reduce_on_plateau_is_pytorchs_metric_by_metric(mode, threshold_mode, patience, cooldown):
    metrics = np.random.default_rng(0).normal(2.0, 0.5, 200) + np.linspace(0, 1, 200) * (-1 if mode == "min" else 1)
    metrics[[0, 7, 50, 51]] = math.nan, math.inf, -math.inf, 2.0
    metrics[7] = math.inf if mode == "min" else -math.inf
    metrics[50] = 2.0  # an infinite best would end all improvement
    settings = {"factor": 0.7, "patience": patience, "threshold": 0.01, "threshold_mode": threshold_mode,
                "cooldown": cooldown, "min_lr": 1e-9, "mode": mode}  # fmt: skip
    optimizer, schedule = _optimizer(0.1), ReduceOnPlateau(0.1, **settings)
    scheduler, state = pt.ReduceLROnPlateau(optimizer, **settings), schedule.start()
    for at, metric in enumerate(metrics):
        scheduler.step(metric)
        state = schedule.update(state, metric)
        assert state.lr == optimizer.param_groups[0]["lr"], f"after metric {at}"
        assert (state.bad, state.cooldown) == (scheduler.num_bad_epochs, scheduler.cooldown_counter)
    assert state.lr < 0.05


# Where PyTorch is one off what one expects, or goes on otherwise after the end


def test_pytorchs_one_cycle_peaks_a_step_before_the_share_it_is_given():
    rates, _ = _followed(lambda o: pt.OneCycleLR(o, 0.1, total_steps=100), 100, 0.1)
    assert rates.argmax() == 29 == OneCycle(0.1, 100)(np.arange(100)).argmax()


def test_pytorchs_one_cycle_bounces_after_its_last_step_and_ours_stays():
    rates, _ = _followed(lambda o: pt.OneCycleLR(o, 0.1, total_steps=10), 11, 0.1)
    schedule = OneCycle(0.1, 10)
    assert rates[9] == pytest.approx(schedule(9), rel=1e-9)
    assert rates[10] > 1000 * rates[9]
    assert schedule(10) == schedule(9)


def test_pytorchs_cosine_climbs_again_after_its_period_and_ours_stays():
    rates, _ = _followed(lambda o: pt.CosineAnnealingLR(o, 10), 21, 0.1)
    ours = Cosine(0.1, 10)(np.arange(21))
    np.testing.assert_allclose(ours[:11], rates[:11], rtol=1e-11, atol=1e-15)
    assert rates[20] == pytest.approx(0.1)
    assert (ours[10:] == 0.0).all()


def test_at_a_milestone_sequential_takes_the_first_step_of_the_next_schedule():
    rates, _ = _followed(lambda o: pt.SequentialLR(o, [pt.ConstantLR(o, 0.5, 99), pt.StepLR(o, 2, 0.1)], [3]), 6, 0.1)
    assert rates.tolist() == pytest.approx([0.05, 0.05, 0.05, 0.1, 0.1, 0.01])
    joined = Join((Constant(0.05), StepDecay(0.1, 0.1, 2)), (3,))
    np.testing.assert_allclose(joined(np.arange(6)), rates, rtol=1e-12)


def test_pytorchs_polynomial_and_ours_are_at_their_end_one_step_after_the_last_of_total():
    rates, _ = _followed(lambda o: pt.PolynomialLR(o, 10), 12, 0.1)
    assert rates[9] == pytest.approx(0.01)
    assert rates[10] == 0.0 == Polynomial(0.1, 10)(10)
