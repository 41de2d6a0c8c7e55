"""Captions of figures, and the words of a result in a notebook."""

CAPTIONS: dict[str, dict[str, str]] = {
    "histograms.caption": {
        "en": "How the activations of every layer are distributed: {subject}.",
        "ko": "층마다 활성화값이 어떻게 분포하는지 보인다: {subject}.",
    },
    "ridges.caption": {
        "en": "A whole stack, layer by layer: activations, saturated share and gradient of {subject}.",
        "ko": "층을 차례로 따라가며 활성화값, 포화 비율, 기울기를 보인다: {subject}.",
    },
    "signal.caption": {
        "en": "Mean, standard deviation and saturated share of the activations over the layers: {subject}.",
        "ko": "층에 따른 활성화값의 평균, 표준편차, 포화 비율: {subject}.",
    },
    "gradients.caption": {
        "en": "Size of the gradients over the layers, and their distribution at both ends: {subject}.",
        "ko": "층에 따른 기울기의 크기와 첫 층과 마지막 층의 분포: {subject}.",
    },
    "saturation.caption": {
        "en": "Saturated share, standard deviation and gradient change at the end of the stack, with the verdict "
        "of every pairing: {subject}.",
        "ko": "마지막 층의 포화 비율과 표준편차, 기울기의 변화, 그리고 조합마다의 진단: {subject}.",
    },
    "collapse.caption": {
        "en": "Whether samples and units can still be told apart, layer by layer: {subject}.",
        "ko": "층마다 표본과 뉴런을 아직 구별할 수 있는지 보인다: {subject}.",
    },
    "overview.caption": {
        "en": "Activations, gradient and key numbers side by side: {subject}.",
        "ko": "활성화값과 기울기, 주요 수치를 나란히 보인다: {subject}.",
    },
    "phase.caption": {
        "en": "How deep signal and gradient reach over the scale of the weights: {subject}.",
        "ko": "가중치의 크기에 따라 신호와 기울기가 얼마나 깊이 닿는지 보인다: {subject}.",
    },
    "curves.caption": {
        "en": "Loss and accuracy over the epochs: {subject}.",
        "ko": "에폭에 따른 손실과 정확도: {subject}.",
    },
    "decay.caption": {
        "en": "What weight decay does to losses, accuracies and weights: {subject}.",
        "ko": "가중치 감쇠가 손실과 정확도, 가중치에 미치는 영향: {subject}.",
    },
    "sweep.caption": {
        "en": "Losses, accuracies and size of the weights at the end, over the strength of weight decay: {subject}.",
        "ko": "가중치 감쇠의 세기에 따른 최종 손실과 정확도, 가중치의 크기: {subject}.",
    },
    "weights.caption": {
        "en": "How large the weights of a few layers are, before and after training: {subject}.",
        "ko": "몇몇 층의 가중치가 훈련 전과 후에 얼마나 큰지 보인다: {subject}.",
    },
    "pace.caption": {
        "en": "How fast networks learn, and how far updates go, over the size of their first weights: {subject}.",
        "ko": "처음 가중치의 크기에 따른 학습 속도와 갱신의 크기: {subject}.",
    },
    "stopping.caption": {
        "en": "Early stopping: both losses, the turn, the patience, and what the best weights are worth: {subject}.",
        "ko": "조기 종료: 두 손실과 전환점, 인내 횟수, 그리고 가장 좋은 가중치의 성능: {subject}.",
    },
    "budget.caption": {
        "en": "Learning-rate schedules at equal budget, seed by seed: {subject}.",
        "ko": "같은 예산에서 비교한 학습률 스케줄, 시드별 결과: {subject}.",
    },
    "film.caption": {
        "en": "The activations of every layer through training, snapshot by snapshot: {subject}.",
        "ko": "훈련이 진행되는 동안 각 층의 활성화값: {subject}.",
    },
    "descent.caption": {
        "en": "Descents from a poor region of a surface, and the minimum in which each ends: {subject}.",
        "ko": "손실 곡면의 나쁜 영역에서 출발한 하강과 각각이 도달한 극소점: {subject}.",
    },
    "range_test.caption": {
        "en": "A learning-rate range test, the loss while the rate rises: {subject}.",
        "ko": "학습률 범위 시험, 학습률이 커지는 동안의 손실: {subject}.",
    },
    "race.caption": {
        "en": "Loss over the updates by initializer, beside every layer before and after training: {subject}.",
        "ko": "초기화 방법에 따른 갱신별 손실, 그리고 훈련 전과 후의 모든 층: {subject}.",
    },
    "batch_norm.caption": {
        "en": "Training accuracy at every weight scale, with and without batch normalization: {subject}.",
        "ko": "가중치 크기마다 배치 정규화가 있을 때와 없을 때의 훈련 정확도: {subject}.",
    },
    "batch_norm_layers.caption": {
        "en": "Layers at the start and accuracy at the end over the weight scale, with and without batch "
        "normalization: {subject}.",
        "ko": "가중치 크기에 따른 훈련 전의 층과 최종 정확도, 배치 정규화가 있을 때와 없을 때: {subject}.",
    },
    "schedules.caption": {"en": "Learning rates step by step: {subject}.", "ko": "단계에 따른 학습률: {subject}."},
    "drift.caption": {
        "en": "A baseline beside what is measured now, the statistics that differ most: {subject}.",
        "ko": "기준선과 지금 측정한 값, 가장 크게 다른 통계량: {subject}.",
    },
    "story.pairs": {"en": "{inits} with {activations}", "ko": "{inits} × {activations}"},
    "story.inits": {"en": "{number} initializers", "ko": "초기화 방법 {number}가지"},
    "story.activations": {"en": "{number} activation functions", "ko": "활성화 함수 {number}가지"},
    "story.runs": {"en": "{number} runs", "ko": "실행 {number}개"},
    "story.schedules": {"en": "{number} schedules", "ko": "스케줄 {number}가지"},
    "story.descents": {"en": "{number} descents on surface {name}", "ko": "곡면 {name}, 하강 {number}개"},
    "story.trained": {"en": "{runs}, trained on {data}; {stack}", "ko": "{data} 데이터로 훈련한 {runs}; {stack}"},
    "story.stack": {"en": "{names}; {stack}", "ko": "{names}; {stack}"},
    "story.depth": {"en": "{number} layers", "ko": "층 {number}개"},
    "story.depth_one": {"en": "1 layer", "ko": "층 1개"},
    "story.width": {"en": "width {width}", "ko": "너비 {width}"},
    "story.widths": {"en": "widths {low} to {high}", "ko": "너비 {low}~{high}"},
    "summary.probe": {"en": "Activations and gradients by layer", "ko": "층별 활성화값과 기울기"},
    "summary.snapshot": {"en": "Layers after {step} updates", "ko": "갱신 {step}회 뒤의 층"},
    "summary.training": {"en": "Training", "ko": "훈련"},
    "summary.descent": {"en": "Descents on a surface", "ko": "곡면 위의 하강"},
    "summary.range_test": {"en": "Learning-rate range test", "ko": "학습률 범위 시험"},
    "summary.pairing": {"en": "pairing", "ko": "조합"},
    "summary.verdict": {"en": "verdict", "ko": "진단"},
    "summary.found": {"en": "what is wrong", "ko": "소견"},
    "summary.remedy": {"en": "what helps", "ko": "처방"},
    "summary.run": {"en": "run", "ko": "실행"},
    "summary.ended": {"en": "ended", "ko": "종료"},
    "summary.budget": {"en": "budget, {number} seeds", "ko": "정해진 만큼 훈련, 시드 {number}개"},
    "summary.stopped": {"en": "stopped early, {number} seeds", "ko": "조기 종료, 시드 {number}개"},
    "summary.diverged": {"en": "diverged, {number} seeds", "ko": "발산, 시드 {number}개"},
    "summary.reached": {"en": "height of the minimum", "ko": "극소점의 높이"},
    "summary.escaped": {"en": "noisy descents that leave", "ko": "잡음이 있을 때 탈출하는 비율"},
    "summary.more": {"en": "{number} more are not shown", "ko": "나머지 {number}개는 보이지 않음"},
    "summary.all": {"en": "all variables", "ko": "모든 변수"},
}
