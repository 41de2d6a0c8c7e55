"""What the article's experiment draws of trainings by initialization, and of batch normalization."""

from __future__ import annotations

from actviz.experiments.experiment import Drawing

DRAWINGS: tuple[Drawing, ...] = (
    *(
        Drawing(
            f"race-{activation}",
            "race",
            "article-training",
            {
                "en": f"Five initializers race under {name}. {caption['en']}",
                "ko": f"{name} 함수에서 다섯 초기화 방법의 경주. {caption['ko']}",
            },
            {"activations": [activation]},
        )
        for activation, name, caption in (
            (
                "relu",
                "ReLU",
                {
                    "en": "Zero weights get no gradient in any layer and stay 0; a constant makes one unit of every "
                    "layer; std 0.01 lets gradients vanish; Xavier starts on a plateau; He learns from the start.",
                    "ko": "0으로 초기화한 가중치는 어느 층에서도 기울기를 받지 못해 0으로 남고, 상수는 층마다 뉴런을 "
                    "하나로 만들며, 표준편차 0.01은 기울기를 소실시킨다. Xavier 초기화는 정체 구간에서 출발하고, He "
                    "초기화는 처음부터 학습한다.",
                },
            ),
            (
                "sigmoid",
                "sigmoid",
                {
                    "en": "None leaves the plateau in 500 updates: Xavier and He have broad activations, and "
                    "gradients that vanish all the same.",
                    "ko": "갱신 500회 동안 어느 것도 정체 구간을 벗어나지 못한다. Xavier와 He 초기화는 활성화값이 "
                    "넓게 퍼지지만 기울기는 마찬가지로 소실된다.",
                },
            ),
        )
    ),
    Drawing(
        "film",
        "film",
        "article-training",
        {
            "en": "Three networks of ReLU in training, as a strip: std 0.01 stays where it is, Xavier's layers grow "
            "out of their fading start, He's hardly move, for they had nothing to make up.",
            "ko": "학습 중인 ReLU 신경망 세 개를 장면별로 늘어놓는다. 표준편차 0.01은 제자리에 머물고, Xavier "
            "초기화의 층들은 신호가 사라져 가던 출발에서 벗어나며, He 초기화의 층들은 만회할 것이 없었으므로 거의 "
            "움직이지 않는다.",
        },
        {"runs": ["normal:0.01, relu", "xavier_normal, relu", "he_normal, relu"]},
    ),
    Drawing(
        "batch-norm",
        "batch_norm",
        "article-batch-norm",
        {
            "en": "Eight weight scales over four decades, with and without batch normalization. Without it, only those "
            "near He's train; with it, all do, not all equally well.",
            "ko": "네 자릿수에 걸친 여덟 가지 가중치 크기를 배치 정규화가 있을 때와 없을 때 비교한다. 없으면 He "
            "초기화에 가까운 크기만 학습되고, 있으면 정도는 다르지만 모두 학습된다.",
        },
    ),
    Drawing(
        "batch-norm-layers",
        "batch_norm_layers",
        "article-batch-norm",
        {
            "en": "Why: batch normalization makes the layers start alike at every scale above about 0.001. How far an "
            "update turns the weights still depends on how large they are.",
            "ko": "그 이유: 배치 정규화를 쓰면 약 0.001보다 큰 모든 크기에서 층들이 같은 상태로 출발한다. 갱신이 "
            "가중치의 방향을 얼마나 바꾸는지는 여전히 가중치의 크기에 달려 있다.",
        },
    ),
)
"""In the order they are to be read."""
