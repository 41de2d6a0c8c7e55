"""What every training holds, by name: label and definition of its numbers."""

from __future__ import annotations

ABOUT = {
    "train_loss": ("training loss", "mean loss over training rows, as the network is used; weight decay not in it"),
    "train_accuracy": ("training accuracy", "share of training rows whose label has the largest output"),
    "validation_loss": ("validation loss", "mean loss over validation rows"),
    "validation_accuracy": ("validation accuracy", "share of validation rows whose label has the largest output"),
    "learning_rate": ("learning rate", "of the last update before the evaluation"),
    "penalty": ("weight penalty", "0.5 lambda sum W^2, where weight decay is part of the loss"),
    "weight_norm": ("norm of the weights", "Frobenius norm of a layer's W"),
    "update_ratio": ("update-to-weight ratio", "norm of the last update of a layer's W over the norm of W"),
    "batch_loss": ("batch loss", "loss of the update's batch before it; weight decay not in it"),
    "gradient_norm": (
        "gradient norm",
        "norm of the loss's gradient with respect to all parameters, before clipping and weight decay",
    ),
    "test_loss": ("test loss", "mean loss over test rows, of the last weights"),
    "test_accuracy": ("test accuracy", "share of test rows whose label has the largest output, of the last weights"),
    "best_test_loss": ("test loss of the best weights", "of the weights early stopping found best"),
    "best_test_accuracy": ("test accuracy of the best weights", "of the weights early stopping found best"),
    "ended": ("why the run ended", "budget, stopped early, or diverged (a loss or gradient that is not finite)"),
    "ended_step": ("updates done", "when the run ended"),
    "best_step": ("best evaluation", "updates done at the evaluation that early stopping found best; -1 without"),
    "snapshot_step": ("updates done at a snapshot", "-1 where a run ended before; the last one is of what is kept"),
    "weight_hist": ("weight histogram", "weights in each bin of weight_bin_edges, over seeds"),
    "weight_bin_edges": ("weight bin edges", "edges of weight_hist: symmetric, 4 bins an octave"),
}
_COUNTS = ("ended_step", "best_step", "snapshot_step", "weight_hist")


def training_attributes(name: str, **changes: str) -> dict[str, str]:
    """Attributes of a training's variable; of ``changes`` those that are otherwise in this one."""
    long_name, definition = ABOUT[name]
    units = "updates" if name.endswith("_step") else "values" if name in _COUNTS else "1"
    return {"long_name": long_name, "units": units, "definition": definition, **changes}
