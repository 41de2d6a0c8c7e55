"""Words of experiments: titles, what to see in each drawing, known numbers, how they are judged."""

TEXT: dict[str, str] = {
    # How a claim and a number are judged
    "status.count": "{of}가지 경우 중 {holds}가지에서 성립",
    "status.outcome": "{count}: {outcome}",
    "status.unexpected": "{count}. {turned}가지 경우가 예상과 다름",
    "evidence.least": "{number}(성립 조건: {least} 이상)",
    "evidence.most": "{number}(성립 조건: {most} 이하)",
    "evidence.between": "{number}(성립 조건: {least} 이상 {most} 이하)",
    "evidence.none": "{number}",
    "evidence.yes": "예",
    "evidence.no": "아니요",
    "evidence.also": "참고",
    "evidence.unexpected": "(예상과 다름)",
    "evidence.allowed": "{low} ~ {high}",
    "origin.from the paper": "논문",
    "origin.computed independently": "독립 계산",
    "origin.this project's": "자체 측정",
    "basis.closed form": "닫힌 식",
    "basis.quadrature": "수치 적분",
    "basis.measured": "독립된 코드로 측정",
    "basis.published": "논문에 발표된 값",
    "basis.recalled": "원문 확인 없이 기억에 의존한 값, 판정에 쓰지 않음",
    "basis.seeds": "시드 {number}개",
    "basis.seed": "실행 1회",
    # Experiments
    "experiment.article.title": "sigmoid, tanh, ReLU의 가중치 초기화",
    "experiment.article.source": "가중치 초기화, 규제, 학습률에 관한 한국어 강의 글; 그리고 그 바탕이 된 책: "
    "사이토 고키, “밑바닥부터 시작하는 딥러닝”, 6장: weight_init_activation_histogram",
    "experiment.dlfs/activation-histograms.title": "“밑바닥부터 시작하는 딥러닝”의 가중치 초기화별 활성화값",
    "experiment.dlfs/activation-histograms.source": "사이토 고키, “밑바닥부터 시작하는 딥러닝”, 6장: "
    "weight_init_activation_histogram",
    "experiment.dlfs/weight-decay.title": "“밑바닥부터 시작하는 딥러닝”의 가중치 감쇠로 과적합 막기",
    "experiment.dlfs/weight-decay.source": "사이토 고키, “밑바닥부터 시작하는 딥러닝”, 6장: overfit_weight_decay",
    "experiment.cs231n/ten-layers.title": "CS231n의 뉴런 500개짜리 층 10개",
    "experiment.cs231n/ten-layers.source": "스탠퍼드 CS231n, 신경망 훈련 강의: 가중치 초기화에 따른 활성화값 통계",
    "experiment.glorot2010/activations-and-gradients.title": "Glorot & Bengio 2010의 표준 초기화와 정규화 초기화",
    "experiment.he2015/scales.title": "He 외 2015: ReLU에 알맞은 가중치의 크기",
    "experiment.yang2017/residual.title": "Yang·Schoenholz 2017: 깊이의 거듭제곱으로 변하는 잔차 블록",
    "experiment.pennington2017/isometry.title": "Pennington 외 2017: 깊이에 따라 벌어지는 야코비안의 특잇값",
    "experiment.saxe2014/orthogonal.title": "Saxe 외 2014: 깊은 선형 신경망을 등거리로 유지하는 직교 가중치",
    "experiment.hanin2018/fluctuations.title": "Hanin·Rolnick 2018: 신경망끼리의 차이를 정하는 1 / 너비의 합",
    "experiment.he2015/thirty-layers.title": "He 외 2015: 30층에서 멈추는 Xavier와 학습하는 He",
    "experiment.he2015/thirty-layers.source": "He, Zhang, Ren & Sun, Delving deep into rectifiers, ICCV 2015, 그림 "
    "2와 3: 층 22개와 30개. 여기서는 ImageNet의 합성곱 신경망이 아니라 MNIST 이미지 2400개와 너비 100의 층, 모멘텀, "
    "학습률 0.01",
    "experiment.cs231n/six-layers.title": "CS231n(2019년 이후)의 뉴런 4096개짜리 층 6개",
    "experiment.cs231n/six-layers.source": "스탠퍼드 CS231n, 신경망 훈련 강의, 2019년 이후 자료: 가중치 초기화에 따른 "
    "활성화값 통계",
    "experiment.lsuv2015/unit-variance.title": "Mishkin & Matas 2016: 배치로 층마다 크기를 맞춘 가중치",
    "experiment.lsuv2015/unit-variance.source": "Mishkin & Matas, All you need is a good init, ICLR 2016 (arXiv 2015): "
    "직교 가중치를 배치에서 층 출력의 분산이 1이 되도록 나눈다. 여기서는 논문의 합성곱 대신 MNIST 이미지 2400장과 "
    "너비 100의 층 20개",
    "experiment.ioffe2015/batch-norm.title": "Ioffe & Szegedy 2015: 배치 정규화에서 더 빨리 학습하는 시그모이드",
    "experiment.ioffe2015/batch-norm.source": "Ioffe & Szegedy, Batch normalization: Accelerating deep network "
    "training by reducing internal covariate shift, ICML 2015, 4.1절: 시그모이드 100개짜리 은닉층 3개, 배치 크기 60. "
    "여기서는 이미지 60000장에 갱신 50000회(학습률은 논문에 없다) 대신 MNIST 이미지 2400장에 학습률 0.1로 2000회",
    "experiment.loshchilov2019/decoupled.title": "Loshchilov & Hutter 2019: Adam을 거치는 감소와 거치지 않는 감소",
    "experiment.yang2019/batch-norm.title": "Yang 외 2019: 배치 정규화에서 폭발하는 기울기",
    "experiment.poole2016/fig1.title": "신호의 길이와 고정점(Poole 등 2016)",
    "experiment.poole2016/phase-plane.title": "tanh의 상평면(Poole 등 2016)",
    "experiment.schoenholz2017/trainability.title": "신경망이 학습되는 깊이(Schoenholz 등 2017)",
    "experiment.schoenholz2017/depth-scales.title": "신호와 기울기가 닿는 깊이(Schoenholz 등 2017)",
    "experiment.selu/fixed-point.title": "Klambauer 등 2017: SELU는 평균 0과 분산 1을 유지한다",
    "experiment.pytorch/default-init.title": "PyTorch의 기본 초기화에서 신호는 사라진다",
    "experiment.pytorch/default-init.source": "torch.nn.Linear: kaiming_uniform_(a=sqrt(5))에서 얻는 "
    "U(±1/sqrt(fan_in))",
    "experiment.dlfs/weight-init-compare.title": "“밑바닥부터 시작하는 딥러닝”의 가중치 초기화별 학습",
    "experiment.dlfs/weight-init-compare.source": "사이토 고키, “밑바닥부터 시작하는 딥러닝”, 6장: "
    "weight_init_compare; MNIST 이미지 60000장 대신 3000장",
    "experiment.dlfs/batch-norm.title": "“밑바닥부터 시작하는 딥러닝”의 16가지 가중치 크기와 배치 정규화",
    "experiment.dlfs/batch-norm.source": "사이토 고키, “밑바닥부터 시작하는 딥러닝”, 6장: batch_norm_test; 책에서는 "
    "이동 분산이 0에서 시작하고 첫 점이 한 번 갱신한 뒤이며, 여기서는 1에서 시작하고 첫 점이 갱신 전이다",
    # Drawings: what to see
    "drawing.article.overview": "네 조합을 나란히 놓고 본다. 분포에 드러나는 것이 있고, 기울기를 보아야만 드러나는 "
    "것이 있다.",
    "drawing.article.histograms-sigmoid": "sigmoid 함수를 통과한 활성화값의 층별 분포. 표준정규분포 가중치는 "
    "포화되어 값이 0과 1에 몰린다. 표준편차 0.01에서는 모든 뉴런이 0.5에 머문다. Xavier와 He 초기화는 여기서 "
    "정상으로 보이지만 기울기를 보아야 한다. sigmoid에서는 이들의 기울기도 소실된다.",
    "drawing.article.histograms-tanh": "tanh 함수를 통과한 활성화값의 층별 분포. 표준정규분포 가중치는 -1과 1에서 "
    "포화된다. 표준편차 0.01은 신호를 층마다 10분의 1로 줄인다. Xavier 초기화는 분포를 넓게 유지하며, 신호는 천천히 "
    "줄어든다.",
    "drawing.article.histograms-relu": "relu 함수를 통과한 활성화값의 층별 분포. 로그 축으로 보면 Xavier 초기화의 "
    "신호는 층마다 약 1.4분의 1로 줄고, He 초기화는 유지되며, 표준정규분포는 층마다 7배로 커진다. 가중치의 음수와 "
    "양수가 반반이면 모든 값의 약 절반이 정확히 0이다.",
    "drawing.article.histograms-sigmoid-book": "sigmoid 함수의 같은 결과를 책의 방식으로 그린 그림: (0, 1)을 30개 "
    "구간으로 나눈다. 범위를 벗어난 값은 그림에 없으며, 1%가 넘는 값이 가려진 칸에는 그 비율을 적는다.",
    "drawing.article.histograms-tanh-book": "tanh 함수의 같은 결과를 책의 방식으로, 함수의 범위 전체에 그린 그림: "
    "(-1, 1)을 30개 구간으로 나눈다. 범위를 벗어나는 값은 없다.",
    "drawing.article.histograms-relu-book": "relu 함수의 같은 결과를 책의 방식으로 그린 그림: (0, 1)을 30개 구간으로 "
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
    "drawing.article.ridges-xavier_normal-sigmoid": "sigmoid 함수와 xavier_normal 초기화를 쓴 층 50개. 둘째 층부터 "
    "분포는 그대로이지만 기울기는 소실된다.",
    "drawing.article.ridges-normal-tanh": "tanh 함수와 normal 초기화를 쓴 층 50개. 첫 층부터 마지막 층까지 포화되어 "
    "값이 -1과 1에 있다.",
    "drawing.article.ridges-xavier_normal-tanh": "tanh 함수와 xavier_normal 초기화를 쓴 층 50개. 느린 감소: 층 "
    "50개를 지나며 분포가 층마다 조금씩 좁아진다.",
    "drawing.article.ridges-xavier_normal-relu": "relu 함수와 xavier_normal 초기화를 쓴 층 50개. 신호가 층마다 "
    "√2분의 1로 줄어, 층 50개 뒤에는 수천만분의 1이 된다.",
    "drawing.article.ridges-he_normal-relu": "relu 함수와 he_normal 초기화를 쓴 층 50개. 신호의 크기가 층 50개에 "
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
    "drawing.article.schedules": "올바른 레이블, 같은 훈련 횟수. 고정 학습률 0.2는 네 가지 중 가장 좋고 최종 훈련 "
    "손실도 단연 가장 낮다. 스케줄은 시험 손실이 더 낮고, 정확도는 같거나 더 낮다. 계속 유지하기에는 너무 큰 0.6에서도 "
    "원사이클은 학습한다.",
    "drawing.article.schedules-noisy": "레이블의 30%가 잘못된 경우의 같은 비교. 고정 학습률은 클수록 잘못된 "
    "레이블까지 더 많이 배운다. 모든 스케줄의 최종 성능이 네 고정 학습률 중 가장 좋은 것보다 낫다.",
    "drawing.article.descents": "넓은 골짜기의 비탈에 있는 좁은 웅덩이. 웅덩이를 벗어나게 하는 것은 2 / 곡률보다 큰 "
    "학습률이나 모멘텀이다. 고정 학습률로도 스케줄만큼 벗어나며, 최고 학습률이 작은 재시작으로는 벗어나지 못한다.",
    "drawing.dlfs/activation-histograms.histograms-sigmoid-book": "책에 실린 sigmoid 함수의 그림: (0, 1)을 30개 "
    "구간으로 나눈다. 표준편차 1은 값을 0과 1에 몰고, 0.01은 0.5에 모은다.",
    "drawing.dlfs/activation-histograms.histograms-relu-book": "책에 실린 relu 함수의 그림: (0, 1)을 30개 구간으로 "
    "나눈다. 표준편차 0.01에서는 첫 구간만 남고, He의 표준편차에서만 모양이 유지된다. 그 값의 4분의 1은 1보다 커서 "
    "그림 밖에 있다.",
    "drawing.dlfs/activation-histograms.histograms-tanh-book": "책에 실린 tanh 함수의 그림: (0, 1)을 30개 구간으로 "
    "나눈다. 값의 절반, 곧 모든 음수는 그림에 없다. 전체는 다음 그림에서 본다.",
    "drawing.dlfs/activation-histograms.histograms-tanh": "tanh의 전체 범위를 그린 같은 그림. 표준편차 1은 양 끝에서 "
    "포화되고 0.01은 붕괴된다.",
    "drawing.dlfs/activation-histograms.signal": "표준편차를 층별 수치로 본다. 수평선은 폭을 유지하는 분포이다.",
    "drawing.dlfs/weight-decay.decay": "책에서 보여 주듯 λ = 0.1에서는 훈련과 검증의 차이가 좁혀진다. 그러나 훈련 "
    "성능이 나빠져서 좁혀지는 것이다. 차이를 좁히려는 까닭인 검증 성능은 정작 손실과 정확도 모두 나빠진다.",
    "drawing.dlfs/weight-decay.curves": "책의 그림에 손실을 더했다. 훈련 정확도는 감쇠가 없으면 100%에 이르고 "
    "있으면 90% 근처에 머문다. 검증 정확도는 감쇠가 없으면 80%, 있으면 76% 근처에서 끝난다.",
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
    "drawing.yang2017/residual.stream-unscaled": "가지를 줄이지 않은 He 초기화: 블록마다 스트림의 제곱 평균이 두 "
    "배가 되고, 역전파되는 기울기도 그렇다.",
    "drawing.yang2017/residual.stream-scaled": "가지 × 1/√L: 블록 24개를 지나며 제곱 평균은 (1 + 1/24)²⁴ = 2.66배가 "
    "되고, 아무리 깊어도 e배를 넘지 않는다.",
    "drawing.yang2017/residual.stream-prenorm": "가지 앞 층 정규화: 가지마다 같은 크기를 더하므로 제곱 평균이 1 + "
    "l로 커지고, 가지의 비중은 점점 줄어든다.",
    "drawing.yang2017/residual.stream-postnorm": "더한 뒤 스트림의 층 정규화: 모든 블록에서 크기가 같고, 기울기의 "
    "절반은 가지를 지나온다.",
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
    "drawing.cs231n/six-layers.histograms-tanh": "가중치의 표준편차가 0.01, 0.05, 1/sqrt(4096), 곧 약 0.016인 tanh. "
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
    "drawing.poole2016/fig1.collapse-long": "sigma_w² = 1.69에서는 표본이 서로 같아지고(질서상), 6.25와 16에서는 "
    "아무리 깊어도 서로 떨어져 있다(혼돈상).",
    "drawing.poole2016/fig1.gradients-long": "기울기에서도 같은 경계가 나타난다. 오른쪽에서 왼쪽으로, chi_1이 1보다 "
    "작으면 줄어들고 크면 폭발한다.",
    "drawing.poole2016/phase-plane.phase-map": "칸 하나가 층 20개의 신경망이다. 위에 그린 길이, 상관, 기울기 배율은 "
    "너비 300인 신경망 하나의 산포를 빼면 아래의 이론과 같다. 임계선 왼쪽에서는 표본이 서로 같아지고 기울기가 줄며, "
    "오른쪽에서는 그 반대이다.",
    "drawing.schoenholz2017/trainability.trainability": "칸 하나가 작은 걸음으로 200회 갱신한 신경망이다. 깊은 "
    "신경망은 이론의 깊이 척도가 발산하는 임계 가중치 분산 근처에서만 학습되고, 거기서 멀어지면 그 척도의 몇 배 "
    "깊이까지만 학습된다.",
    "drawing.schoenholz2017/depth-scales.phase": "가중치의 크기에 따라 신호와 기울기가 몇 층까지 닿는지를 본다. 둘 "
    "다 임계점 sigma_w = 1.33, sigma_w² = 1.76에서 가장 깊이 닿는다. 그 아래에서는 표본이 서로 같아지고 기울기가 "
    "소실되며, 그 위에서는 기울기가 폭발한다.",
    "drawing.schoenholz2017/depth-scales.gradients": "층 50개를 오른쪽에서 왼쪽으로 지나는 기울기. 로그 축에서 "
    "직선이며, 임계 가중치 분산보다 작으면 내려가고 임계에서는 수평이며 크면 올라간다.",
    "drawing.schoenholz2017/depth-scales.collapse": "표본: 임계 가중치 분산보다 작으면 서로 같아지고, 크면 떨어져 "
    "있다.",
    "drawing.selu/fixed-point.ridges-selu": "분산 1/fan_in의 가중치를 쓴 SELU 층 50개: 첫 층부터 마지막 층까지 "
    "모양이 같다. 기울기는 제곱 평균이 층마다 chi_1 = 1.07배씩 천천히 커진다.",
    "drawing.selu/fixed-point.signal": "평균 0과 표준편차 1은 분산 1/fan_in의 고정점이다. PyTorch가 권하는 이득 "
    "3/4(0.5625/fan_in)에서는 신호가 훨씬 작은 값에 자리를 잡는다.",
    "drawing.selu/fixed-point.gradients": "이득 3/4로 얻는 것: 천천히 커지는 대신 천천히 작아지는 기울기.",
    "drawing.pytorch/default-init.signal": "PyTorch의 기본 가중치를 편향 없이 쓰면 신호가 층마다 줄어든다. "
    "ReLU에서는 √6 = 2.4분의 1로, tanh에서는 신호가 작아진 뒤 √3 = 1.7분의 1로 줄어든다. ReLU에서 He 초기화는 "
    "신호를 유지한다.",
    "drawing.pytorch/default-init.gradients": "기울기도 역전파되면서 같은 비율로 줄어든다.",
    "drawing.pytorch/default-init.histograms-relu": "ReLU: 모든 층에서 모양이 같으며, 기본 가중치에서는 층마다 "
    "왼쪽으로 더 옮겨 간다.",
    "drawing.dlfs/weight-init-compare.race": "책의 그림과 그 까닭을 나란히 본다. 표준편차 0.01에서는 층마다 신호가 "
    "약 14분의 1로 줄고, 1e-5 크기의 기울기는 갱신 2000회로도 손실을 ln 10에서 움직이지 못한다. 책의 Xavier "
    "초기화(1/fan_in)는 정체 구간에서 출발하여 이를 벗어나는 데 He 초기화의 3~4배에 이르는 갱신이 든다.",
    "drawing.dlfs/weight-init-compare.curves": "전체 훈련 데이터에 대한 에폭별 손실과 정확도.",
    "drawing.dlfs/batch-norm.batch-norm": "책의 격자 그림. 배치 정규화가 없으면 16가지 크기 중 He 초기화에 가까운 두 "
    "가지만 학습된다. 더 크면 발산하고 더 작으면 정체 구간에 머문다. 배치 정규화가 있으면 정도는 다르지만 모든 "
    "크기가 학습된다.",
    "drawing.dlfs/batch-norm.curves": "16가지 크기 중 He 초기화에 가까운 하나만 본다. 배치 정규화가 있으면 같은 "
    "신경망이 더 빨리 학습한다.",
    "drawing.dlfs/batch-norm.batch-norm-layers": "그 이유: 배치 정규화가 없으면 5층의 신호는 10²⁰배 범위에 걸쳐 "
    "달라진다. 있으면 약 1e-3까지는 어느 크기에서나 같고, 그 아래에서는 eps, 곧 1e-6이 더는 작은 값이 아니다. "
    "크기의 영향은 갱신이 가중치의 방향을 바꾸는 정도에 남는다. 가중치가 크면 너무 조금, 아주 작으면 너무 많이 "
    "바뀐다.",
    # Expectations: known numbers
    "expectation.std": "{activation}, {init} 가중치: {layer}층 활성화값의 표준편차",
    "expectation.mean_field": "평균장",
    "expectation.cs231n.beside": "tanh, lecun_normal 가중치: 10층 활성화값의 표준편차, 독립적으로 측정한 값과 비교",
    "expectation.cs231n.wide": "넓은 층에서 sqrt(1 - 1/π), .8256",
    "expectation.mean_square": "{activation}, {init} 가중치: {layer}층 활성화값의 제곱 평균",
    "expectation.cs231n.geometric": "시드의 기하평균; 산술평균은 1",
    "expectation.cs231n.halved": "He 초기화의 값이 층 10개마다 절반으로",
    "expectation.dlfs.mean_sigmoid": "sigmoid, normal 가중치: 5층 활성화값의 평균",
    "expectation.dlfs.mean_relu": "relu, he_normal 가중치: 1층 활성화값의 평균",
    "expectation.dlfs.gamma": "sqrt(2 / 100) Γ(101/2) / Γ(50) / sqrt(π); 넓은 층에서는 1/sqrt(π)",
    "expectation.dlfs.beyond": "relu, he_normal 가중치: 1층에서 1보다 커서 책의 그림 밖에 있는 값의 비율",
    "expectation.dlfs.below": "tanh, lecun_normal 가중치: 5층에서 0보다 작아 책의 그림 밖에 있는 값의 비율",
    "expectation.dlfs.odd": "tanh는 기함수이고 가중치는 대칭이다",
    "expectation.dlfs.gradient": "sigmoid, lecun_normal 가중치: 5층에서 2층까지 층마다 기울기의 제곱 평균이 변하는 "
    "배율",
    "expectation.dlfs.chi": "sigma_w² = 1일 때의 chi_1",
    "expectation.batch_loss": "{run} 가중치: {first}~{last}번째 갱신의 평균 손실",
    "expectation.dlfs.guess": "ln 10, 열 개 중 하나를 무작위로 고르는 경우",
    "expectation.train_accuracy": "{run}: 20에폭 뒤 훈련 정확도",
    "expectation.overfit.train_loss": "훈련 손실",
    "expectation.overfit.validation_loss": "검증 손실",
    "expectation.overfit.train_accuracy": "훈련 정확도",
    "expectation.overfit.validation_accuracy": "검증 정확도",
    "expectation.overfit.weight_size": "전체 가중치의 노름 / 훈련 전 노름",
    "expectation.overfit": "λ = {decay}: 201에폭 뒤 {what}",
    "expectation.glorot.standard": "표준",
    "expectation.glorot.normalized": "정규화",
    "expectation.glorot.gradient": "{activation}, {weights} 가중치: 1층 기울기의 제곱 평균 / 5층",
    "expectation.glorot.std": "{activation}, {weights} 가중치: 5층 활성화값의 표준편차",
    "expectation.glorot.weight_gradient": "tanh, 표준 가중치: 1층 가중치 기울기의 분산 / 5층",
    "expectation.glorot.singular": "{weights} 가중치: 뉴런이 선형일 때 층별 야코비 행렬의 평균 특잇값",
    "expectation.glorot.around": "논문의 이미지에서 tanh의 어림값",
    "expectation.glorot.linear": "뉴런이 선형이면 모든 층에서 같다",
    "expectation.he.std": "필터 {filters}개인 3 × 3 합성곱: He 가중치의 표준편차",
    "expectation.he.lost": "conv10에서 conv2까지의 기울기, He 가중치 / 표준편차 0.01",
    "expectation.he.factor": "relu, {init}: 층마다 RMS 신호가 변하는 배율, 층 {depth}개",
    "expectation.residual.doubles": "He + ReLU, 줄이지 않은 가지: 블록마다 스트림의 제곱 평균이 변하는 배수",
    "expectation.residual.scaled": "가지 × 1/√L, 블록 24개: 입력 대비 스트림의 제곱 평균",
    "expectation.residual.scaled_gradient": "가지 × 1/√L, 블록 24개: 마지막 블록 뒤 대비 첫 블록 앞의 기울기 제곱 평균",
    "expectation.residual.prenorm": "가지 앞 층 정규화: 블록 24개 뒤 스트림의 제곱 평균, 1 + l",
    "expectation.residual.prenorm_gradient": "가지 앞 층 정규화: 블록 24개에서 마지막 블록 뒤 대비 첫 블록 앞의 "
    "기울기 제곱 평균",
    "expectation.residual.tanh": "tanh, LeCun: 블록 48개 뒤 스트림의 제곱 평균",
    "expectation.residual.tanh_gradient": "tanh, LeCun: 블록 48개에서 마지막 블록 뒤 대비 첫 블록 앞의 기울기 제곱 "
    "평균",
    "expectation.jacobian.spread": "{init} + {activation}, 층 {depth}개: 특잇값 제곱의 산포",
    "expectation.jacobian.largest": "{init} + {activation}, 층 {depth}개: 가장 큰 특잇값 제곱",
    "expectation.jacobian.isometry": "직교 + 항등, 층 {depth}개: 특잇값 제곱의 산포, 모든 시드에서 가장 큰 값",
    "expectation.jacobian.one": "직교 + 항등, 층 {depth}개: 모든 시드에서 가장 큰 특잇값 제곱",
    "expectation.hanin.variance": "너비 {width}의 층 {depth}개: 표본 하나의 제곱 평균의 ln이 신경망마다 갖는 분산",
    "expectation.he.loss": "층 {depth}개, {init}: 마지막 배치 100개의 평균 손실",
    "expectation.lsuv.unit": "{activation}, LSUV: {layer}층에서 활성화 전 값의 표준편차",
    "expectation.lsuv.batch": "크기를 맞춘 표본 500개에서는 1; 여기서는 다른 표본",
    "expectation.lsuv.loss": "{activation}, {init}: 마지막 배치 100개의 평균 손실",
    "expectation.ioffe": "{norm}: 갱신 2000회 뒤 {what}",
    "expectation.ioffe.no norm": "정규화 없음",
    "expectation.ioffe.batch norm": "배치 정규화",
    "expectation.decoupled.alone": "{optimizer}, λ = {decay}, 손실의 기울기 없음: 갱신 {updates}회 뒤 전체 가중치의 "
    "노름 / 그 전의 노름",
    "expectation.decoupled.factor": "(1 - 0.003 λ)^100, 갱신마다 같은 배율",
    "expectation.decoupled.size": "기울기 λ w에 대한 Adam의 갱신 100회, λ는 약분된다",
    "expectation.decoupled.trained": "{optimizer}, λ = {decay}: 60에폭 뒤 {what}",
    "expectation.yang.mean_square": "배치 정규화, relu: 역전파할 때 층마다 기울기의 제곱 평균이 변하는 배율",
    "expectation.yang.rms": "배치 정규화, relu: 역전파할 때 층마다 RMS 기울기가 변하는 배율",
    "expectation.cs231n.slides": "2017년 강의 자료, 6강",
    "expectation.theory": "{at}: {name}의 이론값",
    "expectation.poole.length": "{at}: 표준편차 {std}인 입력에서 출발한 {layer}층의 길이 q",
    "expectation.poole.q_star": "{at}: 층 20개 중 마지막 층의 길이 q",
    "expectation.poole.chi_1": "{at}: 층 20개 중 뒤쪽 10개에서 층마다 기울기의 제곱 평균이 변하는 배율",
    "expectation.schoenholz.boundary": "sigma_w²에 따라 신경망이 학습되는 깊이와 이론의 6 xi_c: 로그의 상관계수",
    "expectation.schoenholz.peak": "깊은 신경망이 가장 잘 학습되는 sigma_w², sigma_b² = {bias_var}",
    "expectation.poole.gradient": "{at}: {last}층에서 6층까지 층마다 기울기의 제곱 평균이 변하는 배율",
    "expectation.pytorch.declared": "정의된 가중치 분산과 fan_in의 곱",
    "expectation.pytorch.first": "relu, 기본 가중치: 1층에서 활성화 전 값의 제곱 평균",
    "expectation.pytorch.signal": "relu, 기본 가중치: 1층에서 {last}층까지 층마다 신호의 RMS가 변하는 배율",
    "expectation.pytorch.sixth": "층마다 제곱 평균 / 6",
    "expectation.pytorch.gradient": "relu, 기본 가중치: 역전파에서 층마다 기울기의 제곱 평균이 변하는 배율",
    "expectation.pytorch.he": "relu, he_uniform: 층마다 신호의 RMS가 변하는 배율",
    "expectation.schoenholz.gradient": "{at}: 층마다 기울기의 제곱 평균이 변하는 배율",
    "expectation.schoenholz.beside": "{what}, 이론과 비교",
    "expectation.schoenholz.critical": "tanh, sigma_b² = {bias_var}: 임계 sigma_w²",
    "expectation.selu.alpha": "selu: E[phi] = 0에서 구한 alpha",
    "expectation.selu.paper": "논문",
    "expectation.selu.digits": "{what}, 모든 자리",
    "expectation.selu.frameworks": "PyTorch와 Keras",
    "expectation.selu.lambda": "selu: E[phi²] = 1에서 구한 lambda",
    "expectation.selu.q_star": "selu, 분산 1/fan_in: q_star의 이론값",
    "expectation.selu.chi_1": "selu, 분산 1/fan_in: chi_1의 이론값",
    "expectation.selu.mean": "selu, 분산 1/fan_in: {layer}층 활성화값의 평균",
    "expectation.selu.mean_square": "selu, 분산 1/fan_in: {layer}층 활성화값의 제곱 평균",
    "expectation.selu.gradient": "selu, 분산 1/fan_in: 층마다 기울기의 제곱 평균이 변하는 배율",
    # Coordinate checks
    "experiment.mup2022/coordinates.title": "갱신에 따른 층의 변화량은 너비에 따라 달라지지만 muP에서는 그렇지 "
    "않다(Yang 외 2022)",
    "drawing.mup2022/coordinates.adam-standard": "모든 층의 학습률이 같은 Adam: 크기에는 드러나지 않지만, 갱신 한 "
    "번에 은닉층과 출력층이 넓을수록 더 많이 변한다.",
    "drawing.mup2022/coordinates.adam-mup": "muP를 쓴 Adam: 갱신 한 번에 모든 층이 너비와 무관하게 변하고, 출력은 "
    "넓을수록 작게 시작한다.",
    "drawing.mup2022/coordinates.sgd-standard": "모든 층의 학습률이 같은 SGD: 넓을수록 첫 층은 덜 변하고 은닉층과 "
    "출력층은 더 많이 변한다.",
    "expectation.coordinates.sgd_input": "SGD, 첫 층: 갱신 한 번의 변화량이 따르는 너비의 지수",
    "expectation.coordinates.sgd_hidden": "SGD, 첫 은닉층: 갱신 한 번의 변화량이 따르는 너비의 지수",
    "expectation.coordinates.sgd_output": "SGD, 출력층: 갱신 한 번의 변화량이 따르는 너비의 지수",
    "expectation.coordinates.adam_hidden": "Adam, 첫 은닉층: 갱신 한 번의 변화량이 따르는 너비의 지수",
    "expectation.coordinates.adam_size": "Adam, 첫 은닉층: 갱신 한 번 뒤의 크기가 따르는 너비의 지수",
    "expectation.coordinates.start": "muP, 출력층: 갱신 전 크기가 따르는 너비의 지수",
    "expectation.coordinates.mup_hidden": "muP를 쓴 Adam, 첫 은닉층: 갱신 한 번의 변화량이 따르는 너비의 지수",
    "expectation.coordinates.mup_output": "muP를 쓴 Adam, 출력층: 갱신 한 번의 변화량이 따르는 너비의 지수",
}
