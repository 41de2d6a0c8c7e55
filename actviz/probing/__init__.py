"""A stack, what is measured of it, and the one recorder: ``probe()``."""

from actviz.probing.running import measure, probe
from actviz.probing.stack import ProbeConfig, Stack

__all__ = ["ProbeConfig", "Stack", "measure", "probe"]
