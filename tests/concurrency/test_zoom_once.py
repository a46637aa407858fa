"""Two hundred people at the door of a meeting that Zoom made without telling us, or tells us of too late."""

import pytest

from tests.concurrency.crowds import all_at_once, tally
from tests.concurrency.test_meetings import at_zoom, knock_until_in, zoom
from tests.providers.zoom import ZoomServer
from workshops.conferencing.http import SECONDS
from workshops.models import Meeting

__all__ = ["zoom"]

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


@pytest.mark.parametrize("answer", ["lost", "late"])
def test_200_people_make_one_meeting_though_its_answer_never_comes(zoom: ZoomServer, answer: str) -> None:
    workshop = at_zoom(zoom)
    if answer == "lost":
        zoom.loses = 1
    else:
        zoom.faults.slow, zoom.faults.only = SECONDS + 2, frozenset({"create"})
    results = all_at_once(lambda number: knock_until_in(workshop, number), range(200))
    (number,) = zoom.meetings
    assert tally(results) == {f"in {number}": 200}
    assert (zoom.creates, Meeting.objects.count()) == (1, 1)
