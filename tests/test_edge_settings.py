"""node.toml and room.toml: read once, every fault named at once with file and key."""

from pathlib import Path

import pytest

from edge import settings
from edge.config import one_file
from edge.errors import YizhanError

NODE = 'node_id = "5224250017"\n'
ROOM = 'name = "石门乡警务室"\n'


@pytest.fixture
def written(tmp_path):
    def write(node: str = NODE, room: str = ROOM):
        (tmp_path / "node.toml").write_text(node, encoding="utf-8")
        (tmp_path / "room.toml").write_text(room, encoding="utf-8")
        return tmp_path

    return write


def faults(home, environment=None) -> str:
    with pytest.raises(YizhanError) as caught:
        settings.load(home, environment or {})
    assert caught.value.code == "settings_wrong"
    return caught.value.sentence


def test_two_lines_are_enough_for_a_node(written):
    home = written()
    node, room = settings.load(home, {})
    assert node.database == home / "data/node.db"
    assert node.key_file == home / "node.key"
    assert (node.listen_host, node.listen_port, node.centre_url) == ("127.0.0.1", 8600, "")
    assert node.password_cost.memory_kib == 65536
    assert node.login_limits.idle_ms == 600_000
    assert (room.name, room.place, room.languages, room.phones) == ("石门乡警务室", "522425", ("zh-CN",), ())


def test_an_absolute_path_stays_where_it_is(written, tmp_path):
    node, _ = settings.load(written(NODE + f'witness = "{tmp_path}/other/witness"\n'), {})
    assert node.witness == tmp_path / "other/witness"


def test_phones_and_languages_are_read(written):
    _, room = settings.load(
        written(room=ROOM + 'languages = ["zh-CN", "en"]\n[[phones]]\nlabel = "值班"\nnumber = "0857-110 2233"\n'), {}
    )
    assert room.languages == ("zh-CN", "en")
    assert room.phones == (settings.Phone("值班", "0857-110 2233"),)


def test_every_fault_of_both_files_is_named_at_once(written):
    text = faults(written('node_id = "52"\nlisten_port = 99999\nlisten_prot = 1\n', 'name = "x"\nhours = 8\n'))
    for key in (
        "node.toml 第 1 行 node_id",
        "node.toml 第 2 行 listen_port",
        "node.toml 第 3 行 listen_prot",
        "room.toml 第 1 行 name",
        "room.toml 第 2 行 hours",
    ):
        assert key in text
    assert len(text.splitlines()) == 6


def test_a_file_that_is_no_toml_is_named(written):
    assert "node.toml 第 1 行：不是有效的 TOML" in faults(written("node_id = \n"))


def test_a_missing_room_file_is_named(written):
    home = written()
    (home / "room.toml").unlink()
    assert "room.toml：没有这个文件" in faults(home)


def test_a_folder_without_a_node_is_named(tmp_path):
    with pytest.raises(YizhanError) as caught:
        settings.load(tmp_path, {})
    assert caught.value.code == "home_missing"


def test_the_environment_sets_a_key(written):
    node, _ = settings.load(
        written(), {"YIZHAN_LISTEN_PORT": "0", "YIZHAN_CENTRE_URL": "https://zx.example.cn", "YIZHAN_OTHER": "x"}
    )
    assert (node.listen_port, node.centre_url) == (0, "https://zx.example.cn")


def test_the_environment_lists_folders_as_a_path_does(written):
    """Letter by letter, the folder / was offered as a stick."""
    given = {"YIZHAN_FERRY_DIRS": "/media/*:/srv/gateway:"}
    assert settings.load(written(), given)[0].ferry_dirs == ("/media/*", "/srv/gateway")
    assert settings.node_values(Path("/nowhere"), given)["ferry_dirs"] == ["/media/*", "/srv/gateway"]


def test_a_wrong_value_in_the_environment_is_named_too(written):
    assert "listen_port" in faults(written(), {"YIZHAN_LISTEN_PORT": "eighty"})


@pytest.mark.parametrize(
    ("name", "kind", "more"), [("node", settings.Settings, {"home"}), ("room", settings.Room, set())]
)
def test_the_schemas_name_the_same_keys_as_the_program(name, kind, more):
    rules = one_file.schema(name)["properties"]
    assert set(kind.__annotations__) == set(rules) | more
    for key, rule in rules.items():
        assert rule["description"], key


@pytest.mark.parametrize("name", ["node", "room"])
def test_every_key_has_a_default_or_is_required(name):
    rules = one_file.schema(name)
    assert {key for key, rule in rules["properties"].items() if "default" not in rule} == set(rules["required"])
