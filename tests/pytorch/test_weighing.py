"""What weighs other values: no size of it matters, but what is dead or stuck in it is told, and no trunk is one."""

import math

import numpy as np
import pytest

import actviz

torch = pytest.importorskip("torch", reason="PyTorch is an optional dependency")

from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

from actviz.torch.spreading import Spread  # noqa: E402

D = 16


def normal(*shape):
    return lambda generator: torch.randn(*shape, generator=generator)


def several(*shapes):
    return lambda generator: tuple(torch.randn(*shape, generator=generator) for shape in shapes)


def broken(build, *changes):
    """Return what builds a model of whose parameters some are multiplied or filled."""

    def built():
        model = build()
        with torch.no_grad():
            for name, how, value, *rows in changes:
                part = model.get_parameter(name)[slice(*rows)] if rows else model.get_parameter(name)
                getattr(part, how)(value)
        return model

    return built


def judged(build, inputs, *changes, seeds=2):
    ds = actviz.probe_module(broken(build, *changes), inputs, seeds=seeds)
    return ds, actviz.diagnose(ds)[0]


class Squeezed(nn.Module):
    """Residual convolutions whose branches are weighed by channels."""

    def __init__(self, squeezed=8):
        super().__init__()
        self.i, self.o = nn.Conv2d(3, D, 3, padding=1), nn.Linear(D, 5)
        self.c = nn.ModuleList(nn.Conv2d(D, D, 3, padding=1) for _ in range(3))
        self.n = nn.ModuleList(nn.BatchNorm2d(D) for _ in range(3))
        self.a = nn.ModuleList(nn.Linear(D, squeezed) for _ in range(3))
        self.b = nn.ModuleList(nn.Linear(squeezed, D) for _ in range(3))

    def forward(self, x):
        x = self.i(x)
        for c, n, a, b in zip(self.c, self.n, self.a, self.b, strict=True):
            y = n(c(F.relu(x)))
            x = x + y * torch.sigmoid(b(F.relu(a(y.mean((2, 3))))))[:, :, None, None]
        return self.o(x.mean((2, 3)))


class Modulated(nn.Module):
    """A stream that is scaled and shifted by what is made of a condition."""

    def __init__(self, function=nn.SiLU):
        super().__init__()
        self.i, self.o = nn.Linear(8, D), nn.Linear(D, 4)
        self.t = nn.Sequential(nn.Linear(6, 2 * D), function(), nn.Linear(2 * D, D), function())
        self.m = nn.ModuleList(nn.Linear(D, 2 * D) for _ in range(2))
        self.l = nn.ModuleList(nn.Linear(D, D) for _ in range(2))

    def forward(self, x, condition):
        x, w = self.i(x), self.t(condition)
        for modulate, layer in zip(self.m, self.l, strict=True):
            scale, shift = modulate(w)[:, None].chunk(2, -1)
            x = x + F.gelu(layer(x) * (1.0 + scale) + shift)
        return self.o(x.mean(1))


class Scored(nn.Module):
    """Attention whose scores are added up, and stuck as tanh is."""

    def __init__(self):
        super().__init__()
        self.e, self.w, self.u, self.v = nn.Linear(6, D), nn.Linear(D, D), nn.Linear(D, D), nn.Linear(D, 1)
        self.o = nn.Linear(D, 4)

    def forward(self, x):
        h = torch.relu(self.e(x))
        shares = self.v(torch.tanh(self.w(h) + self.u(h.mean(1, keepdim=True)))).softmax(1)
        return self.o((shares * h).sum(1))


class Kernels(nn.Module):
    """Attention by positive features of queries and keys."""

    def __init__(self):
        super().__init__()
        self.i, self.h = nn.Linear(6, D), nn.Linear(D, 4)
        self.q, self.k, self.v, self.o = (nn.Linear(D, D) for _ in range(4))
        self.register_buffer("w", torch.randn(D, D))

    def features(self, x):
        x = x / D**0.25
        return torch.exp(x @ self.w.T - x.pow(2).sum(-1, keepdim=True) / 2) / D**0.5 + 1e-4

    def forward(self, x):
        x = self.i(x)
        a, b = self.features(self.q(x)), self.features(self.k(x))
        mixed = (a @ (b.transpose(1, 2) @ self.v(x))) / (a @ b.sum(1)[..., None])
        return self.h((x + self.o(mixed)).mean(1))


SHUT = {  # a model, its inputs, the bias that shuts a layer of it, the rule that tells and the layer's name
    "squeeze": (Squeezed, normal(8, 3, 8, 8), "a.1.bias", "dead.flat", "a.1"),
    "time embedding": (Modulated, several((8, 5, 8), (8, 6)), "t.0.bias", "saturated", "t.0"),
    "mapping of ReLUs": (lambda: Modulated(nn.ReLU), several((8, 5, 8), (8, 6)), "t.2.bias", "dead.flat", "t.2"),
    "scores": (Scored, normal(8, 7, 6), "w.bias", "saturated", "tanh"),
    "queries": (Kernels, normal(8, 7, 6), "q.bias", "dead.gradient", "q"),
}


@pytest.mark.parametrize("name", SHUT)
def test_what_is_dead_or_stuck_in_what_weighs_is_told_with_its_layer(name):
    build, inputs, bias, rule, layer = SHUT[name]
    assert judged(build, inputs)[1].healthy
    ds, diagnosis = judged(build, inputs, (bias, "fill_", -20.0))
    finding = diagnosis.findings[0]
    assert (finding.rule, finding.way) == (rule, "weighing")
    assert ds["layer_name"].values[finding.layer - 1] == layer
    assert "gate" in ds["role"].values[finding.layer - 1]
    assert bias.rpartition(".")[0] in finding.remedy()
    assert "to 0" in finding.remedy()


def test_queries_whose_features_underflow_are_drawn_smaller():
    ds, diagnosis = judged(Kernels, normal(8, 7, 6), ("q.weight", "mul_", 1000.0), seeds=3)
    finding = diagnosis.findings[0]
    assert (finding.rule, ds["layer_name"].values[finding.layer - 1]) == ("dead.gradient", "q")
    assert finding.remedy().startswith("Draw the weights of Linear q with std 0.25")


@pytest.mark.parametrize("factor", [1e-3, 0.1, 10.0])
@pytest.mark.parametrize("name", ["a.1.weight", "b.1.weight"])
def test_no_size_of_what_weighs_matters(name, factor):
    assert judged(Squeezed, normal(8, 3, 8, 8), (name, "mul_", factor))[1].healthy


@pytest.mark.parametrize("squeezed", [1, 2, 4])
def test_a_few_units_that_chance_shuts_are_not_dead(squeezed):
    assert judged(lambda: Squeezed(squeezed), normal(8, 3, 8, 8), seeds=3)[1].healthy
    assert not judged(lambda: Squeezed(squeezed), normal(8, 3, 8, 8), ("a.1.bias", "fill_", -20.0))[1].healthy


class Attending(nn.Module):
    """Blocks of attention whose heads, or whose keys, may be as many as one."""

    def __init__(self, heads=4):
        super().__init__()
        self.heads, self.h = heads, nn.Linear(D, 4)
        self.q, self.k, self.v, self.o = (nn.ModuleList(nn.Linear(D, D) for _ in range(2)) for _ in range(4))
        self.n = nn.ModuleList(nn.LayerNorm(D) for _ in range(2))

    def forward(self, x):
        for q, k, v, o, n in zip(self.q, self.k, self.v, self.o, self.n, strict=True):
            y = n(x)
            a, b, c = (each(y).unflatten(-1, (self.heads, -1)).transpose(1, 2) for each in (q, k, v))
            shares = (a @ b.transpose(-1, -2) / math.sqrt(D / self.heads)).softmax(-1)
            x = x + o((shares @ c).transpose(1, 2).flatten(2))
        return self.h(x.mean(1))


def test_a_softmax_over_one_value_gives_queries_and_keys_no_gradient_and_that_is_no_fault():
    ds, diagnosis = judged(Attending, normal(32, 1, D))
    queries = ds["layer_name"].isin(["q.0", "k.1"])
    assert (ds["grad_zero"].values[..., queries.values] == 1.0).all()
    assert diagnosis.healthy


@pytest.mark.parametrize("heads", [2, 4])
def test_one_head_that_is_sure_where_the_others_are_not_is_saturated(heads):
    width = D // heads
    _, diagnosis = judged(lambda: Attending(heads), normal(8, 10, D), ("q.1.weight", "mul_", 200.0, width, 2 * width))
    (finding,) = diagnosis.findings
    assert (finding.rule, finding.way) == ("saturated.attention", "head")
    assert "one head" in finding.message()
    assert "헤드 하나" in finding.message("ko")
    assert "healthy under 2 of 2" in finding.remedy() or "healthy under 1 of 1" in finding.remedy()


class Halved(nn.Module):
    """Residual layers of which one half of the units gates the other: by ``glu``, its module, or written out."""

    def __init__(self, how="function", zero=False):
        super().__init__()
        self.how, self.glu = how, nn.GLU()
        self.i, self.o = nn.Linear(6, D), nn.Linear(D, 4)
        self.l = nn.ModuleList(nn.Linear(D, 2 * D) for _ in range(3))
        for layer in self.l if zero else ():
            nn.init.zeros_(layer.weight)

    def forward(self, x):
        x = self.i(x)
        for layer in self.l:
            y = layer(x)
            value, gate = y.chunk(2, -1)
            x = (
                x
                + {
                    "function": lambda y=y: F.glu(y),
                    "module": lambda y=y: self.glu(y),
                    "written out": lambda value=value, gate=gate: value * torch.sigmoid(gate),
                }[self.how]()
            )
        return self.o(x)


@pytest.mark.parametrize("which", [(1,), (0, 1, 2)])
@pytest.mark.parametrize("how", ["function", "module", "written out"])
def test_gates_of_gated_linear_units_that_are_shut_are_stuck(how, which):
    changes = [(f"l.{at}.bias", "fill_", -20.0, D, 2 * D) for at in which]
    _, diagnosis = judged(lambda: Halved(how), normal(32, 6), *changes)
    assert diagnosis.findings[0].rule == "saturated.gates"
    assert "biases" in diagnosis.findings[0].remedy()


@pytest.mark.parametrize("how", ["function", "module", "written out"])
def test_gated_linear_units_as_they_are_made_are_healthy(how):
    ds, diagnosis = judged(lambda: Halved(how), normal(32, 6))
    assert diagnosis.healthy
    assert np.isfinite(ds["gate_stuck"]).sum() == (0 if how == "written out" else 6)
    assert judged(lambda: Halved(how, zero=True), normal(32, 6))[1].healthy
    assert judged(lambda: Halved(how), normal(32, 6), ("l.0.bias", "fill_", -4.0, D, 2 * D))[1].healthy


class Points(nn.Module):
    """Blocks over pairs of points: messages move the points and make features, of which the smaller output is read."""

    def __init__(self, blocks=2):
        super().__init__()
        pairs = lambda: nn.Sequential(nn.Linear(2 * D + 1, D), nn.SiLU(), nn.Linear(D, D), nn.SiLU())  # noqa: E731
        self.i, self.o = nn.Linear(6, D), nn.Linear(D, 1)
        self.e = nn.ModuleList(pairs() for _ in range(blocks))
        self.x = nn.ModuleList(nn.Linear(D, 1, bias=False) for _ in range(blocks))
        self.h = nn.ModuleList(nn.Sequential(nn.Linear(2 * D, D), nn.SiLU(), nn.Linear(D, D)) for _ in range(blocks))

    def forward(self, h, x):
        h = self.i(h)
        for e, c, f in zip(self.e, self.x, self.h, strict=True):
            r, n = x[:, :, None] - x[:, None], h.shape[1]
            pairs = [h[:, :, None].expand(-1, -1, n, -1), h[:, None].expand(-1, n, -1, -1)]
            m = e(torch.cat([*pairs, r.pow(2).sum(-1, keepdim=True)], -1))
            x = x + (r * torch.tanh(c(m))).mean(2)
            h = h + f(torch.cat([h, m.sum(2) / n**0.5], -1))
        return self.o(h.mean(1)), x


POINTS = several((8, 7, 6), (8, 7, 3))


def test_what_a_smaller_output_reads_as_a_value_is_no_gate_of_a_larger_one():
    ds, diagnosis = judged(Points, POINTS)
    roles = dict(zip(ds["layer_name"].values.tolist(), ds["role"].values.tolist(), strict=True))
    assert roles == {
        "i": "stream",
        **{f"{name}.{at}.{layer}": "branch" for name in "eh" for at in range(2) for layer in (0, 2)},
        **{f"x.{at}": "gate" for at in range(2)},
        "o": "head",
    }
    assert diagnosis.healthy


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ([("i.weight", "mul_", 1e-3), ("i.bias", "fill_", 0.0)], "collapsed"),
        ([("i.weight", "mul_", 300.0)], "saturated"),
        ([("h.0.0.bias", "fill_", -20.0)], "saturated"),
        ([(f"{n}.{at}.{layer}.weight", "mul_", 0.01) for n in "eh" for at in (0, 1) for layer in (0, 2)], "vanishing"),
    ],
)
def test_a_trunk_that_also_weighs_is_judged_as_any(changes, verdict):
    assert judged(Points, POINTS, *changes)[1].findings[0].verdict.value == verdict


def test_a_small_head_beside_moved_points_is_no_fault():
    assert judged(Points, POINTS, ("o.weight", "mul_", 0.01))[1].healthy


def test_small_ends_of_branches_that_weigh_themselves_are_no_fault():
    _, diagnosis = judged(Squeezed, normal(8, 3, 8, 8), ("n.1.weight", "mul_", 0.01), ("n.1.bias", "mul_", 0.01))
    assert diagnosis.healthy, [finding.message() for finding in diagnosis.findings]


class Generator(nn.Module):
    """An image of parameters alone, which styles scale and shift by what the model is given."""

    def __init__(self, start="", second=False):
        super().__init__()
        self.second = second
        self.m = nn.Sequential(nn.Linear(8, D), nn.ReLU(), nn.Linear(D, D), nn.ReLU())
        self.image = nn.Parameter(torch.randn(1, D, 4, 4))
        self.c = nn.ModuleList(nn.Conv2d(D, D, 3, padding=1) for _ in range(2))
        self.s, self.o = nn.ModuleList(nn.Linear(D, 2 * D) for _ in range(2)), nn.Conv2d(D, 3, 1)
        self.factor = nn.Parameter(torch.full((), 0.0 if start == "factor" else 1.0))
        for layer in self.s if start == "styles" else ():
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, z):
        w, x = self.m(z), self.image.expand(z.shape[0], -1, -1, -1)
        for convolve, style in zip(self.c, self.s, strict=True):
            scale, shift = (self.factor * style(w))[:, :, None, None].chunk(2, 1)
            x = F.leaky_relu((1.0 + scale) * F.instance_norm(convolve(x)) + shift, 0.2)
        return (self.o(x), w) if self.second else self.o(x)


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ([(f"s.{at}.weight", "mul_", 1e-3) for at in range(2)], ["collapsed.outputs"]),
        ([("m.2.bias", "fill_", -30.0)], ["dead.flat", "collapsed.outputs"]),
        ([("m.0.bias", "fill_", -30.0)], ["dead.flat", "collapsed.outputs"]),
    ],
)
def test_samples_that_give_one_image_by_modulation_alone_have_collapsed(changes, rules):
    ds, diagnosis = judged(Generator, normal(16, 8), *changes)
    assert [finding.rule for finding in diagnosis.findings] == rules
    assert ds["output_spread"].values.max() < 0.01
    assert "nearly the same outputs" in diagnosis.findings[-1].message()
    assert "표본마다 출력이 거의 같다" in diagnosis.findings[-1].message("ko")
    assert "output_spread goes from" in diagnosis.findings[-1].remedy()


@pytest.mark.parametrize("start", ["", "styles", "factor"])
def test_samples_that_modulation_tells_apart_or_will_have_not_collapsed(start):
    ds, diagnosis = judged(lambda: Generator(start), normal(16, 8))
    assert diagnosis.healthy, [finding.message() for finding in diagnosis.findings]
    assert (ds["output_spread"].values.max() > 0.1) == (not start)


def test_an_output_spread_is_what_numpy_says_and_is_told_only_where_inputs_come_in_by_modulation_alone():
    torch.manual_seed(1)
    model, z = Generator(second=True), torch.randn(12, 8)
    values = model(z)[0].detach().double().numpy()
    own = math.sqrt(values.var(0).mean() / values.var((0, 2, 3)).mean())
    assert float(actviz.probe_module(model, z)["output_spread"].squeeze()) == pytest.approx(own, rel=1e-6)
    assert np.isnan(judged(Squeezed, normal(8, 3, 8, 8))[0]["output_spread"]).all()


def test_an_output_spread_is_that_of_all_batches_of_one_size():
    torch.manual_seed(1)
    values, spread = torch.randn(24, 3, 4, 5) + 2.0 * torch.randn(1, 3, 4, 5), Spread()
    for batch in (values[:8], values[8:], torch.randn(8, 3, 2, 5)):
        spread.add(batch, -3)
    own = values.double().numpy()
    assert spread.share == pytest.approx(math.sqrt(own.var(0).mean() / own.var((0, 2, 3)).mean()), rel=1e-9)
    assert math.isnan(Spread().share)
