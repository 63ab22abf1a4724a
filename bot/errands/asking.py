"""What is asked of each kind of errand, and how answers are found in whatever people say. Pure.

A kind names its questions in `asks`: a key of the catalogue (errand.ask_code) or, for a city's own kind, the question
itself (几桶水？). A "!" before it marks the answer as secret: shown only to who took the errand, and wiped afterwards.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.texts import Texts
from bot.triage.kinds import Kind

LONGEST = 60  # characters of an answer
STARS = "***"
_AFTER_LABEL = re.compile(r"[:：]\s*")  # what stands there in any language, and stood there before
_KEY = "errand.ask_"
_ENDS = "？?。. "
_BRANDS = (
    "菜鸟|妈妈|兔喜|丰巢|邮政|邮局|京东|顺丰|圆通|中通|韵达|申通|极兔|德邦|[东南西北正]门(?:口)?|门口|楼下|小区|超市"
)
_AT = rf"((?:{_BRANDS})*(?:\d{{1,2}}号)?(?:驿站|快递柜|丰巢柜?|自提[点柜]|快递[点站]|代收点|门卫室?|传达室))"
_SUM = r"(\d+(?:\.\d+)?|[一二两三四五六七八九十百千]+)"
_ROUGHLY = "(?:大概|大约|差不多|顶多|最多|不超过|预算|也就|就|花)*"
_FOUND = {
    "station": re.compile(_AT),
    "code": re.compile(
        r"(?:取件码|取货码|提货码|取件号|提取码)[^\dA-Za-z]{0,4}([A-Za-z0-9]+(?:-[A-Za-z0-9]+)*)"
        r"|(?<![\d苑园区院里庄城村家府湾居寓楼号-])(\d{1,3}-\d{1,2}-\d{3,5})(?![\d-])"
    ),
    "account": re.compile(r"(?:户号|客户号|缴费号|卡号)[^\d]{0,4}(\d{5,20})"),
    "id": re.compile(r"(?<!\d)(\d{17}[\dXx])(?!\d)"),
    "name": re.compile(r"(?:收件人|名字|写的)(?:是|叫|为|:|：)*([一-龥]{2,4})(?=$|[,，。;；\s])"),
    # 豆腐一块 is something to buy: an amount has its own word, or a pause on either side.
    "budget": re.compile(
        rf"{_SUM}(?:元|块钱|块(?=左右|以内|以下|上下))|(?:^|[,，。;；\s]){_ROUGHLY}{_SUM}块(?=$|[,，。;；\s])"
    ),
    "bill": re.compile("(电费|水费|燃气费|煤气费|天然气费|话费|手机费|物业费|网费|宽带费|有线电视费|暖气费|医保|社保)"),
    "hospital": re.compile(
        r"((?:(?![我你他她妈爸去到在帮陪带给老看])[一-龥]){0,8}(?:医院|卫生院|卫生服务中心)|[一二三四五六七八九]院)"
    ),
    "age": re.compile(r"(\d{1,2}|[一二三四五六七八九十]{1,2})岁"),
    "count": re.compile(r"(\d{1,2}|[一二两三四五六七八九十])[份盒个]"),
}
_PARCEL = re.compile("快递|驿站|取件|取货|提货|包裹|柜")  # without any of these 3-2-501 is where somebody lives
_MASKED = ("code", "account", "id")
_AMOUNT = re.compile(rf"\s*{_ROUGHLY}{_SUM}[来多几]?(?:元|块)?(?:钱|左右|以内|以下|上下|吧|够了)*[。.!！\s]*")
_OPEN = re.compile(r".{0,4}(?:不知道|不清楚|随便|看着|说不好|没数|都行|多少都).{0,6}")
TOLD = frozenset({"list", "route", "papers", "appliance", "repair", "cleaning"})  # the resident's words say it already
_ENOUGH = 4  # characters beside the words that every errand begins with
_BARE = re.compile(
    "帮我|帮忙|帮|替|给|我妈妈?|我爸爸?|我|[她他]|住在?|在|请|想|要|麻烦|一下|个|的|家里|代买|代送|代办|证件?|维修|修理?|保洁|家政|买|送|办|东西|点|些|[，。,.!！？? ]"
)

FINDABLE = tuple(_FOUND)


@dataclass(frozen=True, slots=True)
class Ask:
    """One question of a kind. `name` is short and stable, `label` stands before the answer on a card."""

    name: str
    words: str
    label: str
    secret: bool


def asks(kind: Kind, texts: Texts) -> tuple[Ask, ...]:
    """The questions of a kind, in order."""
    found = []
    for number, written in enumerate(kind.asks):
        secret, key = written.startswith("!"), written.lstrip("!")
        if key.startswith(_KEY) and key in texts:
            name = key.removeprefix(_KEY)
            found.append(Ask(name, texts(key), texts(f"errand.label_{name}"), secret))
        else:
            found.append(Ask(f"q{number}", key, key.rstrip(_ENDS), secret))
    return tuple(found)


def heard(kind_asks: tuple[Ask, ...], text: str, known: Mapping[str, str]) -> dict[str, str]:
    """The answers that a text gives to questions that have none yet, by name."""
    found = {}
    for ask in kind_asks:
        pattern = _pattern(ask.name, text)
        match = pattern.search(text) if pattern is not None and ask.name not in known else None
        if pattern is not None and match is not None:
            each = [next(group for group in one.groups() if group) for one in pattern.finditer(text)]
            found[ask.name] = " ".join(dict.fromkeys(each)) if ask.name in _MASKED else each[0]
        elif ask.name in TOLD and ask.name not in known and len(_BARE.sub("", text)) >= _ENOUGH:
            found[ask.name] = ""
    return found


def answered(ask: Ask, text: str) -> str | None:
    """What a text that holds nothing of a known form answers to the question that was asked, "" for "you decide".

    None where a sum was asked for and the words are no sum: they tell more of what is wanted.
    """
    if ask.name != "budget":
        return text.strip()[:LONGEST]
    amount = _AMOUNT.fullmatch(text)
    if amount is not None:
        return amount[1]
    return "" if _OPEN.fullmatch(text) else None


def masked(text: str) -> str:
    """The text without what looks like a pick-up code, an account or an identity number: words are read by many."""
    for name in _MASKED:
        pattern = _pattern(name, text)
        if pattern is not None:
            text = pattern.sub(lambda found: found[0].replace(next(g for g in found.groups() if g), STARS), text)
    return text


def _pattern(name: str, text: str) -> re.Pattern[str] | None:
    return None if name == "code" and not _PARCEL.search(text) else _FOUND.get(name)


def lines(kind_asks: tuple[Ask, ...], answers: Mapping[str, str], texts: Texts, *, secret: bool) -> str:
    """The answers of one sort as lines for a card; what was skipped or stands in the words already is left out."""
    told = (ask for ask in kind_asks if ask.secret is secret and answers.get(ask.name))
    return "\n".join(texts("errand.answer", label=ask.label, answer=answers[ask.name]) for ask in told)


def answer(line: str) -> str:
    """The answer that stands in one of these lines, "" where none does."""
    return (*_AFTER_LABEL.split(line, maxsplit=1), "")[1]


_WHOM = re.compile(
    "(?:帮|替|给|为|陪)(?:我们?|俺|咱)?(?:家的?)?(老?妈妈?|老?爸爸?|母亲|父亲|老娘|老爹|爷爷|奶奶|姥姥|姥爷|外公|外婆|公公|婆婆|岳母|岳父|老伴|邻居(?:[一-龥]{1,2}(?:大爷|大妈|阿姨|叔叔|奶奶|爷爷))?|[一-龥](?:大爷|大妈|阿姨|叔叔|奶奶|爷爷|大娘))"
)
_CLOSER = {"妈": "妈妈", "老妈": "妈妈", "爸": "爸爸", "老爸": "爸爸"}


def for_whom(text: str) -> str:
    """Whom it is for, where somebody asks for another: 妈妈, 邻居王奶奶; "" for themselves."""
    found = _WHOM.search(text)
    return _CLOSER.get(found[1], found[1]) if found is not None else ""


_ASKS_PRICE = re.compile(
    r"[^,，。;；]{0,14}(?:多少钱|几块钱|多少元|什么价[格钱]?|怎么收费|收不收费|要不要钱|贵不贵|(?:费用|价格)是?多少|(?:收费|要钱|花钱|免费)的?[吗嘛么])"
    r"[呢啊呀?？!！。 ]*"
)


def asks_price(text: str) -> bool:
    """Whether words ask what something costs and nothing else."""
    return _ASKS_PRICE.fullmatch(text.strip()) is not None
