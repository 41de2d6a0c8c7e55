"""``train()``: against PyTorch, against the probe, and what may not change a result."""

import dataclasses
import itertools
import math

import numpy as np
import pytest
import xarray as xr

import actviz
from actviz import ActvizError, EarlyStopping, Split, TrainConfig
from actviz.catalog.choices import NORMS
from actviz.catalog.losses import LOSSES
from actviz.catalog.names import labelled_task
from actviz.catalog.optimizers import OPTIMIZERS
from actviz.catalog.tasks import TASKS, divide
from actviz.numerics.blocks import SMALL_BLOCK
from actviz.probing.normalizing import NORM_EPS
from actviz.results.statistics import OF_BLOCKS
from actviz.results.words import recipe_words
from actviz.text import text
from actviz.training.config import plan
from actviz.training.learner import Learner
from actviz.training.loop import Course
from actviz.training.outcome import outcomes
from actviz.training.together import in_step

MOONS = "moons:200"


def _trained(data=MOONS, seeds=2, split=None, workers=1, checkpoint=None, progress=None, **settings):
    settings = {"depth": 2, "width": 12, "epochs": 4, "batch": 20, "lr": 0.1, **settings}
    inits, activations = settings.pop("inits", "he_normal"), settings.pop("activations", "tanh")
    runs = actviz.runs(inits, activations, data=data, **settings)
    return actviz.train(runs, data, seeds=seeds, split=split, workers=workers, checkpoint=checkpoint, progress=progress)


# Against PyTorch


def _norm(torch, stack, width):
    """A normalization in PyTorch, with a scale and a shift."""
    if stack.norm_kind == "batch":
        return torch.nn.BatchNorm1d(width, eps=NORM_EPS, dtype=torch.float64)
    if stack.norm_kind == "layer":
        return torch.nn.LayerNorm(width, eps=NORM_EPS, dtype=torch.float64)

    class Rms(torch.nn.RMSNorm):
        def __init__(self):
            super().__init__(width, eps=NORM_EPS, dtype=torch.float64)
            self.bias = torch.nn.Parameter(torch.zeros(width, dtype=torch.float64))

        def forward(self, x):
            return super().forward(x) + self.bias

    return Rms()


def _linear(torch, weights, bias):
    """A linear layer in PyTorch of these weights."""
    linear = torch.nn.Linear(*weights.shape, dtype=torch.float64, bias=bias is not None)
    with torch.no_grad():
        linear.weight.copy_(torch.from_numpy(weights.T.copy()))
        if bias is not None:
            linear.bias.copy_(torch.from_numpy(bias.copy()))
    return linear


def _blocks(torch, learner, activation):
    """The same network of residual blocks in PyTorch, with the same weights."""
    p, stack = learner.parameters, learner.parameters.stack

    class Block(torch.nn.Module):
        def __init__(self, layer):
            super().__init__()
            self.into = _linear(torch, p.weights[layer], p.biases(layer))
            self.activation = activation()
            self.end = _linear(torch, p.ends(layer), None)
            self.norm = _norm(torch, stack, stack.widths[layer + 1]) if stack.norm else torch.nn.Identity()

        def forward(self, y):
            taken = self.norm(y) if stack.place == "pre" else y
            total = y + self.end(self.activation(self.into(taken)))
            return self.norm(total) if stack.place == "post" else total

    layers = [
        Block(layer)
        if is_block
        else torch.nn.Sequential(_linear(torch, p.weights[layer], p.biases(layer)), activation())
        for layer, is_block in enumerate(stack.skips)
    ]
    return torch.nn.Sequential(*layers, _linear(torch, p.weights[-1], p.rest[-1]))


def _model(torch, learner, activation):
    """The same network in PyTorch, with the same weights."""
    parameters, layers = learner.parameters, []
    stack = parameters.stack
    if stack.block == "residual":
        return _blocks(torch, learner, activation)
    for layer, (fan_in, fan_out) in enumerate([*stack.fans, (stack.widths[-1], parameters.outputs)]):
        linear = torch.nn.Linear(fan_in, fan_out, dtype=torch.float64, bias=not stack.norm or layer == stack.depth)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(parameters.weights[layer].T.copy()))
            if linear.bias is not None:
                linear.bias.copy_(torch.from_numpy(parameters.rest[-1 if layer == stack.depth else layer].copy()))
        layers.append(linear)
        if layer < stack.depth:
            between = [activation()]
            if stack.norm:
                between.insert(0 if stack.place == "pre" else 1, _norm(torch, stack, fan_out))
            layers += between
    return torch.nn.Sequential(*layers)


def _their_optimizer(torch, name, model, lr, decay):
    weights = [p for p in model.parameters() if p.ndim == 2]
    others = [p for p in model.parameters() if p.ndim != 2]
    groups = [{"params": weights, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}]
    momentum = {"momentum": {"momentum": 0.9}, "nesterov": {"momentum": 0.9, "nesterov": True}}
    kinds = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}
    return kinds.get(name, torch.optim.SGD)(groups, lr=lr, **momentum.get(name, {}))


EVERY_STEP = [
    *itertools.product(("cross_entropy", "mean_square"), OPTIMIZERS, [None, "batch", "batch_after"], ("plain",)),
    *(("cross_entropy", "momentum", norm, "plain") for norm in NORMS[3:]),
    *(("cross_entropy", "momentum", norm, "residual") for norm in NORMS),
]


@pytest.mark.parametrize(("loss", "name", "norm", "block"), EVERY_STEP)
def test_fifty_steps_are_those_of_pytorch(loss, name, norm, block, torch):
    config = {"optimizer": name, "lr": 0.02, "weight_decay": 0.01, "batch": 20, "dtype": "float64", "loss": loss}
    run = actviz.runs("he_normal", "tanh", data=MOONS, depth=3, width=8, norm=norm, block=block, **config)["he_normal"]
    examples = divide(TASKS["moons"], Split(), 0, "float64")
    learner = Learner(run, 2, 0, 20)
    model = _model(torch, learner, torch.nn.Tanh)
    theirs = _their_optimizer(torch, name, model, 0.02, 0.01)
    rng = np.random.default_rng(0)
    for _ in range(50):
        rows = rng.integers(len(examples.x["train"]), size=20)
        x, y = examples.x["train"][rows], examples.y["train"][rows]
        mine, _ = learner.step(x, y, 0.02)
        outputs = model(torch.from_numpy(x))
        if loss == "cross_entropy":
            value = torch.nn.functional.cross_entropy(outputs, torch.from_numpy(y))
        else:
            value = 0.5 * ((outputs - torch.nn.functional.one_hot(torch.from_numpy(y), 2)) ** 2).sum(1).mean()
        theirs.zero_grad()
        value.backward()
        theirs.step()
        assert mine == pytest.approx(value.item(), rel=1e-6)
    weights = [p.detach().numpy().T for name, p in model.named_parameters() if p.ndim == 2 and "end" not in name]
    ends = [p.detach().numpy().T for name, p in model.named_parameters() if p.ndim == 2 and "end" in name]
    assert len(ends) == sum(run.stack.skips)
    own = [*learner.parameters.weights, *map(learner.parameters.ends, np.flatnonzero(run.stack.skips))]
    for mine, expected in zip(own, [*weights, *ends], strict=True):
        np.testing.assert_allclose(mine, expected, rtol=1e-6, atol=1e-9)
    model.eval()
    held, labels = examples.x["validation"], examples.y["validation"]
    outputs = model(torch.from_numpy(held))
    assert learner.evaluate(held, labels)[1] == pytest.approx((outputs.argmax(1).numpy() == labels).mean())
    if loss == "cross_entropy":
        expected = torch.nn.functional.cross_entropy(outputs, torch.from_numpy(labels)).item()
        assert learner.evaluate(held, labels)[0] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(("block", "norm"), list(itertools.product(("plain", "residual"), NORMS)))
def test_the_gradient_with_decay_and_dropout_is_the_central_difference(block, norm):
    config = {"lr": 1.0, "weight_decay": 0.3, "dtype": "float64"}
    run = actviz.runs("he_normal", "tanh", data=MOONS, depth=3, width=5, norm=norm, block=block, **config)["he_normal"]
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(9, 2)), rng.integers(2, size=9)
    masks = [(rng.random((9, 5)) < 0.5) * 2.0 for _ in range(3)]

    def loss(values):
        learner = Learner(run, 2, 0, 9)
        learner.parameters.values[...] = values
        return learner._gradients.put(x, y, masks) + learner.penalty

    learner = Learner(run, 2, 0, 9)
    start = learner.parameters.values.copy()
    learner.step(x, y, 1.0, masks=masks)
    analytic = start - learner.parameters.values
    for position in range(len(start)):
        step = np.zeros_like(start)
        step[position] = 1e-6
        numeric = (loss(start + step) - loss(start - step)) / 2e-6
        assert analytic[position] == pytest.approx(numeric, abs=1e-7), f"parameter {position}"


# Against the probe


@pytest.mark.parametrize(("block", "norm"), [*(("plain", norm) for norm in NORMS), ("residual", "layer")])
def test_the_recorder_before_the_first_update_is_the_probe(block, norm):
    seeds, stack = (0, 3), {"depth": 3, "width": 20, "norm": norm, "block": block}
    found = _trained("mnist", seeds, epochs=1, snapshot_rows=50, activations="relu", **stack)
    before = actviz.snapshot(found, 0)
    for seed in seeds:
        examples = divide(TASKS["mnist"], Split(), seed, "float32")
        rows = examples.x["train"][:50]
        probe = actviz.probe("he_normal", "relu", inputs=rows, seeds=(seed,), **stack)
        for name in [*actviz.STATISTICS, *(OF_BLOCKS if block == "residual" else ())]:
            if "grad" not in name and "pull" not in name:  # the probe's gradient is driven by something else
                mine, theirs = (each[name].sel(seed=seed).reset_coords(drop=True) for each in (before, probe))
                xr.testing.assert_allclose(mine, theirs, rtol=1e-6)


def test_snapshots_of_blocks_are_judged_along_their_stream_and_not_beside_plain_layers(tmp_path):
    found = _trained(snapshots=2, block=["plain", "residual"], seeds=1)
    actviz.save(found, tmp_path / "run.nc")
    found = actviz.load(tmp_path / "run.nc")
    with pytest.raises(ActvizError, match="choose runs"):
        actviz.snapshot(found)
    blocks, plain = (actviz.snapshot(found, runs=run) for run in ("residual blocks", "plain layers"))
    assert blocks.sizes["block"] == 1
    assert blocks["role"].values.tolist() == ["stream", "branch"]
    assert np.isfinite(blocks["stream_rms"].values).all()
    assert "block" not in plain.dims
    assert [each.verdict.value for each in actviz.diagnose(blocks)] == ["healthy"]


def test_snapshots_are_drawn_diagnosed_and_saved_like_a_probe(tmp_path):
    found = _trained(snapshots=3, inits=["he_normal", "normal:0.01"])
    actviz.save(found, tmp_path / "run.nc")
    again = actviz.load(tmp_path / "run.nc")
    xr.testing.assert_identical(found, again)
    layers = actviz.snapshot(again, int(again["snapshot"][1]), runs="he_normal")
    assert [str(each.verdict) for each in actviz.diagnose(layers)]
    figure = actviz.FIGURES["signal_detail"].draw(layers)
    assert len(figure.axes) >= 3


# What may not change a result


@pytest.mark.parametrize("changed", [{"workers": 2}, {"seeds": (1, 0)}])
def test_the_result_does_not_depend_on_workers_or_the_order_of_seeds(changed, monkeypatch):
    monkeypatch.setattr("actviz.numerics.parallel.WORTH_PROCESSES", 0.0)
    settings = {
        "dropout": 0.2,
        "norm": [None, "batch", "rms_after"],
        "block": ["plain", "residual"],
        "optimizer": "adam",
    }
    first, second = _trained(**settings), _trained(**{**settings, **changed})
    xr.testing.assert_equal(first, second.sel(seed=[0, 1]))


def test_runs_share_split_batches_and_draws_so_that_a_run_alone_is_the_same():
    both = _trained(inits=["he_normal", "xavier_normal"])
    alone = _trained(inits="xavier_normal")
    np.testing.assert_array_equal(both["batch_loss"].isel(run=1), alone["batch_loss"].isel(run=0))


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("norm", NORMS)
def test_runs_side_by_side_give_the_bits_that_each_gives_alone(norm, loss):
    data = "moons:200" if loss == "cross_entropy" else (np.eye(40, 3), np.random.default_rng(0).normal(size=(40, 2)))
    settings = {"norm": norm, "loss": loss, "depth": 3, "width": 9, "batch": 17, "epochs": 4, "snapshots": 3}
    given = {
        **actviz.runs(["he_normal", "constant:0.2"], ["tanh", "relu"], data=data, lr=[0.1, 1e30], **settings),
        **actviz.runs("he_normal", "relu", data=data, optimizer="adam", weight_decay=0.1, clip=0.5, **settings),
        "stops": actviz.runs(
            "he_normal", "tanh", data=data, early_stopping=EarlyStopping("train_loss", 0, 0.1), **settings
        )["he_normal"],
        "dropped": actviz.runs("he_normal", "relu", data=data, dropout=0.3, **settings)["he_normal"],
        "dropped, faster": actviz.runs("he_normal", "relu", data=data, dropout=0.3, lr=0.3, **settings)["he_normal"],
    }
    parts = in_step(given, 17, 6)
    assert sorted(map(len, parts)) == [2, 5, 5]
    whole = actviz.train(given, data, seeds=2, workers=1)
    assert {"diverged", "budget"} <= set(np.unique(whole["ended"]))
    for label, run in given.items():
        alone = actviz.train({label: run}, data, seeds=2, workers=1)
        xr.testing.assert_equal(whole.sel(run=[label]), alone)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("norm", [norm for norm in NORMS if norm])
def test_layers_too_large_for_one_piece_pass_side_by_side_too(norm, activation):
    settings = {"data": "spirals:200", "norm": norm, "depth": 2, "width": 130, "batch": 160, "epochs": 2}
    assert SMALL_BLOCK < 160 * 130
    given = actviz.runs(["he_normal", "xavier_normal", "he_uniform"], activation, **settings)
    assert len(in_step(given, 160, 6)) == 1
    whole = actviz.train(given, "spirals:200", workers=1)
    for label, run in given.items():
        xr.testing.assert_equal(whole.sel(run=[label]), actviz.train({label: run}, "spirals:200", workers=1))


def test_a_run_beside_the_same_that_stops_with_its_last_update_ends_there_as_it_does_alone():
    stopping = [None, EarlyStopping(patience=2, min_delta=10.0)]
    runs = actviz.runs("he_normal", "relu", data=MOONS, depth=2, width=8, lr=1e-9, epochs=4, early_stopping=stopping)
    whole = actviz.train(runs, MOONS, workers=1)
    assert whole["ended"].values.ravel().tolist() == ["budget", "stopped early"]
    for label, run in runs.items():
        xr.testing.assert_equal(whole.sel(run=[label]), actviz.train({label: run}, MOONS, workers=1))


@dataclasses.dataclass(frozen=True)
class _Rates:
    table: np.ndarray

    def __call__(self, step):
        return self.table[np.minimum(step, len(self.table) - 1)]


def test_own_objects_that_cannot_be_compared_are_trained_beside_each_other():
    settings = {"data": MOONS, "depth": 2, "width": 8, "epochs": 3}
    stopping = {"plain": None, "stops": EarlyStopping()}
    runs = {
        label: actviz.runs("he_normal", "relu", lr=_Rates(np.full(9, 0.1)), early_stopping=early, **settings)[
            "he_normal"
        ]
        for label, early in stopping.items()
    }
    whole = actviz.train(runs, MOONS, workers=1)
    for label, each in runs.items():
        xr.testing.assert_equal(whole.sel(run=[label]), actviz.train({label: each}, MOONS, workers=1))


@pytest.mark.parametrize("lr", [0.3, 1e30])
def test_a_run_without_early_stopping_goes_on_where_the_same_run_with_it_stopped(lr, monkeypatch):
    stopping = [EarlyStopping(patience=0, min_delta=0.1), None, EarlyStopping(patience=100)]
    settings = {"lr": lr, "optimizer": "momentum", "norm": "batch", "epochs": 9, "batch": 15, "snapshots": 4}
    runs = actviz.runs("he_normal", "relu", data=MOONS, depth=2, width=12, early_stopping=stopping, **settings)
    alone = [actviz.train({label: run}, MOONS, workers=1, split=Split(test=0.1)) for label, run in runs.items()]
    updates, updated = [], Course.updated
    monkeypatch.setattr(Course, "updated", lambda course, *given: updates.append(course) or updated(course, *given))
    both = actviz.train(runs, MOONS, workers=1, split=Split(test=0.1))
    xr.testing.assert_equal(both, xr.concat(alone, "run", data_vars="minimal"))
    done = both["ended_step"].values[:, 0]
    assert len(updates) < done.sum() or lr == 1e30
    assert (done[0] < done[1]) == (lr < 1)


def test_runs_in_step_are_taken_up_each_where_it_was_kept(tmp_path, monkeypatch):
    monkeypatch.setattr("actviz.training.running.KEPT_EVERY", 0.0)
    runs = actviz.runs("he_normal", "tanh", data=MOONS, depth=2, width=12, epochs=4, batch=20, lr=[0.1, 0.2, 0.3])
    whole, done, updated = actviz.train(runs, MOONS, workers=1), [], Course.updated

    def kill(course, *given):
        updated(course, *given)
        done.append(course)
        if len(done) == 50:
            raise KeyboardInterrupt

    monkeypatch.setattr(Course, "updated", kill)
    with pytest.raises(KeyboardInterrupt):
        actviz.train(runs, MOONS, workers=1, checkpoint=tmp_path)
    assert len({id(course) for course in done[:3]}) == 3
    kept = sorted(tmp_path.rglob("*.npz"))
    assert len(kept) == 3
    kept[0].unlink()  # that run starts anew, the others go on
    monkeypatch.setattr(Course, "updated", updated)
    xr.testing.assert_identical(actviz.train(runs, MOONS, workers=1, checkpoint=tmp_path), whole)


def test_examples_are_divided_once_a_seed_and_given_ones_are_told_apart_by_content(monkeypatch):
    seen = []

    def counted(task, split, seed, dtype):
        seen.append(seed)
        return divide(task, split, seed, dtype)

    monkeypatch.setattr("actviz.training.running.divide", counted)
    rng = np.random.default_rng(0)
    labels = np.arange(40) % 2
    first, second = ((rng.normal(size=(40, 2)), labels) for _ in range(2))
    found = [_trained(data, 3, Split(label_noise=0.2), lr=[0.1, 0.2], epochs=1) for data in (first, second)]
    assert seen == [0, 1, 2] * 2
    assert not found[0]["batch_loss"].equals(found[1]["batch_loss"])
    before = len(seen)
    mixed = {
        dtype: actviz.runs("he_normal", "tanh", data=MOONS, depth=2, width=4, dtype=dtype)["he_normal"]
        for dtype in ("float32", "float64")
    }
    actviz.train(mixed, MOONS, seeds=2, workers=1)
    assert seen[before:] == [0, 0, 1, 1]


def test_a_task_of_ones_own_need_not_be_a_key():
    class Own:
        __hash__ = None

        def examples(self, rng):
            return rng.normal(size=(40, 2)), np.arange(40) % 2

    found = actviz.train(actviz.runs("he_normal", "tanh", data=Own(), depth=1, width=4, epochs=1), Own(), workers=1)
    assert found["ended"].item() == "budget"


@pytest.mark.parametrize("stop_after", [1, 2, 3])
def test_a_run_taken_up_where_it_was_kept_gives_the_same_bits(stop_after):
    settings = {
        "dropout": 0.2, "optimizer": "adam", "norm": "batch", "epochs": 5, "batch": 20, "snapshots": 3,
        "lr": "reduce_on_plateau:0.1,patience=0", "early_stopping": EarlyStopping(patience=3), "evaluate_every": 2,
    }  # fmt: skip
    run = actviz.runs("he_normal", "tanh", data=MOONS, depth=2, width=12, **settings)["he_normal"]
    examples = divide(TASKS["moons"], Split(test=0.1), 0, "float32")
    whole = Course(run, examples, 0)
    for _ in whole.epochs():
        pass
    killed = Course(run, examples, 0)
    for epoch in killed.epochs():
        if epoch == stop_after:
            kept = {name: array.copy() for name, array in killed.keep().items()}
            break
    again = Course(run, examples, 0)
    again.take_up(kept)
    for _ in again.epochs():
        pass
    for name, numbers in whole.trace.numbers.items():
        np.testing.assert_array_equal(again.trace.numbers[name], numbers, err_msg=name)
    assert list(again.trace.snapshots) == list(whole.trace.snapshots)
    for position, snapshot in whole.trace.snapshots.items():
        for name, values in snapshot.measurement.statistics.items():
            np.testing.assert_array_equal(again.trace.snapshots[position].measurement.statistics[name], values)
    np.testing.assert_array_equal(again.learner.parameters.values, whole.learner.parameters.values)


def test_a_training_with_a_checkpoint_is_the_same_and_a_second_one_reads_it(tmp_path, monkeypatch):
    monkeypatch.setattr("actviz.training.running.KEPT_EVERY", 0.0)
    plain = _trained()
    kept = _trained(checkpoint=tmp_path / "kept")
    assert list((tmp_path / "kept").glob("*.npz"))
    monkeypatch.setattr("actviz.training.loop.Course.updated", None)  # nothing is left to train
    again = _trained(checkpoint=tmp_path / "kept")
    xr.testing.assert_identical(plain, kept)
    xr.testing.assert_identical(plain, again)


# What ends a run


def test_a_run_killed_on_the_way_goes_on_from_its_last_kept_epoch(tmp_path, monkeypatch):
    class Killed(BaseException):
        pass

    def kill(done, total, words):
        if done == 3:
            raise Killed

    whole = _trained(seeds=1, epochs=6)
    monkeypatch.setattr("actviz.training.running.KEPT_EVERY", 0.0)
    with pytest.raises(Killed):
        _trained(seeds=1, epochs=6, checkpoint=tmp_path, progress=kill)
    steps, step = [], Learner.step
    monkeypatch.setattr(Learner, "step", lambda self, *given: steps.append(self.updates) or step(self, *given))
    xr.testing.assert_identical(_trained(seeds=1, epochs=6, checkpoint=tmp_path), whole)
    assert steps[0] in (2 * 8, 3 * 8)


def test_a_checkpoint_of_the_same_rows_with_other_labels_is_another():
    x, y = np.random.default_rng(0).normal(size=(40, 2)), np.arange(40) % 2
    digests = [actviz.recipe(_trained((x, labels), seeds=1, epochs=1))["data_sha256"] for labels in (y, 1 - y)]
    assert digests[0] != digests[1]


def test_a_run_that_diverges_ends_with_its_reason_and_without_a_warning():
    found = _trained("mnist", lr=1e4, activations="relu", epochs=3, batch=100, seeds=1)
    assert found["ended"].values.ravel().tolist() == ["diverged"]
    end = int(found["ended_step"].squeeze())
    assert end < found.sizes["update"]
    assert found["batch_loss"].isel(run=0, seed=0)[end + 1 :].isnull().all()


def test_early_stopping_keeps_the_best_weights_and_says_what_they_are_worth():
    split = Split(train=40, validation=0.3, test=0.3, label_noise=0.3)
    stopping = EarlyStopping(patience=3)
    found = _trained(
        "moons:400,0.3", split=split, early_stopping=stopping, epochs=200, batch=20, lr=0.5, width=50, seeds=1
    ).isel(run=0, seed=0)
    assert found["ended"].item() == "stopped early"
    losses = found["validation_loss"].dropna("step")
    assert found["best_step"].item() == int(losses["step"][1:][int(losses[1:].values.argmin())])
    assert found["ended_step"].item() == found["best_step"].item() + 4 * 2  # patience, and the one that stops
    assert found["snapshot_step"][-1].item() == found["best_step"].item()
    assert math.isfinite(found["best_test_loss"].item())


def _stopped_course(keep_best):
    stopping = EarlyStopping(patience=3, keep_best=keep_best)
    settings = {"norm": "batch", "lr": 0.5, "batch": 20, "epochs": 200, "early_stopping": stopping}
    run = actviz.runs("he_normal", "relu", data="moons:400,0.3", depth=2, width=30, **settings)["he_normal"]
    split = Split(train=40, validation=0.3, test=0.3, label_noise=0.3)
    course = Course(run, divide(labelled_task("moons:400,0.3")[1], split, 0, "float32"), 0)
    assert len(list(course.epochs())) < 200
    return course


@pytest.mark.parametrize("keep_best", [True, False])
def test_what_is_left_are_the_best_weights_with_their_running_statistics_or_the_last(keep_best):
    course = _stopped_course(keep_best)
    x, y, numbers = course.examples.x, course.examples.y, course.trace.numbers
    best = course.plan.evaluations.index(course.trace.best_step)
    last = course.plan.evaluations.index(course.trace.ended_step)
    left = course.learner.evaluate(x["validation"], y["validation"])
    assert left[0] == numbers["validation_loss"][best if keep_best else last]
    assert numbers["validation_loss"][best] < numbers["validation_loss"][last]
    judged = {name: float(numbers[f"{name}_loss"]) for name in ("test", "best_test")}
    assert course.learner.evaluate(x["test"], y["test"])[0] == judged["best_test" if keep_best else "test"]
    assert judged["test"] != judged["best_test"]


@pytest.mark.parametrize("keep_best", [True, False])
def test_the_outcome_tells_the_numbers_of_the_weights_that_are_kept(keep_best):
    stopping = EarlyStopping(patience=3, keep_best=keep_best)
    split = Split(train=40, validation=0.3, test=0.3, label_noise=0.3)
    ds = _trained("moons:400,0.3", split=split, early_stopping=stopping, epochs=200, lr=0.5, width=50, seeds=1)
    own = ds.isel(run=0, seed=0)
    assert float(own["best_test_loss"]) != float(own["test_loss"])
    found = outcomes(ds)[0].numbers
    assert found["test_loss"][0] == float(own["best_test_loss" if keep_best else "test_loss"])
    at = own["best_step" if keep_best else "ended_step"].item()
    assert found["validation_loss"][0] == float(own["validation_loss"].sel(step=at))


def test_dropout_scales_up_what_it_leaves_is_drawn_anew_every_update_and_is_off_in_evaluations(monkeypatch):
    settings = {"dropout": 0.2, "batch": 80, "epochs": 2, "lr": 0.0, "data": MOONS, "depth": 2, "width": 50}
    course = Course(
        actviz.runs("he_normal", "relu", **settings)["he_normal"], divide(TASKS["moons"], Split(), 0, "float32"), 0
    )
    plain = Course(
        actviz.runs("he_normal", "relu", **settings | {"dropout": 0.0})["he_normal"],
        divide(TASKS["moons"], Split(), 0, "float32"), 0,
    )  # fmt: skip
    seen, step = [], course.learner.step
    monkeypatch.setattr(course.learner, "step", lambda *given: seen.append(given[-1]) or step(*given))
    for each in (course, plain):
        list(each.epochs())
    assert len(seen) == 2 * len(course.plan.sizes)
    masks = [first for first, _ in seen]
    assert set(np.unique(masks[0])) == {np.float32(0), np.float32(1) / np.float32(0.8)}
    assert np.mean(masks) == pytest.approx(1, abs=0.01)
    assert len({mask.tobytes() for mask in masks}) == len(masks)
    for name in ("train_loss", "validation_loss"):  # the rate is 0: the same weights
        np.testing.assert_array_equal(course.trace.numbers[name], plain.trace.numbers[name])
    assert (course.trace.numbers["batch_loss"] != plain.trace.numbers["batch_loss"]).all()


def test_every_epoch_has_every_row_once_in_an_order_of_its_own():
    run = actviz.runs("he_normal", "relu", data=MOONS, depth=1, width=4, batch=30)["he_normal"]
    course = Course(run, divide(labelled_task(MOONS)[1], Split(), 0, "float32"), 0)
    orders = [np.concatenate(course.batches(epoch)) for epoch in range(3)]
    assert all(sorted(order) == list(range(160)) for order in orders)
    assert len({order.tobytes() for order in orders}) == 3


def test_schedules_count_updates_or_epochs():
    per_update = _trained(lr="step:0.1,0.5,1", epochs=2)["learning_rate"].isel(run=0, seed=0).values
    per_epoch = _trained(lr="step:0.1,0.5,1", epochs=2, per="epoch")["learning_rate"].isel(run=0, seed=0).values
    updates = 8
    np.testing.assert_allclose(per_update, [0.1, 0.1 * 0.5 ** (updates - 1), 0.1 * 0.5 ** (2 * updates - 1)])
    np.testing.assert_allclose(per_epoch, [0.1, 0.1, 0.05])


def test_a_rate_that_follows_the_validation_loss_falls_when_it_stops_improving():
    found = _trained(lr="reduce_on_plateau:0.5,0.1,0", epochs=30, split=Split(train=20, label_noise=0.5), seeds=1)
    rates = found["learning_rate"].isel(run=0, seed=0).values
    assert rates[0] == 0.5
    assert rates[-1] == pytest.approx(0.5 * 0.1 ** round(np.log10(0.5 / rates[-1])))
    assert rates[-1] < 0.1


def test_clipping_bounds_what_an_update_moves():
    found = _trained(clip=0.01, lr=1.0, seeds=1, epochs=1)
    moved = found["update_ratio"] * found["weight_norm"]
    assert float((moved.isel(step=-1) ** 2).sum() ** 0.5) <= 0.0101
    assert float(found["gradient_norm"].max()) > 0.01


def test_a_clipped_update_goes_as_far_as_the_clip_allows():
    run = actviz.runs("he_normal", "tanh", data=MOONS, depth=2, width=8, clip=0.01, dtype="float64")["he_normal"]
    learner = Learner(run, 2, 0, 9)
    before = learner.parameters.values.copy()
    rng = np.random.default_rng(0)
    _, norm = learner.step(rng.normal(size=(9, 2)), rng.integers(2, size=9), 0.5)
    assert norm > 0.01
    assert np.linalg.norm(learner.parameters.values - before) == pytest.approx(0.5 * 0.01)


def test_what_is_clipped_is_the_gradient_of_the_loss_and_decay_comes_on_top():
    rng = np.random.default_rng(0)
    x, y, lr, decay, clip = rng.normal(size=(9, 2)), rng.integers(2, size=9), 0.5, 0.3, 0.01

    def learner(**options):
        made = actviz.runs("he_normal", "tanh", data=MOONS, depth=2, width=8, dtype="float64", **options)
        return Learner(made["he_normal"], 2, 0, 9)

    plain, both = learner(), learner(weight_decay=decay, clip=clip)
    before = plain.parameters.values.copy()
    _, norm = plain.step(x, y, lr)
    _, clipped = both.step(x, y, lr)
    assert clipped == norm > clip  # what is reported, and clipped, has no decay in it
    decayed = np.where(np.arange(len(before)) < both.parameters.decayed, lr * decay * before, 0.0)
    expected = before + (plain.parameters.values - before) * clip / norm - decayed
    np.testing.assert_allclose(both.parameters.values, expected, rtol=1e-12, atol=1e-15)


def test_decoupled_decay_leaves_the_loss_alone_and_shrinks_the_weights():
    found = _trained(optimizer=["adam", "adamw"], weight_decay=1.0, lr=0.01, epochs=10)
    assert (found["penalty"].isel(run=1) == 0).all()
    assert (found["penalty"].isel(run=0) > 0).all()
    norms = found["weight_norm"].mean("seed").isel(weight_layer=0)
    assert float(norms.isel(run=1, step=-1)) < float(norms.isel(run=1, step=0))


def test_values_are_fitted_by_the_mean_square():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(300, 3))
    y = np.stack([np.sin(x[:, 0]), x[:, 1]], axis=1)
    found = _trained((x, y), loss="mean_square", epochs=60, lr=0.1, seeds=1, width=30)
    losses = found["validation_loss"].isel(run=0, seed=0)
    assert float(losses[-1]) < 0.3 * float(losses[0])
    assert found["train_accuracy"].isnull().all()


def test_the_plan_has_every_row_once_an_epoch():
    assert sum(plan(TrainConfig(batch=7, epochs=1), 100).sizes) == 100


@pytest.mark.parametrize(
    ("number", "taken"),
    [
        (0, ()), (1, (0,)), (2, (0, 12)), (3, (0, 6, 12)), (4, (0, 3, 9, 12)), (5, (0, 3, 6, 9, 12)),
        (6, (0, 2, 5, 7, 10, 12)), (13, tuple(range(13))), (40, tuple(range(13))), ((12, 5, 5), (5, 12)),
    ],
)  # fmt: skip
def test_as_many_snapshots_as_asked_for_are_taken_if_there_are_as_many_updates(number, taken):
    laid = plan(TrainConfig(epochs=4, batch=10, snapshots=number), 25)
    assert laid.evaluations == (0, 3, 6, 9, 12)
    assert laid.snapshots == taken


def test_snapshots_between_evaluations_hold_what_updates_cut_there_leave():
    found = _trained(snapshots=9, seeds=1, epochs=3)
    evaluated = set(found["step"].values.tolist())
    between = [int(step) for step in found["snapshot"].values if int(step) not in evaluated]
    assert found.sizes["snapshot"] == 9
    assert len(between) > 3
    assert found["snapshot_step"].values.tolist() == [[found["snapshot"].values.tolist()]]
    cut = _trained(updates=between[0], snapshots=2, seeds=1, epochs=3)
    for name in ("act_std", "grad_weight_norm"):
        np.testing.assert_array_equal(actviz.snapshot(found, between[0])[name], actviz.snapshot(cut)[name])


@pytest.mark.parametrize(
    ("settings", "data"),
    [
        ({"lr": -1.0}, MOONS), ({"lr": "nonsense"}, MOONS), ({"optimizer": "nonsense"}, MOONS),
        ({"epochs": 0}, MOONS), ({"batch": 0}, MOONS), ({"weight_decay": -1.0}, MOONS), ({"dropout": 1.0}, MOONS),
        ({"clip": 0.0}, MOONS), ({"loss": "nonsense"}, MOONS), ({"per": "day"}, MOONS), ({"nonsense": 1}, MOONS),
        ({"snapshots": [10**6]}, MOONS), ({"batch": 1, "norm": "batch"}, MOONS), ({"norm": "group"}, MOONS),
            ({"block": "dense"}, MOONS),
        ({"updates": 0}, MOONS), ({"snapshots": -1}, MOONS), ({}, "nonsense"), ({}, "moons:1"),
        ({}, (np.zeros((9, 2)), np.zeros(9))), ({"batch": [10, 20]}, MOONS), ({"early_stopping": 5}, MOONS),
        ({"seeds": [3, 3]}, MOONS), ({"seeds": []}, MOONS),
    ],
)  # fmt: skip
def test_bad_settings_are_refused_in_one_line(settings, data):
    with pytest.raises(ActvizError) as error:
        _trained(data, **settings)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("split", [0, "", 0.2, {"validation": 0.2}])
@pytest.mark.parametrize("call", [actviz.train, actviz.find_rate])
def test_a_split_is_a_split_or_left_out(call, split):
    (run,) = actviz.runs("he_normal", "relu", data=MOONS, depth=2, width=8).values()
    with pytest.raises(ActvizError, match=r"split must be an actviz\.Split, not "):
        call(run, MOONS, split=split)


def test_progress_tells_epochs_of_all_runs():
    told = []
    _trained(progress=lambda done, total, words: told.append((done, total, words)))
    assert told[-1][:2] == (8, 8)
    assert "loss" in told[0][2]


@pytest.mark.parametrize(("inits", "norm"), [(["zeros", "constant:0.1"], None), ("constant:0.1", "batch")])
def test_units_that_begin_alike_stay_so_on_any_processor(inits, norm, kernel):
    # Not from zeros under batch normalization: variances of 0 magnify roundings until they are all there is.
    settings = {"inits": inits, "activations": ["sigmoid", "tanh", "relu"], "norm": norm}
    ds = _trained("mnist", 1, Split(train=200), width=50, epochs=2, lr=0.01, snapshots=3, **settings)
    np.testing.assert_array_equal(ds["distinct_units"], 1.0)


def test_units_that_training_tells_apart_are_so():
    # Dropout gives every unit another gradient.
    ds = _trained("mnist", 1, Split(train=200), inits="constant:0.01", activations="sigmoid", dropout=0.5, snapshots=2)
    assert ds["distinct_units"].isel(snapshot=0).max() == 1
    assert ds["distinct_units"].isel(snapshot=-1).min() == 12


@pytest.mark.parametrize("loss", LOSSES)
def test_a_snapshot_under_any_loss_is_read_again_and_says_what_drove_its_gradient(loss, tmp_path):
    run = actviz.runs("he_normal", "tanh", data="moons:40", depth=1, width=6, epochs=1, snapshots=1, loss=loss)
    actviz.save(actviz.snapshot(actviz.train(run, "moons:40", seeds=1, workers=1), 0), tmp_path / "s.nc")
    labels = "_of_labels" if loss == "cross_entropy" else ""
    assert text(f"recipe.{loss}{labels}", "en") in recipe_words(actviz.load(tmp_path / "s.nc"), "en", gradient=True)
