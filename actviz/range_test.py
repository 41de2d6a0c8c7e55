"""``actviz.range_test``: the public names of ``actviz.training.range_test``, under the name that users know."""

from actviz.training.range_test import Suggestion, find_rate, suggest

__all__ = ["Suggestion", "find_rate", "suggest"]
