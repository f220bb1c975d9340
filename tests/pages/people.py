"""A person, their nurse and their carer, each with a browser of their own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from playwright.sync_api import Locator, Page, expect

from selfcare.database import now
from tests.pages.words import words

# Whether the text after the bold number stands to the right of it, on its line.
_UNIT_FOLLOWS = """value => {
  const unit = document.createRange()
  unit.selectNodeContents(value.lastChild)
  return value.querySelector('b').getBoundingClientRect().right <= unit.getBoundingClientRect().right - 1
}"""


@dataclass
class Someone:
    """Somebody using the app. Counts taps: a tap is a click on a control; typing is typing."""

    page: Page
    locale: str = "en"
    taps: int = field(default=0, init=False)

    def says(self, text: str, context: str | None = None, **values: object) -> str:
        return words(self.locale, text, context, **values)

    def taps_on(self, control: Locator) -> None:
        self.taps += 1
        control.click()

    def button(self, text: str, context: str | None = None, **values: object) -> Locator:
        return self.page.get_by_role("button", name=self.says(text, context, **values), exact=True)

    def link(self, text: str, context: str | None = None, **values: object) -> Locator:
        return self.page.get_by_role("link", name=self.says(text, context, **values)).first

    def choice(self, text: str, context: str | None = None, within: Locator | None = None) -> Locator:
        """A radio or a tick, by the words beside it."""
        return (within or self.page).get_by_label(self.says(text, context), exact=True).first

    def presses(self, text: str, context: str | None = None, **values: object) -> None:
        self.taps_on(self.button(text, context, **values))

    def follows(self, text: str, context: str | None = None, **values: object) -> None:
        self.taps_on(self.link(text, context, **values))

    def unfolds(self, step: str) -> None:
        """Opens a step of getting ready that is done, and so is one line."""
        self.taps_on(self.page.locator(f"details#{step} > summary"))

    def chooses(self, text: str, context: str | None = None, within: Locator | None = None) -> None:
        self.ticks(self.choice(text, context, within))

    def ticks(self, control: Locator) -> None:
        """Taps the middle of a radio or tick: its words or its box may lie on top, and either must do."""
        self.taps += 1
        control.click(force=True)
        expect(control).to_be_checked()

    def types(self, label: str, what: str) -> None:
        self.page.get_by_label(self.says(label)).first.fill(what)

    def opens(self, address: str) -> None:
        self.page.goto(address)

    def sees(self, text: str, context: str | None = None, **values: object) -> None:
        expect(self.page.locator("body")).to_contain_text(self.says(text, context, **values))

    def sees_words(self, text: str) -> None:
        """Words that somebody typed: the same in every language."""
        expect(self.page.locator("body")).to_contain_text(text)

    def does_not_see_words(self, text: str) -> None:
        expect(self.page.locator("body")).not_to_contain_text(text)

    def heading(self, text: str, context: str | None = None, **values: object) -> None:
        expect(self.page.locator("h1")).to_have_text(self.says(text, context, **values))


class Invited(Someone):
    """Somebody with a letter or a code in the hand: the person, or a carer."""

    def opens_the_letter(self, code: str) -> None:
        """Scanning the square opens the address with the code after the #; without JavaScript it is typed."""
        self.opens(f"/invitation#{code.replace(' ', '')}")
        field = self.page.locator("#invitation [name=code]")
        if not field.input_value():
            field.fill(code)

    def confirms_the_birth_date(self, day: str, month: str, year: str) -> None:
        for part, value in (("day", day), ("month", month), ("year", year)):
            self.page.locator(f"[name=born-{part}]").fill(value)
        self.presses("Come in", "with a code")
        self.heading("Next time, come in quickly")
        self.presses("Not now")


class Rosa(Invited):
    """The person."""

    def keeps_an_eye_on(self, *symptoms: str) -> None:
        for symptom in symptoms:
            self.chooses(symptom, "symptom")
        self.presses("Log the first one")

    def logs(self, severity: int) -> None:
        self.ticks(self.page.get_by_label(str(severity), exact=True))
        self.presses("Save")
        expect(self.page.locator("main").get_by_role("status").first).to_contain_text(self.says("Saved."))

    def asks(self, question: str) -> None:
        self.types("What would you like to ask?", question)
        self.presses("Save")

    def sets_her_way_in(self, email: str, password: str) -> None:
        """What asks again who she is asks for this first, as long as she only has a letter."""
        self.page.locator("#way-in [name=email]").fill(email)
        self.page.locator("#way-in [name=password]").fill(password)
        self.taps_on(self.page.locator("#way-in button[type=submit]"))

    def opens_her_result(self, report: str, result: str) -> None:
        self.opens("/")
        self.taps_on(self.page.get_by_role("link", name=report).first)
        self.taps_on(self.page.get_by_role("link", name=result).first)

    def opens_the_result(self, result: str) -> None:
        """One result, on the page of its report."""
        self.taps_on(self.page.locator("main").get_by_role("link", name=result, exact=True).first)
        expect(self.page.locator("h1")).to_have_text(result)

    def reads(self, value: str, unit: str, range_text: str, flag: str, note: str = "") -> None:
        """One result as the laboratory sent it, letter for letter."""
        box = self.page.locator(".lab")
        expect(box.locator(".lab__value")).to_have_text(f"{value} {unit}")
        facts = dict(
            zip(box.locator("dt").all_inner_texts(), box.locator("dd").all_inner_texts(), strict=True)
        )
        assert facts[self.says("Lab’s range")] == range_text
        assert facts[self.says("Lab’s flag")] == flag
        assert facts.get(self.says("Lab’s note"), "") == note

    def reads_the_nurses_words(self, nurse: str, words: str) -> None:
        note = self.page.locator(".note-box")
        expect(note.locator(".note-box__head")).to_contain_text(nurse)
        expect(note.locator(".note-box__text")).to_have_text(words)

    def values_in_the_table(self) -> list[str]:
        """This result, and the same test before."""
        cells = self.page.locator("main table").first.locator("tbody tr td:nth-of-type(1)")
        return [text.split()[0] for text in cells.all_inner_texts()]

    def reads_in_her_direction(self) -> None:
        """The page runs as her language does, the laboratory's words as sent: the number, then the unit."""
        way = {"ur": "rtl"}.get(self.locale, "ltr")
        expect(self.page.locator("html")).to_have_attribute("dir", way)
        expect(self.page.locator("h1")).to_have_css("direction", way)
        value = self.page.locator(".lab__value")
        expect(value).to_have_css("direction", "ltr")
        assert value.evaluate(_UNIT_FOLLOWS), "the unit does not stand right of its number"
        expect(self.page.locator(".note-box__text")).to_have_css("direction", way)
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert self.page.evaluate(wide) <= 0, "the page is wider than the phone"

    def has_the_document(self) -> bytes:
        """The laboratory's document, as her phone gets it."""
        link = self.page.locator("a[href*='/files/']").first
        fetched = link.evaluate(
            "async link => Array.from(new Uint8Array(await (await fetch(link.href)).arrayBuffer()))"
        )
        return bytes(fetched)

    def has_opened_it(self) -> None:
        """The page tells that it was opened; without JavaScript she presses a button."""
        button = self.page.locator("#seen button")
        if button.count():
            self.taps_on(button)
        expect(self.page.locator("#seen")).to_have_count(0)

    def asks_now(self, question: str) -> None:
        self.types("What would you like to ask?", question)
        self.ticks(self.page.locator("[name=readers][value=now]"))
        self.presses("Save")

    def has_questions_in_order(self, *questions: str) -> None:
        expect(self.page.locator("#open-questions li .question__text")).to_have_text(questions)

    def shares_her_summary(self, record: str, nurse: str) -> None:
        self.opens(f"{record}summary/")
        self.presses("Share with %(name)s", name=nurse)
        self.sees("This is the newest one.")

    def gets_ready(self) -> None:
        self.opens("/")
        self.taps_on(self.page.locator("a[href$='/prepare/']").first)
        self.heading("Getting ready")

    def moves_up_question(self, number: int) -> None:
        before = self.page.locator("#open-questions li").nth(number - 2).inner_text().splitlines()[1]
        self.taps_on(
            self.page.get_by_role("button", name=self.says("Move question %(number)s up", number=number))
        )
        expect(self.page.locator("#open-questions li").nth(number - 1)).to_contain_text(before)

    def writes_what_matters(self, sentence: str) -> None:
        self.page.locator("[name=matters]").fill(sentence)

    def previews_and_shares_with(self, nurse: str, sentence: str) -> None:
        self.presses("See what %(name)s will see", name=nurse)
        self.sees_words(sentence)
        self.page.go_back()
        self.presses("I’m ready: share with %(name)s", name=nurse)
        self.sees_words(sentence)
        self.presses("Share with %(name)s", name=nurse)
        self.sees("Shared with %(name)s.", name=nurse)


class Amina(Someone):
    """The nurse."""

    def adds_somebody(self, given: str, family: str, born: tuple[str, str, str]) -> str:
        """:returns: the code on the letter."""
        self.opens("/caseload/")
        self.follows("Add a person")
        self.types("First name", given)
        self.types("Family name", family)
        for part, value in zip(("day", "month", "year"), born, strict=True):
            self.page.locator(f"[name=born-{part}]").fill(value)
        self.presses("Add them")
        self.presses("Make the letter")
        return self.page.locator(".qr__code").first.inner_text()

    def types_a_result(
        self, name: str, value: str, unit: str, range_text: str, note: str, report: str
    ) -> None:
        self.types("What was asked for", report)
        self.types("Laboratory", "Riverside Pathology")
        yesterday = now() - timedelta(days=1)
        self.types("Day the sample was taken", yesterday.date().isoformat())
        self.types("Time it was taken", "08:40")
        row = self.page.locator("#row-0")
        for part, typed in (("name", name), ("value", value), ("unit", unit), ("range", range_text)):
            row.locator(f"input[name*={part}]").first.fill(typed)
        self.types("Your note in plain words", note)
        self.presses("File this report")
        expect(self.page.locator("h1")).to_have_text(report)

    def keeps_a_sentence_ready(self, test: str, texts: Mapping[str, str]) -> None:
        """One of the team's sentences for a test, by language."""
        self.opens("/team/phrases/add")
        self.page.locator("[name=test]").fill(test)
        for language, text in texts.items():
            self.page.locator(f"[name=text_{language}]").fill(text)
        self.presses("Save")
        self.sees("Saved.")

    def puts_the_ready_sentence_beside_it(self) -> None:
        self.follows("Add a note about this result")
        self.taps_on(self.page.get_by_role("button", name=self.says("Use this")).first)
        self.sees("Saved.")

    def result_unread(self, name: str) -> str:
        """What the list says in the person's line about results they have not opened."""
        line = self.page.locator("tbody tr", has=self.page.get_by_role("link", name=name, exact=True))
        return line.locator("td[headers^='c5 ']").inner_text()

    def opens_the_summary_of(self, name: str) -> None:
        self.opens("/caseload/")
        self.taps_on(self.page.get_by_role("link", name=name, exact=True).first)
        self.follows("Summary", "tab")

    def replies_to_the_first_question(self, text: str) -> None:
        self.taps_on(self.page.get_by_role("link", name=self.says("Reply")).first)
        self.page.locator("[name=reply]").fill(text)
        self.presses("Send the reply")

    def copies_it_as_text(self) -> str:
        self.follows("Copy as text")
        self.heading("Summary as text")
        return self.page.locator("pre").inner_text()


class Leon(Invited):
    """The carer."""

    def helps(self, name: str) -> None:
        self.opens("/")
        self.follows("Help %(name)s", name=name)
