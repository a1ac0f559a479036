"""Numbers and dates as people write them: 44927 is a day, 0.125 may be 12.5 %."""

import datetime
import math
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from qa.readers.sheet import Value

# What the formats of these numbers are when a workbook does not say: ECMA-376 part 1, 18.8.30.
BUILT_IN = (
    {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ?/?"}
    | {14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM"}
    | {20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm", 37: "#,##0", 38: "#,##0", 39: "#,##0.00"}
    | {40: "#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0"}
    | dict.fromkeys((*range(27, 37), *range(50, 59)), "yyyy-mm-dd")
)
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_MOST_DAYS = 2_958_466  # 10000-01-01
_LONG = 1e21
_EXACT = 1e15
# A number with more decimals was computed, not typed.
_TYPED_PLACES = 6
_COMPUTED_DIGITS = 10
# A quoted text, an escaped sign, a filling, a space as wide as a sign, or a part in brackets.
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\*.|_.?|\[\$([^-\]]*)[^\]]*\]|\[[^\]]*\]')


@dataclass(frozen=True)
class Format:
    """What a number format says beside the digits."""

    before: str = ""
    after: str = ""
    decimals: int | None = None
    """Digits that are shown after the point; None: as many as there are."""
    percent: bool = False
    date: str = ""
    """The letters of a date (of d, m, y, h, s), "" for a number, "e" for elapsed time."""


_GENERAL = Format()


@lru_cache(maxsize=1000)
def parse_format(code: str) -> Format:
    """The first section of a number format, such as `"$"#,##0.00;[Red]-0`."""
    if code.strip().lower() in ("", "general", "@", "standard"):
        return _GENERAL
    if re.search(r"\[(h+|m+|s+)\]", code, re.IGNORECASE):
        return Format(date="e")
    bare = _LITERAL.sub("", code).partition(";")[0].lower().replace("am/pm", "h").replace("a/p", "h")
    if not set(bare) & set("0#?") and (letters := set(bare) & set("dmyhsge")):
        return Format(date="".join(sorted(letters)))
    section = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', code)[0]
    shown = _LITERAL.sub(lambda found: found[1] or found[2] or found[3] or "", section)
    found = re.search(r"[0#?](?:[0#?,./]|\s(?=[0#?])|E[+-])*", shown)
    if found is None:
        return _GENERAL
    fraction = re.search(r"\.([0#?]+)", found[0])
    before, after = shown[: found.start()].strip(" -("), shown[found.end() :].strip(" )")
    plain = "/" not in found[0] and "E" not in found[0]
    percent = "%" in after
    decimals = (len(fraction[1].rstrip("#?")) if fraction else 0) if plain else None
    return Format(before, after.replace("%", "").strip(), decimals, percent)


def number(value: float, form: Format = _GENERAL) -> Value:
    """`value` in digits, with at least the decimals that its format shows.

    What was typed is never rounded; what was computed is, to those decimals, or to 10 digits without a format.
    """
    if form is _GENERAL and abs(value) < _EXACT and value % 1 == 0:
        return Value(int(value))
    if not math.isfinite(value) or abs(value) >= _LONG:
        return Value(f"{value:g}")
    scale = 2 if form.percent else 0
    text = _digits(abs(value) * 10**scale, form.decimals, _TYPED_PLACES - scale)
    if form is _GENERAL:
        return Value(text if value >= 0 else "-" + text)
    sign = "-" if value < 0 and text.strip("0.") else ""
    before = form.before + " " * form.before[-1:].isalpha()
    after = " " + form.after if form.after else ""
    return Value(f"{sign}{before}{text}{'%' * form.percent}{after}")


def _digits(value: float, decimals: int | None, typed: int) -> str:
    text = f"{value:.15g}"
    if "e" in text:
        text = f"{Decimal(text):f}"
    whole, _, fraction = text.partition(".")
    if len(fraction) > typed:
        shown = decimals if decimals is not None else max(0, _COMPUTED_DIGITS - len(whole.lstrip("0")))
        if decimals is None and whole == "0":
            shown += len(fraction) - len(fraction.lstrip("0"))
        whole, _, fraction = f"{Decimal(text):.{shown}f}".partition(".")
        fraction = fraction.rstrip("0")
    fraction = fraction.ljust(decimals or 0, "0")
    return f"{whole}.{fraction}" if fraction else whole


def serial_date(value: float, form: Format, from_1904: bool = False) -> Value:
    """The day and time that a workbook counts as `value` days."""
    if form.date == "e":
        return elapsed(datetime.timedelta(days=value)) if abs(value) < _MOST_DAYS else number(value)
    days = value + (1462 if from_1904 else 0)
    if not 0 <= days < _MOST_DAYS:
        return number(value)
    if 0 < days < 60 and not from_1904:
        days += 1  # the workbook counts a 29th of February 1900
    letters = set(form.date)
    seconds = round(days * 86400) if letters & set("hs") else int(days) * 86400
    moment = datetime.datetime(1899, 12, 30) + datetime.timedelta(seconds=seconds)
    if not letters & set("dmyg") or (value < 1 and "h" in letters):
        return date(moment.time())
    if not letters & set("hs"):
        if "d" not in letters and {"m", "y"} <= letters:
            return Value(f"{_MONTHS[moment.month - 1]} {moment.year}")
        return date(moment.date()) if letters & set("dm") else Value(moment.year)
    return date(moment)


def date(value: datetime.datetime | datetime.date | datetime.time) -> Value:
    """2024-03-01, 2024-03-01 14:30 or 14:30; seconds where there are any."""
    if isinstance(value, datetime.datetime):
        value = value.replace(microsecond=0)
        if value.time() == datetime.time():
            return Value(value.date().isoformat())
        return Value(value.isoformat(" ", "seconds" if value.second else "minutes"))
    if isinstance(value, datetime.time):
        return Value(value.replace(microsecond=0).isoformat("seconds" if value.second else "minutes"))
    return Value(value.isoformat())


def elapsed(value: datetime.timedelta) -> Value:
    """26:15 or 26:15:07."""
    seconds = round(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    text = f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}"
    return Value(f"{text}:{seconds % 60:02}" if seconds % 60 else text)


def cell(value: object, form: Format | None = None) -> str:
    """A value of Python (of a spreadsheet library) as people write it; `form` is that of a number."""
    if isinstance(value, bool):
        return Value(str(value).upper())
    if isinstance(value, int | float):
        return number(value, form or _GENERAL)
    if isinstance(value, datetime.timedelta):
        return elapsed(value)
    if isinstance(value, datetime.date | datetime.time):
        return date(value)
    return str(value).strip()
