"""Refusals: a code and a sentence that the person can act on."""

from typing import Any

from django.http import Http404


class Refusal(Exception):
    """An operation says no. Nothing was changed; the page shows `sentence` to the person who asked.

    `code` is stable, in English and snake case, for tests and for choosing a page; `details` are
    values that a page may show beside the sentence (a conflict's other workshop, both texts).
    """

    def __init__(self, code: str, sentence: object, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        # Kept lazy: it is put into words in the reader's language when the page is made.
        self._sentence = sentence
        self.details = details

    @property
    def sentence(self) -> str:
        return str(self._sentence)

    def __str__(self) -> str:
        return f"{self.code}: {self.sentence}"


class RemovedMeanwhile(Http404):
    """What a form was about is gone. The page says so, and shows what was typed (config/refusals.py)."""

    def __init__(self, sentence: object) -> None:
        super().__init__()
        self._sentence = sentence

    @property
    def sentence(self) -> str:
        return str(self._sentence)
