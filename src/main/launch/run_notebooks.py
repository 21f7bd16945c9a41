"""Executes notebooks with the kernel compacter4j and writes them as .ipynb and .html.

Usage: run_notebooks.py OUTPUT_FOLDER NOTEBOOK...

Progress goes to standard error, the path of each page to standard output. The first cell that
fails ends the run with status 1 and is named with its notebook, its number and its error.
"""

import copy
import os
import re
import sys
import time

import nbformat
from latex2mathml.converter import convert
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbconvert import HTMLExporter

KERNEL = "compacter4j"
LINES_OF_AN_ERROR = 12
CODE = re.compile(r"(```.*?```|`[^`]*`)", re.DOTALL)
FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+)\$", re.DOTALL)
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class Progress:
    """One line on standard error for each code cell, before it runs."""

    def __init__(self, name, notebook):
        self.name = name
        cells = [i for i, cell in enumerate(notebook.cells) if is_code(cell)]
        self.numbers = {index: number for number, index in enumerate(cells, start=1)}
        self.current = 0
        self.cell = None
        self.began = time.monotonic()

    def start_of_cell(self, cell, cell_index):
        if is_code(cell):
            self.current = self.numbers[cell_index]
            self.cell = cell
            self.say("cell %d of %d" % (self.current, len(self.numbers)))

    def say(self, what):
        seconds = time.monotonic() - self.began
        print("%s  %s  (%.0f s)" % (self.name, what, seconds), file=sys.stderr, flush=True)


def is_code(cell):
    return cell.cell_type == "code" and cell.source.strip() != ""


def execute(path, notebook):
    """Fills in the notebook's outputs; returns what went wrong, or None."""
    progress = Progress(os.path.basename(path), notebook)
    client = NotebookClient(
        notebook,
        kernel_name=KERNEL,
        timeout=None,
        coalesce_streams=True,
        resources={"metadata": {"path": os.path.dirname(path)}},
        on_cell_start=progress.start_of_cell,
    )
    try:
        client.execute()
    except CellExecutionError:
        return "%s, cell %d: %s" % (progress.name, progress.current, brief(progress.cell))
    except DeadKernelError:
        return "%s, cell %d: the kernel died" % (progress.name, progress.current)
    progress.say("done")
    return None


def brief(cell):
    """The cell's error as a reader of the notebook sees it, without colours and a long tail."""
    errors = [output for output in cell.outputs if output.output_type == "error"]
    text = "\n".join(line for error in errors for line in error.traceback)
    lines = COLOURS.sub("", text).strip().splitlines()
    more = len(lines) - LINES_OF_AN_ERROR
    return "\n".join(lines[:LINES_OF_AN_ERROR] + (["(%d more lines)" % more] if more > 0 else []))


def write(path, text):
    beside = path + ".part"
    with open(beside, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(beside, path)


class Formulas:
    """Shows formulas as MathML, which browsers draw without a script from the web.

    The exporter would take MathML apart, so it sees a mark in place of each formula.
    """

    def __init__(self):
        self.drawn = []

    def marked(self, text):
        """Markdown with a mark for each formula outside code."""
        parts = CODE.split(text)
        parts[::2] = [FORMULA.sub(self._mark, part) for part in parts[::2]]
        return "".join(parts)

    def _mark(self, match):
        block, inline = match.groups()
        self.drawn.append(convert(block or inline, display="block" if block else "inline"))
        return "formula-mark-%d-" % (len(self.drawn) - 1)

    def put_back(self, html):
        for number, mathml in enumerate(self.drawn):
            html = html.replace("formula-mark-%d-" % number, mathml)
        return html


def page(notebook, name):
    """One file that needs no other."""
    notebook = copy.deepcopy(notebook)
    formulas = Formulas()
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = formulas.marked(cell.source)
    exporter = HTMLExporter(embed_images=True, require_js_url="", mathjax_url="")
    text, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": name}})
    return formulas.put_back(text)


def run(path, folder):
    path = os.path.abspath(path)
    name = os.path.splitext(os.path.basename(path))[0]
    notebook = nbformat.read(path, as_version=4)
    failure = execute(path, notebook)
    target = os.path.join(folder, name)
    write(target + ".ipynb", nbformat.writes(notebook) + "\n")
    if failure:
        sys.exit(failure)
    write(target + ".html", page(notebook, name))
    print(target + ".html", flush=True)


def main():
    folder = os.path.abspath(sys.argv[1])
    os.makedirs(folder, exist_ok=True)
    for path in sys.argv[2:]:
        if not os.path.isfile(path):
            sys.exit("no notebook " + path)
        run(path, folder)


if __name__ == "__main__":
    try:
        main()
    except OSError as problem:
        sys.exit("compacter4j: cannot execute notebooks: %s" % problem)
