"""Coordinate checks of PyTorch models: layers by name and kind, their own optimizers, and nothing left behind."""

import numpy as np
import pytest

from actviz import ActvizError, coordinate_check
from actviz.scaling import Outcome, judge

torch = pytest.importorskip("torch")
nn = torch.nn


def mlp(width):
    return nn.Sequential(nn.Linear(16, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 10))


def mup(width, base=32):
    model, wider = mlp(width), width / base
    with torch.no_grad():
        model[4].weight /= wider**0.5
    hidden = [model[2].weight, model[4].weight]
    others = [each for each in model.parameters() if not any(each is one for one in hidden)]
    groups = [{"params": hidden, "lr": 1e-3 / wider}, {"params": others, "lr": 1e-3}]
    return model, torch.optim.Adam(groups)


class Tokens(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.table, self.norm = nn.Embedding(20, width), nn.LayerNorm(width)
        self.inner, self.head = nn.Linear(width, width), nn.Linear(width, 20)
        self.drop = nn.Dropout(0.2)

    def forward(self, x):
        h = self.table(x)
        return self.head(h + torch.nn.functional.gelu(self.inner(self.drop(self.norm(h)))))


FED = {"widths": [32, 64, 128], "seeds": 6, "steps": 1, "workers": 1}


@pytest.fixture(scope="module")
def batch():
    return torch.randn(16, 16, generator=torch.Generator().manual_seed(0))


def test_a_standard_model_grows_and_its_own_mup_optimizer_mends_it(batch):
    before = torch.get_rng_state(), torch.get_num_threads()
    plain, mended = (coordinate_check(build, inputs=batch, **FED) for build in (mlp, mup))
    assert torch.equal(before[0], torch.get_rng_state())
    assert before[1] == torch.get_num_threads()
    half = len(judge(plain)) // 2
    assert [each.kind for each in judge(plain)[:half]] == ["input", "hidden", "output"]
    assert [each.outcome for each in judge(plain)[half:]] == [Outcome.STABLE, Outcome.GROWS, Outcome.GROWS]
    assert not any(each.departs for each in judge(mended)[half:])
    assert '"optimizer": "Adam"' in mended.attrs["recipe"]


def test_networks_that_are_the_same_under_all_seeds_are_no_replicates(batch, one_line_error):
    def seeded(width):
        torch.manual_seed(0)
        return mlp(width)

    for inputs in (batch, "16,16"):
        said = one_line_error(coordinate_check, seeded, inputs=inputs, **FED)
        assert "the 6 seeds of width 32 have the same weights" in said
        assert "does what builds the model seed the generator itself?" in said


def test_layers_without_matrices_tables_and_dropout(batch):
    tokens = torch.randint(20, (4, 6), generator=torch.Generator().manual_seed(0))
    ds = coordinate_check(
        Tokens, inputs=tokens, optimizer=lambda model: torch.optim.SGD(model.parameters(), 0.1), **FED
    )
    kinds = dict(zip(ds["layer_name"].values.tolist(), (each.kind for each in judge(ds)), strict=False))
    assert kinds == {"table": "input", "norm": "none", "inner": "hidden", "head": "output"}
    assert (ds["change"].isel(step=0) == 0).all()  # dropout draws the same each time
    assert np.isfinite(ds["size"]).all()


def test_the_update_is_that_of_a_plain_loop(batch):
    ds = coordinate_check(mlp, inputs=batch, optimizer="sgd", lr=0.5, loss=lambda out: out.square().mean(), **FED)
    from actviz.torch.state import seed_all

    with torch.random.fork_rng():
        seed_all(3)
        model = mlp(64)
        start = model(batch)
        start.square().mean().backward()
        with torch.no_grad():
            for each in model.parameters():
                each -= 0.5 * each.grad
        moved = (model(batch) - start).square().mean().sqrt()
    assert float(ds["change"].sel(width=64, seed=3, step=1)[-1]) == pytest.approx(moved.item(), rel=1e-4)


@pytest.mark.parametrize(
    ("build", "asked", "says"),
    [
        (lambda width: nn.Linear(16, width), {}, "must not go with the width"),
        (lambda width: None, {}, "must return a torch.nn.Module"),
        (mup, {"lr": 0.1}, "own"),
        (lambda width: nn.Sequential(*[nn.Linear(16, 16)] * (width // 32)), {}, "other layers"),
        (mlp, {"optimizer": "lion"}, "optimizer must be one of"),
        (mlp, {"loss": lambda out: out}, "one number"),
    ],
)
def test_what_cannot_be_followed_is_one_line(build, asked, says, batch):
    with pytest.raises(ActvizError, match=says) as caught:
        coordinate_check(build, inputs=batch, **{**FED, **asked})
    assert "\n" not in str(caught.value)


def test_inputs_are_those_of_stacks_unless_given_and_any_shape_by_its_name():
    few = {"widths": [8, 16, 32], "seeds": 3, "steps": 1, "workers": 1}
    made = {
        shape: coordinate_check(lambda width: nn.Sequential(nn.Linear(32, width), nn.ReLU(), nn.Linear(width, 4)),
                                inputs=shape, **few)
        for shape in (None, "16,32", (16, 32))
    }  # fmt: skip
    assert all(each.equals(made[None]) for each in made.values())
    with pytest.raises(ActvizError, match=r"N\(0, 1\) inputs of shape \(16, 32\): say as inputs= what it needs"):
        coordinate_check(mlp, **few)
    with pytest.raises(ActvizError, match="the networks of all widths are the same"):
        coordinate_check(lambda width: nn.Sequential(nn.Linear(32, 8), nn.Linear(8, 4)), **few)
