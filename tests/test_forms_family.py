"""A composed service beside its parts: whichever file is changed, what no longer fits is told before anybody files it."""

import json
import shutil

import pytest

from edge.preview import create_app
from edge.publishing import on_disk
from forms import lint
from forms.definition import PACKAGED, load
from forms.faults import DefinitionError

WHOLE, PART = "gongmin-shenhou.json", "sangzang-buzhu.json"


@pytest.fixture
def folder(tmp_path):
    return tmp_path


def put(folder, name, change=dict):
    value = json.loads((PACKAGED / name).read_text(encoding="utf-8"))
    value["version"] = "2027.1.1"
    value["schema"].pop("$id", None)
    change(value)
    path = folder / name
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2), encoding="utf-8")
    return path


def slower(value):
    limit = value["x-service"]["time_limit"]
    limit["promised"]["value"] -= 1


def faults(*paths):
    return [(one.file, one.pointer) for one in lint.check_paths(paths)]


def test_files_that_fit_have_no_fault_together_or_alone(folder):
    whole, part = put(folder, WHOLE), put(folder, PART)
    assert faults(folder) == faults(whole) == faults(part) == []


def test_a_part_that_was_changed_is_told_at_the_composed_service_where_both_are_judged(folder):
    whole, part = put(folder, WHOLE), put(folder, PART, slower)
    (found,) = lint.check_paths([folder])
    assert (found.file, found.pointer) == (str(whole), "/x-service/time_limit/promised")
    assert found.line > 0
    assert faults(part)[0][0] == str(part)


def test_a_part_alone_is_judged_with_what_it_is_a_part_of(folder):
    part = put(folder, PART, slower)
    (found,) = lint.check_paths([part])
    assert found.file == str(part)
    assert "公民身后“一件事”" in found.message
    assert "总时限" in found.message


def test_a_part_that_is_nowhere_is_named(folder):
    whole = put(folder, WHOLE, lambda value: value["x-service"]["parts"][3].update(service="mei-you"))
    (found,) = lint.check_paths([folder])
    assert (found.file, found.pointer) == (str(whole), "/x-service/parts/3/service")
    assert "mei-you" in found.message


def refused(path, *others):
    with pytest.raises(DefinitionError) as caught:
        on_disk.finished(path, others)
    return [one.file for one in caught.value.faults]


def test_neither_of_them_is_signed_while_they_do_not_fit(folder):
    whole, part = put(folder, WHOLE), put(folder, PART, slower)
    assert refused(whole) == [WHOLE]
    assert refused(part) == [PART]
    put(folder, PART)
    assert on_disk.finished(whole).id == "gongmin-shenhou"
    assert on_disk.finished(part).id == "sangzang-buzhu"


def test_what_the_centre_has_published_counts_where_the_folder_has_no_file_of_it(folder, tmp_path_factory):
    part = load(put(tmp_path_factory.mktemp("elsewhere"), PART, slower))
    whole = put(folder, WHOLE)
    assert refused(whole, part) == [WHOLE]
    put(folder, PART)  # what lies beside it is meant to be published with it
    assert on_disk.finished(whole, [part]).id == "gongmin-shenhou"


def test_other_files_of_the_folder_are_nobodys_business(folder):
    whole = put(folder, WHOLE)
    (folder / "broken.json").write_text("{", encoding="utf-8")
    (folder / "list.json").write_text("[1]", encoding="utf-8")
    shutil.copy(PACKAGED / "juzhu-dengji.json", folder / "odd.json")
    assert on_disk.finished(whole).id == "gongmin-shenhou"


def test_the_preview_shows_it_beside_the_composed_service_as_soon_as_the_part_is_saved(folder):
    put(folder, WHOLE)
    put(folder, PART)
    client = create_app(folder).test_client()
    with client.get(f"/service/{WHOLE}") as answer:
        assert "对不上" not in answer.text
    put(folder, PART, slower)
    with client.get(f"/service/{WHOLE}") as answer:
        assert "总时限和各分项的时限对不上" in answer.text
        assert "示范文本" in answer.text  # its views stay
    put(folder, PART)
    with client.get(f"/service/{WHOLE}") as answer:
        assert "对不上" not in answer.text


def test_a_part_whose_words_change_is_told_which_words_of_the_composed_service_are_a_copy(folder):
    def reworded(value):
        value["i18n"]["zh-CN"]["applicant.phone.label"] = "打哪个电话找您"

    (found,) = lint.check_paths([put(folder, "siwang-zhuxiao.json", reworded)])
    assert found.file.endswith("siwang-zhuxiao.json")
    assert "总表 /applicant/phone" in found.message
    assert "siwang-zhuxiao.json /applicant/phone" in found.message
    assert "打哪个电话找您" in found.message
