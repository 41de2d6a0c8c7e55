"""Branches that join a stream by other operations than a plain sum."""

import pytest

import actviz

torch = pytest.importorskip("torch", reason="PyTorch is an optional dependency")

from torch import nn  # noqa: E402

D = 16

JOINS = {
    "sum of a stack": lambda x, h, b: torch.stack([x, b(h)]).sum(0),
    "mean of a stack": lambda x, h, b: 2 * torch.stack([x, b(h)], 1).mean(dim=1),
    "index_add": lambda x, h, b: x.index_add(0, torch.arange(len(x)), b(h)),
    "addmm": lambda x, h, b: torch.addmm(x, h, b.weight.T),
    "plus": lambda x, h, b: x + b(h),
}


class Joined(nn.Module):
    """Residual blocks; the last weights of a branch may be 0."""

    def __init__(self, join, zero):
        super().__init__()
        self.join, self.o = join, nn.Linear(D, 4)
        self.a, self.b = (nn.ModuleList(nn.Linear(D, D) for _ in range(3)) for _ in range(2))
        for module in self.b:
            nn.init.zeros_(module.bias)
            if zero:
                nn.init.zeros_(module.weight)

    def forward(self, x):
        for a, b in zip(self.a, self.b, strict=True):
            x = self.join(x, torch.tanh(a(x)), b)
        return self.o(x)


def rows(generator):
    return torch.randn(32, D, generator=generator)


@pytest.mark.parametrize("name", JOINS)
def test_a_sum_is_one_whatever_it_is_called(name):
    ds, known = (actviz.probe_module(lambda n=n: Joined(JOINS[n], False), rows, seeds=2) for n in (name, "plus"))
    assert ds["role"].values.tolist() == known["role"].values.tolist()
    for told in ("stream_rms", "branch_ratio", "stream_grad"):
        assert ds[told].values.ravel() == pytest.approx(known[told].values.ravel(), rel=1e-4)
    assert actviz.diagnose(actviz.probe_module(lambda: Joined(JOINS[name], True), rows, seeds=2))[0].healthy


class Modulated(nn.Module):
    """A value times what its own layers make of it: these weigh it, and may start at 0."""

    def __init__(self, zero):
        super().__init__()
        self.f, self.g = (nn.ModuleList(nn.Linear(D, D) for _ in range(3)) for _ in range(2))
        self.o = nn.Linear(D, 4)
        for module in self.g if zero else ():
            nn.init.zeros_(module.weight)
            nn.init.zeros_(module.bias)

    def forward(self, x):
        for f, g in zip(self.f, self.g, strict=True):
            x = torch.tanh(f(x))
            x = x * (1 + g(x))
        return self.o(x)


@pytest.mark.parametrize("zero", [False, True])
def test_what_multiplies_a_value_by_what_is_made_of_it_is_a_gate(zero):
    ds = actviz.probe_module(lambda: Modulated(zero), rows, seeds=2)
    role = dict(zip(ds["layer_name"].values.tolist(), ds["role"].values.tolist(), strict=True))
    assert {role[f"{name}.{at}"] for name in "fg" for at in range(3)} == {"chain", "gate"}
    assert {role[f"g.{at}"] for at in range(3)} == {"gate"}
    assert actviz.diagnose(ds)[0].healthy
