"""The adopted measures as open data: CSV (RFC 4180) and JSON, as `docs/open-data.md` describes them. Pure.

What is written as CSV is read back as the same rows (`read_csv`): whoever publishes numbers should be able to
check that nothing was lost on the way.
"""

import csv
import datetime
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from workshops.exports.spreadsheet import FORMULA_STARTS
from workshops.exports.tree import clean

# Raised when a name or meaning changes; what is only added leaves it.
SCHEMA_VERSION = "1"
LICENCES = {
    "dl-de/by-2-0": "https://www.govdata.de/dl-de/by-2-0",
    "dl-de/zero-2-0": "https://www.govdata.de/dl-de/zero-2-0",
    "cc-by-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "cc-zero-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
}

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One adopted measure. Texts are by language; `workshops` are "field/number", as in their addresses."""

    id: str
    number: str
    field_id: str
    field: Texts
    guideline_id: str
    guideline: Texts
    goal_id: str
    goal: Texts
    title: Texts
    description: Texts
    purpose: str = ""
    target_group: str = ""
    responsible: str = ""
    partners: str = ""
    cost: str = ""
    funding: str = ""
    time_frame: str = ""
    indicator: str = ""
    status: str = "planned"
    adopted_on: datetime.date | None = None
    workshops: tuple[str, ...] = ()
    survey_comments: int = 0

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, str):
                object.__setattr__(self, each.name, clean(value))
            elif isinstance(value, Mapping):
                texts = {code: clean(text) for code, text in value.items() if clean(text)}
                object.__setattr__(self, each.name, texts)


@dataclass(frozen=True, slots=True)
class About:
    """What the file says of itself. `schema`: where the JSON Schema is; `last_step_at`: when a measure was
    adopted, or went further, for the last time (with a zone), if ever."""

    title: str
    publisher: str
    licence: str
    address: str
    schema: str
    last_step_at: datetime.datetime | None


_TEXTS = ("field", "guideline", "goal", "title", "description")
_NAMES = tuple(each.name for each in fields(MeasureRow))


def columns(languages: Sequence[str]) -> list[str]:
    """A text's column is its name with the language's code: `title_de`."""
    return [
        column
        for name in _NAMES
        for column in ([f"{name}_{code}" for code in languages] if name in _TEXTS else [name])
    ]


def write_csv(rows: Iterable[MeasureRow], *, languages: Sequence[str]) -> bytes:
    """UTF-8, commas, a header, CRLF. `languages`: every code that a text may have, in this order."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns(languages))
    for row in rows:
        writer.writerow([_guarded(cell) for cell in _cells(row, languages)])
    return out.getvalue().encode()


def read_csv(content: bytes) -> list[MeasureRow]:
    """The rows of a file of ours; columns that aren't known are passed over. ValueError for another file."""
    reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    try:
        header = next(reader, [])
        if "id" not in header:
            raise ValueError("no column 'id'")
        return [_row(dict(zip(header, map(_unguarded, line), strict=True))) for line in reader]
    except csv.Error as error:
        raise ValueError(str(error)) from error


def write_json(rows: Iterable[MeasureRow], *, about: About) -> bytes:
    moment = about.last_step_at
    data = {
        "$schema": about.schema,
        "schema_version": SCHEMA_VERSION,
        "title": clean(about.title),
        "publisher": clean(about.publisher),
        "licence": {"id": about.licence, "url": LICENCES[about.licence]},
        "source": about.address,
        "last_step_at": None if moment is None else moment.astimezone(datetime.UTC).isoformat(),
        "measures": [_as_json(row) for row in rows],
    }
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


def _as_json(row: MeasureRow) -> dict[str, Any]:
    made: dict[str, Any] = {name: getattr(row, name) for name in _NAMES}
    made["adopted_on"] = row.adopted_on.isoformat() if row.adopted_on else None
    made["workshops"] = list(row.workshops)
    return made


def _cells(row: MeasureRow, languages: Sequence[str]) -> Iterable[str]:
    for name in _NAMES:
        value = getattr(row, name)
        if name in _TEXTS:
            yield from (value.get(code, "") for code in languages)
        elif name == "adopted_on":
            yield value.isoformat() if value else ""
        elif name == "workshops":
            yield " ".join(value)
        elif name == "survey_comments":
            yield str(value)
        else:
            yield value


def _row(cells: Mapping[str, str]) -> MeasureRow:
    made: dict[str, Any] = {}
    for name in _NAMES:
        if name in _TEXTS:
            begin = f"{name}_"
            made[name] = {
                column.removeprefix(begin): text
                for column, text in cells.items()
                if column.startswith(begin) and column not in _NAMES and text
            }
        elif name == "adopted_on":
            made[name] = datetime.date.fromisoformat(cells[name]) if cells.get(name) else None
        elif name == "workshops":
            made[name] = tuple(cells.get(name, "").split())
        elif name == "survey_comments":
            made[name] = int(cells.get(name) or 0)
        else:
            made[name] = cells.get(name, "")
    return MeasureRow(**made)


# Unlike `spreadsheet.neutralised`, it can be undone: what begins with an apostrophe gets one, too.
def _guarded(text: str) -> str:
    return f"'{text}" if text.startswith((*FORMULA_STARTS, "'")) else text


def _unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") else text


# --- the schema -----------------------------------------------------------------------------------


def json_schema(address: str) -> dict[str, Any]:
    """JSON Schema (2020-12) of what `write_json` writes; `address`: where it is served."""
    text = {"type": "string"}
    texts = {
        "type": "object",
        "additionalProperties": text,
        "propertyNames": {"pattern": "^[a-z]{2,3}(-[a-z0-9]+)*$"},
        "description": "A text by language (BCP 47, in small letters): de, ar; easy German is de-simple.",
    }
    properties: dict[str, Any] = {name: texts if name in _TEXTS else text for name in _NAMES}
    properties |= {
        "id": {**text, "pattern": "^[0-9]+$", "description": "Never changes, and is never given again."},
        "status": {"enum": ["planned", "in_progress", "done", "abandoned"]},
        "adopted_on": {"type": ["string", "null"], "format": "date"},
        "workshops": {
            "type": "array",
            "items": {**text, "pattern": "^[a-z0-9-]+/[0-9]+$"},
            "description": "Those it came from, as in their addresses.",
        },
        "survey_comments": {
            "type": "integer",
            "minimum": 0,
            "description": "How many comments of the survey before the workshops it takes up.",
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": address,
        "title": "Adopted measures of a participation process",
        "type": "object",
        "required": ["schema_version", "title", "publisher", "licence", "source", "last_step_at", "measures"],
        "properties": {
            "schema_version": {"const": SCHEMA_VERSION},
            "title": text,
            "publisher": text,
            "licence": {
                "type": "object",
                "required": ["id", "url"],
                "properties": {"id": {"enum": list(LICENCES)}, "url": {**text, "format": "uri"}},
            },
            "source": {**text, "format": "uri"},
            "last_step_at": {"type": ["string", "null"], "format": "date-time"},
            "measures": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": list(_NAMES),
                    "properties": properties,
                },
            },
        },
    }
