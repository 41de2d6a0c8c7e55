"""Functions that are bounded on both sides: saturation layer by layer, inside a model and at its outputs."""

import re

import numpy as np
import pytest

import actviz
from actviz.diagnosis.profile import _is_bounded

torch = pytest.importorskip("torch", reason="PyTorch is an optional dependency")

from torch import nn  # noqa: E402


def rows(generator):
    return torch.randn(64, 16, generator=generator)


def drawn(fan_in, units, scale=1.0, bias=0.0):
    """Weights of LeCun, times a scale, and biases of one value."""
    layer = nn.Linear(fan_in, units)
    nn.init.normal_(layer.weight, std=scale / fan_in**0.5)
    nn.init.constant_(layer.bias, bias)
    return layer


def chain(function, scales, units=0, end=None, **own):
    """Layers of a function whose weights have these scales, and a head of so many units unless 0."""
    sizes = [16, *[64] * len(scales)]
    layers = [(drawn(*fans, scale), function()) for *fans, scale in zip(sizes, sizes[1:], scales, strict=False)]
    head = [drawn(sizes[-1], units, **own)] if units else []
    return nn.Sequential(*[each for pair in layers for each in pair], *head, *([end()] if end else []))


def told(factory, inputs=rows):
    (diagnosis,) = actviz.diagnose(actviz.probe_module(factory, inputs, seeds=3))
    return diagnosis


@pytest.mark.parametrize("function", [nn.Tanh, nn.Sigmoid, nn.Softsign, nn.Hardtanh])
@pytest.mark.parametrize("units", [0, 5])
def test_saturation_under_a_bounded_function_counts_from_a_half_whatever_head_follows(function, units):
    ds = actviz.probe_module(lambda: chain(function, [12.0] * 3, units), rows, seeds=3)
    assert 0.5 < ds["saturated"].mean("seed").values.ravel()[:3].min() < 0.95
    (diagnosis,) = actviz.diagnose(ds)
    first = diagnosis.findings[0]
    assert (first.verdict.value, first.threshold, first.layer) == ("saturated", 0.5, 1)


@pytest.mark.parametrize("at", [0, 1, 2])
def test_one_saturated_layer_among_others_is_found_and_drawn_by_its_fan(at):
    scales = [30.0 if each == at else 1.0 for each in range(3)]
    found = told(lambda: chain(nn.Tanh, scales, 5)).findings[0]
    assert (found.verdict.value, found.layer) == ("saturated", at + 1)
    std = "0.25" if at == 0 else "0.125"
    assert f"Linear {2 * at} before tanh with std {std}" in found.remedy()
    assert "healthy under 2 of 2" in found.remedy()


def test_layers_of_several_functions_have_limits_of_their_own():
    def build(scale):
        middle = drawn(64, 64, scale), nn.Tanh(), drawn(64, 64, 2**0.5), nn.ReLU6()
        return nn.Sequential(drawn(16, 64, 2**0.5), nn.ReLU(), *middle, drawn(64, 5))

    ds = actviz.probe_module(lambda: build(1.0), rows, seeds=3)
    assert ds["saturated"].max() > 0.5  # of ReLU, which is as it should be
    assert actviz.diagnose(ds)[0].healthy
    found = told(lambda: build(20.0)).findings[0]
    assert (found.verdict.value, found.layer, found.threshold) == ("saturated", 2, 0.5)
    before, after = re.search(r"saturated goes from ([\d.]+) to ([\d.]+\d)", found.remedy()).groups()
    assert float(before) > 0.5 > 0.2 > float(after)  # and not the half of ReLU's values


def test_a_threshold_that_is_chosen_holds_for_its_kind_of_function():
    ds = actviz.probe_module(lambda: chain(nn.Tanh, [12.0] * 3, 5), rows, seeds=2)
    lenient = actviz.Thresholds(saturated=0.99)
    assert "saturated" not in {each.verdict.value for each in actviz.diagnose(ds, lenient)[0].findings}


@pytest.mark.parametrize(
    ("label", "bounded"),
    [
        ("tanh", 1.0), ("sin", 1.0), ("relu", 0.0), ("identity", 0.0), ("relu6", 0.0), ("hardtanh:-2,2", 1.0),
        ("hardtanh:0,6", 0.0), ("hardtanh:0,1", 0.0), ("hardtanh:a,b", 0.0), ("mine", np.nan), ("lstm", np.nan),
    ],
)  # fmt: skip
def test_a_label_tells_whether_its_function_is_bounded_on_both_sides(label, bounded):
    assert np.array_equal(_is_bounded(label), bounded, equal_nan=True)


def test_a_result_that_does_not_tell_each_layers_function_is_judged_by_its_bins():
    ds = actviz.probe_module(lambda: chain(nn.Tanh, [12.0] * 3), rows, seeds=2)
    known = actviz.diagnose(ds)[0].findings[0].record()
    plain = actviz.probe("normal", "tanh", depth=3, width=64, samples=64, seeds=2)
    assert "layer_activation" not in plain.coords
    assert actviz.diagnose(plain)[0].findings[0].threshold == known["threshold"] == 0.5


def test_a_function_of_ones_own_among_others_is_judged_as_those_without_bounds():
    class Steep(nn.Module):
        def forward(self, z):
            return torch.tanh(z) * 1.5 + 0.01 * z.sin()

    found = told(lambda: chain(Steep, [12.0] * 3, 5)).findings
    assert not [each for each in found if each.threshold == 0.5]


def test_a_watched_network_that_saturates_is_told_so_at_every_update():
    torch.manual_seed(0)
    model = chain(nn.Tanh, [12.0] * 2, 4)
    inputs = torch.randn(64, 16)
    optimizer = torch.optim.SGD(model.parameters(), 0.05)
    with actviz.watch(model, every=4, optimizer=optimizer) as watch:
        for _ in range(9):
            loss = nn.functional.cross_entropy(model(inputs), inputs[:, :4].argmax(1))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            watch.step(loss.detach())
    for step in (0, 8):
        (diagnosis,) = actviz.diagnose(actviz.snapshot(watch.dataset, step))
        assert diagnosis.verdict.value == "saturated"


@pytest.mark.parametrize("bias", [20.0, -20.0])
def test_sigmoid_outputs_shut_by_a_bias_are_saturated_on_either_side_and_the_bias_is_the_remedy(bias):
    diagnosis = told(lambda: chain(nn.ReLU, [2**0.5] * 2, 1, nn.Sigmoid, bias=bias))
    assert [each.verdict.value for each in diagnosis.findings] == ["saturated"]
    (found,) = diagnosis.findings
    assert (found.layer, found.way, found.severity.value) == (3, "heads", "severe")
    assert "outputs are saturated" in found.message()
    assert "set the biases of Linear 4 before sigmoid, of size 20, to 0" in found.remedy()
    assert "saturated goes from 1 to 0" in found.remedy()
    assert "detach" not in found.remedy()
    assert "softmax" not in found.message()
    assert "출력이 포화되었다" in found.message("ko")


@pytest.mark.parametrize("bias", [0.0, -4.6, -6.9])
def test_sigmoid_outputs_that_start_at_a_prior_are_healthy(bias):
    assert told(lambda: chain(nn.ReLU, [2**0.5] * 2, 3, nn.Sigmoid, bias=bias)).healthy


@pytest.mark.parametrize("units", [8, 1])
def test_relu_outputs_that_a_bias_shuts_are_dead_though_other_outputs_learn(units):
    class Two(nn.Module):
        def __init__(self, bias):
            super().__init__()
            self.trunk = chain(nn.ReLU, [2**0.5] * 2)
            self.density, self.colour = drawn(64, units, bias=bias), drawn(64, 3)

        def forward(self, x):
            h = self.trunk(x)
            return torch.relu(self.density(h)), torch.sigmoid(self.colour(h))

    (found,) = told(lambda: Two(-20.0)).findings
    assert (found.verdict.value, found.rule, found.layer, found.way) == ("dead", "dead.flat", 3, "heads")
    assert "100 %" in found.message()
    assert "et the biases of Linear density before ReLU, of size 20, to 0" in found.remedy()
    assert "출력이 죽었다" in found.message("ko")
    assert told(lambda: Two(0.0)).healthy


def test_tanh_outputs_of_too_large_weights_are_saturated_and_their_scale_is_the_remedy():
    found = told(lambda: chain(nn.ReLU, [2**0.5] * 2, 12, nn.Tanh, scale=40.0)).findings[0]
    assert (found.verdict.value, found.way, found.threshold) == ("saturated", "heads", 0.5)
    assert "raw the weights of Linear 4 before tanh with std 0.125" in found.remedy()
    assert "scale is right" not in found.remedy()
    assert told(lambda: chain(nn.ReLU, [2**0.5] * 2, 12, nn.Tanh)).healthy


def test_large_outputs_behind_sigmoids_are_told_without_a_softmax():
    def unequal(generator):  # a few samples are sure of themselves
        return rows(generator) * torch.exp(torch.randn(64, 1, generator=generator))

    (found,) = told(lambda: chain(nn.ReLU, [2**0.5] * 2, 12, nn.Sigmoid, scale=5.0), unequal).findings
    assert (found.rule, found.way) == ("saturated.output", "sigmoids")
    assert "their sigmoids start sure of themselves" in found.message()
    assert "시그모이드" in found.message("ko")


def test_what_has_grown_below_a_head_and_not_the_head_is_what_saturates_it():
    found = told(lambda: chain(nn.ReLU, [12.0] * 3, 12, nn.Tanh)).findings
    assert "heads" not in {each.way for each in found}


def test_outputs_that_learned_to_be_sure_are_not_judged_later():
    torch.manual_seed(0)
    model = chain(nn.ReLU, [2**0.5], 1, nn.Sigmoid)
    inputs = torch.randn(64, 16)
    with actviz.watch(model, every=1) as watch:
        for _ in range(2):
            loss = nn.functional.binary_cross_entropy(model(inputs), torch.zeros(64, 1))
            loss.backward()
            with torch.no_grad():
                model[2].bias.fill_(-12.0)
            watch.step(loss.detach())
    first, later = (actviz.diagnose(actviz.snapshot(watch.dataset, step))[0] for step in (0, 1))
    assert "heads" not in {each.way for each in (*first.findings, *later.findings)}


def test_layers_and_gates_that_are_saturated_together_are_drawn_together():
    class Both(nn.Module):
        def __init__(self):
            super().__init__()
            self.net, self.gate, self.head = chain(nn.Tanh, [8.0] * 3), drawn(16, 64, 60.0), drawn(64, 4)

        def forward(self, x):
            return self.head(self.net(x) * torch.sigmoid(self.gate(x)))

    found = told(Both).findings[0]
    assert found.verdict.value == "saturated"
    assert "Linear gate before sigmoid with std 0.25" in found.remedy()
    assert "the 3 Linear layers net.0, net.2, net.4 before tanh with std 0.125–0.25" in found.remedy()
    assert "healthy under 2 of 2 fresh seeds" in found.remedy()
