"""What is made for datasets works on a model's: verdicts, theory's refusal, figures, files, tables, baselines."""

import pickle

import numpy as np
import pytest

import actviz
from actviz.numerics.moments import sizes as sizes_of
from actviz.results.files import json_rows, table
from actviz.results.model_statistics import OF_ATTENTION, OF_LEARNING, OF_OUTLIERS, OF_OUTPUT
from actviz.results.statistics import OF_BLOCKS

torch = pytest.importorskip("torch", reason="PyTorch is an optional dependency")

from torch import nn  # noqa: E402
from torch_nets import MODELS, made, names  # noqa: E402


@pytest.fixture(scope="module")
def datasets():
    torch.manual_seed(0)
    return {name: actviz.probe_module(*made(name), seeds=2) for name in MODELS}


every_model = pytest.mark.parametrize("name", MODELS)


@every_model
def test_it_has_every_variable_of_a_stacks_dataset(name, datasets):
    stack = actviz.probe("he_normal", "relu", depth=2, width=4, samples=5, seeds=2)
    ds = datasets[name]
    own = {name for name in ds.data_vars if "parameter" in ds[name].dims}
    own |= {*OF_BLOCKS, *OF_ATTENTION, *OF_OUTPUT, *OF_OUTLIERS, *OF_LEARNING}
    assert set(ds.data_vars) - own == set(stack.data_vars)
    assert all({"long_name", "definition"} <= set(variable.attrs) for variable in ds.data_vars.values())
    for variable in stack.data_vars:
        assert ds[variable].dims == stack[variable].dims, variable
        assert ds[variable].dtype == stack[variable].dtype, variable
    assert set(actviz.recipe(stack)) <= set(actviz.recipe(ds))
    assert ds.attrs["schema"] == stack.attrs["schema"]


@every_model
def test_no_value_is_dropped(name, datasets):
    ds = datasets[name]
    seeds, known = ds.sizes["seed"], actviz.recipe(ds)
    values = ds["width"] * ds["positions"] * known["samples"] * seeds
    for counts in (("hist", "bin"), ("grad_hist", "grad_bin")):
        inside = ds[counts[0]].sum(counts[1]).squeeze(drop=True)
        outside = ds["underflow"] + ds["overflow"] if counts[0] == "hist" else ds["grad_overflow"]
        np.testing.assert_array_equal(inside + outside.squeeze(drop=True), values)


@every_model
def test_a_file_gives_it_back(name, datasets, tmp_path):
    actviz.save(datasets[name], tmp_path / "model.nc")
    back = actviz.load(tmp_path / "model.nc")
    assert back.identical(datasets[name])
    assert names(back) == names(datasets[name])


@every_model
def test_a_table_has_a_row_for_every_layer_and_seed(name, datasets, tmp_path):
    ds = datasets[name]
    frame = table(ds)
    assert len(frame) == len(json_rows(frame)) == 2 * ds.sizes["layer"]
    actviz.export(ds, tmp_path / "model.csv")


@every_model
def test_small_models_as_pytorch_makes_them_are_told(name, datasets):
    (diagnosis,) = actviz.diagnose(datasets[name])
    assert (diagnosis.init, diagnosis.activation) == ("as built", str(datasets[name]["activation"].values[0]))
    assert diagnosis.verdict == "healthy"


def test_a_deep_sigmoid_net_is_told_to_vanish_and_a_remedy():
    model = nn.Sequential(*(m for _ in range(8) for m in (nn.Linear(50, 50), nn.Sigmoid())), nn.Linear(50, 10))
    (diagnosis,) = actviz.diagnose(actviz.probe_module(model, torch.randn(100, 50)))
    assert diagnosis.verdict == "vanishing"
    assert "put a normalization behind" in diagnosis.findings[0].remedy()


def test_a_net_that_narrows_or_pools_does_not_count_as_vanishing():
    """Of the norm of a gradient by sample nothing is lost where 1024 positions become one, in a deep linear net."""
    layers = [nn.Conv2d(4, 4, 1, bias=False), nn.Conv2d(4, 64, 8, 8, bias=False), nn.Conv2d(64, 1024, 4, bias=False)]
    for layer in layers:
        nn.init.orthogonal_(layer.weight)
    ds = actviz.probe_module(nn.Sequential(*layers), torch.randn(8, 4, 32, 32))
    norm = ds["grad_preact_rms"].squeeze() * np.sqrt(ds["width"])
    assert ds["positions"].values.tolist() == [1024, 16, 1]
    np.testing.assert_allclose(norm / norm[-1], 1.0, rtol=1e-4)
    assert actviz.diagnose(ds)[0].healthy


@every_model
def test_theory_refuses_with_a_sentence(name, datasets):
    refused = actviz.predict(datasets[name])["refused"].values.ravel().tolist()
    assert len(refused) == 1
    assert len(refused[0].split()) > 4


@pytest.mark.parametrize("name", ["resnet", "lstm"])  # with weightless layers; with one whose saturation is unknown
def test_every_figure_is_drawn(name, datasets):
    from matplotlib import pyplot as plt

    from actviz.plots import figures_of

    drawn = []
    for stem, draw in figures_of(datasets[name]):
        figure = draw()
        figure.canvas.draw()
        plt.close(figure)
        drawn.append(stem.split("-")[0])
    assert {"histograms", "ridges", "signal", "gradients", "saturation", "collapse", "overview"} <= set(drawn)


def test_two_models_of_the_same_layers_stand_side_by_side():
    import xarray as xr

    def model(gain):
        linears = [nn.Linear(20, 20, bias=False) for _ in range(5)]
        for linear in linears:
            nn.init.xavier_normal_(linear.weight, gain)
        return nn.Sequential(*(module for linear in linears for module in (linear, nn.Tanh())))

    inputs = torch.randn(50, 20)
    both = xr.concat(
        [actviz.probe_module(lambda g=g: model(g), inputs, seeds=2, name=f"gain {g}") for g in (0.1, 1.0)],
        "init",
        data_vars="minimal",
        combine_attrs="override",
    )
    assert [found.verdict for found in actviz.diagnose(both)] == ["collapsed", "healthy"]


def _plain(seed=None):
    if seed is not None:
        torch.manual_seed(seed)
    return nn.Sequential(*[m for _ in range(4) for m in (nn.Linear(32, 32), nn.ReLU())], nn.Linear(32, 10))


def _fed(generator):
    return 3.0 + torch.randn(64, 32, generator=generator)


def test_a_model_knows_what_it_was_fed_and_what_its_weights_are():
    ds = actviz.probe_module(_plain(0), _fed, seeds=3)
    assert float(ds["input_mean"].mean()) == pytest.approx(3.0, abs=0.1)
    assert float(ds["input_rms"].mean()) == pytest.approx(10**0.5, rel=0.02)
    assert float(ds["input_similarity"].mean()) == pytest.approx(0.9, abs=0.01)
    np.testing.assert_allclose(ds["weights_rms"], (1 / 96) ** 0.5, rtol=0.1)  # U(+-1 / sqrt(32)), five times


def test_seeds_of_one_model_are_told_from_those_of_a_factory():
    one, several = (actviz.probe_module(model, _fed, seeds=3) for model in (_plain(0), _plain))
    told = [[note.key for note in actviz.diagnose(ds)[0].notes] for ds in (one, several)]
    assert ["note.one_model" in keys for keys in told] == [True, False]


def test_a_factory_that_seeds_the_generator_itself_gives_no_replicates():
    ds = actviz.probe_module(lambda: _plain(0), _fed, seeds=3)
    (found,) = actviz.diagnose(ds)
    assert [note.key for note in found.unjudged] == ["note.replicas_model"]
    assert not found.passes()
    with pytest.raises(actviz.ActvizError, match="no replicates"):
        actviz.Baseline.of(ds)


def test_a_model_is_not_advised_the_scale_that_it_has():
    def he():
        model = nn.Sequential(*[m for _ in range(60) for m in (nn.Linear(16, 16), nn.ReLU())])
        for layer in model[::2]:
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
        return model

    found = actviz.diagnose(actviz.probe_module(he, lambda g: torch.randn(32, 16, generator=g), seeds=4))[0]
    assert found.findings
    assert "the weight scale is right for ReLU" in found.findings[0].remedy()


def test_models_at_two_steps_of_their_training_are_laid_over_each_other(tmp_path):
    model, inputs = _plain(0), torch.randn(24, 32)
    before = actviz.probe_module(model, inputs)
    with torch.no_grad():
        model[2].weight.mul_(3)
    laid = actviz.overlay({"before": before, "after": actviz.probe_module(model, inputs)})
    actviz.FIGURES["signal"].draw(laid)
    assert "parameter" not in laid.dims
    actviz.save(laid, tmp_path / "laid.nc")
    assert actviz.load(tmp_path / "laid.nc").identical(laid)


def test_a_results_weights_are_told_beside_conventions():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.table, self.conv, self.norm = nn.Embedding(900, 8), nn.Conv1d(8, 32, 3, bias=False), nn.LayerNorm(30)
            self.head = nn.Linear(30, 40)
            nn.init.kaiming_normal_(self.conv.weight)
            nn.init.xavier_normal_(self.head.weight)

        def forward(self, x):
            return self.head(self.norm(torch.relu(self.conv(self.table(x).transpose(1, 2)))))

    ds = actviz.probe_module(Net, lambda g: torch.randint(900, (3, 32), generator=g), seeds=3)
    found = actviz.weights(ds).set_index("parameter")
    assert found.loc["conv.weight", ["layer", "fan_in", "fan_out"]].tolist() == [2, 24, 96]
    assert found.loc["conv.weight", "std_of_he_normal"] == pytest.approx(1.0, abs=0.06)
    assert found.loc["head.weight", "std_of_xavier_normal"] == pytest.approx(1.0, abs=0.06)
    assert found.loc["norm.weight", ["mean", "std", "zero", "layer"]].tolist() == [1.0, 0.0, 0.0, 0]
    assert found.loc["norm.bias", ["rms", "zero"]].tolist() == [0.0, 1.0]
    assert found.loc["table.weight", "std"] == pytest.approx(1.0, abs=0.03)
    assert np.isnan(found.loc["table.weight", "std_of_he_normal"])  # whose rows are looked up, not added up
    assert ds["fan_in"].values.tolist()[0] == 1
    weight = Net().conv.weight.detach().double()
    sizes = sizes_of(weight.numpy())
    told = (weight.mean(), weight.std(unbiased=False), weight.square().mean().sqrt(), weight.norm())
    np.testing.assert_allclose([sizes.mean, sizes.std, sizes.rms, sizes.norm], list(map(float, told)), rtol=1e-6)


def test_a_result_of_layers_without_parameters_is_one_too(tmp_path):
    class Sum(nn.Module):
        def __init__(self):
            super().__init__()
            self.linear = nn.Linear(8, 8)

        def forward(self, x):
            return torch.relu(self.linear(x) + self.linear(2 * x))

    ds = actviz.probe_module(Sum(), torch.randn(9, 8), layers="relu")
    assert ds.sizes["parameter"] == 0
    actviz.save(ds, tmp_path / "none.nc")
    assert actviz.diagnose(actviz.load(tmp_path / "none.nc"))[0].record()
    assert actviz.weights(ds).empty


def test_a_result_goes_to_other_processes_without_its_model():
    ds = actviz.probe_module(lambda: _plain(0), torch.randn(24, 32), seeds=1)
    there = pickle.loads(pickle.dumps(ds))
    assert there.identical(ds)
    assert actviz.diagnose(there)[0].record()


@pytest.mark.parametrize(
    ("module", "shape", "layer", "fans"),
    [
        (nn.Linear(4, 6), (5, 4), 4, {"weight": (4, 6)}),
        (nn.Conv1d(4, 8, 3, groups=2), (5, 4, 9), 6, {"weight": (6, 24)}),  # fan_out as torch.nn.init counts it
        (nn.ConvTranspose1d(4, 6, 3), (5, 4, 9), 12, {"weight": (12, 18)}),
        (nn.GRU(4, 6), (5, 2, 4), 10, {"weight_ih_l0": (4, 6), "weight_hh_l0": (6, 6)}),  # a gate adds both up
    ],
    ids=lambda each: type(each).__name__ if isinstance(each, nn.Module) else "",
)
def test_fans_are_what_a_unit_adds_up_and_an_input_reaches(module, shape, layer, fans):
    ds = actviz.probe_module(module, torch.randn(shape))
    assert ds["fan_in"].values.tolist() == [layer]
    told = {name: (int(ds["parameter_fan_in"].sel(parameter=name)), int(ds["parameter_fan_out"].sel(parameter=name)))
            for name in ds["parameter"].values.tolist()}  # fmt: skip
    assert {name: each for name, each in told.items() if each != (0, 0)} == fans


def test_blank_or_equal_positions_of_an_image_are_no_blank_or_equal_samples():
    """One channel of positive pixels has one direction everywhere, and most of a digit's image is blank."""
    images = torch.zeros(16, 1, 8, 8)
    images[:, :, 3:5, 3:5] = torch.rand(16, 1, 2, 2)
    layers = torch.nn.Conv2d(1, 8, 3), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(288, 4)
    (found,) = actviz.diagnose(actviz.torch.probe_module(lambda: torch.nn.Sequential(*layers), images, seeds=1))
    assert not found.unjudged
