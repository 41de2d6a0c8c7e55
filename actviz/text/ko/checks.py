"""Words of checks: against a baseline, and of two builders with each other."""

TEXT: dict[str, str] = {
    "check.lost": "{init} + {activation}: 측정되지 않았다",
    "check.depths": "{init} + {activation}: 층 {measured}개, 기준선에는 {expected}개",
    "check.not_measured": "{init} + {activation}: 측정되지 않음: {statistics}",
    "check.not_kept": "{init} + {activation}: 기준선에 없으며 --update로 새로 쓸 수 있음: {statistics}",
    "check.other_scale": "{init} + {activation}: 기준선과 척도가 다름: {statistics}",
    "check.other_layers": "{init} + {activation}: 기준선과 층이 다름: {statistics}",
    "check.drift": "드리프트: 비교 {total}건 중 {number}건이 확실히 다르며, 그 차이가 허용 폭 {margin} 범위를 넘을 "
    "수 있다",
    "check.drift_any": "드리프트: 비교 {total}건 중 {number}건이 확실히 다르다",
    "check.problem": "드리프트: 측정한 내용이 기준선과 맞지 않는다",
    "check.equivalent": "동등: 비교 {total}건 중 {within}건은 허용 폭 {margin} 안에 있음이, 나머지는 시드 간 "
    "표준편차의 한 배 안에 있음이 확인된다",
    "check.equivalent_all": "동등: 비교 {total}건 모두 허용 폭 {margin} 안에 있음이 확인된다",
    "check.same": "동등: 모든 수치가 기준선과 같다",
    "check.inconclusive": "판단 불가: 드리프트는 없으나, 비교 {total}건 중 {number}건은 산포가 커서 달라지지 "
    "않았음을 보일 수 없다; {seeds}",
    "check.more_seeds": "기준선과 현재 측정에 시드가 각각 약 {number}개 있으면 가능하다",
    "check.few": "판단 불가: 한쪽이 {number}뿐이어서 드리프트를 거의 찾을 수 없다. 기준선과 현재 측정에 시드를 각각 "
    "{least}개 이상 쓰거나 정확 비교를 한다",
    "check.few_seeds": "시드 {number}개",
    "check.few_seed": "시드 1개",
    "check.few_written": "{path}: {number}뿐이어서 정확 비교가 아니면 드리프트를 거의 찾지 못한다. 시드를 {least}개 "
    "이상 쓴다",
    "check.exact": "동등: 수치 {total}개 모두 오차 {tolerance} 이내에서 기준선과 같다",
    "check.exact_drift": "드리프트: 수치 {total}개 중 {number}개가 기준선과 {tolerance} 넘게 다르다",
    "check.alpha": "거짓 경보: 전체 점검의 {share} 이하",
    "check.seeds": "시드: 기준선 {expected}, 현재 {measured}",
    "check.power": "이 시드로는 조합마다 편차가 가장 작은 층에서 활성화값 크기가 {change} 바뀌면 검사 10번 중 9번 "
    "찾아낸다",
    "check.power_between": "이 시드로는 조합마다 편차가 가장 작은 층에서 활성화값 크기가 약 {change}(90% 신뢰 구간 "
    "{low}에서 {high}) 바뀌면 검사 10번 중 9번 찾아낸다",
    "check.reseed": "다른 시드로도 같은지 보려면 --reseed 1, 2, ...로 새 시드를 뽑는다",
    "check.weak_few": "검정력 부족: 시드가 적어 얼마나 작은 변화를 찾아내는지 알 수 없다. 요구한 변화 {asked}. 시드를 "
    "늘린다",
    "check.weak_zero": "검정력 부족: 활성화값이 모두 0이거나 오버플로여서 상대적인 변화가 정의되지 않는다. 요구한 변화 "
    "{asked}, 시드를 늘려도 보장할 수 없다",
    "check.weak": "검정력 부족: 검사 10번 중 9번 찾아내는 변화 약 {change}, 요구한 변화 {asked}. 시드를 늘린다",
    "check.overlap_one": "시드 1개가 양쪽에 모두 있어 우연한 차이가 검정의 가정보다 작다. 새 시드를 쓰면 더 많은 "
    "것을 알 수 있다",
    "check.overlap": "시드 {number}개가 양쪽에 모두 있어 우연한 차이가 검정의 가정보다 작다. 새 시드를 쓰면 더 많은 "
    "것을 알 수 있다",
    "check.unseen.weights": "이 점검으로는 알 수 없음: 가중치 자체의 크기. 기준선이나 결과에 들어 있지 않으며, 뒤에 "
    "정규화가 있으면 다른 통계로도 그 크기를 알 수 없다(--update로 새로 쓰면 보관된다)",
    "check.unseen.stream": "이 점검으로는 알 수 없음: 잔차 블록 스트림의 크기와 기울기, 분기의 비율. 기준선이나 "
    "결과에 들어 있지 않다(--update로 새로 쓰면 보관된다)",
    "check.unseen.model": "이 점검으로는 알 수 없음: 층별 정밀도와 드롭아웃 비율. 기준선이나 결과에 들어 있지 "
    "않다(--update로 새로 쓰면 보관된다)",
    "check.unseen.evaluation": "이 점검으로는 알 수 없음: 드롭아웃처럼 훈련 모드에서만 일어나는 일. 모델을 평가 "
    "모드에서 측정했다",
    "check.unseen.draws": "통계량에 드러나지 않는 한 이 점검으로는 알 수 없음: {places}에서 뽑은 난수의 쓰임. 모델이 "
    "직접 만든 마스크로 경로를 떨어뜨리는 경우 등",
    "check.unseen.layers": "{init} + {activation}: 이 점검은 다음 층에서 아무것도 찾을 수 없다: {layers}. 이 시드로는 "
    "그곳의 어떤 크기도 100% 변화를 점검 10번 중 9번 찾아내지 못한다",
    "check.no_histograms": "히스토그램은 비교하지 않는다. 결과에 시드 간 산포가 없으므로 다시 측정해야 한다",
    "check.other_bins": "{init} + {activation}: 구간이 달라 히스토그램을 비교할 수 없다",
    "check.versions": "{name}: 기준선 {expected}, 현재 {measured}",
    "check.recipe_same": "측정 조건: 기준선과 같음",
    "check.recipe": "측정 조건, {what}: 기준선 {expected}, 현재 {measured}",
    "check.new": "{init} + {activation}: 기준선에 없음",
    "check.pairing": "{init} + {activation}: {outcome}",
    "check.pairing_drift": "{init} + {activation}: {layer}층부터 드리프트",
    "check.stream": "; 블록 스트림의 {layer}층 뒤 {statistic}: {expected} 대신 {measured}",
    "check.pairing_back": "{init} + {activation}: {layer}층부터 아래로 기울기의 드리프트",
    "check.renamed": " (비교 대상: {init} + {activation})",
    "check.worst": "차이가 가장 큰 층:",
    "check.worst_one": "차이가 가장 큰 층:",
    "check.pattern.undefined": "{statistic}, 값이 없는 시드",
    "check.pattern.zero": "{statistic}, 정확히 0인 시드",
    "check.pattern.negative": "{statistic}, 0보다 작은 시드",
    "check.edge": "히스토그램, {edge} 미만의 비율",
    "check.finding": "{init} + {activation}, {layer}층: {statistic}, 기준선 {expected}, 현재 {measured}({sigma})",
    "check.sigma": "{sigma} 시그마",
    "check.tolerances": "허용 오차의 {sigma}배",
    "check.unchanged": "달라진 것이 없어 파일을 그대로 둔다: {path}",
    "check.changed": "{init} + {activation}: {statistic}, 바뀐 곳 {layers}",
    "check.changed_layers": "{layers}층",
    "check.changed_layer": "{layers}층",
    "check.added": "{init} + {activation}: 추가됨",
    "check.removed": "{init} + {activation}: 삭제됨",
    "check.missing": "기준선이 없음: {path}\n만들어 검토한 뒤 커밋한다: python -m pytest {test} --actviz-update",
    "check.shared": "{path}: 다른 테스트의 기준선이기도 하며, 이 테스트의 것과 다르다: {changes}\n서로 다른 이름을 "
    "준다: {test}",
    "check.blind_why": "{path}: 한쪽이 {number}뿐이어서 드리프트를 거의 찾을 수 없고, 따라서 이 테스트는 늘 "
    "통과한다. 시드를 {least}개 이상 주거나(seeds=64) mode='exact'로 한다",
    "check.blind": "그런 다음 기준선을 새로 쓴다: python -m pytest {test} --actviz-update",
    "check.anew": "; 이전 기준선은 읽을 수 없었다: {error}",
    "check.renew": "의도한 변경이라면: python -m pytest {test} --actviz-update",
    "check.figure": "그림: {path}",
    "builders.problem": "드리프트: {first} 모델과 {second} 모델이 서로 다르다",
    "builders.same": "동등: 모든 수치가 서로 같음({first}, {second})",
    "builders.more_seeds": "모델이 각각 약 {number}개 있으면 가능하다",
    "builders.few": "판단 불가: 한쪽이 {number}뿐이어서 드리프트를 거의 찾을 수 없다. {least}개 이상 쓴다",
    "builders.exact": "동등: 같은 시드에서 수치 {total}개 모두 오차 {tolerance} 이내에서 같음({first}, {second})",
    "builders.exact_drift": "드리프트: 같은 시드에서 수치 {total}개 중 {number}개가 {tolerance} 넘게 "
    "다름({first}, {second}). 난수를 뽑는 순서만 달라도 그렇게 되므로 새 시드로 확인한다",
    "builders.seeds": "시드: {first} {expected}, {second} {measured}",
    "builders.recipe_same": "측정 조건: 같음",
    "builders.recipe": "측정 조건, {what}: {first} {expected}, {second} {measured}",
    "builders.not_kept": "{init} + {activation}: {second}에만 있음: {statistics}",
    "builders.not_measured": "{init} + {activation}: {first}에만 있음: {statistics}",
    "builders.other_scale": "{init} + {activation}: 척도가 다름: {statistics}",
    "builders.other_layers": "{init} + {activation}: 층이 다름: {statistics}",
    "builders.depths": "층 수: {second} {measured}개, {first} {expected}개",
    "builders.parameters": "{side}에만 있는 매개변수: {names}. 다른 쪽에는 없거나 다른 매개변수와 공유되어 있다",
    "builders.buffers": "서로 다른 버퍼: {names}",
    "builders.frozen": "{side}에서만 학습되는 매개변수: {names}. 다른 쪽에서는 고정되어 있다",
    "builders.constructed": "{side} 모델은 meta 장치에 있고, {names}의 값을 채우는 메서드가 없다. 생성자가 "
    "메모리에서 주는 값으로 비교했다. to_empty()만으로는 이 값이 채워지지 않는다",
    "builders.names": "이름이 달라 순서대로 비교했다({first} = {second}): {names}",
    "builders.columns": "기댓값은 {first}, 측정값은 {second}",
    "drift.found": "드리프트: {init} 초기화, {activation} 함수, 비교 {of}개 중 {number}개",
    "drift.title": "드리프트: {init} 초기화, {activation} 함수",
    "drift.title_none": "드리프트 없음: {init} 초기화, {activation} 함수",
    "drift.read": "회색은 기준선과 그 시드 거의 전부의 범위, 주황색은 현재, 가위표는 드리프트가 있는 층이다. "
    "정상이면 주황색이 회색 위에 머문다.",
    "drift.baseline": "기준선: 시드 {seeds}개",
    "drift.now": "현재: 시드 {seeds}개",
    "drift.mark": "드리프트",
    "drift.layers": "{layer}층",
    "drift.shares": "값의 비율, {layer}층",
}
