"""Words of the figures of trainings."""

TRAINING: dict[str, dict[str, str]] = {
    "curves.about": {"en": "training and validation loss and accuracy of every run, epoch by epoch"},
    "curves.title": {"en": "How training went"},
    "curves.read": {
        "en": "A line a run, its band all seeds. Learning: loss falls, accuracy rises. Overfitting: training gets "
        "better while validation gets worse."
    },
    "curves.read_train": {
        "en": "A line a run, its band all seeds. Learning: loss falls, accuracy rises; a level line is a plateau. No "
        "rows were held out, so nothing here says how well new data are treated."
    },
    "curves.train": {"en": "training"},
    "curves.validation": {"en": "validation"},
    "film.about": {"en": "activations of each layer through training: a row a run, a column a snapshot"},
    "film.needs": {"en": "needs a training with two snapshots at least: `actviz train --snapshots 6`"},
    "film.title": {"en": "What training does to the layers"},
    "film.moving": {"en": "Layers in training"},
    "film.read": {
        "en": "In each picture a column is a layer's distribution of activations, {shade} where most are. All pictures "
        "of an activation share one axis: what moves has moved in training. Loss: of training rows, median of seeds."
    },
    "film.read_log": {
        "en": "In each picture a column is a layer's distribution of nonzero activations, {shade} where most are, on a "
        "logarithmic axis that all pictures share: up is larger. Loss: of training rows, median of seeds."
    },
    "film.epoch": {"en": "epoch {epoch}"},
    "film.update": {"en": "update {update}"},
    "film.loss": {"en": "loss {loss}"},
    "film.loss_at": {"en": "{loss}, {moment}"},
    "film.kept": {"en": "a time beside a loss: of the weights that a run left that ended before"},
    "film.diverged": {"en": "diverged before"},
    "film.stopped": {"en": "stopped before"},
    "film.train_loss": {"en": "loss"},
    "decay.about": {"en": "losses, accuracies and the weights of runs that differ in weight decay, epoch by epoch"},
    "decay.lacks": {"en": "needs a training of runs that differ in weight decay alone, at least two"},
    "decay.title": {"en": "What weight decay does to losses and weights"},
    "decay.read": {
        "en": "λ: 0.5 λ ΣW² is added to the loss. Overfitting is training far better than validation: decay narrows "
        "the gap from above. Whether it helps, validation says."
    },
    "decay.lambda": {"en": "λ = {value}"},
    "decay.norm": {"en": "weights, × start"},
    "decay.sizes": {"en": "weights at the end"},
    "sweep.about": {"en": "losses, accuracies and size of the weights at the end, over the strength of weight decay"},
    "sweep.title": {"en": "How much weight decay is best"},
    "sweep.read": {
        "en": "The gap between training and validation is overfitting; it closes with λ. The best λ is where "
        "validation is best: where that is at 0, decay does not help."
    },
    "weights.about": {"en": "how large the weights of a few layers are before training and after it"},
    "weights.lacks": {"en": "needs a training with at least two snapshots"},
    "weights.title": {"en": "How large the weights are, before and after"},
    "weights.read": {
        "en": "Outline: before training; filled: after it; each shape is scaled to its own peak. Decay in proportion "
        "to a weight moves the whole shape left; a second hump far left is weights driven to 0."
    },
    "weights.head": {"en": "output layer"},
    "pace.about": {"en": "how the size of the first weights decides the pace of learning"},
    "pace.lacks": {
        "en": "needs a training of runs that differ in the size of their first weights alone, three or more"
    },
    "pace.title": {"en": "Do large weights slow learning?"},
    "pace.read": {
        "en": "Left: how long until training loss is below {loss}; rising to the right, larger weights learn "
        "more slowly. Middle: how far one of the first updates goes, beside the weights it changes."
    },
    "pace.epochs": {"en": "epochs to loss {loss}"},
    "pace.update": {"en": "update over weights"},
    "pace.accuracy": {"en": "validation accuracy"},
    "pace.lost": {"en": "× a seed never gets there, or diverges"},
    "stopping.about": {
        "en": "early stopping: both losses, the turn, the patience, and what the best weights are worth"
    },
    "stopping.lacks": {"en": "needs a training with early stopping"},
    "stopping.title": {"en": "Stop where the validation turns"},
    "stopping.read": {
        "en": "Training keeps getting better; validation turns. Early stopping waits a while for something better, "
        "gives up, and keeps the best weights. Right: what those are worth on rows never looked at."
    },
    "stopping.best": {"en": "best: epoch {epoch}, kept"},
    "stopping.patience": {"en": "patience: {number} evaluations"},
    "stopping.end": {"en": "end: epoch {epoch}, {share} saved"},
    "stopping.beyond": {"en": "had it gone on"},
    "stopping.kept": {"en": "best,\nkept"},
    "stopping.last": {"en": "last,\nat the stop"},
    "stopping.budget": {"en": "last,\nno stop"},
    "stopping.test_loss": {"en": "test loss, all seeds"},
    "stopping.test_accuracy": {"en": "test accuracy, all seeds"},
    "stopping.no_test": {"en": "no test rows"},
    "figure.needs_validation": {"en": "needs a training with validation rows held out"},
    "figure.needs_training": {"en": "needs a training, as `actviz train` saves it"},
    "race.about": {"en": "loss over the updates by initializer, beside every layer before and after training"},
    "race.lacks": {"en": "needs snapshots before the first update and after the last"},
    "race.title": {"en": "How a network starts, and how it learns"},
    "race.read": {
        "en": "Right: a network each; activations by layer, outline before and filled after training; below, its "
        "gradients, dashed before and solid after. A level line on the left is a plateau."
    },
    "race.activations": {"en": "activations, by layer"},
    "race.smoothed": {"en": "up to {top}, smoothed over {window} updates (Kaiser window, beta {beta}), as in the book"},
    "race.silent": {"en": "every value is 0"},
    "race.dead": {"en": "every value 0 at the end: {layers}", "ko": "끝에서 모든 값이 0: {layers}"},
    "race.same": {"en": "units identical: {layers}"},
    "race.no_gradient": {"en": "∂L/∂W exactly 0: {layers}"},
    "race.no_gradient_before": {"en": "∂L/∂W exactly 0 at the start: {layers}"},
    "race.still_zero": {"en": "W still 0 at the end: {layers}"},
    "batch_norm.about": {"en": "training accuracy at every weight scale, with and without batch normalization"},
    "batch_norm.lacks": {"en": "needs runs of the same initializers with and without batch normalization"},
    "batch_norm.lacks_layers": {"en": "needs several weight scales, and a snapshot before the first update"},
    "batch_norm.title": {"en": "The weight scale, with and without batch norm"},
    "batch_norm.read": {
        "en": "Training accuracy over the epochs, a panel for each initial weight scale. A level line near 10 % has "
        "learned nothing; a line that ends early has diverged."
    },
    "batch_norm.none": {"en": "no norm"},
    "batch_norm.batch": {"en": "batch norm"},
    "batch_norm_layers.about": {"en": "layers at the start and accuracy at the end by weight scale and batch norm"},
    "batch_norm_layers.title": {"en": "What batch norm leaves of the weight scale"},
    "batch_norm_layers.read": {
        "en": "Left: layers before the first update, over the scale of their weights; a level line does not depend on "
        "it. Middle: how far an update turns the weights. Right: what came of it."
    },
    "batch_norm_layers.act_std": {"en": "std of activations"},
    "batch_norm_layers.update_ratio": {"en": "‖update‖ / ‖W‖, epoch 1"},
    "batch_norm_layers.accuracy": {"en": "accuracy, epoch {epochs}"},
    "axis.epoch": {"en": "epoch"},
    "axis.loss": {"en": "loss"},
    "axis.accuracy": {"en": "accuracy"},
    "axis.lambda": {"en": "weight decay λ"},
    "axis.weight": {"en": "size of a weight, |w|"},
    "axis.scale": {"en": "first weights, × He's"},
    "axis.update": {"en": "update"},
    "axis.weight_std": {"en": "std of the initial weights"},
    "batch_loss": {"en": "loss of the batch"},
    "mark.diverged": {"en": "× a seed diverged"},
    "mark.survivors": {"en": "lines: seeds still running"},
    "training.data": {"en": "{data}: {rows} training rows"},
    "training.cross_entropy": {"en": "cross-entropy"},
    "training.mean_square": {"en": "mean square"},
    "training.lr": {"en": "rate {value}"},
    "training.batch": {"en": "batch {value}"},
    "training.replaced": {"en": "batch {value}, with replacement"},
    "training.weight_decay": {"en": "weight decay {value}"},
    "training.dropout": {"en": "dropout {value}"},
    "training.updates": {"en": "{value} updates"},
    "training.epochs": {"en": "{value} epochs"},
}
