"""Does in JupyterLab in headless Chromium what a reader of the quickstart does, and checks the page.

Usage: browser_check.py FOLDER

Writes screenshots and logs into FOLDER. Exits with 1 at the first step that fails, and says which,
why, and what was on the page.
"""

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from urllib3.exceptions import HTTPError

HOME = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
NOTEBOOK = "01-quickstart.ipynb"
TIMEOUT = 900  # seconds for a step; a machine at rest takes about one minute for the longest
CHARACTERS_OF_THE_PAGE = 3000
FLAGS = """--headless=new --no-sandbox --disable-gpu --disable-quic --disable-dev-shm-usage --no-first-run
    --disable-background-networking --disable-component-update --disable-sync --no-proxy-server
    --window-size=1280,1400""".split()
SETTINGS = {
    # Every cell is on the page, also those out of sight.
    "notebook-extension/tracker": '{"windowingMode": "none"}',
    "apputils-extension/notification": '{"fetchNews": "false", "checkForUpdates": false}',
}
CODE_CELLS = """
    return [...document.querySelectorAll('.jp-CodeCell')].map(cell => {
      const output = cell.querySelector('.jp-Cell-outputArea');
      const has = (type) => output.querySelector(`[data-mime-type="${type}"]`) !== null;
      return {
        prompt: cell.querySelector('.jp-InputPrompt').textContent,
        code: [...cell.querySelectorAll('.cm-line')].map(line => line.textContent).join('\\n'),
        text: output.textContent,
        failed: has('application/vnd.jupyter.error') || has('application/vnd.jupyter.stderr'),
        tables: [...output.querySelectorAll('table')].filter(t => t.offsetHeight > 0).length,
        charts: [...output.querySelectorAll('img')].filter(i => i.complete && i.naturalWidth > 100).length,
      };
    });"""


class Failure(Exception):
    """What a reader would complain about."""


def check(passed, complaint):
    if not passed:
        raise Failure(complaint)


def wait_for(what, condition):
    """The condition's first true value."""
    end = time.monotonic() + TIMEOUT
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.3)
    raise Failure("waited %d s for %s" % (TIMEOUT, what))


class Lab:
    """./compacter4j lab on a copy of the quickstart, with settings of its own."""

    def __init__(self, temporary, log):
        self.notebooks = os.path.join(temporary, "notebooks")
        os.makedirs(self.notebooks)
        shutil.copy(os.path.join(HOME, "notebooks", NOTEBOOK), self.notebooks)
        self.write_settings(os.path.join(temporary, "config"))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        token = secrets.token_hex(16)
        self.address = "http://127.0.0.1:%d/%%s?token=%s" % (port, token)
        environment = dict(
            os.environ,
            COMPACTER4J_DATA=os.path.join(HOME, "data", "everyday-sentiment"),
            JUPYTER_CONFIG_DIR=os.path.join(temporary, "config"),
            JUPYTER_DATA_DIR=os.path.join(temporary, "data"),
            JUPYTER_TOKEN=token,
            OMP_NUM_THREADS="1",  # the browser takes a core too
        )
        options = ["ip=127.0.0.1", "port=%d" % port, "port_retries=0", "allow_root=True", "root_dir=" + self.notebooks]
        self.log = log
        with open(log, "w", encoding="utf-8") as file:
            self.process = subprocess.Popen(
                [os.path.join(HOME, "compacter4j"), "lab", "--no-browser"] + ["--ServerApp." + o for o in options],
                env=environment, stdout=file, stderr=subprocess.STDOUT, start_new_session=True)

    @staticmethod
    def write_settings(config):
        for plugin, text in SETTINGS.items():
            path = os.path.join(config, "lab", "user-settings", "@jupyterlab", plugin + ".jupyterlab-settings")
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)

    def answers(self):
        check(self.process.poll() is None, "./compacter4j lab ended with status %s; see %s" % (self.process.poll(), self.log))
        try:
            return urllib.request.urlopen(self.address % "api/status", timeout=10).status == 200
        except (urllib.error.URLError, OSError):
            return False

    def stop(self):
        """Ends the server and the kernels it started."""
        self.process.terminate()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)


class Page:
    """The notebook as the browser shows it."""

    def __init__(self, temporary, log):
        options = webdriver.ChromeOptions()
        options.binary_location = program("chromium")
        for flag in FLAGS + ["--user-data-dir=" + os.path.join(temporary, "profile")]:
            options.add_argument(flag)
        service = webdriver.ChromeService(
            executable_path=program("chromedriver"), service_args=["--log-level=WARNING"], log_output=log,
            env=dict(os.environ, XDG_CONFIG_HOME=temporary, XDG_CACHE_HOME=temporary))
        self.driver = webdriver.Chrome(options=options, service=service)

    def click(self, selector):
        wait_for("a button " + selector, lambda: self.visible(selector))[0].click()

    def visible(self, selector):
        return [e for e in self.driver.find_elements(By.CSS_SELECTOR, selector) if e.is_displayed()]

    def is_idle(self):
        """As the status bar says; the notebook's own circle says it before there is a kernel."""
        return "Java (compacter4j) | Idle" in self.text()

    def code_cells(self):
        return self.driver.execute_script(CODE_CELLS)

    def scroll_to(self, selector):
        last = self.driver.find_elements(By.CSS_SELECTOR, selector)[-1]
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'end'})", last)

    def run_in_new_cell(self, code):
        """Types the code into a new cell below and presses the run button; returns the cell's place."""
        self.click('[data-command="notebook:insert-cell-below"]')
        editor = self.visible(".jp-CodeCell.jp-mod-active .cm-content")[0]
        editor.click()
        editor.send_keys(code)
        place = next((i for i, cell in enumerate(self.code_cells()) if cell["code"] == code), None)
        check(place is not None, "no cell holds what was typed: " + code)
        self.click('[data-command="notebook:run-cell-and-select-next"]')
        return place

    def ended(self, place):
        """The cell once it has a number, which it gets when it has ended."""
        cell = self.code_cells()[place]
        return cell if re.search(r"\[\d+\]", cell["prompt"]) else None

    def text(self):
        return self.driver.find_element(By.TAG_NAME, "body").text


def program(name):
    path = shutil.which(name)
    if not path:
        sys.exit("no program '%s'; on Debian: apt-get install chromium chromium-driver" % name)
    return path


class Reader:
    """The steps, in order."""

    def __init__(self, lab, page, folder):
        self.lab = lab
        self.page = page
        self.folder = folder

    def keep(self, name):
        path = os.path.join(self.folder, name)
        self.page.driver.save_screenshot(path)
        return path

    def open_the_notebook(self):
        wait_for("the server", self.lab.answers)
        self.page.driver.get(self.lab.address % ("lab/tree/" + NOTEBOOK))
        wait_for("a kernel at rest", self.page.is_idle)

    def run_all_cells(self):
        cells = len(self.page.code_cells())
        check(cells, "the notebook has no code cell")
        self.page.driver.find_element(By.XPATH, "//*[contains(@class, 'lm-MenuBar-itemLabel')][text()='Run']").click()
        self.page.click('.lm-Menu-item[data-command="runmenu:run-all"]')
        for place in range(cells):
            cell = wait_for("the end of code cell %d" % (place + 1), lambda: self.page.ended(place) or self.first_failed())
            check(not cell["failed"], "a cell failed: " + cell["code"] + "\n" + cell["text"])

    def first_failed(self):
        return next((cell for cell in self.page.code_cells() if cell["failed"]), None)

    def see_the_tables_and_the_chart(self):
        cells = self.page.code_cells()
        for wanted in (("222,882,048", "104,704"), ("full", "compacter", "accuracy")):
            check(any(c["tables"] and all(w in c["text"] for w in wanted) for c in cells), "no table with " + ", ".join(wanted))
        charts = wait_for("the chart", lambda: sum(cell["charts"] for cell in self.page.code_cells()))
        self.page.scroll_to(".jp-OutputArea-output img")
        print("      tables: %d, charts: %d, %s" % (sum(c["tables"] for c in cells), charts, self.keep("quickstart.png")))

    def interrupt_training(self):
        place = self.page.run_in_new_cell(
            'FineTuning.of(model, "compacter++", task).epochs(10_000).maxSteps(100_000)'
            '.out(Path.of("stopped"), FineTuning.Existing.REFUSE).run()')
        steps = lambda: {int(n) for n in re.findall(r"step (\d+)/", self.page.code_cells()[place]["text"])}
        first = wait_for("a line of progress", lambda: steps() or self.page.ended(place) and {-1})
        wait_for("progress", lambda: steps() - first or self.page.ended(place))
        check(not self.page.ended(place), "the training cell ended by itself: " + self.page.code_cells()[place]["text"])
        self.page.click('[data-command="notebook:interrupt-kernel"]')
        text = wait_for("the end of the interrupted cell", lambda: self.page.ended(place))["text"]
        told = re.search(r"interrupted after step \d+; the checkpoint is in (.+), resume to go on", text)
        check(told, "the cell does not tell of the interruption: " + text)
        checkpoint = os.path.join(self.lab.notebooks, told.group(1), "checkpoint", "LATEST")
        check(os.path.isfile(checkpoint), "no " + checkpoint)

    def run_another_cell(self):
        place = self.page.run_in_new_cell("1 + 1")
        cell = wait_for("the end of 1 + 1", lambda: self.page.ended(place))
        check(re.search(r"\]:2$", cell["text"].strip()), "1 + 1 shows " + repr(cell["text"]))
        self.page.scroll_to(".jp-CodeCell")
        print("      %s" % self.keep("interrupted.png"))


def perform(reader):
    for step in (
        reader.open_the_notebook,
        reader.run_all_cells,
        reader.see_the_tables_and_the_chart,
        reader.interrupt_training,
        reader.run_another_cell,
    ):
        name = step.__name__.replace("_", " ")
        began = time.monotonic()
        try:
            step()
        except (Failure, WebDriverException, HTTPError) as e:
            sys.exit("FAIL  %s: %s\nserver's log: %s\n%s" % (name, e, reader.lab.log, what_was_there(reader)))
        print("ok    %s (%.1f s)" % (name, time.monotonic() - began), flush=True)


def what_was_there(reader):
    try:
        text = reader.page.text()[-CHARACTERS_OF_THE_PAGE:]
        return "screenshot: %s\nthe page:\n%s" % (reader.keep("failure.png"), text)
    except (WebDriverException, HTTPError) as e:
        return "and the browser does not answer: %s" % e


def main():
    folder = os.path.abspath(sys.argv[1])
    os.makedirs(folder, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))  # and clean up
    os.environ["no_proxy"] = "127.0.0.1,localhost"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        page = Page(temporary, os.path.join(folder, "chromedriver.log"))
        try:
            lab = Lab(temporary, os.path.join(folder, "lab.log"))
            try:
                perform(Reader(lab, page, folder))
            finally:
                lab.stop()
        finally:
            page.driver.quit()


if __name__ == "__main__":
    main()
