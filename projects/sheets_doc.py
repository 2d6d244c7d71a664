"""The page docs/sheets.md, from the columns themselves; a test keeps the file equal to it."""

from __future__ import annotations

from procurement.sheets import Scope, described
from procurement.sheets.faults import MAX_BYTES, MAX_ROWS, MAX_ROWS_ODS
from projects.resources import KINDS

INTRODUCTION = f"""# Tableurs

Page écrite par `python manage.py sheets --write` d'après les colonnes du code : ne la modifiez pas à la main.

`export_sheet KIND --to FICHIER` et `import_sheet KIND FICHIER` partagent ces colonnes.

- Fichiers acceptés : CSV (UTF-8 avec ou sans BOM, Windows-1252 ; séparateur `;`, `,` ou tabulation), XLSX, ODS ;
  {MAX_BYTES // 2**20} Mio et {MAX_ROWS} lignes au plus ({MAX_ROWS_ODS} en ODS).
- Toutes les colonnes sont présentes, dans n'importe quel ordre.
- Une référence vide crée une ligne ; une référence connue la modifie. Une ligne refusée, et rien n'est écrit.
- Une cellule qui ressemble à une formule est précédée d'une apostrophe à l'export ; l'import l'enlève.
"""
ROW = "| {} | {} | {} | {} | {} |"


def render() -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    for name, kind in KINDS.items():
        parts.append(f"## `{name}` : {kind.title}\n")
        parts.append(
            "\n".join([ROW.format("Code", "En-tête", "Type", "Obligatoire", "Exemple"), "|---|---|---|---|---|"])
        )
        for code, column in kind(Scope()).fields.items():
            cells = (
                f"`{code}`",
                column.column_name,
                described(column),
                "oui" if column.required else "",
                column.example,
            )
            parts[-1] += "\n" + ROW.format(*(cell.replace("|", "\\|").replace("\n", " ") for cell in cells))
        parts[-1] += "\n"
    return "\n".join(parts)
