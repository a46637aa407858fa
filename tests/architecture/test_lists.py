"""What stands between words in a row is the reader's comma (workshops/lists.py), or a point in the middle."""

import re

from tests.architecture.test_moments import pages

# Between what a page says of itself; inside a sentence to be translated, the translation has its own comma.
LATIN = re.compile(r'forloop\.last %\}, |\|named \}\}, |process %\}, |join:", ')


def test_no_page_writes_a_comma_of_its_own_between_words_in_a_row() -> None:
    assert [name for name, page in pages() if LATIN.search(page)] == []
