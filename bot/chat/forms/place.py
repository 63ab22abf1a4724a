"""The question "where?": a scanned staircase, home, a pin, typed names, or picking from compound to building to door.

A draft holds `place` (as people say it) once it is settled, with `unit` (None where we do not know it), `room`, `lat`,
`lon`. While it is being settled, `near` is the unit picked so far and `candidates` are units to choose from.
"""

import re

from bot.chat.conversation import Draft, Question, Scene, numbered
from bot.chat.forms.telling import tells_nothing, with_words
from bot.chat.messages import Button, Incoming, Outgoing
from bot.grid.directory import Unit, UnitKind
from bot.grid.gazetteer import Sighting

_PAGE = 8
_AT_HOME = re.compile(
    "(?:我|俺|咱|我们|咱们)家(?![长属乡])|(?<![人友戚居壁上下妈爸婆公爷奶姐哥弟妹孩大国老])家(?:里|中)|屋里"
)
_ASKS_KNOWN = {"move": "people.where_home", "home_find": "homes.where"}
KNOWN_ONLY = frozenset(_ASKS_KNOWN)  # forms for which a place must be one of the directory's, and not the home we know
_NAMED = 3  # More buildings than these are not listed one by one.
_ON_THE_SPOT = frozenset({"grid", "firm"})  # owners who must know where to go; a question of policy has no place
_WORDS = 40  # of a place that we do not know: the rest stays in what was said
_TRIED = 3  # phrases that we do not know, to keep as they are said
_FEW = 4  # characters beside a place that say nothing of the matter: 我家住在
_ROOM = re.compile(r"\s*(\d{3,4})[室户号]?\s*")
_SIGNS = re.compile(r"\W+")


def settle(draft: Draft, unit: Unit, room: str, scene: Scene) -> Draft:
    """The place is this unit."""
    place = scene.town.directory.full_name(unit.id)
    return draft.lacking("candidates", "near", "page").having(unit=unit.id, room=room, place=place)


def locate(draft: Draft, text: str, scene: Scene) -> Draft:
    """Take what a text says of the place: settle it, or note what to choose from. Nothing said changes nothing."""
    sighting = scene.town.gazetteer.find(text, near=_around(draft, scene))
    home = _home_meant(draft, text, sighting, scene)
    if home is not None:
        return settle(draft, home, sighting.parts.room or scene.person.home_room, scene)
    if sighting.candidates and sighting.unit is None:
        return draft.having(candidates=[unit.id for unit in sighting.candidates], room=sighting.parts.room)
    if sighting.unit is None:
        return draft
    if sighting.complete and draft.form not in KNOWN_ONLY:  # 锦康苑门口 says it all, and says it best.
        return settle(draft, sighting.unit, "", scene).having(place=sighting.matched)
    return narrow(draft, sighting.unit, sighting.parts.room, scene)


def heed(draft: Draft, text: str, scene: Scene) -> Draft:
    """Take what more words say of the place while none stands: alone, or together with what was said before.

    金康苑 completes 3号楼2单元402 that was said first. What tells no more than before changes nothing.
    """
    if "place" in draft.fields:
        return _with_room(draft, text, scene)
    alone, before = locate(draft, text, scene), _so_far(draft)
    if "place" in alone.fields or not before:
        return alone
    both = locate(draft, f"{before}\n{text}", scene)
    more = both != locate(draft, before, scene) and ("place" in both.fields or alone == draft)
    return both if more else alone


def _with_room(draft: Draft, text: str, scene: Scene) -> Draft:
    """A house or staircase that stands, with the bare number of a room said after it."""
    unit, number = scene.town.unit(draft.get("unit")), _ROOM.fullmatch(text)
    lacks = unit is not None and unit.kind in {UnitKind.BUILDING, UnitKind.DOOR} and not draft.get("room")
    return draft.having(room=number[1]) if number is not None and lacks else draft


def _so_far(draft: Draft) -> str:
    """All that was said and may name the place."""
    return draft.get("words") or "\n".join(_tried(draft))


def _tried(draft: Draft) -> list[str]:
    """What was said for the place and names none that we know, oldest first."""
    tried = draft.get("tried") or []
    return [tried] if isinstance(tried, str) else tried  # Drafts from before the update hold the last one alone.


def _around(draft: Draft, scene: Scene) -> Unit | None:
    """Where numbers of houses without a name are meant: by what is picked or was before, a scanned code, or the home."""
    before = (draft.get("aside") or {}).get("kept", {}).get("unit")
    return scene.town.unit(draft.get("near") or before or draft.get("here") or scene.person.home_unit_id)


def _home_meant(draft: Draft, text: str, sighting: Sighting, scene: Scene) -> Unit | None:
    """The home we know, where the words speak of it and of no place elsewhere."""
    home = scene.town.unit(scene.person.home_unit_id)
    if home is None or draft.form in KNOWN_ONLY or not _AT_HOME.search(text):
        return None
    if sighting.unit is None:
        return None if sighting.candidates else home
    above = {unit.id for unit in scene.town.directory.upward(home.id)}
    compound = scene.town.directory.compound_of(home.id)
    return home if sighting.unit.id in above | ({compound.id} if compound is not None else set()) else None


def narrow(draft: Draft, unit: Unit, room: str, scene: Scene) -> Draft:
    """Settle a building or door; of anything larger with buildings below, ask which one."""
    below = scene.town.directory.children(unit.id)
    asks = unit.kind in {UnitKind.COMPOUND, UnitKind.BUILDING, UnitKind.STREET, UnitKind.COMMUNITY, UnitKind.DISTRICT}
    if asks and len(below) > 1:
        return draft.lacking("candidates", "page").having(near=unit.id, room=room)
    return settle(draft, unit, room, scene)


def _choices(draft: Draft, scene: Scene) -> list[Unit]:
    """Units to offer below the one picked so far; the whole district where nothing is picked."""
    directory = scene.town.directory
    near = directory.units.get(draft.get("near") or 0)
    if near is None:
        return [unit for unit in directory.units.values() if unit.kind is UnitKind.COMPOUND]
    kinds = {
        UnitKind.DISTRICT: UnitKind.STREET,
        UnitKind.STREET: UnitKind.COMMUNITY,
        UnitKind.COMMUNITY: UnitKind.COMPOUND,
        UnitKind.COMPOUND: UnitKind.BUILDING,
        UnitKind.MICRO_GRID: UnitKind.BUILDING,
        UnitKind.BUILDING: UnitKind.DOOR,
    }
    kind = kinds.get(near.kind)
    return list(directory.children(near.id, kind)) if kind is not None else []


def _ask(draft: Draft, scene: Scene) -> Outgoing:
    if draft.get("candidates"):
        return _among(draft, scene)
    near = scene.town.directory.units.get(draft.get("near") or 0)
    return _listed(draft, near, scene) if near is not None or draft.get("listing") else _openly(draft, scene)


def _among(draft: Draft, scene: Scene) -> Outgoing:
    """Which of these it is."""
    t, units = scene.texts, scene.town.directory.units
    named = [(_distinct(units[i], scene), draft.choice("place", f"u{i}")) for i in draft.fields["candidates"]]
    return Outgoing(
        t("report.which_place"), numbered(*named, (t("report.none_of_these"), draft.choice("place", "none")))
    )


def _listed(draft: Draft, near: Unit | None, scene: Scene) -> Outgoing:
    """A list to choose from, a page at a time: below the unit picked so far, or from the top."""
    t, units = scene.texts, _choices(draft, scene)
    page = int(draft.get("page", 0))
    shown = units[page * _PAGE : (page + 1) * _PAGE]
    buttons = [Button(unit.name, draft.choice("place", f"u{unit.id}")) for unit in shown]
    if len(units) > (page + 1) * _PAGE:
        buttons.append(Button(t("report.more"), draft.choice("place", "more")))
    if near is not None and near.kind in {UnitKind.COMPOUND, UnitKind.BUILDING}:
        whole = "report.whole_compound" if near.kind is UnitKind.COMPOUND else "report.whole_building"
        buttons.append(Button(t(whole), draft.choice("place", "whole")))
    buttons.append(Button(t("report.elsewhere"), draft.choice("place", "none")))
    key = "report.which_building" if near is not None and near.kind is UnitKind.COMPOUND else "report.which_one"
    if near is not None and near.kind is UnitKind.BUILDING:
        key = "report.which_door"
    place = scene.town.directory.full_name(near.id) if near is not None else ""
    return Outgoing(t(key, place=place), tuple(buttons))


def _openly(draft: Draft, scene: Scene) -> Outgoing:
    """Where it is, with what is known of this person at hand."""
    t, directory = scene.texts, scene.town.directory
    options: list[tuple[str, str]] = []
    moving = draft.form in KNOWN_ONLY
    home = None if moving else scene.town.unit(scene.person.home_unit_id)
    here = scene.town.unit(draft.get("here"))
    for name, unit in (("here", here), ("home", home)):
        if unit is not None:
            options.append((t(f"report.at_{name}", place=directory.full_name(unit.id)), draft.choice("place", name)))
    options.append((t("report.pick_from_list"), draft.choice("place", "list")))
    if not moving and scene.town.kind(draft.get("kind", "")).owner not in _ON_THE_SPOT:
        options.append((t("report.no_place"), draft.choice("place", "nowhere")))
    tried = _tried(draft)
    if tried and not moving:
        options += [
            (t("report.as_i_said", words=said[:12]), draft.choice("place", f"w{at}")) for at, said in enumerate(tried)
        ]
    if tried:
        parts = scene.town.gazetteer.find(tried[-1]).parts
        known = "report.place_kept" if "words" in draft.fields else "report.place_unknown"
        return Outgoing(
            t("report.which_compound" if parts.building or parts.unit else known), numbered(*options), asks_pin=True
        )
    return Outgoing(t(_ASKS_KNOWN.get(draft.form, "report.where")), numbered(*options), asks_pin=True)


def _distinct(unit: Unit, scene: Scene) -> str:
    """A name with its community behind it, so that two alike can be told apart."""
    community = scene.town.directory.above(unit.id, UnitKind.COMMUNITY)
    name = scene.town.directory.full_name(unit.id)
    if community is None or community.id == unit.id:
        return name
    return scene.texts("report.within", place=name, community=community.name)


def _hear(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
    value = said.choice.removeprefix("place:") if said.choice.startswith("place:") else ""
    if value:
        return _pressed(draft, value, scene)
    if said.pin is not None:
        return pinned(draft, said, scene)
    if not said.text:
        return None
    found = heed(draft, said.text, scene)
    if found == draft and tells_nothing(said.text, scene):
        return draft
    if found == draft:
        tried = dict.fromkeys((*_tried(draft), said.text[:_WORDS]))
        return _noted(draft.having(tried=[*tried][-_TRIED:]), said.text)
    beyond = scene.town.gazetteer.find(said.text, near=_around(draft, scene)).words_left
    found = found.lacking("tried", "listing")
    return _noted(found, said.text) if len(_SIGNS.sub("", beyond)) > _FEW else found


def _noted(draft: Draft, words: str) -> Draft:
    """What was said where the place was asked for belongs to the matter as well, in forms that have words."""
    return with_words(draft, words) if "words" in draft.fields else draft


def _pressed(draft: Draft, value: str, scene: Scene) -> Draft | None:
    """Another screen, or the unit that was pressed."""
    turned = _turned(draft, value, scene)
    if turned is not None:
        return turned
    if value == "home":
        home = scene.town.unit(scene.person.home_unit_id)
        return None if home is None else settle(draft, home, scene.person.home_room, scene)
    if value[:1] == "u" and value[1:].isdigit():
        named = scene.town.unit(int(value[1:]))
        return None if named is None else _picked(draft, named, scene)
    unit = scene.town.unit(draft.get({"here": "here", "whole": "near"}.get(value, "")))
    return None if unit is None else settle(draft, unit, draft.get("room", ""), scene)


def _picked(draft: Draft, unit: Unit, scene: Scene) -> Draft:
    """The unit that was pressed, down to the building or door that was said before without a name: 3号楼2单元402."""
    said = scene.town.gazetteer.find(_so_far(draft))
    if said.unit is not None or said.candidates:
        return narrow(draft, unit, draft.get("room", ""), scene)
    return narrow(draft, scene.town.gazetteer.within(unit.id, said.parts), draft.get("room") or said.parts.room, scene)


def _turned(draft: Draft, value: str, scene: Scene) -> Draft | None:
    """The draft with another list to choose from, or with a place that is only words; None for all other presses."""
    match value:
        case "list":
            units = scene.town.directory.units.values()
            district = next((u for u in units if u.kind is UnitKind.DISTRICT), None)
            few = sum(u.kind is UnitKind.COMPOUND for u in units) <= _PAGE
            return draft.having(listing=True, **({} if few or district is None else {"near": district.id}))
        case "more":
            return draft.having(page=int(draft.get("page", 0)) + 1)
        case "none":
            return _none_of_these(draft.lacking("candidates", "near", "listing", "page"), scene)
        case "nowhere":
            home = scene.town.unit(scene.person.home_unit_id)
            return draft.having(unit=home.id if home else None, room="", place=scene.texts("report.no_place"))
    tried = {f"w{at}": said for at, said in enumerate(_tried(draft))}
    if value in tried:
        return draft.lacking("candidates", "near", "listing").having(unit=None, room="", place=tried[value])
    return None


def _none_of_these(draft: Draft, scene: Scene) -> Draft:
    """The point is all we know where there is one; else it is asked again, or kept in their own words."""
    if draft.get("lat") is not None and draft.form not in KNOWN_ONLY:
        return _as_pinned(draft, scene)
    said = draft.get("words", "")[:_WORDS]
    return draft.having(tried=[said]) if said else draft


def pinned(draft: Draft, said: Incoming, scene: Scene) -> Draft:
    """Take a point on the map: its micro-grid where outlines know it, else one of the compounds around it."""
    pin = said.pin
    if pin is None:
        return draft
    draft = draft.having(lat=pin.lat, lon=pin.lon)
    unit = scene.town.unit(scene.town.pins.find(pin))
    if unit is not None and draft.form in KNOWN_ONLY:
        return draft.lacking("candidates", "page").having(near=unit.id)
    if unit is not None:
        return settle(draft, unit, "", scene).having(place=_beside(unit, scene))
    around = scene.town.pins.around(pin)
    if around:
        return draft.lacking("near", "page").having(candidates=list(around))
    return draft.having(tried=[scene.texts("report.pin")]) if draft.form in KNOWN_ONLY else _as_pinned(draft, scene)


def _beside(unit: Unit, scene: Scene) -> str:
    """Where a point is, by what stands there: nobody but the staff knows a micro-grid's name."""
    directory, compound = scene.town.directory, scene.town.directory.compound_of(unit.id)
    buildings = directory.children(unit.id, UnitKind.BUILDING)
    place = directory.full_name(unit.id)
    if compound is not None and len(buildings) <= _NAMED:
        place = compound.name + scene.texts.listed(building.name for building in buildings)
    return scene.texts("report.beside", place=place)


def _as_pinned(draft: Draft, scene: Scene) -> Draft:
    """The place is the point itself: nobody knows more of it."""
    return draft.having(unit=None, room="", place=scene.texts("report.pin"))


def question() -> Question:
    """Where is it."""
    return Question("place", _ask, _hear, lambda draft, _scene: "place" not in draft.fields)
