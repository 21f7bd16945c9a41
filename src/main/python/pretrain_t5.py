"""Pre-trains a small T5 and writes it in Hugging Face layout; docs/pretraining.md says how to use it.

Stage 1 is span corruption on plain text. Stage 2, as for T5 v1.0, is a mixture of that with training rows of GLUE and
SuperGLUE in T5's wording. Each stage takes so many minutes or so many steps, on CUDA where there is a device, else on the CPU.
"""

import argparse
import copy
import json
import math
import os
import pathlib
import random
import shutil
import sys
import time

os.environ.setdefault("GOMP_SPINCOUNT", "10000")  # threads that spin for long slow a shared machine several times over

import torch  # noqa: E402
import transformers  # noqa: E402
from transformers import AutoTokenizer, T5Config, T5ForConditionalGeneration  # noqa: E402

import span_corruption  # noqa: E402
import task_mixture  # noqa: E402

WARM_UP_STEPS = 300
TELL_EVERY_SECONDS = 20
TOKENIZER_FILES = ["spiece.model", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    files = parser.add_argument_group("files")
    files.add_argument("--corpus", nargs="+", required=True, metavar="FILE", help=".txt or .txt.xz: a paragraph a line, a blank line between documents")
    files.add_argument("--tokenizer", required=True, metavar="DIR", help="folder of a T5 tokenizer, for example data/t5-tiny-en")
    files.add_argument("--tasks", metavar="DIR", help="benchmark files as compacter4j's --data takes them; stage 2 needs them")
    files.add_argument("--start-from", metavar="DIR", help="go on with this model, of whatever size it is")
    files.add_argument("--out", required=True, metavar="DIR")
    files.add_argument("--overwrite", action="store_true", help="replace --out if it exists")
    length = parser.add_argument_group("length")
    text, mixture = length.add_mutually_exclusive_group(), length.add_mutually_exclusive_group()
    text.add_argument("--minutes", type=float, default=16, help="of stage 1 (%(default)s)")
    text.add_argument("--steps", type=int, help="of stage 1, instead of minutes")
    mixture.add_argument("--mixture-minutes", type=float, default=6, help="of stage 2 (%(default)s)")
    mixture.add_argument("--mixture-steps", type=int, help="of stage 2, instead of minutes")
    length.add_argument("--save-every", type=float, default=5, metavar="MINUTES", help="(%(default)s)")
    training = parser.add_argument_group("training")
    training.add_argument("--batch-tokens", type=int, default=65_536, help="source tokens a step; about 4096 on a CPU (%(default)s)")
    training.add_argument("--lr", type=float, default=1.5e-3, help="highest learning rate of stage 1; stage 2 takes half (%(default)s)")
    training.add_argument("--dropout", type=float, default=0.0, help="(%(default)s)")
    training.add_argument("--seed", type=int, default=0, help="(%(default)s)")
    training.add_argument("--threads", type=int, help="on a CPU (as many as torch takes)")
    size = parser.add_argument_group("size of a new model")
    size.add_argument("--d-model", type=int, default=384, help="(%(default)s)")
    size.add_argument("--d-ff", type=int, default=1024, help="(%(default)s)")
    size.add_argument("--d-kv", type=int, default=64, help="(%(default)s)")
    size.add_argument("--heads", type=int, default=6, help="(%(default)s)")
    size.add_argument("--layers", type=int, default=4, help="of the encoder, and as many of the decoder (%(default)s)")
    a = parser.parse_args()
    if pathlib.Path(a.out).exists() and not a.overwrite:
        parser.error(f"--out {a.out} exists; name another folder or add --overwrite")
    if not a.tasks and (a.mixture_steps if a.mixture_steps is not None else a.mixture_minutes) > 0:
        parser.error("stage 2 needs --tasks; --mixture-minutes 0 leaves it out")
    if mistake := missing(a) or unwritable(a.out):
        parser.exit(2, f"{parser.prog}: {mistake}\n")
    return a


def missing(a):
    """What is wrong with the files to read, in one line; None if nothing is."""
    for file in a.corpus:
        if not pathlib.Path(file).is_file():
            return f"--corpus {file}: expected a file, found none"
    if not any(pathlib.Path(a.tokenizer, file).is_file() for file in ("tokenizer.json", "spiece.model")):
        return f"--tokenizer {a.tokenizer}: expected a folder with tokenizer.json, found none"
    if a.start_from and not pathlib.Path(a.start_from, "config.json").is_file():
        return f"--start-from {a.start_from}: expected a folder with config.json, found none"
    return None


def unwritable(out):
    """Why the model could not be saved at the end, in one line; None if it can."""
    try:
        writing = pathlib.Path(f"{out}.writing")
        writing.mkdir(parents=True, exist_ok=True)
        (writing / "model.safetensors").touch()
        shutil.rmtree(writing)
    except OSError as e:
        return f"--out {out}: expected a folder that can be written: {e.strerror}"
    return None


def new_model(a, tokenizer):
    """A T5 v1.0 with random weights; its embedding has a multiple of 64 rows, the last of which stay unused."""
    config = T5Config(
        vocab_size=(len(tokenizer) + 63) // 64 * 64,
        d_model=a.d_model,
        d_kv=a.d_kv,
        d_ff=a.d_ff,
        num_layers=a.layers,
        num_heads=a.heads,
        feed_forward_proj="relu",
        tie_word_embeddings=True,
        decoder_start_token_id=0,
        pad_token_id=0,
        eos_token_id=1,
    )
    return T5ForConditionalGeneration(config)


def set_dropout(model, rate):
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = rate
        elif isinstance(getattr(module, "dropout", None), float):
            module.dropout = rate  # that of the attention's probabilities


def new_optimiser(model):
    """AdamW. The embedding learns five times as fast; of the rest the matrices decay."""
    embedding = model.shared.weight
    others = [p for p in model.parameters() if p is not embedding]
    groups = [
        {"params": [p for p in others if p.ndim >= 2], "weight_decay": 0.05, "scale": 1},
        {"params": [p for p in others if p.ndim < 2], "weight_decay": 0.0, "scale": 1},
        {"params": [embedding], "weight_decay": 0.0, "scale": 5},
    ]
    return torch.optim.AdamW(groups, lr=0.0, betas=(0.9, 0.98), fused=True)


def learning_rate(highest, step, progress):
    """Linear warm-up times half a cosine, down to 2 %; `step` counts from 0, `progress` runs from 0 to 1."""
    return highest * min(1, (step + 1) / WARM_UP_STEPS) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress)))


def save(model, tokenizer_folder, out):
    """Writes beside and renames, so that a run that is stopped leaves a whole model."""
    writing, before = pathlib.Path(f"{out}.writing"), pathlib.Path(f"{out}.before")
    for folder in (writing, before):
        shutil.rmtree(folder, ignore_errors=True)
    narrow = copy.deepcopy(model).to(torch.bfloat16)
    narrow.config.dropout_rate = 0.1  # what fine-tuning reads from config.json
    narrow.save_pretrained(writing)
    for file in TOKENIZER_FILES:
        if pathlib.Path(tokenizer_folder, file).exists():
            shutil.copy(pathlib.Path(tokenizer_folder, file), writing)
    if pathlib.Path(out).exists():
        os.replace(out, before)
    os.replace(writing, out)
    shutil.rmtree(before, ignore_errors=True)


class Training:
    """One model and one optimiser through both stages, with a line of progress and a saved model now and then."""

    def __init__(self, a):
        torch.manual_seed(a.seed)
        if a.threads:
            torch.set_num_threads(a.threads)
        self.a = a
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.tokenizer = AutoTokenizer.from_pretrained(a.tokenizer)
        if a.start_from:
            model = T5ForConditionalGeneration.from_pretrained(a.start_from, dtype=torch.float32)
        else:
            model = new_model(a, self.tokenizer)
        self.model = model.to(self.device).train()
        set_dropout(self.model, a.dropout)
        self.optimiser = new_optimiser(self.model)
        self.random = random.Random(a.seed)
        self.saved = time.time()
        self.steps, self.rows, self.loss = 0, {}, {}

    def step(self, source, target, rate, kind):
        for group in self.optimiser.param_groups:
            group["lr"] = rate * group["scale"]
        source, target = source.to(self.device, non_blocking=True), target.to(self.device, non_blocking=True)
        with torch.autocast(self.device, dtype=torch.bfloat16):
            loss = self.model(input_ids=source, attention_mask=(source != 0).long(), labels=target).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self.steps += 1
        self.rows[kind] = self.rows.get(kind, 0) + len(source)
        if kind not in self.loss or self.steps % 10 == 0:  # not every step: reading the loss waits for the device
            now = loss.item()
            self.loss[kind] = round(0.9 * self.loss.get(kind, now) + 0.1 * now, 4)

    def stage(self, name, minutes, steps, highest, batches):
        """Trains for so many steps, or minutes if none are given; `batches` is {kind: (share of the steps, iterator)}."""
        kinds, shares = list(batches), [share for share, _ in batches.values()]
        began, told, first, rows = time.time(), time.time(), self.steps, sum(self.rows.values())
        while True:
            seconds, done = time.time() - began, self.steps - first
            if steps is None:
                progress = seconds / (60 * minutes + 1e-9)
            else:
                progress = done / steps if done < steps else 1
            if progress >= 1:
                break
            kind = self.random.choices(kinds, shares)[0]
            self.step(*next(batches[kind][1]), learning_rate(highest, done, progress), kind)
            if time.time() - told > TELL_EVERY_SECONDS:
                told = time.time()
                speed = f"{(sum(self.rows.values()) - rows) / seconds:.0f} rows/s"
                print(f"{name} {100 * progress:.0f} %, step {self.steps}, {speed}, loss {self.loss}", file=sys.stderr, flush=True)
            if time.time() - self.saved > 60 * self.a.save_every:
                self.save()
        self.save()

    def save(self):
        save(self.model, self.a.tokenizer, self.a.out)
        self.saved = time.time()


def main():
    a = arguments()
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    began = time.time()
    training = Training(a)
    mixture = task_mixture.batches(a.tasks, training.tokenizer, a.batch_tokens, training.random) if a.tasks else {}
    tokens = span_corruption.tokens(a.corpus, training.tokenizer)
    print(f"{len(tokens)} tokens of text in {time.time() - began:.0f} s, device {training.device}", file=sys.stderr, flush=True)
    cuda = training.device == "cuda"
    first_sentinel = training.tokenizer.convert_tokens_to_ids("<extra_id_0>")
    workers = min(10, os.cpu_count()) if cuda else 1
    text = span_corruption.batches(tokens, first_sentinel, a.batch_tokens, a.seed, workers, pin_memory=cuda)
    training.stage("text", a.minutes, a.steps, a.lr, {"text": (1, text)})
    if mixture:
        kinds = {"text": (task_mixture.TEXT_SHARE, text), **mixture}
        training.stage("mixture", a.mixture_minutes, a.mixture_steps, a.lr / 2, kinds)
    told = {
        "out": a.out,
        "parameters": sum(p.numel() for p in training.model.parameters()),
        "tokens": len(tokens),
        "steps": training.steps,
        "rows": training.rows,
        "loss": training.loss,
        "seconds": round(time.time() - began),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
