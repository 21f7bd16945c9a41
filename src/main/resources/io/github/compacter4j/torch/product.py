# y = x W^T + b, b a list of one or none, by libtorch's own choice of kernel: where oneDNN is not at hand. A bias is never rounded to
# bfloat16.
def product(self, x: Tensor, w: Tensor, b: List[Tensor]) -> Tensor:
    if len(b) == 0:
        return torch.linear(x, w)
    if w.dtype == 15:
        return torch.add(torch.linear(x, w), b[0]).to(w.dtype)
    return torch.linear(x, w, b[0])
