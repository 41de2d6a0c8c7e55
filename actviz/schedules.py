"""``actviz.schedules``: the public names of ``actviz.catalog.schedules``, under the name that users know."""

from actviz.catalog.schedules import *  # noqa: F403
from actviz.catalog.schedules import __all__ as __all__
