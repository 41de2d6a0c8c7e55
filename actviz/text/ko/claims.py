"""The article's claims and the cases that decide them."""

TEXT: dict[str, str] = {
    "claims.left": "훈련이 필요하여 여기서 판단하지 않은 주장: {numbers}.",
    "claim.1.quote": "초기화에 주의하지 않은 신경망의 깊은 층에서는 활성화값이 한쪽으로 치우치고 기울기가 작아지거나 "
    "커지며, 그러한 정체 구간에서 시작하는 학습은 비효율적이다.",
    "claim.1.outcome": "가중치가 활성화 함수와 맞지 않는 곳에서 성립한다. 다만 sigmoid에 N(0, 1)을 쓰면 층의 중심이 "
    "유지되고 기울기도 거의 고르다. 훈련에 미치는 영향은 보통의 SGD로 500회 갱신한 결과이다",
    "claim.1.case.sigmoid-uniform": "sigmoid, U(0, 1): 5층 평균 활성화값과 가운데 0.5의 거리",
    "claim.1.case.sigmoid-normal": "sigmoid, N(0, 1): 평균 활성화값과 0.5의 거리",
    "claim.1.case.tanh-small-shrinks": "tanh, N(0, 0.01²): 5층에서 1층까지 기울기 변화(log₁₀)",
    "claim.1.case.relu-normal-grows": "ReLU, N(0, 1): 5층에서 1층까지 기울기 변화(log₁₀)",
    "claim.1.case.sigmoid-normal-shrinks": "sigmoid, N(0, 1): 5층에서 1층까지 기울기 변화(log₁₀)",
    "claim.1.case.stuck-tanh": "tanh, N(0, 0.01²): 갱신 500회 동안 손실이 ln 10에서 내려간 양",
    "claim.1.case.stuck-relu": "ReLU, N(0, 0.01²): 갱신 500회 동안 손실이 ln 10에서 내려간 양",
    "claim.1.case.stuck-sigmoid": "sigmoid, Xavier: 갱신 500회 동안 손실이 ln 10에서 내려간 양",
    "claim.1.case.tanh-xavier-learns": "tanh, Xavier: 갱신 500회 동안 손실이 ln 10에서 내려간 양",
    "claim.1.case.xavier-slower": "ReLU: 배치 손실이 1.5 아래로 내려가기까지의 갱신 횟수, Xavier / He",
    "claim.1.case.softplus-he": "softplus, He: 20층 평균 활성화값 / 1층 평균 활성화값",
    "claim.1.precisely": "가중치의 크기가 활성화 함수와 맞지 않으면 기울기는 층마다 일정한 배율로 작아지거나 커진다. "
    "sigmoid에서 N(0, 1)은 값의 절반이 포화되는데도 기울기가 우연히 거의 고르게 유지된다. U(0, 1)처럼 가중치의 "
    "평균이 0이 아니면 활성화값이 한쪽으로 치우친다. 평균이 0이어도 활성화값의 평균이 0이 아니고 신호가 커지면 치우칠 "
    "수 있다. He 초기화를 쓴 softplus가 그러하며, 층을 지날 때마다 조금씩 더 치우친다. sigmoid에서는 가중치의 음수와 "
    "양수가 반반이면 뉴런 하나하나는 한쪽 끝에 있더라도 층 전체의 중심은 그대로이다. 이런 초기화의 대가는 다음과 같다. "
    "기울기가 소실되면 갱신 500회에도 손실은 ln 10에서 움직이지 않는다. ReLU에서 Xavier 초기화가 만드는 완만한 정체 "
    "구간은 벗어나지만, He 초기화보다 약 세 배의 갱신이 든다. 히스토그램이 넓다고 해결되지도 않는다. sigmoid는 "
    "Xavier 초기화에서도 정체 구간에 머문다.",
    "claim.2.quote": "가중치를 모두 0으로 두면 손실에 기울기가 있어도 갱신이 일어날 수 없다.",
    "claim.2.outcome": "0에서 출력이 0인 tanh와 ReLU에서 성립한다. 0에서 출력이 1/2인 sigmoid에서는 마지막 층이 바로 "
    "학습되고 앞 층도 하나씩 학습되지만, 뉴런은 끝내 서로 달라지지 않는다",
    "claim.2.case.zeros-sigmoid": "sigmoid, 0 초기화: 층 5개 중 ∂L/∂W가 정확히 0은 아닌 층의 수",
    "claim.2.case.zeros-tanh": "tanh, 0 초기화: 층 5개 중 ∂L/∂W가 정확히 0은 아닌 층의 수",
    "claim.2.case.zeros-relu": "ReLU, 0 초기화: 층 5개 중 ∂L/∂W가 정확히 0은 아닌 층의 수",
    "claim.2.case.zeros-tanh-biases": "tanh, 0 초기화: 편향이 받게 될 5층 ∂L/∂z의 RMS",
    "claim.2.case.zeros-relu-biases": "ReLU, 0 초기화: 5층 ∂L/∂z의 RMS",
    "claim.2.case.constant-layers": "sigmoid, 상수 0.1: ∂L/∂W가 0이 아닌 층의 수",
    "claim.2.case.constant-units": "sigmoid, 상수 0.1: 5층의 뉴런 100개 중 서로 다른 뉴런의 수",
    "claim.2.case.moved-sigmoid": "sigmoid, 0 초기화: 출력층을 포함한 층 6개 중 갱신 500회 뒤 가중치가 0이 아닌 층의 "
    "수",
    "claim.2.case.moved-tanh": "tanh, 0 초기화: 출력층을 포함한 층 6개 중 갱신 500회 뒤 가중치가 0이 아닌 층의 수",
    "claim.2.case.moved-relu": "ReLU, 0 초기화: 출력층을 포함한 층 6개 중 갱신 500회 뒤 가중치가 0이 아닌 층의 수",
    "claim.2.case.zeros-loss": "sigmoid, 0 초기화: 갱신 500회 동안 손실이 ln 10에서 내려간 양",
    "claim.2.case.zeros-units": "sigmoid, 0 초기화: 갱신 500회 뒤 5층에서 서로 다른 뉴런의 수",
    "claim.2.case.moved-constant": "ReLU, 상수 0.01: 층 6개 중 갱신 500회 뒤 가중치가 0이 아닌 층의 수",
    "claim.2.case.constant-trained-units": "ReLU, 상수 0.01: 갱신 500회 뒤 5층의 뉴런 100개 중 서로 다른 뉴런의 수",
    "claim.2.case.constant-accuracy": "ReLU, 상수 0.01: 갱신 500회 뒤 훈련 정확도",
    "claim.2.case.he-accuracy": "ReLU, He: 갱신 500회 뒤 훈련 정확도",
    "claim.2.precisely": "0인 가중치로는 기울기가 역전파되지 않으므로 마지막 층 아래의 ∂L/∂W는 모두 0이다. 마지막 "
    "층의 ∂L/∂W는 그 층의 입력과 ∂L/∂z의 곱이다. tanh와 ReLU에서는 그 입력이 0이므로 어떤 가중치도 학습되지 "
    "않는다(tanh에서는 마지막 층의 편향이 학습될 수 있고, 0에서 미분값을 0으로 두는 ReLU에서는 아무것도 학습되지 "
    "않는다). sigmoid에서는 입력이 1/2이므로 마지막 층의 가중치가 실제로 학습되고, 갱신할 때마다 그 앞의 층이 하나씩 "
    "더 학습되지만 그 양은 다음 층의 1만분의 1도 되지 않는다(갱신 500회 뒤에도 1층에서는 값이 float32로 나타낼 수 "
    "없을 만큼 작다). 각 층의 뉴런은 서로 같은 채로 남아 손실은 ln 10에 머문다. 0.01이나 0.1 같은 상수는 신호와 "
    "기울기를 통과시키지만 같은 결함을 남긴다. 마지막 층 아래에서는 한 층의 뉴런이 모두 같은 것을 계산하고 똑같이 "
    "갱신되므로, 뉴런 100개인 층이 뉴런 하나처럼 학습하며 갱신 500회로는 무작위로 고르는 수준을 거의 벗어나지 못한다.",
    "claim.3.quote": "균등분포 가중치에서는 출력의 범위가 지나치게 넓어진다.",
    "claim.3.outcome": "U(−1, 1)에서, 그리고 ReLU에 U(0, 1)을 쓸 때 성립한다. sigmoid에 U(0, 1)을 쓰면 모든 값이 1로 "
    "밀려 성립하지 않는다",
    "claim.3.case.sigmoid": "sigmoid, U(−1, 1): 5층의 표준편차(최대 0.5)",
    "claim.3.case.tanh": "tanh, U(−1, 1): 5층의 표준편차(최대 1)",
    "claim.3.case.relu": "ReLU, U(−1, 1): 층마다 신호가 변하는 배율",
    "claim.3.case.sigmoid-positive": "sigmoid, U(0, 1): 5층의 표준편차(최대 0.5)",
    "claim.3.case.sigmoid-positive-mean": "sigmoid, U(0, 1): 5층의 평균",
    "claim.3.case.relu-positive": "ReLU, U(0, 1): 층마다 신호가 변하는 배율",
    "claim.3.precisely": "어떤 균등분포인가에 달려 있다. U(−1, 1)은 평균 0, 분산 1/3이므로 뉴런 100개에서 σ_w² = "
    "n/3 = 33이다. 값은 sigmoid와 tanh의 양 끝까지 퍼진다. U(0, 1)은 평균이 "
    "1/2이어서 한 층의 뉴런을 모두 같은 쪽으로 민다. sigmoid에서는 모든 값이 1로 밀려 범위가 오히려 너무 좁고, "
    "ReLU에서는 신호가 층마다 약 n/2배로 커진다. xavier_uniform처럼 너비에 맞추어 크기를 정한 균등분포는 정규분포와 "
    "분산이 같고, 넓은 층에서 중요한 것은 그것뿐이다.",
    "claim.4.quote": "표준정규분포로 초기화하면 가중치가 너무 크거나 너무 작아 학습에 방해가 되고, sigmoid는 0과 "
    "1에서 포화된다.",
    "claim.4.outcome": "sigmoid와 tanh는 포화되며, 보통의 SGD로 500회 갱신하면 ReLU는 발산하고 tanh는 Xavier "
    "초기화에 크게 뒤처진다. 그러나 sigmoid는 N(0, 1)에서 학습되고, 오히려 Xavier 초기화에서 학습되지 않는다",
    "claim.4.case.sigmoid-saturated": "sigmoid, N(0, 1): 5층의 포화 비율",
    "claim.4.case.sigmoid-low": "sigmoid, N(0, 1): 5층에서 0.05보다 작은 값의 비율",
    "claim.4.case.sigmoid-high": "sigmoid, N(0, 1): 5층에서 0.95보다 큰 값의 비율",
    "claim.4.case.tanh-saturated": "tanh, N(0, 1): 5층의 포화 비율",
    "claim.4.case.relu-factor": "ReLU, N(0, 1): 층마다 신호가 변하는 배율",
    "claim.4.case.tanh-small-factor": "tanh, N(0, 0.01²): 층마다 신호가 변하는 배율",
    "claim.4.case.sigmoid-stuck": "sigmoid, N(0, 1): 갱신 500회 동안 손실이 ln 10에서 내려간 양",
    "claim.4.case.sigmoid-behind": "sigmoid: 갱신 500회 뒤 훈련 정확도, Xavier − N(0, 1)",
    "claim.4.case.tanh-behind": "tanh: 갱신 500회 뒤 훈련 정확도, Xavier − N(0, 1)",
    "claim.4.case.tanh-accuracy": "tanh, N(0, 1): 갱신 500회 뒤 훈련 정확도",
    "claim.4.case.relu-diverged": "ReLU, N(0, 1): 발산하는 시드의 비율",
    "claim.4.precisely": "크고 작음은 1/√n에 견주어 하는 말이다. 뉴런 100개에서 표준편차 1은 σ_w² = 100, "
    "표준편차 0.01은 0.01에 해당한다. 큰 가중치는 sigmoid와 tanh를 포화시키고 ReLU를 층마다 √(n/2) = 7배로 "
    "폭발시키며, 작은 가중치는 tanh의 신호를 층마다 10분의 1로 줄인다. 층이 넓을수록 앞의 경우는 더 나빠지고 뒤의 "
    "경우는 나아진다. 훈련에 미치는 영향은 활성화 함수에 따라 다르다. ReLU는 곧바로 발산한다. tanh는 ln 10보다 훨씬 "
    "큰 손실에서 출발하여 갱신 500회 뒤에 이미지의 4분의 1을 맞히는 데 그치지만, Xavier 초기화에서는 대부분을 "
    "맞힌다. 그러나 sigmoid는 절반이 포화되었어도 가파른 나머지 절반으로 기울기를 전달하므로, 기울기가 소실되는 "
    "Xavier 초기화와 달리 정체 구간을 벗어난다. Xavier 초기화에서는 무작위로 고르는 수준에 머문다.",
    "claim.5.quote": "핵심은 모든 층의 활성화값이 적당히 넓게 퍼지는 것이다.",
    "claim.5.outcome": "좁은 tanh는 기울기를 잃고 넓은 tanh와 ReLU는 다섯 층에서 3배 안으로 "
    "유지한다. 그러나 넓은 sigmoid도 기울기를 잃고, ReLU는 1000분의 1로 좁아도 유지한다",
    "claim.5.case.narrow": "좁음(tanh, N(0, 0.01²)): 5층에서 1층까지 기울기 변화(log₁₀)",
    "claim.5.case.narrow-std": "이때 5층의 표준편차",
    "claim.5.case.tanh-xavier": "넓음(tanh, Xavier): 5층에서 1층까지 기울기 변화(log₁₀)",
    "claim.5.case.tanh-xavier-std": "이때 5층의 표준편차",
    "claim.5.case.relu-he": "넓음(ReLU, He): 5층에서 1층까지 기울기 변화(log₁₀)",
    "claim.5.case.relu-he-std": "이때 5층의 표준편차",
    "claim.5.case.sigmoid-xavier": "넓음(sigmoid, Xavier): 5층에서 1층까지 기울기 변화(log₁₀)",
    "claim.5.case.sigmoid-xavier-std": "이때 5층의 표준편차",
    "claim.5.case.small-inputs": "좁음(ReLU, He, 입력 N(0, 0.001²)): 5층에서 1층까지 기울기 변화(log₁₀)",
    "claim.5.case.small-inputs-std": "이때 5층의 표준편차",
    "claim.5.case.small-inputs-kept": "이때 층마다 신호가 변하는 배율",
    "claim.5.precisely": "넓게 퍼지는 것은 충분조건도 필요조건도 아니다. 충분하지 않다. sigmoid에 Xavier 초기화를 "
    "쓰면 모든 층에서 활성화값이 넓게 퍼지는데도 기울기는 소실된다. 그 자리에서 함수의 미분값도 중요하기 때문이다. "
    "χ₁ = σ_w² E[φ′²]이 1에 가까워야 한다. 필요하지도 않다. He 초기화를 쓴 ReLU에 1000분의 1 크기의 입력을 "
    "주면 모든 층의 활성화값도 1000분의 1로 좁지만 기울기는 고르다. 깊은 신경망에 꼭 필요한 것은 퍼진 정도가 어떤 "
    "수준이든 층에서 층으로 유지되는 것이다. tanh에 N(0, 0.01²)을 쓸 때처럼 그것을 잃으면 기울기도 잃는다.",
    "claim.6.quote": "Xavier 초기화는 sigmoid와 tanh에 알맞으며, 앞 층이 넓을수록 가중치가 작아진다.",
    "claim.6.outcome": "tanh에서 성립한다. sigmoid에서는 미분값이 최대 1/4이어서 기울기가 소실되므로 성립하지 않는다",
    "claim.6.case.tanh": "tanh, Xavier: 5층에서 1층까지 기울기 변화(log₁₀)",
    "claim.6.case.tanh-factor": "tanh, Xavier: 층 50개에서 층마다 신호가 변하는 배율",
    "claim.6.case.sigmoid": "sigmoid, Xavier: 5층에서 1층까지 기울기 변화(log₁₀)",
    "claim.6.case.wider": "뉴런 400개인 층 사이 Xavier 가중치의 표준편차 / 뉴런 100개인 층 사이의 표준편차",
    "claim.6.precisely": "0에서 미분값이 1인 tanh에는 알맞다. 신호는 천천히 줄어들 뿐이고 기울기는 첫 층까지 닿는다. "
    "sigmoid도 거의 선형이지만 미분값이 최대 1/4이다. 분산 1/n에서 기울기의 제곱 평균은 층마다 적어도 16분의 1로 "
    "줄어들므로, sigmoid에는 적어도 4배 큰 가중치가 필요하다. Glorot의 분산은 2 / (fan_in + fan_out), 책에서 말하는 "
    "Xavier의 분산은 1 / fan_in이며, 둘은 입력과 출력의 수가 같은 층에서만 일치한다.",
    "claim.7.quote": "ReLU에서 Xavier 초기화의 신호는 깊어질수록 사라지고, 표준편차가 더 큰 He 초기화의 신호는 "
    "유지된다.",
    "claim.7.outcome": "Xavier 초기화의 신호는 층마다 √2분의 1로 줄고, 가중치가 √2배 큰 He 초기화는 신호를 유지한다",
    "claim.7.case.xavier-factor": "ReLU, Xavier: 층 50개에서 층마다 신호가 변하는 배율",
    "claim.7.case.he-factor": "ReLU, He: 층 50개에서 층마다 신호가 변하는 배율",
    "claim.7.case.he": "ReLU, He: 5층에서 1층까지 기울기 변화(log₁₀)",
    "claim.7.case.he-over-xavier": "뉴런 100개인 층에서 He 가중치의 표준편차 / Xavier 가중치의 표준편차",
    "claim.7.precisely": "ReLU는 값의 절반을 0으로 만들어 제곱 평균을 절반으로 줄인다. Xavier 초기화에서 신호는 "
    "층마다 √2분의 1로 줄어 층 50개 뒤에는 3e-8이 된다. He 초기화의 가중치는 바로 그 √2배만큼 크다. 신호의 크기는 "
    "여러 신경망의 평균으로 유지되며, 뉴런 100개인 신경망 하나에서는 층 50개에 걸쳐 두 배에서 네 배까지 오르내린다.",
    "claim.8.quote": "초기화와 배치 정규화는 모두 신호를 정규화하며, 누가, 언제, 무엇에 대해 하는지가 다르다.",
    "claim.8.outcome": "초기화는 한 번, 층 전체에 대해 정규화하고, 배치 정규화는 활성화 함수의 앞에 두든 뒤에 두든 "
    "갱신할 때마다 뉴런별로 정규화한다. 신호가 eps에 묻힐 만큼 작은 가중치에서는 성립하지 않는다",
    "claim.8.case.across-he": "정규화 없음, He의 크기: 초기 5층의 표준편차 / 1층의 표준편차",
    "claim.8.case.across-batch-large": "배치 정규화, N(0, 1): 같은 비",
    "claim.8.case.across-batch-small": "배치 정규화, N(0, 0.003²): 같은 비",
    "claim.8.case.across-batch-tiny": "배치 정규화, N(0, 0.0001²): 같은 비",
    "claim.8.case.across-small": "정규화 없음, N(0, 0.003²): 같은 비",
    "claim.8.case.kept": "정규화 없음, He의 크기: 5층 z의 표준편차, 훈련 후 / 훈련 전",
    "claim.8.case.kept-batch": "배치 정규화, He의 크기: 같은 비",
    "claim.8.case.scales": "정규화 없음: 20에폭 뒤 30% 이상 맞히는 크기의 수(8가지 중)",
    "claim.8.case.scales-batch": "배치 정규화: 30% 이상 맞히는 크기의 수",
    "claim.8.case.diverged": "정규화 없음, N(0, 1): 발산하는 시드의 비율",
    "claim.8.case.apart-batch": "배치 정규화: 가장 좋은 크기와 가장 나쁜 크기의 정확도 차이",
    "claim.8.case.apart": "정규화 없음: 가장 좋은 크기와 가장 나쁜 크기의 정확도 차이",
    "claim.8.case.across-after-large": "활성화 뒤 배치 정규화, N(0, 1): 같은 비",
    "claim.8.case.across-after-small": "활성화 뒤 배치 정규화, N(0, 0.003²): 같은 비",
    "claim.8.case.kept-after": "활성화 뒤 배치 정규화, He의 크기: 5층이 넘기는 값의 표준편차, 훈련 후 / 훈련 전",
    "claim.8.case.units": "정규화 없음, He의 크기: 층 전체의 산포에 견준 5층 뉴런 하나의 산포 / 배치 정규화에서의 "
    "같은 값",
    "claim.8.case.scales-after": "활성화 뒤 배치 정규화: 30% 이상 맞히는 크기의 수",
    "claim.8.case.apart-after": "활성화 뒤 배치 정규화: 가장 좋은 크기와 가장 나쁜 크기의 정확도 차이",
    "claim.8.precisely": "초기화는 첫 갱신 전에 한 번, 층 전체에 대해 평균적으로 크기를 정한다. 뉴런끼리는 서로 "
    "다르고, 학습하는 동안 그 크기에서 벗어난다. 배치 정규화는 가중치가 어떻든 갱신할 때마다 뉴런별로, 배치에 걸쳐 "
    "크기를 정한다. 처음 제안한 논문은 활성화 함수 앞에, 글은 뒤에 두며, 책은 자리를 정하지 않는다. 둘 다 실행해 "
    "보았고, z가 √eps = 0.001보다 훨씬 큰 모든 크기에서 둘 다 층들을 같은 상태로 출발시킨다. 어느 쪽이든 "
    "초기화의 영향력은 줄어들어, 1만 배 범위의 8가지 크기가 모두 학습된다. 배치 정규화가 없으면 두 가지만 학습된다. "
    "그러나 크기가 중요하지 않게 되는 것은 아니다. 기울기가 가중치의 크기에 반비례하므로 큰 가중치는 방향이 너무 "
    "느리게 바뀌고 아주 작은 가중치는 크게 요동친다. 이 학습률에서는 He 초기화의 크기가 아니라 0.01이나 0.003이 가장 "
    "좋다. 여기서는 대부분의 크기에서 활성화 뒤에 둘 때 정확도가 더 높다.",
    "claim.9.quote": "가중치 감쇠는 큰 가중치에 벌점을 주어 가중치를 작게 하고 과적합을 줄이며, 데이터가 적거나 "
    "잡음이 많을 때 가장 유용하다. 큰 가중치는 역전파되는 신호를 약하게 하여 학습을 느리게 한다.",
    "claim.9.outcome": "데이터가 적든 잡음이 많든 충분하든 가중치가 작아지고 격차가 줄어든다. 모델은 레이블이 잘못된 "
    "경우에 나아지고, 데이터가 적을 때는 손실만 나아진다. 큰 가중치가 ReLU 신경망의 학습을 느리게 하고 역전파되는 "
    "신호를 약하게 하는 것은 배치 정규화에서뿐이다",
    "claim.9.case.norm-little": "데이터 300개, λ = 0.01: 전체 가중치의 노름 / 감쇠가 없을 때의 노름",
    "claim.9.case.norm-noisy": "데이터 1000개, 레이블 30% 오류, λ = 0.03: 전체 가중치의 노름 / 감쇠가 없을 때의 노름",
    "claim.9.case.norm-plenty": "데이터 2000개, λ = 0.03: 전체 가중치의 노름 / 감쇠가 없을 때의 노름",
    "claim.9.case.gap-little": "데이터 300개, λ = 0.01: 검증 손실과 훈련 손실의 차이 / 감쇠가 없을 때의 차이",
    "claim.9.case.gap-noisy": "데이터 1000개, 레이블 30% 오류, λ = 0.03: 검증 손실과 훈련 손실의 차이 / 감쇠가 없을 "
    "때의 차이",
    "claim.9.case.gap-plenty": "데이터 2000개, λ = 0.03: 검증 손실과 훈련 손실의 차이 / 감쇠가 없을 때의 차이",
    "claim.9.case.loss-little": "데이터 300개, λ = 0.01: 검증 손실 / 감쇠가 없을 때의 검증 손실",
    "claim.9.case.loss-noisy": "데이터 1000개, 레이블 30% 오류, λ = 0.03: 검증 손실 / 감쇠가 없을 때의 검증 손실",
    "claim.9.case.loss-plenty": "데이터 2000개, λ = 0.03: 검증 손실 / 감쇠가 없을 때의 검증 손실",
    "claim.9.case.loss-plenty-0.01": "데이터 2000개, λ = 0.01: 검증 손실 / 감쇠가 없을 때의 검증 손실",
    "claim.9.case.loss-little-0.1": "데이터 300개, λ = 0.1: 검증 손실 / 감쇠가 없을 때의 검증 손실",
    "claim.9.case.accuracy-little": "데이터 300개, λ = 0.01: 검증 정확도의 이득",
    "claim.9.case.accuracy-noisy": "데이터 1000개, 레이블 30% 오류, λ = 0.03: 검증 정확도의 이득",
    "claim.9.case.accuracy-plenty": "데이터 2000개, λ = 0.03: 검증 정확도의 이득",
    "claim.9.case.small-adam": "Adam, L2 λ = 0.0001: 1층에서 0.002보다 작은 가중치의 비율",
    "claim.9.case.small-adamw": "AdamW, λ = 0.01: 1층에서 0.002보다 작은 가중치의 비율",
    "claim.9.case.small-adamw-strong": "AdamW, λ = 1: 1층에서 0.002보다 작은 가중치의 비율",
    "claim.9.case.slowed-batch": "배치 정규화, He의 8배인 가중치: 훈련 손실 0.5까지의 에폭 수 / He 초기화의 에폭 수",
    "claim.9.case.slowed": "정규화 없음, He의 2배인 가중치: 훈련 손실 0.5까지의 에폭 수 / He 초기화의 에폭 수",
    "claim.9.case.large-loss": "정규화 없음, He의 4배인 가중치: 30에폭 뒤 훈련 손실",
    "claim.9.case.best-noisy-0.03": "데이터 1000개, 레이블 30% 오류, λ = 0.03: 모든 평가 중 가장 높은 검증 정확도 − "
    "감쇠가 없을 때의 가장 높은 값",
    "claim.9.case.best-little-0.01": "데이터 300개, λ = 0.01: 가장 높은 검증 정확도 − 감쇠가 없을 때의 가장 높은 값",
    "claim.9.case.best-plenty-0.003": "데이터 2000개, λ = 0.003: 가장 높은 검증 정확도 − 감쇠가 없을 때의 가장 높은 값",
    "claim.9.case.signal-sigmoid": "sigmoid: N(0, 1)에서 1층 가중치의 기울기 / Xavier에서의 기울기",
    "claim.9.case.signal-tanh": "tanh: N(0, 1)에서 1층 가중치의 기울기 / Xavier에서의 기울기",
    "claim.9.case.signal-relu": "ReLU: N(0, 1)에서 1층 가중치의 기울기 / He에서의 기울기",
    "claim.9.case.signal-batch": "ReLU, 배치 정규화: N(0, 1)에서 1층 가중치의 기울기 / He에서의 기울기",
    "claim.9.precisely": "감쇠가 충분히 강하면 가중치가 작아지고 검증과 훈련의 차이가 좁혀지지만, 이는 훈련 성능이 "
    "나빠져서 좁혀지는 것이므로 모델이 더 좋아지는지는 다른 문제이다. 레이블이 잘못된 경우 λ = 0.03은 잘못된 "
    "레이블을 외우지 않게 하여 마지막 정확도를 약 12%p 높인다. 그러나 그중 상당 부분은 감쇠가 없는 신경망이 훈련을 "
    "계속하면서 잃은 것이다. 각자 가장 좋았던 평가끼리 견주면 3%p쯤 남는다. 데이터 300개에서는 마지막 검증 손실이 "
    "5분의 1 줄어들고 정확도는 그대로이다. 같은 답을 덜 확신할 뿐이다. λ = 0.03은 올바른 데이터 2000개에서 성능을 "
    "떨어뜨리고, 더 약한 감쇠는 거의 영향을 주지 않으며, 너무 강한 감쇠는 어디서나 해롭다. Adam에서 L2 벌점은 이런 "
    "감쇠가 아니다. 손실의 기울기가 없는 가중치, 곧 늘 검은 화소의 가중치는 λ와 관계없이(λ|w|가 Adam의 eps만큼 "
    "작아질 때까지) 같은 속도로 곧장 0이 된다. AdamW는 모든 가중치를 같은 비율로 줄인다. 글이 든 이유도 측정했다. "
    "sigmoid, tanh, ReLU에서 가중치가 N(0, 1)일 때 첫 층으로 돌아오는 신호는 약해지는 것이 아니라 몇십 배 이상 "
    "강하다. 가중치의 크기가 상쇄되는 배치 정규화에서는 가중치가 큰 만큼 약해지며, 이때는 실제로 학습이 느려진다. "
    "배치 정규화가 없으면 ReLU는 He 초기화의 두 배인 가중치에서 더 빨리 학습하며, 그보다 훨씬 큰 가중치에서는 "
    "불안정하거나 전혀 학습하지 못한다.",
    "claim.10.quote": "훈련 오차는 계속 줄지만 검증 오차는 어느 지점에서 다시 늘어난다. 그 지점에서 멈추고 가장 좋은 "
    "가중치를 남기면 더 좋은 모델이 된다.",
    "claim.10.outcome": "레이블이 잘못된 경우에 성립한다. 레이블이 올바르면 검증 오차가 다시 늘지 않으며, 멈추면 "
    "시간만 아낀다",
    "claim.10.case.train-falls": "데이터 1000개, 레이블 30% 오류: 60에폭 뒤 훈련 오차 / 검증 오차가 가장 낮을 때의 "
    "훈련 오차",
    "claim.10.case.validation-turns": "이때 60에폭 뒤 검증 오차 / 가장 낮은 검증 오차",
    "claim.10.case.kept-loss": "남긴 가중치의 시험 손실 / 끝까지 훈련한 마지막 가중치의 시험 손실",
    "claim.10.case.kept-over-stop": "남긴 가중치의 시험 오차 / 멈춘 시점 마지막 가중치의 시험 오차",
    "claim.10.case.spent": "멈출 때까지 쓴 훈련 횟수의 비율",
    "claim.10.case.right-labels": "데이터 2000개, 올바른 레이블: 25에폭 뒤 검증 오차 − 검증 손실이 가장 낮을 때의 "
    "검증 오차",
    "claim.10.case.kept": "끝까지 훈련한 마지막 가중치의 시험 오차 − 남긴 가중치의 시험 오차",
    "claim.10.case.kept-over-whole": "남긴 가중치의 시험 오차 / 끝까지 훈련한 마지막 가중치의 시험 오차",
    "claim.10.precisely": "글은 오차를 말하므로 틀린 답의 비율로 따진다. 레이블이 잘못된 경우 이를 외우면서 훈련 "
    "오차는 거의 0까지 내려가고 검증 오차는 다시 커진다. 검증 손실이 가장 낮을 때 남긴 가중치는 끝까지 훈련한 "
    "가중치보다 시험 오차가 약 3분의 1 작고, 갱신은 절반 정도만 든다. 멈춘 시점의 마지막 가중치는 남긴 가중치보다 "
    "나쁘다. 가장 좋은 가중치를 남기지 않고 멈추면 이득의 일부를 잃는다. 올바른 데이터 2000개에서도 답을 실제보다 더 "
    "확신하게 되면서 검증 손실이 조금 커지지만 오차는 커지지 않는다. 이때 조기 종료는 오차가 아니라 시간을 아낀다.",
    "claim.11.quote": "학습률 스케줄은 더 빨리 학습하게 하고, 지역 극소점에서 탈출하게 하며, 흔히 더 좋은 모델을 "
    "만든다.",
    "claim.11.outcome": "큰 학습률은 극소점에서 탈출하고, 스케줄은 더 좋은 모델로 끝나며 레이블이 잘못된 경우에 가장 "
    "뚜렷하다. 그러나 같은 손실에 시드 간 차이를 넘어 가장 좋은 고정 학습률보다 빨리 이르는 것은 없고, 최고 학습률로 "
    "고정했을 때보다 더 자주 탈출하지도 않는다",
    "claim.11.case.faster": "속도: 올바른 레이블, 훈련 손실 0.1까지의 갱신 횟수, 다섯 스케줄 / 가장 좋은 고정 "
    "학습률, 시드별 비교",
    "claim.11.case.faster-half": "정해진 훈련 횟수의 절반에서, 코사인 어닐링 / 고정 0.2",
    "claim.11.case.faster-large": "올바른 레이블, 마지막 훈련 손실, 유지하기에 너무 큰 학습률: 원사이클 0.6 / 고정 0.6",
    "claim.11.case.escape": "탈출: 최고 0.25인 스케줄: 웅덩이를 벗어나는 비율",
    "claim.11.case.escape-constant": "고정 0.05: 벗어나는 비율",
    "claim.11.case.escape-restarts": "최고 0.05인 재시작: 벗어나는 비율",
    "claim.11.case.escape-over-constant": "최고 0.25인 스케줄이 벗어나는 비율 − 고정 0.25의 비율",
    "claim.11.case.escape-momentum": "모멘텀을 쓴 고정 0.05: 벗어나는 비율",
    "claim.11.case.clean-better": "모델: 올바른 레이블: 다섯 스케줄 중 시험 손실이 가장 좋은 고정 학습률보다 낮은 "
    "비율, 시드별 비교",
    "claim.11.case.clean-step": "올바른 레이블: 계단식 감쇠의 시험 손실 − 가장 좋은 고정 학습률의 시험 손실",
    "claim.11.case.clean-exponential": "올바른 레이블: 지수 감쇠의 시험 손실 − 가장 좋은 고정 학습률의 시험 손실",
    "claim.11.case.clean-cosine": "올바른 레이블: 코사인 어닐링의 시험 손실 − 가장 좋은 고정 학습률의 시험 손실",
    "claim.11.case.clean-restarts": "올바른 레이블: 코사인 재시작의 시험 손실 − 가장 좋은 고정 학습률의 시험 손실",
    "claim.11.case.clean-one-cycle": "올바른 레이블: 원사이클의 시험 손실 − 가장 좋은 고정 학습률의 시험 손실",
    "claim.11.case.clean-accuracy": "올바른 레이블: 다섯 스케줄의 평균 시험 정확도 − 가장 좋은 고정 학습률의 시험 "
    "정확도, 퍼센트포인트",
    "claim.11.case.noisy-better": "모델: 잘못된 레이블 30%: 다섯 스케줄 중 시험 손실이 가장 좋은 고정 학습률보다 "
    "낮은 비율, 시드별 비교",
    "claim.11.case.noisy-step": "잘못된 레이블 30%: 계단식 감쇠의 시험 손실 − 가장 좋은 고정 학습률의 시험 손실",
    "claim.11.case.noisy-exponential": "잘못된 레이블 30%: 지수 감쇠의 시험 손실 − 가장 좋은 고정 학습률의 시험 손실",
    "claim.11.case.noisy-cosine": "잘못된 레이블 30%: 코사인 어닐링의 시험 손실 − 가장 좋은 고정 학습률의 시험 손실",
    "claim.11.case.noisy-restarts": "잘못된 레이블 30%: 코사인 재시작의 시험 손실 − 가장 좋은 고정 학습률의 시험 손실",
    "claim.11.case.noisy-one-cycle": "잘못된 레이블 30%: 원사이클의 시험 손실 − 가장 좋은 고정 학습률의 시험 손실",
    "claim.11.case.noisy-more-right": "잘못된 레이블 30%: 다섯 스케줄 중 시험 정확도가 가장 좋은 고정 학습률보다 "
    "높은 비율, 시드별 비교",
    "claim.11.case.noisy-accuracy": "잘못된 레이블 30%: 다섯 스케줄의 평균 시험 정확도 − 가장 좋은 고정 학습률의 "
    "시험 정확도, 퍼센트포인트",
    "claim.11.case.faster-step": "그 손실까지의 갱신 횟수: 계단식 감쇠 / 가장 좋은 고정 학습률",
    "claim.11.case.faster-exponential": "그 손실까지의 갱신 횟수: 지수 감쇠 / 가장 좋은 고정 학습률(이르지 못하면 "
    "전체 횟수로 셈)",
    "claim.11.case.faster-cosine": "그 손실까지의 갱신 횟수: 코사인 어닐링 / 가장 좋은 고정 학습률",
    "claim.11.case.faster-restarts": "그 손실까지의 갱신 횟수: 코사인 재시작 / 가장 좋은 고정 학습률",
    "claim.11.case.faster-one-cycle": "그 손실까지의 갱신 횟수: 모멘텀 조절이 빠진 원사이클 / 가장 좋은 고정 학습률",
    "claim.11.case.faster-cycled": "모멘텀을 쓸 때 그 손실까지의 갱신 횟수: 학습률과 반대로 모멘텀을 조절하는 최고 "
    "0.04 원사이클 / 가장 좋은 고정 학습률",
    "claim.11.case.faster-end": "올바른 레이블, 마지막 훈련 손실, 고정 0.2 / 다섯 스케줄, 시드별 비교",
    "claim.11.case.cycled": "올바른 레이블, 모멘텀을 쓸 때: 원사이클의 시험 손실 − 가장 좋은 고정 학습률의 시험 손실",
    "claim.11.precisely": "속도: 훈련 손실 0.1까지의 갱신 횟수로 보면 코사인 어닐링과 계단식 감쇠는 가장 좋은 고정 "
    "학습률보다 10분의 1쯤 빠르지만 시드 간 차이를 넘지 않는다. 원사이클과 코사인 재시작은 더 늦고, 너무 일찍 "
    "작아지는 지수 감쇠는 정해진 훈련 횟수 안에 이르지 못한다. 스케줄의 학습률이 거의 0이 되는 맨 끝에서만 고정 "
    "학습률의 훈련 손실이 가장 낮다. 원사이클은 학습률과 반대로 모멘텀을 조절하는데, 보통의 경사 하강법에서는 이 "
    "절반이 빠지므로 모멘텀을 쓰는 고정 학습률과도 견주었다. 이때도 더 빠르지 않다. 계속 유지하기에 너무 큰 "
    "학습률에서는 스케줄이 더 빠르다. 탈출: 좁은 극소점을 벗어나게 하는 것은 2 / 곡률보다 큰 학습률, 잡음과 "
    "학습률의 곱, 또는 모멘텀이다. 스케줄은 그 큰 학습률로 탈출할 뿐이어서 같은 크기의 고정 학습률보다 낫지 않지만, "
    "그 뒤에 자리를 잡는다. 모델: 시험 손실은 거의 항상 더 낮다. 정확도는 올바른 레이블에서는 더 높지 않고, 잘못된 "
    "레이블이 섞이면 뚜렷이 더 높다. 모두 작은 신경망을 갱신 750회로 얻은 결과이며, 과적합하기에 충분한 횟수이다.",
    "claim.12.quote": "글의 가중치 감쇠 코드는 모든 가중치의 제곱합에 λ의 절반을 곱해 손실에 더한다.",
    "claim.12.outcome": "반복문 안에서 값을 반환하므로 W1만 세며, weight_decay에 값이 생기기 전에 더하므로 "
    "파이썬에서 오류가 난다",
    "claim.12.case.before": "전체 가중치 제곱합에서 1층이 차지하는 비율, 훈련 전: 벌점 가운데 셈에 들어가는 몫",
    "claim.12.case.after": "λ = 0.03으로 훈련한 뒤의 비율",
    "claim.12.precisely": "합에는 반복문에 앞서 첫 값이 있어야 하고, 반환은 반복문이 끝난 뒤에 해야 한다. 그래야 "
    "출력층까지 모든 층의 벌점이 된다. 편향은 넣지 않는다.",
    "claim.12.code": """def loss(self, x, t):
    weight_decay = 0.0  # 반복문에 앞서 첫 값을 둔다
    for layer in range(1, self.hidden_layer_num + 2):  # 출력층까지
        W = self.params["W" + str(layer)]
        weight_decay += 0.5 * self.weight_decay_lambda * np.sum(W**2)
    return self.last_layer.forward(self.predict(x), t) + weight_decay  # 반복문이 끝난 뒤""",
}
