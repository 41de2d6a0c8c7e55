"""Lookup tables whose size makes a fault are tried, be they one or all of them; no fault is paid for by another."""

import math

import pytest

import actviz
from actviz.diagnosis import outcomes
from actviz.diagnosis.profile import profiles
from actviz.diagnosis.rules import RULES

torch = pytest.importorskip("torch")
nn = torch.nn


def ids(*shape):
    return lambda generator: torch.randint(0, 40, shape, generator=generator)


class Factors(nn.Module):
    """Tables, one a field, of which every two are multiplied, beside layers that read them all [Guo et al. 2017]."""

    def __init__(self, std, fields=6, width=16):
        super().__init__()
        self.tables = nn.ModuleList(nn.Embedding(40, width) for _ in range(fields))
        self.deep = nn.Sequential(nn.Linear(fields * width, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU())
        self.out = nn.Linear(64, 1)
        for table in self.tables:
            nn.init.normal_(table.weight, std=std)

    def forward(self, x):
        rows = torch.stack([table(x[:, at]) for at, table in enumerate(self.tables)], 1)
        crossed = 0.5 * (rows.sum(1).square() - rows.square().sum(1)).sum(1, keepdim=True)
        return torch.sigmoid(crossed + self.out(self.deep(rows.flatten(1))))


class Two(nn.Module):
    """A tower for users and one for items, and their products."""

    def __init__(self, std, width=32):
        super().__init__()
        self.users, self.items = nn.Embedding(40, width), nn.Embedding(40, width)
        nn.init.normal_(self.items.weight, std=std)
        self.a, self.b = (nn.Sequential(nn.Linear(width, 64), nn.ReLU(), nn.Linear(64, width)) for _ in range(2))

    def forward(self, x):
        return self.a(self.users(x[:, 0])) @ self.b(self.items(x[:, 1])).T


class Atoms(nn.Module):
    """Residual blocks that multiply what they make of a table's rows by what they make of distances, and add it up."""

    def __init__(self, std, width=32, depth=3):
        super().__init__()
        self.table = nn.Embedding(40, width)
        nn.init.normal_(self.table.weight, std=std)
        self.weigh = nn.ModuleList(
            nn.Sequential(nn.Linear(8, width), nn.Softplus(), nn.Linear(width, width)) for _ in range(depth)
        )
        self.first = nn.ModuleList(nn.Linear(width, width, bias=False) for _ in range(depth))
        self.second = nn.ModuleList(
            nn.Sequential(nn.Linear(width, width), nn.Softplus(), nn.Linear(width, width)) for _ in range(depth)
        )
        self.out = nn.Sequential(nn.Linear(width, 16), nn.Softplus(), nn.Linear(16, 1))

    def forward(self, x):
        apart = (x[:, :, None] - x[:, None]).abs()[..., None] / 10.0
        near = torch.exp(-((apart - torch.arange(8.0) / 2.0) ** 2))
        x = self.table(x)
        for weigh, first, second in zip(self.weigh, self.first, self.second, strict=True):
            x = x + second((first(x)[:, None] * weigh(near)).sum(2))
        return self.out(x)


CASES = {
    "all of several, large": (Factors, ids(64, 6), 3.0, 0.1, "the 6 Embedding layers to an RMS of 0.25 in place of 3"),
    "one of two, small": (Two, ids(64, 2), 0.001, 1.0, "Embedding items to an RMS of 1 in place of"),
    "one, small, on a stream": (Atoms, ids(16, 9), 0.001, 1.0, "Embedding table to an RMS of 1 in place of"),
}


@pytest.mark.parametrize("case", CASES)
def test_tables_of_a_size_that_makes_a_fault_are_scaled(case):
    build, inputs, std, usual, said = CASES[case]
    assert actviz.diagnose(actviz.probe_module(lambda: build(usual), inputs, seeds=2))[0].healthy
    found = actviz.diagnose(actviz.probe_module(lambda: build(std), inputs, seeds=2))[0]
    assert found.findings
    for each in found.findings:
        assert f"cale the tables of {said}" in each.remedy(), each.remedy()
        assert "healthy under 2 of 2 fresh seeds" in each.remedy()
        assert "의 표를 RMS" in each.remedy("ko")


@pytest.mark.parametrize("std", [0.001, 0.02])
def test_a_small_table_that_a_norm_follows_is_not_to_blame(std):
    def build():
        table = nn.Embedding(40, 32)
        nn.init.normal_(table.weight, std=std)
        layers = [each for _ in range(8) for each in (nn.Linear(32, 32), nn.Tanh())]
        for layer in layers[::2]:
            nn.init.normal_(layer.weight, std=0.02)
        return nn.Sequential(table, nn.LayerNorm(32), *layers)

    found = actviz.diagnose(actviz.probe_module(build, ids(64), seeds=2))[0]
    assert found.findings
    for each in found.findings:
        assert each.remedy().startswith("Draw the weights of the 8 Linear layers"), each.remedy()
        assert "tables" not in each.remedy()


@pytest.mark.parametrize(
    ("name", "before", "after", "by", "worse"),
    [
        ("saturated", 0.977, 1.0, outcomes.CHANCE, True),
        ("saturated", 0.977, 0.98, outcomes.CHANCE, False),
        ("saturated", 0.6, 0.5, outcomes.CHANCE, False),
        ("exploding.gradient", 100.0, 200.0, outcomes.CHANCE, True),
        ("exploding.gradient", 100.0, 200.0, outcomes.WORSE, False),
        ("vanishing", 0.01, 0.005, outcomes.CHANCE, True),
        ("vanishing", 0.01, math.nan, outcomes.CHANCE, False),
    ],
)
def test_a_fault_that_is_left_may_be_worse_by_chance_alone(name, before, after, by, worse):
    rule = next(each for each in RULES if each.name == name)
    assert outcomes.is_worse(rule, before, after, by) is worse


@pytest.mark.parametrize(("std", "mends"), [(3.0, True), (30.0, False)])
def test_no_fault_is_mended_that_another_one_pays_for(std, mends):
    """Layers that read next to nothing mend the spread of the outputs, and not their function, which may be worse."""

    def profile(std, blind):
        def build():
            model = Factors(std)
            with torch.no_grad():
                model.out.weight.mul_(0.001 if blind else 1.0)
            return model

        [(*_, found)] = profiles(actviz.probe_module(build, ids(64, 6), seeds=1))
        return found

    saturated, growing = (
        next(each for each in RULES if each.name == name) for name in ("saturated", "exploding.signal")
    )
    before, after = profile(3.0, False), profile(std, True)
    outcome = outcomes.Outcome(0, 1, (saturated.verdict,), after)
    both = frozenset({saturated.verdict, growing.verdict})
    assert outcome.mends(growing, both, [saturated, growing], before) is mends
