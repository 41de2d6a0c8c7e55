"""The errors a user can cause: each is one line that says what is allowed."""


class ActvizError(ValueError):
    """A name, value or file that actviz cannot use; the command line prints it and exits with code 2."""

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(str(message).splitlines()))  # what it quotes may have several


class ResultFileError(ActvizError):
    """A result file that is missing, truncated, foreign, or of a schema this version does not read."""
