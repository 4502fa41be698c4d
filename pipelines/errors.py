"""The failures a person can cause or must hear of; each is one line on the command line."""


class UserError(Exception):
    """Bad input or usage: nothing was changed, exit code 2.

    The text names the place, the finding, the expectation and the remedy.
    """


class CheckFailed(Exception):
    """A blocking check found offenders: nothing was published, exit code 1."""
