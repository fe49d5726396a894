"""A file that cannot be read or written is said in Chinese, by every command."""

import errno

import pytest

from edge.cli import main
from edge.os_words import why
from sync import stick


@pytest.mark.parametrize("number", [errno.ENOENT, errno.EACCES, errno.ENOSPC, errno.EISDIR, errno.EROFS])
def test_the_reason_is_chinese(number):
    assert not why(OSError(number, "in English")).isascii()


def test_a_rare_reason_is_what_the_system_says():
    assert why(OSError(errno.EPROTO, "Protocol error")) == "Protocol error"


@pytest.mark.parametrize("number", [errno.ENOENT, errno.EIO, errno.EISDIR, errno.ENAMETOOLONG, errno.EDQUOT])
def test_what_a_medium_refuses_is_chinese(number):
    fault = stick._unwritable(OSError(number, "in English"), "/media/u")
    assert "in English" not in fault.sentence + fault.hint


@pytest.mark.parametrize(
    "words",
    [
        ["forms", "print", "juzhu-denji", "--pdf", "x.pdf"],
        ["apply", "juzhu-denji", "{answers}", "--token", "token-00001"],
    ],
)
def test_a_service_that_is_misspelt_at_the_command_line_is_guessed_there(words, tmp_path, capsys):
    home = str(tmp_path / "home")
    assert main(["init", "--home", home, "--node", "5224250017", "--room", "大坪村警务室"]) == 0
    capsys.readouterr()
    answers = tmp_path / "answers.json"
    answers.write_text("{}", encoding="utf-8")
    assert main([*(word.format(answers=answers) for word in words), "--home", home]) == 1
    said = "".join(capsys.readouterr())
    assert "juzhu-dengji" in said
    assert "首页" not in said


@pytest.mark.parametrize("command", ["check", "import-xlsform"])
def test_a_file_that_is_not_there_is_said_so(command, tmp_path, capsys):
    assert main(["forms", command, str(tmp_path / "none.xlsx")]) == 1
    said = "".join(capsys.readouterr())
    assert "没有这个文件" in said
    assert "No such file" not in said


def test_a_wrong_type_is_named_in_chinese(tmp_path, capsys):
    file = tmp_path / "ce.json"
    assert main(["forms", "new", "ce", "--out", str(file)]) == 0
    file.write_text(
        file.read_text(encoding="utf-8").replace('"category": "', '"category": 5, "x": "', 1), encoding="utf-8"
    )
    assert main(["forms", "check", str(file)]) == 1
    said = capsys.readouterr()
    assert "应当是文字" in said.out + said.err
