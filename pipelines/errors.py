"""The failures a person can cause or must hear of; each is one line on the command line."""


class UserError(Exception):
    """Bad input or usage: nothing was changed, exit code 2.

    The text names the place, the finding, the expectation and the remedy.
    """


class WhollyRejected(UserError):
    """Every row of these exports is rejected; `names` are theirs. An ingest then does not keep them."""

    def __init__(self, message: str, names: list[str]):
        super().__init__(message)
        self.names = names


class CheckFailed(Exception):
    """A blocking check found offenders: nothing was published, exit code 1."""
