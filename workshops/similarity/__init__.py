"""Which proposals may mean the same, and why: words, misspelt words, concepts across languages. No Django."""

from workshops.similarity.languages import guess, may_be_german
from workshops.similarity.suggesting import Likeness, Suggestion, Text, suggest

__all__ = ["Likeness", "Suggestion", "Text", "guess", "may_be_german", "suggest"]
