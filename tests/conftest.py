"""Fixtures that several test files share: real SQLite in a temporary folder, a clock that a test moves."""

import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from service_for_tests import SERVICE

from edge import database as database_module
from edge import migrations
from edge import node as node_module
from edge.accounts import Cost
from edge.database import Database
from edge.node import Node, open_node
from forms.definition import Definition
from sync.centre.centre import Centre, open_centre
from sync.centre.centre import create_home as create_centre
from sync.https import HttpsLink
from sync.push import Push
from tests.programs import CHEAP
from tests.signing import publish_file, publish_folder, trust_publisher
from tests.slow_files import SLOW_FILES
from tests.sync_pair import CentreServer, give_enrolment

# The same examples in every run, so that a change is judged by what it changed: HYPOTHESIS_PROFILE=search looks for
# new ones.
settings.register_profile("fixed", derandomize=True, database=None, deadline=None)
settings.register_profile("search", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))


class FixedClock:
    """A clock that stands until a test moves it; ticks move with it and only forward."""

    def __init__(self, now: str = "2026-11-21T09:12:03+08:00", ticks: int = 1_000_000) -> None:
        self.moment = datetime.fromisoformat(now)
        self._ticks = ticks
        self._centre = ""

    def now(self) -> str:
        return self.moment.isoformat(timespec="seconds")

    def today(self) -> str:
        return self.now()[:10]

    def ticks(self) -> int:
        return self._ticks

    def centre_time(self) -> str:
        return self._centre

    def set_centre_time(self, at: str) -> None:
        self._centre = max(self._centre, at)

    def raise_floor(self, ticks: int) -> None:
        self._ticks = max(self._ticks, ticks)

    def advance(self, **span: float) -> None:
        """As datetime.timedelta: advance(minutes=11). A negative span is a wall clock set back; ticks stand then."""
        step = timedelta(**span)
        self.moment += step
        self._ticks += max(0, int(step.total_seconds() * 1000))


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


KEY = bytes(range(32))


@pytest.fixture
def database(tmp_path: Path, clock: FixedClock):
    opened = Database(tmp_path / "node.db", KEY, clock)
    migrations.migrate(opened)
    yield opened
    opened.close()


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "node.key"
    path.write_text(database_module.create_key())
    return path


# people of most tests log in by password alone; what a new room and a new centre ask for has tests of its own
PLAIN_LOGIN = {"second_proof": ""}
os.environ.setdefault("YIZHAN_CENTRE_SECOND_PROOF", "")


def make_home(folder: Path, **keys: object) -> Path:
    """A new node's folder with the service for tests and cheap password hashing."""
    node_module.create_home(
        folder, "5224250017", "石门乡警务室", password_memory_kib=8192, password_passes=1, **PLAIN_LOGIN | keys
    )
    services = folder / "services"
    services.mkdir()
    publish_file(services / "ceshi-dengji.json", SERVICE)
    trust_publisher(folder)
    return folder


@pytest.fixture(scope="session")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home that most tests begin with, made and opened once: a copy of it takes a tenth of the time."""
    home = make_home(tmp_path_factory.mktemp("made") / "home")
    open_node(home, FixedClock()).close()
    return home


@pytest.fixture
def home(tmp_path: Path, made_home: Path) -> Path:
    return Path(shutil.copytree(made_home, tmp_path / "home"))


@pytest.fixture
def node(home: Path, clock: FixedClock):
    """An open node with the service `ceshi-dengji` beside the packaged ones."""
    opened = open_node(home, clock)
    yield opened
    opened.close()


@pytest.fixture
def definition(node: Node) -> Definition:
    return node.newest("ceshi-dengji")


@pytest.fixture
def citizen(node: Node):
    """A tests.kiosk_app.Citizen at the kiosk of the test's node."""
    from tests.kiosk_app import Citizen, kiosk_app  # only the tests of screens need Flask

    return Citizen(kiosk_app(node))


# --- a node and a centre with real HTTP between them (tests/sync_pair.py)


@pytest.fixture(scope="session")
def empty_centre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a new centre, made once: checking all its definitions takes most of a second."""
    home = tmp_path_factory.mktemp("empty") / "centre"
    create_centre(home)
    return home


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    """What the centre keeps its rows in: "sqlite", or for the files of ON_EACH_ENGINE the other one as well."""
    return getattr(request, "param", "sqlite")


@pytest.fixture
def centre(request: pytest.FixtureRequest, tmp_path: Path, clock: FixedClock, empty_centre: Path, engine: str):
    """A real centre with cheap password hashing."""
    home = shutil.copytree(empty_centre, tmp_path / "centre")
    if engine == "postgresql":
        use_database(home, request.getfixturevalue("postgresql_like_new"))
    opened = open_centre(home, clock, Cost(1024, 1, 1))
    yield opened
    opened.close()


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Machines that a test starts like a program hash passwords at little cost."""
    for name, value in CHEAP.items():
        monkeypatch.setenv(name, value)


# --- PostgreSQL: one server for those tests of a process that need it (tests/postgres_server.py)


@pytest.fixture(scope="session")
def postgresql():
    """Starts with the first test that asks, and ends with the last."""
    from tests.postgres_server import postgres

    with postgres() as running:
        yield running


@pytest.fixture(scope="session")
def empty_postgresql(postgresql, empty_centre: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with the tables of a new centre, for others to be made like it."""
    name = postgresql.create()
    home = shutil.copytree(empty_centre, tmp_path_factory.mktemp("template") / "centre")
    use_database(home, postgresql.address(name))
    open_centre(home).close()
    return name


@pytest.fixture
def postgresql_like_new(postgresql, empty_postgresql: str):
    """The address of a database of a new centre."""
    with postgresql.database(empty_postgresql) as address:
        yield address


def use_database(home: Path, address: str) -> None:
    """From its next start on a centre keeps its rows there."""
    with (home / "centre.toml").open("a") as file:
        file.write(f'database = "{address}"\n')


@pytest.fixture
def server(centre: Centre):
    """The centre behind HTTP on loopback; a test may spoil its answers."""
    made = CentreServer(centre)
    yield made
    made.close()


@pytest.fixture
def push(node: Node, centre: Centre, server: CentreServer):
    """Carries from `node`, which was given its enrolment file and has not spoken to the centre yet."""
    give_enrolment(node, centre, server.url)
    publish_folder(node, centre)
    link = HttpsLink(server.url, progress_s=10.0)
    yield Push(node, link)
    link.close()


@pytest.fixture
def enrolled(push: Push) -> Push:
    """A push that has been through its first contact; the node's log is still empty."""
    assert push.round().went_well
    return push


# files and tests in which what is asked of the centre on a file is asked of it on PostgreSQL too
ON_EACH_ENGINE = frozenset(
    [
        "test_sync_centre_cases",
        "test_sync_centre_crash",
        "test_sync_centre_hostile",
        "test_sync_centre_receiver",
        "test_sync_centre_together",
        "test_the_counters_follow_every_batch_and_every_act",
        "test_both_wait_and_are_raised_level_by_level_once_each",
        "test_one_from_a_phone_is_answered_once_and_the_room_hears_nothing",
        "test_the_same_seed_draws_the_same_and_is_written_down_once",
        "test_a_call_in_time_ends_it_and_one_that_came_late_stays_seen",
        "test_every_level_is_the_sum_of_the_level_below_and_of_the_logs",
        "test_made_twice_it_is_the_same_to_the_byte_whenever_that_is",
        "test_a_crash_within_a_retry_leaves_everything_as_it_was",
        "test_a_new_code_lets_another_machine_take_the_place_and_ends_the_old_keys",
        "test_new_keys_that_were_refused_are_never_bound_afterwards",
        "test_rooms_are_listed_with_what_is_the_matter",
        "test_the_lists_find_by_state_number_and_name",
        "test_the_page_of_a_room_judges_anew_and_sets_aside",
        "test_a_search_finds_names_and_numbers_and_nothing_that_only_looks_alike",
        "test_what_many_have_is_found_the_same_as_what_few_have_and_the_latest_first",
        "test_a_store_that_counted_days_and_months_counts_years_as_well",
        "test_the_rooms_that_want_looking_at_come_first",
        "test_the_list_narrows_and_orders",
        "test_the_list_goes_page_by_page_and_leaves_nobody_out",
        "test_a_room_without_the_pack_of_all_rooms_rings",
        "test_the_desk_of_the_supervisor_from_the_list_to_the_answer",
        "test_nobody_draws_what_he_had_a_hand_in_nor_what_is_sealed_or_open",
        "test_every_change_has_one_row_whichever_side_it_came_from_and_however_often_it_comes",
        "test_two_programs_that_look_at_once_tell_it_once",
        "test_applications_and_ratings_come_under_the_names_that_other_systems_know",
        "test_two_reviewers_on_one_application_cannot_overwrite_each_other",
        "test_what_can_be_acted_on_now_is_taken_with_those_behind_it_and_the_room_is_told",
        "test_a_machine_whose_twin_is_in_doubt_learns_it_although_it_has_nothing_new",
    ]
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    named = {_stem(metafunc.module), metafunc.function.__name__}
    if "engine" in metafunc.fixturenames and named & ON_EACH_ENGINE:
        engines = ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)]
        metafunc.parametrize("engine", engines, indirect=True)


def _stem(module: object) -> str:
    return module.__name__.rpartition(".")[2]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where slow tests are left out anyway, their files need not be read: that is a third of the time of `make check`."""
    return True if "not slow" in config.option.markexpr and collection_path.stem in SLOW_FILES else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.stem in SLOW_FILES:
            item.add_marker(pytest.mark.slow)
