"""Words of experiments: what to see in each drawing."""

TEXT: dict[str, str] = {
    "drawing.article.overview": "네 조합을 나란히 놓고 본다. 분포에 드러나는 것이 있고, 기울기를 보아야만 드러나는 "
    "것이 있다.",
    "drawing.article.histograms-sigmoid": "sigmoid 함수를 통과한 활성화값의 층별 분포. 표준정규분포 가중치는 "
    "포화되어 값이 0과 1에 몰린다. 표준편차 0.01에서는 모든 뉴런이 0.5에 머문다. Xavier와 He 초기화는 여기서 "
    "정상으로 보이지만 기울기를 보아야 한다. sigmoid에서는 이들의 기울기도 소실된다.",
    "drawing.article.histograms-tanh": "tanh 함수를 통과한 활성화값의 층별 분포. 표준정규분포 가중치는 −1과 1에서 "
    "포화된다. 표준편차 0.01은 신호를 층마다 10분의 1로 줄인다. Xavier 초기화는 분포를 넓게 유지하며, 신호는 천천히 "
    "줄어든다.",
    "drawing.article.histograms-relu": "ReLU 함수를 통과한 활성화값의 층별 분포. 로그 축으로 보면 Xavier 초기화의 "
    "신호는 층마다 약 1.4분의 1로 줄고, He 초기화는 유지되며, 표준정규분포는 층마다 7배로 커진다. 가중치의 음수와 "
    "양수가 반반이면 모든 값의 약 절반이 정확히 0이다.",
    "drawing.article.histograms-sigmoid-book": "sigmoid 함수의 같은 결과를 책의 방식으로 그린 그림: (0, 1)을 30개 "
    "구간으로 나눈다. 범위를 벗어난 값은 그림에 없으며, 1%가 넘는 값이 가려진 칸에는 그 비율을 적는다.",
    "drawing.article.histograms-tanh-book": "tanh 함수의 같은 결과를 책의 방식으로, 함수의 범위 전체에 그린 그림: "
    "(−1, 1)을 30개 구간으로 나눈다. 범위를 벗어나는 값은 없다.",
    "drawing.article.histograms-relu-book": "ReLU 함수의 같은 결과를 책의 방식으로 그린 그림: (0, 1)을 30개 구간으로 "
    "나누고, 정확히 0인 값은 따로 막대 하나로 그린다. 1%가 넘는 값이 가려진 칸에는 그 비율을 적는다.",
    "drawing.article.signal": "층에 따른 표준편차. 수평선은 살아남는 신호이고, 로그 축에서 곧게 기울어진 선은 "
    "사라지거나 폭발하는 신호이다.",
    "drawing.article.signal_detail": "부록: 표준편차와 함께 본 층별 평균과 포화 비율.",
    "drawing.article.gradients_detail": "부록: 가중치의 기울기, 그리고 첫 층과 마지막 층의 기울기 분포.",
    "drawing.article.collapse_detail": "부록: 표본에 따른 뉴런의 산포와 서로 다른 뉴런의 비율. 0이나 상수로 "
    "초기화하면 한 "
    "층의 뉴런이 모두 같다.",
    "drawing.article.gradients": "마지막 층에서 첫 층까지의 역전파. sigmoid에서 Xavier와 He 초기화는 히스토그램이 "
    "아무리 보기 좋아도 다섯 층 만에 기울기를 100분의 1 아래로 잃는다. ReLU에서 He 초기화는 기울기를 고르게 "
    "유지한다.",
    "drawing.article.saturation": "모든 조합을 한눈에 본다: 조합별 진단, 마지막 층의 포화 비율과 표준편차, 그리고 "
    "첫 층에 남은 기울기.",
    "drawing.article.collapse": "표본을 아직 구별할 수 있는가? sigmoid와 ReLU에서는 표본이 점점 서로 닮아 가지만 "
    "tanh에서는 그렇지 않다.",
    "drawing.article.ridges-xavier_normal-sigmoid": "sigmoid 함수와 Xavier 정규분포 초기화를 쓴 층 50개. 둘째 층부터 "
    "분포는 그대로이지만 기울기는 소실된다.",
    "drawing.article.ridges-normal-tanh": "tanh 함수와 N(0, 1) 초기화를 쓴 층 50개. 첫 층부터 마지막 층까지 포화되어 "
    "값이 −1과 1에 있다.",
    "drawing.article.ridges-xavier_normal-tanh": "tanh 함수와 Xavier 정규분포 초기화를 쓴 층 50개. 느린 감소: 층 "
    "50개를 지나며 분포가 층마다 조금씩 좁아진다.",
    "drawing.article.ridges-xavier_normal-relu": "ReLU 함수와 Xavier 정규분포 초기화를 쓴 층 50개. 신호가 층마다 "
    "√2분의 1로 줄어, 층 50개 뒤에는 수천만분의 1이 된다.",
    "drawing.article.ridges-he_normal-relu": "ReLU 함수와 He 정규분포 초기화를 쓴 층 50개. 신호의 크기가 층 50개에 "
    "걸쳐 유지된다.",
    "drawing.article.race-relu": "ReLU 함수에서 다섯 가지 초기화 방법의 학습 비교. 0으로 초기화한 가중치는 어느 "
    "층에서도 기울기를 받지 못해 0으로 남고, 상수는 층마다 뉴런을 하나로 만들며, 표준편차 0.01은 기울기를 "
    "소실시킨다. Xavier 초기화는 정체 구간에서 출발하고, He 초기화는 처음부터 학습한다.",
    "drawing.article.race-sigmoid": "sigmoid 함수에서 다섯 가지 초기화 방법의 학습 비교. 갱신 500회 동안 정체 구간을 "
    "벗어나는 것은 절반이 포화된 N(0, 1)뿐이다. Xavier와 He 초기화는 활성화값이 넓게 퍼지지만 기울기가 소실된다.",
    "drawing.article.film": "학습 중인 ReLU 신경망 세 개를 장면별로 늘어놓는다. 표준편차 0.01은 제자리에 머물고, "
    "Xavier 초기화의 층들은 신호가 사라져 가던 출발에서 벗어나며, He 초기화의 층들은 만회할 것이 없었으므로 거의 "
    "움직이지 않는다.",
    "drawing.article.batch-norm": "1만 배 범위의 여덟 가지 가중치 크기를 배치 정규화가 있을 때와 없을 때 "
    "비교한다. 없으면 He 초기화에 가까운 크기만 학습되고, 있으면 정도는 다르지만 모두 학습된다.",
    "drawing.article.batch-norm-layers": "그 이유: 배치 정규화를 쓰면 약 0.001보다 큰 모든 크기에서 층들이 같은 "
    "상태로 출발한다. 갱신이 가중치의 방향을 얼마나 바꾸는지는 여전히 가중치의 크기에 달려 있다.",
    "drawing.article.decay": "레이블의 30%가 잘못된 경우의 가중치 감쇠. 감쇠가 없으면 잘못된 레이블을 외워 훈련 "
    "정확도는 오르고 검증 정확도는 떨어진다. λ = 0.03은 이를 막고, λ = 0.1은 학습 자체를 막는다.",
    "drawing.article.sweep-little": "감쇠는 얼마가 가장 좋은가: 데이터 300개. 약한 감쇠는 검증 손실을 5분의 1 줄이고 "
    "정확도는 그대로 둔다.",
    "drawing.article.sweep-noisy": "감쇠는 얼마가 가장 좋은가: 데이터 1000개, 레이블 30% 오류. 마지막 검증 정확도는 "
    "λ = 0.03에서 가장 좋아 약 12%p 높고, 가장 좋았던 평가끼리 견주면 약 3%p 높다.",
    "drawing.article.sweep-plenty": "감쇠는 얼마가 가장 좋은가: 데이터 2000개. 검증 성능은 λ = 0.01까지 거의 변하지 "
    "않다가 나빠진다. 얻을 것은 적고 잃을 것은 많다.",
    "drawing.article.weights-decoupled": "Adam에서 손실에 더한 L2와 AdamW의 감쇠. Adam에서는 λ = 0.0001에서도 1층 "
    "가중치의 3분의 1, 곧 늘 검은 화소의 가중치가 0이 된다. 이 가중치에는 벌점이 유일한 기울기이고, Adam은 어떤 "
    "기울기든 같은 크기의 갱신으로 바꾸기 때문이다. AdamW는 모든 가중치를 같은 비율로 줄인다.",
    "drawing.article.sweep-decoupled": "같은 λ라도 두 방법에서 뜻이 다르다. λ = 1에서 손실에 L2를 더한 Adam은 "
    "아무것도 학습하지 못하고, AdamW는 가장 좋은 성능을 낸다.",
    "drawing.article.pace": "배치 정규화에서는 가중치가 클수록 갱신이 상대적으로 작아 학습이 느려진다. 배치 정규화가 "
    "없으면 He 초기화의 두 배에서 더 빠르고, 그보다 크면 불안정하다. 어느 쪽이든 가중치가 크면 결국 모델의 성능이 "
    "더 나쁘다.",
    "drawing.article.stopping": "훈련 레이블의 30%가 잘못된 경우의 조기 종료(그래서 훈련 손실이 검증 손실보다 높은 "
    "곳에서 시작한다). 검증 손실은 다시 커지지만 훈련은 잘못된 레이블을 계속 배운다. 남긴 가중치는 모든 시드에서 "
    "마지막 가중치보다 시험 성능이 좋다.",
    "drawing.article.schedules": "올바른 레이블, 같은 훈련 횟수에서 정확도로 비교했다. 고정 학습률 0.2는 네 가지 중 "
    "가장 좋고, 스케줄의 정확도는 같거나 더 낮다. 계속 유지하기에는 너무 큰 0.6에서도 원사이클은 학습한다.",
    "drawing.article.schedules-loss": "같은 훈련을 시험 손실로 비교했다. 스케줄은 거의 모두 고정 학습률 0.2보다 손실이 "
    "낮게 끝난다. 고정 0.2는 훈련 손실이 단연 가장 낮다. 맞히는 비율은 비슷하지만, 틀릴 때 지나치게 확신한다.",
    "drawing.article.schedules-noisy": "레이블의 30%가 잘못된 경우의 같은 비교. 고정 학습률은 클수록 잘못된 "
    "레이블까지 더 많이 배운다. 모든 스케줄의 최종 성능이 네 고정 학습률 중 가장 좋은 것보다 낫다.",
    "drawing.article.descents": "넓은 골짜기의 비탈에 있는 좁은 웅덩이. 웅덩이를 벗어나게 하는 것은 2 / 곡률보다 큰 "
    "학습률이나 모멘텀이다. 고정 학습률로도 스케줄만큼 벗어나며, 최고 학습률이 작은 재시작으로는 벗어나지 못한다.",
    "drawing.dlfs/activation-histograms.histograms-sigmoid-book": "책의 그림 6-10(표준편차 1), 6-11(0.01), "
    "6-13(Xavier)에 He를 더했다: sigmoid 함수, (0, 1)을 30개 구간으로 나눈다. 표준편차 1은 값을 0과 1에 몰고, 0.01은 "
    "0.5에 모은다.",
    "drawing.dlfs/activation-histograms.histograms-relu-book": "책의 그림 6-14(0.01, Xavier, He)에 표준편차 1을 "
    "더했다: ReLU 함수, (0, 1)을 30개 구간으로 나눈다. 표준편차 0.01에서는 첫 구간만 남고, He의 표준편차에서만 모양이 "
    "유지된다. 그 값의 4분의 1은 1보다 커서 그림 밖에 있다.",
    "drawing.dlfs/activation-histograms.histograms-tanh-book": "tanh 함수로 그린 같은 그림: (0, 1)을 30개 구간으로 "
    "나눈다. 값의 절반, 곧 모든 음수는 그림에 없다. 전체는 다음 그림에서 본다.",
    "drawing.dlfs/activation-histograms.histograms-tanh": "tanh의 전체 범위를 그린 같은 그림. 표준편차 1은 양 끝에서 "
    "포화되고 0.01은 붕괴된다.",
    "drawing.dlfs/activation-histograms.signal": "표준편차를 층별 수치로 본다. 수평선은 폭을 유지하는 분포이다.",
    "drawing.dlfs/weight-decay.decay": "책에서 보여 주듯 λ = 0.1에서는 훈련과 검증의 차이가 좁혀진다. 그러나 훈련 "
    "성능이 나빠져서 좁혀지는 것이다. 차이를 좁히려는 까닭인 검증 성능은 정작 손실과 정확도 모두 나빠진다.",
    "drawing.dlfs/weight-decay.curves": "책의 그림 6-20과 6-21을 합치고 손실을 더했다. 훈련 정확도는 감쇠가 없으면 "
    "100%에 이르고 있으면 90% 근처에 머문다. 검증 정확도는 감쇠가 없으면 80%, 있으면 76% 근처에서 끝난다.",
    "drawing.dlfs/weight-decay.weights": "λ = 0.1이 첫 층, 중간 층, 출력층의 가중치에 미치는 영향: 손실이 떠받치지 "
    "않는 한 모두 갱신할 때마다 같은 비율(1 - 0.001)로 줄어든다. 감쇠가 없으면 처음 뽑은 값에 머문다.",
    "drawing.cs231n/ten-layers.histograms-tanh": "tanh: 표준편차 1은 모든 층을 포화시키고, 0.01은 몇 층 만에 0으로 "
    "붕괴시키며, 1/fan_in은 분포를 넓게 유지하면서 천천히 좁힌다.",
    "drawing.cs231n/ten-layers.histograms-relu": "ReLU: 분산 1/fan_in에서는 층마다 제곱 평균의 절반을 잃어 값이 "
    "왼쪽으로 밀려가고, He의 2/fan_in에서는 제자리에 머문다.",
    "drawing.cs231n/ten-layers.signal-tanh": "tanh의 층별 변화: 1/fan_in에서 나타나는 느린 감소는 굽은 선, 0.01에서 "
    "일어나는 붕괴는 곧은 선이다.",
    "drawing.cs231n/ten-layers.gradients-tanh": "tanh의 기울기: 붕괴된 신경망은 기울기를 잃고, 포화된 신경망에서는 "
    "기울기가 걷잡을 수 없이 커지며, 1/fan_in은 대부분을 유지한다.",
    "drawing.glorot2010/activations-and-gradients.histograms-sigmoid": "sigmoid 함수의 활성화값. 어느 초기화에서나 "
    "0.5 주위에 모이며, 표준 초기화에서 더 그렇다.",
    "drawing.glorot2010/activations-and-gradients.histograms-tanh": "tanh 함수의 활성화값. 표준 가중치에서는 층마다 "
    "줄어들고, 정규화 가중치에서는 넓게 유지된다.",
    "drawing.glorot2010/activations-and-gradients.histograms-softsign": "softsign 함수의 활성화값. tanh와 같되 "
    "꼬리가 더 완만하다. 정규화 가중치가 폭을 더 많이 유지한다.",
    "drawing.glorot2010/activations-and-gradients.gradients": "역전파된 기울기. 오른쪽에서 왼쪽으로 읽는다. 표준 "
    "가중치에서는 제곱 평균이 층마다 3분의 1 이하로 줄고, 정규화 가중치에서 tanh는 대부분을 유지한다. 그런데도 "
    "tanh와 softsign에서 ∂L/∂W의 노름은 어느 가중치에서나 고르다. 작은 기울기가 큰 신호를 만나기 때문이다.",
    "drawing.glorot2010/activations-and-gradients.signal": "순전파를 수치로 본다: 표준편차가 줄어드는 것은 사라져 "
    "가는 신호이다.",
    "drawing.he2015/scales.signal": "ReLU 층 30개. Xavier 초기화의 신호는 층마다 √2분의 1로 줄고 표준편차 0.01에서는 "
    "약 9분의 1로 줄며, He 초기화의 신호는 유지된다.",
    "drawing.he2015/scales.gradients": "역전파되는 기울기. 순전파에서 층마다 줄어드는 만큼 기울기도 줄어든다.",
    "drawing.yang2017/residual.stream-unscaled": "분기를 줄이지 않은 He 초기화: 블록마다 스트림의 제곱 평균이 두 "
    "배가 되고, 역전파되는 기울기도 그렇다.",
    "drawing.yang2017/residual.stream-scaled": "분기 × 1/√L: 블록 24개를 지나며 제곱 평균은 (1 + 1/24)²⁴ = 2.66배가 "
    "되고, 아무리 깊어도 e배를 넘지 않는다.",
    "drawing.yang2017/residual.stream-prenorm": "분기 앞 층 정규화: 분기마다 같은 크기를 더하므로 제곱 평균이 1 + "
    "l로 커지고, 분기의 비중은 점점 줄어든다.",
    "drawing.yang2017/residual.stream-postnorm": "더한 뒤 스트림의 층 정규화: 모든 블록에서 크기가 같고, 기울기의 "
    "절반은 분기를 지나온다.",
    "drawing.yang2017/residual.stream-tanh": "tanh 블록: 스트림은 √l로, 기울기는 exp(c √l)로 커져 지수적 증가보다 "
    "느리다.",
    "drawing.pennington2017/isometry.spectrum-linear": "선형 층 8개. 직교 가중치에서는 모든 특잇값이 1이고, 정규분포 "
    "가중치에서는 몇몇 방향이 제곱 평균의 23배까지 늘어나는 동안 대부분이 사라진다.",
    "drawing.pennington2017/isometry.spectrum-relu": "ReLU 층 8개. 방향의 절반은 0으로 끝나고, 직교 "
    "가중치는 산포를 반으로 줄이지만 없애지는 못한다.",
    "drawing.saxe2014/orthogonal.spectrum": "선형 층 32개. 직교 가중치는 어느 방향도 늘이지 않고, 정규분포 가중치는 "
    "몇몇을 제곱 평균의 백 배 가까이 늘이며 나머지를 잃는다.",
    "drawing.hanin2018/fluctuations.signal-deep": "표본 하나를 너비 100의 ReLU 층 20개로 된 He 초기화 신경망 200개에 "
    "통과시킨 결과. 평균은 유지되지만 신경망마다 점점 달라진다.",
    "drawing.hanin2018/fluctuations.signal-half-as-wide": "깊이와 너비가 절반인 경우. 1 / 너비의 합이 5분의 1로 "
    "같으므로 신경망끼리의 차이도 같다.",
    "drawing.hanin2018/fluctuations.signal-shallow": "너비 100의 층 5개. 그 합이 4분의 1이고 분산도 4분의 1이다.",
    "drawing.he2015/thirty-layers.curves-22": "층 22개. He 초기화는 곧바로 학습하지만 Xavier 초기화는 15에폭 뒤에도 "
    "거의 시작하지 못한다.",
    "drawing.he2015/thirty-layers.curves-30": "층 30개. Xavier 초기화의 손실은 추측 수준에 머물고, He 초기화는 "
    "느리지만 학습한다.",
    "drawing.cs231n/six-layers.histograms-tanh": "가중치의 표준편차가 0.01, 0.05, 1/√4096, 곧 약 0.016인 tanh. "
    "첫째는 붕괴되고 둘째는 포화되며 셋째는 유지된다.",
    "drawing.cs231n/six-layers.histograms-relu": "ReLU: 분산 1/fan_in에서는 층마다 제곱 평균의 절반을 잃고, He "
    "초기화의 2/fan_in에서는 잃지 않는다.",
    "drawing.lsuv2015/unit-variance.signal-tanh": "이미지를 통과시킨 tanh 층 20개. 배치로 크기를 맞추면 모든 층이 같은 "
    "크기에서 시작하고, Xavier 초기화에서는 신호가 천천히 줄어든다.",
    "drawing.lsuv2015/unit-variance.signal-relu": "ReLU: Xavier 초기화가 층마다 잃는 것을 배치로 메운다. He 초기화는 "
    "평균적으로 메우며, 이미지의 작은 크기를 그대로 유지한다.",
    "drawing.lsuv2015/unit-variance.curves-tanh": "tanh에서는 모두 학습하지만 배치로 크기를 맞춘 신경망이 가장 빠르다.",
    "drawing.lsuv2015/unit-variance.curves-relu": "ReLU에서 Xavier 초기화는 추측에 머물고, 배치로 크기를 맞춘 신경망과 "
    "He 초기화는 학습한다.",
    "drawing.ioffe2015/batch-norm.curves": "배치 정규화가 있으면 갱신의 5분의 1 안에 다른 신경망의 끝을 넘어선다.",
    "drawing.ioffe2015/batch-norm.race": "훈련 전과 후의 활성화값, 그 아래 기울기. 정규화가 없으면 앞쪽 층의 기울기가 "
    "작다.",
    "drawing.loshchilov2019/decoupled.weights-alone": "어떤 ReLU도 켜지지 않아 감소만 작용한다. SGD와 AdamW는 λ에 따른 "
    "배율로 가중치를 줄이고, 벌점의 기울기를 그 크기로 나누는 Adam은 λ와 상관없이 같은 만큼 줄인다.",
    "drawing.loshchilov2019/decoupled.weights": "λ = 0.3에서 Adam을 거친 벌점은 가중치의 대부분을 없애고, AdamW의 "
    "감소는 20분의 1쯤을 줄인다.",
    "drawing.loshchilov2019/decoupled.curves": "학습한 것도 함께 사라진다. 같은 λ에서 벌점을 쓴 Adam은 추측으로 "
    "끝나고, AdamW는 감소가 없을 때만큼 높이 끝난다.",
    "drawing.yang2019/batch-norm.gradients": "오른쪽에서 왼쪽으로 읽는다. ReLU마다 앞에 배치 정규화를 두면 "
    "기울기가 층마다 1.21배로 커진다. 신호가 eps에 묻힐 만큼 작은 가중치에서는 그렇지 않다.",
    "drawing.yang2019/batch-norm.signal": "순전파에서 He 초기화는 아무 문제가 없다. 모든 층의 평균과 산포가 같다.",
    "drawing.poole2016/fig1.signal-short": "짧은 입력에서: 신호는 몇 층 만에 그 가중치에서 유지되는 길이까지 커진다.",
    "drawing.poole2016/fig1.signal-long": "긴 입력에서: 같은 길이로 줄어든다. 가중치가 클수록 더 긴 신호를 유지한다.",
    "drawing.poole2016/fig1.collapse-long": "σ_w² = 1.69에서는 표본이 서로 같아지고(질서상), 6.25와 16에서는 "
    "아무리 깊어도 서로 떨어져 있다(혼돈상).",
    "drawing.poole2016/fig1.gradients-long": "기울기에서도 같은 경계가 나타난다. 오른쪽에서 왼쪽으로, χ₁이 1보다 "
    "작으면 줄어들고 크면 폭발한다.",
    "drawing.poole2016/phase-plane.phase-map": "칸 하나가 층 20개의 신경망이다. 위에 그린 길이, 상관, 기울기 배율은 "
    "너비 300인 신경망 하나의 산포를 빼면 아래의 이론과 같다. 임계선 왼쪽에서는 표본이 서로 같아지고 기울기가 줄며, "
    "오른쪽에서는 그 반대이다.",
    "drawing.schoenholz2017/trainability.trainability": "칸 하나가 작은 걸음으로 200회 갱신한 신경망이다. 깊은 "
    "신경망은 이론의 깊이 척도가 발산하는 임계 가중치 분산 근처에서만 학습되고, 거기서 멀어지면 그 척도의 몇 배 "
    "깊이까지만 학습된다.",
    "drawing.schoenholz2017/depth-scales.phase": "가중치의 크기에 따라 신호와 기울기가 몇 층까지 닿는지를 본다. 둘 "
    "다 임계점 σ_w = 1.33, σ_w² = 1.76에서 가장 깊이 닿는다. 그 아래에서는 표본이 서로 같아지고 기울기가 "
    "소실되며, 그 위에서는 기울기가 폭발한다.",
    "drawing.schoenholz2017/depth-scales.gradients": "층 50개를 오른쪽에서 왼쪽으로 지나는 기울기. 로그 축에서 "
    "직선이며, 임계 가중치 분산보다 작으면 내려가고 임계에서는 수평이며 크면 올라간다.",
    "drawing.schoenholz2017/depth-scales.collapse": "표본: 임계 가중치 분산보다 작으면 서로 같아지고, 크면 떨어져 "
    "있다.",
    "drawing.selu/fixed-point.ridges-selu": "분산 1/fan_in의 가중치를 쓴 SELU 층 50개: 첫 층부터 마지막 층까지 "
    "모양이 같다. 기울기는 제곱 평균이 층마다 χ₁ = 1.07배씩 천천히 커진다.",
    "drawing.selu/fixed-point.signal": "평균 0과 표준편차 1은 분산 1/fan_in의 고정점이다. PyTorch가 권하는 이득 "
    "3/4(0.5625/fan_in)에서는 신호가 훨씬 작은 값에 자리를 잡는다.",
    "drawing.selu/fixed-point.gradients": "이득 3/4로 얻는 것: 천천히 커지는 대신 천천히 작아지는 기울기.",
    "drawing.pytorch/default-init.signal": "PyTorch의 기본 가중치를 편향 없이 쓰면 신호가 층마다 줄어든다. "
    "ReLU에서는 √6 = 2.4분의 1로, tanh에서는 신호가 작아진 뒤 √3 = 1.7분의 1로 줄어든다. ReLU에서 He 초기화는 "
    "신호를 유지한다.",
    "drawing.pytorch/default-init.gradients": "기울기도 역전파되면서 같은 비율로 줄어든다.",
    "drawing.pytorch/default-init.histograms-relu": "ReLU: 모든 층에서 모양이 같으며, 기본 가중치에서는 층마다 "
    "왼쪽으로 더 옮겨 간다.",
    "drawing.dlfs/weight-init-compare.race": "책의 그림 6-15와 그 까닭을 나란히 본다. 표준편차 0.01에서는 층마다 "
    "신호가 약 14분의 1로 줄고, 10⁻⁵ 크기의 기울기는 갱신 2000회로도 손실을 ln 10에서 움직이지 못한다. 책의 Xavier "
    "초기화(1/fan_in)는 정체 구간에서 출발하여 이를 벗어나는 데 He 초기화의 3~4배에 이르는 갱신이 든다.",
    "drawing.dlfs/weight-init-compare.curves": "전체 훈련 데이터에 대한 에폭별 손실과 정확도.",
    "drawing.dlfs/batch-norm.batch-norm": "책의 그림 6-19. 배치 정규화가 없으면 16가지 크기 중 He 초기화에 가까운 두 "
    "가지만 학습된다. 더 크면 발산하고 더 작으면 정체 구간에 머문다. 배치 정규화가 있으면 정도는 다르지만 모든 "
    "크기가 학습된다.",
    "drawing.dlfs/batch-norm.curves": "책의 그림 6-18처럼 16가지 크기 중 He 초기화에 가까운 하나만 본다. 배치 "
    "정규화가 있으면 같은 신경망이 더 빨리 학습한다.",
    "drawing.dlfs/batch-norm.batch-norm-layers": "그 이유: 배치 정규화가 없으면 5층의 신호는 10²⁰배 범위에 걸쳐 "
    "달라진다. 있으면 약 10⁻³까지는 어느 크기에서나 같고, 그 아래에서는 eps, 곧 10⁻⁶이 더는 작은 값이 아니다. "
    "크기의 영향은 갱신이 가중치의 방향을 바꾸는 정도에 남는다. 가중치가 크면 너무 조금, 아주 작으면 너무 많이 "
    "바뀐다.",
    "drawing.mup2022/coordinates.adam-standard": "모든 층의 학습률이 같은 Adam: 크기에는 드러나지 않지만, 갱신 한 "
    "번에 은닉층과 출력층이 넓을수록 더 많이 변한다.",
    "drawing.mup2022/coordinates.adam-mup": "muP를 쓴 Adam: 갱신 한 번에 모든 층이 너비와 무관하게 변하고, 출력은 "
    "넓을수록 작게 시작한다.",
    "drawing.mup2022/coordinates.sgd-standard": "모든 층의 학습률이 같은 SGD: 넓을수록 첫 층은 덜 변하고 은닉층과 "
    "출력층은 더 많이 변한다.",
}
