"""The lecture's second half: what training makes of a start, and what guides it on its way."""

from __future__ import annotations

from actviz.lecture.slides import Slide, evidence

_STARTS = (
    Slide(
        {"en": "What a bad start costs", "ko": "나쁜 출발의 대가"},
        (
            {
                "en": "Updates to a loss of 1.5: Xavier needs {slower} times as many as He.",
                "ko": "손실이 1.5가 되기까지의 갱신 횟수: Xavier는 He의 {slower}배",
            },
            {
                "en": "Right after 500 updates: He {he}, a constant {constant}.",
                "ko": "갱신 500회 뒤의 훈련 정확도: He {he}, 상수 {constant}",
            },
            {
                "en": "N(0, 0.01²): 500 updates lower the loss by {fall}.",
                "ko": "N(0, 0.01²): 갱신 500회 동안 줄어든 손실 {fall}",
            },
        ),
        {
            "en": "The same network, the same batches, the same rate; only the first weights differ. A plateau can be "
            "left, as Xavier does, but it costs. A symmetric network learns as one unit and gets nowhere.",
            "ko": "신경망도 배치도 학습률도 같고 첫 가중치만 다르다. Xavier처럼 정체 구간을 벗어나기도 하지만 그만큼 "
            "대가를 치른다. 대칭인 신경망은 뉴런 하나처럼 학습할 뿐이어서 나아가지 못한다.",
        },
        figure="race-relu",
        claims=(1, 2),
        numbers={
            "slower": evidence(1, "ReLU: updates until a batch", "number"),
            "he": evidence(2, "ReLU, He: training accuracy", "percent"),
            "constant": evidence(2, "ReLU, constant 0.01: training accuracy", "percent"),
            "fall": evidence(1, "ReLU, N(0, 0.01²): fall of the loss", "fixed"),
        },
    ),
    Slide(
        {"en": "Predict: batch normalization", "ko": "예측해 보자: 배치 정규화를 쓴다면"},
        (
            {
                "en": "Every unit is normalized at every update. Does the scale of the weights still matter?",
                "ko": "갱신할 때마다 뉴런별로 정규화한다. 가중치의 크기가 여전히 중요할까?",
            },
            {
                "en": "Eight scales over four decades: how many train without it, how many with it?",
                "ko": "만 배까지 차이 나는 여덟 가지 크기: 정규화 없이 몇 가지가, 있으면 몇 가지가 학습할까?",
            },
        ),
        {
            "en": "Count as trained what has three in ten digits right after 20 epochs. Collect both numbers on the "
            "board.",
            "ko": "20에폭 뒤에 숫자 열 개 중 세 개를 맞히면 학습한 것으로 친다. 두 수를 칠판에 적어 둔다.",
        },
    ),
    Slide(
        {"en": "Batch normalization and the start", "ko": "배치 정규화와 초기화"},
        (
            {
                "en": "Scales, of 8, that train: {without} without, {normed} with batch norm.",
                "ko": "여덟 가지 크기 중 학습한 것: 정규화 없이 {without}가지, 배치 정규화 {normed}가지",
            },
            {
                "en": "Initialization acts once, batch norm at every update.",
                "ko": "초기화는 한 번, 배치 정규화는 갱신할 때마다 작용한다.",
            },
            {
                "en": "The scale still matters: best and worst differ by {apart} points of accuracy.",
                "ko": "그래도 크기는 중요하다. 가장 좋은 것과 나쁜 것의 정확도 차이: {apart} %p",
            },
        ),
        {
            "en": "Both normalize. An initializer does it on average, once; batch normalization does it for each unit "
            "and batch, whatever the weights have become. Large weights then turn slowly, tiny ones jump.",
            "ko": "둘 다 신호를 고르게 한다. 초기화는 처음에 한 번, 평균적으로 맞추고, 배치 정규화는 가중치가 어떻게 "
            "바뀌었든 뉴런과 배치마다 다시 맞춘다. 이때 큰 가중치는 천천히 방향을 바꾸고 아주 작은 가중치는 한 번에 "
            "크게 바뀐다.",
        },
        figure="batch-norm",
        claims=(8,),
        numbers={
            "without": evidence(8, "no norm: scales, of 8,", "number"),
            "normed": evidence(8, "batch norm: scales with", "number"),
            "apart": evidence(8, "batch norm: best scale's accuracy", "span"),
        },
    ),
)

_OVERFITTING = (
    Slide(
        {"en": "Predict: 30 % of the labels are wrong", "ko": "예측해 보자: 레이블의 30 %가 틀렸다면"},
        (
            {
                "en": "Training loss keeps falling. Does validation loss?",
                "ko": "훈련 손실은 계속 줄어든다. 검증 손실도 그럴까?",
            },
            {"en": "Where would you stop?", "ko": "어디에서 멈추겠는가?"},
            {
                "en": "What would it change to keep the weights small?",
                "ko": "가중치를 작게 유지하면 무엇이 달라질까?",
            },
        ),
        {
            "en": "Let them draw both curves. Ask what a network of more weights than examples can do with a wrong "
            "label: learn it by heart.",
            "ko": "두 곡선을 직접 그려 보게 한다. 표본보다 가중치가 많은 신경망이 잘못된 레이블을 만나면 무엇을 할 "
            "수 있는지 묻는다. 답은 통째로 외우는 것이다.",
        },
    ),
    Slide(
        {"en": "Weight decay: less learned by heart", "ko": "가중치 감쇠: 덜 외우게 한다"},
        (
            {
                "en": "λ = 0.03: the weights' norm is {size} times that without decay.",
                "ko": "λ = 0.03: 가중치 노름은 감쇠가 없을 때의 {size}배",
            },
            {
                "en": "30 % wrong labels: validation accuracy {gained} points.",
                "ko": "잘못된 레이블 30 %: 검증 정확도 {gained} %p",
            },
            {
                "en": "2000 right labels, same λ: validation loss {plenty} times that without.",
                "ko": "올바른 레이블 2000개, 같은 λ: 검증 손실은 감쇠가 없을 때의 {plenty}배",
            },
        ),
        {
            "en": "The penalty is half of λ times the sum of squared weights; biases are left alone. It closes the gap "
            "by training worse. Whether the model gets better depends on how much there is to learn by heart.",
            "ko": "벌점은 가중치 제곱합에 λ의 절반을 곱한 것이며 편향에는 걸지 않는다. 훈련을 덜 맞게 하여 격차를 "
            "줄이는 것이므로, 모델이 정말 나아지는지는 외울 거리가 얼마나 있느냐에 달려 있다.",
        },
        figure="sweep-noisy",
        claims=(9,),
        numbers={
            "size": evidence(9, "1000 rows, 30 % of labels wrong, λ = 0.03: norm", "fixed"),
            "gained": evidence(9, "1000 rows, 30 % of labels wrong, λ = 0.03: validation accuracy", "points"),
            "plenty": evidence(9, "2000 rows, λ = 0.03: validation loss", "fixed"),
        },
    ),
    Slide(
        {"en": "Early stopping: keep the best weights", "ko": "조기 종료: 가장 좋은 가중치를 남긴다"},
        (
            {
                "en": "Validation loss ends at {turned} times its lowest.",
                "ko": "끝까지 학습한 검증 손실은 최솟값의 {turned}배",
            },
            {
                "en": "Weights kept: {loss} times the test loss at the end of the budget, for {spent} of it.",
                "ko": "남긴 가중치의 시험 손실은 끝까지 학습했을 때의 {loss}배, 갱신 횟수는 {spent}",
            },
            {
                "en": "The last weights at the stop are not the best ones.",
                "ko": "멈춘 순간의 가중치가 가장 좋은 가중치는 아니다.",
            },
        ),
        {
            "en": "Patience is how many evaluations without a new best we wait for. The rule costs nothing, but it "
            "needs rows for validation that are never trained on, and the best weights must be saved.",
            "ko": "인내 횟수는 최솟값이 갱신되지 않아도 기다려 주는 평가 횟수이다. 비용은 거의 들지 않지만 훈련에 쓰지 "
            "않는 검증 데이터가 필요하고, 가장 좋았던 가중치를 저장해 두어야 한다.",
        },
        figure="stopping",
        claims=(10,),
        numbers={
            "turned": evidence(10, "its validation loss after 60 epochs", "fixed"),
            "loss": evidence(10, "test loss of the weights kept, over that of the last ones of", "fixed"),
            "spent": evidence(10, "share of the budget", "percent"),
        },
    ),
)

_RATES = (
    Slide(
        {"en": "Schedules: large steps first", "ko": "학습률 스케줄: 처음에는 크게"},
        (
            {
                "en": "Test loss below the best constant's: in {better} of all cases.",
                "ko": "가장 좋은 고정 학습률보다 시험 손실이 낮은 경우: {better}",
            },
            {
                "en": "Test accuracy against that constant's: {clean} points; with 30 % wrong labels {noisy}.",
                "ko": "고정 학습률 대비 시험 정확도: {clean} %p, 레이블 30 %가 틀리면 {noisy} %p",
            },
            {
                "en": "Not faster: {faster} times the constant's training loss at the end.",
                "ko": "더 빠르지는 않다. 마지막 훈련 손실은 고정 학습률의 {faster}배",
            },
        ),
        {
            "en": "The constant is tuned on validation loss, the schedules are not: a fair fight for the constant. A "
            "schedule that ends low averages the noise out of the last steps. At rates too large to hold, one-cycle "
            "still learns.",
            "ko": "고정 학습률은 검증 손실로 골랐고 스케줄은 고르지 않았으니, 고정 학습률에 불리하지 않은 비교이다. "
            "낮은 학습률로 끝나는 스케줄은 마지막 갱신들의 잡음을 줄여 준다. 계속 쓰기에는 너무 큰 학습률에서도 "
            "원사이클은 학습한다.",
        },
        figure="schedules",
        claims=(11,),
        numbers={
            "better": evidence(11, "better: clean labels: share", "percent"),
            "clean": evidence(11, "clean labels: test accuracy, mean", "signed"),
            "noisy": evidence(11, "30 % wrong labels: test accuracy, mean", "signed"),
            "faster": evidence(11, "faster: clean labels, training loss"),
        },
    ),
    Slide(
        {"en": "Escaping a poor region", "ko": "나쁜 영역에서 벗어나기"},
        (
            {
                "en": "Leave the dip: {schedules} of the descents under schedules of peak 0.25.",
                "ko": "웅덩이를 벗어난 비율, 최고 0.25인 스케줄: {schedules}",
            },
            {
                "en": "A constant 0.05: {constant}; with momentum: {momentum}.",
                "ko": "고정 0.05: {constant}, 모멘텀을 더하면 {momentum}",
            },
            {
                "en": "What counts is a rate above 2 / curvature, not the schedule.",
                "ko": "중요한 것은 스케줄 자체가 아니라 2 / 곡률보다 큰 학습률이다.",
            },
        ),
        {
            "en": "A minimum is unstable under steps larger than 2 over its curvature: narrow ones throw the descent "
            "out, wide ones keep it. The schedule adds that the descent comes to rest afterwards.",
            "ko": "학습률이 2 / 곡률보다 크면 극소점은 불안정하다. 좁은 극소점에서는 튕겨 나오고 넓은 극소점에는 "
            "머문다. 스케줄이 더해 주는 것은, 벗어난 뒤에 차분히 가라앉게 한다는 점이다.",
        },
        figure="descents",
        claims=(11,),
        numbers={
            "schedules": evidence(11, "escape: schedules of peak 0.25", "percent"),
            "constant": evidence(11, "constant 0.05: share", "percent"),
            "momentum": evidence(11, "constant 0.05 with momentum", "percent"),
        },
    ),
)

_HOME = tuple(
    Slide(
        title,
        (),
        {
            "en": "Read the claims with their status in this run. Supported: so in every case that decides; it "
            "depends: in some, not in others. Come back to what was predicted.",
            "ko": "이번 실행에서 나온 판정과 함께 주장을 읽는다. ‘뒷받침됨’은 판정에 쓰인 모든 경우에 성립한다는 "
            "뜻이고, ‘경우에 따라 다름’은 일부에서만 성립한다는 뜻이다. 처음에 예측한 것과 견주어 본다.",
        },
        claims=claims,
        tally=True,
    )
    for title, claims in (
        ({"en": "To take home: initialization", "ko": "정리: 가중치 초기화"}, (1, 2, 3, 4, 5, 6, 7)),
        ({"en": "To take home: training", "ko": "정리: 학습"}, (8, 9, 10, 11)),
    )
)

GUIDANCE: tuple[Slide, ...] = (*_STARTS, *_OVERFITTING, *_RATES, *_HOME)
"""In the order they are shown."""
