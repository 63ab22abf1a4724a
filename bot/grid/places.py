"""How people write a place: building, unit, floor and room out of plain words.

    3号楼2单元501   三栋二单元   3-2-501   7-6-1046   3#楼2单元   B座1201   一号楼东单元3楼西户   门面房12号

The text is cut into tokens, tokens that stand side by side form a chain, and the chain that says most is taken. Many
tokens mean a place only beside others: "3号" is a building before "2单元" or after "家属院", a day of the month
elsewhere; "501" is a room only behind a building, unit or floor.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from bot.grid.numerals import code, is_spoken, normalise, number

__all__ = ["Parts", "normalise", "number", "parse"]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a text says of a building, unit, floor and room, each without its suffix and empty where it says nothing.

    Digits are arabic, letters capital: "三栋" is building "3", "B座" is "B", "北楼" stays "北楼", "一层" is floor "1",
    "负一楼" is "-1", "东户", "地下车库" and "门面12" stay as rooms. `area` is the part of a compound that numbers its
    buildings itself, "A" of A区12栋 and "1" of 一期3号楼, and `group` the number of a group of villagers, which only the
    name of a village before it tells from any other group. `spans` are the (start, end) offsets in the text it came from.
    """

    building: str = ""
    unit: str = ""
    floor: str = ""
    room: str = ""
    spans: tuple[tuple[int, int], ...] = ()
    area: str = ""
    group: str = ""

    def __bool__(self) -> bool:
        """Whether the text says anything at all."""
        return bool(self.building or self.unit or self.floor or self.room)


_NUM = r"(?:\d{1,4}|[零〇一二三四五六七八九十百廿卅两壹贰叁肆伍陆柒捌玖拾]{1,4})"
_CODE = rf"(?:[甲乙丙丁]\d{{1,3}}|[A-Z]-?\d{{1,3}}[A-Z]?|\d{{1,4}}-\d{{1,3}}|\d{{1,4}}[A-Z]|{_NUM}|[A-Z])"
_CELL = r"[A-Z]{0,2}\d{1,5}[A-Z]?"
_DASH = r"(?:[-_~/]+|(?<=\d)一(?=\d))"
_NOT_INSIDE = r"(?<![A-Z\d.:])(?<![A-Z\d.:][-~/])"
# A number before one of these counts or dates something; it does not name a room.
_NO_MEASURE = r"(?![\d.:%/]|[-~]\d|[A-Z]|\s*(?:年|月|日|天|个|人|次|元|块|米|万|千|百|多|点|度|岁|分|秒|平|套|余|名|张|户|家|亩|吨|斤|℃|小时|公里|级))"
_TOKEN = re.compile(
    rf"""
    {_NOT_INSIDE}(?P<dash>[A-Z]?\d{{1,4}}[A-Z]?(?:{_DASH}[A-Z]{{0,2}}\d{{1,5}}[A-Z]?){{1,3}}){_NO_MEASURE}
        (?P<dash_end>号楼|栋|幢|座|单元|楼(?![道梯宇栋市盘房])|层|室|号|房)?
  | {_NOT_INSIDE}(?P<mixed>\d{{1,2}}[A-Z]|[A-Z]-?)(?P<mixed_room>\d{{3,5}})(?P<mixed_end>[室号]?)(?![A-Z\d楼栋幢座-])
  | {_NOT_INSIDE}第?(?P<building>{_CODE})(?P<building_end>号楼|\#楼|号栋|号幢|栋楼|幢楼|栋|幢|座|\#|撞(?=\d)|铜(?=\d)|排(?=\d))
  | (?P<side>[东西南北前后])楼(?=[\d一二三四五六七八九十东西中]+(?:单元|楼|层|户|室)|[东西中甲乙丙丁]单元)
  | 第?(?P<unit>[东西南北中]?{_NUM}|[甲乙丙丁]|{_NOT_INSIDE}[A-Z]|{_NOT_INSIDE}\d[A-Z]|[东西中])(?:单元|单园|单员|单源|单无|单原|丹元|但元|门洞|[单梯](?=\d{{3}})|(?P<gate>门(?![面口卫店岗诊禁厅票])))
  | {_NOT_INSIDE}(?P<floor>(?:负|地下|-)?{_NUM}|\d{{1,3}}[A-Z]|底|顶)(?P<floor_end>楼(?![道梯宇栋市盘房])|层|搂|漏(?=[东西南北中])|F(?![A-Z\d]))
  | {_NOT_INSIDE}(?P<room>{_CELL}|{_NUM})(?P<room_end>号门面房?|号商铺|号店面|号?房间?|室|户)
  | (?P<shop>(?:门面房?|商铺|店面)(?P<shop_number>\d{{1,4}})号?|门面房?|商铺)
  | (?P<below>地下车库|地下停车场|地下室|地库)
  | (?P<door>[东西南北中]{{1,2}}[一二三四]?)户
  | {_NOT_INSIDE}(?P<hao>[A-Z]?\d{{1,4}}|{_NUM})号(?![门电线院地令文码公铺台机井车坑桥])
  | {_NOT_INSIDE}(?P<bare>[A-Z]{{1,2}}-?\d{{1,5}}[A-Z]?|\d{{1,5}}[A-Z]?|[零〇幺一二三四五六七八九]{{3,4}}){_NO_MEASURE}
    """,
    re.VERBOSE | re.ASCII,
)
_LOOSE = re.compile(
    r"(?<=[\dA-Z一二三四五六七八九十])[ \t]+(?=号|[栋幢座楼层室户]|单元)|(?<=号)[ \t]+(?=楼)|(?<=第)[ \t]+(?=[\d一二三四五六七八九十])"
)
_BETWEEN = re.compile(r"[\s,，、·._~/-]*[东西南北]?")
_ROAD = re.compile(r"[路街巷弄道](?:[东西南北中一二三四]段)?$")
_SETTLED = re.compile(
    r"(?:小区|花园|家园|公寓|大厦|大楼|中心|国际|世家|名都|新城|小镇|[苑园村庄寨湾里坊府邸城区墅院邨营屯厦寓居庭轩阁郡岸期场馆厂港都组队阳江家楼])[东西南北]?[侧区内]?[\s_]*$"
)
_COUNTED = re.compile(r"(?:[这那共有建盖为约近达余各每几多另唯一成将]|层|拆除|规划|划为)$")
_STOREYS = re.compile(r"(?:\s*[高住商楼建以级次面出叠左房小电梯级]|的(?:高|楼|房|住))")
_STALLS = re.compile(r"(?:市场|商场|商城|广场|大厦|大楼|商务楼|酒店|商厦)(?:[A-Z\d一二三四五六七八九]区)?$")
_END = re.compile(r"[\s,，。.!！)）]*(?:\(?电联.*|[东西南北]{0,2})[\s)）]*$")
_CLAUSES = re.compile(r"[,，。！？；!?;\n]\s*\S")
_BRIEF = 45
# What stands before a sum, a date or a telephone number rather than before a house: 欠费300, 定在3号, 打12345.
_SAID = re.compile(r"[了是为有共到要给花费价约第月在定于从等周这那打拨过才被交元号梯:\s]$")
_HOTLINES = {"110", "114", "119", "120", "122", "12315", "12319", "12329", "12333", "12345", "12369", "12393"}
_DATED = re.compile(r"\s*(?:[上中下]午|早|晚|凌晨|之?[前后]|停|开始|至|到|起|,?就|左右)")
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_AREA = re.compile(r"(?<![\dA-Z])([A-Z]|\d{1,2}|[一二三四五六七八九十]|[东西南北中])[区期]$")
_STALL_ROW = 10
_ROOM_ALONE = 2  # the weight of a room and nothing else
_SHORT = 2  # A number of at most two digits is a unit or building; longer ones are rooms.


def parse(text: str, *, anchor: int | None = None) -> Parts:
    """The building, unit, floor and room a text speaks of: the fullest chain of them, the first of several.

    `anchor` is where the name of a known place ends: what follows it there is trusted, as behind "小区".
    """
    plain = normalise(text)
    kept = [here for here in range(len(plain)) if here not in loose] if (loose := _loose(plain)) else None
    if kept is not None:  # 3 号楼 2 单元, as keyboards space it, is read without the spaces and told with them.
        tight = parse(
            "".join(plain[here] for here in kept), anchor=None if anchor is None else bisect_left(kept, anchor)
        )
        return replace(tight, spans=tuple((kept[start], kept[end - 1] + 1) for start, end in tight.spans))
    best, best_weight = Parts(), 0
    for chain in _chains(plain):
        parts = _Reader(plain, anchor).read(chain)
        weight = 2 * bool(parts.building) + 2 * bool(parts.unit) + 2 * bool(parts.room) + bool(parts.floor)
        if best.building and not best.room and parts.room and weight == _ROOM_ALONE:
            best = replace(best, room=parts.room, spans=(*best.spans, *parts.spans))  # 4号楼蔚蓝国际1041
        elif weight > best_weight:
            best, best_weight = parts, weight
    area = _AREA.search(plain, 0, best.spans[0][0]) if best.building else None
    return best if area is None else replace(best, area=code(area[1]), spans=(area.span(), *best.spans))


def _loose(plain: str) -> set[int]:
    """Where spaces stand between a number and what it counts."""
    return {here for space in _LOOSE.finditer(plain) for here in range(*space.span())}


@lru_cache(maxsize=64)  # A text is read for itself, and again behind each name that stands in it.
def _chains(plain: str) -> Sequence[Sequence[re.Match[str]]]:
    chains: list[list[re.Match[str]]] = []
    for token in _TOKEN.finditer(plain):
        if chains and _BETWEEN.fullmatch(plain, chains[-1][-1].end(), token.start()):
            chains[-1].append(token)
        else:
            chains.append([token])
    return chains


_ORDER = ("building", "unit", "floor", "room")
_Found = list[tuple[str, str]]


class _Reader:
    """Reads one chain of tokens from left to right; a part never stands behind a smaller one."""

    def __init__(self, plain: str, anchor: int | None) -> None:
        self._plain = plain
        self._anchor = anchor
        self._found: dict[str, str] = {}
        self._building_end = ""
        self._on_street = False
        self._after = ""  # the kind of the next token
        self._readers: dict[str, Callable[[re.Match[str]], _Found]] = {
            "dash": self._dash,
            "mixed": self._mixed,
            "building": self._building,
            "side": self._side,
            "unit": self._unit,
            "floor": self._floor,
            "room": self._room,
            "shop": self._shop,
            "below": self._below,
            "door": self._door,
            "hao": self._hao,
            "bare": self._bare,
        }
        self._brief = len(plain) <= _BRIEF and not _CLAUSES.search(plain)

    def read(self, chain: Sequence[re.Match[str]]) -> Parts:
        """The parts of the chain, up to the first token that does not fit behind the others."""
        spans: list[tuple[int, int]] = []
        for here, token in enumerate(chain):
            self._after = _kind(chain[here + 1]) if here + 1 < len(chain) else ""
            meant = self._readers[_kind(token)](token)
            turned = set(self._found) == {"unit"} and [part for part, _ in meant] == ["building"]  # 1单元5号楼
            if not turned and any(_ORDER.index(part) < self._depth for part, _ in meant):
                break
            if meant and all(value for _, value in meant):
                self._found.update(meant)
                spans.append(token.span())
        return Parts(**self._found, spans=tuple(spans))

    @property
    def _depth(self) -> int:
        """How many of the parts, from the largest down, can no longer be named."""
        return max((_ORDER.index(part) + 1 for part in self._found), default=0)

    def _before(self, token: re.Match[str]) -> str:
        return self._plain[max(0, token.start() - 6) : token.start()]

    def _behind_name(self, token: re.Match[str]) -> bool:
        """Whether the token stands right behind a name that the caller knows."""
        gap = self._plain[self._anchor : token.start()] if self._anchor is not None else "?"
        return not gap.strip(" ,，_-的")

    def _settled(self, token: re.Match[str]) -> bool:
        """Whether the token stands right behind the name of a place."""
        return self._behind_name(token) or _SETTLED.search(self._before(token)) is not None

    def _last(self, token: re.Match[str]) -> bool:
        return _END.match(self._plain, token.end()) is not None

    def _ends_brief(self, token: re.Match[str]) -> bool:
        """Whether the token ends an address that is nothing but an address."""
        if token["bare"] in _HOTLINES or not self._plain[: token.start()].strip():
            return False
        return self._brief and self._last(token) and not _SAID.search(self._before(token))

    def _dash(self, token: re.Match[str]) -> _Found:
        values = [number(value) for value in re.split(_DASH, token["dash"])]
        end = token["dash_end"] or ""
        if self._found:
            return self._dash_behind(values)
        if _looks_dated(values) or (len(values) > _SHORT and _in_row(values)):
            return []
        match len(values), end:
            case 2, "号楼" | "栋" | "幢" | "座":
                return [("building", "-".join(values))]
            case 2, "单元":
                return [("building", values[0]), ("unit", values[1])]
            case 2, "楼" | "层":
                return (
                    [("building", values[0]), ("floor", values[1])]
                    if self._settled(token) and not _in_row(values)
                    else []
                )
            case 2, _:
                return self._pair(token, values, end)
            case 3, "楼" | "层":
                return [("building", values[0]), ("unit", values[1]), ("floor", values[2])]
            case 3, _:
                smallest = "floor" if self._after == "door" else "room"
                return list(zip(("building", "unit", smallest), values, strict=True))
            case _:
                return list(zip(_ORDER, values, strict=True))

    def _pair(self, token: re.Match[str], values: list[str], end: str) -> _Found:
        """Read 3-501 or 3-2, which in a plain sentence may be anything: 5-6家, 住了3-4年."""
        long = len(values[1]) > _SHORT
        if long and _in_row(values):
            return [("room", "-".join(values))] if self._settled(token) or end == "室" else []
        if _ROAD.search(self._before(token)) and not long:
            return []  # 西山北路1102-98号 is a house on a street.
        alone = not self._plain[: token.start()].strip() and self._last(token)
        if not (self._settled(token) or alone or end == "室" or self._last(token)):
            return []
        return [("building", values[0]), ("room" if long or end in {"室", "号", "房"} else "unit", values[1])]

    def _dash_behind(self, values: list[str]) -> _Found:
        if len(values) == len(_ORDER) - 1 and self._depth == 1:
            return list(zip(_ORDER[1:], values, strict=True))  # 3栋2-5-501
        if len(values) != 2 or _in_row(values) or self._depth > 2:  # noqa: PLR2004 (a pair; behind a floor)
            return [("room", "-".join(values))]
        return list(zip(("unit", "room") if self._depth == 1 else ("floor", "room"), values, strict=True))

    def _mixed(self, token: re.Match[str]) -> _Found:
        """Read A1435 and 6C2288室, the building's letter and the room in one."""
        if self._found:
            return [("room", token["mixed"].rstrip("-") + token["mixed_room"])]
        if token["mixed_end"] == "室" or ((self._settled(token) or self._on_street) and self._last(token)):
            return [("building", token["mixed"].rstrip("-")), ("room", token["mixed_room"])]
        return []

    def _building(self, token: re.Match[str]) -> _Found:
        words, end = token["building"], token["building_end"]
        if end == "座" and self._depth == 1 and words.isalpha():
            return [("unit", words)]  # 一号楼A座
        counted = end in {"栋", "幢", "座", "栋楼", "幢楼"} and (
            _COUNTED.search(self._before(token)) is not None or "两" in words or words in {"一", "几"}
        )
        named = self._settled(token) or self._after in {"unit", "room", "bare", "dash"}
        if counted and ("两" in words or not named):
            return []  # 将原来两幢七层楼围住, 这4栋住房
        if (
            end in {"座", "排"}
            and words.isdigit()
            and not self._after
            and not (self._settled(token) and self._last(token))
        ):
            return []  # 历史名村2座
        self._building_end = end
        return [("building", code(words))]

    def _side(self, token: re.Match[str]) -> _Found:
        return [("building", token["side"] + "楼")]

    def _unit(self, token: re.Match[str]) -> _Found:
        words = token["unit"]
        if not self._found and token[0][0] == "第" and not self._settled(token):
            return []  # 第六单元 is a lesson
        if token["gate"] and self._depth != 1:
            return []  # 3号楼2门 is a staircase, 从2门进 a gate.
        if words[0] in "东西南北中" and len(words) > 1:
            return [("unit", words[0] + number(words[1:]))]
        return [("unit", code(words) if words[0] not in "东西南北中" else words)]

    def _floor(self, token: re.Match[str]) -> _Found:
        words = token["floor"]
        below = words.startswith(("负", "地下", "-"))
        if not self._found and token["floor_end"] == "楼" and self._after == "unit":
            # 5楼3单元 is a building; 顶楼3单元 is none, and the staircase says more than the floor.
            return [] if below or words in {"底", "顶"} else [("building", number(words))]
        if token["floor_end"] == "层" and not self._found and not self._after:
            counted = _STOREYS.match(self._plain, token.end()) or _COUNTED.search(self._before(token))
            if counted or not self._settled(token):
                return []
        if words in {"底", "顶"}:
            return [("floor", "1" if words == "底" else "顶")]
        value = number(words.removeprefix("负").removeprefix("地下").removeprefix("-"))
        return [("floor", f"-{value}" if below and value else value)]

    def _room(self, token: re.Match[str]) -> _Found:
        words, end = token["room"], token["room_end"]
        if "门面" in end or "商铺" in end or "店面" in end:
            return [("room", "门面" + code(words))]
        if end == "户" and not self._found and not (self._settled(token) and words.isdigit()):
            return []
        alone = words.isdigit() and self._brief and self._last(token)
        if end != "户" and not self._found and len(words) <= _SHORT and not alone:
            return []  # 三房, 两室: how large a home is
        return [("room", code(words))]

    def _shop(self, token: re.Match[str]) -> _Found:
        if token["shop_number"]:
            return [("room", "门面" + number(token["shop_number"]))]
        return [("room", "门面房")] if self._found or self._behind_name(token) else []

    def _below(self, token: re.Match[str]) -> _Found:
        return [("room", token["below"])] if self._found or self._behind_name(token) else []

    def _door(self, token: re.Match[str]) -> _Found:
        return [("room", token["door"] + "户")]

    def _hao(self, token: re.Match[str]) -> _Found:
        words = code(token["hao"])
        if not self._found:
            if _ROAD.search(self._before(token)):
                self._on_street = True
                return []  # 万里公路125号 is a house on a street.
            if self._after in {"building", "dash", "mixed"}:
                return []  # 滨江一号3号楼
            if _STALLS.search(self._before(token)) and not self._after:
                return [("room", words)]
            dated = _DATED.match(self._plain, token.end()) is not None
            behind_name = (self._settled(token) and not dated) or self._ends_brief(token)
            before_part = self._after in {"unit", "bare"}
            return [("building", words)] if behind_name or before_part else []
        # In 53幢3号 the 号 is a staircase, in 10号楼139号 and 2单元10号 it is a home.
        staircase = self._depth == 1 and self._building_end in {"栋", "幢"} and len(words) <= _SHORT
        before_room = self._depth == 1 and self._after in {"room", "bare"}
        return [("unit" if staircase or before_room else "room", words)]

    def _bare(self, token: re.Match[str]) -> _Found:
        words = code(token["bare"])
        digits = len(re.sub(r"\D", "", words))
        if not self._found:
            if self._after == "unit":
                return [("building", words)]  # 桃花源6 3单元
            if is_spoken(token["bare"]):
                return []  # 一零四国道
            if self._after == "door" and self._settled(token):
                return [("building", words)]  # 花园14-西户
            placed = (self._settled(token) or self._on_street) and (
                self._last(token) or (self._brief and digits > _SHORT)
            )
            if not (placed or (digits > _SHORT and self._ends_brief(token))):
                return []
            return [("room" if digits > _SHORT else "building", words)]
        if self._depth == 1:
            if digits > _SHORT:
                return [("room", words)]
            return [("unit", words)] if self._after in {"room", "bare"} else []
        return [("room", words)] if digits > _SHORT or self._last(token) else []


def _kind(token: re.Match[str]) -> str:
    return next(kind for kind, words in token.groupdict().items() if words is not None and kind != "gate")


def _in_row(values: list[str]) -> bool:
    """1-2, 6-7-8, 378-379: several things side by side."""
    if not all(value.isdigit() for value in values):
        return False
    numbers = [int(value) for value in values]
    steps = [after - before for before, after in pairwise(numbers)]
    return all(step == 1 for step in steps) or (
        len(steps) == 1 and len(values[0]) > _SHORT and 0 < steps[0] < _STALL_ROW
    )


def _looks_dated(values: list[str]) -> bool:
    """2019-4-21, 0731-…, 138-1234-5678."""
    first, *rest = values
    if first.startswith("0") or not first.strip("0"):
        return True
    if (
        first.isdigit()
        and _FIRST_YEAR <= int(first) <= _LAST_YEAR
        and all(len(v) <= _SHORT or len(v) == len(first) for v in rest)
    ):
        return True
    return len(values) > 2 and any(len(v) > _SHORT + 1 for v in rest[:-1])  # noqa: PLR2004 (more than a pair)
