"""Someone with a browser without JavaScript: opens pages, follows links, fills in forms, presses buttons.

A form is sent as a browser would send it: with everything that was already in it. So a story fails when a
page forgets a field, a link leads nowhere, or a button is missing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import IO, Any, cast
from urllib.parse import urljoin, urlsplit

from django.test import Client

from tests import pages

Value = str | Sequence[str] | IO[bytes]


@dataclass
class _Control:
    name: str
    value: str
    kind: str
    is_on: bool = True


@dataclass
class _Form:
    action: str
    method: str
    controls: list[_Control] = field(default_factory=list)


@dataclass
class _Button:
    label: str
    form: _Form | None
    name: str = ""
    value: str = ""
    form_id: str = ""


class _Page(HTMLParser):
    """The links, forms and buttons of a page."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.options: dict[tuple[str, str], str] = {}
        self._frame_links: list[tuple[str, str]] = []
        self._is_in_main = False
        self.buttons: list[_Button] = []
        self.forms: list[_Form] = []
        self.forms_by_id: dict[str, _Form] = {}
        self._form: _Form | None = None
        self._link: str | None = None
        self._button: _Button | None = None
        self._select: dict[str, Any] | None = None
        self._area: _Control | None = None
        self._words: list[str] = []
        self.feed(markup)
        # What the page itself offers comes before the navigation around it.
        self.links += self._frame_links

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        match tag:
            case "main":
                self._is_in_main = True
            case "form":
                self._form = _Form(given.get("action", ""), given.get("method", "get"))
                self.forms.append(self._form)
                if "id" in given:
                    self.forms_by_id[given["id"]] = self._form
            case "a":
                self._link, self._words = given.get("href"), []
            case "button":
                self._button = _Button(
                    "", self._form, given.get("name", ""), given.get("value", ""), given.get("form", "")
                )
                self._words = []
            case "input" if self._form and "name" in given and "disabled" not in given:
                kind = given.get("type", "text")
                is_on = "checked" in given if kind in ("checkbox", "radio") else True
                value = given.get("value", "on" if kind == "checkbox" else "")
                self._form.controls.append(_Control(given["name"], value, kind, is_on))
            case "textarea" if self._form:
                self._area = _Control(given.get("name", ""), "", "textarea")
                self._form.controls.append(self._area)
                self._words = []
            case "select":
                self._select = {"name": given.get("name", ""), "multiple": "multiple" in given, "options": []}
            case "option" if self._select is not None:
                self._select["options"].append((given.get("value", ""), "selected" in given))
                self._words = []

    def handle_endtag(self, tag: str) -> None:
        said = re.sub(r"\s+", " ", "".join(self._words)).strip()
        match tag:
            case "main":
                self._is_in_main = False
            case "form":
                self._form = None
            case "a" if self._link is not None:
                (self.links if self._is_in_main else self._frame_links).append((said, self._link))
                self._link = None
            case "button" if self._button is not None:
                self._button.label = said
                self.buttons.append(self._button)
                self._button = None
            case "textarea" if self._area is not None:
                self._area.value = "".join(self._words).removeprefix("\n")
                self._area = None
            case "option" if self._select is not None:
                self.options[self._select["name"], said] = self._select["options"][-1][0]
            case "select" if self._select is not None:
                self._end_select()

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    def _end_select(self) -> None:
        assert self._select is not None
        options: list[tuple[str, bool]] = self._select["options"]
        chosen = [value for value, is_selected in options if is_selected]
        if not chosen and not self._select["multiple"] and options:
            chosen = [options[0][0]]
        if self._form:
            self._form.controls += [_Control(self._select["name"], value, "select") for value in chosen]
            self._form.controls.append(_Control(self._select["name"], "", "select", is_on=False))
        self._select = None


class Visitor:
    def __init__(self) -> None:
        self.client = Client()
        self.address = ""
        self.words = ""
        self._typed: dict[str, Value] = {}

    def open(self, address: str) -> "Visitor":
        parts = urlsplit(address)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        return self._see(self.client.get(path, follow=True), path)

    def follow(self, text: str) -> "Visitor":
        """The link with exactly this text (the first, if there are several)."""
        found = [target for said, target in self._page.links if said == text]
        assert found, f"no link “{text}” among {[said for said, _target in self._page.links]}"
        return self.open(urljoin(self.address, found[0]))

    def fill(self, **values: Value) -> "Visitor":
        """Type into fields, by name; a list ticks exactly these values, "" empties."""
        known = {control.name for form in self._page.forms for control in form.controls}
        assert values.keys() <= known, f"no field {values.keys() - known} among {sorted(known)}"
        self._typed |= values
        return self

    def press(self, label: str) -> "Visitor":
        """The button with exactly this label (the first, if there are several)."""
        found = [button for button in self._page.buttons if button.label == label]
        assert found, f"no button “{label}” among {[button.label for button in self._page.buttons]}"
        # Of several with one label (one a row), the one whose form was filled in.
        button = next(
            (one for one in found if self._typed and self._typed.keys() <= self._names(one)), found[0]
        )
        form = self._form_of(button)
        data = self._data(form)
        if button.name:
            data[button.name] = [button.value]
        path = urljoin(self.address, form.action)
        if form.method.lower() == "post":
            return self._see(self.client.post(path, data, follow=True), path)
        return self._see(self.client.get(path, data, follow=True), path)

    def option(self, name: str, label: str) -> str:
        """The value behind an entry of a select."""
        return self._page.options[name, label]

    def choices(self, name: str) -> list[str]:
        """The values of the boxes with this name."""
        controls = (control for form in self._page.forms for control in form.controls)
        return [control.value for control in controls if control.name == name]

    @property
    def buttons(self) -> list[_Button]:
        return self._page.buttons

    @property
    def lines(self) -> list[str]:
        return self.words.split("\n")

    def sees(self, *wanted: str) -> "Visitor":
        """Each of these stands on the page, as part of its text."""
        for each in wanted:
            assert each in self.words, f"“{each}” isn't on {self.address}:\n{self.words}"
        return self

    def _names(self, button: _Button) -> set[str]:
        return {control.name for control in self._form_of(button).controls}

    def _form_of(self, button: _Button) -> _Form:
        form = self._page.forms_by_id[button.form_id] if button.form_id else button.form
        assert form is not None, f"the button “{button.label}” belongs to no form"
        return form

    def _data(self, form: _Form) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for control in form.controls:
            if control.is_on and control.name and control.name not in self._typed and control.kind != "file":
                data.setdefault(control.name, []).append(control.value)
        own = {control.name for control in form.controls}
        for name, value in self._typed.items():
            if name in own:
                data[name] = [value] if isinstance(value, str) else value
        return data

    def _see(self, response: Any, path: str) -> "Visitor":
        assert response.status_code == 200, f"{path} answers {response.status_code}"
        chain = cast("list[tuple[str, int]]", getattr(response, "redirect_chain", []))
        self.address = urljoin(path, chain[-1][0]) if chain else path
        content = response.content.decode()
        self._page = _Page(content)
        self._typed = {}
        self.words = pages.text(response)
        return self
