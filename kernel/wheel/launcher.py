"""Runs the Node program of this package: the Jupyter kernel by `python -m smooth_edges_kernel CONNECTION_FILE`, or the command `smooth-edges`.

The build of the wheel makes this file its `__main__.py`, beside `node_modules` and `launcher.json`.
"""

import json
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAMS = os.path.join(HERE, "node_modules", "smooth-edges", "dist", "kernel")


with open(os.path.join(HERE, "launcher.json"), encoding="utf8") as file:
    SETTINGS = json.load(file)


def kernel():
    """Becomes the kernel that Jupyter asks for."""
    run("smooth_edges_kernel", [*SETTINGS["flags"], os.path.join(PROGRAMS, "main.js")])


def command():
    """Becomes the command `smooth-edges`."""
    run("smooth-edges", [os.path.join(PROGRAMS, "cli", "cli.js")])


def run(name, program):
    """Replaces this process by Node, so that signals and the parent of the kernel are as without Python."""
    node = shutil.which("node")
    required = SETTINGS["node"]
    remedy = f"install Node {required} or newer from https://nodejs.org"
    if node is None:
        sys.exit(refusal(f"{name}: node must be on the PATH, got none; {remedy}"))
    version = subprocess.run([node, "--version"], stdout=subprocess.PIPE, check=False, text=True).stdout.strip()
    if numbers(version) < numbers(required):
        sys.exit(refusal(f"{name}: Node must be {required} or newer, got {version or 'no version'} from {node}; {remedy}"))
    arguments = [*program, *sys.argv[1:]]
    if os.name == "nt":  # There `execv` would end this process at once, and Jupyter would take the kernel for dead.
        sys.exit(subprocess.call([node, *arguments]))
    os.execv(node, [node, *arguments])


def refusal(sentence):
    """Says why nothing runs, and returns the exit code of wrong input."""
    print(sentence, file=sys.stderr)
    return 2


def numbers(version):
    """The numbers of a version, in a form that compares."""
    return [int(part) for part in version.lstrip("v").split("-")[0].split(".") if part.isdigit()]


if __name__ == "__main__":
    kernel()
