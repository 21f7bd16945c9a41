"""Plain text as span-corruption batches (Raffel et al. 2020, section 3.1.4): 15 % of the tokens, spans of three on average."""

import itertools
import lzma

import numpy as np
import torch

WINDOW, NOISE, SPANS = 142, 21, 7
SOURCE = WINDOW - NOISE + SPANS + 1
TARGET = NOISE + SPANS + 1
END = 1


def documents(paths):
    for path in paths:
        with (lzma.open if path.endswith(".xz") else open)(path, "rt", encoding="utf-8") as file:
            for document in file.read().split("\n\n"):
                document = document.replace("\n", " ").strip()
                for at in range(0, len(document), 200_000):  # novels are long
                    yield document[at : at + 200_000]


def tokens(paths, tokenizer):
    """All documents' ids one after the other, each document ended by the end token."""
    rest, ids = documents(paths), []
    while some := list(itertools.islice(rest, 256)):
        for encoding in tokenizer.backend_tokenizer.encode_batch_fast(some, add_special_tokens=False):
            ids += [np.array(encoding.ids, dtype=np.uint16), np.array([END], dtype=np.uint16)]
    ids = np.concatenate(ids) if ids else np.array([], dtype=np.uint16)
    if len(ids) < WINDOW:
        raise SystemExit(f"--corpus {' '.join(paths)}: {len(ids)} tokens; a window takes {WINDOW}")
    return ids


def parts(total, count, rng):
    """`count` lengths of at least one that add up to `total`; all ways to cut are equally likely."""
    cuts = np.sort(rng.choice(total - 1, count - 1, replace=False)) + 1
    return np.diff(np.concatenate([[0], cuts, [total]]))


def corrupt(window, first_sentinel, rng):
    """Source (SOURCE) and target (TARGET) of a window (WINDOW); sentinels count down from `first_sentinel`."""
    source, target, at = [], [], 0
    for span, (kept, noise) in enumerate(zip(parts(WINDOW - NOISE, SPANS, rng), parts(NOISE, SPANS, rng))):
        sentinel = [first_sentinel - span]
        source += [window[at : at + kept], sentinel]
        target += [sentinel, window[at + kept : at + kept + noise]]
        at += kept + noise
    return np.concatenate([*source, [END]]), np.concatenate([*target, [END]])


class Corrupted(torch.utils.data.IterableDataset):
    """Endless batches of source (rows, SOURCE) and target (rows, TARGET)."""

    def __init__(self, ids, first_sentinel, rows, seed):
        self.ids, self.first_sentinel, self.rows, self.seed = ids, first_sentinel, rows, seed

    def __iter__(self):
        worker = torch.utils.data.get_worker_info()
        rng = np.random.default_rng((self.seed, worker.id if worker else 0))
        while True:
            source = np.empty((self.rows, SOURCE), np.int64)
            target = np.empty((self.rows, TARGET), np.int64)
            for row in range(self.rows):
                at = rng.integers(0, len(self.ids) - WINDOW + 1)
                source[row], target[row] = corrupt(self.ids[at : at + WINDOW].astype(np.int64), self.first_sentinel, rng)
            yield torch.from_numpy(source), torch.from_numpy(target)


def batches(ids, first_sentinel, batch_tokens, seed, workers, pin_memory):
    dataset = Corrupted(ids, first_sentinel, max(1, batch_tokens // SOURCE), seed)
    return iter(
        torch.utils.data.DataLoader(dataset, batch_size=None, num_workers=workers, pin_memory=pin_memory, prefetch_factor=4)
    )
