"""Training rows of GLUE and SuperGLUE tasks in T5's wording. No validation or test row is ever read."""

import json
import pathlib

import torch

# Shares of the steps of stage 2.
TEXT_SHARE = 0.30
SHARES = {
    "sst2": 0.22,
    "cola": 0.09,
    "mnli": 0.10,
    "qnli": 0.07,
    "qqp": 0.09,
    "mrpc": 0.04,
    "stsb": 0.04,
    "rte": 0.02,
    "multirc": 0.015,
    "boolq": 0.01,
    "cb": 0.005,
}
LONGEST = 128
END = 1


def tsv(path, header=True):
    lines = path.read_text(encoding="utf-8-sig").split("\n")
    return [line.split("\t") for line in lines if line][1 if header else 0 :]


def jsonl(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def sst2(path):
    return [(f"sst2 sentence: {sentence}", "positive" if label == "1" else "negative") for sentence, label in tsv(path)]


def cola(path):
    return [(f"cola sentence: {row[3]}", "acceptable" if row[1] == "1" else "unacceptable") for row in tsv(path, header=False)]


def mrpc(path):
    labels = {"1": "equivalent", "0": "not_equivalent"}
    return [(f"mrpc sentence1: {row[3]} sentence2: {row[4]}", labels[row[0]]) for row in tsv(path)]


def rte(path):
    return [(f"rte sentence1: {row[1]} sentence2: {row[2]}", row[3]) for row in tsv(path)]


def stsb(path):
    return [(f"stsb sentence1: {row[7]} sentence2: {row[8]}", f"{round(float(row[9]) * 5) / 5:.1f}") for row in tsv(path)]


def mnli(path):
    return [(f"mnli hypothesis: {row[2]} premise: {row[1]}", row[3]) for row in tsv(path)]


def qnli(path):
    return [(f"qnli question: {row[1]} sentence: {row[2]}", row[3]) for row in tsv(path)]


def qqp(path):
    labels = {"1": "duplicate", "0": "not_duplicate"}
    return [(f"qqp question1: {row[1]} question2: {row[2]}", labels[row[3]]) for row in tsv(path) if len(row) > 3]


def cb(path):
    return [(f"cb hypothesis: {row['hypothesis']} premise: {row['premise']}", row["label"]) for row in jsonl(path)]


def boolq(path):
    return [(f"boolq question: {row['question']} passage: {row['passage']}", str(row["label"])) for row in jsonl(path)]


def multirc(path):
    return [
        (f"multirc question: {q['question']} answer: {w['text']} paragraph: {row['passage']['text']}", str(w["label"] == 1))
        for row in jsonl(path)
        for q in row["passage"]["questions"]
        for w in q["answers"]
    ]


FILES = {
    "sst2": ("glue/SST-2/train.tsv", sst2),
    "cola": ("glue/CoLA/train.tsv", cola),
    "mrpc": ("glue/MRPC/train.tsv", mrpc),
    "rte": ("glue/RTE/train.tsv", rte),
    "stsb": ("glue/STS-B/train.tsv", stsb),
    "mnli": ("glue_partial/MNLI/train.tsv", mnli),
    "qnli": ("glue_partial/QNLI/train.tsv", qnli),
    "qqp": ("glue_partial/QQP/train.tsv", qqp),
    "cb": ("superglue/CB/train.jsonl", cb),
    "boolq": ("superglue_partial/BoolQ/train.jsonl", boolq),
    "multirc": ("superglue/MultiRC/train.jsonl", multirc),
}


def pad(rows):
    """Rows of (source ids, target ids) as (rows, source), padded by 0, and (rows, target), padded by -100."""
    source = torch.zeros(len(rows), max(len(s) for s, _ in rows), dtype=torch.long)
    target = torch.full((len(rows), max(len(t) for _, t in rows)), -100)
    for at, (s, t) in enumerate(rows):
        source[at, : len(s)] = torch.tensor(s)
        target[at, : len(t)] = torch.tensor(t)
    return source, target


def endless(rows, batch_tokens, rnd):
    """Epochs of batches in random order, each of about `batch_tokens` source tokens and of rows of like length."""
    while True:
        batches, batch = [], []
        for row in sorted(rows, key=lambda row: len(row[0]) + rnd.uniform(0, 4)):  # so that no epoch's batches are the last's
            if batch and (len(batch) + 1) * len(row[0]) > batch_tokens:
                batches.append(batch)
                batch = []
            batch.append(row)
        batches.append(batch)
        rnd.shuffle(batches)
        yield from map(pad, batches)


def ids(tokenizer, texts, longest):
    """Ids of each text, cut to `longest` and ended by the end token."""
    texts = [text[: 16 * longest] for text in texts]  # a piece has at most 16 characters; MultiRC repeats long texts
    encodings = tokenizer.backend_tokenizer.encode_batch_fast(texts, add_special_tokens=False)
    return [encoding.ids[: longest - 1] + [END] for encoding in encodings]


def batches(folder, tokenizer, batch_tokens, rnd):
    """{task: (share, endless batches)} of the tasks whose training file is in `folder`."""
    found = {}
    for task, (file, read) in FILES.items():
        path = pathlib.Path(folder, file)
        if path.exists():
            sources, targets = zip(*read(path))
            rows = list(zip(ids(tokenizer, sources, LONGEST), ids(tokenizer, targets, LONGEST)))
            found[task] = (SHARES[task], endless(rows, batch_tokens, rnd))
    if not found:
        raise SystemExit(f"--tasks {folder}: has none of {', '.join(file for file, _ in FILES.values())}")
    return found
