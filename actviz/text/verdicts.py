"""Words of verdicts: what was found, what helps, and the thresholds with their reasons."""

VERDICTS: dict[str, dict[str, str]] = {
    "verdict.healthy": {"en": "healthy", "ko": "정상"},
    "verdict.healthy.short": {"en": "ok", "ko": "정상"},
    "verdict.overflowed": {"en": "overflowed", "ko": "오버플로"},
    "verdict.overflowed.short": {"en": "overfl.", "ko": "오버플로"},
    "verdict.dead": {"en": "dead", "ko": "죽음"},
    "verdict.dead.short": {"en": "dead", "ko": "죽음"},
    "verdict.symmetric": {"en": "symmetric", "ko": "대칭"},
    "verdict.symmetric.short": {"en": "symm.", "ko": "대칭"},
    "verdict.saturated": {"en": "saturated", "ko": "포화"},
    "verdict.saturated.short": {"en": "satur.", "ko": "포화"},
    "verdict.collapsed": {"en": "collapsed", "ko": "붕괴"},
    "verdict.collapsed.short": {"en": "coll.", "ko": "붕괴"},
    "verdict.exploding": {"en": "exploding", "ko": "기울기 폭발"},
    "verdict.exploding.short": {"en": "expl.", "ko": "폭발"},
    "verdict.vanishing": {"en": "vanishing", "ko": "기울기 소실"},
    "verdict.vanishing.short": {"en": "vanish", "ko": "소실"},
    "finding.overflowed.signal": {
        "en": "from layer {layer} on activations are inf or NaN",
        "ko": "{layer}층부터 활성화값이 inf 또는 NaN이다",
    },
    "finding.overflowed.gradient": {
        "en": "on its way back the gradient is inf or NaN from layer {layer} down",
        "ko": "역전파되는 기울기가 {layer}층부터 아래로 inf 또는 NaN이다",
    },
    "finding.dead.silent": {
        "en": "every activation is exactly 0 from layer {layer} on, and no weight has a gradient",
        "ko": "{layer}층부터 모든 활성화값이 정확히 0이며, 어느 가중치에도 기울기가 없다",
    },
    "finding.dead.flat": {
        "en": "{share} of the units of layer {layer} are flat for every sample",
        "ko": "어떤 표본에서도 함수의 평평한 구간을 벗어나지 못하는 뉴런이 {layer}층의 {share}에 이른다",
    },
    "finding.dead.gradient": {
        "en": "the gradient is exactly 0 from layer {layer} down: only layers above can learn",
        "ko": "{layer}층부터 아래로 기울기가 정확히 0이어서 그 위의 층만 학습할 수 있다",
    },
    "finding.dead.gradient_all": {
        "en": "the gradient is exactly 0 in every layer: nothing can learn",
        "ko": "모든 층에서 기울기가 정확히 0이어서 아무것도 학습할 수 없다",
    },
    "finding.dead.faded": {
        "en": "the signal has faded to nothing, so that the gradient is exactly 0",
        "ko": "신호가 완전히 사라져 기울기가 정확히 0이다",
    },
    "finding.symmetric": {
        "en": "the units of layer {layer} are all identical, so they learn the same",
        "ko": "{layer}층의 뉴런이 모두 같아 똑같은 것만 학습한다",
    },
    "finding.saturated": {
        "en": "up to {share} of a layer's activations are where the slope is nearly 0",
        "ko": "함수의 미분값이 거의 0인 구간에 있는 활성화값이 한 층에서 최대 {share}에 이른다",
    },
    "finding.collapsed.faded": {
        "en": "the signal fades to one spike: over samples a unit varies by {value} of what the input does",
        "ko": "신호가 한 점으로 줄어든다: 표본에 따른 뉴런의 변동이 입력 변동의 {value}배이다",
    },
    "finding.collapsed.alike": {
        "en": "samples can no longer be told apart, however broad the histogram: a unit varies by {value} of what the "
        "input does",
        "ko": "히스토그램이 아무리 넓어도 표본을 더는 구별할 수 없다: 표본에 따른 뉴런의 변동이 입력 변동의 "
        "{value}배이다",
    },
    "finding.exploding.gradient": {
        "en": "the gradient grows on its way back to {value} times its size at the last layer ({rate}-fold in mean "
        "square a layer)",
        "ko": "기울기가 역전파되면서 마지막 층의 {value}배로 커진다(제곱 평균은 층마다 {rate}배)",
    },
    "finding.exploding.signal": {
        "en": "the signal grows: over samples a unit varies {value} times as the input does",
        "ko": "신호가 커진다: 표본에 따른 뉴런의 변동이 입력 변동의 {value}배이다",
    },
    "finding.vanishing": {
        "en": "the gradient falls on its way back to {value} of its size at the last layer ({rate}-fold in mean square "
        "a layer)",
        "ko": "기울기가 역전파되면서 마지막 층의 {value}배로 작아진다(제곱 평균은 층마다 {rate}분의 1)",
    },
    "note.falls": {
        "en": "the gradient falls {factor}-fold over {depth} layers, {rate}-fold in mean square a layer: not vanishing "
        "yet, but it would in a deeper stack",
        "ko": "기울기가 층 {depth}개를 지나며 {factor}분의 1로 작아진다(제곱 평균은 층마다 {rate}분의 1). 아직 "
        "소실은 아니지만 더 깊은 신경망에서는 소실된다",
    },
    "note.grows": {
        "en": "the gradient grows {factor}-fold over {depth} layers, {rate}-fold in mean square a layer: not exploding "
        "yet, but it would in a deeper stack",
        "ko": "기울기가 층 {depth}개를 지나며 {factor}배로 커진다(제곱 평균은 층마다 {rate}배). 아직 폭발은 아니지만 "
        "더 깊은 신경망에서는 폭발한다",
    },
    "note.falls_slowly": {
        "en": "slow decay: the gradient falls {factor}-fold over {depth} layers",
        "ko": "느린 감소: 기울기가 층 {depth}개를 지나며 {factor}분의 1로 작아진다",
    },
    "note.grows_slowly": {
        "en": "slow growth: the gradient grows {factor}-fold over {depth} layers",
        "ko": "느린 증가: 기울기가 층 {depth}개를 지나며 {factor}배로 커진다",
    },
    "note.no_gradient": {
        "en": "no gradient was measured in any layer: the verdict is about the way forward alone (is the output "
        "cut off from its weights, by no_grad, detach or argmax?)",
        "ko": "어느 층에서도 기울기가 측정되지 않았으므로 이 진단은 순전파에만 해당한다(no_grad, detach, argmax로 "
        "출력이 가중치와 끊어지지 않았는지 확인한다)",
    },
    "note.alike": {
        "en": "samples grow alike: mean cosine {cosine} at layer {layer}",
        "ko": "표본이 서로 비슷해진다: {layer}층에서 평균 코사인 {cosine}",
    },
    "note.few": {
        "en": "{verdict} in {seeds} of {of} seeds: {message}",
        "ko": "시드 {of}개 중 {seeds}개에서 {verdict}: {message}",
    },
    "remedy.random": {
        "en": "draw the weights at random, so that units differ:",
        "ko": "뉴런이 서로 달라지도록 가중치를 무작위로 뽑는다.",
    },
    "remedy.centred": {"en": "centre the weights at 0:", "ko": "가중치의 평균을 0으로 맞춘다."},
    "remedy.named": {
        "en": "{init}, weight variance {variance} / fan_in (std {std} at fan_in {fan_in}, gain {gain})",
        "ko": "{init} 초기화(가중치 분산 {variance} / fan_in, fan_in {fan_in}에서 표준편차 {std}, 이득 {gain})",
    },
    "remedy.unnamed": {
        "en": "a weight variance of {variance} / fan_in (std {std} at fan_in {fan_in}, gain {gain})",
        "ko": "가중치 분산 {variance} / fan_in(fan_in {fan_in}에서 표준편차 {std}, 이득 {gain})",
    },
    "remedy.nearest": {
        "en": "a weight variance of {variance} / fan_in (std {std} at fan_in {fan_in}, gain {gain}; {init}, "
        "{own} / fan_in, is nearest)",
        "ko": "가중치 분산 {variance} / fan_in(fan_in {fan_in}에서 표준편차 {std}, 이득 {gain}; 가장 가까운 것은 "
        "{own} / fan_in 분산의 {init} 초기화)",
    },
    "remedy.instead": {"en": "instead of {current} / fan_in ", "ko": ", 현재는 {current} / fan_in"},
    "remedy.critical": {
        "en": "{instead}use {target}, which makes {activation} critical.",
        "ko": "{activation} 함수를 임계 상태로 만드는 설정을 쓴다: {target}{instead}.",
    },
    "remedy.unit": {
        "en": "{instead}use {target}, which keeps the signal of {activation}, and nearly its gradient.",
        "ko": "{activation} 함수의 신호를 유지하고 기울기도 거의 유지하는 설정을 쓴다: {target}{instead}.",
    },
    "remedy.level": {
        "en": "{instead}use {target}, which levels the gradient of {activation} over {depth} layers.",
        "ko": "{activation} 함수의 기울기를 층 {depth}개에 걸쳐 고르게 하는 설정을 쓴다: {target}{instead}.",
    },
    "remedy.tried": {
        "en": "{instead}use {target}, under which trial stacks of width {width} are healthy; over {depth} layers of "
        "{activation} a few percent more explode and a few less fade, so fewer layers, skip connections or batch "
        "normalization are safer.",
        "ko": "시험한 너비 {width}의 신경망이 정상으로 나온 설정을 쓴다: {target}{instead}. {activation} 함수의 층 "
        "{depth}개에서 가중치가 몇 퍼센트만 더 크면 폭발하고 조금만 작으면 사라지므로, 층을 줄이거나 잔차 연결 또는 "
        "배치 정규화를 쓰는 편이 더 안전하다.",
    },
    "remedy.closest": {
        "en": "use fewer layers, skip connections or batch normalization: no weight scale keeps {activation} level "
        "over {depth} layers for sure; {instead}{target} comes closest, under which most trial stacks of width "
        "{width} are healthy.",
        "ko": "층을 줄이거나 잔차 연결 또는 배치 정규화를 쓴다: {activation} 함수를 층 {depth}개에 걸쳐 확실히 "
        "고르게 유지하는 가중치 크기는 없다. 시험한 너비 {width}의 신경망 대부분이 정상인, 가장 가까운 설정: "
        "{target}{instead}.",
    },
    "remedy.unsteady": {
        "en": "use fewer layers, skip connections or batch normalization: no weight scale keeps {activation} level "
        "over {depth} layers for sure.",
        "ko": "층을 줄이거나 잔차 연결 또는 배치 정규화를 쓴다: {activation} 함수를 층 {depth}개에 걸쳐 확실히 "
        "고르게 유지하는 가중치 크기는 없다.",
    },
    "remedy.depth": {
        "en": "use fewer or wider layers, skip connections or batch normalization: the weight scale is right for "
        "{activation}.",
        "ko": "층을 줄이거나 너비를 늘리거나, 잔차 연결 또는 배치 정규화를 쓴다: 가중치 크기는 {activation} 함수에 "
        "알맞다.",
    },
    "remedy.cut": {
        "en": "See what stands right behind that layer: detach(), no_grad(), rounding, or weights that are all 0 "
        "let no gradient through.",
        "ko": "그 층 바로 뒤를 살펴본다: detach(), no_grad(), 반올림, 모두 0인 가중치는 기울기를 통과시키지 않는다.",
    },
    "remedy.undefined": {
        "en": "See what that layer is given: the layer before is of ordinary size, so a function is undefined there "
        "(the logarithm or root of a negative number, 0 / 0), and no weight scale is to blame.",
        "ko": "그 층에 들어가는 값을 살펴본다: 앞 층의 크기는 정상이므로 그 층에서 어떤 함수가 정의되지 않은 "
        "것이며(음수의 로그나 제곱근, 0 / 0), 가중치 크기의 문제가 아니다.",
    },
    "remedy.inputs": {
        "en": "Scale the inputs to a root mean square of 1; it is {size} now.",
        "ko": "입력의 제곱평균제곱근을 1로 맞춘다. 현재 값: {size}.",
    },
    "remedy.none": {
        "en": "no weight scale suits {activation}, which vanishes below and saturates above: use tanh with {tanh}, or "
        "batch normalization.",
        "ko": "{activation} 함수에 맞는 가중치 크기는 없다. 가중치가 작으면 기울기가 소실되고 크면 포화된다. 배치 "
        "정규화를 쓰거나, tanh 함수에 다음 초기화를 쓴다: {tanh}.",
    },
    "remedy.norm": {
        "en": "under batch normalization the weight scale has no effect: use fewer layers, or skip connections.",
        "ko": "배치 정규화를 쓰면 가중치 크기가 영향을 주지 않는다. 층을 줄이거나 잔차 연결을 쓴다.",
    },
    "remedy.any_scale": {
        "en": "under batch normalization at any scale, for example lecun_normal.",
        "ko": "배치 정규화를 쓰면 어떤 크기든 좋다(예: lecun_normal).",
    },
    "remedy.smaller": {
        "en": "use smaller weights: actviz.theory.critical_points, given the function {activation}, has the variance; "
        "if it is a step, no weights give it a slope: use a function that has one.",
        "ko": "더 작은 가중치를 쓴다: 알맞은 분산은 actviz.theory.critical_points에 {activation} 함수를 넘겨 구한다. "
        "계단 함수라면 어떤 가중치를 써도 미분값이 0이므로 그렇지 않은 함수를 쓴다.",
    },
    "remedy.own": {
        "en": "use the weight variance that actviz.theory.critical_points finds for the function {activation}; "
        "if it is a step, no weights give it a slope: use a function that has one.",
        "ko": "actviz.theory.critical_points가 {activation} 함수에 대해 구하는 가중치 분산을 쓴다. 계단 함수라면 "
        "어떤 가중치를 써도 미분값이 0이므로 그렇지 않은 함수를 쓴다.",
    },
    "threshold.agree": {
        "en": "share of the seeds that must show a fault: half, so that no single network decides",
        "ko": "결함이 나타나야 하는 시드의 비율: 신경망 하나가 결론을 좌우하지 않도록 절반",
    },
    "threshold.nonfinite": {
        "en": "share of a layer's activations that may be inf or NaN: none",
        "ko": "한 층의 활성화값 중 inf나 NaN이어도 되는 비율: 없음",
    },
    "threshold.zero_fraction": {
        "en": "share of exact zeros from which on a layer is silent: all, since half is ReLU",
        "ko": "층이 죽었다고 보는, 정확히 0인 값의 비율: ReLU에서는 절반이 정상이므로 전부",
    },
    "threshold.distinct_units": {
        "en": "number of distinct units up to which a layer of more units is symmetric",
        "ko": "뉴런이 더 많은 층을 대칭으로 보는, 서로 다른 뉴런 수의 상한",
    },
    "threshold.saturated": {
        "en": "share of saturated values, under a bounded activation: most; hard tanh has 48 % under He",
        "ko": "유계 활성화 함수에서 포화된 값의 비율: 대부분. He 초기화의 hard tanh에서는 48 %",
    },
    "threshold.saturated_one_sided": {
        "en": "share of saturated values, under other activations: nearly all, since ReLU and its kin rest at 50 %",
        "ko": "그 밖의 활성화 함수에서 포화된 값의 비율: 거의 전부. ReLU 계열은 평소 50 %",
    },
    "threshold.dead_units": {
        "en": "share of a layer's units that are flat for every sample: nearly all; deep He + ReLU has up to 65 %",
        "ko": "한 층에서 어떤 표본에도 평평한 뉴런의 비율: 거의 전부. 깊은 He + ReLU에서는 최대 65 %",
    },
    "threshold.grad_zero": {
        "en": "share of exact zeros from which on a layer has no gradient: all",
        "ko": "층에 기울기가 없다고 보는, 정확히 0인 값의 비율: 전부",
    },
    "threshold.collapsed": {
        "en": "per-unit spread over samples, relative to the input's, below which a layer may be collapsed; deep "
        "He + ReLU comes down to 0.03",
        "ko": "층이 붕괴했을 수 있다고 보는, 입력에 대한 뉴런별 표본 간 퍼짐의 상한. 깊은 He + ReLU에서는 0.03까지 "
        "내려간다",
    },
    "threshold.faded": {
        "en": "standard deviation of a collapsed layer's activations below which they are one spike, as wide as one of "
        "thirty bins on (0, 1)",
        "ko": "붕괴한 층의 활성화값이 한 점에 모였다고 보는 표준편차의 상한: (0, 1)을 서른 구간으로 나눈 한 구간의 폭",
    },
    "threshold.alike": {
        "en": "mean cosine of two samples from which on a layer of small spread is collapsed",
        "ko": "표본 간 퍼짐이 작은 층을 붕괴로 보는, 두 표본의 평균 코사인의 하한",
    },
    "threshold.exploding": {
        "en": "norm of the gradient, relative to the last layer's, or spread of the signal, relative to the input's: "
        "30, about 1000 in mean square, which takes 7 of the theory's depth scales",
        "ko": "마지막 층에 대한 기울기의 노름, 또는 입력에 대한 신호의 퍼짐: 30. 제곱 평균으로는 약 1000이며, 이론의 "
        "깊이 척도로 7배에 해당한다",
    },
    "threshold.vanishing": {
        "en": "norm of the gradient, relative to the last layer's: 1/30, as for exploding",
        "ko": "마지막 층에 대한 기울기의 노름: 폭발과 같은 기준으로 1/30",
    },
    "threshold.slow": {
        "en": "factor from which on a smaller change of the gradient is noted",
        "ko": "기울기의 더 작은 변화도 적어 두는 배율의 하한",
    },
    "threshold.underflow": {
        "en": "size below which a 0 in the next layer is underflow, not a dead layer; float32 ends at 1e-45",
        "ko": "다음 층의 0을 죽은 층이 아니라 언더플로로 보는 크기의 상한. float32는 1e-45에서 끝난다",
    },
}
