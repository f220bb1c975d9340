"""Room: a blueprint that refuses a view without an access mark, at import."""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

from flask import Blueprint, Flask
from flask.json.provider import DefaultJSONProvider
from werkzeug.routing import Rule

from selfcare.web.access import UnmarkedView
from selfcare.web.front import Front


def _refuse_unmarked(rule: str, view: Any) -> None:
    if view is not None and not hasattr(view, "access"):
        name = getattr(view, "__name__", view)
        marks = "public, signed_in, on_panel, on_asks, on_ask, on_record or on_shared_summary"
        raise UnmarkedView(f"{name} at {rule} has no access mark ({marks})")


class Room(Blueprint):
    """A blueprint of one room. `get` and `post` of one address are two views with a mark each."""

    def add_url_rule(
        self, rule: str, endpoint: str | None = None, view_func: Any = None, *args: Any, **options: Any
    ) -> None:
        _refuse_unmarked(rule, view_func)
        super().add_url_rule(rule, endpoint, view_func, *args, **options)


class Json(DefaultJSONProvider):
    """JSON that is nested deeper than it can be read is unreadable, like any other that is."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        try:
            return super().loads(s, **kwargs)
        except RecursionError:
            raise ValueError("nested too deeply") from None


class Route(Rule):
    """A route whose addresses are put together by code that is made when one is first asked for, not at every start:
    there are seven hundred.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        made = cache(partial(super()._compile_builder, append_unknown))
        return lambda route, /, **values: made()(route, **values)


class House(Flask):
    """The app: the same rule holds for what is registered on it directly."""

    json_provider_class = Json
    url_rule_class = Route

    __rsgi__: Front  # the door that the granian server comes in by

    def add_url_rule(
        self, rule: str, endpoint: str | None = None, view_func: Any = None, *args: Any, **options: Any
    ) -> None:
        _refuse_unmarked(rule, view_func)
        super().add_url_rule(rule, endpoint, view_func, *args, **options)
