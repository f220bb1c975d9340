"""The data-flow picture, drawn from the code: doors, tables, what leaves, what stays in a browser. For the DPIA."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from selfcare import migrations
from selfcare.about import kept_here
from selfcare.config import Settings
from selfcare.database import Base
from selfcare.factory import create_app
from selfcare.notifications.kinds import KINDS
from tools.from_code import UNSAID, sources, table

# Who comes in by which mark of a view (selfcare/web/access.py), and what comes along.
DOORS = {
    "public": ("anybody", "no record: signing in, codes of letters, pages about the service, what teams did"),
    "signed_in": ("people, carers, professionals", "their own account"),
    "on_record": ("people, carers, professionals", "one person's record, as far as their right goes"),
    "on_panel": ("professionals", "lists of the people of their teams"),
    "on_shared_summary": (
        "a professional whom the person named",
        "one summary, as it was handed over; nothing else of the record",
    ),
    "machine": ("laboratories' systems", "reports: who, what was measured, files; and what became of them"),
}
# What opens a line to somewhere else.
_LINES = re.compile(
    r"^\s*(?:import|from) "
    r"(smtplib|requests|urllib3|pywebpush|socket|httpx?|http\.client|urllib\.request|authlib|ftplib|subprocess)\b",
    re.MULTILINE,
)
# Each file that does, where it leads, and what goes along it. Empty: nowhere outside.
LEAVES = {
    "accounts/provider.py": (
        "provider of a sign-in, where one is set up",
        "that somebody signs in here, in which language; no name, nothing of the record",
    ),
    "community/fetching.py": (
        "lists of services, where one is read from its address",
        "that they are asked for; nothing of anybody",
    ),
    "web/deadline.py": ("", "looks a name up, and connects for those that send"),
    "notifications/email.py": (
        "mail server",
        "an address, and a letter that is the same for all, a code, or what is wrong on a list: nothing of a record",
    ),
    "information/checking.py": (
        "pages that teams have checked, by the administrator's command alone",
        "whether a page is there: its address, and nothing of anybody",
    ),
    "notifications/push.py": ("push service of the browser", "one generic text, sealed for that browser"),
    "web/apart.py": (
        "",
        "programs of the app's own, on this machine: a photo, drawn anew; a summary, set as PDF",
    ),
    "metrics.py": ("", "a socket of its own, where measures are read inside: counts, no ids"),
    "serving.py": ("", "the app's own processes and port"),
    "upkeep/copying.py": ("", "the database's own programs, for backups"),
}
SILENT = (
    "None says so: they say that there is something new, or something about signing in, the same for everybody. The "
    "one that proves an e-mail address carries a code."
)
MERMAID = """```mermaid
flowchart LR
  people(["Person, carer: browser on their own phone"])
  staff(["Professional: browser"])
  labs(["Laboratory's system"])
  operator(["Whoever runs it: the machine's shell"])
  phone[("In the browser: {stores}")]
  proxy["Proxy: TLS ends here"]
  subgraph here ["The machine that whoever runs it chooses"]
    app["Selfcare: {rooms}"]
    data[("Database: tables of {tables}")]
    deliverer["Deliverer: messages, and the night's work"]
    backups[("Backups")]
    log["Log: ids and plain words"]
  end
  people <--> phone
  people <-- "pages, forms" --> proxy
  staff <-- "pages, forms" --> proxy
  staff <--> phone
  labs -- "reports (FHIR R4)" --> proxy
  proxy <--> app
  app <--> data
  app --> log
  data --> deliverer
  deliverer --> backups
  operator -- "commands" --> data
{outside}
```"""


def tables() -> dict[str, set[str]]:
    """The tables by the room they are of, without those of earlier versions."""
    migrations.models()
    found: dict[str, set[str]] = {}
    for mapper in Base.registry.mappers:
        name = str(mapper.local_table.name)
        if name.endswith("_version") and "item_id" in mapper.local_table.columns:
            continue  # earlier versions of another table's rows
        found.setdefault(mapper.class_.__module__.split(".")[1], set()).add(name)
    return dict(sorted(found.items()))


@cache
def doors() -> dict[str, set[str]]:
    """The rooms with a view behind each mark."""
    with TemporaryDirectory() as folder:
        app = create_app(Settings(database_url=f"sqlite:///{folder}/none.db", secret_key="none" * 8))
        app.extensions["database"].close()
    found: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        mark = vars(app.view_functions[rule.endpoint])["access"]["mark"]
        found.setdefault(mark, set()).add(rule.endpoint.partition(".")[0])
    return found


def lines(root: Path) -> Iterator[tuple[str, str, str]]:
    """Each file that opens a line, where that leads and what goes along it."""
    for name, text in sources(root).items():
        if _LINES.search(text):
            yield name, *LEAVES.get(name, (UNSAID, UNSAID))


def picture(root: Path) -> str:
    """The drawing, as Mermaid."""
    rooms = sorted(set().union(*doors().values()) - {"healthz"})
    outside = [
        f'  out{n}(["{to[:1].upper()}{to[1:]}"])\n  deliverer -- "{what}" --> out{n}'
        for n, (_, to, what) in enumerate(lines(root))
        if to and to != UNSAID
    ]
    stores = sorted({name for store in kept_here.KEPT for name in store.names} | {"cookies"})
    return MERMAID.format(
        stores=", ".join(stores),
        rooms=", ".join(rooms),
        tables=", ".join(tables()),
        outside="\n".join(outside),
    )


def flows(root: Path) -> str:
    """What comes in, what is kept, what leaves and what stays in a browser, line by line."""
    inwards = table(
        ("comes in by", "who", "what", "to the rooms"),
        (
            (f"`{mark}`", *DOORS.get(mark, (UNSAID, UNSAID)), ", ".join(sorted(rooms)))
            for mark, rooms in sorted(doors().items())
        ),
    )
    stored = table(
        ("room", "tables"),
        ((room, ", ".join(f"`{name}`" for name in sorted(names))) for room, names in tables().items()),
    )
    outwards = table(
        ("in", "leads to", "what goes along"),
        ((f"`{name}`", to or "nowhere outside", what) for name, to, what in lines(root)),
    )
    browser = table(
        ("in the browser", "what", "how long"),
        [
            *((f"cookie `{one.name}`", str(one.what_for), str(one.how_long)) for one in kept_here.COOKIES),
            *(
                (", ".join(f"`{name}`" for name in one.names), str(one.what), str(one.how_long))
                for one in kept_here.KEPT
            ),
        ],
    )
    told = f"Messages can be about: {', '.join(sorted(KINDS))}. {SILENT}"
    return "\n\n".join((inwards, stored, outwards, told, browser))
