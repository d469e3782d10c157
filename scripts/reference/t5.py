"""T5 (arXiv 1910.10683) and mT5 (arXiv 2010.11934): encoder alone, and encoder with decoder, plain and gated.

Scores are of the table of words, scaled or not, or of a table of their own.
"""

import torch

from common import VOCABULARY, Checkpoint, attend, batch, hidden_keys, merge, split, t5_bucket

CONFIG = {
    "vocab_size": VOCABULARY, "d_model": 16, "d_kv": 6, "d_ff": 24, "num_layers": 2, "num_decoder_layers": 2, "num_heads": 2, "relative_attention_num_buckets": 8, "relative_attention_max_distance": 20,
    "dropout_rate": 0.1, "layer_norm_epsilon": 1e-6, "is_encoder_decoder": True, "pad_token_id": 0, "eos_token_id": 1, "decoder_start_token_id": 0,
}


def attention(c, x, memory, name, bias):
    q, k, v = c.linear(x, f"{name}.q", 12, bias=False), c.linear(memory, f"{name}.k", 12, bias=False), c.linear(memory, f"{name}.v", 12, bias=False)
    return c.linear(merge(attend(split(q, 2), split(k, 2), split(v, 2), bias, scale=1.0)), f"{name}.o", 16, bias=False)


def relative(c, name, length, bidirectional):
    place = torch.arange(length)
    buckets = t5_bucket(place[None] - place[:, None], bidirectional, 8, 20)
    return c.table(buckets, f"{name}.block.0.layer.0.SelfAttention.relative_attention_bias", 8, 2).permute(2, 0, 1)[None]


def stack(c, x, name, bias, gated, memory=None, memory_bias=None):
    for i in range(2):
        block = f"{name}.block.{i}.layer"
        normed = c.rms(x, f"{block}.0.layer_norm", 1e-6)
        x = x + attention(c, normed, normed, f"{block}.0.SelfAttention", bias)
        if memory is not None:
            x = x + attention(c, c.rms(x, f"{block}.1.layer_norm", 1e-6), memory, f"{block}.1.EncDecAttention", memory_bias)
        last = f"{block}.{1 if memory is None else 2}"
        normed = c.rms(x, f"{last}.layer_norm", 1e-6)
        if gated:
            raised = torch.nn.functional.gelu(c.linear(normed, f"{last}.DenseReluDense.wi_0", 24, bias=False), approximate="tanh") * c.linear(normed, f"{last}.DenseReluDense.wi_1", 24, bias=False)
        else:
            raised = torch.relu(c.linear(normed, f"{last}.DenseReluDense.wi", 24, bias=False))
        x = x + c.linear(raised, f"{last}.DenseReluDense.wo", 16, bias=False)
    return c.rms(x, f"{name}.final_layer_norm", 1e-6)


def encode(c, ids, mask, gated):
    x = c.table(ids, "shared", VOCABULARY, 16)
    return stack(c, x, "encoder", relative(c, "encoder", ids.shape[1], True) + hidden_keys(mask), gated)


def main():
    ids, mask, _ = batch(length=24, sizes=(24, 17, 5))
    c = Checkpoint("t5-features")
    c.save({"architectures": ["T5EncoderModel"], "model_type": "t5", **CONFIG, "feed_forward_proj": "relu"}, {"ids": ids, "mask": mask}, {"last": encode(c, ids, mask, False)})

    target = torch.cat([torch.zeros(3, 1).long(), batch(length=11, sizes=(11, 11, 11))[0]], 1)
    causal = torch.full((12, 12), torch.finfo(torch.float32).min / 2).triu(1)
    variants = (("t5-seq2seq", "t5", "T5", False, True, True), ("mt5-seq2seq", "mt5", "MT5", True, False, False), ("t5-unscaled-seq2seq", "t5", "T5", False, True, False))
    for name, model_type, classes, gated, tied, scaled in variants:
        c = Checkpoint(name)
        memory = encode(c, ids, mask, gated)
        last = stack(c, c.table(target, "shared", VOCABULARY, 16), "decoder", relative(c, "decoder", 12, False) + causal, gated, memory, hidden_keys(mask))
        logits = (last * 16**-0.5 if scaled else last) @ c.tensors["shared.weight"].T if tied else c.linear(last, "lm_head", VOCABULARY, bias=False)
        config = {"architectures": [f"{classes}ForConditionalGeneration"], "model_type": model_type, **CONFIG, "feed_forward_proj": "gated-gelu" if gated else "relu", "tie_word_embeddings": tied, **({} if scaled == tied else {"scale_decoder_outputs": scaled})}
        c.save(config, {"ids": ids, "mask": mask, "target": target}, {"last": last, "logits": logits})


if __name__ == "__main__":
    main()
