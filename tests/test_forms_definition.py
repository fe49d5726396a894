"""Reading a service file: limits, digest, lines, and a catalogue of versions."""

import contextlib
import json
import random
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from forms_support import definition_file

from forms import definition, lint, reading
from forms.definition import DefinitionError
from tests.patience import patience

SERVICES = Path(definition.__file__).with_name("services")


def write(folder, content, name="service.json"):
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=1), "utf-8")
    return path


def faults(source):
    with pytest.raises(DefinitionError) as error:
        definition.load(source)
    return error.value.faults


def test_a_file_and_its_parsed_content_are_the_same_definition(tmp_path):
    from_file = definition.load(write(tmp_path, definition_file()))
    from_content = definition.load(definition_file())
    assert (from_file.id, from_file.version, from_file.digest) == (
        from_content.id,
        from_content.version,
        from_content.digest,
    )
    assert from_file.title == "居住登记示例"
    assert [page.label for page in from_file.pages] == ["申请人", "住处", "随同人员", "签名"]


def test_the_digest_does_not_depend_on_how_the_file_is_written(tmp_path):
    content = definition_file()
    keys = list(content)
    random.Random(1).shuffle(keys)
    shuffled = write(tmp_path, json.dumps({key: content[key] for key in keys}, ensure_ascii=True, indent=7))
    assert definition.load(shuffled).digest == definition.load(content).digest


def test_every_change_gives_another_digest():
    content = definition_file()
    content["schema"]["title"] += "。"
    assert definition.load(content).digest != definition.load(definition_file()).digest


def test_a_file_with_a_byte_order_mark_is_read(tmp_path):
    path = tmp_path / "service.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(definition_file()).encode())
    assert definition.load(path).id == "juzhu-shili"


BROKEN = [
    ('{\n "id": 1,\n}', 3, "不是正确的 JSON：这里应当是带双引号的键，可能多了一个逗号"),
    ('{\n "id": "x"\n "b": 1}', 3, "不是正确的 JSON：缺少逗号"),
    ("", 1, "不是正确的 JSON：这里缺少内容"),
    ("[" * 100_000, 0, "嵌套超过 60 层"),
    ('{"a": NaN}', 0, "文件里有不能使用的数"),
    ('{"a": 1e999}', 1, "数太大，不能准确保存"),
    ('{"a": 12345678901234567890}', 1, "数太大，不能准确保存"),
    ('{"a": ' + "9" * 10_000 + "}", 0, "文件里有不能使用的数"),
    ('{"a": "\\ud800"}', 1, "文字里有坏字符（半个代理对）"),
    ('{"\\ud800": 1}', 1, "键里有坏字符（半个代理对）"),
    ("[]", 1, "事项文件应当是一个 JSON 对象"),
    ("true", 1, "事项文件应当是一个 JSON 对象"),
]


@pytest.mark.parametrize(("text", "line", "message"), BROKEN, ids=range(len(BROKEN)))
def test_a_broken_file_is_refused_with_its_line(tmp_path, text, line, message):
    fault = faults(write(tmp_path, text))[0]
    assert (fault.file, fault.line, fault.message) == ("service.json", line, message)
    assert fault.hint


def test_a_file_that_is_too_large_or_not_there_is_refused(tmp_path):
    assert faults(write(tmp_path, '"' + "x" * 2_000_001 + '"'))[0].message == "文件太大"
    assert faults(tmp_path / "nowhere.json")[0].message == "文件打不开"
    path = tmp_path / "gb.json"
    path.write_bytes('{\n"名": 1}'.encode("gb18030"))
    assert (faults(path)[0].line, faults(path)[0].message) == (2, "文件不是 UTF-8 编码")


def test_a_key_that_comes_twice_is_named_with_its_second_line(tmp_path):
    text = json.dumps(definition_file(), ensure_ascii=False, indent=1)
    text = text.replace('"copies": 0,', '"copies": 0,\n"copies": 0,')
    fault = faults(write(tmp_path, text))[0]
    assert fault.pointer == "/x-service/materials/0/copies"
    assert text.splitlines()[fault.line - 1].startswith('"copies"')


def test_lines_of_pointers_are_found_whatever_the_layout():
    text = '{\n "a": {\n  "b": [1,\n 2, {"c": "x\\"}{",\n "d":4}], "e":{}, "k":[]\n }, "z/":1\n}'
    places = reading.Lines(text).places()
    assert places == {
        "": 1, "/a": 2, "/a/b": 3, "/a/b/0": 3, "/a/b/1": 4, "/a/b/2": 4, "/a/b/2/c": 4, "/a/b/2/d": 5, "/a/e": 5,
        "/a/k": 5, "/z~1": 6,
    }  # fmt: skip  # a table
    assert reading.Lines(text).line("/a/b/2/missing") == 4
    assert reading.Lines("").line("/a") == 0


def test_files_that_were_checked_before_are_only_read(tmp_path):
    content = definition_file()
    content["x-samples"]["valid"][0]["answers"] = {}
    path = write(tmp_path, content)
    digest = next(iter(digests(content)))
    assert faults(path)
    assert definition.load(path, known={digest}).digest == digest


def digests(content):
    import hashlib

    import rfc8785

    return {hashlib.sha256(rfc8785.dumps(content)).hexdigest()}


def version(number):
    return {**definition_file(), "version": number}


def test_a_catalogue_keeps_every_version_and_shows_the_newest(tmp_path):
    for number in ("2026.9.9", "2026.11.2", "2026.11.10"):
        write(tmp_path, version(number), f"{number}.json")
    catalogue = definition.load_all(tmp_path)
    assert catalogue["juzhu-shili"].version == "2026.11.10"
    assert catalogue.get("juzhu-shili", "2026.9.9").version == "2026.9.9"
    assert catalogue.get("juzhu-shili", "1999.1.1") is None
    assert catalogue.get("nobody") is None
    assert catalogue.by_digest(catalogue["juzhu-shili"].digest) is catalogue["juzhu-shili"]
    assert ("juzhu-shili" in catalogue, len(catalogue), list(catalogue)) == (True, 1, ["juzhu-shili"])
    with pytest.raises(KeyError):
        catalogue["nobody"]


def test_a_folder_names_the_faults_of_all_its_files(tmp_path):
    write(tmp_path, "{", "a.json")
    write(tmp_path, {**definition_file(), "extra": 1}, "b.json")
    write(tmp_path, version("2026.9.9"), "c.json")
    write(tmp_path, version("2026.9.9"), "d.json")
    with pytest.raises(DefinitionError) as error:
        definition.load_all(tmp_path)
    assert [fault.file for fault in error.value.faults] == ["a.json", "b.json", "d.json"]
    assert "b.json" in str(error.value)


def test_the_catalogue_that_comes_with_the_program_has_no_fault():
    assert lint.check_paths([SERVICES]) == []
    assert len(definition.load_all(SERVICES)) >= 3


@pytest.fixture
def listener():
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port, asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_reference_out_of_the_file_is_refused_and_never_asked_for(listener, tmp_path):
    port, asked = listener
    for ref in (f"http://127.0.0.1:{port}/x", (tmp_path / "x.json").as_uri(), "other.json#/$defs/a", "urn:x"):
        content = definition_file()
        content["schema"]["properties"]["photo"]["$ref"] = ref
        fault = faults(content)[0]
        assert (fault.pointer, fault.message) == ("/schema/properties/photo/$ref", f"引用到了文件外面：{ref}")
        content = definition_file()
        condition = content["uischema"]["elements"][0]["elements"][-1]["rule"]["condition"]
        condition["schema"] = {"$ref": ref}
        assert faults(content)[0].message == f"引用到了文件外面：{ref}"
    assert asked == []


def nested(levels):
    value = {}
    for _ in range(levels):
        value = {"properties": {"a": value}}
    return value


def bomb():
    """Each definition holds the one before twice: 2^30 when written out."""
    defs = {"d0": {"type": "string"}}
    for level in range(1, 30):
        ref = {"$ref": f"#/$defs/d{level - 1}"}
        defs[f"d{level}"] = {"type": "object", "properties": {"a": ref, "b": ref}, "allOf": [ref, ref]}
    return defs


def fan():
    """Each definition has forty properties of the one before: 40^30 when written out."""
    defs = {"d0": {"type": "string"}}
    for level in range(1, 30):
        fields = {f"p{index}": {"$ref": f"#/$defs/d{level - 1}"} for index in range(40)}
        defs[f"d{level}"] = {"type": "object", "properties": fields}
    return defs


def with_schema(**parts):
    content = definition_file()
    content["schema"].update(parts)
    return content


def with_field(**schema):
    content = definition_file()
    content["schema"]["properties"]["photo"].update(schema)
    return content


def many_rules(count):
    content = definition_file()
    rule = {"effect": "SHOW", "condition": {"type": "LEAF", "scope": "#/properties/photo", "expectedValue": 1}}
    element = {"type": "Control", "scope": "#/properties/photo", "rule": rule}
    content["uischema"]["elements"][0]["elements"] += [element] * count
    return content


HOSTILE = {
    "deep": lambda: with_schema(**{"$defs": {"x": nested(50)}}),
    "rules": lambda: many_rules(20_000),
    "million rules": lambda: many_rules(1_000_000),
    "bomb": lambda: with_schema(**{"$defs": bomb() | definition_file()["schema"]["$defs"]}),
    "bomb in use": lambda: with_schema(
        **{"$defs": bomb() | definition_file()["schema"]["$defs"], "$ref": "#/$defs/d29"}
    ),
    "fan in use": lambda: with_schema(**{"$defs": fan() | definition_file()["schema"]["$defs"], "$ref": "#/$defs/d29"}),
    "self": lambda: with_field(**{"$ref": "#/properties/photo"}),
    "pattern": lambda: with_field(pattern="^(?=a)(a+)+$"),
    "large pattern": lambda: with_field(pattern="(a{1000}){1000}"),
    "huge number": lambda: with_field(maxLength=10**30),
    "surrogate": lambda: with_field(title="\ud800"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_or_served_and_never_without_end(name):
    """How long each takes is measured by bench_forms.py; here a file only must not keep the processor for ever."""
    content = HOSTILE[name]()
    with patience(), contextlib.suppress(DefinitionError):
        definition.load(content)
