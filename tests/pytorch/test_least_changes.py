"""The least change that mends a model is tried first: norms, biases, gains, or the one kind of weights that is off."""

import math
import re

import pytest

import actviz

torch = pytest.importorskip("torch")
nn = torch.nn
from torch.nn.utils.parametrizations import spectral_norm, weight_norm  # noqa: E402  # needs PyTorch

MENDED = "Tried on a copy of the model: healthy under 2 of 2 fresh seeds"


def rows(generator):
    return torch.randn(16, 16, generator=generator)


def told(build, inputs=rows):
    return actviz.diagnose(actviz.probe_module(build, inputs, seeds=2))[0].findings


class Carrying(nn.Module):
    """A highway network whose gates all but shut [Srivastava et al. 2015]."""

    def __init__(self, bias, depth=20):
        super().__init__()
        self.gates, self.layers = ([nn.Linear(16, 16) for _ in range(depth)] for _ in range(2))
        self.gates, self.layers = nn.ModuleList(self.gates), nn.ModuleList(self.layers)
        for gate in self.gates:
            nn.init.constant_(gate.bias, bias)

    def forward(self, x):
        for gate, layer in zip(self.gates, self.layers, strict=True):
            g = torch.sigmoid(gate(x))
            x = g * torch.relu(layer(x)) + (1 - g) * x
        return x


class Excited(nn.Module):
    """Residual blocks with gates that biases shut; gates in the middle are no matter of the verdict."""

    def __init__(self):
        super().__init__()
        self.layers, self.gates = (nn.ModuleList(nn.Linear(16, 16) for _ in range(3)) for _ in range(2))
        for gate in self.gates:
            nn.init.constant_(gate.bias, -20.0)

    def forward(self, x):
        for layer, gate in zip(self.layers, self.gates, strict=True):
            y = layer(torch.relu(x))
            x = x + y * torch.sigmoid(gate(y))
        return x


def test_biases_that_shut_gates_are_what_is_mended():
    (shut,) = told(lambda: Carrying(-30.0))
    assert "et the biases of the 20 Linear layers before sigmoid, of size 30, to -2; of each, m:" in shut.remedy()
    assert "torch.nn.init.constant_(m.bias, -2)" in shut.remedy()
    assert MENDED in shut.remedy()
    for fault in told(lambda: Carrying(20.0)):  # at 0 half of every layer is let in, and the gradient vanishes as ever
        assert f"to -2; of each, m: torch.nn.init.constant_(m.bias, -2). {MENDED}" in fault.remedy()
    (excited,) = told(Excited)
    assert re.search(f"of size 20, to 0; .*{MENDED}[.]$", excited.remedy()), excited.remedy()
    assert re.search("새 시드 2개 중 2개가 정상이다[.]$", excited.remedy("ko"))


def test_biases_that_shut_gates_are_named_where_no_model_is_at_hand(tmp_path):
    dataset = actviz.probe_module(lambda: Carrying(-30.0), rows, seeds=2)
    dataset.encoding.clear()
    (found,) = actviz.diagnose(dataset)[0].findings
    assert found.remedy().startswith("Start the biases of the gates near 0")
    assert found.remedy("ko").startswith("게이트의 편향을 0 근처에서 시작한다")


class Gated(nn.Module):
    """A recurrence written out, with one layer for its candidates, called at every step."""

    def __init__(self, std):
        super().__init__()
        self.z, self.n = nn.Linear(24, 16), nn.Linear(24, 16)
        for layer in (self.z, self.n):
            nn.init.normal_(layer.weight, std=std)

    def forward(self, x):
        h = x.new_zeros(len(x), 16)
        for t in range(x.shape[1]):
            given = torch.cat([x[:, t], h], -1)
            z = torch.sigmoid(self.z(given))
            h = (1 - z) * torch.tanh(self.n(given)) + z * h
        return h


def test_gates_are_drawn_alone_and_a_layer_that_is_called_again_is_one():
    found = told(lambda: Gated(4.0), lambda generator: torch.randn(8, 6, 8, generator=generator))
    assert "raw the weights of Linear z before sigmoid with std 0.204" in found[0].remedy()
    assert not re.search(r"the \d Linear layers|#", " ".join(finding.remedy() for finding in found))


class Scaled(nn.Module):
    """A norm of one's own."""

    def __init__(self, width):
        super().__init__()
        self.g, self.b = nn.Parameter(torch.zeros(width)), nn.Parameter(torch.zeros(width))

    def forward(self, x):
        return x / x.square().mean(-1, keepdim=True).sqrt() * self.g + self.b


def normed(norm):
    def build():
        made = norm(16)
        nn.init.zeros_(next(made.parameters()))
        return nn.Sequential(nn.Linear(16, 16), made, nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 4))

    return build


def ending():
    made = normed(nn.LayerNorm)()
    nn.init.ones_(made[1].weight)
    norm = nn.LayerNorm(16)
    nn.init.zeros_(norm.weight)
    return nn.Sequential(*made[:-1], norm, made[-1])


@pytest.mark.parametrize(
    ("build", "names"),
    [
        (normed(nn.LayerNorm), "1.weight"),
        (normed(nn.BatchNorm1d), "1.weight"),
        (normed(nn.RMSNorm), "1.weight"),
        (normed(Scaled), "1.g"),
        (ending, "5.weight"),
    ],
    ids=["layer", "batch", "rms", "hand", "last"],
)
def test_norms_whose_weights_are_0_start_at_1(build, names):
    remedies = [finding.remedy() for finding in told(build) if finding.remedy()]
    assert remedies
    for remedy in remedies:
        assert f"tart at 1 what scales and is 0 ({names})" in remedy
        assert "torch.nn.init.ones_(w)" in remedy
        assert MENDED in remedy


def test_norms_whose_weights_are_far_off_1_start_at_1():
    """Behind each sum they divide or multiply what the next branch is added to; zeros of other layers are meant."""

    class Post(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = nn.ModuleList(nn.Linear(16, 16) for _ in range(6))
            self.norms = nn.ModuleList(nn.LayerNorm(16) for _ in range(6))
            self.out = nn.LayerNorm(16)
            for norm in self.norms:
                nn.init.constant_(norm.weight, 1e-3)

        def forward(self, x):
            for layer, norm in zip(self.layers, self.norms, strict=True):
                x = norm(x + torch.relu(layer(x)))
            return x

    found = told(Post)
    assert found
    for finding in found:
        assert (
            "tart at 1 what scales and is 0.001 (norms.0.weight, norms.1.weight, … norms.5.weight)" in finding.remedy()
        )
        assert MENDED in finding.remedy()


class Branched(nn.Module):
    """A residual network with PyTorch's usual stem, whose branches are not small; its stem may be large, too."""

    def __init__(self, depth=8, stem=1.0, std=None):
        super().__init__()
        self.stem, self.head = nn.Linear(16, 32), nn.Linear(32, 4)
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 32), *([nn.LayerNorm(32)] if std else []))
            for _ in range(depth)
        )
        self.stem.weight.data.mul_(stem)
        for block in self.blocks:
            nn.init.normal_(block[0].weight, std=std or 0.25)
            nn.init.normal_(block[2].weight, std=std or 0.25)

    def forward(self, x):
        x = self.stem(x)
        for block in self.blocks:
            x = x + block(x)
        return self.head(x)


def test_only_what_is_off_is_drawn_anew():
    large = told(lambda: Branched(4, 1e3, 0.02))
    assert large
    for finding in large:
        assert re.match("Draw the weights of Linear stem with std 0.25 in place of an RMS of 14\\d", finding.remedy())
        assert "and draw" not in finding.remedy()
        assert MENDED in finding.remedy()
    branches = told(lambda: Branched(12))
    assert branches
    for finding in branches:  # the stem has a third of the variance, which is no matter
        assert "scale what ends each of the 12 residual branches" in finding.remedy()
        assert "raw the weights" not in finding.remedy()


def normalized(old):
    def build():
        made = nn.Sequential(*[each for _ in range(8) for each in (nn.Linear(16, 16), nn.ReLU())])
        for layer in made[::2]:
            nn.init.kaiming_normal_(layer.weight)
            (nn.utils.weight_norm if old else weight_norm)(layer)
            (layer.weight_g if old else layer.parametrizations.weight.original0).data.mul_(0.1)
        return made

    return build


@pytest.mark.filterwarnings("ignore:.*weight_norm:FutureWarning")
@pytest.mark.parametrize("old", [False, True])
def test_gains_of_weight_normalization_are_set(old):
    made = normalized(old)()
    for finding in told(normalized(old)):
        remedy = finding.remedy()
        gain = "weight_g" if old else "parametrizations.weight.original0"
        assert f"torch.nn.init.constant_(m.{gain}, 1.41)" in remedy
        assert MENDED in remedy
        assert "가중치 배율" in finding.remedy("ko")
    for m in made[::2]:
        exec(re.search(r"of each, m: (.*\))\. Tried", remedy)[1], {"m": m, "torch": torch})
        m(torch.ones(1, 16))
        assert m.weight.std().item() == pytest.approx(math.sqrt(2 / 16), rel=0.02)


def test_what_spectral_normalization_fixes_is_not_said_to_be_right():
    made = [each for _ in range(12) for each in (spectral_norm(nn.Linear(16, 16)), nn.ReLU())]
    for finding in told(nn.Sequential(*made)):
        assert not re.search("scale is right|draw the weights|the gains", finding.remedy())
