"""Takes the central chart out of each executed chapter and shows it on a page.

Usage: pictures.py EXECUTED_FOLDER PAGE NOTEBOOK...

A chapter's central chart is the last one that its cell tagged `picture` shows. It is written as it came out into the folder
`pictures` beside the page: as SVG where that has less than 100 kB, else as PNG. The page shows the charts between its two marks.
"""

import base64
import json
import os
import sys

TAG = "picture"
MOST_BYTES = 100_000
BEGIN = "<!-- pictures: written by ./compacter4j notebooks --pictures; changes would be lost -->"
END = "<!-- end of pictures -->"


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def text(value):
    """Notebooks write a text as one string or as its lines."""
    return value if isinstance(value, str) else "".join(value)


def title(notebook):
    return text(notebook["cells"][0]["source"]).splitlines()[0].lstrip("# ")


def charts(notebook):
    """What the tagged cells show, each by its type."""
    return [
        output["data"]
        for cell in notebook["cells"]
        if TAG in cell["metadata"].get("tags", [])
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]


def picture(data):
    """The chart as (ending, bytes)."""
    svg = text(data.get("image/svg+xml", "")).encode()
    if svg and len(svg) < MOST_BYTES:
        return ".svg", svg
    return ".png", base64.b64decode(text(data["image/png"]))


def write(path, content):
    with open(path + ".part", "wb") as file:
        file.write(content)
    os.replace(path + ".part", path)


def take(path, executed, page):
    """Writes a chapter's chart; returns its part of the page."""
    name = os.path.splitext(os.path.basename(path))[0]
    source = os.path.join(executed, name + ".ipynb")
    if not os.path.isfile(source):
        sys.exit("%s is not executed; first: ./compacter4j notebooks --quick" % name)
    notebook = read(source)
    found = charts(notebook)
    if not found:
        sys.exit("%s: no cell tagged '%s' shows a chart" % (source, TAG))
    ending, content = picture(found[-1])
    if len(content) >= MOST_BYTES:
        sys.exit("%s: its chart has %d bytes, expected less than %d" % (source, len(content), MOST_BYTES))
    file = "pictures/" + name + ending
    folder = os.path.dirname(page)
    os.makedirs(os.path.join(folder, "pictures"), exist_ok=True)
    write(os.path.join(folder, file), content)
    seen = text(found[-1].get("text/plain", name)).replace("[", "(").replace("]", ")").strip()
    return "### %s\n\n![%s](%s)\n" % (title(notebook), " ".join(seen.split()), file)


def main():
    executed, page = sys.argv[1:3]
    with open(page, encoding="utf-8") as file:
        before, marked, rest = file.read().partition(BEGIN)
    if not marked or END not in rest:
        sys.exit("%s: expected the lines\n%s\n%s" % (page, BEGIN, END))
    parts = [take(path, executed, page) for path in sys.argv[3:]]
    after = rest.partition(END)[2]
    write(page, (before + BEGIN + "\n\n" + "\n".join(parts) + "\n" + END + after).encode())
    print(page)


if __name__ == "__main__":
    main()
