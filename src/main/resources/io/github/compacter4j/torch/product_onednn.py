# y = x W^T + b, b a list of one or none: on a CPU through oneDNN, about twice as fast as MKL on wide products. Of a long x and a
# W with as many columns as rows or more it is slow (28 ms where a W that lies the other way takes 20), so W is turned before.
def product(self, x: Tensor, w: Tensor, b: List[Tensor]) -> Tensor:
    if x.dtype == 7 or x.is_cuda:
        if len(b) == 0:
            return torch.linear(x, w)
        return torch.linear(x, w, b[0].to(w.dtype))
    if x.dtype == 6 and w.is_contiguous() and w.size(1) >= w.size(0) and x.numel() >= w.numel():
        w = w.t().contiguous().t()
    bias: Optional[Tensor] = None
    if len(b) > 0:
        bias = b[0]
    return ops.mkldnn._linear_pointwise(x, w, bias, "none", [], "")
