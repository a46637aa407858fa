"""Whose words a browser keeps (docs/adr/0030)."""

from django import template

from workshops.models import User
from workshops.operations import writers

register = template.Library()


@register.filter
def writer(user: User) -> str:
    """Names the account without saying whose."""
    return writers.writer_of(user)
