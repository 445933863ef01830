"""Makes the virtual environment: `python3 dev/install.py .venv requirements-dev.txt`.

It runs under whatever `python3` the machine has, to be able to say that it is too old: so nothing newer than 3.6 here.
"""

import importlib.util
import subprocess
import sys


def main() -> None:
    """Install the pinned requirements; exit with one clear sentence if that cannot be."""
    folder, requirements = sys.argv[1:]
    refuse_unsuitable_python()
    print(f"Installing into {folder}/ what {requirements} pins ...", flush=True)
    subprocess.check_call([sys.executable, "-m", "venv", folder])
    install(folder + "/bin/python", requirements)


def refuse_unsuitable_python() -> None:
    """Exit if this Python cannot run the shop."""
    if sys.version_info < (3, 11):  # noqa: UP036  This is what says so.
        here = f"{sys.version_info[0]}.{sys.version_info[1]}"
        sys.exit(f"The shop needs Python 3.11 or newer, and this is {here}: try `make PYTHON=python3.12 ...`.")
    # Debian and Ubuntu package it apart.
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        sys.exit("This Python cannot make virtual environments: install the package python3-venv.")


def install(python: str, requirements: str) -> None:
    """Run pip, and show how far it is instead of what it says; only if it fails, show its last words."""
    with open(requirements) as pins:  # noqa: PTH123  As plain as it gets, for any Python.
        total = sum("==" in line for line in pins)
    options = ["--disable-pip-version-check", "--no-input", "--progress-bar=off", "--require-hashes"]
    pip = subprocess.Popen(
        [python, "-m", "pip", "install", *options, "--requirement", requirements],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
    )
    said = []
    seen = 0
    for line in pip.stdout or ():
        said.append(line)
        seen += "(from -r " in line or line.startswith("Ignoring ")
        unpacking = line.startswith("Installing collected packages")
        show("  unpacking ..." if unpacking else f"  {seen} of {total} packages")
    show("")
    if pip.wait() != 0:
        sys.exit("".join(said[-20:]) + f"pip could not install {requirements}: its last words are above.")


def show(progress: str) -> None:
    """Write over the line before, if there is a person to see it."""
    if sys.stdout.isatty():
        print(f"\r\033[K{progress}", end="", flush=True)


if __name__ == "__main__":
    main()
