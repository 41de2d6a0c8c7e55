"""The article's comparison of weight initializations, at the parameters of the book experiment it descends from.

Five layers of 100 units, 1000 inputs from N(0, 1), no bias, as in ``weight_init_activation_histogram`` of "Deep
Learning from Scratch", chapter 6; with seeds, and a stack of 50 layers to see where it leads.
"""

from __future__ import annotations

from actviz.experiments import article_normalization as normalization
from actviz.experiments import article_regularization as regularization
from actviz.experiments import article_schedules as schedules
from actviz.experiments.article_claims import CLAIMS
from actviz.experiments.article_regularization_figures import DRAWINGS as REGULARIZATION_DRAWINGS
from actviz.experiments.recipe import Drawing, Experiment

_ACTIVATIONS = ("sigmoid", "tanh", "relu")
_ARTICLE = ("zeros", "constant:0.1", "uniform:0,1", "uniform", "normal", "normal:0.01", "xavier_normal", "he_normal")

_HISTOGRAMS = {
    "sigmoid": "Standard normal weights saturate: values pile up at 0 and 1. With std 0.01 every unit sits at 0.5. "
    "Xavier and He look healthy here, but see the gradients: under sigmoid theirs vanish all the same.",
    "tanh": "Standard normal weights saturate at -1 and 1; std 0.01 shrinks the signal tenfold a layer; Xavier keeps "
    "it broad, with a slow decay.",
    "relu": "On a logarithmic axis: Xavier fades by a factor of about 1.4 a layer, He holds, the standard normal grows "
    "sevenfold a layer. About half of all values are exactly 0 wherever weights are as often negative as positive.",
}
_RIDGES = (
    ("sigmoid", "xavier_normal", "From the second layer on the distribution stays as it is, while gradients vanish."),
    ("tanh", "normal", "Saturated from the first layer to the last: values at -1 and 1."),
    ("tanh", "xavier_normal", "A slow decay: the distribution narrows a little in each of 50 layers."),
    (
        "relu",
        "xavier_normal",
        "The signal fades by half an octave a layer; after 50 layers it is some ten million times smaller.",
    ),
    ("relu", "he_normal", "The scale of the signal holds over 50 layers."),
)

ARTICLE = Experiment(
    name="article",
    title={"en": "Weight initialization under sigmoid, tanh and ReLU"},
    source="a Korean teaching article on weight initialization, regularization and learning rates; and the book it "
    "descends from: Saitoh, Deep Learning from Scratch, chapter 6: weight_init_activation_histogram",
    probes={
        "article": {
            "inits": _ARTICLE,
            "activations": _ACTIVATIONS,
            "depth": 5,
            "width": 100,
            "samples": 1000,
            "seeds": 8,
            "view": (0.0, 1.0, 30),
        },
        "article-deep": {
            "inits": ("normal", "xavier_normal", "he_normal"),
            "activations": _ACTIVATIONS,
            "depth": 50,
            "width": 100,
            "samples": 1000,
            "seeds": 4,
        },
    },
    drawings=(
        Drawing(
            "overview",
            "overview",
            "article",
            {"en": "Four pairings side by side: what the distributions show, and what only the gradients show."},
        ),
        *(
            Drawing(
                f"histograms-{activation}",
                "histograms",
                "article",
                {"en": f"Post-activation values of {activation}, layer by layer. {caption}"},
                {"activations": [activation]},
            )
            for activation, caption in _HISTOGRAMS.items()
        ),
        *(
            Drawing(
                f"histograms-{activation}-book",
                "histograms",
                "article",
                {
                    "en": f"The same for {activation} as the book draws it: 30 bins on (0, 1). What lies outside is "
                    "not in the picture; a panel that hides more than 1 % says how much that is."
                },
                {"activations": [activation], "view": "book"},
            )
            for activation in _ACTIVATIONS
        ),
        Drawing(
            "signal",
            "signal",
            "article",
            {
                "en": "Mean, standard deviation and saturated share by layer. A level line is a signal that survives; "
                "on the logarithmic axis a straight slope is one that vanishes or explodes."
            },
        ),
        Drawing(
            "gradients",
            "gradients",
            "article",
            {
                "en": "The backward pass, from last layer to first. Under sigmoid, Xavier and He lose more than "
                "two decades in five layers, for all their handsome histograms; under ReLU, He keeps it level."
            },
        ),
        Drawing(
            "saturation",
            "saturation",
            "article",
            {
                "en": "All pairings at a glance: saturated share and spread of the last layer, decades by which the "
                "gradient changes."
            },
        ),
        Drawing(
            "collapse",
            "collapse",
            "article",
            {
                "en": "Can the samples, and the units, still be told apart? Under zero and constant weights all units "
                "of a layer are one; under sigmoid the samples become ever more alike."
            },
        ),
        *(
            Drawing(
                f"ridges-{activation}-{init}",
                "ridges",
                "article-deep",
                {"en": f"Fifty layers of {activation} with {init} weights. {caption}"},
                {"inits": [init], "activations": [activation]},
            )
            for activation, init, caption in _RIDGES
        ),
        *normalization.NORMALIZATION_DRAWINGS,
        *REGULARIZATION_DRAWINGS,
        *schedules.DRAWINGS,
    ),
    trainings={**normalization.TRAININGS, **regularization.TRAININGS, **schedules.TRAININGS},
    descents=schedules.DESCENTS,
    claims=(*CLAIMS, *regularization.CLAIMS, schedules.CLAIM),
)
