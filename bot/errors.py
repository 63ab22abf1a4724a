"""What can go wrong, drawn as a tree. The words of each are for people; no traceback reaches a user.

* YingshaoError
  x BadSettings        the environment or .env says something that cannot be meant
  x DatabaseAway       the database does not answer now: wait and try again
  x BadDistrict        an import has faults; carries every one, with sheet, row and column
  x NotAllowed         this person may not do this to this case; says what can be done instead
  x BadFile            a photo or recording that cannot be kept; says why
  x Undelivered        a network did not take a message
    - TryLater         not now: wait and send again
    - WaitForPerson    the network lets us write only after the person writes
    - Never            it will never take this message
    - Unreachable      the person has blocked or left us: nothing will arrive until they write
    - CardGone         the message to edit no longer exists: send it anew
"""

from collections.abc import Sequence

from bot.texts import Texts


class YingshaoError(Exception):
    """Every error of ours."""

    def say(self, _said: Texts, /) -> str:
        """What it tells a person."""
        return str(self)


class Worded(YingshaoError):
    """One that is raised where nobody knows who will read it: `text` is a catalogue key, `values` are filled in."""

    def __init__(self, text: str, /, **values: object) -> None:
        super().__init__(text)
        self.text = text
        self.values = values

    def say(self, said: Texts, /) -> str:
        """What it tells a person, in their language."""
        return said(self.text, **self.values)


class BadSettings(Worded):
    """Settings that cannot be meant, all of them at once."""

    others: tuple["BadSettings", ...] = ()

    @classmethod
    def together(cls, faults: Sequence["BadSettings"]) -> "BadSettings":
        """One for several faults that were found at one look, at least one."""
        first, *others = faults
        first.others = tuple(others)
        return first

    def say(self, said: Texts, /) -> str:
        """Every fault, one a line."""
        return "\n".join((super().say(said), *(other.say(said) for other in self.others)))


class DatabaseAway(Worded):
    """The database does not answer now; it may later."""


class BadDistrict(YingshaoError):
    """An import that cannot be taken. `faults` has one line for each thing to mend."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class NotAllowed(Worded):
    """The act is not theirs, or not now; says what can be done instead."""


class BadFile(Worded):
    """A photo or recording that cannot be kept; says why."""


class Undelivered(YingshaoError):
    """A network did not take a message."""


class TryLater(Undelivered):
    """Send again after `seconds`."""

    def __init__(self, seconds: float, reason: str = "") -> None:
        super().__init__(reason)
        self.seconds = seconds


class WaitForPerson(Undelivered):
    """The network's reply window is shut; the message rests until the person writes."""


class Never(Undelivered):
    """No retry will help: the message itself is refused."""


class Unreachable(Never):
    """The person blocked or left; every message to this address rests until they write."""


class CardGone(Undelivered):
    """The message that was to be edited is not there any more."""
