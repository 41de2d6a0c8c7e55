"""Log-scales and shifts start at 0 by right: they are not what silences, and one that is far from 0 is named."""

import re

import pytest

import actviz
from actviz.diagnosis import outcomes
from actviz.diagnosis.rules import RULES

torch = pytest.importorskip("torch")
nn = torch.nn

DEPTH, WIDTH = 4, 16


class Scaled(nn.Module):
    """Layers whose values are shifted, and scaled by exponentials, of parameters in lists [Kingma & Dhariwal 2018]."""

    def __init__(self, mixed=False, tanh=True):
        super().__init__()
        self.logs, self.shifts = (
            nn.ParameterList(nn.Parameter(torch.zeros(WIDTH)) for _ in range(DEPTH)) for _ in range(2)
        )
        self.own = nn.ParameterList(nn.Parameter(nn.init.orthogonal_(torch.empty(WIDTH, WIDTH))) for _ in range(DEPTH))
        self.out, self.mixed, self.function = nn.Linear(WIDTH, 4), mixed, torch.tanh if tanh else nn.Identity()

    def forward(self, x):
        total = 0.0
        for log, shift, own in zip(self.logs, self.shifts, self.own, strict=True):
            x = self.function(((x + shift) * log.exp()) @ own)
            total = total + log.sum()
        return (x, total + x.new_zeros(len(x))) if self.mixed else self.out(x)


def rows(generator):
    return torch.randn(64, WIDTH, generator=generator)


def told(change, **settings):
    def build():
        model = Scaled(**settings)
        with torch.no_grad():
            change(model)
        return model

    return actviz.diagnose(actviz.probe_module(build, rows, seeds=2))[0]


SMALL = {
    "one matrix": lambda model: model.own[1].mul_(0.005),
    "all matrices": lambda model: [own.mul_(0.1) for own in model.own],
}


@pytest.mark.parametrize("tanh", [True, False])
@pytest.mark.parametrize("mixed", [True, False])
@pytest.mark.parametrize("case", SMALL)
def test_zeros_beside_small_weights_are_not_started_at_1(case, mixed, tanh):
    assert told(lambda model: None, mixed=mixed, tanh=tanh).healthy
    found = told(SMALL[case], mixed=mixed, tanh=tanh)
    assert found.findings
    for each in found.findings:
        assert not re.search("scales and is 0|scales of 1", each.remedy()), each.remedy()
        assert ("own.1" in each.remedy()) if case == "one matrix" else ("own.0, own.1, … own.3" in each.remedy())
        assert "healthy under 2 of 2 fresh seeds" in each.remedy()
        assert not re.search(r"goes from [\d.·⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+ to 0[,.](?!\d)", each.remedy())


@pytest.mark.parametrize("name", ["logs", "shifts"])
def test_one_that_is_far_from_0_where_its_like_are_0_starts_there_too(name):
    found = told(lambda model: getattr(model, name)[1].fill_(-8.0))
    assert found.findings
    for each in found.findings:
        assert f"tart at 0 what is 0 in others of its kind ({name}.1, of size 8)" in each.remedy()
        assert "healthy under 2 of 2 fresh seeds" in each.remedy()
        assert f"같은 종류가 모두 0인데 홀로 다른 매개변수({name}.1, 현재 크기 8)를 0에서 시작한다" in each.remedy("ko")


def test_a_number_that_becomes_0_is_worse():
    rule = next(each for each in RULES if each.name == "collapsed.faded")
    assert outcomes.is_worse(rule, 0.008, 0.0)
    assert not outcomes.is_worse(rule, 0.0, 0.0)
