"""The check of the catalogues catches what is stale, incomplete, or does not fit its English."""

from pathlib import Path

import pytest

from tools.catalogues import Place, faults, update

SOURCE = """
from flask_babel import gettext, lazy_gettext, ngettext, pgettext
A = lazy_gettext("Save")
B = gettext("Share with %(name)s", name="x")
C = ngettext("%(num)s entry", "%(num)s entries", 2)
D = pgettext("a month", "May")
"""
WELSH = {
    "Save": ["Cadw"],
    "Share with %(name)s": ["Rhannu gyda %(name)s"],
    "%(num)s entry": ["%(num)s cofnod", "Un cofnod", *["%(num)s gofnod"] * 4],
    "May": ["Mai"],
    "Ready": ["Yn barod"],
}


def translate(path: Path, texts: dict[str, list[str]]) -> None:
    """Fills a catalogue in, as a translator would."""
    blocks = path.read_text().split("\n\n")
    for number, block in enumerate(blocks):
        for english, forms in texts.items():
            if f'msgid "{english}"\n' in block:
                for place, form in enumerate(forms):
                    block = block.replace(f'msgstr[{place}] ""', f'msgstr[{place}] "{form}"')
                block = block.replace('msgstr ""', f'msgstr "{forms[0]}"')
        blocks[number] = block
    path.write_text("\n\n".join(blocks))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A small project with one source, one template, and a complete Welsh catalogue."""
    (tmp_path / "selfcare").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "selfcare" / "texts.py").write_text(SOURCE)
    (tmp_path / "templates" / "ready.html").write_text("<p>{{ _('Ready') }}</p>")
    place = Place(tmp_path, tmp_path / "translations")
    path = place.folder / "cy" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    path.write_text('msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Language: cy\\n"\n')
    update(place)
    translate(path, WELSH)
    return place


def catalogue(place: Place) -> Path:
    return place.catalogues()["cy"]


def change(place: Place, old: str, new: str) -> list[str]:
    text = catalogue(place).read_text()
    assert old in text
    catalogue(place).write_text(text.replace(old, new, 1))
    return faults(place, ["en", "cy"])


def test_a_complete_catalogue_passes_and_updating_it_changes_nothing(place: Place) -> None:
    assert faults(place, ["en", "cy"]) == []
    before = catalogue(place).read_text()
    update(place)
    assert catalogue(place).read_text() == before


def test_a_text_that_is_new_in_the_sources_is_caught(place: Place) -> None:
    (place.sources / "templates" / "new.html").write_text(
        "{{ ngettext('%(num)s new text', '%(num)s new texts', 2) }}"
    )
    assert any("new in the sources" in fault for fault in faults(place, ["cy"]))
    update(place)
    assert faults(place, ["cy"]) == ["cy: ('%(num)s new text', '%(num)s new texts') fills 0 of 6 forms"]


def test_a_text_that_has_gone_from_the_sources_is_caught(place: Place) -> None:
    (place.sources / "templates" / "ready.html").unlink()
    assert any("no longer in the sources: 'Ready'" in fault for fault in faults(place, ["cy"]))
    update(place)
    assert faults(place, ["cy"]) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"Cadw"', '""', "fills 0 of 1"),
        ('msgid "Save"', '#, fuzzy\nmsgid "Save"', "fuzzy"),
        ("Rhannu gyda %(name)s", "Rhannu gyda %(enw)s", "placeholders"),
        ("Rhannu gyda %(name)s", "Rhannu", "placeholders"),
        ('msgstr[5] "%(num)s gofnod"', 'msgstr[5] ""', "fills 5 of 6"),
        ('"Cadw"', '"Save"', "is the English itself"),
        ('"Cadw"', '"<b>Cadw</b>"', "other tags"),
        ("n==3 ? 3", "n==4 ? 3", "Plural-Forms"),
    ],
)
def test_a_translation_that_does_not_fit_is_caught(place: Place, old: str, new: str, fault: str) -> None:
    assert any(fault in line for line in change(place, old, new))


def test_what_may_be_the_same_must_be_said_and_still_be_there(place: Place) -> None:
    allowed = place.folder / "same_as_english.txt"
    allowed.write_text("# reasons\ncy Save\n")
    assert change(place, '"Cadw"', '"Save"') == []
    allowed.write_text("cy Save\ncy Send\n")
    assert faults(place, ["cy"]) == ["same_as_english.txt: no longer in the sources: cy Send"]


def test_a_language_that_is_offered_must_have_a_catalogue(place: Place) -> None:
    assert faults(place, ["en", "cy", "ur"]) == ["ur: is offered, and has no catalogue"]
