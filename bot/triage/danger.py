"""Danger to life in a message: which emergency number, and for what.

A sign of danger counts unless the words around it take it back: denied (没有着火), over (已扑灭), past (去年), only
supposed (万一, 会不会), asked in general (请问…怎么预防), or somebody else's words (《…》, 标语). What says "here and now"
(闻到, 快来, 正在) outweighs all of these but the first two: an emergency missed is worse than one too many.
"""

import re
from dataclasses import dataclass

from bot.triage.hints import CALM, HINTS, LONGEST
from bot.triage.signs import SIGNS, Sign, mend
from bot.triage.wording import normalise, sentences


@dataclass(frozen=True, slots=True)
class Danger:
    """What threatens somebody now.

    `number` is "119", "110" or "120"; `what` is the code of the kind, and `danger.<what>` the text to say first; `words`
    of the message, slips mended, tell it.
    """

    number: str
    what: str
    words: str


_TITLES = re.compile(r"《[^》]*》")
# Who asks when somebody will come waits for a repairman, and does not cry for help: 啥时候能来人啊.
_WAITING = re.compile(r"(?:什么时候|啥时候?|多会儿?|几时|何时|多久|几点)[^,]{0,4}来人(?:啊|呀)?")
# Between a plain "not" and the sign only such words may stand: 没多久就着火了 and 别墅着火了 deny nothing.
_BETWEEN = "(?:是|有|人员?|谁|啥|什么|任何|再|发生|出现|看[到见]|闻到|听[到见说]|真的?|在|被|会|我?家里?|小区|老人|孩子|小孩|一点|因)*"
_DENIED = re.compile(
    rf"(?:没有?|无|未|以为|不是|并非|不会|不曾|别(?![墅人处克家])|不要){_BETWEEN}$"
    r"|(?:禁止|严禁|请勿|防止|避免|预防|谨防|严防|杜绝|以免|免得|(?<!消)防(?![盗护撞空水]))[^,]{0,4}$"
    r"|(?:烟囱|烟筒|烟管|排气管|烧烤摊|烧烤店|烤红薯)[^,]{0,5}$"
    r"|\b(?:no|not|isn'?t|wasn'?t|without|never)(?: \w+)?[ ]*$"
)
_FALSE_ALARM = re.compile(
    r"(?<!不是)(?<!没有)(?<!并非)(?:误报|虚惊|谣言|演习|演练|是假的|假装|开玩笑|闹着玩|没事了|不用来|大家放心|false alarm)"
)
_OVER = re.compile(
    r"已经?(?:被|都|全)?(?:人)?(?:修|扑灭|灭|救出|救起|处理|解决|找到|控制|送|抢救|没事|恢复|关好|离开)(?!不)"
    r"|(?:修|处理|弄|治)(?:好|完)了?|扑灭了|(?<![只就才])找到了|救(?:出|上|下)来了?|已经走|在家(?:休)?养|住院(?!部)|医保|养伤|康复"
    r"|(?<!灯)(?<!灯[也都全就])灭了|出院|it'?s out|is out now"
)
# Beasts and things fall into wells and are stuck in trees as well; and what fell on nobody is a matter for daylight.
_NO_PERSON = re.compile(r"(?:猫|(?<!疯)狗|(?<!疯)犬|鸟|鸡|鱼|手机|钥匙|球|鞋|衣服|垃圾|快递)[^,的人]{0,4}$")
_BODILY = frozenset({"person_hurt", "person_trapped"})
_HARMLESS = re.compile(
    r"没有?(?:砸|伤|压|埋|撞|烧|碰)(?:到|着|伤|中)?(?:人|谁)|没有?[车人][^,]{0,2}[掉摔困]|人(?:都|员)?没(?:事|受伤)|无人(?:受伤|伤亡)"
)
_AGAIN = re.compile(r"又|复燃|再次|还有|没(?:有)?(?:修好|扑灭|找到|救出|处理好)|没灭|灭不了")
_PAST = re.compile(
    r"昨[天晚日夜]|(?<!目)前[天晚日年]|上(?:个|一)?(?:周|星期|礼拜|月|学期)|上半?年|去年|以前|曾(?:经|有|在|被|发生)"
    r"|(?<!钟)(?<!小时)之前|上次|上回|那[次年天时]|当[年时]|小时候|(?:19|20)\d\d年|\d+月\d+[日号]|\d+年前"
    r"|[一二三四五六七八九十几]+年前|前不久|前几[天年]|前段时间|历史|yesterday|last (?:week|month|year|night)|\bago\b"
)
_SINCE = re.compile(r"开始|到现在|一直|现在(?!想|要|需要|能|可以|申请|好了)|今[天早]|刚|起(?!火|来)|又")
_HABIT = re.compile(
    r"经常|常常|天天|每天|整天|长期|常年|老是|总是|总有|每次|好几[次起回]|多次|屡次|发生过|时常|动不动就|曾有|好几个老人$"
)
_SUPPOSED = re.compile(
    r"如果|要是|假如|假设|万一|差点|险些|一旦|若是|倘若|会不会|可能会|有可能|容易|担心|害怕|(?<![恐可])怕(?!是)|以防|随时"
    r"|[会易](?:引发|引起|造成|导致)|潜在|会(?:把|被)?$|可能$|将来|迟早|早晚|what if|\bif\b|might|could"
)
_AFTERMATH = re.compile(
    r"^[^,]{0,4}(?:隐患|风险|的?危险|保险|报警器?|探测|监测|演|培训|讲座|知识|赔|补偿|补助|多发|以后|之后|后(?![^,]{0,3}[叫不])"
    r"|过(?!来|去)|事故的|案|的?时候|现场会|手环|定位器|宣传|应急|逃生|自救|预案|急救|险|一样|似的|就(?:麻烦|不好|糟|晚|完))"
    r"|^[^,]{0,4}(?:跑都|往哪|谁负责|后果)"
)
# 电动车上楼太危险,着火了怎么办; 消防栓没水,着火了怎么办
_HAZARD = re.compile(r"危险|隐患|(?:消[防火]栓|灭火器|(?:消防|安全|疏散|逃生)通道)[^!?。]*,")
_WHAT_THEN = re.compile(r"^了?怎么办")
_IN_GENERAL = re.compile(
    r"如何|应该多久|规定|怎[么样](?:才能|预防|避免|防|申请|办[理证卡])|什么(?:情况|时候|叫)|在哪(?:办|报|领|学|买|登|查|换)|登记|条件是|多少钱|how (?:to|do)"
)
_POLITELY = re.compile(r"请问|想问|问一下|问下|咨询|了解一下|什么是|哪里可以|建议|怎么处理")
_TALES = re.compile(
    r"电影(?!院|城)|电视(?:上|里|台|剧)|新闻(?!大厦|中心)|小说|游戏(?!厅|机)|视频里|歌名|歌曲|节目|广告(?!牌|公司|店)|标语|横幅|海报"
    r"|宣传(?!栏[着起冒])|作文|写着|写了|名叫|课本|听说的|案例|讲座|培训(?!机构|学校|班)|谣言"
)
_LETTER = 160  # characters; who writes that much is not in danger as they write, unless they say so
_CALL = re.compile(r"闻到|(?<!到)现在(?!的|还)|正在|快来|快派|赶紧来|赶快来|马上来|刚才|刚刚|救命")
_NOW = re.compile(
    r"闻到|闻着|看[到见]|听[到见](?!说)|(?<!到)现在(?!的|想|要|需要|能|可以|申请|好了)|正在|此刻|还在(?!等)|还没有?(?:找|回|醒|救|灭)|快来|快点|快!|快派|赶紧|赶快"
    r"|马上来|来人|救命(?!》|的|两|这)|救救|快救|越来越|不停|呛|头晕|扑不灭|控制不住|喘不|刚才|刚刚|right now|please come|hurry"
)
_AFFIRMED = ("了", "啦", "着", "!")


def find(text: str) -> Danger | None:
    """The danger that a message tells of here and now, or None. Shapes and spellings as people in fright type them."""
    return find_in(normalise(text))


def find_in(normal: str) -> Danger | None:
    """The same, of a text that is normalised already."""
    told = _WAITING.sub("", _TITLES.sub("", mend(normal)))
    if _FALSE_ALARM.search(told):
        return None
    found = _first(told, SIGNS)
    if found is None and len(told) <= LONGEST and not CALM.search(told):
        found = _first(told, HINTS)
    return found


def _first(told: str, signs: tuple[Sign, ...]) -> Danger | None:
    rest = told
    for sentence in sentences(told):
        rest = rest[rest.index(sentence) + len(sentence) :]
        if len(told) > _LETTER and not _CALL.search(sentence):
            continue
        for sign in signs:
            for found in sign.pattern.finditer(sentence):
                if (
                    sign.what in _BODILY
                    and "有人" not in found[0]
                    and _NO_PERSON.search(sentence[: found.start()] + found[0][:1])
                ):
                    continue
                if _meant(sentence[: found.start()], found[0], sentence[found.end() :], rest):
                    return Danger(sign.number, sign.what, found[0])
    return None


def _meant(before: str, sign: str, after: str, later: str) -> bool:
    """Whether a sign is meant, here and now. `later` is what follows its sentence."""
    clause = before.rpartition(",")[2]
    if _DENIED.search(clause) or _HARMLESS.search(sign + after):
        return False
    if _OVER.search(after + later) and not _AGAIN.search(after + later):
        return False
    if past := _PAST.search(before):
        return bool(_SINCE.search(before[past.end() :]) or _NOW.search(sign + after + later[:40]))
    if _NOW.search(before + sign + after + later[:40]):
        return True
    if any(taken_back.search(before) for taken_back in (_SUPPOSED, _HABIT)) or _SUPPOSED.search(sign):
        return False
    if _AFTERMATH.search(after) or (_HAZARD.search(before) and _WHAT_THEN.search(after)):
        return False
    if _TALES.search(before + sign + after) or _IN_GENERAL.search(before + after):
        return False
    affirmed = after.startswith(_AFFIRMED) or sign.endswith(_AFFIRMED)
    return affirmed or not _POLITELY.search(before + after)
