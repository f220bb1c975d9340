"""A professional hands in a file with reports: first what is in it, and who will see it when; then it is filed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare.audit import trail
from selfcare.fhir.forms import UploadForm, pack, unpack
from selfcare.fhir.reader import Reading, read
from selfcare.fhir.room import limits, room
from selfcare.filing import filing_preview, words
from selfcare.filing.decision import FILED, REFUSED, WAITS
from selfcare.filing.receive import Receiving, receive_all
from selfcare.filing.source import Source
from selfcare.people import queries as people
from selfcare.web import pages
from selfcare.web.access import Kind, Panel, SignedIn, own_panel, signed_in
from selfcare.web.file_field import uploaded
from selfcare.web.upload_limit import takes

# Results of one report that are shown before it is filed.
SHOWN = 30

# `late`: the file is read before the turn to write is taken.
professional = signed_in(Kind.PROFESSIONAL, late=True)


@dataclass(frozen=True)
class Line:
    """One report of the file as the page shows it. `to`: the person's name; `says`: what becomes of it, in words."""

    title: str
    origin: str  # the laboratory, and when it was taken
    to: str
    outcome: str
    says: tuple[str, ...]
    values: list[list[str]]  # its first results: test, value, range, flag
    more: int  # how many there are besides
    replaces: str = (
        ""  # VERSION or WITHDRAWAL, where it stands in place of one that is on file, or takes it back
    )
    href: tuple[UUID, UUID] | None = None  # (person, report)


@room.get("/results/receive/")
@professional
def receive(account: SignedIn) -> ResponseReturnValue:
    form = UploadForm(formdata=None)
    return pages.show("fhir/receive.html", form=_offer(form, account))


@room.post("/results/receive/")
@professional
@takes("fhir_limit")
def receive_send(account: SignedIn) -> ResponseReturnValue:
    form = _offer(UploadForm(), account)
    packed = form.message.data or ""
    file = None if packed else uploaded()
    data = unpack(packed) if packed else file and file[1]
    form.validate()
    if data is None:
        form.file.errors = [gettext("Choose a file.")]
        return pages.show("fhir/receive.html", status=422, form=form)
    reading = read(data, None, limits())
    if not reading.readable:
        form.file.errors = [problem.text for problem in reading.problems]
    if form.errors:
        return pages.show("fhir/receive.html", status=422, form=form)
    source = Source(UUID(form.team.data), account.name, account=account)
    seen = form.said.data
    panel = own_panel(account)
    lines, said = _foreseen(reading, source, panel)
    if not (packed and reading.reports and seen == said):
        # What the page said is not what would happen now, or it has said nothing yet: look, then press once more.
        form.message.data, form.said.data = pack(data), said
        return _look(form, reading, lines, changed=bool(packed) and bool(reading.reports))
    done = receive_all(reading.reports, source, whole=reading.whole)
    after = [_after(line, one) for line, one in zip(lines, done, strict=True)]
    return pages.show("fhir/received.html", lines=after, reading=reading)


def _look(form: UploadForm, reading: Reading, lines: Sequence[Line], *, changed: bool) -> ResponseReturnValue:
    return pages.show(
        "fhir/look.html",
        status=200 if reading.reports and not changed else 422,
        form=form,
        reading=reading,
        lines=lines,
        changed=changed,
        useful=any(line.outcome in (FILED, WAITS) for line in lines),
    )


def _foreseen(reading: Reading, source: Source, panel: Panel) -> tuple[list[Line], str]:
    """What would become of each report, and a sign to tell whether that was read."""
    lines, named = [], set()
    for what, permit, series_id in filing_preview.foresee_all(reading.reports, source):
        report = what.report
        says: tuple[str, ...]
        if permit is not None:
            named.add(permit.person_id)
            says = (filing_preview.sentence(permit, report, series_id),)
        else:
            says = _says(what)
        to = permit.subject.full_name if permit else ""
        values = words.lines(report, SHOWN)
        more = len(report.results) - len(values)
        lines.append(
            Line(report.title, words.origin(report), to, what.outcome, says, values, more, what.identity)
        )
    shown = {one: permit for one, permit in panel.permits.items() if one in named}
    trail.note_list(replace(panel, permits=shown), "person")
    sign = sha256(
        repr([(line.outcome, line.to, line.says, line.replaces) for line in lines]).encode()
    ).hexdigest()
    return lines, sign


def _after(line: Line, one: Receiving) -> Line:
    """The line once it is done. What became of it may differ by now: somebody else was faster."""
    if one.outcome == line.outcome and one.outcome == FILED and one.person_id and one.report_id:
        return replace(line, href=(one.person_id, one.report_id))
    return line if one.outcome == line.outcome else replace(line, outcome=one.outcome, to="", says=_says(one))


def _says(one: Receiving) -> tuple[str, ...]:
    if one.outcome == WAITS:
        return tuple(words.reason(code) for code in one.reasons)
    if one.outcome == REFUSED:
        return (one.words or gettext("It could not be kept. Nothing of it was filed."),)
    return ()


def _offer(form: UploadForm, account: SignedIn) -> UploadForm:
    teams = people.teams_of(account.account_id)
    form.team.choices = [(str(team.id), team.name) for team in teams]
    if len(teams) == 1 and request.method == "GET":
        form.team.data = str(teams[0].id)
    return form
