"""Faults of one parameter beside the weights: gains and biases of norms, biases of layers under parametrizations."""

import itertools

import pytest

import actviz

torch = pytest.importorskip("torch")
nn = torch.nn

from architectures import changed  # noqa: E402  # needs PyTorch
from torch.nn.utils import parametrizations  # noqa: E402
from torch.nn.utils import spectral_norm as old_spectral_norm  # noqa: E402
from torch.nn.utils import weight_norm as old_weight_norm  # noqa: E402


def rows(generator):
    return torch.randn(64, 30, generator=generator)


def images(generator):
    return torch.randn(32, 32, 1, 1, generator=generator)


def he(layer):
    nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


class GainAndShift(nn.Module):
    """A norm that is written out, with parameters of its own names."""

    def __init__(self, width):
        super().__init__()
        self.g, self.b = nn.Parameter(torch.ones(width)), nn.Parameter(torch.zeros(width))

    def forward(self, x):
        return self.g * (x - x.mean(-1, keepdim=True)) / (x.std(-1, keepdim=True) + 1e-5) + self.b


def of_rows(norm=nn.LayerNorm):
    """Five layers behind norms, and a norm before the head."""
    layers, width = [], 30
    for _ in range(4):
        layers += [he(nn.Linear(width, 64)), norm(64), nn.ReLU()]
        width = 64
    return nn.Sequential(*layers, he(nn.Linear(64, 64)), norm(64), nn.Linear(64, 10))


def generator_of_images():
    """DCGAN's: gains of N(1, 0.02), so not of one value."""
    channels, layers = (32, 64, 32, 16), []
    for given, made in itertools.pairwise(channels):
        layers += [nn.ConvTranspose2d(given, made, 4, 2, 1, bias=False), nn.BatchNorm2d(made), nn.ReLU()]
    model = nn.Sequential(*layers, nn.ConvTranspose2d(16, 3, 4, 2, 1, bias=False), nn.Tanh())
    for module in model:
        if isinstance(module, nn.ConvTranspose2d):
            nn.init.normal_(module.weight, 0.0, 0.1)
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight, 1.0, 0.02)
    return model


CASES = {
    "the last norm's bias": (of_rows, rows, "13.bias", lambda w: w.fill_(-20.0)),
    "an inner norm's bias": (of_rows, rows, "4.bias", lambda w: w.fill_(-20.0)),
    "the bias of a norm of one's own": (lambda: of_rows(GainAndShift), rows, "4.b", lambda w: w.fill_(-20.0)),
    "the last norm's gain": (of_rows, rows, "13.weight", lambda w: w.mul_(60.0)),
    "a generator's bias": (generator_of_images, images, "4.bias", lambda w: w.fill_(-20.0)),
    "a generator's gain": (generator_of_images, images, "4.weight", lambda w: w.mul_(0.005)),
}


@pytest.mark.parametrize("case", CASES)
def test_a_norms_own_bias_or_gain_is_named_where_setting_it_back_mends(case):
    build, inputs, name, change = CASES[case]
    assert actviz.diagnose(actviz.probe_module(build, inputs, seeds=3))[0].healthy
    [found] = actviz.diagnose(actviz.probe_module(changed(build, name, change), inputs, seeds=3))
    assert found.findings
    said = [each.remedy() for each in found.findings]
    assert all(f"({name})" in each and "healthy under 2 of 2 fresh seeds" in each for each in said), said
    assert not any("head" in each or "queries" in each or "What is left: normalization" in each for each in said)


def test_gains_and_biases_of_a_norm_that_are_as_they_start_are_no_remedy():
    def make():
        model = generator_of_images()
        nn.init.normal_(model[6].weight, std=30.0)
        return model

    said = [each.remedy() for each in actviz.diagnose(actviz.probe_module(make, images, seeds=3))[0].findings]
    assert not any("biases of normalizations" in each or "what scales" in each for each in said)


PARAMETRIZED = {
    "plain": lambda layer: layer,
    "weight_norm": parametrizations.weight_norm,
    "weight_norm of old": old_weight_norm,
    "spectral_norm": parametrizations.spectral_norm,
    "spectral_norm of old": old_spectral_norm,
    "orthogonal": parametrizations.orthogonal,
}


@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.parametrize("how", PARAMETRIZED)
def test_a_bias_is_mended_under_a_parametrization_as_in_a_plain_layer(how):
    def make():
        layers = [PARAMETRIZED[how](he(nn.Linear(given, 64))) for given in (30, 64, 64)]
        with torch.no_grad():
            layers[1].bias.fill_(-20.0)
        return nn.Sequential(*[each for layer in layers for each in (layer, nn.ReLU())], nn.Linear(64, 3))

    [found] = actviz.diagnose(actviz.probe_module(make, rows, seeds=3))
    assert found.verdict.value == "dead"
    said = found.findings[0].remedy()
    assert "et the biases of Linear 2 before ReLU, of size 20, to 0; of each, m: torch.nn.init.zeros_(m.bias)" in said
    assert "healthy under 2 of 2 fresh seeds" in said
