"""The coordinate systems people give positions in, and the one way from each to WGS 84.

A table, so that a surveyor can check it: codes and parameters are those of the EPSG dataset (v11.022, as
shipped with PROJ 9.5.1). Nothing here is chosen by PROJ at run time: every datum shift is written out, and
systems for which no transformation covers this border are refused by name, with the reason.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from borderops.core.errors import InvalidInput
from borderops.core.messages import N_, Message


class UnknownSystem(InvalidInput):
    """No coordinate system goes by that name here."""

    code = "unknown-coordinate-system"


class RefusedSystem(InvalidInput):
    """The coordinate system is known, but positions in it cannot be brought to WGS 84 here."""

    code = "refused-coordinate-system"


class SystemKind(StrEnum):
    """Whether figures are degrees (longitude, latitude) or metres (easting, northing)."""

    GEOGRAPHIC = "geographic"
    PROJECTED = "projected"


@dataclass(frozen=True)
class Datum:
    """How a datum is brought to WGS 84.

    `operation` names the EPSG operations in the order they are applied, or `none`. `ellipsoid` is PROJ's
    name for the datum's ellipsoid and `shifts` PROJ's parameters of each step between geocentric axes.
    `accuracy_m` is what EPSG states for the operation (summed over steps). `shows_movement` is false where
    the shift is too coarse ever to say that a marker moved: such positions only label.
    """

    operation: str
    ellipsoid: str
    shifts: tuple[str, ...]
    accuracy_m: float
    shows_movement: bool


# EPSG:6960 "VN-2000 to WGS 84 (2)": the parameters of QĐ 05/2007/QĐ-BTNMT, read as a coordinate frame
# rotation (EPSG method 9607). Read as a position vector (what `+towgs84` does) the same figures put a point
# in Nghệ An 0.74 m away, as far as a real marker moves; the other candidate, EPSG:5194, costs 0.7 m.
_VN_2000 = Datum(
    operation="EPSG:6960",
    ellipsoid="WGS84",
    shifts=(
        "+proj=helmert +x=-191.90441429 +y=-39.30318279 +z=-111.45032835 "
        "+rx=-0.00928836 +ry=0.01975479 +rz=-0.00427372 +s=0.252906278 +convention=coordinate_frame",
    ),
    accuracy_m=1.0,
    shows_movement=True,
)
_LAO_1997_SHIFT = "+proj=helmert +x=44.585 +y=-131.212 +z=-39.544"
_LAO_1997 = Datum("EPSG:1065", "krass", (_LAO_1997_SHIFT,), 5.0, shows_movement=False)
# The older Lao datums go by way of Lao 1997. Both steps are real EPSG operations for the whole of Laos.
_LAO_1993 = Datum(
    "EPSG:1064+EPSG:1065",
    "krass",
    ("+proj=helmert +x=-0.652 +y=1.619 +z=0.213", _LAO_1997_SHIFT),
    5.15,
    shows_movement=False,
)
_VIENTIANE_1982 = Datum(
    "EPSG:1063+EPSG:1065",
    "krass",
    ("+proj=helmert +x=-2.227 +y=6.524 +z=2.178", _LAO_1997_SHIFT),
    7.0,
    shows_movement=False,
)
_WGS_84 = Datum("none", "WGS84", (), 0.0, shows_movement=True)


@dataclass(frozen=True)
class System:
    """A coordinate system that positions may be given in.

    `x` is longitude in degrees or easting in metres, `y` latitude or northing. Projected systems are
    transverse Mercator with the equator as origin of northings and a false easting of 500 km;
    `meridian_deg` is the central meridian, `scale` the scale on it.
    """

    key: str
    epsg: int
    label: Message
    datum: Datum
    meridian_deg: float | None = None
    scale: float | None = None

    @property
    def kind(self) -> SystemKind:
        """Degrees or metres."""
        return SystemKind.GEOGRAPHIC if self.meridian_deg is None else SystemKind.PROJECTED

    @property
    def x_label(self) -> str:
        """What `x` is, as a text for the translators' catalogue."""
        return N_("longitude") if self.kind is SystemKind.GEOGRAPHIC else N_("easting (E)")

    @property
    def y_label(self) -> str:
        """What `y` is, as a text for the translators' catalogue."""
        return N_("latitude") if self.kind is SystemKind.GEOGRAPHIC else N_("northing (N)")

    @property
    def pipeline(self) -> str:
        """The whole way from figures in this system to WGS 84 longitude, latitude in degrees, for PROJ.

        The height is held at 0 on both ellipsoids: positions here are plane.
        """
        steps = []
        if self.meridian_deg is None:
            steps.append("+proj=unitconvert +xy_in=deg +xy_out=rad")
        else:
            steps.append(
                f"+inv +proj=tmerc +lat_0=0 +lon_0={self.meridian_deg:g} +k={self.scale:g} "
                f"+x_0=500000 +y_0=0 +ellps={self.datum.ellipsoid}"
            )
        if self.datum.shifts:
            steps += [
                "+proj=push +v_3",
                f"+proj=cart +ellps={self.datum.ellipsoid}",
                *self.datum.shifts,
                "+inv +proj=cart +ellps=WGS84",
                "+proj=pop +v_3",
            ]
        steps.append("+proj=unitconvert +xy_in=rad +xy_out=deg")
        return " ".join(["+proj=pipeline", *(f"+step {step}" for step in steps)])


def _tm3(epsg: int, degrees: int, minutes: int) -> System:
    """A zone of VN-2000 / TM-3, keyed by its central meridian; scale 0.9999."""
    meridian = f"{degrees}°{minutes:02d}′"
    return System(
        key=f"vn2000-tm3-{degrees}-{minutes:02d}",
        epsg=epsg,
        label=Message(N_("VN-2000 / TM-3, central meridian %(meridian)s"), {"meridian": meridian}),
        datum=_VN_2000,
        meridian_deg=degrees + minutes / 60,
        scale=0.9999,
    )


_ALL = (
    System("wgs84", 4326, Message(N_("WGS 84, longitude and latitude")), _WGS_84),
    System("wgs84-utm48n", 32648, Message(N_("WGS 84 / UTM zone 48N")), _WGS_84, 105.0, 0.9996),
    System("vn2000", 4756, Message(N_("VN-2000, longitude and latitude")), _VN_2000),
    System("vn2000-utm48n", 3405, Message(N_("VN-2000 / UTM zone 48N")), _VN_2000, 105.0, 0.9996),
    _tm3(9208, 104, 45),  # Nghệ An; also An Giang, Lào Cai, Phú Thọ, Yên Bái
    _tm3(5896, 102, 0),  # "zone 481"
    _tm3(9205, 103, 0),
    _tm3(9206, 104, 0),
    _tm3(9207, 104, 30),
    _tm3(5897, 105, 0),  # "zone 482"
    _tm3(9209, 105, 30),
    _tm3(9210, 105, 45),
    _tm3(9211, 106, 0),
    _tm3(9212, 106, 15),
    _tm3(9213, 106, 30),
    _tm3(9214, 107, 0),
    _tm3(9215, 107, 15),
    _tm3(9216, 107, 30),
    _tm3(5899, 107, 45),
    _tm3(5898, 108, 0),  # "zone 491"
    _tm3(9217, 108, 15),
    _tm3(9218, 108, 30),
    System("lao1997", 4678, Message(N_("Lao 1997, longitude and latitude")), _LAO_1997),
    System("lao1993", 4677, Message(N_("Lao 1993, longitude and latitude")), _LAO_1993),
    System("vientiane1982", 4676, Message(N_("Vientiane 1982, longitude and latitude")), _VIENTIANE_1982),
)

SYSTEMS: Mapping[str, System] = MappingProxyType({system.key: system for system in _ALL})
"""Every system a position may be given in, by key, in the order in which they are offered."""

_HANOI_1972 = N_(
    "Hanoi 1972 is refused: its only published transformation is for Vũng Tàu, and none covers this border. "
    "Give the position in VN-2000 or WGS 84."
)
_INDIAN_1960 = N_(
    "Indian 1960 is refused: its published transformations are for the south and the sea, and none covers "
    "this border. Give the position in VN-2000 or WGS 84."
)
_INDIAN_1975 = N_(
    "Indian 1975 is refused: its published transformations are for Thailand, and none covers this border. "
    "Give the position in VN-2000 or WGS 84."
)
_NO_ZONE = N_(
    "VN-2000 / TM-3 needs its zone: name the central meridian, such as 104°45′ for Nghệ An (EPSG:9208)."
)

REFUSED: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("hanoi1972", "hanoi72", "hn1972", "hn72"), _HANOI_1972),
        "indian1960": _INDIAN_1960,
        "indian1975": _INDIAN_1975,
        "vn2000tm3": _NO_ZONE,
        "tm3": _NO_ZONE,
        **dict.fromkeys(("4147", "2044", "2045", "2093"), _HANOI_1972),
        **dict.fromkeys(("4131", "3148", "3149", "3176"), _INDIAN_1960),
        **dict.fromkeys(("4240", "24047", "24048"), _INDIAN_1975),
    }
)
"""Systems that are known and refused, by name (`_bare`) or EPSG code, with the sentence that says why.

PROJ would bring the first two to WGS 84 by a zero shift here (a "ballpark") without a word, hundreds of
metres off.
"""

_BY_EPSG = {str(system.epsg): system for system in _ALL}


def get_system(name: str) -> System:
    """The system with this key (`vn2000-tm3-104-45`) or EPSG code (`EPSG:9208`, `9208`).

    Raises `RefusedSystem` if positions in it cannot be brought to WGS 84 here, or the TM-3 zone is
    missing; `UnknownSystem` if nothing goes by that name.
    """
    key = name.strip().lower().replace("_", "-").removeprefix("epsg:")
    found = SYSTEMS.get(key) or _BY_EPSG.get(key)
    if found is not None:
        return found
    refused = REFUSED.get(_bare(key))
    if refused is not None:
        raise RefusedSystem(refused, field="system")
    raise UnknownSystem(
        N_("“%(system)s” is not a known coordinate system; give a key such as wgs84 or an EPSG code."),
        field="system",
        system=name,
    )


def _bare(name: str) -> str:
    """A name's letters and digits without marks, spaces and dashes: "Hà Nội 1972" is "hanoi1972"."""
    apart = unicodedata.normalize("NFKD", name)
    return "".join(sign for sign in apart if sign.isalnum() and not unicodedata.combining(sign))
