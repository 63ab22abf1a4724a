"""The question "where?": a scanned staircase, home, a pin, typed names, or picking from compound to building to door.

A draft holds `place` (as people say it) once it is settled, with `unit` (None where we do not know it), `room`, `lat`,
`lon`. While it is being settled, `near` is the unit picked so far and `candidates` are units to choose from.
"""

from bot.chat.conversation import Draft, Question, Scene, numbered
from bot.chat.messages import Button, Incoming, Outgoing
from bot.grid.directory import Unit, UnitKind

_PAGE = 8
_WORDS = 40  # of a place that we do not know: the rest stays in what was said


def settle(draft: Draft, unit: Unit, room: str, scene: Scene) -> Draft:
    """The place is this unit."""
    place = scene.town.directory.full_name(unit.id)
    return draft.lacking("candidates", "near", "page").having(unit=unit.id, room=room, place=place)


def locate(draft: Draft, text: str, scene: Scene) -> Draft:
    """Take what a text says of the place: settle it, or note what to choose from. Nothing said changes nothing."""
    directory = scene.town.directory
    around = directory.units.get(draft.get("near") or draft.get("here") or scene.person.home_unit_id or 0)
    sighting = scene.town.gazetteer.find(text, near=around)
    if sighting.candidates and sighting.unit is None:
        return draft.having(candidates=[unit.id for unit in sighting.candidates], room=sighting.parts.room)
    if sighting.unit is None:
        return draft
    return narrow(draft, sighting.unit, sighting.parts.room, scene)


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
        UnitKind.BUILDING: UnitKind.DOOR,
    }
    kind = kinds.get(near.kind)
    return list(directory.children(near.id, kind)) if kind is not None else []


def _ask(draft: Draft, scene: Scene) -> Outgoing:
    t, directory = scene.texts, scene.town.directory
    if draft.get("candidates"):
        named = [
            (_distinct(directory.units[i], scene), draft.choice("place", f"u{i}")) for i in draft.fields["candidates"]
        ]
        return Outgoing(
            t("report.which_place"), numbered(*named, (t("report.none_of_these"), draft.choice("place", "none")))
        )
    near = directory.units.get(draft.get("near") or 0)
    if near is not None or draft.get("listing"):
        units = _choices(draft, scene)
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
        return Outgoing(t(key, place=directory.full_name(near.id) if near is not None else ""), tuple(buttons))
    options: list[tuple[str, str]] = []
    home = scene.town.unit(scene.person.home_unit_id)
    here = scene.town.unit(draft.get("here"))
    for name, unit in (("here", here), ("home", home)):
        if unit is not None:
            options.append((t(f"report.at_{name}", place=directory.full_name(unit.id)), draft.choice("place", name)))
    options.append((t("report.pick_from_list"), draft.choice("place", "list")))
    if draft.get("tried"):
        options.append((t("report.as_i_said", words=draft.fields["tried"][:12]), draft.choice("place", "words")))
        return Outgoing(t("report.place_unknown"), numbered(*options), asks_pin=True)
    return Outgoing(t("report.where"), numbered(*options), asks_pin=True)


def _distinct(unit: Unit, scene: Scene) -> str:
    """A name with its community behind it, so that two alike can be told apart."""
    community = scene.town.directory.above(unit.id, UnitKind.COMMUNITY)
    name = scene.town.directory.full_name(unit.id)
    return f"{name}({community.name})" if community is not None and community.id != unit.id else name


def _hear(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
    value = said.choice.removeprefix("place:") if said.choice.startswith("place:") else ""
    if value:
        return _pressed(draft, value, scene)
    if said.pin is not None:
        return pinned(draft, said, scene)
    if not said.text:
        return None
    found = locate(draft, said.text, scene)
    if found != draft:
        return found.lacking("tried", "listing")
    return draft.having(tried=said.text[:_WORDS])


def _pressed(draft: Draft, value: str, scene: Scene) -> Draft | None:
    directory = scene.town.directory
    unit: Unit | None = None
    if value == "home":
        unit = scene.town.unit(scene.person.home_unit_id)
        return None if unit is None else settle(draft, unit, scene.person.home_room, scene)
    if value == "here":
        unit = scene.town.unit(draft.get("here"))
    elif value == "whole":
        unit = scene.town.unit(draft.get("near"))
    elif value == "list":
        district = next((u for u in directory.units.values() if u.kind is UnitKind.DISTRICT), None)
        few = sum(u.kind is UnitKind.COMPOUND for u in directory.units.values()) <= _PAGE
        return draft.having(listing=True) if few or district is None else draft.having(listing=True, near=district.id)
    elif value == "more":
        return draft.having(page=int(draft.get("page", 0)) + 1)
    elif value == "none":
        return draft.lacking("candidates", "near", "listing", "page").having(tried=draft.get("words", "")[:_WORDS])
    elif value == "words":
        return draft.lacking("candidates", "near", "listing").having(
            unit=None, room="", place=draft.get("tried", "")[:_WORDS]
        )
    elif value[:1] == "u" and value[1:].isdigit():
        unit = directory.units.get(int(value[1:]))
        if unit is not None:
            return narrow(draft, unit, draft.get("room", ""), scene)
    return None if unit is None else settle(draft, unit, draft.get("room", ""), scene)


def pinned(draft: Draft, said: Incoming, scene: Scene) -> Draft:
    """Take a point on the map: its micro-grid where outlines know it, else the nearest place with coordinates."""
    pin = said.pin
    if pin is None:
        return draft
    draft = draft.having(lat=pin.lat, lon=pin.lon)
    unit_id = scene.town.pins.find(pin)
    unit = scene.town.unit(unit_id)
    if unit is None:
        known = [u for u in scene.town.directory.units.values() if u.lat is not None and u.lon is not None]
        near = sorted(known, key=lambda u: ((u.lat or 0) - pin.lat) ** 2 + ((u.lon or 0) - pin.lon) ** 2)
        compounds = [u for u in near if u.kind is UnitKind.COMPOUND][:3]
        if compounds:
            return draft.having(candidates=[u.id for u in compounds])
        return draft.having(unit=None, room="", place=scene.texts("report.pin"))
    return settle(draft, unit, "", scene)


def question() -> Question:
    """Where is it."""
    return Question("place", _ask, _hear, lambda draft, _scene: "place" not in draft.fields)
