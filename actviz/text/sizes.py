"""Words of sizes, of figures that build up step by step, and of results laid over each other."""

SIZES: dict[str, dict[str, str]] = {
    "stopping.read_below": {
        "en": "Training keeps getting better; validation turns. Early stopping waits a while for something better, "
        "gives up, and keeps the best weights. Below: what those are worth on rows never looked at.",
        "ko": "훈련은 계속 나아지지만 검증은 어느 순간 나빠진다. 조기 종료는 더 나은 값을 한동안 기다리다 멈추고, "
        "가장 좋았던 가중치를 남긴다. 아래: 한 번도 보지 않은 데이터로 평가한 결과.",
    },
    "race.read_below": {
        "en": "Below: a network each; activations by layer, outline before and filled after training; under them its "
        "gradients, dashed before and solid after. A level line at the top is a plateau.",
        "ko": "아래: 신경망 하나씩. 층별 활성화값(윤곽선은 훈련 전, 채운 것은 훈련 후), 그 아래 기울기(파선은 훈련 전, "
        "실선은 훈련 후). 맨 위에서 평평한 선은 정체 구간이다.",
    },
    "histograms.question": {
        "en": "Where will the activations go: {activation}?",
        "ko": "{activation} 함수에서 활성화값은 어디로 갈까?",
    },
    "ridges.question": {
        "en": "What becomes of {init} with {activation}?",
        "ko": "{init} 초기화와 {activation} 함수에서는 어떻게 될까?",
    },
    "signal.question": {"en": "How will the signal travel?", "ko": "신호는 어떻게 전해질까?"},
    "gradients.question": {"en": "How will the gradient travel back?", "ko": "기울기는 어떻게 되돌아갈까?"},
    "collapse.question": {
        "en": "Will samples, and units, still be told apart?",
        "ko": "표본과 뉴런을 여전히 구별할 수 있을까?",
    },
    "curves.question": {"en": "How will training go?", "ko": "훈련은 어떻게 진행될까?"},
    "building.empty": {
        "en": "{question} Empty axes, before anything is shown. To come: {shown}",
        "ko": "{question} 아직 아무것도 그리지 않은 빈 축. 이어서 보일 것: {shown}",
    },
    "building.layer": {"en": "layer {layer}", "ko": "{layer}층"},
    "building.so_far": {
        "en": "{shown} Step {at} of {number}; shown so far: {names}. The rest is still hidden.",
        "ko": "{shown} {number}단계 가운데 {at}단계. 지금까지 보인 것: {names}. 나머지는 아직 가려져 있다.",
    },
    "overlay.read_one": {
        "en": "Filled: {first}. Outline, and its std in brackets: {others}.",
        "ko": "채운 모양: {first}. 윤곽선과 괄호 안의 표준편차: {others}.",
    },
    "overlay.read_several": {
        "en": "Filled: {first}. Outlines, dashed, dotted, then both: {others}.",
        "ko": "채운 모양: {first}. 윤곽선(파선, 점선, 점과 선 순): {others}.",
    },
    "overlay.subject": {
        "en": "{subject}; laid over each other: {results}",
        "ko": "{subject}. 겹쳐 놓은 결과: {results}",
    },
    "overlay.refused": {
        "en": "does not show results laid over each other; choose from {names}",
        "ko": "겹쳐 놓은 결과를 그리지 않는다. 고를 수 있는 그림: {names}",
    },
}
"""Rows by key, each by language."""
