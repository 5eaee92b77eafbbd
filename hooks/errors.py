"""What can go wrong in a hook call: what each error means, and who must act.

Any answer but 200 leaves children and status as they are, and (429 apart) its body becomes a
Warning event on the parent. So a message is one stable sentence for whoever reads that event.
A stored spec that cannot be reconciled is no error: it is a 200 whose conditions say so.
"""


class HookError(Exception):
    """Change nothing. `str()` is the sentence that is answered."""

    code = 500

    @property
    def reason(self) -> str:
        """One word for logs and metrics."""
        return type(self).__name__


class MalformedRequest(HookError):
    """The body is not a hook request: a bug in the contract, or a stranger."""

    code = 400


class InvalidObject(HookError):
    """An object that we decorate asks for what cannot be done: its owner must act.

    He has no status of ours to read, so the event on the object is where he learns it.
    """

    code = 422


class WrongVersion(HookError):
    """The controllers and this server are of different releases: whoever installs must act."""

    code = 503


class TryLater(HookError):
    """No answer yet; nobody must act, since Metacontroller asks again."""

    code = 429

    def __init__(self, reason: str, message: str, seconds: int) -> None:
        super().__init__(message)
        self._reason = reason
        # Without a positive Retry-After Metacontroller asks again at once, for ever.
        self.seconds = max(1, seconds)

    @property
    def reason(self) -> str:
        return self._reason


class BrokenAnswer(HookError):
    """Our own answer broke the contract: a bug of ours, named in our log and not outside."""
