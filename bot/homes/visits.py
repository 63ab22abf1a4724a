"""Which homes a worker visits first: by need, and by the days since somebody was there. Pure."""

from datetime import date

from bot.homes.home import OLD, Household

_NEVER = 500  # days: nobody was there yet


def needs(home: Household, today: date) -> tuple[int, int]:
    """How much a home needs a visit, for sorting, on the same scale as an elder: the neediest has the greatest value.

    Somebody old who lives alone comes before anybody alone, then those who moved in as tenants; an empty home needs none.
    """
    old = home.eldest is not None and today.year - home.eldest >= OLD
    alone = home.people == 1
    weight = 2 * (old and alone) + alone + (home.use == "rented") if home.people else -1
    return weight, (today - home.visited_on).days if home.visited_on is not None else _NEVER
