"""Writes the wheel `smooth-edges-kernel` into a folder: `npm run wheel`, after a build; needs npm, and of Python only its library.

    python3 kernel/wheel/build-wheel.py FOLDER [TARBALL]

The wheel has what `npm install smooth-edges` installs, with the binaries for all systems, and starts it by the Node on the PATH.
"""

import base64
import csv
import hashlib
import io
import json
import pathlib
import subprocess
import sys
import tempfile
import zipfile

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
MANIFEST = json.loads((ROOT / "package.json").read_text(encoding="utf8"))
VERSION = MANIFEST["version"]
NAME = "smooth_edges_kernel"
INFO = f"{NAME}-{VERSION}.dist-info"
DATA = f"{NAME}-{VERSION}.data/data/share/jupyter/kernels/smooth-edges"

# Systems for which zeromq has a binary too; npm installs that of the machine alone.
PICTURE_SYSTEMS = [
    "linux-x64-gnu",
    "linux-x64-musl",
    "linux-arm64-gnu",
    "linux-arm64-musl",
    "darwin-x64",
    "darwin-arm64",
    "win32-x64-msvc",
    "win32-arm64-msvc",
]

METADATA = f"""Metadata-Version: 2.1
Name: smooth-edges-kernel
Version: {VERSION}
Summary: The Jupyter kernel of smooth-edges: TypeScript cells with sparse learning, charts and type checks. Needs Node.
License: {MANIFEST["license"]}
Author: {MANIFEST["author"]}
Keywords: {",".join(MANIFEST["keywords"])}
Classifier: Framework :: Jupyter
Classifier: Programming Language :: Python :: 3
Requires-Python: >=3.8
Description-Content-Type: text/markdown

`pip install smooth-edges-kernel` gives JupyterLab, Notebook and VS Code the kernel "TypeScript (smooth-edges)". It needs Node
{MANIFEST["engines"]["node"].lstrip(">=")} or newer on the PATH, and no npm. The command `smooth-edges` runs notebooks without Jupyter.
"""
WHEEL = "Wheel-Version: 1.0\nGenerator: smooth-edges\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
ENTRY_POINTS = f"[console_scripts]\nsmooth-edges = {NAME}.__main__:command\n"

# Prints the flags of Node, and writes the kernelspec with its logo. Jupyter replaces `python` by the Python that it runs on.
KERNELSPEC = """
const { installKernelSpec, NODE_FLAGS, ownKernelSpec } = require("./dist/kernel/kernelspec/kernelspec.js");
const argv = ["python", "-m", "smooth_edges_kernel", "{connection_file}"];
const folder = installKernelSpec({ ...ownKernelSpec(), argv }, process.argv[1]);
console.log(JSON.stringify({ folder, flags: NODE_FLAGS }));
"""


def output(folder, *command):
    """What a command prints that must succeed."""
    return subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE, text=True).stdout


def install_packages(scratch, tarball):
    """Installs the tarball and all that it needs into a folder, as npm does, and returns its `node_modules`."""
    project = scratch / "project"
    project.mkdir()
    (project / "package.json").write_text('{ "private": true }')
    install = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-bin-links"]
    output(project, *install, str(tarball))
    modules = project / "node_modules"
    resvg = json.loads((modules / "@resvg/resvg-js/package.json").read_text(encoding="utf8"))["version"]
    names = [f"@resvg/resvg-js-{system}@{resvg}" for system in PICTURE_SYSTEMS]
    output(project, *install, "--force", *names)  # without `--force` npm refuses those of other systems
    return modules


def files_of(scratch, tarball):
    """All files of the wheel but its record: their names, and their bytes."""
    modules = install_packages(scratch, tarball)
    for path in sorted(modules.rglob("*")):
        if path.is_file() and path.suffix != ".map" and path.name != ".package-lock.json":
            yield f"{NAME}/node_modules/{path.relative_to(modules).as_posix()}", path.read_bytes()
    spec = json.loads(output(ROOT, "node", "-e", KERNELSPEC, str(scratch)))
    settings = {"flags": spec["flags"], "node": MANIFEST["engines"]["node"].lstrip(">=")}
    yield f"{NAME}/__init__.py", b'"""The Jupyter kernel of smooth-edges; see `__main__`."""\n'
    yield f"{NAME}/__main__.py", (HERE / "launcher.py").read_bytes()
    yield f"{NAME}/launcher.json", json.dumps(settings).encode()
    for path in sorted(pathlib.Path(spec["folder"]).iterdir()):
        yield f"{DATA}/{path.name}", path.read_bytes()
    yield f"{INFO}/METADATA", METADATA.encode()
    yield f"{INFO}/WHEEL", WHEEL.encode()
    yield f"{INFO}/entry_points.txt", ENTRY_POINTS.encode()
    yield f"{INFO}/licenses/LICENSE", (ROOT / "LICENSE").read_bytes()


def write_wheel(folder, scratch, tarball):
    """Writes the wheel, the same bytes from the same files, and returns its path."""
    path = folder / f"{NAME}-{VERSION}-py3-none-any.whl"
    record = io.StringIO()
    rows = csv.writer(record, lineterminator="\n")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as wheel:
        for name, content in files_of(scratch, tarball):
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            rows.writerow([name, f"sha256={digest}", len(content)])
            write_file(wheel, name, content)
        rows.writerow([f"{INFO}/RECORD", "", ""])
        write_file(wheel, f"{INFO}/RECORD", record.getvalue().encode())
    return path


def write_file(wheel, name, content):
    """Adds a file with the oldest time that a ZIP archive can name."""
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.external_attr = 0o644 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    wheel.writestr(entry, content, compresslevel=9)


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        if len(sys.argv) > 2:
            tarball = pathlib.Path(sys.argv[2]).resolve()
        else:
            output(ROOT, "npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", name)
            tarball = next(scratch.glob("*.tgz"))
        path = write_wheel(folder, scratch, tarball)
    print(f"{path}: {path.stat().st_size / 1e6:.1f} MB")


main()
