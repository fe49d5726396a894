"""JSON Schema as a form needs it: places, sentences, and nothing fetched from anywhere."""

import http.server
import threading

import pytest

from forms import texts_en, validation
from forms.validation import SchemaError, Validator, problems
from tests.patience import patience


def one(schema, instance, **options):
    found = problems(schema, instance, **options)
    assert len(found) == 1
    return found[0]


def test_a_missing_property_is_a_problem_at_its_own_place():
    problem = one({"properties": {"a": {"required": ["b/c"]}}}, {"a": {}})
    assert (problem.path, problem.keyword, problem.params) == ("/a/b~1c", "required", {"property": "b/c"})


def test_a_property_that_is_too_much_is_a_problem_at_its_own_place():
    problem = one({"properties": {"a": {}}, "additionalProperties": False}, {"a": 1, "b": 2})
    assert (problem.path, problem.keyword) == ("/b", "additionalProperties")


SIGN = "姓名里不要写“<”，请照证件上的姓名填写；中间的间隔写“·”，外文姓名可以用空格、“-”或者“’”"
SENTENCES = [
    ({"type": "string", "title": "姓名", "minLength": 1}, "", "请填写姓名"),
    ({"type": "string", "title": "事由", "maxLength": 2}, "一二三", "事由最多写2个字，请写短一些"),
    ({"type": "integer", "title": "人数"}, "abc", "人数请填数字"),
    ({"type": "integer", "title": "人数"}, 1.5, "人数请填整数"),
    ({"type": "number", "title": "人数", "minimum": 1}, 0, "人数不能小于1，请核对"),
    ({"type": "array", "title": "同住人", "minItems": 1}, [], "同住人至少要有1人"),
    ({"title": "证件", "oneOf": [{"const": "1", "title": "身份证"}]}, "2", "请在列出的选项中选择“证件”"),
    ({"title": "证件", "enum": ["1"]}, "2", "请在列出的选项中选择“证件”"),
    ({"title": "声明", "const": True}, False, "请阅读后勾选“声明”"),
    ({"title": "号码", "format": "cn-ric"}, "11010519491231002", "身份证号码应为18位，请对照证件再看一遍"),
    (
        {"title": "号码", "format": "cn-ric"},
        "110105194902300029",
        "身份证号码中的出生日期没有这一天，请对照证件再看一遍",
    ),
    ({"title": "号码", "format": "cn-ric"}, "110105194912310021", "身份证号码有一位不对，请对照证件再看一遍"),
    ({"title": "日期", "format": "date"}, "2026-02-31", "没有这一天，请核对日期"),
    ({"title": "日期", "format": "date"}, "明天", "请按年、月、日填写日期，年份写4位数字"),
    ({"title": "电话", "format": "cn-phone"}, "1380013800", "请填11位手机号，或者带区号的固定电话"),
    ({"title": "姓名", "format": "person-name"}, "王梅2", "姓名里不要写数字，请照证件上的姓名填写"),
    ({"title": "姓名", "format": "person-name"}, "A<B", SIGN),
    ({"title": "姓名", "format": "person-name"}, "长" * 51, "请填写姓名，最多50个字，不要写数字和符号"),
    ({"title": "姓名", "format": "person-name"}, "王\x00梅", "请填写姓名，最多50个字，不要写数字和符号"),
    ({"title": "编号", "pattern": "^[0-9]+$"}, "a", "编号的写法不对，请核对"),
]


@pytest.mark.parametrize(("schema", "value", "sentence"), SENTENCES)
def test_a_problem_says_what_to_do(schema, value, sentence):
    assert one(schema, value).message == sentence


@pytest.mark.parametrize(("name", "said"), [("A<B", "“<”"), ("王梅2", "without digits"), ("长" * 51, "at most 50")])
def test_in_english_too_a_name_is_told_what_is_wrong_with_it(name, said):
    assert said in texts_en.sentence("format", {"format": "person-name"}, {}, "Name", name)


def test_every_keyword_has_a_sentence_without_the_value_in_it():
    schema = {
        "properties": {
            "a": {"not": {"type": "string"}},
            "b": {"contains": {"const": 1}, "uniqueItems": True},
            "c": False,
            "d": {"oneOf": [{"type": "string"}, {"minLength": 1}]},
            "e": {"multipleOf": 2},
            "f": {"maxProperties": 0},
        },
        "propertyNames": {"maxLength": 1},
    }
    found = problems(schema, {"a": "110105", "b": [2, 2], "c": 1, "d": "x", "e": 3, "f": {"x": 1}, "long": 1})
    assert {problem.keyword for problem in found} >= {
        "not",
        "contains",
        "uniqueItems",
        "falseSchema",
        "oneOf",
        "multipleOf",
    }
    assert all(problem.message and "110105" not in problem.message for problem in found)


def test_formats_are_an_assertion_only_when_asked():
    assert problems({"format": "cn-ric"}, "1", formats=False) == []
    assert one({"format": "cn-ric"}, "1").keyword == "format"


def test_a_reference_reaches_only_the_resources_that_are_handed_in():
    schema = {"$ref": "https://example.cn/name"}
    assert one(schema, 1, resources={"https://example.cn/name": {"type": "string"}}).keyword == "type"
    with pytest.raises(SchemaError):
        problems(schema, 1)


@pytest.fixture
def listener():
    """A server that counts who asks it."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port, asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_nothing_is_ever_fetched(listener, tmp_path):
    port, asked = listener
    file = tmp_path / "schema.json"
    file.write_text("{}")
    for uri in (f"http://127.0.0.1:{port}/x.json", file.as_uri(), f"http://127.0.0.1:{port}/x.json#/$defs/a"):
        with pytest.raises(SchemaError):
            problems({"$ref": uri}, 1)
        assert problems({"$schema": uri}, 1) == []
    assert asked == []


ENDLESS_PATTERNS = ("^(a+)+$", "^(a|a)*$", "^(?!b)(a+)+$", r"^(\w+\s?)*$", "^(?=a)(a*)*$")
ENDLESS_TEXT = "a" * 5000 + "!"


@pytest.mark.parametrize("pattern", ENDLESS_PATTERNS)
def test_a_pattern_cannot_keep_the_validator_busy(pattern):
    """How soon it is through is measured by bench_hostile.py."""
    with patience():
        Validator({"pattern": pattern}).problems(ENDLESS_TEXT)


def test_a_schema_that_is_none_is_refused():
    for schema in ({"type": "nonsense"}, {"pattern": "("}, {"minimum": "x"}, {"pattern": "a{1000000000}"}):
        with pytest.raises(SchemaError):
            problems(schema, 1)
    with pytest.raises(SchemaError):
        problems({}, 1, dialect="draft3")


def test_an_instance_that_is_no_json_is_refused():
    with pytest.raises(SchemaError):
        problems({"type": "string"}, {1, 2})
    assert not validation.Validator({"type": "string"}).holds({1, 2})


def test_a_long_list_of_mistakes_ends():
    found = problems({"items": {"type": "string"}}, list(range(5000)))
    assert len(found) == validation.limits.PROBLEMS_MAX
