"""What a citizen does, step by step, in any language, with or without JavaScript.

Buttons and links are looked for by the words of the reader's language; each page on the way is looked at.
"""

import json
import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.utils import translation
from django.utils.translation import gettext, pgettext

from tests.browser.journeys.place import ROOM, Place
from tests.browser.looking import address, findings, inline_code, times_without_a_weekday, too_wide
from tests.stories.conftest import Post
from workshops.models import Workshop

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

EMAIL, NAME = "nora@example.org", "Nora Neuhaus"
COMMENT = "Es waren zwei Kurse."
CLUB = "Turnverein Neuland"


@dataclass
class Citizen:
    page: "Page"
    post: Post
    language: str
    problems: list[str]
    runs_scripts: bool = True
    # The address of the personal page, as the first mail after the confirmation said it.
    mine: str = ""

    # --- how everything is done -------------------------------------------------------------------

    def says(self, german: str, *, context: str = "") -> str:
        with translation.override(self.language):
            return pgettext(context, german) if context else gettext(german)

    def button(self, german: str, *, context: str = "") -> "Locator":
        return self.page.get_by_role("main").get_by_role("button", name=self.says(german, context=context))

    def link(self, german: str, *, context: str = "", exact: bool = False) -> "Locator":
        words = self.says(german, context=context)
        return self.page.get_by_role("main").get_by_role("link", name=words, exact=exact)

    def goes_to(self, german: str) -> None:
        """By the navigation, or by the list of all pages at the end of each page."""
        links = self.page.get_by_role("navigation").get_by_role("link", name=self.says(german), exact=True)
        links.first.click()

    def sees(self, *wanted: str) -> None:
        """Each stands on the page; what a page says once it has come may take a moment."""
        for each in wanted:
            self.page.get_by_role("main").get_by_text(each).first.wait_for()

    def opens(self, path: str) -> None:
        self.page.goto(path)
        self.looks()

    def opens_the_link(self, *, to: str) -> None:
        """The one in the last mail."""
        self.opens(self.post.link(EMAIL, to=address(to, self.language)))

    def looks(self) -> None:
        """The page is in their language, without a barrier, and no time on it is without its weekday."""
        html = self.page.locator("html")
        assert html.get_attribute("dir") == ("rtl" if self.language == "ar" else "ltr")
        assert urlsplit(self.page.url).path.startswith(address("/", self.language))
        wrong = [*self._findings(), *times_without_a_weekday(self.page, self.language)]
        assert wrong == [], "\n".join(wrong)

    def _findings(self) -> list[str]:
        # axe needs a page that runs scripts; its answer would never come.
        return findings(self.page) if self.runs_scripts else [*too_wide(self.page), *inline_code(self.page)]

    def mails(self) -> list[str]:
        """The subjects of what comes now. Nobody else's mails go to this address."""
        return [subject for to, subject in self.post.deliver() if to == EMAIL]

    # --- the way to a seat --------------------------------------------------------------------------

    def comes_from_the_poster(self, place: Place, folder: Any) -> None:
        """Types what is printed below the code; the code holds the same (`exports.poster`)."""
        answer = self.page.request.get(address(place.poster(), self.language))
        (folder / "poster.pdf").write_bytes(answer.body())
        command = ["pdftotext", "poster.pdf", "-"]
        text = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
        # A page from right to left is told with marks for the direction.
        found = re.search(r"testserver(/[\w/-]+)", text)
        assert found, text
        self.opens(found[1] + "/")

    def finds_the_workshop(self, place: Place) -> None:
        self.page.locator(".agenda a", has_text=str(place.language)).first.click()
        self.sees(str(place.language))
        self.looks()

    def registers(self, place: Place) -> None:
        """For two at the same time, with half an address; then for two that fit."""
        self.link("Anmelden", context="workshop").click()
        self.box(place.language).wait_for()
        assert self.box(place.language).is_checked()
        self.box(place.work).check()
        self.page.locator("input[name=name]").fill(NAME)
        self.page.locator("input[name=email]").fill("nora@")
        self.page.locator("input[name=needs][value=captions]").check()
        self.page.locator("input[name=privacy]").check()
        self.button("Anmelden", context="workshop").click()

        summary = self.page.locator(".error-summary")
        summary.wait_for()
        # What is at the same time, and what is no address: both at once, and where.
        assert summary.get_by_role("link").evaluate_all(
            "links => links.map(link => document.querySelector(link.hash).name)"
        ) == ["workshops", "email"]
        assert self.page.locator("input[name=name]").input_value() == NAME
        assert self.page.locator("input[name=needs][value=captions]").is_checked()
        self.looks()
        self.box(place.work).uncheck()
        self.box(place.housing).check()
        self.page.locator("input[name=email]").fill(EMAIL)
        self.button("Anmelden", context="workshop").click()
        self.sees(self.says("Bitte sehen Sie in Ihr Postfach"))
        self.looks()

    def box(self, workshop: Workshop) -> "Locator":
        return self.page.locator(f"input[name=workshops][value='{workshop.pk}']")

    def confirms(self, place: Place) -> None:
        assert self.mails() == [self.says("Bitte bestätigen Sie Ihre Anmeldung")]
        self.opens_the_link(to="/confirm/")
        self.page.locator("input[name=invitations]").check()
        self.button("Ja, ich nehme teil").click()
        self.sees(self.says("Vielen Dank, Ihre Anmeldung ist bestätigt."))
        self.looks()
        assert self.cards() == [str(place.language), str(place.housing)]
        assert len(self.mails()) == 2
        self.mine = self.post.link(EMAIL, to=address("/my/", self.language))
        assert self.post.calendar(EMAIL) == ["METHOD:REQUEST", "SEQUENCE:0", "STATUS:CONFIRMED"]

    def cards(self) -> list[str]:
        return self.page.locator("main .card__title").all_inner_texts()

    # --- what they may change and take along ----------------------------------------------------------

    def changes_their_needs(self) -> None:
        self.link("Bedarf ändern").first.click()
        captions = self.page.locator("input[name=needs][value=captions]")
        captions.wait_for()
        assert captions.is_checked()
        self.page.locator("input[name=needs][value=sign_language]").check()
        self.looks()
        self.button("Speichern").click()
        self.sees(self.says("Wir haben notiert, was Sie brauchen."), self.says("Gebärdensprache"))
        self.looks()

    def corrects_what_they_said(self) -> None:
        self.link("Ändern", exact=True).click()
        self.page.locator("main input[name=organisation]").fill(CLUB)
        self.page.locator("main select[name=organisation_kind]").select_option("club")
        self.looks()
        self.button("Speichern").click()
        self.sees(self.says("Ihre Angaben sind geändert."), CLUB, self.says("Verein oder Initiative"))
        self.looks()

    def cancels_and_comes_after_all(self, place: Place) -> None:
        """The place goes, a mail says so, and another one is taken on the personal page."""
        self.link("Abmelden", context="workshop").last.click()
        self.button("Ja, abmelden").wait_for()
        self.looks()
        self.button("Ja, abmelden").click()
        self.sees(self.says("Sie sind abgemeldet."))
        assert self.cards() == [str(place.language)]
        assert len(self.mails()) == 1
        assert self.post.calendar(EMAIL)[0] == "METHOD:CANCEL"
        self.link("Weitere Workshops wählen").click()
        self.box(place.housing).check()
        self.looks()
        self.button("Anmelden", context="workshop").click()
        self.sees(self.says("Sie sind angemeldet."))
        assert self.cards() == [str(place.language), str(place.housing)]
        assert len(self.mails()) == 1
        self.looks()

    def loses_the_link(self) -> None:
        """And asks for it by their address, from the page with the form."""
        self.goes_to("Meine Anmeldungen")
        self.page.locator("main input[name=email]").fill(EMAIL)
        self.looks()
        self.button("Link zuschicken").click()
        self.sees(
            self.says("Wenn wir diese Adresse kennen, ist eine E-Mail mit dem persönlichen Link unterwegs.")
        )
        self.looks()
        assert len(self.mails()) == 1
        self.opens_the_link(to="/my/")
        self.mine = self.post.link(EMAIL, to=address("/my/", self.language))

    def takes_the_calendar_file(self, place: Place) -> None:
        self.page.get_by_role("main").locator("summary").first.click()
        with self.page.expect_download() as waiting:
            self.link("Datei herunterladen (.ics)").first.click()
        text = waiting.value.path().read_text(encoding="utf-8")
        assert "SUMMARY:" in text
        assert str(place.language) in text
        assert "DTSTART:20310616T160000Z" in text

    # --- the evening, and what comes of it ------------------------------------------------------------

    def joins(self) -> None:
        """From the reminder into the room, which is another house."""
        self.page.route(
            f"{ROOM}*", lambda route: route.fulfill(content_type="text/html", body="<title>Raum</title>")
        )
        self.opens_the_link(to="/join/")
        self.button("Zur Videokonferenz").click()
        self.page.wait_for_url(ROOM)
        assert self.problems == [f"third party: {ROOM}"]
        self.problems.clear()

    def comments(self, place: Place) -> None:
        """From the mail that says that the minutes may be read."""
        self.opens_the_link(to="/contribute/")
        self.page.locator("main summary").first.click()
        self.page.locator("main textarea").first.fill(COMMENT)
        self.button("Abschicken").first.click()
        self.page.locator(".alert--success").wait_for()
        self.sees(COMMENT)
        self.looks()

    def gives_points_and_their_name(self) -> None:
        self.page.get_by_role("link", name=self.says("Mitwirken")).first.click()
        self.link("Punkte verteilen").click()
        points = self.page.locator("main input[type=number]")
        points.nth(0).fill("3")
        points.nth(1).fill("2")
        self.button("Punkte speichern").click()
        self.page.locator(".alert--success").wait_for()
        assert [each.input_value() for each in points.all()] == ["3", "2"]
        self.looks()
        self.page.get_by_role("link", name=self.says("Mitwirken")).first.click()
        self.page.locator("input[name$=named]").check()
        self.button("Speichern").click()
        self.page.locator(".alert--success").wait_for()
        self.looks()

    def reads_the_minutes(self, place: Place) -> None:
        self.opens_the_link(to="/integrationsplan/")
        self.sees("Abendkurse mit Kinderbetreuung", NAME)

    def finds_the_measure(self, place: Place) -> None:
        """Among the results, in the plan, and by a word."""
        for page in ("Ergebnisse", "Plan"):
            self.goes_to(page)
            self.sees("Alle lernen gut Deutsch.", "Abendkurse mit Kinderbetreuung")
            self.looks()
        self.goes_to("Suche")
        self.page.locator("main input[name=q]").fill("Abendkurs")
        self.page.keyboard.press("Enter")
        hit = self.link("Abendkurse mit Kinderbetreuung").first
        hit.wait_for()
        self.looks()
        hit.click()
        self.sees("Abendkurse mit Kinderbetreuung")
        self.looks()

    # --- their data -------------------------------------------------------------------------------------

    def takes_their_data(self) -> None:
        self.opens(self.mine)
        with self.page.expect_download() as waiting:
            self.link("Herunterladen", exact=True).click()
        data = waiting.value.path().read_text(encoding="utf-8")
        assert json.loads(data)
        assert [each for each in (NAME, EMAIL, COMMENT, CLUB, "sign_language") if each not in data] == []
        self.link("Lesen", exact=True).click()
        self.sees(NAME, EMAIL, COMMENT)
        self.looks()
        with self.page.expect_download() as waiting:
            self.link("Diese Seite herunterladen").click()
        assert COMMENT in waiting.value.path().read_text(encoding="utf-8")

    def objects_to_invitations(self) -> None:
        self.page.goto(self.mine)
        self.button("Keine Einladungen mehr").click()
        self.sees(self.says("Ihre Entscheidung zu Einladungen ist gespeichert."))
        self.button("Einladungen bekommen").wait_for()
        self.looks()

    def erases_everything(self) -> None:
        self.link("Löschen", exact=True).click()
        self.button("Ja, alles löschen").wait_for()
        self.looks()
        self.button("Ja, alles löschen").click()
        self.sees(self.says("Alles ist gelöscht"))
        self.looks()

    def finds_nothing_left(self, place: Place) -> None:
        """Their link opens nothing, and no page that named them or their words does so now."""
        answer = self.page.goto(self.mine)
        assert answer is not None
        assert answer.status == 404
        # The browser notes it.
        self.problems.clear()
        self.looks()
        here = "/integrationsplan/"
        workshop = f"{here}{place.language.field.slug}/{place.language.number}/"
        for path in (here, workshop, f"{workshop}minutes/", f"{here}plan/", f"{here}search/?q=Neuhaus"):
            self.page.goto(address(path, self.language))
            words = self.page.content()
            assert [each for each in (NAME, EMAIL, COMMENT, CLUB) if each in words] == []
