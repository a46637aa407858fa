"""Counts of few people can neither be read nor worked out."""

from hypothesis import given
from hypothesis import strategies as st

from workshops.survey_import.small_cells import LEAST_PEOPLE, shown, shown_table


def test_counts_below_five_are_hidden() -> None:
    assert shown({"a": 12, "b": 5, "c": 4, "d": 0}) == {"a": 12, "b": 5, "c": None, "d": None}


def test_a_single_hidden_count_takes_the_next_smallest_with_it() -> None:
    assert shown({"a": 12, "b": 5, "c": 4}) == {"a": 12, "b": None, "c": None}


def test_large_counts_stay() -> None:
    assert shown({"a": 12, "b": 5}) == {"a": 12, "b": 5}


def test_one_count_alone_is_hidden_or_shown_by_itself() -> None:
    assert shown({"a": 3}) == {"a": None}
    assert shown({"a": 30}) == {"a": 30}


def test_no_row_or_column_keeps_a_single_hidden_cell() -> None:
    rows = {
        "x": {"mon": 20, "tue": 3, "wed": 30},
        "y": {"mon": 21, "tue": 22, "wed": 31},
        "z": {"mon": 40, "tue": 41, "wed": 42},
    }
    assert shown_table(rows) == {
        "x": {"mon": None, "tue": None, "wed": 30},
        "y": {"mon": None, "tue": None, "wed": 31},
        "z": {"mon": 40, "tue": 41, "wed": 42},
    }


def test_an_empty_table_stays_empty() -> None:
    assert shown_table({}) == {}
    assert shown({}) == {}


tables = st.integers(1, 5).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 12), min_size=width, max_size=width), min_size=1, max_size=5
    )
)


@given(tables)
def test_whatever_the_counts_no_hidden_cell_follows_from_sums(counts: list[list[int]]) -> None:
    rows = {row: dict(enumerate(cells)) for row, cells in enumerate(counts)}
    table = shown_table(rows)

    assert all(
        n is None or n == rows[row][column] >= LEAST_PEOPLE
        for row, cells in table.items()
        for column, n in cells.items()
    )
    lines = [list(cells.values()) for cells in table.values()]
    lines += [[table[row][column] for row in table] for column in table[0]]
    assert not [line for line in lines if len(line) > 1 and line.count(None) == 1]
