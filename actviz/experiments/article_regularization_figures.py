"""What the article's experiment draws of weight decay and early stopping, and what is to be seen there."""

from __future__ import annotations

from actviz.experiments.article_regularization import SETS, decayed
from actviz.experiments.recipe import Drawing

_SEEN = {
    "decay-little": "A little decay lowers validation loss by a fifth, and leaves accuracy where it is.",
    "decay-noisy": "Validation accuracy is best at λ = 0.03, by about ten points.",
    "decay-plenty": "Validation hardly changes up to λ = 0.01 and then gets worse: little to gain, much to lose.",
}

DRAWINGS: tuple[Drawing, ...] = (
    Drawing(
        "decay",
        "decay",
        "article-decay-noisy",
        {
            "en": "Weight decay where 30 % of the labels are wrong. Without it the wrong ones are learned by heart: "
            "training accuracy rises, validation accuracy falls. λ = 0.03 prevents that; λ = 0.1 prevents all learning."
        },
    ),
    *(
        Drawing(
            f"sweep-{training.removeprefix('decay-')}",
            "sweep",
            f"article-{training}",
            {"en": f"How much decay is best with {SETS[training]}. {seen}"},
            {"top": 2.2},
        )
        for training, seen in _SEEN.items()
    ),
    Drawing(
        "weights-decoupled",
        "weights",
        "article-decoupled",
        {
            "en": "L2 in the loss under Adam, and AdamW's decay. Under Adam a third of the first layer's weights, "
            "those of pixels that are always black, end at 0 even at λ = 0.0001: the penalty is their only gradient, "
            "and Adam makes every gradient a step of the same size. AdamW shrinks all weights in proportion."
        },
        {
            "runs": [
                decayed(0, "adam"),
                decayed(1e-4, "adam"),
                decayed(0.01, "adam"),
                decayed(0.01, "adamw"),
                decayed(1, "adamw"),
            ]
        },
    ),
    Drawing(
        "sweep-decoupled",
        "sweep",
        "article-decoupled",
        {
            "en": "The same λ is not the same under both: at λ = 1 Adam with L2 in the loss learns nothing, and AdamW "
            "is at its best."
        },
    ),
    Drawing(
        "pace",
        "pace",
        "article-large-weights",
        {
            "en": "Under batch norm larger weights learn more slowly: an update is smaller beside them. Without it "
            "twice He's is faster, and more is not stable. Either way large weights end with the worse model."
        },
    ),
    Drawing(
        "stopping",
        "stopping",
        "article-stopping",
        {
            "en": "Early stopping where 30 % of the training labels are wrong (so training loss starts above "
            "validation loss): validation turns, training goes on to learn the wrong labels. The weights kept are "
            "better on the test rows than the last, for every seed."
        },
    ),
)  # fmt: skip
"""In the order they are to be read."""
