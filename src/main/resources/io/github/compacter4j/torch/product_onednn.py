# y = x W^T + b, b a list of one or none: on a CPU through oneDNN, about twice as fast as MKL on wide products.
def product(self, x: Tensor, w: Tensor, b: List[Tensor]) -> Tensor:
    if x.dtype == 7 or x.is_cuda:
        if len(b) == 0:
            return torch.linear(x, w)
        return torch.linear(x, w, b[0].to(w.dtype))
    bias: Optional[Tensor] = None
    if len(b) > 0:
        bias = b[0]
    return ops.mkldnn._linear_pointwise(x, w, bias, "none", [], "")
