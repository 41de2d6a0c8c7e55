"""Why theory does not hold for a pairing, or has no number."""

THEORY: dict[str, dict[str, str]] = {
    "theory.refused.norm": {
        "en": "batch normalization: mean-field theory of plain stacks does not hold",
        "ko": "배치 정규화: 단순한 층 구조에 대한 평균장 이론이 성립하지 않는다",
    },
    "theory.refused.module": {
        "en": "layers of a PyTorch model: theory is for the stacks that actviz builds",
        "ko": "PyTorch 모델의 층: 이론은 actviz가 만드는 신경망에만 적용된다",
    },
    "theory.refused.inputs": {
        "en": "inputs whose moments are not known: theory is for normal, uniform and correlated ones",
        "ko": "적률을 알 수 없는 입력: 이론은 정규분포, 균등분포, 상관 입력에만 적용된다",
    },
    "theory.refused.own": {
        "en": "a function of your own, which its name does not bring back: pass the object to predict",
        "ko": "이름만으로는 되찾을 수 없는 사용자 함수: predict에 함수 객체를 직접 넘겨야 한다",
    },
    "theory.refused.jump": {
        "en": "a function that jumps has no slope there, so no theory of gradients and depth scales holds",
        "ko": "불연속 함수: 뛰는 점에서 미분값이 없으므로 기울기와 깊이 척도에 관한 이론이 성립하지 않는다",
    },
    "theory.refused.dependent": {
        "en": "weights that depend on each other (orthogonal, identity): theory is for independent ones",
        "ko": "서로 의존하는 가중치(직교, 항등): 이론은 독립인 가중치에만 적용된다",
    },
    "theory.refused.mean": {
        "en": "weights with a mean other than 0, which theory cannot treat",
        "ko": "평균이 0이 아닌 가중치: 이론으로 다룰 수 없다",
    },
    "theory.refused.silent": {
        "en": "weights that are all 0: no signal passes, and there is nothing to predict",
        "ko": "모두 0인 가중치: 신호가 지나가지 않으므로 예측할 것이 없다",
    },
    "theory.refused.variance": {
        "en": "the initializer does not declare its variance",
        "ko": "초기화 방법이 분산을 밝히지 않는다",
    },
    "theory.refused.huge": {"en": "weights whose variance is too large a number", "ko": "분산이 지나치게 큰 가중치"},
    "theory.refused.narrow": {
        "en": "a layer with fewer than 16 inputs a unit: too narrow for a theory of wide stacks",
        "ko": "뉴런당 입력이 16개 미만인 층: 넓은 층에 대한 이론을 적용하기에는 너무 좁다",
    },
    "theory.refused.deep": {
        "en": "more than 1000 layers: theory is not followed that far",
        "ko": "1000층 초과: 그렇게 깊은 층까지는 이론값을 구하지 않는다",
    },
    "theory.missing.layer": {"en": "layer {first}", "ko": "{first}층"},
    "theory.missing.layers": {"en": "layers {first} to {last}", "ko": "{first}~{last}층"},
    "theory.missing.range": {
        "en": "signal or gradient leaves the range of {dtype}",
        "ko": "신호나 기울기가 {dtype} 범위를 벗어난다",
    },
    "theory.missing.scatter": {
        "en": "networks of this width differ too much for the leading order in 1 / width",
        "ko": "이 너비에서는 신경망 간 차이가 커서 1 / 너비의 최저차 항만으로 다룰 수 없다",
    },
    "theory.missing.band": {
        "en": "no band and no z-score, for under this drive only the slope is predicted",
        "ko": "띠와 z 점수 없음: 이 역전파 신호에서는 층에 따른 증감률만 예측된다",
    },
    "theory.missing.z": {
        "en": "no z-score, for the measured value has none or counts too few values",
        "ko": "z 점수 없음: 측정값에 z 점수가 없거나 센 값이 너무 적다",
    },
}
