"""What can go wrong, drawn as a tree. The text of each is for people; no traceback reaches a user.

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


class YingshaoError(Exception):
    """Every error of ours."""


class BadSettings(YingshaoError):
    """Settings that cannot be meant, all of them at once."""


class DatabaseAway(YingshaoError):
    """The database does not answer now; it may later."""


class BadDistrict(YingshaoError):
    """An import that cannot be taken. `faults` has one line for each thing to mend."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class NotAllowed(YingshaoError):
    """The act is not theirs, or not now. `text` is a catalogue key that says what can be done instead."""

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text)
        self.text = text
        self.values = values


class BadFile(YingshaoError):
    """A photo or recording that cannot be kept. `text` is a catalogue key that says why."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


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
