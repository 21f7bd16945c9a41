"""Loads adapters that Java exported with peft, and saves adapters of peft for Java to import.

Usage: peft_check.py CASE...; a CASE folder has case.json (direction, base, model, outputs) and inputs.safetensors.
direction "load": out/ is the export and expected.safetensors what Java computes. direction "save": peft saves an adapter
of case.json's config and settings into out/, and what it computes goes to expected.safetensors. Prints one JSON document.
"""

import importlib.util
import json
import pathlib
import sys

import peft
import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import AutoModel, AutoModelForSequenceClassification, T5ForConditionalGeneration

torch.set_num_threads(1)


def base(told):
    if told["model"] == "t5":
        return T5ForConditionalGeneration.from_pretrained(told["base"])
    if told["model"] == "cls":
        return AutoModelForSequenceClassification.from_pretrained(
            told["base"], num_labels=told["outputs"], ignore_mismatched_sizes=True
        )
    return AutoModel.from_pretrained(told["base"], add_pooling_layer=False)


def script(out):
    spec = importlib.util.spec_from_file_location("load", out / "load.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def compute(model, told, inputs):
    """Logits, or the last hidden states of an encoder without a head."""
    ids = {name: tensor.long() for name, tensor in inputs.items()}
    with torch.no_grad():
        answer = model.eval()(**ids)
    if told["model"] == "encoder":
        return answer.last_hidden_state
    return answer.logits[..., : told["rows"]]  # Java keeps the rows of an embedding that the tokenizer has


def prune(model, inputs, steps):
    """Lets AdaLoRA mask ranks as in training."""
    ids = {name: tensor.long() for name, tensor in inputs.items()}
    for step in range(1, steps + 1):
        model(**ids)[0].square().mean().backward()
        model.base_model.update_and_allocate(step)
        model.zero_grad()


def saved(case, told, inputs):
    """Saves an adapter whose every tensor has moved; "steps" of pruning follow where they are told."""
    steps = told["settings"].pop("steps", 0)
    config = getattr(peft, told["config"])(**told["settings"])
    torch.manual_seed(7)
    model = peft.get_peft_model(base(told), config)
    with torch.no_grad():
        for tensor in model.parameters():
            if tensor.requires_grad:
                tensor.add_(torch.randn_like(tensor) * 0.05)
    prune(model, inputs, steps)
    model.save_pretrained(case / "out")
    expected = compute(model, told, inputs)
    save_file({"output": expected.contiguous()}, case / "expected.safetensors")
    return expected


def loaded(case, told, inputs):
    if told["model"] == "mean":
        return compute(script(case / "out").load(told["base"]), told, inputs)
    return compute(peft.PeftModel.from_pretrained(base(told), str(case / "out")), told, inputs)


def check(case):
    told = json.loads((case / "case.json").read_text(encoding="utf-8"))
    inputs = load_file(case / "inputs.safetensors")
    if told["direction"] == "save":
        found = expected = saved(case, told, inputs)
    else:
        expected = load_file(case / "expected.safetensors")["output"]
        found = loaded(case, told, inputs)
    return {
        "case": case.name,
        "rows": found.shape[0],
        "difference": (found - expected).abs().max().item(),
        "largest": expected.abs().max().item(),
    }


if __name__ == "__main__":
    transformers.logging.set_verbosity_error()
    json.dump(
        {
            "versions": {"torch": torch.__version__, "transformers": transformers.__version__}
            | {"peft": peft.__version__},
            "cases": [check(pathlib.Path(case)) for case in sys.argv[1:]],
        },
        sys.stdout,
    )
