"""From a result to a verdict on every pairing, with its cause, its layer and a remedy that was tried."""

from actviz.diagnosis.finding import Finding, Note
from actviz.diagnosis.judging import Diagnosis, diagnose
from actviz.diagnosis.rules import RULES, Rule, Verdict
from actviz.diagnosis.severity import LIMITS, Severity
from actviz.diagnosis.thresholds import Thresholds

__all__ = ["LIMITS", "RULES", "Diagnosis", "Finding", "Note", "Rule", "Severity", "Thresholds", "Verdict", "diagnose"]
