"""What can be done in the diary. Each action checks its right, locks what it changes, and notes it in the trail."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select, update
from werkzeug.exceptions import NotFound

from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.diary import ends, entries, offered, presets, queries, searching
from selfcare.diary.models import Entry, Tracker
from selfcare.notifications import actions as notifications
from selfcare.web import versions
from selfcare.web.access import Area, Level, Permit, not_hidden, take_turn, visible
from selfcare.web.digits import read_number
from selfcare.web.when import When


class TooMany(ValueError):
    """The own list is full: a list that long helps nobody find what to log."""


class OtherScale(ValueError):
    """It is on the own list already, and its numbers mean something else than what was typed now."""


class Shared(ValueError):
    """A tracker under which others have logged cannot become *only me*: what they wrote is theirs to see."""


def add_tracker(
    permit: Permit,
    *,
    kind: str,
    name: str,
    unit: str = "",
    decimals: int = 0,
    pair: bool = False,
    preset: str | None = None,
    only_me: bool = False,
    scale: str = ends.WORST,
    own_ends: tuple[str, str] = ("", ""),
) -> Tracker:
    """Put something on the own list, or give back what is already there (also what had been taken off).

    :param kind: symptom, measure or done.
    :param scale: what 0 and 10 mean: a code of `diary.ends`.
    :param own_ends: the person's own words for them, in place of the code's. What had been taken off comes back only
        where it means the same.
    :raises TooMany: when the list is full. :raises OtherScale: see there.
    """
    permit.require(Area.DIARY, Level.ADD)
    _only_for_the_person(permit, only_me)
    on_list = session().scalars(select(Tracker).where(_known(permit), Tracker.kind == kind).limit(1000)).all()
    for known in on_list:
        same = known.preset == preset if preset else known.preset is None and _same(known.name, name)
        if same and known.unit == unit and known.only_me == only_me:
            means = preset or ((not own_ends[0] or ends.of(known) == own_ends) and known.decimals == decimals)
            if not means and known.removed_at is None:
                raise OtherScale
            if not means:
                continue
            if known.removed_at is not None:
                known.removed_at = None
                # It begins anew, and pages of it from before are not of it any more.
                unset = dict.fromkeys(("watch_from", "watch_until", "paused_at", "remind_from"))
                if versions.turn(permit, known, None, **unset, remind_at=[]):
                    known.watch_version = known.remind_version = known.version
                session().flush()
                trail.record(permit, "added", "tracker", known.id)
            return known
    if len(queries.tracked(permit)) >= queries.MOST_TRACKERS:
        raise TooMany
    place = (
        session().scalars(select(func.max(Tracker.place)).where(Tracker.person_id == permit.person_id)).one()
    )
    made = Tracker(
        **permit.stamp(),
        id=uuid4(),
        kind=kind,
        preset=preset,
        name=name,
        unit=unit,
        decimals=decimals,
        pair=pair,
        place=(place or 0) + 1,
        only_me=only_me,
        ends=ends.OWN if own_ends[0] else scale,
        low=own_ends[0],
        high=own_ends[1],
    )
    session().add(made)
    session().flush()
    trail.record(permit, "added", "tracker", made.id)
    return made


def add_preset(permit: Permit, code: str, only_me: bool = False) -> Tracker:
    """Put a ready-made choice on the own list, under its name in the language of now. :raises TooMany: list full."""
    chosen = presets.PRESETS[code]
    return add_tracker(
        permit,
        kind=chosen.kind,
        name=presets.preset_name(code),
        unit=chosen.unit,
        decimals=chosen.decimals,
        pair=chosen.pair,
        preset=code,
        only_me=only_me,
        scale=chosen.ends,
    )


def add_ready(permit: Permit, code: str, only_me: bool = False) -> Tracker:
    """Put a ready-made thing, or one that the team offers, on the own list. :raises TooMany: :raises NotFound:"""
    if code in presets.PRESETS:
        return add_preset(permit, code, only_me)
    found = offered.one(permit, code)
    return add_tracker(
        permit,
        kind=found["kind"],
        name=found["name"],
        unit=found["unit"],
        own_ends=(found["low"], found["high"]),
        only_me=only_me,
    )


def start(permit: Permit, codes: Sequence[str], own: str = "") -> list[Tracker]:
    """The first minute: up to three symptoms at once, the own words last. :raises TooMany: list full."""
    made = [add_ready(permit, code) for code in codes]
    if own:
        made.append(add_tracker(permit, kind="symptom", name=own))
    return made


def change_tracker(
    permit: Permit, tracker_id: UUID, version: int | None, *, name: str, only_me: bool | None
) -> Tracker:
    """Rename a tracker, or make it *only me* with all that was logged under it.

    :param only_me: None leaves it as it is.
    :raises Stale: when somebody changed these since.
    :raises Shared: when others have logged under it.
    """
    found: Tracker = _locked(permit, Tracker, tracker_id)
    values: dict[str, Any] = {}
    if name != presets.name_of(found):
        # Renamed, it is the person's own words in every language.
        values |= {"name": name, "preset": None, "unit": presets.unit_of(found.preset, found.unit)}
    if only_me is not None and only_me != found.only_me:
        if not queries.may_hide(permit, found):
            raise NotFound
        values["only_me"] = only_me
    if values and versions.change_part(permit, found, "name_version", version, **values):
        if values.get("only_me"):
            _hide_entries(permit, tracker_id)
        trail.record(permit, "changed", "tracker", found.id)
    return found


def remove_tracker(permit: Permit, tracker_id: UUID) -> None:
    """Take a tracker off the own list. What was logged stays in the diary."""
    found = _locked(permit, Tracker, tracker_id)
    found.removed_at = now()
    session().flush()
    trail.record(permit, "removed", "tracker", found.id)
    notifications.take_back(permit.person_id, found.id)  # that it is time to log it


def log(
    permit: Permit,
    thing: Tracker | UUID | None,
    when: When,
    severity: int | None = None,
    first: str = "",
    second: str = "",
    note: str = "",
    tried: str = "",
    lasted: str = "",
    only_me: bool = False,
    entry_id: UUID | None = None,
) -> Entry:
    """Write an entry, or a note when `thing` is None. All is made ready before the turn to write.

    :param thing: what it is about, as it was read in this request, or its id.
    :param severity: 0 to 10 for a symptom, 1 or 0 for what is done or not; None when it was skipped.
    :param first, second: a measurement's number or numbers as typed, in the tracker's unit.
    :param entry_id: by which it is known again, where several are written at once (`diary.together`).
    :returns: the entry as it was written; it is no row of the session.
    :raises BadNumber: when they are not numbers.
    :raises NotFound: without the right, or for a tracker that is not on the list this account sees.
    """
    permit.require(Area.DIARY, Level.ADD)
    _only_for_the_person(permit, only_me)
    tracker = queries.tracker(permit, thing) if isinstance(thing, UUID) else thing
    made = Entry(
        **permit.stamp(),
        id=entry_id or uuid4(),
        version=1,
        tracker_id=tracker.id if tracker else None,
        kind=tracker.kind if tracker else "note",
        **when.columns,
        only_me=only_me,
        **_words(
            severity,
            first,
            second,
            note,
            tried,
            lasted,
            tracker=tracker,
            author="" if permit.is_self else permit.account_name,
        ),
    )
    take_turn(permit, Area.DIARY, Level.ADD)
    made.entered_at = now()  # not before what others kept while it waited
    made.hidden_at = made.hidden_at and made.entered_at
    entries.write(permit, made)
    trail.record(permit, "added", "entry", made.id)
    return made


def change(
    permit: Permit,
    entry_id: UUID,
    version: int | None,
    *,
    when: When,
    severity: int | None = None,
    first: str = "",
    second: str = "",
    note: str = "",
    tried: str = "",
    lasted: str = "",
    only_me: bool | None = None,
) -> Entry:
    """Change an entry; what stood there is kept. Parameters as in `log`; `only_me` None leaves it as it is.

    :raises Stale: when somebody changed it since.
    """
    found: Entry = _locked(permit, Entry, entry_id)
    tracker = session().get(Tracker, (permit.person_id, found.tracker_id)) if found.tracker_id else None
    author = "" if found.entered_as == "self" else found.entered_name
    values = _words(severity, first, second, note, tried, lasted, tracker=tracker, author=author)
    # The form shows minutes: the same minute is the same moment, seconds and repeated hour included.
    if (when.wall, when.zone, when.part) != (
        found.wall.replace(second=0, microsecond=0),
        found.zone,
        found.part,
    ):
        values |= when.columns
    if only_me is not None and only_me != found.only_me and queries.may_hide(permit, found):
        values["only_me"] = only_me or (tracker is not None and tracker.only_me)
    if versions.change(permit, found, version, **values):
        trail.record(permit, "changed", "entry", found.id)
    return found


def remove(permit: Permit, entry_id: UUID, version: int | None = None) -> None:
    """Take an entry out: from now on it does not exist for anybody.

    :param version: the one that was looked at; None skips the check.
    :raises Stale: when somebody changed it since: what they wrote was not looked at.
    """
    found = _locked(permit, Entry, entry_id)
    versions.unchanged(found, version)
    found.removed_at = now()
    session().flush()
    trail.record(permit, "removed", "entry", found.id)


def _words(
    severity: int | None,
    first: str,
    second: str,
    note: str,
    tried: str,
    lasted: str,
    *,
    tracker: Tracker | None,
    author: str,
) -> dict[str, Any]:
    whole = tracker is not None and tracker.decimals == 0
    number = None if tracker is not None and tracker.kind == "done" else severity
    first, second = first.strip(), second.strip()
    return {
        "severity": severity,
        "first": first,
        "first_number": read_number(first, whole=whole) if first else None,
        "second": second,
        "second_number": read_number(second, whole=whole) if second else None,
        "note": note.strip(),
        "tried": tried.strip(),
        "lasted": lasted.strip(),
        "searched": searching.searched(
            words=(note, tried, lasted), first=first, second=second, severity=number, author=author
        ),
    }


def _locked(permit: Permit, item: type[Any], item_id: UUID) -> Any:
    """The row as it is now, kept still until the request ends. :raises NotFound: not there, or not to be changed."""
    permit.require(Area.DIARY, Level.ADD)
    found = (
        session()
        .scalars(
            select(item)
            .where(visible(permit, item), item.id == item_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        .first()
    )
    if found is None:
        raise NotFound
    if not queries.may_change(permit, found):
        versions.refuse(permit, found)
    return found


def _known(permit: Permit) -> Any:
    """Like `visible`, with what had been taken off the list."""
    return (Tracker.person_id == permit.person_id) & not_hidden(permit, Tracker)


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


def _only_for_the_person(permit: Permit, only_me: bool) -> None:
    if only_me and not permit.is_self:
        raise NotFound


def _hide_entries(permit: Permit, tracker_id: UUID) -> None:
    under = (Entry.person_id == permit.person_id, Entry.tracker_id == tracker_id, Entry.removed_at.is_(None))
    others = session().scalar(select(Entry.id).where(*under, Entry.entered_as != permit.role.value).limit(1))
    if others is not None:
        raise Shared
    still_open = (*under, Entry.only_me.is_(False))
    if permit.came_back:
        # In the week after a recovery only what was changed in it is theirs to see, so each says that it was.
        for entry in session().scalars(select(Entry).where(*still_open).with_for_update()).all():
            versions.change(permit, entry, None, only_me=True)
        return
    hide = update(Entry).where(*still_open).values(only_me=True, hidden_at=now())
    session().execute(hide, execution_options={"synchronize_session": False})
