"""Numbers that come with a request."""


def row_number(typed: str) -> int | None:
    """A primary key as the page wrote it; None for whatever no page of ours could have sent.

    At most 18 digits: more are beyond what the database's keys hold, and would end in its error.
    """
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 19 else None
