"""Noising processes: how a field is turned into noise, at which pace, and what its limit is."""

from geomndp.sde.base import AbstractNoising as AbstractNoising
from geomndp.sde.brownian_motion import BrownianMotion as BrownianMotion
from geomndp.sde.schedules import AbstractSchedule as AbstractSchedule
from geomndp.sde.schedules import LinearSchedule as LinearSchedule

__all__ = ["AbstractNoising", "AbstractSchedule", "BrownianMotion", "LinearSchedule"]
