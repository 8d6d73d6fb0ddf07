"""On which days the law gives a year's holidays, for the countries whose rules stand here.

Pure, and in the way of every decision, so no library is asked: a table of the festivals that
follow the moon, and rules for the rest. What the State Council moves around them each
autumn, days off and make-up workdays, nobody can derive; that is for the school's own records.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

CHINA = "CN"
#: Zones whose clocks are China's: a school there keeps China's holidays unless it says otherwise.
CHINESE_ZONES = frozenset(
    {"Asia/Shanghai", "Asia/Urumqi", "Asia/Chongqing", "Asia/Chungking", "Asia/Harbin", "Asia/Kashgar", "PRC"}
)


@dataclass(frozen=True, slots=True)
class Period:
    """The days from *first* to *last*, both of them."""

    name: str
    first: date
    last: date


@lru_cache(maxsize=256)
def statutory_periods(country: str, year: int) -> tuple[Period, ...] | None:
    """Return the holidays that the law gives in *year*; None where that is not known here.

    Source:
        The State Council's rules on public holidays, as of 2025-01-01, article 2.
    """
    if country != CHINA or year not in _BY_THE_MOON:
        return None
    spring, boats, moon = (date.fromisoformat(f"{year}-{day}") for day in _BY_THE_MOON[year].split())
    clear_and_bright = date(year, 4, _clear_and_bright(year))
    return (
        Period("元旦", date(year, 1, 1), date(year, 1, 1)),
        Period("春节", spring - timedelta(days=1), spring + timedelta(days=2)),
        Period("清明节", clear_and_bright, clear_and_bright),
        Period("劳动节", date(year, 5, 1), date(year, 5, 2)),
        Period("端午节", boats, boats),
        Period("中秋节", moon, moon),
        Period("国庆节", date(year, 10, 1), date(year, 10, 3)),
    )


def _clear_and_bright(year: int) -> int:
    """Return the day of April on which the sun stands at 15 degrees; from 2000 to 2099."""
    century = year % 100
    return int(century * 0.2422 + 4.81) - century // 4


#: Spring Festival, Dragon Boat and Mid-Autumn; from 2025, when the present rules began.
_BY_THE_MOON = {
    2025: "01-29 05-31 10-06",
    2026: "02-17 06-19 09-25",
    2027: "02-06 06-09 09-15",
    2028: "01-26 05-28 10-03",
    2029: "02-13 06-16 09-22",
    2030: "02-03 06-05 09-12",
    2031: "01-23 06-24 10-01",
    2032: "02-11 06-12 09-19",
    2033: "01-31 06-01 09-08",
    2034: "02-19 06-20 09-27",
    2035: "02-08 06-10 09-16",
    2036: "01-28 05-30 10-04",
    2037: "02-15 06-18 09-24",
    2038: "02-04 06-07 09-13",
    2039: "01-24 05-27 10-02",
    2040: "02-12 06-14 09-20",
    2041: "02-01 06-03 09-10",
    2042: "01-22 06-22 09-28",
    2043: "02-10 06-11 09-17",
    2044: "01-30 05-31 10-05",
    2045: "02-17 06-19 09-25",
    2046: "02-06 06-08 09-15",
    2047: "01-26 05-29 10-04",
    2048: "02-14 06-15 09-22",
    2049: "02-02 06-04 09-11",
    2050: "01-23 06-23 09-30",
    2051: "02-11 06-13 09-19",
    2052: "02-01 06-01 09-07",
    2053: "02-19 06-20 09-26",
    2054: "02-08 06-10 09-16",
    2055: "01-28 05-30 10-05",
    2056: "02-15 06-17 09-24",
    2057: "02-04 06-06 09-13",
    2058: "01-24 06-25 10-02",
    2059: "02-12 06-14 09-21",
    2060: "02-02 06-03 09-09",
    2061: "01-21 06-22 09-28",
    2062: "02-09 06-11 09-17",
    2063: "01-29 06-01 10-06",
    2064: "02-17 06-19 09-25",
    2065: "02-05 06-08 09-15",
    2066: "01-26 05-28 10-03",
    2067: "02-14 06-16 09-23",
    2068: "02-03 06-04 09-11",
    2069: "01-23 06-23 09-29",
    2070: "02-11 06-13 09-19",
    2071: "01-31 06-02 09-08",
    2072: "02-19 06-20 09-26",
    2073: "02-07 06-10 09-16",
    2074: "01-27 05-30 10-05",
    2075: "02-15 06-17 09-24",
    2076: "02-05 06-06 09-12",
    2077: "01-24 06-24 10-01",
    2078: "02-12 06-14 09-20",
    2079: "02-02 06-04 09-10",
    2080: "01-22 06-22 09-28",
    2081: "02-09 06-11 09-17",
    2082: "01-29 06-01 10-06",
    2083: "02-17 06-19 09-26",
    2084: "02-06 06-07 09-14",
    2085: "01-26 05-27 10-03",
    2086: "02-14 06-15 09-22",
    2087: "02-03 06-05 09-11",
    2088: "01-24 06-23 09-29",
    2089: "02-10 06-13 09-18",
    2090: "01-30 06-02 09-08",
    2091: "02-18 06-21 09-27",
    2092: "02-07 06-09 09-16",
    2093: "01-27 05-29 10-05",
    2094: "02-15 06-17 09-24",
    2095: "02-05 06-06 09-13",
    2096: "01-25 06-24 09-30",
    2097: "02-12 06-14 09-20",
    2098: "02-01 06-04 09-09",
    2099: "01-21 06-23 09-29",
}
