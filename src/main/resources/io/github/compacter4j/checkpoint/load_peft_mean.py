"""Loads the adapter in this folder into an encoder: python load.py BASE TEXT [SECOND TEXT]

@SPEC@, trained on @BASE@, whose tensors have
SHA-256 @SHA256@.
Needs the packages torch, transformers, peft and safetensors; peft 0.21.2 with transformers
4.57.6 is known to work.

PeftModel.from_pretrained(AutoModel.from_pretrained(BASE), FOLDER) loads the encoder with its adapter; the head, a
linear layer on the mean of the tokens, lies in head.safetensors, and this script computes it.
"""

import pathlib
import sys

import torch
from peft import PeftModel
from safetensors.torch import load_file
from transformers import AutoModel, AutoTokenizer
from transformers.modeling_outputs import SequenceClassifierOutput

FOLDER = pathlib.Path(__file__).resolve().parent
LABELS = @LABELS@


@MEAN@


def load(base):
    """The model with the adapter at work and its head; base is the name or folder of the base model."""
    encoder = AutoModel.from_pretrained(base, dtype=torch.float32, add_pooling_layer=False)
    return MeanClassifier(PeftModel.from_pretrained(encoder, str(FOLDER))).eval()


def predict(model, tokenizer, *texts):
    """The logits for one text or a pair."""
    with torch.no_grad():
        return model(**tokenizer(*texts, truncation=True, return_tensors="pt")).logits[0]


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    logits = predict(load(sys.argv[1]), AutoTokenizer.from_pretrained(sys.argv[1]), *sys.argv[2:4])
    print(dict(zip(LABELS, logits.tolist())))
