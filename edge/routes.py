"""One row per route: where it is, what it runs, and who may call it.

Screens are registered from a table of these rows and in no other way, so that a route without a rule cannot be reached;
a test walks the finished URL map against the tables, and finds every view.
"""

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from importlib import import_module
from typing import Any, Final, NamedTuple, Protocol

ANY_POST: Final[tuple[str, ...]] = ()


class Who(StrEnum):
    """Who may call a route."""

    ANYONE = "anyone"  # no account; the page itself carries nothing that would need one
    HOLDER = "holder"  # whoever holds the unguessable token in the address
    OFFICER = "officer"  # an officer who has logged in
    PROGRAM = "program"  # another program, with the key of this node


class Route(NamedTuple):
    """`methods` are HTTP methods; `view` is called with the parts of the address that `rule` names.

    A view that is written as "module.function" of the blueprint's package is imported when it is first asked for: a
    start need not read the code of a hundred pages to show one.

    A route of an officer says which posts (edge.officers.POSTS) may call it, one of them is enough; ANY_POST: every
    officer. `rank`: 民警 where an assistant may not do it whatever his posts are.
    """

    rule: str
    view: Callable[..., Any] | str
    who: Who
    methods: Sequence[str] = ("GET",)
    posts: tuple[str, ...] | None = None
    rank: str = ""

    @property
    def endpoint(self) -> str:
        """The module and the name of the view: unique, and says where to look."""
        if isinstance(self.view, str):
            return self.view.replace(".", "_")
        return f"{self.view.__module__.rsplit('.', 1)[-1]}_{self.view.__name__}"


# full endpoint -> row, for pages that show only what may be done
_OFFICERS: dict[str, Route] = {}


class Registry(Protocol):
    """What a Flask blueprint offers for the registration of a view."""

    name: str
    import_name: str

    def add_url_rule(self, rule: str, endpoint: str | None = None, view_func: Any = None, **options: Any) -> None: ...


def register(blueprint: Registry, routes: Iterable[Route]) -> dict[str, Who]:
    """Adds every route to the blueprint; returns full endpoint -> who may, for the blueprint's guard.

    Raises ValueError for a route of an officer that does not say which posts may call it.
    """
    rules: dict[str, Who] = {}
    package = blueprint.import_name.rpartition(".")[0]
    for route in routes:
        if route.who is Who.OFFICER and route.posts is None:
            raise ValueError(f"{route.rule}: say which posts may call it, Route(…, posts=ANY_POST) for every officer")
        view = later(f"{package}.{route.view}") if isinstance(route.view, str) else route.view
        blueprint.add_url_rule(route.rule, route.endpoint, view, methods=list(route.methods))
        endpoint = f"{blueprint.name}.{route.endpoint}"
        rules[endpoint] = route.who
        if route.who is Who.OFFICER:
            _OFFICERS[endpoint] = route
    return rules


def rule_of(endpoint: str) -> Route | None:
    """The row of a route of an officer; None for any other."""
    return _OFFICERS.get(endpoint)


def later(name: str) -> Callable[..., Any]:
    """The function of this full name, imported at the first call."""

    def call(*given: Any, **parts: Any) -> Any:
        return find(name)(*given, **parts)

    call.__name__ = name.replace(".", "_")  # Flask takes no dots in it
    call.__doc__ = name
    return call


def find(name: str) -> Callable[..., Any]:
    """Raises ImportError, AttributeError for a name that is wrong."""
    module, _, function = name.rpartition(".")
    found: Callable[..., Any] = getattr(import_module(module), function)
    return found
