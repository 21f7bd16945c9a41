"""Loads the encoder in this folder with its head: python load.py TEXT [SECOND TEXT]

The head reads the mean of the tokens' states. The library transformers has no such head, so it lies in
head.safetensors; training with --pooling cls makes a folder that needs no script.
Needs the packages torch, transformers and safetensors; transformers 4.57.6 is known to work.
"""

import pathlib
import sys

import torch
from safetensors.torch import load_file
from transformers import AutoModel, AutoTokenizer
from transformers.modeling_outputs import SequenceClassifierOutput

FOLDER = pathlib.Path(__file__).resolve().parent
LABELS = @LABELS@


@MEAN@


def load():
    """The encoder with its head."""
    encoder = AutoModel.from_pretrained(FOLDER, dtype=torch.float32, add_pooling_layer=False)
    return MeanClassifier(encoder).eval()


def predict(model, tokenizer, *texts):
    """The logits for one text or a pair."""
    with torch.no_grad():
        return model(**tokenizer(*texts, truncation=True, return_tensors="pt")).logits[0]


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    logits = predict(load(), AutoTokenizer.from_pretrained(FOLDER), *sys.argv[1:3])
    print(dict(zip(LABELS, logits.tolist())))
