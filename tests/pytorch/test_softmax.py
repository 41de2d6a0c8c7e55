"""Softmax in all its spellings, and what stands in its place."""

import math

import pytest

import actviz

torch = pytest.importorskip("torch", reason="PyTorch is an optional dependency")

from torch import nn  # noqa: E402

D, T = 32, 12


def divided(a):
    a = (a - a.amax(-1, keepdim=True)).exp()
    return a / a.sum(-1, keepdim=True)


def guarded(a):
    a = torch.exp(a - a.amax(-1, keepdim=True))
    return a / (a.sum(-1, keepdim=True) + 1e-9)


WRITTEN = {
    "divided": divided,
    "guarded": guarded,
    "by logarithms": lambda a: a.log_softmax(-1).exp(),
    "by their sum": lambda a: torch.exp(a - torch.logsumexp(a, -1, keepdim=True)),
}


class Attending(nn.Module):
    """Attention beside a stream; its weights of queries and keys have a scale."""

    def __init__(self, weigh, std):
        super().__init__()
        self.weigh, self.q, self.k, self.v, self.o = weigh, *(nn.Linear(D, D) for _ in range(4))
        self.head = nn.Linear(D, 4)
        for layer in (self.q, self.k):
            nn.init.normal_(layer.weight, std=std)

    def forward(self, x):
        hidden = torch.ones(T, T).triu(1).bool()
        a = (self.q(x) @ self.k(x).transpose(-2, -1) / math.sqrt(D)).masked_fill(hidden, -1e9)
        return self.head(x + self.o(self.weigh(a) @ self.v(x)))


def vectors(generator):
    return torch.randn(4, T, D, generator=generator)


def probed(weigh, std):
    torch.manual_seed(0)
    return actviz.probe_module(Attending(weigh, std), vectors)


@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.parametrize("std", [0.02, 1.0])
def test_a_softmax_that_is_written_out_is_one(name, std):
    ds, known = probed(WRITTEN[name], std), probed(lambda a: a.softmax(-1), std)
    for told in ("attention_entropy", "attention_slope", "attention_saturated"):
        assert ds[told].values.ravel() == pytest.approx(known[told].values.ravel(), rel=1e-4, abs=1e-6)
    assert ds["attends"].values.tolist() == [1]
    assert ds["role"].values.tolist() == known["role"].values.tolist()
    assert [f.rule for f in actviz.diagnose(ds)[0].findings] == ["saturated.attention"] * (std == 1.0)


@pytest.mark.parametrize("std", [0.02, 1.0])
def test_attention_of_sigmoids_is_judged_by_their_slopes(std):
    ds = probed(lambda a: torch.sigmoid(a - math.log(T)), std)
    assert [f.rule for f in actviz.diagnose(ds)[0].findings] == ["saturated.gates"] * (std == 1.0)
