"""Words of remedies: how faults of stacks and of models are mended."""

TEXT: dict[str, str] = {
    "remedy.random": "뉴런이 서로 달라지도록 가중치를 무작위로 뽑는다.",
    "remedy.centred": "가중치의 평균을 0으로 맞춘다.",
    "remedy.named": "{init} 초기화(가중치 분산 {variance} / fan_in, fan_in {fan_in}에서 표준편차 {std}, 이득 {gain})",
    "remedy.unnamed": "가중치 분산 {variance} / fan_in(fan_in {fan_in}에서 표준편차 {std}, 이득 {gain})",
    "remedy.nearest": "가중치 분산 {variance} / fan_in(fan_in {fan_in}에서 표준편차 {std}, 이득 {gain}; 가장 가까운 "
    "것은 {own} / fan_in 분산의 {init} 초기화)",
    "remedy.instead": ", 현재는 {current} / fan_in",
    "remedy.critical": "{activation} 함수를 임계 상태로 만드는 설정을 쓴다: {target}{instead}{tried}.",
    "remedy.critical_near": "{activation} 함수가 임계에 가까운(chi {chi}) 설정을 쓴다: {target}{instead}{tried}.",
    "remedy.deep": ". 너비가 무한할 때의 이론이며, 이 너비의 층 {depth}개에서는 시험하지 않았으므로 신호가 사라지거나 "
    "폭발할 수 있다",
    "remedy.unit": "{activation} 함수의 신호를 유지하고 기울기도 거의 유지하는 설정을 쓴다: {target}{instead}{tried}.",
    "remedy.level": "{activation} 함수의 기울기를 층 {depth}개에 걸쳐 고르게 하는 설정을 쓴다: "
    "{target}{instead}{tried}.",
    "remedy.found": "시험으로 찾은 설정을 쓴다: {target}{instead}{tried}. {activation} 함수의 층 {depth}개에서 "
    "가중치가 몇 퍼센트만 더 크면 폭발하고 조금만 작으면 사라지므로, 층을 줄이는 편이 더 안전하다.",
    "remedy.between": "층 {depth}개에서 {activation} 함수의 기울기가 소실되는 가중치와 값이 포화되는 가중치 사이의 "
    "설정을 쓴다: {target}{instead}{tried}. 층을 줄이는 편이 더 안전하다.",
    "remedy.healthy": ", 너비 {width}의 새 신경망 {of}개 중 {healthy}개가 정상",
    "remedy.healthy_some": ", 너비 {width}의 새 신경망 {of}개 중 {healthy}개가 정상(이 시험처럼 표본이 {samples}개일 "
    "때 전체의 {low}~{high}, 신뢰도 95%)",
    "remedy.best": ". 가장 가까운 {variance} / fan_in에서는 너비 {width}의 새 신경망 {of}개 중 {healthy}개가 여유 "
    "있게 정상이다",
    "remedy.change": "{change}(너비 {width}의 새 신경망 {of}개 중 {healthy}개가 정상): {why}.",
    "remedy.change.batch": "배치 정규화를 쓴다",
    "remedy.change.depth": "분기를 1/√L배로 줄인 잔차 블록을 쓴다(block residual, branch_scale 1/sqrt(L))",
    "remedy.change.zero": "분기가 0에서 시작하는 잔차 블록을 쓴다(block residual, branch_scale 0)",
    "remedy.change.layer": "활성화 함수마다 그 앞에 층 정규화를 둔다(norm layer)",
    "remedy.tanh": "{why}. tanh 함수로 바꾸고 다음 초기화를 쓴다: {tanh}{tried}. 또는 {change}(너비 {width}의 새 "
    "신경망 {of}개 중 {healthy}개가 정상).",
    "remedy.no_change": "층을 줄이거나 너비를 늘린다: {why}. 정규화, 분기를 1/√L배로 줄이거나 0에서 시작하는 잔차 "
    "블록을 시험했으나 정상인 새 신경망이 너무 적었다.",
    "remedy.flat": "다른 함수를 쓰거나 신호가 있는 곳으로 옮긴다: {activation} 함수는 0 부근에서 평평하여 기울기를 "
    "통과시키지 않는다.",
    "remedy.unsure": "층을 줄이거나 너비를 늘린다: {why}. 분기를 1/√L배로 줄인 잔차 블록이 도움이 될 수 있다(시험하지 "
    "않음).",
    "remedy.why.scale": "{activation} 함수를 층 {depth}개에 걸쳐 확실히 정상으로 유지하는 가중치 크기는 없다{best}",
    "remedy.why.right": "가중치 크기는 {activation} 함수에 알맞다",
    "remedy.why.none": "층 {depth}개에서 {activation} 함수에 맞는 가중치 크기는 없다. 가중치가 작으면 기울기가 "
    "소실되고 크면 포화된다",
    "remedy.why.none_unbounded": "층 {depth}개에서 {activation} 함수에 맞는 가중치 크기는 없다. 가중치가 작으면 신호가 "
    "사라지고 크면 폭발한다",
    "remedy.why.norm": "배치 정규화를 쓰면 가중치 크기가 지나가는 신호를 바꾸지 않는다",
    "remedy.why.unit_norm": "정규화는 어떤 가중치 크기에서도 신호의 크기를 유지한다",
    "remedy.unsteady": "층을 줄인다: {activation} 함수를 층 {depth}개에 걸쳐 확실히 고르게 유지하는 가중치 크기는 "
    "없다. 잔차 연결과 정규화는 시험하지 않았다.",
    "remedy.depth": "층을 줄이거나 너비를 늘린다: {why}. 잔차 연결과 정규화는 시험하지 않았다.",
    "remedy.cut": "그 층 바로 뒤를 살펴본다: detach(), no_grad(), 반올림, 모두 0인 가중치는 기울기를 통과시키지 "
    "않는다.",
    "remedy.undefined": "그 층에 들어가는 값을 살펴본다: 앞 층의 크기는 정상이므로 그 층에서 어떤 함수가 정의되지 "
    "않은 것이며(음수의 로그나 제곱근, 0 / 0), 가중치 크기의 문제가 아니다.",
    "remedy.inputs": "입력의 제곱평균제곱근을 1로 맞춘다{tried}. 현재 값: {size}.",
    "remedy.inputs_alike": "입력의 특징마다 평균을 빼고 제곱평균제곱근을 1로 맞춘다{tried}. 지금은 두 표본의 평균 "
    "코사인이 {cosine}, 공통된 값을 포함한 크기가 {size}이다.",
    "remedy.inputs_centred": "입력에서 평균({mean})을 뺀다. 표준편차({std})는 그대로 두어도 된다.",
    "remedy.inputs_centred_scaled": "입력에서 평균({mean})을 빼고 표준편차를 1로 맞춘다{tried}. 현재 값: {std}.",
    "remedy.inputs_tried": "(그러면 너비 {width}의 새 신경망 {of}개 중 {healthy}개가 정상)",
    "remedy.none": "{why}. ReLU나 tanh처럼 알맞은 크기가 있는 함수를 쓴다. 잔차 연결과 정규화는 시험하지 않았다.",
    "remedy.blocks.depth": "모든 분기의 마지막 가중치를 블록 L개일 때 1/√L배로 줄인다(branch_scale 1/sqrt(L))",
    "remedy.blocks.zero": "모든 분기를 0에서 시작한다(branch_scale 0)",
    "remedy.blocks.pre": "모든 분기 앞에 층 정규화를 둔다(norm layer, place pre)",
    "remedy.blocks.weights": "활성화 함수 앞의 가중치를 다음과 같이 뽑는다: {target}",
    "remedy.blocks.both": "{change}. 그리고 {weights}",
    "remedy.blocks.tried": " (너비 {width}의 새 신경망 {of}개 중 {healthy}개가 정상)",
    "remedy.blocks.none": "블록을 줄인다. 지금의 가중치 크기와 활성화 함수에 알맞은 크기에서 분기를 1/√L배로 줄이기, "
    "0에서 시작하기, 분기 앞에 층 정규화 두기를 시험했으나 정상인 새 신경망이 너무 적었다.",
    "remedy.blocks.untried": "분기의 마지막 가중치를 블록 L개일 때 1/√L배로 줄이거나, 0에서 시작하거나, 분기 앞에 "
    "정규화를 둔다. 사용자 함수라서 시험하지 않았다.",
    "remedy.any_scale": "정규화가 있으므로 어떤 크기든 좋다(예: lecun_normal){tried}.",
    "remedy.another_start": "시작할 때부터 나타난 것이 아니라면 갱신 때문에 생긴 것이다. 학습률을 낮추거나 서서히 "
    "올리거나, 기울기를 클리핑한다. 새로 시작한다면: {remedy}",
    "remedy.grown": "학습률을 낮추거나 서서히 올리거나, 기울기를 클리핑한다. 갱신을 거치며 한 층의 가중치가 시작할 "
    "때의 {factor}배로 커졌다.",
    "remedy.broken_inputs": "데이터를 살펴본다. 입력값 자체에 inf나 NaN이 있으며, 가중치의 문제가 아니다.",
    "remedy.broken_weights": "가중치를 뽑거나 불러오는 과정을 살펴본다. 첫 갱신 전에 이미 {layer}층의 가중치에 inf나 "
    "NaN이 있다.",
    "remedy.broken_weights_later": "그 이전의 체크포인트에서 이어 간다. 갱신 때문에 {layer}층의 가중치가 inf나 NaN이 "
    "되었다. 기울기가 그랬거나({step}번째 갱신 이전의 배치와 손실을 살펴본다) 학습률이 너무 큰 것이다. 학습률을 "
    "낮추거나 서서히 올리거나, 기울기를 클리핑한다.",
    "remedy.broken_loss": "손실 함수를 살펴본다. 마지막 층의 활성화값은 유한한데 손실이 그 층에 되돌려 주는 기울기가 "
    "이미 inf나 NaN이다(0의 로그나 제곱근, 0으로 나누기, 너무 큰 손실 배율).",
    "remedy.smaller": "더 작은 가중치가 도움이 될 수 있다: 임계인 분산이 있다면 actviz.theory.critical_points에 "
    "{activation} 함수를 넘겨 구한다. 원점에서 평평한 함수처럼 그런 분산이 없다면 어떤 가중치도 신호를 오래 유지하지 "
    "못하므로, 함수의 입력을 정규화하거나 다른 함수를 쓴다. 미분값이 없는 계단 함수도 그렇다.",
    "remedy.own": "임계인 분산이 있다면 actviz.theory.critical_points가 {activation} 함수에 대해 구하는 가중치 분산을 "
    "쓴다. 원점에서 평평한 함수처럼 그런 분산이 없다면 어떤 가중치도 신호를 오래 유지하지 못하므로, 함수의 입력을 "
    "정규화하거나 다른 함수를 쓴다. 미분값이 없는 계단 함수도 그렇다.",
    "remedy.jump": "{activation} 함수는 불연속이어서 임계인 가중치 분산이 없다. 함수의 입력을 정규화하거나 연속인 "
    "함수를 쓴다.",
    "remedy.of.dead.step": "actviz.Activation(name, phi, slope)에 대리 미분값을 준다(sign에는 tanh의 미분값, "
    "헤비사이드 계단에는 시그모이드의 미분값, 또는 |z| < 1에서 1). 아니면 연속인 함수를 쓴다. 가중치로는 고칠 수 없다.",
    "remedy.of.dead.smothered": "분기가 0이 아닌 가중치로 시작하게 하고, 0은 분기의 마지막 가중치나 마지막 정규화에만 "
    "둔다.",
    "remedy.of.dead.table": "테이블과 손실 사이를 확인한다: 0을 곱하거나 detach()를 거치면 기울기가 전달되지 않는다. "
    "곱해지는 두 값이 모두 0에서 시작하면 하나를 무작위로 뽑는다(예: 표준편차 0.02).",
    "remedy.of.dead.factors": "둘 중 적어도 하나는 표준편차 1 / √fan_in으로 무작위로 초기화한다: 둘 다 0이면 어느 "
    "쪽에도 기울기가 없다.",
    "remedy.of.vanishing.carried": "정규화를 분기 앞에 두거나, DeepNorm처럼 더하기 전에 스트림을 키우고 분기의 "
    "가중치를 줄인다. 그렇지 않으면 학습률을 서서히 올린다.",
    "remedy.of.saturated.attention": "쿼리와 키의 가중치를 더 작게 뽑는다. 로짓을 헤드 너비의 제곱근으로 "
    "나눈다면(그래야 한다) 표준편차는 1 / √fan_in 이하로 한다. 쿼리와 키를 정규화해도 된다.",
    "remedy.of.saturated.attention_normalized": "로짓에 곱해지는 값(온도, 또는 쿼리와 키 정규화의 배율)을 더 작게 "
    "시작하여 로짓의 표준편차가 1 정도가 되게 한다. 쿼리와 키는 이미 정규화되어 있어 가중치의 크기는 상관이 없다.",
    "remedy.of.saturated.gate": "라우터의 가중치를 더 작게, 표준편차 0.02나 1 / √fan_in 이하로 뽑는다.",
    "remedy.of.saturated.gates": "게이트의 가중치를 더 작게, 표준편차 1 / √fan_in 이하로 뽑고 편향은 0 "
    "근처에서 시작한다. LSTM의 망각 게이트는 1, 입력을 그대로 넘기는 게이트는 −1에서 −3이 알맞다.",
    "remedy.of.saturated.decays": "감쇠 계수를 1에 더 가깝게 시작한다. 시간 간격을 줄이거나(softplus의 편향을 "
    "−7에서 −2로) 감쇠율을 줄인다(그 로그를 0 근처로).",
    "remedy.of.saturated.gates_biases": "게이트의 편향을 0 근처에서 시작한다. LSTM의 망각 게이트는 1, 입력을 그대로 "
    "넘기는 게이트는 −1에서 −3이 알맞다. 게이트를 포화시키는 것은 가중치의 크기가 아니라 편향이다.",
    "remedy.of.saturated.output": "출력층의 입력이 제곱평균제곱근 1 정도라면 출력층의 가중치를 더 작게, 표준편차 "
    "0.02나 1 / √fan_in 이하로 뽑거나 0에서 시작한다. 그렇지 않다면 그 아래부터 고친다.",
    "remedy.of.saturated.attention_fed": "쿼리와 키의 가중치는 지금도 충분히 작다. 로짓을 헤드 너비의 제곱근으로 "
    "나누지 않았다면 나눈다. "
    "나누었다면 쿼리와 키에 들어가는 값부터 고치거나 둘을 정규화한다.",
    "remedy.of.saturated.attention_added": "쿼리와 키의 탓이 아니다. 모든 층의 가중치를 없다시피 줄인 모델의 "
    "사본에서도 어텐션이 포화된다. 로짓에 더해지는 편향이나 기울기를 더 작게 시작하여 로짓의 표준편차가 1 정도가 "
    "되게 한다.",
    "remedy.of.saturated.gate_fed": "라우터의 가중치는 지금도 충분히 작다. 너무 큰 것은 라우터에 들어가는 값이니 "
    "그것부터 고친다.",
    "remedy.of.saturated.gates_fed": "게이트의 가중치는 지금도 충분히 작다. 너무 큰 것은 게이트에 들어가는 값이니 "
    "그것부터 고친다.",
    "remedy.of.saturated.output_fed": "출력층의 가중치는 지금도 충분히 작다. 너무 큰 것은 출력층에 들어가는 값이니 "
    "그것부터 고친다.",
    "remedy.model.and": ". 그리고 ",
    "remedy.model.draw": "{layers}의 가중치를 다시 뽑는다(표준편차 {target}, fan_in {fan_in}, 현재 RMS {rms}). 각 층 "
    "m에서 {code}",
    "remedy.model.draw_own": "{layers}의 가중치를 다시 뽑는다(표준편차 {target}, fan_in {fan_in}, 현재 RMS {rms}). 각 "
    "매개변수 m({names})에 {code}",
    "remedy.model.draw_own.short": "표준편차 {target}의 가중치",
    "remedy.model.gains": "{layers}의 가중치 배율을 {gain} 값으로 한다(그러면 가중치의 표준편차 {target}, "
    "현재 RMS {rms}). 각 층 m에서 {code}",
    "remedy.model.gains.short": "표준편차 {target}의 가중치가 되는 배율",
    "remedy.model.draw.short": "표준편차 {target}의 가중치",
    "remedy.model.biases": "{layers}의 편향(현재 크기 {size})을 {to}에서 시작한다. 각 층 m에서 {code}",
    "remedy.model.biases.short": "{to}에서 시작하는 편향",
    "remedy.model.biases_own": "편향 {names}(현재 크기 {size})을 {to}에서 시작한다. 각 매개변수 w에 {code}",
    "remedy.model.biases_own.short": "{to}에서 시작하는 편향",
    "remedy.model.kind": "같은 종류에서 벗어난 매개변수({names}, 현재 RMS {size})의 RMS를 {target} 값으로 맞춘다. 각 "
    "매개변수 w에 {code}",
    "remedy.model.kind.short": "RMS를 같은 종류처럼 {target} 값으로 맞춘 매개변수",
    "remedy.model.unlike": "같은 종류가 모두 {to}인데 홀로 다른 매개변수({names}, 현재 크기 {size})를 {to}에서 "
    "시작한다. 각 매개변수 w에 {code}",
    "remedy.model.unlike.short": "같은 종류처럼 {to}에서 시작하는 매개변수",
    "remedy.model.tables": "{layers}의 표를 RMS {target} 값으로 맞춘다(현재 {size}). 각 매개변수 w({names})에 {code}",
    "remedy.model.tables.short": "RMS를 {target} 값으로 맞춘 표",
    "remedy.model.unapplied": "어느 층의 가중치도 아닌 매개변수({names}, 현재 RMS {size})의 RMS를 {target} 값으로 "
    "맞춘다. 각 매개변수 w에 {code}",
    "remedy.model.unapplied.short": "RMS를 {target} 값으로 맞춘, 어느 층의 것도 아닌 매개변수",
    "remedy.model.gates": "{layers}의 게이트를 하나씩 다시 뽑고, 상태에서 상태로 가는 가중치는 직교 행렬로 한다. 각 "
    "층 m에서 {code}",
    "remedy.model.gates.short": "하나씩 다시 뽑은 게이트",
    "remedy.model.gates_forget": "{layers}의 게이트를 하나씩 다시 뽑되, 상태에서 상태로 가는 가중치는 직교 행렬로, "
    "망각 게이트의 편향은 1로 한다. 각 층 m에서 {code}",
    "remedy.model.gates_forget.short": "하나씩 다시 뽑은 게이트",
    "remedy.model.branches": "잔차 분기 {count}개의 끝({names})을 각각 1/√{count}배로 줄인다(크기 {target}, 현재 "
    "{std}). 각 매개변수 w에 {code}",
    "remedy.model.branches.short": "1/√{count}배로 줄인 분기",
    "remedy.model.zero": "잔차 분기 {count}개를 각각의 끝({names})에서 0으로 시작한다. 각 매개변수 w에 {code}",
    "remedy.model.ones": "배율({names}, 현재 {size})을 1에서 시작한다. 각 매개변수 w에 {code}",
    "remedy.model.shifts": "정규화의 편향({names}, 현재 크기 {size})을 0에서 시작한다. 각 매개변수 w에 {code}",
    "remedy.model.shifts.short": "0에서 시작하는 정규화 편향",
    "remedy.model.ones.short": "{size} 대신 1에서 시작하는 배율",
    "remedy.model.zero.short": "0으로 시작하는 분기",
    "remedy.model.norm": "{layers} 뒤, 활성화 함수 앞에 정규화를 넣는다. 각 층 m에 {code}",
    "remedy.model.norm.short": "층마다 넣은 {norm}",
    "remedy.model.skip": "{layers}마다 잔차 연결을 둔다. 각 m(x) 대신 x + m(x) / {branches} ** 0.5",
    "remedy.model.skip.short": "층마다 둔 잔차 연결",
    "remedy.model.holds": ". 모델의 사본에서 시험한 결과: 새 시드 {of}개 중 {healthy}개가 정상이다{changes}.",
    "remedy.model.left": ". 모델의 사본에서 새 시드 {of}개로 시험한 결과: 이 결함은 사라진다{changes}. "
    "남는 것: {left}.",
    "remedy.model.changes": "({changes})",
    "remedy.model.change": "{statistic}: 이전 {before}, 이후 {after}",
    "remedy.model.untried": "(시험하지 않음: 결과에 모델이 들어 있지 않다).",
    "remedy.model.failed": "(시험하지 않음: 모델을 복사해 다시 측정할 수 없다).",
    "remedy.model.none": "모델의 사본에서 시험한 어떤 것도 이 결함을 고치지 못한다: {tries}. 남은 방법: {rest}.",
    "remedy.model.try": "{plan}({number}남는 것: {left})",
    "remedy.model.worse": "{plan}({number}결함은 없으나 수치가 전보다 훨씬 나쁘거나 한계에 가까움)",
    "remedy.model.beyond": "{plan}({number}전과 같이 한계를 넘음)",
    "remedy.model.number": "{statistic} {after}, ",
    "remedy.model.rest": "층을 줄이거나 너비를 늘리는 것",
    "remedy.model.rest_norm": "정규화, 또는 층을 줄이거나 너비를 늘리는 것",
    "remedy.model.rest_symmetric": "모든 층의 가중치를 무작위로 뽑는 것",
    "remedy.model.random_weights": "뉴런이 서로 달라지도록 가중치를 무작위로 뽑는다(시험하지 않음).",
    "remedy.model.nothing": "도움이 된다고 알려진 초기화는 없다. 도움이 될 수 있는 것은 정규화, 또는 층을 줄이거나 "
    "너비를 늘리는 것이다(시험한 것은 없음).",
    "remedy.model.right": "가중치 크기는 {activation} 함수에 알맞다. ",
    "remedy.model.unsuited": "{activation} 함수에 맞는 가중치 크기는 없다. 가중치가 작으면 기울기가 소실되고 크면 "
    "포화된다. ",
    "remedy.model.unknown": "{activation} 함수에 알맞은 가중치 크기는 알려져 있지 않다. 계단 함수라면 미분값이 없다. ",
    "remedy.underflow": "손실에 배율을 곱한 뒤 기울기를 구하거나(torch.amp.GradScaler) bfloat16 또는 float32로 "
    "계산한다. {layer}층부터 아래로 기울기가 float16의 가장 작은 수인 6·10⁻⁸보다 작아 0이 된다.",
    "remedy.float32_left": "float32로 바꾼 모델의 사본에서 시험한 결과: 기울기가 0인 곳이 없다. 남는 것: {left}.",
    "remedy.float32": "float32로 바꾼 모델의 사본에서 시험한 결과: 정상이다.",
    "remedy.layers.few": "{kind} 층 {count}개({names})",
    "remedy.layers.several": "{kind} 층 {count}개",
    "remedy.layers.before": "{activation} 함수 앞의 {named}",
}
