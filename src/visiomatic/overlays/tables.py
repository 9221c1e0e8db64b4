"""Catalogues: CSV, TSV, VizieR's TSV, FITS tables and VOTables, by columns."""

from __future__ import annotations

import csv
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from visiomatic.errors import BadOverlay

if TYPE_CHECKING:
    from astropy.table import Table as AstropyTable

_BLANK = frozenset(("", "nan", "null", "none", "-", "--", "n/a"))


@dataclass(frozen=True, slots=True)
class Column:
    """Values are None where the table has none."""

    name: str
    values: Sequence[Any]
    unit: str = ""
    ucd: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """``lines`` are those of the text that the rows came from, None for tables that have no lines."""

    name: str
    columns: Sequence[Column]
    lines: Sequence[int] | None = None

    def __len__(self) -> int:
        return len(self.columns[0].values) if self.columns else 0

    def place(self, row: int) -> str:
        """Where a row is, for messages."""
        return f"line {self.lines[row]}" if self.lines is not None else f"row {row + 1}"


def read_tables(data: bytes, name: str) -> list[Table]:
    """The tables of a file, told by its content. Raises :class:`BadOverlay` with the line or the HDU."""
    if data.startswith(b"SIMPLE  ="):
        return _fits_tables(data, name)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return _votables(data, name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BadOverlay(f"{name}, line {line}: neither UTF-8 text, nor a FITS file, nor a VOTable") from None
    return [read_delimited(text, name)]


def read_delimited(text: str, name: str) -> Table:
    """CSV (RFC 4180, also with ";") or TSV; VizieR's has units and a rule of dashes below the names, "#" comments."""
    numbers: list[int] = []
    rows, places = [], []
    lines = list(_content(text, numbers))
    reader = csv.reader(lines, delimiter=_separator(lines[0] if lines else ""), strict=True)
    try:
        for row in reader:
            rows.append([cell.strip() for cell in row])
            places.append(numbers[reader.line_num - 1])
    except csv.Error as error:
        raise BadOverlay(f"{name}, line {numbers[min(reader.line_num, len(numbers)) - 1]}: {error}") from None
    rule = next((k for k, row in enumerate(rows) if all(re.fullmatch("-+", cell) for cell in row)), 0)
    if len(rows) < 2 or len(rows[0]) < 2:
        raise BadOverlay(f"{name}: no table with a line of names and rows below it")
    units = rows[1] if rule > 1 else [""] * len(rows[0])
    body = range(rule + 1, len(rows))
    for k in body:
        if len(rows[k]) != len(rows[0]):
            count = len(rows[k])
            raise BadOverlay(f"{name}, line {places[k]}, column {count}: {count} cells under {len(rows[0])} names")
    columns = [Column(head, [_cell(rows[k][c]) for k in body], units[c]) for c, head in enumerate(rows[0])]
    return Table(name, columns, [places[k] for k in body])


def _content(text: str, numbers: list[int]) -> Iterator[str]:
    """Lines that are no comments; *numbers* receives where they stand."""
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        if line.strip() and not line.startswith("#"):
            numbers.append(number)
            yield line


def _separator(head: str) -> str:
    return max(",;\t", key=lambda sign: (head.count(sign), sign == ","))


def _cell(text: str) -> str | int | float | None:
    if text.lower() in _BLANK:
        return None
    if re.fullmatch(r"[+-]?\d{1,15}", text) and not re.match(r"[+-]?0\d", text):
        return int(text)
    try:
        value = float(text)
    except ValueError:
        return text
    return value if np.isfinite(value) and not re.match(r"[+-]?0\d|[+-]?\d+$", text) else text


def _fits_tables(data: bytes, name: str) -> list[Table]:
    from astropy.io import fits
    from astropy.table import Table as AstropyTable

    try:
        with warnings.catch_warnings(), fits.open(BytesIO(data)) as hdus:
            warnings.simplefilter("ignore")
            kinds = (fits.BinTableHDU, fits.TableHDU)
            found = [hdu for hdu in hdus if isinstance(hdu, kinds) and not isinstance(hdu, fits.CompImageHDU)]
            tables = [_columns(AstropyTable.read(hdu), f"{name}[{hdu.name or k}]") for k, hdu in enumerate(found, 1)]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BadOverlay(f"{name}: a FITS file whose tables cannot be read: {_last_line(error)}") from None
    if not tables:
        raise BadOverlay(f"{name}: a FITS file without a table")
    return tables


def _votables(data: bytes, name: str) -> list[Table]:
    from astropy.io import votable

    if b"VOTABLE" not in data[:4096].upper():
        raise BadOverlay(f"{name}: XML, but no VOTable")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            document = votable.parse(BytesIO(data))
            tables = [_columns(one.to_table(use_names_over_ids=True), name) for one in document.iter_tables()]
    except (OSError, ValueError, TypeError, KeyError, IndexError) as error:
        raise BadOverlay(f"{name}: a VOTable that cannot be read: {_last_line(error)}") from None
    if not tables:
        raise BadOverlay(f"{name}: a VOTable without a table")
    return tables


def _columns(table: AstropyTable, name: str) -> Table:
    columns = []
    for column in table.itercols():
        ucd = str(column.meta.get("ucd", column.meta.get("UCD", ""))).lower()
        columns.append(Column(column.name, [_plain(value) for value in column], str(column.unit or ""), ucd))
    return Table(name, columns)


def _plain(value: Any) -> Any:
    """A value as JSON has it: None where it is masked or not finite."""
    if value is np.ma.masked or np.ma.is_masked(value):
        return None
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace").strip()
    plain = value.tolist() if isinstance(value, np.generic | np.ndarray) else value
    if isinstance(plain, float) and not np.isfinite(plain):
        return None
    if isinstance(plain, list):
        return " ".join(str(one) for one in plain)
    if isinstance(plain, int) and abs(plain) > 2**53:
        return str(plain)  # a name made of digits: readers of JSON keep no more than 53 bits
    return plain.strip() if isinstance(plain, str) else plain if isinstance(plain, int | float) else str(plain)


def _last_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[-1]
