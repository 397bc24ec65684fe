"""Which days a Swedish municipality's office works: no weekends, public holidays or the eves that are free."""

from datetime import date, timedelta

# New Year, Epiphany, 1 May, National Day, and Christmas and New Year with their eves.
_FIXED = {(1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31)}
_FROM_EASTER = (-2, 0, 1, 39)  # Good Friday, Easter Sunday and Monday, Ascension Day


def is_working_day(day: date) -> bool:
    """Monday to Friday and no holiday."""
    if day.weekday() >= 5 or (day.month, day.day) in _FIXED:
        return False
    is_midsummer_eve = day.month == 6 and 19 <= day.day <= 25 and day.weekday() == 4
    return not is_midsummer_eve and day not in {easter(day.year) + timedelta(days=days) for days in _FROM_EASTER}


def next_working_day(day: date) -> date:
    """The first working day after it."""
    while True:
        day += timedelta(days=1)
        if is_working_day(day):
            return day


def easter(year: int) -> date:
    """Easter Sunday, by the anonymous Gregorian computus."""
    golden, century = year % 19, year // 100
    moon = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    moon -= (moon // 28) * (1 - (29 // (moon + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    offset = moon - weekday
    month = 3 + (offset + 40) // 44
    return date(year, month, offset + 28 - 31 * (month // 4))
