"""Words of the figures of trainings."""

TRAINING: dict[str, dict[str, str]] = {
    "curves.about": {
        "en": "training and validation loss and accuracy of every run, epoch by epoch",
        "ko": "에폭에 따른 각 훈련의 훈련·검증 손실과 정확도",
    },
    "curves.title": {"en": "How training went", "ko": "훈련의 경과"},
    "curves.read": {
        "en": "A line a run, its band all seeds. Learning: loss falls, accuracy rises. Overfitting: training gets "
        "better while validation gets worse.",
        "ko": "선 하나가 훈련 하나, 띠는 모든 시드의 범위이다. 학습: 손실이 줄고 정확도가 오른다. 과적합: 훈련 쪽은 "
        "좋아지는데 검증 쪽은 나빠진다.",
    },
    "curves.read_train": {
        "en": "A line a run, its band all seeds. Learning: loss falls, accuracy rises; a level line is a plateau. No "
        "rows were held out, so nothing here says how well new data are treated.",
        "ko": "선 하나가 훈련 하나, 띠는 모든 시드의 범위이다. 학습: 손실이 줄고 정확도가 오른다. 수평인 선은 정체 "
        "구간이다. 검증용 데이터를 떼어 두지 않았으므로 새 데이터에 대한 성능은 알 수 없다.",
    },
    "curves.train": {"en": "training", "ko": "훈련"},
    "curves.validation": {"en": "validation", "ko": "검증"},
    "film.about": {
        "en": "activations of each layer through training: a row a run, a column a snapshot",
        "ko": "훈련하는 동안 각 층의 활성화값: 행은 훈련, 열은 스냅숏",
    },
    "film.needs": {
        "en": "needs a training with two snapshots at least: `actviz train --snapshots 6`",
        "ko": "스냅숏이 둘 이상 있는 훈련이 필요하다: `actviz train --snapshots 6`",
    },
    "film.title": {"en": "What training does to the layers", "ko": "훈련에 따른 각 층의 변화"},
    "film.moving": {"en": "Layers in training", "ko": "훈련 중인 층"},
    "film.read": {
        "en": "In each picture a column is a layer's distribution of activations, {shade} where most are. All "
        "pictures of an activation share one axis: what moves has moved in training. Loss: of training rows, "
        "median of seeds.",
        "ko": "그림마다 세로줄 하나가 한 층의 활성화값 분포이며, 값이 가장 많은 곳을 {shade} 그렸다. 활성화 함수가 "
        "같은 그림은 모두 축이 같다. 달라진 모습은 모두 훈련의 결과이다. 손실: 훈련 데이터, 시드의 중앙값.",
    },
    "film.read_mixed": {
        "en": "In each picture a column is a layer's distribution of activations (ReLU and the like: nonzero ones, on "
        "a logarithmic axis), {shade} where most are; one axis an activation function. Loss: training rows, median.",
        "ko": "그림마다 세로줄 하나가 한 층의 활성화값 분포(ReLU처럼 한계 없는 함수는 0이 아닌 값, 로그 축)이며, 값이 "
        "가장 많은 곳을 {shade} 그렸다. 활성화 함수가 같으면 축도 같다. 손실: 훈련 데이터, 시드의 중앙값.",
    },
    "film.read_log": {
        "en": "In each picture a column is a layer's distribution of nonzero activations, {shade} where most are, on "
        "a logarithmic axis that all pictures share: up is larger. Loss: of training rows, median of seeds.",
        "ko": "그림마다 세로줄 하나가 한 층에서 0이 아닌 활성화값의 분포이며, 값이 가장 많은 곳을 {shade} 그렸다. "
        "모든 그림이 같은 로그 축을 쓰며 위로 갈수록 크다. 손실: 훈련 데이터, 시드의 중앙값.",
    },
    "film.epoch": {"en": "epoch {epoch}", "ko": "에폭 {epoch}"},
    "film.update": {"en": "update {update}", "ko": "갱신 {update}"},
    "film.loss": {"en": "loss {loss}", "ko": "손실 {loss}"},
    "film.loss_at": {"en": "{loss}, {moment}", "ko": "{loss}, {moment}"},
    "film.kept": {
        "en": "a time beside a loss: of the weights that a run left that ended before",
        "ko": "손실 옆의 시점: 그보다 먼저 끝난 훈련이 남긴 가중치의 시점",
    },
    "film.diverged": {"en": "diverged before", "ko": "이미 발산"},
    "film.stopped": {"en": "stopped before", "ko": "이미 종료"},
    "film.train_loss": {"en": "loss", "ko": "손실"},
    "decay.about": {
        "en": "losses, accuracies and the weights of runs that differ in weight decay, epoch by epoch",
        "ko": "가중치 감쇠만 다른 훈련들의 손실과 정확도, 가중치의 에폭별 변화",
    },
    "decay.lacks": {
        "en": "needs a training of runs that differ in weight decay alone, at least two",
        "ko": "가중치 감쇠만 다른 훈련이 둘 이상 필요하다",
    },
    "decay.title": {
        "en": "What weight decay does to losses and weights",
        "ko": "가중치 감쇠가 손실과 가중치에 미치는 영향",
    },
    "decay.read": {
        "en": "λ: 0.5 λ ΣW² is added to the loss. Overfitting is training far better than validation: decay narrows "
        "the gap from above. Whether it helps, validation says.",
        "ko": "λ: 손실에 0.5 λ ΣW²을 더한다. 훈련이 검증보다 훨씬 좋으면 과적합이다. 가중치 감쇠는 훈련 쪽을 나쁘게 "
        "하여 그 차이를 줄인다. 도움이 되는지는 검증 성능으로 판단한다.",
    },
    "decay.norm": {"en": "weights, × start", "ko": "가중치, 처음의 배수"},
    "decay.sizes": {"en": "weights at the end", "ko": "끝난 뒤의 가중치"},
    "sweep.about": {
        "en": "losses, accuracies and size of the weights at the end, over the strength of weight decay",
        "ko": "가중치 감쇠의 세기에 따른 최종 손실과 정확도, 가중치의 크기",
    },
    "sweep.title": {"en": "How much weight decay is best", "ko": "가장 좋은 가중치 감쇠의 세기"},
    "sweep.read": {
        "en": "The gap between training and validation is overfitting; it closes with λ. The best λ is where "
        "validation is best; loss and accuracy need not agree. Best at 0: decay does not help.",
        "ko": "훈련과 검증의 차이가 과적합이며, λ 값이 커지면 줄어든다. 검증이 가장 좋은 곳이 가장 좋은 λ 값이며, "
        "손실과 정확도는 서로 다른 값을 고를 수 있다. 그 값이 0이면 가중치 감쇠는 도움이 되지 않는다.",
    },
    "weights.about": {
        "en": "how large the weights of a few layers are before training and after it",
        "ko": "훈련 전후 몇몇 층의 가중치 크기",
    },
    "weights.lacks": {
        "en": "needs a training with at least two snapshots",
        "ko": "스냅숏이 둘 이상 있는 훈련이 필요하다",
    },
    "weights.title": {"en": "How large the weights are, before and after", "ko": "훈련 전과 후의 가중치 크기"},
    "weights.read": {
        "en": "Outline: before training; filled: after it; each shape is scaled to its own peak. Decay in proportion "
        "to a weight moves the whole shape left; a second hump far left is weights driven to 0.",
        "ko": "윤곽선: 훈련 전, 채움: 훈련 후. 높이는 각각의 최댓값에 맞추었다. 가중치에 비례하는 감쇠는 분포 전체를 "
        "왼쪽으로 옮긴다. 왼쪽 멀리 생긴 두 번째 봉우리는 0으로 밀려난 가중치이다.",
    },
    "weights.head": {"en": "output layer", "ko": "출력층"},
    "pace.about": {
        "en": "how the size of the first weights decides the pace of learning",
        "ko": "첫 가중치의 크기가 학습 속도에 미치는 영향",
    },
    "pace.lacks": {
        "en": "needs a training of runs that differ in the size of their first weights alone, three or more",
        "ko": "첫 가중치의 크기만 다른 훈련이 셋 이상 필요하다",
    },
    "pace.title": {"en": "Do large weights slow learning?", "ko": "큰 가중치는 학습을 느리게 하는가?"},
    "pace.read": {
        "en": "Left: how long until training loss is below {loss}; rising to the right, larger weights learn more "
        "slowly. Middle: how far one of the first updates goes, beside the weights it changes.",
        "ko": "왼쪽: 훈련 손실이 {loss} 아래로 내려갈 때까지 걸린 시간. 오른쪽으로 갈수록 오르면 가중치가 클수록 "
        "학습이 느리다. 가운데: 초기 갱신 하나의 크기를 그 가중치의 크기로 나눈 값.",
    },
    "pace.epochs": {"en": "epochs to loss {loss}", "ko": "손실 {loss}까지의 에폭"},
    "pace.update": {"en": "update over weights", "ko": "갱신 ÷ 가중치"},
    "pace.accuracy": {"en": "validation accuracy", "ko": "검증 정확도"},
    "pace.lost": {"en": "× a seed never gets there, or diverges", "ko": "× 도달하지 못하거나 발산한 시드가 있음"},
    "stopping.about": {
        "en": "early stopping: both losses, the turn, the patience, and what the best weights are worth",
        "ko": "조기 종료: 두 손실과 전환점, 인내 횟수, 그리고 가장 좋은 가중치의 성능",
    },
    "stopping.lacks": {"en": "needs a training with early stopping", "ko": "조기 종료를 쓴 훈련이 필요하다"},
    "stopping.title": {"en": "Stop where the validation turns", "ko": "검증이 나빠지기 시작하면 멈춘다"},
    "stopping.read": {
        "en": "Training keeps getting better; validation turns. Early stopping waits a while for something better, "
        "gives up, and keeps the best weights. Right: what those are worth on rows never looked at.",
        "ko": "훈련은 계속 좋아지지만 검증은 나빠지기 시작한다. 조기 종료는 더 나은 값을 얼마간 기다리다가 멈추고 "
        "가장 좋았던 가중치를 남긴다. 오른쪽: 그 가중치를 한 번도 보지 않은 데이터로 평가한 결과.",
    },
    "stopping.best": {"en": "best: epoch {epoch}, kept", "ko": "가장 좋음: 에폭 {epoch}, 보관"},
    "stopping.patience": {"en": "patience: {number} evaluations", "ko": "인내 횟수: 평가 {number}회"},
    "stopping.end": {"en": "end: epoch {epoch}, {share} saved", "ko": "종료: 에폭 {epoch}, {share} 절약"},
    "stopping.beyond": {"en": "had it gone on", "ko": "계속했다면"},
    "stopping.kept": {"en": "best,\nkept", "ko": "가장 좋음,\n보관"},
    "stopping.last": {"en": "last,\nat the stop", "ko": "마지막,\n종료 시점"},
    "stopping.budget": {"en": "last,\nno stop", "ko": "마지막,\n종료 없음"},
    "stopping.test_loss": {"en": "test loss, all seeds", "ko": "시험 손실, 모든 시드"},
    "stopping.test_accuracy": {"en": "test accuracy, all seeds", "ko": "시험 정확도, 모든 시드"},
    "stopping.no_test": {"en": "no test rows", "ko": "시험 데이터 없음"},
    "figure.needs_validation": {
        "en": "needs a training with validation rows held out",
        "ko": "검증 데이터를 떼어 둔 훈련이 필요하다",
    },
    "figure.needs_training": {
        "en": "needs a training, as `actviz train` saves it",
        "ko": "`actviz train` 명령으로 저장한 훈련이 필요하다",
    },
    "race.about": {
        "en": "loss over the updates by initializer, beside every layer before and after training",
        "ko": "초기화 방법별 갱신에 따른 손실과 훈련 전후의 모든 층",
    },
    "race.lacks": {
        "en": "needs snapshots before the first update and after the last",
        "ko": "첫 갱신 전과 마지막 갱신 후의 스냅숏이 필요하다",
    },
    "race.title": {"en": "How a network starts, and how it learns", "ko": "초기화에 따른 학습 과정"},
    "race.read": {
        "en": "Right: a network each; activations by layer, outline before and filled after training; below, its "
        "gradients, dashed before and solid after. A level line on the left is a plateau.",
        "ko": "오른쪽: 신경망마다 층별 활성화값, 윤곽선은 훈련 전, 채움은 훈련 후. 그 아래는 기울기, 파선은 훈련 전, "
        "실선은 훈련 후. 왼쪽 그림에서 수평인 선은 정체 구간이다.",
    },
    "race.activations": {"en": "activations, by layer", "ko": "층별 활성화값"},
    "race.smoothed": {
        "en": "up to {top}, smoothed over {window} updates (Kaiser window, beta {beta}), as in the book",
        "ko": "{top}까지 표시, 갱신 {window}회 구간으로 평활화(카이저 창, 베타 {beta}; 책의 방식)",
    },
    "race.silent": {"en": "every value is 0", "ko": "모든 값이 0"},
    "race.dead": {"en": "every value 0 at the end: {layers}", "ko": "훈련 후 모든 값이 0: {layers}"},
    "race.same": {"en": "units identical: {layers}", "ko": "뉴런이 모두 같음: {layers}"},
    "race.no_gradient": {"en": "∂L/∂W exactly 0: {layers}", "ko": "∂L/∂W 정확히 0: {layers}"},
    "race.no_gradient_before": {"en": "∂L/∂W = 0 before: {layers}", "ko": "훈련 전 ∂L/∂W = 0: {layers}"},
    "race.still_zero": {"en": "W still 0 at the end: {layers}", "ko": "끝까지 W = 0: {layers}"},
    "batch_norm.about": {
        "en": "training accuracy at every weight scale, with and without batch normalization",
        "ko": "배치 정규화가 있을 때와 없을 때의 가중치 크기별 훈련 정확도",
    },
    "batch_norm.lacks": {
        "en": "needs runs of the same initializers with and without batch normalization",
        "ko": "초기화 방법이 같고 배치 정규화가 있는 훈련과 없는 훈련이 필요하다",
    },
    "batch_norm.lacks_layers": {
        "en": "needs several weight scales, and a snapshot before the first update",
        "ko": "여러 가중치 크기와 첫 갱신 전의 스냅숏이 필요하다",
    },
    "batch_norm.title": {
        "en": "The weight scale, with and without batch norm",
        "ko": "배치 정규화 유무에 따른 가중치 크기의 영향",
    },
    "batch_norm.read": {
        "en": "Training accuracy over the epochs, a panel for each initial weight scale. A level line near 10 % has "
        "learned nothing; a line that ends early has diverged.",
        "ko": "에폭에 따른 훈련 정확도. 칸마다 초기 가중치의 크기가 다르다. 10 % 근처에서 수평인 선은 아무것도 "
        "학습하지 못한 것이고, 일찍 끊긴 선은 발산한 것이다.",
    },
    "batch_norm.none": {"en": "no norm", "ko": "정규화 없음"},
    "batch_norm.batch": {"en": "batch norm", "ko": "배치 정규화"},
    "batch_norm_layers.about": {
        "en": "layers at the start and accuracy at the end by weight scale and batch norm",
        "ko": "가중치 크기와 배치 정규화에 따른 시작할 때의 층과 끝날 때의 정확도",
    },
    "batch_norm_layers.title": {
        "en": "What batch norm leaves of the weight scale",
        "ko": "배치 정규화를 써도 남는 가중치 크기의 영향",
    },
    "batch_norm_layers.read": {
        "en": "Left: layers before the first update, over the scale of their weights; a level line does not depend on "
        "it. Middle: how far an update turns the weights. Right: what came of it.",
        "ko": "왼쪽: 첫 갱신 전의 층을 가중치의 크기에 따라 나타냈다. 수평인 선은 그 크기에 좌우되지 않는다. 가운데: "
        "갱신 한 번이 가중치를 얼마나 바꾸는지. 오른쪽: 그 결과.",
    },
    "batch_norm_layers.act_std": {"en": "std of activations", "ko": "활성화값 표준편차"},
    "batch_norm_layers.update_ratio": {"en": "‖update‖ / ‖W‖, epoch 1", "ko": "‖갱신‖ / ‖W‖, 에폭 1"},
    "batch_norm_layers.accuracy": {"en": "accuracy, epoch {epochs}", "ko": "정확도, 에폭 {epochs}"},
    "axis.epoch": {"en": "epoch", "ko": "에폭"},
    "axis.loss": {"en": "loss", "ko": "손실"},
    "axis.accuracy": {"en": "accuracy", "ko": "정확도"},
    "axis.lambda": {"en": "weight decay λ", "ko": "가중치 감쇠 λ"},
    "axis.weight": {"en": "size of a weight, |w|", "ko": "가중치의 크기 |w|"},
    "axis.scale": {"en": "first weights, × He's", "ko": "첫 가중치, He의 배수"},
    "axis.update": {"en": "update", "ko": "갱신"},
    "axis.weight_std": {"en": "std of the initial weights", "ko": "초기 가중치의 표준편차"},
    "batch_loss": {"en": "loss of the batch", "ko": "배치 손실"},
    "mark.diverged": {"en": "× a seed diverged", "ko": "× 발산한 시드가 있음"},
    "mark.survivors": {"en": "lines: seeds still running", "ko": "선: 아직 진행 중인 시드"},
    "training.data": {"en": "{data}: {rows} training rows", "ko": "{data}: 훈련 데이터 {rows}개"},
    "training.lr": {"en": "rate {value}", "ko": "학습률 {value}"},
    "training.batch": {"en": "batch {value}", "ko": "배치 {value}"},
    "training.replaced": {"en": "batch {value}, with replacement", "ko": "배치 {value}, 복원 추출"},
    "training.weight_decay": {"en": "weight decay {value}", "ko": "가중치 감쇠 {value}"},
    "training.dropout": {"en": "dropout {value}", "ko": "드롭아웃 {value}"},
    "training.updates": {"en": "{value} updates", "ko": "갱신 {value}회"},
    "training.epochs": {"en": "{value} epochs", "ko": "{value}에폭"},
}
