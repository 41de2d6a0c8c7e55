"""Heads: last weights, whatever elementwise function follows; their zeros, their first loss, several of them."""

import math

import pytest

import actviz

torch = pytest.importorskip("torch", reason="PyTorch is an optional dependency")

from torch import nn  # noqa: E402


def chain(end, head=None, units=1, depth=3):
    """Layers of ReLU by He, and a head with a function behind it."""
    layers = [each for _ in range(depth) for each in (nn.Linear(16, 16), nn.ReLU())]
    for each in layers[::2]:
        nn.init.kaiming_normal_(each.weight)
    read = nn.Linear(16, units)
    if head is not None:
        nn.init.normal_(read.weight, std=head)
    return nn.Sequential(*layers, read, *([end] if end else []))


def rows(generator):
    return torch.randn(32, 16, generator=generator)


@pytest.mark.parametrize("end", [nn.Sigmoid(), nn.Softplus(), nn.Tanh(), nn.ReLU6(), None])
@pytest.mark.parametrize(("head", "units"), [(None, 1), (0.0, 4), (0.003, 4)])
def test_a_head_is_one_whatever_function_is_behind_it(end, head, units):
    ds = actviz.probe_module(lambda: chain(end, head, units), rows, seeds=2)
    assert ds["role"].values.tolist() == ["chain"] * 3 + ["head"]
    (diagnosis,) = actviz.diagnose(ds)
    assert diagnosis.healthy, [finding.message() for finding in diagnosis.findings]
    assert any("starts at 0" in note.message() for note in diagnosis.notes) == (head == 0.0)


def test_one_more_layer_of_a_chain_is_no_head():
    chained = nn.Sequential(*[each for _ in range(3) for each in (nn.Linear(16, 16), nn.Tanh())])
    assert actviz.probe_module(chained, rows)["role"].values.tolist() == ["chain"] * 3


def test_the_first_loss_of_sigmoids_is_that_of_two_classes_about_a_prior():
    torch.manual_seed(0)
    model = chain(nn.Sigmoid(), 1.5, units=2)
    nn.init.constant_(model[-2].bias, -4.6)
    x = rows(torch.Generator().manual_seed(1))
    ds = actviz.probe_module(model, x)
    z = model[:-1](x).detach().double()
    z = z - z.mean(0)
    right = nn.functional.binary_cross_entropy_with_logits(z, torch.full_like(z, 0.5)) / math.log(2)
    assert float(ds["output_loss"].squeeze()) == pytest.approx(float(right))
    prior = chain(nn.Sigmoid(), 0.02, units=2)
    nn.init.constant_(prior[-2].bias, -4.6)
    assert actviz.diagnose(actviz.probe_module(prior, x))[0].healthy


class Heads(nn.Module):
    """Three heads beside each other."""

    def __init__(self, *stds):
        super().__init__()
        self.body = chain(None)[:-1]
        self.heads = nn.ModuleList(nn.Linear(16, 10) for _ in stds)
        for head, std in zip(self.heads, stds, strict=True):
            nn.init.normal_(head.weight, std=std)

    def forward(self, x):
        x = self.body(x)
        return [head(x) for head in self.heads]


def test_the_largest_first_loss_of_several_heads_decides():
    def first(*stds):
        ds = actviz.probe_module(Heads(*stds), rows)
        return float(ds["output_loss"].squeeze()), actviz.diagnose(ds)[0]

    torch.manual_seed(0)
    alone, diagnosis = first(2.0)
    assert diagnosis.verdict is actviz.Verdict.SATURATED
    torch.manual_seed(0)
    among, diagnosis = first(2.0, 0.1, 0.1)
    assert among == pytest.approx(alone, rel=0.5)
    assert diagnosis.verdict is actviz.Verdict.SATURATED


def test_beside_others_a_head_of_zeros_holds_nothing_back():
    ds = actviz.probe_module(lambda: Heads(0.0, 0.1), rows, seeds=2)
    (diagnosis,) = actviz.diagnose(ds)
    assert diagnosis.healthy
    assert not any("starts at 0" in note.message() for note in diagnosis.notes)
    assert not actviz.results.dataset.recipe(ds)["driven_below"]
