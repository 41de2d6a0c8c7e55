"""Which layers a model has, what they are called, and which belong together."""

import pytest

import actviz

torch = pytest.importorskip("torch", reason="PyTorch is an optional dependency")

from torch import nn  # noqa: E402
from torch.nn import functional as f  # noqa: E402
from torch_nets import MODELS, made, names  # noqa: E402

EXPECTED = {
    "mlp": [("0", "Linear + Tanh", "tanh"), ("2", "Linear + Tanh", "tanh"), ("4", "Linear", "identity")],
    "conv": [
        ("0.0", "Conv2d + ReLU", "relu"),
        ("0.3", "Conv2d + ReLU", "relu"),
        ("2", "Linear", "identity"),
    ],
    "resnet": [
        ("conv", "Conv2d + BatchNorm2d + relu", "relu"),
        ("blocks.0.conv1", "Conv2d + BatchNorm2d + ReLU", "relu"),
        ("blocks.0.conv2", "Conv2d + BatchNorm2d", "identity"),
        ("blocks.0.relu#2", "ReLU", "relu"),
        ("blocks.1.down.0", "Conv2d + BatchNorm2d", "identity"),
        ("blocks.1.conv1", "Conv2d + BatchNorm2d + ReLU", "relu"),
        ("blocks.1.conv2", "Conv2d + BatchNorm2d", "identity"),
        ("blocks.1.relu#2", "ReLU", "relu"),
        ("fc", "Linear", "identity"),
    ],
    "transformer": [
        ("0", "Embedding", "identity"),
        ("1.layers.0.norm1", "LayerNorm", "identity"),
        ("1.layers.0.self_attn", "MultiheadAttention", "identity"),
        ("1.layers.0.norm2", "LayerNorm", "identity"),
        ("1.layers.0.linear1", "Linear + gelu", "gelu"),
        ("1.layers.0.linear2", "Linear", "identity"),
        ("1.layers.1.norm1", "LayerNorm", "identity"),
        ("1.layers.1.self_attn", "MultiheadAttention", "identity"),
        ("1.layers.1.norm2", "LayerNorm", "identity"),
        ("1.layers.1.linear1", "Linear + gelu", "gelu"),
        ("1.layers.1.linear2", "Linear", "identity"),
        ("2", "Linear", "identity"),
    ],
    "lstm": [("lstm", "LSTM", "lstm"), ("fc", "Linear", "identity")],
}


def _layers(model, inputs, **settings):
    ds = actviz.probe_module(model, inputs, seeds=1, **settings)
    columns = (ds[name].values.tolist() for name in ("layer_name", "layer_type", "layer_activation"))
    return list(zip(*columns, strict=True))


@pytest.mark.parametrize("name", MODELS)
def test_weights_normalization_and_activation_are_one_layer(name):
    assert _layers(*made(name)) == EXPECTED[name]


def test_the_shape_of_a_layer():
    ds = actviz.probe_module(*made("conv"))
    assert ds["layer"].values.tolist() == [1, 2, 3]
    assert ds["width"].values.tolist() == [6, 8, 5]
    assert ds["fan_in"].values.tolist() == [27, 54, 128]
    assert ds["positions"].values.tolist() == [64, 16, 1]


def test_tokens_and_steps_are_positions():
    assert set(actviz.probe_module(*made("transformer"))["positions"].values.tolist()) == {9}
    assert actviz.probe_module(*made("lstm"))["positions"].values.tolist() == [8, 1]


x = torch.linspace(-2, 2, 80).reshape(8, 10)


def test_a_shared_module_has_one_layer_a_call():
    linear, relu = nn.Linear(10, 10), nn.ReLU()
    found = _layers(nn.Sequential(linear, relu, linear, relu, linear), x)
    assert [name for name, _, _ in found] == ["0", "0#2", "0#3"]


class Cells(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.GRUCell(4, 6)

    def forward(self, steps):
        state = steps.new_zeros(len(steps), 6)
        for step in steps.unbind(1):
            state = self.cell(step, state)
        return state


def test_a_recurrent_cell_has_one_layer_a_step():
    assert [name for name, _, _ in _layers(Cells(), torch.randn(5, 3, 4))] == ["cell", "cell#2", "cell#3"]


class Functional(nn.Module):
    """An activation called by name, a matrix that is no module's, a clamp, SiLU written out."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(10, 10), nn.Linear(10, 10)
        self.matrix = nn.Parameter(torch.randn(10, 4))
        self.register_buffer("filter", torch.eye(4))

    def forward(self, x):
        z = self.first(x)
        x = (self.second(z * torch.sigmoid(z)) @ self.matrix.clone().t().t()).clamp(min=0)
        return f.linear(f.elu(x @ self.matrix[:4, :4], 0.5), self.filter)


def test_what_is_no_module_is_matched_by_its_functions():
    assert _layers(Functional(), x) == [
        ("first", "Linear + sigmoid", "silu"),
        ("second", "Linear", "identity"),
        ("matmul", "matmul + clamp", "relu"),
        ("matmul#2", "matmul + elu", "elu:0.5"),
    ]


class Swish(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(x)


class Cubed(nn.Module):
    def forward(self, x):
        return x**3


class Mixer(nn.Module):
    def forward(self, x):
        return x - x.mean(-1, keepdim=True)


class Halved(nn.Module):
    def forward(self, x):
        return x * 0.5


def test_an_activation_of_ones_own_is_known_by_what_it_does():
    own = (Swish(), Cubed(), Mixer(), Halved())
    assert _layers(nn.Sequential(*(module for each in own for module in (nn.Linear(10, 10), each))), x) == [
        ("0", "Linear + Swish", "silu"),
        ("2", "Linear + Cubed", "Cubed"),
        ("4", "Linear", "identity"),
        ("6", "Linear", "identity"),
    ]


ACTIVATIONS = [
    (nn.LeakyReLU(0.2), "leaky_relu:0.2"),
    (nn.PReLU(init=0.25), "leaky_relu:0.25"),
    (nn.PReLU(10), "prelu"),
    (nn.ELU(2.0), "elu:2"),
    (nn.GELU(approximate="tanh"), "gelu_tanh"),
    (nn.Softplus(), "softplus"),
    (nn.Softplus(beta=2), "softplus:2,20"),
    (nn.Hardtanh(-2, 2), "hardtanh:-2,2"),
    (nn.ReLU6(), "hardtanh:0,6"),
    (nn.Hardswish(), "hardswish"),
    (nn.CELU(0.5), "celu:0.5"),
    (nn.LogSigmoid(), "log_sigmoid"),
    (nn.Threshold(0.1, 0.0), "threshold:0.1,0"),
    (nn.Tanhshrink(), "tanhshrink"),
    (nn.RReLU(), "rrelu"),
]


@pytest.mark.parametrize(("module", "label"), ACTIVATIONS, ids=[label for _, label in ACTIVATIONS])
def test_activations_with_parameters(module, label):
    assert _layers(nn.Sequential(nn.Linear(10, 10), module), x)[0][2] == label


@pytest.mark.parametrize(
    ("modules", "label"),
    [
        ([nn.Tanh(), nn.Tanh()], "tanh"),
        ([nn.Tanh(), nn.Identity()], "tanh"),
        ([nn.Identity(), nn.Identity()], "identity"),
        ([nn.Tanh(), nn.ReLU()], "mixed"),
        ([nn.Tanh(), nn.Sigmoid()], "mixed"),
        ([nn.Sigmoid(), nn.Tanh()], "mixed"),
    ],
)
def test_the_activation_of_the_dataset_is_what_layers_share(modules, label):
    model = nn.Sequential(nn.Linear(10, 10), modules[0], nn.Linear(10, 10), modules[1])
    ds = actviz.probe_module(model, x)
    assert ds["activation"].values.tolist() == actviz.recipe(ds)["activations"] == [label]
    bounded = all(type(module) is nn.Tanh for module in modules)
    assert (float(abs(ds["bin_edges"]).max()) == 1.0) == bounded  # else a layer's values would fall outside
    assert int(ds["underflow"].sum() + ds["overflow"].sum()) == 0


class Normed(nn.Module):
    """Token norms: one before an activation, one before a branch, one of a sum."""

    def __init__(self):
        super().__init__()
        self.embed, self.norms = nn.Linear(10, 10), nn.ModuleList(nn.LayerNorm(10) for _ in range(3))
        self.inner = nn.Linear(10, 10)

    def forward(self, x):
        x = self.embed(x)
        x = x + torch.relu(self.norms[1](self.inner(self.norms[0](x))))
        return self.norms[2](x)


def test_a_norm_of_tokens_is_part_of_a_layer_only_where_an_activation_follows():
    assert [name for name, _, _ in _layers(Normed(), x)] == ["embed", "norms.0", "inner", "norms.2"]
    assert _layers(Normed(), x)[2][1] == "Linear + LayerNorm + relu"
    convolution = nn.Sequential(nn.Conv1d(8, 4, 1), nn.GroupNorm(2, 4))
    assert _layers(convolution, torch.randn(2, 8, 10)) == [("0", "Conv1d + GroupNorm", "identity")]


def test_channels_stay_units_where_they_are_moved():
    class Channels(nn.Module):
        def __init__(self):
            super().__init__()
            self.deep, self.mix = nn.Conv2d(8, 8, 3, padding=1, groups=8), nn.Linear(8, 20)
            with torch.no_grad():
                self.deep.weight[3] = 0
                self.deep.bias[3] = -1

        def forward(self, x):
            return self.mix(f.relu(self.deep(x).permute(0, 2, 3, 1)))

    ds = actviz.probe_module(Channels(), torch.randn(2, 8, 8, 8))
    assert ds["width"].values.tolist() == [8, 20]
    assert ds["positions"].values.tolist() == [64, 64]
    assert float(ds["dead_units"][0, 0, 0, 0]) == 1  # a channel; no row and no column of the image is dead


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ("blocks.0.*", ["blocks.0.conv1", "blocks.0.conv2", "blocks.0.relu#2"]),
        ("*.relu", ["blocks.0.conv1", "blocks.0.relu#2", "blocks.1.conv1", "blocks.1.relu#2"]),
        ("*#2", ["blocks.0.relu#2", "blocks.1.relu#2"]),
        (["fc", "conv"], ["conv", "fc"]),
        ("Linear", ["fc"]),
        (nn.Linear, ["fc"]),
        ([nn.modules.conv._ConvNd, "*down*"], None),
    ],
)
def test_layers_are_chosen_by_name_and_type(layers, expected):
    ds = actviz.probe_module(*made("resnet"), layers=layers)
    everything = [name for name, _, _ in EXPECTED["resnet"]]
    expected = expected or [name for name in everything if "conv" in name or "down" in name]
    assert names(ds) == expected
    assert ds["layer"].values.tolist() == list(range(1, len(expected) + 1))


def test_choosing_layers_changes_no_number():
    model, inputs = made("resnet")
    model.eval()
    everything = actviz.probe_module(model, inputs)
    few = actviz.probe_module(model, inputs, layers=["*relu#2", "fc"])
    wanted = [names(everything).index(name) for name in names(few)]
    for name in actviz.STATISTICS:
        torch.testing.assert_close(
            torch.from_numpy(few[name].values),
            torch.from_numpy(everything[name].isel(layer=wanted).values),
            equal_nan=True,
            msg=lambda text, name=name: f"{name}: {text}",
        )


def test_weights_that_are_made_of_others_are_the_layers():
    from torch.nn.utils.parametrizations import spectral_norm, weight_norm

    model = nn.Sequential(weight_norm(nn.Linear(10, 8)), nn.ReLU(), spectral_norm(nn.Linear(8, 3)))
    assert _layers(model, x) == [("0", "Linear + ReLU", "relu"), ("2", "Linear", "identity")]


@pytest.mark.filterwarnings("ignore:.*torch.jit.*:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:.*is deprecated.*")
def test_a_scripted_part_is_one_layer_of_unknown_activation():
    scripted = torch.jit.script(nn.Sequential(nn.Linear(10, 8), nn.ReLU()))
    ds = actviz.probe_module(nn.Sequential(scripted, nn.Linear(8, 3)), x)
    assert names(ds) == ["0", "1"]
    assert ds["layer_activation"].values.tolist() == ["unknown", "identity"]
    assert (ds["grad_preact_rms"] > 0).all()
    assert ds["saturated"].isel(layer=0).isnull().all()


def test_a_model_that_is_wrapped_is_looked_into():
    inside = nn.Sequential(nn.Linear(10, 8), nn.ReLU())
    assert _layers(nn.DataParallel(inside), x) == _layers(inside, x)


def test_what_is_compiled_runs_as_it_was_written():
    inside = nn.Sequential(nn.Linear(10, 8), nn.ReLU())
    assert _layers(torch.compile(inside, backend="eager"), x) == _layers(inside, x)


class Applied(nn.Module):
    """Weights that one function applies, several at once."""

    def __init__(self, apply, *shapes):
        super().__init__()
        self.apply_to, self.weights = apply, nn.ParameterList(torch.randn(shape) for shape in shapes)

    def forward(self, x):
        return self.apply_to(x, *self.weights)


SUMMED = {
    "heads": (lambda x, w: torch.einsum("bi,khio->kbho", x, w), [(3, 2, 8, 4)], [(8, 24)]),
    "from heads": (lambda x, w: torch.einsum("bhe,hed->bd", x.view(-1, 2, 4), w), [(2, 4, 5)], [(8, 5)]),
    "an ensemble": (lambda x, w: torch.einsum("ebi,eio->ebo", x.expand(3, -1, -1), w), [(3, 8, 5)], [(8, 5)]),
    "the other way": (lambda x, w: torch.einsum("oi,...i", w, x), [(5, 8)], [(8, 5)]),
    "one after another": (lambda x, *w: torch.einsum("bi, ir, ro -> bo", [x, *w]), [(8, 2), (2, 5)], [(8, 2), (2, 5)]),
    "experts and shares": (
        lambda x, w: torch.einsum("be,bef,efo->bo", x[:, :3].softmax(-1), x[:, None].expand(-1, 3, -1), w),
        [(3, 8, 5)],
        [(8, 5)],
    ),
    "tensordot": (lambda x, w: torch.tensordot(x.view(-1, 2, 4), w, 2), [(2, 4, 5)], [(8, 5)]),
    "tensordot by lists": (lambda x, w: torch.tensordot(w, x, ([1], [1])).T, [(5, 8)], [(8, 5)]),
    "multi_dot": (lambda x, *w: torch.linalg.multi_dot([x, *w]), [(8, 2), (2, 5)], [(8, 2), (2, 5)]),
}


@pytest.mark.parametrize("name", SUMMED)
def test_fans_of_weights_that_are_applied_as_a_sum_over_indices(name):
    apply, shapes, fans = SUMMED[name]
    ds = actviz.probe_module(Applied(apply, *shapes), torch.randn(6, 8))
    assert list(zip(ds["parameter_fan_in"].values, ds["parameter_fan_out"].values, strict=True)) == fans


def test_a_model_with_layers_of_complex_numbers_is_not_judged():
    class Complex(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b = nn.Linear(8, 8, dtype=torch.cfloat), nn.Linear(8, 4)

        def forward(self, x):
            return self.b(self.a(x.to(torch.cfloat)).abs())

    (diagnosis,) = actviz.diagnose(actviz.probe_module(Complex(), torch.randn(16, 8)))
    assert diagnosis.verdict is actviz.Verdict.NOT_JUDGED
    assert diagnosis.unjudged[0].values == (("number", 2),)
