"""Files of GRIB, written field by field with eccodes."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import eccodes
import numpy as np
from winds_by_hand import HOUR, TIME, wind_at

LATITUDE, LONGITUDE = np.arange(60.0, 44.0, -5.0), np.arange(0.0, 360.0, 45.0)
"""As in archives: from north to south, and from 0 to 360."""


def wind_fields(
    hours: Iterable[int] = (0, 6),
    members: Iterable[int] = (),
    step: int = 0,
    names: Iterable[str] = ("10u", "10v"),
    **keys: Any,
) -> list[dict[str, Any]]:
    """The wind of `wind_at` as fields of GRIB, at 10 m if nothing else is said.

    Arguments:
        hours: Times of which they are.
        members: Numbers of members, to all of which the wind is the same.
        step: By how many hours they were forecast.
        names: Their short names.
        keys: Further keys of eccodes, such as typeOfLevel and level.
    """
    fields = []
    for hour in hours:
        wind = wind_at(float(hour), LATITUDE[:, None], LONGITUDE)
        run = (TIME + (hour - step) * HOUR).astype("datetime64[h]").item()
        of_time = {"dataDate": int(f"{run:%Y%m%d}"), "dataTime": 100 * run.hour, "step": step}
        for i, name in enumerate(names):
            for number in members or (None,):
                of_member = {} if number is None else {"number": number}
                own = {"shortName": name} | keys | of_time | of_member
                fields.append(own | {"values": wind[..., i]})
    return fields


def write_grib(path: Path, fields: Iterable[dict[str, Any]]) -> Path:
    """A file of fields by the keys of eccodes, in the order given."""
    with path.open("wb") as file:
        for keys in fields:
            handle = eccodes.codes_grib_new_from_samples("regular_ll_sfc_grib2")
            grid = {
                "Ni": len(LONGITUDE), "Nj": len(LATITUDE),
                "latitudeOfFirstGridPointInDegrees": LATITUDE[0],
                "latitudeOfLastGridPointInDegrees": LATITUDE[-1],
                "longitudeOfFirstGridPointInDegrees": LONGITUDE[0],
                "longitudeOfLastGridPointInDegrees": LONGITUDE[-1],
                "iDirectionIncrementInDegrees": 45.0, "jDirectionIncrementInDegrees": 5.0,
                "bitsPerValue": 24,
            }  # fmt: skip
            kind = {"productDefinitionTemplateNumber": 1} if "number" in keys else {}
            for key, value in {**grid, **kind, **keys}.items():
                if key == "values":
                    eccodes.codes_set_values(handle, np.ravel(value))
                else:
                    eccodes.codes_set(handle, key, value)
            eccodes.codes_write(handle, file)
            eccodes.codes_release(handle)
    return path
