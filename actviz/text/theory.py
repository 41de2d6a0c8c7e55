"""Why theory does not hold for a pairing, or has no number."""

THEORY: dict[str, dict[str, str]] = {
    "theory.refused.norm": {"en": "batch normalization: mean-field theory of plain stacks does not hold"},
    "theory.refused.module": {"en": "layers of a PyTorch model: theory is for the stacks that actviz builds"},
    "theory.refused.inputs": {
        "en": "inputs whose moments are not known: theory is for normal, uniform and correlated ones"
    },
    "theory.refused.own": {
        "en": "a function of your own, which its name does not bring back: pass the object to predict"
    },
    "theory.refused.jump": {
        "en": "a function that jumps has no slope there, so no theory of gradients and depth scales holds"
    },
    "theory.refused.dependent": {
        "en": "weights that depend on each other (orthogonal, identity): theory is for independent ones"
    },
    "theory.refused.mean": {"en": "weights with a mean other than 0, which theory cannot treat"},
    "theory.refused.silent": {"en": "weights that are all 0: no signal passes, and there is nothing to predict"},
    "theory.refused.variance": {"en": "the initializer does not declare its variance"},
    "theory.refused.huge": {"en": "weights whose variance is too large a number"},
    "theory.refused.narrow": {"en": "a layer with fewer than 16 inputs a unit: too narrow for a theory of wide stacks"},
    "theory.refused.deep": {"en": "more than 1000 layers: theory is not followed that far"},
    "theory.missing.layer": {"en": "layer {first}"},
    "theory.missing.layers": {"en": "layers {first} to {last}"},
    "theory.missing.range": {"en": "signal or gradient leaves the range of {dtype}"},
    "theory.missing.scatter": {"en": "networks of this width differ too much for the leading order in 1 / width"},
    "theory.missing.band": {"en": "no band and no z-score, for under this drive only the slope is predicted"},
    "theory.missing.z": {"en": "no z-score, for the measured value has none or counts too few values"},
}
