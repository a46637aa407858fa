"""What anyone may tell the town: “I can't use this”."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from workshops.forms.guarding import GuardedForm
from workshops.forms.public import plain_name
from workshops.models import is_address, normalise_phone
from workshops.models.pages import LONGEST_REPORT

# Nobody answers to fewer digits than a small town's numbers have.
SHORTEST_NUMBER = 5


def _can_be_answered(value: str) -> None:
    if not is_address(value) and len(normalise_phone(value)) < SHORTEST_NUMBER:
        raise ValidationError(
            _("Bitte eine E-Mail-Adresse oder eine Telefonnummer angeben."), code="no_way_to_answer"
        )


class BarrierForm(GuardedForm):
    message = forms.CharField(
        label=_("Was funktioniert für Sie nicht?"),
        help_text=_("Damit wir es finden: Auf welcher Seite ist es, und was benutzen Sie?"),
        max_length=LONGEST_REPORT,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Bitte beschreiben Sie kurz, was nicht funktioniert.")},
    )
    reply_to = forms.CharField(
        label=_("Wohin sollen wir antworten?"),
        help_text=_("E-Mail-Adresse oder Telefonnummer. Wir benutzen sie nur für diese Antwort."),
        max_length=254,
        required=False,
        validators=[plain_name, _can_be_answered],
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
