"""What is said of a model that is watched: nothing of what has no gradient, and the cause of what is not finite."""

import copy
import functools
import subprocess
import sys
import textwrap

import pytest
from click.testing import CliRunner

import actviz
from actviz.cli import main
from actviz.errors import ActvizError
from actviz.results.journal import continued

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402

from actviz.torch.hooks import Hook  # noqa: E402

F = nn.functional


def small():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 4))


def train(model, spoil=lambda at, x: None, rate=0.01, updates=3, scale=lambda at: 1.0, **how):
    """Train a few updates, each watched; ``spoil`` changes a batch and ``scale`` a loss in its place."""
    optimizer = torch.optim.SGD([each for each in model.parameters() if each.requires_grad], rate)
    with actviz.watch(model, every=1, **how) as watch:
        for at in range(updates):
            x, y = torch.randn(16, 8), torch.randint(4, (16,))
            spoil(at, x)
            loss = F.cross_entropy(model(x), y) * scale(at)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            watch.step(loss)
    return watch


@pytest.mark.parametrize("frozen", [1, 3, 4])
def test_what_has_no_gradient_for_nothing_below_it_learns_is_no_overflow(frozen):
    model = small()
    model[:frozen].requires_grad_(False)
    watch = train(model, on_finding="stop")
    (found,) = actviz.diagnose(actviz.snapshot(watch.dataset, 0))
    assert found.healthy
    (note,) = [note for note in found.notes if note.key == "note.frozen"]
    assert f"of layer {'1' if frozen == 1 else '1, 2'}," in note.message()
    assert "기울기를 계산하지 않는다" in note.message("ko")


def nothing(at, x):
    pass


def nan_always(at, x):
    x[0, 0] = float("nan")


def nan_once(at, x):
    x[:] = float("nan") if at == 1 else x


@pytest.mark.parametrize(
    ("how", "step", "said"),
    [
        ({"spoil": nan_always}, 0, "See the data: the inputs themselves are inf or NaN"),
        ({"spoil": nan_once}, 1, "See the data: the inputs themselves are inf or NaN"),
        ({"scale": lambda at: float("inf") if at == 1 else 1.0}, 1, "See the loss"),
        ({"rate": 1e12}, 1, "Lower the learning rate, warm it up, or clip gradients: updates have made"),
    ],
)
def test_the_cause_of_what_is_not_finite_is_told_and_not_another_start(how, step, said):
    told = []
    watch = train(small(), on_finding=told.append, **how)
    assert told[0].step == step
    assert said in told[0].message()
    assert "raw the weights" not in "".join(event.message() for event in told)
    assert "nan" not in told[0].message()
    assert told[0].message("ko") != told[0].message()
    if step and "rate" not in how:  # what the update then made of the weights
        (found,) = actviz.diagnose(actviz.snapshot(watch.dataset, 2))
        assert "an update has made weights of layer 1 inf or NaN" in found.findings[0].remedy()


def test_weights_that_are_nan_from_the_start_are_told():
    model = small()
    model[2].weight.data[0, 0] = float("nan")
    (found,) = actviz.diagnose(actviz.probe_module(model, torch.randn(16, 8)))
    assert "those of layer 2 are inf or NaN before any update" in found.findings[0].remedy()


def inert(model):
    """Whether no hook of a model, or of its parts, does anything."""
    found = [getattr(each, kind) for each in model.modules() for kind in ("_forward_hooks", "_forward_pre_hooks")]
    return all(hook(model, (), {}) is None for hooks in found for hook in hooks.values() if not isinstance(hook, Hook))


LOADS = """
    import sys, torch
    sys.modules["actviz"] = None
    model = torch.load(sys.argv[1], weights_only=False)
    assert model(torch.ones(2, 8)).shape == (2, 4)
"""


@pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")
def test_a_model_is_copied_saved_exported_and_traced_in_a_recorded_update_as_without_watch(tmp_path):
    model, x = small(), torch.randn(16, 8)
    bare, path = model(x), tmp_path / "model.pt"
    with actviz.watch(model, every=1) as watch:
        for moment in ("before", "behind"):
            copied = copy.deepcopy(model)
            torch.save(model, path)
            saved = torch.load(path, weights_only=False)
            for each in (copied, saved):
                assert inert(each)
                assert not any(
                    isinstance(hook, Hook) for part in each.modules() for hook in part._forward_hooks.values()
                )
                each(x).sum().backward()
                assert torch.equal(each(x), bare)
            if moment == "before":
                assert torch.equal(torch.export.export(model, (x,)).module()(x), bare)
                assert torch.equal(torch.jit.trace(model, x)(x), bare)
                assert not watch._passes.returns  # nothing of that was taken for a pass of the loop
                F.cross_entropy(model(x), torch.randint(4, (16,))).backward()
        watch.step()
    assert inert(copied)
    assert not copied[0]._parameters["weight"]._backward_hooks
    subprocess.run([sys.executable, "-c", textwrap.dedent(LOADS), str(path)], check=True)


def test_what_is_watched_already_is_not_watched_again_and_a_closed_watch_is_not_entered():
    model = small()
    whole = nn.Sequential(model, nn.Linear(4, 2))
    with actviz.watch(model) as watch:
        for again in (model, model[0], whole):
            with pytest.raises(ActvizError, match="is watched already: close"):
                actviz.watch(again)
        actviz.watch(nn.Linear(2, 2)).close()  # beside it
    with pytest.raises(ActvizError, match="this watch is closed"), watch:
        pass
    with pytest.warns(RuntimeWarning, match="this watch is closed: nothing is recorded any more"):
        watch.step()
    actviz.watch(whole).close()


def test_a_loop_that_forgets_the_step_is_told_of():
    model = small()
    with pytest.warns(RuntimeWarning, match=r"watch\.step\(\) was not called"), actviz.watch(model):
        model(torch.randn(3, 8)).sum().backward()


def gradients_of(watch, step=0):
    found = actviz.snapshot(watch.dataset, step)
    return dict(zip(found["parameter"].values, found["parameter_gradient"].values.ravel(), strict=True))


def test_a_parameters_gradient_is_that_of_its_optimizers_step():
    model, other = small(), nn.Linear(8, 8)
    own, others = (torch.optim.SGD(each.parameters(), 0.1) for each in (model, other))
    with actviz.watch(model, every=1) as watch:
        F.cross_entropy(model(torch.randn(16, 8)), torch.randint(4, (16,))).backward()
        wanted = {name: float(each.grad.norm()) for name, each in model.named_parameters()}
        own.step()
        (100 * model(other(torch.randn(16, 8))).sum()).backward()  # through it, for another's sake
        others.step()
        watch.step()
        own.zero_grad()
        loss = F.cross_entropy(model(torch.randn(16, 8)), torch.randint(4, (16,)))
        for each, gradient in zip(model.parameters(), torch.autograd.grad(loss, list(model.parameters())), strict=True):
            each.grad = gradient
        by_hand = {name: float(each.grad.norm()) for name, each in model.named_parameters()}
        own.step()
        watch.step()
    assert gradients_of(watch) == pytest.approx(wanted, rel=1e-5)
    assert gradients_of(watch, 1) == pytest.approx(by_hand, rel=1e-5)


def test_a_gradient_is_read_where_the_optimizer_steps_in_the_backward_pass():
    model = small()
    of = {each: torch.optim.SGD([each], 0.1) for each in model.parameters()}
    norms = {}

    def stepped(name, each):
        norms[name] = float(each.grad.norm())
        of[each].step()
        of[each].zero_grad()

    for name, each in model.named_parameters():
        each.register_post_accumulate_grad_hook(functools.partial(stepped, name))
    with actviz.watch(model) as watch:
        model(torch.randn(16, 8)).square().sum().backward()
        watch.step()
    assert gradients_of(watch) == pytest.approx(norms, rel=1e-5)


def test_several_backward_passes_of_an_update_are_told():
    model = small()
    with actviz.watch(model, every=1) as watch:
        for passes in (2, 1):
            x = torch.randn(16, 8, requires_grad=True)
            out = model(x)
            if passes == 2:
                (slope,) = torch.autograd.grad(out.sum(), x, create_graph=True)
                out = out + slope.square().mean()
            out.square().mean().backward()
            watch.step()
    first, second = (actviz.diagnose(actviz.snapshot(watch.dataset, step))[0] for step in (0, 1))
    (note,) = [note for note in first.notes if note.key == "note.passes"]
    assert "passed back 2 times" in note.message()
    assert "역전파를 2번" in note.message("ko")
    assert "note.passes" not in {note.key for note in second.notes}


def test_that_a_scaler_skipped_all_is_said():
    model, scaler = small(), torch.amp.GradScaler("cpu", init_scale=2.0**120)
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    with actviz.watch(model, scaler=scaler) as watch:
        scaler.scale(1e10 * model(torch.randn(2, 8)).square().sum()).backward()
        scaler.step(optimizer)
        scaler.update()
        watch.step()
        with pytest.raises(ActvizError, match="the scaler has skipped every update that was to be recorded"):
            _ = watch.dataset


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"optimizer": 3}, "optimizer must be a torch.optim.Optimizer or a list of them, not 3"),
        ({"optimizer": [3]}, "optimizer must be a torch.optim.Optimizer or a list of them, not 3"),
        ({"scaler": 3}, "scaler must be a torch.amp.GradScaler, not 3"),
        ({"lang": "de"}, "de"),
        ({"name": 3}, "name must be text, not 3"),
        ({"out": "a.txt"}, "out must be a .nc file, not a.txt"),
        ({"model": nn.Sequential()}, "Sequential has no parameters: there is nothing to watch"),
        ({"model": nn.ReLU()}, "ReLU has no parameters: there is nothing to watch"),
        ({"told": {"loss": 0.5, "accuracy": "x"}}, "train_accuracy must be one number, not 'x'"),
        ({"told": {"loss": torch.ones(2)}}, "loss must be one number, not one of shape (2,)"),
        ({"told": {"validation_loss": torch.ones(2)}}, "validation_loss must be one number, not one of shape (2,)"),
    ],
)
def test_what_cannot_be_is_refused_in_a_line(how, said):
    how = {"model": small(), **how}
    told = how.pop("told", {})
    with pytest.raises(ActvizError) as refused, actviz.watch(**how) as watch:  # noqa: PT012
        how["model"](torch.randn(3, 8)).sum().backward()
        watch.step(**told)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


class Parts(nn.Module):
    """As a module of Lightning: its loop calls a part, and its own forward is for later."""

    def __init__(self):
        super().__init__()
        self.net, self.head = small(), nn.Linear(4, 2)

    def forward(self, x):
        return self.net(x).argmax(1)


def test_a_part_whose_forward_runs_is_watched_in_the_models_place():
    model = Parts()
    with actviz.watch(model, every=1) as watch:
        watch.or_first_of(model.children())
        for _ in range(2):
            model.net(torch.randn(3, 8)).sum().backward()
            watch.step()
        assert not model.head._forward_hooks
    assert watch.dataset["layer_name"].values.tolist() == ["0", "2", "4"]
    assert watch.dataset["snapshot"].values.tolist() == [0, 1]
    again = Parts()
    with actviz.watch(again) as watch:
        watch.or_first_of(again.children())
        inner = again.net(torch.randn(3, 8))
        with pytest.warns(RuntimeWarning, match="watched is Sequential, whose forward ran first; Linear beside it"):
            again.head(inner)


def test_a_run_that_is_killed_at_any_moment_keeps_every_snapshot(tmp_path):
    import xarray as xr

    model, path = small(), tmp_path / "run.nc"
    optimizer, watch = torch.optim.SGD(model.parameters(), 0.1), actviz.watch(model, every=2, out=path, epoch_updates=4)
    journal, lengths = tmp_path / "run.nc.journal", []
    for at in range(7):
        loss = F.cross_entropy(model(torch.randn(16, 8)), torch.randint(4, (16,)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        watch.step(loss, validation_loss=0.5 if at == 3 else None)
        lengths.append(journal.stat().st_size if journal.exists() else 0)
    wanted, content = watch.dataset, journal.read_bytes()
    assert lengths[0] == lengths[1] == 0 < lengths[2] < lengths[4] < lengths[6]
    xr.testing.assert_identical(actviz.load(path), wanted)
    base = wanted.isel(snapshot=[0])
    for end, steps in ((lengths[6] - 1, [0, 2, 4]), (lengths[2] + 5, [0, 2]), (9, [0])):
        journal.write_bytes(content[:end])  # torn
        assert continued(base, path)["snapshot"].values.tolist() == steps
    for begins in (b"not a journal\n", b"5 1000000000000000000 0\n", b"-1 50 0\n"):
        journal.write_bytes(begins + content)
        assert continued(base, path) is base
    journal.write_bytes(content)
    other = base.assign(act_std=base["act_std"] * 2)  # another training, or another result, in the file's place
    assert continued(other, path) is other
    assert "snapshot" not in continued(actviz.snapshot(wanted, 4), path).dims
    watch.close()
    assert not journal.exists()


def test_a_moment_of_a_run_is_kept_as_a_baseline_on_the_command_line(tmp_path):
    run, kept = str(tmp_path / "run.nc"), str(tmp_path / "start.json")
    train(small(), out=run, updates=2)

    def said(*arguments):
        outcome = CliRunner().invoke(main, [*arguments])
        return outcome.exit_code, outcome.output

    code, output = said("baseline", run, "-o", kept)
    assert (code, "at one --snapshot" in output) == (2, True)
    assert said("baseline", run, "--snapshot", "first", "-o", kept)[0] == 0
    assert said("check", kept, run, "--snapshot", "0", "--exact")[0] == 0
    assert said("check", kept, run, "--snapshot", "last", "--exact")[0] == 1
    assert "only with the result" in said("check", kept, "--snapshot", "0")[1]
