"""Spreadsheets in and out (CSV, XLSX, ODS): safe cells, size gates, columns, the base of every sheet.

With `resources.py`, the only importer of import_export.
"""

from procurement.sheets.columns import Amount, Choice, Column, Day, Kind, Listing, Text, Whole, YesNo, plain, quantity
from procurement.sheets.faults import MAX_BYTES, Refusal, Unreadable
from procurement.sheets.report import Report
from procurement.sheets.resource import REFERENCE, Scope, SheetResource
from procurement.sheets.template import described, template
from procurement.sheets.writing import CONTENT_TYPES

__all__ = [
    "CONTENT_TYPES",
    "MAX_BYTES",
    "REFERENCE",
    "Amount",
    "Choice",
    "Column",
    "Day",
    "Kind",
    "Listing",
    "Refusal",
    "Report",
    "Scope",
    "SheetResource",
    "Text",
    "Unreadable",
    "Whole",
    "YesNo",
    "described",
    "plain",
    "quantity",
    "template",
]
