"""Each statistic against PyTorch itself: hooks and ``.grad`` of an ordinary training step."""

import math

import numpy as np
import pytest

import actviz

torch = pytest.importorskip("torch", reason="PyTorch is an optional dependency")

from torch import nn  # noqa: E402
from torch.nn import functional as f  # noqa: E402
from torch_nets import at, fixed_loss, made, names  # noqa: E402


def _step(model, inputs, taken, given):
    """Train once; return what modules took and gave, by name, with gradients, and leave the weights' gradients."""
    values, handles = {}, []

    def keep(name, tensor):
        tensor.retain_grad()
        values[name] = tensor

    for name, module in model.named_modules():
        if name in taken:
            handles.append(module.register_forward_pre_hook(lambda _, args, name=name: keep(f"{name} in", args[0])))
        if name in given:
            handles.append(module.register_forward_hook(lambda _, __, out, name=name: keep(f"{name} out", out)))
    fixed_loss()(model(inputs)).backward()
    for handle in handles:
        handle.remove()
    return values


def _rms(tensor):
    return float(tensor.double().square().mean().sqrt())


def test_a_convolutional_net_is_what_hooks_of_its_modules_say():
    model, inputs = made("conv")
    ds = actviz.probe_module(model, inputs, drive=fixed_loss())
    step = _step(model, inputs, ("0.1", "0.4"), ("0.1", "0.4", "2"))
    for name, z, h, weight, samples_and_channels in (
        ("0.0", step["0.1 in"], step["0.1 out"], model[0][0].weight, 6 * 6),
        ("0.3", step["0.4 in"], step["0.4 out"], model[0][3].weight, 6 * 8),
        ("2", step["2 out"], step["2 out"], model[2].weight, 6 * 5),
    ):
        z, h, gradient = z.detach(), h.detach(), z.grad
        expected = {
            "preact_mean": z.mean(),
            "preact_std": z.std(correction=0),
            "act_mean": h.mean(),
            "act_std": h.std(correction=0),
            "act_min": h.min(),
            "act_max": h.max(),
            "zero_fraction": (h == 0).float().mean(),
            "saturated": (z <= 0).float().mean() if name != "2" else 0.0,
            "grad_zero": (gradient == 0).float().mean(),
            "grad_preact_rms": math.sqrt(float(gradient.square().sum()) / samples_and_channels),
            "grad_weight_norm": weight.grad.norm(),
            "nonfinite": 0.0,
        }
        for statistic, value in expected.items():
            assert at(ds, name, statistic) == pytest.approx(float(value), rel=1e-5, abs=1e-6), f"{name}: {statistic}"


def test_rows_are_samples_and_positions_and_units_are_channels():
    model, inputs = made("conv")
    ds = actviz.probe_module(model, inputs)
    h = model[0][1](model[0][0](inputs)).detach().movedim(1, -1).reshape(-1, 6).double()
    unit = h / h.norm(dim=1, keepdim=True)
    unit = unit[h.norm(dim=1) > 0]
    similarity = (float(unit.sum(0).square().sum()) - len(unit)) / (len(unit) * (len(unit) - 1))
    spread = h.var(0, correction=0).mean().sqrt()
    by_channel = inputs.movedim(1, -1).reshape(-1, 3).double().var(0, correction=0).mean().sqrt()
    assert at(ds, "0.0", "similarity") == pytest.approx(similarity, rel=1e-5)
    assert at(ds, "0.0", "unit_spread") == pytest.approx(float(spread / by_channel), rel=1e-5)
    assert int(ds["hist"].isel(layer=0).sum()) == h.numel()


def test_a_residual_net_in_place_is_what_the_same_net_out_of_place_says():
    model, inputs = made("resnet")
    model.eval()
    ds = actviz.probe_module(model, inputs, drive=fixed_loss())
    block, values = model.blocks[0], {}

    def keep(name, tensor):
        tensor.retain_grad()
        values[name] = tensor
        return tensor

    x = f.max_pool2d(f.relu(keep("conv", model.bn(model.conv(inputs)))), 2)
    a = keep("blocks.0.conv1", block.bn1(block.conv1(x)))
    b = keep("blocks.0.conv2", block.bn2(block.conv2(f.relu(a))))
    x = f.relu(keep("blocks.0.relu#2", b + x))
    block = model.blocks[1]
    shortcut = keep("blocks.1.down.0", block.down(x))
    a = keep("blocks.1.conv1", block.bn1(block.conv1(x)))
    b = keep("blocks.1.conv2", block.bn2(block.conv2(f.relu(a))))
    x = f.relu(keep("blocks.1.relu#2", b + shortcut))
    fixed_loss()(keep("fc", model.fc(f.adaptive_avg_pool2d(x, 1).flatten(1)))).backward()
    assert set(values) == set(names(ds))
    for name, z in values.items():
        positions = z.numel() / (len(z) * z.shape[1])
        assert at(ds, name, "preact_std") == pytest.approx(float(z.detach().std(correction=0)), rel=1e-5), name
        assert at(ds, name, "grad_preact_rms") == pytest.approx(_rms(z.grad) * math.sqrt(positions), rel=1e-4), name
    for name, weight in {"conv": model.conv, "blocks.0.conv2": model.blocks[0].conv2, "fc": model.fc}.items():
        assert at(ds, name, "grad_weight_norm") == pytest.approx(float(weight.weight.grad.norm()), rel=1e-4), name


def test_a_transformer_has_the_gradients_of_a_training_step():
    model, inputs = made("transformer")
    model.eval()
    ds = actviz.probe_module(model, inputs, drive=fixed_loss())
    step = _step(model, inputs, (), ("0", "1.layers.0.norm1", "1.layers.1.linear1", "1.layers.1.linear2", "2"))
    for name, z in step.items():
        name = name.removesuffix(" out")
        assert at(ds, name, "preact_std") == pytest.approx(float(z.detach().std(correction=0)), rel=1e-5), name
        assert at(ds, name, "grad_preact_rms") == pytest.approx(_rms(z.grad) * 3, rel=1e-4), name  # 9 tokens
    attention = model[1].layers[0].self_attn
    both = torch.cat([attention.in_proj_weight.grad.reshape(-1), attention.out_proj.weight.grad.reshape(-1)])
    assert at(ds, "1.layers.0.self_attn", "grad_weight_norm") == pytest.approx(float(both.norm()), rel=1e-4)
    assert at(ds, "0", "grad_weight_norm") == pytest.approx(float(model[0].weight.grad.norm()), rel=1e-4)
    assert at(ds, "1.layers.0.norm1", "grad_weight_norm") == pytest.approx(
        float(model[1].layers[0].norm1.weight.grad.norm()), rel=1e-4
    )


def test_an_lstm_has_the_gradients_of_a_training_step():
    model, inputs = made("lstm")
    ds = actviz.probe_module(model, inputs, drive=fixed_loss())
    out, _ = model.lstm(inputs)
    out.retain_grad()
    fixed_loss()(model.fc(out[:, -1])).backward()
    assert at(ds, "lstm", "act_std") == pytest.approx(float(out.detach().std(correction=0)), rel=1e-5)
    assert at(ds, "lstm", "grad_preact_rms") == pytest.approx(_rms(out.grad) * math.sqrt(8), rel=1e-5)
    assert at(ds, "lstm", "grad_zero") == 7 / 8  # only the last of 8 steps is read
    weights = [weight.grad.reshape(-1) for name, weight in model.lstm.named_parameters() if name.startswith("weight")]
    assert at(ds, "lstm", "grad_weight_norm") == pytest.approx(float(torch.cat(weights).norm()), rel=1e-5)
    assert at(ds, "lstm", "saturated") == 0.0  # of its gates, half open


def test_the_gradient_of_shared_weights_is_told_call_by_call():
    torch.manual_seed(0)
    linear, inputs = nn.Linear(6, 6, bias=False), torch.randn(9, 6)
    ds = actviz.probe_module(nn.Sequential(linear, nn.Tanh(), linear), inputs, drive=fixed_loss())
    copies = [nn.Linear(6, 6, bias=False) for _ in range(2)]
    for copy in copies:
        copy.weight.data = linear.weight.data.clone()
    fixed_loss()(nn.Sequential(copies[0], nn.Tanh(), copies[1])(inputs)).backward()
    for name, copy in zip(("0", "0#2"), copies, strict=True):
        assert at(ds, name, "grad_weight_norm") == pytest.approx(float(copy.weight.grad.norm()), rel=1e-5)


def test_frozen_weights_pass_gradients_on_and_have_theirs_told():
    model, inputs = made("mlp")
    free = actviz.probe_module(model, inputs)
    model.requires_grad_(False)
    frozen = actviz.probe_module(model, inputs)
    for name in actviz.STATISTICS:
        np.testing.assert_array_equal(frozen[name], free[name], err_msg=name)
    assert not any(weight.requires_grad for weight in model.parameters())


class Overwriting(nn.Module):
    """A view overwritten by an activation, and a layer's output overwritten by a sum."""

    def __init__(self, in_place):
        super().__init__()
        self.first, self.second, self.in_place = nn.Linear(10, 12), nn.Linear(4, 4), in_place

    def forward(self, x):
        z = self.first(x).view(-1, 3, 4)
        h = torch.sigmoid_(z) if self.in_place else torch.sigmoid(z)
        out = self.second(h)
        if self.in_place:
            out += h
            return f.silu(out, inplace=True)
        return f.silu(out + h)


def test_overwriting_values_changes_no_number():
    torch.manual_seed(0)
    model, inputs = Overwriting(True), torch.randn(7, 10)
    written = actviz.probe_module(model, inputs)
    model.in_place = False
    kept = actviz.probe_module(model, inputs)
    assert written["layer_activation"].values.tolist() == ["sigmoid", "identity", "silu"]
    assert (written["grad_preact_rms"] > 0).all()
    for name in actviz.STATISTICS:
        np.testing.assert_allclose(written[name], kept[name], rtol=1e-6, err_msg=name)


@pytest.mark.parametrize(("dtype", "rel"), [(torch.bfloat16, 0.05), (torch.float16, 0.01), (torch.float64, 1e-5)])
def test_other_precisions_say_about_the_same(dtype, rel):
    model, inputs = made("mlp")
    single = actviz.probe_module(model, inputs, drive=fixed_loss())
    other = actviz.probe_module(model.to(dtype), inputs.to(dtype), drive=fixed_loss())
    assert actviz.recipe(other)["precision"] == str(dtype).removeprefix("torch.")
    for name in ("act_std", "preact_std", "grad_preact_rms", "grad_weight_norm"):
        np.testing.assert_allclose(other[name], single[name], rtol=rel, err_msg=name)
    assert actviz.diagnose(other)[0].verdict == actviz.diagnose(single)[0].verdict


def test_an_overflow_of_half_precision_is_data():
    model = nn.Sequential(nn.Linear(10, 12), nn.ReLU(), nn.Linear(12, 12), nn.ReLU(), nn.Linear(12, 3)).half()
    with torch.no_grad():
        for linear in model[::2]:
            linear.weight.mul_(3e3)
    ds = actviz.probe_module(model, torch.randn(20, 10).half())
    share = ds["nonfinite"].isel(init=0, activation=0, seed=0)
    assert share[0] == 0
    assert share[1] > 0
    assert ds["grad_preact_rms"].isnull().all()  # no layer before an overflow has a gradient, nor the last itself
    assert actviz.diagnose(ds)[0].verdict == "overflowed"
    assert int(ds["hist"].isel(layer=1).sum() + ds["overflow"].isel(layer=1).sum()) < 20 * 12


class Frozen(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone, self.head, self.unused = nn.Linear(10, 8), nn.Linear(8, 3), nn.Linear(8, 3)

    def forward(self, x):
        with torch.no_grad():
            x = torch.relu(self.backbone(x))
        return {"logits": self.head(x), "extra": (self.unused(x),), "count": 3}


def test_what_has_no_gradient_has_one_of_zero():
    ds = actviz.probe_module(Frozen(), torch.randn(9, 10), drive=lambda out: out["logits"].sum())
    assert names(ds) == ["backbone", "head", "unused"]
    assert [at(ds, "unused", name) for name in ("grad_preact_rms", "grad_weight_norm", "grad_zero")] == [0, 0, 1]
    for name in ("grad_preact_rms", "grad_weight_norm", "grad_zero"):  # under no_grad() none is asked for
        assert np.isnan(at(ds, "backbone", name))
    assert at(ds, "head", "grad_preact_rms") == pytest.approx(1.0)


def test_every_output_is_driven():
    ds = actviz.probe_module(Frozen(), torch.randn(200, 10))
    for name in ("head", "unused"):
        # 600 values N(0, 1): their mean square is off by 1/sqrt(300) = 0.058 times 5 in one of 2 million seeds
        assert at(ds, name, "grad_preact_rms") == pytest.approx(1.0, abs=0.15)


def test_a_model_that_never_differentiates_has_no_gradient():
    class Never(nn.Linear):
        @torch.no_grad()
        def forward(self, x):
            return super().forward(x)

    ds = actviz.probe_module(Never(10, 3), torch.randn(9, 10))
    assert ds["grad_preact_rms"].isnull().all()
    assert ds["act_std"].notnull().all()


def test_cross_entropy_is_that_of_random_labels():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(10, 4))
    with torch.no_grad():
        model[1].weight.zero_()
        model[1].bias.zero_()
    ds = actviz.probe_module(model, torch.randn(50, 10), drive="cross_entropy")
    # at equal logits: p - y is 1/4 - 1 once and 1/4 three times, over 50 samples
    assert at(ds, "1", "grad_preact_rms") == pytest.approx(math.sqrt((0.75**2 + 3 * 0.25**2) / 4) / 50, rel=1e-5)


def test_the_slopes_of_an_activation_only_pytorch_has_are_differentiated():
    torch.manual_seed(0)
    model, inputs = nn.Sequential(nn.Linear(10, 40), nn.Hardswish()), 3 * torch.randn(50, 10)
    ds = actviz.probe_module(model, inputs)
    z = (4 * model[0](inputs) / 4).detach().requires_grad_()
    f.hardswish(z).sum().backward()
    steepest = 1.5  # of z (z + 3) / 6, at z = 3
    assert at(ds, "0", "saturated") == pytest.approx(
        float((z.grad.abs() < 0.05 * steepest).float().mean()), abs=1 / 2000
    )
    assert 0 < at(ds, "0", "saturated") < 0.5


def test_token_ids_refer_the_spread_to_the_embedding():
    ds = actviz.probe_module(*made("transformer"))
    assert at(ds, "0", "unit_spread") == pytest.approx(1.0)


def test_batches_of_a_loader_add_up():
    model, inputs = made("mlp")
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(inputs, torch.zeros(20)), batch_size=8)
    whole = actviz.probe_module(model, inputs, drive=lambda out: out.square().sum())
    parts = actviz.probe_module(model, loader, drive=lambda out: out.square().sum(), batches=9)
    assert actviz.recipe(parts)["samples"] == 20
    for name in set(actviz.STATISTICS) - {"distinct_units"}:
        np.testing.assert_allclose(parts[name], whole[name], rtol=1e-5, atol=1e-6, err_msg=name)
    one = actviz.probe_module(model, loader)
    assert actviz.recipe(one)["samples"] == 8


@pytest.mark.parametrize("packed", [False, True])
def test_a_recurrent_net_read_at_its_last_state_is_measured_there(packed):
    class Last(nn.Module):
        def __init__(self):
            super().__init__()
            self.gru, self.fc = nn.GRU(4, 6, 2, bidirectional=True, batch_first=True), nn.Linear(6, 3)

        def forward(self, x):
            if packed:
                x = nn.utils.rnn.pack_padded_sequence(x, [5, 4, 2], batch_first=True)
            return self.fc(self.gru(x)[1][-1])

    model, inputs = Last(), torch.randn(3, 5, 4)
    ds = actviz.probe_module(model, inputs, drive=fixed_loss())
    taken = nn.utils.rnn.pack_padded_sequence(inputs, [5, 4, 2], batch_first=True) if packed else inputs
    state = model.gru(taken)[1]
    state.retain_grad()
    fixed_loss()(model.fc(state[-1])).backward()
    samples = actviz.recipe(ds)["samples"]
    assert ds["width"].values.tolist() == [6, 3]
    assert at(ds, "gru", "act_std") == pytest.approx(float(state.detach().std(correction=0)), rel=1e-5)
    expected = math.sqrt(float(state.grad.square().sum()) / (samples * 6))
    assert at(ds, "gru", "grad_preact_rms") == pytest.approx(expected, rel=1e-5)
    assert actviz.diagnose(ds)[0].verdict != "dead"


class _Scaled(nn.Module):
    """Constant weights whose units come out of it scaled, as rounding does or as more than that."""

    def __init__(self, layer, apart, bias=0.0):
        super().__init__()
        self.layer = layer
        nn.init.constant_(layer.weight, 0.3)
        nn.init.constant_(layer.bias, 0.0)
        with torch.no_grad():
            layer.bias += bias
            scale = 1 + apart * torch.arange(len(layer.bias)).to(layer.weight)
        self.register_buffer("scale", scale.reshape(-1, *[1] * (layer.weight.ndim - 2)))

    def forward(self, x):
        return torch.sin(self.layer(x) * self.scale)


def _distinct(layer, *shape, **options):
    x = torch.randn(*shape, generator=torch.Generator().manual_seed(0), dtype=layer.weight.dtype)
    return actviz.probe_module(_Scaled(layer, **options), x, batches=1)["distinct_units"].item()


@pytest.mark.parametrize(
    ("dtype", "eps"), [(torch.float32, 2.0**-23), (torch.float64, 2.0**-52), (torch.bfloat16, 2.0**-7)]
)
def test_units_of_equal_weights_are_one_though_roundings_are_apart(dtype, eps):
    assert _distinct(nn.Linear(100, 12, dtype=dtype), 40, 100, apart=0.5 * eps) == 1
    if dtype != torch.bfloat16:
        assert _distinct(nn.Conv2d(3, 12, 3, dtype=dtype), 4, 3, 8, 8, apart=4 * eps) == 1


def test_equal_weights_do_not_hide_what_differs_behind_or_beside_them():
    assert _distinct(nn.Linear(100, 12), 40, 100, apart=0.01) == 12
    assert _distinct(nn.Linear(100, 12), 40, 100, apart=0.0, bias=1e-4 * torch.arange(12)) == 12
    assert _distinct(nn.Conv2d(6, 6, 3, groups=6), 4, 6, 8, 8, apart=0.0) == 6
