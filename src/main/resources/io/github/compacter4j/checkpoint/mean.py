class MeanClassifier(torch.nn.Module):
    """A linear layer on the mean of the tokens' last hidden states; called like an encoder."""

    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder
        self.classifier_mean = torch.nn.Linear(encoder.config.hidden_size, len(LABELS))
        self.classifier_mean.load_state_dict(
            {k.removeprefix("classifier_mean."): v for k, v in load_file(FOLDER / "head.safetensors").items()}
        )

    def forward(self, input_ids, attention_mask, **other):
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask, **other).last_hidden_state
        mask = attention_mask.unsqueeze(2).to(hidden.dtype)
        return SequenceClassifierOutput(logits=self.classifier_mean((hidden * mask).sum(1) / mask.sum(1)))
