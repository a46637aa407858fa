"""Numbers that come with a request."""

# More digits are beyond what the database's keys hold, and would end in its error.
MOST_DIGITS = 18


def row_number(typed: str) -> int | None:
    """A primary key as the page wrote it; None for whatever no page of ours could have sent."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= MOST_DIGITS else None


class RowNumber:
    """`<row:pk>` in an address, as `row_number`: a longer number is an address that is not there."""

    regex = f"[0-9]{{1,{MOST_DIGITS}}}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int | str) -> str:
        return str(value)
