"""Each page has a name of its own (WCAG 2.4.2): tabs, windows and a history are told apart by nothing else.

One row of each kind, so that two pages about the same row would be called the same.
"""

import html
import re
from collections import defaultdict

import pytest
from django.test import Client

from tests.browser.test_every_address import whose_pages

pytestmark = pytest.mark.django_db

# The same page by another address, or two that nobody has open at once.
ALIKE = {
    "workshops:embed_progress": "small, for the frames of other sites",
    "workshops:helping_register": "of helpers; staff have workshops:staff_participant_add",
    "workshops:register_sent": "says what workshops:personal_link_sent says",
    "workshops:staff_plan_field": "of the first field: workshops:staff_plan",
    "workshops:staff_room_add": "the second step of workshops:staff_room_new",
}


def title_of(content: bytes) -> str:
    found = re.search(r"<title>(.*?)</title>", content.decode(), re.S)
    return html.unescape(found.group(1)).strip() if found else ""


def test_no_two_pages_are_called_the_same() -> None:
    called, client, before = defaultdict(set), Client(), None
    for user, name, path in list(whose_pages()):
        if user != before:
            client.force_login(user)
            before = user
        if name not in ALIKE:
            called[title_of(client.get(path).content)].add(name)
    assert {title: sorted(names) for title, names in called.items() if len(names) > 1} == {}
