"""A case number in what a person types: 1024, 1024号怎么样了."""

import re
import unicodedata

_ASKS = (
    r"(?:怎么样了?|咋样了?|办?得?怎样了?|办到哪(?:一步)?了?|到哪(?:一步|里|儿)?了?|办?好了?(?:吗|没有|没)|办完(?:了|了吗|没有)|"
    r"进度|进展|结果|有(?:消息|结果|进展)(?:了|了吗|吗|没有)?|什么情况|多久)"
)
_QUOTED = re.compile(
    r"(?:你好|您好|请问|麻烦|帮我|我想|我要|查一?下?|看一?下?|问一?下?|我的|编号|号码|案件|诉求|[,:#\s])*"
    r"(?P<number>\d{4,9})\s*(?P<named>号)?(?:的|那件|这件|这个|那个)?(?:事情?|案子|诉求)?[,\s]*(?:现在|目前|的)?"
    rf"(?P<asks>{_ASKS})?[。.!?\s]*"
)


def quoted(text: str, *, alone: bool) -> int | None:
    """The number a message asks about and nothing else; None for any other words.

    `alone`: nothing was asked of the person, so that a bare number means a case. Else only a question about one does.
    """
    said = _QUOTED.fullmatch(unicodedata.normalize("NFKC", text.strip()))
    if said is None or not (alone or said["asks"]):
        return None
    return int(said["number"])
