"""What the planner refuses."""


class PlanningError(ValueError):
    """A refusal with a stable `code` and a French `message`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
