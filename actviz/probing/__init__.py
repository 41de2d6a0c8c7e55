"""A stack, what is measured of it, and the one recorder: ``probe()``."""

from actviz.probing.measuring import measure
from actviz.probing.running import probe
from actviz.probing.stack import ProbeConfig, Stack

__all__ = ["ProbeConfig", "Stack", "measure", "probe"]
