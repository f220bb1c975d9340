"""What the code says of itself, as tables for documents: limits on tries, times, events in the log, cryptography."""

import ast
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import cache
from importlib import import_module
from pathlib import Path

# What nobody has said yet of something in the code. `tools.papers blanks` lists it.
UNSAID = "**nobody has said yet**"

# Times that hold: in words, and where they stand.
TIMES = (
    ("a session of a person or carer, from its last use", "accounts.sessions", "SLIDING"),
    ("a session of a professional, without use", "accounts.sessions", "STAFF_IDLE"),
    ("a session of a professional, in all", "accounts.sessions", "STAFF_WHOLE"),
    ("a professional's enrolment link", "accounts.enrolment", "LASTS"),
    ("a code that proves a new e-mail address", "accounts.address", "LASTS"),
    ("a letter, and the code of a carer or a team", "people.invitations", "LASTS"),
    ("a lost way in, before it opens", "people.recovery", "WAIT"),
    ("what was marked *only me*, shut after a lost way in was given back", "web.access", "ONLY_ME_SHUT"),
    ("a code to sign in with, by e-mail", "accounts.mail_codes", "LASTS"),
    ("what a passkey is asked to sign", "accounts.challenges", "LASTS"),
    ("the way to a provider and back", "accounts.visits", "LASTS"),
    ("a list of people that is being looked through", "team.drafts", "LASTS"),
    ("a former e-mail address, to be told of a change", "accounts.security", "TOLD_FOR"),
)
# Who makes, checks or keeps something secret or sealed, and what for.
SECRETS = {
    "accounts/address.py": "the six digits that prove a new address, made with the app's key (HMAC-SHA-256)",
    "accounts/enrolment.py": "digests of enrolment codes (SHA-256)",
    "accounts/factor.py": "second factors: TOTP; their secrets sealed (Fernet, its key from the app's by HKDF-SHA-256)",
    "accounts/passwords.py": "passwords (Argon2id); codes from the system's source of chance",
    "accounts/sessions.py": "session tokens of 256 bits; the database keeps their digest (SHA-256)",
    "audit/chain.py": "the trail's chain (SHA-256)",
    "config.py": "makes the app's key, and the key for push services (P-256), at the first start",
    "fhir/attachment.py": "a file's hash as the sender gave it, compared: of the sender's choosing, no seal of ours",
    "fhir/upload_views.py": "whether what is filed is what was looked at: no secret",
    "filing/file_report.py": "whether two reports are the same: no secret",
    "filing/laboratories.py": "laboratories' tokens; the database keeps digests",
    "filing/receive.py": "whether two reports are the same: no secret",
    "filing/received_report.py": "whether two reports are the same: no secret",
    "notifications/devices.py": "whether a browser's key is a point of P-256",
    "notifications/email.py": "the line to the mail server (TLS, its certificate checked)",
    "notifications/push.py": "messages: sealed for that browser (RFC 8291), signed for its service (VAPID, ES256)",
    "notifications/settings_views.py": "by which a browser finds itself in the list: no secret",
    "notifications/stopping.py": "the link in an e-mail that stops a lost way in from being given back",
    "notifications/vapid_key.py": "the key by which push services know the app (P-256)",
    "own_view/form_page.py": "what the person's own view is written beside, signed with the app's key",
    "people/invitations.py": "codes of letters, kept under the app's key (HMAC-SHA-256)",
    "phone/shell.py": "digests of what a phone keeps of the app, so that it takes nothing else: no secret",
    "results/team.py": "whether a team's defaults changed since they were shown: no secret",
    "sharing/actions.py": "whether what is shared is what was looked at",
    "sharing/handing_views.py": "whether what is handed over is what was looked at",
    "sharing/snapshot.py": "the mark of what was looked at, made with the app's key (HMAC-SHA-256)",
    "start.py": "which version serves: a digest of its code, no secret",
    "upkeep/archive.py": "a backup's digest (SHA-256), and its seal by the app's key (HMAC)",
    "upkeep/proving.py": "whether the passwords of a restored backup can be read",
    "upkeep/workplace.py": "names of folders that are gone afterwards",
    "accounts/challenges.py": "what a passkey is asked to sign: at random, for one browser, once",
    "accounts/mail_codes.py": "the six digits to sign in with, made with the app's key (HMAC-SHA-256)",
    "accounts/passkeys.py": "passkeys (WebAuthn, by the library): the public half is kept",
    "accounts/provider.py": "ID tokens (RS256, ES256, RS512) and PKCE, by the library",
    "accounts/visits.py": "state, nonce, verifier: at random; what goes along, sealed (Fernet, its key from the app's)",
    "settings_sign_in.py": "the key by which a provider knows this app: RSA or P-256",
    "accounts/recovery_codes.py": "codes that stand in for a second factor, kept under the app's key (HMAC-SHA-256)",
    "leaving/erasing.py": "that a record is gone: a digest under the app's key",
    "leaving/sealed_file.py": "a copy of a record (AES-256-GCM, its key from the app's by HKDF-SHA-256)",
    "web/sealing.py": "keys and codes made of the app's key, for each purpose its own (HKDF-SHA-256, HMAC-SHA-256)",
    "team/drafts.py": "a list of people (Fernet, its key from the app's by HKDF-SHA-256)",
    "team/leaving.py": "whether a colleague's people changed since they were shown: no secret",
    "team/settings.py": "whether a team's settings changed since they were shown: no secret",
    "web/carry.py": "form tokens, and what is carried through a sign-in, sealed with the app's key",
    "web/item_reference.py": "a link to another item, signed with the app's key",
    "web/once.py": "whether a form was sent before: no secret",
    "team/lines.py": "which lines of a list were shown as fine (SHA-256): what is added is what was looked at",
    "care_plan/queries.py": "whether a line of the plan is what was shown to whoever agrees (SHA-256): no secret",
    "community/mapping.py": "a digest of a service as it is kept (SHA-256), to see whether it changed: no secret",
    "letters/actions.py": "a digest of each page of a letter (SHA-256), to know it again: no secret",
    "information/team_list.py": "whether a page on a list changed since it was shown: no secret",
    "team/starter_set.py": "whether a starter set changed since it was shown: no secret",
    "team/starter_set_file.py": "short names for what stands in a file, to tick them: no secret",
    "web/throttle.py": "who tried, as a keyed digest (BLAKE2b): no address is kept",
    "js/drafts.js": "the name under which a draft is kept: no secret",
    "js/push.js": "by which a browser finds itself in the list: no secret",
    "sw/kept.js": "whether kept pages changed: no secret",
    "sw/post.js": "whether an entry changed while it waited: no secret",
    "sw/shell.js": "whether the kept shell is the app's own",
    "sw/seal.js": "the phone's store: AES-GCM with a key that cannot be taken out (the browser's own)",
}
_CRYPTO = re.compile(
    r"^\s*(?:import|from) "
    r"(argon2|cryptography|hashlib|hmac|itsdangerous|py_vapid|pyotp|secrets|ssl|webauthn|authlib|joserfc)\b",
    re.MULTILINE,
)


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of Markdown."""
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


@cache
def sources(root: Path) -> dict[str, str]:
    """The app's Python files by their place in `selfcare`, without migrations and the demonstration."""
    folder = root / "selfcare"
    return {
        name: path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*.py"))
        if not (name := path.relative_to(folder).as_posix()).startswith(("migrations/", "demo/"))
    }


def tries(root: Path) -> str:
    """Each limit on how often something may be tried."""
    return table(("counted", "for each", "at most", "within", "in"), sorted(_tries(root)))


def _tries(root: Path) -> Iterator[tuple[str, ...]]:
    for name in sources(root):
        for call in _calls(root, name, "throttle.spend"):
            works = (node for node in ast.walk(_tree(root, name)) if isinstance(node, ast.FunctionDef))
            [*_, work] = (one for one in works if one.lineno <= call.lineno <= (one.end_lineno or 0))
            what, *who = _arguments(work, call)
            given = {one.arg: int(_value(name, one.value)) for one in call.keywords}
            most = "counted only" if given["limit"] >= 2**31 else f"{given['limit']}"
            within = length(timedelta(minutes=given["minutes"]))
            yield _plain(what), ", ".join(map(_plain, who)), most, within, f"`{name}`"


@cache
def _tree(root: Path, name: str) -> ast.Module:
    return ast.parse(sources(root)[name])


def _calls(root: Path, name: str, *named: str) -> list[ast.Call]:
    """The calls of these in a file. Most files have none of them, and are not read closer."""
    if not any(f"{one}(" in sources(root)[name] for one in named):
        return []
    calls = (node for node in ast.walk(_tree(root, name)) if isinstance(node, ast.Call))
    return [call for call in calls if ast.unparse(call.func) in named]


def _arguments(work: ast.AST, call: ast.Call) -> list[str]:
    """What a call is given, as it is written; what stands in a name before is looked up."""
    if not isinstance(call.args[0], ast.Starred):
        return [ast.unparse(one) for one in call.args]
    wanted, known = ast.unparse(call.args[0].value), dict[str, ast.expr]()
    before = [node for node in ast.walk(work) if isinstance(node, ast.Assign) and node.lineno < call.lineno]
    for node in sorted(before, key=lambda one: one.lineno):
        target, value = node.targets[0], node.value
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            known |= {ast.unparse(each): part for each, part in zip(target.elts, value.elts, strict=False)}
        else:
            known[ast.unparse(target)] = value
    found = known[wanted]
    return [ast.unparse(one) for one in found.elts] if isinstance(found, ast.Tuple) else [ast.unparse(found)]


def _value(name: str, expression: ast.expr) -> str:
    module = import_module("selfcare." + name.removesuffix(".py").replace("/", "."))
    return str(eval(compile(ast.Expression(expression), name, "eval"), vars(module)))  # noqa: S307 - our own source


def _plain(written: str) -> str:
    """What is counted, or for whom, as somebody reads it."""
    found = re.search(r"'([^']+)'|(\w+)(?:\(\))?\)?$", written)
    word = (found[1] or found[2]) if found else written
    return {"account_id": "account", "id": "request"}.get(word, word)


def length(span: timedelta) -> str:
    """A time in words: 15 minutes, 12 hours, 30 days."""
    seconds = int(span.total_seconds())
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds % size == 0 and (
            seconds >= 2 * size or (unit != "day" and seconds == size) or unit == "minute"
        ):
            number = seconds // size
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return f"{seconds} seconds"


def times(_root: Path) -> str:
    """How long sessions, links and codes last."""
    rows = []
    for words, module, name in TIMES:
        span = getattr(import_module(f"selfcare.{module}"), name)
        rows.append((words, length(span), f"`{module.replace('.', '/')}.py::{name}`"))
    return table(("what", "how long", "in"), rows)


def events(root: Path) -> str:
    """The security events, and where each is written."""
    return _by_event(root, {"security.note", "security_log.note", "note"})


def logged(root: Path) -> str:
    """All else that is written in the log: what it says, and where."""
    logs = ("log", "structlog.get_logger()")
    named = {f"{log}.{level}" for log in logs for level in ("info", "warning", "error")}
    return _by_event(root, named, but="security")


def _by_event(root: Path, named: set[str], but: str | None = None) -> str:
    where: dict[str, set[str]] = {}
    for name in sources(root):
        for call in _calls(root, name, *named):
            event = _words(call.args[0]) if call.args else None
            if event and event != but:
                where.setdefault(event, set()).add(f"`{name}`")
    return table(("event", "in"), ((event, ", ".join(sorted(where[event]))) for event in sorted(where)))


def _words(said: ast.expr) -> str | None:
    """A text as it is written, what changes in it left open; None where it is no text."""
    if isinstance(said, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in said.values)
    return str(said.value) if isinstance(said, ast.Constant) and isinstance(said.value, str) else None


def secrets(root: Path) -> str:
    """Every file that makes, checks or keeps something secret or sealed, with what it uses and what for."""
    found = {
        name: ", ".join(sorted({f"`{part}`" for part in _CRYPTO.findall(text)}))
        for name, text in sources(root).items()
        if _CRYPTO.search(text)
    }
    for path in sorted((root / "static").glob("[js]*/*.js")):
        if "crypto.subtle" in path.read_text(encoding="utf-8"):
            found[f"{path.parent.name}/{path.name}"] = "`crypto.subtle`"
    rows = ((f"`{name}`", used, SECRETS.get(name, UNSAID)) for name, used in found.items())
    return table(("in", "with", "what for"), rows)
