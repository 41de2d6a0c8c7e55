"""Which of an update's passes is recorded: the first that comes back, wherever it is called, to the harm of none."""

import contextlib

import numpy as np
import pytest

import actviz

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402
from torch.utils.checkpoint import checkpoint  # noqa: E402


def small():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 3))


def trained(forward, watched=lambda model: model, build=small, updates=3, every=1):
    """Train under a watch, or without one; return the model and what was recorded."""
    model = build()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    watching = contextlib.nullcontext() if watched is None else actviz.watch(watched(model), every=every)
    with watching as watch:
        for _ in range(updates):
            optimizer.zero_grad()
            forward(model, torch.randn(5, 6)).square().mean().backward()
            optimizer.step()
            if watch is not None:
                watch.step()
    return model, None if watch is None else watch.dataset


def after_target(model, x):
    target = model(100 * x).detach()
    return model(x) - target.clamp(-0.1, 0.1)


def after_one_that_is_kept(model, x):
    model.kept = model(100 * x)
    return model(x)


def after_failure(model, x):
    with contextlib.suppress(RuntimeError):
        model(x[:, :2])
    return model(x)


def after_six(model, x):
    for _ in range(6):
        model(100 * x)
    return model(x)


def beside_jacobian(model, x):
    torch.func.jacrev(model)(x[0])
    torch.func.vmap(model)(x)
    return model(x)


def in_checkpoint(model, x):
    return checkpoint(model, x, use_reentrant=False)


FORWARD = (
    after_target, after_one_that_is_kept, after_failure, after_six, beside_jacobian, in_checkpoint,
)  # fmt: skip


@pytest.mark.parametrize("forward", FORWARD)
def test_the_pass_that_comes_back_is_the_one_that_is_recorded(forward):
    bare, _ = trained(forward, None)
    model, found = trained(forward)
    assert all(map(torch.equal, bare.parameters(), model.parameters()))
    assert found["snapshot"].values.tolist() == ([1, 2] if forward is after_six else [0, 1, 2])
    assert (found["input_rms"].values < 2).all()  # not that of the others, 100 times as large
    first = actviz.snapshot(found, found["snapshot"].values[0])
    assert first["backward_passes"].item() == 1
    gradients = dict(zip(first["parameter"].values, first["parameter_gradient"].values.ravel(), strict=True))
    of_layers = first["grad_weight_norm"].values.ravel()
    assert of_layers == pytest.approx([gradients[f"{at}.weight"] for at in (0, 2, 4)], rel=1e-5)
    assert (first["grad_preact_rms"].values > 0).all()


def test_of_two_that_are_kept_the_later_may_come_back_first():
    model = small()
    with actviz.watch(model, every=1) as watch:
        early, late = model(100 * torch.randn(5, 6)), model(torch.randn(5, 6))
        late.square().mean().backward()
        wanted = [float(model[at].weight.grad.norm()) for at in (0, 2, 4)]
        early.square().mean().backward()
        watch.step()
    found = actviz.snapshot(watch.dataset, 0)
    assert found["grad_weight_norm"].values.ravel() == pytest.approx(wanted, rel=1e-5)
    assert found["input_rms"].item() < 2


def test_a_part_that_its_model_checkpoints_is_watched():
    class Whole(nn.Module):
        def __init__(self):
            super().__init__()
            self.part, self.head = small(), nn.Linear(3, 2)

        def forward(self, x):
            return self.head(checkpoint(self.part, x, use_reentrant=False))

    def forward(model, x):
        return model(x)

    bare, _ = trained(forward, None, Whole)
    model, found = trained(forward, lambda model: model.part, Whole)
    assert all(map(torch.equal, bare.parameters(), model.parameters()))
    assert (found["grad_preact_rms"].values > 0).all()


class Sums(nn.Module):
    """Sums by other names than an addition, of which the last digits differ from those of additions."""

    def __init__(self, dtype=torch.bfloat16):
        torch.manual_seed(0)
        super().__init__()
        self.parts = nn.ModuleList(nn.Linear(6, 6) for _ in range(9))
        self.weight = nn.Parameter(0.4 * torch.randn(6, 6))
        self.to(dtype)

    def forward(self, x):
        x = x.to(self.weight.dtype)
        x = torch.stack([torch.relu(each(x)) for each in self.parts[:8]]).sum(0)
        x = torch.addmm(x, x, self.weight)
        return torch.stack([x, torch.tanh(self.parts[8](x)), x], 1).mean(1)


def test_sums_keep_their_last_digits_and_their_parts_are_recorded():
    for forward in (lambda model, x: model(x).float(), lambda model, x: in_checkpoint(model, x).float()):
        bare, _ = trained(forward, None, Sums)
        model, _ = trained(forward, build=Sums)
        assert all(map(torch.equal, bare.parameters(), model.parameters()))
    model, x = Sums(torch.float32), torch.randn(5, 6)
    wanted = actviz.probe_module(model, x, drive=lambda output: output.square().mean())
    with actviz.watch(model) as watch:
        model(x).square().mean().backward()
        watch.step()
    found = actviz.snapshot(watch.dataset, 0)
    for name in ("act_std", "grad_preact_rms", "grad_weight_norm", "branch_ratio", "stream_grad", "stream_grad_before"):
        np.testing.assert_allclose(found[name].values, wanted[name].values, rtol=1e-5, err_msg=name)


def func_alone(model, x):
    values = {name: each.detach() for name, each in model.named_parameters()}
    torch.func.grad(lambda given: torch.func.functional_call(model, given, (x,)).square().mean())(values)


def without_gradients(model, x):
    with torch.no_grad():
        model(x)


@pytest.mark.parametrize(
    ("forward", "said"),
    [
        (func_alone, "Sequential was called in a transform of torch.func alone"),
        (without_gradients, "Sequential was called with gradients off alone"),
        (lambda model, x: model.forward(x), r"model.forward\(...\) and other methods are not seen"),
        (lambda model, x: model(x), "Sequential was called with gradients on, and no backward pass came to it"),
    ],
)
def test_why_nothing_was_recorded_is_said_in_a_line(forward, said):
    model = small()
    with actviz.watch(model) as watch:
        forward(model, torch.randn(5, 6))
        with pytest.warns(RuntimeWarning, match=said) as warned:
            watch.step()
    assert len(warned) == 1


def test_of_what_is_frozen_activations_are_recorded():
    model, head = small().requires_grad_(False), nn.Linear(3, 2)
    with actviz.watch(model, every=1) as watch:
        for _ in range(2):
            head(model(torch.randn(5, 6))).square().mean().backward()
            watch.step()
    found = watch.dataset
    assert found["snapshot"].values.tolist() == [0, 1]
    assert (found["act_std"].values > 0).all()
    assert np.isnan(found["grad_preact_rms"].values).all()
    assert np.isnan(found["gradient_norm"].values).all()
    (judged,) = actviz.diagnose(actviz.snapshot(found, 0))
    assert "everything frozen" in judged.unjudged[0].message()


@pytest.mark.parametrize(
    ("how", "acts"),
    [({}, False), ({"severity": "mild"}, True), ({"severity": "severe"}, False)],
)
def test_a_mild_fault_stops_a_training_only_where_that_is_asked_for(how, acts):
    torch.manual_seed(0)
    model, told = nn.Sequential(*[each for _ in range(6) for each in (nn.Linear(32, 32), nn.Tanh())]), []
    for layer in model[::2]:
        nn.init.orthogonal_(layer.weight, 0.5)
    for on_finding in ("stop", told.append):
        stops = acts and on_finding == "stop"
        stopped = (
            pytest.raises(actviz.watching.UnhealthyError, match="vanishing") if stops else contextlib.nullcontext()
        )
        with stopped, actviz.watch(model, on_finding=on_finding, **how) as watch:
            model.zero_grad()
            model(torch.randn(64, 32)).square().mean().backward()
            watch.step()
    assert [event.finding.severity.value for event in told] == ([] if how.get("severity") == "severe" else ["mild"])


def test_a_severity_that_is_none_is_refused():
    with pytest.raises(actviz.ActvizError, match="severity must be one of mild, marked, severe"):
        actviz.watch(small(), severity="grave")
