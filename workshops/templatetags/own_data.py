"""What is kept of a person, on their page: each fact as its kind is said everywhere else."""

import datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from workshops.models import LocalisedText, ParticipationProcess, Workshop
from workshops.operations.readable_data import Told
from workshops.templatetags.localised import marked, named
from workshops.templatetags.workshops import moment

register = template.Library()


@register.simple_tag
def kept(value: Told, process: ParticipationProcess) -> SafeString:
    if isinstance(value, datetime.datetime):
        return moment(value, process)
    if isinstance(value, Workshop):
        return named(value)
    if isinstance(value, LocalisedText):
        return marked(value)
    return format_html("<bdi>{}</bdi>", value)
