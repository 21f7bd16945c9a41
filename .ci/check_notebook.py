"""Checks an executed notebook: a table and a picture are there, and no cell failed.

Usage: check_notebook.py NOTEBOOK
"""

import json
import sys


def outputs(notebook):
    for number, cell in enumerate(notebook["cells"], start=1):
        for output in cell.get("outputs", []):
            yield number, output


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        notebook = json.load(file)
    tables = pictures = 0
    for number, output in outputs(notebook):
        if output["output_type"] == "error":
            sys.exit("cell %d failed: %s" % (number, output.get("evalue")))
        data = output.get("data", {})
        tables += "<table" in "".join(data.get("text/html", []))
        pictures += "image/png" in data or "image/svg+xml" in data
    print("%d tables, %d pictures, no failed cell" % (tables, pictures))
    if not tables or not pictures:
        sys.exit("the notebook must show at least one table and one picture")


if __name__ == "__main__":
    main()
