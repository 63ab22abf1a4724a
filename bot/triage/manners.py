"""How something is said, whatever it is about: thanks, abuse, praise, a question, a thing already mended."""

import re

_PLEASED = (
    r"(?:非常|十分|太|真|多|好|真的)?(?:感谢|谢谢|多谢|谢|thank(?:s| you)?|thx)(?:你们?|您们?|大家|啦|了|啊|哈|师傅|老师|领导|网格员|物业|社区|政府|小[^,]|[^,]{1,3}(?:师傅|姐|哥|书记|主任))*(?:very much|so much)?"
    r"|(?:好|行|可以|中|成|没问题|对|嗯+|哦+|噢+|恩+|昂|得嘞|好嘞|好哒|好吧|好滴|ok+|okay|yes|好好|1|是|是的)(?:的|了|啦|呀|啊|吧|哈)*"
    r"|(?:我)?(?:都|已经?)?(?:知道|收到|明白|了解|清楚|看到|晓得|懂|got it|received|noted)(?:了|啦|啊|哈)*|辛苦(?:了|你们?了?|您了?|大家了?)+|没(?:有)?事(?:了|儿了|啦)*|不用(?:了|谢|客气)+|不客气|再见|拜拜|麻烦(?:了|你们?了|您了)|满意|很满意|挺好的?|不错|太好了|真好|赞|点赞|早|早上好|晚安|好评|服务(?:很|真)?好"
)
_TAIL = 16  # characters at the end of a clause, where it says that a thing is mended
_POLITE = 16  # characters between pauses; a longer piece is more than politeness, and slow to try
_THANKS = re.compile(rf"(?:{_PLEASED})+")
_KIND_SIGNS = re.compile("[👍🙏👌🌹❤😊😁😄🤝💐🎉👏✅☺🥰😀🙂]|\\[(?:强|抱拳|玫瑰|ok|鼓掌|微笑|握手|赞)\\]")
_WORDS = re.compile(r"\w")
_PAUSES = re.compile(r"[\s,.。!~?;:、…]+")
_CLAUSE = re.compile(r"([^,.。!~?;:、…\n]+)[^\w?]*(\?*)")
_END = r"(?:[了啦呀啊哈呢嘞]|谢谢?)*$"
# What was repaired may be told with its trouble (昨天漏水已修好); what works again (灯亮了) may not: 故障灯亮了.
_REPAIRED = re.compile(
    r"(?:(?<![不没未])(?:(?:修|弄|搞|处理|整|换|补|疏通|清理)(?:好|完|通|妥|干净)[了啦]|(?:处理|解决|清理|疏通|打扫)[了啦])"
    r"|(?:已经?|都|全)(?:被|都)?(?:修好|修复|解决|处理好?|恢复|清理|疏通)|(?<!不)不漏了|(?<!不)不堵了|\b(?:fixed|solved))"
    + _END,
    re.ASCII,
)
_WORKS = re.compile(
    r"(?:恢复(?:正常|了|供[水电暖气])|(?<![不没未修])(?:来电了|来水了|来气了|亮了|好了|通了)|(?<!不)正常了|没事了)"
    + _END
)
_NOT_MENDED = re.compile(
    r"没(?:有|人)?(?:给|能|来)?(?:修|弄|搞|处理|解决|清理|疏通|换)|未(?:修|处理|解决|恢复)|不(?:修|处理|解决|好)|什么时候|何时|多久|能不能|尽快|希望|才能|请|怎么|麻烦|但|可是|不过|又|还是|仍|却|另外|结果|以后再|应该|必须|要求|建议|望|何|早日|一半|部分|一点|坏了|刚修|几次|不久"
)
_HEARSAY = re.compile(
    r"说|答应|承诺|保证|以为|听|明天|后天|下周|下个?月|几天[能可]|啥时|咋|要是|如果|等(?!了)|快要|(?<![很么好真])快(?=[修弄好通])|\b(?:not|when|if|never)\b|n't"
)
_ABUSE = re.compile(
    r"傻[逼比b叉x]|煞笔|沙比|\bs ?b\b|妈的|他妈|特么|草泥马|操你|日你|狗日|狗屁|放屁|滚蛋|滚犊子|王八蛋|混蛋|废物|\bcnm\b|\btmd\b|\bnmsl\b|畜生|脑残|吃屎|不要脸|死全家|去你的|贱人|蠢货|猪脑子|白痴|饭桶|\bfuck|\bshit\b|\bidiot|\bstupid"
)
_UNNAMED = re.compile(
    r"举报|检举|揭发|实名反映|(?<![不非])(?<!不[用要必])(?:匿名(?!电话|短信|信)|保密)"
    r"|(?:别|不要|甭|勿|不想|不能)[^,]{0,6}(?:说|讲|告诉|透露|泄露|知道|提(?![供高前醒]))[^,]{0,8}"
    r"(?:是[我俺]|[我俺](?:说|报|反映|举报)的|[我俺]的?(?:名|姓|身份|电话|信息)|身份|谁(?:说|报|反映|举报))"
)
_PRAISE = re.compile(r"表扬|点赞|感谢|锦旗|好样的|辛苦了|值得(?:学习|表扬)|热心|负责任?的|好评|真好|给力|贴心|雪中送炭")
_TROUBLE = re.compile(
    r"坏|漏(?!洞)|堵|爆|断(?!定)|裂|塌|破(?!产)|不亮|不热|不通|不走|不动|不灵|没亮|没电|没水|没气|停(?:水|电|气|暖|运)|没人|无人|不管|不理|不给|不退|不让|拖欠|欠|噪|吵|扰|脏|臭|乱|差|异味|污|积水|淹|违|占|投诉|举报|反映|严重|影响|危险|隐患|丢失|掉(?:下|了|落)|松动|倒|着火|冒烟|起火|偷|骗|打不开|关不上|用不了|不能用|失灵|故障|生锈|老鼠|蟑螂|蚊|不到位|太大|太小|太慢|烦|难受|睡不着|挡|狗"
)
_CALM = re.compile(r"(?:没有?|不是|并非|并没有?|会不会|无)[^,]{0,2}$")
_GREETING = re.compile(
    r"(?:(?:领导|师傅|老师|书记|主任|网格员|同志)*(?:你们?|您们?|大家)?好|在[吗么嘛]|在不在|有没?有?人(?:在|没有?)*|有没有人在?|喂"
    r"|hi|hello|hey|测试|test|开始|哈喽|你是谁|[吗么嘛啊呀哈])+"
)
_ASKING = re.compile(
    r"请问|咨询|想问|问一?下|问问|打听|了解一?下|怎么(?!回事|还|没|不|这|搞|能|样|会|又|老|总|了)|如何|什么(?:时候|时间|政策|条件|材料|手续|流程|是|标准)|几点|多少钱|多少|多久|哪里|哪儿|在哪|哪个|吗|呢|\?|能不能|可不可以|可以(?:吗|办)|是不是|有没有|需要(?:什么|哪些)|电话是|how (?:do|can|to|much)|when|where|what"
)


def thanks(normal: str) -> bool:
    """Whether it only thanks or says yes, or tells that a thing is mended: it opens nothing and reopens nothing."""
    kind_signs = _KIND_SIGNS.search(normal)
    plain = _KIND_SIGNS.sub("", normal)
    if not _WORDS.search(plain):
        return bool(kind_signs)
    return all(_ends_well(clause, asked) or polite(clause) for clause, asked in _clauses(plain))


def polite(normal: str) -> bool:
    """Whether it only thanks or says yes."""
    pieces = [piece for piece in _PAUSES.split(_KIND_SIGNS.sub("", normal)) if _WORDS.search(piece)]
    return bool(pieces) and all(len(piece) <= _POLITE and _THANKS.fullmatch(piece) for piece in pieces)


def mended(normal: str) -> bool:
    """Whether the thing told of is mended already, and nothing else is wrong: 昨天漏水已修好."""
    return _some_mended(normal) and not any(trouble(c) for c, asked in _clauses(normal) if not _ends_well(c, asked))


def _some_mended(normal: str) -> bool:
    return not _NOT_MENDED.search(normal) and any(_ends_well(*clause) for clause in _clauses(normal))


def _clauses(normal: str) -> list[tuple[str, bool]]:
    """What stands between pauses, and whether it is asked."""
    return [(found[1].strip(), bool(found[2])) for found in _CLAUSE.finditer(normal) if _WORDS.search(found[1])]


def _ends_well(clause: str, asked: bool) -> bool:
    """Whether a clause ends with the thing mended: no question, no promise, no hearsay; 来水了是黄的 goes on."""
    at = max(0, len(clause) - _TAIL)
    works = _WORKS.search(clause, at)
    if asked or not (_REPAIRED.search(clause, at) or (works is not None and not trouble(clause[: works.start()]))):
        return False
    return not (_NOT_MENDED.search(clause) or _HEARSAY.search(clause))


def abuse(normal: str) -> bool:
    """Whether it swears. It is still read: angry people have real troubles."""
    return bool(_ABUSE.search(normal))


def praise(normal: str) -> bool:
    """Whether it praises somebody and complains of nothing."""
    return bool(_PRAISE.search(normal)) and (not trouble(normal) or _some_mended(normal))


def unnamed(normal: str) -> bool:
    """Whether whoever says so gives a tip or asks for secrecy (别说是我说的): nobody may learn who it was."""
    return bool(_UNNAMED.search(normal))


def trouble(normal: str) -> bool:
    """Whether it says that something is wrong."""
    return any(
        not _CALM.search(normal[max(0, found.start() - 8) : found.start()]) for found in _TROUBLE.finditer(normal)
    )


def greeting(normal: str) -> bool:
    """Whether it only says hello."""
    pieces = re.findall(r"\w+", normal)
    return bool(pieces) and all(len(piece) <= _POLITE and _GREETING.fullmatch(piece) for piece in pieces)


def without_mended(normal: str) -> str:
    """The text without what it says is mended already, when something else is left: 灯修好了,电梯又坏了."""
    clauses = _clauses(normal)
    left = [clause for clause, asked in clauses if not _ends_well(clause, asked)]
    return ",".join(left) if 0 < len(left) < len(clauses) else normal


def asking(normal: str) -> bool:
    """Whether it is put as a question."""
    return bool(_ASKING.search(normal))
