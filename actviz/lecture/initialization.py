"""The lecture's first half: how weights are to start, and why. All of it is measured before the first update."""

from __future__ import annotations

from actviz.experiments.readings import at, gradient_change, gradient_factor, mean_field, signal_factor
from actviz.lecture.slides import Number, Slide, evidence, shows, slide

_FIVE, _DEEP = "article", "article-deep"


def _predicted(activation: str, weight_var: float) -> Number:
    """Return what theory gives for chi where the signal comes to rest."""
    value = mean_field("chi_1", activation, weight_var)
    return Number("fixed", _DEEP, lambda ds: value())


def _measured(activation: str, init: str, first: int = 10) -> Number:
    """Return the factor of the mean-square gradient a layer, from where the signal has come to rest."""
    return Number("fixed", _DEEP, gradient_factor(init, activation, first))


WHY: tuple[Slide, ...] = (
    slide("whose-starts", 1.5, None, *range(1, 9), listing="quotes"),
    slide(
        "why",
        2,
        shows(
            "histograms", _FIVE, inits=["normal", "normal:0.01", "xavier_normal"], activations="sigmoid", verdicts=False
        ),
        answered="who-learned",
    ),
    slide("stack", 1.5, diagram=True),
    slide("code", 1.5),
)

LARGE_AND_SMALL: tuple[Slide, ...] = (
    slide(
        "zeros",
        3,
        shows("gradients_detail", _FIVE, inits=["zeros", "constant"]),
        2,
        sigmoid=evidence(2, "zeros-sigmoid", "count"),
        tanh=evidence(2, "zeros-tanh", "count"),
        relu=evidence(2, "zeros-relu", "count"),
        units=evidence(2, "constant-units", "count"),
    ),
    slide(
        "too-large",
        2,
        shows("histograms", _FIVE, inits=["normal", "uniform:0,1"], activations="sigmoid"),
        3,
        4,
        answered="who-learned",
        sigmoid=evidence(4, "sigmoid-saturated", "percent"),
        tanh=evidence(4, "tanh-saturated", "percent"),
        mean=evidence(3, "sigmoid-positive-mean", "fixed"),
        relu=evidence(4, "relu-factor"),
    ),
    slide(
        "too-small",
        1.5,
        shows("signal", _FIVE, inits=["normal", "normal:0.01", "xavier_normal"], activations="tanh"),
        4,
        factor=evidence(4, "tanh-small-factor"),
        std=Number("number", _FIVE, at("act_std", "normal:0.01", "tanh", 5)),
        fold=evidence(5, "narrow", "fold"),
    ),
)

RIGHT: tuple[Slide, ...] = (
    slide(
        "scale",
        3,
        asks_of="diagram",
        formulas=(
            (r"z_i=\sum_{j} w_{ij}\,h_j", "z_i = Σ_j w_ij h_j"),
            (r"\mathrm{E}[z^2]=\sum_{j}\mathrm{E}[w^2]\,\mathrm{E}[h_j^2]", "E[z²] = Σ_j E[w²] E[h_j²]"),
            (r"\mathrm{E}[z^2]=n\,\mathrm{Var}(w)\;\mathrm{E}[h^2]", "E[z²] = n Var(w) E[h²]"),
            (r"n\,\mathrm{Var}(w)=1\;\Rightarrow\;\mathrm{Var}(w)=\frac{1}{n}", "n Var(w) = 1, so Var(w) = 1/n"),
        ),
    ),
    slide(
        "xavier",
        2,
        shows("histograms", _FIVE, inits=["normal:0.01", "normal", "xavier_normal"], activations="tanh"),
        6,
        ratio=evidence(6, "wider", "fixed"),
        factor=evidence(6, "tanh-factor", "fixed"),
    ),
    slide(
        "handsome",
        1.5,
        shows("gradients", _FIVE, inits=["xavier_normal", "he_normal"]),
        5,
        6,
        std=Number("number", _FIVE, at("act_std", "xavier_normal", "sigmoid", 5)),
        fold=evidence(5, "sigmoid-xavier", "fold"),
        tanh=Number("factor", _FIVE, gradient_change("xavier_normal", "tanh")),
        relu=Number("factor", _FIVE, gradient_change("he_normal", "relu")),
    ),
    slide(
        "half",
        2.5,
        asks_of="slide.code.code",
        formulas=(
            (r"h=\max(0,z),\qquad p(-z)=p(z)", "h = max(0, z), p(−z) = p(z)"),
            (
                r"\mathrm{E}[h^2]=\int_0^\infty z^2\,p(z)\,dz=\frac{1}{2}\,\mathrm{E}[z^2]",
                "E[h²] = ∫₀^∞ z² p(z) dz = ½ E[z²]",
            ),
            (
                r"\mathrm{E}[z_{l+1}^2]=n\,\mathrm{Var}(w)\;\frac{1}{2}\;\mathrm{E}[z_l^2]",
                "E[z²] in layer l+1 = n Var(w) · ½ · E[z²] in layer l",
            ),
            (
                r"n\,\mathrm{Var}(w)\;\frac{1}{2}=1\;\Rightarrow\;\mathrm{Var}(w)=\frac{2}{n}",
                "n Var(w) · ½ = 1, so Var(w) = 2/n",
            ),
        ),
    ),
    slide(
        "he",
        1.5,
        shows("histograms", _FIVE, inits=["normal", "xavier_normal", "he_normal"], activations="relu"),
        7,
        xavier=Number("fixed", _FIVE, signal_factor("xavier_normal", "relu")),
        he=Number("fixed", _FIVE, signal_factor("he_normal", "relu")),
        ratio=evidence(7, "he-over-xavier", "fixed"),
    ),
)

DEEP: tuple[Slide, ...] = (
    slide(
        "fifty",
        1.5,
        shows("signal", _DEEP, inits=["xavier_normal", "he_normal"], activations="relu"),
        7,
        factor=evidence(7, "xavier-factor", "fixed"),
        xavier=Number("number", _DEEP, at("act_std", "xavier_normal", "relu", 50)),
        he=Number("number", _DEEP, at("act_std", "he_normal", "relu", 50)),
        fold=Number("fold", _DEEP, gradient_change("xavier_normal", "relu")),
    ),
    slide(
        "chi",
        2.5,
        formulas=(
            (r"\delta_l=\varphi^\prime(z_l)\odot W_{l+1}^{\top}\,\delta_{l+1}", "δ_l = φ′(z_l) ⊙ Wᵀ δ_{l+1}"),
            (
                r"\mathrm{E}[\delta_l^2]=n\,\mathrm{Var}(w)\;\mathrm{E}[\varphi^\prime(z)^2]\;\mathrm{E}[\delta_{l+1}^2]",
                "E[δ²] in layer l = n Var(w) E[φ′(z)²] · E[δ²] in layer l+1",
            ),
            (r"\chi=\sigma_w^2\;\mathrm{E}[\varphi^\prime(z)^2],\qquad\sigma_w^2=n\,\mathrm{Var}(w)",
             "χ = σ_w² E[φ′(z)²], where σ_w² = n Var(w)"),
            (
                r"\mathrm{ReLU:}\;\;\chi=\frac{\sigma_w^2}{2}\qquad\quad\mathrm{sigmoid:}\;\;\chi\leq\frac{\sigma_w^2}{16}",
                "ReLU: χ = σ_w² / 2; sigmoid: χ ≤ σ_w² / 16",
            ),
        ),
    ),
    slide(
        "theory",
        2,
        shows("gradients", _DEEP, inits=["xavier_normal", "he_normal"]),
        5,
        7,
        table=(
            ("χ", "slide.theory.predicted", "slide.theory.measured"),
            ("sigmoid, Xavier", "{expected_sigmoid}", "{sigmoid}"),
            ("tanh, Xavier", "{expected_tanh}", "{tanh}"),
            ("ReLU, Xavier", "{expected_xavier}", "{xavier}"),
            ("ReLU, He", "{expected_he}", "{he}"),
        ),
        expected_sigmoid=_predicted("sigmoid", 1.0),
        expected_tanh=_predicted("tanh", 1.0),
        expected_xavier=_predicted("relu", 1.0),
        expected_he=_predicted("relu", 2.0),
        sigmoid=_measured("sigmoid", "xavier_normal"),
        tanh=_measured("tanh", "xavier_normal"),
        xavier=_measured("relu", "xavier_normal"),
        he=_measured("relu", "he_normal"),
    ),
)  # fmt: skip

INITIALIZATION = {"why": WHY, "large-and-small": LARGE_AND_SMALL, "right": RIGHT, "deep": DEEP}
"""Parts in the order they are shown; their names stand under ``lecture.part`` in ``TEXT``."""
