"""What moderators type about a proposed measure: at its capture, and later on its own page."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from workshops.forms.staff import SPOKEN_LANGUAGES
from workshops.forms.staff_results import detail_field
from workshops.models import MeasureDetails, SurveyComment, Workshop


def comments_of(workshop: Workshop) -> QuerySet[SurveyComment]:
    """What proposals of the workshop may take up: comments of its field, and those that named none."""
    return (
        SurveyComment.objects.filter(Q(field=workshop.series.field_id) | Q(field=None))
        .filter(survey__process=workshop.process)
        .select_related("survey")
        .order_by("pk")
    )


class _Comments(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    """Drawn by the templates: of thousands only those chosen and those found."""

    def __init__(self) -> None:
        super().__init__(
            SurveyComment.objects.none(),
            required=False,
            error_messages={"invalid_choice": _("Dieser Kommentar gehört zu einem anderen Handlungsfeld.")},
        )


class ProposalForm(forms.Form):
    title = forms.CharField(label=_("Titel"), max_length=200)
    description = forms.CharField(
        label=_("Beschreibung"),
        required=False,
        max_length=5000,
        widget=forms.Textarea({"rows": "3", "dir": "auto"}),
    )
    language = forms.ChoiceField(
        label=_("Sprache des Vorschlags"),
        required=False,
        choices=[("", _("keine Angabe")), *SPOKEN_LANGUAGES],
    )
    survey_comments = _Comments()

    def __init__(
        self, *args: Any, workshop: Workshop, chosen: Sequence[SurveyComment] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._workshop, self._chosen = workshop, chosen
        for name in MeasureDetails.DETAILS:
            self.fields[name] = detail_field(name)
        self.fields["responsible"].label = _("Zuständig")
        comments = self.fields["survey_comments"]
        assert isinstance(comments, forms.ModelMultipleChoiceField)
        comments.queryset = comments_of(workshop)

    @property
    def more(self) -> list[BoundField]:
        """What may be unknown at first: the details, and the language."""
        return [self[name] for name in (*MeasureDetails.DETAILS, "language")]

    @property
    def is_more_open(self) -> bool:
        return any(field.value() or field.errors for field in self.more)

    @property
    def chosen(self) -> list[SurveyComment]:
        """The survey comments it takes up, as ticked; those that aren't of the field are left out."""
        if not self.is_bound:
            return list(self._chosen)
        ticked = [str(each) for each in self["survey_comments"].value() or ()]
        numbers = [each for each in ticked if each.isascii() and each.isdecimal() and len(each) < 19]
        return list(comments_of(self._workshop).filter(pk__in=numbers)) if numbers else []

    @property
    def typed(self) -> dict[str, object]:
        """Each field as it was sent, for a form that shows it again without judging it."""
        return {name: self[name].value() or "" for name in self.fields}

    def clean(self) -> dict[str, Any]:
        """The operations take the details as one mapping: of those that were sent."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        found = {name: cleaned.pop(name, "") for name in MeasureDetails.DETAILS}
        cleaned["details"] = {name: words for name, words in found.items() if self._is_sent(name)}
        return cleaned

    def _is_sent(self, name: str) -> bool:
        return self.add_prefix(name) in self.data


class CaptureForm(ProposalForm):
    """Stands beside the text, in the same <form>: empty means that nothing is proposed."""

    use_required_attribute = False
    # Beside the fields of the text, in one <form>.
    prefix = "proposal"

    # Which form this is, so that it sent twice is one proposal.
    captured_as = forms.CharField(required=False, initial=uuid.uuid4, widget=forms.HiddenInput)

    def clean_captured_as(self) -> uuid.UUID | None:
        """Nobody typed it: without a usable one it is only not recognised."""
        try:
            return uuid.UUID(self.cleaned_data["captured_as"])
        except ValueError:
            return None

    @property
    def is_filled(self) -> bool:
        """Whether anything was typed: a survey comment that came ticked is no proposal yet."""
        typed = (name for name in self.fields if name not in ("survey_comments", "captured_as"))
        return any(self.data.get(self.add_prefix(name), "").strip() for name in typed)


class ProposalChangeForm(ProposalForm):
    """With the words that the person saw, so that nobody's later change is overwritten unseen."""

    seen_title = forms.CharField(widget=forms.HiddenInput)
    seen_description = forms.CharField(required=False, widget=forms.HiddenInput)
    # The edition of all the rest.
    seen = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """What wasn't sent stays as it is. Of ticks only the `seen` beside them tells that they were."""
        cleaned = super().clean()
        if not self._is_sent("language"):
            cleaned["language"] = None
        if not self._is_sent("seen"):
            cleaned["survey_comments"] = None
        return cleaned
