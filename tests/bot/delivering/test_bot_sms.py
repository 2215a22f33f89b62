"""SMS text: what a handset's network bills, and what a reader of a basic phone sees."""

from __future__ import annotations

import unicodedata
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivering.sms import POLICIES, encoding, fold_text, offenders, parts, segments, sms_text, units
from bot.messages import Choice, Content

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # smsutil and the `future` it drags in are of another age
    import smsutil

FAMILY = "👨‍👩‍👧"
FLAG = "🇵🇪"
EXTENSION = "\f^{}\\[~]|€"

TRICKY = st.text(
    st.one_of(
        st.sampled_from("abc ñé¿\n{}[]~€^|\\\f"),
        st.sampled_from("áíóú’…“ \t`°ºçïœ«»"),
        st.sampled_from(["😀", "\u200d", "\ufe0f", "\u20e3", "\u0301", "🇵", "🇪", "\U0001f3fd", "\x1b", "1"]),
        st.characters(codec="utf-8"),
    ),
    max_size=400,
)
GSM_ONLY = st.text(st.sampled_from("abc ñé¿{}[]~€^|\\\f"), max_size=700)


def billed(text: str) -> int:
    """An independent count, straight from the standard: fill each segment with whole letters until the text is out."""
    basic = (
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
        "¿abcdefghijklmnopqrstuvwxyzäöñüà"
    )
    if all(letter in basic or letter in EXTENSION for letter in text):
        costs, alone, part = [2 if letter in EXTENSION else 1 for letter in text], 160, 153
    else:
        costs, alone, part = [len(letter.encode("utf-16-be", "surrogatepass")) // 2 for letter in text], 70, 67
    if sum(costs) <= alone:
        return 1
    count, room = 1, part
    for cost in costs:
        if cost > room:
            count, room = count + 1, part
        room -= cost
    return count


@pytest.mark.parametrize(
    ("text", "coding", "count"),
    [
        ("", "GSM-7", 1),
        ("a" * 160, "GSM-7", 1),
        ("a" * 161, "GSM-7", 2),
        ("a" * 306, "GSM-7", 2),
        ("a" * 307, "GSM-7", 3),
        ("{" * 80, "GSM-7", 1),
        ("{" * 81, "GSM-7", 2),
        ("{" * 153, "GSM-7", 3),  # 306 septets, yet 152 + 152 + 2
        ("a" * 152 + "{" + "a" * 152, "GSM-7", 3),
        ("a" * 158 + "€", "GSM-7", 1),
        ("a" * 159 + "€", "GSM-7", 2),
        ("ñéüÇ¿¡@£$", "GSM-7", 1),
        ("á" * 70, "UCS-2", 1),
        ("á" * 71, "UCS-2", 2),
        ("á" * 134, "UCS-2", 2),
        ("á" * 135, "UCS-2", 3),
        ("😀" * 35, "UCS-2", 1),
        ("😀" * 36, "UCS-2", 2),
        ("😀" * 67, "UCS-2", 3),  # 134 units, yet 66 + 66 + 2
        ("a" * 69 + "’", "UCS-2", 1),
        ("a" * 159 + "’", "UCS-2", 3),
        ("`", "UCS-2", 1),
        ("\t", "UCS-2", 1),
        ("\x1b", "UCS-2", 1),
        ("ç", "UCS-2", 1),
    ],
)
def test_it_bills_as_the_standard_does(text: str, coding: str, count: int) -> None:
    assert (encoding(text), segments(text), len(parts(text))) == (coding, count, count)


@settings(max_examples=400, deadline=None)
@given(st.one_of(TRICKY, GSM_ONLY))
def test_it_counts_and_cuts_like_an_independent_counter(text: str) -> None:
    cut = parts(text)
    assert "".join(cut) == text
    assert segments(text) == len(cut) == billed(text)
    limits = {True: (160, 153), False: (70, 67)}[encoding(text) == "GSM-7"]
    for part in cut:
        length = (
            len(part) + sum(part.count(letter) for letter in EXTENSION)
            if encoding(text) == "GSM-7"
            else len(part.encode("utf-16-be", "surrogatepass")) // 2
        )
        assert length <= limits[len(cut) > 1]


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from(["ж", "😀", "\u200d", "\ufe0f", "\u0301", "🇵", "🇪", "\U0001f3fd"]), max_size=250))
def test_it_fills_no_part_beyond_its_limit_to_keep_a_sign_whole(text: str) -> None:
    assert all(units(part) <= 67 for part in parts("ж" + text)) or units("ж" + text) <= 70
    assert len(parts(text)) == billed(text)


@settings(max_examples=300, deadline=None)
@given(st.one_of(TRICKY, GSM_ONLY).filter(lambda text: text != "" and "\x1b" not in text))
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_it_agrees_with_smsutil(text: str) -> None:
    # smsutil calls an empty text UCS-2 and takes a raw ESC for a letter; everything else it counts right.
    assert segments(text) == len(smsutil.split(text).parts)
    assert (encoding(text) == "GSM-7") == smsutil.is_valid_gsm(text)


def test_a_number_of_units_is_what_the_segments_hold() -> None:
    assert (units("a{"), units("á😀"), units("")) == (3, 3, 0)


@pytest.mark.parametrize(
    "sign",
    [FAMILY, FLAG, "x\u0301\u0302", "1\ufe0f\u20e3", "👍🏽", "❤️", "🏴\U000e0067\U000e0062\U000e007f"],
    ids=["family", "flag", "marks", "keycap", "skin", "variation", "tags"],
)
def test_a_sign_of_several_characters_stays_whole_where_it_fits(sign: str) -> None:
    for ahead in range(60, 68):
        text = "ж" * ahead + sign + "ж" * 30
        assert any(sign in part for part in parts(text)), f"{sign!r} was cut after {ahead}"
        assert len(parts(text)) == billed(text)


def test_flags_are_counted_in_pairs() -> None:
    assert [part.count("🇵") for part in parts("ж" * 3 + FLAG * 30)] == [16, 14]


def test_a_whole_sign_never_costs_a_further_segment() -> None:
    text = "ж" * 65 + FLAG + "ж" * 65
    assert units(text) == 134
    assert [units(part) for part in parts(text)] == [67, 67]  # two full parts: the flag has to be cut


def test_a_sign_longer_than_a_part_is_cut_but_nothing_is_lost() -> None:
    text = "a" + "\u0301" * 200
    assert "".join(parts(text)) == text
    assert len(parts(text)) == billed(text) == 3


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Pode la planta después de la cosecha más útil", "Pode la planta después de la cosecha mas util"),
        ("ÁÍÓÚ áíóú", "AIOU aiou"),
        ("é É ñ Ñ ü Ü ¿ ¡ Ç à ä ö", "é É ñ Ñ ü Ü ¿ ¡ Ç à ä ö"),
        ("garçon, tête, œuf, naïve", "garcon, tete, oeuf, naive"),
        ("n’abandi “sí” ‘no’ «ya»", 'n\'abandi "si" \'no\' "ya"'),
        ("uno – dos — tres… cuatro", "uno - dos - tres... cuatro"),
        ("3 kg", "3 kg"),
        ("man\u0303ana ca\u0301fe", "mañana cafe"),
        ("N° 5, nº 5, 1ª", "No 5, no 5, 1a"),
        ("30°C, 30 °C, 30ºC, 30℃, 12°", "30C, 30 C, 30C, 30C, 12"),
        ("10² m² 2½ ½", "10^2 m2 2 1/2 1/2"),
        ("23 × 15 cm", "23 x 15 cm"),
        ("a\tb `c`", "a b 'c'"),
        ("\ufeffho\u200bla\u00ad", "hola"),
        ("x̂ 1️⃣", "x 1"),
        ("Łódź, Şile, Đà Nẵng", "Lodz, Sile, Dà Nang"),
        ("ｆｕｌｌ ﬁn", "full fin"),
    ],
)
def test_gsm_folds_only_what_gsm_7_lacks(text: str, folded: str) -> None:
    assert fold_text(text, "gsm") == folded
    assert encoding(folded) == "GSM-7"


@pytest.mark.parametrize("kept", ["😀", FAMILY, "❤️", FLAG, "日本", "Чай", "\x1b", "√"])
def test_what_nothing_can_stand_for_is_kept_and_named(kept: str) -> None:
    text = fold_text(f"Café útil {kept}", "gsm")
    assert text == f"Café util {kept}"
    assert encoding(text) == "UCS-2"
    assert offenders(text) == tuple(dict.fromkeys(kept))


def test_exact_only_composes() -> None:
    assert fold_text("a\u0301 “x” \u00a0", "exact") == "á “x” \u00a0"


def test_plain_folds_every_accent_alike_and_keeps_what_spanish_cannot_lose() -> None:
    assert fold_text("¿Después de mañana? ¡Ñandú, pingüino!", "plain") == "¿Despues de mañana? ¡Ñandu, pinguino!"
    assert fold_text("Ä ä ï ü à Ç Å", "plain") == "A a i u a C A"


def test_ascii_leaves_nothing_that_a_bad_route_could_spoil() -> None:
    assert fold_text("¿Qué año? ¡Ñ! 5 € ß", "ascii") == "Que ano? N! 5 EUR ss"
    assert fold_text(f"bien {FAMILY}{FLAG} ya", "ascii") == "bien ? ya"


@settings(max_examples=300, deadline=None)
@given(TRICKY, st.sampled_from(POLICIES))
def test_folding_twice_is_folding_once(text: str, policy: str) -> None:
    once = fold_text(text, policy)
    assert fold_text(once, policy) == once
    assert unicodedata.is_normalized("NFC", once)
    assert policy != "ascii" or once.isascii()


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from(sorted("aé ñ@¿{€\nZ9")), max_size=200))
def test_gsm_leaves_a_text_of_gsm_7_as_it_is(text: str) -> None:
    assert fold_text(text, "gsm") == text


def test_an_unknown_policy_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'latin'"):
        fold_text("a", "latin")


def test_a_message_lists_its_choices_under_the_text() -> None:
    choices = (Choice(label="A", text="Jamás"), Choice(label="B", text="Después"))
    assert sms_text(Content(text="¿Cuándo?", choices=choices)) == "¿Cuando?\nA) Jamas\nB) Después"
    assert sms_text(Content(text="¿Cuándo?", choices=choices, listed=False, policy="exact")) == "¿Cuándo?"
    assert sms_text(Content(text="Sí", policy="plain")) == "Si"


def test_folding_saves_what_the_sample_of_lessons_promises() -> None:
    lesson = (
        "Lávese las manos con jabón antes de tocar la semilla: así no pasa la enfermedad de una planta a otra. " * 2
    )
    assert (segments(lesson), segments(fold_text(lesson, "gsm"))) == (4, 2)
