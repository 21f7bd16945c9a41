"""Checks of src/main/python/pretrain_t5.py and its two modules; run by PretrainingTest, or by python -m unittest."""

import collections
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

import numpy as np
from safetensors.torch import load_file
from transformers import AutoTokenizer

HOME = pathlib.Path(__file__).parents[3]
MAIN = HOME / "src/main/python"
TOKENIZER = HOME / "data/t5-tiny-en"
SENTENCES = HOME / "data/everyday-sentiment/train.tsv"
sys.path.insert(0, str(MAIN))
sys.dont_write_bytecode = True

import span_corruption  # noqa: E402
import task_mixture  # noqa: E402


class SpanCorruption(unittest.TestCase):
    def test_source_and_target_together_are_the_window(self):
        rng = np.random.default_rng(1)
        for _ in range(200):
            window = rng.integers(3, 8000, span_corruption.WINDOW)
            source, target = span_corruption.corrupt(window, 8099, rng)
            self.assertEqual((span_corruption.SOURCE, span_corruption.TARGET), (len(source), len(target)))
            self.assertEqual((1, 1), (source[-1], target[-1]))
            self.assertEqual(list(range(8099, 8092, -1)), [i for i in source if i > 8092])
            spans, sentinel = {}, None
            for i in target[:-1]:
                if i > 8092:
                    sentinel = i
                    spans[sentinel] = []
                else:
                    spans[sentinel].append(i)
            restored = [j for i in source[:-1] for j in (spans[i] if i > 8092 else [i])]
            self.assertEqual(window.tolist(), restored)
            self.assertEqual(21, sum(map(len, spans.values())))

    def test_all_ways_to_cut_are_equally_likely(self):
        rng = np.random.default_rng(2)
        counts = collections.Counter(tuple(span_corruption.parts(5, 3, rng)) for _ in range(6000))
        self.assertEqual({(1, 1, 3), (1, 3, 1), (3, 1, 1), (1, 2, 2), (2, 1, 2), (2, 2, 1)}, set(counts))
        for ways in counts.values():
            self.assertAlmostEqual(1000, ways, delta=5 * (6000 * 1 / 6 * 5 / 6) ** 0.5)

    def test_documents_end_with_the_end_token(self):
        tokenizer = AutoTokenizer.from_pretrained(TOKENIZER)
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "text.txt")
            file.write_text("One line.\nAnother line.\n\nA second document. " * 40, encoding="utf-8")
            ids = span_corruption.tokens([str(file)], tokenizer)
            self.assertEqual(41, (ids == 1).sum())
            first = ids[: ids.tolist().index(1)]
            self.assertEqual("One line. Another line.", tokenizer.decode(first))
            file.write_text("Too short.", encoding="utf-8")
            with self.assertRaisesRegex(SystemExit, "text.txt: 5 tokens; a window takes 142"):
                span_corruption.tokens([str(file)], tokenizer)


class TaskMixture(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.tokenizer = AutoTokenizer.from_pretrained(TOKENIZER)

    def write(self, file, content):
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")

    def test_reads_training_files_alone(self):
        self.assertEqual(set(task_mixture.SHARES), set(task_mixture.FILES))
        for file, _ in task_mixture.FILES.values():
            self.assertTrue(pathlib.Path(file).name.startswith("train."), file)
        self.assertAlmostEqual(1, task_mixture.TEXT_SHARE + sum(task_mixture.SHARES.values()))

    def test_wording(self):
        self.write("glue/MRPC/train.tsv", "\ufeffQuality\ta\tb\tc\td\n1\t10\t11\tHe said \"no\".\tNo, he said.\n0\t1\t2\tUp.\tDown.\n")
        self.write("glue/STS-B/train.tsv", "\t".join("0123456789") + "\n" + "\t".join("0123456") + "\tA man.\tA cat.\t2.55\n")
        mrpc = task_mixture.mrpc(self.folder / "glue/MRPC/train.tsv")
        self.assertEqual(('mrpc sentence1: He said "no". sentence2: No, he said.', "equivalent"), mrpc[0])
        self.assertEqual("not_equivalent", mrpc[1][1])
        stsb = task_mixture.stsb(self.folder / "glue/STS-B/train.tsv")
        self.assertEqual([("stsb sentence1: A man. sentence2: A cat.", "2.6")], stsb)

    def test_an_epoch_has_each_row_once_within_the_budget(self):
        rows = [([9] * n + [1], [n + 10, 1]) for n in range(1, 60)]
        batches = task_mixture.endless(rows, 200, random.Random(3))
        seen = []
        while len(seen) < len(rows):
            source, target = next(batches)
            self.assertLessEqual(source.numel(), 200 + 5 * len(source))  # the order by length is a little noisy
            self.assertEqual(source.shape[0], target.shape[0])
            seen += (target[:, 0] - 10).tolist()
        self.assertEqual(list(range(1, 60)), sorted(seen))

    def test_long_sources_are_cut_and_ended(self):
        self.write("glue/SST-2/train.tsv", "sentence\tlabel\n" + "very " * 4000 + "good\t1\n")
        ((share, batches),) = task_mixture.batches(self.folder, self.tokenizer, 1000, random.Random(4)).values()
        source, target = next(batches)
        self.assertEqual((0.22, (1, 128), 1), (share, tuple(source.shape), source[0, -1]))
        self.assertEqual("positive</s>", self.tokenizer.decode(target[0]))

    def test_a_folder_without_files_is_an_error(self):
        with self.assertRaisesRegex(SystemExit, "has none of glue/SST-2/train.tsv"):
            task_mixture.batches(self.folder, self.tokenizer, 1000, random.Random(5))


class ShortRun(unittest.TestCase):
    """A very small model on the sentences of this repository."""

    SIZE = "--d-model 48 --d-ff 96 --d-kv 16 --heads 3 --layers 1".split()

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        sentences = [line.split("\t")[0] for line in SENTENCES.read_text(encoding="utf-8").split("\n")[1:] if line]
        (self.folder / "text.txt").write_text("\n\n".join(sentences), encoding="utf-8")
        (self.folder / "glue/SST-2").mkdir(parents=True)
        (self.folder / "glue/SST-2/train.tsv").write_bytes(SENTENCES.read_bytes())

    def run_script(self, *options):
        command = [sys.executable, MAIN / "pretrain_t5.py", "--corpus", self.folder / "text.txt", "--tokenizer", TOKENIZER]
        command += ["--threads", "1", "--batch-tokens", "1024", *options]
        return subprocess.run(list(map(str, command)), capture_output=True, text=True)

    def pretrain(self, *options):
        run = self.run_script(*options)
        self.assertEqual(0, run.returncode, run.stderr)
        return json.loads(run.stdout)

    def test_learns_saves_and_goes_on(self):
        first, second = self.folder / "first", self.folder / "second"
        told = self.pretrain("--out", first, "--steps", "20", "--mixture-minutes", "0", *self.SIZE)
        again = ["--start-from", first, "--tasks", self.folder, "--steps", "150", "--mixture-steps", "50"]
        longer = self.pretrain("--out", second, *again)
        self.assertEqual((20, 200), (told["steps"], longer["steps"]))
        self.assertEqual(told["parameters"], longer["parameters"])
        self.assertLess(longer["loss"]["text"], told["loss"]["text"] - 0.5)
        self.assertEqual({"text", "sst2"}, set(longer["rows"]))
        self.assertEqual((TOKENIZER / "tokenizer.json").read_bytes(), (second / "tokenizer.json").read_bytes())
        weights = load_file(second / "model.safetensors")
        self.assertEqual(longer["parameters"], sum(tensor.numel() for tensor in weights.values()))
        self.assertEqual({"bfloat16"}, {str(tensor.dtype).removeprefix("torch.") for tensor in weights.values()})

    def test_mistakes_are_told_at_once(self):
        no_tasks = self.run_script("--out", self.folder / "new")
        self.assertEqual(2, no_tasks.returncode)
        self.assertIn("stage 2 needs --tasks", no_tasks.stderr)
        there = self.run_script("--out", self.folder, "--mixture-minutes", "0")
        self.assertEqual(2, there.returncode)
        self.assertIn("exists", there.stderr)

    def test_files_are_checked_before_any_work(self):
        text, none = self.folder / "text.txt", self.folder / "none"
        for options, told in [
            (["--out", text / "new"], f"--out {text / 'new'}: expected a folder that can be written"),
            (["--out", none, "--corpus", none], f"--corpus {none}: expected a file"),
            (["--out", none, "--tokenizer", self.folder], f"--tokenizer {self.folder}: expected a folder with tokenizer.json"),
            (["--out", none, "--start-from", self.folder], f"--start-from {self.folder}: expected a folder with config.json"),
        ]:
            run = self.run_script("--mixture-minutes", "0", "--steps", "1", *self.SIZE, *options)
            self.assertEqual((2, 1), (run.returncode, len(run.stderr.splitlines())), run.stderr)
            self.assertIn(told, run.stderr)
        self.assertFalse(none.exists())

    def test_no_step_and_one_step(self):
        out = self.folder / "a/b/new"
        told = self.pretrain("--out", out, "--steps", "0", "--mixture-minutes", "0", *self.SIZE)
        self.assertEqual((0, {}), (told["steps"], told["loss"]))
        self.assertTrue((out / "model.safetensors").exists())
        told = self.pretrain("--out", out, "--overwrite", "--steps", "1", "--mixture-minutes", "0", *self.SIZE)
        self.assertEqual((1, {"text"}), (told["steps"], set(told["loss"])))


if __name__ == "__main__":
    unittest.main()
