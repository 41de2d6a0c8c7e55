"""Words of the figures of learning rates: schedules, budgets, descents, the range test."""

RATES: dict[str, dict[str, str]] = {
    "budget.about": {
        "en": "learning-rate schedules at equal budget: curves, and final values seed by seed",
        "ko": "같은 예산에서 비교한 학습률 스케줄: 경과와 시드별 최종값",
    },
    "budget.title": {"en": "Learning-rate schedules at equal budget", "ko": "같은 예산에서 비교한 학습률 스케줄"},
    "budget.lacks": {
        "en": "needs a training of runs that differ in learning rate",
        "ko": "학습률이 서로 다른 학습 결과가 필요하다",
    },
    "budget.read": {
        "en": "Lines: median, bands: all seeds. Below: every seed at the end, the mean as a bar. Right of the dots: "
        "mean difference to {first}, seed by seed, ± its standard error.",
        "ko": "선: 중앙값, 띠: 모든 시드. 아래: 끝났을 때 모든 시드의 값, 막대는 평균. 점의 오른쪽: 기준 {first}, "
        "시드별로 짝지은 차이의 평균 ± 표준오차.",
    },
    "budget.rate": {"en": "learning rate", "ko": "학습률"},
    "budget.train_loss": {"en": "training loss", "ko": "훈련 손실"},
    "budget.train_accuracy": {"en": "training accuracy", "ko": "훈련 정확도"},
    "budget.validation_accuracy": {"en": "validation accuracy", "ko": "검증 정확도"},
    "budget.validation_loss": {"en": "validation loss", "ko": "검증 손실"},
    "budget.test_loss": {"en": "test loss", "ko": "시험 손실"},
    "budget.test_accuracy": {"en": "test accuracy", "ko": "시험 정확도"},
    "budget.end": {"en": "{what} at the end", "ko": "최종 {what}"},
    "budget.peak": {"en": "{schedule}, peak {rate}", "ko": "{schedule}, 최고 {rate}"},
    "budget.points": {"en": "{value} pt", "ko": "{value} %p"},
    "budget.diverged": {"en": "{number} diverged", "ko": "{number}개 발산"},
    "descent.about": {
        "en": "descents on a surface of two dimensions, and the minimum in which each ends",
        "ko": "2차원 곡면 위의 하강과 각각이 끝나는 극소점",
    },
    "descent.title": {"en": "Out of a poor region, or not", "ko": "나쁜 영역을 벗어나거나 머물거나"},
    "descent.read": {
        "en": "From ● to ■ without noise; thin: one descent with noise on the gradient. +: minima, lowest in bold. "
        "Below: height of the minimum in which it ends, and how many noisy ones end lower than the first.",
        "ko": "잡음 없이 ●에서 ■까지. 가는 선: 기울기에 잡음을 넣은 하강 하나. +: 극소점, 가장 낮은 것은 굵게. 아래: "
        "끝나는 극소점의 높이, 그리고 잡음을 넣었을 때 처음보다 낮은 극소점에서 끝나는 비율.",
    },
    "descent.stays": {"en": "stays: {height}", "ko": "머무름: {height}"},
    "descent.leaves": {"en": "leaves: {height}", "ko": "벗어남: {height}"},
    "descent.lost": {"en": "overflow", "ko": "오버플로"},
    "descent.share": {"en": "with noise {share} leave", "ko": "잡음이 있으면 {share} 탈출"},
    "descent.surface": {"en": "surface {name}", "ko": "손실 곡면 {name}"},
    "descent.steps": {"en": "{number} steps", "ko": "{number}단계"},
    "descent.noise": {"en": "noise {value}", "ko": "잡음 {value}"},
    "descent.repeats": {
        "en": "{repeats} noisy descents under each of {seeds} seeds",
        "ko": "시드 {seeds}개마다 잡음을 넣은 하강 {repeats}번",
    },
    "range.about": {
        "en": "learning-rate range test: the loss while the rate rises, with the rates to use",
        "ko": "학습률 범위 시험: 학습률을 올릴 때의 손실과 쓸 만한 학습률",
    },
    "range.title": {"en": "How large a learning rate can be", "ko": "학습률을 얼마나 크게 할 수 있는가"},
    "range.read": {
        "en": "The rate rises with every update. Left line: the loss falls fastest, a rate to start from. Right line: "
        "up to here it falls under every seed. Both stand {lag} updates early, as the smoothing lags.",
        "ko": "갱신할 때마다 학습률이 커진다. 왼쪽 선: 손실이 가장 빨리 줄어드는 곳으로, 시작하기에 알맞다. 오른쪽 "
        "선: 여기까지는 모든 시드에서 손실이 줄어든다. 평활화가 늦는 만큼 두 선을 갱신 {lag}회 앞에 그었다.",
    },
    "range.rate": {"en": "learning rate", "ko": "학습률"},
    "range.loss": {"en": "smoothed loss", "ko": "평활화한 손실"},
    "range.suggested": {"en": "falls fastest: {rate}", "ko": "가장 빨리 감소: {rate}"},
    "range.largest": {"en": "largest stable: {rate}", "ko": "안정한 최댓값: {rate}"},
    "range.rates": {"en": "rate {low} to {high}", "ko": "학습률 {low} ~ {high}"},
    "range.guessing": {"en": "guessing", "ko": "무작위 추측"},
    "range.never": {
        "en": "No rate to suggest: from {low} to {high} the loss never falls clearly below what guessing gives. The "
        "cause is elsewhere, as `actviz diagnose` may say, or the range.",
        "ko": "권할 학습률이 없음: 학습률 {low} ~ {high} 범위에서 손실이 무작위 추측보다 뚜렷이 낮아지지 않는다. "
        "원인은 다른 곳에 있거나(`actviz diagnose` 참고) 범위가 맞지 않는다.",
    },
    "range.reason": {
        "en": "At {rate} the smoothed loss falls fastest: a rate to start from. Up to {largest} it still falls under "
        "every seed, above it rises under some: the largest stable rate, a peak for one-cycle.",
        "ko": "학습률 {rate} 근처에서 평활화한 손실이 가장 빨리 줄어든다. 시작하기에 알맞은 학습률이다. {largest} "
        "이하에서는 모든 시드에서 손실이 줄고, 그보다 크면 일부 시드에서 커진다. 안정한 가장 큰 학습률이며 "
        "원사이클의 최고점으로 쓸 수 있다.",
    },
    "range.not_ended": {
        "en": "It did not break down up to {high}: a larger --high may find more.",
        "ko": "학습률 {high} 이하에서는 무너지지 않았다. --high 값을 더 크게 하면 더 큰 학습률을 찾을 수도 있다.",
    },
    "figure.needs_descent": {
        "en": "needs a descent on a surface, as `actviz.descend` makes it",
        "ko": "`actviz.descend` 함수로 만든 곡면 위의 하강이 필요하다",
    },
    "figure.needs_range_test": {
        "en": "needs a learning-rate range test, as `actviz lr-find` saves it",
        "ko": "`actviz lr-find` 명령으로 저장한 학습률 범위 시험이 필요하다",
    },
    "rates.title": {"en": "Learning-rate schedules", "ko": "학습률 스케줄"},
    "rates.read": {
        "en": "How far an update goes, step by step; what a step is, an epoch or an update, the training says. On a "
        "logarithmic axis a fall by the same factor each step is a straight line.",
        "ko": "단계마다 갱신이 나아가는 크기. 한 단계가 에폭인지 갱신인지는 훈련이 정한다. 로그 축에서는 단계마다 "
        "같은 비율로 줄어드는 것이 직선이 된다.",
    },
    "rates.read_each": {
        "en": "How far an update goes, step by step, and below it the same on a logarithmic axis, where a fall by the "
        "same factor each step is a straight line. All rates have the same axes.",
        "ko": "단계마다 갱신이 나아가는 크기, 그 아래는 같은 것을 로그 축에 그렸다. 로그 축에서는 단계마다 같은 "
        "비율로 줄어드는 것이 직선이 된다. 모든 칸의 축이 같다.",
    },
    "rates.linear": {"en": "learning rate", "ko": "학습률"},
    "rates.log": {"en": "learning rate, logarithmic", "ko": "학습률(로그 축)"},
    "rates.momentum": {"en": "momentum", "ko": "모멘텀"},
    "rates.momentum_of": {"en": "momentum: {name}", "ko": "모멘텀: {name}"},
    "rates.steps": {"en": "steps 0 to {last}", "ko": "단계 0 ~ {last}"},
    "rates.plateau": {
        "en": "reduce on plateau: if the metric never improves",
        "ko": "정체 시 감소: 지표가 전혀 좋아지지 않는 경우",
    },
    "axis.step": {"en": "step", "ko": "단계"},
}
