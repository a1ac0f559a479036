"""Writing systems: where sentences, clauses and words end, which characters stay together, how dense they are.

The patterns are for the standard library's `re` and hold no capturing group.
"""

import re

import regex

PARAGRAPH = r"\n\s*\n"
LINE = r"\n"

_CLOSING = "\"'”’»›“‘)\\]}」』）】》〉〕〗〙〛］｝"
_OPENING = '"“”„‘«‹(•¿¡「『（【《〈〔—–'
# Everything beyond Latin, Cyrillic and Greek, where one sign before a full stop tells no abbreviation from a word:
# vowel signs and marks among them, which are no letters to `re`. Vietnamese and old Greek letters are not.
_OTHER_SIGN = r"[\u0300-\u036f\u0530-\u1dff\u2c80-\u2dff\u3040-\ud7ff\U00010000-\U000e0fff]"
# Full stops that are nothing else: 。 ؟ ۔ । ॥ ။ ។ ። ։, what Unicode calls the same in other living scripts, and
# the Tibetan ones. Above U+FFFF they would make every search ten times slower.
_STOPS = "".join(
    regex.findall(
        r"[\p{Sentence_Terminal}\u0f0d-\u0f11--\u2024\uff0e]", "".join(map(chr, range(0x80, 0x10000))), regex.V1
    )
)
_STOP = rf"[{_STOPS}]*[{_CLOSING}]*\s*(?:[{_STOPS}]+[{_CLOSING}]*\s*)*"
# Not after "U.S." or "Item 15.", nor inside the row of a table: the sentence ends with a word or a year, and a
# capital follows.
_SURE = r"[^\W\d_A-ZА-Я]{2}", r"\d{4}", rf"[%{_CLOSING}]", _OTHER_SIGN
_AFTER_SURE = "|".join(rf"(?<={before}[.!?…])" for before in _SURE)
_CAPITAL = rf"(?:[^\W\d_a-zß-öø-ÿа-џά-ώ]|[{_OPENING}])"
# Each alternative looks back at the sign that was found first, which `re` seeks fast. Greek asks with what looks
# like a semicolon, Armenian often ends with what looks like a colon; wide digits have a wide decimal point, and
# two word spaces are an Ethiopic full stop.
SURE_SENTENCE = (
    rf"[.!?…;:\u037e．፡{_STOPS}](?:"
    rf"(?:{_AFTER_SURE})[{_CLOSING}]*\s+(?={_CAPITAL})|(?<=[{_STOPS}]){_STOP}"
    rf"|(?:(?<=[\u0370-\u03ff\u1f00-\u1fff][;\u037e])|(?<=[\u0561-\u0587]:))[{_CLOSING}]*\s+"
    rf"|(?<=．)(?!\d)[{_CLOSING}]*\s*|(?<=፡፡)\s*)"
)
SENTENCE = rf"[.!?…][{_CLOSING}]*\s+"
ENDED_SENTENCE = rf"(?:[.!?…:\u037e{_STOPS}][{_CLOSING}]*|\n)\s*$"
CLAUSE = r"[,;:–—،؛፣፤၊៖᠂·]\s+|[，；：、､]"
# Thai, Khmer and Burmese put spaces between phrases, Khmer and Burmese an empty one between words; Tibetan ends
# each syllable with a dot, old Ethiopic writes a colon between words.
WORD = r"[\s\u200b]+|[\u0f0b\u1361]"

_CASED = "a-zß-öø-ÿа-џά-ώա-և"
_CASELESS = r"\u05d0-\u074a\u0904-\u1316\u1780-\u17b3\u3041-\u9fff\uac00-\ud7a3"
# A line that goes on in the next: a small letter on both sides; where letters have no size, too long for an item.
BROKEN_LINE = re.compile(
    rf"\n(?:(?<=[{_CASED},]\n)(?=[{_CASED}])|(?<=[^\n]{{20}}[{_CASELESS},،，、]\n)(?=[{_CASELESS}]))"
)

_CLUSTER = regex.compile(r"\X")
_FLAG_LETTERS = ("\U0001f1e6", "\U0001f1ff")
# Looked at before a cut; what is found in its first half may be the middle of a cluster, not its start.
_CONTEXT = 48

# Tokens for a character in the English models, measured on the Universal Declaration of Human Rights: 0.2 for
# English, 0.35 German, 0.83-0.85 Russian, Greek, Arabic and Hebrew, 1.0 Chinese and Japanese, 1.4 Korean with its
# spaces, whose syllables they take apart.
_DENSE = (
    (re.compile(r"[\u0370-\u052f\u0590-\u06ff\u0900-\u09ff]+"), 0.84),
    (re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]+"), 1.0),
    (re.compile(r"[\u1100-\u11ff\uac00-\ud7a3]+"), 1.9),
)
_PLAIN = 0.2
# Of the 512 that the models see; the rest is for the headings of a passage.
_SEEN_TOKENS = 430


def whole_cut(text: str, start: int, cut: int, limit: int) -> int:
    """The place nearest to `cut` that parts no character cluster (Unicode's extended ones, UAX #29), in
    `start + 1 … limit`: the last one not after `cut`, else the first one after it, else `cut` itself.

    A cluster begins at `start`.
    """
    pair = text[cut - 1 : cut + 1]
    if cut >= len(text) or (pair.isascii() and pair != "\r\n"):
        return cut
    context = max(start, cut - _CONTEXT)
    while context > start and _FLAG_LETTERS[0] <= text[context] <= _FLAG_LETTERS[1]:
        context -= 1
    before, after = _around(text, context, cut, limit)
    if before < context + _CONTEXT // 2:
        before, after = _around(text, start, cut, limit)
    if before > start:
        return before
    return after if after <= limit else cut


def _around(text: str, start: int, cut: int, limit: int) -> tuple[int, int]:
    """The bounds of clusters at or before `cut`, and at or after it, counted on from `start`."""
    # Without what is far away: a run of flags or marks is looked at to its ends, however long.
    near = text[start : limit + 1]
    before = after = 0
    while after < cut - start:
        before = after
        after = _CLUSTER.match(near, after).end()
    return start + (after if after == cut - start else before), start + after


def seen_characters(text: str) -> int:
    """About how many characters of such a text the English models see of a passage, from 226 (Korean) to 2150."""
    if len(text.encode("utf-8", "replace")) <= 1.3 * len(text):
        return int(_SEEN_TOKENS / _PLAIN)
    dense = [(sum(map(len, pattern.findall(text))), tokens) for pattern, tokens in _DENSE]
    plain = len(text) - sum(count for count, _ in dense)
    return int(_SEEN_TOKENS * len(text) / (_PLAIN * plain + sum(count * tokens for count, tokens in dense)))
