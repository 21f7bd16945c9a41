# Functions that say what their backward pass needs, and their backward passes: the vector-Jacobian product, for g the
# gradient of a value y the gradients of what it was computed from, written d...; no graph is kept. A function returns y and then
# what its `..._backward` takes. x (..., in), W (out, in), b (out); matrices may be in bfloat16, all else is not.

# y = x W^T + b:  dx = g W,  dW = g^T x,  db = sum of g's rows.
def affine(self, x: Tensor, w: Tensor, b: List[Tensor]) -> Tensor:
    return self.product(x.to(w.dtype), w, b).to(x.dtype)

def affine_input(self, g: Tensor, w: Tensor) -> Tensor:
    return self.product(g.to(w.dtype), w.t(), []).to(g.dtype)

def affine_weight(self, g: Tensor, x: Tensor) -> Tensor:
    return torch.mm(g.reshape([-1, g.size(-1)]).t(), x.reshape([-1, x.size(-1)]))

def affine_bias(self, g: Tensor) -> Tensor:
    return torch.sum(g.reshape([-1, g.size(-1)]), [0])

# y = h + dropout(z):  dh = g,  dz = g * keep / (1 - p).
def residual(self, h: Tensor, z: Tensor, p: float, seed: int) -> List[Tensor]:
    keep = self.keep_mask(z, p, seed)
    return [torch.addcmul(h, z, keep.to(z.dtype), value=1. / (1. - p)), keep]

def residual_backward(self, g: Tensor, keep: Tensor, p: float) -> Tensor:
    return torch.mul(g, keep.to(g.dtype)).mul_(1. / (1. - p))

# y = dropout(relu(x)), whose sign tells where the slope is 1 / (1 - p) and where 0.
def relu_dropout_kept(self, x: Tensor, p: float, seed: int) -> Tensor:
    y = torch.relu(x)
    if p == 0.:
        return y
    return y.mul_(self.as_numbers(self.keep_mask(y, p, seed), y.dtype)).mul_(1. / (1. - p))

def relu_dropout_backward(self, g: Tensor, y: Tensor, p: float) -> Tensor:
    return torch.threshold_backward(g, y, 0.).mul_(1. / (1. - p))

# y = n w + b with n = (x - mean) r, r = 1 / sqrt(variance + eps), d values a row:
# dn = g w,  dx = r (dn - mean(dn) - n mean(dn n)),  dw = sum of the rows of g n,  db = sum of the rows of g.
def layer_norm_kept(self, x: Tensor, w: Tensor, b: Tensor, eps: float) -> List[Tensor]:
    y, mean, r = torch.native_layer_norm(x, [x.size(-1)], w, b, eps)
    return [y, mean, r]

def layer_norm_backward(self, g: Tensor, x: Tensor, w: Tensor, b: Tensor, mean: Tensor, r: Tensor) -> List[Tensor]:
    dx, dw, db = torch.native_layer_norm_backward(g.contiguous(), x, [x.size(-1)], mean, r, w, b, [True, True, True])
    return [dx, dw, db]

# y = x r w with r = 1 / sqrt(mean(x^2) + eps):  dn = g w,  dx = r dn - x r^3 mean(dn x),  dw = sum of the rows of g x r.
def rms_norm_kept(self, x: Tensor, w: Tensor, eps: float) -> List[Tensor]:
    r = torch.rsqrt(torch.mean(x * x, [-1], True) + eps)
    return [(x * r).mul_(w), r]

def rms_norm_backward(self, g: Tensor, x: Tensor, w: Tensor, r: Tensor) -> List[Tensor]:
    gx = g * x
    dw = torch.sum((gx * r).reshape([-1, x.size(-1)]), [0])
    slope = torch.mean(gx.mul_(w), [-1], True).mul_(r).mul_(r).mul_(r)
    return [torch.addcmul((g * w).mul_(r), x, slope, value=-1.), dw]

# One matrix a head: (batch, length, heads * width) -> (batch * heads, length, width), and back.
def to_heads(self, x: Tensor, heads: int) -> Tensor:
    y = x.reshape([x.size(0), x.size(1), heads, -1]).transpose(1, 2)
    return y.reshape([x.size(0) * heads, x.size(1), -1])

def from_heads(self, x: Tensor, heads: int) -> Tensor:
    y = x.view([-1, heads, x.size(1), x.size(2)]).transpose(1, 2)
    return y.reshape([y.size(0), y.size(1), -1])

# A mask of zeros and ones as numbers of a type; straight to bfloat16 libtorch is slow.
def as_numbers(self, keep: Tensor, dtype: int) -> Tensor:
    return keep.to(6).to(dtype)

# One head each, q scaled: w = softmax(q k^T + bias), d = dropout(w), y = d v. Returns y and w, of which what is dropped has
# the other sign: so one tensor tells both.
def heads_attention(self, q: Tensor, k: Tensor, v: Tensor, bias: Tensor, heads: int, p: float, seed: int) -> List[Tensor]:
    s = torch.bmm(q, k.transpose(1, 2)).to(bias.dtype).view([-1, heads, q.size(1), k.size(1)])
    w = torch.softmax(s.add_(bias), -1).to(q.dtype)
    if p == 0.:
        return [torch.bmm(w.view([q.size(0), q.size(1), -1]), v), w]
    d = torch.mul(w, self.as_numbers(self.keep_mask(w, p, seed), w.dtype))
    w = torch.sub(torch.mul(d, 2.), w)
    return [torch.bmm(d.view([q.size(0), q.size(1), -1]), v).mul_(1. / (1. - p)), w]

# dd = g v^T,  dv = d^T g,  and with t = d * dd, which is w * dw:  ds = t - w sum(t),  dq = ds k,  dk = ds^T q.
def heads_attention_backward(self, g: Tensor, q: Tensor, k: Tensor, v: Tensor, w: Tensor, p: float) -> List[Tensor]:
    d = w
    if p > 0.:
        d, w = torch.relu(w).mul_(1. / (1. - p)), torch.abs(w)
    t = torch.bmm(g, v.transpose(1, 2)).view(w.size()).mul_(d)
    ds = torch.addcmul(t, w, torch.sum(t, [-1], True), value=-1.)
    b = ds.view([q.size(0), q.size(1), -1])
    dv = torch.bmm(d.view(b.size()).transpose(1, 2), g)
    return [torch.bmm(b, k), torch.bmm(b.transpose(1, 2), q), dv, ds]

# All heads: q (batch, query, heads * width), k and v (batch, key, heads * width), bias broadcast to (batch, heads, query, key).
def attention_kept(self, q: Tensor, k: Tensor, v: Tensor, bias: Tensor, heads: int, scale: float, p: float, seed: int) -> List[Tensor]:
    qh, kh, vh = self.to_heads(q, heads) * scale, self.to_heads(k, heads), self.to_heads(v, heads)
    y, w = self.heads_attention(qh, kh, vh, bias, heads, p, seed)
    return [self.from_heads(y, heads), qh, kh, vh, w]

def attention_backward(self, g: Tensor, q: Tensor, k: Tensor, v: Tensor, w: Tensor, heads: int, scale: float, p: float) -> List[Tensor]:
    dq, dk, dv, ds = self.heads_attention_backward(self.to_heads(g, heads), q, k, v, w, p)
    return [self.from_heads(dq, heads).mul_(scale), self.from_heads(dk, heads), self.from_heads(dv, heads), ds]

# Of a tensor that was broadcast, from the gradient of what it became: the sum over what repeats.
def broadcast_backward(self, g: Tensor, x: Tensor) -> Tensor:
    return torch.sum_to_size(g, x.size()).to(x.dtype)

# Several affine maps of one x side by side: y = x [W_1; W_2; ...]^T + [b_1, b_2, ...],  dx = g [W_1; W_2; ...]. One product is
# faster than several, but for a few rows the matrices are not worth gathering.
def joint(self, x: Tensor, w: List[Tensor], b: List[Tensor]) -> Tensor:
    if x.numel() >= w[0].numel():
        return self.product(x, torch.cat(w), [torch.cat(b)] if len(b) > 0 else b)
    y: List[Tensor] = []
    for i in range(len(w)):
        y.append(self.product(x, w[i], b[i:i + 1]))
    return torch.cat(y, -1)

def joint_input(self, g: Tensor, w: List[Tensor]) -> Tensor:
    if g.numel() >= len(w) * w[0].numel():
        return self.product(g, torch.cat(w).t(), [])
    parts = torch.chunk(g, len(w), -1)
    dx = self.product(parts[0], w[0].t(), [])
    for i in range(1, len(w)):
        dx.add_(self.product(parts[i], w[i].t(), []))
    return dx

# The gradients of biases that stand side by side, in the type of the activations.
def joint_bias(self, g: Tensor, count: int, dtype: int) -> List[Tensor]:
    return torch.chunk(torch.sum(g.view([-1, g.size(-1)]), [0], dtype=dtype), count)

# Self-attention whose matrices are frozen: [q, k, v] = x [W_q; W_k; W_v]^T + b, y = attention(q, k, v) W_o^T + b_o. Products
# are in the type of the matrices. Backward: dx where `input` says so, then the four db where `biases` says so.
def self_attention(self, x: Tensor, w: List[Tensor], b: List[Tensor], bias: Tensor, heads: int, scale: float, p: float, seed: int) -> List[Tensor]:
    joint = self.joint(x.to(w[0].dtype), w[:3], b[:3])
    h = joint.view([x.size(0), x.size(1), 3, heads, -1]).permute([2, 0, 3, 1, 4]).reshape([3, x.size(0) * heads, x.size(1), -1])
    q = torch.select(h, 0, 0).mul_(scale)
    y, a = self.heads_attention(q, torch.select(h, 0, 1), torch.select(h, 0, 2), bias, heads, p, seed)
    return [self.product(self.from_heads(y, heads), w[3], b[3:]).to(x.dtype), h, a]

def self_attention_backward(self, g: Tensor, w: List[Tensor], h: Tensor, a: Tensor, heads: int, scale: float, p: float, input: int, biases: int) -> List[Tensor]:
    y = self.to_heads(self.product(g.to(w[3].dtype), w[3].t(), []), heads)
    dq, dk, dv, ds = self.heads_attention_backward(y, torch.select(h, 0, 0), torch.select(h, 0, 1), torch.select(h, 0, 2), a, p)
    parts: List[Tensor] = []
    for part in [dq.mul_(scale), dk, dv]:
        parts.append(part.view([g.size(0), heads, g.size(1), -1]).transpose(1, 2))
    joint = torch.cat(parts, 2).view([g.size(0), g.size(1), -1])
    gradients: List[Tensor] = []
    if input == 1:
        gradients.append(self.joint_input(joint, w[:3]).to(g.dtype))
    if biases == 1:
        gradients.extend(self.joint_bias(joint, 3, g.dtype))
        gradients.append(self.affine_bias(g))
    return gradients

# The same without dropout and gradients, by fused attention. In bfloat16 that is slower on a CPU while texts are short, and on a
# GPU it takes no bias in float32.
def self_attention_fused(self, x: Tensor, w: List[Tensor], b: List[Tensor], bias: Tensor, heads: int, scale: float) -> Tensor:
    if w[0].dtype == 15 and (x.size(1) <= 256 or x.is_cuda):
        return self.self_attention(x, w, b, bias, heads, scale, 0., 0)[0]
    h = self.joint(x.to(w[0].dtype), w[:3], b[:3]).view([x.size(0), x.size(1), 3, heads, -1]).permute([2, 0, 3, 1, 4])
    y = torch.scaled_dot_product_attention(torch.select(h, 0, 0), torch.select(h, 0, 1), torch.select(h, 0, 2), bias, 0., False, scale=scale)
    return self.product(y.transpose(1, 2).reshape([x.size(0), x.size(1), -1]), w[3], b[3:]).to(x.dtype)

# A feed-forward layer whose matrices are frozen: u = x W_1^T + b_1,  y = f(u) W_2^T + b_2, with f one of gelu, gelu_new and
# dropout(relu). Products are in the type of the matrices. Kept is u, or of relu f(u), whose sign tells where the slope is
# 1 / (1 - p) and where 0. Backward: du = (g W_2) f'(u), dx = du W_1 where `input` says so, the two db where `biases` does.
def feed_forward(self, x: Tensor, w: List[Tensor], b: List[Tensor], activation: str, p: float, seed: int) -> List[Tensor]:
    u = self.product(x.to(w[0].dtype), w[0], b[:1])
    if activation == "relu":
        u = self.relu_dropout_kept(u, p, seed)
        f = u
    else:
        f = torch.gelu(u, approximate="none" if activation == "gelu" else "tanh")
    return [self.product(f, w[1], b[1:]).to(x.dtype), u]

def feed_forward_backward(self, g: Tensor, w: List[Tensor], u: Tensor, activation: str, p: float, input: int, biases: int) -> List[Tensor]:
    du = self.product(g.to(w[1].dtype), w[1].t(), [])
    if activation == "relu":
        du = self.relu_dropout_backward(du, u, p)
    else:
        du = torch.gelu_backward(du, u, approximate="none" if activation == "gelu" else "tanh")
    gradients: List[Tensor] = []
    if input == 1:
        gradients.append(self.product(du, w[0].t(), []).to(g.dtype))
    if biases == 1:
        gradients.extend(self.joint_bias(du, 1, g.dtype))
        gradients.append(self.affine_bias(g))
    return gradients
