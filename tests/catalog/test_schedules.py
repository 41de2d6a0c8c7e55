"""Schedules: closed forms, values at the ends and boundaries, compositions, names; PyTorch's are in ``pytorch/``."""

import dataclasses
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import actviz
from actviz import SCHEDULES, ActvizError
from actviz.catalog.checks import LARGEST
from actviz.catalog.names import builtin, describe, is_builtin, labelled_schedules
from actviz.catalog.schedules import (
    UNITS,
    Constant,
    Cosine,
    CosineRestarts,
    Exponential,
    InverseSqrt,
    Join,
    OneCycle,
    Own,
    PlateauState,
    Polynomial,
    ReduceOnPlateau,
    StepDecay,
    WarmUp,
    momenta,
    rates,
    step_at,
)

steady = settings(derandomize=True, deadline=None, max_examples=100)
OF_STEPS = {name: item for name, item in SCHEDULES.items() if not isinstance(item, ReduceOnPlateau)}
EXAMPLES = {
    **OF_STEPS,
    "restarts, decaying": CosineRestarts(0.2, 7, 3, 0.001, 0.5),
    "one_cycle, linear": OneCycle(0.2, 37, 0.4, 10, 100, "linear", 0.8, 0.9),
    "polynomial, power": Polynomial(0.3, 40, 2.5, 0.01),
    "warm-up": WarmUp(CosineRestarts(0.1, 10, 2), 5),
    "join": Join((Constant(0.3), OneCycle(0.1, 20), StepDecay(0.1, 0.5, 4)), (3, 30)),
    "warm-up of a join": WarmUp(Join((Cosine(), InverseSqrt()), (9,)), 4, 0.0),
    "own": Own(lambda step: 0.1 / (1 + step), "hyperbolic"),
}
every_schedule = pytest.mark.parametrize("schedule", EXAMPLES.values(), ids=EXAMPLES)


# What all have in common


@every_schedule
def test_an_array_of_steps_gives_what_each_step_gives(schedule):
    steps = np.arange(400)
    for ask in (schedule, schedule.momentum):
        np.testing.assert_array_equal(ask(steps), [ask(step) for step in steps.tolist()])
        np.testing.assert_array_equal(ask(steps.reshape(4, 100)), ask(steps).reshape(4, 100))
        np.testing.assert_array_equal(ask(steps[::-3]), ask(steps)[::-3])
        assert type(ask(7)) is type(ask(np.int64(7))) is type(ask(np.array(7))) is float


@every_schedule
@pytest.mark.parametrize("step", [7.0, np.float32(7), np.uint8(7), np.array(7), np.int64(7)], ids=repr)
def test_a_whole_number_of_any_type_is_a_step(schedule, step):
    assert schedule(step) == schedule(7)


@every_schedule
@pytest.mark.parametrize(
    "step", [-1, 0.5, math.nan, math.inf, True, "1", None, [0, -1], [0.0, 1.5], 2**53 + 2, 10**30], ids=repr
)
def test_other_steps_are_one_line_errors(schedule, step, one_line_error):
    for ask in (schedule, schedule.momentum):
        assert "whole number" in one_line_error(ask, step)


@every_schedule
def test_no_steps_give_no_rates(schedule):
    assert schedule(np.array([], dtype=int)).shape == (0,)
    assert schedule.momentum(np.array([], dtype=int)).shape == (0,)


@pytest.mark.parametrize("schedule", [item for name, item in EXAMPLES.items() if name != "own"])
def test_the_last_of_all_steps_has_a_rate(schedule):
    assert 0.0 <= schedule(LARGEST) <= 0.3


@every_schedule
def test_a_schedule_is_a_frozen_comparable_value(schedule):
    assert schedule == dataclasses.replace(schedule)
    assert hash(schedule) == hash(dataclasses.replace(schedule))
    assert type(schedule).__name__ in repr(schedule)
    with pytest.raises(dataclasses.FrozenInstanceError):
        schedule.lr = 1.0


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
def test_every_schedule_has_a_reference_and_starts_from_its_rate(schedule):
    assert schedule.reference
    assert schedule.lr == 0.1


# Values at step 0, at boundaries, at the last step


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (Constant(0.3), {0: 0.3, 10**6: 0.3}),
        (Constant(0), {0: 0.0}),
        # the article's: 0.1, halved every 50 epochs
        (StepDecay(), {0: 0.1, 49: 0.1, 50: 0.05, 99: 0.05, 100: 0.025, 149: 0.025, 150: 0.0125, 199: 0.0125}),
        (StepDecay(1.0, 2.0, 1), {0: 1.0, 3: 8.0}),
        (Exponential(0.1, 0.5), {0: 0.1, 1: 0.05, 4: 0.00625}),
        (Cosine(0.1, 100), {0: 0.1, 50: 0.05, 100: 0.0, 101: 0.0, 200: 0.0}),
        (Cosine(0.1, 100, 0.02), {0: 0.1, 50: 0.06, 100: 0.02, 1000: 0.02}),
        (CosineRestarts(0.1, 50), {0: 0.1, 25: 0.05, 50: 0.1, 75: 0.05, 100: 0.1}),
        (CosineRestarts(0.1, 10, 2), {0: 0.1, 5: 0.05, 10: 0.1, 20: 0.05, 30: 0.1, 50: 0.05, 70: 0.1}),
        (CosineRestarts(0.1, 10, 1, 0.0, 0.5), {0: 0.1, 10: 0.05, 20: 0.025, 25: 0.0125}),
        (CosineRestarts(0.1, 10, 1, 0.03, 0.5), {10: 0.05, 20: 0.03, 25: 0.03, 30: 0.03}),
        (CosineRestarts(0.1, 1), {0: 0.1, 1: 0.1, 2: 0.1}),
        (OneCycle(0.1, 100), {0: 0.004, 29: 0.1, 99: 4e-7, 100: 4e-7, 999: 4e-7}),
        (OneCycle(0.5, 10, 0.5, 5, 10, "linear"), {0: 0.1, 2: 0.3, 4: 0.5, 9: 0.01}),
        (OneCycle(0.1, 10, 0.0), {0: 0.1, 9: 4e-7}),
        (OneCycle(0.1, 2), {0: 0.1, 1: 4e-7}),
        (OneCycle(0.1, 1), {0: 4e-7}),
        (Polynomial(0.1, 10), {0: 0.1, 5: 0.05, 9: 0.01, 10: 0.0, 11: 0.0}),
        (Polynomial(0.1, 10, 2.0, 0.02), {0: 0.1, 5: 0.04, 10: 0.02, 99: 0.02}),
        (InverseSqrt(0.1, 10), {0: 0.01, 4: 0.05, 9: 0.1, 39: 0.05, 999: 0.01}),
        (InverseSqrt(0.1, 1), {0: 0.1, 3: 0.05}),
        (WarmUp(Constant(0.1), 4, 0.2), {0: 0.02, 2: 0.06, 3: 0.08, 4: 0.1, 5: 0.1}),
        (WarmUp(StepDecay(0.1, 0.5, 10), 5, 0.0), {0: 0.0, 5: 0.1, 14: 0.1, 15: 0.05}),
        (WarmUp(Cosine(0.1, 10), 1, 0.5), {0: 0.05, 1: 0.1, 6: 0.05, 11: 0.0}),
        (Join((Constant(0.3), Polynomial(0.1, 10)), (7,)), {0: 0.3, 6: 0.3, 7: 0.1, 12: 0.05, 17: 0.0}),
        (Join([Constant(1), Constant(2), Constant(3)], [1, 2.0]), {0: 1.0, 1: 2.0, 2: 3.0, 9: 3.0}),
    ],
    ids=str,
)  # fmt: skip
def test_values_at_the_start_the_boundaries_and_the_end(schedule, expected):
    found = {step: schedule(step) for step in expected}
    assert found == pytest.approx(expected, rel=1e-14, abs=1e-17)


@pytest.mark.parametrize("name", OF_STEPS)
def test_the_first_and_last_of_their_steps_are_exact(name):
    last = {"constant": 0.1, "step": 0.1 * 0.5**3, "one_cycle": 0.1 / 25 / 1e4, "exponential": 0.1 * 0.98**199,
            "cosine": 0.05 * (1 + math.cos(math.pi * 199 / 200)),
            "cosine_restarts": 0.05 * (1 + math.cos(math.pi * 49 / 50)),
            "polynomial": 0.1 / 200, "inverse_sqrt": 0.1 * math.sqrt(20 / 200)}  # fmt: skip
    first = {"one_cycle": 0.1 / 25, "inverse_sqrt": 0.1 * (1 / 20)}
    assert SCHEDULES[name](0) == first.get(name, 0.1)
    assert SCHEDULES[name](199) == pytest.approx(last[name], rel=1e-12)


def test_inverse_sqrt_is_the_papers_formula():
    steps, d_model, warmup = np.arange(20000), 512, 4000
    paper = d_model**-0.5 * np.minimum((steps + 1.0) ** -0.5, (steps + 1.0) * warmup**-1.5)
    np.testing.assert_allclose(InverseSqrt((d_model * warmup) ** -0.5, warmup)(steps), paper, rtol=1e-13)


def test_the_last_step_before_a_restart_is_above_the_least_rate_by_a_known_share():
    schedule = CosineRestarts(0.1, 50, 1, 0.02)
    assert schedule(49) == pytest.approx(0.02 + 0.08 * (1 - math.cos(math.pi / 50)) / 2, rel=1e-12)
    assert schedule(49) > 0.02


def test_momentum_goes_against_the_rate_and_only_in_one_cycle():
    cycle = OneCycle(0.1, 100)
    assert [cycle.momentum(step) for step in (0, 29, 99, 500)] == [0.95, 0.85, 0.95, 0.95]
    rate, momentum = cycle(np.arange(100)), cycle.momentum(np.arange(100))
    assert (np.sign(np.diff(rate)) == -np.sign(np.diff(momentum))).all()
    assert [name for name, item in SCHEDULES.items() if np.isfinite(momenta(item, 200)).any()] == ["one_cycle"]


def test_compositions_keep_the_momentum_of_their_parts():
    cycle = OneCycle(0.1, 10)
    warmed = WarmUp(cycle, 5).momentum(np.arange(15))
    np.testing.assert_array_equal(warmed, [0.95] * 5 + cycle.momentum(np.arange(10)).tolist())
    joined = Join((Constant(0.1), cycle), (3,)).momentum(np.arange(13))
    np.testing.assert_array_equal(joined, [math.nan] * 3 + cycle.momentum(np.arange(10)).tolist())


def test_an_overflowing_rate_is_inf_and_no_warning():
    assert Exponential(0.1, 1e200)([0, 2]).tolist() == [0.1, math.inf]
    assert Exponential(0.0, 1e200)(2) == 0.0
    assert StepDecay(1.0, 0.5, 1)(10**6) == 0.0


# Closed forms and monotonicity, whatever the parameters

lrs = st.floats(1e-6, 1e3)
lengths = st.integers(1, 300)
shares = st.floats(0.0, 1.0)


@steady
@given(lrs, st.floats(0.01, 1.0), lengths, st.floats(0.2, 4.0), shares)
def test_decays_never_rise_and_stay_between_their_ends(lr, gamma, length, power, share):
    steps = np.arange(2 * length + 1)
    end = lr * share
    for schedule in (
        Constant(lr),
        StepDecay(lr, gamma, length),
        Exponential(lr, gamma),
        Cosine(lr, length, end),
        Polynomial(lr, length, power, end),
        InverseSqrt(lr, 1),
    ):
        found = schedule(steps)
        slack = 4e-16 * lr  # the last digit of a float
        assert found[0] == lr
        assert (np.diff(found) <= slack).all(), schedule
        assert found.min() >= -slack
        if isinstance(schedule, Cosine | Polynomial):
            assert found[length] == found[-1] == end


@steady
@given(lrs, st.integers(1, 40), st.integers(1, 4), shares, st.floats(0.1, 1.0))
def test_restarts_fall_within_each_cycle_and_start_from_their_peak(lr, period, t_mult, share, decay):
    schedule = CosineRestarts(lr, period, t_mult, lr * share, decay)
    start, length = 0, period
    for cycle in range(4):
        found = schedule(np.arange(start, start + length))
        peak = max(lr * decay**cycle, schedule.eta_min)
        expected = schedule.eta_min + (peak - schedule.eta_min) * (1 + np.cos(np.pi * np.arange(length) / length)) / 2
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-15 * lr)
        assert (np.diff(found) <= 4e-16 * lr).all()
        start, length = start + length, length * t_mult


@steady
@given(lrs, st.integers(1, 400), st.floats(0.0, 0.99), st.floats(1.0, 100.0), st.sampled_from(["cosine", "linear"]))
def test_one_cycle_rises_to_its_peak_and_falls_after_it(lr, total, pct, div, anneal):
    schedule = OneCycle(lr, total, pct, div, 100.0, anneal)
    found, momentum = rates(schedule, total + 5), momenta(schedule, total + 5)
    turn = max(pct * total - 1, 0.0)
    up, down = found[: math.floor(turn) + 1], found[math.ceil(turn) :]
    assert (np.diff(up) >= -4e-16 * lr).all()
    assert (np.diff(down) <= 4e-16 * lr).all()
    assert found.max() <= lr * (1 + 1e-15)
    assert (found[total - 1 :] == schedule.lr / div / 100.0).all()
    assert ((momentum >= 0.85 - 1e-15) & (momentum <= 0.95 + 1e-15)).all()
    if turn > 0:
        assert found[0] == lr / div


@steady
@given(st.integers(1, 50), shares, st.sampled_from(sorted(OF_STEPS)))
def test_a_warm_up_rises_in_a_line_to_where_its_schedule_starts(steps, factor, name):
    schedule = SCHEDULES[name]
    found = rates(WarmUp(schedule, steps, factor), steps + 20)
    ramp = factor + (1 - factor) * np.arange(steps) / steps
    np.testing.assert_allclose(found[:steps], ramp * schedule(0), rtol=1e-13)
    np.testing.assert_array_equal(found[steps:], rates(schedule, 20))


@steady
@given(st.lists(st.integers(1, 40), min_size=1, max_size=4), st.data())
def test_a_join_is_its_parts_one_after_another(lengths, data):
    parts = [SCHEDULES[data.draw(st.sampled_from(sorted(OF_STEPS)))] for _ in range(len(lengths) + 1)]
    joined = Join(tuple(parts), tuple(np.cumsum(lengths).tolist()))
    expected = np.concatenate([rates(part, length) for part, length in zip(parts, [*lengths, 25], strict=True)])
    np.testing.assert_array_equal(rates(joined, len(expected)), expected)


# The one with a memory


def _follow(schedule, metrics):
    """The rate after every metric, through JSON each time, as a checkpoint would."""
    state, found = schedule.start(), []
    for metric in metrics:
        state = schedule.update(
            PlateauState(**json.loads(json.dumps(dataclasses.asdict(state), allow_nan=False))), metric
        )
        found.append(state.lr)
    return found


@pytest.mark.parametrize(
    ("settings", "metrics", "expected"),
    [
        ({"patience": 2}, [1, 1, 1, 1, 1], [0.8, 0.8, 0.8, 0.4, 0.4]),
        ({"patience": 0}, [1, 1, 0.5, 0.5, 0.5], [0.8, 0.4, 0.4, 0.2, 0.1]),
        ({"patience": 1}, [1, 2, 0.9, 2, 2, 2, 2], [0.8, 0.8, 0.8, 0.8, 0.4, 0.4, 0.2]),
        ({"patience": 0}, [math.nan, math.inf, 1, 0.9], [0.4, 0.2, 0.2, 0.2]),
        ({"patience": 0}, [1, math.nan, 0.5, -math.inf], [0.8, 0.4, 0.4, 0.4]),
        ({"patience": 0, "cooldown": 2}, [1, 1, 1, 1, 1], [0.8, 0.4, 0.4, 0.4, 0.2]),
        ({"patience": 0, "min_lr": 0.3}, [1, 1, 1, 1], [0.8, 0.4, 0.3, 0.3]),
        ({"patience": 0, "mode": "max"}, [1, 2, 3, 3, 1], [0.8, 0.8, 0.8, 0.4, 0.2]),
        ({"patience": 0, "threshold": 0.1}, [1, 0.95, 0.89], [0.8, 0.4, 0.4]),
        ({"patience": 0, "threshold": 0.1, "threshold_mode": "abs"}, [3, 2.95, 2.85], [0.8, 0.4, 0.4]),
        ({"patience": 0, "eps": 0.3}, [1, 1, 1], [0.8, 0.4, 0.4]),
    ],
    ids=str,
)
def test_the_rate_falls_when_a_metric_has_stopped_improving(settings, metrics, expected):
    assert _follow(ReduceOnPlateau(0.8, 0.5, **settings), metrics) == pytest.approx(expected, rel=1e-15)


def test_an_update_leaves_the_state_before_it_as_it_is():
    schedule = ReduceOnPlateau()
    state = schedule.start()
    assert schedule.update(state, 1.0) == PlateauState(0.1, 1.0, 0, 0)
    assert state == PlateauState(0.1)


def test_rates_of_a_plateau_are_those_without_improvement():
    found = rates(ReduceOnPlateau(0.8, 0.5, patience=1), 8)
    assert found.tolist() == [0.8, 0.8, 0.8, 0.4, 0.4, 0.2, 0.2, 0.1]


@pytest.mark.parametrize("step", [0, 3, [0, 1]])
def test_a_plateau_has_no_rate_of_a_step_and_says_what_to_do(step, one_line_error):
    schedule = ReduceOnPlateau()
    assert "state = schedule.start()" in one_line_error(schedule, step)
    assert np.isnan(schedule.momentum(step)).all()
    one_line_error(WarmUp, schedule)
    one_line_error(Join, (Constant(), schedule), (5,))


# Bad values


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Constant(-0.1), ["Constant: lr", ">= 0"]),
        (lambda: Constant(math.nan), ["lr"]),
        (lambda: Constant(math.inf), ["finite"]),
        (lambda: Constant(10**400), ["finite"]),
        (lambda: Constant("0.1"), ["lr"]),
        (lambda: Constant(True), ["lr"]),
        (lambda: StepDecay(gamma=0.0), ["gamma", "> 0"]),
        (lambda: StepDecay(every=0), ["every", "whole number from 1"]),
        (lambda: StepDecay(every=2.5), ["every", "2.5"]),
        (lambda: StepDecay(every=math.inf), ["every"]),
        (lambda: StepDecay(every=None), ["every"]),
        (lambda: Exponential(gamma=-1.0), ["gamma"]),
        (lambda: Cosine(eta_min=0.2), ["eta_min", "<= 0.1"]),
        (lambda: CosineRestarts(t_mult=1.5), ["t_mult"]),
        (lambda: CosineRestarts(peak_decay=1.5), ["peak_decay", "<= 1"]),
        (lambda: CosineRestarts(peak_decay=0), ["peak_decay", "> 0"]),
        (lambda: OneCycle(pct_start=1.0), ["pct_start", "< 1"]),
        (lambda: OneCycle(div=0), ["div", "> 0"]),
        (lambda: OneCycle(anneal="poly"), ["anneal", "cosine, linear"]),
        (lambda: OneCycle(base_momentum=0.99), ["base_momentum", "max_momentum"]),
        (lambda: OneCycle(max_momentum=1.0), ["max_momentum", "< 1"]),
        (lambda: Polynomial(power=0), ["power", "> 0"]),
        (lambda: InverseSqrt(warmup=0), ["warmup"]),
        (lambda: ReduceOnPlateau(factor=1.0), ["factor", "< 1"]),
        (lambda: ReduceOnPlateau(patience=-1), ["patience", "from 0"]),
        (lambda: ReduceOnPlateau(mode="least"), ["mode", "min, max"]),
        (lambda: ReduceOnPlateau(threshold_mode="x"), ["threshold_mode", "rel, abs"]),
        (lambda: WarmUp(Constant(), steps=0), ["steps"]),
        (lambda: WarmUp(Constant(), start_factor=1.1), ["start_factor", "<= 1"]),
        (lambda: WarmUp(0.1), ["actviz.schedule"]),
        (lambda: WarmUp(Constant), ["actviz.schedule"]),
        (lambda: WarmUp(lambda step: 0.1), ["actviz.schedule"]),
        (lambda: Join((Constant(),), ()), ["two or more"]),
        (lambda: Join((Constant(), Constant()), ()), ["boundary between"]),
        (lambda: Join((Constant(), Constant()), (1, 2)), ["boundary between"]),
        (lambda: Join((Constant(), Constant(), Constant()), (2, 2)), ["above"]),
        (lambda: Join((Constant(), Constant()), (0,)), ["whole number from 1"]),
        (lambda: Join((Constant(), 0.1), (1,)), ["actviz.schedule"]),
        (lambda: Join(Constant(), 5), ["tuple"]),
        (lambda: step_at(0, "batch", 3), list(UNITS)),
        (lambda: step_at(0, "epoch", 0), ["updates_per_epoch"]),
        (lambda: rates(Constant(), 0), ["steps"]),
    ],
)
def test_bad_values_are_one_line_errors_that_say_what_is_allowed(make, words, one_line_error):
    message = one_line_error(make)
    assert all(word in message for word in words), message


# Steps of a trainer


def test_a_step_is_an_epoch_or_an_update():
    updates = np.arange(10)
    assert step_at(updates, "update", 4) is updates
    assert step_at(updates, "epoch", 4).tolist() == [0, 0, 0, 0, 1, 1, 1, 1, 2, 2]
    assert step_at(7, "epoch", 4) == 1
    assert StepDecay(0.1, 0.5, 2)(step_at(updates, "epoch", 4)).tolist() == [0.1] * 8 + [0.05] * 2


# Names


@pytest.mark.parametrize(
    ("spec", "expected", "label"),
    [
        (0.2, Constant(0.2), "constant:0.2"),
        (np.float64(0.2), Constant(0.2), "constant:0.2"),
        (1, Constant(1.0), "constant:1"),
        ("0.2", Constant(0.2), "constant:0.2"),
        (" 1e-3 ", Constant(0.001), "constant:0.001"),
        ("step:0.1,0.5,50", StepDecay(), "step"),
        ("step:0.2", StepDecay(0.2), "step:0.2"),
        ("step:every=30", StepDecay(every=30), "step:every=30"),
        ("step:0.2,0.5,30", StepDecay(0.2, 0.5, 30), "step:0.2,0.5,30"),
        ("cosine:0.1,100", Cosine(0.1, 100), "cosine:0.1,100"),
        ("cosine:period=1e2", Cosine(0.1, 100), "cosine:0.1,100"),
        ("cosine:1e+16", Cosine(1e16), "cosine:1e16"),
        ("cosine_restarts:0.1,10,2", CosineRestarts(0.1, 10, 2), "cosine_restarts:0.1,10,2"),
        ("one_cycle:0.1,200,anneal=linear", OneCycle(anneal="linear"), "one_cycle:anneal=linear"),
        ("one_cycle:0.3,100", OneCycle(0.3, 100), "one_cycle:0.3,100"),
        ("reduce_on_plateau:patience=3", ReduceOnPlateau(patience=3), "reduce_on_plateau:0.1,0.1,3"),
        ("warmup+cosine", WarmUp(Cosine(), 5), "warmup:5+cosine"),
        ("warmup:5+cosine:0.1,100", WarmUp(Cosine(0.1, 100), 5), "warmup:5+cosine:0.1,100"),
        ("warmup:5,0.01+cosine", WarmUp(Cosine(), 5, 0.01), "warmup:5,0.01+cosine"),
        ("warmup:start_factor=0+cosine", WarmUp(Cosine(), 5, 0.0), "warmup:5,0+cosine"),
        ("warmup:5 + 0.2", WarmUp(Constant(0.2), 5), "warmup:5+constant:0.2"),
        ("constant:0.2@20+step", Join((Constant(0.2), StepDecay()), (20,)), "constant:0.2@20+step"),
        ("0.2@20+0.1@30+0.01", Join((Constant(0.2), Constant(0.1), Constant(0.01)), (20, 30)),
         "constant:0.2@20+constant@30+constant:0.01"),
        ("warmup:5+constant@20+step", WarmUp(Join((Constant(), StepDecay()), (20,)), 5), "warmup:5+constant@20+step"),
        ("(warmup:5+constant)@20+step", Join((WarmUp(Constant(), 5), StepDecay()), (20,)),
         "(warmup:5+constant)@20+step"),
        ("constant@20+(warmup:5+step)", Join((Constant(), WarmUp(StepDecay(), 5)), (20,)),
         "constant@20+(warmup:5+step)"),
        ("warmup:1e+1+step:1e+1", WarmUp(StepDecay(10.0), 10), "warmup:10+step:10"),
    ],
)  # fmt: skip
def test_names_give_schedules_and_schedules_their_shortest_names(spec, expected, label):
    assert actviz.schedule(spec) == expected
    assert labelled_schedules(spec) == {label: expected}
    assert describe(expected, SCHEDULES) == label
    assert actviz.schedule(label) == expected
    assert builtin("schedule", label, SCHEDULES) == expected
    assert is_builtin(expected)


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule_is_found_by_name_and_by_itself(name):
    assert actviz.schedule(name) is SCHEDULES[name]
    assert actviz.schedule(SCHEDULES[name]) is SCHEDULES[name]
    assert describe(SCHEDULES[name], SCHEDULES) == name


whole = st.integers(1, 2**53)
leaves = st.one_of(
    st.builds(Constant, st.floats(0, 1e300)),
    st.builds(StepDecay, lrs, st.floats(1e-9, 1e9), whole),
    st.builds(Exponential, lrs, st.floats(1e-300, 1e300)),
    st.builds(Cosine, st.floats(0.5, 1e20), whole, shares.map(lambda share: share / 2)),
    st.builds(CosineRestarts, st.just(0.1), whole, whole, st.just(0.0), st.floats(1e-9, 1.0)),
    st.builds(OneCycle, lrs, whole, st.floats(0, 0.99), anneal=st.sampled_from(["cosine", "linear"])),
    st.builds(Polynomial, lrs, whole, st.floats(1e-9, 1e20), lrs),
    st.builds(InverseSqrt, lrs, whole),
)
composed = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(WarmUp, inner, whole, shares),
        st.builds(lambda a, b, c, at: Join((a, b, c), (at, at + 1)), inner, inner, inner, st.integers(1, 2**52)),
    ),
    max_leaves=6,
)


@steady
@given(composed)
def test_names_round_trip_over_any_parameters_and_compositions(schedule):
    label = describe(schedule, SCHEDULES)
    assert actviz.schedule(label) == schedule, label
    assert builtin("schedule", label, SCHEDULES) == schedule


@steady
@given(st.builds(ReduceOnPlateau, lrs, st.floats(0.01, 0.99), st.integers(0, 99), mode=st.sampled_from(["min", "max"])))
def test_a_plateaus_name_round_trips(schedule):
    assert actviz.schedule(describe(schedule, SCHEDULES)) == schedule


@pytest.mark.parametrize(
    "spec",
    [
        "", ":", "nonsense", "nan", "-0.1", "inf", "step:", "step:a", "step:0.1,0.5,50.5", "step:0.1,0.5,50,1",
        "step:lr=1,lr=2", "warmup:5", "warmup", "warmup:5+", "+", "warmup:+cosine", "warmup:a+cosine",
        "warmup:5,0.1,3+cosine", "warmup:speed=5+cosine", "constant+step", "constant@+step", "constant@x+step",
        "constant@1.5+step", "constant@5+step@9", "@5+step", "constant@0+step", "constant@9+step@5+step",
        "(cosine", "cosine)", "(cosine)@5+", "()@5+step", "warmup:5+reduce_on_plateau", "warmup:5+nonsense",
        "reduce_on_plateau@5+step", "+".join(["warmup:1"] * 2000), "(" * 2000 + "+" + ")" * 2000, "math:pi",
        "math:no_such_name", "no_such_package_at_all:name", "builtins:int", "builtins:dict", "he_normal", "tanh",
        -0.1, math.nan, math.inf, 10**400, True, None, b"step", object(), {"a": 1}, np.zeros(3), StepDecay, print,
        math.log, lambda: 0.1, lambda step: "fast", lambda step: -1.0, lambda step: 1 / step,
    ],
    ids=lambda spec: spec[:40] if isinstance(spec, str) else type(spec).__name__,
)  # fmt: skip
def test_bad_schedules_are_one_line_errors(spec, one_line_error):
    one_line_error(actviz.schedule, spec)


def test_an_unknown_name_lists_the_choices_and_how_to_compose(one_line_error):
    message = one_line_error(actviz.schedule, "nonsense")
    assert ", ".join(SCHEDULES) in message
    assert "warmup:steps" in message
    assert "lr,gamma,every" in one_line_error(actviz.schedule, "step:speed=1")


_pieces = st.sampled_from([*SCHEDULES, "warmup", *":,=+@() ", "1", "5", "0.5", "1e+5", "lr", "math", "sin", "é", "\n"])


@steady
@given(st.one_of(st.text(max_size=20), st.lists(_pieces, max_size=10).map("".join)))
def test_any_text_is_a_schedule_or_a_one_line_error(text):
    try:
        found = actviz.schedule(text)
    except ActvizError as error:
        found = error
    assert callable(found) if not isinstance(found, ActvizError) else len(str(found).splitlines()) == 1, repr(text)


OWN = """
def hyperbolic(step):
    return 0.1 / (1 + step)

class Stairs:
    def __call__(self, step):
        return 0.1 if step < 3 else 0.01
    def momentum(self, step):
        return 0.5

class Broken(Stairs):
    def momentum(self, step):
        return "much"

def fails_later(step):
    return 0.1 if step < 3 else float("nan")
"""


@pytest.fixture
def own(tmp_path, monkeypatch):
    (tmp_path / "own_schedules.py").write_text(OWN)
    monkeypatch.syspath_prepend(tmp_path)


@pytest.mark.usefixtures("own")
def test_own_schedules_by_module_and_name(one_line_error):
    found = labelled_schedules(["own_schedules:hyperbolic", "own_schedules:Stairs"])
    assert list(found) == ["own_schedules:hyperbolic", "own_schedules:Stairs"]
    hyperbolic, stairs = found.values()
    assert hyperbolic([0, 4]).tolist() == [0.1, 0.02]
    assert np.isnan(hyperbolic.momentum(3))
    assert stairs([2, 3]).tolist() == [0.1, 0.01]
    assert stairs.momentum([0, 1]).tolist() == [0.5, 0.5]
    assert "much" in one_line_error(actviz.schedule, "own_schedules:Broken")
    later = actviz.schedule("own_schedules:fails_later")
    assert "step 3" in one_line_error(later, [0, 3])


@pytest.mark.usefixtures("own")
def test_own_schedules_can_be_composed_but_a_label_imports_nothing(one_line_error):
    ((label, schedule),) = labelled_schedules("warmup:5 + own_schedules:hyperbolic").items()
    assert label == "warmup:5 + own_schedules:hyperbolic"
    assert schedule(5) == 0.1
    assert actviz.schedule(label) == schedule
    assert not is_builtin(schedule)
    assert builtin("schedule", label, SCHEDULES) is None
    assert builtin("schedule", "own_schedules:hyperbolic", SCHEDULES) is None


def test_an_own_function_is_labelled_by_its_name():
    def halves(step):
        return 0.5

    assert list(labelled_schedules([halves, "step"])) == ["halves", "step"]


def test_schedules_are_given_once(one_line_error):
    one_line_error(labelled_schedules, ["step", "step:0.1"])
    one_line_error(labelled_schedules, [])
