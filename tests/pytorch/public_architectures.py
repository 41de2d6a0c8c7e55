"""Public architectures with random weights, as torchvision, timm and transformers make them, and what experts say.

Needs the extra ``architectures``, which pins all three. Widths, depths and images are small where a family allows it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import nn

for operator in ("nms", "qnms"):  # torchvision built for CUDA lacks its own beside PyTorch for processors alone
    with contextlib.suppress(RuntimeError):
        torch.library.define(f"torchvision::{operator}", "(Tensor boxes, Tensor scores, float threshold) -> Tensor")

import timm  # noqa: E402
import torchvision.models as vision  # noqa: E402
import transformers  # noqa: E402

VOCABULARY, CLASSES = 64, 10


@dataclass(frozen=True)
class Known:
    """A public architecture.

    Parameters
    ----------
    build, draw : callable
        What makes it, and what draws its inputs from a generator.
    says : str
        What an expert says of it as it starts, and by which source.
    verdicts : tuple of str
        All that is wrong with it.
    """

    build: Callable[[], nn.Module]
    draw: Callable[[torch.Generator], Any]
    says: str
    verdicts: tuple[str, ...] = ("healthy",)


def images(size: int = 64, number: int = 4) -> Callable[[torch.Generator], torch.Tensor]:
    """Draw images."""
    return lambda generator: torch.randn(number, 3, size, size, generator=generator)


def ids(generator: torch.Generator) -> torch.Tensor:
    """Draw tokens."""
    return torch.randint(2, VOCABULARY, (2, 16), generator=generator)


class Output(nn.Module):
    """A model of transformers that is given its inputs by name, and gives its logits alone."""

    def __init__(self, model: nn.Module, *names: str) -> None:
        super().__init__()
        self.model, self.names = model, names

    def forward(self, *values: torch.Tensor) -> torch.Tensor:
        given = dict(zip(self.names, values if len(values) > 1 else values * len(self.names), strict=True))
        out = self.model(**given)
        return out.logits_per_image if "logits_per_image" in out else out.logits


def of_transformers(kind: str, model: str, *names: str, **config: Any) -> Callable[[], nn.Module]:
    """Return what makes a model of transformers from a configuration."""

    def build() -> nn.Module:
        made = getattr(transformers, f"{kind}Config")(**config)
        return Output(getattr(transformers, model)(made), *names or ("input_ids",))

    return build


SIZES = {"hidden_size": 64, "num_hidden_layers": 6, "num_attention_heads": 4, "intermediate_size": 256}
BOTH_STREAMS = {
    "d_model": 64,
    **{f"{side}_{name}": value for side in ("encoder", "decoder")
       for name, value in (("layers", 4), ("attention_heads", 4), ("ffn_dim", 256))},
}  # fmt: skip

WORDS = {"vocab_size": VOCABULARY, "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 1}
TEXT = {**SIZES, **WORDS}
CAUSAL = {**TEXT, "num_key_value_heads": 2, "use_cache": False}
GPT = {**WORDS, "n_embd": 64, "n_layer": 6, "n_head": 4, "use_cache": False}
EXPERTS = {**CAUSAL, "num_hidden_layers": 3, "num_local_experts": 4}
PATCHES = {**SIZES, "image_size": 32, "patch_size": 8, "num_labels": CLASSES}


def changed(build: Callable[[], nn.Module], fits: Callable[[str], bool], change: Callable[[Any], Any]) -> Any:
    """Return what makes a model with some of its parameters changed, by the end of their names."""

    def make() -> nn.Module:
        model = build()
        for name, parameter in model.named_parameters():
            if fits(name):
                change(parameter.data)
        return model

    return make


def tv(name: str, **more: Any) -> Callable[[], nn.Module]:
    """Return what makes a model of torchvision."""
    return partial(getattr(vision, name), weights=None, num_classes=CLASSES, **more)


def tm(name: str, **more: Any) -> Callable[[], nn.Module]:
    """Return what makes a model of timm."""
    return partial(timm.create_model, name, num_classes=CLASSES, **more)


HE = "He's weights by fan_out"
FIRST = "norms first keep the stream's gradient (Xiong et al. 2020)"
BN = "normalized by batch, so that no weight's size matters (Ioffe & Szegedy 2015)"
RESIDUAL = f"branches {BN}"
LAST = "norms last, and few layers: std 0.02 keeps branches small (Devlin et al. 2018; its _init_weights)"
MOE = f"{FIRST}; router's logits are small: std 0.02 (its _init_weights)"
bert = of_transformers("Bert", "BertForMaskedLM", **TEXT)
mixtral = of_transformers("Mixtral", "MixtralForCausalLM", **EXPERTS)
llama = of_transformers("Llama", "LlamaForCausalLM", **CAUSAL)

TORCHVISION: dict[str, Known] = {
    "vgg11_bn": Known(tv("vgg11_bn"), images(), f"{HE}, {BN}"),
    "resnet18": Known(tv("resnet18"), images(), f"{RESIDUAL} (He et al. 2016)"),
    "resnet50": Known(
        tv("resnet50"), images(), f"{RESIDUAL}; its gradient grows as batch norms have it (Yang et al. 2019)"
    ),
    "resnet50, zero_init_residual": Known(
        tv("resnet50", zero_init_residual=True), images(), "starts as the identity (Goyal et al. 2017; its __init__)"
    ),
    "resnext50_32x4d": Known(tv("resnext50_32x4d"), images(), f"{RESIDUAL} (Xie et al. 2017)"),
    "densenet121": Known(tv("densenet121"), images(), f"features stay on the stream (Huang et al. 2017), {BN}"),
    "googlenet": Known(
        tv("googlenet", aux_logits=False, init_weights=False),
        images(),
        f"a chain of modules, {BN} (Szegedy et al. 2015)",
    ),
    "inception_v3": Known(
        tv("inception_v3", aux_logits=False, init_weights=False),
        images(96),
        "a chain of 48 layers under batch normalization, whose gradient grows (Yang et al. 2019) and trains",
    ),
    "squeezenet1_1": Known(tv("squeezenet1_1"), images(), "He's weights (Iandola et al. 2016; its __init__)"),
    "mobilenet_v2": Known(tv("mobilenet_v2"), images(), f"{RESIDUAL} (Sandler et al. 2018)"),
    "mobilenet_v3_small": Known(
        tv("mobilenet_v3_small"), images(), f"{RESIDUAL}; gates half open (Howard et al. 2019)"
    ),
    "mnasnet0_5": Known(
        tv("mnasnet0_5"),
        images(),
        f"{RESIDUAL} (Tan et al. 2019); its head is drawn by fan_out: of 10 classes "
        "logits of std 8, whose first loss is far above guessing (its __init__)",
        ("saturated",),
    ),
    "shufflenet_v2_x0_5": Known(
        tv("shufflenet_v2_x0_5"), images(), f"branches beside the stream, {BN} (Ma et al. 2018)"
    ),
    "efficientnet_b0": Known(tv("efficientnet_b0"), images(), f"{RESIDUAL}; gates half open (Tan & Le 2019)"),
    "regnet_y_400mf": Known(tv("regnet_y_400mf"), images(), f"{RESIDUAL} (Radosavovic et al. 2020)"),
    "convnext_tiny": Known(tv("convnext_tiny"), images(), "layer scale of 1e-6 (Liu et al. 2022)"),
    "swin_t": Known(tv("swin_t"), images(), f"{FIRST} (Liu et al. 2021)"),
    "swin_v2_t": Known(tv("swin_v2_t"), images(), "norms at the ends of branches (Liu et al. 2022)"),
    "vision_transformer": Known(
        lambda: vision.VisionTransformer(32, 8, 6, 4, 96, 384, num_classes=CLASSES),
        images(32),
        "head starts at 0 (Dosovitskiy et al. 2021; its __init__)",
    ),
    "alexnet": Known(
        tv("alexnet"),
        images(),
        "PyTorch's default, 1 / (3 fan_in), shrinks each of 8 layers (He et al. 2015): it trains "
        "all the same, as a mild fault does",
        ("collapsed", "vanishing"),
    ),
    "vgg19, without init_weights": Known(
        tv("vgg19", init_weights=False),
        images(),
        "PyTorch's default, 1 / (3 fan_in), shrinks each of 19 layers (He et al. 2015)",
        ("collapsed", "vanishing"),
    ),
}
TIMM: dict[str, Known] = {
    "vit_tiny_patch16": Known(
        tm("vit_tiny_patch16_224", img_size=64, depth=6),
        images(),
        f"{FIRST}; head starts small (Dosovitskiy et al. 2021)",
    ),
    "deit3_small_patch16": Known(
        tm("deit3_small_patch16_224", img_size=64), images(), "layer scale of 1e-6 (Touvron et al. 2022)"
    ),
    "eva02_tiny_patch14": Known(
        tm("eva02_tiny_patch14_224", img_size=56, depth=6), images(56), f"{FIRST} (Fang et al. 2023)"
    ),
    "cait_xxs24": Known(
        tm("cait_xxs24_224", img_size=64, depth=6),
        images(),
        "layer scale of 1e-5, with which the token of the class starts as one for all samples (Touvron et al. 2021)",
    ),
    "xcit_nano_12": Known(tm("xcit_nano_12_p16_224", depth=6), images(), "layer scale of 1 (El-Nouby et al. 2021)"),
    "mixer_s32": Known(tm("mixer_s32_224", img_size=64), images(), f"{FIRST} (Tolstikhin et al. 2021)"),
    "resmlp_12": Known(
        tm("resmlp_12_224", img_size=64),
        images(),
        "no norms, and layer scale of 1e-4 in place of them (Touvron et al. 2022)",
    ),
    "gmlp_ti16": Known(
        tm("gmlp_ti16_224", img_size=64), images(), "gates over tokens start open, at 1 (Liu et al. 2021)"
    ),
    "poolformer_s12": Known(tm("poolformer_s12"), images(), "layer scale of 1e-5 (Yu et al. 2022)"),
    "convnext_atto": Known(tm("convnext_atto"), images(), "layer scale of 1e-6 (Liu et al. 2022)"),
    "edgenext_xx_small": Known(
        tm("edgenext_xx_small"), images(), "layer scale of 1e-6, in branches of branches too (Maaz et al. 2022)"
    ),
    "focalnet_tiny_srf": Known(
        tm("focalnet_tiny_srf"),
        images(),
        "weights of std 0.02 make its modulated branches small (Yang et al. 2022; its _init_weights)",
    ),
    "nf_resnet26": Known(
        tm("nf_resnet26"),
        images(),
        "no norms: weights are standardized, branches scaled by their expected size (Brock et al. 2021)",
    ),
    "resnetv2_50": Known(tm("resnetv2_50"), images(), f"norms first, {BN} (He et al. 2016b)"),
    "seresnet18": Known(tm("legacy_seresnet18"), images(), f"{RESIDUAL}; gates half open (Hu et al. 2018)"),
    "res2net50_26w_4s": Known(tm("res2net50_26w_4s"), images(), f"{RESIDUAL} (Gao et al. 2019)"),
    "repvgg_a0": Known(tm("repvgg_a0"), images(), f"three branches side by side, {BN} (Ding et al. 2021)"),
    "hrnet_w18_small": Known(tm("hrnet_w18_small"), images(), f"four streams of resolutions, {BN} (Wang et al. 2020)"),
    "legacy_xception": Known(
        tm("legacy_xception"),
        images(),
        f"{RESIDUAL}, that of depthwise ones neither, whose draw forgets their groups (Chollet 2017; its __init__)",
    ),
    "levit_128s": Known(
        tm("levit_128s"), images(224), "branches end in batch norms of 0 (Graham et al. 2021; its __init__)"
    ),
    "swinv2_cr_tiny": Known(
        tm("swinv2_cr_tiny_224", img_size=64, window_size=4),
        images(),
        "branches end in norms of 0; attention by cosines (Liu et al. 2022; its init_weights)",
    ),
    "coatnet_pico": Known(
        tm("coatnet_pico_rw_224", img_size=64),
        images(),
        f"{RESIDUAL}, and transformers with norms first (Dai et al. 2021)",
    ),
    "ghostnet_100": Known(tm("ghostnet_100"), images(), f"{RESIDUAL} (Han et al. 2020)"),
    "mobilevit_xxs": Known(
        tm("mobilevit_xxs"), images(), f"{RESIDUAL}, and transformers with norms first (Mehta & Rastegari 2022)"
    ),
}
TRANSFORMERS: dict[str, Known] = {
    "gpt2": Known(
        of_transformers("GPT2", "GPT2LMHeadModel", **GPT),
        ids,
        "ends of branches scaled by 1/sqrt(2L) (Radford et al. 2019)",
    ),
    "gpt_neox": Known(
        of_transformers("GPTNeoX", "GPTNeoXForCausalLM", **{**TEXT, "use_cache": False}),
        ids,
        f"{FIRST}; branches side by side",
    ),
    "bert": Known(bert, ids, LAST),
    "roberta": Known(of_transformers("Roberta", "RobertaForMaskedLM", **TEXT), ids, LAST),
    "deberta_v2": Known(
        of_transformers(
            "DebertaV2", "DebertaV2ForMaskedLM", **TEXT, relative_attention=True, pos_att_type=["p2c", "c2p"]
        ),
        ids,
        LAST,
    ),
    "albert": Known(
        of_transformers("Albert", "AlbertForMaskedLM", **TEXT, embedding_size=32), ids, f"{LAST}; one layer, six times"
    ),
    "distilbert": Known(
        of_transformers("DistilBert", "DistilBertForMaskedLM", **WORDS, dim=64, n_layers=6, n_heads=4, hidden_dim=256),
        ids,
        LAST,
    ),
    "xlnet": Known(
        of_transformers("XLNet", "XLNetLMHeadModel", **WORDS, d_model=64, n_layer=4, n_head=4, d_inner=256),
        ids,
        f"{LAST}; its stream starts at 0.02, which the first norm takes out",
    ),
    "modernbert": Known(
        of_transformers("ModernBert", "ModernBertForMaskedLM", **TEXT, cls_token_id=1, sep_token_id=1), ids, FIRST
    ),
    "t5": Known(
        of_transformers(
            "T5",
            "T5ForConditionalGeneration",
            "input_ids",
            "decoder_input_ids",
            vocab_size=VOCABULARY,
            d_model=64,
            d_kv=16,
            d_ff=256,
            num_layers=4,
            num_heads=4,
            use_cache=False,
        ),
        ids,
        "no scale in attention, which its queries' weights make up for (Raffel et al. 2020; its _init_weights)",
    ),
    "bart": Known(
        of_transformers(
            "Bart",
            "BartForConditionalGeneration",
            "input_ids",
            "decoder_input_ids",
            **WORDS,
            **BOTH_STREAMS,
            use_cache=False,
        ),
        ids,
        f"two streams; {LAST}",
    ),
    "llama": Known(llama, ids, FIRST),
    "mistral": Known(of_transformers("Mistral", "MistralForCausalLM", **CAUSAL), ids, FIRST),
    "qwen3": Known(
        of_transformers("Qwen3", "Qwen3ForCausalLM", **CAUSAL, head_dim=16),
        ids,
        f"{FIRST}; queries and keys are normalized",
    ),
    "gemma2": Known(
        of_transformers("Gemma2", "Gemma2ForCausalLM", **CAUSAL, head_dim=16),
        ids,
        "norms before and behind each branch (Gemma Team 2024)",
    ),
    "olmo2": Known(
        of_transformers("Olmo2", "Olmo2ForCausalLM", **CAUSAL), ids, "norms at the ends of branches (OLMo Team 2024)"
    ),
    "cohere": Known(
        of_transformers("Cohere", "CohereForCausalLM", **CAUSAL),
        ids,
        f"{FIRST}; branches side by side, logits times 1/16: slow to learn by heart",
    ),
    "phi": Known(of_transformers("Phi", "PhiForCausalLM", **CAUSAL), ids, f"{FIRST}; branches side by side"),
    "opt": Known(
        of_transformers(
            "OPT",
            "OPTForCausalLM",
            **WORDS,
            hidden_size=64,
            num_hidden_layers=6,
            num_attention_heads=4,
            ffn_dim=256,
            word_embed_proj_dim=64,
            use_cache=False,
        ),
        ids,
        FIRST,
    ),
    "bloom": Known(
        of_transformers("Bloom", "BloomForCausalLM", **WORDS, hidden_size=64, n_layer=6, n_head=4, use_cache=False),
        ids,
        FIRST,
    ),
    "falcon": Known(
        of_transformers("Falcon", "FalconForCausalLM", **{**TEXT, "use_cache": False}),
        ids,
        f"{FIRST}; branches side by side",
    ),
    "mixtral": Known(mixtral, ids, MOE),
    "qwen2_moe": Known(
        of_transformers(
            "Qwen2Moe",
            "Qwen2MoeForCausalLM",
            **EXPERTS,
            num_experts=4,
            num_experts_per_tok=2,
            moe_intermediate_size=64,
            shared_expert_intermediate_size=64,
        ),
        ids,
        f"{MOE}; an expert that all tokens share",
    ),
    "phimoe": Known(of_transformers("Phimoe", "PhimoeForCausalLM", **EXPERTS), ids, MOE),
    "mamba": Known(
        of_transformers(
            "Mamba", "MambaForCausalLM", vocab_size=VOCABULARY, hidden_size=64, num_hidden_layers=4, use_cache=False
        ),
        ids,
        f"{FIRST}; steps of 0.001 to 0.1 (Gu & Dao 2023; its _init_weights)",
    ),
    "mamba2": Known(
        of_transformers(
            "Mamba2",
            "Mamba2ForCausalLM",
            vocab_size=VOCABULARY,
            hidden_size=64,
            num_hidden_layers=4,
            num_heads=8,
            head_dim=16,
            n_groups=1,
            state_size=16,
            chunk_size=8,
            use_cache=False,
        ),
        ids,
        f"{FIRST}; steps of 0.001 to 0.1, from where softplus is flat (Dao & Gu 2024; its _init_weights)",
    ),
    "deepseek_v3": Known(
        of_transformers(
            "DeepseekV3",
            "DeepseekV3ForCausalLM",
            **{**EXPERTS, "num_key_value_heads": 4},
            n_routed_experts=4,
            num_experts_per_tok=2,
            n_group=1,
            topk_group=1,
            moe_intermediate_size=64,
            first_k_dense_replace=1,
            q_lora_rank=32,
            kv_lora_rank=16,
            qk_rope_head_dim=8,
            qk_nope_head_dim=8,
            v_head_dim=16,
        ),
        ids,
        f"{FIRST}; queries, keys and values through narrow layers that are normalized; routers of sigmoids",
    ),
    "rwkv": Known(
        of_transformers(
            "Rwkv", "RwkvForCausalLM", vocab_size=VOCABULARY, hidden_size=64, num_hidden_layers=4, use_cache=False
        ),
        ids,
        f"{FIRST}; embeddings of 1e-4 that a norm takes out (Peng et al. 2023; its _init_weights)",
    ),
    "vit": Known(of_transformers("ViT", "ViTForImageClassification", "pixel_values", **PATCHES), images(32), FIRST),
    "beit": Known(
        of_transformers("Beit", "BeitForImageClassification", "pixel_values", **PATCHES),
        images(32),
        "layer scale of 0.1; its token of the class starts at 0, where a norm's slope is steep (Bao et al. 2022)",
    ),
    "dinov2": Known(
        of_transformers(
            "Dinov2",
            "Dinov2ForImageClassification",
            "pixel_values",
            **{name: value for name, value in PATCHES.items() if name != "intermediate_size"},
        ),
        images(32),
        "layer scale of 1 (Oquab et al. 2023)",
    ),
    "clip": Known(
        of_transformers(
            "CLIP",
            "CLIPModel",
            "input_ids",
            "pixel_values",
            text_config={**TEXT, "eos_token_id": VOCABULARY - 1},
            projection_dim=32,
            vision_config={**SIZES, "image_size": 32, "patch_size": 8},
        ),
        lambda generator: (torch.randint(2, 64, (4, 16), generator=generator), images(32)(generator)),
        "two streams; ends of branches scaled by 1/sqrt(2L) (Radford et al. 2021; its _init_weights)",
    ),
    "whisper": Known(
        of_transformers(
            "Whisper",
            "WhisperForConditionalGeneration",
            "input_features",
            "decoder_input_ids",
            **{**WORDS, "decoder_start_token_id": 1},
            **BOTH_STREAMS,
            num_mel_bins=16,
            max_source_positions=24,
            max_target_positions=32,
            use_cache=False,
        ),
        lambda generator: (torch.randn(2, 16, 48, generator=generator), ids(generator)),
        f"two streams; {FIRST}",
    ),
    "wav2vec2": Known(
        of_transformers(
            "Wav2Vec2",
            "Wav2Vec2ForCTC",
            "input_values",
            **TEXT,
            conv_dim=(32,) * 7,
            num_conv_pos_embeddings=16,
            num_conv_pos_embedding_groups=4,
        ),
        lambda generator: torch.randn(2, 6000, generator=generator),
        f"He's convolutions before it (its _init_weights); {LAST}",
    ),
    "bert, std 0.2": Known(
        of_transformers("Bert", "BertForMaskedLM", **{**TEXT, "hidden_size": 128}, initializer_range=0.2),
        ids,
        "ten times BERT's: attention is one-hot, and norms last divide the stream away",
        ("saturated", "vanishing"),
    ),
    "gpt2, std 0.2": Known(
        of_transformers("GPT2", "GPT2LMHeadModel", **{**GPT, "n_embd": 128}, initializer_range=0.2),
        ids,
        "ten times GPT-2's: attention is one-hot",
        ("saturated",),
    ),
    "bert, weights of norms 0": Known(
        changed(bert, lambda name: "LayerNorm.weight" in name, torch.nn.init.zeros_),
        ids,
        "nothing passes a norm of weight 0 on the stream",
        ("dead", "collapsed"),
    ),
    "llama, untied head of std 1": Known(
        changed(llama, lambda name: name.endswith("lm_head.weight"), torch.nn.init.normal_),
        ids,
        "logits of std sqrt(d): the first loss is far above guessing",
        ("saturated",),
    ),
    "mixtral, routers of std 1": Known(
        changed(mixtral, lambda name: name.endswith("mlp.gate.weight"), torch.nn.init.normal_),
        ids,
        "logits of std sqrt(d): every token has its expert from the start",
        ("saturated",),
    ),
}
PUBLIC: dict[str, Known] = {
    f"{library} {name}": known
    for library, table in (("torchvision", TORCHVISION), ("timm", TIMM), ("transformers", TRANSFORMERS))
    for name, known in table.items()
}
