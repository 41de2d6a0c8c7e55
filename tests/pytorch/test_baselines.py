"""Baselines of models: weights behind normalizations, parameters by name, precision, dropout, and what is not seen."""

import json

import pytest

import actviz
from actviz.baseline import Baseline, compare, record, report
from actviz.baseline.power import change_words

torch = pytest.importorskip("torch")
nn = torch.nn

SEEDS = 8


class Block(nn.Module):
    """A residual block that starts as the identity: nothing behind its norms tells how large its weights are."""

    def __init__(self, width):
        super().__init__()
        self.first, self.norm1 = nn.Linear(width, width, bias=False), nn.BatchNorm1d(width)
        self.second, self.norm2 = nn.Linear(width, width, bias=False), nn.BatchNorm1d(width)
        nn.init.zeros_(self.norm2.weight)

    def forward(self, x):
        return torch.relu(x + self.norm2(self.second(torch.relu(self.norm1(self.first(x))))))


def net(fault=lambda net: None, rate=0.1, training=True):
    def build():
        made = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), Block(16), nn.Dropout(rate), nn.Linear(16, 4))
        with torch.no_grad():
            fault(made)
        return made.train(training)

    return build


def measured(build, start=SEEDS):
    return actviz.probe_module(build, _fed, seeds=range(start, start + SEEDS))


def _fed(generator):
    return torch.randn(16, 6, generator=generator)


@pytest.fixture(scope="module")
def baseline(tmp_path_factory):
    path = tmp_path_factory.mktemp("baselines") / "net.json"
    Baseline.of(measured(net(), 0)).save(path)
    return Baseline.load(path)


def _drifts(found):
    return {(found.baseline.place(each.statistic, each.layer), each.statistic) for each in found.drifts}


def test_weights_behind_a_norm_that_shows_nothing_of_them_are_a_drift_at_their_layer(baseline):
    found = compare(baseline, measured(net(lambda made: made[2].second.weight.mul_(0.2))))
    assert _drifts(found) == {("3 (2.second)", "weights_rms")}
    assert "drift, from layer 3 (2.second) on" in report(found)
    finding = found.drifts[0]
    assert finding.measured / finding.expected == pytest.approx(0.2, rel=0.05)


def test_scales_of_norms_and_biases_are_told_by_their_names(baseline):
    found = compare(baseline, measured(net(lambda made: (made[2].norm2.weight.fill_(0.5), made[0].bias.mul_(0.05)))))
    told = _drifts(found)
    assert ("2.norm2.weight", "parameter_mean") in told  # all 0 before, in every seed
    assert ("0.bias", "parameter_rms") in told
    assert {"2.norm2.weight", "0.bias"} <= {each.get("parameter") for each in record(found)["comparisons"]}


def test_nothing_that_has_not_changed_drifts(baseline):
    found = compare(baseline, measured(net()))
    assert not found.drifts
    assert not found.problems
    assert "cannot be seen" not in report(found)


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (net(rate=0.5), "dropout: 3 0.1 in the baseline, 3 0.5 now"),
        (lambda: net()().bfloat16(), "precision of layers: "),
    ],
)
def test_a_change_that_no_statistic_need_tell_is_a_drift_of_its_own(baseline, build, words):
    found = compare(
        baseline, actviz.probe_module(build, lambda g: _fed(g).to(next(build().parameters()).dtype), seeds=8)
    )
    assert any(words in problem for problem in found.problems)
    assert found.outcome.value == "drift"


def test_under_autocast_the_recipe_has_the_precision_of_each_layer():
    def build():
        made = net()()
        forward = made.forward

        def mixed(x):
            with torch.autocast("cpu", torch.bfloat16):
                return forward(x)

        made.forward = mixed
        return made

    ds = actviz.probe_module(build, _fed, seeds=1)
    told = dict(zip(ds["layer_name"].values.tolist(), actviz.recipe(ds)["precisions"], strict=True))
    assert told["0"] == "bfloat16"
    assert actviz.recipe(ds)["precision"] == "float32"  # that of the weights


def test_what_evaluation_mode_hides_is_said(baseline):
    quiet = Baseline.of(measured(net(training=False), 0))
    assert "cannot be seen by this check: what training mode alone does" in report(compare(quiet, quiet))


def test_a_baseline_of_before_is_read_and_says_what_it_does_not_see(baseline, tmp_path):
    content = json.loads(baseline.text())
    content["actviz_baseline"] = 1
    del content["parameters"], content["recipe"]["precisions"], content["recipe"]["dropout"]
    for pairing in content["pairings"]:
        for name in list(pairing["statistics"]):
            if name.startswith(("weights_", "parameter_")):
                del pairing["statistics"][name]
    (tmp_path / "old.json").write_text(json.dumps(content))
    found = compare(Baseline.load(tmp_path / "old.json"), measured(net(lambda made: made[2].second.weight.mul_(0.2))))
    assert not found.problems
    assert not found.drifts
    told = report(found)
    assert "cannot be seen by this check: the size of the weights themselves" in told
    assert "cannot be seen by this check: precision of the layers" in told


def test_layers_of_which_too_few_seeds_find_nothing_are_named(baseline):
    few = [Baseline.of(actviz.probe_module(net(), _fed, seeds=range(start, start + 4))) for start in (0, 4)]
    assert "this check can find nothing of 1 (0)" in report(compare(*few))
    assert "this check can find nothing of" not in report(compare(baseline, measured(net())))


def test_other_parameters_are_not_taken_for_each_other(baseline):
    def build():
        made = net()()
        made[4] = nn.Linear(16, 4, bias=False)
        return made

    found = compare(baseline, measured(build))
    assert any("parameters: 4.bias in the baseline, - now" in problem for problem in found.problems)
    assert not {name for _, name in _drifts(found)} & {"parameter_rms", "parameter_mean"}


class Dropping(nn.Module):
    """Blocks, or experts, of which a pass takes some: which, the seed says; each by as many rows as it is given."""

    def __init__(self, blocks, kept):
        super().__init__()
        self.parts = nn.ModuleList(nn.Sequential(nn.Linear(6, 6), nn.GELU()) for _ in range(blocks))
        self.kept = kept

    def forward(self, x):
        for part in self.parts:
            rows = 3 + int(torch.randint(len(x) - 3, ()))
            if torch.rand(()) < self.kept:
                x = torch.cat([x[:rows] + part(x[:rows]), x[rows:]])
        return x


def dropping(start, blocks=3, kept=0.5, seeds=10):
    return actviz.probe_module(lambda: Dropping(blocks, kept), _fed, seeds=range(start, start + seeds))


@pytest.fixture(scope="module")
def dropped():
    return Baseline.of(dropping(0))


def test_layers_that_some_seeds_leave_out_are_compared_by_the_seeds_that_take_them(dropped):
    shapes = dropped.pairings[next(iter(dropped.pairings))].shapes
    ds = dropping(0)
    assert [shape.seeds for shape in shapes] == ds["hit"].values.tolist()
    shares = ds["hist_shares"].values[0, 0] / ds["hit"].values[:, None]
    squares = ds["hist_squares"].values[0, 0] / ds["hit"].values[:, None]
    assert (squares - shares**2 > -1e-12).all()  # a variance, as the pooled histogram's shares do not give it
    for start in range(10, 50, 10):
        found = compare(dropped, dropping(start))
        assert not found.problems, found.problems
        assert not found.drifts
        assert "precision" not in report(found)


def test_layers_that_a_baseline_has_by_chance_are_no_drift_and_others_are(dropped):
    rare = [Baseline.of(dropping(start, 4, 0.2, 6)) for start in (0, 6)]
    assert len({each.layer_names for each in rare}) == 2
    assert not compare(*rare).problems
    apart = [dropping(start, 5, 0.4, 8) for start in (0, 8)]
    assert apart[0]["layer_name"].values.tolist() != apart[1]["layer_name"].values.tolist()
    apart[1]["weights_rms"] = apart[1]["weights_rms"] * 4.0
    assert {each.statistic for each in compare(Baseline.of(apart[0]), apart[1]).drifts} == {"weights_rms"}
    assert any("parts.3.0" in each for each in compare(dropped, dropping(10, blocks=4)).problems)


class Masked(nn.Module):
    """Dropout in attention, and a drop of paths by a mask."""

    def __init__(self, rate=0.1, kept=0.9):
        super().__init__()
        self.qkv, self.out, self.rate, self.kept = nn.Linear(6, 18), nn.Linear(6, 4), rate, kept

    def forward(self, x):
        q, k, v = self.qkv(x[None]).chunk(3, -1)
        h = nn.functional.scaled_dot_product_attention(q, k, v, dropout_p=self.rate if self.training else 0.0)
        return self.out(x + h[0] * (torch.rand(len(x), 1) < self.kept) / self.kept)


def test_dropout_in_attention_and_precision_of_products_are_told_and_masks_named():
    old = Baseline.of(actviz.probe_module(Masked, _fed, seeds=range(4)))
    found = compare(old, actviz.probe_module(lambda: Masked(0.5), _fed, seeds=range(4, 8)))
    assert found.problems == ("recipe, dropout: dropout_p 0.1 in the baseline, dropout_p 0.5 now",)
    precision = torch.get_float32_matmul_precision()
    try:
        torch.set_float32_matmul_precision("medium")
        rough = compare(old, actviz.probe_module(Masked, _fed, seeds=range(4, 8)))
    finally:
        torch.set_float32_matmul_precision(precision)
    assert rough.problems == (f"recipe, precision of float32 products: {precision} in the baseline, medium now",)
    assert "cannot be seen by this check unless a statistic tells: what rand does with the random" in report(found)


def test_two_seeds_are_not_said_to_find_a_change_beyond_all_numbers(baseline):
    few = [Baseline.of(actviz.probe_module(net(), _fed, seeds=range(start, start + 2))) for start in (0, 2)]
    assert "is found in 9 of 10" not in report(compare(*few))
    assert change_words(1.6e120) == "> 1000 %"
