"""Two versions: mine, the other's, or both. Nothing is chosen beforehand and nothing is lost."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from wtforms import Field
from wtforms.form import BaseForm

from selfcare.web import filled, pages, versions
from selfcare.web.versions import Stale

# Fields that carry the form rather than what the person wrote.
_CARRIED = ("form_id", "version", "keep", "csrf_token")
# Who reads it: chosen in its own form, and never by choosing between words.
NEVER_CHOSEN = ("only_me", "readers")


def ask(
    form: BaseForm,
    stale: Stale,
    back: str,
    now: Mapping[str, Any],
    labels: dict[str, str] | None = None,
    *,
    texts: tuple[str, ...] | None = None,
    apart: tuple[str, ...] = (),
    said: str | None = None,
) -> ResponseReturnValue:
    """Answer 409 with both versions: all in which they differ. *Only me* is nothing to choose: where one of them has
    it, it stays, whichever words do. Where nothing differs but that, there is nothing to choose either, and no two are
    shown that read alike.

    :param form: what was sent: its fields go along, and nothing else that came with them.
    :param back: where *the other's* leads.
    :param now: what the form would be filled with by now, by the names of its fields.
    :param labels: how both versions read as a whole, by `mine` and `theirs`, where the room says all of it itself.
    :param texts: the fields that hold words, which *both* puts one after the other; all of `now` when left out.
    :param apart: fields that do not go along: what they say is not asked about here. `said`: a sentence on that.
    """
    kept = _kept(form, now)
    words = tuple(now) if texts is None else texts
    ordered = sorted(kept, key=lambda name: name not in words)
    differ = [(form[name], kept[name]) for name in ordered if _differ(form[name], kept[name])]
    hides = _hides() or ("only_me" in form and bool(stale.item.only_me))
    if hides and said is None:
        said = gettext("Only me stays on. You can change that afterwards.")
    return pages.show(
        "conflict.html",
        status=409,
        by=stale.by,
        options=_options(stale, differ, labels, words),
        hidden=_carried(form, stale, kept, apart, only_me=hides and "only_me" in form),
        back=back,
        said=said,
    )


def _kept(form: Any, now: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that are chosen between, filled with what stands by now."""
    other = type(form)(formdata=None, data=now)
    found: dict[str, Any] = {}
    for field in form:
        if field.name in now and field.kind != "hidden" and field.name not in NEVER_CHOSEN:
            found[field.name] = other[field.name]
            found[field.name].label.text = field.label.text
            if hasattr(field, "choices"):
                found[field.name].choices = field.choices
    return found


def _differ(mine: Field, theirs: Field) -> bool:
    return filled.in_words(mine).split() != filled.in_words(theirs).split()


def _options(
    stale: Stale, differ: list[tuple[Field, Field]], labels: dict[str, str] | None, texts: tuple[str, ...]
) -> list[dict[str, str | None]]:
    words = [(mine, theirs) for mine, theirs in differ if mine.name in texts]
    if labels is None or labels["mine"] == labels["theirs"]:
        say = filled.in_words if len(differ) == len(words) == 1 else filled.line
        sides = ("\n".join(map(say, side)) for side in zip(*differ, strict=True))
        labels = dict(zip(("mine", "theirs"), sides, strict=False))
    if not labels:
        return []
    options: list[dict[str, str | None]] = [
        {"value": "mine", "title": gettext("Mine"), "text": labels["mine"]},
        {"value": "theirs", "title": gettext("%(name)s’s", name=stale.by), "text": labels["theirs"]},
    ]
    if any(filled.in_words(mine) and filled.in_words(theirs) for mine, theirs in words):
        rest = gettext("The words one after the other. The rest as in mine.")
        options.append(
            {"value": "both", "title": gettext("Both"), "text": rest if len(words) < len(differ) else None}
        )
    return options


def _carried(
    form: BaseForm, stale: Stale, kept: dict[str, Field], apart: tuple[str, ...], *, only_me: bool
) -> list[tuple[str, str]]:
    """The hidden fields: what was sent, and beside it what stands by now, as `theirs-…`."""
    sent = request.form.items(multi=True)
    hidden = [(name, value) for name, value in sent if _is_of(form, name) and name not in apart]
    if only_me:
        hidden = [(name, value) for name, value in hidden if name != "only_me"] + [("only_me", "y")]
    for field in kept.values():
        hidden += [(f"theirs-{name}", value) for name, value in filled.sent(field)]
    # Whatever is chosen between: this page was answered, and without a choice it is asked again.
    return [*hidden, ("theirs-", ""), ("version", str(stale.item.version)), ("form_id", str(uuid4()))]


def _is_of(form: BaseForm, name: str) -> bool:
    """Whether a field that came is one of the form's, or a part of one (`born-day`)."""
    return name not in _CARRIED and (name in form or name.rpartition("-")[0] in form)


def _hides() -> bool:
    """Whether what was sent is to be *only me*."""
    return bool(request.form.get("only_me")) or request.form.get("readers") == "me"


def settled(texts: tuple[str, ...]) -> tuple[str | None, Any]:
    """What was chosen on the 409 page: (`mine`, `theirs`, `both` or None, the form data to go on with).

    Who takes the other's words and makes them *only me* has something to save: it goes on, as the other's.
    """
    keep = request.form.get("keep")
    asked = any(name.startswith("theirs-") for name in request.form)
    data: MultiDict[str, str] = MultiDict(request.form)
    if keep == "both":
        for name in texts:
            parts = [request.form.get(f"theirs-{name}", ""), request.form.get(name, "")]
            data[name] = "\n\n".join(dict.fromkeys(part for part in parts if part))
    if asked and keep not in ("mine", "theirs", "both"):
        data["version"] = ""  # nothing was chosen: the action finds the form stale and asks again
    if keep == "theirs" and _hides():
        for name in request.form:
            if name.startswith("theirs-") and name != "theirs-":
                data.setlist(name.removeprefix("theirs-"), request.form.getlist(name))
        return None, data
    return keep, data


def looked_at() -> int | None:
    """The version of what is to be removed, as the page showed it that asked; None where nothing says so."""
    shown = request.form.get("version")
    return versions.number(shown) if shown else None
