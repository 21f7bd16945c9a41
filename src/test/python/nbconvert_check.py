"""Executes notebooks by nbconvert and the real kernel, and checks what comes out.

Usage: nbconvert_check.py KERNELS_FOLDER. Prints one line a check and exits with 1 if any failed.
"""

import os
import subprocess
import sys
import tempfile

import nbformat

LINES = 20000
GOOD = [
    """java.nio.file.Files.writeString(Path.of("ü.txt"), "süß");
       "日ä".codePoints().boxed().toList() + " " + java.nio.file.Files.readString(Path.of("ü.txt")) + new File("ü.txt").exists()""",
    "for (int i = 1; i <= %d; i++) System.out.println(i);" % LINES,
    "for (int i = 1; i <= %d; i++) System.err.println(i);" % LINES,
    'System.out.println("done")',
    """var chart = new XYChartBuilder().width(300).height(200).title("loss").build();
       chart.addSeries("full", new double[] {1, 2}, new double[] {2, 1});
       ChartStyle.apply(chart)""",
]
failures = []


def check(name, passed, detail=""):
    print(("ok    " + name if passed else "FAIL  %s: %s" % (name, detail))[:2000], flush=True)
    if not passed:
        failures.append(name)


def nbconvert(folder, notebook, *options):
    """Runs nbconvert in a locale of ASCII, without Inkscape; returns (status, standard error)."""
    environment = dict(os.environ, LC_ALL="C", PATH="/nowhere", JUPYTER_PATH=folder)
    command = [sys.executable, "-m", "jupyter", "nbconvert", notebook, *options]
    done = subprocess.run(command, env=environment, stderr=subprocess.PIPE, timeout=240)
    return done.returncode, done.stderr.decode()


def write(path, *cells):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata.kernelspec = {"name": "compacter4j", "display_name": "Java", "language": "java"}
    nbformat.write(notebook, path)
    return path


def text(cell):
    return "".join(output.get("text", "") for output in cell.outputs)


def check_good(folder):
    inside = os.path.join(folder, "größe")
    os.mkdir(inside)
    path = write(os.path.join(inside, "é.ipynb"), *GOOD)
    status, error = nbconvert(folder, path, "--to", "notebook", "--execute", "--inplace")
    check("a notebook is executed", status == 0, error)
    letters, lines, errors, done, chart = nbformat.read(path, as_version=4).cells
    value = letters.outputs[0]["data"]["text/plain"]
    check("letters outside ASCII are kept in a locale of ASCII", value == "[26085, 228] süßtrue", value)
    check("files have their names", "ü.txt".encode() in os.listdir(os.fsencode(inside)), os.listdir(inside))
    for cell in (lines, errors):
        check("no line of many is lost", text(cell).split() == [str(i + 1) for i in range(LINES)], text(cell)[-100:])
    check("a cell behind many lines is heard", text(done) == "done\n", done.outputs)
    check("a chart is shown", "image/png" in chart.outputs[0]["data"], chart.outputs)
    status, error = nbconvert(folder, path, "--to", "latex")
    check("LaTeX takes a chart without Inkscape", status == 0, error)
    with open(os.path.join(inside, "é.tex"), encoding="utf-8") as file:
        pictures = [line for line in file if "adjustimage{" in line]
    check("the chart is a picture there", len(pictures) == 1 and ".pdf}" in pictures[0], pictures)


def check_failure(folder, name, cell, message):
    """Standard error ends with what the notebook shows."""
    path = write(os.path.join(folder, name + ".ipynb"), cell)
    status, error = nbconvert(folder, path, "--to", "notebook", "--execute", "--inplace")
    last = error.rstrip().splitlines()[-1] if error.strip() else ""
    check(name + " is told of", status != 0 and message in last, error[-400:])
    check(name + " shows no frames of the kernel", "spencerpark" not in error, error)


def main(kernels):
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(os.path.abspath(kernels), os.path.join(folder, "kernels"))
        check_good(folder)
        missing = "model folder /no/such/model does not exist"
        check_failure(folder, "a mistake", 'T5.load("/no/such/model")', missing)
        check_failure(folder, "what does not compile", 'int x = "a";', "incompatible types")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main(sys.argv[1])
