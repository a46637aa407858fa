"""What staff and moderators read when a room's provider fails; participants never learn the cause."""

from django.utils.translation import gettext as _

from workshops.models import ConferenceRoom, Meeting


def problem_words(code: str, words: str = "") -> str:
    """One sentence for a provider's failure (`code` and `words` of `conferencing.ProviderError`)."""
    match code, words:
        case "slow", _words:
            return _("Der Anbieter antwortet nicht innerhalb von fünf Sekunden.")
        case "down", "name":
            return _("Den Namen des Servers kennt niemand. Ist die Adresse richtig geschrieben?")
        case "down", "tls":
            return _("Das Zertifikat des Servers ist ungültig oder abgelaufen.")
        case "down", _words:
            return _("Der Server des Anbieters ist nicht erreichbar oder meldet selbst einen Fehler.")
        case "nonsense", _words:
            return _(
                "Unter der Adresse antwortet etwas, das kein Server dieses Anbieters ist. Stimmt die Adresse?"
            )
        case "checksum", _words:
            return _("Der Anbieter weist das Geheimnis zurück. Bitte prüfen Sie Geheimnis und Kennung.")
        case "wrong_settings", _words:
            return _wrong_settings(words)
        case "not_allowed", _words:
            return _not_allowed(words)
        case "refused", "":
            return _("Der Anbieter lehnt die Anfrage ab.")
        case "refused", _words:
            return _("Der Anbieter lehnt die Anfrage ab (Antwort: %(words)s).") % {"words": words}
    return _("Der Anbieter meldet einen Fehler (%(code)s).") % {"code": code}


def meeting_problem(meeting: Meeting | None) -> str:
    """Of a meeting's last failure; empty if there is none, or it has been overcome."""
    return problem_words(meeting.problem, meeting.problem_words) if meeting and meeting.problem else ""


def check_passed(room: ConferenceRoom) -> str:
    """What it says that `Provider.check` raised nothing: two providers can't be asked."""
    match room.provider:
        case ConferenceRoom.Provider.LINK:
            words = _(
                "„%(room)s“: Die Adresse ist gültig. Ob dort eine Konferenz läuft, lässt sich nicht prüfen."
            )
        case ConferenceRoom.Provider.JITSI:
            words = _(
                "„%(room)s“: Die Angaben passen zusammen. Ob der Server sie annimmt, zeigt erst eine Probe."
            )
        case _provider:
            words = _("„%(room)s“: Der Server antwortet und nimmt die Angaben an.")
    return words % {"room": room}


def _wrong_settings(words: str) -> str:
    match words:
        case "secret":
            return _("Das Geheimnis fehlt oder lässt sich nicht mehr öffnen. Bitte geben Sie es neu ein.")
        case "key_id":
            return _("Zum Schlüssel fehlt die Kennung der Anwendung.")
        case "short_key":
            return _("Der Schlüssel ist zu kurz: Jitsi braucht mindestens 32 Zeichen.")
        case "account":
            return _("Zoom kennt dieses Konto nicht. Bitte prüfen Sie Account ID, Client ID und Geheimnis.")
        case "host":
            return _("Zoom kennt diesen Gastgeber nicht.")
        case "scopes":
            return _("Der Zoom-Anwendung fehlen Rechte (Scopes) für Treffen und Nutzer.")
        case "address":
            return _("Die Adresse des Raums ist keine Webadresse.")
    return _("Mit den Angaben zum Raum kann es nicht gehen (%(words)s).") % {"words": words or "?"}


def _not_allowed(words: str) -> str:
    match words:
        case "private":
            return _(
                "Die Adresse führt in ein internes Netz. Soll das so sein, "
                "muss der Betrieb sie freigeben (CONFERENCE_HOSTS)."
            )
        case "http":
            return _("Die Adresse ist ohne https und nicht freigegeben (CONFERENCE_HOSTS).")
        case "redirect" | "redirects":
            return _("Der Server leitet an eine andere Adresse weiter. Bitte tragen Sie diese selbst ein.")
    return _("An diese Adresse darf nichts gesendet werden (CONFERENCE_HOSTS).")
