import pytest

from actviz import STATISTICS
from actviz.catalog.slopes import SATURATION_THRESHOLD

every_statistic = pytest.mark.parametrize("statistic", STATISTICS.values(), ids=STATISTICS)


@every_statistic
def test_every_statistic_says_what_it_is(statistic):
    assert STATISTICS[statistic.name] is statistic
    assert statistic.name.isidentifier()
    assert statistic.long_name
    assert statistic.definition
    assert statistic.units in ("1", "units")


def test_labels_and_definitions_are_distinct():
    assert len({s.long_name for s in STATISTICS.values()}) == len(STATISTICS)
    assert len({s.definition for s in STATISTICS.values()}) == len(STATISTICS)


def test_counts_of_units_are_the_ones_in_units():
    assert {s.name for s in STATISTICS.values() if s.units == "units"} == {"dead_units", "distinct_units"}


def test_saturated_states_the_threshold_it_uses():
    assert f"{100 * SATURATION_THRESHOLD:g} %" in STATISTICS["saturated"].definition


@every_statistic
def test_a_statistic_reads_one_number_off_a_record(statistic):
    class Record:
        def __getattr__(self, name):
            return Record() if name in ("z", "h") else 4.0

    assert statistic.value(Record()) == 4.0
