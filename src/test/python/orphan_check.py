"""Kills a kernel's parent during a training and checks that the kernel ends with a whole checkpoint.

Usage: orphan_check.py KERNELS_FOLDER
"""

import os
import signal
import subprocess
import sys
import tempfile
import time

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

SECONDS_TO_END = 60
CELL = """
    FineTuning.of(T5.load("bundled"), "bitfit", Glue.sst2().withMaxTrainSamples(400))
        .data(Home.folder().get().resolve("data/everyday-sentiment"))
        .maxSteps(20000).evaluationSteps(20000).out(Path.of("%s"), FineTuning.Existing.RESUME).run()"""


def parent(kernels, run):
    """Starts a training, tells the kernel's process number, and waits to be killed."""
    specs = KernelSpecManager(kernel_dirs=[kernels])
    manager = KernelManager(kernel_name="compacter4j", kernel_spec_manager=specs)
    manager.start_kernel(cwd=os.getcwd())
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=120)
    client.execute(CELL % run)
    while not os.path.exists(os.path.join(run, "metrics.jsonl")):
        time.sleep(0.2)
    print(manager.provisioner.pid, flush=True)
    time.sleep(1000)


def is_alive(process):
    try:
        with open("/proc/%d/stat" % process) as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def main(kernels):
    run = os.path.join(tempfile.mkdtemp(), "run")
    child = subprocess.Popen([sys.executable, __file__, kernels, run], stdout=subprocess.PIPE, text=True)
    kernel = int(child.stdout.readline())
    child.send_signal(signal.SIGKILL)
    child.wait()
    began = time.time()
    while is_alive(kernel) and time.time() - began < SECONDS_TO_END:
        time.sleep(0.2)
    gone, kept = not is_alive(kernel), os.path.exists(os.path.join(run, "checkpoint", "LATEST"))
    print("%s after %.1f s, %s" % ("gone" if gone else "alive", time.time() - began, "checkpoint" if kept else "no checkpoint"))
    if not gone:
        os.kill(kernel, signal.SIGKILL)
    sys.exit(0 if gone and kept else 1)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        parent(*sys.argv[1:])
    main(*sys.argv[1:])
