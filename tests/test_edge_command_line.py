"""A wrong command line is answered in Chinese, on the error stream, with exit code 2."""

from importlib.metadata import version

import pytest

from edge.cli import main

WRONG = {
    "": "还要写：COMMAND",
    "nonsense": "COMMAND 没有 nonsense，可以写：demo",
    "forms print juzhu-dengji": "还要写：--pdf",
    "forms print x --pdf": "--pdf 后面要写内容",
    "serve --port x": "--port 应为整数，写的是 x",
    "status --bla": "不认识的参数：--bla",
}


@pytest.mark.parametrize("line", WRONG)
def test_a_wrong_command_line_is_said_in_chinese(line, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(line.split())
    said = capsys.readouterr()
    assert stopped.value.code == 2
    assert said.out == ""
    assert said.err.startswith("用法：yizhan")
    assert WRONG[line] in said.err
    assert not [word for word in ("usage", "error", "argument", "invalid") if word in said.err]


def test_help_is_in_chinese(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["forms", "--help"])
    said = capsys.readouterr().out
    assert stopped.value.code == 0
    assert "显示这份说明" in said
    assert "show this help" not in said


def test_the_version_is_one_line(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["--version"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out == f"yizhan {version('yizhan')}\n"
