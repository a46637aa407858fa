"""What staff type about video rooms: for each provider what it needs, and nothing else."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from workshops import sealing
from workshops.conferencing.addresses import web_address
from workshops.conferencing.jitsi import SHORTEST_KEY
from workshops.conferencing.protocol import NotAllowed, WrongSettings
from workshops.models import ConferenceRoom

Provider = ConferenceRoom.Provider

# Beside name and seats, which each has.
_NEEDED = {
    Provider.BIGBLUEBUTTON: (
        *("address", "secret_name", "secret", "forget_secret", "algorithm"),
        *("has_lobby", "parallel_meetings", "dial_in"),
    ),
    Provider.JITSI: (
        *("address", "key_id", "secret_name", "secret", "forget_secret"),
        *("has_lobby", "parallel_meetings", "dial_in"),
    ),
    Provider.ZOOM: (
        *("account_id", "key_id", "secret_name", "secret", "forget_secret"),
        *("webhook_secret", "forget_webhook_secret", "host"),
        *("has_lobby", "parallel_meetings", "dial_in"),
    ),
    # One address is one conference: there is no second one beside it.
    Provider.LINK: ("address", "dial_in"),
}
_SECRETS = ("secret", "webhook_secret")

_LABELS = {
    (Provider.BIGBLUEBUTTON, "address"): _("Adresse der Schnittstelle"),
    (Provider.JITSI, "address"): _("Adresse des Servers"),
    (Provider.LINK, "address"): _("Adresse der Videokonferenz"),
    (Provider.JITSI, "key_id"): _("Kennung der Anwendung (App-ID)"),
    (Provider.JITSI, "secret"): _("Schlüssel (App-Secret)"),
    (Provider.ZOOM, "account_id"): _("Konto (Account ID)"),
    (Provider.ZOOM, "key_id"): _("Kennung (Client ID)"),
    (Provider.ZOOM, "secret"): _("Geheimnis (Client Secret)"),
}
_HELP = {
    (Provider.BIGBLUEBUTTON, "address"): _(
        "Zeigt „bbb-conf --secret“ auf dem Server, z. B. https://bbb.hechingen.example/bigbluebutton/."
    ),
    (Provider.JITSI, "address"): _("Zum Beispiel https://meet.hechingen.example."),
    (Provider.LINK, "address"): _(
        "Alle kommen über ihren persönlichen Link hierher. Die Adresse selbst steht in keiner Mail."
    ),
    (Provider.BIGBLUEBUTTON, "dial_in"): _(
        "Nur die Nummer: Den Code dazu bekommt jeder Workshop von uns. Leer: keine Einwahl."
    ),
    (Provider.JITSI, "key_id"): _("Leer, wenn der Server allen offensteht."),
    (Provider.JITSI, "has_lobby"): _("Wirkt nur auf Servern mit App-ID und Schlüssel."),
    (Provider.ZOOM, "has_lobby"): _("Auch sonst kommt in Zoom niemand hinein, bevor die Moderation da ist."),
}


class WebAddressField(forms.CharField):
    """https; without it only hosts that the operator listed (CONFERENCE_HOSTS)."""

    widget = forms.URLInput(attrs={"dir": "ltr"})

    def clean(self, value: Any) -> Any:
        address = super().clean(value)
        if address:
            try:
                web_address(address, settings.CONFERENCE_HOSTS)
            except WrongSettings:
                raise forms.ValidationError(
                    _("Das ist keine Webadresse. Sie beginnt mit https://, ohne Benutzernamen darin."),
                    code="no_address",
                ) from None
            except NotAllowed:
                raise forms.ValidationError(
                    _("Die Adresse muss mit https:// beginnen, damit unterwegs niemand mitliest."),
                    code="no_https",
                ) from None
        return address


class SecretField(forms.CharField):
    """Goes in and never out: what is stored isn't shown, what was typed isn't shown again."""

    widget = forms.PasswordInput(attrs={"autocomplete": "new-password", "dir": "ltr"})


class RoomForm(forms.Form):
    """A room of one provider. Cleans to the arguments of `operations.rooms.RoomDetails`.

    A secret cleans to None if the one that is there stays.
    """

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("So wählen Sie ihn aus, z. B. „Videoraum 1“.")
    )
    address = WebAddressField(label=_("Adresse"), max_length=500)
    account_id = forms.CharField(label=_("Konto"), max_length=100)
    key_id = forms.CharField(label=_("Kennung"), max_length=200)
    secret_name = forms.ChoiceField(
        label=_("Geheimnis aus der Umgebung"),
        required=False,
        help_text=_("Was der Betrieb als CONFERENCE_SECRET_… hinterlegt hat. Sonst geben Sie es hier ein."),
    )
    secret = SecretField(label=_("Geheimnis"), max_length=500, required=False)
    forget_secret = forms.BooleanField(label=_("Gespeichertes Geheimnis löschen"), required=False)
    webhook_secret = SecretField(
        label=_("Geheimnis für Meldungen (Secret Token)"),
        max_length=500,
        required=False,
        help_text=_("Ohne dieses erfahren wir nicht, wer im Raum ist."),
    )
    forget_webhook_secret = forms.BooleanField(
        label=_("Gespeichertes Geheimnis für Meldungen löschen"), required=False
    )
    host = forms.CharField(
        label=_("Gastgeber bei Zoom"),
        max_length=254,
        help_text=_(
            "Die E-Mail-Adresse des Zoom-Nutzers, unter dem die Treffen laufen. Wer moderiert, betritt den "
            "Raum mit dessen Rechten: Das Konto sollte für nichts anderes dienen."
        ),
    )
    algorithm = forms.ChoiceField(
        label=_("Prüfsumme"),
        choices=ConferenceRoom.Algorithm.choices,
        initial=ConferenceRoom.Algorithm.SHA256,
        help_text=_("SHA-1 nur für alte Server, die SHA-256 nicht kennen."),
    )
    seats = forms.IntegerField(
        label=_("Plätze"),
        min_value=1,
        max_value=10_000,
        required=False,
        help_text=_("Für Teilnehmende; die Moderation zählt nicht mit. Leer: so viele, wie wollen."),
    )
    parallel_meetings = forms.IntegerField(
        label=_("Treffen gleichzeitig"),
        min_value=1,
        max_value=200,
        initial=1,
        help_text=_(
            "So viele Treffen hält der Anbieter mit diesem Zugang zur selben Zeit aus. "
            "Ein zweiter Raum für Dolmetschen ist ein eigenes Treffen."
        ),
    )
    dial_in = forms.CharField(
        label=_("Einwahl per Telefon"),
        max_length=100,
        required=False,
        help_text=_("Nummer und Code, wie Teilnehmende sie lesen sollen. Leer: keine Einwahl."),
    )
    has_lobby = forms.BooleanField(label=_("Alle warten, bis die Moderation sie einlässt"), required=False)

    def __init__(
        self,
        *args: Any,
        provider: str,
        stored: Iterable[str] = (),
        **kwargs: Any,
    ) -> None:
        """stored: the names of the secrets that are there already (`secret`, `webhook_secret`)."""
        super().__init__(*args, **kwargs)
        self.provider = Provider(provider)
        self._stored = frozenset(stored)
        wanted = ("name", *_NEEDED[self.provider], "seats")
        names = self._names_to_choose_from()
        for name in list(self.fields):
            is_about_nothing = (name == "secret_name" and not names) or (
                name.startswith("forget_") and name.removeprefix("forget_") not in self._stored
            )
            if name not in wanted or is_about_nothing:
                del self.fields[name]
        for name, field in self.fields.items():
            field.label = _LABELS.get((self.provider, name), field.label)
            field.help_text = _HELP.get((self.provider, name), field.help_text)
        for name in self._stored & self.fields.keys():
            self.fields[name].help_text = _("Gespeichert – leer lassen, um es zu behalten.")
        if self.provider == Provider.JITSI:
            self.fields["key_id"].required = False
        elif "secret" in self.fields and "secret" not in self._stored:
            # Unless it can be chosen: then `clean` says what is missing.
            self.fields["secret"].required = not names
        if "secret_name" in self.fields:
            chosen = self.fields["secret_name"]
            assert isinstance(chosen, forms.ChoiceField)
            chosen.choices = [("", _("hier eingeben")), *((name, name) for name in names)]

    def _names_to_choose_from(self) -> list[str]:
        """Those in the environment, and the one in use even if the operator took it away."""
        names = sealing.names_in_the_environment()
        current = self.initial.get("secret_name", "")
        return [*names, current] if current and current not in names else names

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in _SECRETS:
            typed, is_forgotten = cleaned.pop(name, ""), cleaned.pop(f"forget_{name}", False)
            if typed and is_forgotten:
                self.add_error(name, _("Entweder ein neues eingeben oder das gespeicherte löschen."))
            cleaned[name] = typed or ("" if is_forgotten else None)
        self._judge_secret(cleaned)
        cleaned["provider"] = self.provider.value
        return cleaned

    def _judge_secret(self, cleaned: dict[str, Any]) -> None:
        if "secret" not in self.fields or "secret_name" in self.errors:
            return
        named, typed = cleaned.get("secret_name", ""), cleaned["secret"]
        for name in _SECRETS if named else ():
            if cleaned[name]:
                # For messages it is CONFERENCE_SECRET_<NAME>_WEBHOOK then.
                self.add_error(name, _("Entweder hier eingeben oder aus der Umgebung wählen, nicht beides."))
        if named and typed:
            return
        is_there = bool(named or typed or (typed is None and "secret" in self._stored))
        known = sealing.from_environment(named) if named else typed
        if named and not known:
            self.add_error("secret_name", _("Dieses Geheimnis gibt es in der Umgebung nicht (mehr)."))
        if self.provider == Provider.JITSI:
            self._judge_jitsi(cleaned, known, is_there=is_there, at="secret_name" if named else "secret")
        elif not is_there and "secret" not in self.errors:
            self.add_error("secret", _("Ohne Geheimnis lässt der Anbieter uns nicht ein."))

    def _judge_jitsi(self, cleaned: dict[str, Any], known: str | None, *, is_there: bool, at: str) -> None:
        if known and len(known.encode()) < SHORTEST_KEY:
            self.add_error(
                at,
                _("Der Schlüssel ist zu kurz: Jitsi braucht mindestens %(count)d Zeichen.")
                % {"count": SHORTEST_KEY},
            )
        if is_there and not cleaned.get("key_id"):
            self.add_error("key_id", _("Zum Schlüssel gehört die Kennung der Anwendung."))
        if not is_there and cleaned.get("key_id"):
            self.add_error("secret", _("Zur Kennung der Anwendung gehört der Schlüssel."))

    def ask_for_secrets_again(self) -> None:
        """After a refusal the page comes back without what was typed there; say so beside it."""
        for name in _SECRETS:
            if self.is_bound and name in self.fields and self.data.get(self.add_prefix(name)):
                self[name].help_text = _(
                    "Bitte noch einmal eingeben: Aus Sicherheit steht es nicht mehr hier."
                )


class WayInForm(forms.Form):
    """Where one workshop happens: a room (by its primary key), an address of its own, or nowhere yet."""

    OWN, NONE = "own", "none"
    # Two fields belong to one of the choices: neither needed nor optional otherwise.
    marks_optional = False

    where = forms.ChoiceField(label=_("Raum"), widget=forms.RadioSelect)
    conference_url = WebAddressField(
        label=_("Eigene Adresse"),
        max_length=500,
        required=False,
        help_text=_("Nur für „eigene Adresse“. Sie steht in keiner Mail: Dort steht unser Einwahllink."),
    )
    dial_in = forms.CharField(
        label=_("Einwahl per Telefon"),
        max_length=200,
        required=False,
        help_text=_("Nur für „eigene Adresse“: Nummer und Code. Sie stehen in Mails und Kalendern."),
    )

    def __init__(self, *args: Any, rooms: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        """rooms: values and labels of the rooms to choose from."""
        super().__init__(*args, **kwargs)
        where = self.fields["where"]
        assert isinstance(where, forms.ChoiceField)
        beside = (_("Ohne diese Räume"), [(self.OWN, _("eigene Adresse")), (self.NONE, _("noch keiner"))])
        ours = (_("Videoräume"), list(rooms))
        where.choices = [ours, beside] if ours[1] else [beside]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        is_own = cleaned.get("where") == self.OWN
        if is_own and not cleaned.get("conference_url") and "conference_url" not in self.errors:
            self.add_error("conference_url", _("Bitte geben Sie die Adresse der Videokonferenz ein."))
        if not is_own and "where" in cleaned:
            # What was typed for another choice counts for nothing, mistakes included.
            for name in ("conference_url", "dial_in"):
                self.errors.pop(name, None)
                cleaned[name] = ""
        return cleaned
