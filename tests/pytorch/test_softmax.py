"""Softmax in all its spellings, and what stands in its place."""

import math

import pytest

import actviz

torch = pytest.importorskip("torch", reason="PyTorch is an optional dependency")

import torch.nn.functional as F  # noqa: E402
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


class Cosine(Attending):
    """Attention by cosines, or of normalized queries and keys, whose logits have a factor that starts too large."""

    def __init__(self, weigh):
        super().__init__(weigh, 1.0)
        self.norm, self.factor = nn.RMSNorm(D), nn.Parameter(torch.tensor(100.0))

    def forward(self, x):
        q, k, v = self.q(x), self.k(x), self.v(x)
        return self.head(x + self.o(self.weigh(self, q, k, v)))


NORMALIZED = {
    "normalize": lambda m, q, k, v: (m.factor * F.normalize(q, dim=-1) @ F.normalize(k, dim=-1).mT).softmax(-1) @ v,
    "written out": lambda m, q, k, v: (
        divided(m.factor * (q / q.norm(dim=-1, keepdim=True)) @ (k / k.norm(dim=-1, keepdim=True)).mT) @ v
    ),
    "norms": lambda m, q, k, v: F.scaled_dot_product_attention(m.factor * m.norm(q), m.norm(k), v),
}


@pytest.mark.parametrize("name", NORMALIZED)
def test_queries_and_keys_that_are_normalized_are_not_told_to_be(name):
    torch.manual_seed(0)
    ds = actviz.probe_module(Cosine(NORMALIZED[name]), vectors)
    assert ds["attention_normalized"].values.tolist() == [1]
    (finding,) = actviz.diagnose(ds)[0].findings
    assert finding.rule == "saturated.attention"
    assert "no scale of their weights matters" in finding.remedy()
    assert "이미 정규화되어" in finding.remedy("ko")
    assert probed(lambda a: a.softmax(-1), 1.0)["attention_normalized"].values.tolist() == [0]


@pytest.mark.parametrize("std", [0.02, 1.0])
def test_attention_of_sigmoids_is_judged_by_their_slopes(std):
    ds = probed(lambda a: torch.sigmoid(a - math.log(T)), std)
    assert [f.rule for f in actviz.diagnose(ds)[0].findings] == ["saturated.gates"] * (std == 1.0)
