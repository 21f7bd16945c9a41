"""Loads the adapter in this folder into an encoder: python load.py BASE TEXT [SECOND TEXT]

@SPEC@, trained on @BASE@, whose tensors have
SHA-256 @SHA256@.
Needs the packages torch, transformers, adapters and safetensors; adapters 1.3.0 with transformers
4.57.6 is known to work.

The caveat: load_adapter alone is not enough. The head trained with the adapter and lies in head.safetensors;
so did the LayerNorms (unless the method says norms=none), which lie in norms.safetensors.
"""

import pathlib
import sys

import adapters
import torch
from safetensors.torch import load_file
from transformers import AutoModel, AutoTokenizer
from transformers.modeling_outputs import SequenceClassifierOutput

FOLDER = pathlib.Path(__file__).resolve().parent
LABELS = @LABELS@


@MEAN@


def put(model, name):
    """Puts the tensors of a file beside this script into the model; norms=none leaves no file."""
    file = FOLDER / name
    if file.exists():
        unknown = model.load_state_dict(load_file(file), strict=False).unexpected_keys
        if unknown:
            raise ValueError(f"{file}: the model has no {unknown[0]}")


def load(base):
    """The model with the adapter at work and its head; base is the name or folder of the base model."""
    encoder = AutoModel.from_pretrained(base, dtype=torch.float32, add_pooling_layer=False)
    adapters.init(encoder)
    encoder.load_adapter(str(FOLDER), set_active=True, use_safetensors=True)
    put(encoder, "norms.safetensors")
    return MeanClassifier(encoder).eval()


def predict(model, tokenizer, *texts):
    """The logits for one text or a pair."""
    with torch.no_grad():
        return model(**tokenizer(*texts, truncation=True, return_tensors="pt")).logits[0]


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    logits = predict(load(sys.argv[1]), AutoTokenizer.from_pretrained(sys.argv[1]), *sys.argv[2:4])
    print(dict(zip(LABELS, logits.tolist())))
