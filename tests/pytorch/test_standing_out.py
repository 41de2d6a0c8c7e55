"""Layers side by side: small ends of any are no fault, factors of a product are alike, what stands out is noted."""

import pytest

import actviz

torch = pytest.importorskip("torch", reason="PyTorch is an optional dependency")

from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

D = 16


def tokens(generator):
    return torch.randn(8, 10, D, generator=generator)


def images(generator):
    return torch.randn(4, 3, 16, 16, generator=generator)


def waves(generator):
    return torch.randn(4, 1, 24, generator=generator)


def judged(build, inputs, changes=()):
    def built():
        model = build()
        with torch.no_grad():
            for name, factor in dict(changes).items():
                model.get_parameter(name).mul_(factor)
        return model

    return actviz.diagnose(actviz.probe_module(built, inputs, seeds=2))[0]


class Experts(nn.Module):
    """Residual mixtures of experts, all of which are added up."""

    def __init__(self):
        super().__init__()
        self.r = nn.ModuleList(nn.Linear(D, 3, bias=False) for _ in range(2))
        self.x = nn.ModuleList(
            nn.ModuleList(nn.Sequential(nn.Linear(D, 2 * D), nn.GELU(), nn.Linear(2 * D, D)) for _ in range(3))
            for _ in range(2)
        )
        self.n, self.o = nn.ModuleList(nn.LayerNorm(D) for _ in range(2)), nn.Linear(D, 4)

    def forward(self, x):
        for r, experts, n in zip(self.r, self.x, self.n, strict=True):
            y = n(x)
            shares = r(y).softmax(-1)
            x = x + sum(shares[..., at : at + 1] * expert(y) for at, expert in enumerate(experts))
        return self.o(x.mean(1))


class Product(nn.Module):
    """Residual blocks whose inner layers multiply each other."""

    def __init__(self):
        super().__init__()
        self.gate, self.up = (nn.ModuleList(nn.Linear(D, 2 * D, bias=False) for _ in range(4)) for _ in range(2))
        self.down = nn.ModuleList(nn.Linear(2 * D, D, bias=False) for _ in range(4))
        self.n, self.o = nn.ModuleList(nn.RMSNorm(D) for _ in range(4)), nn.Linear(D, 4)

    def forward(self, x):
        for gate, up, down, n in zip(self.gate, self.up, self.down, self.n, strict=True):
            y = n(x)
            x = x + down(F.silu(gate(y)) * up(y))
        return self.o(x.mean(1))


class ReadOut(nn.Module):
    """Residual convolutions of which what each reads out is added up."""

    def __init__(self):
        super().__init__()
        self.i, self.o = nn.Conv1d(1, D, 1), nn.Conv1d(D, 4, 1)
        self.f, self.g = (nn.ModuleList(nn.Conv1d(D, D, 3, padding=1) for _ in range(4)) for _ in range(2))
        self.r, self.s = (nn.ModuleList(nn.Conv1d(D, D, 1) for _ in range(4)) for _ in range(2))
        for layer in [self.i, *self.f, *self.g, *self.r, *self.s]:
            nn.init.kaiming_normal_(layer.weight, nonlinearity="linear")
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        x, read = self.i(x), 0
        for f, g, r, s in zip(self.f, self.g, self.r, self.s, strict=True):
            y = torch.tanh(f(x)) * torch.sigmoid(g(x))
            x, read = x + r(y), read + s(y)
        return self.o(F.relu(read))


class Deep(nn.Module):
    """Convolutions at two resolutions, of which what is made at the lower is put beside the other."""

    def __init__(self, c=8):
        super().__init__()
        self.d1, self.d2, self.d3 = (nn.Conv2d(a, b, 3, padding=1) for a, b in ((3, c), (c, 2 * c), (2 * c, 2 * c)))
        self.u2, self.u1 = nn.ConvTranspose2d(4 * c, c, 2, 2), nn.ConvTranspose2d(2 * c, 2 * c, 2, 2)
        self.o = nn.Conv2d(2 * c, 2, 3, padding=1)
        for layer in (self.d1, self.d2, self.d3, self.u1, self.u2, self.o):
            fan_in = layer.in_channels * (1 if isinstance(layer, nn.ConvTranspose2d) else 9)
            nn.init.normal_(layer.weight, std=(2 / fan_in) ** 0.5)
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        a = F.relu(self.d1(x))
        b = F.relu(self.d2(F.max_pool2d(a, 2)))
        c = F.relu(self.d3(F.max_pool2d(b, 2)))
        b = torch.cat([b, self.u1(c)], 1)
        return self.o(torch.cat([a, self.u2(b)], 1))


@pytest.mark.parametrize(
    ("build", "inputs", "name"),
    [
        (Experts, tokens, "x.0.0.2.weight"),
        (Experts, tokens, "x.1.1.2.weight"),
        (Product, tokens, "down.1.weight"),
        (ReadOut, waves, "s.0.weight"),
        (ReadOut, waves, "s.1.weight"),
        (ReadOut, waves, "r.1.weight"),
        (Deep, images, "u1.weight"),
    ],
)
def test_small_last_weights_of_one_of_several_branches_are_no_fault(build, inputs, name):
    assert judged(build, inputs).healthy
    diagnosis = judged(build, inputs, {name: 0.01})
    assert diagnosis.healthy, [finding.message() for finding in diagnosis.findings]


def test_a_sum_of_read_outs_whose_every_part_is_small_has_collapsed():
    assert judged(ReadOut, waves, {f"s.{at}.weight": 1e-3 for at in range(4)}).verdict.value == "collapsed"


@pytest.mark.parametrize("name", ["up", "gate"])
def test_factors_of_a_product_are_judged_alike(name):
    (finding,) = judged(Product, tokens, {f"{name}.1.weight": 0.01}).findings
    assert (finding.verdict.value, finding.way) == ("vanishing", "branch")
    assert "nan" not in finding.message()
    assert judged(Product, tokens, {f"{name}.1.weight": 0.2}).healthy


NOTED = {
    "norm before a product": (Product, tokens, {"n.1.weight": 0.01}, "times smaller than those of their like", "작다"),
    "one large expert": (Experts, tokens, {"x.1.1.2.weight": 60.0}, "times as large as what their like give", "크다"),
    "deep path": (Deep, images, {"u1.weight": 0.01}, "1 of 2 branches start small", "작게 시작한다"),
    "deep path, twice": (
        Deep,
        images,
        {"u1.weight": 0.01, "u2.weight": 0.01},
        "2 of 2 branches start small",
        "작게 시작한다",
    ),
    "end of a branch": (Product, tokens, {"down.2.weight": 0.01}, "1 of 4 branches start small", "작게 시작한다"),
}


@pytest.mark.parametrize("name", NOTED)
def test_what_stands_out_from_its_like_is_noted(name):
    build, inputs, changes, words, korean = NOTED[name]
    diagnosis = judged(build, inputs, changes)
    assert diagnosis.healthy
    assert any(words in note.message() for note in diagnosis.notes)
    assert any(korean in note.message("ko") for note in diagnosis.notes)
    assert not any(words in note.message() for note in judged(build, inputs).notes)


class Body(nn.Module):
    """One outer branch of residual blocks that scale themselves, or of a path through another resolution."""

    def __init__(self, pyramid=False):
        super().__init__()
        self.i, self.o = nn.Conv2d(3, D, 3, padding=1), nn.Conv2d(D, 4, 3, padding=1)
        self.b = nn.ModuleList(nn.Conv2d(D, D, 3, padding=1, stride=2 if pyramid else 1) for _ in range(3))
        self.pyramid, self.end = pyramid, nn.Conv2d(D, D, 1)

    def forward(self, x):
        h = y = F.relu(self.i(x))
        for b in self.b:
            y = F.relu(b(y)) if self.pyramid else y + 0.1 * b(F.relu(y))
        y = self.end(y)
        return self.o(h + (F.interpolate(y, h.shape[2:]) if self.pyramid else y))


@pytest.mark.parametrize("pyramid", [False, True])
def test_small_last_weights_of_one_outer_branch_are_noted_by_the_gradients_inside(pyramid):
    small = {"end.weight": 1e-3}
    found = judged(lambda: Body(pyramid), images, small)
    (note,) = found.notes
    assert note.key == "note.faint_inside"  # its bias alone makes the branch no small one
    assert 300.0 < float(dict(note.values)["factor"]) < 30_000.0
    assert found.healthy
    assert not judged(lambda: Body(pyramid), images).notes
    gradients = []
    for changes in ({}, small):
        torch.manual_seed(0)
        model = Body(pyramid)
        with torch.no_grad():
            for name, factor in changes.items():
                model.get_parameter(name).mul_(factor)
        model(images(torch.Generator().manual_seed(0))).square().mean().backward()
        gradients.append([float(b.weight.grad.norm()) for b in model.b])
    assert all(300.0 * faint < usual for usual, faint in zip(*gradients, strict=True))


def test_branches_that_all_end_in_small_weights_are_meant_so():
    def built():
        model = nn.TransformerEncoder(
            nn.TransformerEncoderLayer(D, 2, 2 * D, norm_first=True), 3, enable_nested_tensor=False
        )
        for layer in model.layers:
            nn.init.normal_(layer.self_attn.out_proj.weight, std=2e-3)
        return nn.Sequential(model, nn.Linear(D, 4))

    assert not [note for note in judged(built, tokens).notes if note.key == "note.faint_inside"]
