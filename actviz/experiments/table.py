"""The table of experiments, and how one is looked up."""

from __future__ import annotations

from actviz.catalog.checks import choose_from
from actviz.errors import ActvizError
from actviz.experiments.article.recipe import ARTICLE
from actviz.experiments.cs231n import SIX_LAYERS, TEN_LAYERS
from actviz.experiments.dlfs import ACTIVATION_HISTOGRAMS
from actviz.experiments.dlfs_training import BATCH_NORM, WEIGHT_INIT_COMPARE
from actviz.experiments.dlfs_weight_decay import WEIGHT_DECAY
from actviz.experiments.experiment import Experiment
from actviz.experiments.glorot2010 import ACTIVATIONS_AND_GRADIENTS
from actviz.experiments.hanin2018 import FLUCTUATIONS
from actviz.experiments.he2015 import SCALES, THIRTY_LAYERS
from actviz.experiments.ioffe2015 import BATCH_NORM as SIGMOIDS
from actviz.experiments.loshchilov2019 import DECOUPLED
from actviz.experiments.lsuv2015 import UNIT_VARIANCE
from actviz.experiments.mup2022 import COORDINATES
from actviz.experiments.pennington2017 import ISOMETRY, ORTHOGONAL
from actviz.experiments.poole2016 import FIGURE_1, PHASE_PLANE
from actviz.experiments.pytorch import DEFAULT_INIT
from actviz.experiments.schoenholz2017 import DEPTH_SCALES, TRAINABILITY
from actviz.experiments.selu import SELF_NORMALIZING
from actviz.experiments.yang2017 import RESIDUAL
from actviz.experiments.yang2019 import EXPLODING

_table = (
    ARTICLE,
    ACTIVATION_HISTOGRAMS,
    WEIGHT_DECAY,
    TEN_LAYERS,
    SIX_LAYERS,
    ACTIVATIONS_AND_GRADIENTS,
    SCALES,
    FIGURE_1,
    PHASE_PLANE,
    DEPTH_SCALES,
    TRAINABILITY,
    SELF_NORMALIZING,
    EXPLODING,
    FLUCTUATIONS,
    RESIDUAL,
    ISOMETRY,
    ORTHOGONAL,
    COORDINATES,
    DEFAULT_INIT,
    WEIGHT_INIT_COMPARE,
    BATCH_NORM,
    THIRTY_LAYERS,
    UNIT_VARIANCE,
    SIGMOIDS,
    DECOUPLED,
)

EXPERIMENTS: dict[str, Experiment] = {each.name: each for each in _table}
"""Every experiment by its name."""


def experiment(name: str | Experiment) -> Experiment:
    """Look up an experiment by its name; one of your own is given back.

    Raises
    ------
    ActvizError
        If there is none such; the message lists those there are.
    """
    if isinstance(name, Experiment):
        return name
    if not isinstance(name, str) or name not in EXPERIMENTS:
        raise ActvizError(f"unknown experiment {name!r}; {choose_from(name, EXPERIMENTS)}")
    return EXPERIMENTS[name]
