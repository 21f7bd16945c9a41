# TorchScript of the operations that DJL lacks or does slowly. TorchModule wraps each function into a
# method of one module and loads it from memory. dtype numbers: 6 float32, 7 float64, 15 bfloat16.

# y = x W^T, W stored (out, in) as in checkpoints.
def linear(self, x: Tensor, w: Tensor) -> Tensor:
    return torch.linear(x, w)

# y = x W^T + b.
def linear_bias(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    return torch.linear(x, w, b)

# The first through oneDNN: float32 on a CPU, about twice as fast as MKL on wide products.
def linear_onednn(self, x: Tensor, w: Tensor) -> Tensor:
    return torch.to_dense(torch.mkldnn_linear(torch.to_mkldnn(x), w))

def linear_bias_onednn(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    return torch.to_dense(torch.mkldnn_linear(torch.to_mkldnn(x), w, b))

# The first with W kept in bfloat16; x and y stay in their own type.
def linear_bf16(self, x: Tensor, w: Tensor) -> Tensor:
    return torch.linear(x.to(15), w).to(x.dtype)

def linear_bias_bf16(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    return torch.linear(x.to(15), w).to(x.dtype) + b

def embedding(self, w: Tensor, ids: Tensor) -> Tensor:
    return torch.embedding(w, ids)

def embedding_bf16(self, w: Tensor, ids: Tensor) -> Tensor:
    return torch.embedding(w, ids).to(6)

def rms_norm(self, x: Tensor, w: Tensor, eps: float) -> Tensor:
    return x * torch.rsqrt(torch.mean(x * x, [-1], True) + eps) * w

def layer_norm(self, x: Tensor, w: Tensor, b: Tensor, eps: float) -> Tensor:
    return torch.layer_norm(x, [x.size(-1)], w, b, eps)

def gelu_tanh(self, x: Tensor) -> Tensor:
    return torch.gelu(x, approximate="tanh")

# 64 random bits for four elements: an arithmetic hash of (seed, position), so that no generator has
# a state. A shift is mixed in by xor three times, with an odd multiplication between, in place.
def random_bits(self, x: Tensor, seed: int) -> Tensor:
    r = torch.arange((x.numel() + 3) // 4, dtype=4, layout=None, device=x.device, pin_memory=None)
    r = r.mul_(-7046029254386353131).add_(seed)
    r = r.bitwise_xor_(torch.__rshift__(r, 32).bitwise_and_(4294967295)).mul_(-4658895280553007687)
    r = r.bitwise_xor_(torch.__rshift__(r, 29).bitwise_and_(34359738367)).mul_(-7723592293110705685)
    return r.bitwise_xor_(torch.__rshift__(r, 32).bitwise_and_(4294967295))

# True with probability 1 - p; element j of a group of four reads the bits from 16 j on.
def keep_mask(self, x: Tensor, p: float, seed: int) -> Tensor:
    r = self.random_bits(x, seed)
    t = int((p - 0.5) * 18446744073709551616.)
    m = torch.empty([4, r.size(0)], dtype=11, layout=None, device=x.device, pin_memory=None)
    for j in range(4):
        if j > 0:
            r = r.__ilshift__(16)
        torch.ge(r, t, out=torch.select(m, 0, j))
    return m.view([-1]).slice(0, 0, x.numel(), 1).view(x.size())

def dropout(self, x: Tensor, p: float, seed: int) -> Tensor:
    return torch.native_dropout_backward(x, self.keep_mask(x, p, seed), 1. / (1. - p))

# dropout(relu(x)) as one product with one boolean mask, which is all that the backward pass keeps.
def relu_dropout(self, x: Tensor, p: float, seed: int) -> Tensor:
    keep = torch.logical_and(self.keep_mask(x, p, seed), x.gt(0.))
    return torch.native_dropout_backward(x, keep, 1. / (1. - p))

# softmax(Q K^T + bias) V over heads, T5's way: no 1/sqrt(d). q (batch, query, heads*d_kv),
# k and v (batch, key, heads*d_kv), bias broadcast to (batch, heads, query, key).
def attention(self, q: Tensor, k: Tensor, v: Tensor, bias: Tensor, heads: int, p: float, seed: int) -> Tensor:
    b, t, s = q.size(0), q.size(1), k.size(1)
    qh = q.view([b, t, heads, -1]).transpose(1, 2)
    kh = k.view([b, s, heads, -1]).transpose(1, 2)
    vh = v.view([b, s, heads, -1]).transpose(1, 2)
    w = torch.softmax(torch.matmul(qh, kh.transpose(2, 3)) + bias, -1)
    if p > 0.:
        w = self.dropout(w, p, seed)
    return torch.matmul(w, vh).transpose(1, 2).reshape([b, t, -1])

# The same in one fused operation, which refuses dropout on a CPU.
def attention_fused(self, q: Tensor, k: Tensor, v: Tensor, bias: Tensor, heads: int) -> Tensor:
    b, t, s = q.size(0), q.size(1), k.size(1)
    qh = q.view([b, t, heads, -1]).transpose(1, 2)
    kh = k.view([b, s, heads, -1]).transpose(1, 2)
    vh = v.view([b, s, heads, -1]).transpose(1, 2)
    y = torch.scaled_dot_product_attention(qh, kh, vh, bias, 0., False, scale=1.)
    return y.transpose(1, 2).reshape([b, t, -1])

# (buckets, heads) looked up at (query, key), plus the mask -> (batch or 1, heads, query, key)
def position_bias(self, table: Tensor, buckets: Tensor, mask: Tensor) -> Tensor:
    return torch.embedding(table, buckets).permute([2, 0, 1]).unsqueeze(0) + mask

# Mean over the labels that are not -100.
def cross_entropy(self, logits: Tensor, labels: Tensor) -> Tensor:
    return torch.cross_entropy_loss(logits.view([-1, logits.size(-1)]), labels.view([-1]), None, 1, -100, 0.)

# H = sum_i A_i (x) B_i as one product: (n*n, n) (n, p*q), then the blocks are put in place.
def kronecker_sum(self, a: Tensor, b: Tensor) -> Tensor:
    n, p, q = b.size(0), b.size(1), b.size(2)
    h = torch.matmul(a.view([n, n * n]).t(), b.reshape([n, p * q]))
    return h.view([n, n, p, q]).transpose(1, 2).reshape([n * p, n * q])

# x H + bias in one operation; the list holds one bias or none.
def times(self, x: Tensor, h: Tensor, bias: List[Tensor]) -> Tensor:
    if len(bias) == 0:
        return torch.matmul(x, h)
    return torch.linear(x, h.t(), bias[0])

# Each of n products (n, i, r) (n, r, j) -> (n, i, j)
def factor_product(self, left: Tensor, right: Tensor) -> Tensor:
    return torch.bmm(left, right)

def phm_full(self, x: Tensor, a: Tensor, b: Tensor, bias: List[Tensor]) -> Tensor:
    return self.times(x, self.kronecker_sum(a, b), bias)

def phm_low_rank(self, x: Tensor, a: Tensor, left: Tensor, right: Tensor, bias: List[Tensor]) -> Tensor:
    return self.times(x, self.kronecker_sum(a, torch.bmm(left, right)), bias)

# Walsh-Hadamard matrix (m, m), m a power of two, by Sylvester's doubling.
def hadamard_matrix(self, x: Tensor, m: int) -> Tensor:
    h = torch.ones([1, 1], dtype=x.dtype, layout=None, device=x.device, pin_memory=None)
    while h.size(0) < m:
        h = torch.cat([torch.cat([h, h], 1), torch.cat([h, torch.neg(h)], 1)], 0)
    return h

# Unnormalised Walsh-Hadamard transform of a vector of D = 2^k values in O(D log D): each product
# transforms the four lowest bits of the index and moves them to the top.
def hadamard(self, x: Tensor) -> Tensor:
    y = x
    left = x.numel()
    while left > 1:
        m = min(16, left)
        y = torch.matmul(self.hadamard_matrix(x, m), y.view([-1, m]).t())
        left = left // m
    return y.view([-1])

# First `size` values of H G P H B x. Of B (s) and the inner H only the part is computed that x, padded
# with zeros, reaches: the transform of the rest repeats it, so P (l) names places below s.
def fastfood(self, x: Tensor, b: Tensor, p: Tensor, g: Tensor, size: int) -> Tensor:
    inner = self.hadamard(torch.constant_pad_nd(x, [0, b.numel() - x.numel()]) * b)
    return self.hadamard(torch.index_select(inner, 0, p) * g).slice(0, 0, size, 1)

# One element if x trains or was computed from what trains, else none.
def requires_gradient(self, x: Tensor) -> Tensor:
    return torch.zeros([int(x.requires_grad)], dtype=6, layout=None, device=None, pin_memory=None)

# x itself, without the graph behind it.
def without_graph(self, x: Tensor) -> Tensor:
    return x.detach()

# The number is part of the operation: as a tensor of its own it would lie in the caller's memory.
def scale(self, x: Tensor, factor: float) -> Tensor:
    return x * factor

# The r largest singular values' right vectors, each times the root of its value: w (o, i) -> (r, i).
def principal_rows(self, w: Tensor, r: int) -> Tensor:
    u, s, v = torch.linalg_svd(w, False)
    return s.slice(0, 0, r, 1).sqrt().unsqueeze(1) * v.slice(0, 0, r, 1)

# Norms of the rows of W + s B A without its gradient, W (o, i), A (r, i), B (o, r): the square is
# |w|^2 + 2 s b A w + s^2 b A A^T b.
def row_norms(self, w: Tensor, a: Tensor, b: Tensor, s: float) -> Tensor:
    wide, rows, columns = w.detach().to(a.dtype), a.detach(), b.detach()
    cross = torch.linear(wide, rows) * 2. + torch.matmul(columns, torch.matmul(rows, rows.t())) * s
    square = (wide * wide).sum([1]) + (cross * columns).sum([1]) * s
    return square.clamp_min(0.).sqrt()

# w with values (n) added at places (n) of its entries row by row, in the type of the values.
def add_at(self, w: Tensor, places: Tensor, values: Tensor) -> Tensor:
    return torch.index_add(w.to(values.dtype).reshape([-1]), 0, places, values, alpha=1).view(w.size())

# x itself, with the graph behind it.
def alias(self, x: Tensor) -> Tensor:
    return torch.alias(x)

# x itself, its gradient times `scale`.
def scale_gradient(self, x: Tensor, scale: float) -> Tensor:
    fixed = x.detach()
    return fixed + (x - fixed) * scale

def to_float32(self, x: Tensor) -> Tensor:
    return x.to(6)

def to_float64(self, x: Tensor) -> Tensor:
    return x.to(7)

def to_bf16(self, x: Tensor) -> Tensor:
    return x.to(15)

# Overwrites one tensor with another of the same shape.
def copy(self, source: Tensor, target: Tensor) -> Tensor:
    return target.copy_(source)

# Norm over all gradients of the parameters, each norm in the gradient's own type, their norm in float64.
def gradient_norm(self, parameters: List[Tensor]) -> Tensor:
    norms: List[Tensor] = []
    for p in parameters:
        norms.append(torch.norm(p.grad).to(7))
    return torch.norm(torch.stack(norms))

# The gradients times a number, in place.
def scale_gradients(self, parameters: List[Tensor], scale: float) -> Tensor:
    for p in parameters:
        p.grad.mul_(scale)
    return parameters[0]

def zero_gradients(self, parameters: List[Tensor]) -> Tensor:
    for p in parameters:
        p.grad.zero_()
    return parameters[0]

# One AdamW step in place, the same one of each parameter.
# The fused operation divides v by its bias correction before it adds eps; hence eps over the root.
def adamw(self, parameters: List[Tensor], m: List[Tensor], v: List[Tensor], step: Tensor, lr: float, beta1: float, beta2: float, eps: float, decay: float) -> Tensor:
    g: List[Tensor] = []
    steps: List[Tensor] = []
    none: List[Tensor] = []
    for p in parameters:
        g.append(p.grad)
        steps.append(step)
    root = (1. - beta2 ** float(step)) ** 0.5
    torch._fused_adamw_(parameters, g, m, v, none, steps, lr=lr, beta1=beta1, beta2=beta2, weight_decay=0., eps=eps / root, amsgrad=False, maximize=False)
    for p in parameters:
        if decay != 0.:
            p.mul_(1. - lr * decay)
    return step

# AdamW of one parameter in place whose entries have taken different numbers of steps.
def adamw_by_age(self, p: Tensor, m: Tensor, v: Tensor, age: Tensor, lr: float, beta1: float, beta2: float, eps: float, decay: float) -> Tensor:
    g = p.grad
    m.mul_(beta1).add_(g, alpha=1. - beta1)
    v.mul_(beta2).addcmul_(g, g, value=1. - beta2)
    rate = lr * torch.sqrt(1. - torch.pow(beta2, age)) / (1. - torch.pow(beta1, age))
    p.sub_(rate * m / (torch.sqrt(v) + eps))
    if decay != 0.:
        p.mul_(1. - lr * decay)
    return age

# Running means of |p dL/dp| of each entry, and of its distance from its mean, in place (AdaLoRA).
def sensitivity(self, parameters: List[Tensor], mean: List[Tensor], spread: List[Tensor], beta1: float, beta2: float) -> Tensor:
    for i in range(len(parameters)):
        now = torch.abs(parameters[i] * parameters[i].grad)
        mean[i].mul_(beta1).add_(now, alpha=1. - beta1)
        spread[i].mul_(beta2).add_(torch.abs(now - mean[i]), alpha=1. - beta2)
    return parameters[0]

# A score for each triplet of a row of A (r, in), an entry of E (r, 1) and a column of B (out, r).
def triplet_scores(self, mean: List[Tensor], spread: List[Tensor]) -> Tensor:
    scores: List[Tensor] = []
    for i in range(0, len(mean), 3):
        a = torch.mean(mean[i] * spread[i], [1])
        e = torch.flatten(mean[i + 1] * spread[i + 1])
        b = torch.mean(mean[i + 2] * spread[i + 2], [0])
        scores.append(a + e + b)
    return torch.cat(scores)

# Each entry nearer to zero by a step, in place; what is then nearer than the step is zero (SoRA).
def shrink(self, parameters: List[Tensor], by: float) -> Tensor:
    for p in parameters:
        nearer = p - by * torch.sign(p) * torch.gt(torch.abs(p), by)
        p.copy_(nearer * torch.ge(torch.abs(nearer), by))
    return parameters[0]

# The first r of the decomposition of W (out, in) by singular values, a row each: U, s, V.
def singular_factors(self, w: Tensor, r: int) -> Tensor:
    u, s, v = torch.linalg_svd(w, False)
    return torch.cat([u.t(), s.unsqueeze(1), v], 1).slice(0, 0, r, 1)

# The first r of W = P L D U, U with a diagonal of ones, a row each: P L, D, U.
def triangular_factors(self, w: Tensor, r: int) -> Tensor:
    p, lower, upper = torch.linalg_lu(w)
    d = torch.diagonal(upper).unsqueeze(1)
    rows = d.size(0)
    return torch.cat([torch.matmul(p, lower).t(), d, upper.slice(0, 0, rows, 1) / d], 1).slice(0, 0, r, 1)
