"""Scales of branches that start at 0, by whatever function: let off where they learn, dead where they never will.

Each model is also trained for a few updates, which say what learns.
"""

import pytest

import actviz

torch = pytest.importorskip("torch", reason="PyTorch is an optional dependency")

import torch.nn.functional as F  # noqa: E402
from torch import nn  # noqa: E402

D = 16


def rows(generator):
    return torch.randn(32, D, generator=generator)


class Blocks(nn.Module):
    """Residual branches that a parameter of zeros scales."""

    def __init__(self, scaled, twice=False, frozen=False, depth=2):
        super().__init__()
        self.scaled, of = scaled, lambda: nn.ModuleList(nn.Linear(D, D) for _ in range(depth))
        self.i, self.o, self.u, self.v = nn.Linear(D, D), nn.Linear(D, 4), of(), of()
        self.g = nn.ParameterList(nn.Parameter(torch.zeros(D)) for _ in range(depth))
        self.g.requires_grad_(not frozen)
        for each in self.v if twice else ():
            nn.init.zeros_(each.weight)
            nn.init.zeros_(each.bias)

    def forward(self, x):
        x = self.i(x)
        for u, v, g in zip(self.u, self.v, self.g, strict=True):
            x = self.scaled(x, v(F.gelu(u(x))), g)
        return self.o(x)


SCALED = {
    "product": lambda x, y, g: x + g * y,
    "product by name": lambda x, y, g: x + torch.mul(input=y, other=g),
    "view": lambda x, y, g: x + y * g.view(1, -1),
    "function of it": lambda x, y, g: x + torch.tanh(g) * y,
    "multiple of it": lambda x, y, g: x + 2.0 * g * y,
    "addcmul": torch.addcmul,
    "addcmul, first": lambda x, y, g: torch.addcmul(x, g, y),
    "addcmul, value": lambda x, y, g: torch.addcmul(x, y, g, value=0.5),
    "addcmul, by name": lambda x, y, g: torch.addcmul(x, tensor1=g, tensor2=y),
    "addcmul, in place": lambda x, y, g: x.clone().addcmul_(y, g),
    "diag behind": lambda x, y, g: x + y @ torch.diag(g),
    "diag before": lambda x, y, g: x + (torch.diag(g) @ y.T).T,
    "diag_embed": lambda x, y, g: x + y.matmul(torch.diag_embed(g)),
    "diag, linear": lambda x, y, g: x + F.linear(y, torch.diag(g)),
    "diag, addmm": lambda x, y, g: torch.addmm(x, y, torch.diag(g)),
    "diag, tensordot": lambda x, y, g: x + torch.tensordot(y, torch.diag(g), 1),
    "diag, inner": lambda x, y, g: x + torch.inner(y, torch.diag(g)),
    "einsum": lambda x, y, g: x + torch.einsum("d,bd->bd", g, y),
    "einsum, behind": lambda x, y, g: x + torch.einsum("...d,d->...d", y, g),
}


def judged(scaled, **zeros):
    return actviz.diagnose(actviz.probe_module(lambda: Blocks(scaled, **zeros), rows, seeds=2))[0]


def moves(scaled, **zeros):
    """Whether the first weights of the branches move within a few updates."""
    torch.manual_seed(0)
    model = Blocks(scaled, **zeros)
    before, x = [each.clone() for each in model.u.parameters()], rows(torch.Generator().manual_seed(0))
    optimizer = torch.optim.Adam([each for each in model.parameters() if each.requires_grad])
    for _ in range(4):
        optimizer.zero_grad()
        (model(x) - x[:, :4].flip(0)).square().mean().backward()
        optimizer.step()
    return not all(map(torch.equal, before, model.u.parameters()))


@pytest.mark.parametrize("name", SCALED)
def test_a_scale_of_zero_that_learns_is_no_fault(name):
    found = judged(SCALED[name])
    assert moves(SCALED[name])
    assert found.healthy
    assert "note.zero_branches" in {note.key for note in found.notes}


@pytest.mark.parametrize("zeros", ["twice", "frozen"])
@pytest.mark.parametrize("name", SCALED)
def test_around_last_weights_of_zero_or_frozen_it_is_dead(name, zeros):
    assert not moves(SCALED[name], **{zeros: True})
    assert judged(SCALED[name], **{zeros: True}).verdict is actviz.Verdict.DEAD


@pytest.mark.parametrize("name", ["product", "addcmul", "einsum", "diag behind", "function of it"])
@pytest.mark.parametrize("zeros", ["", "twice", "frozen"])
def test_a_model_that_is_watched_is_told_the_same(name, zeros):
    torch.manual_seed(0)
    model = Blocks(SCALED[name], **({zeros: True} if zeros else {}))
    optimizer = torch.optim.Adam([each for each in model.parameters() if each.requires_grad])
    with actviz.watch(model, optimizer=optimizer) as watched:
        model(rows(torch.Generator().manual_seed(0))).square().mean().backward()
        optimizer.step()
        watched.step()
    found = actviz.diagnose(actviz.snapshot(watched.dataset, 0))[0]
    assert found.verdict is (actviz.Verdict.DEAD if zeros else actviz.Verdict.HEALTHY)


LERPS = {
    "lerp": torch.lerp,
    "method": lambda x, y, g: x.lerp(y, g),
    "by name": lambda x, y, g: torch.lerp(x, y, weight=g),
    "of one value": lambda x, y, g: torch.lerp(x, y, g[0]),
}


@pytest.mark.parametrize("name", LERPS)
def test_a_mean_with_the_stream_moves_by_the_stream_too_and_is_dead_where_frozen_alone(name):
    for zeros in ({}, {"twice": True}):  # its weight has a gradient by what it takes the branch's place of
        assert moves(LERPS[name], **zeros)
        assert judged(LERPS[name], **zeros).healthy
    assert not moves(LERPS[name], frozen=True)
    assert judged(LERPS[name], frozen=True).verdict is actviz.Verdict.DEAD


def test_a_number_cuts_off_what_a_parameter_would_let_grow():
    def added(x, y, g):
        return torch.add(x, y, alpha=g[0].item())

    assert not moves(added)
    assert judged(added).verdict is actviz.Verdict.DEAD


@pytest.mark.parametrize("function", ["addmm_", "addcmul_", "lerp_"])
def test_sums_in_place_change_what_they_work_on(function):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.i, self.w, self.o = nn.Linear(D, D), nn.Parameter(torch.randn(D, D) / 4), nn.Linear(D, 4)

        def forward(self, x):
            h, y = self.i(x) * 1.0, torch.tanh(x)
            getattr(h, function)(y, self.w if function == "addmm_" else self.w[0])
            self.seen = h.detach().clone()
            return self.o(h)

    torch.manual_seed(0)
    model, x = Net(), torch.randn(8, D)
    model(x)
    plain = model.seen
    actviz.probe_module(model, x)
    torch.testing.assert_close(model.seen, plain)
    optimizer = torch.optim.SGD(model.parameters(), 0.0)
    with actviz.watch(model, optimizer=optimizer) as watched:
        model(x).sum().backward()
        optimizer.step()
        watched.step()
    assert torch.equal(model.seen, plain)
    assert watched.dataset.sizes["snapshot"] == 1


@pytest.mark.parametrize("zero", ["a", "b"])
def test_a_scorer_of_zeros_and_factors_of_a_product_of_matrices_learn(zero):
    class Scored(nn.Module):
        """Additive attention over four parts, scored by a vector; and values in products that are written out."""

        def __init__(self):
            super().__init__()
            self.i, self.t, self.o = nn.Linear(D, D), nn.Linear(D, D), nn.Linear(D, 4)
            self.a, self.b = nn.Parameter(torch.randn(D)), nn.Linear(D, D, bias=False)
            nn.init.zeros_(self.a if zero == "a" else self.b.weight)

        def forward(self, x):
            h = self.i(x).unflatten(0, (8, 4))
            shares = (torch.tanh(self.t(h)) @ self.a).softmax(-1)
            return self.o((h + shares[:, None] @ self.b(h)).mean(1))

    assert actviz.diagnose(actviz.probe_module(Scored, rows, seeds=2))[0].healthy
