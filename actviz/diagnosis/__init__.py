"""From a result to a verdict on every pairing, with its cause, its layer and a remedy that was tried."""

from actviz.diagnosis.judging import Diagnosis, Finding, Note, diagnose
from actviz.diagnosis.rules import RULES, Rule, Verdict
from actviz.diagnosis.thresholds import Thresholds

__all__ = ["RULES", "Diagnosis", "Finding", "Note", "Rule", "Thresholds", "Verdict", "diagnose"]
