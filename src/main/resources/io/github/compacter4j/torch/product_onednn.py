# y = x W^T + b, b a list of one or none, on a CPU by the fastest kernel for the number of rows. A W that lies the other way, as in
# backward passes, oneDNN multiplies without loss. One that lies as checkpoints have it, it turns itself each time, slowly: so 9
# to 255 rows go to libtorch's own kernel, and for more a W with as many columns as rows or more is turned before.
def product(self, x: Tensor, w: Tensor, b: List[Tensor]) -> Tensor:
    rows = x.numel() // w.size(1)
    stored = w.is_contiguous()
    few = stored and 8 < rows and rows < 256 and (x.dtype == 6 or len(b) == 0)
    if few or x.dtype == 7 or x.is_cuda:
        if len(b) == 0:
            return torch.linear(x, w)
        if w.dtype == 15:  # whose biases are wider, and stay so
            return torch.add(torch.linear(x, w), b[0]).to(w.dtype)
        return torch.linear(x, w, b[0])
    if stored and rows >= 256 and x.dtype == 6 and w.size(1) >= w.size(0):
        w = torch.to_dense(torch.to_mkldnn(w).transpose(0, 1)).t()
    bias: Optional[Tensor] = None
    if len(b) > 0:
        bias = b[0]
    return ops.mkldnn._linear_pointwise(x, w, bias, "none", [], "")
