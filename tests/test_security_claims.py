"""Single sentences of the table of ASVS 5.0 (tests/asvs.tsv) that no other test shows."""

import io
import json
import logging
import re
from pathlib import Path

import pytest

from edge import accounts, log_lines
from edge.accounts import Cost
from edge.app import create_app
from edge.config import one_file
from forms import fields
from forms.validation import problems
from sync.centre.app import create_app as create_centre_app

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted(path for name in ("edge", "kiosk", "sync") for path in (ROOT / name).rglob("*.html"))
# what a template takes as HTML: pictures of codes that we draw, and a text of the room after its own renderer
MADE_BY_US = {"offer.code", "once.code", "code", "one.body"}
# who draws lots or spreads waiting; everything that nobody may guess comes from `secrets` and `os.urandom`
GUESSABLE = re.compile(
    r"edge/(sample/\w+|made_up|practice_people|carrying|scheduler)\.py"
    r"|sync/(push|coding/made_\w+|centre/admission)\.py"
)


@pytest.fixture(params=["node", "centre"])
def app(request):
    make = create_app if request.param == "node" else create_centre_app
    return make(request.getfixturevalue(request.param))


def test_every_template_escapes_as_it_is_written_out(app):
    """ASVS 1.1.2: the engine does it, last of all."""
    names = [name for name in app.jinja_env.list_templates() if name.endswith(".html")]
    assert len(names) > 100
    assert all(app.select_jinja_autoescape(name) for name in names)
    with app.app_context():
        assert app.jinja_env.from_string("{{ said }}").render(said="<b>&'\"") == "&lt;b&gt;&amp;&#39;&#34;"


def test_no_template_lets_through_what_somebody_typed():
    found = [
        one for path in TEMPLATES for one in re.findall(r"([^\s(|]+)\s*\|\s*safe", path.read_text(encoding="utf-8"))
    ]
    assert len(TEMPLATES) > 150
    assert {one for one in found if not one.endswith(("'", '"'))} == MADE_BY_US
    assert not any("autoescape" in path.read_text(encoding="utf-8") for path in TEMPLATES)


@pytest.mark.parametrize("length", [8, 64, 200])
def test_a_password_may_be_long(length):
    """ASVS 6.2.9."""
    accounts.check_password(("山高水远灯火长明" * 25)[:length], "wangfang")


def test_a_password_costs_64_mib_and_three_passes_unless_a_setting_says_otherwise():
    """ASVS 11.4.2."""
    rules = one_file.schema("node")["properties"]
    assert (rules["password_memory_kib"]["default"], rules["password_passes"]["default"]) == (65_536, 3)
    assert accounts.hash_password("山高 水远 灯火", Cost()).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_what_nobody_may_guess_comes_from_the_system():
    """ASVS 6.5.3, 11.5.1: `random` is for samples and for spreading; everything else is drawn by `secrets`."""
    sources = [path for name in ("edge", "forms", "kiosk", "sync") for path in (ROOT / name).rglob("*.py")]
    drawn = re.compile(r"^\s*(?:import|from) random\b", re.MULTILINE)
    found = {path.relative_to(ROOT).as_posix() for path in sources if drawn.search(path.read_text(encoding="utf-8"))}
    assert found
    assert {name for name in found if not GUESSABLE.fullmatch(name)} == set()


@pytest.mark.parametrize("path", ["/static", "/static/", "/static/icons/", "/static/../", "/s/", "/review/static/"])
def test_no_folder_is_listed(app, path):
    """ASVS 13.4.3."""
    answer = app.test_client().get(path)
    assert answer.status_code in {404, 308}
    assert "yizhan.css" not in answer.headers.get("Location", "")
    assert "Index of" not in answer.text


def test_no_browser_may_keep_any_page(app):
    """ASVS 14.3.2: every address, whoever asks and whatever comes of it."""
    client, seen = app.test_client(), 0
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            values = {name: 1 if f"<int:{name}>" in rule.rule else "x" for name in rule.arguments}
            with client.get(rule.build(values)[1]) as answer:
                assert answer.headers["Cache-Control"] == "no-store", rule.rule
            seen += 1
    assert seen > 80


@pytest.mark.parametrize("formatter", [log_lines.Plain, log_lines.Json])
def test_a_message_stays_on_its_line(formatter):
    """ASVS 16.4.1: whoever gets a line break into a message begins no line of his own."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter())
    forged = "x.jpg\r\n2026-01-01 00:00:00 ERROR edge forged\u2028\x1b[2J\x85"
    said = {"msg": "a file called %s", "args": (forged,), "levelname": "WARNING", "name": "edge"}
    handler.emit(logging.makeLogRecord(said))
    written = out.getvalue()
    assert len(written.splitlines()) == 1
    assert "\x1b" not in written
    assert "forged" in written


def test_a_line_of_the_programs_own_log_is_json_with_time_level_part_and_text():
    """ASVS 16.2.4."""
    said = json.loads(log_lines.Json().format(logging.makeLogRecord({"msg": "x", "levelname": "INFO", "name": "edge"})))
    assert said.keys() == {"at", "level", "part", "text"}
    assert said["at"].endswith("+00:00")


@pytest.mark.parametrize(
    ("schema", "value"),
    [({"type": "integer"}, "1"), ({"type": "integer"}, True), ({"type": "boolean"}, 1), ({"type": "boolean"}, "true"),
     ({"type": "string"}, 1), ({"const": 1}, True), ({"enum": [0]}, False), ({"type": "number"}, None)],
)  # fmt: skip  # a table
def test_a_value_of_another_type_is_no_answer(schema, value):
    """ASVS 15.3.5."""
    assert [one.path for one in problems(schema, value)] == [""]


@pytest.mark.parametrize(
    ("check", "value"),
    [(fields.count, True), (fields.count, "1"), (fields.count, 1.0), (fields.size, True), (fields.flag, 1), (fields.flag, "true"),
     (fields.day, 20261121), (fields.text(0, 9), None), (fields.pattern("[0-9]+"), 12), (fields.whole(1, 5), True)],
)  # fmt: skip  # a table
def test_a_field_of_an_event_is_of_its_type_or_refused(check, value):
    with pytest.raises(ValueError, match="field"):
        check(value, "field")


@pytest.mark.parametrize(
    ("title", "words"),
    [("登录只有这几条路", ("密码", "第二因子", "练习室", "程序用的密钥")), ("记录有三种", ("办件日志", "账号记录", "程序日志"))],
)  # fmt: skip  # a table
def test_the_page_of_safety_names_the_ways_in_and_the_records(title, words):
    """ASVS 6.1.3, 16.1.1: both are requirements of what is written down."""
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    paragraph = text[text.index(title) :].split("\n- ")[0]
    assert [word for word in words if word not in paragraph] == []
