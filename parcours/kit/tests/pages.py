"""What a browser would send: the fields of a page's form, as they stand."""

from html.parser import HTMLParser

from django.http import HttpResponse


class _Fields(HTMLParser):
    """Collects name and value of every field inside <main>."""

    def __init__(self) -> None:
        super().__init__()
        self.data: dict[str, list[str]] = {}
        self.area, self.select, self.text, self.in_main = "", "", "", False

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        attributes = dict(pairs)
        self.in_main = self.in_main or tag == "main"
        if not self.in_main:
            return
        name, value = attributes.get("name") or "", attributes.get("value") or ""
        if tag == "input" and name:
            if attributes.get("type") in ("checkbox", "radio") and "checked" not in attributes:
                return
            if attributes.get("type") == "checkbox":
                value = value or "on"
            self.data.setdefault(name, []).append(value)
        elif tag == "textarea":
            self.area, self.text = name, ""
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and ("selected" in attributes or self.select not in self.data):
            self.data[self.select] = [value]

    def handle_data(self, data: str) -> None:
        self.text += data if self.area else ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area:
            # HTML drops the newline that follows the opening tag
            self.data[self.area] = [self.text.removeprefix("\n").removeprefix("\r\n")]
            self.area = ""
        elif tag == "select":
            self.select = ""
        elif tag == "main":
            self.in_main = False


def sent_as_it_stands(response: HttpResponse, **changes: str | list[str]) -> dict[str, list[str] | str]:
    """The form of a page with some fields typed over; a line's field is written `partners_0_role`."""
    parser = _Fields()
    parser.feed(response.content.decode())
    data: dict[str, list[str] | str] = dict(parser.data)
    data.pop("csrfmiddlewaretoken", None)
    return data | changes
