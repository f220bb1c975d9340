"""Two versions: mine, the other's, or both. Nothing is chosen beforehand and nothing is lost."""

from typing import Any
from uuid import uuid4

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from wtforms.form import BaseForm

from selfcare.web import pages, versions
from selfcare.web.versions import Stale

# Fields that carry the form rather than what the person wrote.
_CARRIED = ("form_id", "version", "keep", "csrf_token")


def ask(
    form: BaseForm,
    stale: Stale,
    back: str,
    texts: dict[str, str],
    labels: dict[str, str] | None = None,
    *,
    apart: tuple[str, ...] = (),
    said: str | None = None,
) -> ResponseReturnValue:
    """Answer 409 with both versions. Whichever words stay: what is *only me* by now stays so.

    :param form: what was sent: its fields go along, and nothing else that came with them.
    :param back: where *the other's* leads.
    :param texts: the form fields that hold words → the words as they are now.
    :param labels: how both versions read in a line, by `mine` and `theirs`; the words themselves when left out.
    :param apart: fields that do not go along: what they say is not asked about here. `said`: a sentence on that.
    """
    mine = "\n\n".join(filter(None, (request.form.get(name, "") for name in texts)))
    theirs = "\n\n".join(filter(None, texts.values()))
    labels = labels or {}
    options: list[dict[str, str | None]] = [
        {"value": "mine", "title": gettext("Mine"), "text": labels.get("mine", mine)},
        {
            "value": "theirs",
            "title": gettext("%(name)s’s", name=stale.by),
            "text": labels.get("theirs", theirs),
        },
    ]
    if mine != theirs and mine and theirs:
        options.append({"value": "both", "title": gettext("Both"), "text": None})
    sent = request.form.items(multi=True)
    hidden = [(name, value) for name, value in sent if _is_of(form, name) and name not in apart]
    if "only_me" in form and stale.item.only_me:
        hidden = [(name, value) for name, value in hidden if name != "only_me"] + [("only_me", "y")]
    for name, value in texts.items():
        hidden.append((f"theirs-{name}", value))
    # Whatever is chosen between: this page was answered, and without a choice it is asked again.
    hidden += [("theirs-", ""), ("version", str(stale.item.version)), ("form_id", str(uuid4()))]
    return pages.show(
        "conflict.html", status=409, by=stale.by, options=options, hidden=hidden, back=back, said=said
    )


def _is_of(form: BaseForm, name: str) -> bool:
    """Whether a field that came is one of the form's, or a part of one (`born-day`)."""
    return name not in _CARRIED and (name in form or name.rpartition("-")[0] in form)


def settled(texts: tuple[str, ...]) -> tuple[str | None, Any]:
    """What was chosen on the 409 page: (`mine`, `theirs`, `both` or None, the form data to go on with)."""
    keep = request.form.get("keep")
    asked = any(name.startswith("theirs-") for name in request.form)
    data: MultiDict[str, str] = MultiDict(request.form)
    if keep == "both":
        for name in texts:
            parts = [request.form.get(f"theirs-{name}", ""), request.form.get(name, "")]
            data[name] = "\n\n".join(dict.fromkeys(part for part in parts if part))
    if asked and keep not in ("mine", "theirs", "both"):
        data["version"] = ""  # nothing was chosen: the action finds the form stale and asks again
    return keep, data


def looked_at() -> int | None:
    """The version of what is to be removed, as the page showed it that asked; None where nothing says so."""
    shown = request.form.get("version")
    return versions.number(shown) if shown else None
