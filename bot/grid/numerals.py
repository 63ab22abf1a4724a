"""Numbers as people write and dictate them: 12, １２, 十二, 五零一, and 1l for 11."""

import re

_DIGITS = {
    c: d
    for d, chars in enumerate(("零〇○", "一壹幺", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"))
    for c in chars
}
_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | str.maketrans(
    "\u3000‐‑‒–—―−＿号號樓棟單層戶間門東",
    " --------号号楼栋单层户间门东",
)
_SMALL = re.compile("[零一二两三四五六七八九十]+")
_WRITTEN = re.compile(r"\d{1,4}")
_UPPER = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_LOOKS_LIKE_ONE = re.compile(r"(?<=\d)[lI](?=[\d栋幢座号单室楼])")
_LOOKS_LIKE_NOUGHT = re.compile(r"(?<=\d)[oO](?=[\d栋幢座号单室楼])")


def normalise(text: str) -> str:
    """The text with half-width signs, capital letters and today's characters. Its length stays, so offsets hold."""
    text = text.translate(_FOLD)
    text = _LOOKS_LIKE_NOUGHT.sub("0", _LOOKS_LIKE_ONE.sub("1", text))
    return text.translate(_UPPER)


def number(words: str) -> str:
    """A number in arabic digits: "十二" → "12", "五零一" → "501", "03" → "3". Empty for "二三", which means about."""
    if words.isascii():
        return words.lstrip("0") or words
    if set(words) & set("十拾百廿卅"):
        total, digit = 0, 0
        for char in words:
            if char in "廿卅":
                total += 20 if char == "廿" else 30
            elif char in "十拾":
                total, digit = total + (digit or 1) * 10, 0
            elif char == "百":
                total, digit = total + (digit or 1) * 100, 0
            else:
                digit = _DIGITS[char]
        return str(total + digit)
    if len(words) == 2 and not set(words) & set("零〇○幺"):  # noqa: PLR2004 (two digits side by side)
        return ""
    return "".join(str(_DIGITS[char]) for char in words)


def plain(words: str) -> str:
    """Words that are a small Chinese number and nothing else, in arabic digits; all others as they are: 十二 → 12."""
    return number(words) or words if _SMALL.fullmatch(words) else words


def first(text: str) -> int | None:
    """The first number that somebody wrote, in digits or else in Chinese: 3份, 两份, 十二家. None for 两三份 and for none."""
    found = _WRITTEN.search(text) or _SMALL.search(text)
    said = plain(found[0]) if found is not None else ""
    return int(said) if said.isdecimal() else None


def code(words: str) -> str:
    """The name of a building such as "十二", "B" or "B-12" in its plain form: "12", "B", "B12"."""
    chinese = all(char in _DIGITS or char in "十拾百廿卅" for char in words)
    return number(words) if chinese or words.isdigit() else words.replace("-", "") if words[0].isalpha() else words


def is_spoken(words: str) -> bool:
    """Whether a number is written in Chinese."""
    return words[0] in _DIGITS or words[0] in "廿卅"
