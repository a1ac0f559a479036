"""Which digits make one number: ranges, thousands apart, whole numbers with a fraction."""

import re
from collections.abc import Sequence
from decimal import Decimal

from qa.facts.numerals import Amount, readings
from qa.facts.tokens import Token


def pieces(numeral: str) -> list[list[str]]:
    """The numbers of "18–20" or "12,14,15"; of "1914–18" and "2019/20" also the second year in full."""
    parts = re.split(r"[-–/:]", numeral)
    pieces = [piece for part in parts for piece in ([part] if readings(part) else re.split(r"\D", part)) if piece]
    if len(parts) == 2 and len(parts[0]) == 4 and len(parts[1]) == 2 and parts[0].isdigit() and parts[1].isdigit():
        return [pieces, [parts[0], parts[0][:2] + parts[1]]]
    return [pieces]


def grouped(found: Sequence[Token], at: int) -> tuple[str, int] | None:
    """Digits in threes with one space between, "1 234,5", and how many tokens they take."""
    if not re.fullmatch(r"\d{1,3}", found[at].text):
        return None
    end = at + 1
    while end < len(found) and end - at < 7 and _continues(found[end - 1], found[end]):
        end += 1
        if not found[end - 1].text.isdigit():
            break
    return (" ".join(token.text for token in found[at:end]), end - at) if end > at + 1 else None


def _continues(before: Token, after: Token) -> bool:
    return (
        after.kind == "numeral"
        and after.start == before.end + 1
        and before.text.isdigit()
        and re.fullmatch(r"\d{3}(?:[.,]\d{1,4})?", after.text) is not None
    )


def mixed(found: Sequence[Token], at: int) -> Amount | None:
    """A whole number and a fraction, "2 1/2"."""
    after = found[at + 1] if at + 1 < len(found) else None
    if after is None or not re.fullmatch(r"\d{1,2}/\d{1,2}", after.text) or not found[at].text.isdigit():
        return None
    fraction = readings(after.text)
    whole = Decimal(found[at].text) if len(found[at].text) < 6 else None
    if not fraction or whole is None or after.start != found[at].end + 1 or fraction[0].value >= 1:
        return None
    return Amount(whole + fraction[0].value, Decimal(0))
