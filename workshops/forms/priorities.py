"""Points and hands: one number for each proposal, whatever proposals there are."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from workshops.forms.days import MomentField
from workshops.models import PrioritisedProposal

_POINTS = re.compile(r"points-([0-9]{1,18})")
# Nobody raises more hands in a video conference.
_MOST_HANDS = 999


class ClosingForm(forms.Form):
    closes_at = MomentField(
        label=_("Von selbst beendet am"),
        required=False,
        help_text=_("Leer: bis jemand auf „Beenden“ drückt oder das Protokoll veröffentlicht wird."),
    )


class OpeningForm(ClosingForm):
    points_each = forms.IntegerField(label=_("Punkte je Person"), min_value=1, max_value=20)
    field_order = ("points_each", "closes_at")


class _Numbers(forms.Form):
    def __init__(self, *args: Any, options: Sequence[PrioritisedProposal], **kwargs: Any) -> None:
        self.options = options
        super().__init__(*args, **kwargs)

    def add_number(self, name: str, option: PrioritisedProposal, most: int, **attributes: str) -> None:
        self.fields[name] = forms.IntegerField(
            label=option.proposal.title,
            required=False,
            min_value=0,
            max_value=most,
            widget=forms.NumberInput({"inputmode": "numeric", **attributes}),
            error_messages={"invalid": _("Bitte eine Zahl eintragen.")},
        )


class PointsForm(_Numbers):
    """What somebody gives. A proposal that the page didn't know yet keeps what it has."""

    marks_optional = False

    def __init__(
        self,
        data: QueryDict | None,
        *,
        options: Sequence[PrioritisedProposal],
        most: int,
        given: Mapping[int, int],
    ) -> None:
        shown = {f"points-{option.pk}": given.get(option.pk, 0) for option in options}
        self._typed = data
        if data is not None:
            # Beside what was typed stands what else they have given: the whole sum has to fit.
            data = data.copy()
            for name, points in shown.items():
                data.setdefault(name, str(points))
        super().__init__(data, options=options, initial=shown)
        for option in options:
            self.add_number(f"points-{option.pk}", option, most)

    @property
    def points(self) -> dict[int, int]:
        """By option, of what was typed; also for one that was withdrawn meanwhile."""
        named = {name: int(match[1]) for name in self._typed or () if (match := _POINTS.fullmatch(name))}
        gone = {pk: 1 for name, pk in named.items() if name not in self.fields and self._is_some(name)}
        return gone | {
            pk: self.cleaned_data[name] or 0 for name, pk in named.items() if name in self.cleaned_data
        }

    def _is_some(self, name: str) -> bool:
        return bool(self._typed) and self._typed.get(name, "").strip() not in ("", "0")  # type: ignore[union-attr]

    def rows(self) -> list[tuple[PrioritisedProposal, forms.BoundField]]:
        return [(option, self[f"points-{option.pk}"]) for option in self.options]


class HandsForm(_Numbers):
    """`hands-…`: typed now; `seen-…`: what stood there when the page was made. Only the difference counts."""

    def __init__(self, data: QueryDict | None, *, options: Sequence[PrioritisedProposal]) -> None:
        initial = {f"hands-{option.pk}": option.hands for option in options}
        initial |= {f"seen-{option.pk}": option.hands for option in options}
        self._typed = data
        super().__init__(data, options=options, initial=initial)
        for option in options:
            self.add_number(
                f"hands-{option.pk}", option, _MOST_HANDS, **{"aria-labelledby": f"option-{option.pk}"}
            )
            self.fields[f"seen-{option.pk}"] = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def _numbers(self, name: str) -> dict[int, int | None]:
        found = {option.pk: f"{name}-{option.pk}" for option in self.options}
        return {pk: self.cleaned_data[key] for pk, key in found.items() if key in self.data}

    @property
    def counts(self) -> dict[int, int | None]:
        return self._numbers("hands")

    @property
    def seen(self) -> dict[int, int | None]:
        return self._numbers("seen")

    def saw(self, now_there: Mapping[int, int | None]) -> None:
        """After a conflict: whoever saves again has seen these."""
        if self._typed is None:
            return
        data = self._typed.copy()
        for pk, hands in now_there.items():
            data[f"seen-{pk}"] = "" if hands is None else str(hands)
        self.data = data

    def rows(self) -> list[tuple[PrioritisedProposal, forms.BoundField, forms.BoundField]]:
        return [(option, self[f"hands-{option.pk}"], self[f"seen-{option.pk}"]) for option in self.options]
