"""Results before the appointment: read, understood and asked about; and corrected after they were shared."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask

from selfcare.appointments import actions as appointments
from selfcare.database import now, session
from selfcare.diary import actions as diary
from selfcare.people.models import Person
from selfcare.results import actions as seeing
from selfcare.results import queries as results
from selfcare.web.when import at_instant
from tests import factories
from tests.conftest import Browse
from tests.filing.clinic import Clinic
from tests.filing.clinic import make as make_clinic
from tests.harness.server import Server
from tests.pages import laboratory
from tests.pages.laboratory import DOCUMENT, RANGE, Laboratory, blood_count
from tests.pages.people import Amina, Rosa

PLAIN = {
    "en": "Haemoglobin carries oxygen round your body. Yours is a little under the lab’s range.",
    "ur": "ہیموگلوبن آپ کے جسم میں آکسیجن پہنچاتا ہے۔ آپ کا لیبارٹری کی حد سے تھوڑا کم ہے۔",
}
WEEKEND = "Who can I call at the weekend?"
TABLETS = "Should I take iron tablets?"


@dataclass
class Cast:
    """Everybody in the journey: two in front of their own devices, and the laboratory's machine."""

    rosa: Rosa
    amina: Amina
    lab: Laboratory
    clinic: Clinic

    @property
    def record(self) -> str:
        return f"/people/{self.clinic.rosa}/"


def meets(app: Flask, server: Server, browse: Browse, locale: str = "en", *, javascript: bool = True) -> Cast:
    """Rosa keeps a diary, has a visit tomorrow and a question for it, and has read two blood counts of before."""
    clinic = make_clinic(app)
    lab = laboratory.that_may_send(app, server)
    for months, value in ((6, "124"), (3, "121")):
        lab.sends(blood_count(f"REP-{months}", now() - timedelta(days=30 * months), value))

    def before() -> None:
        account = session().get_one(factories.Account, clinic.rosas_account)
        rosa = factories.permit(account, session().get_one(Person, clinic.rosa))
        when = at_instant((now() + timedelta(days=1)).replace(second=0, microsecond=0), rosa.zone)
        appointments.add_visit(rosa, when=when, how="phone", with_whom="Amina", purpose="Blood results")
        appointments.ask(rosa, text=WEEKEND)
        diary.log(rosa, diary.add_preset(rosa, "tiredness").id, at_instant(now(), rosa.zone), severity=5)
        for read in results.reports(rosa, 2):
            seeing.see(rosa, read.id)

    clinic.do(before)
    spoken = {"en": "en-GB", "ur": "ur"}[locale]
    return Cast(
        Rosa(browse("phone", locale=spoken, javascript=javascript, account=clinic.rosas_account), locale),
        Amina(browse("desk", account=clinic.amina)),
        lab,
        clinic,
    )


@pytest.mark.parametrize("locale", ["en", "ur"])
def test_a_result_of_the_morning_is_read_understood_and_asked_about(
    app: Flask, live_server: Server, browse: Browse, locale: str
) -> None:
    cast = meets(app, live_server, browse, locale)
    rosa, amina, lab = cast.rosa, cast.amina, cast.lab

    # Amina's team keeps a sentence ready for the test, in both languages.
    amina.keeps_a_sentence_ready("Haemoglobin", PLAIN)

    # In the morning the laboratory sends what it found in yesterday's sample.
    assert lab.sends(blood_count("REP-0", now() - timedelta(hours=20), "118.50")) == ["Filed."]

    # Amina finds it on her desk, not opened yet, and puts the sentence beside one result.
    amina.opens("/caseload/")
    assert amina.result_unread("Rosa").startswith("Since")
    amina.opens("/caseload/results/")
    amina.sees("Not opened yet")
    amina.follows("Full blood count")
    amina.follows("Haemoglobin")
    amina.puts_the_ready_sentence_beside_it()
    amina.sees_words(PLAIN["en"])

    # Rosa's phone shows it under the name she knows. She opens the report: whose words, the groups, the document.
    rosa.opens("/")
    rosa.follows("%(title)s: new result", title="Full blood count")
    rosa.sees("Word for word from the lab")
    rosa.sees_words("Low haemoglobin, white cells raised.")
    rosa.sees_words("The sample came in late.")
    assert rosa.has_the_document() == DOCUMENT
    rosa.has_opened_it()

    # She opens one result and reads it, word for word, with the plain words and the two before.
    rosa.opens_the_result("Haemoglobin")
    rosa.reads("118.50", "g/L", RANGE, "Low", note="Checked twice.")
    rosa.reads_the_nurses_words("Amina", PLAIN[locale])
    assert rosa.values_in_the_table() == ["118.50", "121", "124"]
    rosa.reads_in_her_direction()
    rosa.page.go_back()
    rosa.opens_the_result("White cell count")
    rosa.reads("12.40", "10*9/L", "4.0–11.0 10*9/L", "High")
    rosa.page.go_back()
    rosa.opens_the_result("Haemoglobin")

    # She asks about it and sends the question now: it waits apart, and takes no place of what is for the visit.
    rosa.follows("Ask about this")
    rosa.asks_now(TABLETS)
    rosa.gets_ready()
    rosa.sees_words(TABLETS)
    rosa.has_questions_in_order(WEEKEND, TABLETS)

    # Amina sees on her desk that it was opened, and what Rosa asks.
    amina.opens("/caseload/")
    assert amina.result_unread("Rosa") == ""
    amina.opens("/caseload/results/")
    amina.sees("Nothing waits")
    amina.opens("/caseload/questions/")
    amina.sees_words(TABLETS)
    amina.sees("About: %(label)s", label="Haemoglobin")
    amina.does_not_see_words(WEEKEND)
    amina.opens(f"{cast.record}results/")
    amina.follows("Full blood count")
    amina.sees_words("Rosa opened it on")


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no javascript"])
def test_a_correction_arrives_after_it_was_shared(
    app: Flask, live_server: Server, browse: Browse, javascript: bool
) -> None:
    cast = meets(app, live_server, browse, javascript=javascript)
    rosa, amina, lab = cast.rosa, cast.amina, cast.lab
    taken = now() - timedelta(hours=30)
    lab.sends(blood_count("REP-0", taken, "118.50"))

    # Rosa opens it, and shares her summary with it in.
    rosa.opens("/")
    rosa.follows("%(title)s: new result", title="Full blood count")
    rosa.has_opened_it()
    rosa.shares_her_summary(cast.record, "Amina")
    rosa.sees_words("118.50")
    shared = rosa.page.url
    amina.opens_the_summary_of("Rosa")
    amina.sees_words("118.50")
    amina.does_not_see_words("Out of date")

    # The laboratory sends the same report again, corrected.
    corrected = blood_count("REP-0", taken, "108.50", status="corrected", hours=12)
    assert lab.sends(corrected) == ["Filed. It stands in place of the version that was sent before."]
    assert lab.sends(corrected) == ["It came before. Nothing was added."]

    # Rosa is told again, and reads the new one.
    rosa.opens("/inbox/")
    rosa.sees("A result of yours was corrected")
    rosa.opens("/")
    rosa.follows("%(title)s: corrected result", title="Full blood count")
    rosa.sees_words("This was corrected on")
    rosa.opens_the_result("Haemoglobin")
    rosa.reads("108.50", "g/L", RANGE, "Low", note="Checked twice.")
    assert "118.50" not in rosa.values_in_the_table()
    rosa.page.go_back()
    rosa.has_opened_it()

    # The old one is kept, and says that there is a newer one.
    rosa.follows("The report before it was corrected")
    rosa.sees("There is a newer one")
    rosa.sees_words("118.50")
    rosa.does_not_see_words("108.50")
    rosa.follows("Go to the newer report")
    rosa.sees_words("108.50")
    rosa.opens(f"{cast.record}results/")
    rosa.sees("The old one is kept below it.")

    # The summary Amina reads says what is out of date in it. Nothing in it has changed.
    amina.opens_the_summary_of("Rosa")
    amina.sees("Results in this summary have changed")
    amina.sees_words("Out of date: a corrected report came on")
    amina.sees_words("118.50")
    amina.does_not_see_words("108.50")
    assert "Out of date: a corrected report came on" in amina.copies_it_as_text()

    # Rosa shares again. The first summary stands below the newer one.
    rosa.opens(shared)
    rosa.sees("Results in this summary have changed")
    rosa.shares_her_summary(cast.record, "Amina")
    rosa.sees_words("108.50")
    amina.opens_the_summary_of("Rosa")
    amina.sees("This is the newest one.")
    amina.sees_words("108.50")
    amina.does_not_see_words("Out of date")
    amina.opens(shared)
    amina.sees("There is a newer one.")
