import html.parser

import pytest

from symbp.expressions import Power
from symbp.printers.html import print_html
from tests.printers.ledgers import chain, network
from tests.printers.making import one_equation, scalar

ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "div", "section", "h1", "h2", "p", "ul",
    "li", "table", "tr", "td", "strong", "math", "mstyle", "mrow", "mi", "mn", "mo", "mtext",
    "mspace", "mfrac", "msqrt", "msub", "msup", "msubsup", "mover", "munder", "munderover",
    "mtable", "mtr", "mtd",
}  # fmt: skip


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.open = set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("make", [chain, network])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_is_whole_and_loads_nothing(make, lang):
    text = print_html(make(), lang=lang)
    page = Page(text)
    assert page.tags <= ALLOWED
    assert not page.open, "every element is closed"
    assert not [a for a in page.attributes if a[0].startswith("on") or a[0] in ("src", "href")]
    assert "default-src 'none'" in dict(page.attributes).get("content", "") or (
        "default-src 'none'" in text
    )


@pytest.mark.parametrize("evil", ["</script><script>alert(1)</script>", '"><img src=x onerror=a>'])
def test_titles_and_names_are_text(evil):
    assert Page(print_html(chain(), title=evil)).tags <= ALLOWED
    ledger = one_equation("f", Power(scalar(evil), scalar(evil)), evil)
    assert Page(print_html(ledger)).tags <= ALLOWED


def test_a_fragment_has_no_page_around_it():
    text = print_html(chain(), fragment=True)
    assert "<html" not in text
    assert text.startswith("<style>")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("name", "make"), [("chain", chain), ("network", network)])
def test_golden(name, make, lang, golden):
    golden(f"printers/{name}_{lang}.html", print_html(make(), lang=lang))
