"""Loads exported folders with Python's own libraries and compares with what Java computed.

Usage: export_check.py BASE CASE...; a CASE folder has out/ (the export), case.json (format, texts, written) and
expected.safetensors (input_ids, attention_mask, decoder_input_ids, logits). Prints one JSON document.
"""

import importlib.util
import json
import pathlib
import sys

import adapters
import torch
import transformers
from safetensors.torch import load_file
from transformers import AutoTokenizer, T5ForConditionalGeneration

torch.set_num_threads(1)


def load(case, base, form):
    out = case / "out"
    if form == "t5":
        return T5ForConditionalGeneration.from_pretrained(out).eval(), AutoTokenizer.from_pretrained(out)
    spec = importlib.util.spec_from_file_location("load", out / "load.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.load(base), AutoTokenizer.from_pretrained(base)


def check(case, base):
    told = json.loads((case / "case.json").read_text(encoding="utf-8"))
    expected = load_file(case / "expected.safetensors")
    model, tokenizer = load(case, base, told["format"])
    encoded = tokenizer(told["texts"], return_tensors="pt", padding=True)
    with torch.no_grad():
        logits = model(
            input_ids=encoded.input_ids,
            attention_mask=encoded.attention_mask,
            decoder_input_ids=expected["decoder_input_ids"].long(),
        ).logits
        written = model.generate(**encoded, max_length=told["maxLength"], num_beams=1, do_sample=False)
    return {
        "case": case.name,
        "sameIds": torch.equal(encoded.input_ids, expected["input_ids"].long())
        and torch.equal(encoded.attention_mask, expected["attention_mask"].long()),
        "sameTexts": [text.strip() for text in tokenizer.batch_decode(written, skip_special_tokens=True)]
        == told["written"],
        "rows": logits.shape[0],
        "difference": (logits - expected["logits"]).abs().max().item(),
        "largest": expected["logits"].abs().max().item(),
    }


if __name__ == "__main__":
    transformers.logging.set_verbosity_error()
    json.dump(
        {
            "versions": {"torch": torch.__version__, "transformers": transformers.__version__}
            | {"adapters": adapters.__version__},
            "cases": [check(pathlib.Path(case), sys.argv[1]) for case in sys.argv[2:]],
        },
        sys.stdout,
    )
