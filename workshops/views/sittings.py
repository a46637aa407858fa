"""An evening's saves, one every few seconds, put together to what a person can look through."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

QUARTER = datetime.timedelta(minutes=15)


class Save(NamedTuple):
    """Of a version what a list shows, in the order of `COLUMNS`."""

    version: int
    saved_at: datetime.datetime
    by: int | None
    restored_from: int | None


COLUMNS = ("version", "saved_at", "saved_by", "restored_from")


@dataclass(slots=True)
class Sitting:
    """What one person saved within a quarter of an hour, also if somebody else saved in between."""

    saves: list[Save] = field(default_factory=list)  # the latest first

    @property
    def last(self) -> Save:
        return self.saves[0]

    @property
    def first(self) -> Save:
        return self.saves[-1]

    def takes(self, save: Save) -> bool:
        """Whether the earlier `save` belongs to it. A version that was taken up again stands alone."""
        return (
            self.last.saved_at - save.saved_at <= QUARTER
            and not save.restored_from
            and not self.first.restored_from
        )


def sittings_of(saves: Iterable[Save]) -> list[Sitting]:
    """From saves, the latest first, to sittings by their latest save, the latest first."""
    sittings: list[Sitting] = []
    open_: dict[int | None, Sitting] = {}
    for save in saves:
        sitting = open_.get(save.by)
        if sitting is None or not sitting.takes(save):
            sitting = open_[save.by] = Sitting()
            sittings.append(sitting)
        sitting.saves.append(save)
    return sittings
