"""Drives the real kernel through a real Jupyter client and checks what a reader would see.

Usage: kernel_check.py KERNELS_FOLDER. Prints one line a check and exits with 1 if any failed.
"""

import os
import queue
import sys
import time

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

TIMEOUT = 120
failures = []


def check(name, passed, detail=""):
    outcome = "ok    " + name if passed else "FAIL  %s: %r" % (name, detail)
    print(outcome[:2000], flush=True)
    if not passed:
        failures.append(name)


class Cell:
    """One executed cell: its reply, and everything that was shown meanwhile."""

    def __init__(self, client, code, during=None):
        started = time.time()
        self.id = client.execute(code)
        self.shown = []
        self.during = during
        self.collect(client)
        self.reply = self.answer(client)
        self.seconds = time.time() - started

    def collect(self, client):
        while True:
            message = client.get_iopub_msg(timeout=TIMEOUT)
            if message["parent_header"].get("msg_id") != self.id:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "status" and content["execution_state"] == "idle":
                return
            self.shown.append((kind, content))
            if self.during and kind in ("stream", "display_data"):
                action, self.during = self.during, None
                action()

    def answer(self, client):
        while True:
            message = client.get_shell_msg(timeout=TIMEOUT)
            if message["parent_header"].get("msg_id") == self.id:
                return message["content"]

    def data(self):
        for kind, content in self.shown:
            if kind in ("execute_result", "display_data"):
                return content["data"]
        return {}

    def result(self):
        """The value of the cell's last expression, whatever was displayed before it."""
        return next((c["data"] for k, c in self.shown if k == "execute_result"), {})

    def text(self):
        return "".join(c["text"] for k, c in self.shown if k == "stream")

    def error(self):
        return "\n".join("\n".join(c["traceback"]) for k, c in self.shown if k == "error")

    def updates(self):
        return [c["data"]["text/plain"] for k, c in self.shown if k == "update_display_data"]


def check_results(client):
    cell = Cell(client, '1 + 1')
    check("the first cell answers", cell.data().get("text/plain") == "2", cell.shown)
    print("      first cell after %.2f s" % cell.seconds)
    cell = Cell(client, 'System.out.println("hello")')
    check("output streams", cell.text() == "hello\n" and cell.reply["status"] == "ok", cell.shown)
    cell = Cell(client, 'Table.create("t <1>", StringColumn.create("name", "<b>&x"), DoubleColumn.create("score", 0.5))')
    page = cell.data().get("text/html", "")
    check("a table is HTML", "<table" in page and "&lt;b&gt;&amp;x" in page and "<b>" not in page, cell.shown)
    check("a table's numbers are at the right", "text-align:right" in page, page)
    check("a table is text too", "score" in cell.data().get("text/plain", ""), cell.data())
    cell = Cell(client, "new double[][] {{1, 2.5}, {3}}")
    check("an array shows its entries", cell.data().get("text/plain") == "[[1.0, 2.5], [3.0]]", cell.shown)


def check_many_lines(client):
    cell = Cell(client, 'for (int i = 0; i < 20000; i++) System.out.println("é" + i); System.err.println("done");')
    printed = "".join(c["text"] for k, c in cell.shown if k == "stream" and c["name"] == "stdout")
    check("every line of many arrives", printed == "".join("é%d\n" % i for i in range(20000)), len(printed))
    cell = Cell(client, 'System.out.println("before"); display("shown"); System.out.println("behind")')
    order = [c.get("text") or "shown" for k, c in cell.shown if k in ("stream", "display_data")]
    check("what is printed and shown keeps its order", order == ["before\n", "shown", "behind\n"], order)
    cell = Cell(client, 'for (int i = 0; i < 3; i++) { System.out.println("o"); System.err.println("e"); }')
    check("both streams keep their order", cell.text() == "o\ne\n" * 3, cell.shown)
    cell = Cell(client, 'for (int i = 0; i < 1500; i++) display(i);')
    check("all of many displays arrive", sum(k == "display_data" for k, c in cell.shown) == 1500, len(cell.shown))
    check("a notebook server's limit of messages is kept", cell.seconds > 1, cell.seconds)


def check_charts(client):
    cell = Cell(client, """
        var chart = new XYChartBuilder().width(300).height(200).title("loss").build();
        chart.addSeries("full", new double[] {1, 2}, new double[] {2, 1});
        ChartStyle.apply(chart)""")
    check("a chart is PNG", cell.data().get("image/png", "").startswith("iVBOR"), cell.shown)
    check("a chart is SVG", cell.data().get("image/svg+xml", "").startswith("<svg"), cell.shown)
    check("a chart is PDF, for LaTeX without Inkscape", cell.data().get("application/pdf", "").startswith("JVBERi"), cell.shown)


def check_imports(client):
    cell = Cell(client, "Shape s = new Shape(2, 3); List<Integer> l = List.of(1); Stream.of(1).map(x -> x).toList(); Path.of(\"a\"); s")
    check("names are imported and unambiguous", cell.data().get("text/plain") == "(2, 3)", cell.shown)
    cell = Cell(client, 'System.getenv("COMPACTER4J_HOME") != null')
    check("the home is known", cell.data().get("text/plain") == "true", cell.shown)


def check_progress(client):
    cell = Cell(client, """
        try (LiveLine line = LiveLine.open()) {
          for (int i = 1; i <= 100; i++) { line.update("step " + i + "/100"); Thread.sleep(10); }
        }""")
    updates = cell.updates()
    check("progress updates one display", not cell.error() and len(updates) >= 2 and updates[-1] == "step 100/100", cell.shown)
    check("progress is throttled", len(updates) <= 8, updates)


def check_errors(client):
    cell = Cell(client, 'throw UserException.usage("no such task: foo")')
    check("a mistake is one message", "no such task: foo" in cell.error() and len(cell.error().splitlines()) == 1, cell.shown)
    check("a mistake fails the cell", cell.reply["status"] == "error", cell.reply)
    check("the reply says what the notebook shows", cell.reply["evalue"] == "no such task: foo", cell.reply)
    check("so does its traceback", cell.reply["traceback"] == ["no such task: foo"], cell.reply)
    cell = Cell(client, """
        void fails() { throw new IllegalStateException("outer", new java.io.IOException("inner")); }
        fails()""")
    text = cell.error()
    check("an exception keeps its stack", "IllegalStateException: outer" in text and "fails" in text, cell.shown)
    check("an exception keeps its causes", "Caused by: java.io.IOException: inner" in text, cell.shown)
    cell = Cell(client, "int x = notDefined;")
    check("the reply has no frames of the kernel's", "cannot find symbol" in cell.reply["evalue"] and "spencerpark" not in str(cell.reply), cell.reply)
    check("a compiler's message says what", "notDefined" in cell.error() and "cannot find symbol" in cell.error(), cell.shown)
    cell = Cell(client, "if (true) {")
    check("an incomplete cell says so", "not complete" in cell.error(), cell.shown)
    cell = Cell(client, "void later() { undefinedYet(); } later()")
    check("an unresolved name is named", "undefinedYet" in cell.error(), cell.shown)


def check_completion(client):
    for code, wanted in (("List.o", "of("), ("ChartStyle.app", "apply("), ("UserExc", "UserException")):
        message = client.complete(code)
        reply = None
        while reply is None or reply["parent_header"].get("msg_id") != message:
            reply = client.get_shell_msg(timeout=TIMEOUT)
        content = reply["content"]
        replaced = code[content["cursor_start"]:content["cursor_end"]]
        check("completion of " + code, wanted in content["matches"] and wanted.startswith(replaced), content)


def check_history(client):
    message = client.history(hist_access_type="tail", n=10)
    reply = client.get_shell_msg(timeout=TIMEOUT)
    check("a question for the history is answered", reply["parent_header"].get("msg_id") == message and reply["content"]["history"] == [], reply)


def check_interrupts(manager, client):
    wait = 'System.out.println("started"); '
    for name, code, shown in (
        ("a sleeping cell", wait + "for (;;) Thread.sleep(50);", "Interrupted."),
        ("a sleeping cell that polls", wait + "while (!Thread.interrupted()) Thread.sleep(50);", None),
        ("a busy cell that polls", wait + 'long n = 0; while (!Thread.interrupted()) n++; System.out.println("ended")', None),
        ("a cell that tells a mistake", wait + 'while (!Thread.interrupted()) { } throw new UserException("stopped at step 3")', "stopped at step 3"),
    ):
        began = time.time()
        cell = Cell(client, code, during=manager.interrupt_kernel)
        check("interrupt ends " + name, time.time() - began < 10, time.time() - began)
        if shown:
            plain = cell.error()
            check("interrupt of " + name + " shows one line", shown in plain and len(plain.splitlines()) == 1, cell.shown)
        else:
            check("no stack trace from " + name, len(cell.error().splitlines()) <= 1, cell.shown)
        cell = Cell(client, "40 + 2")
        check("the next cell answers after " + name, cell.data().get("text/plain") == "42", cell.shown)


def check_interrupt_of_initializer(manager, client):
    """A class that is interrupted while it is initialised would be broken for the whole process."""
    Cell(client, """
        class Slow {
          static String end;
          static {
            try { System.out.println("started"); Thread.sleep(2000); end = "whole"; }
            catch (InterruptedException e) { end = "broken"; }
          }
        }""")
    cell = Cell(client, "Slow.end.length(); for (;;) Thread.sleep(50);", during=manager.interrupt_kernel)
    check("an interrupt waits until a class is initialised", "Interrupted." in cell.error(), cell.shown)
    cell = Cell(client, "Slow.end")
    check("the class is whole", cell.data().get("text/plain") == "whole", cell.shown)


def check_stubborn_cell(manager, client):
    def twice():
        manager.interrupt_kernel()
        time.sleep(0.5)
        manager.interrupt_kernel()
    cell = Cell(client, 'System.out.println("started"); boolean[] on = {true}; while (on[0]) Thread.onSpinWait();', during=twice)
    check("a second interrupt gives the notebook back", "did not stop" in cell.error(), cell.shown)
    cell = Cell(client, "on[0] = false; 40 + 2")
    check("the next cell answers after a stubborn cell", cell.data().get("text/plain") == "42", cell.shown)


def check_training(manager, client):
    """A run is stopped again and again, evaluating and writing a checkpoint after every step."""
    cell = Cell(client, """
        var model = T5.load("bundled");
        var folder = java.nio.file.Files.createTempDirectory("run").resolve("run");
        var plan = FineTuning.of(model, "full", Glue.sst2().withMaxTrainSamples(400))
            .data(Home.folder().get().resolve("data/everyday-sentiment"))
            .maxSteps(14).evaluationSteps(1).out(folder, FineTuning.Existing.RESUME);""")
    check("a run is described", cell.reply["status"] == "ok", cell.shown)
    stops = 0
    for delay in (0.3, 1.1, 1.9, 2.7):
        def stop():
            time.sleep(delay)
            manager.interrupt_kernel()
        began = time.time()
        cell = Cell(client, "plan.run()", during=stop)
        if "interrupted after step" in cell.error():
            stops += 1
            print("      stopped %.1f s after the request: %s" % (time.time() - began - delay, cell.error()[:60]))
            check("a stopped run shows one line", len(cell.error().splitlines()) == 1, cell.shown)
        cell = Cell(client, 'java.nio.file.Files.exists(folder.resolve("checkpoint/LATEST")) || java.nio.file.Files.exists(folder.resolve("result.json"))')
        check("a stopped run has a checkpoint, and the next cell answers", cell.data().get("text/plain") == "true", cell.shown)
    check("runs were stopped", stops >= 2, stops)
    cell = Cell(client, "plan.run()")
    check("a stopped run goes on to its end", "<table" in cell.result().get("text/html", ""), cell.shown)
    cell = Cell(client, "LearningCurves.of(plan.run())")
    check("its curve is a picture", cell.result().get("image/png", "").startswith("iVBOR"), cell.shown)
    cell = Cell(client, 'FineTuning.of(model, "compactor", Glue.rte())')
    check("a wrong name is one line that names the nearest", "did you mean 'compacter'" in cell.error() and len(cell.error().splitlines()) == 1, cell.shown)


def main():
    specs = KernelSpecManager(kernel_dirs=[sys.argv[1]])
    manager = KernelManager(kernel_name="compacter4j", kernel_spec_manager=specs)
    began = time.time()
    manager.start_kernel(cwd=os.getcwd())
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=TIMEOUT)
        print("      kernel ready after %.2f s" % (time.time() - began))
        check_results(client)
        check_many_lines(client)
        check_charts(client)
        check_imports(client)
        check_progress(client)
        check_errors(client)
        check_completion(client)
        check_history(client)
        check_interrupts(manager, client)
        check_interrupt_of_initializer(manager, client)
        check_stubborn_cell(manager, client)
        check_training(manager, client)
    except queue.Empty:
        check("the kernel answers within %d s" % TIMEOUT, False)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
