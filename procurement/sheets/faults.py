"""What can be wrong with a spreadsheet: the whole file, or a line of it."""

from dataclasses import dataclass

MAX_BYTES = 10 * 2**20  # of the file as it is sent
MAX_UNPACKED = 50 * 2**20  # bytes: what the parts of an XLSX or an ODS may hold together
MAX_RATIO = 100  # unpacked / packed
MAX_ROWS = 20_000
MAX_ROWS_ODS = 5_000  # the same table is far dearer to read in ODS (proto.md §4)
MAX_COLUMNS = 200
MAX_CELL = 32_767  # characters: what Excel holds in a cell


class Unreadable(Exception):
    """The file cannot be read as a table; the message is one French line."""


@dataclass(frozen=True, order=True)
class Refusal:
    """Why a line is refused. Lines count from 1, the header being line 1; `column` may be empty."""

    line: int
    column: str
    reason: str

    def to_json(self) -> dict[str, object]:
        """As `import_sheet` prints it (interfaces.md)."""
        return {"line": self.line, "column": self.column, "reason": self.reason}
