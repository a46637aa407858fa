"""Words in a row, as the reader's language writes them."""

from collections.abc import Iterable

from django.utils.translation import get_language


def comma() -> str:
    """What stands between the parts of a list, with its space. A Latin comma is a mistake in Arabic."""
    return "، " if (get_language() or "").partition("-")[0] == "ar" else ", "


def listed(parts: Iterable[object]) -> str:
    return comma().join(str(part) for part in parts)
