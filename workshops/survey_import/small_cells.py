"""Counts without those of few people: who is one of three can be known (k-anonymity with k = 5).

Hiding one cell alone isn't enough where the rest of its row or column and their sum are known: the
hidden one is what is missing. So a line with exactly one hidden cell loses its next smallest too.
"""

from collections.abc import Mapping
from typing import TypeVar

LEAST_PEOPLE = 5

K = TypeVar("K")
R = TypeVar("R")
C = TypeVar("C")


def shown(cells: Mapping[K, int]) -> dict[K, int | None]:
    """One line of counts; None where it must not be shown."""
    [line] = shown_table({None: cells}).values()
    return line


def shown_table(rows: Mapping[R, Mapping[C, int]]) -> dict[R, dict[C, int | None]]:
    """Rows of counts, all with the same columns; None where a count must not be shown.

    Rows and columns are looked at in turn until no line has a single hidden cell beside shown ones.
    A table of one row, or of one column, is one line.
    """
    table: dict[R, dict[C, int | None]] = {
        row: {column: n if n >= LEAST_PEOPLE else None for column, n in cells.items()}
        for row, cells in rows.items()
    }
    columns = list(next(iter(table.values()), {}))
    lines = [[(row, column) for column in columns] for row in table if len(columns) > 1]
    lines += [[(row, column) for row in table] for column in columns if len(table) > 1]
    is_settled = False
    while not is_settled:
        is_settled = True
        for line in lines:
            left = [(n, row, column) for row, column in line if (n := table[row][column]) is not None]
            if left and len(left) == len(line) - 1:
                _, row, column = min(left, key=lambda cell: cell[0])
                table[row][column] = None
                is_settled = False
    return table


def shown_with_totals(rows: Mapping[R, Mapping[C, int]], *, total: R) -> dict[R, dict[C, int | None]]:
    """The same where each row's sum is printed beside it, and the row `total` holds the sum of the others.

    What a sum and the shown cells leave is a number too: hidden cells that are few people together take the
    next smallest with them. A cell without anybody tells of nobody and is shown as 0.
    """
    table: dict[R, dict[C, int | None]] = {
        row: {column: n if n == 0 or n >= LEAST_PEOPLE else None for column, n in cells.items()}
        for row, cells in rows.items()
    }
    columns = list(next(iter(table.values()), {}))
    # Each with the cell that is the sum of the line's others, if one of them is.
    lines: list[tuple[list[tuple[R, C]], tuple[R, C] | None]] = [
        ([(row, column) for column in columns], None) for row in table if len(columns) > 1
    ]
    lines += [([(row, column) for row in table], (total, column)) for column in columns]
    is_settled = False
    while not is_settled:
        is_settled = True
        for line, sum_of_line in lines:
            hidden = [cell for cell in line if table[cell[0]][cell[1]] is None]
            shown = [cell for cell in line if table[cell[0]][cell[1]] is not None and cell != sum_of_line]
            # A zero last: beside it the hidden cell would be the whole sum.
            left = [(rows[row][column] or float("inf"), (row, column)) for row, column in shown]
            people = sum(rows[row][column] for row, column in hidden)
            knows_sum = sum_of_line not in hidden
            if hidden and (len(hidden) == 1 or (knows_sum and people < LEAST_PEOPLE)):
                if not left and sum_of_line is not None and knows_sum:
                    left = [(0, sum_of_line)]
                if left:
                    row, column = min(left, key=lambda cell: cell[0])[1]
                    table[row][column] = None
                    is_settled = False
    return table
