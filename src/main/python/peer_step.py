"""Times training steps of transformers' models on torch, the peer of `compacter4j bench`.

Usage: peer_step.py JSON

JSON has the sizes of a BERT, RoBERTa or T5 as its config.json would (`config`), a method (full, adapter, compacter or compacter++)
with `bottleneck` and `n`, `precision` (float32; autocast: bfloat16 in torch.autocast; frozen: autocast over frozen tensors
kept in bfloat16), and `rows`, `length`, `target`, `steps`, `threads`. Weights and ids are random, and all else is as `bench` has it:
dropout of the configuration, cross-entropy, AdamW without decay, gradients clipped to norm 1, two steps before those measured,
memory above the level behind loading and a forward pass of one row. Predictions are an encoder's forward pass, or `target` ids that
a T5 writes greedily. Prints one JSON document: what trained, and what it cost.
"""

import json
import statistics
import sys
import time
from types import SimpleNamespace

import torch
from torch import nn
from transformers import AutoConfig, AutoModel, T5Config, T5ForConditionalGeneration

WARM_UP = 2


class Dense(nn.Linear):
    """One layer of a Houlsby adapter."""

    def __init__(self, rule, inputs, outputs):
        super().__init__(inputs, outputs)
        nn.init.normal_(self.weight, std=0.01)
        nn.init.zeros_(self.bias)


class LowRankPhm(nn.Module):
    """y = x H + b with H the sum over i of A_i (Kronecker) s_i t_i, built anew in each pass."""

    def __init__(self, rule, inputs, outputs):
        super().__init__()
        n = rule.shape[0]
        self.rule = rule  # (n, n, n), shared
        self.left = nn.Parameter(0.1 * torch.randn(n, inputs // n, 1))
        self.right = nn.Parameter(0.1 * torch.randn(n, 1, outputs // n))
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x):
        b = self.left @ self.right  # (n, inputs / n, outputs / n)
        inputs, outputs = self.left.shape[0] * b.shape[1], self.bias.shape[0]
        h = torch.einsum("iac,ipq->apcq", self.rule, b).reshape(inputs, outputs)
        return x @ h.to(x.dtype) + self.bias.to(x.dtype)


class Adapter(nn.Module):
    """x + up(gelu(down(x)))"""

    def __init__(self, layer, rule, width, bottleneck):
        super().__init__()
        self.down = layer(rule, width, bottleneck)
        self.up = layer(rule, bottleneck, width)

    def forward(self, x):
        return x + self.up(nn.functional.gelu(self.down(x), approximate="tanh"))


class Encoder(nn.Module):
    """BERT or RoBERTa with a linear layer on the mean of its last hidden states; two classes."""

    def __init__(self, config):
        super().__init__()
        self.model = AutoModel.from_config(AutoConfig.for_model(**config), add_pooling_layer=False)
        self.dropout = nn.Dropout(self.model.config.hidden_dropout_prob)
        self.head = nn.Linear(self.model.config.hidden_size, 2)

    width = property(lambda self: self.model.config.hidden_size)

    def places(self, attention):
        """Each projection behind which an adapter stands, with the module that holds it as `dense`."""
        for block in self.model.encoder.layer:
            if attention:
                yield block.attention.output, "dense"
            yield block.output, "dense"

    def batch(self, rows, length, target):
        ids = torch.randint(3, self.model.config.vocab_size, (rows, length))
        return ids, torch.ones_like(ids), torch.randint(0, 2, (rows,))

    def predict(self, ids, mask, target):
        hidden = self.model(input_ids=ids, attention_mask=mask).last_hidden_state
        mask = mask.unsqueeze(2).to(hidden.dtype)
        mean = (hidden * mask).sum(1) / mask.sum(1)
        return self.head(self.dropout(mean))

    def forward(self, ids, mask, labels):
        return nn.functional.cross_entropy(self.predict(ids, mask, None), labels)


class TextToText(nn.Module):
    """T5."""

    def __init__(self, config):
        super().__init__()
        self.model = T5ForConditionalGeneration(T5Config(use_cache=False, **config))
        self.head = None

    width = property(lambda self: self.model.config.d_model)

    def places(self, attention):
        for stack in (self.model.encoder, self.model.decoder):
            for block in stack.block:
                if attention:
                    yield block.layer[0].SelfAttention, "o"
                yield block.layer[-1].DenseReluDense, "wo"

    def batch(self, rows, length, target):
        vocabulary = self.model.config.vocab_size
        ids = torch.randint(3, vocabulary, (rows, length))
        return ids, torch.ones_like(ids), torch.randint(3, vocabulary, (rows, target))

    def predict(self, ids, mask, target):
        return self.model.generate(input_ids=ids, attention_mask=mask, max_new_tokens=target, num_beams=1, do_sample=False, use_cache=True)

    def forward(self, ids, mask, labels):
        return self.model(input_ids=ids, attention_mask=mask, labels=labels).loss


class Projection(nn.Module):
    """A frozen projection with an adapter behind it."""

    def __init__(self, inner, adapter):
        super().__init__()
        self.inner = inner
        self.adapter = adapter

    @property
    def weight(self):  # transformers' T5 looks at its type
        return self.inner.weight

    def forward(self, x):
        return self.adapter(self.inner(x))


def adapt(learner, task):
    """Freezes all but norms and head, and puts adapters in their places."""
    for name, parameter in learner.named_parameters():
        parameter.requires_grad = "norm" in name.lower() or name.startswith("head.")
    n = task.n
    rule = nn.Parameter(1e-4 * torch.randn(n, n, n)) if task.method != "adapter" else None
    layer = Dense if rule is None else LowRankPhm
    for module, name in list(learner.places(attention=task.method != "compacter++")):
        adapter = Adapter(layer, rule, learner.width, task.bottleneck)
        setattr(module, name, Projection(getattr(module, name), adapter))


def resident(field):
    """A memory figure of this process in bytes; 0 where the system does not tell."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith(field))
    except OSError:
        return 0


def reset_peak():
    try:
        with open("/proc/self/clear_refs", "w", encoding="ascii") as clear:
            clear.write("5")
    except OSError:
        pass


def level_after_one_row(learner, batch):
    with torch.no_grad():
        learner(*(tensor[:1] for tensor in batch))
    return resident("VmRSS")


def step(learner, batch, optimizer, parameters, precision):
    """Milliseconds of the loss, the gradients, and clipping with the update."""
    start = time.perf_counter()
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision != "float32"):
        loss = learner(*batch)
    loss.item()
    forward = time.perf_counter()
    loss.backward()
    backward = time.perf_counter()
    nn.utils.clip_grad_norm_(parameters, 1.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    end = time.perf_counter()
    return [1e3 * (forward - start), 1e3 * (backward - forward), 1e3 * (end - backward)]


def prediction(learner, batch, task):
    """Milliseconds of predicting a batch."""
    learner.eval()
    start = time.perf_counter()
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=task.precision != "float32"):
        learner.predict(*batch[:2], task.target)
    return 1e3 * (time.perf_counter() - start)


def main():
    task = SimpleNamespace(**json.loads(sys.argv[1]))
    torch.set_num_threads(task.threads)
    torch.manual_seed(1)
    learner = (Encoder if "hidden_size" in task.config else TextToText)(task.config)
    learner.train()
    batch = learner.batch(task.rows, task.length, task.target)
    level = level_after_one_row(learner, batch)
    if task.method != "full":
        adapt(learner, task)
    if task.precision == "frozen":
        for parameter in learner.parameters():
            if not parameter.requires_grad:
                parameter.data = parameter.data.bfloat16()
    parameters = [parameter for parameter in learner.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=1e-4, weight_decay=0, fused=True)
    reset_peak()
    times = [
        step(learner, batch, optimizer, parameters, task.precision)
        for _ in range(task.steps + WARM_UP)
    ][WARM_UP:]
    forward, backward, update = (statistics.median(part) for part in zip(*times))
    peak = resident("VmHWM")
    predictions = [prediction(learner, batch, task) for _ in range(task.steps + WARM_UP)][WARM_UP:]
    cost = {
        "method": "transformers: " + task.method,
        "precision": task.precision,
        "rows": task.rows * task.steps,
        "steps": task.steps,
        "seconds": sum(map(sum, times)) / 1e3,
        "forward": forward,
        "backward": backward,
        "optimizer": update,
        "prediction": statistics.median(predictions),
        "memoryBytes": max(0, peak - level),
        "attention": getattr(learner.model.config, "_attn_implementation", "eager"),
    }
    trainable = sum(parameter.numel() for parameter in parameters)
    print(json.dumps({"trainable": trainable, "cost": cost}))


if __name__ == "__main__":
    main()
