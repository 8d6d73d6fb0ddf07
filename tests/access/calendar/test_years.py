"""Years that are confirmed or not, and what is known of their holidays."""

from datetime import date, datetime, timedelta

from access.calendar import (
    Calendar,
    Days,
    DaysKind,
    doubted_days,
    opening_spans,
    unconfirmed_years,
    whole_year,
)
from access.holiday_facts import is_country, known_year
from access.statutory import statutory_periods
from tests.access.calendar.years import DAY, LONG_AGO, PLAIN, SATURDAY, WEEKDAYS, days, noon, on, open_days

CHINESE = Calendar("Asia/Shanghai", "CN")


def year(kind: DaysKind, number: int, recorded_at: datetime = LONG_AGO) -> Days:
    """Return a row that is about a whole year."""
    return Days(kind, *whole_year(number), recorded_at)


# -- years ---------------------------------------------------------------------------------


def test_an_unconfirmed_year_is_closed_seven_days_around_a_holiday_and_open_beyond() -> None:
    labour_day = date(2027, 5, 1)

    before = open_days(CHINESE, labour_day - 14 * DAY)
    after = open_days(CHINESE, labour_day + 7 * DAY)

    assert before[-1] == labour_day - 8 * DAY
    assert after[0] == date(2027, 5, 10)  # the holiday is 1 and 2 May, and 9 May a Sunday


def test_an_unconfirmed_year_closes_the_last_week_of_the_year_before() -> None:
    confirmed = on(CHINESE, year(DaysKind.CONFIRMED, 2026))
    both = on(CHINESE, year(DaysKind.CONFIRMED, 2026), year(DaysKind.CONFIRMED, 2027))

    assert open_days(confirmed, date(2026, 12, 23))[-1] == date(2026, 12, 24)
    assert date(2026, 12, 31) in open_days(both, date(2026, 12, 23))


def test_a_confirmed_year_opens_from_when_it_was_confirmed() -> None:
    monday = date(2026, 9, 21)
    confirmed_at = noon(monday) - timedelta(hours=2)
    calendar = on(CHINESE, year(DaysKind.CONFIRMED, 2026, confirmed_at))

    assert opening_spans(WEEKDAYS, calendar, noon(monday))[0].start == confirmed_at


def test_a_year_of_which_nothing_is_known_is_closed_until_it_is_prepared() -> None:
    british = Calendar("Asia/Shanghai", "GB")

    assert open_days(british, SATURDAY) == []
    assert date(2026, 6, 8) in open_days(on(british, year(DaysKind.PREPARED, 2026)), SATURDAY)


def test_a_holiday_late_in_an_unconfirmed_year_closes_the_first_days_of_the_next() -> None:
    british = Calendar("Asia/Shanghai", "GB")
    boxing_day = days(DaysKind.HOLIDAY, date(2026, 12, 28))
    years = [
        year(DaysKind.PREPARED, 2026),
        *(year(kind, 2027) for kind in (DaysKind.PREPARED, DaysKind.CONFIRMED)),
    ]

    assert open_days(on(british, boxing_day, *years), date(2027, 1, 1))[0] == date(2027, 1, 5)


def test_a_school_that_keeps_no_countrys_holidays_has_no_doubtful_days() -> None:
    assert date(2027, 5, 3) in open_days(PLAIN, date(2027, 5, 1))
    assert unconfirmed_years([], None, date(2027, 5, 1)) == []
    assert doubted_days(2027, None, []) == []


def test_an_unconfirmed_year_is_told_of_sixty_days_before() -> None:
    confirmed = [year(DaysKind.CONFIRMED, 2026)]

    assert unconfirmed_years(confirmed, "CN", date(2026, 11, 1)) == []
    assert unconfirmed_years(confirmed, "CN", date(2026, 11, 2)) == [2027]
    assert unconfirmed_years([], "CN", date(2026, 11, 2)) == [2026, 2027]


def test_the_doubtful_days_of_a_year_are_those_that_are_closed() -> None:
    stretches = doubted_days(2027, "CN", [])

    assert stretches[0] == (date(2026, 12, 25), date(2027, 1, 9))
    assert stretches[3] == (date(2027, 4, 24), date(2027, 5, 10))


# -- what is known -------------------------------------------------------------------------


def test_the_law_alone_gives_seven_holidays_in_any_year_as_the_library_has_them() -> None:
    import holidays

    for number in range(2025, 2100):
        by_law = statutory_periods("CN", number)
        assert by_law is not None
        listed = holidays.country_holidays("CN", years=[number], expand=False, language="en_US")

        plain = {
            day
            for day, name in listed.items()
            if not all("Day off" in one or "(observed)" in one for one in name.split("; "))
        }

        assert len(by_law) == 7
        assert {
            one.first + DAY * n for one in by_law for n in range((one.last - one.first).days + 1)
        } == plain


def test_a_year_whose_make_up_days_were_announced_is_known_with_them() -> None:
    known = known_year("CN", 2026)

    assert known.announced
    assert [(one.day, one.weekday) for one in known.make_up] == [
        (date(2026, 1, 4), 4),
        (date(2026, 2, 14), 4),
        (date(2026, 2, 28), 0),
        (date(2026, 5, 9), 1),
        (date(2026, 9, 20), 1),
        (date(2026, 10, 10), 2),
    ]
    # As the State Council announced them on 2025-11-04.
    assert [(one.name, one.first, one.last) for one in known.periods] == [
        ("元旦", date(2026, 1, 1), date(2026, 1, 3)),
        ("春节", date(2026, 2, 15), date(2026, 2, 23)),
        ("清明节", date(2026, 4, 4), date(2026, 4, 6)),
        ("劳动节", date(2026, 5, 1), date(2026, 5, 5)),
        ("端午节", date(2026, 6, 19), date(2026, 6, 21)),
        ("中秋节", date(2026, 9, 25), date(2026, 9, 27)),
        ("国庆节", date(2026, 10, 1), date(2026, 10, 7)),
    ]


def test_a_year_of_which_the_library_knows_no_make_up_days_is_not_taken_as_announced() -> None:
    known = known_year("CN", 2098)

    assert not known.announced
    assert known.make_up == ()
    assert known.periods == statutory_periods("CN", 2098)


def test_another_countrys_holidays_are_known_by_its_two_letters() -> None:
    assert is_country("GB")
    assert not is_country("GBR")
    assert not is_country("XX")
    assert date(2026, 12, 25) in {one.first for one in known_year("GB", 2026).periods}
    assert statutory_periods("GB", 2026) is None
    assert statutory_periods("CN", 2100) is None
