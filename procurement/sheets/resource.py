"""The base of every sheet, on django-import-export: its loop and its fields, our columns, rights and report.

The file is gone through twice: first to judge every line, writing nothing, then, if none is refused, to write in one
transaction through the actions of the business. What changed in between stops the whole (all or nothing).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import tablib
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import transaction
from import_export import resources
from import_export.instance_loaders import BaseInstanceLoader
from import_export.results import RowResult

from procurement.access import ANONYMOUS, Actor
from procurement.models import Body
from procurement.sheets import cells, reading, writing
from procurement.sheets.cells import Native
from procurement.sheets.columns import Column, nearest
from procurement.sheets.faults import Refusal
from procurement.sheets.report import CREATED, REFUSED, UNCHANGED, UPDATED, Change, Line, Report, header_refused
from procurement.sheets.table import Table
from procurement.workflow import Blocked, Refused

OUTCOMES = {
    RowResult.IMPORT_TYPE_NEW: CREATED,
    RowResult.IMPORT_TYPE_UPDATE: UPDATED,
    RowResult.IMPORT_TYPE_SKIP: UNCHANGED,
}
REFERENCE = "référence"


@dataclass(frozen=True)
class Scope:
    """For whom, and where. `actor` None is the operator of the command: reads all, writes only what needs no agent."""

    actor: Actor | None = None
    body: Body | None = None
    project: Any = None
    need: Any = None

    @property
    def person(self) -> Actor:
        """Who signs the events."""
        return self.actor or ANONYMOUS


class _Stop(Exception):
    """Undo what was written."""


class SheetResource(resources.Resource):
    """A kind of sheet. Subclasses declare columns, `rows`, `find`, `blank`, `check` and `store`."""

    title: ClassVar[str] = ""  # name of the sheet and of the file
    fields: dict[str, Column]

    class Meta:
        skip_diff = True  # ours is made of what people read, see `_changes`
        import_id_fields = ()
        instance_loader_class = BaseInstanceLoader  # `find` does its work

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope
        self._faults: dict[int, list[Refusal]] = defaultdict(list)

    # What a subclass says -------------------------------------------------------------------------------------------
    def rows(self) -> Iterable[Any]:
        """The objects of the scope, in the order of the export."""
        raise NotImplementedError

    def find(self, reference: str) -> Any:
        """The object of that reference within the scope, or None."""
        raise NotImplementedError

    def blank(self) -> Any:
        """A new, unsaved object."""
        raise NotImplementedError

    def prepare(self, instance: Any) -> None:
        """Set on an object what columns read that is no field of it."""

    def check(self, instance: Any, *, new: bool, changed: set[str]) -> Iterator[tuple[str, str]]:
        """What is wrong with a line beyond its cells: (column header or empty, reason). `changed` holds codes."""
        return iter(())

    def store(self, instance: Any, *, new: bool, changed: set[str]) -> None:
        """Write the object through an action."""
        raise NotImplementedError

    def label(self, instance: Any) -> str:
        """How the preview calls the object."""
        return str(instance)

    # Out ------------------------------------------------------------------------------------------------------------
    @property
    def header(self) -> list[str]:
        """The headers in order."""
        return [column.column_name for column in self.fields.values()]

    def write(self, form: str) -> bytes:
        """The objects of the scope as a file of format `form` (csv, xlsx, ods)."""
        return writing.write(form, self.title, self.header, [self._native(row) for row in self.rows()])

    def _native(self, instance: Any) -> list[Native]:
        self.prepare(instance)
        return [column.export(instance) for column in self.fields.values()]

    # In -------------------------------------------------------------------------------------------------------------
    def read(self, data: bytes, *, check: bool) -> Report:
        """Judge a file and, unless `check` or a refusal, write it. Raises Unreadable.

        Side effects: those of `store`, for every line that creates or changes; all or nothing.
        """
        table = reading.read(data, self.header)
        wrong = self._header_faults(table)
        if wrong:
            return header_refused(wrong)
        faults, lines = set(table.faults), {number for number, _ in table.lines}
        if outside := sorted(fault for fault in faults if fault.line not in lines):
            return header_refused(outside)
        report = self._run(table, dry_run=True)
        if check or report.refused or not (report.of(CREATED) or report.of(UPDATED)):
            return report
        try:
            with transaction.atomic():
                report = self._run(table, dry_run=False)
                if report.refused or not self._finished(report):
                    raise _Stop
        except _Stop:
            pass
        return report

    def _header_faults(self, table: Table) -> list[Refusal]:
        known = {_folded(name): name for name in self.header}
        line = 1
        found: list[Refusal] = []
        names = [known.get(_folded(name), name) for name in table.header]
        for place, name in enumerate(names):
            if name not in self.header:
                shown = f"« {name[:60]} »" if name else f"n° {place + 1}, sans titre,"
                reason = f"Colonne {shown} inconnue. {nearest(name, self.header)}"
                found.append(Refusal(line, name[:60], reason))
            elif name in names[:place]:
                found.append(Refusal(line, name, f"Colonne « {name} » en double : gardez-en une."))
        for name in self.header:
            if name not in names:
                found.append(Refusal(line, name, f"Colonne « {name} » manquante : ajoutez-la, même vide."))
        table.header = names
        return found

    def _run(self, table: Table, *, dry_run: bool) -> Report:
        self._lines = [Line(number, REFUSED) for number, _ in table.lines]
        self._seen: dict[str, int] = {}
        self._faults.clear()
        for fault in table.faults:
            self._faults[fault.line].append(fault)
        self.begin()
        dataset = tablib.Dataset(*(cells for _, cells in table.lines), headers=table.header)
        result = self.import_data(dataset, dry_run=dry_run, use_transactions=False, raise_errors=False)
        for error in result.base_errors:
            raise error.error
        for line, row in zip(self._lines, result.rows, strict=True):
            _conclude(line, row)
        return Report(self._lines)

    def _finished(self, report: Report) -> bool:
        """True once what waited is written; what the business refuses is said of the first line that writes."""
        try:
            self.finish()
        except (Blocked, Refused, PermissionDenied) as reason:
            line = next(line for line in report.lines if line.outcome != UNCHANGED)
            line.outcome, line.refusals = REFUSED, [Refusal(line.number, "", str(reason))]
            return False
        return True

    def finish(self) -> None:
        """Called once after the lines are stored, in their transaction: a subclass writes what it kept waiting."""

    def begin(self) -> None:
        """Called before each pass: a subclass reads its lists, and forgets what it remembers of lines."""

    # The hooks of the library, in the order in which it calls them ----------------------------------------------------
    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        """Refuse a line that the file itself spoils."""
        self._line = self._lines[kwargs["row_number"] - 1]
        if faults := self._faults.get(self._line.number):
            raise ValidationError({fault.column or NON_FIELD_ERRORS: fault.reason for fault in faults})

    def get_or_init_instance(self, instance_loader: Any, row: Any) -> tuple[Any, bool]:
        """The object of the reference; a new one without. « New » never finds an existing one (quality.md, F20)."""
        reference = cells.clean(cells.restored(str(row[REFERENCE])))
        if not reference:
            return self.blank(), True
        if reference in self._seen:
            raise ValidationError({REFERENCE: f"« {reference[:40]} » est déjà à la ligne {self._seen[reference]}."})
        self._seen[reference] = self._line.number
        found = self.find(reference)
        if found is None:
            raise ValidationError(
                {REFERENCE: f"« {reference[:40]} » est inconnu ici : laissez la cellule vide pour créer une ligne."}
            )
        return found, False

    def after_init_instance(self, instance: Any, new: bool, row: Any, **kwargs: Any) -> None:
        """Remember what stands before the line is read."""
        self.prepare(instance)
        self._new = new
        self._before = self._shown(instance)

    def import_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Read every cell; collect what is wrong under the header of its column."""
        wrong: dict[str, list[str]] = {}
        for code, column in self.fields.items():
            try:
                if column.readonly:
                    self._same(code, column, row)
                else:
                    column.save(instance, row)
            except ValueError as reason:
                wrong[column.column_name] = [str(reason)]
        if wrong:
            raise ValidationError(wrong)

    def _same(self, code: str, column: Column, row: Any) -> None:
        """A cell that is only there to be read comes back empty, or as it left."""
        text = cells.clean(cells.restored(str(row[column.column_name])))
        if text and not self._new and text != self._before[code]:
            raise ValueError(f"Cette colonne ne se modifie pas ici : elle vaut « {self._before[code][:60]} ».")

    def skip_row(self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None) -> bool:
        """True when the line says what is already there."""
        self._line.label = str(self.label(instance) or "")[:120]
        if import_validation_errors:
            return False
        self._changed = {code for code, text in self._shown(instance).items() if text != self._before[code]}
        return not self._new and not self._changed

    def validate_instance(self, instance: Any, import_validation_errors: Any = None, **kwargs: Any) -> None:
        """Cells first, then the whole line."""
        if import_validation_errors:
            raise ValidationError(import_validation_errors)
        wrong: dict[str, list[str]] = defaultdict(list)
        for header, reason in self.check(instance, new=self._new, changed=self._changed):
            wrong[header or NON_FIELD_ERRORS].append(reason)
        if wrong:
            raise ValidationError(dict(wrong))
        after = self._shown(instance)
        self._line.changes = [
            Change(self.fields[code].column_name, self._before[code], after[code])
            for code in self.fields
            if (after[code] if self._new else code in self._changed)
        ]

    def save_instance(self, instance: Any, is_create: bool, row: Any, **kwargs: Any) -> None:
        """Write; what the business refuses becomes the reason of the line."""
        if kwargs["dry_run"]:
            return
        try:
            self.store(instance, new=is_create, changed=self._changed)
        except (Blocked, Refused, PermissionDenied) as reason:
            raise ValidationError(str(reason)) from None

    def save_m2m(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """`store` does everything."""

    def _shown(self, instance: Any) -> dict[str, str]:
        return {code: cells.as_text(column.export(instance)) for code, column in self.fields.items()}


def _folded(name: str) -> str:
    return " ".join(cells.clean(cells.restored(name)).replace("\u00a0", " ").casefold().split())


def _conclude(line: Line, row: RowResult) -> None:
    """The outcome of a line from what the library says of it. An error that nobody foresaw is raised."""
    for error in row.errors:
        raise error.error
    if row.validation_error is None:
        line.outcome = OUTCOMES[row.import_type]
        return
    for header, reasons in (
        row.validation_error.message_dict.items()
        if hasattr(row.validation_error, "error_dict")
        else [("", row.validation_error.messages)]
    ):
        column = "" if header == NON_FIELD_ERRORS else header
        line.refusals += [Refusal(line.number, column, reason) for reason in reasons]
