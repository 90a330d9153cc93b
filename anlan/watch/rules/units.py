"""Units of what sensors say (计量单位): UCUM codes, and what turns into what."""

from typing import NamedTuple


class Unit(NamedTuple):
    """What is measured, how many of its base this unit is, and how people write it."""

    dimension: str
    factor: float
    label: str


UNITS = {
    "m": Unit("length", 1.0, "米"),
    "cm": Unit("length", 0.01, "厘米"),
    "mm": Unit("length", 0.001, "毫米"),
    "km": Unit("length", 1000.0, "千米"),
    "[ft_i]": Unit("length", 0.3048, "英尺"),
    "mm/h": Unit("speed", 0.001 / 3600, "毫米/小时"),
    "mm/d": Unit("speed", 0.001 / 86400, "毫米/天"),
    "m/h": Unit("speed", 1 / 3600, "米/小时"),
    "m/s": Unit("speed", 1.0, "米/秒"),
    "m3/s": Unit("flow", 1.0, "立方米/秒"),
    "[ft_i]3/s": Unit("flow", 0.3048**3, "立方英尺/秒"),
    "m3": Unit("volume", 1.0, "立方米"),
    "10*4.m3": Unit("volume", 1e4, "万立方米"),
    "10*8.m3": Unit("volume", 1e8, "亿立方米"),
    "kg/m3": Unit("density", 1.0, "千克/立方米"),
    "%": Unit("ratio", 1.0, "%"),
    "%[LEL]": Unit("explosive", 1.0, "%LEL"),
    "[ppm]": Unit("parts", 1.0, "ppm"),
    "Cel": Unit("temperature", 1.0, "℃"),
    "deg": Unit("angle", 1.0, "度"),
    "hPa": Unit("pressure", 100.0, "百帕"),
    "kPa": Unit("pressure", 1000.0, "千帕"),
    "MPa": Unit("pressure", 1e6, "兆帕"),
    "1": Unit("count", 1.0, ""),
    "s": Unit("time", 1.0, "秒"),
    "min": Unit("time", 60.0, "分钟"),
    "h": Unit("time", 3600.0, "小时"),
    "d": Unit("time", 86400.0, "天"),
}


def factor(given: str, wanted: str) -> float | None:
    """What a value in `given` is multiplied with to be in `wanted`; None where they clash."""
    if given == wanted:
        return 1.0
    one, other = UNITS.get(given), UNITS.get(wanted)
    if one is None or other is None or one.dimension != other.dimension:
        return None
    ratio = one.factor / other.factor
    return round(ratio) if abs(ratio - round(ratio)) < 1e-9 else ratio


def label_of(unit: str) -> str:
    """How people write it; an unknown one as it stands."""
    return UNITS[unit].label if unit in UNITS else unit
