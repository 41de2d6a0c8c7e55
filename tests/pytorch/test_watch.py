"""A model watched in a loop of the user's own: nothing of it changes, and what is recorded is what a probe would."""

import contextlib
import gc
import logging
import os
import signal
import subprocess
import sys
import textwrap
import time
import weakref

import numpy as np
import pytest

import actviz
from actviz.errors import ActvizError

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402
from torch.utils.checkpoint import checkpoint  # noqa: E402

F = nn.functional


class Net(nn.Module):
    """Convolutions with batch norm, an activation in place, dropout, a head."""

    def __init__(self):
        super().__init__()
        self.first, self.norm = nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8)
        self.second, self.drop, self.head = nn.Conv2d(8, 12, 3, padding=1), nn.Dropout(0.2), nn.Linear(12, 5)

    def body(self, x):
        x = torch.relu(self.norm(self.first(x)))
        return torch.relu_(self.second(x)).mean((2, 3))

    def forward(self, x):
        return self.head(self.drop(self.body(x)))


class Checkpointed(Net):
    def forward(self, x):
        return self.head(self.drop(checkpoint(self.body, x, use_reentrant=False)))


class Former(nn.Module):
    """A transformer of one block, with tied weights."""

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(11, 16)
        self.block = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True, norm_first=True)

    def forward(self, tokens):
        return self.block(self.table(tokens)) @ self.table.weight.T


def image_batch():
    return torch.randn(6, 3, 8, 8), torch.randint(5, (6,))


def token_batch():
    return torch.randint(11, (4, 7)), torch.randint(11, (4 * 7,))


def loss_of(output, y):
    return F.cross_entropy(output.reshape(len(y), -1), y)


def plain(model, step, batch=image_batch, updates=5):
    optimizer = torch.optim.AdamW(model.parameters(), 1e-2)
    for _ in range(updates):
        x, y = batch()
        optimizer.zero_grad()
        loss = loss_of(model(x), y)
        loss.backward()
        optimizer.step()
        step(loss)


def accumulated(model, step):
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    for _ in range(4):
        for _ in range(3):
            x, y = image_batch()
            loss = loss_of(model(x), y) / 3
            loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=False)
        step(loss)


def scaled(model, step, scaler=None):
    scaler, optimizer = scaler or torch.amp.GradScaler("cpu"), torch.optim.SGD(model.parameters(), 0.1)
    for _ in range(4):
        x, y = image_batch()
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16):
            loss = loss_of(model(x), y)
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        nn.utils.clip_grad_norm_(model.parameters(), 0.1)
        scaler.step(optimizer)
        scaler.update()
        step(loss)


def several(model, step):
    optimizers = torch.optim.SGD(model.first.parameters(), 0.1), torch.optim.Adam(model.head.parameters(), 0.1)
    for _ in range(4):
        x, y = image_batch()
        loss = loss_of(model(x), y)
        loss.backward()
        for each in optimizers:
            each.step()
            each.zero_grad()
        step(loss)


def evaluated(model, step):
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    for _ in range(4):
        x, y = image_batch()
        model.eval()
        with torch.no_grad():
            held_out = loss_of(model(x), y)
        loss_of(model(x), y)  # with gradients on, and none that comes back
        model.train()
        loss = loss_of(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        step(loss, validation_loss=held_out)


def frozen(model, step):
    for part in (model.first, model.norm):
        part.requires_grad_(False)
    plain(model, step)


LOOPS = {
    "plain": (Net, plain), "checkpointed": (Checkpointed, plain), "accumulated": (Net, accumulated),
    "scaled": (Net, scaled), "several": (Net, several), "evaluated": (Net, evaluated), "frozen": (Net, frozen),
    "former": (Former, lambda model, step: plain(model, step, token_batch)),
}  # fmt: skip


def run(name, every=2, **how):
    """Run a loop with a model that is watched, or not; return the model, what watched it and the next random number."""
    build, loop = LOOPS[name]
    torch.manual_seed(0)
    model = build()
    if not every:
        loop(model, lambda *_, **__: None)
        return model, None, torch.rand(1)
    with actviz.watch(model, every=every, **how) as watch:
        loop(model, watch.step)
    return model, watch, torch.rand(1)


def hooks_of(model):
    found = [getattr(each, kind) for each in model.modules() for kind in ("_forward_hooks", "_forward_pre_hooks")]
    found += [each._backward_hooks for each in model.parameters()]
    found += [each._post_accumulate_grad_hooks for each in model.parameters()]
    found += [nn.modules.module._global_forward_hooks, nn.modules.module._global_forward_pre_hooks]
    return [each for each in found if each]


@pytest.mark.parametrize("name", LOOPS)
def test_nothing_of_a_training_changes_and_no_hook_is_left(name):
    bare, _, next_bare = run(name, 0)
    missed = pytest.warns(RuntimeWarning, match="a GradScaler scales the loss and was not given")
    with missed if name == "scaled" else contextlib.nullcontext():
        model, watch, next_random = run(name)
    assert torch.equal(next_bare, next_random)
    for (key, wanted), found in zip(bare.state_dict().items(), model.state_dict().values(), strict=True):
        assert torch.equal(wanted, found), key
    for wanted, found in zip(bare.parameters(), model.parameters(), strict=True):
        assert (wanted.grad is None) == (found.grad is None)
        assert wanted.grad is None or torch.equal(wanted.grad, found.grad)
    assert not hooks_of(model)
    found = watch.dataset
    assert found["snapshot"].values.tolist() == ([0, 2, 4] if name in ("plain", "checkpointed", "former", "frozen")
                                                 else [1, 2] if name == "scaled" else [0, 2])  # fmt: skip
    learned = [each for each, p in model.named_parameters() if p.requires_grad] if name == "plain" else []
    scale = actviz.recipe(actviz.snapshot(found, found["snapshot"].values[0]))["loss_scale"]
    assert scale == (65536.0 if name == "scaled" else 1.0)
    gradients = found["parameter_gradient"].isel(run=0, seed=0, snapshot=0)
    assert np.isfinite(gradients.sel(parameter=learned).values).all()
    assert np.isfinite(found["grad_preact_rms"].isel(layer=-1).values).all()
    actviz.diagnose(actviz.snapshot(found))


@pytest.mark.parametrize(("build", "batch"), [(Net, image_batch), (Former, token_batch)])
def test_what_is_recorded_is_what_a_probe_of_the_same_batch_gives(build, batch):
    torch.manual_seed(0)
    model = build()
    for part in model.modules():
        if isinstance(part, nn.Dropout):
            part.p = 0.0  # a probe draws otherwise
        if isinstance(part, nn.MultiheadAttention):
            part.dropout = 0.0
    x, y = batch()
    wanted = actviz.probe_module(model, x, drive=lambda output: loss_of(output, y))
    with actviz.watch(model) as watch:
        loss_of(model(x), y).backward()
        watch.step()
    found = actviz.snapshot(watch.dataset, 0)
    assert set(wanted.variables) < set(found.variables)
    for name in wanted.variables:
        ours, theirs = found[name].values, wanted[name].values
        if name == "grad_weight_norm" and build is Former:  # its table is applied twice
            ours, theirs = ours[..., 1:-1], theirs[..., 1:-1]
        if theirs.dtype.kind == "f":
            np.testing.assert_allclose(ours, theirs, rtol=2e-6, atol=1e-12, err_msg=name)
        else:
            np.testing.assert_array_equal(ours, theirs, err_msg=name)


def test_gradients_are_those_of_the_loop_and_those_of_a_scaler_are_unscaled():
    torch.manual_seed(0)
    model = Net().eval()  # no dropout; its norm as it is
    x, y = image_batch()
    optimizer, scaler = torch.optim.SGD(model.parameters(), 0.1), torch.amp.GradScaler("cpu", init_scale=1024.0)
    with actviz.watch(model, scaler=scaler, optimizer=[optimizer]) as watch:
        loss = loss_of(model(x), y)
        scaler.scale(loss).backward()
        gradients = {name: float(each.grad.norm()) / 1024 for name, each in model.named_parameters()}
        before = model.head.weight.detach().clone()
        scaler.step(optimizer)
        scaler.update()
        watch.step(loss)
    found = actviz.snapshot(watch.dataset)
    told = dict(zip(found["parameter"].values, found["parameter_gradient"].values.ravel(), strict=True))
    assert told == pytest.approx(gradients, rel=1e-5)
    assert found["grad_weight_norm"].values.ravel()[-1] == pytest.approx(told["head.weight"], rel=1e-5)
    update = float((model.head.weight.detach() - before).norm() / before.norm())
    ratios = watch.dataset["update_ratio"].values[0, 0, 0]
    assert ratios[-1] == pytest.approx(update, rel=1e-5)
    assert watch.dataset["learning_rate"].item() == pytest.approx(0.1)
    assert actviz.recipe(found)["loss_scale"] == 1024.0


def test_an_update_that_a_scaler_skips_is_not_recorded():
    torch.manual_seed(0)
    model, x = nn.Linear(3, 2), torch.randn(4, 3)
    optimizer, scaler = torch.optim.SGD(model.parameters(), 0.1), torch.amp.GradScaler("cpu", init_scale=2.0**122)
    with actviz.watch(model, every=100, scaler=scaler) as watch:
        for _ in range(8):
            optimizer.zero_grad()
            scaler.scale(100 * model(x).square().sum()).backward()
            scaler.step(optimizer)
            scaler.update()
            watch.step()
    (step,) = watch.dataset["snapshot"].values
    assert step > 0
    assert np.isfinite(watch.dataset["grad_preact_rms"].values).all()


def test_frozen_layers_have_no_gradient_and_are_not_called_dead():
    _, watch, _ = run("frozen")
    found = actviz.snapshot(watch.dataset, 0)
    assert np.isnan(found["grad_preact_rms"].values.ravel()[0])
    assert np.isnan(found["grad_weight_norm"].values.ravel()[0])
    assert (found["grad_preact_rms"].values.ravel()[1:] > 0).all()
    ratios = dict(zip(found["parameter"].values, found["parameter_update"].values.ravel(), strict=True))
    assert ratios["first.weight"] == 0.0
    assert ratios["second.weight"] > 0.0
    assert actviz.Verdict.DEAD not in {each.verdict for each in actviz.diagnose(found)[0].findings}


def test_outputs_that_have_learned_to_be_sure_are_no_fault():
    torch.manual_seed(0)
    model, told = nn.Sequential(nn.Linear(6, 32), nn.Tanh(), nn.Linear(32, 4)), []
    optimizer = torch.optim.Adam(model.parameters(), 0.05)
    with actviz.watch(model, every=40, on_finding=told.append) as watch:
        for _ in range(121):
            x = torch.randn(64, 6)
            loss = F.cross_entropy(model(x), x[:, :4].argmax(1))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            watch.step(loss)
    assert np.abs(watch.dataset["act_max"].values[0, 0, -1, -1]) > 10
    assert told == []
    first, last = (actviz.diagnose(actviz.snapshot(watch.dataset, step))[0] for step in (0, 120))
    assert "note.learned_outputs" in {note.key for note in last.notes}  # of softmaxes there are none
    assert not {note.key for note in first.notes} & {"note.learned", "note.learned_outputs"}


def test_losses_and_validation_are_told_where_they_belong():
    _, watch, _ = run("evaluated", epoch_updates=2)
    found = watch.dataset
    assert found["step"].values.tolist() == [0, 1, 2, 3, 4]
    assert np.isfinite(found["train_loss"].sel(step=[0, 2]).values).all()
    assert np.isfinite(found["validation_loss"].sel(step=[1, 2, 3, 4]).values).all()
    assert np.isfinite(found["batch_loss"].values).all()
    assert found["epoch"].values.tolist() == [0.0, 0.5, 1.0, 1.5, 2.0]


def test_what_is_compiled_runs_compiled_in_all_other_updates():
    torch.manual_seed(0)
    calls = []

    def counting(graph, examples):
        def ran(*args):
            calls.append(1)
            return graph.forward(*args)

        return ran

    model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 2))
    compiled = torch.compile(model, backend=counting)
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    with actviz.watch(compiled, every=3) as watch:
        for _ in range(7):
            loss = compiled(torch.randn(5, 4)).square().mean()
            loss.backward()
            optimizer.step()
            watch.step(loss)
    assert len(calls) == 4  # of seven updates three are recorded
    assert watch.dataset["layer_name"].values.tolist() == ["0", "2"]
    assert not hooks_of(model)


def test_an_exception_leaves_no_hook_and_the_file_has_what_was_recorded(tmp_path):
    class Breaking(Net):
        broken = False

        def forward(self, x):
            out = super().forward(x)
            if self.broken:
                raise ValueError("broken")
            return out

    torch.manual_seed(0)
    model, path = Breaking(), tmp_path / "kept.nc"
    with pytest.raises(ValueError, match="broken"), actviz.watch(model, every=1, out=path) as watch:  # noqa: PT012
        plain(model, watch.step, updates=2)
        model.broken = True
        plain(model, watch.step, updates=1)
    assert not hooks_of(model)
    assert not torch._C._len_torch_function_stack()
    assert actviz.load(path)["snapshot"].values.tolist() == [0, 1]


KILLED = """
    import sys, torch, actviz
    model = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 2))
    optimizer = torch.optim.SGD(model.parameters(), 0.01)
    with actviz.watch(model, every=1, out=sys.argv[1]) as watch:
        while True:
            loss = model(torch.randn(5, 4)).square().mean()
            optimizer.zero_grad(); loss.backward(); optimizer.step()
            watch.step(loss)
            print("update", flush=True)
"""


@pytest.mark.slow
def test_a_killed_run_keeps_what_it_had(tmp_path):
    path = tmp_path / "kept.nc"
    command = [sys.executable, "-c", textwrap.dedent(KILLED), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for _ in range(4):
            process.stdout.readline()
        os.kill(process.pid, signal.SIGKILL)
        process.stdout.read()
    found = actviz.load(path)
    assert found.sizes["snapshot"] >= 2
    assert np.isfinite(found["act_std"].values).all()


class Fading(nn.Module):
    """Ten layers of tanh whose weights someone shrinks."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(16, 16, bias=False) for _ in range(10))
        for layer in self.layers:
            nn.init.orthogonal_(layer.weight)

    def forward(self, x):
        for layer in self.layers:
            x = torch.tanh(layer(x))
        return x


def fade(watch, model, updates=4):
    for at in range(updates):
        (model(torch.randn(30, 16)) * torch.randn(30, 16)).sum().backward()
        if at == 1:
            for layer in model.layers:
                layer.weight.data *= 0.2
        model.zero_grad()
        watch.step()


@pytest.mark.parametrize("how", ["call", "warn", "log", "stop"])
def test_a_verdict_that_turns_unhealthy_is_told_once_with_its_layer_and_remedy(how, caplog):
    torch.manual_seed(0)
    model, told = Fading(), []
    tell = told.append if how == "call" else how
    expected = {
        "warn": pytest.warns(
            RuntimeWarning, match=r"update 2, layer \d \(layers.\d\): .* For another start: Draw the weights"
        ),
        "stop": pytest.raises(actviz.watching.UnhealthyError, match=r"update 2, layer \d \(layers"),
    }.get(how, contextlib.nullcontext())
    with caplog.at_level(logging.WARNING, "actviz"), expected, actviz.watch(model, every=1, on_finding=tell) as watch:
        fade(watch, model)
    assert not hooks_of(model)
    if how == "call":
        assert {event.step for event in told} == {2}
        assert len({event.finding.verdict for event in told}) == len(told)
        assert told[0].layer.startswith("layers.")
    if how == "log":
        assert "update 2, layer" in caplog.text


@pytest.mark.parametrize("tell", [None, "stop", "call"])
def test_a_format_that_comes_to_lose_gradients_is_told_of_once_and_stops_nothing(tell):
    torch.manual_seed(0)
    model, told = nn.Sequential(*[each for _ in range(4) for each in (nn.Linear(16, 16), nn.ReLU())]), []
    for layer in model[::2]:
        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    small = pytest.warns(RuntimeWarning, match=r"update 2, layer 6: underflows in FP16 from layer 4 back: .*2\^")
    expected = contextlib.nullcontext() if tell == "call" else small
    with (
        expected,
        actviz.watch(model, every=1, formats="fp16, bf16", on_finding=told.append if tell == "call" else tell) as watch,
    ):
        for step in range(5):
            model.zero_grad()
            (model(torch.randn(64, 16)).square().mean() * (1.0 if step < 2 else 1e-7)).backward()
            watch.step()
    assert watch.updates == 5
    assert actviz.formats(actviz.snapshot(watch.dataset, 0), "fp16,bf16")["exact"].all()
    if tell == "call":
        (event,) = told
        assert (event.step, event.layer, event.finding.key) == (2, "6", "note.format_grad_under")
        assert "2^" in event.message("ko")


class Writer:
    """What a SummaryWriter is asked for."""

    def __init__(self):
        self.scalars, self.drawn = {}, []

    def add_scalar(self, name, value, step):
        self.scalars[name, step] = value

    def add_figure(self, name, figure, step, close):
        self.drawn.append(name)

    def flush(self):
        pass


def test_numbers_of_every_layer_go_to_a_board_and_figures_in_the_end():
    writer = Writer()
    _, watch, _ = run("plain", every=4, board=writer)
    assert writer.drawn == ["actviz/film", "actviz/curves"]
    found = actviz.snapshot(watch.dataset, 4)
    assert writer.scalars["actviz/act_std/second", 4] == found["act_std"].sel(layer=2).item()
    assert writer.scalars["actviz/update/head.bias", 0] > 0


def test_a_long_training_keeps_as_many_snapshots_as_a_short_one(monkeypatch):
    monkeypatch.setattr("actviz.torch.watching.MOST", 4)
    model = nn.Linear(3, 2)
    with actviz.watch(model, every=1) as watch:
        for _ in range(13):
            model(torch.randn(4, 3)).sum().backward()
            watch.step()
    assert watch.dataset["snapshot"].values.tolist() == [0, 4, 8, 12]


def test_the_model_is_let_go():
    model = nn.Linear(3, 2)
    reference = weakref.ref(model)
    with actviz.watch(model, every=1) as watch:
        model(torch.randn(4, 3)).sum().backward()
        watch.step()
    found = watch.dataset
    del model, watch
    gc.collect()
    assert reference() is None
    assert found.sizes["snapshot"] == 1


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: actviz.watch(3), "watch needs a torch.nn.Module, not int"),
        (lambda: actviz.watch(nn.Linear(2, 2), every=0), "every must be"),
        (lambda: actviz.watch(nn.Linear(2, 2), on_finding="shout"), "on_finding must be one of warn, log, stop"),
        (lambda: actviz.watch(nn.Linear(2, 2), formats="fp15"), "unknown number format 'fp15'"),
        (lambda: actviz.watch(nn.Linear(2, 2), board=3), "board must be a SummaryWriter or a run of wandb, not int"),
        (lambda: actviz.watch(nn.Linear(2, 2), out="nowhere/at/all.nc"), "no such folder"),
        (lambda: actviz.watch(nn.Linear(2, 2), layers=3), "layers must be globs"),
        (lambda: actviz.watch(nn.Linear(2, 2, device="meta")), "meta device"),
        (lambda: actviz.watch(nn.Linear(2, 2)).dataset, "no pass forward and backward has been recorded yet"),
        (lambda: actviz.watch(nn.Linear(2, 2), layers="conv*").model(torch.ones(1, 2)), "no layer fits conv*"),
    ],
)
def test_what_cannot_be_watched_is_refused_in_a_line(call, said):
    with pytest.raises(ActvizError) as refused:
        call()
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_model_whose_forward_is_not_called_is_told_of():
    model = nn.Sequential(nn.Linear(3, 2), nn.ReLU())
    watch = actviz.watch(model)
    model[0](torch.ones(1, 3)).sum().backward()
    with pytest.warns(RuntimeWarning, match="the model's forward was not called"):
        watch.step()
    watch.close()


@pytest.mark.parametrize("what", ["records.Records.activations", "watching.find_layers", "watching.facts_of"])
def test_recording_that_fails_does_not_end_a_training(what, monkeypatch):
    monkeypatch.setattr(f"actviz.torch.{what}", lambda *_: 1 / 0)
    with pytest.warns(RuntimeWarning, match="a pass could not be recorded: ZeroDivisionError"):
        model, _, after = run("plain")
    bare, _, next_bare = run("plain", 0)
    assert torch.equal(after, next_bare)
    assert all(map(torch.equal, bare.parameters(), model.parameters()))
    assert not hooks_of(model)


PARALLEL = """
    import sys, torch, actviz
    import torch.distributed as dist
    rank = int(sys.argv[1])
    dist.init_process_group("gloo", rank=rank, world_size=2, init_method=f"file://{sys.argv[2]}/meet")
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 2))
    parallel = torch.nn.parallel.DistributedDataParallel(model)
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    torch.manual_seed(rank)
    with actviz.watch(parallel, every=2, out=f"{sys.argv[2]}/kept.nc") as watch:
        for _ in range(5):
            loss = parallel(torch.randn(5, 4)).square().mean()
            optimizer.zero_grad(); loss.backward(); optimizer.step()
            watch.step(loss)
    if rank:
        try:
            watch.dataset
        except actviz.ActvizError as error:
            assert "rank 0 has it" in str(error)
        torch.save(model.state_dict(), f"{sys.argv[2]}/weights.pt")
    dist.destroy_process_group()
"""


@pytest.mark.slow
def test_of_several_processes_rank_0_records_its_share(tmp_path):
    command = [sys.executable, "-c", textwrap.dedent(PARALLEL)]
    processes = [subprocess.Popen([*command, str(rank), str(tmp_path)]) for rank in (0, 1)]
    end = time.monotonic() + 120
    assert [each.wait(max(1, end - time.monotonic())) for each in processes] == [0, 0]
    found = actviz.load(tmp_path / "kept.nc")
    assert found["snapshot"].values.tolist() == [0, 2, 4]
    assert actviz.recipe(found)["filmed"]["samples"] == 5
    assert np.isfinite(found["grad_preact_rms"].values).all()
