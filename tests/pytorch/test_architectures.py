"""Verdicts on models as they are built: what an expert would sign, on healthy ones of every kind and on broken ones."""

import re

import numpy as np
import pytest

import actviz
from actviz.diagnosis import Severity, Thresholds, Verdict

torch = pytest.importorskip("torch", reason="PyTorch is an optional dependency")

import architectures  # noqa: E402
from architectures import BROKEN, HEALTHY, Chain, Transformer, ids, vectors  # noqa: E402
from torch import nn  # noqa: E402


@pytest.fixture(scope="module")
def results():
    """All of them, measured once; under one seed what is deep."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    deep = ("GPT-2, 12 blocks", "BERT, 12 blocks", "post-norm, 48 layers")
    found = {
        name: actviz.probe_module(*of[:2], seeds=1 + (name not in deep)) for name, of in {**HEALTHY, **BROKEN}.items()
    }
    torch.set_num_threads(threads)
    return found


def notes(ds):
    return " | ".join(note.message() for note in actviz.diagnose(ds)[0].notes)


def of(ds, name):
    return ds[name].mean("seed").squeeze().values


@pytest.mark.parametrize("name", HEALTHY)
def test_a_network_that_starts_as_its_paper_says_is_healthy(name, results):
    (diagnosis,) = actviz.diagnose(results[name])
    assert diagnosis.verdict is Verdict.HEALTHY, [finding.message() for finding in diagnosis.findings]
    assert diagnosis.passes(Severity.MILD)
    for note in diagnosis.notes:
        assert note.message("ko")


@pytest.mark.parametrize("name", BROKEN)
def test_a_network_that_starts_badly_is_told_what_is_wrong(name, results):
    (diagnosis,) = actviz.diagnose(results[name])
    assert BROKEN[name][2] in [finding.verdict.value for finding in diagnosis.findings]
    for finding in diagnosis.findings:
        assert finding.message("ko") != finding.message()
        assert finding.remedy()


def test_the_stream_of_gpt_2_grows_as_the_root_of_its_blocks_and_not_with_scaled_branches():
    """Radford et al. 2019: without 1 / sqrt(2 L) every branch adds as much as the others."""

    def sizes(scaled):
        model = lambda: Transformer(32, depth=16, scaled=scaled, std=0.2, head_std=0.02, tied=False)  # noqa: E731
        return of(actviz.probe_module(model, ids, seeds=2), "stream_rms")

    plain, scaled = sizes(scaled=False)[1::2], sizes(scaled=True)[1::2]
    assert plain[15] / plain[3] == pytest.approx(2.0, rel=0.25)
    assert scaled[15] / plain[15] == pytest.approx(32**-0.5, rel=0.5)


def test_before_norms_the_streams_variance_grows_linearly_and_its_gradient_stays_within_half_a_layer():
    """Xiong et al. 2020, On layer normalization in the transformer architecture, theorem 1 and lemma 2."""
    ds = actviz.probe_module(lambda: Transformer(32, depth=12, std=32**-0.5, scaled=False, tied=False), ids, seeds=2)
    variance, gradient = np.square(of(ds, "stream_rms"))[1::2], of(ds, "stream_grad")[1::2]
    assert np.corrcoef(np.arange(12), variance)[0, 1] > 0.97
    assert variance[-1] > 4.0 * variance[1]
    assert ((gradient[:-1] / gradient[1:] > 0.5) & (gradient[:-1] / gradient[1:] < 1.5)).all()


def test_a_residual_net_whose_last_norms_are_0_starts_as_the_identity(results):
    ds = results["ResNet, zero_init_residual"]
    assert (of(ds, "branch_ratio") == 0.0).all()
    assert "6 of 6 branches start at 0" in notes(ds)
    dead = of(ds, "grad_weight_norm")[ds["layer_name"].str.endswith("c1").values]
    assert (dead == 0.0).all()


def test_what_a_stream_is_is_read_off_operations(results):
    ds = results["GPT-2, written out"]
    assert ds["block_name"].values[:2].tolist() == ["blocks.0.attention.o", "blocks.0.down"]
    assert dict(zip(ds["layer_name"].values[:9].tolist(), ds["role"].values[:9].tolist(), strict=True)) == {
        "tokens": "lookup", "blocks.0.n1": "norm", "blocks.0.attention.q": "gate", "blocks.0.attention.k": "gate",
        "blocks.0.attention.v": "branch", "blocks.0.attention.o": "branch", "blocks.0.n2": "norm",
        "blocks.0.up": "branch", "blocks.0.down": "branch",
    }  # fmt: skip
    assert set(results["VGG, He"]["role"].values.tolist()) == {"chain", "head"}
    assert "gate" in results["SE-ResNet"]["role"].values
    assert "gate" in results["mixture of experts"]["role"].values
    assert results["DenseNet"]["block_parent"].values.tolist() == [0] * 12


def test_the_size_before_and_behind_a_block_are_the_models_own():
    torch.manual_seed(0)
    model, x = Chain(depth=3), vectors(torch.Generator().manual_seed(1))
    ds = actviz.probe_module(model, x)
    y = x.clone().requires_grad_()
    stream, kept = y, []
    for a, b in zip(model.a, model.b, strict=True):
        branch = b(torch.relu(a(stream)))
        kept.append((stream, branch))
        stream = stream + branch
    before, branch = kept[1]
    rms = lambda value: float(value.detach().square().mean().sqrt())  # noqa: E731
    assert float(of(ds, "stream_before")[1]) == pytest.approx(rms(before), rel=1e-5)
    assert float(of(ds, "branch_ratio")[1]) == pytest.approx(rms(branch) / rms(before), rel=1e-5)
    assert float(of(ds, "stream_rms")[2]) == pytest.approx(rms(stream), rel=1e-5)
    head = of(ds, "grad_preact_rms")[-1] * np.sqrt(10)  # the cotangent that was drawn, of which only the norm is kept
    assert (
        0.0
        < of(ds, "stream_grad")[2] * 8.0
        < 2.0 * head * float(torch.linalg.matrix_norm(model.head.weight.detach(), 2))
    )


def test_attention_is_the_same_however_it_is_written():
    torch.manual_seed(0)
    plain = architectures.Attention(16, 2, causal=True)
    written = architectures.Attention(16, 2, causal=True, written=True)
    written.load_state_dict(plain.state_dict())
    module = nn.MultiheadAttention(16, 2, batch_first=True)
    module.in_proj_weight.data, module.in_proj_bias.data = plain.qkv.weight.data, plain.qkv.bias.data
    x = 3.0 * torch.randn(2, 6, 16)

    class Module(nn.Module):
        def __init__(self):
            super().__init__()
            self.of = module

        def forward(self, x):
            return self.of(x, x, x, attn_mask=torch.ones(6, 6).triu(1).bool(), need_weights=False)[0]

    found = [actviz.probe_module(each, x) for each in (plain, written, Module())]
    q, k, _ = (each.view(2, 6, 2, 8).transpose(1, 2) for each in plain.qkv(x).chunk(3, -1))
    logits = (q @ k.transpose(-2, -1) / 8**0.5).masked_fill(torch.ones(6, 6).triu(1).bool(), -torch.inf)
    p = logits.softmax(-1)[:, :, 1:]
    entropy = torch.special.entr(p).sum(-1) / torch.arange(2, 7).log()
    for ds in found:
        assert of(ds, "attention_entropy") == pytest.approx(entropy.mean((0, 2)).detach().numpy(), rel=1e-4)
        assert ds["attends"].values.tolist() == [1]
    largest = [float(logits.detach()[:, head, 1:][logits[:, head, 1:].isfinite()].abs().max()) for head in range(2)]
    assert of(found[0], "attention_logit") == pytest.approx(largest, rel=1e-4)


def test_a_head_of_zeros_is_driven_below_and_so_is_any_if_asked(results, one_line_error):
    ds = results["ViT"]
    assert actviz.recipe(ds)["driven_below"]
    assert of(ds, "stream_grad").min() > 0
    assert "starts at 0: it trains from the first step" in notes(ds)
    small = Chain(depth=3)
    small.head.weight.data *= 1e-6
    below = actviz.probe_module(small, vectors, drive="below-head")
    assert of(below, "grad_preact_rms")[-1] == 0.0
    assert of(below, "stream_grad")[-1] == pytest.approx(1.0, rel=0.1)
    assert actviz.diagnose(below)[0].healthy
    assert "needs a head" in one_line_error(
        actviz.probe_module, nn.Sequential(nn.Linear(64, 8), nn.ReLU()), vectors, drive="below-head"
    )


def test_a_mean_over_positions_is_taken_out_of_what_stands_before():
    def net():
        layers = [nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, 8, 3, padding=1)]
        return nn.Sequential(
            *layers, nn.BatchNorm2d(8), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 5)
        )

    ds = actviz.probe_module(net, lambda g: torch.randn(4, 3, 48, 48, generator=g), seeds=2)
    assert ds["averaged"].values.tolist() == [48 * 48, 48 * 48, 1]
    assert actviz.diagnose(ds)[0].healthy


def test_a_fault_at_the_threshold_that_seeds_do_not_bear_out_is_a_note():
    ds = actviz.probe_module(lambda: architectures.vgg(he=False, depth=12), architectures.images, seeds=3)
    (sure,) = (each for each in actviz.diagnose(ds)[0].findings if each.verdict is Verdict.VANISHING)
    (near,) = actviz.diagnose(ds, Thresholds.of(vanishing=1.04 * sure.value))
    assert Verdict.VANISHING not in [each.verdict for each in near.findings]
    assert any(re.match("vanishing (at the threshold|in the mean)", note.message()) for note in near.notes)


def test_outliers_are_told_by_layer_and_by_unit():
    x = torch.ones(4, 3, 8)
    x[..., 2], x[0, 0, 2] = 5.0, 20.0
    layer = nn.Linear(8, 8, bias=False)
    layer.weight.data = torch.eye(8)
    ds = actviz.probe_module(layer, x)
    rms, loud = float(x.square().mean() ** 0.5), float(x[..., 2].square().mean() ** 0.5)
    assert float(ds["kurtosis"].squeeze()) == pytest.approx(float((x**4).mean()) / rms**4)
    assert float(ds["peak"].squeeze()) == pytest.approx(20.0 / rms)
    assert float(ds["unit_peak"].squeeze()) == pytest.approx(loud / rms)


class Grouped(nn.Module):
    """Three experts, each for rows of its own, in one product."""

    def __init__(self):
        super().__init__()
        self.experts, self.head = nn.Parameter(0.3 * torch.randn(3, 16, 32)), nn.Linear(32, 4)

    def forward(self, x):
        ends = torch.tensor([8, 16, 24], dtype=torch.int32)
        return self.head(torch.relu(nn.functional.grouped_mm(x, self.experts, offs=ends)))


@pytest.mark.skipif(not hasattr(nn.functional, "grouped_mm"), reason="this PyTorch has no grouped products")
def test_a_grouped_product_of_experts_is_a_layer():
    ds = actviz.probe_module(Grouped(), torch.randn(24, 16))
    assert ds["layer_type"].values.tolist() == ["_grouped_mm + relu", "Linear"]
    assert ds["fan_in"].values.tolist() == [16, 32]
    assert (ds["grad_weight_norm"] > 0).all()


def test_the_thresholds_of_models_decide(results):
    assert actviz.diagnose(results["untied head, std 1"], Thresholds.of(output=100.0))[0].healthy
    assert actviz.diagnose(results["router, std 1"], Thresholds.of(softmax=0.01))[0].healthy


@pytest.mark.filterwarnings("ignore:.*torch.jit.*:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:.*is deprecated.*")
def test_what_a_compiled_part_hides_is_not_judged():
    model = torch.jit.script(nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 4)))
    (diagnosis,) = actviz.diagnose(actviz.probe_module(model, torch.randn(8, 4)))
    assert diagnosis.verdict is Verdict.NOT_JUDGED
    assert not diagnosis.passes(Severity.SEVERE)
    assert "compiled" in diagnosis.unjudged[0].message()


def test_what_has_no_layers_that_decide_is_not_judged():
    (diagnosis,) = actviz.diagnose(actviz.probe_module(nn.Embedding(10, 4), torch.arange(9).view(3, 3)))
    assert diagnosis.verdict is Verdict.NOT_JUDGED
    assert "do not decide" in diagnosis.unjudged[0].message()


def test_a_file_gives_streams_and_softmaxes_back_and_an_old_one_is_judged_as_it_was(results, tmp_path):
    ds = results["GPT-2"]
    actviz.save(ds, tmp_path / "gpt.nc")
    loaded = actviz.load(tmp_path / "gpt.nc")
    assert loaded.equals(ds)
    assert actviz.diagnose(loaded)[0].notes == actviz.diagnose(ds)[0].notes
    new = [name for name, each in ds.variables.items() if {"block", "attention"} & set(each.dims)]
    old = ds.drop_vars([*new, "role", "of_block", "chain", "averaged", "hit", "output_loss"]).assign_attrs(schema=2)
    actviz.save(old, tmp_path / "old.nc")
    assert actviz.diagnose(actviz.load(tmp_path / "old.nc"))[0].verdict is Verdict.VANISHING
