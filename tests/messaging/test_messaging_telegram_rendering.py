"""Content in Telegram's form: escaped, in pages that fit, with buttons a thumb can read."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import Choice, Content
from messaging.telegram_rendering import Page, marked, render, split, units

SHARE = {"es": "Compartir mi número"}


def pages(content: Content) -> tuple[Page, ...]:
    return render(content, lambda language: SHARE.get(language, "?"))


def choices(*texts: str) -> tuple[Choice, ...]:
    return tuple(Choice(label="ABCDEFGH"[index], text=text) for index, text in enumerate(texts))


def buttons(page: Page) -> list[list[tuple[str, str]]]:
    assert page.keyboard is not None
    return [[(button["text"], button["callback_data"]) for button in row] for row in page.keyboard["inline_keyboard"]]


def test_what_a_learner_wrote_cannot_become_markup() -> None:
    (page,) = pages(Content(text='Hola <b>Rosa</b> & <a href="x">tú</a> **no**'))
    assert page.html == 'Hola &lt;b&gt;Rosa&lt;/b&gt; &amp; &lt;a href="x"&gt;tú&lt;/a&gt; **no**'
    assert page.plain == 'Hola <b>Rosa</b> & <a href="x">tú</a> **no**'


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("**Elija** la *planta*", "<b>Elija</b> la <i>planta</i>"),
        ("**a *b* c**", "<b>a <i>b</i> c</b>"),
        ("***a***", "<b><i>a</i></b>"),
        ("*a **b** c*", "*a <b>b</b> c*"),
        ("**dos\nlíneas**", "<b>dos\nlíneas</b>"),
        ("2 * 3 * 4 = 24", "2 * 3 * 4 = 24"),
        ("5*3*2", "5*3*2"),
        ("**sola", "**sola"),
        ("** nada **", "** nada **"),
        ("**<i>**", "<b>&lt;i&gt;</b>"),
        ("*a <script> b*", "<i>a &lt;script&gt; b</i>"),
        ("* punto uno\n* punto dos", "* punto uno\n* punto dos"),
    ],
)
def test_it_knows_bold_and_italic_and_nothing_else(written: str, shown: str) -> None:
    assert marked(written) == shown


@given(st.text(alphabet="*ab <&>\n", max_size=40))
def test_any_text_comes_out_well_nested(written: str) -> None:
    open_tags: list[str] = []
    said: list[str] = []

    class Strict(HTMLParser):
        def handle_starttag(self, tag: str, attrs: Any) -> None:
            assert tag in ("b", "i")
            assert not attrs
            open_tags.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert open_tags.pop() == tag

        def handle_data(self, data: str) -> None:
            said.append(data)

    parser = Strict()
    parser.feed(marked(written))
    parser.close()
    assert open_tags == []
    assert "".join(said).replace("*", "") == written.replace("*", "")


def test_the_richer_form_is_taken_where_there_is_one() -> None:
    (page,) = pages(Content(text="Elija bien.", rich="**Elija** bien."))
    assert (page.html, page.plain) == ("<b>Elija</b> bien.", "Elija bien.")


def test_short_options_stand_on_the_buttons() -> None:
    (page,) = pages(Content(text="¿De dónde?", choices=choices("De la punta", "Del tercio medio"), token="abc"))
    assert page.html == "¿De dónde?"
    assert buttons(page) == [[("A) De la punta", "q:abc:0")], [("B) Del tercio medio", "q:abc:1")]]


def test_very_short_options_stand_side_by_side() -> None:
    (page,) = pages(Content(text="¿Sí?", choices=choices("Sí", "No"), token="abc"))
    assert buttons(page) == [[("A) Sí", "q:abc:0"), ("B) No", "q:abc:1")]]


def test_one_long_option_moves_all_of_them_into_the_text() -> None:
    long = "Del tercio medio de la planta y de la rama"
    (page,) = pages(Content(text="¿De dónde?", choices=choices("De la punta", f"{long} <x>"), token="abc"))
    assert page.html == f"¿De dónde?\n\nA) De la punta\nB) {long} &lt;x&gt;"
    assert buttons(page) == [[("A", "q:abc:0"), ("B", "q:abc:1")]]


def test_a_text_that_lists_its_own_options_is_not_followed_by_a_second_list() -> None:
    long = "Del tercio medio de la planta y de la rama"
    (page,) = pages(Content(text="1 o 2", choices=choices("No", long), token="abc", listed=False))
    assert page.html == "1 o 2"
    assert buttons(page) == [[("A) No", "q:abc:0")], [(f"B) {long}", "q:abc:1")]]


def test_a_label_that_is_the_text_is_said_once() -> None:
    (page,) = pages(Content(text="x", choices=(Choice(label="SI", text="Si"), Choice(label="", text="No")), token="t"))
    assert buttons(page) == [[("Si", "q:t:0"), ("No", "q:t:1")]]


def test_a_token_too_long_for_a_button_leaves_the_options_in_the_text() -> None:
    (page,) = pages(Content(text="¿?", choices=choices("Sí", "No"), token="t" * 62))
    assert page.keyboard is None
    assert page.html == "¿?\n\nA) Sí\nB) No"
    (page,) = pages(Content(text="¿?", choices=choices("Sí", "No"), token="t" * 60))
    assert max(len(data.encode()) for row in buttons(page) for _, data in row) == 64


def test_it_offers_to_share_her_number_in_her_language() -> None:
    (page,) = pages(Content(text="¿Tu número?", asks_contact=True, language="es"))
    assert page.keyboard == {
        "keyboard": [[{"text": "Compartir mi número", "request_contact": True}]],
        "one_time_keyboard": True,
        "resize_keyboard": True,
    }


def test_a_keyboard_without_words_gets_a_sign_to_stand_under() -> None:
    (page,) = pages(Content(text="", choices=choices("Sí", "No"), token="abc"))
    assert page.html == "…"
    assert pages(Content(text=" \n ")) == ()


def test_the_keyboard_hangs_under_the_last_page() -> None:
    first, second = pages(Content(text="a" * 4000 + "\n" + "b" * 4000, choices=choices("Sí", "No"), token="abc"))
    assert (first.html, first.keyboard) == ("a" * 4000, None)
    assert second.html == "b" * 4000
    assert second.keyboard is not None


def test_options_that_no_longer_fit_get_a_page_of_their_own() -> None:
    first, second = pages(Content(text="a" * 4090, choices=choices("x" * 30, "y"), token="abc"))
    assert (first.html, second.html) == ("a" * 4090, f"A) {'x' * 30}\nB) y")


def test_a_long_text_is_parted_at_line_ends_then_at_spaces_then_anywhere() -> None:
    assert list(split("uno dos\ntres", 10)) == ["uno dos", "tres"]
    assert list(split("uno dos tres", 10)) == ["uno dos", "tres"]
    assert list(split("unodostres!", 10)) == ["unodostres", "!"]
    assert list(split("😀" * 6, 10)) == ["😀" * 5, "😀"]


@given(st.text(alphabet="a 😀\nñ", max_size=300), st.integers(2, 40))
def test_parts_fit_and_lose_nothing_but_space(text: str, limit: int) -> None:
    parts = list(split(text, limit))
    assert all(units(part) <= limit for part in parts)
    assert all(units(part) == len(part.encode("utf-16-le")) // 2 for part in parts)
    assert re.sub(r"\s", "", "".join(parts)) == re.sub(r"\s", "", text)


def test_escapes_do_not_count_against_the_page() -> None:
    (page,) = pages(Content(text="<" * 4096))
    assert html.unescape(page.html) == "<" * 4096


def test_the_steps_of_an_order_stand_in_the_text_and_have_no_buttons() -> None:
    (page,) = pages(Content(text="Ponga los pasos en orden.", choices=choices("Lavar", "Despulpar")))
    assert page.html == "Ponga los pasos en orden.\n\nA) Lavar\nB) Despulpar"
    assert page.keyboard is None
