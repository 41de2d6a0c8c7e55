"""What figures say where they cannot be seen: alt texts with the numbers of a run."""

STORIES: dict[str, dict[str, str]] = {
    "story.more": {"en": "and {number} more", "ko": "그 밖에 {number}개"},
    "story.seeds": {"en": "{number} seeds", "ko": "시드 {number}개"},
    "story.seeds_one": {"en": "1 seed", "ko": "시드 1개"},
    "story.falls": {"en": "falls from {first} to {last}", "ko": "{first} → {last} 감소"},
    "story.rises": {"en": "rises from {first} to {last}", "ko": "{first} → {last} 증가"},
    "story.holds": {"en": "holds, {first} to {last}", "ko": "{first} → {last}, 거의 일정"},
    "story.single": {"en": "{first}", "ko": "{first}"},
    "story.zero": {"en": "is exactly 0", "ko": "정확히 0"},
    "story.fades": {"en": "falls from {first} to exactly 0", "ko": "{first} → 정확히 0"},
    "story.undefined": {"en": "is undefined", "ko": "정의되지 않음"},
    "story.overflows": {"en": "overflows from layer {layer} on", "ko": "{layer}층부터 오버플로"},
    "histograms.alt": {
        "en": "Histograms of {activation} activations, a row an initializer, {layers}. Standard deviation",
        "ko": "{activation} 활성화값의 히스토그램, 행은 초기화 방법, {layers}. 표준편차",
    },
    "histograms.alt_book": {
        "en": "Histograms of {activation} activations between {low} and {high}, a row an initializer, {layers}. "
        "Values at layer {last} that lie outside and are not drawn",
        "ko": "{low}~{high} 범위의 {activation} 활성화값 히스토그램, 행은 초기화 방법, "
        "{layers}. {last}층에서 범위 밖이라 그리지 않은 값",
    },
    "histograms.alt_outside": {"en": "{name} {share}", "ko": "{name}: {share}"},
    "ridges.alt": {
        "en": "Heat map of the activations of {name}, {layers}, over lines of saturated share and gradient. "
        "Standard deviation",
        "ko": "{name} 활성화값의 히트맵, {layers}, 그 아래에 포화 비율과 기울기의 선. 표준편차",
    },
    "signal.alt": {
        "en": "Mean, standard deviation and saturated share of the activations, {layers}, a line an initializer. "
        "Standard deviation",
        "ko": "활성화값의 평균, 표준편차, 포화 비율, {layers}, 초기화 방법마다 선 하나. 표준편차",
    },
    "gradients.alt": {
        "en": "Size of the gradients, {layers}, and their distribution at both ends. The gradient at layer 1 "
        "against that at layer {depth}",
        "ko": "기울기의 크기, {layers}, 그리고 양 끝 층의 분포. {depth}층에 견준 1층의 기울기",
    },
    "gradients.alt_entry": {"en": "{name} {gradient}", "ko": "{name}: {gradient}"},
    "saturation.alt": {
        "en": "Heat maps of {number} pairings at layer {depth}. Verdicts",
        "ko": "{depth}층에서 본 조합 {number}가지의 히트맵. 진단",
    },
    "saturation.alt_entry": {"en": "{verdict} {number} ({names})", "ko": "{verdict} {number}가지 ({names})"},
    "saturation.alt_plain": {
        "en": "Heat maps of {number} pairings at layer {depth}",
        "ko": "{depth}층에서 본 조합 {number}가지의 히트맵",
    },
    "saturation.alt_ends": {
        "en": "Saturated shares run from {low} ({least}) to {high} ({most})",
        "ko": "포화 비율은 {low} ({least})부터 {high} ({most})까지",
    },
    "saturation.alt_change": {
        "en": "gradient changes from {low} ({least}) to {high} decades ({most})",
        "ko": "기울기의 변화는 자릿수로 {low} ({least})부터 {high} ({most})까지",
    },
    "collapse.alt": {
        "en": "Similarity of samples, spread over samples and distinct units, {layers}, a line an initializer. "
        "Similarity",
        "ko": "표본의 유사도, 표본 간 퍼짐, 서로 다른 뉴런의 비율, {layers}, 초기화 방법마다 선 하나. 유사도",
    },
    "overview.alt": {
        "en": "{number} pairings side by side: histograms of {layers}, the size of the gradient, and numbers. "
        "Standard deviation at the end, saturated share, gradient at layer 1",
        "ko": "조합 {number}가지를 나란히: {layers}의 히스토그램, 기울기의 크기, 주요 수치. 마지막 층의 표준편차, "
        "포화 비율, 1층의 기울기",
    },
    "overview.alt_entry": {
        "en": "{name} {std}, {saturated}, {gradient}",
        "ko": "{name}: {std}, {saturated}, {gradient}",
    },
    "phase.alt": {
        "en": "Maps of {activation} stacks of {depth} layers over σ_w from {low} to {high}",
        "ko": "σ_w가 {low}부터 {high}까지인 {activation} 함수, 층 {depth}개의 지도",
    },
    "phase.alt_biases": {
        "en": "Maps of {activation} stacks of {depth} layers over σ_w from {low} to {high} and {number} values of σ_b",
        "ko": "σ_w가 {low}부터 {high}까지, σ_b 값이 {number}가지인 {activation} 함수, 층 {depth}개의 지도",
    },
    "phase.alt_signal": {
        "en": "the signal reaches deepest, {layers} layers, at σ_w = {sigma}",
        "ko": "신호는 σ_w = {sigma}에서 가장 깊이 닿음 (깊이 {layers})",
    },
    "phase.alt_gradient": {
        "en": "the gradient reaches deepest, {layers} layers, at σ_w = {sigma}",
        "ko": "기울기는 σ_w = {sigma}에서 가장 깊이 닿음 (깊이 {layers})",
    },
    "phase.alt_shallow": {
        "en": "least deep at σ_w = {sigma}, {layers} layers",
        "ko": "가장 얕은 곳은 σ_w = {sigma} (깊이 {layers})",
    },
    "phase.alt_beyond": {"en": "more than {depth}", "ko": "{depth} 초과"},
    "phase.alt_critical": {"en": "Theory's critical σ_w is {values}", "ko": "이론의 임계 σ_w는 {values}"},
    "curves.alt": {
        "en": "Curves of loss and accuracy over {epochs} epochs, a line a run, {seeds}. At the end",
        "ko": "{epochs}에폭 동안의 손실과 정확도 곡선, 실행마다 선 하나, {seeds}. 최종 값",
    },
    "decay.alt": {
        "en": "Losses, accuracies and weights over {epochs} epochs by weight decay λ, {seeds}. At the end",
        "ko": "가중치 감쇠 λ에 따른 {epochs}에폭 동안의 손실, 정확도, 가중치, {seeds}. 최종 값",
    },
    "sweep.alt": {
        "en": "Final losses, accuracies and weights over weight decay λ, {seeds}",
        "ko": "가중치 감쇠 λ에 따른 최종 손실, 정확도, 가중치, {seeds}",
    },
    "sweep.alt_entry": {
        "en": "{name}validation loss {first} at λ = {least}, {last} at λ = {most}, lowest{best} at λ = {at}; "
        "validation accuracy highest, {share}, at λ = {peak}",
        "ko": "{name}검증 손실은 λ = {least}에서 {first}, λ = {most}에서 {last}, 가장 낮은 곳은 λ = {at}{best}; "
        "검증 정확도가 가장 높은 곳은 λ = {peak} ({share})",
    },
    "sweep.alt_lowest": {"en": ", {value},", "ko": " ({value})"},
    "weights.alt": {
        "en": "Distributions of the size of a weight, before training in outline and after it filled, a row a run. "
        "Norm of all weights against the start",
        "ko": "가중치 크기의 분포, 훈련 전은 윤곽선, 훈련 후는 채운 모양, 실행마다 한 행. 처음에 견준 "
        "모든 가중치의 노름",
    },
    "weights.alt_entry": {"en": "{name}: × {value}", "ko": "{name}: {value}배"},
    "pace.alt": {
        "en": "Epochs to a training loss of {loss}, size of an update and validation accuracy over the size of the "
        "first weights. Epochs",
        "ko": "처음 가중치의 크기에 따른 훈련 손실 {loss}까지의 에폭, 갱신의 크기, 검증 정확도. 에폭",
    },
    "pace.alt_entry": {
        "en": "{name} ({scale} × He's): {epochs}, accuracy {accuracy}",
        "ko": "{name} (He의 {scale}배): {epochs}, 정확도 {accuracy}",
    },
    "pace.alt_never": {"en": "never", "ko": "도달하지 못함"},
    "pace.alt_unknown": {"en": "unknown", "ko": "알 수 없음"},
    "stopping.alt": {
        "en": "Training and validation {what} of {run} under seed {seed}, and test values of all {seeds}",
        "ko": "시드 {seed}에서 {run}의 훈련과 검증 {what}, 그리고 {seeds} 모두의 시험 값",
    },
    "stopping.alt_turn": {
        "en": "the best evaluation is after {best} epochs, it ends after {end}, {share} of the budget saved",
        "ko": "가장 좋은 평가는 {best}에폭 뒤, 종료는 {end}에폭 뒤, 예산의 {share} 절약",
    },
    "stopping.alt_test": {
        "en": "median test loss: {best} of the best weights, {last} of the last",
        "ko": "시험 손실의 중앙값: 가장 좋은 가중치 {best}, 마지막 가중치 {last}",
    },
    "stopping.alt_beyond": {"en": "{value} after the whole budget", "ko": "예산을 모두 쓰면 {value}"},
    "story.loss": {"en": "loss", "ko": "손실"},
    "story.accuracy": {"en": "accuracy", "ko": "정확도"},
    "budget.alt": {
        "en": "Learning rates, loss and accuracy of {number} runs at equal budget, and every seed's final values, "
        "{seeds}",
        "ko": "같은 예산에서 실행 {number}개의 학습률, 손실, 정확도와 시드별 최종 값, {seeds}",
    },
    "budget.alt_first": {"en": "{name}: mean {what} {value} at the end", "ko": "{name}: 최종 {what} 평균 {value}"},
    "budget.alt_entry": {"en": "{name}: {difference} against it", "ko": "{name}: 그에 견주어 {difference}"},
    "budget.alt_same": {"en": "{name}: no difference", "ko": "{name}: 차이 없음"},
    "story.train_loss": {"en": "training loss", "ko": "훈련 손실"},
    "story.train_accuracy": {"en": "training accuracy", "ko": "훈련 정확도"},
    "story.validation_loss": {"en": "validation loss", "ko": "검증 손실"},
    "story.validation_accuracy": {"en": "validation accuracy", "ko": "검증 정확도"},
    "story.test_loss": {"en": "test loss", "ko": "시험 손실"},
    "story.test_accuracy": {"en": "test accuracy", "ko": "시험 정확도"},
    "story.value": {"en": "{what} {value}", "ko": "{what} {value}"},
    "story.entry": {"en": "{name}: {words}", "ko": "{name}: {words}"},
    "story.diverged": {"en": "{number} of {of} seeds diverged", "ko": "시드 {of}개 중 {number}개 발산"},
    "story.stopped": {"en": "{number} of {of} seeds stopped early", "ko": "시드 {of}개 중 {number}개 조기 종료"},
    "story.weights": {"en": "weights × {value}", "ko": "가중치 {value}배"},
    "film.alt": {
        "en": "Heat maps of the activations at {number} snapshots of training, a row a run. Training loss, and "
        "standard deviation of the last layer",
        "ko": "훈련 중 스냅숏 {number}개에서 본 활성화값의 히트맵, 실행마다 한 행. 훈련 손실, 그리고 "
        "마지막 층의 표준편차",
    },
    "film.alt_entry": {"en": "{loss}, the last layer {std}", "ko": "{loss}, 마지막 층 {std}"},
    "race.alt": {
        "en": "Loss of the batches over {updates} updates, a line an initializer, beside each network's layers "
        "before and after training. Loss",
        "ko": "갱신 {updates}회 동안의 배치 손실, 초기화 방법마다 선 하나, 그 옆에 훈련 전과 후의 층. 손실",
    },
    "race.alt_dead": {
        "en": "{course}, ∂L/∂W exactly 0 at {number} of {of} layers at the start",
        "ko": "{course}, 처음에 층 {of}개 가운데 {number}개에서 ∂L/∂W가 정확히 0",
    },
    "batch_norm.alt": {
        "en": "Training accuracy over {epochs} epochs at {number} weight scales, {seeds}. Accuracy at the end",
        "ko": "가중치 크기 {number}가지에서 {epochs}에폭 동안의 훈련 정확도, {seeds}. 최종 정확도",
    },
    "batch_norm.alt_none": {
        "en": "without batch norm {low} ({worst}) to {high} ({best})",
        "ko": "배치 정규화 없이 {low} ({worst})부터 {high} ({best})까지",
    },
    "batch_norm.alt_batch": {
        "en": "with batch norm {low} ({worst}) to {high} ({best})",
        "ko": "배치 정규화를 쓰면 {low} ({worst})부터 {high} ({best})까지",
    },
    "batch_norm.alt_lost": {
        "en": "at {number} of {of} scales a seed diverges without it",
        "ko": "{of}가지 가운데 {number}가지는 배치 정규화 없이 발산",
    },
    "batch_norm.alt_lost_batch": {
        "en": "at {number} of {of} scales a seed diverges with it",
        "ko": "{of}가지 가운데 {number}가지는 배치 정규화가 있어도 발산",
    },
    "batch_norm.alt_judged_none": {
        "en": "without batch norm no seed comes to the end",
        "ko": "배치 정규화 없이는 끝까지 가는 시드 없음",
    },
    "batch_norm.alt_judged_batch": {
        "en": "with batch norm no seed comes to the end",
        "ko": "배치 정규화가 있어도 끝까지 가는 시드 없음",
    },
    "batch_norm_layers.alt": {
        "en": "Layers before training and accuracy after it, weights of standard deviation {low} to {high}. "
        "Standard deviation of the last layer before training",
        "ko": "표준편차 {low}부터 {high}까지의 가중치, 훈련 전의 층과 훈련 후의 정확도. 훈련 전 마지막 층의 표준편차",
    },
    "batch_norm_layers.alt_none": {"en": "without batch norm {course}", "ko": "배치 정규화 없이 {course}"},
    "batch_norm_layers.alt_batch": {"en": "with batch norm {course}", "ko": "배치 정규화를 쓰면 {course}"},
    "descent.alt": {
        "en": "Paths of {number} descents over contour lines of surface {name}, {steps} steps",
        "ko": "곡면 {name}의 등고선 위 하강 경로 {number}개, {steps}단계",
    },
    "descent.alt_stays": {
        "en": "{name}: stays in a minimum of height {height}",
        "ko": "{name}: 높이 {height}의 극소점에 머무름",
    },
    "descent.alt_leaves": {
        "en": "{name}: leaves for a minimum of height {height}",
        "ko": "{name}: 높이 {height}의 극소점으로 탈출",
    },
    "descent.alt_lost": {"en": "{name}: overflow", "ko": "{name}: 오버플로"},
    "descent.alt_noisy": {"en": "{words}, with noise {share} leave", "ko": "{words}, 잡음이 있으면 {share} 탈출"},
    "range_test.alt": {
        "en": "Smoothed loss over the learning rate from {low} to {high}, {seeds}, a line a seed",
        "ko": "학습률 {low}부터 {high}까지의 평활 손실, {seeds}, 시드마다 선 하나",
    },
    "range_test.alt_rates": {
        "en": "it falls fastest at {rate}, and falls under every seed up to {largest}",
        "ko": "손실은 {rate}에서 가장 빠르게 줄고, {largest}까지는 모든 시드에서 줄어듦",
    },
    "range_test.alt_never": {
        "en": "it never falls clearly below what guessing gives",
        "ko": "무작위 추측보다 뚜렷이 나아지는 곳이 없음",
    },
    "schedules.alt": {
        "en": "Learning rates of {number} schedules, steps 0 to {last}, on a linear and a logarithmic axis",
        "ko": "스케줄 {number}가지의 학습률, 단계 0부터 {last}까지, 선형 축과 로그 축",
    },
    "schedules.alt_entry": {
        "en": "{name}: {first} at first, {peak} at most, {end} at the end",
        "ko": "{name}: 처음 {first}, 최대 {peak}, 끝 {end}",
    },
    "drift.alt": {
        "en": "Baseline ({expected}) and now ({measured}) of {name}: {number} of {of} comparisons drift",
        "ko": "{name}의 기준선({expected})과 지금({measured}): 비교 {of}개 가운데 {number}개 드리프트",
    },
    "drift.alt_entry": {
        "en": "{statistic} at layer {layer}: {before} then, {now} now",
        "ko": "{layer}층의 {statistic}: 기준선 {before}, 지금 {now}",
    },
    "story.layers": {"en": "layers 1 to {depth}", "ko": "1층부터 {depth}층까지"},
    "story.layers_one": {"en": "layer 1", "ko": "1층"},
    "story.goes": {"en": "{name} {course}", "ko": "{name}: {course}"},
    "story.is": {"en": "{name}: {course}", "ko": "{name}: {course}"},
    "story.saturated": {"en": "{share} saturated", "ko": "포화 {share}"},
    "story.distinct": {"en": "{share} of the units distinct", "ko": "서로 다른 뉴런 {share}"},
    "story.times": {"en": "× {value}", "ko": "{value}배"},
    "story.none": {"en": "none", "ko": "없음"},
    "story.lost": {"en": "lost to overflow", "ko": "오버플로로 알 수 없음"},
    "ridges.alt_gradient": {
        "en": "The gradient at layer 1 against that at layer {depth}: {value}",
        "ko": "{depth}층에 견준 1층의 기울기: {value}",
    },
    "story.stays": {"en": "stays at {last}", "ko": "줄곧 {last}"},
    "batch_norm_layers.alt_accuracy": {"en": "Accuracy at the end: {words}", "ko": "최종 정확도: {words}"},
    "budget.alt_value": {"en": "{name}: {value}", "ko": "{name}: {value}"},
}
