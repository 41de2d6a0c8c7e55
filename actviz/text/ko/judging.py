"""Words of judging: verdicts, thresholds, and why theory has no number."""

TEXT: dict[str, str] = {
    # Verdicts, remedies and thresholds
    "verdict.healthy": "정상",
    "verdict.so_far.falls": "아직 정상(약해지는 중)",
    "verdict.so_far.grows": "아직 정상(커지는 중)",
    "verdict.healthy.short": "정상",
    "verdict.not_judged": "판단 보류",
    "verdict.not_judged.short": "보류",
    "severity.mild": "경미",
    "severity.marked": "중간",
    "severity.severe": "심각",
    "verdict.overflowed": "오버플로",
    "verdict.overflowed.short": "오버플로",
    "verdict.dead": "죽은 층",
    "verdict.dead.short": "죽은 층",
    "verdict.symmetric": "대칭",
    "verdict.symmetric.short": "대칭",
    "verdict.saturated": "포화",
    "verdict.saturated.short": "포화",
    "verdict.collapsed": "붕괴",
    "verdict.collapsed.short": "붕괴",
    "verdict.exploding": "기울기 폭발",
    "verdict.exploding.short": "폭발",
    "verdict.vanishing": "기울기 소실",
    "verdict.vanishing.short": "소실",
    "watch.found": "갱신 {step}회, {layer}층({name}): {sentence}. {remedy}",
    "watch.narrow": "갱신 {step}회, {name} 층: {sentence}",
    "finding.overflowed.signal": "{layer}층부터 활성화값이 inf 또는 NaN이다",
    "finding.overflowed.gradient": "역전파되는 기울기가 {layer}층부터 아래로 inf 또는 NaN이다",
    "finding.dead.silent": "{layer}층의 모든 활성화값이 정확히 0이며, 어느 가중치 행렬에도 기울기가 없다",
    "finding.dead.flat": "모든 표본에서 미분값이 0이어서 기울기를 전달하지 않는 뉴런이 {layer}층의 {share}에 이른다",
    "finding.dead.step": "어느 층도 기울기를 전달하지 않는다: 계단 함수이므로 미분값이 있는 곳은 모두 0이다",
    "finding.dead.gradient": "{layer}층부터 아래로 기울기가 정확히 0이어서 첫 갱신은 그 위의 층만 움직인다",
    "finding.dead.gradient_beside": "{layer}층의 기울기가 정확히 0이다: 이 층을 거쳐 돌아오는 기울기가 없어, "
    "그 앞의 층은 다른 곳에서도 쓰일 때만 학습된다",
    "finding.dead.gradient_all": "모든 층에서 기울기가 정확히 0이어서 아무것도 학습할 수 없다",
    "finding.dead.faded": "신호가 완전히 사라져 기울기가 정확히 0이다",
    "finding.symmetric": "{layer}층의 모든 뉴런이 같은 가중치를 가져 똑같은 것만 학습한다",
    "finding.symmetric.start": "{layer}층의 모든 뉴런이 같은 가중치를 가진다: 뒤의 층이 뉴런마다 다르게 다루므로 "
    "갱신으로 서로 달라지지만, 그때까지는 표본마다 값 하나만 전달한다",
    "finding.saturated": "미분값이 최댓값의 5% 미만인 구간에 있는 활성화값이 한 층에서 최대 {share}에 이른다",
    "finding.collapsed.faded": "신호가 줄어든다: 표본에 따른 뉴런의 변동이 입력 변동의 {share}이다",
    "finding.collapsed.faded_all": "신호가 사라졌다: 표본이 달라도 뉴런의 값이 전혀 변하지 않는다",
    "finding.collapsed.alike": "표본이 서로 비슷해진다: 크기에 비한 두 표본의 거리가 입력에서의 {share}이다",
    "finding.exploding.gradient": "기울기가 역전파되면서 마지막 층의 {value}배로 커진다(제곱 평균은 층마다 {rate}배)",
    "finding.exploding.signal": "신호가 커진다: 표본에 따른 뉴런의 변동이 입력 변동의 {value}배이다",
    "finding.vanishing": "기울기가 역전파되면서 마지막 층의 {value}배 수준으로 줄어든다(제곱 평균은 층마다 "
    "{rate}분의 1)",
    "finding.dead.smothered": "분기가 {layer}층에서 정확히 0이고, 그것에 곱해지는 값도 0이거나 학습되지 않는 0이어서 "
    "분기 안의 어떤 가중치에도 기울기가 없다. 이대로는 학습되지 않는다",
    "finding.dead.table": "{layer}층의 임베딩 테이블이 0인데 기울기가 전달되지 않아 전혀 학습되지 않는다",
    "finding.saturated.attention": "어텐션이 포화되었다: 소프트맥스의 엔트로피가 균등할 때의 {share}까지 낮아져 "
    "쿼리와 키에 기울기가 거의 전달되지 않는다",
    "finding.saturated.gate": "라우터처럼 선택하는 소프트맥스가 포화되었다: 엔트로피가 균등할 때의 {share}까지 "
    "낮아져 "
    "선택을 바꾸는 기울기가 거의 없다",
    "finding.saturated.gates": "게이트나 순환 상태가 고정되어 있다: {layer}층의 값 중 {share}에서 기울기가 최댓값의 5% "
    "미만이어서, 이를 지나 전달되는 기울기가 거의 없다",
    "finding.saturated.output": "출력이 너무 크다: 출력에 소프트맥스를 적용하면 처음부터 확신에 차서, 무작위 레이블의 "
    "교차 엔트로피가 찍을 때의 {value}배이다",
    "finding.exploding.gradient_chain": "기울기가 역전파되면서 {end}층의 {value}배로 커진다(제곱 평균은 층마다 "
    "{rate}배)",
    "finding.exploding.gradient_stream": "잔차 스트림의 기울기가 역전파되면서 마지막 블록 뒤의 {value}배로 "
    "커진다(제곱 평균은 블록마다 {rate}배)",
    "finding.exploding.gradient_branch": "한 분기 안에서 기울기가 역전파되면서 분기 끝의 {value}배로 커진다(제곱 "
    "평균은 층마다 {rate}배)",
    "finding.exploding.signal_stream": "잔차 스트림이 커진다: 표본에 따른 뉴런의 변동이 입력 변동의 {value}배이다",
    "finding.vanishing.carried": "잔차 스트림 위의 정규화가 건너뛰는 연결의 신호를 줄인다: 마지막 블록 뒤의 기울기 "
    "가운데 이 연결만으로 되돌아오는 것은 {share}뿐이어서, 연결이 없는 신경망처럼 깊이의 영향을 받는다",
    "finding.vanishing_chain": "기울기가 역전파되면서 {end}층의 {value}배 수준으로 줄어든다(제곱 평균은 층마다 "
    "{rate}분의 1)",
    "finding.vanishing_stream": "잔차 스트림의 기울기가 역전파되면서 마지막 블록 뒤의 {value}배 수준으로 "
    "줄어든다(제곱 "
    "평균은 블록마다 {rate}분의 1)",
    "finding.vanishing_branch": "한 분기 안에서 기울기가 역전파되면서 분기 끝의 {value}배 수준으로 줄어든다(제곱 "
    "평균은 층마다 {rate}분의 1)",
    "note.falls": "기울기가 층 {depth}개를 지나며 {factor}분의 1로 작아진다(제곱 평균은 층마다 {rate}분의 1). 아직 "
    "소실은 아니지만 더 깊은 신경망에서는 소실된다",
    "note.grows": "기울기가 층 {depth}개를 지나며 {factor}배로 커진다(제곱 평균은 층마다 {rate}배). 아직 폭발은 "
    "아니지만 더 깊은 신경망에서는 폭발한다",
    "note.falls_slowly": "느린 감소: 기울기가 층 {depth}개를 지나며 {factor}분의 1로 작아진다",
    "note.grows_slowly": "느린 증가: 기울기가 층 {depth}개를 지나며 {factor}배로 커진다",
    "note.falls_stream": "잔차 스트림의 기울기가 역방향으로 지나며 {factor}분의 1로 작아진다(제곱 평균은 블록마다 "
    "{rate}분의 1). 아직 소실은 아니지만 더 깊은 신경망에서는 소실된다",
    "note.grows_stream": "잔차 스트림의 기울기가 역방향으로 지나며 {factor}배로 커진다(제곱 평균은 블록마다 "
    "{rate}배). 아직 폭발은 아니지만 더 깊은 신경망에서는 폭발한다",
    "note.falls_slowly_stream": "느린 감소: 잔차 스트림의 기울기가 역방향으로 지나며 {factor}분의 1로 작아진다",
    "note.grows_slowly_stream": "느린 증가: 잔차 스트림의 기울기가 역방향으로 지나며 {factor}배로 커진다",
    # 수 형식
    "note.how.unscaled": "배율 없이",
    "note.how.in_use": "사용 중인 손실 배율로",
    "note.format_grad_under": "{layer}층부터 앞쪽으로 {format} 언더플로: {how} {worst}층 기울기 중 {share} 유실"
    "(0으로 반올림). 손실에 {scale}배를 곱하면 어느 층에서도 {left} 이하만 유실된다",
    "note.format_grad_lost": "{layer}층부터 앞쪽으로 {format} 언더플로: {how} {worst}층 기울기 중 {share} 유실"
    "(0으로 반올림). 손실에 어떤 배율을 곱해도 오버플로 없이 모든 층의 기울기를 지킬 수 없다",
    "note.format_grad_over": "{layer}층부터 앞쪽으로 {format} 기울기 오버플로: {worst}층에서 {share}, "
    "{largest} 초과 또는 유한하지 않음",
    "note.format_act_under": "{layer}층부터 {format} 활성화값 유실: {worst}층에서 {share}, 0으로 반올림",
    "note.format_act_over": "{layer}층부터 {format} 활성화값 오버플로: {worst}층에서 {share}, {largest} 초과 "
    "또는 유한하지 않음",
    "note.format_fits": "{format}에 들어맞음: 0이 되는 활성화값과 기울기는 어느 층에서도 {share} 이하, 오버플로 없음",
    "note.format_fits_all": "{format}에 들어맞음: 0이 되는 활성화값과 기울기 없음, 오버플로 없음",
    "note.format_nothing": "{format} 판단하지 않음: 모든 활성화값과 기울기가 0임",
    "note.format_fits_acts": "{format}에 활성화값이 들어맞음: 0이 되는 값은 어느 층에서도 {share} 이하, 오버플로 "
    "없음. 판단할 기울기가 없다",
    "note.format_fits_all_acts": "{format}에 활성화값이 들어맞음: 0이 되는 값 없음, 오버플로 없음. 판단할 기울기가 "
    "없다",
    "note.format_act_under_open": "{layer}층부터 {format} 활성화값의 손실 여부를 알 수 없음: 히스토그램 구간으로는 "
    "{worst}층에서 최대 {share}까지 0이 될 수 있다는 것만 알 수 있다",
    "note.format_grad_under_open": "{layer}층부터 앞쪽으로 {format} 기울기의 손실 여부를 알 수 없음: 히스토그램 "
    "구간으로는 {worst}층에서 최대 {share}까지 0이 될 수 있다는 것만 알 수 있다",
    "note.format_act_over_open": "{layer}층부터 {format} 활성화값의 오버플로 여부를 알 수 없음: 히스토그램 구간으로는 "
    "{worst}층에서 {largest} 부근의 값이 최대 {share} 있다는 것만 알 수 있다",
    "note.format_grad_over_open": "{layer}층부터 앞쪽으로 {format} 기울기의 오버플로 여부를 알 수 없음: 히스토그램 "
    "구간으로는 {worst}층에서 {largest} 부근의 값이 최대 {share} 있다는 것만 알 수 있다",
    "note.format_act_subnormal": "{format}에서 {worst}층 활성화값의 {share}, 비정규 수: 작을수록 정밀도가 떨어진다",
    "note.format_grad_subnormal": "{format}에서 {how} {worst}층 기울기의 {share}, 비정규 수: 작을수록 정밀도가 "
    "떨어진다",
    "note.format_grad_subnormal_mended": "{format}에서 {how} {worst}층 기울기의 {share}, 비정규 수: 작을수록 정밀도가 "
    "떨어진다. 손실에 {scale}배를 곱하면 어느 층에서도 절반 이하만 비정규 수가 된다",
    "note.isometric": "등거리: 입력에 대한 출력의 야코비안이 모든 길이를 거의 그대로 유지한다. 특잇값 제곱은 평균 "
    "{mean}, 표준편차는 그 {share}",
    "note.scaled_isometry": "등거리의 상수배: 입력에 대한 출력의 야코비안이 모든 방향을 고르게 늘이지만 길이를 "
    "유지하지는 않는다. 특잇값 제곱은 평균 {mean}, 표준편차는 그 {share}(동역학적 등거리: 모두 1에 가까움)",
    "note.spread": "불균등: 입력에 대한 출력의 야코비안이 방향마다 다르게 늘인다. 특잇값 제곱은 평균 {mean}, 분산은 "
    "평균 제곱의 {spread}배, "
    "최댓값은 평균의 {largest}배",
    "note.dead_before": "죽은 뉴런이 있는지 판단할 수 없다: 이 결과는 이전 판의 것으로, 모든 표본에서 포화되었으나 "
    "기울기를 전달할 수도 있는 뉴런(saturated_units)을 세었다",
    "note.no_gradient": "어느 층에서도 기울기가 측정되지 않았으므로 이 진단은 순전파에만 해당한다(no_grad, detach, "
    "argmax로 출력이 가중치와 끊어지지 않았는지, 모든 가중치를 동결하지 않았는지 확인한다)",
    "note.no_gradient_given": "기울기를 기록하지 않았으므로 순전파만 측정되었다",
    "note.some_gradients_given": "{layers}층의 기울기를 기록하지 않았으므로, 그 층에서의 기울기와 그 층을 지나는 "
    "역전파는 판단하지 않는다",
    "note.frozen": "{layers}층과 그 아래에는 학습하는 것이 없어 기울기를 계산하지 않는다. 역전파는 그 위에서만 "
    "판단한다",
    "note.unread": "{names}의 가중치는 어느 순전파에서도 쓰이지 않는다. 기울기가 없으므로 다른 입력이 그곳을 지나지 "
    "않는 한 갱신되지 않는다",
    "note.unread_evaluation": "{names}의 가중치는 평가 모드의 순전파에서 쓰이지 않는다. 학습할 때 쓰이는지는 학습 "
    "모드에서 측정하면 알 수 있다",
    "note.no_input": "모든 입력이 0이므로 이 입력으로는 아무것도 판단할 수 없다",
    "note.blank": "모든 값이 0인 입력의 비율이 {share}이므로, 측정한 것은 대부분 이런 입력에 대한 것이며 신경망을 "
    "진단할 수 없다. 그런 입력을 뺀다",
    "note.no_spread": "표본이 붕괴하는지 판단할 수 없다: 입력이 표본 하나이거나, 반올림 오차 안에서 모두 같거나, "
    "모두 한 방향이다",
    "note.alone": "표본이 붕괴하는지 판단할 수 없다: 입력이 표본 하나뿐이고, 그 안의 위치들은 서로 다른 표본이 아니다. "
    "표본을 둘 이상 넣는다",
    "note.no_spread_zeros": "표본이 붕괴하는지 판단할 수 없다: 입력을 읽는 가중치({layers}층)가 0에서 시작해 "
    "모든 표본이 같아진다. 여기에는 기울기가 있어 첫 갱신부터 학습하므로 몇 번 갱신한 뒤에 다시 잰다",
    "note.copied": "표본이 붕괴하는지 판단할 수 없다: 입력 {samples}개 중 서로 다른 것은 {distinct}개뿐이고, 나머지는 "
    "반올림 오차 안에서 이들과 같다",
    "note.copied_some": "입력 대부분이 반올림 오차 안에서 다른 입력과 같다: 표본이 붕괴하는지는 {samples}개 중 서로 "
    "다른 {distinct}개로 판단하고, 비율과 평균은 같은 입력까지 모두 세어 구한다",
    "note.no_spread_norm": "입력이 표본 하나이거나 반올림하면 모두 같다. 배치 정규화는 같은 행을 0으로 만들므로 이 "
    "입력으로는 아무것도 판단할 수 없다",
    "note.replicas_all": "시드 {seeds}개의 가중치가 반올림, 부호, 뉴런의 순서를 빼면 서로 같다: 사실상 같은 신경망 "
    "하나여서 반복 측정이 아니다(초기화 함수가 모든 값을 주어진 난수 생성기로 뽑는지 확인한다)",
    "note.replicas_layers": "시드 {seeds}개의 가중치가 반올림, 부호, 뉴런의 순서를 빼면 서로 같고 층마다 같다: "
    "사실상 같은 신경망 하나여서 반복 측정이 아니다(초기화 함수가 모든 값을 주어진 난수 생성기로 뽑는지 확인한다)",
    "note.replicas_some": "반올림, 부호, 뉴런의 순서를 빼면 {layers}층에서 시드 {seeds}개의 가중치가 많아야 "
    "{networks}가지이다: 반복 측정이 아니다(초기화 함수가 모든 값을 주어진 난수 생성기로 뽑는지 확인한다)",
    "note.replicas_in": "{layers}층의 가중치가 반올림, 부호, 뉴런의 순서를 빼면 시드 {seeds}개에서 모두 같다: 그 층은 "
    "반복 측정이 아니다(초기화 함수가 모든 값을 주어진 난수 생성기로 뽑는지 확인한다)",
    "note.replicas_most": "시드 {seeds}개 대부분에서 {layers}층의 가중치가 부호와 뉴런마다 곱한 상수를 빼면 대부분 "
    "서로 같다: 그 층은 반복 측정이 아니다(초기화 함수가 모든 값을 주어진 난수 생성기로 뽑는지 확인한다)",
    "note.replicas_most_some": "{layers}층에서 시드 {seeds}개의 가중치가 많아야 {networks}가지이고, 같은 것끼리는 "
    "기껏해야 일부 값과 부호, 뉴런마다 곱한 상수만 다르다: 반복 측정이 아니다(초기화 함수가 모든 값을 주어진 난수 "
    "생성기로 뽑는지 확인한다)",
    "note.replicas_near": "{layers}층에서 시드 {seeds}개의 가중치가 작은 잡음을 빼면 많아야 {networks}가지이다: 반복 "
    "측정이 아니다(초기화 함수가 모든 값을 주어진 난수 생성기로 뽑는지 확인한다)",
    "note.replicas_model_near": "{layers}층에서 시드 {seeds}개의 가중치가 작은 잡음을 빼면 많아야 {networks}가지이다: "
    "반복 측정이 아니다(모델을 만드는 함수가 난수 시드를 스스로 고정하거나 같은 가중치를 불러오는지 확인한다)",
    "note.replicas_model": "시드 {seeds}개의 가중치가 서로 같다: 반복 측정이 아니라 같은 신경망 하나이다(모델을 "
    "만드는 "
    "함수가 난수 시드를 스스로 고정하는지 확인한다. 신경망 하나를 재려면 모델을 그대로 주거나 시드를 하나만 준다)",
    "note.replicas_model_most": "시드 {seeds}개의 가중치가 부호와 뉴런마다 곱한 상수를 빼면 모든 층에서 대부분 서로 "
    "같다: 반복 측정이 아니다(모델을 만드는 함수가 난수 시드를 스스로 고정하는지 확인한다)",
    "note.one_model": "시드 {seeds}개의 가중치가 서로 같다: 신경망 하나를 측정한 것이므로, 같은 방법으로 새로 뽑은 "
    "신경망에 대해서는 알 수 없다",
    "note.learned": "소프트맥스와 출력이 한쪽으로 얼마나 쏠려 있는지는 시작할 때만 판단한다. 그 뒤에는 학습의 결과일 "
    "수 있다",
    "note.learned_outputs": "출력이 한쪽으로 얼마나 쏠려 있는지는 시작할 때만 판단한다. 그 뒤에는 학습의 결과일 수 "
    "있다",
    "note.passes": "기록한 순전파 하나에 역전파를 {number}번 했다. 층의 기울기는 첫 번째 역전파의 것이고, 매개변수의 "
    "기울기는 갱신에 쓰인 전체이다",
    "note.no_largest_slope": "포화는 판단하지 않는다: {activation} 함수의 미분값은 한없이 커지거나 신호가 보통 "
    "있는 곳 밖에서만 가장 크므로, 최댓값에 대한 비율이 의미가 없다",
    "note.steep_point": "포화는 판단하지 않는다: {activation} 함수의 미분값이 z = {point} 부근에서 한없이 커지므로 "
    "최댓값에 대한 비율을 정할 수 없다",
    "note.no_slope": "포화는 판단하지 않는다: {activation} 함수의 미분값을 알 수 없다",
    "note.uncentred": "입력이 첫 층 이전부터 서로 비슷하다(평균 {mean}, 제곱평균제곱근 {rms}, 평균 코사인 {cosine}). "
    "평균을 빼 준다",
    "note.alike_inputs": "입력이 첫 층 이전부터 서로 비슷하다(평균 코사인 {cosine}). 표본을 구별하는 값이 공통된 값에 "
    "비해 작으므로 특징마다 평균을 빼 준다",
    "note.alike": "표본이 서로 비슷해진다: 크기에 비한 두 표본의 거리가 {layer}층에서 입력의 {factor}분의 1이다(평균 "
    "코사인 {cosine})",
    "note.alike_read": "위치와 달리 표본은 서로 비슷해진다: 헤드에 들어가는 값이 표본에 따라 달라지는 정도는 그 크기의 "
    "{share}이다",
    "note.twins": "가중치가 같은 뉴런이 있다: {layers}층에서 서로 다른 가중치의 수는 뉴런 수의 많아야 {share}이며, "
    "가중치가 같은 뉴런은 뒤의 층이 다르게 다루어야만 서로 다르게 학습한다",
    "note.few": "시드 {of}개 중 {seeds}개에서 {verdict}: {message}",
    "note.near": "문턱값에 걸친 {verdict}({value}, 문턱값 {threshold}). 신경망끼리의 차이를 넘지 않는다: {message}",
    "note.scattered": "시드 평균으로는 {verdict}({value}, 문턱값 {threshold})이지만 시드마다 크게 달라서 다른 "
    "시드에서는 나타나지 않을 수 있다: {message}",
    "note.zero_head": "출력층({layer}층)이 0에서 시작한다. 자신의 가중치에는 기울기가 있으므로 첫 갱신부터 학습하고, "
    "그 아래는 두 번째 갱신부터 학습한다. 아래의 기울기는 출력층 바로 밑에서 시작한 역전파로 잰 것이다",
    "note.zero_tables": "0에서 시작하는 임베딩 테이블({layers}층)에는 기울기가 있으므로 첫 갱신부터 학습한다",
    "note.zero_branches": "분기 {of}개 중 {number}개가 0에서 시작하므로 잔차 스트림은 처음에 그대로 지나간다. 분기의 "
    "크기를 정하는 가중치에는 기울기가 있으므로 첫 갱신부터 학습하고, 그 안쪽은 두 번째 갱신부터 학습한다. 안쪽의 "
    "기울기는 판단하지 않는다",
    "note.zero_branches_later": "분기 {of}개 중 {number}개가 0에서 시작하므로 잔차 스트림은 처음에 그대로 지나간다. "
    "분기의 크기를 정하는 가중치는 출력층이 움직인 뒤인 두 번째 갱신부터, 그 안쪽은 세 번째 갱신부터 학습한다. "
    "안쪽의 기울기는 판단하지 않는다",
    "note.small_branches": "모든 분기가 잔차 스트림의 {ratio}배 이하로 작게 시작한다. 모델은 항등 함수에 가깝게 "
    "시작하며, 안쪽은 배율이 커지면서 학습한다",
    "note.some_small_branches": "분기 {of}개 중 {number}개가 잔차 스트림의 {ratio}배 이하로 작게 시작한다: 그 안의 "
    "층은 배율이 커지면서 학습한다",
    "note.faint": "{layers}층 가중치의 기울기는 같은 종류의 층보다 최대 {factor}배 작다: 걸음의 크기를 "
    "스스로 맞추는 최적화 기법이면 괜찮다",
    "note.faint_inside": "{layers}층에서 끝나는 분기 안의 기울기는 마지막 가중치가 작아서 스트림보다 최대 {factor}배 "
    "작다: 걸음의 크기를 스스로 맞추는 최적화 기법이면 괜찮다",
    "note.loud": "{layers}층의 값은 같은 종류의 층보다 최대 {factor}배 크다",
    "note.carried": "잔차 스트림 위의 정규화가 건너뛰는 연결의 몫을 줄인다. 마지막 블록 뒤의 기울기 가운데 이 "
    "연결만으로 첫 블록 뒤까지 되돌아올 것은 {share}이고, 나머지는 분기가 되돌린다",
    "note.head_smaller": "출력층 아래의 기울기는 모든 층에서 똑같이 {factor}분의 1로 작다. 갱신 크기를 맞추는 최적화 "
    "방법이 보완하므로 판단에서 제외한다",
    "note.head_larger": "출력층 아래의 기울기는 모든 층에서 똑같이 {factor}배로 크다. 갱신 크기를 맞추는 최적화 "
    "방법이 보완하므로 판단에서 제외한다",
    "note.head_beside": "출력층(층 {layer}) 아래의 기울기는 {factor}분의 1로 작고, 다른 출력에는 따로 기울기가 있다. "
    "갱신 크기를 맞추는 최적화 방법이 보완하므로 판단에서 제외한다",
    "note.some_seeds": "층 {number}개는 시드 {of}개 중 일부에서만 쓰인다(가장 적게는 {least}개). 층 드롭이나 전문가 "
    "선택으로 빠지기 때문이며, 쓰인 시드로만 판단한다",
    "note.dropped": "층 {number}개는 판단하지 않는다. 모든 시드에서, 확률적 깊이처럼, 모든 표본의 출력에 0이 "
    "곱해졌기 때문이다. 배치를 키우거나 시드를 늘리거나 모델을 평가 모드로 둔다",
    "note.recurrent": "순환층({layers}층)의 내부는 게이트와 상태의 기울기만 판단하며, 기울기가 시점을 거치며 어떻게 "
    "변하는지는 판단하지 않는다",
    "note.no_way": "측정한 층이 참조표, 게이트, 정규화, 출력층뿐이어서 판단할 수 없다. 그 사이의 층도 함께 측정한다",
    "note.unseen": "{layer}층은 컴파일되어 있어 내부가 보이지 않으므로 출력만 측정했다. torch.jit을 적용하기 전의 "
    "모델을 주면 판단할 수 있다",
    "note.complex": "복소수 층은 측정하지 않으므로(복소수 파라미터 {number}개) 그 층에서 신호와 기울기가 어떻게 "
    "변하는지는 알 수 없다",
    "threshold.agree": "결함이 나타나야 하는 시드의 비율: 신경망 하나가 결론을 좌우하지 않도록 절반",
    "threshold.nonfinite": "한 층의 활성화값 중 inf나 NaN이어도 되는 비율: 없음",
    "threshold.zero_fraction": "층이 죽었다고 보는, 정확히 0인 값의 비율: ReLU에서는 절반이 정상이므로 전부",
    "threshold.distinct_units": "뉴런이 더 많은 층을 대칭으로 보는, 서로 다른 뉴런 수의 상한",
    "threshold.saturated": "유계 활성화 함수에서 포화된 값의 비율: 대부분. He 초기화의 hard tanh에서는 48%",
    "threshold.saturated_one_sided": "그 밖의 활성화 함수에서 포화된 값의 비율: 거의 전부. ReLU 계열은 평소 50%",
    "threshold.dead_units": "한 층에서 모든 표본에서 미분값이 0인 뉴런의 비율: 거의 전부. 깊은 He + "
    "ReLU에서는 최대 65%",
    "threshold.grad_zero": "층에 기울기가 없다고 보는, 정확히 0인 값의 비율: 전부",
    "threshold.collapsed": "신호가 줄어들었다고 보는, 입력에 대한 뉴런별 표본 간 산포의 상한. 깊은 He + ReLU에서는 "
    "0.03까지 내려간다",
    "threshold.faded": "줄어든 층에서 활성화값의 표준편차의 상한: (0, 1)을 서른 구간으로 나눈 한 구간의 폭",
    "threshold.alike": "크기에 비한 두 표본의 거리를 입력에서의 거리와 견준 값의 하한: 기울기와 같은 기준으로 1/30. "
    "He + ReLU는 50층에서 1/10이 된다",
    "threshold.exploding": "마지막 층에 대한 기울기의 노름, 또는 입력에 대한 신호의 산포: 30. 제곱 평균으로는 약 "
    "1000이며, 이론의 깊이 척도로 7배에 해당한다",
    "threshold.exploding_normalized": "모델의 모든 가중치에 배치 정규화가 따라 가중치 크기의 영향이 없을 때 같은 값: "
    "100만. 조사에서는 20만 배까지 커져도 훈련되었다",
    "threshold.vanishing": "마지막 층에 대한 기울기의 노름: 폭발과 같은 기준으로 1/30",
    "threshold.slow": "기울기나 표본 거리의 더 작은 변화도 적어 두는 배율의 하한",
    "threshold.underflow": "다음 층의 0을 죽은 층이 아니라 언더플로로 보는 크기의 상한. float32는 10⁻⁴⁵에서 끝난다",
    "threshold.softmax": "모델 내부 소프트맥스의 엔트로피(균등할 때 대비): 0.3. 로짓의 표준편차가 약 4이고 "
    "소프트맥스의 미분값이 3분의 1로 줄어드는 점이다. 실제로 쓰는 가중치는 0.7 이상에서 시작한다",
    "threshold.output": "출력에 대한 무작위 레이블의 교차 엔트로피(찍을 때 대비): 3. 분산이 1인 출력은 1.2 이하에서 "
    "시작한다",
    # Theory
    "theory.refused.not_plain": "{how}: 이론의 임계선, 깊이 척도, 스펙트럼은 정규화 없는 단순한 층에만 성립한다",
    "theory.refused.norm": "배치 정규화: 단순한 층 구조에 대한 평균장 이론이 성립하지 않는다",
    "theory.refused.norm_blocks": "잔차 블록의 배치 정규화: 여기에 성립하는 이론이 없다",
    "theory.refused.module": "PyTorch 모델의 층: 이론은 actviz가 만드는 신경망에만 적용된다",
    "theory.refused.inputs": "적률을 알 수 없는 입력: 이론은 정규분포, 균등분포, 상관 입력에만 적용된다",
    "theory.refused.own": "이름만으로는 되찾을 수 없는 사용자 함수: predict에 함수 객체를 직접 넘겨야 한다",
    "theory.refused.jump": "불연속 함수: 뛰는 점에서 미분값이 없으므로 기울기와 깊이 척도에 관한 이론이 성립하지 "
    "않는다",
    "theory.refused.oscillates": "너무 빠르게 진동하는 함수: 이 신호의 길이에서는 평균을 적분할 수 없어 이론값이 없다",
    "theory.refused.dependent": "서로 의존하는 가중치(직교, 항등): 이론은 독립인 가중치에만 적용된다",
    "theory.refused.mean": "평균이 0이 아닌 가중치: 이론으로 다룰 수 없다",
    "theory.refused.silent": "모두 0인 가중치: 신호가 지나가지 않으므로 예측할 것이 없다",
    "theory.refused.variance": "초기화 방법이 분산을 밝히지 않는다",
    "theory.refused.huge": "분산이 지나치게 큰 가중치",
    "theory.refused.narrow": "뉴런당 입력이 16개 미만인 층: 넓은 층에 대한 이론을 적용하기에는 너무 좁다",
    "theory.refused.deep": "1000층 초과: 그렇게 깊은 층까지는 이론값을 구하지 않는다",
    "theory.missing.layer": "{first}층",
    "theory.missing.layers": "{first}~{last}층",
    "theory.missing.range": "신호나 기울기가 {dtype} 범위를 벗어난다",
    "theory.missing.scatter": "이 너비에서는 신경망 간 차이가 커서 1 / 너비의 최저차 항만으로 다룰 수 없다",
    "theory.missing.infinite": "띠와 z 점수 없음: 이런 신경망은 너비가 무한한 경우의 이론값만 구한다",
    "theory.missing.band": "띠와 z 점수 없음: 이 역전파 신호에서는 층에 따른 증감률만 예측된다",
    "theory.missing.z": "z 점수 없음: 측정값에 z 점수가 없거나 센 값이 너무 적다",
}
