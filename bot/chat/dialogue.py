"""One step of a conversation: what a person said, and the stored conversation, lead to a `Turn`. Pure.

Buttons carry `f:<draft>:<field>:<value>` (an answer to a form), `m:<entry>` (the menu), `c:<case>:<verb>[:<value>]`
(something about a case), `p:…` (one's own data), `e:<case>:<verb>[:<value>]` (a step of an errand),
`k:<subject>:<verb>[:<value>]` (elder care), `g:…` (a gathering), `s:<subject>:<verb>` (the service list) or `r:…` (the
registers of homes). Typed numbers and labels mean the button they name; /start, /help and /cancel always work.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.care.words import calls_for_help
from bot.cases.lifecycle import FIRST_NUMBER, Act
from bot.chat.conversation import Conversation, Draft, Form, Scene, Turn, chosen
from bot.chat.editing import corrected, told
from bot.chat.forms.report import vague
from bot.chat.menus import PAGES, greeting, help_page, invitation
from bot.chat.messages import Incoming, Outgoing
from bot.chat.quoting import quoted
from bot.chat.typed import FILING, entry, spelled
from bot.chat.warning import picked_danger, told_danger, warned
from bot.chat.wishes import (
    Begin,
    BindGroup,
    CareStep,
    ClaimStep,
    DoAct,
    Erase,
    ErrandStep,
    GatheringStep,
    HomeStep,
    Mended,
    Mute,
    Redeem,
    SaveHome,
    ShowCase,
    ShowMine,
    Silence,
    Unfollow,
    Wish,
)
from bot.errands.letters import quoted_price
from bot.triage.manners import greeting as greets
from bot.triage.manners import polite
from bot.triage.reading import Reading
from bot.triage.wording import normalise

# Acts that a press does at once; all others have a form that asks for words first.
AT_ONCE = {
    act.value: act for act in (Act.ACCEPT, Act.REPORT_IN, Act.GRANT, Act.RESUME, Act.UNMERGE, Act.REOPEN, Act.URGE)
}
AT_ONCE |= {"grade": Act.RATE, "solved": Act.RATE}
_ACTS = frozenset(act.value for act in Act)
VIEWS = frozenset({"more", "trail", "looks", "words"})
_SILENCE = {"mute": True, "unmute": False}
_ROW = re.compile(r"[0-9]{1,18}")
_WORD = re.compile(r"\w")
SHORT = 20  # characters
_FORMS = FILING | {"leave", "shifts", "unit_shifts", "invite", "move", "helper"}
# Steps by the area of their buttons: the beginning of their forms' names, and the wish.
_STEPS: dict[str, tuple[str, Callable[[int, str, str], Wish]]] = {
    "e": ("errand_", ErrandStep),
    "k": ("care_", CareStep),
    "g": ("double_", GatheringStep),
    "s": ("claim_", lambda subject, verb, _value: ClaimStep(subject, verb)),
    "r": ("home_", HomeStep),
}


class Dialogue:
    """The conversation over a set of forms."""

    def __init__(self, forms: tuple[Form, ...]) -> None:
        self._forms = {form.name: form for form in forms}

    def step(self, conversation: Conversation, said: Incoming, scene: Scene) -> Turn:
        """What a message leads to. Never raises on anything a person can say."""
        if said.edits:
            return self._edited(conversation, said, scene)
        if not (said.choice or said.attachments or said.pin or said.phone or _WORD.search(said.text)):
            return self._wordless(conversation, scene)
        if scene.person.elder_id is not None and said.text and calls_for_help(said.text, scene.town):
            return Turn(conversation, wishes=(CareStep(0, "sos", words=said.text),))
        if not said.choice and (wish := spelled(conversation, said.text)) is not None:
            return Turn(conversation, wishes=(wish,))
        if said.text and not said.choice:
            choice = chosen(said.text, conversation.offered) or entry(said.text, conversation, scene)
            if choice == "m:address" and conversation.draft is not None:
                choice = ""  # In the midst of a report, 我家 answers where.
            said = replace(said, choice=choice) if choice else said
            number = None if choice else quoted(said.text, alone=conversation.draft is None)
            if number is not None:
                return Turn(conversation, wishes=(ShowCase(number - FIRST_NUMBER),))
        if said.text.startswith("/"):
            return self._command(conversation, said, scene)
        turn = self._pressed(conversation, said, scene) if said.choice else None
        turn = turn or self._spoken(conversation, said, scene)
        draft = turn.conversation.draft
        if draft is None or said.choice or not said.text:
            return turn
        return replace(turn, conversation=replace(turn.conversation, draft=told(draft, said)))

    def _edited(self, conversation: Conversation, said: Incoming, scene: Scene) -> Turn:
        """A message sent before reads otherwise now: its words are replaced in the draft, or asked for again."""
        draft = conversation.draft
        after = corrected(draft, self._forms[draft.form], said, scene) if draft is not None else None
        if after is None:
            turn = Turn(conversation, (Outgoing(scene.texts("menu.edit_unread")),))
        else:
            turn = self._ask(replace(conversation, draft=after), scene, pressed=False)
            turn = replace(turn, replies=(Outgoing(scene.texts("menu.edited")), *turn.replies))
        return warned(turn, told_danger(said, scene), scene)

    def _wordless(self, conversation: Conversation, scene: Scene) -> Turn:
        """A sticker, a poll, a lone emoji: kindly asked for words, and the question comes again."""
        turn = self._ask(conversation, scene, pressed=False)
        return replace(turn, replies=(Outgoing(scene.texts("menu.wordless"), menu=not turn.replies), *turn.replies))

    def open(self, conversation: Conversation, form: str, subject: int, scene: Scene, **fields: object) -> Turn:
        """Start a form for somebody who pressed for it."""
        return self._ask(conversation.begin(form, subject, **fields), scene, pressed=False)

    def offer(self, before: Conversation, found: Mapping[str, Any], scene: Scene) -> Turn:
        """Instead of filing what was just sent, ask whether it is the case that was found; the draft stays as it was."""
        draft = before.draft
        asked = replace(before, draft=draft.having(repeat=dict(found))) if draft is not None else before
        return self._ask(asked, scene, pressed=False)

    def asking(self, turn: Turn, scene: Scene, **fields: object) -> Turn:
        """A turn that began a draft, with more known of it: the question is another one."""
        draft = turn.conversation.draft
        asked = replace(turn.conversation, draft=draft.having(**fields)) if draft is not None else turn.conversation
        return self._ask(asked, scene, pressed=False)

    def resume(self, conversation: Conversation, scene: Scene) -> Turn:
        """Bring the draft in work back to somebody who left it."""
        return self._after(conversation, scene, None)

    def _begin(self, conversation: Conversation, form: str, scene: Scene) -> Turn:
        begun = (
            conversation.begin(form, here=conversation.here) if form in {*FILING, "move"} else conversation.begin(form)
        )
        return self._ask(begun, scene, pressed=False)

    def _command(self, conversation: Conversation, said: Incoming, scene: Scene) -> Turn:
        command = said.text.split(maxsplit=1)[0][1:].lower()
        if command == "start" or said.payload:
            return self._arrive(conversation, said.payload, scene)
        if command == "cancel":
            return self._cancel(conversation, scene)
        if command == "bind":
            return Turn(conversation, wishes=(BindGroup(),))
        if command in PAGES:
            return Turn(conversation, wishes=(PAGES[command],))
        if command in _FORMS:
            return self._begin(conversation, command, scene)
        return Turn(conversation, (help_page(scene),))

    def _arrive(self, conversation: Conversation, payload: str, scene: Scene) -> Turn:
        kind, _, value = payload.partition("_")
        if kind == "i" and value:
            return Turn(conversation, wishes=(Redeem(value),))
        if kind == "c" and _number(value):
            return Turn(conversation, wishes=(ShowCase(int(value)),))
        unit = scene.town.directory.by_code.get(value) if kind == "b" else None
        if unit is not None:
            conversation = replace(conversation, here=unit.id)
        message = greeting(scene, unit)
        conversation = conversation.remember(message)
        if conversation.draft is not None:  # Nothing said is lost: the draft in work comes back below the greeting.
            turn = self._ask(conversation, scene, pressed=False)
            return replace(turn, replies=(replace(message, buttons=()), *turn.replies))
        return Turn(conversation, (message,))

    def _cancel(self, conversation: Conversation, scene: Scene) -> Turn:
        if conversation.draft is None:
            return Turn(conversation, (replace(greeting(scene, None), text=scene.texts("menu.nothing_to_cancel")),))
        return self._after(conversation.end(), scene, Outgoing(scene.texts("menu.cancelled"), menu=True))

    def _pressed(self, conversation: Conversation, said: Incoming, scene: Scene) -> Turn | None:
        area, _, rest = said.choice.partition(":")
        if area == "m":
            return self._menu(conversation, rest, scene)
        if area == "c":
            return self._about_case(conversation, rest, scene)
        if area in _STEPS:
            return self._step(conversation, area, rest, scene)
        if area == "h":
            unit_id, _, more = rest.partition(":")
            room, _, whom = more.partition(":")
            wish = SaveHome(int(unit_id) or None, room, whom) if _number(unit_id) else None
            return Turn(conversation, wishes=(wish,)) if wish is not None else None
        if area == "p" and rest.startswith("erase:") and _number(rest[6:]):
            # What they were saying goes too; the count stays, so that no old button fits a new draft.
            return Turn(Conversation(conversation.count), wishes=(Erase(int(rest[6:])),))
        if said.choice == "p:keep":
            return self._after(conversation, scene, Outgoing(scene.texts("privacy.stays"), menu=True))
        return self._in_form(conversation, said, scene) if area == "f" else Turn(conversation, (help_page(scene),))

    def _in_form(self, conversation: Conversation, said: Incoming, scene: Scene) -> Turn:
        draft, (number, _, answer) = conversation.draft, said.choice.removeprefix("f:").partition(":")
        if draft is None or str(draft.no) != number:
            # A button of a draft that is over: say so, and show where we are now.
            if draft is None:
                return Turn(conversation, (Outgoing(scene.texts("menu.old_button"), menu=True),))
            return self._ask(conversation, scene, pressed=False)
        field, _, value = answer.partition(":")
        if field == "_" and value == "cancel":
            return self._cancel(conversation, scene)
        return self._answer(conversation, draft, replace(said, choice=f"{field}:{value}"), scene, pressed=not said.text)

    def _menu(self, conversation: Conversation, entry: str, scene: Scene) -> Turn:
        if entry in PAGES:
            return self._looking(conversation, PAGES[entry], scene)
        if entry in _FORMS:
            draft = conversation.draft
            if draft is not None and draft.form == entry:
                return self._ask(conversation, scene, pressed=False)
            return self._begin(conversation, entry, scene)
        if entry == "cancel":
            return self._cancel(conversation, scene)
        return Turn(conversation, (help_page(scene) if entry == "help" else greeting(scene, None),))

    def _looking(self, conversation: Conversation, page: Wish, scene: Scene) -> Turn:
        """A page that somebody wants to see; what they have not sent yet comes again below their cases."""
        draft = conversation.draft
        unsent = page == ShowMine() and draft is not None and draft.form in FILING
        turn = self._ask(conversation, scene, pressed=False) if unsent else Turn(conversation)
        said = (Outgoing(scene.texts("menu.not_sent")), *turn.replies) if unsent else ()
        return replace(turn, replies=said, wishes=(page,))

    def _about_case(self, conversation: Conversation, rest: str, scene: Scene) -> Turn:
        number, _, verb_value = rest.partition(":")
        verb, _, value = verb_value.partition(":")
        case_id = int(number) if _number(number) else 0
        if verb in AT_ONCE:
            return Turn(conversation, wishes=(DoAct(case_id, AT_ONCE[verb], value=value),))
        if verb == Act.MERGE and value:  # The button said with which.
            return Turn(conversation, wishes=(DoAct(case_id, Act.MERGE, value=value),))
        if verb in _ACTS and verb in self._forms:
            return Turn(conversation, wishes=(Begin(case_id, Act(verb), value),))
        if verb in _SILENCE:
            return Turn(conversation, wishes=(Silence(case_id, _SILENCE[verb]),))
        if verb == "unfollow":
            return Turn(conversation, wishes=(Unfollow(case_id),))
        if verb == "hush" and scene.is_staff:
            return self._ask(conversation.begin(verb, case_id), scene, pressed=False)
        if verb == "unhush":
            return Turn(conversation, wishes=(Mute(case_id, 0, "", lift=True),))
        if verb in VIEWS:
            return Turn(conversation, wishes=(ShowCase(case_id, verb),))
        return Turn(conversation, wishes=(ShowCase(case_id),))

    def _step(self, conversation: Conversation, area: str, rest: str, scene: Scene) -> Turn | None:
        """A step of an errand or of elder care: at once, or after a short form (hand, paid, visit)."""
        prefix, make = _STEPS[area]
        number, _, verb = rest.partition(":")
        verb, _, value = verb.partition(":")
        if not _number(number):
            return None
        if prefix + verb in self._forms and (area == "k" or not value):
            fields = {"value": value} if value else {}
            return self._ask(conversation.begin(prefix + verb, int(number), **fields), scene, pressed=False)
        return Turn(conversation, wishes=(make(int(number), verb, value),))

    def _spoken(self, conversation: Conversation, said: Incoming, scene: Scene) -> Turn:
        draft = conversation.draft
        if draft is not None and vague(draft) and said.text and scene.town.triage.read(said.text).service == "errand":
            # 我是王大爷, then 帮我取个快递: only now it is told which of the two it is.
            said = replace(said, text=f"{draft.fields['words']}\n{said.text}")
            conversation = replace(conversation, draft=None)
        elif draft is not None:
            return self._answer(conversation, draft, said, scene, pressed=False)
        if not (said.text or said.attachments or said.pin or said.phone):
            return Turn(conversation, (help_page(scene),))
        reading = scene.town.triage.read(said.text) if said.text else None
        if reading is not None and (kindly := _mannered(conversation, said, reading, scene)) is not None:
            return kindly
        form = "errand" if reading is not None and reading.service == "errand" else "report"
        kind = reading.guesses[0][0] if reading is not None and form == "errand" and reading.guesses else None
        if kind is not None and (told := quoted_price(scene.town, said.text, kind)) is not None:
            return Turn(conversation, (told,))
        begun = conversation.begin(form, here=conversation.here)
        draft = begun.draft
        if draft is None:  # begin always makes one
            return Turn(conversation)
        absorb = self._forms[form].absorb
        if absorb is not None:
            draft = absorb(draft, said, scene)
        turn = self._ask(replace(begun, draft=draft), scene, pressed=False)
        return warned(turn, told_danger(said, scene), scene)

    def _answer(self, conversation: Conversation, draft: Draft, said: Incoming, scene: Scene, *, pressed: bool) -> Turn:
        form = self._forms[draft.form]
        question = next((q for q in form.questions if q.wanted(draft, scene)), None)
        if said.choice.startswith("_:") or (question is None and form.hear_check is not None):
            heard = form.hear_check(draft, said, scene) if form.hear_check is not None else None
        else:
            asked = said.choice.partition(":")[0]
            named = next((q for q in form.questions if asked and q.field == asked), question)
            heard = named.hear(draft, said, scene) if named is not None else None
        if heard is not None and heard.get("done"):
            return self._finish(conversation, form, heard, scene)
        if heard is None and said.attachments and form.add is not None:
            # A picture in place of the answer: it belongs to what is told, and the question comes again.
            heard = form.add(draft, said, scene)
        if heard is None:
            turn = self._ask(conversation, scene, pressed=False)
            return replace(turn, replies=(Outgoing(scene.texts("menu.not_understood")), *turn.replies))
        if said.album and said.album == draft.get("album") and heard.get("album") == draft.get("album"):
            # A later picture of the same album joins quietly: the question was asked when the first one came.
            return Turn(replace(conversation, draft=heard))
        if said.album:
            heard = heard.having(album=said.album)
        turn = self._ask(replace(conversation, draft=heard), scene, pressed=pressed)
        if not said.choice and turn.replies and _same(turn.replies[-1], self._question(draft, scene)):
            # The same question without a word would look as if nothing had been heard.
            word = Outgoing(scene.texts("menu.kept" if heard != draft else "menu.not_understood"))
            turn = replace(turn, replies=(word, *turn.replies))
        if draft.form != "report":
            return turn
        return warned(turn, told_danger(said, scene) or picked_danger(draft, heard, scene), scene)

    def _ask(self, conversation: Conversation, scene: Scene, *, pressed: bool) -> Turn:
        """Ask for the first thing that lacks; with nothing lacking, show the check screen or finish."""
        draft = conversation.draft
        if draft is None:
            return Turn(conversation)
        question = self._question(draft, scene)
        if question is None:
            return self._finish(conversation, self._forms[draft.form], draft, scene)
        message = replace(question, card=f"draft:{draft.no}", fresh=not pressed, answers=pressed)
        return Turn(conversation.remember(message), (message,))

    def _question(self, draft: Draft, scene: Scene) -> Outgoing | None:
        """The question that is asked next, or the check screen; None where nothing is left to ask."""
        form = self._forms[draft.form]
        question = next((q for q in form.questions if q.wanted(draft, scene)), None)
        ask = question.ask if question is not None else form.check
        return ask(draft, scene) if ask is not None else None

    def _finish(self, conversation: Conversation, form: Form, draft: Draft, scene: Scene) -> Turn:
        ended = replace(conversation.end(), offered=())
        wish = form.finish(draft, scene)
        if isinstance(wish, SaveHome):  # The draft that comes back offers the new home already.
            person = replace(scene.person, home_unit_id=wish.unit_id, home_room=wish.room)
            scene = replace(scene, person=person)
        after = form.following(draft, scene) if form.following is not None else None
        if after is not None:
            begun = ended.begin(form.name, **after.fields)
            turn = self._ask(begun, scene, pressed=False)
            more = Outgoing(scene.texts("report.next_one", words=after.get("words", "")))
            return replace(turn, replies=(more, *turn.replies), wishes=(wish,))
        turn = self._after(ended, scene, None)
        return replace(turn, wishes=(wish,))

    def _after(self, conversation: Conversation, scene: Scene, message: Outgoing | None) -> Turn:
        """What follows a form that is over: the draft put aside comes back, with a word that it does."""
        said = (message,) if message is not None else ()
        if conversation.draft is None:
            return Turn(replace(conversation, offered=()), said)
        turn = self._ask(conversation, scene, pressed=False)
        back = Outgoing(scene.texts("menu.back_to_draft"))
        return replace(turn, replies=(*said, back, *turn.replies))


def _mannered(conversation: Conversation, said: Incoming, reading: Reading, scene: Scene) -> Turn | None:
    """What a message that only greets, thanks or praises leads to; None where there is more to it."""
    # Only a short word is manners alone: a letter that begins with thanks goes on to what it is about.
    if len(said.text) > SHORT or said.attachments:
        return None
    normal = normalise(said.text)
    if reading.thanks and not polite(normal):
        return Turn(conversation, wishes=(Mended(said.text),))
    if reading.thanks or reading.service == "praise":
        key = "menu.thanks" if reading.thanks else "menu.praise"
        return Turn(conversation, (Outgoing(scene.texts(key), menu=True),))
    return Turn(conversation, (invitation(scene),)) if greets(normal) else None


def _same(message: Outgoing, question: Outgoing | None) -> bool:
    """Whether a message asks this question."""
    return question is not None and (message.text, message.buttons) == (question.text, question.buttons)


def _number(text: str) -> bool:
    """Whether a button's part is a number that a row can have: whoever forges a press may write anything."""
    return _ROW.fullmatch(text) is not None
