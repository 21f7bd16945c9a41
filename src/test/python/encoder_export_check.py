"""Loads exported encoders with Python's own libraries and compares with what Java computed.

Usage: encoder_export_check.py CASE...; a CASE folder has out/ (the export), case.json (format, pooling, base, pairs) and
expected.safetensors (input_ids, attention_mask, logits). Prints one JSON document.
"""

import importlib.util
import json
import pathlib
import sys

import adapters
import torch
import transformers
from safetensors.torch import load_file
from transformers import AutoModel, AutoModelForSequenceClassification, AutoTokenizer

torch.set_num_threads(1)


def script(out):
    spec = importlib.util.spec_from_file_location("load", out / "load.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load(out, told):
    if told["format"] == "adapterhub":
        return script(out).load(told["base"]), AutoTokenizer.from_pretrained(told["base"])
    tokenizer = AutoTokenizer.from_pretrained(out)
    if told["pooling"] == "cls":
        model, info = AutoModelForSequenceClassification.from_pretrained(out, output_loading_info=True)
    else:
        model, info = AutoModel.from_pretrained(out, add_pooling_layer=False, output_loading_info=True)
    wrong = info["missing_keys"] or info["unexpected_keys"] or info["mismatched_keys"]
    if wrong:
        raise ValueError(f"{out}: {wrong}")
    return (model.eval() if told["pooling"] == "cls" else script(out).load()), tokenizer


def check(case):
    told = json.loads((case / "case.json").read_text(encoding="utf-8"))
    expected = load_file(case / "expected.safetensors")
    model, tokenizer = load(case / "out", told)
    first, second = zip(*told["pairs"])
    encoded = tokenizer(list(first), list(second), return_tensors="pt", padding=True)
    with torch.no_grad():
        logits = model(**encoded).logits
    labels = list(model.config.id2label.values()) if told["format"] == "hf" and told["pooling"] == "cls" else []
    return {
        "case": case.name,
        "sameIds": torch.equal(encoded.input_ids, expected["input_ids"].long())
        and torch.equal(encoded.attention_mask, expected["attention_mask"].long()),
        "rows": logits.shape[0],
        "labels": labels,
        "difference": (logits - expected["logits"]).abs().max().item(),
        "largest": expected["logits"].abs().max().item(),
    }


if __name__ == "__main__":
    transformers.logging.set_verbosity_error()
    json.dump(
        {
            "versions": {"torch": torch.__version__, "transformers": transformers.__version__}
            | {"adapters": adapters.__version__},
            "cases": [check(pathlib.Path(case)) for case in sys.argv[1:]],
        },
        sys.stdout,
    )
