"""What a message asks for: its kind, how urgent, and how sure that is.

danger now?  ── yes ──▶ that kind, an emergency, sure
│ no
thanks or mended? praise? only a question? ──▶ said as such, never urgent
│ no
the catalogue's words and the city's own model ──▶ three guesses, and whether the first is sure

Where a city's own labels have taken the catalogue's place (`Kinds.learnt_alone`), the model alone sorts appeals; what is an
emergency, an errand or a tip, how urgent it is, and what is thanks or a question, is still said by the words.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bot.triage import danger as dangers
from bot.triage import manners
from bot.triage.danger import Danger
from bot.triage.evidence import Evidence, Lexicon
from bot.triage.kinds import Kind, Kinds, Service, Urgency
from bot.triage.learning import Model
from bot.triage.wording import normalise

Meaning = Literal["appeal", "errand", "inquiry", "praise", "other"]

_LONGEST = 4096  # characters read; no network lets more be said at once
_DOUBT = 2.0  # what speaks for "something else", in the weight of words
_SURE, _LEAD = 0.55, 0.2
_MODEL_SHARE = 0.7  # of belief, when it has no doubt: the city's own history knows its words better than a catalogue made elsewhere
_GUESSES = 3
_LETTER = 300  # characters; who writes more tells one story, and it is left whole
_SHORT, _SURE_IF_SHORT, _FAMILIAR = 20, 0.85, 0.6
_BRIEF = 60  # characters; nobody asks for an errand at greater length
_VAGUE = 0.3  # what a group's 其他 is worth beside a kind with a name
_TIP = re.compile(r"举报|检举|揭发|实名反映")
_ANOTHER = re.compile(
    r"[。!;\n]+|[,、](?=还有|另外|再有|再就是|同时|并且|顺便|而且|第[二三四]|其次|其二|其三|最后)|(?:^|[,。;\n])\s*(?:\d[.、)]|[一二三四五][、.]|[①②③④⑤])|(?<=[了亮走通热水电灯])[,和](?=[^,]{2,12}也)|[,;](?=[^,;。]{1,12}也(?:坏|不|没|堵|漏|脏|有))"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message seems to say.

    `guesses` are at most three kinds with their share of belief (0..1), best first. `problems` are the parts when it
    tells of several matters, else empty. `why` quotes the words that decided. `thanks` means that nothing is asked:
    such a message opens and reopens nothing. `abuse` marks swearing, beside whatever else was said. `tip`: it is a tip, asks
    for secrecy, or tells of wrongdoing under a label of the city's own; whoever says so must not be named, in danger too.
    """

    kind: Kind | None
    guesses: tuple[tuple[Kind, float], ...]
    service: Meaning
    urgency: Urgency
    sure: bool
    problems: tuple[str, ...]
    danger: Danger | None
    why: tuple[str, ...]
    thanks: bool
    abuse: bool
    tip: bool = False


_REMEMBERED = 256


class Triage:
    """Reads messages by the catalogue's words, and by what the city's own history taught when there is a model."""

    def __init__(self, kinds: Kinds, model: Model | None = None) -> None:
        self._kinds = kinds
        self._model = model
        self._remembered = lru_cache(_REMEMBERED)(self._read)  # A turn asks two or three times about the same words.
        self._lexicon = Lexicon(kinds)
        by_name = {kind.name: kind for kind in kinds.all}
        labels = model.labels if model else ()
        self._learnt = [(label, kinds.by_code.get(label) or by_name.get(label)) for label in labels]
        self._labels = frozenset(kind.code for _, kind in self._learnt if kind is not None)
        self._alone = kinds.learnt_alone and any(kind for _, kind in self._learnt)

    def read(self, text: str) -> Reading:
        """What this message asks for. Never raises, and always says the same of the same text."""
        return self._remembered(text)

    def _read(self, text: str) -> Reading:
        normal = normalise(text[:_LONGEST])
        danger = dangers.find_in(normal)
        evidence = self._lexicon.weigh(manners.without_mended(normal))
        guesses = self._guesses(normal, evidence, danger)
        abuse = manners.abuse(normal)
        if danger is None and (plain := self._plain(normal, guesses)) is not None:
            kind, service, thanks = plain
            if self._alone and kind is not None and guesses:
                kind = guesses[0][0]
            ranked = _first(kind, guesses)
            sure = kind is not None or thanks
            return Reading(
                kind, ranked, service, Urgency.NORMAL, sure, (), None, _quotes(kind, evidence), thanks, abuse
            )
        kind = guesses[0][0] if guesses else None
        return Reading(
            kind=kind,
            guesses=guesses,
            service=_service(kind),
            urgency=Urgency.EMERGENCY if danger else self._urgency(kind, evidence),
            sure=danger is not None or (_is_sure(guesses) and not self._hasty(normal, guesses)),
            problems=self._problems(normal),
            danger=danger,
            why=((danger.words,) if danger else ()) + _quotes(kind, evidence),
            thanks=False,
            abuse=abuse,
            tip=manners.unnamed(normal) or (self._alone and _tips(evidence)),
        )

    def _plain(self, normal: str, guesses: tuple[tuple[Kind, float], ...]) -> tuple[Kind | None, Meaning, bool] | None:
        """Thanks, praise or a mere question, as (kind, meaning, thanks); None for a matter to be handled."""
        if manners.thanks(normal) or manners.mended(normal):
            return None, "other", True
        if manners.praise(normal):
            return self._kinds.by_code.get("praise"), "praise", False
        if manners.greeting(normal):
            return None, "other", False
        top = guesses[0][0] if guesses else None
        if top is not None and (top.service is Service.ERRAND or top.hidden):
            return None
        denied_or_calm = not manners.trouble(normal) or (top is None or top.code == "inquiry")
        if manners.asking(normal) and denied_or_calm:
            return self._kinds.by_code.get("inquiry"), "inquiry", False
        return None

    def _guesses(self, normal: str, evidence: Evidence, danger: Danger | None) -> tuple[tuple[Kind, float], ...]:
        weights = dict(evidence.weights)
        if danger is None:
            self._calm(weights)
        _prefer_particular(weights)
        total = sum(weights.values()) + _DOUBT
        shares: dict[Kind, float] = {kind: weight / total for kind, weight in weights.items()}
        if self._alone and not _apart(normal, shares):
            shares = dict(self._taught(normal))
        elif self._model is not None and not self._alone:
            shares = _blend(shares, self._taught(normal))
        if danger is not None and (meant := self._kinds.by_code.get(danger.what)) is not None:
            shares[meant] = max(1 - 0.05 * len(shares), 0.9)
        offered = [guess for guess in shares.items() if guess[0].code not in self._kinds.resting]
        ranked = sorted(offered, key=lambda guess: (-guess[1], guess[0].code))
        return tuple((kind, round(share, 4)) for kind, share in ranked[:_GUESSES])

    def _hasty(self, normal: str, guesses: tuple[tuple[Kind, float], ...]) -> bool:
        """Whether a few words are all that a model of long letters goes by; words that it may never have met."""
        if self._model is None or not self._alone or guesses[0][0].code not in self._labels or len(normal) >= _SHORT:
            return False
        return guesses[0][1] < _SURE_IF_SHORT or self._model.familiarity(normal) < _FAMILIAR

    def _urgency(self, kind: Kind | None, evidence: Evidence) -> Urgency:
        """How urgent a matter without danger is: as its kind, or under a city's own labels as the words' kind."""
        if self._alone:
            weights = dict(evidence.weights)
            self._calm(weights)
            _prefer_particular(weights)
            kind = max(weights, key=lambda kind: (weights[kind], kind.code), default=kind)
        return kind.urgency if kind is not None else Urgency.NORMAL

    def _calm(self, weights: dict[Kind, float]) -> None:
        """Without danger now, what speaks for a kind of emergency speaks, at half weight, for a hazard to look at."""
        for kind in [kind for kind in weights if kind.urgency is Urgency.EMERGENCY]:
            weight = weights.pop(kind) / 2
            if (hazard := self._kinds.by_code.get("safety_other")) is not None:
                weights[hazard] = weights.get(hazard, 0) + weight

    def _taught(self, normal: str) -> Mapping[Kind, float]:
        """What the model believes, by kind; labels that are no kinds here are passed over."""
        shares: dict[Kind, float] = defaultdict(float)
        if self._model is not None:
            kinds = dict(self._learnt)
            for label, share in self._model.predict(normal):
                if (kind := kinds.get(label)) is not None:
                    shares[kind] += share
        return shares

    def _problems(self, normal: str) -> tuple[str, ...]:
        """The parts of a message that tells of several matters, each with a kind of its own; else nothing."""
        parts: dict[Kind, str] = {}
        if len(normal) > _LETTER:
            return ()
        for piece in _ANOTHER.split(normal):
            weights = self._lexicon.weigh(piece).weights
            self._calm(weights)
            _prefer_particular(weights)
            kind = max(weights, key=lambda kind: (weights[kind], kind.code)) if weights else None
            asked = manners.trouble(piece) or (kind is not None and kind.service is Service.ERRAND)
            if kind is not None and asked and _is_sure(((kind, weights[kind] / (sum(weights.values()) + _DOUBT)),)):
                parts[kind] = f"{parts[kind]},{piece.strip()}" if kind in parts else piece.strip(" ,")
        return tuple(parts.values()) if len(parts) > 1 else ()


def _prefer_particular(weights: dict[Kind, float]) -> None:
    """Let the 其他 of a group step back before any other kind; one that hides the reporter only before its like."""
    for vague in [kind for kind in weights if kind.code.endswith("other")]:
        if any(kind is not vague and (kind.hidden or not vague.hidden) for kind in weights):
            weights[vague] *= _VAGUE


def _apart(normal: str, shares: Mapping[Kind, float]) -> bool:
    """Whether the words surely ask for what a city's own labels of appeals do not hold: an errand, or a tip so called."""
    ranked = tuple(sorted(shares.items(), key=lambda guess: (-guess[1], guess[0].code))[:2])
    if not _is_sure(ranked):
        return False
    if ranked[0][0].service is Service.ERRAND:
        return len(normal) <= _BRIEF
    return ranked[0][0].hidden and len(normal) <= _LETTER and _TIP.search(normal) is not None


def _tips(evidence: Evidence) -> bool:
    """Whether the words that speak for wrongdoing weigh most."""
    top = max(evidence.weights, key=lambda kind: (evidence.weights[kind], kind.code), default=None)
    return top is not None and top.hidden


def _blend(words: Mapping[Kind, float], taught: Mapping[Kind, float]) -> dict[Kind, float]:
    """Both together: the surer the model is, the more it counts; what the words leave in doubt is the model's to say."""
    if not taught:
        return dict(words)
    by_words = 1 - _MODEL_SHARE * max(taught.values())
    by_model = 1 - by_words * sum(words.values())
    return {kind: by_words * words.get(kind, 0) + by_model * taught.get(kind, 0) for kind in {**words, **taught}}


def _first(kind: Kind | None, guesses: tuple[tuple[Kind, float], ...]) -> tuple[tuple[Kind, float], ...]:
    """The guesses with this kind put before them."""
    if kind is None:
        return guesses
    others = tuple((other, round(share / 2, 4)) for other, share in guesses if other is not kind)
    return ((kind, 0.7), *others)[:_GUESSES]


def _is_sure(guesses: tuple[tuple[Kind, float], ...]) -> bool:
    shares = [share for _, share in guesses] + [0.0, 0.0]
    return shares[0] >= _SURE and shares[0] - shares[1] >= _LEAD


def _service(kind: Kind | None) -> Meaning:
    if kind is None:
        return "other"
    if kind.code in {"inquiry", "praise"}:
        return "inquiry" if kind.code == "inquiry" else "praise"
    return "errand" if kind.service is Service.ERRAND else "appeal"


def _quotes(kind: Kind | None, evidence: Evidence) -> tuple[str, ...]:
    return evidence.words.get(kind, ())[:3] if kind is not None else ()
