"""Words of the lecture."""

TEXT: dict[str, str] = {
    # The lecture's own
    "lecture.title": "가중치 초기화에서 학습률까지",
    "lecture.about": "심층 신경망의 출발점과 학습을 이끄는 요인: 실험으로 확인하기",
    "lecture.made": "수치와 그림은 모두 이번 실행의 결과이다. actviz {version}",
    "lecture.claim": "주장 {number}: {status}",
    "lecture.precisely": "주장 {number} “{quote}”: {status}. 정확히 말하면: {words}",
    "lecture.quoted": "{number}. “{quote}”",
    "lecture.source": "인용한 글: {source}",
    "lecture.change": "모든 셀은 그 자리에서 측정하고 그린다. 너비, 초기화 방법, 시드를 바꾸어 다시 실행해 보자.",
    "lecture.undecided": "이 노트북이 필요한 데이터를 모두 측정하지 않아 판단하지 않은 주장:",
    "lecture.decide": "직접 얻은 데이터로 본 주장",
    "lecture.notes": "설명",
    # The agenda
    "lecture.agenda.title": "강의 순서({minutes}분)",
    "lecture.agenda.part": "주제",
    "lecture.agenda.minutes": "분",
    "lecture.agenda.asks": "물음",
    "lecture.agenda.notes": "마지막 열을 짚는다. 주제마다 물음으로 시작하고, 그림을 보기 전에 모두가 답을 종이에 "
    "적는다. 줄을 하나하나 읽지는 않는다.",
    "lecture.part.why": "초깃값이 중요한 까닭",
    "lecture.part.why.asks": "히스토그램 세 개: 어느 신경망이 학습할까?",
    "lecture.part.why.asks.alone": "히스토그램 세 개: 분포가 넓으면 기울기도 전해질까?",
    "lecture.part.large-and-small": "0, 너무 큰 값, 너무 작은 값",
    "lecture.part.large-and-small.asks": "가중치가 모두 0이면 어느 층이 학습할까?",
    "lecture.part.large-and-small.asks.alone": "가중치가 너무 크면 층에 무슨 일이 생길까?",
    "lecture.part.right": "알맞은 크기",
    "lecture.part.right.asks": "크기를 유지하는 분산은 얼마이고, ReLU에서는 어떻게 달라질까?",
    "lecture.part.deep": "50층",
    "lecture.part.deep.asks": "깊은 신경망의 학습 가능성을 정하는 수 하나는 무엇일까?",
    "lecture.part.starts": "훈련에서 치르는 대가",
    "lecture.part.starts.asks": "배치 정규화를 쓰면 초깃값은 중요하지 않을까?",
    "lecture.part.overfitting": "과적합",
    "lecture.part.overfitting.asks": "틀린 레이블: 어디에서 멈추고, 작은 가중치는 무엇을 바꿀까?",
    "lecture.part.rates": "학습률",
    "lecture.part.rates.asks": "스케줄은 더 빠를까, 더 나을까?",
    "lecture.part.home": "정리",
    "lecture.part.home.asks": "어느 주장이 어떤 조건에서 성립할까?",
    "lecture.empty.alt": "예측해 볼 그림의 빈 축: {shown}",
    "lecture.half.alt": "예측해 볼 그림의 앞쪽 절반: {shown}",
    "lecture.half.notes": "답의 앞쪽 절반이다. 아직 비어 있는 곳을 짚고, 넘어가기 전에 각자 예측을 고치게 한다.",
    # Claims in brief, beside what this run says of them
    "lecture.tally.claim": "주장",
    "lecture.tally.cases": "경우",
    "lecture.tally.where": "성립하는 조건",
    "lecture.tally.1": "초기화에 주의하지 않으면 한쪽으로 치우치고 학습이 느리다",
    "lecture.tally.2": "0에서는 아무것도 갱신되지 않는다",
    "lecture.tally.3": "균등분포: 출력 범위가 너무 넓다",
    "lecture.tally.4": "N(0, 1)은 너무 크거나 작고, sigmoid는 포화된다",
    "lecture.tally.5": "핵심은 넓게 퍼진 활성화값이다",
    "lecture.tally.6": "Xavier는 sigmoid와 tanh에 알맞다",
    "lecture.tally.7": "ReLU: Xavier는 사라지고 He는 유지된다",
    "lecture.tally.8": "초기화와 배치 정규화는 모두 신호를 정규화한다",
    "lecture.tally.9": "가중치 감쇠: 가중치도 과적합도 줄어든다",
    "lecture.tally.10": "검증 오차가 다시 늘 때 멈춘다",
    "lecture.tally.11": "스케줄: 더 빠르고, 탈출하고, 더 좋다",
    "lecture.tally.12": "글의 코드는 모든 가중치의 제곱합을 더한다",
    # The diagram of a stack
    "lecture.diagram.alt": "층을 쌓은 신경망. 입력 h₀이 1층, 2층을 거쳐 L층까지 나아간다. 각 층은 z = W h + b를 구한 "
    "뒤 h = φ(z)를 내보낸다. 아래에서는 오른쪽의 손실에서 나온 기울기 δ가 같은 층들을 거슬러 되돌아온다.",
    "lecture.diagram.layer": "{number}층",
    "lecture.diagram.forward": "순전파: 신호 h",
    "lecture.diagram.backward": "역전파: 기울기 δ = ∂L/∂z",
    "lecture.diagram.loss": "손실 L",
    # Slides: title, points, what the speaker says and points at, and the question before
    "slide.whose-starts.title": "누구의 주장인가: 가중치 초기화",
    "slide.whose-starts.notes": "출처를 먼저 밝힌다. 여기 적힌 것은 우리가 아니라 그 글의 주장이다. 주장마다 어떤 "
    "조건에서 성립할지 적게 한다. 마지막 슬라이드에서 수치와 함께 다시 본다.",
    "slide.whose-training.title": "누구의 주장인가: 훈련",
    "slide.whose-training.notes": "같은 글이 초기화 다음 단계에 관해 주장하는 것이다. 앞에서처럼 적게 한다.",
    "slide.why.title": "가중치 초깃값이 왜 중요한가",
    "slide.why.figure": "훈련 전: sigmoid의 세 가지 출발",
    "slide.why.1": "sigmoid 다섯 층, 같은 입력, 초기화 방법 세 가지. 아직 훈련하지 않았다.",
    "slide.why.2": "셋 중 둘은 갱신 500회 동안 무작위 추측에 머문다. 학습하는 것은 어느 것일까?",
    "slide.why.alone.1": "sigmoid 다섯 층, 같은 입력, 초기화 방법 세 가지. 아직 훈련하지 않았다.",
    "slide.why.alone.2": "Xavier에서는 분포가 넓게 유지된다. 기울기도 1층까지 전해질까?",
    "slide.why.alone.notes": "한 줄을 1층에서 5층까지 짚고, 오른쪽 열을 위에서 아래로 짚는다. 분포가 넓으니 대개는 "
    "그렇다고 답한다. 답은 말하지 않는다. 기울기 그림이 답한다.",
    "slide.why.notes": "한 줄을 1층에서 5층까지 짚고, 오른쪽 열을 위에서 아래로 짚는다. 대개는 넓게 퍼진 Xavier를 "
    "고른다. 답은 말하지 않는다. 50층 이야기 다음에 나오는 학습 비교가 답한다.",
    "slide.stack.title": "층을 쌓은 신경망과 그 속을 오가는 두 가지",
    "slide.stack.1": "층마다 두 값에 배율이 곱해진다. 0.7배도 50층이면 2·10⁻⁸배가 된다.",
    "slide.stack.2": "왼쪽에서는 신호가, 오른쪽에서는 기울기가 닿아야 층이 학습한다.",
    "slide.stack.notes": "위쪽 화살표를 손으로 오른쪽까지 따라가고, 아래쪽 화살표를 따라 되돌아온다. 층 안의 W를 "
    "짚는다. 같은 행렬이 앞으로는 W로, 뒤로는 전치행렬로 곱해진다.",
    "slide.code.title": "다섯 줄로 해 보기",
    "slide.code.1": "ReLU 50층, 층마다 뉴런 100개. 10의 몇 제곱이 출력될까?",
    "slide.code.2": "다음에는 1 / 100을 2 / 100으로 바꾸어 보자.",
    "slide.code.notes": "각자의 컴퓨터에서 numpy만으로 실행하게 한다. 제곱근을 짚는다. 이 강의는 그 안에 무엇을 쓸지에 "
    "관한 것이다. 나온 지수를 모아 본다. 시드에 따라 조금씩 다르다.",
    "slide.code.code": """import numpy as np
rng, h = np.random.default_rng(0), np.random.default_rng(1).normal(size=(1000, 100))
for layer in range(50):
    h = np.maximum(0, h @ rng.normal(0, np.sqrt(1 / 100), (100, 100)))
print(h.std())  # 50층을 지난 뒤의 표준편차""",
    "slide.zeros.ask.title": "예측해 보자: 가중치가 모두 0이라면",
    "slide.zeros.ask.1": "손실의 기울기는 0이 아니다. 다섯 층 중 어느 층이 학습할 수 있을까?",
    "slide.zeros.ask.2": "sigmoid, tanh, ReLU에서 답이 모두 같을까?",
    "slide.zeros.ask.3": "가중치가 모두 0.1이라면 어떻게 될까?",
    "slide.zeros.ask.notes": "활성화 함수마다 학습하는 층이 몇 개인지 적어 보게 한다. 빈 축의 가운데 열을 짚는다. "
    "그 자리에 가중치의 기울기가 층별로 나타난다.",
    "slide.zeros.title": "0으로 초기화: 뉴런이 서로 달라지지 않는다",
    "slide.zeros.1": "층 5개 가운데 가중치의 기울기가 0이 아닌 층: sigmoid {sigmoid}개, tanh {tanh}개, ReLU {relu}개",
    "slide.zeros.2": "상수 0.1이면 모든 층에 기울기가 닿지만, 뉴런 100개 중 서로 다른 것은 {units}개뿐이다.",
    "slide.zeros.notes": "가운데 열 아래쪽의 빈 동그라미를 짚는다. 정확히 0이라는 표시이다. 그다음 sigmoid의 5층에 "
    "하나 있는 파란 점을 짚는다. 층의 기울기는 입력에 오차를 곱한 것인데, 그 입력이 sigmoid에서는 1/2이고 나머지에서는 "
    "0이다. 똑같은 뉴런은 똑같이 갱신되므로 가중치가 처음부터 서로 달라야 한다. 무작위로 뽑으면 그렇다.",
    "slide.too-large.title": "너무 크면: 포화",
    "slide.too-large.1": "N(0, 1), 5층의 포화 비율: sigmoid {sigmoid}, tanh {tanh}",
    "slide.too-large.2": "U(0, 1)은 모든 뉴런을 한쪽 끝으로 민다. 5층의 평균: {mean}",
    "slide.too-large.3": "ReLU에는 위쪽 끝이 없어 신호가 층마다 {relu}배로 커진다.",
    "slide.too-large.notes": "N(0, 1) 줄에서 0과 1에 선 두 막대를 짚고, U(0, 1) 줄의 한 막대를 짚는다. 뉴런은 "
    "표준편차가 1인 가중치로 입력 100개를 더하므로 z의 표준편차가 5에서 10에 이르고, 미분값이 거의 0인 곳까지 "
    "밀려난다. 포화되었다고 학습이 멈추는 것은 아니다. 처음 히스토그램의 투표 결과는 아직 열어 둔다.",
    "slide.too-large.alone.notes": "N(0, 1) 줄에서 0과 1에 선 두 막대를 짚고, U(0, 1) 줄의 한 막대를 짚는다. 뉴런은 "
    "표준편차가 1인 가중치로 입력 100개를 더하므로 z의 표준편차가 5에서 10에 이르고, 미분값이 거의 0인 곳까지 "
    "밀려난다.",
    "slide.too-small.title": "너무 작으면: 붕괴",
    "slide.too-small.1": "tanh, N(0, 0.01²): 층마다 신호에 곱해지는 배율 {factor}",
    "slide.too-small.2": "5층 활성화값의 표준편차: {std}",
    "slide.too-small.3": "1층의 기울기는 5층의 {fold}분의 1로 줄어든다.",
    "slide.too-small.notes": "내려가는 선을 짚는다. 로그 축에서 직선은 층마다 같은 배율이 곱해진다는 뜻이다. tanh는 "
    "0 부근에서 선형이므로 여기서는 앞으로나 뒤로나 배율이 같다.",
    "slide.scale.ask.title": "예측해 보자: 알맞은 크기는?",
    "slide.scale.ask.1": "뉴런은 입력 n개를 더한다. 합의 제곱 평균은 n에 따라 어떻게 커질까?",
    "slide.scale.ask.2": "크기를 유지하려면 가중치의 분산은 얼마여야 할까?",
    "slide.scale.ask.notes": "둘씩 짝지어 2분 동안 생각하게 한다. 막히면 서로 독립인 항을 더할 때 분산도 더해진다고 "
    "알려 준다.",
    "slide.scale.title": "합의 분산",
    "slide.scale.formula.1": "뉴런은 입력 n개를 더한다.",
    "slide.scale.formula.2": "가중치는 서로 독립이고 평균이 0이므로, 섞인 항은 모두 사라진다.",
    "slide.scale.formula.3": "가중치의 분산은 모두 같으므로 n배가 된다.",
    "slide.scale.formula.4": "h의 크기가 z와 같다면, 이때 층마다 크기가 유지된다.",
    "slide.scale.1": "역전파에서는 출력 nₒᵤₜ개를 더하므로 1 / nₒᵤₜ이다. Glorot의 식은 두 너비의 평균을 쓴다: 2 / "
    "(nᵢₙ + nₒᵤₜ)",
    "slide.scale.notes": "둘째 줄을 입력 두 개로 칠판에 풀어 쓰고, 섞인 항을 하나씩 지운다. 셋째 줄의 n을 짚는다. "
    "넓은 층일수록 가중치가 작아야 하는 까닭이다.",
    "slide.xavier.title": "Xavier: 넓을수록 작게",
    "slide.xavier.1": "분산 2 / (nᵢₙ + nₒᵤₜ). 너비를 100에서 400으로 늘리면 표준편차는 {ratio}배가 된다.",
    "slide.xavier.2": "tanh, 50층: 층마다 신호에 곱해지는 배율 {factor}",
    "slide.xavier.notes": "오른쪽 열, 5층을 위에서 아래로 짚는다. 뾰족한 봉우리 하나, 막대 둘, 언덕 하나가 보인다. "
    "Xavier 초기화는 활성화 함수를 0 부근의 tanh처럼 직선으로 본다. 신호가 서서히 줄어드는 것은 tanh가 휘어 있기 "
    "때문이다. 책에서는 Xavier를 1 / nᵢₙ으로 적는데, 입력과 출력의 너비가 같으면 둘은 같다.",
    "slide.handsome.title": "보기 좋은 히스토그램만으로는 부족하다",
    "slide.handsome.figure": "sigmoid, Xavier: 1층의 기울기는 5층의 {fold}분의 1",
    "slide.handsome.1": "sigmoid, Xavier: 5층은 넓게(표준편차 {std}) 퍼지지만, 기울기는 다섯 층에서 {fold}분의 1로 "
    "줄어든다.",
    "slide.handsome.2": "5층 대비 1층의 기울기: tanh와 Xavier {tanh}배, ReLU와 He {relu}배",
    "slide.handsome.notes": "각 칸을 기울기가 흐르는 대로 오른쪽에서 왼쪽으로 읽는다. sigmoid 칸을 짚는다. sigmoid의 "
    "미분값은 최대 1/4이므로 두 선이 모두 내려간다. 순전파만 보면 멀쩡하고, 역전파를 보아야 문제가 드러난다.",
    "slide.half.ask.title": "예측해 보자: ReLU에서는 무엇이 달라질까?",
    "slide.half.ask.1": "ReLU는 값의 절반을 0으로 만든다. 제곱 평균은 어떻게 될까?",
    "slide.half.ask.2": "Xavier로 50층을 지나면 신호는 얼마나 남을까?",
    "slide.half.ask.notes": "2의 −25제곱을 계산해 보게 하고, 다섯 줄짜리 코드의 출력과 견주어 보게 한다.",
    "slide.half.title": "ReLU의 ½",
    "slide.half.formula.1": "z의 분포는 0을 중심으로 대칭이다.",
    "slide.half.formula.2": "음수인 절반은 아무것도 더하지 않으므로 제곱 평균의 절반만 남는다.",
    "slide.half.formula.3": "½이 들어간 합의 분산이다.",
    "slide.half.formula.4": "He 초기화는 잘려 나간 절반을 채운다.",
    "slide.half.1": "Xavier의 1 / n이면 제곱 평균이 층마다 절반이 되어, 50층 뒤에는 신호의 RMS가 2⁻²⁵ = 3·10⁻⁸배가 "
    "된다.",
    "slide.half.notes": "칠판에 종 모양 곡선을 그리고 적분을 짚으며 오른쪽 절반을 칠한다. 마지막 줄을 짚는다. 분산을 "
    "두 배로, 곧 가중치를 √2배로 키우는 것이 전부이다.",
    "slide.he.title": "ReLU에는 He 초기화",
    "slide.he.1": "층마다 신호에 곱해지는 배율: Xavier {xavier}, He {he}",
    "slide.he.2": "He의 가중치는 {ratio}배 크다. 분산은 2 / n",
    "slide.he.notes": "로그 축에서 언덕이 선 자리를 짚는다. N(0, 1)은 오른쪽으로, Xavier는 왼쪽으로 움직이고 He는 "
    "제자리에 있다. 칸마다 왼쪽에 선 막대는 정확히 0인 절반이다.",
    "slide.fifty.title": "50층: 거듭 곱해지는 작은 감소",
    "slide.fifty.1": "Xavier의 배율은 층마다 {factor}이다. 50층 활성화값의 표준편차: Xavier {xavier}, He {he}",
    "slide.fifty.2": "Xavier에서 1층의 기울기는 50층의 {fold}분의 1로 줄어든다.",
    "slide.fifty.notes": "파란 선의 끝을 짚고, 각자가 실행한 다섯 줄의 결과와 견주게 한다. 다음으로 초록 띠를 짚는다. "
    "He 초기화가 크기를 유지한다는 것은 여러 신경망의 평균에서 그렇다는 뜻이며, 뉴런이 100개인 신경망 하나는 두 배에서 "
    "네 배까지 오르내린다.",
    "slide.chi.title": "층마다 곱해지는 수 하나: χ",
    "slide.chi.formula.1": "연쇄 법칙으로 한 층 뒤로 간다.",
    "slide.chi.formula.2": "합의 분산이 한 번 더 나온다. 이번에는 미분값이 들어간다.",
    "slide.chi.formula.3": "층마다 배율 하나로 정해진다.",
    "slide.chi.formula.4": "ReLU의 미분값은 절반에서 1이고, sigmoid의 미분값은 최대 1/4이다.",
    "slide.chi.1": "χ < 1이면 기울기가 소실되고, χ > 1이면 폭발하며, χ = 1이면 크기를 유지한다.",
    "slide.chi.notes": "이 슬라이드의 둘째 줄과 합의 분산의 셋째 줄을 나란히 짚는다. 같은 식이다. ReLU에서 He의 χ는 "
    "2/2, Xavier의 χ는 1/2이고, sigmoid에서 Xavier의 χ는 1/16을 넘지 못한다.",
    "slide.theory.title": "예측값과 측정값",
    "slide.theory.predicted": "예측값",
    "slide.theory.measured": "측정값",
    "slide.theory.notes": "그림에서 선의 기울어진 정도를 짚고 표에서 그 줄을 짚는다. 기울기의 제곱 평균이 층마다 "
    "이만큼 곱해진다. 신호가 자리를 잡은 10층부터 쟀다. tanh의 χ는 아래에서 서서히 1에 다가간다.",
    "slide.bad-start.title": "잘못된 초기화의 대가",
    "slide.bad-start.1": "손실이 1.5가 되기까지의 갱신 횟수: Xavier는 He의 {slower}배",
    "slide.bad-start.2": "갱신 500회 뒤의 훈련 정확도: He {he}, 상수 {constant}",
    "slide.bad-start.notes": "위쪽에 누운 회색 선을 짚고, 파란 선이 꺾이는 곳을 짚는다. 신경망도 배치도 학습률도 같고 "
    "초기 가중치만 다르다. Xavier처럼 정체 구간을 벗어나기도 하지만 그만큼 대가를 치른다.",
    "slide.who-learned.title": "투표 결과: 누가 학습했을까?",
    "slide.who-learned.1": "sigmoid, 갱신 500회 뒤의 훈련 정확도: N(0, 1) {normal}, N(0, 0.01²) {small}, Xavier "
    "{xavier}",
    "slide.who-learned.2": "N(0, 1)은 양 끝에서 포화되지만 가파른 부분이 남아 기울기를 전달한다. Xavier의 χ는 1/16보다 "
    "작다.",
    "slide.who-learned.notes": "처음 히스토그램의 투표로 돌아간다. 하나만 내려가는 선을 짚는다. 가장 보기 싫은 "
    "히스토그램이 이긴다. 중요한 것은 넓게 퍼진 정도가 아니라 기울기이다.",
    "slide.norm.ask.title": "예측해 보자: 배치 정규화를 쓴다면",
    "slide.norm.ask.1": "갱신할 때마다 뉴런별로 정규화한다. 가중치의 크기가 여전히 중요할까?",
    "slide.norm.ask.2": "1에서 0.0001까지 여덟 가지 크기: 정규화 없이 몇 가지가, 있으면 몇 가지가 학습할까?",
    "slide.norm.ask.notes": "20에폭 뒤에 모든 시드에서 훈련 숫자의 절반 이상을 맞히면 학습한 것으로 친다. 두 수를 "
    "칠판에 적어 둔다.",
    "slide.norm.title": "배치 정규화와 초기화",
    "slide.norm.1": "여덟 가지 크기 중 절반 이상 맞히는 것: 정규화 없이 {without}가지, 배치 정규화 {normed}가지, "
    "활성화 뒤에 두면 {after}가지",
    "slide.norm.2": "그래도 크기는 중요하다. 가장 좋은 것과 나쁜 것의 정확도 차이: {apart}%p",
    "slide.norm.notes": "빨간 선은 누워 있고 파란 선은 올라가는 칸들을 짚는다. 다음으로 마지막 칸을 짚는다. 배치 "
    "정규화가 있어도 아주 작은 가중치는 갱신 한 번에 크게 바뀌어 덜 학습하고, 큰 가중치는 천천히 방향을 바꾼다.",
    "slide.summary.title": "누가, 언제, 무엇의 크기를 유지하는가",
    "slide.summary.question": "물음",
    "slide.summary.norm": "배치 정규화",
    "slide.summary.who": "누가",
    "slide.summary.who.weights": "가중치의 추출",
    "slide.summary.who.layer": "별도의 층",
    "slide.summary.when": "언제",
    "slide.summary.when.once": "훈련 전에 한 번",
    "slide.summary.when.always": "갱신할 때마다",
    "slide.summary.what": "무엇의",
    "slide.summary.what.layer": "층 전체의 평균",
    "slide.summary.what.unit": "뉴런마다, 배치에 대해",
    "slide.summary.how": "어떻게",
    "slide.summary.how.norm": "(z − 평균) / 표준편차, 그 뒤 γ와 β",
    "slide.summary.for": "알맞은 곳",
    "slide.summary.for.xavier": "tanh: 0 부근에서 직선",
    "slide.summary.for.he": "ReLU: 절반이 0",
    "slide.summary.for.norm": "거의 모든 크기, 너무 작지 않은 배치",
    "slide.summary.notes": "표를 가리고 누가와 언제 줄부터 채워 보게 한다. 언제 줄을 짚는다. 세 방법의 차이가 "
    "거기에 있다. 셋 모두 신호의 크기를 일정하게 유지하지만, 배치 정규화만은 가중치 크기와 상관없이 그렇게 한다.",
    "slide.decay.ask.title": "예측해 보자: 레이블의 30%가 틀렸다면",
    "slide.decay.ask.1": "오른쪽으로 갈수록 λ가 커진다. 훈련 손실과 검증 손실은 어떻게 될까?",
    "slide.decay.ask.2": "검증 정답이 가장 많은 λ는 0, 0.003, 0.01, 0.03, 0.1 중 무엇일까?",
    "slide.decay.ask.notes": "강도 λ에 따른 두 곡선을 직접 그려 보게 한다. 표본보다 가중치가 많은 신경망이 잘못된 "
    "레이블을 만나면 무엇을 할 수 있는지 묻는다. 답은 통째로 외우는 것이다.",
    "slide.decay.title": "가중치 감쇠: 덜 외우게 한다",
    "slide.decay.1": "λ = 0.03: 가중치 노름은 감쇠가 없을 때의 {size}배",
    "slide.decay.2": "마지막 검증 정확도의 차이: {gained}%p, 가장 좋은 값끼리는 {best}%p",
    "slide.decay.3": "올바른 레이블 2000개, 같은 λ: 검증 손실은 감쇠가 없을 때의 {plenty}배",
    "slide.decay.notes": "파선과 실선 사이의 격차를 짚고, 오른쪽으로 가며 좁혀지는 것을 짚는다. 훈련을 덜 맞게 하여 "
    "좁히는 것이다. 다음으로 가중치 칸을 짚는다. 모델이 정말 나아지는지는 외울 거리가 얼마나 있느냐에 달려 "
    "있다.",
    "slide.exercise.ask.title": "연습 문제: 이 반복문은 무엇을 셀까?",
    "slide.exercise.ask.1": "모든 가중치의 제곱합에 λ의 절반을 곱해 손실에 더하려는 코드이다.",
    "slide.exercise.ask.2": "두 줄이 틀렸다. 어느 줄이며, 무슨 일이 일어날까?",
    "slide.exercise.ask.notes": "글에 실린 반복문의 두 가지 잘못을 그대로 옮겼다. 3분 동안 종이에 풀게 한다. 어느 "
    "줄도 짚지 않는다. 하나를 찾은 사람에게는 나머지 하나를 찾게 한다.",
    "slide.exercise.ask.code": """def loss(self, x, t):
    y = self.predict(x)
    for layer in range(1, self.hidden_layer_num + 2):  # 모든 층
        W = self.params["W" + str(layer)]
        weight_decay += 0.5 * self.weight_decay_lambda * np.sum(W**2)
        return self.last_layer.forward(y, t) + weight_decay""",
    "slide.exercise.title": "풀이: 첫 층만 센다",
    "slide.exercise.1": "return이 반복문 안에 있어 W1에서 끝난다. W1의 몫은 전체 제곱합에서 훈련 전 {before}, 훈련 후 "
    "{after}이다.",
    "slide.exercise.2": "그보다 먼저, weight_decay에 첫 값이 없어 파이썬이 오류를 내고 멈춘다.",
    "slide.exercise.notes": "return의 들여쓰기와 새로 넣은 첫 줄을 짚는다. 멈추는 잘못이 일부만 세는 잘못보다 낫다. 첫 "
    "값만 넣어 고치면 코드는 돌아가지만 한 층만 감쇠한다.",
    "slide.stopping.title": "조기 종료: 가장 좋은 가중치를 남긴다",
    "slide.stopping.1": "끝까지 학습한 검증 오차는 최솟값의 {turned}배",
    "slide.stopping.2": "남긴 가중치의 시험 오차는 끝까지 학습했을 때의 {kept}배, 갱신 횟수는 {spent}",
    "slide.stopping.3": "멈춘 순간의 가중치가 가장 좋은 가중치는 아니다.",
    "slide.stopping.notes": "별표를 짚고 띠를 따라간다. 인내 횟수는 최솟값이 갱신되지 않아도 기다려 주는 평가 "
    "횟수이다. 시험 데이터의 선들을 왼쪽에서 오른쪽으로 짚는다. 훈련에 쓰지 않는 검증 데이터가 필요하다.",
    "slide.schedules.ask.title": "예측해 보자: 스케줄과 가장 좋은 고정 학습률",
    "slide.schedules.ask.1": "고정 학습률보다 시험 정확도가 몇 점 오르거나 내릴까?",
    "slide.schedules.ask.2": "신뢰구간이 0을 벗어나는 스케줄은 어느 것일까?",
    "slide.schedules.ask.notes": "고정 학습률은 검증 정확도가 가장 높은 것으로 골랐고, 스케줄은 고르지 않았다. "
    "물음마다 손을 들게 한다.",
    "slide.schedules.title": "학습률 스케줄: 처음에는 크게",
    "slide.schedules.1": "가장 좋은 고정 학습률보다 시험 손실이 낮은 경우: {cases}개(스케줄 5가지와 시드) 중 "
    "{better}개",
    "slide.schedules.2": "정확도가 가장 좋은 고정 학습률 대비 시험 정확도: {clean}%p, 레이블 30%가 틀리면 {noisy}%p",
    "slide.schedules.3": "훈련 손실 0.1까지의 갱신 횟수, 고정 학습률 대비: 코사인 {cosine}배, 원사이클 {cycle}배",
    "slide.schedules.notes": "차이가 없다는 선을 짚고, 어느 구간이 거기에 닿는지 짚는다. 낮은 학습률로 끝나는 스케줄은 "
    "마지막 갱신들의 잡음을 줄여 준다. 계속 쓰기에는 너무 큰 학습률에서도 원사이클은 학습한다.",
    "slide.escaping.title": "나쁜 영역에서 벗어나기",
    "slide.escaping.1": "웅덩이를 벗어난 비율, 최고 0.25인 스케줄: {schedules}",
    "slide.escaping.2": "고정 0.05: {constant}, 모멘텀을 더하면 {momentum}",
    "slide.escaping.3": "극소점은 2 / 곡률보다 큰 걸음을 튕겨 낸다. 중요한 것은 스케줄이 아니라 학습률의 크기이다.",
    "slide.escaping.notes": "가까운 십자에 머무는 첫 칸을 짚고, 벗어나지만 멎지 않는 고정 0.25를 짚는다. "
    "스케줄이 더해 주는 것은, 벗어난 뒤에 차분히 가라앉게 한다는 점이다.",
    "slide.home-starts.title": "정리: 가중치 초기화",
    "slide.home-starts.notes": "처음에 표시한 것을 하나씩 확인한다. 일부 경우에만 성립하는 주장을 짚고, 그 조건이 "
    "무엇인지 묻는다.",
    "slide.home-training.title": "정리: 훈련",
    "slide.home-training.notes": "앞에서처럼 확인한다. 어느 표시가 틀렸고 왜 틀렸는지 물으며 마친다.",
    "slide.references.title": "참고 문헌",
    "slide.references.notes": "질문을 받는 동안 띄워 둔다.",
}
