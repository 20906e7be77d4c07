"""The recipe's commands explain themselves and delete nothing of somebody else's."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from weights.train.environment import KEEP_MEMORY
from weights.train.export import main as export_main

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("module", ["weights.train", "weights.train.export"])
def test_help_says_which_options_there_are(module: str) -> None:
    done = run(["-m", module, "--help"], ROOT)
    assert done.returncode == 0, done.stderr
    assert f"usage: python -m {module}" in done.stdout
    assert {"--data", "--work"} <= set(done.stdout.replace("]", " ").split())


def test_the_cards_help_says_which_options_there_are() -> None:
    done = run(["-m", "weights.train.card", "--help"], ROOT)
    assert done.returncode == 0, done.stderr
    assert "usage: python -m weights.train.card" in done.stdout
    assert {"--evaluation", "--held-out", "--output"} <= set(re.findall(r"--[\w-]+", done.stdout))


def test_the_commands_start_again_once_with_the_environment_that_makes_them_fast(
    tmp_path: Path,
) -> None:
    (tmp_path / "probe.py").write_text(
        "import os, sys\n"
        "from weights.train.environment import KEEP_MEMORY, restart_with_kept_memory\n"
        "print('started', flush=True)\n"
        "restart_with_kept_memory('probe')\n"
        "print(sys.argv[1:], all(os.environ[n] == v for n, v in KEEP_MEMORY.items()))\n"
    )
    done = run(["-m", "probe", "--data", "a b"], tmp_path)
    assert done.stdout.splitlines() == ["started", "started", "['--data', 'a b'] True"]


def run(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Python in `folder`, with none of the recipe's settings in its environment."""
    kept = {name: value for name, value in os.environ.items() if name not in KEEP_MEMORY}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=kept | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_export_refuses_a_folder_with_other_files_and_keeps_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    for name, value in KEEP_MEMORY.items():
        monkeypatch.setenv(name, value)
    command = ["export", "--data", str(tmp_path), "--output", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", command)
    with pytest.raises(SystemExit) as stopped:
        export_main()
    assert stopped.value.code == 2
    assert "would be deleted" in capsys.readouterr().err
    assert (tmp_path / "thesis.txt").read_text() == "years of work"
