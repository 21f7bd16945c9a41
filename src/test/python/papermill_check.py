"""Runs a notebook with parameters through papermill and the Java kernel; the kernels' folder is the argument."""

import json
import os
import subprocess
import sys
import tempfile

import nbformat

SCRIPT = os.path.join("src", "main", "launch", "papermill_java.py")
VALUES = {
    "scale": 'a "quoted" \\ path\nand a line',
    "seed": 7,
    "large": 12_345_678_901,
    "rate": 1e-3,
    "paper": True,
    "nothing": None,
    "sizes": [100, 500],
    "names": {"a": ["b"]},
}
CHECK = """
var expected = "a \\"quoted\\" \\\\ path\\nand a line";
if (!scale.equals(expected)) throw new AssertionError(scale);
seed += 1;
if (seed != 8 || large != 12_345_678_901L || rate != 0.001 || !paper || nothing != null) throw new AssertionError();
if (sizes.get(1) != 500 || !names.get("a").get(0).equals("b")) throw new AssertionError();
System.out.println("all parameters arrived");
"""


def notebook():
    cells = [nbformat.v4.new_code_cell('String scale = "quick";\nlong seed = 42;'), nbformat.v4.new_code_cell(CHECK)]
    cells[0].metadata.tags = ["parameters"]
    kernel = {"name": "compacter4j", "language": "java", "display_name": "Java"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "java"}})


def main():
    kernels = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(os.path.join(folder, "jupyter"))
        os.symlink(kernels, os.path.join(folder, "jupyter", "kernels"))
        source, target = (os.path.join(folder, name) for name in ("in.ipynb", "out.ipynb"))
        nbformat.write(notebook(), source)
        subprocess.run(
            [sys.executable, SCRIPT, source, target, "--no-progress-bar", "-y", json.dumps(VALUES)],
            env={**os.environ, "JUPYTER_PATH": os.path.join(folder, "jupyter")},
            check=True,
        )
        ran = nbformat.read(target, as_version=4)
    last = "".join(output.get("text", "") for output in ran.cells[-1].outputs)
    assert last == "all parameters arrived\n", last
    print(last, end="")


if __name__ == "__main__":
    main()
