"""GPT-2 (Radford et al. 2019): maps are x W + b with W [in, out]."""

import torch

from common import VOCABULARY, Checkpoint, attend, batch, hidden_keys, merge, split

CONFIG = {
    "model_type": "gpt2", "vocab_size": VOCABULARY, "n_embd": 16, "n_layer": 2, "n_head": 2, "n_inner": None, "n_positions": 40, "n_ctx": 40, "activation_function": "gelu_new", "layer_norm_epsilon": 1e-5,
    "resid_pdrop": 0.1, "embd_pdrop": 0.1, "attn_pdrop": 0.1, "bos_token_id": 3, "eos_token_id": 3,
}


def conv(c, x, name, out):
    return x @ c(f"{name}.weight", x.shape[-1], out) + c(f"{name}.bias", out)


def main():
    ids, mask, _ = batch()
    length = ids.shape[1]
    bias = hidden_keys(mask) / 2 + torch.full((length, length), torch.finfo(torch.float32).min / 2).triu(1)
    c = Checkpoint("gpt2-causal-lm")
    x = c.table(ids, "transformer.wte", VOCABULARY, 16) + c.table(torch.arange(length)[None], "transformer.wpe", 40, 16)
    for i in range(2):
        name = f"transformer.h.{i}"
        q, k, v = (split(part, 2) for part in conv(c, c.norm(x, f"{name}.ln_1", 1e-5), f"{name}.attn.c_attn", 48).chunk(3, -1))
        x = x + conv(c, merge(attend(q, k, v, bias)), f"{name}.attn.c_proj", 16)
        raised = torch.nn.functional.gelu(conv(c, c.norm(x, f"{name}.ln_2", 1e-5), f"{name}.mlp.c_fc", 64), approximate="tanh")
        x = x + conv(c, raised, f"{name}.mlp.c_proj", 16)
    last = c.norm(x, "transformer.ln_f", 1e-5)
    c.save({"architectures": ["GPT2LMHeadModel"], **CONFIG}, {"ids": ids, "mask": mask}, {"last": last, "logits": last @ c("transformer.wte.weight", VOCABULARY, 16).T})


if __name__ == "__main__":
    main()
