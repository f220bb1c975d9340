"""What a team offers its people of its own, and its starter set: out as a file, and in again, looked through first."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare import i18n
from selfcare.diary import presets
from selfcare.health import words as health_words
from selfcare.information.words import reading
from selfcare.people import offers
from selfcare.people.models import TeamOffer
from selfcare.results import words as result_words
from selfcare.team import starter_set, words
from selfcare.team import starter_set_file as files
from selfcare.team.room import room
from selfcare.team.seat import STAFF, Seat, take
from selfcare.team.starter_set_file import Item, NotASet, StarterSet
from selfcare.team.starter_set_forms import KINDS, OfferForm, SetUploadForm, TakeInForm
from selfcare.web import pages
from selfcare.web.access import SignedIn, signed_in
from selfcare.web.file_field import uploaded
from selfcare.web.once import once
from selfcare.web.upload_limit import has_unreadable_words, takes

SET = "/team/starter-set/"


@room.get(SET)
@signed_in(*STAFF)
def starter(user: SignedIn) -> ResponseReturnValue:
    seat = take(user, request.args.get("team"), runs=True)
    return _page(seat, SetUploadForm(formdata=None, data={"team": seat.team.id}))


@room.get(SET + "file")
@signed_in(*STAFF, recent=True, file_of=".starter")
def starter_file(user: SignedIn) -> ResponseReturnValue:
    """What the team keeps, as a file."""
    seat = take(user, request.args.get("team"), runs=True)
    said = files.document(starter_set.export(seat))
    text = json.dumps(said, ensure_ascii=False, indent=1) + "\n"
    answer = Response(text, mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="starter-set-{said["made_on"]}.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@room.post(SET)
@signed_in(*STAFF, recent=True)
@takes("set_limit")
def starter_send(user: SignedIn) -> ResponseReturnValue:
    """Read a file and show what it brings. Nothing is kept."""
    form = SetUploadForm()
    seat = take(user, form.team.data or "", runs=True, only_shows=True)
    try:
        found = _read(_uploaded())
    except NotASet as wrong:
        form.file.errors = [why(wrong)]
        return _page(seat, form, 422)
    return _look(seat, found, TakeInForm(formdata=None))


@room.get(SET + "take-in")
@signed_in(*STAFF)
def starter_take_in(user: SignedIn) -> ResponseReturnValue:
    """The page of a file is the answer to it; whoever comes back here begins with the file."""
    seat = take(user, request.args.get("team"), runs=True)
    return redirect(url_for("team.starter", team=_several(seat)), 303)


@room.post(SET + "take-in")
@signed_in(*STAFF, recent=True)
@once
@takes("set_limit")
def starter_take_in_send(user: SignedIn) -> ResponseReturnValue:
    """The file comes back in a field, as it was shown: it is sent as a file is, since a form spells it out longer."""
    form = TakeInForm()
    seat = take(user, form.team.data or "", runs=True)
    try:
        found = _read((form.document.data or "").encode("utf-8", "replace"))
    except NotASet as wrong:
        upload = SetUploadForm(formdata=None, data={"team": seat.team.id})
        upload.file.errors = [why(wrong)]
        return _page(seat, upload, 422)
    try:
        starter_set.take_in(seat, found, set(request.form.getlist("take")), form.expected.data or "")
    except starter_set.ChangedMeanwhile:
        form.form_errors = [
            gettext("What the team keeps was changed meanwhile. Nothing was taken in. Look once more.")
        ]
        return _look(seat, found, form, 409)
    except starter_set.TooMany as many:
        form.form_errors = [no_room(many.part)]
        return _look(seat, found, form, 422)
    return pages.saved(url_for("team.starter", team=_several(seat), saved=1))


@room.get(SET + "add")
@signed_in(*STAFF)
def offer_add(user: SignedIn) -> ResponseReturnValue:
    seat = take(user, request.args.get("team"), runs=True)
    return _offer(seat, OfferForm(formdata=None, data={"team": seat.team.id}, part=_part()))


@room.post(SET + "add")
@signed_in(*STAFF)
@once
def offer_add_send(user: SignedIn) -> ResponseReturnValue:
    form = OfferForm(part=_part())
    seat = take(user, form.team.data or "", runs=True)
    form.validate()
    item = form.item()
    if item is None:
        return _offer(seat, form, 422)
    try:
        starter_set.add(seat, item)
    except starter_set.Stands as there:
        said = filter(None, (name_of(there.item), detail(there.item)))
        form.form_errors = [
            gettext("This stands there already: %(what)s. Take that off first.", what=i18n.comma().join(said))
        ]
        return _offer(seat, form, 422)
    except starter_set.TooMany as many:
        form.form_errors = [no_room(many.part)]
        return _offer(seat, form, 422)
    return pages.saved(url_for("team.starter", team=_several(seat), saved=1))


@room.get(SET + "<uuid:offer_id>/remove")
@signed_in(*STAFF)
def offer_remove(user: SignedIn, offer_id: UUID) -> ResponseReturnValue:
    seat = take(user, starter_set.team_of(offer_id), runs=True)
    back = url_for("team.starter", team=_several(seat))
    name = name_of(starter_set.offer(seat, offer_id))
    return pages.one_button(
        gettext("Take it off"), back, gettext("What the team offers"), title=name,
        words=[gettext("What people keep already stays theirs.")],
    )  # fmt: skip


@room.post(SET + "<uuid:offer_id>/remove")
@signed_in(*STAFF)
def offer_remove_send(user: SignedIn, offer_id: UUID) -> ResponseReturnValue:
    gone = starter_set.removed_from(user.account_id, offer_id)
    seat = take(user, gone or starter_set.team_of(offer_id), runs=True)
    starter_set.remove(seat, offer_id)
    return pages.saved(url_for("team.starter", team=_several(seat), saved=1))


def _uploaded() -> bytes:
    if has_unreadable_words():
        raise NotASet("kind")
    found = uploaded()
    if found is None:
        raise NotASet("none")
    if len(found[1]) > current_app.config["SETTINGS"].set_limit:
        raise NotASet("large")
    return found[1]


def _read(data: bytes) -> StarterSet:
    return files.read(data, list(presets.PRESETS))


def _page(seat: Seat, form: SetUploadForm, status: int = 200) -> ResponseReturnValue:
    form.team.data = str(seat.team.id)
    chips = [
        {"text": name, "href": url_for("team.starter", team=one), "current": one == seat.team.id}
        for one, name in seat.teams
    ]
    rows = offers.of_team(seat.team.id)
    return pages.show(
        "team/starter_set.html",
        status=status,
        seat=seat,
        form=form,
        chips=chips,
        parts=[(part, part_name(part), [(row, *_lines(row)) for row in rows if row.part == part], hint(part))
               for part in offers.PARTS],
    )  # fmt: skip


def _lines(row: TeamOffer) -> tuple[str, str]:
    item = Item(row.part, row.key, row.body)
    return name_of(item), detail(item)


def _look(seat: Seat, found: StarterSet, form: TakeInForm, status: int = 200) -> ResponseReturnValue:
    rows = starter_set.compare(seat, found)
    form.team.data, form.expected.data = str(seat.team.id), starter_set.sign(rows)
    form.document.data = json.dumps(files.document(found), ensure_ascii=False, separators=(",", ":"))
    shown = [
        (part_name(part), [row for row in rows if row.item.part == part and row.state != starter_set.SAME])
        for part in files.ORDER
    ]
    return pages.show(
        "team/starter_set_look.html",
        status=status,
        seat=seat,
        found=found,
        form=form,
        languages_said=i18n.listed([i18n.language_name(code) for code in found.languages]),
        parts=[(name, part) for name, part in shown if part],
        same=sum(row.state == starter_set.SAME for row in rows),
        name_of=name_of,
        facts=facts,
        taken=set(request.form.getlist("take")),
        words=words,
    )


def _offer(seat: Seat, form: OfferForm, status: int = 200) -> ResponseReturnValue:
    name = part_name(form.part)
    return pages.show("team/offer.html", status=status, seat=seat, form=form, name=name, hint=hint(form.part))


def _part() -> str:
    part = request.args.get("part", "")
    if part not in offers.PARTS:
        abort(404)
    return part


def _several(seat: Seat) -> UUID | None:
    return seat.team.id if len(seat.teams) > 1 else None


def part_name(part: str) -> str:
    return {
        offers.TRACKER: gettext("Things to keep an eye on"),
        offers.PROMPT: gettext("Questions people may want to ask"),
        offers.LINK: gettext("Links the team has checked"),
        offers.NAME: gettext("Names of medicines and more"),
        offers.WORDS: gettext("Words beside “Please get in touch”"),
        files.PHRASE: gettext("Sentences for notes"),
        files.RELEASE: gettext("When people see their results"),
        files.REPLY: gettext("Reply promise"),
    }[part]


def hint(part: str) -> str:
    """Where people meet it."""
    return {
        offers.TRACKER: gettext("Offered first to new people, before the ready-made ones."),
        offers.PROMPT: gettext("They stand under “Not sure what to ask?”."),
        offers.LINK: gettext("To choose from, when a link is put beside a result, a decision or the plan."),
        offers.NAME: gettext("They are shown while people type the name of one. Nobody has to choose one."),
        offers.WORDS: gettext("Everybody reads them before they ask you to get in touch. One text."),
    }[part]


def name_of(item: Item) -> str:
    """What a thing is, in the reader's language."""
    body = item.body
    if "preset" in body:
        return presets.preset_name(body["preset"])
    if item.part == files.RELEASE:
        return result_words.kind_name(item.key)
    if item.part == files.REPLY:
        return gettext("Working days to reply in")
    if item.part in (offers.LINK, files.PHRASE):
        return str(body.get("test") or body["name"])
    return offers.said(body.get("name") or body["text"]).text


def detail(item: Item) -> str:
    """What there is to know of it besides."""
    body = item.body
    if item.part == offers.LINK:
        return i18n.comma().join((body["url"], body["publisher"], i18n.language_name(body["language"])))
    if item.part == files.PHRASE:
        return offers.said(body["texts"]).text
    if item.part == files.RELEASE:
        return result_words.mode_name(body["how"])
    if item.part == files.REPLY:
        return str(body["days"])
    texts = body.get("name") or body.get("text") or {}
    known = [i18n.language_name(code) for code in texts]
    kind = health_words.one(body["of"]) if item.part == offers.NAME else ""
    return i18n.comma().join(filter(None, [kind, body.get("unit", ""), *known]))


def facts(item: Item) -> list[tuple[str, str, str]]:
    """All that is kept of a thing beside its name: what it is, the text, the language that is in, if it is in one.
    Each in every language: what nobody looked through is not kept.
    """
    body, part = item.body, item.part
    if "preset" in body or part in (offers.LINK, files.RELEASE, files.REPLY):
        said = detail(item)
        checked = _of_link(body) if part == offers.LINK else []
        return [("", said, ""), *checked] if said else checked
    found: list[tuple[str, str, str]] = []
    if part == offers.TRACKER:
        found.append((gettext("How it is logged"), str(dict(KINDS)[body["kind"]]), ""))
    if part == offers.NAME:
        found.append((gettext("What it is"), health_words.one(body["of"]), ""))
    for name in ("name", "text", "texts"):
        texts = body.get(name)
        if isinstance(texts, Mapping):
            found += [(i18n.language_name(code), text, code) for code, text in texts.items()]
    for end, label in (("low", gettext("0 means")), ("high", gettext("10 means"))):
        found += [(label, text, code) for code, text in body.get(end, {}).items()]
    if body.get("unit"):
        found.append((gettext("Counted in"), body["unit"], ""))
    if body.get("code"):
        found.append((gettext("Code of the test"), body["code"], ""))
    return found


def _of_link(body: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    found = [(gettext("Day it was checked"), i18n.plain_day(date.fromisoformat(body["checked_on"])), "")]
    names = (("about", gettext("What it is about")), ("test", gettext("Beside each result of this test")))
    found += [(label, body[name], "") for name, label in names if name in body]
    if "reading" in body:
        found.append((gettext("How easy it is to read"), reading(body["reading"]["age"]), ""))
    return found


def no_room(part: str) -> str:
    most = {files.PHRASE: 500}.get(part) or offers.MOST[part]
    return gettext(
        "%(what)s: there is room for %(num)s. Take some off first, or take in fewer.",
        what=part_name(part), num=most,
    )  # fmt: skip


def why(wrong: NotASet) -> str:
    """Why a file cannot be taken, in words that say what to do."""
    where = wrong.where
    return {
        "none": lambda: gettext("Choose a file."),
        "empty": lambda: gettext("This file is empty."),
        "large": lambda: gettext("This file is too large for a starter set."),
        "kind": lambda: gettext(
            "This is no starter set. It is a file that ends with .json, made on this page."
        ),
        "json": lambda: gettext("This file cannot be read as a starter set. %(said)s", said=wrong.said),
        "format": lambda: gettext("This file is no starter set of Selfcare."),
        "version": lambda: gettext("This starter set is of another version. This app reads version 1."),
        "language": lambda: gettext("This app has no language called “%(name)s”.", name=where),
        "shape": lambda: gettext(
            "In “%(where)s” something is missing, or is not what it should be.", where=where
        ),
        "long": lambda: gettext("In “%(where)s” a text is too long.", where=where),
        "code": lambda: gettext(
            "In “%(where)s” there is program text. A starter set holds words only.", where=where
        ),
        "link": lambda: gettext(
            "In “%(where)s” the address is not safe. It must start with https://.", where=where
        ),
        "twice": lambda: gettext("“%(where)s” stands in it twice. Take one out.", where=where),
        "many": lambda: gettext("There are too many in “%(where)s”.", where=where),
    }[wrong.why]()
