"""What stands out from its own kind is tried first: tables, scales, recurrent weights, functions without a theory."""

import itertools
import re

import pytest

import actviz
from actviz.diagnosis.kinds import standing_out
from actviz.diagnosis.models import model_of
from actviz.diagnosis.profile import profiles

torch = pytest.importorskip("torch")
nn = torch.nn

from architectures import HEALTHY, changed  # noqa: E402  # needs PyTorch


def of(*shape):
    return lambda generator: torch.randn(*shape, generator=generator)


def ids(generator):
    return torch.randint(0, 40, (8, 12), generator=generator)


class Sine(nn.Module):
    """A function that no table has, with a frequency of its own [Sitzmann et al. 2020]."""

    def forward(self, x):
        return torch.sin(30.0 * x)


def siren():
    layers, width = [], 2
    for first in (True, False, False, False):
        layer = nn.Linear(width, 64)
        bound = 1.0 / width if first else (6.0 / width) ** 0.5 / 30.0
        nn.init.uniform_(layer.weight, -bound, bound)
        layers += [layer, Sine()]
        width = 64
    head = nn.Linear(64, 3)
    nn.init.uniform_(head.weight, -((6.0 / 64) ** 0.5) / 30.0, (6.0 / 64) ** 0.5 / 30.0)
    return nn.Sequential(*layers, head)


class Read(nn.Module):
    """Tokens through a table, what is in between, and a head."""

    def __init__(self, inner, width=32, tables=1):
        super().__init__()
        self.tables = nn.ModuleList(nn.Embedding(40, width) for _ in range(tables))
        self.inner, self.head = inner, nn.Linear(width, 40)

    def forward(self, x):
        made = self.inner(sum(table(x) for table in self.tables) / len(self.tables) ** 0.5)
        return self.head(made[0] if isinstance(made, tuple) else made)


class Added(nn.Module):
    """Residual blocks behind a norm each, with a scale of its own on every branch, in a list."""

    def __init__(self, width=32, depth=4, scale=0.1, spread=0.0):
        super().__init__()
        self.norms, self.layers = nn.ModuleList(), nn.ModuleList()
        for _ in range(depth):
            self.norms.append(nn.LayerNorm(width))
            self.layers.append(nn.Linear(width, width))
        drawn = (1.0 + spread * torch.randn(width) for _ in range(depth))
        self.scales = nn.ParameterList(nn.Parameter(scale * each) for each in drawn)

    def forward(self, x):
        for norm, layer, scale in zip(self.norms, self.layers, self.scales, strict=True):
            x = x + scale * torch.nn.functional.gelu(layer(norm(x)))
        return x


class Passing(nn.Module):
    """Messages that a recurrent cell takes up, in a loop [Gilmer et al. 2017]."""

    def __init__(self, cell=nn.GRUCell, width=32):
        super().__init__()
        self.first, self.message, self.cell = nn.Linear(16, width), nn.Linear(width, width), cell(width, width)
        self.head = nn.Linear(width, 4)

    def forward(self, x):
        h = torch.tanh(self.first(x))
        state = h
        for _ in range(3):
            given = torch.relu(self.message(h))
            if isinstance(self.cell, nn.LSTMCell):
                h, state = self.cell(given, (h, state))
            else:
                h = self.cell(given, h)
        return self.head(h)


class Written(nn.Module):
    """An LSTM of convolutions whose gates are written out, each layer called at every step [Shi et al. 2015]."""

    def __init__(self, channels=(2, 12, 12)):
        super().__init__()
        self.cells = nn.ModuleList(
            nn.Conv1d(given + made, 4 * made, 3, padding=1) for given, made in itertools.pairwise(channels)
        )
        self.head = nn.Conv1d(channels[-1], 1, 1)

    def forward(self, x):
        for cell in self.cells:
            h = c = x.new_zeros(len(x), cell.out_channels // 4, x.shape[-1])
            given = []
            for t in range(x.shape[1]):
                f, i, g, o = cell(torch.cat([x[:, t], h], 1)).chunk(4, 1)
                c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
                h = torch.sigmoid(o) * torch.tanh(c)
                given.append(h)
            x = torch.stack(given, 1)
        return self.head(x[:, -1])


class Splines(nn.Module):
    """Parameters in a list, each applied by einsum to functions of what comes in [Liu et al. 2024]."""

    def __init__(self, width=16, knots=6):
        super().__init__()
        self.register_buffer("at", torch.linspace(-2, 2, knots))
        self.curves = nn.ParameterList(
            nn.Parameter(torch.randn(width, knots, width) * (1.5 / width) ** 0.5) for _ in range(4)
        )

    def forward(self, x):
        for curve in self.curves:
            x = torch.einsum("big,igo->bo", torch.exp(-((x[..., None] - self.at).square())), curve)
        return x


class Excited(nn.Module):
    """Blocks whose branches are weighed by what two layers make of them [Hu et al. 2018]."""

    def __init__(self, width=32, depth=4):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(width, width) for _ in range(depth))
        self.fc1, self.fc2 = (
            nn.ModuleList(nn.Linear(*each) for _ in range(depth)) for each in ((width, 8), (8, width))
        )
        for layer in (*self.fc1, *self.fc2):
            nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        for layer, fc1, fc2 in zip(self.layers, self.fc1, self.fc2, strict=True):
            y = layer(torch.relu(x))
            x = x + y * torch.sigmoid(fc2(torch.relu(fc1(y))))
        return x


class Stepped(nn.Module):
    """Blocks whose branches are scaled by steps that start small by their biases."""

    def __init__(self, width=32, depth=4):
        super().__init__()
        self.steps, self.layers = (nn.ModuleList(nn.Linear(width, width) for _ in range(depth)) for _ in range(2))
        for step in self.steps:
            nn.init.constant_(step.bias, -3.3)

    def forward(self, x):
        for step, layer in zip(self.steps, self.layers, strict=True):
            x = x + layer(torch.relu(x)) * torch.sigmoid(step(x))
        return x


class Applied(nn.Module):
    """Layers whose weights functions apply, not the modules that have them."""

    def __init__(self, width=32, depth=3):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(width, width) for _ in range(depth))

    def forward(self, x):
        for layer in self.layers:
            x = torch.relu(x @ (2.0**0.5 * layer.weight.T) + layer.bias) + x
        return x


CASES = {
    "a table before an LSTM": (lambda: Read(nn.LSTM(32, 32, batch_first=True)), ids, "tables.0.weight", 30.0),
    "a table of three": (lambda: Read(Added(), tables=3), ids, "tables.1.weight", 60.0),
    "a table before attention": (
        lambda: Read(nn.TransformerEncoderLayer(32, 4, 64, batch_first=True)), ids, "tables.0.weight", 60.0,
    ),
    "a table on the stream": (lambda: Read(Added()), ids, "tables.0.weight", 30.0),
    "a scale of one value": (lambda: Read(Added()), ids, "inner.scales.1", 3000.0),
    "a scale of several values": (lambda: Read(Added(spread=0.5)), ids, "inner.scales.2", 3000.0),
    "a GRU cell, from state to state": (Passing, of(16, 16), "cell.weight_hh", 30.0),
    "a GRU cell, from its inputs": (Passing, of(16, 16), "cell.weight_ih", 0.01),
    "an LSTM cell, from its inputs": (lambda: Passing(nn.LSTMCell), of(16, 16), "cell.weight_ih", 100.0),
    "an RNN cell": (lambda: Passing(nn.RNNCell), of(16, 16), "cell.weight_hh", 60.0),
    "an LSTM of two layers": (
        lambda: Read(nn.LSTM(32, 32, 2, batch_first=True)), ids, "inner.weight_hh_l1", 60.0,
    ),
    "a convolution called again": (Written, of(4, 5, 2, 16), "cells.0.weight", 30.0),
    "a bias without an activation of its own": (Written, of(4, 5, 2, 16), "cells.1.bias", -20.0),
    "a function without a theory": (siren, of(64, 2), "2.weight", 0.01),
    "another layer of it": (siren, of(64, 2), "4.weight", 0.01),
    "one gate's layer of many": (lambda: Read(Excited()), ids, "inner.fc1.2.weight", 300.0),
    "one bias of many that are meant": (lambda: Read(Stepped()), ids, "inner.steps.2.bias", -30.0),
    "a bias that an operation adds": (lambda: Read(Applied()), ids, "inner.layers.1.bias", -40.0),
    "parameters of one's own": (Splines, of(64, 16), "curves.1", 0.005),
}  # fmt: skip


def broken(build, name, factor):
    return changed(build, name, lambda parameter: parameter.fill_(factor) if factor < 0 else parameter.mul_(factor))


@pytest.mark.parametrize("case", CASES)
def test_the_one_parameter_that_is_off_is_named_and_setting_it_back_is_tried(case):
    build, inputs, name, factor = CASES[case]
    assert actviz.diagnose(actviz.probe_module(build, inputs, seeds=3))[0].healthy
    [found] = actviz.diagnose(actviz.probe_module(broken(build, name, factor), inputs, seeds=3))
    assert found.findings
    for each in found.findings:
        said = each.remedy()
        own = name.rpartition(".")[0] if name.endswith(("weight", "bias")) else name
        assert re.search(rf"[ (]{re.escape(name)}[,)]|{own}(,| before| with std)", said), said
        assert "healthy under 2 of 2 fresh seeds" in said
        assert not re.search(r"the \d+ |normalization behind|the head|queries", said), said
        assert name in each.remedy("ko") or own in each.remedy("ko")


SOUND = ("GPT-2, written out", "BERT", "CaiT", "DiT", "ConvNeXt", "ResNet", "SE-ResNet", "ReZero", "mixture of experts")


@pytest.mark.parametrize("name", SOUND)
def test_nothing_stands_out_of_networks_as_they_are_made(name):
    build, inputs = HEALTHY[name]
    dataset = actviz.probe_module(build, inputs, seeds=1)
    [(init, _, profile)] = profiles(dataset)
    assert not standing_out(model_of(dataset, profile, init), small=True)


def test_scales_that_are_all_too_large_are_named():
    [found] = actviz.diagnose(actviz.probe_module(lambda: Read(Added(scale=300.0)), ids, seeds=3))
    assert [each.verdict.value for each in found.findings] == ["saturated"]
    said = found.findings[0].remedy()
    assert "tart at 1 what scales and is 300 (inner.scales.0, inner.scales.1, … inner.scales.3)" in said
    assert "healthy under 2 of 2 fresh seeds" in said


def growing(growth=3.2):
    """Gradients grow over three layers, so far that some seeds are beyond the threshold and others are not."""
    gains = [1.0, growth, growth, growth]
    layers = [nn.Linear(64, 64) for _ in gains]
    for layer, gain in zip(layers, gains, strict=True):
        nn.init.normal_(layer.weight, std=gain * (2.0 / 64) ** 0.5)
        nn.init.zeros_(layer.bias)
    head = nn.Linear(64, 5)
    nn.init.normal_(head.weight, std=1.0 / 64**0.5 / growth**3)
    return nn.Sequential(*[each for layer in layers for each in (layer, nn.ReLU())], head)


@pytest.mark.parametrize("growth", [3.1, 3.14])
def test_what_a_model_has_at_a_threshold_does_not_turn_a_remedy_down(growth):
    """A single parameter that is set back brings nothing of its own."""
    [sound] = actviz.diagnose(actviz.probe_module(lambda: growing(growth), of(64, 64), seeds=3))
    assert sound.healthy
    make = broken(lambda: growing(growth), "2.bias", -300.0)
    [found] = actviz.diagnose(actviz.probe_module(make, of(64, 64), seeds=3))
    assert "dead" in [each.verdict.value for each in found.findings]
    for each in found.findings:
        assert "et the biases of Linear 2 before ReLU, of size 300, to 0" in each.remedy()
        assert "Tried on a copy of the model: healthy under 2 of 2 fresh seeds" in each.remedy()


def test_what_else_is_wrong_is_left_where_one_parameter_is_set_back():
    def make():
        model = broken(lambda: nn.Sequential(*growing(1.0)[:-1], nn.Linear(64, 5)), "2.bias", -20.0)()
        nn.init.normal_(model[-1].weight, std=1.0)
        return model

    [found] = actviz.diagnose(actviz.probe_module(make, of(64, 64), seeds=3))
    assert found.findings[0].verdict.value == "dead"
    said = found.findings[0].remedy()
    assert "et the biases of Linear 2 before ReLU, of size 20, to 0" in said, said
    assert "this fault is gone" in said
    assert "what is left: saturated" in said


class Linear(nn.Module):
    """Attention by products of positive functions, divided by their sum [Katharopoulos et al. 2020]."""

    def __init__(self, shut, width=32, depth=2):
        super().__init__()
        self.qkv, self.out = (nn.ModuleList(nn.Linear(width, n * width) for _ in range(depth)) for n in (3, 1))
        with torch.no_grad():
            self.qkv[1].bias[width : 2 * width].fill_(shut)

    def forward(self, x):
        for qkv, out in zip(self.qkv, self.out, strict=True):
            q, k, v = qkv(x).chunk(3, -1)
            q, k = (torch.nn.functional.elu(each) + 1.0 for each in (q, k))
            x = x + out(q @ (k.transpose(1, 2) @ v) / (q * k.sum(1, keepdim=True)).sum(-1, keepdim=True))
        return x


def test_a_function_that_is_undefined_is_mended_by_the_bias_that_makes_it_so():
    """All faults of it are told the same remedy."""
    assert actviz.diagnose(actviz.probe_module(lambda: Linear(0.0), of(8, 12, 32), seeds=3))[0].healthy
    [found] = actviz.diagnose(actviz.probe_module(lambda: Linear(-40.0), of(8, 12, 32), seeds=3))
    assert found.findings[0].rule == "overflowed.signal"
    for each in found.findings:
        assert "et the biases of Linear qkv.1, of size" in each.remedy()
        assert "healthy under 2 of 2 fresh seeds" in each.remedy()
        assert "no weight scale is to blame" not in each.remedy()


class Scaled(nn.Module):
    """Residual blocks that are scaled by 1 / sqrt(blocks) in the forward pass, and a head drawn by He."""

    def __init__(self, depth=20, width=32):
        super().__init__()
        self.first, self.second = (nn.ModuleList(nn.Linear(width, width) for _ in range(depth)) for _ in range(2))
        self.head = nn.Linear(width, 4)
        for layer in (*self.first, *self.second, self.head):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        for first, second in zip(self.first, self.second, strict=True):
            x = x + second(torch.relu(first(x))) / len(self.first) ** 0.5
        return self.head(x)


def pooled():
    """The largest of many positions behind layers drawn by He, as is the head [Qi et al. 2017]."""

    class Largest(nn.Module):
        def forward(self, x):
            return x.max(1).values

    layers = [nn.Linear(3, 64), nn.ReLU(), nn.Linear(64, 128), Largest(), nn.Linear(128, 64), nn.ReLU()]
    model = nn.Sequential(*layers, nn.Linear(64, 10))
    for layer in model:
        if isinstance(layer, nn.Linear):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
    return model


@pytest.mark.parametrize(
    ("build", "inputs", "head"), [(Scaled, of(64, 32), "head"), (pooled, of(16, 256, 3), "6")], ids=["sums", "pool"]
)
def test_outputs_that_a_head_drawn_by_he_makes_too_large_are_mended_at_the_head(build, inputs, head):
    [found] = actviz.diagnose(actviz.probe_module(build, inputs, seeds=3))
    [outputs] = found.findings
    assert outputs.rule == "saturated.output"
    said = outputs.remedy()
    assert said.startswith(f"Draw the weights of Linear {head} with std")
    assert "healthy under 2 of 2 fresh seeds" in said
    [told] = re.findall("([0-9.]+) times that of guessing", outputs.message())
    assert f"output_loss goes from {told} to" in said


class Attending(nn.Module):
    def __init__(self, width=32):
        super().__init__()
        self.table, self.qk = nn.Embedding(40, width), nn.Linear(width, 2 * width)
        self.value, self.head = nn.Linear(width, width), nn.Linear(width, 40)

    def forward(self, x):
        x = self.table(x)
        q, k = self.qk(x).chunk(2, -1)
        return self.head(torch.softmax(q @ k.transpose(1, 2) / 32**0.5, -1) @ self.value(x))


@pytest.mark.parametrize(
    ("build", "name", "factor", "said", "in_korean"),
    [
        (lambda: Read(Added()), "tables.0.weight", 30.0, "The weights of the head are small", "출력층의 가중치는"),
        (Attending, "table.weight", 60.0, "The weights of queries and keys are small", "쿼리와 키의 가중치는 지금도"),
        (
            lambda: Read(nn.LSTM(32, 32, batch_first=True)), "tables.0.weight", 60.0,
            "The weights of the gates are small", "게이트의 가중치는 지금도",
        ),
    ],
    ids=["head", "attention", "gates"],
)  # fmt: skip
def test_weights_that_are_small_enough_are_not_to_be_drawn_smaller(build, name, factor, said, in_korean):
    """Where the model is not at hand, or nothing mends it."""
    dataset = actviz.probe_module(broken(build, name, factor), ids, seeds=2)
    dataset.encoding.clear()
    found = [each for each in actviz.diagnose(dataset)[0].findings if each.verdict.value == "saturated"]
    assert found
    assert found[0].remedy().startswith(said)
    assert found[0].remedy("ko").startswith(in_korean)
