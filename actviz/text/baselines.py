"""Words of a check against a baseline, and of its figure."""

BASELINES: dict[str, dict[str, str]] = {
    "check.lost": {"en": "{init} + {activation} was not measured", "ko": "{init} + {activation}: 측정되지 않았다"},
    "check.depths": {
        "en": "{init} + {activation} has {measured} layers, not {expected}",
        "ko": "{init} + {activation}: 층 {measured}개, 기준선에는 {expected}개",
    },
    "check.not_measured": {
        "en": "{init} + {activation}: not measured: {statistics}",
        "ko": "{init} + {activation}: 측정되지 않음: {statistics}",
    },
    "check.not_kept": {
        "en": "{init} + {activation}: not in the baseline, which --update would renew: {statistics}",
        "ko": "{init} + {activation}: 기준선에 없으며 --update로 새로 쓸 수 있음: {statistics}",
    },
    "check.other_scale": {
        "en": "{init} + {activation}: on another scale in the baseline: {statistics}",
        "ko": "{init} + {activation}: 기준선과 척도가 다름: {statistics}",
    },
    "check.other_layers": {
        "en": "{init} + {activation}: of other layers in the baseline: {statistics}",
        "ko": "{init} + {activation}: 기준선과 층이 다름: {statistics}",
    },
    "check.drift": {
        "en": "drift: {number} of {total} comparisons differ for sure, and may differ by more than the margin of "
        "{margin}",
        "ko": "드리프트: 비교 {total}건 중 {number}건이 확실히 다르며, 그 차이가 허용 폭 {margin} 범위를 넘을 수 있다",
    },
    "check.drift_any": {
        "en": "drift: {number} of {total} comparisons differ for sure",
        "ko": "드리프트: 비교 {total}건 중 {number}건이 확실히 다르다",
    },
    "check.problem": {
        "en": "drift: what was measured does not fit the baseline",
        "ko": "드리프트: 측정한 내용이 기준선과 맞지 않는다",
    },
    "check.equivalent": {
        "en": "equivalent: of {total} comparisons {within} are shown to be within the margin of {margin}, the others "
        "within one standard deviation between seeds",
        "ko": "동등: 비교 {total}건 중 {within}건은 허용 폭 {margin} 안에 있음이, 나머지는 시드 간 표준편차의 한 배 "
        "안에 있음이 확인된다",
    },
    "check.equivalent_all": {
        "en": "equivalent: all {total} comparisons are shown to be within the margin of {margin}",
        "ko": "동등: 비교 {total}건 모두 허용 폭 {margin} 안에 있음이 확인된다",
    },
    "check.same": {"en": "equivalent: every number is that of the baseline", "ko": "동등: 모든 수치가 기준선과 같다"},
    "check.inconclusive": {
        "en": "inconclusive: no drift, but too much scatter in {number} of {total} comparisons to show that nothing "
        "has changed; {seeds}",
        "ko": "판단 불가: 드리프트는 없으나, 비교 {total}건 중 {number}건은 산포가 커서 달라지지 않았음을 보일 수 "
        "없다; {seeds}",
    },
    "check.more_seeds": {
        "en": "about {number} seeds would, in the baseline and now",
        "ko": "기준선과 현재 측정에 시드가 각각 약 {number}개 있으면 가능하다",
    },
    "check.few": {
        "en": "inconclusive: with {number} on one side hardly any drift can be found; take {least} or more, in the "
        "baseline and now, or check exactly",
        "ko": "판단 불가: 한쪽이 {number}뿐이어서 드리프트를 거의 찾을 수 없다. 기준선과 현재 측정에 시드를 각각 "
        "{least}개 이상 쓰거나 정확 비교를 한다",
    },
    "check.few_seeds": {"en": "{number} seeds", "ko": "시드 {number}개"},
    "check.few_seed": {"en": "one seed", "ko": "시드 1개"},
    "check.few_written": {
        "en": "{path}: of {number}, so that a check finds hardly any drift unless it is exact; take {least} or more",
        "ko": "{path}: {number}뿐이어서 정확 비교가 아니면 드리프트를 거의 찾지 못한다. 시드를 {least}개 이상 쓴다",
    },
    "check.exact": {
        "en": "equivalent: all {total} numbers are those of the baseline to {tolerance}",
        "ko": "동등: 수치 {total}개 모두 오차 {tolerance} 이내에서 기준선과 같다",
    },
    "check.exact_drift": {
        "en": "drift: {number} of {total} numbers differ from the baseline by more than {tolerance}",
        "ko": "드리프트: 수치 {total}개 중 {number}개가 기준선과 {tolerance} 넘게 다르다",
    },
    "check.alpha": {"en": "false alarms: in at most {share} of checks", "ko": "거짓 경보: 전체 점검의 {share} 이하"},
    "check.seeds": {
        "en": "seeds: {expected} in the baseline, {measured} now",
        "ko": "시드: 기준선 {expected}, 현재 {measured}",
    },
    "check.overlap_one": {
        "en": "1 seed is in both, so chance differences are smaller than the test allows for: fresh seeds tell more",
        "ko": "시드 1개가 양쪽에 모두 있어 우연한 차이가 검정의 가정보다 작다. 새 시드를 쓰면 더 많은 것을 알 수 있다",
    },
    "check.overlap": {
        "en": "{number} seeds are in both, so chance differences are smaller than the test allows for: fresh seeds "
        "tell more",
        "ko": "시드 {number}개가 양쪽에 모두 있어 우연한 차이가 검정의 가정보다 작다. 새 시드를 쓰면 더 많은 것을 알 "
        "수 있다",
    },
    "check.no_histograms": {
        "en": "histograms are not compared: the result does not have their spread over seeds; measure it again",
        "ko": "히스토그램은 비교하지 않는다. 결과에 시드 간 산포가 없으므로 다시 측정해야 한다",
    },
    "check.other_bins": {
        "en": "{init} + {activation}: histograms cannot be compared, for their bins differ",
        "ko": "{init} + {activation}: 구간이 달라 히스토그램을 비교할 수 없다",
    },
    "check.versions": {
        "en": "{name}: {expected} in the baseline, {measured} now",
        "ko": "{name}: 기준선 {expected}, 현재 {measured}",
    },
    "check.recipe_same": {"en": "recipe: as in the baseline", "ko": "측정 조건: 기준선과 같음"},
    "check.recipe": {
        "en": "recipe, {what}: {expected} in the baseline, {measured} now",
        "ko": "측정 조건, {what}: 기준선 {expected}, 현재 {measured}",
    },
    "check.new": {"en": "{init} + {activation} is not in the baseline", "ko": "{init} + {activation}: 기준선에 없음"},
    "check.pairing": {"en": "{init} + {activation}: {outcome}", "ko": "{init} + {activation}: {outcome} 판정"},
    "check.pairing_drift": {
        "en": "{init} + {activation}: drift, from layer {layer} on",
        "ko": "{init} + {activation}: {layer}층부터 드리프트",
    },
    "check.pairing_back": {
        "en": "{init} + {activation}: drift of the gradient, from layer {layer} down",
        "ko": "{init} + {activation}: {layer}층부터 아래로 기울기의 드리프트",
    },
    "check.renamed": {"en": " (compared with {init} + {activation})", "ko": " (비교 대상: {init} + {activation})"},
    "check.worst": {"en": "the worst layers:", "ko": "차이가 가장 큰 층:"},
    "check.worst_one": {"en": "the worst layer:", "ko": "차이가 가장 큰 층:"},
    "check.pattern.undefined": {"en": "{statistic}, seeds without a number", "ko": "{statistic}, 값이 없는 시드"},
    "check.pattern.zero": {"en": "{statistic}, seeds with exactly 0", "ko": "{statistic}, 정확히 0인 시드"},
    "check.pattern.negative": {"en": "{statistic}, seeds below 0", "ko": "{statistic}, 0보다 작은 시드"},
    "check.edge": {"en": "histogram, share below {edge}", "ko": "히스토그램, {edge} 미만의 비율"},
    "check.finding": {
        "en": "{init} + {activation}, layer {layer}: {statistic} expected {expected}, measured {measured} ({sigma})",
        "ko": "{init} + {activation}, {layer}층: {statistic}, 기준선 {expected}, 현재 {measured} ({sigma})",
    },
    "check.sigma": {"en": "{sigma} sigma", "ko": "{sigma} 시그마"},
    "check.tolerances": {"en": "{sigma} tolerances", "ko": "허용 오차의 {sigma}배"},
    "check.unchanged": {
        "en": "nothing has changed: {path} is left as it is",
        "ko": "달라진 것이 없어 파일을 그대로 둔다: {path}",
    },
    "check.changed": {
        "en": "{init} + {activation}: {statistic} in {layers}",
        "ko": "{init} + {activation}: {statistic}, 바뀐 곳 {layers}",
    },
    "check.changed_layers": {"en": "layers {layers}", "ko": "{layers}층"},
    "check.changed_layer": {"en": "layer {layers}", "ko": "{layers}층"},
    "check.added": {"en": "{init} + {activation}: new", "ko": "{init} + {activation}: 추가됨"},
    "check.removed": {"en": "{init} + {activation}: removed", "ko": "{init} + {activation}: 삭제됨"},
    "check.missing": {
        "en": "no baseline {path}\nmake it, review it and commit it: python -m pytest {test} --actviz-update",
        "ko": "기준선이 없음: {path}\n만들어 검토한 뒤 커밋한다: python -m pytest {test} --actviz-update",
    },
    "check.shared": {
        "en": "{path} is another test's baseline too, and this one's differs: {changes}\n"
        "give them different names: {test}",
        "ko": "{path}: 다른 테스트의 기준선이기도 하며, 이 테스트의 것과 다르다: {changes}\n서로 다른 이름을 준다: "
        "{test}",
    },
    "check.blind_why": {
        "en": "{path}: with {number} on one side hardly any drift can be found, so this test would always pass; give "
        "{least} or more (seeds=64), or mode='exact'",
        "ko": "{path}: 한쪽이 {number}뿐이어서 드리프트를 거의 찾을 수 없고, 따라서 이 테스트는 늘 통과한다. 시드를 "
        "{least}개 이상 주거나(seeds=64) mode='exact'로 한다",
    },
    "check.blind": {
        "en": "then write the baseline anew: python -m pytest {test} --actviz-update",
        "ko": "그런 다음 기준선을 새로 쓴다: python -m pytest {test} --actviz-update",
    },
    "check.anew": {"en": "; the old one could not be read: {error}", "ko": "; 이전 기준선은 읽을 수 없었다: {error}"},
    "check.renew": {
        "en": "if the change is meant: python -m pytest {test} --actviz-update",
        "ko": "의도한 변경이라면: python -m pytest {test} --actviz-update",
    },
    "check.figure": {"en": "figure: {path}", "ko": "그림: {path}"},
    "drift.title": {"en": "Drift: {init} with {activation}", "ko": "드리프트: {init} 초기화, {activation} 함수"},
    "drift.title_none": {
        "en": "No drift: {init} with {activation}",
        "ko": "드리프트 없음: {init} 초기화, {activation} 함수",
    },
    "drift.read": {
        "en": "Grey: the baseline, with the range of nearly all its seeds. Orange: now. Crosses: layers that drift. "
        "Healthy: the orange stays on the grey.",
        "ko": "회색은 기준선과 그 시드 거의 전부의 범위, 주황색은 현재, 가위표는 드리프트가 있는 층이다. 정상이면 "
        "주황색이 회색 위에 머문다.",
    },
    "drift.baseline": {"en": "baseline: {seeds} seeds", "ko": "기준선: 시드 {seeds}개"},
    "drift.now": {"en": "now: {seeds} seeds", "ko": "현재: 시드 {seeds}개"},
    "drift.mark": {"en": "drift", "ko": "드리프트"},
    "drift.layers": {"en": "layer {layer}", "ko": "{layer}층"},
    "drift.shares": {"en": "share of values, layer {layer}", "ko": "값의 비율, {layer}층"},
    "statistic.preact_mean": {"en": "mean of z", "ko": "z의 평균"},
    "statistic.preact_std": {"en": "standard deviation of z", "ko": "z의 표준편차"},
    "statistic.act_mean": {"en": "mean of h", "ko": "h의 평균"},
    "statistic.act_std": {"en": "standard deviation of h", "ko": "h의 표준편차"},
    "statistic.act_min": {"en": "smallest h", "ko": "h의 최솟값"},
    "statistic.act_max": {"en": "largest h", "ko": "h의 최댓값"},
    "statistic.saturated": {"en": "saturated share", "ko": "포화 비율"},
    "statistic.zero_fraction": {"en": "share of exact zeros", "ko": "정확히 0인 비율"},
    "statistic.dead_units": {"en": "dead units, share", "ko": "죽은 뉴런의 비율"},
    "statistic.similarity": {"en": "similarity of samples", "ko": "표본의 유사도"},
    "statistic.unit_spread": {"en": "spread over samples", "ko": "표본 간 퍼짐"},
    "statistic.distinct_units": {"en": "distinct units, share", "ko": "서로 다른 뉴런의 비율"},
    "statistic.nonfinite": {"en": "overflowed share", "ko": "오버플로 비율"},
    "statistic.grad_preact_rms": {"en": "RMS of ∂L/∂z", "ko": "∂L/∂z의 RMS"},
    "statistic.grad_weight_norm": {"en": "norm of ∂L/∂W", "ko": "∂L/∂W의 노름"},
    "statistic.grad_zero": {"en": "share of zero gradients", "ko": "기울기가 0인 비율"},
    "statistic.forward_gain": {"en": "RMS of z / previous h", "ko": "z의 RMS / 앞 층 h의 RMS"},
    "statistic.backward_gain": {"en": "RMS of ∂L/∂z / next one's", "ko": "∂L/∂z의 RMS / 다음 층의 RMS"},
    "statistic.preact_shift": {"en": "mean of z / its std", "ko": "z의 평균 / 표준편차"},
    "statistic.act_shift": {"en": "mean of h / its std", "ko": "h의 평균 / 표준편차"},
}
