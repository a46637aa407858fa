"""A registration as a person without an account types and confirms it, through HTTP."""

import html
import re
from typing import Any

from django.test import Client

from workshops import links
from workshops.models import Participant, ParticipationProcess, PersonalLink, Workshop


def typed(*workshops: Workshop, **fields: Any) -> dict[str, Any]:
    return {
        "workshops": [workshop.pk for workshop in workshops],
        "name": "Amina Haddad",
        "email": "amina@example.org",
        "organisation": "",
        "language": "de",
        "privacy": "on",
        **fields,
    }


def send(client: Client, process: ParticipationProcess, data: dict[str, Any]) -> Any:
    return client.post(f"/{process.slug}/register/", data)


def errors_of(response: Any) -> dict[str, list[str]]:
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


def confirm_path(participant: Participant, scope: PersonalLink.Scope = PersonalLink.Scope.CONFIRM) -> str:
    link = participant.links.get(scope=scope)
    return f"/confirm/{links.token_of(link)}/"


def what_is_shown(response: Any) -> dict[str, list[str]]:
    """What the page's button sends along."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', response.content.decode()):
        found.setdefault(name, []).append(html.unescape(value))
    return found
