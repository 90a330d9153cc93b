"""What a person is told when the answer is no.

A refusal is an answer, not a fault: it says in the reader's own words what is wrong and how to
mend it, and every screen, the command line and the API show it as it stands. A mistake of the
programmer is never a Refused.
"""


class Refused(Exception):
    """The deed cannot be done (不予办理).

    `words` say why, `mend` what to do about it, `field` which entry of a form is meant.
    """

    def __init__(self, words: str, *, mend: str = "", field: str = "") -> None:
        super().__init__(words)
        self.words = words
        self.mend = mend
        self.field = field

    def __str__(self) -> str:
        return f"{self.words}（{self.mend}）" if self.mend else self.words


class Forbidden(Refused):
    """This person may not do it (无权办理)."""


class NotAllowed(Refused):
    """Not at a stage where this can be done, or someone else was first (当前环节不可办理)."""


class Invalid(Refused):
    """What was entered cannot be taken as it is (填写有误)."""


class GoneStale(Refused):
    """It changed since it was read: look again before going on (内容已更新)."""
