"""A table refused by its first rows lets go of its file."""

import gc
import io

import pytest

from workshops.survey_import import inspection
from workshops.survey_import.problems import BrokenFile


def test_nothing_reaches_for_a_refused_file_after_it_is_closed() -> None:
    file = io.BytesIO(b"Handlungsfeld;Sprache\nWohnen;de\nBildung;ar\n")
    with pytest.raises(BrokenFile) as refused:
        inspection.open_table(file)
    file.close()
    # The refusal holds the reader that was interrupted; pytest makes its complaint an error.
    del refused
    gc.collect()
