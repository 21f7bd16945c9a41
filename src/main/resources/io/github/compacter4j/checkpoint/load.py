"""Loads the adapter in this folder into a T5: python load.py BASE [TEXT ...]

@SPEC@, trained on @BASE@, whose tensors have
SHA-256 @SHA256@.
Needs the packages torch, transformers, adapters and safetensors; adapters 1.3.0 with transformers
4.57.6 is known to work.

The caveat: load_adapter alone is not enough. T5's norms trained beside the adapter (unless the
method says norms=none); they are no part of an adapter to the library and come from
norms.safetensors here.
"""

import pathlib
import sys

import adapters
import torch
from safetensors.torch import load_file
from transformers import AutoTokenizer, T5ForConditionalGeneration

FOLDER = pathlib.Path(__file__).resolve().parent


def load(base):
    """The model with the adapter at work; base is the name or folder of the base model."""
    model = T5ForConditionalGeneration.from_pretrained(base, dtype=torch.float32)
    model.resize_token_embeddings(@ROWS@)  # as many rows as it was trained with
    adapters.init(model)
    model.load_adapter(str(FOLDER), set_active=True, use_safetensors=True)
    norms = FOLDER / "norms.safetensors"
    if norms.exists():
        unknown = model.load_state_dict(load_file(norms), strict=False).unexpected_keys
        if unknown:
            raise ValueError(f"{norms}: the model has no {unknown[0]}")
    return model.eval()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
    model = load(sys.argv[1])
    for text in sys.argv[2:]:
        ids = tokenizer(text, return_tensors="pt")
        print(tokenizer.decode(model.generate(**ids)[0], skip_special_tokens=True))
