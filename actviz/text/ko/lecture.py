"""Words of the lecture."""

TEXT: dict[str, str] = {
    # The lecture's own
    "lecture.title": "가중치 초기화에서 학습률까지",
    "lecture.about": "심층 신경망의 출발점과 학습을 이끄는 요인: 실험으로 확인하기",
    "lecture.made": "수치와 그림은 모두 이번 실행의 결과이다. actviz {version}",
    "lecture.claim": "주장 {number}, {status}: {quote}",
    "lecture.precisely": "주장 {number}: {status}. 정확히 말하면: {words}",
    "lecture.change": "모든 셀은 그 자리에서 측정하고 그린다. 너비, 초기화 방법, 시드를 바꾸어 다시 실행해 보자.",
    "lecture.undecided": "이 노트북이 필요한 데이터를 모두 측정하지 않아 판단하지 않은 주장:",
    "lecture.decide": "직접 얻은 데이터로 내리는 판정",
    "lecture.notes": "설명",
    # Slides: title, points, and what the speaker says
    "slide.why.title": "첫 가중치가 왜 중요한가",
    "slide.why.1": "신호와 기울기가 닿지 않는 층은 학습하지 못한다.",
    "slide.why.2": "층마다 배율이 곱해지므로 작은 어긋남도 깊어질수록 커진다.",
    "slide.why.3": "좋은 출발: 모든 층에서 활성화값은 고루 퍼지고 기울기는 크기를 유지한다.",
    "slide.why.notes": "네 열을 차례로 짚으며 어느 신경망이 학습할 수 있을지 묻는다. 답은 아직 말하지 않는다. "
    "히스토그램만으로는 알 수 없고, 그 아래의 기울기를 보아야 알 수 있다.",
    "slide.predict-zeros.title": "예측해 보자: 가중치가 모두 0이라면",
    "slide.predict-zeros.1": "손실의 기울기는 0이 아니다. 어느 층이 학습할 수 있을까?",
    "slide.predict-zeros.2": "sigmoid, tanh, ReLU에서 답이 모두 같을까?",
    "slide.predict-zeros.3": "가중치가 모두 0.1이라면 어떻게 될까?",
    "slide.predict-zeros.notes": "다음으로 넘어가기 전에 활성화 함수마다 학습하는 층이 몇 개인지 적어 보게 한다. "
    "의외의 답은 sigmoid이다. sigmoid는 0에서 출력이 0이 아니다.",
    "slide.zeros.title": "0으로 초기화: 뉴런이 서로 달라지지 않는다",
    "slide.zeros.1": "층 5개 가운데 가중치의 기울기가 0이 아닌 층: sigmoid {sigmoid}개, tanh {tanh}개, ReLU {relu}개",
    "slide.zeros.2": "상수 0.1일 때 뉴런 100개 중 서로 다른 것: {units}개",
    "slide.zeros.3": "대칭을 깨려면 가중치를 무작위로 뽑아야 한다.",
    "slide.zeros.notes": "0인 가중치를 거슬러 흐르는 기울기는 없다. 마지막 층의 기울기는 그 층의 입력에 오차를 곱한 "
    "것이고, sigmoid에서는 그 입력이 1/2이다. 똑같은 뉴런은 똑같이 갱신되므로, 상수로 시작한 층은 끝까지 뉴런 "
    "하나와 다름없다.",
    "slide.too-large.title": "너무 크면: 포화",
    "slide.too-large.1": "N(0, 1), 5층의 포화 비율: sigmoid {sigmoid}, tanh {tanh}",
    "slide.too-large.2": "포화된 뉴런에서는 함수의 미분값이 0에 가까워 기울기가 거의 전달되지 않는다.",
    "slide.too-large.3": "ReLU는 위로 포화되지 않는 대신 신호가 층마다 {relu}배로 커진다.",
    "slide.too-large.notes": "뉴런은 표준편차가 1인 가중치로 입력 100개를 더하므로 활성화 전 값의 표준편차가 5에서 "
    "10에 이르고, 함수의 평평한 곳까지 밀려난다. 균등분포도 함께 짚는다. U(0, 1)은 모든 뉴런을 같은 쪽 끝으로 민다. "
    "포화되었다고 학습이 멈추는 것은 아니다. N(0, 1)에서 훈련하면 ReLU는 발산하고 tanh는 크게 뒤처지지만, sigmoid는 "
    "가파른 나머지 절반으로 기울기를 전달하여 학습된다.",
    "slide.too-small.title": "너무 작으면: 붕괴",
    "slide.too-small.1": "tanh, N(0, 0.01²): 층마다 신호에 곱해지는 배율 {factor}",
    "slide.too-small.2": "5층 활성화값의 표준편차: {std}",
    "slide.too-small.3": "1층의 기울기는 5층의 {fold}분의 1로 줄어든다.",
    "slide.too-small.notes": "로그 축에서 직선은 층마다 같은 배율이 곱해진다는 뜻이다. tanh는 0 부근에서 선형이므로 "
    "여기서는 앞으로나 뒤로나 배율이 같다. 표본끼리도 더는 구별되지 않는다.",
    "slide.predict-scale.title": "예측해 보자: 알맞은 크기는?",
    "slide.predict-scale.1": "뉴런은 입력 n개를 더한다. 합의 분산은 n에 따라 어떻게 커질까?",
    "slide.predict-scale.2": "크기를 유지하려면 가중치의 분산은 얼마여야 할까?",
    "slide.predict-scale.3": "그 값은 sigmoid, tanh, ReLU에 모두 알맞을까?",
    "slide.predict-scale.notes": "서로 독립인 항을 더하면 분산도 더해진다. 곧 n과 가중치의 분산과 입력의 제곱 평균을 "
    "곱한 값이다. 배율을 1로 두면 1 / n이 나온다. 활성화 함수가 여기에 무엇을 더하는지는 다음 질문이다.",
    "slide.xavier.title": "Xavier: 넓을수록 작게",
    "slide.xavier.1": "분산 2 / (fan_in + fan_out)",
    "slide.xavier.2": "너비를 100에서 400으로: 표준편차는 {ratio}배",
    "slide.xavier.3": "tanh, 50층: 층마다 신호에 곱해지는 배율 {factor}",
    "slide.xavier.notes": "Xavier 초기화는 0 부근의 tanh처럼 거의 선형인 활성화 함수를 가정한다. 신호가 서서히 "
    "줄어드는 것은 tanh가 휘어 있기 때문이다. 책에서는 Xavier를 1 / fan_in으로 적는데, 입력과 출력의 너비가 같으면 "
    "둘은 같다.",
    "slide.handsome.title": "보기 좋은 히스토그램만으로는 부족하다",
    "slide.handsome.1": "sigmoid, Xavier: 5층 활성화값의 표준편차 {std}",
    "slide.handsome.2": "그런데도 기울기는 다섯 층에서 {fold}분의 1로 줄어든다. sigmoid의 미분값은 최대 1/4이다.",
    "slide.handsome.3": "기울기가 거의 유지되는 조합: tanh와 Xavier, ReLU와 He",
    "slide.handsome.notes": "이것이 기울기 소실이며, 은닉층에서 sigmoid를 쓰지 않게 된 까닭이다. 순전파만 보면 "
    "멀쩡하고, 역전파를 보아야 문제가 드러난다. 활성화값이 넓게 퍼지는 것만으로는 충분하지 않다.",
    "slide.predict-relu.title": "예측해 보자: ReLU에 Xavier를 쓴다면",
    "slide.predict-relu.1": "ReLU는 값의 절반을 0으로 만든다. 제곱 평균은 어떻게 될까?",
    "slide.predict-relu.2": "50층을 지나면 신호는 얼마나 남을까?",
    "slide.predict-relu.3": "무엇을 얼마나 바꾸면 될까?",
    "slide.predict-relu.notes": "제곱 평균이 절반이 되므로 표준편차는 층마다 √2분의 1로 줄어든다. 그림을 보여 주기 "
    "전에 2의 −25제곱을 계산해 보게 한다.",
    "slide.he.title": "ReLU에는 He 초기화",
    "slide.he.1": "Xavier: 층마다 신호에 곱해지는 배율 {xavier}",
    "slide.he.2": "He: 50층에 걸쳐 배율 {he}",
    "slide.he.3": "처방: 가중치의 표준편차를 {ratio}배로, 곧 분산 2 / fan_in",
    "slide.he.notes": "He 초기화는 ReLU가 잘라 낸 절반을 되채운다. 여러 신경망의 평균에서 그렇다는 뜻이며, 뉴런이 "
    "100개인 신경망 하나는 50층을 지나는 동안 두 배에서 네 배까지 오르내린다.",
    "slide.fifty.title": "50층: 층마다 누적되는 소실",
    "slide.fifty.1": "50층 활성화값의 표준편차: Xavier {xavier}, He {he}",
    "slide.fifty.2": "Xavier에서 1층의 기울기는 50층의 {fold}분의 1로 줄어든다.",
    "slide.fifty.3": "크지 않은 배율도 50번 곱하면 이렇게 된다.",
    "slide.fifty.notes": "능선 하나가 한 층의 히스토그램이다. 모양은 그대로인데 크기만 층마다 일정하게 줄어든다. "
    "깊은 신경망이 실패하는 것은 어딘가 고장 나서가 아니라 작은 손실이 거듭 곱해지기 때문이다.",
    "slide.theory.title": "이론: 층마다 곱해지는 수 하나",
    "slide.theory.1": "χ = σ_w² E[φ′(z)²]: 기울기의 제곱 평균에 층마다 곱해지는 수",
    "slide.theory.2": "측정값: sigmoid와 Xavier {sigmoid}, ReLU와 Xavier {xavier}, ReLU와 He {he}",
    "slide.theory.3": "χ < 1이면 소실, χ > 1이면 폭발, χ = 1이면 학습할 수 있다.",
    "slide.theory.notes": "ReLU에서 χ는 σ_w² / 2이므로 He는 1, Xavier는 1/2이다. sigmoid는 미분값이 최대 1/4이라 "
    "Xavier를 써도 1/16을 넘지 못한다. 이 조건 하나에서 두 초기화 방법이 모두 나온다.",
    "slide.bad-start.title": "나쁜 출발의 대가",
    "slide.bad-start.1": "손실이 1.5가 되기까지의 갱신 횟수: Xavier는 He의 {slower}배",
    "slide.bad-start.2": "갱신 500회 뒤의 훈련 정확도: He {he}, 상수 {constant}",
    "slide.bad-start.3": "N(0, 0.01²): 갱신 500회 동안 줄어든 손실 {fall}",
    "slide.bad-start.notes": "신경망도 배치도 학습률도 같고 첫 가중치만 다르다. Xavier처럼 정체 구간을 벗어나기도 "
    "하지만 그만큼 대가를 치른다. 대칭인 신경망은 뉴런 하나처럼 학습할 뿐이어서 나아가지 못한다.",
    "slide.predict-norm.title": "예측해 보자: 배치 정규화를 쓴다면",
    "slide.predict-norm.1": "갱신할 때마다 뉴런별로 정규화한다. 가중치의 크기가 여전히 중요할까?",
    "slide.predict-norm.2": "만 배까지 차이 나는 여덟 가지 크기: 정규화 없이 몇 가지가, 있으면 몇 가지가 학습할까?",
    "slide.predict-norm.notes": "20에폭 뒤에 숫자 열 개 중 세 개를 맞히면 학습한 것으로 친다. 두 수를 칠판에 적어 "
    "둔다.",
    "slide.norm.title": "배치 정규화와 초기화",
    "slide.norm.1": "여덟 가지 크기 중 학습한 것: 정규화 없이 {without}가지, 배치 정규화 {normed}가지, "
    "활성화 뒤에 두면 {after}가지",
    "slide.norm.2": "초기화는 한 번, 배치 정규화는 갱신할 때마다 작용한다.",
    "slide.norm.3": "그래도 크기는 중요하다. 가장 좋은 것과 나쁜 것의 정확도 차이: {apart} %p",
    "slide.norm.notes": "둘 다 신호를 고르게 한다. 초기화는 처음에 한 번, 평균적으로 맞추고, 배치 정규화는 가중치가 "
    "어떻게 바뀌었든 뉴런과 배치마다 다시 맞춘다. 이때 큰 가중치는 천천히 방향을 바꾸고 아주 작은 가중치는 한 번에 "
    "크게 바뀐다.",
    "slide.predict-labels.title": "예측해 보자: 레이블의 30 %가 틀렸다면",
    "slide.predict-labels.1": "훈련 손실은 계속 줄어든다. 검증 손실도 그럴까?",
    "slide.predict-labels.2": "어디에서 멈추겠는가?",
    "slide.predict-labels.3": "가중치를 작게 유지하면 무엇이 달라질까?",
    "slide.predict-labels.notes": "두 곡선을 직접 그려 보게 한다. 표본보다 가중치가 많은 신경망이 잘못된 레이블을 "
    "만나면 무엇을 할 수 있는지 묻는다. 답은 통째로 외우는 것이다.",
    "slide.decay.title": "가중치 감쇠: 덜 외우게 한다",
    "slide.decay.1": "λ = 0.03: 가중치 노름은 감쇠가 없을 때의 {size}배",
    "slide.decay.2": "잘못된 레이블 30%: 마지막 검증 정확도 {gained}%p, 가장 좋은 값끼리는 {best}%p",
    "slide.decay.3": "올바른 레이블 2000개, 같은 λ: 검증 손실은 감쇠가 없을 때의 {plenty}배",
    "slide.decay.notes": "벌점은 가중치 제곱합에 λ의 절반을 곱한 것이며 편향에는 걸지 않는다. 훈련을 덜 맞게 하여 "
    "격차를 줄이는 것이므로, 모델이 정말 나아지는지는 외울 거리가 얼마나 있느냐에 달려 있다.",
    "slide.stopping.title": "조기 종료: 가장 좋은 가중치를 남긴다",
    "slide.stopping.1": "끝까지 학습한 검증 오차는 최솟값의 {turned}배",
    "slide.stopping.2": "남긴 가중치의 시험 오차는 끝까지 학습했을 때의 {kept}배, 갱신 횟수는 {spent}",
    "slide.stopping.3": "멈춘 순간의 가중치가 가장 좋은 가중치는 아니다.",
    "slide.stopping.notes": "인내 횟수는 최솟값이 갱신되지 않아도 기다려 주는 평가 횟수이다. 비용은 거의 들지 않지만 "
    "훈련에 쓰지 않는 검증 데이터가 필요하고, 가장 좋았던 가중치를 저장해 두어야 한다.",
    "slide.schedules.title": "학습률 스케줄: 처음에는 크게",
    "slide.schedules.1": "가장 좋은 고정 학습률보다 시험 손실이 낮은 경우: {better}",
    "slide.schedules.2": "고정 학습률 대비 시험 정확도: {clean} %p, 레이블 30 %가 틀리면 {noisy} %p",
    "slide.schedules.3": "훈련 손실 0.1까지의 갱신 횟수, 고정 학습률 대비: 코사인 {cosine}배, 원사이클 {cycle}배",
    "slide.schedules.notes": "고정 학습률은 검증 손실로 골랐고 스케줄은 고르지 않았으니, 고정 학습률에 불리하지 않은 "
    "비교이다. 낮은 학습률로 끝나는 스케줄은 마지막 갱신들의 잡음을 줄여 준다. 계속 쓰기에는 너무 큰 학습률에서도 "
    "원사이클은 학습한다.",
    "slide.escaping.title": "나쁜 영역에서 벗어나기",
    "slide.escaping.1": "웅덩이를 벗어난 비율, 최고 0.25인 스케줄: {schedules}",
    "slide.escaping.2": "고정 0.05: {constant}, 모멘텀을 더하면 {momentum}",
    "slide.escaping.3": "중요한 것은 스케줄 자체가 아니라 2 / 곡률보다 큰 학습률이다.",
    "slide.escaping.notes": "학습률이 2 / 곡률보다 크면 극소점은 불안정하다. 좁은 극소점에서는 튕겨 나오고 넓은 "
    "극소점에는 머문다. 스케줄이 더해 주는 것은, 벗어난 뒤에 차분히 가라앉게 한다는 점이다.",
    "slide.home-starts.title": "정리: 가중치 초기화",
    "slide.home-starts.notes": "주장을 읽으며, 이번 실행에서 판정에 쓰인 경우 중 몇 가지에서 성립했는지 본다. "
    "처음에 예측한 것과 견주어 본다.",
    "slide.home-training.title": "정리: 학습",
    "slide.home-training.notes": "주장을 읽으며, 이번 실행에서 판정에 쓰인 경우 중 몇 가지에서 성립했는지 본다. "
    "처음에 예측한 것과 견주어 본다.",
}
