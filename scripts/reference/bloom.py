"""BLOOM (arXiv 2211.05100): a norm after the word table, linear biases (arXiv 2108.12409), biases in every map; queries, keys and values alternate from head to head."""

import torch

from common import VOCABULARY, Checkpoint, attend, batch, hidden_keys, merge

HEADS = 3
CONFIG = {
    "model_type": "bloom", "vocab_size": VOCABULARY, "hidden_size": 24, "n_layer": 2, "n_head": HEADS, "layer_norm_epsilon": 1e-5, "apply_residual_connection_post_layernorm": False,
    "hidden_dropout": 0.0, "attention_dropout": 0.0, "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0, "unk_token_id": 3, "tie_word_embeddings": True,
}


def slopes(heads):
    """2^(-8/n), 2^(-16/n), .. for a power of two; the missing ones are every other slope of twice as many heads."""
    power = 1
    while 2 * power <= heads:
        power *= 2
    found = [2 ** (-8 * (i + 1) / power) for i in range(power)]
    found += [2 ** (-8 * (2 * i + 1) / (2 * power)) for i in range(heads - power)]
    return torch.tensor(found)


def main():
    ids, mask, _ = batch()
    length = ids.shape[1]
    place = torch.arange(length)
    # Adding the same number to all scores of a query changes nothing, so the key's place alone is enough.
    bias = slopes(HEADS)[None, :, None, None] * place.float() + torch.full((length, length), torch.finfo(torch.float32).min / 2).triu(1) + hidden_keys(mask) / 2
    c = Checkpoint("bloom-causal-lm")
    x = c.norm(c.table(ids, "transformer.word_embeddings", VOCABULARY, 24), "transformer.word_embeddings_layernorm", 1e-5)
    for i in range(2):
        name = f"transformer.h.{i}"
        joint = c.linear(c.norm(x, f"{name}.input_layernorm", 1e-5), f"{name}.self_attention.query_key_value", 72).view(*ids.shape, HEADS, 3, 8)
        q, k, v = (joint[..., part, :].transpose(1, 2) for part in range(3))
        x = x + c.linear(merge(attend(q, k, v, bias)), f"{name}.self_attention.dense", 24)
        raised = torch.nn.functional.gelu(c.linear(c.norm(x, f"{name}.post_attention_layernorm", 1e-5), f"{name}.mlp.dense_h_to_4h", 96), approximate="tanh")
        x = x + c.linear(raised, f"{name}.mlp.dense_4h_to_h", 24)
    last = c.norm(x, "transformer.ln_f", 1e-5)
    c.save({"architectures": ["BloomForCausalLM"], **CONFIG}, {"ids": ids, "mask": mask}, {"last": last, "logits": last @ c("transformer.word_embeddings.weight", VOCABULARY, 24).T})


if __name__ == "__main__":
    main()
