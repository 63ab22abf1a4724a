"""What people say around the name of a place: where a name may begin and end, and the words that belong to its phrase.

    在|金康苑|门口     住|进康院|3号楼     李庄村|3组     金明大道|与|汉兴路|交叉口     我住|锦康苑|，金康苑门口有垃圾

Chinese has no spaces, so a short name is a name only where the words around it say so: 金康 in 金康停水了, but not in
金康远3号楼; 供电局 in 供电局门口, but not in 供电局的人说.
"""

import re

from bot.grid.numerals import number

_HAN = "\u4e00-\u9fff"
_NUMERAL = r"[\d一二三四五六七八九十廿卅]"
_OPENS = re.compile(
    rf"(?:^|[^{_HAN}]|[在到于住去往来从由自至对给把将被为和与跟同及或是有的了我们他她家请求报诉映问查修缮理治市区县镇乡道路社组口侧边面号期楼栋处这那该即叫])$"
)
_PART = rf"""(?:第?(?:[甲乙丙丁]?{_NUMERAL}{{1,4}}|[A-Z]-?\d{{0,3}})\s*(?:号|\#|栋|幢|座|单元|期|区|楼|层|组|-\d|排)
            |[东西南北前后]楼|[东西南北中]单元)"""
_PARTS_BEHIND = re.compile(rf"(?:小区|里)?[\s,，_的-]*(?:{_PART}|\d{{3,4}}(?!\d))", re.VERBOSE)
_PARTS = re.compile(rf"(?<![A-Z\d一二三四五六七八九十廿卅第-]){_PART}", re.VERBOSE)
_MAYBE_PARTS = re.compile(
    r"[\s,，_的-]*[\dA-Z零〇一二三四五六七八九十廿卅两第甲乙丙丁东西南北中前后地底顶负商店]|[\s,，_的-]*门面"
)
_GAP = re.compile(r"(?:小区|里)?[\s,，_-]*$")
_WHERE = (
    r"大门口|[东西南北正前后大侧]门口?|门口|门前|门外|对面|对过|斜对面|附近|旁边|路边|旁|隔壁|周边|周围|后面|前面|东侧|西侧|南侧|北侧"
    r"|东边|西边|南边|北边|东头|西头|南头|北头|楼下|楼上|里面|里边|里头|院里|院内|以[东西南北]|里(?![一-鿿])|内(?![一-鿿])"
)
_CROSSING = r"(?:的|十字)*(?:交叉口|交叉路口|交汇处|交会处|交界处|交口|路口|口(?![一-鿿]))"
_THINGS = (
    r"物业|业主|居民|住户|保安|邻居|地下|车库|电梯|楼道|楼梯|楼顶|屋顶|外墙|围墙|路灯|路面|马路|垃圾|卫生|绿化|树|草坪|下水|污水|井盖|水管"
    r"|暖气|管道|停车|电动车|车位|大树|广场|健身|[水电气暖门墙]"
)
_CLOSES = re.compile(
    rf"""\s*(?:$|[^{_HAN}A-Z\d]|(?:的|这[里边个]?|那[里边个]?)?(?:{_WHERE}|{_THINGS})|小区|社区|街道|大院|家属院|院子|停[水电气暖]|没[水电气暖有人]
    |漏|坏|堵|冒|有|这[里边个]|那[里边个]|今天|昨天|最近|一直|又|经常|晚上|早上|半夜|每天|到处|和|与|[东西南北](?:区|院|路|头)
    |第?{_NUMERAL}|门面|[东西南北]户|{_CROSSING})""",
    re.VERBOSE,
)
_LANDMARK = re.compile(rf"的?(?:{_WHERE}|{_CROSSING})")
_BESIDE = re.compile(r"(?:对面|对过|斜对面|附近|旁边|旁|隔壁|后面|前面|[东西南北][侧边])的?[\s,，]*$")
_OUTSIDE = re.compile(
    r"(?:[门口前外旁侧]|(?<!里)[边头]|[前后]面|对面|对过|交[汇会界]处|附近|隔壁|周围|[组队]|以[东西南北])$"
)
_ROAD = re.compile(r"(?:路|大道|街|巷|胡同)(?:[东西南北中]段)?$")
_AND = re.compile(r"[\s与和、跟同及交/-]*")
_OTHER_ROAD = re.compile(rf"[与和、跟同及交/-]\s*[{_HAN}]{{1,6}}?(?:路|大道|街|巷|胡同){_CROSSING}")
_END_OF_CROSSING = re.compile(_CROSSING)
_GROUPS = rf"第?({_NUMERAL}{{1,3}})(?:村民小组|村民组|生产队|小组|组|队)"
_GROUP = re.compile(rf"[\s,，的]*{_GROUPS}")
_GROUP_NAME = re.compile(rf"{_GROUPS}$")
_LIVES = re.compile(r"(?:我|家|人|们|户)(?:是?(?:住在?|居住在|家在|家住在?)|是|家)$|^家?住在?$")
_CLAUSE_END = re.compile(r"[,，。！？；!?;\n\s]")
_LEAD = re.compile(
    r"(?:(?:你好|您好|喂)[\s,，。!！]*)?(?:我们?|俺们?)?(?:家?[是在住]+|家)?(?:(?:这里|这边|这儿)?[是在])?[\s,，]*"
)
_LOOK_BACK = 6


def opens(plain: str, start: int) -> bool:
    """Whether a name may begin here: at the start, behind a sign, or behind a word such as 在, 住, 请."""
    return _OPENS.search(plain, max(0, start - 1), start) is not None if start else True


def closes(plain: str, end: int) -> bool:
    """Whether a name may end here: at the end, before a sign, a building, or what is often said of a place."""
    return _CLOSES.match(plain, end) is not None


def parts_behind(plain: str, end: int) -> bool:
    """Whether a building, unit or room follows right here: 金康|3号楼, 金康|小区3号楼."""
    return _PARTS_BEHIND.match(plain, end) is not None


def maybe_parts(plain: str, end: int) -> bool:
    """Whether anything follows that could be a building, unit, floor or room; cheaper than reading it."""
    return _MAYBE_PARTS.match(plain, end) is not None


def ends_before_parts(plain: str) -> tuple[int, ...]:
    """Where a name must end whose building is named first in the text: right before it, or before 小区 and such."""
    found = _PARTS.search(plain)
    if found is None:
        return ()
    gap = _GAP.search(plain, max(0, found.start() - _LOOK_BACK), found.start())
    ends = [found.start(), gap.start() if gap else found.start()]
    if found[0].endswith(("期", "区")):
        ends.append(found.end())  # 开元名都|二期3号楼 or 开元名都二期|3号楼
    return tuple(dict.fromkeys(ends))


def lead(plain: str) -> int:
    """How long the words are that only lead to a place: 我家住在, 我们小区是."""
    found = _LEAD.match(plain)
    return found.end() if found else 0


def phrase_end(plain: str, end: int) -> int:
    """Where the phrase of a name ends: behind 门口, 对面, 附近, 与汉兴路交叉口."""
    found = _OTHER_ROAD.match(plain, end) or _LANDMARK.match(plain, end)
    return found.end() if found else end


def outside(plain: str, end: int, said: int) -> bool:
    """Whether what follows a name in its phrase leaves no building to ask for: a gate, a crossing, a villagers' group."""
    return end < said and _OUTSIDE.search(plain, end, said) is not None


def is_road(plain: str, start: int, end: int) -> bool:
    """Whether a name is that of a road."""
    return _ROAD.search(plain, start, end) is not None


def beside(phrase: str) -> bool:
    """Whether a phrase such as 金康小学旁边的 only helps to find what is named next."""
    return _BESIDE.search(phrase) is not None


def group(plain: str, end: int) -> tuple[str, int]:
    """The number of the villagers' group named right here, and where that ends; ("", end) for none."""
    found = _GROUP.match(plain, end)
    return (number(found[1]), found.end()) if found else ("", end)


def group_of(name: str) -> str:
    """The number of the group that a unit's name ends with: 三组, 第3村民组, 李庄村3组; empty for other names."""
    found = _GROUP_NAME.search(name)
    return number(found[1]) if found else ""


def is_group(name: str) -> bool:
    """Whether a name is nothing but the number of a group, as 三组 is, which many villages have."""
    return _GROUP_NAME.fullmatch(name) is not None


def crossing(plain: str, first: tuple[int, int], second: tuple[int, int]) -> int | None:
    """Where a crossing of two roads ends, given where their names begin and end; None when they do not cross."""
    if not all(is_road(plain, *span) for span in (first, second)):
        return None
    found = _END_OF_CROSSING.match(plain, second[1]) if _AND.fullmatch(plain, first[1], second[0]) else None
    return found.end() if found else None


def home_clause(plain: str, start: int) -> int | None:
    """Where the clause ends that says of the name beginning here that people live there; None when it says no such."""
    if not _LIVES.search(plain, max(0, start - _LOOK_BACK), start):
        return None
    found = _CLAUSE_END.search(plain, start)
    return found.start() if found else len(plain)
