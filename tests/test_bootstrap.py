"""bootstrap.py in a checkout of its own, with a uv that only writes down what it was asked."""

import os
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

BOOTSTRAP = Path(__file__).parents[1] / "bootstrap.py"
PYTHON = Path(getattr(sys, "_base_executable", sys.executable))
UV = """#!/bin/sh
[ "$1" = --version ] && { echo "uv 0.13.9"; exit; }
echo "$@" >> "$(dirname "$UV_PROJECT_ENVIRONMENT")/asked"
echo "$UV_CACHE_DIR" > "$(dirname "$UV_PROJECT_ENVIRONMENT")/cache"
mkdir -p "$UV_PROJECT_ENVIRONMENT/bin"
printf '#!/bin/sh\\necho handed over: "$@"\\n' > "$UV_PROJECT_ENVIRONMENT/bin/python"
chmod +x "$UV_PROJECT_ENVIRONMENT/bin/python"
"""
OLD_UV = "#!/bin/sh\necho 'uv 0.4.30'\n"
BROKEN_UV = (
    "#!/bin/sh\n[ \"$1\" = --version ] && { echo 'uv 0.13.9'; exit; }\necho 'error: no route to host' >&2; exit 2\n"
)
WITHOUT_ENSUREPIP = """#!/bin/sh
case "$*" in "-m venv --clear "*uv-*) case "$*" in *--without-pip*) ;; *) echo no ensurepip >&2; exit 1;; esac;; esac
exec {python} "$@"
"""


def executable(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "checkout"
    folder.mkdir()
    shutil.copy2(BOOTSTRAP, folder)
    return folder


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """A folder with a wheel of a uv that is no more than a script: pip installs from it without a network."""
    folder = tmp_path / "packages"
    folder.mkdir()
    with zipfile.ZipFile(folder / "uv-0.13.9-py3-none-any.whl", "w") as wheel:
        script = zipfile.ZipInfo("uv-0.13.9.data/scripts/uv")
        script.external_attr = (stat.S_IFREG | 0o755) << 16
        wheel.writestr(script, UV)
        wheel.writestr("uv-0.13.9.dist-info/METADATA", "Metadata-Version: 2.1\nName: uv\nVersion: 0.13.9\n")
        wheel.writestr("uv-0.13.9.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr("uv-0.13.9.dist-info/RECORD", "")
    return folder


def bootstrap(
    checkout: Path, *arguments: str, path: Path | None = None, python: Path = PYTHON, **environment: str
) -> "subprocess.CompletedProcess[str]":
    programs = os.pathsep.join([*([str(path)] if path else []), "/usr/bin", "/bin"])
    clean = {"PATH": programs, "HOME": str(checkout.parent), "PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1"}
    return subprocess.run(
        [python, checkout / "bootstrap.py", *arguments],
        env=clean | environment,
        cwd=checkout.parent,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_uv_on_path_installs_what_is_locked_and_hands_over(checkout: Path, tmp_path: Path) -> None:
    executable(tmp_path / "programs" / "uv", UV)
    done = bootstrap(checkout, "up", "--port", "0", path=tmp_path / "programs")
    assert (done.returncode, done.stdout) == (0, f"handed over: {checkout}/.venv/bin/daylight up --port 0\n")
    asked = (checkout / "asked").read_text()
    assert "sync --locked" in asked
    assert "--no-dev" in asked
    assert not (checkout / ".tools").exists()


def test_the_checks_need_the_development_packages(checkout: Path, tmp_path: Path) -> None:
    executable(tmp_path / "programs" / "uv", UV)
    done = bootstrap(checkout, "test", "-k", "vault", path=tmp_path / "programs")
    assert done.stdout == "handed over: -m daylight.checks -k vault\n"
    assert "--no-dev" not in (checkout / "asked").read_text()


def test_an_old_uv_is_not_used_and_one_is_installed_privately_once(
    checkout: Path, packages: Path, tmp_path: Path
) -> None:
    executable(tmp_path / "programs" / "uv", OLD_UV)
    first = bootstrap(checkout, "status", path=tmp_path / "programs", PIP_FIND_LINKS=str(packages))
    again = bootstrap(checkout, "status", path=tmp_path / "programs")
    assert first.stdout == again.stdout == f"handed over: {checkout}/.venv/bin/daylight status\n", first.stderr
    assert "Installing uv" in first.stderr
    assert again.stderr == ""
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["checkout", "packages", "programs"]


def test_uv_is_installed_where_ensurepip_is_missing(checkout: Path, packages: Path, tmp_path: Path) -> None:
    python = executable(tmp_path / "debian" / "python3", WITHOUT_ENSUREPIP.format(python=PYTHON))
    start = f"import runpy, sys; sys.executable = {str(python)!r}; sys.argv = ['bootstrap.py', 'status'];"
    start += f"runpy.run_path({str(checkout / 'bootstrap.py')!r}, run_name='__main__')"
    clean = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1"}
    done = subprocess.run(
        [PYTHON, "-c", start],
        env=clean | {"PIP_FIND_LINKS": str(packages)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == f"handed over: {checkout}/.venv/bin/daylight status\n", done.stderr


def test_one_sentence_says_that_uv_cannot_be_installed(checkout: Path) -> None:
    done = bootstrap(checkout, "up")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("Daylight needs uv, and could not install it")
    assert "Traceback" not in done.stderr
    assert list((checkout / ".tools").iterdir()) == []


def test_one_sentence_says_why_the_packages_cannot_be_installed(checkout: Path, tmp_path: Path) -> None:
    executable(tmp_path / "programs" / "uv", BROKEN_UV)
    done = bootstrap(checkout, "up", path=tmp_path / "programs")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "Daylight's packages could not be installed: error: no route to host"


@pytest.mark.parametrize(("home", "cache"), [("", "{checkout}/.tools/cache\n"), ("{home}", "\n")])
def test_a_home_that_cannot_hold_a_cache_is_replaced(checkout: Path, tmp_path: Path, home: str, cache: str) -> None:
    executable(tmp_path / "programs" / "uv", UV)
    bootstrap(checkout, "status", path=tmp_path / "programs", HOME=home.format(home=tmp_path))
    assert (checkout / "cache").read_text() == cache.format(checkout=checkout)


def test_help_lists_the_commands_without_installing_anything(checkout: Path) -> None:
    done = bootstrap(checkout)
    assert (done.returncode, "bootstrap.py up" in done.stdout) == (0, True)
    assert sorted(entry.name for entry in checkout.iterdir()) == ["bootstrap.py"]
