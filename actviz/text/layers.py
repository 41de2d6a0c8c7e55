"""Words of the figures of a probe: what each is, its title, how to read it, its panels, notes and recipe."""

LAYERS: dict[str, dict[str, str]] = {
    "histograms.about": {
        "en": "activations of each layer, by initializer, for one activation function",
        "ko": "활성화 함수 하나에 대해 초기화 방법별로 본 각 층의 활성화값 분포",
    },
    "histograms.title": {
        "en": "Where the activations go: {activation}",
        "ko": "층을 지나는 활성화값의 분포: {activation}",
    },
    "histograms.title_book": {
        "en": "Where the activations go: {activation}, from {low} to {high}",
        "ko": "층을 지나는 활성화값의 분포: {activation}, {low} ~ {high}",
    },
    "histograms.read": {
        "en": "Healthy: every layer keeps a broad shape. Sick: one spike (collapsed), or all mass at the ends "
        "(saturated). Each panel is scaled to its own tallest bar.",
        "ko": "정상: 모든 층이 넓은 분포를 유지한다. 이상: 한 점에 뾰족하게 몰리거나(붕괴) 양 끝에 쌓인다(포화). 칸의 "
        "높이는 그 칸에서 가장 높은 막대에 맞추었다.",
    },
    "histograms.read_log": {
        "en": "Logarithmic axis. Healthy: the shape stays. Moving left it fades, right it explodes. Each panel is "
        "scaled to its tallest bar. Bar at the left edge: exact zeros, full height for 100 %.",
        "ko": "로그 축. 정상: 모양이 유지된다. 왼쪽으로 밀리면 신호가 사라지고, 오른쪽으로 밀리면 폭발한다. 칸의 "
        "높이는 가장 높은 막대에 맞추었다. 왼쪽 끝 막대: 정확히 0인 값, 꽉 차면 100 %.",
    },
    "histograms.read_signed": {
        "en": "Axis logarithmic both ways from 0. Healthy: the shape stays. Moving inward it fades, outward it "
        "explodes. Each panel is scaled to its tallest bar. Bar in the middle: exact zeros.",
        "ko": "0에서 양쪽으로 로그 축. 정상: 모양이 유지된다. 안쪽으로 모이면 신호가 사라지고, 바깥쪽으로 퍼지면 "
        "폭발한다. 칸의 높이는 가장 높은 막대에 맞추었다. 가운데 막대: 정확히 0인 값.",
    },
    "histograms.read_book": {
        "en": "The textbook's view: equal bins on a fixed range. What falls outside is not drawn: its share is "
        "written above the panel. Each panel is scaled to its own tallest bar.",
        "ko": "책의 방식: 정해진 범위를 같은 간격으로 나눈다. 범위를 벗어난 값은 그리지 않고 그 비율을 칸 위에 "
        "적는다. 칸의 높이는 그 칸에서 가장 높은 막대에 맞추었다.",
    },
    "ridges.about": {
        "en": "one pairing through a deep stack: its activations, and what becomes of gradients",
        "ko": "깊은 신경망을 지나는 한 조합의 활성화값과 기울기의 변화",
    },
    "ridges.title": {
        "en": "{init} with {activation}, {depth} layers",
        "ko": "{init} 초기화와 {activation} 함수, 층 {depth}개",
    },
    "ridges.title_one": {"en": "{init} with {activation}, 1 layer", "ko": "{init} 초기화와 {activation} 함수, 층 1개"},
    "ridges.read": {
        "en": "Each column is a layer's distribution, {shade} where most values are. Healthy: the same picture from "
        "first to last layer, and a level gradient.",
        "ko": "세로줄 하나가 한 층의 분포이며, 값이 가장 많은 곳을 {shade} 그렸다. 정상: 첫 층부터 마지막 층까지 "
        "모습이 같고 기울기의 크기가 일정하다.",
    },
    "ridges.read_log": {
        "en": "Each column is a layer's distribution of nonzero values, {shade} where most are, on a logarithmic "
        "axis. Healthy: a level band and a level gradient.",
        "ko": "세로줄 하나가 한 층에서 0이 아닌 값의 분포이며(로그 축), 값이 가장 많은 곳을 {shade} 그렸다. 정상: "
        "띠가 수평을 유지하고 기울기의 크기가 일정하다.",
    },
    "ridges.outside": {
        "en": "from layer {layer}: up to {share} outside this range",
        "ko": "{layer}층부터: 이 범위를 벗어난 값 최대 {share}",
    },
    "ridges.overflow": {"en": "from layer {layer}: overflow", "ko": "{layer}층부터: 오버플로"},
    "signal.about": {
        "en": "mean, standard deviation and saturated share of the activations, layer by layer",
        "ko": "층별 활성화값의 평균, 표준편차, 포화 비율",
    },
    "signal.title": {"en": "How the signal travels", "ko": "층을 지나는 신호"},
    "signal.read": {
        "en": "Healthy: a level standard deviation. Falling, the signal fades; rising, it explodes. At 100 % "
        "saturated nothing learns; ReLU rests at 50 %.",
        "ko": "정상: 표준편차가 일정하다. 작아지면 신호가 사라지고, 커지면 폭발한다. 포화 비율이 100 %이면 아무것도 "
        "학습되지 않는다. ReLU 함수는 50 %가 보통이다.",
    },
    "gradients.about": {
        "en": "size of the gradients layer by layer, and their distribution at both ends",
        "ko": "층별 기울기의 크기와 첫 층과 마지막 층의 기울기 분포",
    },
    "gradients.title": {"en": "How the gradient travels back", "ko": "거꾸로 전파되는 기울기"},
    "gradients.read": {
        "en": "Read from right to left, as the gradient travels: where RMS of ∂L/∂z is level, it reaches the first "
        "layer intact; falling to the left it vanishes, rising it explodes.",
        "ko": "기울기가 전파되는 방향대로 오른쪽에서 왼쪽으로 읽는다. ∂L/∂z의 RMS가 일정하면 첫 층까지 온전히 "
        "도달하고, 왼쪽으로 갈수록 작아지면 소실, 커지면 폭발이다.",
    },
    "saturation.about": {
        "en": "initializer by activation: saturation, signal and gradient at the end of the stack",
        "ko": "초기화 방법과 활성화 함수의 조합별로 본 마지막 층의 포화, 신호, 기울기",
    },
    "saturation.title": {"en": "Which pairings saturate, fade or explode", "ko": "포화, 소실, 폭발이 일어나는 조합"},
    "saturation.read": {
        "en": "Healthy: far from all saturated (ReLU rests at 50 %), a standard deviation that is not lost, a "
        "gradient change near 0 decades (+1: ten times larger at layer 1 than at layer {depth}).",
        "ko": "정상: 포화 비율이 100 %보다 훨씬 낮고(ReLU 함수는 50 %가 보통), 표준편차가 사라지지 않으며, 기울기 "
        "변화가 0에 가깝다(+1: 1층의 기울기가 {depth}층의 10배).",
    },
    "saturation.verdicts": {"en": "Below: the verdict.", "ko": "칸 아래 글자: 진단."},
    "saturation.saturated": {"en": "saturated share, layer {depth}", "ko": "{depth}층의 포화 비율"},
    "saturation.act_std": {"en": "standard deviation, layer {depth}", "ko": "{depth}층의 표준편차"},
    "saturation.attenuation": {"en": "gradient change, decades", "ko": "기울기 변화(자릿수)"},
    "collapse.about": {
        "en": "whether samples, and the units of a layer, can still be told apart",
        "ko": "표본끼리, 그리고 한 층의 뉴런끼리 아직 구별되는지",
    },
    "collapse.title": {"en": "Can samples, and units, still be told apart?", "ko": "표본과 뉴런은 아직 구별되는가?"},
    "collapse.read": {
        "en": "Similarity 1: all samples look alike to the layer. Spread falling: so will they soon. Distinct units "
        "far below 100 %: units compute the same and learn the same.",
        "ko": "유사도 1: 그 층에는 모든 표본이 똑같아 보인다. 퍼짐이 줄어들면 곧 그렇게 된다. 서로 다른 뉴런이 100 "
        "%에 크게 못 미치면 뉴런들이 같은 값을 계산하고 같은 것을 학습한다.",
    },
    "overview.about": {
        "en": "a few telling pairings side by side, on one slide",
        "ko": "대표적인 조합 몇 가지를 한 장에 나란히",
    },
    "overview.title": {
        "en": "How a network starts decides what can be learned",
        "ko": "무엇을 학습할 수 있는지는 초기화가 정한다",
    },
    "overview.read": {
        "en": "Top: activations, layer by layer, unbounded ones on a logarithmic axis. Middle: size of the gradient. "
        "Healthy: a broad shape that stays, and a level gradient.",
        "ko": "위: 층별 활성화값(값에 한계가 없는 함수는 로그 축). 가운데: 기울기의 크기. 정상: 넓은 분포가 유지되고 "
        "기울기의 크기가 일정하다.",
    },
    "overview.std": {"en": "std, last layer", "ko": "표준편차, 마지막 층"},
    "overview.saturated": {"en": "saturated", "ko": "포화 비율"},
    "overview.attenuation": {"en": "gradient at layer 1", "ko": "1층의 기울기"},
    "overview.units": {"en": "distinct units", "ko": "서로 다른 뉴런"},
    "overview.none": {"en": "none", "ko": "없음"},
    "overview.times": {"en": "× {value}", "ko": "× {value}"},
    "phase.about": {
        "en": "depth that signal and gradient reach over sigma_w, with theory's critical line",
        "ko": "σ_w에 따라 신호와 기울기가 도달하는 깊이와 이론의 임계선",
    },
    "phase.title": {
        "en": "How deep signal and gradient reach: {activation}",
        "ko": "신호와 기울기가 도달하는 깊이: {activation}",
    },
    "phase.read": {
        "en": "Healthy: a signal that keeps its colour, a gradient that stays pale. Each column is a stack; its point "
        "says how deep six depth scales reach. At the critical σ_w theory puts no end to it.",
        "ko": "정상: 신호의 색이 유지되고 기울기의 색이 옅다. 세로줄 하나가 신경망 하나이며, 점은 깊이 척도의 6배가 "
        "얼마나 깊은지 나타낸다. 임계 σ_w에서는 이론상 그 깊이에 끝이 없다.",
    },
    "phase.read_biases": {
        "en": "Each cell is a stack, {shade} where six of its depth scales are its {depth} layers or more. Along the "
        "critical line theory puts no end to it. Blank: nothing to fit.",
        "ko": "칸 하나가 신경망 하나이며, 깊이 척도의 6배가 층 {depth}개 이상인 곳을 {shade} 그렸다. 임계선을 "
        "따라서는 이론상 그 깊이에 끝이 없다. 빈칸: 맞출 값이 없다.",
    },
    "phase.signal": {"en": "signal: distance from rest", "ko": "신호: 고정점까지의 거리"},
    "phase.gradient": {"en": "gradient: change of its RMS", "ko": "기울기: RMS의 변화"},
    "phase.signal_depth": {"en": "signal: depth reached", "ko": "신호: 도달 깊이"},
    "phase.gradient_depth": {"en": "gradient: depth reached", "ko": "기울기: 도달 깊이"},
    "phase.point": {"en": "depth reached, and its seeds", "ko": "도달 깊이와 시드 범위"},
    "phase.beyond": {"en": "deeper than the stack", "ko": "신경망보다 깊음"},
    "phase.overflow": {"en": "overflow", "ko": "오버플로"},
    "phase.zero": {"en": "exactly 0", "ko": "정확히 0"},
    "phase.endless": {"en": "theory: 6 ξ is infinite", "ko": "이론: 6 ξ 무한대"},
    "phase.above": {"en": "theory: 6 ξ is deeper than the stack", "ko": "이론: 6 ξ 신경망보다 깊음"},
    "phase.curve": {"en": "theory: 6 ξ", "ko": "이론: 6 ξ"},
    "phase.critical": {"en": "theory: critical σ_w", "ko": "이론: 임계 σ_w"},
    "phase.contour": {"en": "theory: 6 ξ = {depth} layers", "ko": "이론: 6 ξ = 층 {depth}개"},
    "phase.critical_line": {"en": "theory: critical line", "ko": "이론: 임계선"},
    "phase.at": {"en": "critical: {value}", "ko": "임계: {value}"},
    "phase.all_layers": {"en": "≥ {depth}", "ko": "≥ {depth}"},
    "phase.at_rest": {
        "en": "Not measured: independent samples start at the correlation at which they rest, and all that would be "
        "seen is noise. Probe with --inputs correlated:0.5, and the way back to rest is seen.",
        "ko": "측정하지 않음: 서로 독립인 표본은 처음부터 고정점의 상관에서 출발하므로 잡음밖에 보이지 않는다. 옵션 "
        "--inputs correlated:0.5 를 주고 측정하면 고정점으로 돌아가는 과정이 보인다.",
    },
    "figure.needs_probe": {
        "en": "needs a probe's result; of a training, a snapshot is one: `--snapshot STEP`, or actviz.snapshot",
        "ko": "측정 결과가 필요하다. 훈련의 스냅숏도 측정 결과이다: `--snapshot STEP` 또는 actviz.snapshot",
    },
    "shade.brightest": {"en": "brightest", "ko": "가장 밝게"},
    "shade.darkest": {"en": "darkest", "ko": "가장 어둡게"},
    "axis.layer": {"en": "layer", "ko": "층"},
    "axis.layers_back": {"en": "layers back", "ko": "거슬러 간 층 수"},
    "axis.sigma_w": {"en": "σ_w, scale of the weights", "ko": "σ_w, 가중치의 크기"},
    "axis.sigma_b": {"en": "σ_b, scale of the biases", "ko": "σ_b, 편향의 크기"},
    "layer": {"en": "layer {layer}", "ko": "{layer}층"},
    "layers": {"en": "layers {layers}", "ko": "{layers}층"},
    "activation": {"en": "activation", "ko": "활성화값"},
    "act_mean": {"en": "mean", "ko": "평균"},
    "act_std": {"en": "standard deviation", "ko": "표준편차"},
    "saturated": {"en": "saturated share", "ko": "포화 비율"},
    "grad_preact_rms": {"en": "RMS of ∂L/∂z", "ko": "∂L/∂z의 RMS"},
    "grad_weight_norm": {"en": "norm of ∂L/∂W", "ko": "∂L/∂W의 노름"},
    "grad_hist": {"en": "|∂L/∂z|: layers 1 and {depth}", "ko": "|∂L/∂z|: 1층과 {depth}층"},
    "grad_hist.first": {"en": "filled: layer 1", "ko": "채움: 1층"},
    "grad_hist.last": {"en": "outline: layer {depth}", "ko": "윤곽선: {depth}층"},
    "grad_hist_one": {"en": "|∂L/∂z| at layer 1", "ko": "1층의 |∂L/∂z|"},
    "similarity": {"en": "similarity of samples", "ko": "표본 간 유사도"},
    "unit_spread": {"en": "spread over samples", "ko": "표본 간 퍼짐"},
    "distinct_units": {"en": "distinct units", "ko": "서로 다른 뉴런"},
    "panel.std": {"en": "std {value}", "ko": "std {value}"},
    "panel.zeros": {"en": "{share} zeros", "ko": "0 비율 {share}"},
    "panel.all_zero": {"en": "all zero", "ko": "모두 0"},
    "panel.overflow": {"en": "overflow", "ko": "오버플로"},
    "panel.part_overflow": {"en": "{share} overflowed", "ko": "오버플로 {share}"},
    "panel.outside": {"en": "{share} outside", "ko": "범위 밖 {share}"},
    "panel.none_first": {"en": "none at layer 1", "ko": "1층에 없음"},
    "mark.overflow": {"en": "× overflow", "ko": "× 오버플로"},
    "mark.zero": {"en": "○ at the foot: exactly 0", "ko": "○ 바닥의 고리: 정확히 0"},
    "mark.apart": {"en": "points set apart sideways", "ko": "겹친 점은 좌우로 벌려 그림"},
    "mark.undefined": {"en": "undefined: {names}", "ko": "정의되지 않음: {names}"},
    "mark.several": {"en": "{number} initializers", "ko": "초기화 방법 {number}개"},
    "theory.line": {"en": "theory", "ko": "이론"},
    "theory.band": {"en": "95 % of seeds", "ko": "시드의 95 %"},
    "theory.none": {"en": "no theory: {names}", "ko": "이론 없음: {names}"},
    "theory.ends": {
        "en": "theory ends where seeds differ too much",
        "ko": "시드 간 차이가 너무 큰 곳부터는 이론이 없음",
    },
    "theory.z": {"en": "z", "ko": "z"},
    "theory.unbounded": {
        "en": "not critical: gradients keep their size, but the length of the signal grows without end",
        "ko": "임계가 아님: 기울기의 크기는 유지되지만 신호의 길이가 끝없이 커진다",
    },
    "theory.z_value": {"en": "z {value}", "ko": "z {value}"},
    "theory.read_outline": {
        "en": "Dots: theory; z: measured std against it.",
        "ko": "점선: 이론. z: 측정된 표준편차와 이론의 차이.",
    },
    "theory.read": {
        "en": "Dots: theory. Strips: z-score of the difference, shaded to ±3.",
        "ko": "점선: 이론. 아래 띠: 차이의 z 점수, 음영은 ±3까지.",
    },
    "theory.read_some": {
        "en": "Dots ({names}): theory. Strips: z-score, shaded to ±3.",
        "ko": "점선({names}): 이론. 아래 띠: z 점수, 음영은 ±3까지.",
    },
    "recipe.samples": {"en": "{number} samples", "ko": "표본 {number}개"},
    "recipe.samples_one": {"en": "1 sample", "ko": "표본 1개"},
    "recipe.inputs": {"en": "inputs {inputs}", "ko": "입력 {inputs}"},
    "recipe.depth": {"en": "{number} layers", "ko": "층 {number}개"},
    "recipe.depth_one": {"en": "1 layer", "ko": "층 1개"},
    "recipe.width": {"en": "width {width}", "ko": "너비 {width}"},
    "recipe.widths": {"en": "widths {low} to {high}", "ko": "너비 {low} ~ {high}"},
    "recipe.seeds": {"en": "{number} seeds", "ko": "시드 {number}개"},
    "recipe.seeds_one": {"en": "1 seed", "ko": "시드 1개"},
    "recipe.seeds_run": {"en": "{first} to {last}", "ko": "{first}~{last}"},
    "recipe.bias_std": {"en": "biases N(0, {bias_std}²)", "ko": "편향 N(0, {bias_std}²)"},
    "recipe.norm": {"en": "batch norm", "ko": "배치 정규화"},
    "recipe.dtype": {"en": "{dtype}", "ko": "{dtype}"},
    "recipe.cotangent": {"en": "gradient: N(0, 1) at the last layer", "ko": "기울기: 마지막 층에 N(0, 1)"},
    "recipe.cross_entropy": {
        "en": "gradient: cross-entropy of random labels",
        "ko": "기울기: 무작위 레이블의 교차 엔트로피",
    },
    "recipe.own_loss": {"en": "gradient: a loss of your own", "ko": "기울기: 사용자가 정한 손실"},
    "recipe.bands": {"en": "lines: median, bands: all seeds", "ko": "선: 중앙값, 띠: 모든 시드"},
}
