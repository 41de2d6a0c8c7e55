"""Zeros that values pass one after the other, or that scale each other: which learn is trained, and told the same."""

import itertools

import pytest

import actviz
from actviz.text import text

torch = pytest.importorskip("torch", reason="PyTorch is an optional dependency")

import torch.nn.functional as F  # noqa: E402
from torch import nn  # noqa: E402

D, HEADS = 8, 2


def sequences(generator):
    return torch.randn(8, 4, D, generator=generator)


class Fused(nn.Module):
    """Attention in one call, whose queries, keys, values or outputs start at 0."""

    def __init__(self, zeros):
        super().__init__()
        self.m = nn.MultiheadAttention(D, HEADS, batch_first=True)
        with torch.no_grad():
            for each in zeros:
                self.weights(self.m.in_proj_weight, self.m.out_proj.weight)[each].zero_()

    def weights(self, joint, end):
        return dict(zip("qkvo", (*joint.split(D), end), strict=True))

    def gradients(self):
        return self.weights(self.m.in_proj_weight.grad, self.m.out_proj.weight.grad)

    def forward(self, x):
        return self.m(x, x, x, need_weights=False)[0]


class Written(nn.Module):
    """The same of layers, with the product of PyTorch's or by hand."""

    def __init__(self, zeros, by_hand):
        super().__init__()
        self.of, self.by_hand = nn.ModuleDict({each: nn.Linear(D, D) for each in "qkvo"}), by_hand
        for name, each in self.of.items():
            nn.init.zeros_(each.bias)
            if name in zeros:
                nn.init.zeros_(each.weight)

    def gradients(self):
        return {name: each.weight.grad for name, each in self.of.items()}

    def forward(self, x):
        q, k, v = (self.of[each](x).unflatten(-1, (HEADS, -1)).transpose(1, 2) for each in "qkv")
        mixed = (q @ k.mT / 2.0).softmax(-1) @ v if self.by_hand else F.scaled_dot_product_attention(q, k, v)
        return self.of["o"](mixed.transpose(1, 2).flatten(-2))


class Net(nn.Module):
    def __init__(self, make, zeros):
        super().__init__()
        self.i, self.h = nn.Linear(D, D), nn.Linear(D, 4)
        self.n, self.a = (nn.ModuleList(of) for of in ((nn.LayerNorm(D), nn.LayerNorm(D)), (make(""), make(zeros))))

    def forward(self, x):
        x = self.i(x)
        for n, a in zip(self.n, self.a, strict=True):
            x = x + a(n(x))
        return self.h(x)


MAKES = {"fused": Fused, "function": lambda zeros: Written(zeros, False), "by hand": lambda zeros: Written(zeros, True)}
ZEROS = ["".join(each) for count in range(1, 5) for each in itertools.combinations("qkvo", count)]


def still(make, zeros):
    """Return what never has a gradient within a few updates."""
    torch.manual_seed(0)
    model, moved = Net(make, zeros), set()
    x, y = sequences(torch.Generator().manual_seed(0)), torch.randn(8, 4, 4)
    optimizer = torch.optim.Adam(model.parameters(), 1e-2)
    for _ in range(5):
        optimizer.zero_grad()
        (model(x) - y).square().mean().backward()
        moved |= {name for name, gradient in model.a[1].gradients().items() if gradient.any()}
        optimizer.step()
    return set("qkvo") - moved


@pytest.mark.parametrize("zeros", ZEROS)
@pytest.mark.parametrize("make", MAKES)
def test_attention_is_dead_where_some_of_it_never_learns(make, zeros):
    never = still(MAKES[make], zeros)
    assert never == (set("qkvo") if {"v", "o"} <= set(zeros) else set("qk") if {"q", "k"} <= set(zeros) else set())
    found = actviz.diagnose(actviz.probe_module(lambda: Net(MAKES[make], zeros), sequences, seeds=2))[0]
    assert found.verdict is (actviz.Verdict.DEAD if never else actviz.Verdict.HEALTHY)
    assert [each.rule for each in found.findings] == ["dead.smothered"] * (len(never) == 4) + ["dead.factors"] * (
        len(never) == 2
    )


@pytest.mark.parametrize("make", MAKES)
def test_the_remedy_names_what_holds_queries_and_keys(make):
    ds = actviz.probe_module(lambda: Net(MAKES[make], "qko"), sequences, seeds=2)
    (finding,) = actviz.diagnose(ds)[0].findings
    names = {"fused": "MultiheadAttention a.1.m"}.get(make, "the 2 Linear layers a.1.of.q, a.1.of.k")
    assert finding.remedy().startswith(f"Draw the weights of {names} with std")
    assert ("in_proj_weight" in finding.remedy()) == (make == "fused")
    assert "Tried on a copy of the model: healthy under 2 of 2 fresh seeds" in finding.remedy()
    for lang in ("en", "ko"):
        if make == "fused":
            assert finding.message(lang) == text("finding.dead.factors_inside", lang, layer=finding.layer)


@pytest.mark.parametrize("way", ["query bias", "bias_k"])
def test_biases_bring_queries_and_keys_a_gradient(way):
    def make(zeros):
        made = Fused("")
        made.m = nn.MultiheadAttention(D, HEADS, batch_first=True, add_bias_kv=way == "bias_k")
        with torch.no_grad():
            made.m.in_proj_weight[: 2 * D] = 0.0
            made.m.in_proj_bias[:D] += way == "query bias"
        return made

    assert actviz.diagnose(actviz.probe_module(lambda: Net(make, ""), sequences, seeds=2))[0].healthy


def test_of_a_model_that_is_watched_the_same_is_told():
    for zeros, verdict in (("qo", "healthy"), ("qko", "dead")):
        torch.manual_seed(0)
        model = Net(Fused, zeros)
        optimizer = torch.optim.Adam(model.parameters())
        with actviz.watch(model, optimizer=optimizer) as watched:
            model(sequences(torch.Generator().manual_seed(0))).square().mean().backward()
            optimizer.step()
            watched.step()
        assert actviz.diagnose(actviz.snapshot(watched.dataset, 0))[0].verdict.value == verdict


class Scaled(nn.Module):
    """ReZero, the last weights of some branches at 0 too, under one head or two, some of them at 0."""

    def __init__(self, twice=(), heads=(False,), apart=False):
        super().__init__()
        self.i, self.apart = nn.Linear(D, D), apart
        self.u, self.v = (nn.ModuleList(nn.Linear(D, D) for _ in range(3)) for _ in range(2))
        self.g = nn.ParameterList(nn.Parameter(torch.zeros(1)) for _ in range(3))
        self.h = nn.ModuleList(nn.Linear(D, 4) for _ in heads)
        for each in (*(self.v[at] for at in twice), *(h for h, zero in zip(self.h, heads, strict=True) if zero)):
            nn.init.zeros_(each.weight)
            nn.init.zeros_(each.bias)

    def forward(self, x):
        x = start = self.i(x)
        for u, v, g in zip(self.u, self.v, self.g, strict=True):
            x = x + g * v(F.gelu(u(x)))
        return tuple(h(start if at and self.apart else x) for at, h in enumerate(self.h))


def moves(**settings):
    """Whether all of the branches' first weights move within a few updates."""
    torch.manual_seed(0)
    model, x = Scaled(**settings), torch.randn(16, D)
    optimizer, before = torch.optim.Adam(model.parameters(), 1e-2), [each.weight.clone() for each in model.u]
    for _ in range(6):
        optimizer.zero_grad()
        sum((each - x[:, :4].flip(0)).square().mean() for each in model(x)).backward()
        optimizer.step()
    return not any(torch.equal(old, new.weight) for old, new in zip(before, model.u, strict=True))


@pytest.mark.parametrize("apart", [False, True], ids=["one trunk", "a head before the branches"])
@pytest.mark.parametrize("heads", [(False,), (True,), (True, False), (True, True)])
@pytest.mark.parametrize("twice", [(), (0,), (1,), (2,), (0, 1, 2)])
def test_what_is_zero_twice_over_is_dead_under_heads_of_zeros_too(twice, heads, apart):
    settings = {"twice": twice, "heads": heads, "apart": apart}
    assert moves(**settings) == (not twice)
    found = actviz.diagnose(actviz.probe_module(lambda: Scaled(**settings), lambda g: torch.randn(16, D, generator=g)))
    assert found[0].verdict is (actviz.Verdict.DEAD if twice else actviz.Verdict.HEALTHY)
