"""Settings are looked at once, at the start: what cannot be used is named, with what it takes."""

import os
from dataclasses import fields
from pathlib import Path

import pytest

from selfcare.config import BadSetting, Settings
from selfcare.service import Service
from tests.harness.places import ROOT

SECRET = "long enough, and only tests know it"
BEYOND = {"SELFCARE_URL": "https://selfcare.example", "SELFCARE_TRUSTED_PROXIES": "10.0.0.0/8"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "data"
    made.mkdir(mode=0o700)
    return made


def read(folder: Path, **env: str) -> Settings:
    return Settings.from_environment({"SELFCARE_DATA": str(folder), "SELFCARE_SECRET_KEY": SECRET} | env)


BAD = {
    "SELFCARE_DEMO": ("maybe", "2", "onn", "disabled", "None", "oui"),
    "SELFCARE_SECRET_KEY": ("x", "a" * 31, "a" * 64, "change me please"),
    "SELFCARE_ZONE": ("Mars/Olympus", "London", "../../etc/passwd", "/etc/localtime", "europe/london"),
    "SELFCARE_QUICK_EXIT": (
        "javascript:alert(1)", "http://www.bbc.co.uk", "//www.bbc.co.uk", "data:text/html,x", "https://", "weather",
        'https://a.example/"onclick="x', "https://a.example\nhttps://b.example", "https://user@evil.example",
    ),
    "SELFCARE_EMERGENCY_PHONE": ("call me", "+", "9", " 999", "999;ext=1", "9" * 40, "٩٩٩", "+44+1"),
    "SELFCARE_BACKUPS": ("-1", "all", "1001", "7.5", "٧"),
    "SELFCARE_BACKUP_AT": ("24:00", "2:30", "night"),
    "SELFCARE_BACKUP_FOLDER": ("backups", "/no/such/folder", "/etc/hostname"),
    "SELFCARE_DAY_ENDS": ("five", "25:00", "5pm", "17.00", "-1"),
    "SELFCARE_URGENT_PHONE": ("javascript:1", "1-1-1\n"),
    "SELFCARE_FHIR_LIMIT": ("0", "-1", "ten", "9999999999999"),
    "SELFCARE_LETTER_LIMIT": ("0", "-1", "20 MB", "999", "9999999999999"),
    "SELFCARE_PAPER": ("A5", "letter size", "210x297"),
    "SELFCARE_FONTS": ("/no/such/folder", "/etc/hostname"),
    "SELFCARE_URL": ("javascript:x", "https://a.example/path", "https://a.example?x", "https://a b", "http://a.example"),
    "SELFCARE_TRUSTED_PROXIES": ("0", "10", "-1", "proxy.example", "10.0.0.0/33", "10.0.0.1/8", "all", "*"),
    "SELFCARE_CONTROLLER": ("Riverside\nTrust", "x" * 301, "Riverside\x1b[2J", "Riverside \u202etsurT"),
    "SELFCARE_SECURITY_CONTACT": (
        "security@riverside.example", "http://riverside.example", "javascript:x", "tel:999", "mailto:a@b.example\nX: y",
    ),
    "SELFCARE_METRICS": ("metrics", "0", "70000", "somewhere:9464", "10.0.0.5:", ":::"),
    "SELFCARE_LOG": ("journal", "log/selfcare"),
    "SELFCARE_NEWER_DATABASE": ("40", "newest", "00401"),
    "SELFCARE_ERASE_DIED_YEARS": ("0", "-1", "always", "100"),
    "SELFCARE_ERASE_ENDED_YEARS": ("0", "8 years"),
    "SELFCARE_CLOSE_ACCOUNTS_YEARS": ("Never!", "1.5"),
    "SELFCARE_KEEP_YEARS": ("0", "-1", "eight", "8 years", "100", "٨"),
    "SELFCARE_STAFF_SIGN_IN": (
        "login.riverside.example", "http://login.riverside.example", "https://a.example?x=1", "https://a@b.example",
        "https://a.example#x", "https://a b.example", "javascript:x",
    ),
    "SELFCARE_STAFF_SIGN_IN_NAME": ("x" * 41, "Riverside\u202esign-in"),
    "SELFCARE_STAFF_SIGN_IN_ASKS": ("state=x", "scope=profile", "redirect_uri=https://a", "max_age=0", "x", "A=1"),
    "SELFCARE_STAFF_SIGN_IN_SECOND_STEP": ("mfa", "amr=", "sub=rosa"),
    "SELFCARE_PEOPLE_SIGN_IN_KEY": ("/no/such/file", "/etc/hostname"),
    "DATABASE_URL": ("mysql://a/b", "selfcare.db", "sqlite:///no/such/folder/selfcare.db"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in BAD.items() for value in values]
)
def test_what_cannot_be_used_is_named(folder: Path, name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=name) as told:
        read(folder, **{name: value})
    assert str(told.value).count("\n") == 0


@pytest.mark.parametrize(
    ("value", "demo"),
    [(word, True) for word in ("on", "yes", "true", "1", "True", "ON")]
    + [(word, False) for word in ("off", "no", "false", "0", "False", "OFF", "")],
)
def test_the_demonstration_is_on_by_a_closed_list_of_words(folder: Path, value: str, demo: bool) -> None:
    assert read(folder, SELFCARE_DEMO=value).demo is demo


def test_the_demonstration_is_off_where_nothing_is_said(folder: Path) -> None:
    assert read(folder).demo is False


def test_what_others_can_open_names_its_address_and_its_proxy(folder: Path) -> None:
    with pytest.raises(BadSetting, match="SELFCARE_TRUSTED_PROXIES"):
        read(folder, SELFCARE_URL=BEYOND["SELFCARE_URL"])
    with pytest.raises(BadSetting, match="SELFCARE_DEMO"):
        read(folder, SELFCARE_DEMO="on", **BEYOND)
    found = read(folder, **BEYOND)
    assert found.url == BEYOND["SELFCARE_URL"]
    assert [str(network) for network in found.trusted_proxies] == ["10.0.0.0/8"]  # type: ignore[union-attr]
    assert read(folder, SELFCARE_TRUSTED_PROXIES="2").trusted_proxies == 2
    assert read(folder, SELFCARE_URL="http://localhost:8000").trusted_proxies == ()


@pytest.mark.parametrize("mode", [0o755, 0o750, 0o701, 0o777])
def test_a_folder_that_others_can_read_is_refused(folder: Path, mode: int) -> None:
    """Of the keys, and of the database; closed, it is taken."""
    folder.chmod(mode)
    with pytest.raises(BadSetting, match="chmod 700"):
        read(folder)
    other = folder.parent / "other"
    with pytest.raises(BadSetting, match="DATABASE_URL"):
        read(other, DATABASE_URL=f"sqlite:///{folder / 'selfcare.db'}")
    folder.chmod(0o700)
    assert read(other, DATABASE_URL=f"sqlite:///{folder / 'selfcare.db'}").data == other
    assert other.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["secret-key", "vapid-key.pem"])
@pytest.mark.parametrize("rubbish", [b"", b"\0" * 64, b"\xff\xfe\xfd" * 20, b"x"])
def test_a_kept_key_that_is_rubbish_is_named(folder: Path, name: str, rubbish: bytes) -> None:
    (folder / name).write_bytes(rubbish)
    with pytest.raises(BadSetting, match=name):
        Settings.from_environment({"SELFCARE_DATA": str(folder)})


def test_a_folder_that_cannot_be_made_is_named(folder: Path) -> None:
    (folder / "file").write_text("")
    with pytest.raises(BadSetting, match="SELFCARE_DATA"):
        read(folder / "file" / "data")


def test_keys_are_made_once_and_kept_closed(folder: Path) -> None:
    before = os.umask(0)
    try:
        first = Settings.from_environment({"SELFCARE_DATA": str(folder)})
        again = Settings.from_environment({"SELFCARE_DATA": str(folder)})
    finally:
        os.umask(before)
    assert first.secret_key == again.secret_key
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_who_answers_is_blank_until_it_is_said(folder: Path) -> None:
    """Alone catches: a name that is made up, and a setting that is read under another name than the documents give."""
    assert read(folder).service == Service()
    document = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
    values = {f"SELFCARE_{each.name.upper()}": "کہ\u200cدیا, Riverside" for each in fields(Service)}
    values |= {"SELFCARE_SECURITY_CONTACT": "tel:+441632960100", "SELFCARE_KEEP_YEARS": "8"}
    for name in ("ERASE_DIED", "ERASE_ENDED", "CLOSE_ACCOUNTS"):
        values[f"SELFCARE_{name}_YEARS"] = "8"
    found = read(folder, **values).service
    assert all(vars(found).values())
    assert read(folder, SELFCARE_ERASE_DIED_YEARS="never").service.erase_died_years == 0
    assert [name for name in values if f"`{name}`" not in document] == []


def test_passwords_are_dear_to_guess_whatever_the_environment_says(folder: Path) -> None:
    """Tests make them cheap; no variable may (RFC 9106, the second recommendation)."""
    assert read(folder, SELFCARE_PASSWORD_COST="1,8,1").password_cost == (3, 65536, 4)


def test_a_sign_in_elsewhere_is_whole_or_nobody_is_offered_it(folder: Path) -> None:
    """Alone catches: a button that leads nowhere, and a secret that is shown where settings are printed."""
    whole = {
        "SELFCARE_PEOPLE_SIGN_IN": "https://auth.example", "SELFCARE_PEOPLE_SIGN_IN_NAME": "NHS login",
        "SELFCARE_PEOPLE_SIGN_IN_CLIENT": "selfcare", "SELFCARE_PEOPLE_SIGN_IN_SECRET": "not to be shown",
        "SELFCARE_PEOPLE_SIGN_IN_ASKS": 'scope=openid+profile&vtr=["P5.Cp.Cd"]',
    }  # fmt: skip
    found = read(folder, **whole).sign_ins
    (one,) = found.whole
    assert (one.key, one.scope, one.asks, found.lacking) == (
        "people",
        "openid profile",
        (("vtr", '["P5.Cp.Cd"]'),),
        (),
    )
    assert "not to be shown" not in repr(found)
    for name in whole:
        said = read(folder, **{each: value for each, value in whole.items() if each != name}).sign_ins
        lacks = () if name.endswith("_ASKS") else (name,)
        assert (said.lacking, len(said.whole)) == (lacks, 1 - len(lacks))
    with pytest.raises(BadSetting, match="not both"):
        read(folder, **whole, SELFCARE_PEOPLE_SIGN_IN_KEY="/etc/hostname")
