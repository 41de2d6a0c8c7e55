"""What is said of a model that is watched: nothing of what has no gradient, and the cause of what is not finite."""

import pytest

import actviz

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402

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
