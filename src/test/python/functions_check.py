"""Checks every TorchScript function of compacter4j on one device, without Java, and times them at the sizes of T5-base.

Usage: functions_check.py ARCHIVE [--device cpu|cuda] [--goldens DIR] [--time]

ARCHIVE is what `compacter4j bench --archive FILE` writes. Expected values come from plain formulas below, in double precision on
the CPU, with gradients by autograd, and from the golden files of the reference implementation. Prints one JSON document; the exit
status is 1 if a value is off or a function has no case, and 2 if there is nothing to check, which one line tells.
"""

import argparse
import functools
import json
import math
import pathlib
import statistics
import sys
import time
import warnings

import torch

DOUBLE, SINGLE, BF16 = torch.float64, torch.float32, torch.bfloat16
# Of values and of gradients, relative to the largest expected one, at least 1. bfloat16 has 8 significant bits, and products of
# products lose a few of them.
TOLERANCES = {DOUBLE: (1e-9, 1e-9), SINGLE: (1e-4, 1e-3), BF16: (5e-2, 1e-1)}
HEADS = 2
SEED = 123456789


def drawn(*shape):
    return torch.randn(shape, dtype=DOUBLE, generator=drawn.generator)


def heads(x):
    return x.unflatten(-1, (HEADS, -1)).transpose(1, 2)


def attention(q, k, v, bias, kept=1.0):
    weights = torch.softmax(heads(q) @ heads(k).mT + bias, -1) * kept
    return (weights @ heads(v)).transpose(1, 2).flatten(2)


def bits(count, seed):
    """The counter hash of random_bits in Python's whole numbers."""

    def signed(x):
        return (x & (2**64 - 1)) - (2**64 if x & 2**63 else 0)

    words = []
    for i in range(count):
        x = (i * -7046029254386353131 + seed) % 2**64
        for shift, factor in ((32, -4658895280553007687), (29, -7723592293110705685)):
            x = (x ^ (x >> shift)) * factor % 2**64
        words.append(signed(x ^ (x >> 32)))
    return words


def keep_mask(shape, p, seed):
    count = math.prod(shape)
    words, border = bits((count + 3) // 4, seed), int((p - 0.5) * 2.0**64)
    kept = []
    for place in range(4):
        for word in words:
            shifted = (word << (16 * place)) % 2**64
            kept.append((shifted - 2**64 if shifted >= 2**63 else shifted) >= border)
    return torch.tensor(kept[:count]).view(shape)


def kronecker_sum(a, b):
    return sum(torch.kron(a[i].contiguous(), b[i].contiguous()) for i in range(len(a)))


def low_rank(a, s, t):
    return kronecker_sum(a, torch.stack([s[i] @ t[i] for i in range(len(s))]))


def hadamard_matrix(size):
    h = torch.ones(1, 1, dtype=DOUBLE)
    while len(h) < size:
        h = torch.kron(torch.tensor([[1.0, 1.0], [1.0, -1.0]], dtype=DOUBLE), h)
    return h


def fastfood(x, signs, places, g, size):
    padded = torch.cat([x, torch.zeros(len(g) - len(x), dtype=DOUBLE)])
    whole = torch.cat([signs] * (len(g) // len(signs)))  # x reaches the first signs alone
    h = hadamard_matrix(len(g))
    return (h @ ((h @ (padded * whole))[places] * g))[:size]


def principal_part(w):
    u, s, v = torch.linalg.svd(w.detach(), full_matrices=False)
    return (v[:3].T * s[:3]) @ v[:3]


def nearest(w, rank):
    """The nearest matrix of a rank."""
    u, s, v = torch.linalg.svd(w.detach(), full_matrices=False)
    return (u[:, :rank] * s[:rank]) @ v[:rank]


def composed(rows, out):
    """The product of what stands in each row: a column of the left matrix, its weight, a row of the right one."""
    left, weight, right = rows[:, :out], rows[:, out], rows[:, out + 1 :]
    return (left.T * weight) @ right


def triplet_scores(a, e, b, spread_a, spread_e, spread_b):
    return (a * spread_a).mean(1) + (e * spread_e)[:, 0] + (b * spread_b).mean(0)


class Case:
    """A call of one function: tensors that train, what else it takes, and the plain formula for it."""

    def __init__(self, name, tensors, formula, others=(), call=lambda f, x, rest: f(*x, *rest), types=tuple(TOLERANCES), devices=("cpu", "cuda")):
        self.name, self.tensors, self.formula, self.others, self.call = name, tensors, formula, others, call
        self.types, self.devices, self.source = types, devices, "formula"

    def compare(self, module, device, dtype):
        """The largest error of the value and of the gradients, in tolerances."""
        rounded = [x.to(dtype) for x in self.tensors]
        plain = [leaf(x, DOUBLE) for x in rounded]
        expected = self.formula(*plain)
        weights = torch.randn(expected.shape, dtype=DOUBLE, generator=drawn.generator).to(dtype)
        x = [leaf(r, dtype, device) for r in rounded]
        y = self.call(getattr(module, self.name), x, [on(device, o) for o in self.others])
        value, gradient = TOLERANCES[dtype]
        worst = error(y, expected) / value
        if expected.requires_grad:
            (expected * weights.to(DOUBLE)).sum().backward()
            (y * weights.to(device).to(y.dtype)).sum().backward()
            worst = max([worst] + [error(a.grad, b.grad) / gradient for a, b in zip(x, plain) if b.grad is not None])
        return worst


def leaf(x, dtype, device="cpu"):
    return x.detach().clone().to(dtype).to(device).requires_grad_()


def on(device, x):
    return x.to(device) if isinstance(x, torch.Tensor) else x


def error(actual, expected):
    assert actual.shape == expected.shape, f"shape {tuple(actual.shape)}, expected {tuple(expected.shape)}"
    actual, expected = actual.detach().cpu().to(DOUBLE), expected.detach().to(DOUBLE)
    worst = ((actual - expected).abs().max() / max(1.0, expected.abs().max())).item()
    return worst if math.isfinite(worst) else math.inf


def with_bias(f, x, rest):
    return f(*x[:-1], [x[-1]], *rest)


def formula_cases():
    """Each function of floating-point tensors against its formula."""
    x, w, c = drawn(2, 3, 8), drawn(5, 8), drawn(5)
    yield Case("linear", [x, w], lambda x, w: x @ w.T)
    yield Case("linear_bias", [x, w, c], lambda x, w, c: x @ w.T + c)
    yield Case("linear_onednn", [drawn(160, 96), drawn(64, 96) / 10], lambda x, w: x @ w.T, types=[SINGLE], devices=["cpu"])
    yield Case("linear_bias_onednn", [drawn(160, 96), drawn(64, 96) / 10, drawn(64)], lambda x, w, c: x @ w.T + c, types=[SINGLE], devices=["cpu"])
    narrow = w.to(BF16)
    yield Case("linear_bf16", [x], lambda x: x @ narrow.to(DOUBLE).T, [narrow], types=[BF16])
    yield Case("linear_bias_bf16", [x, c], lambda x, c: x @ narrow.to(DOUBLE).T + c, [narrow], lambda f, x, rest: f(x[0], rest[0], x[1]), types=[BF16])
    yield Case("times", [x, drawn(8, 6)], lambda x, h: x @ h, [[]])
    yield Case("times", [x, drawn(8, 6), drawn(6)], lambda x, h, c: x @ h + c, call=with_bias)
    ids = torch.tensor([[0, 2, 2], [6, 1, 0]])
    yield Case("embedding", [drawn(7, 4)], lambda w: w[ids], [ids])
    yield Case("rms_norm", [x, drawn(8)], lambda x, w: x / (x.square().mean(-1, keepdim=True) + 1e-6).sqrt() * w, [1e-6])
    centred = lambda x: x - x.mean(-1, keepdim=True)
    yield Case("layer_norm", [x, drawn(8), drawn(8)], lambda x, w, c: centred(x) / (centred(x).square().mean(-1, keepdim=True) + 1e-5).sqrt() * w + c, [1e-5])
    yield Case("gelu_tanh", [x], lambda x: 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))))
    kept = keep_mask(x.shape, 0.3, SEED).to(DOUBLE) / 0.7
    yield Case("dropout", [x], lambda x: x * kept, [0.3, SEED])
    yield Case("relu_dropout", [x], lambda x: torch.relu(x) * kept, [0.3, SEED])
    labels = torch.tensor([[1, -100, 4], [0, 2, -100]])
    counted = labels >= 0
    yield Case("cross_entropy", [drawn(2, 3, 5)], lambda z: -z.log_softmax(-1)[counted, labels[counted]].mean(), [labels])
    yield Case("hadamard_matrix", [drawn(1)], lambda x: hadamard_matrix(16), [16])
    yield Case("hadamard", [drawn(512) / 20], lambda x: hadamard_matrix(512) @ x)
    yield Case("scale", [x], lambda x: x * 0.25, [0.25])
    places = torch.tensor([4, 1])
    yield Case("add_at", [drawn(2, 3), drawn(2)], lambda w, v, places=places: w.flatten().index_add(0, places, v).view(2, 3), [places], lambda f, x, rest: f(x[0], rest[0], x[1]))
    yield Case("row_norms", [w, drawn(2, 8), drawn(5, 2)], lambda w, a, b: (w + 0.5 * b @ a).norm(dim=1).detach(), [0.5])
    yield Case("principal_rows", [w], principal_part, [3], lambda f, x, rest: f(x[0], 3).T @ f(x[0], 3), types=[SINGLE, DOUBLE])
    yield Case("singular_factors", [w], lambda w: nearest(w, 3), [3], lambda f, x, rest: composed(f(x[0].detach(), 3), 5), types=[SINGLE, DOUBLE])
    yield Case("triangular_factors", [w], lambda w: w.detach(), [5], lambda f, x, rest: composed(f(x[0].detach(), 5), 5), types=[SINGLE, DOUBLE])
    scores = [drawn(3, 8), drawn(3, 1), drawn(5, 3), drawn(3, 8), drawn(3, 1), drawn(5, 3)]
    yield Case("triplet_scores", scores, triplet_scores, call=lambda f, x, rest: f(x[:3], x[3:]))
    yield Case("scale_gradient", [x], lambda x: x.detach() + (x - x.detach()) * 0.25, [0.25])
    yield Case("without_graph", [x], lambda x: x.detach())
    yield Case("alias", [x], lambda x: x)
    yield Case("to_float32", [x], lambda x: x * 1, types=[SINGLE, BF16])
    yield Case("to_float64", [x], lambda x: x * 1)
    yield Case("to_bf16", [x], lambda x: x * 1, types=[BF16])
    yield from attention_cases()
    yield from phm_cases(x)
    signs, g = torch.tensor([1.0, -1, -1, 1, 1, -1, -1, 1], dtype=DOUBLE), drawn(32)
    places = torch.randperm(32, generator=drawn.generator)

    def call(f, x, rest):
        return f(x[0], signs.to(x[0]), places.to(x[0].device) % 8, x[1], 27)

    yield Case("fastfood", [drawn(6) / 4, g], lambda x, g: fastfood(x, signs, places, g, 27), call=call)


def attention_cases():
    q, k, v, bias = drawn(2, 4, 6), drawn(2, 5, 6), drawn(2, 5, 6), drawn(2, HEADS, 4, 5)
    kept = keep_mask((2, HEADS, 4, 5), 0.2, SEED).to(DOUBLE) / 0.8
    yield Case("attention", [q, k, v, bias], functools.partial(attention, kept=kept), [HEADS, 0.2, SEED])
    yield Case("attention_fused", [q, k, v, bias], attention, [HEADS])
    buckets = torch.tensor([[0, 3, 1], [1, 2, 3]])

    def call(f, x, rest):
        return f(x[0], rest[0], x[1])

    yield Case("position_bias", [drawn(4, HEADS), drawn(3, 1, 1, 3)], lambda w, mask: w[buckets].permute(2, 0, 1)[None] + mask, [buckets], call)


def phm_cases(x):
    a, b, s, t, c = drawn(4, 4, 4), drawn(4, 2, 3), drawn(4, 2, 2), drawn(4, 2, 3), drawn(12)
    yield Case("kronecker_sum", [a, b], kronecker_sum)
    yield Case("factor_product", [s, t], lambda s, t: torch.stack([s[i] @ t[i] for i in range(4)]))
    yield Case("phm_full", [x, a, b, c], lambda x, a, b, c: x @ kronecker_sum(a, b) + c, call=with_bias)
    yield Case("phm_full", [x, a, b], lambda x, a, b: x @ kronecker_sum(a, b), [[]])
    yield Case("phm_low_rank", [x, a, s, t, c], lambda x, a, s, t, c: x @ low_rank(a, s, t) + c, call=with_bias)
    yield Case("phm_low_rank", [x, a, s, t], lambda x, a, s, t: x @ low_rank(a, s, t), [[]])


def golden_cases(folder):
    """Values and gradients of the reference implementation; the files hold what the formulas above would give as well."""

    def tensor(values):
        return torch.tensor(values["data"], dtype=DOUBLE).view(values["shape"])

    for path in sorted(folder.glob("phm_[fl][up]*.json")):
        golden = json.loads(path.read_text(encoding="utf-8"))
        p = {name: tensor(value) for name, value in golden["params"].items()}
        a = p["phm_rule"] if "phm_rule" in p else tensor(golden["A"]) if "A" in golden else p["phm_rule_left"] @ p["phm_rule_right"]
        inner = [p["W"]] if "W" in p else [p["W_left"], p["W_right"]]
        bias = [p["b"]] if "b" in p else []
        name = "phm_full" if "W" in p else "phm_low_rank"
        call = with_bias if bias else (lambda f, x, rest: f(*x, []))
        yield Golden(path.name, name, [tensor(golden["x"]), a, *inner, *bias], call, tensor(golden["y"]), tensor(golden["g"]), tensor(golden["grad_x"]))
    for path in folder.glob("gelu_new.json"):
        golden = json.loads(path.read_text(encoding="utf-8"))
        x, y, slope = (torch.tensor(golden[key], dtype=DOUBLE) for key in ("x", "y", "dydx"))
        yield Golden(path.name, "gelu_tanh", [x], lambda f, x, rest: f(*x), y, torch.ones_like(y), slope)
    for path in folder.glob("intrinsic_said.json"):
        for case in json.loads(path.read_text(encoding="utf-8"))["cases"]:
            x, signs, g, y, w, slope = (torch.tensor(case[key], dtype=DOUBLE) for key in ("x", "B", "G", "y_float64", "g", "grad_x_true"))
            scale = case["divisor"] * math.sqrt(case["DD"] / case["LL"])
            places, size = torch.tensor(case["Pi"]), case["DD"]

            def call(f, x, rest, signs=signs, places=places, g=g, size=size, scale=scale):
                moved = [z.to(x[0].device) for z in (signs.to(x[0].dtype), places, g.to(x[0].dtype))]
                return f(x[0], *moved, size) / scale

            yield Golden(path.name, "fastfood", [x], call, y, w, slope, tolerance=1e-6)  # the file's inputs are float32


class Golden:
    """A call whose value and gradient of the first tensor a golden file tells."""

    def __init__(self, source, name, tensors, call, expected, weights, gradient, tolerance=0.0):
        self.source, self.name, self.tensors, self.call = source, name, tensors, call
        self.expected, self.weights, self.gradient, self.tolerance = expected, weights, gradient, tolerance
        self.types, self.devices = tuple(TOLERANCES), ("cpu", "cuda")

    def compare(self, module, device, dtype):
        x = [leaf(t, dtype, device) for t in self.tensors]
        y = self.call(getattr(module, self.name), x, [])
        (y * self.weights.to(dtype).to(device)).sum().backward()
        value, gradient = (max(t, self.tolerance) for t in TOLERANCES[dtype])
        return max(error(y, self.expected) / value, error(x[0].grad, self.gradient) / gradient)


class Pair:
    """A function and its backward pass: the value, and the gradients of all tensors for a drawn gradient of the value.

    `forward(m, x)` returns the value and what is kept, `backward(m, g, x, kept)` the gradients. Where matrices are frozen and in
    bfloat16 (`narrow`), activations are float32 and tolerances bfloat16's."""

    def __init__(self, names, tensors, formula, forward, backward, narrow=False):
        self.names, self.tensors, self.formula, self.forward, self.backward = names, tensors, formula, forward, backward
        self.narrow, self.types = narrow, [SINGLE] if narrow else [DOUBLE, SINGLE]

    def compare(self, module, device, dtype):
        x = [t.to(dtype) for t in self.tensors]
        plain = [leaf(t, DOUBLE) for t in x]
        expected = self.formula(*plain)
        g = torch.randn(expected.shape, dtype=DOUBLE, generator=drawn.generator).to(dtype)
        (expected * g.to(DOUBLE)).sum().backward()
        x = [t.to(device) for t in x]
        with torch.no_grad():
            y, *kept = self.forward(module, x)
            gradients = self.backward(module, g.to(device), x, kept)
        value, gradient = TOLERANCES[BF16 if self.narrow else dtype]
        return max([error(y, expected) / value] + [error(a, b.grad) / gradient for a, b in zip(gradients, plain)])


def backward_pairs():
    """Each function of backward.py against its formula; a batch of few rows and one of many take different ways."""
    x, z, w, c = drawn(2, 4, 8), drawn(2, 4, 8), drawn(6, 8), drawn(6)
    affine = ("affine", "affine_input", "affine_weight", "affine_bias", "product")
    yield Pair(affine, [x, w, c], lambda x, w, c: x @ w.T + c, lambda m, x: [m.affine(x[0], x[1], [x[2]])],
               lambda m, g, x, kept: [m.affine_input(g, x[1]), m.affine_weight(g, x[0]), m.affine_bias(g)])
    for rows in (5, 75):  # twenty rows and three hundred
        for wide in (drawn(6, 8), drawn(8, 6)):
            yield Pair(affine, [drawn(rows, 4, wide.shape[1]), wide], lambda x, w: x @ w.T, lambda m, x: [m.affine(x[0], x[1], [])],
                       lambda m, g, x, kept: [m.affine_input(g, x[1]), m.affine_weight(g, x[0])])
    keep = keep_mask(z.shape, 0.3, SEED).to(DOUBLE) / 0.7
    yield Pair(("residual", "residual_backward"), [x, z], lambda h, z: h + z * keep, lambda m, x: m.residual(*x, 0.3, SEED),
               lambda m, g, x, kept: [g, m.residual_backward(g, kept[0], 0.3)])
    yield Pair(("relu_dropout_kept", "relu_dropout_backward"), [x], lambda x: torch.relu(x) * keep, lambda m, x: [m.relu_dropout_kept(x[0], 0.3, SEED)] * 2,
               lambda m, g, x, kept: [m.relu_dropout_backward(g, kept[0], 0.3)])
    centred = lambda x: x - x.mean(-1, keepdim=True)
    norm = lambda x, w, c: centred(x) / (centred(x).square().mean(-1, keepdim=True) + 1e-5).sqrt() * w + c
    yield Pair(("layer_norm_kept", "layer_norm_backward"), [x, drawn(8), drawn(8)], norm, lambda m, x: m.layer_norm_kept(*x, 1e-5),
               lambda m, g, x, kept: m.layer_norm_backward(g, *x, *kept))
    rms = lambda x, w: x / (x.square().mean(-1, keepdim=True) + 1e-6).sqrt() * w
    yield Pair(("rms_norm_kept", "rms_norm_backward"), [x, drawn(8)], rms, lambda m, x: m.rms_norm_kept(*x, 1e-6),
               lambda m, g, x, kept: m.rms_norm_backward(g, *x, *kept))
    yield from attention_pairs()
    for rows in (1, 8):
        for narrow in (False, True):
            yield from frozen_pairs(rows, narrow)


def attention_pairs():
    q, k, v, bias = drawn(2, 4, 6), drawn(2, 5, 6), drawn(2, 5, 6), drawn(2, 1, 4, 5)
    names = ("attention_kept", "attention_backward", "broadcast_backward", "heads_attention", "heads_attention_backward", "to_heads", "from_heads", "as_numbers")
    for p in (0.0, 0.2):
        kept = keep_mask((2, HEADS, 4, 5), p, SEED).to(DOUBLE) / (1 - p) if p else 1.0
        formula = lambda q, k, v, bias, kept=kept: attention(q * 0.5, k, v, bias, kept)

        def backward(m, g, x, kept, p=p):
            *d, scores = m.attention_backward(g, *kept, HEADS, 0.5, p)
            return [*d, m.broadcast_backward(scores, x[3])]

        yield Pair(names, [q, k, v, bias], formula, lambda m, x, p=p: m.attention_kept(*x, HEADS, 0.5, p, SEED), backward)


def frozen_pairs(rows, narrow):
    """Sub-layers whose matrices do not train, with biases that do; `rows` texts of four ids."""

    def matrix(*shape):
        return (drawn(*shape) / 3).to(BF16).to(DOUBLE)

    def kept(w, x):
        return [m.to(x.device).to(BF16 if narrow else x.dtype) for m in w]

    x, w = drawn(rows, 4, 8), [matrix(6, 8), matrix(6, 8), matrix(6, 8), matrix(8, 6)]
    mask, b = drawn(rows, 1, 1, 4), [drawn(6), drawn(6), drawn(6), drawn(8)]
    seed, p = SEED + rows, 0.2
    dropped = keep_mask((rows, HEADS, 4, 4), p, seed).to(DOUBLE) / (1 - p)

    def attend(x, *b):
        q, k, v = (x @ w[i].T + b[i] for i in range(3))
        return attention(q * 0.5, k, v, mask, dropped) @ w[3].T + b[3]

    names = ("self_attention", "self_attention_backward", "joint", "joint_input", "joint_bias")
    yield Pair(names, [x, *b], attend, lambda m, x: m.self_attention(x[0], kept(w, x[0]), x[1:], mask.to(x[0]), HEADS, 0.5, p, seed),
               lambda m, g, x, a: m.self_attention_backward(g, kept(w, g), *a, HEADS, 0.5, p, 1, 1), narrow)
    plain = lambda x, *b: attention((x @ w[0].T + b[0]) * 0.5, x @ w[1].T + b[1], x @ w[2].T + b[2], mask, 1.0) @ w[3].T + b[3]
    yield Pair(("self_attention_fused",), [x, *b], plain, lambda m, x: [m.self_attention_fused(x[0], kept(w, x[0]), x[1:], mask.to(x[0]), HEADS, 0.5)],
               lambda m, g, x, kept: [], narrow)
    w = [matrix(12, 8), matrix(8, 12)]
    b = [drawn(12), drawn(8)]
    dropped = keep_mask((rows, 4, 12), p, seed).to(DOUBLE) / (1 - p)
    functions = {"gelu": torch.nn.functional.gelu, "gelu_new": lambda u: torch.nn.functional.gelu(u, approximate="tanh"), "relu": lambda u: torch.relu(u) * dropped}
    for name, f in functions.items():
        rate = p if name == "relu" else 0.0
        yield Pair(("feed_forward", "feed_forward_backward"), [x, *b], lambda x, b, c, f=f, w=w: f(x @ w[0].T + b) @ w[1].T + c,
                   lambda m, x, n=name, r=rate, w=w: m.feed_forward(x[0], kept(w, x[0]), x[1:], n, r, seed),
                   lambda m, g, x, a, n=name, r=rate, w=w: m.feed_forward_backward(g, kept(w, g), *a, n, r, 1, 1), narrow)


def exact_checks(module, device):
    """What has no formula in floating point: bits, masks, flags, and the optimiser's step in place."""
    x = torch.zeros(5, 7, device=device)
    word = bits(9, SEED)
    yield "random_bits", module.random_bits(x, SEED).tolist() == word
    yield "keep_mask", bool((module.keep_mask(x, 0.3, SEED).cpu() == keep_mask((5, 7), 0.3, SEED)).all())
    yield "requires_gradient", [module.requires_gradient(x).numel(), module.requires_gradient(x.clone().requires_grad_()).numel()] == [0, 1]
    target = torch.zeros(3, device=device)
    module.copy(torch.tensor([1.0, 2.0, 3.0], device=device), target)
    yield "copy", target.tolist() == [1, 2, 3]
    p = torch.tensor([1.0, 2.0], device=device, requires_grad=True)
    p.square().sum().backward()
    module.scale_gradients([p], 0.25)
    yield "scale_gradients", p.grad.tolist() == [0.5, 1]
    module.zero_gradients([p])
    yield "zero_gradients", p.grad.tolist() == [0, 0]
    table = drawn(7, 4).to(BF16).to(device)
    rows = module.embedding_bf16(table, torch.tensor([[0, 6]], device=device))
    yield "embedding_bf16", rows.dtype == SINGLE and bool((rows == table[[0, 6]].to(SINGLE)[None]).all())


def adamw_checks(module, device):
    """Three steps against AdamW's formula (Loshchilov and Hutter, 2019)."""
    for dtype in (DOUBLE, SINGLE):
        start = drawn(3, 4)
        p, m, v = (z.to(dtype).to(device) for z in (start, torch.zeros(3, 4), torch.zeros(3, 4)))
        p.requires_grad_()
        plain, m0, v0 = start.clone(), torch.zeros(3, 4, dtype=DOUBLE), torch.zeros(3, 4, dtype=DOUBLE)
        norms = []
        for step in range(1, 4):
            p.square().sum().backward()
            norms.append(error(module.gradient_norm([p]), (2 * plain).norm()))
            g = 0.5 * 2 * plain
            m0, v0 = 0.9 * m0 + 0.1 * g, 0.999 * v0 + 0.001 * g * g
            rate = 0.01 * math.sqrt(1 - 0.999**step) / (1 - 0.9**step)
            plain = (plain - rate * m0 / (v0.sqrt() + 1e-8)) * (1 - 0.01 * 0.1)
            with torch.no_grad():
                count = torch.tensor(float(step), device=device)
                module.scale_gradients([p], 0.5)
                module.adamw([p], [m], [v], count, 0.01, 0.9, 0.999, 1e-8, 0.1)
                module.zero_gradients([p])
        yield "adamw_by_age", dtype, by_age(module, dtype, device, start) / TOLERANCES[dtype][0]
        yield "sensitivity", dtype, sensitivity(module, dtype, device, start) / TOLERANCES[dtype][0]
        yield "shrink", dtype, shrunk(module, dtype, device) / TOLERANCES[dtype][0]
        yield "gradient_norm", dtype, max(norms) / TOLERANCES[dtype][0]
        yield "adamw", dtype, error(p, plain) / TOLERANCES[dtype][0]


def trained(start, dtype, device):
    """A tensor whose gradient is twice its value."""
    p = leaf(start, dtype, device)
    p.square().sum().backward()
    return p


def by_age(module, dtype, device, start):
    """Largest error of a step of AdamW in which each entry counts its own steps."""
    age = torch.arange(1, 13).view(3, 4).to(DOUBLE)
    m, v, g = start / 3, start.square(), 2 * start
    m1, v1 = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
    rate = 0.01 * (1 - 0.999**age).sqrt() / (1 - 0.9**age)
    expected = (start - rate * m1 / (v1.sqrt() + 1e-8)) * (1 - 0.01 * 0.1)
    p = trained(start, dtype, device)
    with torch.no_grad():
        module.adamw_by_age(p, *(z.to(dtype).to(device) for z in (m, v, age)), 0.01, 0.9, 0.999, 1e-8, 0.1)
    return error(p, expected)


def sensitivity(module, dtype, device, start):
    """Largest error of the running means of |p dL/dp| and of its distance from its mean."""
    now, mean, spread = (start * 2 * start).abs(), start.square() / 2, start.abs()
    mean1 = 0.85 * mean + 0.15 * now
    spread1 = 0.8 * spread + 0.2 * (now - mean1).abs()
    p, m, s = trained(start, dtype, device), *(z.to(dtype).to(device) for z in (mean, spread))
    with torch.no_grad():
        module.sensitivity([p], [m], [s], 0.85, 0.8)
    return max(error(m, mean1), error(s, spread1))


def shrunk(module, dtype, device):
    """Error of entries beyond a quarter that go to zero by a quarter; what is then nearer than a quarter is zero."""
    p = torch.tensor([1.0, -0.75, 0.375, 0.125, -0.25, 0.0]).to(dtype).to(device)
    module.shrink([p], 0.25)
    return error(p, torch.tensor([0.75, -0.5, 0.0, 0.0, -0.25, 0.0]))


def short(dtype):
    return str(dtype).removeprefix("torch.")


def check(module, device, further):
    """A row for each function, source of the expected values and type: the largest error in tolerances."""
    rows = []
    for case in [*formula_cases(), *further]:
        if device in case.devices:
            for dtype in case.types:
                rows.append((case.name, case.source, short(dtype), case.compare(module, device, dtype)))
    for pair in backward_pairs():
        for dtype in pair.types:
            worst = pair.compare(module, device, dtype)
            rows += [(name, "formula", "bfloat16" if pair.narrow else short(dtype), worst) for name in pair.names]
    rows += [(name, "formula", short(dtype), worst) for name, dtype, worst in adamw_checks(module, device)]
    rows += [(name, "exact", "-", 0.0 if good else math.inf) for name, good in exact_checks(module, device)]
    return rows


def timed(f, device, repeats):
    """Median milliseconds of f, which returns after the device has finished."""

    def once():
        begin = time.perf_counter()
        f()
        if device == "cuda":
            torch.cuda.synchronize()
        return 1000 * (time.perf_counter() - begin)

    for _ in range(3):
        once()
    return statistics.median(once() for _ in range(repeats))


def base_sizes(device, dtype, rows, length):
    """Calls at the sizes of T5-base, adapters of 24 dimensions with n = 4."""

    def random(*shape, trains=True):
        return torch.randn(*shape, device=device, dtype=dtype).mul_(0.05).requires_grad_(trains)

    x, wide = random(rows, length, 768), random(rows, length, 3072)
    ids = torch.randint(0, 32_000, (rows, length), device=device)
    a, s, t, b = random(4, 4, 4), random(4, 192, 1), random(4, 1, 6), random(24)
    labels, steps = torch.randint(0, 32_000, (rows, 8), device=device), torch.tensor(1.0, device=device)
    bias = random(rows, 12, length, length, trains=False)
    places = torch.randperm(1 << 21, device=device)
    yield "linear", lambda m, w=random(3072, 768, trains=False): m.linear(x, w)
    yield "linear_bf16", lambda m, w=random(3072, 768, trains=False).to(BF16): m.linear_bf16(x, w)
    yield "linear_bias", lambda m, w=random(24, 768): m.linear_bias(x, w, b)
    yield "embedding", lambda m, w=random(32_128, 768): m.embedding(w, ids)
    yield "rms_norm", lambda m, w=random(768): m.rms_norm(x, w, 1e-6)
    yield "layer_norm", lambda m, w=random(768), c=random(768): m.layer_norm(x, w, c, 1e-12)
    yield "gelu_tanh", lambda m, z=random(rows, length, 24): m.gelu_tanh(z)
    yield "dropout", lambda m: m.dropout(x, 0.1, SEED)
    yield "relu_dropout", lambda m: m.relu_dropout(wide, 0.1, SEED)
    yield "attention", lambda m: m.attention(x, x, x, bias, 12, 0.1, SEED)
    yield "attention_fused", lambda m: m.attention_fused(x, x, x, bias, 12)
    yield "cross_entropy", lambda m, z=random(rows, 8, 32_128): m.cross_entropy(z, labels)
    yield "kronecker_sum", lambda m, b=random(4, 192, 6): m.kronecker_sum(a, b)
    yield "phm_full", lambda m, b=random(4, 192, 6), c=random(24): m.phm_full(x, a, b, [c])
    yield "phm_low_rank", lambda m: m.phm_low_rank(x, a, s, t, [b])
    signs, g = torch.ones(32_768, device=device, dtype=dtype), random(1 << 21)
    yield "fastfood", lambda m, z=random(20_000): m.fastfood(z, signs, places % 32_768, g, 1 << 21)
    parameters = [random(768, 768) for _ in range(20)]
    moments = [torch.zeros_like(p) for p in parameters], [torch.zeros_like(p) for p in parameters]
    for p in parameters:
        p.grad = torch.zeros_like(p)

    def update(m):
        with torch.no_grad():
            return m.adamw(parameters, *moments, steps, 1.0, 1e-3, 0.9, 0.999, 1e-8, 0.0)

    yield "adamw", update


def times(module, device, rows, length, repeats):
    """Median milliseconds, forward alone and with the backward pass."""
    result = []
    for dtype in (SINGLE, BF16):
        for name, call in base_sizes(device, dtype, rows, length):
            if name == "adamw" and dtype == BF16:
                continue  # what trains is float32

            def both():
                y = call(module)
                if y.requires_grad:
                    y.sum().backward()

            with torch.no_grad():
                forward = timed(lambda: call(module), device, repeats)
            backward = None if name == "adamw" else timed(both, device, repeats)
            result.append({"function": name, "type": short(dtype), "forwardMs": forward, "forwardBackwardMs": backward})
    return result


def refuse(message):
    print(f"functions_check.py: {message}", file=sys.stderr)
    sys.exit(2)


def archive(path, device):
    if device == "cuda" and not torch.cuda.is_available():
        refuse("--device cuda: expected a GPU that this torch can use, found none")
    if not path.is_file():
        refuse(f"{path}: expected a file that `compacter4j bench --archive` writes, found none")
    warnings.filterwarnings("ignore", message=".*torch.jit.load")  # newer versions call it deprecated
    try:
        return torch.jit.load(path, map_location=device)
    except RuntimeError:
        refuse(f"{path}: expected a file that `compacter4j bench --archive` writes; torch {torch.__version__} cannot read it")


def goldens(folder):
    found = list(golden_cases(folder)) if folder else []
    if folder and not found:
        refuse(f"--goldens {folder}: expected a folder with files such as gelu_new.json, found none of them")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("archive", type=pathlib.Path)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--goldens", type=pathlib.Path, help="folder of the reference's values: src/test/resources/goldens")
    parser.add_argument("--time", action="store_true", help="time the functions at the sizes of T5-base too")
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--length", type=int, default=128)
    parser.add_argument("--repeats", type=int, default=20)
    a = parser.parse_args()
    drawn.generator = torch.Generator().manual_seed(7)
    torch.manual_seed(7)
    module = archive(a.archive, a.device)
    rows = check(module, a.device, goldens(a.goldens))
    functions = {name for name in module._c._method_names() if name != "forward"}
    unchecked = sorted(functions - {name for name, *_ in rows} - ({"linear_onednn", "linear_bias_onednn"} if a.device == "cuda" else set()))
    bad = [row for row in rows if not row[3] <= 1]
    told = {
        "device": torch.cuda.get_device_name() if a.device == "cuda" else "cpu",
        "torch": torch.__version__,
        "functions": len(functions),
        "unchecked": unchecked,
        "off": [{"function": f, "source": s, "type": t, "tolerances": round(e, 3)} for f, s, t, e in bad],
        "checks": [{"function": f, "source": s, "type": t, "tolerances": float(f"{e:.3g}")} for f, s, t, e in rows],
    }
    if a.time:
        told["times"] = times(module, a.device, a.batch_size, a.length, a.repeats)
    print(json.dumps(told))
    sys.exit(1 if bad or unchecked else 0)


if __name__ == "__main__":
    main()
