"""Sentences about models agree with their own numbers."""

import dataclasses
import re

import numpy as np
import pytest

import actviz
from actviz.diagnosis import judging, outcomes
from actviz.diagnosis.rules import RULES

torch = pytest.importorskip("torch")
nn = torch.nn


class Residual(nn.Module):
    """Blocks without a norm, He-initialized, whose stream doubles; a stem in front is a part of its own."""

    def __init__(self, stem, depth=8, width=32):
        super().__init__()
        self.stem, self.out = nn.Linear(width, width) if stem else nn.Identity(), nn.Linear(width, 5)
        self.blocks = nn.ModuleList(nn.ModuleList(nn.Linear(width, width) for _ in range(2)) for _ in range(depth))
        for parameter in self.blocks.parameters():
            if parameter.ndim > 1:
                nn.init.kaiming_normal_(parameter, nonlinearity="relu")

    def forward(self, x):
        x = self.stem(x)
        for a, b in self.blocks:
            x = x + b(torch.relu(a(x)))
        return self.out(x)


def found(build, seeds=2):
    return actviz.diagnose(actviz.probe_module(build, torch.randn(16, 32), seeds=seeds))[0]


@pytest.mark.parametrize("stem", [False, True])
def test_a_rate_from_block_to_block_makes_up_the_factor_over_all(stem):
    finding = next(each for each in found(lambda: Residual(stem)).findings if each.rule == "exploding.gradient")
    value, rate = map(float, re.search(r"to ([\d.]+) times .* \(([\d.]+)-fold", finding.message()).groups())
    steps = 2 * np.log(value) / np.log(rate)
    assert steps == pytest.approx(8, rel=0.15)


@pytest.mark.parametrize(("value", "near"), [(0.00276, False), (0.0328, True), (0.0, False)])
def test_a_number_far_from_its_threshold_is_not_said_to_be_at_it(value, near):
    finding = found(lambda: Residual(False)).findings[0]
    assert judging._is_near(dataclasses.replace(finding, value=value, threshold=1 / 30)) is near


def test_a_head_of_zeros_with_a_bias_is_a_head_of_zeros():
    def build():
        made = nn.Sequential(nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 5))
        nn.init.zeros_(made[2].weight)
        return made

    assert [note.key for note in found(build).notes] == ["note.zero_head"]


def test_a_softmax_of_the_outputs_is_no_router():
    class Shares(nn.Sequential):
        def forward(self, x):
            return super().forward(x).softmax(-1)

    def build():
        made = Shares(nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 20))
        nn.init.normal_(made[2].weight, std=3.0)
        return made

    assert [finding.rule for finding in found(build).findings] == ["saturated.output"]


def test_complex_weights_are_refused_for_what_they_are():
    with pytest.raises(actviz.ActvizError, match="weights are complex numbers"):
        actviz.probe_module(nn.Linear(8, 8, dtype=torch.cfloat), torch.randn(4, 8, dtype=torch.cfloat))


@pytest.mark.parametrize(
    ("name", "before", "after", "worse"),
    [
        ("exploding.gradient", 1871.0, 26953.0, True),
        ("exploding.gradient", 1871.0, 2500.0, False),
        ("collapsed.alike", 0.03, 0.001, True),
        ("collapsed.alike", 0.03, 0.2, False),
    ],
)
def test_a_remedy_that_makes_a_number_far_worse_is_none(name, before, after, worse):
    rule = next(each for each in RULES if each.name == name)
    assert outcomes.is_worse(rule, before, after) is worse


@pytest.mark.parametrize(("scale", "severity"), [(8.0, "mild"), (500.0, "marked")])
def test_outputs_that_are_too_large_are_mild_where_plain_sgd_trains_at_once(scale, severity):
    def built():
        layers = [nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 6)]
        for each in layers[::2]:
            nn.init.kaiming_normal_(each.weight, nonlinearity="linear" if each is layers[-1] else "relu")
        nn.init.zeros_(layers[-1].bias)
        with torch.no_grad():
            layers[-1].weight.mul_(scale)
        return nn.Sequential(*layers)

    inputs = torch.randn(60, 20, generator=torch.Generator().manual_seed(0))
    (finding,) = actviz.diagnose(actviz.probe_module(built, inputs, seeds=2))[0].findings
    assert (finding.rule, finding.severity.value) == ("saturated.output", severity)
    assert dataclasses.replace(finding, way="sigmoids").severity.value == "marked"  # what is sure has no gradient there
    if severity == "mild":
        torch.manual_seed(0)
        model, labels = built(), torch.arange(60) % 6
        optimizer = torch.optim.SGD(model.parameters(), 0.03)
        for _ in range(150):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(inputs), labels)
            loss.backward()
            optimizer.step()
        assert float(loss.detach()) < 0.5 * 1.79  # half of guessing
