"""What typed words mean by themselves: a menu entry, a wish of a fixed shape, that one gives up, that one asks after it."""

import re
import unicodedata

from bot.chat.conversation import Conversation, Scene
from bot.chat.muting import ordered_mute
from bot.chat.quoting import quoted
from bot.chat.wishes import Redeem, Wish

FILING = frozenset({"report", "errand"})
_INVITE = re.compile(r"(?:/start\s+)?(?:i_)?([A-Za-z0-9_-]{16})")  # as `joining.issue` makes them, typed or pasted
# What the typed words of a catalogue mean: the area of a button.
_AREAS = {
    "menu.words_": "m:",
    "elders.words_": "k:0:",
    "double.words_": "g:0:",
    "claims.words_": "s:0:",
    "homes.words_": "r:0:",
}
_POLITE = re.compile(r"^(?:您?你?好[,\s]*)?(?:请|麻烦)?(?:我|俺)?(?:要|想要?|想去|得)?(?:帮我)?|(?:吧|啊|呀|一下|了)$")
_GIVES_UP = re.compile(
    r"[唉哎那嗯\W]*(?:(?:还是|就)?算了吧?|(?:我|先|就)*不想?(?:报|反映|说|提交|弄|办|投诉)了|别报了|取消了?吧?)"
    r"(?:\W*(?:算了吧?|(?:我|先|就)*不想?(?:报|反映|说|提交|弄|办|投诉)了|取消了?吧?))*[吧啊呀\W]*"
)
_PATIENCE = 20  # characters: who writes more tells something new
_WHEN = r"(?:什么时候|啥时候|啥时|多会儿?|几时|何时|多久|多长时间|几点)"
_DONE = r"(?:修|弄|搞|办|处理|解决)"
_THAT = r"(?:那个?|这个?|事情?|到底|现在|今天|都|师傅|你们|他们|有?人|怎么|咋|为啥|为什么|到现在)*"
_ASKS_AFTER = re.compile(
    r"(?:我|俺|那|这)[^,]{0,6}(?:事|诉求|问题|报的|说的|反映的)[^,]{0,6}(?:咋样|怎么?样|咋说|到哪|没人管|没动静).*"
    rf"|{_THAT}(?:{_WHEN}[^,]{{0,4}}(?:来|到|上门|{_DONE})|还[没不](?:有|见)?人?(?:来|到|接|管|动静|消息|结果|回音|回复|{_DONE})"
    rf"|{_DONE}得?(?:怎么?样|咋样|[好完]了?[没吗]|到哪)).{{0,6}}"
    r"|(?:有|来)?(?:没有|没)?(?:消息|结果|进展|动静|回音|信儿)了?(?:吗|没|没有|么)"
    r"|(?:快点|快些|催)[^,]{0,4}"
)


def entry(text: str, conversation: Conversation, scene: Scene) -> str:
    """The choice behind the menu entry that a person typed, or "".

    Its label or one of its words, politely as well (我要订餐); 算了不报了 is 取消, 啥时候能来人啊 is 查进度.
    """
    bare = text.strip().strip("。.!！?？ ")
    for said in (bare, _POLITE.sub("", bare)):
        for prefix, area in _AREAS.items():
            named = scene.texts.named(prefix).get(said)
            if named is not None:
                return area + named
    draft = conversation.draft
    if draft is not None and draft.form not in FILING:
        return ""
    if scene.is_staff and bare in scene.texts("menu.acts").split():
        return "m:work"  # The act is pressed on the card of the case that is meant.
    if draft is not None and _GIVES_UP.fullmatch(bare):
        return "m:cancel"
    return "m:mine" if _asks_after(bare, conversation, scene) else ""


def _asks_after(text: str, conversation: Conversation, scene: Scene) -> bool:
    """Whether somebody asks how their matter goes, and names neither its number, a place nor what is wrong."""
    said = unicodedata.normalize("NFKC", text)
    if len(said) > _PATIENCE or not _ASKS_AFTER.fullmatch(said) or quoted(said, alone=conversation.draft is None):
        return False
    sighting, reading = scene.town.gazetteer.find(said), scene.town.triage.read(said)
    told = reading.sure and reading.service != "inquiry"  # what is wrong is a new matter: 电梯什么时候修好
    return not (sighting.unit or sighting.candidates or told or reading.danger)


def spelled(conversation: Conversation, text: str) -> Wish | None:
    """What words of a fixed shape mean: an invite code, a desk's order not to hear somebody."""
    invite = _INVITE.fullmatch(text) if conversation.draft is None else None
    return Redeem(invite[1]) if invite is not None else ordered_mute(text)
